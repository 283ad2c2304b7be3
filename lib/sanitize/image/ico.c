/* ICO files: a directory of PNGs and of bitmaps with a mask. */
#include "sanitize/image/image.h"

#include "core/own.h"
#include "dib.h"

enum { DIRECTORY = 6, ENTRY = 16, IMAGES_MAX = 256, SIDE_SAID = 256, SIDE_MAX = 1024 };

struct ico {
	struct job *j;
	struct view in;
	struct buf entries, images;
	uint32_t n;
	uint64_t end;		/* of what the directory speaks of */
	bool damaged;
};

struct icon {
	uint32_t w, h;
	uint8_t bits;
	bool palette;
};

static bool
fits(uint32_t w, uint32_t h, struct err *e)
{
	return (w <= SIDE_MAX && h <= SIDE_MAX) || err_set(e, ERR_MALFORMED, "icon of %u x %u", w, h);
}

static bool
put_png(struct ico *f, struct view in, struct icon *ret, struct err *e)
{
	static const uint8_t channels[7] = { 1, 0, 3, 1, 2, 0, 4 };
	size_t start = f->images.n;
	own_buf struct buf png = BUF_MAX(f->images.max);
	struct view v;

	if (!format_png.rebuild(f->j, in, &png, e))
		return false;
	v = view_from(buf_bytes(&png), 16);
	if (!view_u32be(&v, &ret->w) || !view_u32be(&v, &ret->h) || v.n < 2)
		return err_set(e, ERR_SYSTEM, "own PNG is short");
	if (!fits(ret->w, ret->h, e))
		return false;
	ret->bits = (uint8_t)(v.p[0] * channels[v.p[1] <= 6 ? v.p[1] : 0]);
	if (view_find(buf_bytes(&png), start, VIEW("acTL")) != VIEW_NOT_FOUND)
		return err_set(e, ERR_MALFORMED, "an icon does not move");
	return buf_view(&f->images, buf_bytes(&png)) || buf_ok(&f->images, e);
}

/* 1 bit a pixel, behind the colours: 1 is transparent. */
static void
put_mask(struct ico *f, const struct dib *d)
{
	size_t row = ((size_t)d->w + 31) / 32 * 4, used = (d->w + 7) / 8, y;
	uint8_t *to = buf_room(&f->images, row * d->h);
	struct view p;

	if (to == NULL)
		return;
	memset(to, 0, row * d->h);
	f->images.n += row * d->h;
	for (y = 0; y < d->h; y++) {
		if (!view_sub(d->in, d->end + y * row, used, &p)) {
			/* Pictures with opacity need no mask, and some have none. */
			f->damaged |= d->bits != 32;
			return;
		}
		memcpy(to + y * row, p.p, used);
		if (d->w % 8 != 0)
			to[y * row + used - 1] &= (uint8_t)(0xff00 >> d->w % 8);
	}
}

static bool
put_dib(struct ico *f, struct view in, struct icon *ret, struct err *e)
{
	struct dib d;

	if (!dib_read(&d, in, 0, true, f->j, e))
		return false;
	if (!fits(d.w, d.h, e))
		return false;
	if (d.colours > 0)
		d.colours = 1u << d.bits;
	dib_put_header(&d, &f->images);
	dib_put_palette(&d, &f->images);
	if (!dib_put_pixels(&d, f->j, &f->images, e))
		return false;
	put_mask(f, &d);
	f->damaged |= d.damaged;
	*ret = (struct icon){ d.w, d.h, d.bits, d.bits <= 8 };
	return buf_ok(&f->images, e);
}

static uint8_t
side(uint32_t n)
{
	return (uint8_t)(n >= SIDE_SAID ? 0 : n);
}

static bool
put_image(struct ico *f, struct view image, struct err *e)
{
	size_t start = f->images.n;
	struct icon i = { 0 };
	bool png = view_starts(image, VIEW("\x89PNG"));

	if (!(png ? put_png(f, image, &i, e) : put_dib(f, image, &i, e))) {
		f->images.n = start;
		return false;
	}
	(void)buf_byte(&f->entries, side(i.w));
	(void)buf_byte(&f->entries, side(i.h));
	(void)buf_byte(&f->entries, (uint8_t)(i.palette && i.bits < 8 ? 1u << i.bits : 0));
	(void)buf_byte(&f->entries, 0);
	(void)buf_u16le(&f->entries, 1);
	(void)buf_u16le(&f->entries, i.bits);
	(void)buf_u32le(&f->entries, (uint32_t)(f->images.n - start));
	/* Made absolute once it is known how many there are. */
	(void)buf_u32le(&f->entries, (uint32_t)start);
	f->n++;
	return buf_ok(&f->entries, e);
}

static bool
read_entries(struct ico *f, uint16_t count, struct err *e)
{
	struct view v = view_from(f->in, DIRECTORY), image;
	struct err why = { 0 };
	uint32_t size, at, i;

	f->end = DIRECTORY + (uint64_t)count * ENTRY;
	for (i = 0; i < count; i++) {
		if (!view_skip(&v, 8) || !view_u32le(&v, &size) || !view_u32le(&v, &at))
			break;
		image = view_from(f->in, at);
		if (size < image.n)
			image.n = size;
		if (at + (uint64_t)size > f->end)
			f->end = at + (uint64_t)size;
		if (put_image(f, image, &why))
			continue;
		if (why.code != ERR_MALFORMED) {
			*e = why;
			return err_at(e, "image %u", i + 1);
		}
		f->damaged = true;	/* the others remain */
	}
	if (f->n > 0)
		return true;
	return err_set(e, ERR_MALFORMED, "no image: %s", why.text);
}

static bool
write_ico(const struct ico *f, struct buf *out, struct err *e)
{
	struct view v = buf_bytes(&f->entries), head = VIEW("");
	uint32_t at;

	(void)buf_put(out, "\0\0\1\0", 4);
	(void)buf_u16le(out, (uint16_t)f->n);
	while (view_take(&v, 12, &head) && view_u32le(&v, &at)) {
		(void)buf_view(out, head);
		(void)buf_u32le(out, DIRECTORY + f->n * ENTRY + at);
	}
	(void)buf_view(out, buf_bytes(&f->images));
	return buf_ok(out, e);
}

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct ico f = { .j = j, .in = in, .entries = BUF_MAX(1 << 16), .images = BUF_MAX(out->max) };
	struct view v = in;
	uint16_t zero, type, count;
	bool ok;

	if (!view_u16le(&v, &zero) || !view_u16le(&v, &type) || !view_u16le(&v, &count) ||
	    zero != 0 || type != 1 || count == 0)
		return err_set(e, ERR_MALFORMED, "no icon directory");
	if (count > IMAGES_MAX)
		return err_set(e, ERR_LIMIT, "%u images", count);
	ok = read_entries(&f, count, e) && write_ico(&f, out, e);
	buf_release(&f.entries);
	buf_release(&f.images);
	if (ok && in.n > f.end)
		job_find(j, FINDING_TRAILING_DATA, "", "%llu", (unsigned long long)(in.n - f.end));
	if (ok && f.damaged)
		job_find(j, FINDING_REPAIRED, "", NULL);
	return ok;
}

const struct format format_ico = { .type = TYPE_ICO, .rebuild = rebuild };
