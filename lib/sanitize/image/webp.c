/* WebP (RFC 9649): the container, still and animated. */
#include "sanitize/image/image.h"

#include "core/own.h"
#include "sanitize/codec/codec.h"
#include "sanitize/codec/jpeg_meta.h"
#include "webp_codec.h"

enum {
	FLAG_ANIMATION = 0x02, FLAG_EXIF = 0x08, FLAG_ALPHA = 0x10, FLAG_ICC = 0x20,
	FRAME_HEAD = 16,
	FRAMES_MAX = 20000,
	PROFILE_MAX = 16 << 20,
};

struct webp {
	struct job *j;
	struct view in;
	uint32_t w, h;		/* canvas; 0: no VP8X */
	struct view anim;
	struct buf icc;
	struct webp_picture still;
	struct buf frames;	/* ANMF chunks as written */
	uint32_t n;
	uint8_t orientation;	/* as EXIF has it; 0: not said */
	bool named;		/* EXIF has JPEG's name before it: some readers need it, some do not */
	bool alpha, damaged;
};

struct chunk {
	struct view name, body;
	bool cut;
};

static bool
take_chunk(struct view *v, struct chunk *c)
{
	uint32_t n;

	if (!view_take(v, 4, &c->name) || !view_u32le(v, &n))
		return false;
	c->cut = n > v->n;
	(void)view_take(v, c->cut ? v->n : n, &c->body);
	if (n % 2 != 0)
		(void)view_skip(v, 1);
	return true;
}

static void
put_chunk(struct buf *out, const char *name, struct view head, struct view body)
{
	(void)buf_str(out, name);
	(void)buf_u32le(out, (uint32_t)(head.n + body.n));
	(void)buf_view(out, head);
	(void)buf_view(out, body);
	(void)buf_fill(out, 0, (head.n + body.n) % 2);
}

static uint32_t
u24(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static void
put_u24(struct buf *b, uint32_t n)
{
	(void)buf_u16le(b, (uint16_t)n);
	(void)buf_byte(b, (uint8_t)(n >> 16));
}

/* A chunk of a picture goes to *p; false where it is none. */
static bool
keep_picture(struct webp_picture *p, const struct chunk *c)
{
	struct view *to = view_is(c->name, "VP8 ")  ? &p->vp8
			  : view_is(c->name, "VP8L") ? &p->vp8l
			  : view_is(c->name, "ALPH") ? &p->alph
						     : NULL;

	if (to == NULL)
		return false;
	if (to->n == 0)
		*to = c->body;
	return true;
}

static void
put_picture(const struct webp_coded *c, struct buf *out)
{
	if (c->alph.n > 0)
		put_chunk(out, "ALPH", VIEW(""), buf_bytes(&c->alph));
	put_chunk(out, c->lossless ? "VP8L" : "VP8 ", VIEW(""), buf_bytes(&c->image));
}

static bool
add_frame(struct webp *f, struct view body, struct err *e)
{
	struct webp_picture p = { 0 };
	struct webp_coded coded = { 0 };
	own_buf struct buf picture = { 0 };
	uint8_t head[FRAME_HEAD];
	struct view h;
	struct chunk c;
	bool ok;

	if (++f->n > FRAMES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d frames", FRAMES_MAX);
	if (!view_take(&body, FRAME_HEAD, &h))
		return err_set(e, ERR_MALFORMED, "ANMF is short");
	while (take_chunk(&body, &c))
		if (!keep_picture(&p, &c))
			job_find(f->j, FINDING_IMAGE_BLOCK, "", "%.4s", (const char *)c.name.p);
	memcpy(head, h.p, sizeof head);
	head[15] &= 3;
	if ((p.vp8.n == 0 && p.vp8l.n == 0) || !webp_measure(&p) || p.w != u24(head + 6) + 1 ||
	    p.h != u24(head + 9) + 1 || u24(head) * 2 + p.w > f->w || u24(head + 3) * 2 + p.h > f->h)
		return err_set(e, ERR_MALFORMED, "frame outside of the picture, or empty");
	ok = webp_recode(&p, f->j, f->in, &coded, e);
	f->alpha |= coded.alpha;
	if (ok) {
		put_picture(&coded, &picture);
		put_chunk(&f->frames, "ANMF", view_of(head, sizeof head), buf_bytes(&picture));
	}
	webp_coded_release(&coded);
	return ok && buf_ok(&f->frames, e);
}

static void
read_icc(struct webp *f, struct view body)
{
	struct err unused = { 0 };
	uint8_t n;

	f->icc.max = PROFILE_MAX;
	if (f->icc.n > 0 || (icc_rebuild(body, &f->icc, &n, &unused) && n == 3))
		return;
	buf_clear(&f->icc);
	job_find(f->j, FINDING_IMAGE_PROFILE_REMOVED, "", NULL);
}

static void
note_exif(struct webp *f, struct view body)
{
	struct jpeg_info info = { 0 };

	bool named = view_starts(body, VIEW("Exif\0\0"));

	body = view_from(body, named ? 6 : 0);
	(void)exif_read(body, &info);
	if (f->orientation == 0) {
		f->orientation = info.orientation;
		f->named = named;
	}
	if (exif_is_plain(body, info.orientation))
		return;
	job_find(f->j, FINDING_IMAGE_EXIF, "", NULL);
	if (info.gps)
		job_find(f->j, FINDING_IMAGE_GPS, "", NULL);
	if (info.thumbnail)
		job_find(f->j, FINDING_IMAGE_THUMBNAIL, "", NULL);
}

static bool
read_chunk(struct webp *f, const struct chunk *c, struct err *e)
{
	if (view_is(c->name, "VP8X") && c->body.n >= 10) {
		f->w = u24(c->body.p + 4) + 1;
		f->h = u24(c->body.p + 7) + 1;
	} else if (view_is(c->name, "ANIM") && c->body.n >= 6) {
		f->anim = view_of(c->body.p, 6);
	} else if (view_is(c->name, "ANMF")) {
		return add_frame(f, c->body, e) || err_at(e, "frame %u", f->n);
	} else if (view_is(c->name, "ICCP")) {
		read_icc(f, c->body);
	} else if (view_is(c->name, "EXIF")) {
		note_exif(f, c->body);
	} else if (view_is(c->name, "XMP ")) {
		job_find(f->j, FINDING_IMAGE_XMP, "", NULL);
	} else if (!keep_picture(&f->still, c)) {
		job_find(f->j, FINDING_IMAGE_BLOCK, "", "%.4s", (const char *)c->name.p);
	}
	return true;
}

static bool
read_webp(struct webp *f, struct err *e)
{
	struct view v = f->in, all;
	struct chunk c;
	uint32_t n;

	if (!view_starts(v, VIEW("RIFF")) || !view_skip(&v, 4) || !view_u32le(&v, &n) ||
	    !view_starts(v, VIEW("WEBP")))
		return err_set(e, ERR_MALFORMED, "no RIFF of kind WEBP");
	f->damaged = n > v.n;
	(void)view_take(&v, f->damaged ? v.n : n, &all);
	if (v.n > 1 || (v.n == 1 && v.p[0] != 0))
		job_find(f->j, FINDING_TRAILING_DATA, "", "%zu", v.n);
	(void)view_skip(&all, 4);
	while (take_chunk(&all, &c)) {
		f->damaged |= c.cut;
		if (!read_chunk(f, &c, e) || !job_tick(f->j, e))
			return false;
	}
	return true;
}

static bool
turned(const struct webp *f)
{
	return f->orientation >= 2 && f->orientation <= 8;
}

/* RFC 9649 2.7.1.5: behind the picture. */
static void
put_exif(const struct webp *f, struct buf *out)
{
	own_buf struct buf exif = { 0 };

	exif_write(f->orientation, &exif);
	if (exif.n > 0)
		put_chunk(out, "EXIF", f->named ? VIEW("Exif\0\0") : VIEW(""), buf_bytes(&exif));
}

static void
put_vp8x(const struct webp *f, uint8_t flags, uint32_t w, uint32_t h, struct buf *out)
{
	(void)buf_str(out, "VP8X");
	(void)buf_u32le(out, 10);
	(void)buf_u32le(out, flags | (f->icc.n > 0 ? FLAG_ICC : 0) | (turned(f) ? FLAG_EXIF : 0));
	put_u24(out, w - 1);
	put_u24(out, h - 1);
	if (f->icc.n > 0)
		put_chunk(out, "ICCP", VIEW(""), buf_bytes(&f->icc));
}

static bool
write_still(struct webp *f, struct buf *out, struct err *e)
{
	struct webp_coded c = { 0 };
	bool ok;

	if ((f->still.vp8.n == 0 && f->still.vp8l.n == 0) || !webp_measure(&f->still))
		return err_set(e, ERR_MALFORMED, "no picture");
	ok = webp_recode(&f->still, f->j, f->in, &c, e);
	if (ok && (f->icc.n > 0 || c.alph.n > 0 || turned(f)))
		put_vp8x(f, c.alpha ? FLAG_ALPHA : 0, f->still.w, f->still.h, out);
	if (ok)
		put_picture(&c, out);
	webp_coded_release(&c);
	return ok;
}

static bool
write_webp(struct webp *f, struct buf *out, struct err *e)
{
	size_t start = out->n;
	uint32_t n;

	(void)buf_str(out, "RIFF\1\1\1\1WEBP");
	if (f->frames.n > 0) {
		put_vp8x(f, (uint8_t)(FLAG_ANIMATION | (f->alpha ? FLAG_ALPHA : 0)), f->w, f->h, out);
		put_chunk(out, "ANIM", VIEW(""), f->anim.n > 0 ? f->anim : VIEW("\0\0\0\0\0\0"));
		(void)buf_view(out, buf_bytes(&f->frames));
	} else if (!write_still(f, out, e)) {
		return false;
	}
	put_exif(f, out);
	if (!buf_ok(out, e))
		return false;
	n = (uint32_t)(out->n - start - 8);
	memcpy(out->p + start + 4, &n, 4);
	return true;
}

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct webp f = { .j = j, .in = in, .frames = BUF_MAX(out->max) };
	bool ok = read_webp(&f, e) && write_webp(&f, out, e);

	if (ok && f.damaged)
		job_find(j, FINDING_REPAIRED, "", NULL);
	buf_release(&f.icc);
	buf_release(&f.frames);
	return ok;
}

const struct format format_webp = { .type = TYPE_WEBP, .rebuild = rebuild };
