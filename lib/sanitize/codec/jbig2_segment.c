/*
 * jbig2_segment.c - segments and the page they build (ITU-T T.88 7, 8).
 *
 * The page is made in the size that the document gives it, whatever the page
 * information says: what lies outside is never seen.  Damage ends the decoding, and the
 * page is then what was drawn before it, as viewers show it.
 */
#include "core/own.h"
#include "sanitize/codec/jbig2.h"

enum {
	WORK_LEAST = 1 << 24,	/* pixels, whatever the page's size */
	WORK_PER_PIXEL = 16,
	ARENA_LEAST = 64 << 20,
	REFERENCES_MAX = 1 << 16,
	LENGTH_UNKNOWN = -1,
};

/* Table 7.3 of segment types. */
enum {
	SEGMENT_SYMBOLS = 0,
	SEGMENT_TEXT = 4,
	SEGMENT_PATTERNS = 16,
	SEGMENT_HALFTONE = 20,
	SEGMENT_GENERIC = 36,
	SEGMENT_GENERIC_IMMEDIATE = 38,
	SEGMENT_REFINE = 40,
	SEGMENT_PAGE = 48,
	SEGMENT_END_OF_PAGE = 49,
	SEGMENT_END_OF_FILE = 51,
	SEGMENT_TABLE = 53,
	SEGMENT_COLOUR = 54,
};

struct page {
	struct jbig2 j;
	struct bitmap bitmap;
	struct segment *last;	/* the segments so far, backwards */
	bool drawn, there, ended;
};

struct header {
	uint32_t number;
	uint8_t type;
	struct view refs;	/* their numbers */
	uint8_t ref_size;
	uint32_t ref_n;
	uint32_t length;
};

static bool
cut_off(struct err *e)
{
	return err_set(e, ERR_MALFORMED, "JBIG2 segment cut off");
}

/* 7.2.4: three bits, or 29 behind a seven; then a bit for each and one. */
static bool
references_count(struct view *v, uint32_t *ret, struct err *e)
{
	uint8_t first;
	uint32_t n;

	if (v->n == 0)
		return cut_off(e);
	first = v->p[0];
	if (first >> 5 < 7) {
		*ret = first >> 5;
		return view_skip(v, 1) && *ret <= 4 ? true : cut_off(e);
	}
	if (!view_u32be(v, &n) || !view_skip(v, ((n & 0x1fffffff) + 8) / 8))
		return cut_off(e);
	*ret = n & 0x1fffffff;
	return true;
}

/* 7.2 */
static bool
header_read(struct view *v, struct header *h, struct err *e)
{
	uint8_t flags;

	if (!view_u32be(v, &h->number) || !view_u8(v, &flags) ||
	    !references_count(v, &h->ref_n, e))
		return cut_off(e);
	h->type = flags & 63;
	h->ref_size = h->number <= 256 ? 1 : h->number <= 65536 ? 2 : 4;
	if (h->ref_n > REFERENCES_MAX)
		return err_set(e, ERR_LIMIT, "JBIG2 segment with %u references", h->ref_n);
	if (!view_take(v, (size_t)h->ref_n * h->ref_size, &h->refs) ||
	    !view_skip(v, flags & 0x40 ? 4 : 1) || !view_u32be(v, &h->length))
		return cut_off(e);
	return true;
}

/* The segments referred to; those that left nothing are passed over. */
static bool
references_find(struct page *p, const struct header *h, struct references *ret, struct err *e)
{
	struct view v = h->refs;

	*ret = (struct references){ .of = jbig2_array(&p->j, h->ref_n, sizeof *ret->of, e) };
	if (ret->of == NULL)
		return false;
	for (uint32_t i = 0; i < h->ref_n; i++) {
		uint32_t number = 0;
		const struct segment *s = p->last;
		uint64_t steps = 1;

		for (uint8_t k = 0; k < h->ref_size; k++) {
			uint8_t byte = 0;

			(void)view_u8(&v, &byte);
			number = number << 8 | byte;
		}
		for (; s != NULL && s->number != number; s = s->next)
			steps++;
		if (!jbig2_pay(&p->j, steps, e))
			return false;
		if (s != NULL)
			ret->of[ret->n++] = s;
	}
	return true;
}

bool
region_read(struct view *v, struct region *ret, struct err *e)
{
	uint8_t flags;

	if (!view_u32be(v, &ret->w) || !view_u32be(v, &ret->h) || !view_u32be(v, &ret->x) ||
	    !view_u32be(v, &ret->y) || !view_u8(v, &flags))
		return err_set(e, ERR_MALFORMED, "JBIG2 region cut off");
	if (flags & 8)
		return err_set(e, ERR_DENIED, "JBIG2 colour extension");
	ret->op = flags & 7;
	if (ret->op >= COMBINE_COUNT)
		return err_set(e, ERR_MALFORMED, "JBIG2 operator %d", ret->op);
	return true;
}

/* 7.4.7: the region that is refined, or what the page shows there. */
static bool
refine_from(struct page *p, struct view v, const struct references *refs, const struct region *r,
	    struct bitmap *ret, struct err *e)
{
	struct bitmap there;

	for (size_t i = 0; i < refs->n; i++)
		if (refs->of[i]->region != NULL)
			return refine_segment(&p->j, v, refs->of[i]->region, ret, e);
	if (!jbig2_bitmap(&p->j, r->w, r->h, &there, e))
		return false;
	jbig2_combine(&there, &p->bitmap, -(int64_t)r->x, -(int64_t)r->y, COMBINE_REPLACE);
	return refine_segment(&p->j, v, &there, ret, e);
}

static bool
region_decode(struct page *p, uint8_t base, struct view v, const struct references *refs,
	      const struct region *r, struct bitmap *ret, struct err *e)
{
	switch (base) {
	case SEGMENT_TEXT: return text_segment(&p->j, v, refs, ret, e);
	case SEGMENT_HALFTONE: return halftone_segment(&p->j, v, refs, ret, e);
	case SEGMENT_GENERIC: return generic_segment(&p->j, v, ret, e);
	default: return refine_from(p, v, refs, r, ret, e);
	}
}

/*
 * Types come in fours: intermediate, unused, immediate, immediate lossless.
 * An unknown length is found by the caller, and with it the true height.
 */
static bool
region_segment(struct page *p, struct segment *s, struct view v, const struct references *refs,
	       const uint32_t *height, struct err *e)
{
	struct region r;
	struct bitmap b;

	if (!region_read(&v, &r, e))
		return false;
	if (height != NULL && *height < r.h)
		r.h = *height;
	if (r.w == 0 || r.h == 0)
		return true;
	if (!jbig2_bitmap(&p->j, r.w, r.h, &b, e) ||
	    !region_decode(p, s->type & 0xfc, v, refs, &r, &b, e))
		return false;
	if (s->type & 2) {
		if (!p->there)
			return err_set(e, ERR_MALFORMED, "JBIG2 region without a page");
		jbig2_combine(&p->bitmap, &b, r.x, r.y, r.op);
		p->drawn = true;
		return true;
	}
	s->region = jbig2_array(&p->j, 1, sizeof *s->region, e);
	if (s->region == NULL)
		return false;
	*s->region = b;
	return true;
}

/* 7.4.8.  Only what the page is filled with matters: see the top. */
static bool
page_segment(struct page *p, struct view v, struct err *e)
{
	struct view flags;

	if (p->there)
		return err_set(e, ERR_MALFORMED, "a second JBIG2 page");
	if (!view_sub(v, 16, 1, &flags))
		return cut_off(e);
	p->there = true;
	if (flags.p[0] & 4)
		jbig2_fill(&p->bitmap, true);
	return true;
}

static bool
segment_data(struct page *p, struct segment *s, struct view v, const struct references *refs,
	     const uint32_t *height, struct err *e)
{
	switch (s->type) {
	case SEGMENT_SYMBOLS: return symbols_segment(&p->j, v, refs, &s->symbols, e);
	case SEGMENT_PATTERNS: return patterns_segment(&p->j, v, &s->patterns, e);
	case SEGMENT_TABLE:
		s->table = jbig2_array(&p->j, 1, sizeof *s->table, e);
		return s->table != NULL && huffman_custom(&p->j, v, s->table, e);
	case SEGMENT_PAGE: return page_segment(p, v, e);
	case SEGMENT_END_OF_PAGE:
	case SEGMENT_END_OF_FILE: p->ended = true; return true;
	case SEGMENT_COLOUR: return err_set(e, ERR_DENIED, "JBIG2 colour palette");
	default: break;
	}
	switch (s->type & 0xfc) {
	case SEGMENT_TEXT:
	case SEGMENT_HALFTONE:
	case SEGMENT_GENERIC:
	case SEGMENT_REFINE: return region_segment(p, s, v, refs, height, e);
	/* End of stripe, profiles, extensions: nothing to draw. */
	default: return true;
	}
}

/*
 * 7.2.7: an immediate generic region of unknown length ends with two bytes
 * that its data cannot hold, and its number of rows.
 */
static bool
unknown_length(struct view v, size_t *ret_n, uint32_t *ret_height, struct err *e)
{
	enum { INFORMATION = 17 };
	struct view flags, rows;
	size_t at;

	if (!view_sub(v, INFORMATION, 1, &flags))
		return cut_off(e);
	at = view_find(v, INFORMATION + 1, flags.p[0] & 1 ? VIEW("\0\0") : VIEW("\xff\xac"));
	if (at == VIEW_NOT_FOUND || !view_sub(v, at + 2, 4, &rows))
		return cut_off(e);
	*ret_n = at + 6;
	return view_u32be(&rows, ret_height);
}

static bool
segment_read(struct page *p, const struct header *h, struct view *data, struct err *e)
{
	struct segment *s = jbig2_array(&p->j, 1, sizeof *s, e);
	struct references refs;
	size_t n = h->length;
	uint32_t height = 0;
	bool unknown = h->length == (uint32_t)LENGTH_UNKNOWN;
	struct view v;

	if (s == NULL)
		return false;
	if (unknown && h->type != SEGMENT_GENERIC_IMMEDIATE)
		return err_set(e, ERR_MALFORMED, "JBIG2 segment of unknown length");
	if (unknown && !unknown_length(*data, &n, &height, e))
		return false;
	/* The last segment may be cut off; what is there is decoded. */
	if (n > data->n)
		n = data->n;
	if (!view_take(data, n, &v) || !references_find(p, h, &refs, e))
		return false;
	s->number = h->number;
	s->type = h->type;
	if (!segment_data(p, s, unknown ? view_of(v.p, n - 4) : v, &refs, unknown ? &height : NULL, e))
		return false;
	s->next = p->last;
	p->last = s;
	return true;
}

/* Annex D: a file of its own has a header, which does not belong into a document but is met there. */
static bool
file_header(struct view *v, bool *ret_sequential)
{
	uint8_t flags;

	*ret_sequential = true;
	if (!view_starts(*v, VIEW("\x97JB2\r\n\x1a\n")))
		return true;
	if (!view_skip(v, 8) || !view_u8(v, &flags))
		return false;
	*ret_sequential = flags & 1;
	return (flags & 2) != 0 || view_skip(v, 4);
}

/* Random access, D.2: all headers first. */
static bool
random_access(struct page *p, struct view v, struct err *e)
{
	struct view data = v;
	struct header h = { 0 };

	do {
		if (!header_read(&data, &h, e))
			return false;
	} while (h.type != SEGMENT_END_OF_FILE);
	while (!p->ended)
		if (!header_read(&v, &h, e) || !segment_read(p, &h, &data, e))
			return false;
	return true;
}

static bool
segments_read(struct page *p, struct view v, struct err *e)
{
	bool sequential;
	struct header h;

	if (!file_header(&v, &sequential))
		return cut_off(e);
	if (!sequential)
		return random_access(p, v, e);
	while (v.n > 0 && !p->ended)
		if (!header_read(&v, &h, e) || !segment_read(p, &h, &v, e))
			return false;
	return true;
}

bool
jbig2_decode(struct view in, struct view globals, uint32_t w, uint32_t h, uint64_t max_pixels,
	     struct bitmap *ret, struct err *e)
{
	__attribute__((cleanup(bitmap_release))) struct bitmap b = { 0 };
	own_arena struct arena *arena = NULL;
	struct page p = { .j = { .max_pixels = max_pixels } };
	uint64_t area = (uint64_t)w * h;
	bool ok;

	if (!bitmap_init(&b, w, h, max_pixels, e))
		return false;
	arena = arena_new(ARENA_LEAST + bitmap_stride(w) * h * 8);
	if (arena == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	p.j.arena = arena;
	p.j.work = WORK_LEAST + area * WORK_PER_PIXEL;
	p.bitmap = b;
	ok = globals.n == 0 || segments_read(&p, globals, e);
	p.ended = false;
	ok = ok && segments_read(&p, in, e);
	if (!ok && (e->code != ERR_MALFORMED || !p.drawn))
		return err_at(e, "JBIG2");
	if (!p.there)
		return err_set(e, ERR_MALFORMED, "JBIG2 data without a page");
	*ret = b;
	b = (struct bitmap){ 0 };
	return true;
}
