/*
 * jpx.c - JPEG 2000 through OpenJPEG (ISO/IEC 15444-1).
 *
 * OpenJPEG allocates by what the header claims, so the header is read here
 * first, and only a picture that fits the limits is handed on.
 */
#include <openjpeg.h>
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/codec/codec.h"

enum {
	COMPONENTS_MAX = 32,	/* DeviceN's in ISO 32000-2 8.6.6.5 */
	TILE_PARTS_MAX = 1 << 17,	/* tiles times components */
	PRECISION_MAX = 38,
};

/* What the main header says (15444-1 A.5, A.6). */
struct header {
	uint32_t w, h;
	uint32_t components;
	bool reversible;
	size_t n;	/* bytes */
};

#define SOC_SIZ "\xff\x4f\xff\x51"

/* The bare codestream inside a JP2 (15444-1 I.4), or `in` itself. */
static bool
codestream_of(struct view in, struct view *ret)
{
	struct view v = in;
	size_t at;

	while (v.n >= 8 && !view_starts(v, VIEW(SOC_SIZ))) {
		struct view body = v, box;
		uint32_t n32 = 0, type = 0, high = 0, low = 0;
		uint64_t n, head = 8;

		(void)view_u32be(&body, &n32);
		(void)view_u32be(&body, &type);
		n = n32;
		if (n32 == 1 && view_u32be(&body, &high) && view_u32be(&body, &low)) {
			n = (uint64_t)high << 32 | low;
			head = 16;
		} else if (n32 == 0) {
			n = v.n;
		}
		if (n < head || n > v.n)
			n = v.n;
		if (type == 0x6a703263) {	/* jp2c */
			*ret = view_from(v, (size_t)head);
			return true;
		}
		(void)view_take(&v, (size_t)n, &box);
	}
	at = view_find(in, 0, VIEW(SOC_SIZ));
	*ret = view_from(in, at);
	return at != VIEW_NOT_FOUND;
}

/* A.5.1 */
static bool
header_siz(struct view v, struct header *h, struct err *e)
{
	uint32_t x1, y1, x0, y0, tw, th, tx0, ty0;
	uint16_t rsiz, components;
	uint64_t tiles;

	if (!view_u16be(&v, &rsiz) || !view_u32be(&v, &x1) || !view_u32be(&v, &y1) ||
	    !view_u32be(&v, &x0) || !view_u32be(&v, &y0) || !view_u32be(&v, &tw) ||
	    !view_u32be(&v, &th) || !view_u32be(&v, &tx0) || !view_u32be(&v, &ty0) ||
	    !view_u16be(&v, &components))
		return err_set(e, ERR_MALFORMED, "JPEG 2000 size marker cut off");
	if (x0 >= x1 || y0 >= y1 || tw == 0 || th == 0 || tx0 > x0 || ty0 > y0)
		return err_set(e, ERR_MALFORMED, "JPEG 2000 picture without area");
	if (components == 0 || components > COMPONENTS_MAX)
		return err_set(e, ERR_LIMIT, "%u JPEG 2000 components", components);
	tiles = (((uint64_t)x1 - tx0 + tw - 1) / tw) * (((uint64_t)y1 - ty0 + th - 1) / th);
	if (tiles > TILE_PARTS_MAX / components)
		return err_set(e, ERR_LIMIT, "%llu JPEG 2000 tiles", (unsigned long long)tiles);
	h->w = x1 - x0;
	h->h = y1 - y0;
	h->components = components;
	return true;
}

/* The last byte of COD and COC names the wavelet (A.6.1, A.6.2): 1 is the reversible one. */
static void
header_wavelet(struct view v, size_t at, struct header *h)
{
	struct view transform;

	if (view_sub(v, at, 1, &transform) && transform.p[0] != 1)
		h->reversible = false;
}

static bool
header_read(struct view v, struct header *h, struct err *e)
{
	size_t all = v.n;
	uint16_t marker, n;
	struct view segment;

	*h = (struct header){ .reversible = true };
	(void)view_skip(&v, 2);
	for (;;) {
		h->n = all - v.n;
		if (!view_u16be(&v, &marker) || marker == 0xff90 || !view_u16be(&v, &n) || n < 2 ||
		    !view_take(&v, n - 2U, &segment))
			break;
		if (marker == 0xff51 && !header_siz(segment, h, e))
			return false;
		if (marker == 0xff52)
			header_wavelet(segment, 9, h);
		if (marker == 0xff53)
			header_wavelet(segment, h->components < 257 ? 6 : 7, h);
	}
	if (h->components == 0)
		return err_set(e, ERR_MALFORMED, "no JPEG 2000 size marker");
	return true;
}

/*
 * A.4.2: a tile part that claims to be longer than the data are: OpenJPEG
 * would allocate what it claims.  The place of its length goes to *ret_at, from the codestream's start.
 */
static bool
tile_part_cut(struct view codestream, const struct header *h, size_t *ret_at)
{
	size_t at = h->n;

	for (;;) {
		struct view part = view_from(codestream, at);
		size_t left = part.n;
		uint16_t marker, size, tile;
		uint32_t length;

		if (!view_u16be(&part, &marker) || marker != 0xff90 || !view_u16be(&part, &size) ||
		    !view_u16be(&part, &tile) || !view_u32be(&part, &length) || length == 0)
			return false;
		if (length > left) {
			*ret_at = at + 6;
			return true;
		}
		at += length;
	}
}

/*
 * Components after the palette (I.5.3.4): OpenJPEG allocates all its columns.
 * The search may meet these bytes in a profile; that only counts for more.
 */
static uint32_t
palette_columns(struct view boxes)
{
	size_t at = view_find(boxes, 0, VIEW("pclr"));
	uint32_t most = 0;

	while (at != VIEW_NOT_FOUND) {
		struct view n;

		if (view_sub(boxes, at + 6, 1, &n) && n.p[0] > most)
			most = n.p[0];
		at = view_find(boxes, at + 1, VIEW("pclr"));
	}
	return most;
}

struct source {
	struct view in;
	size_t at;
};

static OPJ_SIZE_T
source_read(void *to, OPJ_SIZE_T n, void *ctx)
{
	struct source *s = ctx;
	struct view left = view_from(s->in, s->at);

	if (left.n == 0)
		return (OPJ_SIZE_T)-1;
	if (n > left.n)
		n = left.n;
	memcpy(to, left.p, n);
	s->at += n;
	return n;
}

static OPJ_BOOL
source_seek(OPJ_OFF_T to, void *ctx)
{
	struct source *s = ctx;

	if (to < 0 || (uint64_t)to > s->in.n)
		return OPJ_FALSE;
	s->at = (size_t)to;
	return OPJ_TRUE;
}

static OPJ_OFF_T
source_skip(OPJ_OFF_T n, void *ctx)
{
	struct source *s = ctx;

	if (n < 0)
		return -1;
	if ((uint64_t)n > s->in.n - s->at)
		n = (OPJ_OFF_T)(s->in.n - s->at);
	s->at += (size_t)n;
	return n;
}

static void
quiet(const char *text, void *ctx)
{
	(void)text;
	(void)ctx;
}

static void
image_free(opj_image_t **image)
{
	if (*image != NULL)
		opj_image_destroy(*image);
}

static opj_stream_t *
stream_new(struct source *s)
{
	opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);

	if (stream == NULL)
		return NULL;
	opj_stream_set_read_function(stream, source_read);
	opj_stream_set_seek_function(stream, source_seek);
	opj_stream_set_skip_function(stream, source_skip);
	opj_stream_set_user_data(stream, s, NULL);
	opj_stream_set_user_data_length(stream, s->in.n);
	return stream;
}

/* NULL where OpenJPEG makes nothing of it.  Cut-off data are decoded as far as they go. */
static opj_image_t *
picture_new(struct view in, OPJ_CODEC_FORMAT format, bool palette)
{
	struct source s = { .in = in };
	opj_stream_t *stream = stream_new(&s);
	opj_codec_t *codec = opj_create_decompress(format);
	opj_image_t *image = NULL;
	opj_dparameters_t parms;
	bool ok = stream != NULL && codec != NULL;

	opj_set_default_decoder_parameters(&parms);
	if (!palette)
		parms.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
	if (ok) {
		(void)opj_set_error_handler(codec, quiet, NULL);
		(void)opj_set_warning_handler(codec, quiet, NULL);
		(void)opj_set_info_handler(codec, quiet, NULL);
		ok = opj_setup_decoder(codec, &parms) &&
		     opj_decoder_set_strict_mode(codec, OPJ_FALSE) &&
		     opj_read_header(stream, codec, &image) && opj_decode(codec, stream, image);
	}
	if (codec != NULL)
		opj_destroy_codec(codec);
	if (stream != NULL)
		opj_stream_destroy(stream);
	if (!ok)
		image_free(&image);
	return ok ? image : NULL;
}

/* The components that come out, in order: colours, then at most one of opacity. */
struct choice {
	const opj_image_comp_t *of[COMPONENTS_MAX];
	uint8_t n;
	bool alpha, premultiplied;
	uint32_t w, h, precision;
};

/* 15444-1 I.5.3.6: 0 is a colour, 1 opacity, 2 opacity already multiplied in. */
static bool
choose(const opj_image_t *image, uint32_t colours, struct choice *c, struct err *e)
{
	const opj_image_comp_t *alpha = NULL;

	for (uint32_t i = 0; i < image->numcomps; i++) {
		const opj_image_comp_t *p = &image->comps[i];

		if (p->data == NULL || p->w == 0 || p->h == 0 || p->prec == 0 ||
		    p->prec > PRECISION_MAX || p->dx == 0 || p->dy == 0)
			return err_set(e, ERR_MALFORMED, "JPEG 2000 component %u has no samples", i);
		if (p->alpha == 0 && c->n < colours)
			c->of[c->n++] = p;
		else if ((p->alpha == 1 || p->alpha == 2) && alpha == NULL)
			alpha = p;
	}
	if (c->n == 0)
		return err_set(e, ERR_MALFORMED, "JPEG 2000 picture without colour");
	if (alpha != NULL && c->n < COMPONENTS_MAX) {
		c->of[c->n++] = alpha;
		c->alpha = true;
		c->premultiplied = alpha->alpha == 2;
	}
	for (uint8_t i = 0; i < c->n; i++) {
		c->w = c->of[i]->w > c->w ? c->of[i]->w : c->w;
		c->h = c->of[i]->h > c->h ? c->of[i]->h : c->h;
		c->precision = c->of[i]->prec > c->precision ? c->of[i]->prec : c->precision;
	}
	return true;
}

/* How many colour components belong to the colour space that the file names. */
static uint32_t
colours_of(const opj_image_t *image)
{
	switch (image->color_space) {
	case OPJ_CLRSPC_GRAY: return 1;
	case OPJ_CLRSPC_SRGB:
	case OPJ_CLRSPC_SYCC:
	case OPJ_CLRSPC_EYCC: return 3;
	case OPJ_CLRSPC_CMYK: return 4;
	default: return COMPONENTS_MAX;
	}
}

static enum pixels_space
space_of(const opj_image_t *image, uint32_t colours)
{
	/* OpenJPEG keeps CIELab's parameters where a profile would be, with no length. */
	if (colours == 3 && image->icc_profile_buf != NULL && image->icc_profile_len == 0)
		return PIXELS_LAB;
	switch (colours) {
	case 1: return PIXELS_GRAY;
	case 3: return PIXELS_RGB;
	case 4: return PIXELS_CMYK;
	default: return PIXELS_UNKNOWN;
	}
}

/* From `precision` bits, signed or not, to the full range of 8 or 16. */
static uint32_t
scaled(int64_t v, uint32_t precision, bool sign, uint32_t most)
{
	int64_t top = (INT64_C(1) << precision) - 1;

	if (sign)
		v += INT64_C(1) << (precision - 1);
	v = v < 0 ? 0 : v > top ? top : v;
	return top == most ? (uint32_t)v : (uint32_t)((v * most + top / 2) / top);
}

/* The column (or row) of a component for each one of the picture; B.2 gives its place. */
static void
place(uint32_t *at, uint32_t n, uint32_t of, uint32_t origin, uint32_t step, uint32_t finest)
{
	uint32_t first = (uint32_t)(((uint64_t)origin + step - 1) / step);
	uint64_t start = ((uint64_t)origin + finest - 1) / finest;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t k = of == n ? i : (start + i) * finest / step;

		if (of != n)
			k = k > first ? k - first : 0;
		at[i] = k < of ? (uint32_t)k : of - 1;
	}
}

static void
put_sample(struct pixels *p, size_t at, uint32_t v)
{
	if (p->bits == 8) {
		p->data[at] = (uint8_t)v;
	} else {
		p->data[2 * at] = (uint8_t)(v >> 8);
		p->data[2 * at + 1] = (uint8_t)v;
	}
}

static uint32_t
get_sample(const struct pixels *p, size_t at)
{
	return p->bits == 8 ? p->data[at] : (uint32_t)p->data[2 * at] << 8 | p->data[2 * at + 1];
}

static void
fill(struct pixels *p, uint8_t channel, const opj_image_comp_t *c, const uint32_t *columns,
     const uint32_t *lines)
{
	uint32_t most = p->bits == 8 ? 0xff : 0xffff;
	size_t at = channel;

	for (uint32_t y = 0; y < p->h; y++) {
		const OPJ_INT32 *row = c->data + (size_t)lines[y] * c->w;

		for (uint32_t x = 0; x < p->w; x++, at += p->channels)
			put_sample(p, at, scaled(row[columns[x]], c->prec, c->sgnd != 0, most));
	}
}

static uint32_t
clamped(int64_t v, int64_t most)
{
	return v < 0 ? 0 : v > most ? (uint32_t)most : (uint32_t)v;
}

/* sYCC (IEC 61966-2-1 Amd. 1) to RGB, in 16-bit fixed point. */
static void
to_rgb(struct pixels *p)
{
	int64_t most = p->bits == 8 ? 0xff : 0xffff, half = (most + 1) / 2, round = 1 << 15;

	for (size_t i = 0; i < (size_t)p->w * p->h; i++) {
		size_t at = i * p->channels;
		int64_t y = (int64_t)get_sample(p, at) * 65536 + round;
		int64_t cb = (int64_t)get_sample(p, at + 1) - half;
		int64_t cr = (int64_t)get_sample(p, at + 2) - half;

		put_sample(p, at, clamped((y + 91881 * cr) / 65536, most));
		put_sample(p, at + 1, clamped((y - 22554 * cb - 46802 * cr) / 65536, most));
		put_sample(p, at + 2, clamped((y + 116130 * cb) / 65536, most));
	}
}

static bool
pixels_fill(struct pixels *p, const opj_image_t *image, const struct choice *c, struct err *e)
{
	own_mem uint32_t *places = calloc((size_t)p->w + p->h, sizeof *places);
	uint32_t dx = UINT32_MAX, dy = UINT32_MAX;

	p->data = malloc((size_t)p->w * p->h * p->channels * (p->bits / 8));
	if (places == NULL || p->data == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for %u x %u pixels", p->w, p->h);
	for (uint8_t i = 0; i < c->n; i++) {
		dx = c->of[i]->dx < dx ? c->of[i]->dx : dx;
		dy = c->of[i]->dy < dy ? c->of[i]->dy : dy;
	}
	for (uint8_t i = 0; i < c->n; i++) {
		place(places, p->w, c->of[i]->w, image->x0, c->of[i]->dx, dx);
		place(places + p->w, p->h, c->of[i]->h, image->y0, c->of[i]->dy, dy);
		fill(p, i, c->of[i], places, places + p->w);
	}
	return true;
}

static bool
pixels_make(const opj_image_t *image, uint64_t max_pixels, struct pixels *ret, struct err *e)
{
	__attribute__((cleanup(pixels_release))) struct pixels p = { 0 };
	struct choice c = { 0 };
	uint32_t colours = colours_of(image);

	if (!choose(image, colours, &c, e))
		return false;
	if ((uint64_t)c.w * c.h > max_pixels)
		return err_set(e, ERR_LIMIT, "%u x %u pixels, limit %llu", c.w, c.h,
			       (unsigned long long)max_pixels);
	p.w = c.w;
	p.h = c.h;
	p.channels = c.n;
	p.depth = (uint8_t)c.precision;
	p.bits = c.precision > 8 ? 16 : 8;
	p.alpha = c.alpha;
	p.premultiplied = c.premultiplied;
	p.space = space_of(image, c.n - (c.alpha ? 1U : 0U));
	if (!pixels_fill(&p, image, &c, e))
		return false;
	if (p.space == PIXELS_RGB &&
	    (image->color_space == OPJ_CLRSPC_SYCC || image->color_space == OPJ_CLRSPC_EYCC))
		to_rgb(&p);
	*ret = p;
	p.data = NULL;
	return true;
}

/* Opens what fits the limits; NULL, with *e set, else. */
static opj_image_t *
picture_open(struct view in, bool palette, uint64_t max_pixels, struct header *h, struct err *e)
{
	opj_image_t *image = NULL;
	own_mem uint8_t *copy = NULL;
	struct view codestream;
	uint32_t components;
	uint64_t area;
	size_t at;

	if (!codestream_of(in, &codestream)) {
		(void)err_set(e, ERR_MALFORMED, "no JPEG 2000 codestream");
		return NULL;
	}
	if (!header_read(codestream, h, e))
		return NULL;
	components = palette_columns(view_of(in.p, in.n - codestream.n));
	if (components < h->components)
		components = h->components;
	area = (uint64_t)h->w * h->h;
	if (area > max_pixels || area > max_pixels * 4 / components) {
		(void)err_set(e, ERR_LIMIT, "%u x %u x %u samples, limit %llu pixels", h->w, h->h,
			      components, (unsigned long long)max_pixels);
		return NULL;
	}
	if (tile_part_cut(codestream, h, &at)) {
		copy = malloc(in.n);
		if (copy == NULL) {
			(void)err_set(e, ERR_SYSTEM, "no memory for %zu bytes", in.n);
			return NULL;
		}
		memcpy(copy, in.p, in.n);
		/* 0: until the end of the codestream. */
		memset(copy + (in.n - codestream.n) + at, 0, 4);
		codestream = view_from(view_of(copy, in.n), in.n - codestream.n);
		in = view_of(copy, in.n);
	}
	if (codestream.p != in.p)
		image = picture_new(in, OPJ_CODEC_JP2, palette);
	/* Where the boxes are broken, the codestream may still be sound. */
	if (image == NULL)
		image = picture_new(codestream, OPJ_CODEC_J2K, palette);
	if (image == NULL)
		(void)err_set(e, ERR_MALFORMED, "JPEG 2000 data do not decode");
	return image;
}

bool
jpx_decode(struct view in, uint64_t max_pixels, struct pixels *ret, struct err *e)
{
	__attribute__((cleanup(image_free))) opj_image_t *image = NULL;
	struct header h;

	image = picture_open(in, true, max_pixels, &h, e);
	if (image == NULL || !pixels_make(image, max_pixels, ret, e))
		return false;
	ret->reversible = h.reversible;
	return true;
}

bool
jpx_decode_indices(struct view in, uint64_t max_pixels, struct pixels *ret, struct err *e)
{
	__attribute__((cleanup(image_free))) opj_image_t *image = NULL;
	const opj_image_comp_t *c;
	struct header h;
	uint8_t *data;

	image = picture_open(in, false, max_pixels, &h, e);
	if (image == NULL)
		return false;
	c = &image->comps[0];
	if (c->data == NULL || c->w == 0 || c->h == 0)
		return err_set(e, ERR_MALFORMED, "JPEG 2000 component 0 has no samples");
	if ((uint64_t)c->w * c->h > max_pixels)
		return err_set(e, ERR_LIMIT, "%u x %u pixels, limit %llu", c->w, c->h,
			       (unsigned long long)max_pixels);
	data = malloc((size_t)c->w * c->h);
	if (data == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for %u x %u pixels", c->w, c->h);
	for (size_t i = 0; i < (size_t)c->w * c->h; i++)
		data[i] = (uint8_t)clamped(c->data[i], 0xff);
	*ret = (struct pixels){ .w = c->w, .h = c->h, .channels = 1, .bits = 8, .data = data,
				.depth = (uint8_t)c->prec, .reversible = h.reversible,
				.space = PIXELS_UNKNOWN };
	return true;
}
