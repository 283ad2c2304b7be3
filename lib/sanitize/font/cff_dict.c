/* DICT data: numbers and operators (Adobe Technical Note 5176, 4). */
#include "sanitize/font/cff_font.h"

#include <math.h>

#include "sanitize/font/charstring.h"

enum kind { N, B, O, S };

static const struct {
	uint16_t code;
	uint8_t dict, min, max, kind;
} ops[CFF_OP_COUNT] = {
#define TOP CFF_TOP
#define FD CFF_FD
#define PRIV CFF_PRIV
#define NEVER_WRITTEN CFF_NEVER_WRITTEN
#define CFF_OP(id, code, dict, min, max, kind) [CFF_##id] = { code, dict, min, max, kind },
#include "sanitize/font/cff_dict.def"
#undef CFF_OP
#undef TOP
#undef FD
#undef PRIV
#undef NEVER_WRITTEN
};

enum {
	STACK_MAX = 48,
	DIGITS_MAX = 15,
	EXP_MAX = 300,
	ESCAPE = 12,
	REAL = 30,
};

/* ---- numbers --------------------------------------------------------- */

static struct cff_num
normal(int64_t sig, int exp)
{
	if (sig == 0)
		return (struct cff_num){ 0, 0 };
	while (sig % 10 == 0) {
		sig /= 10;
		exp++;
	}
	if (exp > EXP_MAX || exp < -EXP_MAX)
		return (struct cff_num){ 0, 0 };
	return (struct cff_num){ sig, exp };
}

struct cff_num
cff_int(int64_t i)
{
	return normal(i, 0);
}

double
cff_double(struct cff_num n)
{
	/* Dividing is exact to the last bit where multiplying by 10^-k is not. */
	return n.exp < 0 ? (double)n.sig / pow(10, -n.exp) : (double)n.sig * pow(10, n.exp);
}

int32_t
cff_whole(struct cff_num n)
{
	double d = trunc(cff_double(n));

	return d >= INT32_MIN && d <= INT32_MAX ? (int32_t)d : 0;
}

bool
cff_num_parse(struct view v, struct cff_num *ret)
{
	int64_t sig = 0;
	int digits = 0, exp = 0, e = 0, e_sign = 1, seen = 0;
	bool minus = false, point = false;
	uint8_t c;

	if (v.n > 0 && (v.p[0] == '-' || v.p[0] == '+'))
		(void)(minus = v.p[0] == '-', view_u8(&v, &c));
	while (v.n > 0 && ((v.p[0] >= '0' && v.p[0] <= '9') || (v.p[0] == '.' && !point))) {
		(void)view_u8(&v, &c);
		if (c == '.') {
			point = true;
			continue;
		}
		seen++;
		if (digits < DIGITS_MAX) {
			sig = sig * 10 + (c - '0');
			digits += sig != 0;
			exp -= point;
		} else {
			exp += !point;
		}
		if (seen > 1000)
			return false;
	}
	if (v.n > 0 && (v.p[0] == 'E' || v.p[0] == 'e')) {
		(void)view_u8(&v, &c);
		if (v.n > 0 && (v.p[0] == '-' || v.p[0] == '+'))
			(void)(e_sign = v.p[0] == '-' ? -1 : 1, view_u8(&v, &c));
		while (v.n > 0 && v.p[0] >= '0' && v.p[0] <= '9' && e < 1000) {
			(void)view_u8(&v, &c);
			e = e * 10 + (c - '0');
		}
	}
	if (seen == 0 || v.n > 0)
		return false;
	*ret = normal(minus ? -sig : sig, exp + e_sign * e);
	return true;
}

/* BCD nibbles: 0-9 digits, a point, b E, c E-, e minus, f end. */
static bool
real_take(struct view *v, struct cff_num *ret)
{
	static const char *const spelling[16] = { "0", "1", "2", "3", "4", "5", "6", "7",
						  "8", "9", ".", "E", "E-", "", "-", NULL };
	char text[80];
	size_t n = 0;
	uint8_t byte;

	while (view_u8(v, &byte)) {
		for (unsigned k = 0; k < 2; k++) {
			const char *s = spelling[k == 0 ? byte >> 4 : byte & 15];

			if (s == NULL)
				return cff_num_parse(view_of(text, n), ret);
			for (; *s != '\0' && n < sizeof text; s++)
				text[n++] = *s;
		}
	}
	return false;
}

/* One operand behind its first byte b0. */
static bool
operand_take(struct view *v, uint8_t b0, struct cff_num *ret)
{
	int32_t small;
	uint16_t w;
	uint32_t d;

	if (b0 == REAL)
		return real_take(v, ret);
	if (b0 >= 32 && b0 <= 254) {
		if (!cff_small_take(v, b0, &small))
			return false;
		*ret = cff_int(small);
		return true;
	}
	if (b0 == 28 && view_u16be(v, &w)) {
		*ret = cff_int((int16_t)w);
		return true;
	}
	if (b0 == 29 && view_u32be(v, &d)) {
		*ret = cff_int((int32_t)d);
		return true;
	}
	return false;
}

static void
int_put(struct buf *b, int32_t i)
{
	if (i >= -107 && i <= 107) {
		buf_byte(b, (uint8_t)(i + 139));
	} else if (i >= 108 && i <= 1131) {
		buf_byte(b, (uint8_t)(247 + (i - 108) / 256));
		buf_byte(b, (uint8_t)((i - 108) % 256));
	} else if (i >= -1131 && i <= -108) {
		buf_byte(b, (uint8_t)(251 + (-i - 108) / 256));
		buf_byte(b, (uint8_t)((-i - 108) % 256));
	} else if (i >= -32768 && i <= 32767) {
		buf_byte(b, 28);
		buf_u16be(b, (uint16_t)i);
	} else {
		buf_byte(b, 29);
		buf_u32be(b, (uint32_t)i);
	}
}

static void
nibbles_put(struct buf *b, const uint8_t *nibble, size_t n)
{
	buf_byte(b, REAL);
	for (size_t i = 0; i <= n; i += 2) {
		uint8_t high = i < n ? nibble[i] : 15, low = i + 1 < n ? nibble[i + 1] : 15;

		buf_byte(b, (uint8_t)(high << 4 | low));
	}
}

/* docs/canonical.md: a point where 12 decimals hold it, else an exponent. */
static void
real_put(struct buf *b, struct cff_num num)
{
	uint8_t digit[20], nibble[48];
	uint64_t sig = num.sig < 0 ? (uint64_t)-num.sig : (uint64_t)num.sig;
	size_t n = 0, digits = 0;
	int decimals = -num.exp;

	for (; sig > 0; sig /= 10)
		digit[digits++] = (uint8_t)(sig % 10);	/* the last digit first */
	if (num.sig < 0)
		nibble[n++] = 14;
	if (num.exp < 0 && decimals <= 12) {
		int whole = (int)digits - decimals;

		if (whole <= 0)
			nibble[n++] = 0;
		for (int i = (whole > 0 ? whole : 0); i > 0; i--)
			nibble[n++] = digit[decimals + i - 1];
		nibble[n++] = 10;
		for (int i = decimals; i > 0; i--)
			nibble[n++] = (size_t)i <= digits ? digit[i - 1] : 0;
	} else {
		unsigned e = (unsigned)(num.exp < 0 ? -num.exp : num.exp);

		for (size_t i = digits; i > 0; i--)
			nibble[n++] = digit[i - 1];
		nibble[n++] = num.exp < 0 ? 12 : 11;
		if (e >= 100)
			nibble[n++] = (uint8_t)(e / 100);
		if (e >= 10)
			nibble[n++] = (uint8_t)(e / 10 % 10);
		nibble[n++] = (uint8_t)(e % 10);
	}
	nibbles_put(b, nibble, n);
}

static void
num_put(struct buf *b, struct cff_num num)
{
	double d = cff_double(num);

	if (num.exp >= 0 && d >= -2147483647.0 && d <= 2147483647.0)
		int_put(b, (int32_t)d);
	else
		real_put(b, num);
}

/* ---- operators ------------------------------------------------------- */

static void
operator_keep(struct cff_dict *d, uint16_t code, const struct cff_num *stack, size_t n)
{
	for (unsigned i = 0; i < CFF_OP_COUNT; i++) {
		if (ops[i].code != code)
			continue;
		if (n < ops[i].min)
			return;
		d->op[i].n = (uint8_t)(n < ops[i].max ? n : ops[i].max);
		memcpy(d->op[i].v, stack, d->op[i].n * sizeof *stack);
		if (ops[i].kind == B)
			d->op[i].v[0] = cff_int(stack[0].sig != 0);
		return;
	}
}

void
cff_dict_read(struct view v, struct cff_dict *ret)
{
	struct cff_num stack[STACK_MAX];
	size_t n = 0;
	uint8_t b0, b1;

	memset(ret, 0, sizeof *ret);
	while (view_u8(&v, &b0)) {
		if (b0 <= 21) {
			uint16_t code = b0;

			if (b0 == ESCAPE) {
				if (!view_u8(&v, &b1))
					return;
				code = (uint16_t)(ESCAPE << 8 | b1);
			}
			operator_keep(ret, code, stack, n);
			n = 0;
		} else {
			struct cff_num num;

			/* What is no number counts as 0, as readers have it. */
			if (!operand_take(&v, b0, &num))
				num = cff_int(0);
			if (n < STACK_MAX)
				stack[n++] = num;
		}
	}
}

void
cff_dict_write(const struct cff_dict *d, enum cff_dict_kind kind, struct buf *b)
{
	for (unsigned i = 0; i < CFF_OP_COUNT; i++) {
		if (d->op[i].n == 0 || (ops[i].dict & kind) == 0)
			continue;
		for (size_t k = 0; k < d->op[i].n; k++) {
			if (ops[i].kind == O) {
				buf_byte(b, 29);
				buf_u32be(b, (uint32_t)cff_whole(d->op[i].v[k]));
			} else {
				num_put(b, d->op[i].v[k]);
			}
		}
		if (ops[i].code > 0xff)
			buf_byte(b, ESCAPE);
		buf_byte(b, (uint8_t)ops[i].code);
	}
}
