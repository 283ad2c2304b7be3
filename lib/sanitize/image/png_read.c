/* PNG: from chunks to what of them is understood. */
#include "png_int.h"

#include <libdeflate.h>

#include "core/own.h"
#include "sanitize/codec/codec.h"
#include "sanitize/codec/jpeg_meta.h"
#include "zstream.h"

enum {
	FRAMES_MAX = 20000,
	PROFILE_MAX = 16 << 20,	/* bytes of an inflated colour profile */
	KEYWORD_MAX = 79,	/* 11.3.3.2 */
};

struct chunk {
	char type[5];
	struct view body;
};

static bool
is(const struct chunk *c, const char *type)
{
	return memcmp(c->type, type, 4) == 0;
}

static bool
read_ihdr(struct png *p, struct view b, struct err *e)
{
	/* Depths by colour type, a bit each: 11.2.1 */
	static const uint8_t depths[7] = { 1 | 2 | 4 | 8 | 16, 0, 8 | 16, 1 | 2 | 4 | 8, 8 | 16, 0, 8 | 16 };
	static const uint8_t channels[7] = { 1, 0, 3, 1, 2, 0, 4 };
	uint8_t compression, filter;

	if (!view_u32be(&b, &p->w) || !view_u32be(&b, &p->h) || !view_u8(&b, &p->depth) ||
	    !view_u8(&b, &p->type) || !view_u8(&b, &compression) || !view_u8(&b, &filter) ||
	    !view_u8(&b, &p->interlace) || p->w == 0 || p->h == 0 || p->w > INT32_MAX ||
	    p->h > INT32_MAX || p->type > 6 || (depths[p->type] & p->depth) == 0 ||
	    (p->depth & (p->depth - 1)) != 0 || compression != 0 || filter != 0 || p->interlace > 1)
		return err_set(e, ERR_MALFORMED, "IHDR: no picture that PNG knows");
	if ((uint64_t)p->w * p->h > p->j->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "%u x %u pixels", p->w, p->h);
	p->channels = channels[p->type];
	p->still = (struct png_frame){ .w = p->w, .h = p->h };
	return true;
}

uint64_t
png_row(const struct png *p, uint32_t w)
{
	return ((uint64_t)w * p->channels * p->depth + 7) / 8;
}

/* 11.3.2.3: name, method, zlib stream */
static void
read_iccp(struct png *p, struct view b)
{
	own_buf struct buf raw = BUF_MAX(PROFILE_MAX);
	struct err unused = { 0 };
	size_t name = view_find(b, 0, VIEW("\0"));
	uint8_t n, want = p->type == PNG_GRAY || p->type == PNG_GRAY_ALPHA ? 1 : 3;

	if (p->icc.n > 0)
		return;
	p->icc.max = PROFILE_MAX;
	if (name <= KEYWORD_MAX && zstream_inflate_buf(view_from(b, name + 2), &raw, &unused) &&
	    icc_rebuild(buf_bytes(&raw), &p->icc, &n, &unused) && n == want)
		return;
	buf_clear(&p->icc);
	job_find(p->j, FINDING_IMAGE_PROFILE_REMOVED, "", NULL);
}

static bool
read_fctl(struct png *p, struct view b, struct err *e)
{
	struct png_frame f = { .control = true };
	struct png_frame *grown;
	uint32_t seq;

	if (!view_u32be(&b, &seq) || !view_u32be(&b, &f.w) || !view_u32be(&b, &f.h) ||
	    !view_u32be(&b, &f.x) || !view_u32be(&b, &f.y) || !view_u16be(&b, &f.delay_num) ||
	    !view_u16be(&b, &f.delay_den) || !view_u8(&b, &f.dispose) || !view_u8(&b, &f.blend))
		return true;
	if (p->still.n == 0) {
		/* It stands before IDAT: the still picture is the first frame. */
		f.w = p->w;
		f.h = p->h;
		f.x = f.y = 0;
		p->still = f;
		return true;
	}
	if (p->frames == p->cap) {
		if (p->cap >= FRAMES_MAX)
			return err_set(e, ERR_LIMIT, "more than %d frames", FRAMES_MAX);
		p->cap = p->cap == 0 ? 16 : p->cap * 2;
		grown = realloc(p->frame, p->cap * sizeof *grown);
		if (grown == NULL)
			return err_set(e, ERR_SYSTEM, "no memory");
		p->frame = grown;
	}
	p->frame[p->frames++] = f;
	return true;
}

static bool
add_data(struct png *p, struct png_frame *f, struct view b, struct err *e)
{
	if (f->n == 0)
		f->at = p->data.n;
	f->n += b.n;
	return buf_view(&p->data, b) || buf_ok(&p->data, e);
}

static bool
keep_once(struct view *to, struct view b, size_t min, size_t max)
{
	if (b.n < min || b.n > max)
		return false;
	if (to->n > 0)
		return view_eq(*to, b);
	*to = b;
	return true;
}

static void
note_text(struct png *p, struct view b)
{
	if (view_starts(b, VIEW("XML:com.adobe.xmp\0")) || view_starts(b, VIEW("Raw profile type xmp")))
		job_find(p->j, FINDING_IMAGE_XMP, "", NULL);
	else if (view_starts(b, VIEW("Raw profile type exif")) ||
		 view_starts(b, VIEW("Raw profile type APP1")))
		job_find(p->j, FINDING_IMAGE_EXIF, "", NULL);
	else
		job_find(p->j, FINDING_IMAGE_COMMENT, "", NULL);
}

static void
note_exif(struct png *p, struct view b)
{
	struct jpeg_info info = { 0 };

	(void)exif_read(b, &info);
	if (p->orientation == 0)
		p->orientation = info.orientation;
	if (exif_is_plain(b, info.orientation))
		return;
	job_find(p->j, FINDING_IMAGE_EXIF, "", NULL);
	if (info.gps)
		job_find(p->j, FINDING_IMAGE_GPS, "", NULL);
	if (info.thumbnail)
		job_find(p->j, FINDING_IMAGE_THUMBNAIL, "", NULL);
}

/* What the allow-list does not have: removed, and said. */
static void
note_other(struct png *p, const struct chunk *c)
{
	if (is(c, "tEXt") || is(c, "zTXt") || is(c, "iTXt"))
		note_text(p, c->body);
	else if (is(c, "eXIf"))
		note_exif(p, c->body);
	else
		job_find(p->j, FINDING_IMAGE_BLOCK, "", "%s", c->type);
}

static void
read_ancillary(struct png *p, const struct chunk *c)
{
	bool kept = false;

	if (is(c, "tRNS"))
		kept = keep_once(&p->trns, c->body, 1, 256);
	else if (is(c, "gAMA"))
		kept = keep_once(&p->gama, c->body, 4, 4);
	else if (is(c, "cHRM"))
		kept = keep_once(&p->chrm, c->body, 32, 32);
	else if (is(c, "sRGB"))
		kept = c->body.n == 1 && c->body.p[0] <= 3 && keep_once(&p->srgb, c->body, 1, 1);
	else if (is(c, "pHYs"))
		kept = c->body.n == 9 && c->body.p[8] <= 1 && keep_once(&p->phys, c->body, 9, 9);
	if (!kept)
		note_other(p, c);
}

static bool
read_chunk(struct png *p, const struct chunk *c, struct err *e)
{
	struct png_frame *last = p->frames > 0 ? &p->frame[p->frames - 1] : NULL;

	if (is(c, "IDAT")) {
		/* Once frames have begun, it belongs to nothing. */
		if (last != NULL)
			p->damaged = true;
		return last != NULL || add_data(p, &p->still, c->body, e);
	}
	if (is(c, "fcTL"))
		return read_fctl(p, c->body, e);
	if (is(c, "fdAT")) {
		if (last == NULL || c->body.n < 4)
			p->damaged = true;
		else
			return add_data(p, last, view_from(c->body, 4), e);
	} else if (is(c, "acTL")) {
		struct view b = view_from(c->body, 4);

		p->animated |= view_u32be(&b, &p->plays);
	} else if (is(c, "PLTE")) {
		if (!keep_once(&p->plte, c->body, 3, 768))
			note_other(p, c);
	} else if (is(c, "iCCP")) {
		read_iccp(p, c->body);
	} else {
		read_ancillary(p, c);
	}
	return true;
}

/* The next chunk off *v; a cut one is what there is of it. */
static bool
take_chunk(struct png *p, struct view *v, struct chunk *c)
{
	struct view type, whole = *v;
	uint32_t n, crc;

	if (!view_u32be(v, &n) || !view_take(v, 4, &type))
		return false;
	memcpy(c->type, type.p, 4);
	if (n > v->n) {
		p->damaged = true;
		n = (uint32_t)v->n;
	}
	(void)view_take(v, n, &c->body);
	if (!view_u32be(v, &crc) || crc != libdeflate_crc32(0, view_from(whole, 4).p, (size_t)n + 4))
		p->damaged = true;
	return true;
}

/* Only what fits the kind of picture stays. */
static bool
settle(struct png *p, struct err *e)
{
	static const struct view none;
	size_t colours = p->plte.n / 3, max = (size_t)1 << (p->depth > 8 ? 8 : p->depth), i;

	if (p->still.n == 0)
		return err_set(e, ERR_MALFORMED, "no picture data");
	if (p->type == PNG_PALETTE) {
		if (colours == 0)
			return err_set(e, ERR_MALFORMED, "no palette");
		p->plte.n = (colours > max ? max : colours) * 3;
		if (p->trns.n > p->plte.n / 3)
			p->trns.n = p->plte.n / 3;
	} else {
		if (p->plte.n > 0)
			job_find(p->j, FINDING_IMAGE_BLOCK, "", "PLTE");
		p->plte = none;
		i = p->type == PNG_GRAY ? 2 : p->type == PNG_RGB ? 6 : 0;
		if (p->trns.n != i)
			p->trns = none;
		for (i = 0; p->depth < 16 && i + 1 < p->trns.n; i += 2)
			if (p->trns.p[i] != 0 || p->trns.p[i + 1] >> p->depth != 0)
				p->trns = none;
	}
	for (i = 0; i < p->frames; i++) {
		const struct png_frame *f = &p->frame[i];

		if (f->w == 0 || f->h == 0 || f->w > p->w || f->h > p->h || f->x > p->w - f->w ||
		    f->y > p->h - f->h || f->dispose > 2 || f->blend > 1 || f->n == 0)
			p->animated = false;
	}
	if (p->still.control && (p->still.dispose > 2 || p->still.blend > 1))
		p->animated = false;
	if (!p->animated || (p->frames == 0 && !p->still.control)) {
		p->damaged |= p->frames > 0 || p->animated;
		p->animated = p->still.control = false;
		p->frames = 0;
	}
	return true;
}

bool
png_read(struct png *p, struct job *j, struct view in, struct err *e)
{
	struct chunk c = { 0 };
	struct view v = in;

	p->j = j;
	p->in = in;
	p->data.max = in.n + 1;
	if (!view_starts(in, VIEW("\x89PNG\r\n\x1a\n")))
		return err_set(e, ERR_MALFORMED, "no PNG signature");
	(void)view_skip(&v, 8);
	if (!take_chunk(p, &v, &c) || !is(&c, "IHDR"))
		return err_set(e, ERR_MALFORMED, "no IHDR");
	if (!read_ihdr(p, c.body, e))
		return false;
	for (;;) {
		if (!take_chunk(p, &v, &c)) {
			p->damaged = true;
			break;
		}
		if (is(&c, "IEND"))
			break;
		if (!read_chunk(p, &c, e) || !job_tick(j, e))
			return false;
	}
	/* Behind the end, or in it. */
	if (is(&c, "IEND") && v.n + c.body.n > 0)
		job_find(j, FINDING_TRAILING_DATA, "", "%zu", v.n + c.body.n);
	return settle(p, e);
}

void
png_release(struct png *p)
{
	buf_release(&p->icc);
	buf_release(&p->data);
	free(p->frame);
}
