#include <libdeflate.h>

#include "sanitize/zip/zip_in.h"

/* docs/canonical.md: ZIP.  No choice is left open, so that rebuilding an output changes no byte. */
enum {
	LEVEL = 6,
	VERSION = 20,
	ENTRIES_MAX = 65534,
	SMALLEST = 24,		/* below that Deflate cannot win */
	DIRECTORY = 0x10,
	DAY_ONE = 1 << 5 | 1,	/* 1980-01-01 */
};

struct shape {
	uint16_t method, time, date;
	uint32_t crc, packed, size;
};

static bool
real_time(uint16_t date, uint16_t time)
{
	unsigned month = date >> 5 & 15, day = date & 31;

	return month >= 1 && month <= 12 && day >= 1 && time >> 11 < 24 && (time >> 5 & 63) < 60 &&
	       (time & 31) < 30;
}

/* From "version needed" to the extra field's length, alike in both headers. */
static void
common(struct buf *b, const struct shape *s, size_t name_n)
{
	(void)buf_u16le(b, VERSION);
	(void)buf_u16le(b, ZIP_FLAG_UTF8);
	(void)buf_u16le(b, s->method);
	(void)buf_u16le(b, s->time);
	(void)buf_u16le(b, s->date);
	(void)buf_u32le(b, s->crc);
	(void)buf_u32le(b, s->packed);
	(void)buf_u32le(b, s->size);
	(void)buf_u16le(b, (uint16_t)name_n);
	(void)buf_u16le(b, 0);
}

/* The packed bytes behind the header, whose packed size and method are set afterwards. */
static bool
pack(struct zip_writer *w, struct view data, struct shape *s, struct err *e)
{
	uint8_t *room;
	size_t n;

	if (w->deflate == NULL && (w->deflate = libdeflate_alloc_compressor(LEVEL)) == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	room = buf_room(w->out, data.n);
	if (room == NULL)
		return buf_ok(w->out, e);
	/* No room for more than the data itself: what does not shrink is stored. */
	n = data.n < SMALLEST ? 0 : libdeflate_deflate_compress(w->deflate, data.p, data.n, room, data.n - 1);
	s->method = n > 0 ? 8 : 0;
	if (n == 0) {
		memcpy(room, data.p, data.n);
		n = data.n;
	}
	w->out->n += n;
	s->packed = (uint32_t)n;
	return true;
}

static void
patch(struct buf *b, size_t at, const struct shape *s)
{
	size_t end = b->n;

	b->n = at + 8;
	(void)buf_u16le(b, s->method);
	b->n = at + 18;
	(void)buf_u32le(b, s->packed);
	b->n = end;
}

static bool
entry(struct zip_writer *w, const char *name, struct shape *s, bool deflate, struct view data,
      struct err *e)
{
	size_t at = w->out->n, name_n = strlen(name);
	bool directory = name_n > 0 && name[name_n - 1] == '/';

	if (w->entries >= ENTRIES_MAX || name_n > ZIP_NAME_MAX || at > UINT32_MAX - 1024 ||
	    data.n > UINT32_MAX - 1)
		return err_set(e, ERR_LIMIT, "archive without ZIP64: too large");
	s->crc = data.n == 0 ? 0 : libdeflate_crc32(0, data.p, data.n);
	s->size = s->packed = (uint32_t)data.n;
	(void)buf_u32le(w->out, ZIP_LOCAL);
	common(w->out, s, name_n);
	(void)buf_str(w->out, name);
	if (data.n > 0 && deflate && !w->out->full) {
		if (!pack(w, data, s, e))
			return false;
		patch(w->out, at, s);
	} else {
		(void)buf_view(w->out, data);
	}
	(void)buf_u32le(&w->central, ZIP_CENTRAL);
	(void)buf_u16le(&w->central, VERSION);
	common(&w->central, s, name_n);
	(void)buf_u16le(&w->central, 0);
	(void)buf_u16le(&w->central, 0);
	(void)buf_u16le(&w->central, 0);
	(void)buf_u32le(&w->central, directory ? DIRECTORY : 0);
	(void)buf_u32le(&w->central, (uint32_t)at);
	(void)buf_str(&w->central, name);
	w->entries++;
	return buf_ok(w->out, e) && buf_ok(&w->central, e);
}

static struct shape
shape_at(uint16_t date, uint16_t time)
{
	return real_time(date, time) ? (struct shape){ .time = time, .date = date }
				     : (struct shape){ .date = DAY_ONE };
}

bool
zip_put(struct zip_writer *w, const char *name, uint16_t dos_date, uint16_t dos_time,
	struct view data, struct err *e)
{
	struct shape s = shape_at(dos_date, dos_time);

	return entry(w, name, &s, true, data, e);
}

bool
zip_put_stored(struct zip_writer *w, const char *name, uint16_t dos_date, uint16_t dos_time,
	       struct view data, struct err *e)
{
	struct shape s = shape_at(dos_date, dos_time);

	return entry(w, name, &s, false, data, e);
}

bool
zip_end(struct zip_writer *w, struct err *e)
{
	size_t at = w->out->n;

	if (at > UINT32_MAX - 1)
		return err_set(e, ERR_LIMIT, "archive without ZIP64: too large");
	(void)buf_view(w->out, buf_bytes(&w->central));
	(void)buf_u32le(w->out, ZIP_END);
	(void)buf_u32le(w->out, 0);
	(void)buf_u16le(w->out, (uint16_t)w->entries);
	(void)buf_u16le(w->out, (uint16_t)w->entries);
	(void)buf_u32le(w->out, (uint32_t)w->central.n);
	(void)buf_u32le(w->out, (uint32_t)at);
	(void)buf_u16le(w->out, 0);
	return buf_ok(w->out, e);
}

void
zip_writer_release(struct zip_writer *w)
{
	libdeflate_free_compressor(w->deflate);
	buf_release(&w->central);
	w->deflate = NULL;
}
