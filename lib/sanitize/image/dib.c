#include "dib.h"

#include "core/own.h"

enum {
	OS2_HEADER = 12, INFO_HEADER = 40, OS2_2_HEADER = 64, V4_HEADER = 108, V5_HEADER = 124,
	HEADER_MAX = 1024,
	RGB = 0, RLE8 = 1, RLE4 = 2, BITFIELDS = 3, ALPHABITFIELDS = 6,
	PALETTE_MAX = 256,
};
static const uint64_t memory_max = UINT64_C(512) << 20;

static uint32_t
field(struct view v, size_t at)
{
	struct view w = view_from(v, at);
	uint32_t n = 0;

	(void)view_u32le(&w, &n);
	return n;
}

static uint16_t
field16(struct view v, size_t at)
{
	struct view w = view_from(v, at);
	uint16_t n = 0;

	(void)view_u16le(&w, &n);
	return n;
}

uint64_t
dib_row(const struct dib *d)
{
	return ((uint64_t)d->w * d->bits + 31) / 32 * 4;
}

static uint64_t
in_row(const struct dib *d)
{
	return ((uint64_t)d->w * d->in_bits + 31) / 32 * 4;
}

static bool
read_size(struct dib *d, struct job *j, struct err *e)
{
	int64_t w, h;

	d->header = field(d->in, 0);
	if (d->header == OS2_HEADER) {
		w = field16(d->in, 4);
		h = (int16_t)field16(d->in, 6);
		d->in_bits = (uint8_t)field16(d->in, 10);
	} else if (d->header >= 16 && d->header <= HEADER_MAX) {
		w = (int32_t)field(d->in, 4);
		h = (int32_t)field(d->in, 8);
		d->in_bits = (uint8_t)field16(d->in, 14);
	} else {
		return err_set(e, ERR_MALFORMED, "bitmap header of %u bytes", d->header);
	}
	d->top_down = h < 0;
	h = h < 0 ? -h : h;
	if (d->icon)
		h /= 2;
	if (w <= 0 || h <= 0 || w > INT32_MAX || h > INT32_MAX || d->header > d->in.n)
		return err_set(e, ERR_MALFORMED, "bitmap without a size");
	if ((uint64_t)w * (uint64_t)h > j->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "%lld x %lld pixels", (long long)w, (long long)h);
	d->w = (uint32_t)w;
	d->h = (uint32_t)h;
	return true;
}

/* What the pixels' bits mean, and as which of the five kinds they are written. */
static bool
read_kind(struct dib *d, struct err *e)
{
	static const uint32_t rgb555[4] = { 0x7c00, 0x3e0, 0x1f, 0 };
	uint32_t c = d->header >= 20 ? field(d->in, 16) : RGB;

	d->compression = c;
	d->bits = d->in_bits == 2 ? 4 : d->in_bits == 16 || d->in_bits == 32 ? 24 : d->in_bits;
	if (d->icon && d->in_bits == 32)
		d->bits = 32;	/* its fourth byte is opacity */
	if ((d->in_bits != 1 && d->in_bits != 2 && d->in_bits != 4 && d->in_bits != 8 &&
	     d->in_bits != 16 && d->in_bits != 24 && d->in_bits != 32) ||
	    (c == RLE8 && d->in_bits != 8) || (c == RLE4 && d->in_bits != 4) ||
	    ((c == BITFIELDS || c == ALPHABITFIELDS) && d->in_bits != 16 && d->in_bits != 32) ||
	    (c == BITFIELDS && d->header == OS2_2_HEADER) || (c > BITFIELDS && c != ALPHABITFIELDS))
		return err_set(e, ERR_MALFORMED, "bitmap of %u bits, compression %u", d->in_bits, c);
	if (d->in_bits == 16)
		memcpy(d->mask, rgb555, sizeof rgb555);
	return true;
}

/* Where the palette begins: behind the header and, with the short one, the masks. */
static size_t
read_masks(struct dib *d)
{
	size_t n = d->compression == ALPHABITFIELDS ? 4 : 3, i;
	bool in_header = d->header >= 52 && d->header != OS2_2_HEADER;

	if (d->compression != BITFIELDS && d->compression != ALPHABITFIELDS)
		return d->header;
	if (in_header && d->header >= 56)
		n = 4;
	for (i = 0; i < n; i++)
		d->mask[i] = field(d->in, INFO_HEADER + 4 * i);
	if (d->mask[3] != 0)
		d->bits = 32;
	return in_header ? d->header : d->header + 4 * n;
}

static size_t
read_palette(struct dib *d, size_t at)
{
	uint32_t used = d->header >= 36 ? field(d->in, 32) : 0, i;
	size_t each = d->header == OS2_HEADER ? 3 : 4;
	struct view c;

	if (d->in_bits > 8)
		return at + (used > PALETTE_MAX ? 0 : used * each);
	d->colours = used == 0 || used > 1u << d->in_bits ? 1u << d->in_bits : used;
	for (i = 0; i < d->colours; i++, at += each) {
		if (!view_sub(d->in, at, 3, &c))
			break;
		memcpy(d->palette + (size_t)i * 4, c.p, 3);
	}
	return at;
}

bool
dib_read(struct dib *d, struct view in, size_t at, bool icon, struct job *j, struct err *e)
{
	size_t behind;

	*d = (struct dib){ .in = in, .icon = icon };
	if (!read_size(d, j, e) || !read_kind(d, e))
		return false;
	behind = read_palette(d, read_masks(d));
	if (at == 0 || at < d->header || at > in.n)
		at = behind;
	d->data = view_from(in, at);
	d->end = at;
	if (d->header >= INFO_HEADER) {
		d->x_ppm = field(in, 24) > INT32_MAX ? 0 : field(in, 24);
		d->y_ppm = field(in, 28) > INT32_MAX ? 0 : field(in, 28);
	}
	d->profile = d->header >= V5_HEADER && (field(in, 56) == 0x4d424544 || field(in, 56) == 0x4c494e4b);
	d->converted = d->in_bits == 2 || d->in_bits == 16 || d->compression == RLE8 ||
		       d->compression == RLE4;
	/* A cut picture passes; one of which nearly nothing is there is a bomb. */
	if (d->compression != RLE8 && d->compression != RLE4 && d->data.n < in_row(d) * d->h / 100)
		return err_set(e, ERR_MALFORMED, "bitmap without its pixels");
	if (dib_row(d) * d->h > memory_max)
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	return job_charge(j, dib_row(d) * d->h, e);
}

void
dib_put_header(const struct dib *d, struct buf *out)
{
	/* An icon's image is its colours and its mask. */
	uint64_t mask = d->icon ? ((uint64_t)d->w + 31) / 32 * 4 : 0;

	(void)buf_u32le(out, INFO_HEADER);
	(void)buf_u32le(out, d->w);
	(void)buf_u32le(out, d->icon ? d->h * 2 : d->h);
	(void)buf_u16le(out, 1);
	(void)buf_u16le(out, d->bits);
	(void)buf_u32le(out, RGB);
	(void)buf_u32le(out, (uint32_t)((dib_row(d) + mask) * d->h));
	(void)buf_u32le(out, d->icon ? 0 : d->x_ppm);
	(void)buf_u32le(out, d->icon ? 0 : d->y_ppm);
	(void)buf_u32le(out, d->colours);
	(void)buf_u32le(out, 0);
}

void
dib_put_palette(const struct dib *d, struct buf *out)
{
	(void)buf_put(out, d->palette, (size_t)d->colours * 4);
}

struct rle {
	struct dib *d;
	struct view in;
	uint8_t *p;		/* one index a byte, top row last as in the file */
	uint32_t x, y;
};

static void
rle_put(struct rle *r, uint8_t index)
{
	if (r->x < r->d->w && r->y < r->d->h)
		r->p[(size_t)r->y * r->d->w + r->x] = index;
	if (r->x < r->d->w)
		r->x++;
}

/* n indices as they stand, padded to an even number of bytes. */
static bool
rle_literal(struct rle *r, uint8_t n)
{
	bool four = r->d->compression == RLE4;
	size_t bytes = four ? (n + 1u) / 2 : n;
	struct view b;
	uint8_t i;

	if (!view_take(&r->in, bytes, &b))
		return false;
	for (i = 0; i < n; i++)
		rle_put(r, !four ? b.p[i] : i % 2 == 0 ? b.p[i / 2] >> 4 : b.p[i / 2] & 15);
	if (bytes % 2 != 0)
		(void)view_skip(&r->in, 1);
	return true;
}

static bool
rle_escape(struct rle *r, uint8_t what)
{
	uint8_t dx, dy;

	if (what > 2)
		return rle_literal(r, what);
	if (what == 0) {
		r->x = 0;
		r->y++;
	} else if (what == 2) {
		if (!view_u8(&r->in, &dx) || !view_u8(&r->in, &dy))
			return false;
		r->x = r->d->w - r->x < dx ? r->d->w : r->x + dx;
		r->y += dy;
	}
	return true;
}

/* What is passed over stays index 0. */
static void
unpack_rle(struct rle *r)
{
	bool four = r->d->compression == RLE4, ended = false;
	uint8_t n, c, i;

	while (!ended && r->y < r->d->h && view_u8(&r->in, &n) && view_u8(&r->in, &c)) {
		if (n == 0 && c == 1)
			ended = true;
		else if (n == 0 && !rle_escape(r, c))
			break;
		for (i = 0; i < n; i++)
			rle_put(r, !four ? c : i % 2 == 0 ? c >> 4 : c & 15);
	}
	/* Full is as good as ended. */
	r->d->damaged |= !ended && r->y + 1 < r->d->h;
	if (!ended && r->y >= r->d->h && view_starts(r->in, VIEW("\0\1")))
		(void)view_skip(&r->in, 2);
	r->d->end += r->d->data.n - r->in.n;
}

static void
put_rle_row(const struct dib *d, const uint8_t *p, uint8_t *to)
{
	uint32_t x;

	if (d->bits == 8) {
		memcpy(to, p, d->w);
		return;
	}
	for (x = 0; x < d->w; x++)
		to[x / 2] |= (uint8_t)(x % 2 == 0 ? p[x] << 4 : p[x]);
}

static bool
put_rle(struct dib *d, uint8_t *to, struct err *e)
{
	size_t row = (size_t)dib_row(d);
	own_mem uint8_t *p = calloc(d->h, d->w);
	struct rle r = { .d = d, .in = d->data, .p = p };
	uint32_t y;

	if (p == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	unpack_rle(&r);
	for (y = 0; y < d->h; y++)
		put_rle_row(d, p + (size_t)y * d->w, to + row * (d->top_down ? d->h - 1 - y : y));
	return true;
}

/* A channel of any width as 8 bits: narrow ones repeat their bits, as displays do. */
static uint8_t
channel(uint32_t v, uint32_t mask)
{
	unsigned int shift, width;

	if (mask == 0)
		return 0;
	shift = (unsigned int)__builtin_ctz(mask);
	width = (unsigned int)__builtin_popcount(mask);
	v = (v & mask) >> shift;
	if (width >= 8)
		return (uint8_t)(v >> (width - 8));
	v <<= 8 - width;
	for (; width < 8; width *= 2)
		v |= v >> width;
	return (uint8_t)v;
}

static void
put_masked_row(const struct dib *d, const uint8_t *p, uint8_t *to)
{
	size_t each = d->in_bits / 8u, out = d->bits / 8u;
	uint32_t x, v;

	for (x = 0; x < d->w; x++, p += each, to += out) {
		v = p[0] | (uint32_t)p[1] << 8;
		if (each == 4)
			v |= (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
		to[0] = channel(v, d->mask[2]);
		to[1] = channel(v, d->mask[1]);
		to[2] = channel(v, d->mask[0]);
		if (out == 4)
			to[3] = channel(v, d->mask[3]);
	}
}

/* The bytes of w pixels, and nothing in the bits behind them. */
static void
put_plain_row(const struct dib *d, const uint8_t *p, uint8_t *to)
{
	size_t bits = (size_t)d->w * d->bits, n = (bits + 7) / 8;

	memcpy(to, p, n);
	if (bits % 8 != 0)
		to[n - 1] &= (uint8_t)(0xff00 >> bits % 8);
}

static void
put_row(const struct dib *d, const uint8_t *p, uint8_t *to)
{
	static const uint32_t rgb888[3] = { 0xff0000, 0xff00, 0xff };
	uint32_t x;

	if (d->in_bits == 2) {
		for (x = 0; x < d->w; x++)
			to[x / 2] |= (uint8_t)((p[x / 4] >> (6 - x % 4 * 2) & 3) << (x % 2 == 0 ? 4 : 0));
	} else if (d->in_bits == 32 && d->bits == 24 && (d->compression == RGB || memcmp(d->mask, rgb888, sizeof rgb888) == 0)) {
		for (x = 0; x < d->w; x++)
			memcpy(to + (size_t)x * 3, p + (size_t)x * 4, 3);
	} else if (d->mask[0] != 0 || d->mask[1] != 0 || d->mask[2] != 0 || d->mask[3] != 0) {
		put_masked_row(d, p, to);
	} else {
		put_plain_row(d, p, to);
	}
}

static bool
put_rows(struct dib *d, struct job *j, uint8_t *to, struct err *e)
{
	size_t from = (size_t)in_row(d), row = (size_t)dib_row(d);
	own_mem uint8_t *cut = calloc(1, from + 4);
	struct view p;
	uint32_t y;

	if (cut == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (y = 0; y < d->h; y++) {
		/* The last row often lacks its padding, and in a cut picture more. */
		if (!view_sub(d->data, y * from, from, &p)) {
			p = view_from(d->data, y * from);
			d->damaged |= p.n < ((size_t)d->w * d->in_bits + 7) / 8;
			memset(cut, 0, from);
			if (p.n > 0)
				memcpy(cut, p.p, p.n);
			p.p = cut;
		}
		put_row(d, p.p, to + row * (d->top_down ? d->h - 1 - y : y));
		if (!job_tick(j, e))
			return false;
	}
	d->end += from * d->h < d->data.n ? from * d->h : d->data.n;
	return true;
}

bool
dib_put_pixels(struct dib *d, struct job *j, struct buf *out, struct err *e)
{
	size_t n = (size_t)dib_row(d) * d->h;
	uint8_t *to = buf_room(out, n);

	if (to == NULL)
		return buf_ok(out, e);
	memset(to, 0, n);
	out->n += n;
	return d->compression == RLE8 || d->compression == RLE4 ? put_rle(d, to, e)
								 : put_rows(d, j, to, e);
}
