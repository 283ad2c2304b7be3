/* BMP files: one bitmap behind a file header. */
#include "sanitize/image/image.h"

#include "core/own.h"
#include "dib.h"
#include "noise.h"

enum { FILE_HEADER = 14, INFO_HEADER = 40, V5_HEADER = 124 };

/* With opacity: masks that say so, sRGB, and no profile. */
static void
put_v5_header(const struct dib *d, struct buf *out)
{
	static const uint32_t rest[] = {
		0x00ff0000, 0x0000ff00, 0x000000ff, 0xff000000, 0x73524742,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0,
	};
	size_t start = out->n, i;

	dib_put_header(d, out);
	for (i = 0; i < sizeof rest / sizeof rest[0]; i++)
		(void)buf_u32le(out, rest[i]);
	if (out->full)
		return;
	out->p[start] = V5_HEADER;
	out->p[start + 16] = 3;
}

static void
add_noise(const struct dib *d, struct view in, uint8_t *p)
{
	struct noise s = noise_new(in);
	uint32_t y;

	for (y = 0; y < d->h; y++, p += dib_row(d))
		noise_8(&s, p, d->w, d->bits / 8, d->bits == 32);
}

static void
report(struct job *j, const struct dib *d)
{
	if (d->profile)
		job_find(j, FINDING_IMAGE_PROFILE_REMOVED, "", NULL);
	if (d->converted)
		job_find(j, FINDING_IMAGE_CONVERTED, "", "%u", d->bits);
	if (d->damaged)
		job_find(j, FINDING_REPAIRED, "", NULL);
	/* Two bytes of padding to a multiple of four are what many writers leave. */
	if (!d->profile && d->in.n > d->end + 3)
		job_find(j, FINDING_TRAILING_DATA, "", "%zu", d->in.n - d->end);
	if (j->profile->noise && d->bits >= 24)
		job_find(j, FINDING_IMAGE_NOISE, "", NULL);
}

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct view v = in;
	struct dib d;
	uint32_t size, reserved, at;
	size_t head;

	if (!view_starts(in, VIEW("BM")) || !view_skip(&v, 2) || !view_u32le(&v, &size) ||
	    !view_u32le(&v, &reserved) || !view_u32le(&v, &at))
		return err_set(e, ERR_MALFORMED, "no file header");
	if (!dib_read(&d, v, at < FILE_HEADER ? 0 : at - FILE_HEADER, false, j, e))
		return false;
	head = FILE_HEADER + (d.bits == 32 ? V5_HEADER : INFO_HEADER) + (size_t)d.colours * 4;
	(void)buf_str(out, "BM");
	(void)buf_u32le(out, (uint32_t)(head + dib_row(&d) * d.h));
	(void)buf_u32le(out, 0);
	(void)buf_u32le(out, (uint32_t)head);
	if (d.bits == 32)
		put_v5_header(&d, out);
	else
		dib_put_header(&d, out);
	dib_put_palette(&d, out);
	if (!dib_put_pixels(&d, j, out, e))
		return false;
	if (j->profile->noise && d.bits >= 24)
		add_noise(&d, in, out->p + head);
	report(j, &d);
	return buf_ok(out, e);
}

const struct format format_bmp = { .type = TYPE_BMP, .rebuild = rebuild };
