#include "webp_codec.h"

#include <math.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "core/own.h"
#include "noise.h"

enum {
	LOSSLESS_PIXELS = 24 << 20,	/* the encoder needs 30 bytes for each */
	LOSSY_PIXELS = 64 << 20,
	VP8L_HEAD = 5,			/* signature, sizes, alpha, version: RFC 9649 3.4 */
	METHOD = 1,
};

#define GOOD 45.3	/* dB in RGB */

/* Tried in turn, until it is good or too large. */
static const float qualities[] = { 96, 98, 100 };

void
webp_coded_release(struct webp_coded *c)
{
	buf_release(&c->image);
	buf_release(&c->alph);
}

bool
webp_measure(struct webp_picture *p)
{
	struct view v = p->vp8.n > 0 ? p->vp8 : p->vp8l;
	int w = 0, h = 0;

	if (!WebPGetInfo(v.p, v.n, &w, &h) || w <= 0 || h <= 0)
		return false;
	p->w = (uint32_t)w;
	p->h = (uint32_t)h;
	return true;
}

static int
on_write(const uint8_t *p, size_t n, const WebPPicture *pic)
{
	return buf_put(pic->custom_ptr, p, n);
}

/* The chunk of this name out of a file that libwebp wrote. */
static struct view
find_chunk(struct view file, const char *name)
{
	struct view v = view_from(file, 12), head, body;
	uint32_t n;

	while (view_take(&v, 4, &head) && view_u32le(&v, &n) && view_take(&v, n, &body)) {
		if (view_is(head, name))
			return body;
		if (n % 2 != 0)
			(void)view_skip(&v, 1);
	}
	return VIEW("");
}

static bool
encode(const WebPConfig *c, WebPPicture *pic, struct buf *out, struct err *e)
{
	pic->writer = on_write;
	pic->custom_ptr = out;
	if (WebPEncode(c, pic))
		return true;
	return err_set(e, pic->error_code == VP8_ENC_ERROR_OUT_OF_MEMORY ? ERR_LIMIT : ERR_SYSTEM,
		       "WebP encoder: error %d", (int)pic->error_code);
}

/* BGRA, 4 bytes a pixel, as VP8L; `ret` gets the body of the chunk. */
static bool
encode_lossless(uint8_t *bgra, uint32_t w, uint32_t h, struct buf *ret, struct err *e)
{
	own_buf struct buf file = BUF_MAX(512u << 20);
	WebPPicture pic;
	WebPConfig c;
	struct view body;
	bool ok;

	if (!WebPPictureInit(&pic) || !WebPConfigInit(&c) || !WebPConfigLosslessPreset(&c, METHOD))
		return err_set(e, ERR_SYSTEM, "WebP encoder: other version");
	c.exact = 1;	/* colours under full transparency are somebody's too */
	pic.use_argb = 1;
	pic.width = (int)w;
	pic.height = (int)h;
	/* Its own layout: 32-bit numbers 0xAARRGGBB, on this machine B G R A. */
	pic.argb = (uint32_t *)(void *)bgra;
	pic.argb_stride = (int)w;
	ok = encode(&c, &pic, &file, e);
	pic.argb = NULL;
	WebPPictureFree(&pic);
	if (!ok)
		return false;
	body = find_chunk(buf_bytes(&file), "VP8L");
	if (body.n <= VP8L_HEAD)
		return err_set(e, ERR_SYSTEM, "WebP encoder: no VP8L");
	return buf_view(ret, body) || buf_ok(ret, e);
}

static bool
recode_lossless(const struct webp_picture *p, struct job *j, struct view document,
		struct webp_coded *ret, struct err *e)
{
	size_t n = (size_t)p->w * p->h;
	own_mem uint8_t *bgra = NULL;
	struct noise s;

	if (n > LOSSLESS_PIXELS)
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	bgra = malloc(n * 4);
	if (bgra == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (WebPDecodeBGRAInto(p->vp8l.p, p->vp8l.n, bgra, n * 4, (int)p->w * 4) == NULL)
		return err_set(e, ERR_MALFORMED, "VP8L data cannot be decoded");
	if (j->profile->noise) {
		s = noise_new(document);
		noise_8(&s, bgra, n, 4, true);
		job_find(j, FINDING_IMAGE_NOISE, "", NULL);
	}
	ret->lossless = true;
	if (!encode_lossless(bgra, p->w, p->h, &ret->image, e))
		return false;
	ret->alpha = ret->image.p[4] >> 4 & 1;
	return true;
}

static double
squares(double decibel)
{
	return 255.0 * 255.0 / pow(10, decibel / 10);
}

/*
 * The noise that errors of Y, U and V make in RGB, by the weights that each
 * colour gives them (ITU-R BT.601, squared, over three colours).
 */
static double
rgb_psnr(const WebPAuxStats *s)
{
	double sum = 1.36 * squares(s->PSNR[0]) + 1.41 * squares(s->PSNR[1]) + 1.07 * squares(s->PSNR[2]);

	return 10 * log10(255.0 * 255.0 / sum);
}

/* pic->stats are the caller's: it holds the picture that points to them. */
static bool
encode_lossy(WebPPicture *pic, float quality, double *ret_psnr, struct buf *ret, struct err *e)
{
	own_buf struct buf file = BUF_MAX(256u << 20);
	WebPConfig c;
	struct view body;

	if (!WebPConfigInit(&c))
		return err_set(e, ERR_SYSTEM, "WebP encoder: other version");
	c.quality = quality;
	c.method = METHOD;
	if (!encode(&c, pic, &file, e))
		return false;
	body = find_chunk(buf_bytes(&file), "VP8 ");
	*ret_psnr = rgb_psnr(pic->stats);
	return buf_view(ret, body) || buf_ok(ret, e);
}

/* The picture's planes again: no conversion of colours on the way. */
static bool
recode_lossy(const struct webp_picture *p, struct webp_coded *ret, struct err *e)
{
	int w = 0, h = 0, stride = 0, uv_stride = 0;
	uint8_t *u = NULL, *v = NULL, *y;
	WebPAuxStats stats = { 0 };
	WebPPicture pic;
	double psnr = 0;
	bool ok = true;
	size_t i;

	if ((uint64_t)p->w * p->h > LOSSY_PIXELS)
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	y = WebPDecodeYUV(p->vp8.p, p->vp8.n, &w, &h, &u, &v, &stride, &uv_stride);
	if (y == NULL)
		return err_set(e, ERR_MALFORMED, "VP8 data cannot be decoded");
	for (i = 0; ok && psnr < GOOD && i < sizeof qualities / sizeof qualities[0]; i++) {
		own_buf struct buf better = BUF_MAX(256u << 20);

		if (!WebPPictureInit(&pic)) {
			ok = err_set(e, ERR_SYSTEM, "WebP encoder: other version");
			break;
		}
		pic.width = w;
		pic.height = h;
		pic.y = y;
		pic.u = u;
		pic.v = v;
		pic.y_stride = stride;
		pic.uv_stride = uv_stride;
		pic.stats = &stats;
		ok = encode_lossy(&pic, qualities[i], &psnr, &better, e);
		if (!ok || (i > 0 && better.n > p->vp8.n * 3 + 256))
			break;
		buf_clear(&ret->image);
		ok = buf_view(&ret->image, buf_bytes(&better)) || buf_ok(&ret->image, e);
	}
	WebPFree(y);
	return ok;
}

/* libwebp decodes opacity only inside a whole file. */
static void
wrap(const struct webp_picture *p, struct buf *file)
{
	size_t alph = p->alph.n + p->alph.n % 2, vp8 = p->vp8.n + p->vp8.n % 2;

	(void)buf_str(file, "RIFF");
	(void)buf_u32le(file, (uint32_t)(4 + 18 + 8 + alph + 8 + vp8));
	(void)buf_str(file, "WEBPVP8X");
	(void)buf_u32le(file, 10);
	(void)buf_u32le(file, 0x10);
	(void)buf_put(file, (uint8_t[]){ (uint8_t)(p->w - 1), (uint8_t)((p->w - 1) >> 8), 0,
					 (uint8_t)(p->h - 1), (uint8_t)((p->h - 1) >> 8), 0 }, 6);
	(void)buf_str(file, "ALPH");
	(void)buf_u32le(file, (uint32_t)p->alph.n);
	(void)buf_view(file, p->alph);
	(void)buf_fill(file, 0, p->alph.n % 2);
	(void)buf_str(file, "VP8 ");
	(void)buf_u32le(file, (uint32_t)p->vp8.n);
	(void)buf_view(file, p->vp8);
	(void)buf_fill(file, 0, p->vp8.n % 2);
}

/* The ALPH chunk anew: a VP8L picture with opacity in green, without its head (RFC 9649 2.7.1.2). */
static bool
recode_alpha(const struct webp_picture *p, struct webp_coded *ret, struct err *e)
{
	own_buf struct buf file = { 0 }, green = { 0 };
	size_t n = (size_t)p->w * p->h, i;
	own_mem uint8_t *bgra = NULL;

	if (n > LOSSLESS_PIXELS)
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	bgra = malloc(n * 4);
	if (bgra == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	wrap(p, &file);
	if (!buf_ok(&file, e))
		return false;
	if (WebPDecodeBGRAInto(file.p, file.n, bgra, n * 4, (int)p->w * 4) == NULL)
		return err_set(e, ERR_MALFORMED, "ALPH data cannot be decoded");
	for (i = 0; i < n; i++) {
		bgra[4 * i + 1] = bgra[4 * i + 3];
		bgra[4 * i] = bgra[4 * i + 2] = 0;
		bgra[4 * i + 3] = 0xff;
	}
	if (!encode_lossless(bgra, p->w, p->h, &green, e))
		return false;
	ret->alpha = true;
	(void)buf_byte(&ret->alph, 1);	/* compressed, not filtered */
	(void)buf_view(&ret->alph, view_from(buf_bytes(&green), VP8L_HEAD));
	return buf_ok(&ret->alph, e);
}

bool
webp_recode(const struct webp_picture *p, struct job *j, struct view document,
	    struct webp_coded *ret, struct err *e)
{
	if ((uint64_t)p->w * p->h > j->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "%u x %u pixels", p->w, p->h);
	if (!job_charge(j, (uint64_t)p->w * p->h * 4, e))
		return false;
	if (p->vp8l.n > 0)
		return recode_lossless(p, j, document, ret, e);
	return recode_lossy(p, ret, e) && (p->alph.n == 0 || recode_alpha(p, ret, e));
}
