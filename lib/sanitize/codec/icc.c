/*
 * ICC profiles (ICC.1:2001-04 and ICC.1:2010), parsed to the last number
 * and written anew: colour engines are large parsers that see this next.
 */
#include "codec.h"

#include "core/own.h"

#define SIG(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

enum {
	HEADER = 128,
	TAGS_MAX = 200,		/* in the source */
	CURVE_MAX = 65536,
	TABLE_MAX = 4096,	/* entries of a table of mft2: 10.8 */
	LUT_MAX = 64 << 20,	/* bytes of a colour table */
	CHANNELS_MAX = 4,
};

enum element { EL_DESC, EL_CPRT, EL_XYZ, EL_CHAD, EL_CURVE, EL_A2B, EL_B2A, EL_GAMUT };

static const struct tag {
	uint32_t sig;
	enum element kind;
	bool spare;	/* a broken one is left out; else it breaks the profile */
} tags[] = {
	{ SIG('d', 'e', 's', 'c'), EL_DESC, false },
	{ SIG('c', 'p', 'r', 't'), EL_CPRT, false },
	{ SIG('w', 't', 'p', 't'), EL_XYZ, true },
	{ SIG('b', 'k', 'p', 't'), EL_XYZ, true },
	{ SIG('c', 'h', 'a', 'd'), EL_CHAD, true },
	{ SIG('r', 'X', 'Y', 'Z'), EL_XYZ, false },
	{ SIG('g', 'X', 'Y', 'Z'), EL_XYZ, false },
	{ SIG('b', 'X', 'Y', 'Z'), EL_XYZ, false },
	{ SIG('r', 'T', 'R', 'C'), EL_CURVE, false },
	{ SIG('g', 'T', 'R', 'C'), EL_CURVE, false },
	{ SIG('b', 'T', 'R', 'C'), EL_CURVE, false },
	{ SIG('k', 'T', 'R', 'C'), EL_CURVE, false },
	{ SIG('A', '2', 'B', '0'), EL_A2B, false },
	{ SIG('A', '2', 'B', '1'), EL_A2B, false },
	{ SIG('A', '2', 'B', '2'), EL_A2B, false },
	{ SIG('B', '2', 'A', '0'), EL_B2A, false },
	{ SIG('B', '2', 'A', '1'), EL_B2A, false },
	{ SIG('B', '2', 'A', '2'), EL_B2A, false },
	{ SIG('g', 'a', 'm', 't'), EL_GAMUT, true },
};
enum {
	TAG_RXYZ = 5, TAG_GXYZ, TAG_BXYZ, TAG_RTRC, TAG_GTRC, TAG_BTRC, TAG_KTRC, TAG_A2B0,
	TAGS = sizeof tags / sizeof tags[0]
};

struct icc {
	struct view in;
	struct buf *out;	/* the elements, without header and table */
	bool v4;
	uint8_t components;
	uint32_t class, space, pcs, intent;
	uint8_t minor;
	bool have[TAGS];
	size_t at[TAGS], size[TAGS];	/* in out */
};

static bool
number(struct view v, size_t at, uint32_t *ret)
{
	struct view w = view_from(v, at);

	return view_u32be(&w, ret);
}

static uint32_t
number_or_0(struct view v, size_t at)
{
	uint32_t n = 0;

	(void)number(v, at, &n);
	return n;
}

/* Type signature and the four zero bytes behind it. */
static void
put_type(struct buf *b, uint32_t sig)
{
	(void)buf_u32be(b, sig);
	(void)buf_u32be(b, 0);
}

static void
pad4(struct buf *b, size_t start)
{
	while ((b->n - start) % 4 != 0 && buf_byte(b, 0))
		;
}

/* Fixed words: what a description says is nobody's colour. */
static void
put_words(const struct icc *p, enum element kind, struct buf *b)
{
	const char *words = kind == EL_DESC ? "Colour space" : "None";
	size_t n = strlen(words), i;

	if (p->v4) {
		put_type(b, SIG('m', 'l', 'u', 'c'));
		(void)buf_u32be(b, 1);
		(void)buf_u32be(b, 12);
		(void)buf_str(b, "enUS");
		(void)buf_u32be(b, (uint32_t)n * 2);
		(void)buf_u32be(b, 28);
		for (i = 0; i < n; i++)
			(void)buf_u16be(b, (uint8_t)words[i]);
		return;
	}
	put_type(b, kind == EL_DESC ? SIG('d', 'e', 's', 'c') : SIG('t', 'e', 'x', 't'));
	if (kind == EL_DESC)
		(void)buf_u32be(b, (uint32_t)n + 1);
	(void)buf_put(b, words, n + 1);
	if (kind == EL_DESC)
		(void)buf_fill(b, 0, 78);	/* no Unicode, no Macintosh text */
}

/* XYZ and sf32: `n` numbers of s15Fixed16. */
static bool
numbers(struct view el, uint32_t sig, size_t n, struct buf *b)
{
	struct view body;

	if (number_or_0(el, 0) != sig || !view_sub(el, 8, n * 4, &body))
		return false;
	put_type(b, sig);
	return buf_view(b, body);
}

/* One curve off the front of *v, padding included where there is some. */
static bool
take_curve(struct view *v, struct buf *b)
{
	static const uint8_t params[] = { 1, 3, 4, 5, 7 };
	uint32_t sig, n, function;
	struct view body;
	size_t used;

	if (!number(*v, 0, &sig) || !number(*v, 8, &n))
		return false;
	if (sig == SIG('c', 'u', 'r', 'v')) {
		if (n > CURVE_MAX || !view_sub(*v, 12, (size_t)n * 2, &body))
			return false;
		put_type(b, sig);
		(void)buf_u32be(b, n);
	} else if (sig == SIG('p', 'a', 'r', 'a')) {
		function = n >> 16;
		if (function >= sizeof params || !view_sub(*v, 12, params[function] * 4u, &body))
			return false;
		put_type(b, sig);
		(void)buf_u32be(b, function << 16);
	} else {
		return false;
	}
	(void)buf_view(b, body);
	used = (12 + body.n + 3) & ~(size_t)3;
	(void)view_skip(v, used > v->n ? v->n : used);
	return true;
}

static bool
curves(struct view el, uint32_t offset, uint8_t n, struct buf *b, size_t start)
{
	struct view v = view_from(el, offset);
	uint8_t i;

	for (i = 0; i < n; i++) {
		if (!take_curve(&v, b))
			return false;
		pad4(b, start);
	}
	return true;
}

/* grid[0] × … × grid[in - 1] × out, SIZE_MAX where that is too much or nothing. */
static size_t
grid_size(const uint8_t *grid, uint8_t in, uint8_t out)
{
	size_t n = out;
	uint8_t i;

	for (i = 0; i < in; i++) {
		if (grid[i] == 0 || n > LUT_MAX / grid[i])
			return SIZE_MAX;
		n *= grid[i];
	}
	return n;
}

/* lut8Type and lut16Type: ICC.1:2010 10.8, 10.9 */
static bool
old_lut(struct view el, uint8_t in, uint8_t out, struct buf *b)
{
	bool wide = number_or_0(el, 0) == SIG('m', 'f', 't', '2');
	struct view head, body, rest = view_from(el, wide ? 52 : 48);
	uint8_t grid[CHANNELS_MAX];
	uint16_t n_in = 256, n_out = 256;
	size_t clut, n;

	if (!view_sub(el, 8, wide ? 44 : 40, &head) || head.p[0] != in || head.p[1] != out)
		return false;
	memset(grid, head.p[2], sizeof grid);
	clut = grid_size(grid, in, out);
	if (wide) {
		n_in = (uint16_t)(head.p[40] << 8 | head.p[41]);
		n_out = (uint16_t)(head.p[42] << 8 | head.p[43]);
	}
	if (clut == SIZE_MAX || n_in < 2 || n_in > TABLE_MAX || n_out < 2 || n_out > TABLE_MAX)
		return false;
	n = ((size_t)n_in * in + clut + (size_t)n_out * out) * (wide ? 2 : 1);
	if (!view_take(&rest, n, &body))
		return false;
	put_type(b, number_or_0(el, 0));
	(void)buf_put(b, head.p, 3);
	(void)buf_byte(b, 0);
	(void)buf_put(b, head.p + 4, head.n - 4);
	return buf_view(b, body);
}

static bool
new_lut_clut(struct view el, uint32_t offset, uint8_t in, uint8_t out, struct buf *b, size_t start)
{
	struct view head, body;
	size_t n;

	if (!view_sub(el, offset, 20, &head) || (head.p[16] != 1 && head.p[16] != 2))
		return false;
	n = grid_size(head.p, in, out);
	if (n == SIZE_MAX || !view_sub(el, (size_t)offset + 20, n * head.p[16], &body))
		return false;
	(void)buf_put(b, head.p, in);
	(void)buf_fill(b, 0, 16u - in);
	(void)buf_u32be(b, (uint32_t)head.p[16] << 24);
	(void)buf_view(b, body);
	pad4(b, start);
	return true;
}

static void
put_offset(struct buf *b, size_t start, size_t field)
{
	uint32_t at = (uint32_t)(b->n - start);

	if (b->full)
		return;
	b->p[start + field] = (uint8_t)(at >> 24);
	b->p[start + field + 1] = (uint8_t)(at >> 16);
	b->p[start + field + 2] = (uint8_t)(at >> 8);
	b->p[start + field + 3] = (uint8_t)at;
}

/* lutAToBType and lutBToAType: ICC.1:2010 10.10, 10.11; the side of B faces the PCS. */
static bool
new_lut(struct view el, bool a2b, uint8_t in, uint8_t out, struct buf *b)
{
	enum { B = 12, MATRIX = 16, M = 20, CLUT = 24, A = 28 };
	uint8_t pcs = a2b ? out : in, device = a2b ? in : out;
	size_t start = b->n;
	struct view matrix;

	if (el.n < 32 || el.p[8] != in || el.p[9] != out || number_or_0(el, B) == 0)
		return false;
	/* Without a table nothing turns one number of channels into another. */
	if (number_or_0(el, CLUT) == 0 && (in != out || number_or_0(el, A) != 0))
		return false;
	put_type(b, number_or_0(el, 0));
	(void)buf_put(b, el.p + 8, 2);
	(void)buf_fill(b, 0, 22);
	put_offset(b, start, B);
	if (!curves(el, number_or_0(el, B), pcs, b, start))
		return false;
	if (number_or_0(el, MATRIX) != 0) {
		put_offset(b, start, MATRIX);
		if (pcs != 3 || !view_sub(el, number_or_0(el, MATRIX), 48, &matrix))
			return false;
		(void)buf_view(b, matrix);
	}
	if (number_or_0(el, M) != 0) {
		put_offset(b, start, M);
		if (!curves(el, number_or_0(el, M), pcs, b, start))
			return false;
	}
	if (number_or_0(el, CLUT) != 0) {
		put_offset(b, start, CLUT);
		if (!new_lut_clut(el, number_or_0(el, CLUT), in, out, b, start))
			return false;
	}
	if (number_or_0(el, A) == 0)
		return true;
	put_offset(b, start, A);
	return curves(el, number_or_0(el, A), device, b, start);
}

static bool
lut(const struct icc *p, struct view el, enum element kind, struct buf *b)
{
	bool a2b = kind == EL_A2B;
	uint8_t in = a2b ? p->components : 3;
	uint8_t out = a2b ? 3 : kind == EL_B2A ? p->components : 1;

	switch (number_or_0(el, 0)) {
	case SIG('m', 'f', 't', '1'):
	case SIG('m', 'f', 't', '2'):
		return old_lut(el, in, out, b);
	case SIG('m', 'A', 'B', ' '):
		return p->v4 && a2b && new_lut(el, true, in, out, b);
	case SIG('m', 'B', 'A', ' '):
		return p->v4 && !a2b && new_lut(el, false, in, out, b);
	default:
		return false;
	}
}

static bool
element(const struct icc *p, struct view el, enum element kind, struct buf *b)
{
	switch (kind) {
	case EL_XYZ:
		return numbers(el, SIG('X', 'Y', 'Z', ' '), 3, b);
	case EL_CHAD:
		return numbers(el, SIG('s', 'f', '3', '2'), 9, b);
	case EL_CURVE:
		return take_curve(&el, b);
	case EL_A2B:
	case EL_B2A:
	case EL_GAMUT:
		return lut(p, el, kind, b);
	default:
		put_words(p, kind, b);
		return true;
	}
}

/* The element of the first row of this signature; false where there is none or it lies outside. */
static bool
find_element(const struct icc *p, uint32_t sig, struct view *ret)
{
	uint32_t n = number_or_0(p->in, HEADER), i, at, size;

	for (i = 0; i < n; i++) {
		struct view row = view_from(p->in, HEADER + 4 + (size_t)i * 12);
		uint32_t s;

		if (!view_u32be(&row, &s) || !view_u32be(&row, &at) || !view_u32be(&row, &size))
			return false;
		if (s == sig)
			return view_sub(p->in, at, size, ret);
	}
	return false;
}

static bool
has_row(const struct icc *p, uint32_t sig)
{
	uint32_t n = number_or_0(p->in, HEADER), i;

	for (i = 0; i < n; i++)
		if (number_or_0(p->in, HEADER + 4 + (size_t)i * 12) == sig)
			return true;
	return false;
}

/* Equal elements are written once: three curves of a display are mostly one. */
static void
share(struct icc *p, size_t t)
{
	struct buf *b = p->out;
	size_t i;

	for (i = 0; i < t; i++)
		if (p->have[i] && p->size[i] == p->size[t] &&
		    memcmp(b->p + p->at[i], b->p + p->at[t], p->size[t]) == 0) {
			b->n = p->at[t];
			p->at[t] = p->at[i];
			return;
		}
	pad4(b, 0);
}

static bool
add_tag(struct icc *p, size_t t, struct err *e)
{
	const struct tag *tag = &tags[t];
	struct view el = VIEW("");
	bool words = tag->kind == EL_DESC || tag->kind == EL_CPRT;
	size_t start = p->out->n;

	if (!words && !has_row(p, tag->sig))
		return true;
	if ((!words && !find_element(p, tag->sig, &el)) || !element(p, el, tag->kind, p->out)) {
		p->out->n = start;
		return tag->spare || err_set(e, ERR_MALFORMED, "profile: element %zu is broken", t);
	}
	if (p->out->full)
		return buf_ok(p->out, e);
	p->have[t] = true;
	p->at[t] = start;
	p->size[t] = p->out->n - start;
	share(p, t);
	return true;
}

static bool
complete(const struct icc *p, struct err *e)
{
	size_t t;

	if (p->have[TAG_A2B0] || (p->components == 1 && p->have[TAG_KTRC]))
		return true;
	for (t = TAG_RXYZ; t <= TAG_BTRC; t++)
		if (p->components != 3 || !p->have[t])
			return err_set(e, ERR_MALFORMED, "profile: says nothing about its colours");
	return true;
}

static bool
read_header(struct icc *p, struct err *e)
{
	uint32_t size = number_or_0(p->in, 0), n = number_or_0(p->in, HEADER);

	p->class = number_or_0(p->in, 12);
	p->space = number_or_0(p->in, 16);
	p->pcs = number_or_0(p->in, 20);
	p->intent = number_or_0(p->in, 64) & 0xffff;
	p->components = p->space == SIG('G', 'R', 'A', 'Y')   ? 1
			: p->space == SIG('R', 'G', 'B', ' ') ? 3
			: p->space == SIG('L', 'a', 'b', ' ') ? 3
			: p->space == SIG('C', 'M', 'Y', 'K') ? 4
							      : 0;
	if (p->in.n < HEADER + 4 || size < HEADER + 4 || size > p->in.n ||
	    number_or_0(p->in, 36) != SIG('a', 'c', 's', 'p'))
		return err_set(e, ERR_MALFORMED, "profile: no ICC header");
	p->in.n = size;
	p->v4 = p->in.p[8] == 4;
	p->minor = p->in.p[9] & 0xf0;
	if (p->in.p[8] != 2 && p->in.p[8] != 4)
		return err_set(e, ERR_MALFORMED, "profile: version %u", p->in.p[8]);
	if (p->class != SIG('s', 'c', 'n', 'r') && p->class != SIG('m', 'n', 't', 'r') &&
	    p->class != SIG('p', 'r', 't', 'r') && p->class != SIG('s', 'p', 'a', 'c'))
		return err_set(e, ERR_MALFORMED, "profile: class unknown");
	if (p->components == 0 ||
	    (p->pcs != SIG('X', 'Y', 'Z', ' ') && p->pcs != SIG('L', 'a', 'b', ' ')))
		return err_set(e, ERR_MALFORMED, "profile: colour space unknown");
	if (n > TAGS_MAX)
		return err_set(e, ERR_MALFORMED, "profile: %u tags", n);
	return true;
}

static void
write_header(const struct icc *p, struct buf *b, uint32_t size)
{
	(void)buf_u32be(b, size);
	(void)buf_u32be(b, 0);
	(void)buf_u32be(b, (p->v4 ? 0x04000000u : 0x02000000u) | (uint32_t)p->minor << 16);
	(void)buf_u32be(b, p->class);
	(void)buf_u32be(b, p->space);
	(void)buf_u32be(b, p->pcs);
	(void)buf_put(b, "\x07\xd0\0\1\0\1\0\0\0\0\0\0", 12);
	(void)buf_str(b, "acsp");
	(void)buf_fill(b, 0, 24);
	(void)buf_u32be(b, p->intent <= 3 ? p->intent : 0);
	(void)buf_put(b, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d", 12);	/* D50: 7.2.16 */
	(void)buf_fill(b, 0, 48);
}

static bool
write_profile(const struct icc *p, struct buf *b, struct err *e)
{
	uint32_t n = 0, base;
	size_t t;

	for (t = 0; t < TAGS; t++)
		n += p->have[t];
	base = HEADER + 4 + n * 12;
	write_header(p, b, base + (uint32_t)p->out->n);
	(void)buf_u32be(b, n);
	for (t = 0; t < TAGS; t++) {
		if (!p->have[t])
			continue;
		(void)buf_u32be(b, tags[t].sig);
		(void)buf_u32be(b, base + (uint32_t)p->at[t]);
		(void)buf_u32be(b, (uint32_t)p->size[t]);
	}
	(void)buf_view(b, buf_bytes(p->out));
	return buf_ok(b, e);
}

bool
icc_rebuild(struct view in, struct buf *out, uint8_t *ret_components, struct err *e)
{
	own_buf struct buf elements = BUF_MAX((size_t)LUT_MAX * 2);
	struct icc p = { .in = in, .out = &elements };
	bool sound = read_header(&p, e);
	size_t t;

	*ret_components = p.components;
	if (!sound)
		return false;
	for (t = 0; t < TAGS; t++)
		if (!add_tag(&p, t, e))
			return false;
	return complete(&p, e) && write_profile(&p, out, e);
}
