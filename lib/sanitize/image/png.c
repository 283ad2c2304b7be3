/* PNG and APNG (ISO/IEC 15948, third edition): the chunks of the allow-list, written anew. */
#include "sanitize/image/image.h"

#include "core/own.h"
#include "png_int.h"
#include "sanitize/codec/jpeg_meta.h"
#include "zstream.h"

static void
own_png_release(struct png *p)
{
	png_release(p);
}

static void
put_chunk(struct buf *out, const char *type, struct view body)
{
	size_t begin;

	if (body.n == 0)
		return;
	begin = png_chunk_begin(out, type);
	(void)buf_view(out, body);
	png_chunk_end(out, begin);
}

static void
put_ihdr(const struct png *p, struct buf *out)
{
	size_t begin = png_chunk_begin(out, "IHDR");

	(void)buf_u32be(out, p->w);
	(void)buf_u32be(out, p->h);
	(void)buf_put(out, (uint8_t[]){ p->depth, p->type, 0, 0, 0 }, 5);
	png_chunk_end(out, begin);
}

static bool
numbers_fit(struct view v, bool zero)
{
	uint32_t n;

	while (view_u32be(&v, &n))
		if (n > INT32_MAX || (n == 0 && !zero))
			return false;
	return true;
}

/* One statement about colour: the most exact one there is. */
static bool
put_colour(struct png *p, struct buf *out, struct err *e)
{
	size_t begin;

	if (p->icc.n > 0) {
		begin = png_chunk_begin(out, "iCCP");
		(void)buf_put(out, "icc\0\0", 5);
		if (!zstream_deflate(buf_bytes(&p->icc), 9, out, e))
			return false;
		png_chunk_end(out, begin);
	} else if (p->srgb.n > 0) {
		put_chunk(out, "sRGB", p->srgb);
	} else {
		if (numbers_fit(p->gama, false))
			put_chunk(out, "gAMA", p->gama);
		if (numbers_fit(p->chrm, true))
			put_chunk(out, "cHRM", p->chrm);
	}
	return true;
}

static void
put_actl(const struct png *p, struct buf *out)
{
	size_t begin = png_chunk_begin(out, "acTL");

	(void)buf_u32be(out, (uint32_t)p->frames + p->still.control);
	(void)buf_u32be(out, p->plays);
	png_chunk_end(out, begin);
}

static void
put_fctl(const struct png_frame *f, uint32_t *seq, struct buf *out)
{
	size_t begin = png_chunk_begin(out, "fcTL");

	(void)buf_u32be(out, (*seq)++);
	(void)buf_u32be(out, f->w);
	(void)buf_u32be(out, f->h);
	(void)buf_u32be(out, f->x);
	(void)buf_u32be(out, f->y);
	(void)buf_u16be(out, f->delay_num);
	(void)buf_u16be(out, f->delay_den);
	(void)buf_byte(out, f->dispose);
	(void)buf_byte(out, f->blend);
	png_chunk_end(out, begin);
}

static bool
write_frames(struct png *p, uint32_t *seq, struct buf *out, struct err *e)
{
	size_t i;

	for (i = 0; i < p->frames; i++) {
		put_fctl(&p->frame[i], seq, out);
		if (!png_data(p, &p->frame[i], "fdAT", seq, out, e))
			return err_at(e, "frame %zu", i + 1);
	}
	return true;
}

static bool
write_png(struct png *p, struct buf *out, struct err *e)
{
	own_buf struct buf exif = { 0 };
	uint32_t seq = 0;

	(void)buf_put(out, "\x89PNG\r\n\x1a\n", 8);
	put_ihdr(p, out);
	if (!put_colour(p, out, e))
		return false;
	put_chunk(out, "PLTE", p->plte);
	put_chunk(out, "tRNS", p->trns);
	put_chunk(out, "pHYs", p->phys);
	exif_write(p->orientation, &exif);
	put_chunk(out, "eXIf", buf_bytes(&exif));
	if (p->animated)
		put_actl(p, out);
	if (p->still.control)
		put_fctl(&p->still, &seq, out);
	if (!png_data(p, &p->still, "IDAT", NULL, out, e) || !write_frames(p, &seq, out, e))
		return false;
	(void)buf_put(out, "\0\0\0\0IEND\xae\x42\x60\x82", 12);
	return buf_ok(out, e);
}

/* A broken frame costs the animation; the still picture is what other readers show. */
static bool
write_or_still(struct png *p, struct buf *out, struct err *e)
{
	size_t start = out->n;

	if (write_png(p, out, e))
		return true;
	if (p->frames == 0 || e->code != ERR_MALFORMED)
		return false;
	out->n = start;
	p->frames = 0;
	p->animated = p->still.control = false;
	p->damaged = true;
	return write_png(p, out, e);
}

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	__attribute__((cleanup(own_png_release))) struct png p = { 0 };

	if (!png_read(&p, j, in, e) || !write_or_still(&p, out, e))
		return false;
	if (p.damaged)
		job_find(j, FINDING_REPAIRED, "", NULL);
	if (p.extra)
		job_find(j, FINDING_TRAILING_DATA, "", NULL);
	if (j->profile->noise && p.type != PNG_PALETTE && p.depth >= 8)
		job_find(j, FINDING_IMAGE_NOISE, "", NULL);
	return true;
}

const struct format format_png = { .type = TYPE_PNG, .rebuild = rebuild };
