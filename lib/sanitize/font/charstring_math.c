/* The arithmetic, conditional and storage operators of Type 2 (Adobe Technical Note 5177, 4.4 to 4.6). */
#include "sanitize/font/charstring_math.h"

static const int32_t one = 65536;

static int32_t
clamp(int64_t x)
{
	return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

static int32_t
fixed_mul(int32_t a, int32_t b)
{
	int64_t p = (int64_t)a * b;

	return clamp(p < 0 ? -((-p + 0x8000) >> 16) : (p + 0x8000) >> 16);
}

static int32_t
fixed_div(int32_t a, int32_t b)
{
	int64_t n = a < 0 ? -(int64_t)a : a, d = b < 0 ? -(int64_t)b : b, q;

	if (d == 0)
		return (a < 0) != (b < 0) ? INT32_MIN + 1 : INT32_MAX;
	q = ((n << 16) + d / 2) / d;
	return clamp((a < 0) != (b < 0) ? -q : q);
}

static int32_t
fixed_sqrt(int32_t a)
{
	uint64_t x = a > 0 ? (uint64_t)a << 16 : 0, root = 0;

	for (uint64_t bit = UINT64_C(1) << 46; bit > 0; bit >>= 2) {
		if (x >= root + bit) {
			x -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return clamp((int64_t)root);
}

static void
roll(struct charstring_stack *r, int32_t n, int32_t shift)
{
	int32_t copy[CHARSTRING_STACK];
	unsigned base;

	if (n <= 0 || (unsigned)n > r->n)
		return;
	base = r->n - (unsigned)n;
	memcpy(copy, r->v + base, (size_t)n * sizeof *copy);
	shift = (shift % n + n) % n;
	for (int32_t i = 0; i < n; i++)
		r->v[base + (unsigned)((i + shift) % n)] = copy[i];
}

/* Operators on up to four operands that leave one: s[0] is the first. */
static bool
compute(uint8_t op, const int32_t *s, int32_t *ret)
{
	switch (op) {
	case CS_AND:
		*ret = s[0] != 0 && s[1] != 0 ? one : 0;
		return true;
	case CS_OR:
		*ret = s[0] != 0 || s[1] != 0 ? one : 0;
		return true;
	case CS_NOT:
		*ret = s[0] == 0 ? one : 0;
		return true;
	case CS_ABS:
		*ret = clamp(s[0] < 0 ? -(int64_t)s[0] : s[0]);
		return true;
	case CS_ADD:
		*ret = clamp((int64_t)s[0] + s[1]);
		return true;
	case CS_SUB:
		*ret = clamp((int64_t)s[0] - s[1]);
		return true;
	case CS_DIV:
		*ret = fixed_div(s[0], s[1]);
		return true;
	case CS_NEG:
		*ret = clamp(-(int64_t)s[0]);
		return true;
	case CS_EQ:
		*ret = s[0] == s[1] ? one : 0;
		return true;
	case CS_IFELSE:
		*ret = s[2] <= s[3] ? s[0] : s[1];
		return true;
	case CS_RANDOM:
		*ret = one / 2;	/* greater than 0, at most 1: any will do */
		return true;
	case CS_MUL:
		*ret = fixed_mul(s[0], s[1]);
		return true;
	case CS_SQRT:
		*ret = fixed_sqrt(s[0]);
		return true;
	default:
		return false;
	}
}

/* Operators that move operands about; s[0] is the first of `take`, already popped. */
static void
move(struct charstring_stack *r, uint8_t op, const int32_t *s)
{
	int32_t i = s[0] / one;

	switch (op) {
	case CS_PUT:
		i = s[1] / one;
		if (i >= 0 && i < CHARSTRING_TRANSIENT)
			r->transient[i] = s[0];
		break;
	case CS_GET:
		r->v[r->n++] = i >= 0 && i < CHARSTRING_TRANSIENT ? r->transient[i] : 0;
		break;
	case CS_DUP:
		r->v[r->n++] = s[0];
		r->v[r->n++] = s[0];
		break;
	case CS_EXCH:
		r->v[r->n] = s[1];
		r->v[r->n + 1] = s[0];
		r->n += 2;
		break;
	case CS_INDEX:
		if (i < 0)
			i = 0;
		r->v[r->n] = (unsigned)i < r->n ? r->v[r->n - 1 - (unsigned)i] : 0;
		r->n++;
		break;
	case CS_ROLL:
		roll(r, i, s[1] / one);
		break;
	default:	/* drop */
		break;
	}
}

int
charstring_compute(struct charstring_stack *r, uint8_t op)
{
	static const uint8_t take[] = {
		[CS_AND] = 3, [CS_OR] = 3, [CS_NOT] = 2, [CS_ABS] = 2, [CS_ADD] = 3, [CS_SUB] = 3,
		[CS_DIV] = 3, [CS_NEG] = 2, [CS_EQ] = 3, [CS_DROP] = 2, [CS_PUT] = 3, [CS_GET] = 2,
		[CS_IFELSE] = 5, [CS_RANDOM] = 1, [CS_MUL] = 3, [CS_SQRT] = 2, [CS_DUP] = 2,
		[CS_EXCH] = 3, [CS_INDEX] = 2, [CS_ROLL] = 3,
	};	/* one more than it takes: 0 is no such operator */
	int32_t s[4] = { 0 }, result;
	unsigned n;

	if (op >= sizeof take || take[op] == 0)
		return 0;
	n = take[op] - 1u;
	if (r->n < n || (op == CS_DUP && r->n >= CHARSTRING_STACK) ||
	    (op == CS_RANDOM && r->n >= CHARSTRING_STACK))
		return -1;
	r->n -= n;
	memcpy(s, r->v + r->n, n * sizeof *s);
	if (compute(op, s, &result))
		r->v[r->n++] = result;
	else
		move(r, op, s);
	return 1;
}
