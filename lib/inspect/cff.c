/* CFF (Technical Note 5176): one font, its parts in one order, no byte between them. */
#include "inspect/font.h"
#include "inspect/pdf.h"

enum { STANDARD = 391, NAME_BYTES = 127, OPERANDS = 48 };

struct index {
	uint32_t count;
	uint8_t width;
	struct view offsets, data;
};

struct operand {
	bool whole, offset;	/* offset: in the five-byte form */
	int32_t i;
};

/* What DICTs say, as far as it places something. */
struct dict {
	bool cid;
	uint32_t charset, encoding, charstrings, fdarray, fdselect, private_size, private_at;
	bool has_charset, has_encoding;
	uint32_t sid[2];	/* ROS */
};

struct cff {
	struct view whole, rest;
	struct index strings;
	uint32_t glyphs, next_sid;	/* the next custom string to be met */
	struct dict top;
};

static uint32_t
here(const struct cff *f)
{
	return (uint32_t)at_of(f->whole, f->rest);
}

/* -- INDEX ----------------------------------------------------------------------------- */

static uint32_t
offset(const struct index *x, uint32_t i)
{
	struct view v = view_from(x->offsets, (size_t)i * x->width);
	uint32_t at = 0;
	uint8_t k, c;

	for (k = 0; k < x->width && view_u8(&v, &c); k++)
		at = at << 8 | c;
	return at;
}

static struct view
item(const struct index *x, uint32_t i)
{
	uint32_t from = offset(x, i), to = offset(x, i + 1);

	return (struct view){ x->data.p + from - 1, to - from };
}

static bool
read_index(struct view *v, struct index *x, struct err *e)
{
	uint16_t count;
	uint32_t i, last = 1, size;

	*x = (struct index){ 0 };
	if (!view_u16be(v, &count))
		return residue(e, "INDEX cut off");
	x->count = count;
	if (count == 0)
		return true;
	if (!view_u8(v, &x->width) || x->width < 1 || x->width > 4 ||
	    !view_take(v, ((size_t)count + 1) * x->width, &x->offsets))
		return residue(e, "INDEX cut off");
	for (i = 0; i <= count; i++) {
		uint32_t at = offset(x, i);

		if (i == 0 ? at != 1 : at < last)
			return residue(e, "INDEX with offsets out of order");
		last = at;
	}
	size = last - 1;
	if (x->width > 1 && last >> (8 * (x->width - 1)) == 0)
		return residue(e, "INDEX with offsets wider than needed");
	return view_take(v, size, &x->data) || residue(e, "INDEX cut off");
}

/* -- DICT -------------------------------------------------------------------------------- */

enum { POINT = 10, EXPONENT = 11, EXPONENT_MINUS = 12, MINUS = 14, END = 15 };

/* The nibbles of a real, as far as they were read. */
struct real {
	unsigned before, behind, exponent;	/* digits of each part */
	unsigned significant, first, last;	/* digits before any exponent */
	bool point, raised, minus;
};

static bool
real_nibble(struct real *r, unsigned nibble)
{
	if (nibble == MINUS) {
		r->minus = !r->minus;
		return r->minus && r->before == 0;
	}
	if (nibble == POINT || nibble == EXPONENT || nibble == EXPONENT_MINUS) {
		if (r->point || r->raised || r->before == 0)
			return false;
		r->point = nibble == POINT;
		r->raised = nibble != POINT;
		return true;
	}
	if (nibble > 9)
		return false;
	if (r->raised)
		return ++r->exponent <= 3;
	if (r->before == 0)
		r->first = nibble;
	r->last = nibble;
	r->significant += nibble > 0 || r->significant > 0;
	return ++*(r->point ? &r->behind : &r->before) <= 20;
}

/* 1E: minus?, digits, point, 1 to 12 digits; or minus?, digits, E or E-, 1 to 3 digits. */
static bool
real(struct view *v)
{
	struct real r = { 0 };
	uint8_t c;

	while (view_u8(v, &c)) {
		if (c >> 4 != END && !real_nibble(&r, c >> 4))
			return false;
		if ((c & 15) != END && (c >> 4 == END || !real_nibble(&r, c & 15)))
			return false;
		if ((c & 15) != END)
			continue;
		/* No zero in front or behind that says nothing. */
		if (r.last == 0 || r.significant > 15)
			return false;
		return r.point ? r.behind >= 1 && r.behind <= 12 && (r.first != 0 || r.before == 1)
			       : r.raised && r.exponent >= 1 && r.first != 0;
	}
	return false;
}

static bool
read_operand(struct view *v, uint8_t b, struct operand *o, struct err *e)
{
	uint8_t low;
	uint16_t x;
	uint32_t wide;

	*o = (struct operand){ .whole = true };
	if (b >= 32 && b <= 246) {
		o->i = b - 139;
	} else if (b >= 247 && b <= 254) {
		if (!view_u8(v, &low))
			return residue(e, "number cut off");
		o->i = b <= 250 ? (b - 247) * 256 + low + 108 : -(b - 251) * 256 - low - 108;
	} else if (b == 28) {
		if (!view_u16be(v, &x) || ((int16_t)x >= -1131 && (int16_t)x <= 1131))
			return residue(e, "number cut off or longer than needed");
		o->i = (int16_t)x;
	} else if (b == 29) {
		if (!view_u32be(v, &wide))
			return residue(e, "number cut off");
		o->i = (int32_t)wide;
		o->offset = true;
	} else {
		o->whole = false;
		return (b == 30 && real(v)) || residue(e, "no number");
	}
	return true;
}

/* How an operator's operands are: numbers from least to most; or as told. */
static const struct rule {
	uint16_t op;
	uint8_t least, most;
	enum { NUMBERS, NATURALS, FLAG, SMALL, OFFSETS } kind;
	bool cid_only, name_only;
} top_rules[] = {
	{ 0x11e, 3, 3, NATURALS, true, false }, { 0x101, 1, 1, FLAG, false, false }, { 0x102, 1, 1, NUMBERS, false, false },
	{ 0x103, 1, 1, NUMBERS, false, false }, { 0x104, 1, 1, NUMBERS, false, false }, { 0x105, 1, 1, SMALL, false, false },
	{ 0x107, 6, 6, NUMBERS, false, false }, { 5, 4, 4, NUMBERS, false, false }, { 0x108, 1, 1, NUMBERS, false, false },
	{ 0x122, 1, 1, NATURALS, true, false }, { 15, 1, 1, OFFSETS, false, false }, { 16, 1, 1, OFFSETS, false, true },
	{ 17, 1, 1, OFFSETS, false, false }, { 18, 2, 2, OFFSETS, false, true }, { 0x124, 1, 1, OFFSETS, true, false },
	{ 0x125, 1, 1, OFFSETS, true, false },
}, font_rules[] = {
	{ 0x107, 6, 6, NUMBERS, false, false }, { 18, 2, 2, OFFSETS, false, false },
}, private_rules[] = {
	{ 6, 1, 14, NUMBERS, false, false }, { 7, 1, 10, NUMBERS, false, false }, { 8, 1, 14, NUMBERS, false, false },
	{ 9, 1, 10, NUMBERS, false, false }, { 0x109, 1, 1, NUMBERS, false, false }, { 0x10a, 1, 1, NUMBERS, false, false },
	{ 0x10b, 1, 1, NUMBERS, false, false }, { 10, 1, 1, NUMBERS, false, false }, { 11, 1, 1, NUMBERS, false, false },
	{ 0x10c, 1, 12, NUMBERS, false, false }, { 0x10d, 1, 12, NUMBERS, false, false }, { 0x10e, 1, 1, FLAG, false, false },
	{ 0x111, 1, 1, FLAG, false, false }, { 0x112, 1, 1, NUMBERS, false, false }, { 20, 1, 1, NUMBERS, false, false },
	{ 21, 1, 1, NUMBERS, false, false },
};

static bool
operands_fit(const struct rule *r, const struct operand *o, unsigned n)
{
	unsigned i;

	if (n < r->least || n > r->most)
		return false;
	for (i = 0; i < n; i++) {
		/* The long form is for places, and for integers that need it. */
		bool far = o[i].i < INT16_MIN || o[i].i > INT16_MAX;

		if (r->kind == OFFSETS ? !o[i].offset || o[i].i < 0 : o[i].offset && !far)
			return false;
		if (r->kind != NUMBERS && r->kind != OFFSETS && (!o[i].whole || o[i].i < 0))
			return false;
		if ((r->kind == FLAG && o[i].i > 1) || (r->kind == SMALL && o[i].i > 2))
			return false;
	}
	return true;
}

static void
remember(struct dict *d, unsigned op, const struct operand *o)
{
	uint32_t x = (uint32_t)o[0].i;

	switch (op) {
	case 0x11e:
		d->cid = true;
		d->sid[0] = x;
		d->sid[1] = (uint32_t)o[1].i;
		break;
	case 15:
		d->has_charset = true;
		d->charset = x;
		break;
	case 16:
		d->has_encoding = true;
		d->encoding = x;
		break;
	case 17:
		d->charstrings = x;
		break;
	case 18:
		d->private_size = x;
		d->private_at = (uint32_t)o[1].i;
		break;
	case 0x124:
		d->fdarray = x;
		break;
	case 0x125:
		d->fdselect = x;
		break;
	default:
		break;
	}
}

/* Operators in the order of the rules, each at most once. */
static bool
read_dict(struct view v, const struct rule *rules, size_t n, struct dict *d, struct err *e)
{
	struct operand o[OPERANDS] = { 0 };
	unsigned have = 0, op;
	size_t at = 0;
	uint8_t b;

	while (view_u8(&v, &b)) {
		if (b > 21) {
			if (have == OPERANDS || !read_operand(&v, b, &o[have], e))
				return have == OPERANDS ? residue(e, "too many operands") : false;
			have++;
			continue;
		}
		op = b;
		if (b == 12) {
			if (!view_u8(&v, &b))
				return residue(e, "operator cut off");
			op = 0x100u | b;
		}
		while (at < n && rules[at].op != op)
			at++;
		if (at == n || !operands_fit(&rules[at], o, have))
			return residue(e, "operator %x: unknown, out of order, or its operands", op);
		remember(d, op, o);
		if ((rules[at].cid_only && !d->cid) || (rules[at].name_only && d->cid))
			return residue(e, "operator %x in a font of the other kind", op);
		at++;
		have = 0;
	}
	return have == 0 || residue(e, "operands without an operator");
}
#define RULES(r) (r), sizeof(r) / sizeof *(r)

/* -- strings, charset, encoding, FDSelect ------------------------------------------------------ */

/* SIDs of custom strings are met in order. */
static bool
met(struct cff *f, uint32_t sid)
{
	if (sid < STANDARD || sid < f->next_sid)
		return true;
	return sid == f->next_sid && f->next_sid++ - STANDARD < f->strings.count;
}

static bool
strings_sound(const struct cff *f, struct err *e)
{
	uint32_t i;
	size_t k;

	for (i = 0; i < f->strings.count; i++) {
		struct view s = item(&f->strings, i);

		if (s.n == 0 || s.n > NAME_BYTES)
			return residue(e, "string of %zu bytes", s.n);
		for (k = 0; k < s.n; k++)
			if (s.p[k] < 0x20 || s.p[k] == 0x7f)
				return residue(e, "string with a control character");
	}
	return true;
}

static bool
charset_ranges(struct cff *f, uint32_t left, uint32_t *ret_ranges, struct err *e)
{
	uint32_t end = UINT32_MAX, k;
	uint16_t first, more;

	for (*ret_ranges = 0; left > 0; ++*ret_ranges) {
		if (!view_u16be(&f->rest, &first) || !view_u16be(&f->rest, &more) || more >= left ||
		    (uint32_t)first + more > 65535 || (first == end && end != UINT32_MAX))
			return residue(e, "charset range");
		for (k = 0; !f->top.cid && k <= more; k++)
			if (!met(f, first + k))
				return residue(e, "charset with a string that is not there, or out of order");
		left -= more + 1u;
		end = (uint32_t)first + more + 1;
	}
	return true;
}

static bool
charset(struct cff *f, struct err *e)
{
	static const uint32_t most[] = { 229, 166, 87 };
	uint32_t left = f->glyphs - 1, ranges = 0, last = UINT32_MAX;
	uint8_t format;
	uint16_t sid;

	if (!f->top.has_charset || f->top.charset <= 2)
		return (!f->top.has_charset || f->top.charset > 0) && !f->top.cid &&
		       f->glyphs <= most[f->top.has_charset ? f->top.charset : 0] ? true : residue(e, "predefined charset");
	if (f->top.charset != here(f) || !view_u8(&f->rest, &format))
		return residue(e, "charset is not where it should be");
	if (format == 2)
		return charset_ranges(f, left, &ranges, e) &&
		       (ranges * 4 < 2 * left || residue(e, "charset in ranges that are longer than a list"));
	if (format != 0)
		return residue(e, "charset format %u", format);
	for (; left > 0; left--) {
		if (!view_u16be(&f->rest, &sid) || (!f->top.cid && !met(f, sid)))
			return residue(e, "charset with a string that is not there, or out of order");
		ranges += last == UINT32_MAX || sid != last + 1;
		last = sid;
	}
	return ranges * 4 >= 2 * (f->glyphs - 1) || residue(e, "charset in a list that is longer than ranges");
}

static bool
encoding(struct cff *f, struct err *e)
{
	uint8_t format, n, code;
	uint16_t sid;

	if (!f->top.has_encoding || f->top.encoding == 1)
		return true;
	if (f->top.encoding != here(f) || !view_u8(&f->rest, &format) || (format & 0x7f) != 0 || !view_u8(&f->rest, &n) ||
	    n > f->glyphs - 1 || !view_skip(&f->rest, n))
		return residue(e, "encoding");
	if (!(format & 0x80))
		return true;
	if (!view_u8(&f->rest, &n) || n == 0)
		return residue(e, "encoding without its supplements");
	while (n-- > 0)
		if (!view_u8(&f->rest, &code) || !view_u16be(&f->rest, &sid) || !met(f, sid))
			return residue(e, "encoding's supplement");
	return true;
}

static bool
fdselect(struct cff *f, uint32_t fonts, struct view v, struct err *e)
{
	uint8_t format, fd, last_fd = 0;
	uint16_t n, first, i;
	uint32_t last = 0;

	if (!view_u8(&v, &format) || format != 3 || !view_u16be(&v, &n) || n == 0)
		return residue(e, "FDSelect");
	for (i = 0; i < n; i++) {
		if (!view_u16be(&v, &first) || !view_u8(&v, &fd) || (i == 0 ? first != 0 : first <= last || fd == last_fd) ||
		    first >= f->glyphs || fd >= fonts)
			return residue(e, "FDSelect range %u", i);
		last = first;
		last_fd = fd;
	}
	return (view_u16be(&v, &first) && first == f->glyphs) || residue(e, "FDSelect's end");
}

/* -- the whole ------------------------------------------------------------------------------------ */

static bool
charstrings(struct cff *f, struct err *e)
{
	struct view peek = f->rest;
	struct index x;
	uint32_t i;

	if (f->top.charstrings != here(f) || !read_index(&peek, &x, e))
		return residue(e, "charstrings are not where they should be");
	for (i = 0; i < x.count; i++)
		if (!inspect_charstring(item(&x, i), e))
			return err_at(e, "glyph %u", (unsigned)i);
	f->rest = peek;
	return true;
}

/* How many glyphs there are is said at the end but needed before. */
static bool
count_glyphs(struct cff *f, struct err *e)
{
	struct view v = view_from(f->whole, f->top.charstrings);
	uint16_t n;

	if (f->top.charstrings < here(f) || !view_u16be(&v, &n) || n == 0)
		return residue(e, "no glyphs");
	f->glyphs = n;
	return true;
}

static bool
private_dict(struct cff *f, const struct dict *d, struct err *e)
{
	struct dict unused = { 0 };
	struct view v;

	if (d->private_at != here(f) || !view_take(&f->rest, d->private_size, &v))
		return residue(e, "Private DICT is not where it should be");
	return read_dict(v, RULES(private_rules), &unused, e) || err_at(e, "Private DICT");
}

static bool
cid_fonts(struct cff *f, struct view select, struct err *e)
{
	struct index x;
	uint32_t i;

	if (f->top.fdarray != here(f) || !read_index(&f->rest, &x, e) || x.count == 0 || x.count > 256)
		return residue(e, "FDArray");
	if (!fdselect(f, x.count, select, e))
		return false;
	for (i = 0; i < x.count; i++) {
		struct dict d = { 0 };

		if (!read_dict(item(&x, i), RULES(font_rules), &d, e) || !private_dict(f, &d, e))
			return err_at(e, "Font DICT %u", (unsigned)i);
	}
	return true;
}

static bool
name_sound(const struct index *names, struct err *e)
{
	struct view s;
	size_t i;

	if (names->count != 1)
		return residue(e, "%u names", (unsigned)names->count);
	s = item(names, 0);
	if (s.n == 0 || s.n > NAME_BYTES)
		return residue(e, "name of %zu bytes", s.n);
	for (i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e || strchr("()<>[]{}/%", s.p[i]) != NULL)
			return residue(e, "name with a character that may not be");
	return true;
}

static bool
tables(struct cff *f, struct err *e)
{
	struct view select = { 0 }, ahead;
	uint16_t n;

	if (!count_glyphs(f, e) || !strings_sound(f, e))
		return false;
	f->next_sid = STANDARD;
	if (f->top.cid && (!met(f, f->top.sid[0]) || !met(f, f->top.sid[1])))
		return residue(e, "ROS names no string");
	if (!charset(f, e) || !encoding(f, e))
		return false;
	if (f->next_sid - STANDARD != f->strings.count)
		return residue(e, "a string that nothing uses");
	if (f->top.cid) {
		ahead = view_from(f->rest, 1);
		if (f->top.fdselect != here(f) || !view_u16be(&ahead, &n) || !view_take(&f->rest, 5 + 3 * (size_t)n, &select))
			return residue(e, "FDSelect is not where it should be");
	}
	if (!charstrings(f, e))
		return false;
	return f->top.cid ? cid_fonts(f, select, e) : private_dict(f, &f->top, e);
}

bool
inspect_cff(struct view v, uint32_t *ret_glyphs, struct err *e)
{
	struct cff f = { .whole = v, .rest = v };
	struct index names, tops, globals;

	if (!view_starts(v, VIEW("\1\0\4\4")) || !view_skip(&f.rest, 4))
		return residue(e, "CFF header");
	if (!read_index(&f.rest, &names, e) || !name_sound(&names, e) || !read_index(&f.rest, &tops, e) ||
	    !read_index(&f.rest, &f.strings, e) || !read_index(&f.rest, &globals, e))
		return err_at(e, "CFF");
	if (tops.count != 1 || globals.count != 0)
		return residue(e, "CFF: not one font, or subroutines");
	if (!read_dict(item(&tops, 0), RULES(top_rules), &f.top, e))
		return err_at(e, "CFF: Top DICT");
	if (!tables(&f, e))
		return err_at(e, "CFF");
	*ret_glyphs = f.glyphs;
	return f.rest.n == 0 || residue(e, "CFF: %zu bytes behind the last part", f.rest.n);
}
