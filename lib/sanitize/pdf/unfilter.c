#include "sanitize/pdf/unfilter.h"

#include <limits.h>

#include <libdeflate.h>
#include <zlib.h>

#include "sanitize/pdf/lex.h"

static size_t
room_left(const struct buf *out)
{
	return out->max - out->n;
}

/* -- Flate (7.4.4) ------------------------------------------------------------ */

/*
 * zlib gives what it could read of damaged data; libdeflate gives nothing.
 * Before the first byte readers see zeros: what points there, for bytes
 * got lost, need not be the end of it.
 */
static enum unfiltered
inflate_slowly(struct view in, struct buf *out)
{
	static const uint8_t before[32768];
	z_stream z = { 0 };
	int rc = Z_OK;

	if (in.n > UINT_MAX || inflateInit2(&z, -15) != Z_OK)
		return UNFILTER_DAMAGED;
	(void)inflateSetDictionary(&z, before, sizeof before);
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.n;
	while (rc == Z_OK) {
		size_t step = room_left(out) < 32768 ? room_left(out) : 32768;
		uint8_t *room = step == 0 ? NULL : buf_room(out, step);

		if (room == NULL) {
			(void)inflateEnd(&z);
			return UNFILTER_FULL;
		}
		z.next_out = room;
		z.avail_out = (uInt)step;
		rc = inflate(&z, Z_SYNC_FLUSH);
		out->n += step - z.avail_out;
		if (rc == Z_OK && z.avail_in == 0 && z.avail_out > 0)
			break;
	}
	(void)inflateEnd(&z);
	return rc == Z_STREAM_END ? UNFILTER_OK : UNFILTER_DAMAGED;
}

static enum unfiltered
inflate_damaged(void *inflater, struct view in, struct buf *out)
{
	size_t at = out->n;
	enum unfiltered u;
	uint8_t *room;
	size_t n = 0, most = out->cap < out->max ? out->cap - at : out->max - at;

	/* A wrong checksum behind sound data is the most frequent damage. */
	room = in.n > 2 && most > 0 ? out->p + at : NULL;
	if (room != NULL && libdeflate_deflate_decompress(inflater, in.p + 2, in.n - 2, room,
							  most, &n) == LIBDEFLATE_SUCCESS) {
		out->n += n;
		return UNFILTER_OK;
	}
	/* Behind the header, be it right or wrong; or there is none. */
	u = inflate_slowly(view_from(in, 2), out);
	if (u != UNFILTER_DAMAGED || out->n > at)
		return u;
	return inflate_slowly(in, out);
}

bool
unfilter_is_padding(struct view v)
{
	size_t i;

	while (v.n > 0 && (v.p[v.n - 1] == '\n' || v.p[v.n - 1] == '\r'))
		v.n--;
	for (i = 1; i < v.n && v.p[i] == v.p[0]; i++)
		;
	return i >= v.n;
}

enum unfiltered
unfilter_flate(void *inflater, struct view in, struct buf *out, struct view *behind)
{
	size_t guess = in.n < 4096 ? 16384 : in.n * 4, n, used;
	enum libdeflate_result rc;
	uint8_t *room;

	*behind = view_from(in, in.n);
	/* Line ends that a wrong start of the stream leaves in front. */
	while (in.n > 0 && (in.p[0] == '\r' || in.p[0] == '\n'))
		(void)view_skip(&in, 1);
	if (in.n == 0)
		return UNFILTER_OK;
	if (guess < out->cap - out->n)
		guess = out->cap - out->n;
	for (;; guess *= 3) {
		if (guess > room_left(out))
			guess = room_left(out);
		room = buf_room(out, guess);
		if (room == NULL)
			return UNFILTER_FULL;
		rc = libdeflate_zlib_decompress_ex(inflater, in.p, in.n, room, guess, &used, &n);
		if (rc != LIBDEFLATE_INSUFFICIENT_SPACE)
			break;
		if (guess == room_left(out))
			return UNFILTER_FULL;
	}
	if (rc != LIBDEFLATE_SUCCESS)
		return inflate_damaged(inflater, in, out);
	out->n += n;
	*behind = view_from(in, used);
	return UNFILTER_OK;
}

/* -- LZW (7.4.4.2) ------------------------------------------------------------- */

enum { LZW_CLEAR = 256, LZW_END = 257, LZW_FIRST = 258, LZW_CODES = 4096 };

struct lzw {
	uint16_t prefix[LZW_CODES];
	uint16_t length[LZW_CODES];
	uint8_t last[LZW_CODES], first[LZW_CODES];
	uint32_t next;
	uint32_t bits;
	uint32_t held, held_bits;
};

static void
lzw_clear(struct lzw *z)
{
	z->next = LZW_FIRST;
	z->bits = 9;
}

static bool
lzw_code(struct lzw *z, struct view *in, uint32_t *ret)
{
	while (z->held_bits < z->bits) {
		uint8_t b;

		if (!view_u8(in, &b))
			return false;
		z->held = z->held << 8 | b;
		z->held_bits += 8;
	}
	z->held_bits -= z->bits;
	*ret = z->held >> z->held_bits & ((UINT32_C(1) << z->bits) - 1);
	return true;
}

/* Writes a code's bytes from the back. */
static bool
lzw_put(const struct lzw *z, uint32_t code, struct buf *out)
{
	size_t n = code < 256 ? 1 : z->length[code];
	uint8_t *room = buf_room(out, n);
	size_t i;

	if (room == NULL)
		return false;
	for (i = n; i-- > 0; code = z->prefix[code])
		room[i] = code < 256 ? (uint8_t)code : z->last[code];
	out->n += n;
	return true;
}

static uint8_t
lzw_first(const struct lzw *z, uint32_t code)
{
	return code < 256 ? (uint8_t)code : z->first[code];
}

static void
lzw_add(struct lzw *z, uint32_t before, uint8_t last, uint32_t early)
{
	if (z->next < LZW_CODES) {
		z->prefix[z->next] = (uint16_t)before;
		z->length[z->next] = (uint16_t)((before < 256 ? 1 : z->length[before]) + 1);
		z->last[z->next] = last;
		z->first[z->next] = lzw_first(z, before);
		z->next++;
	}
	if (z->next + early >= (UINT32_C(1) << z->bits) && z->bits < 12)
		z->bits++;
}

enum unfiltered
unfilter_lzw(struct view in, bool early, struct buf *out)
{
	struct lzw z = { 0 };
	uint32_t code, before = LZW_CLEAR;

	lzw_clear(&z);
	while (lzw_code(&z, &in, &code)) {
		if (code == LZW_END)
			return UNFILTER_OK;
		if (code == LZW_CLEAR) {
			lzw_clear(&z);
			before = LZW_CLEAR;
			continue;
		}
		if (before == LZW_CLEAR) {
			if (code > 255)
				return UNFILTER_DAMAGED;
		} else if (code < z.next) {
			lzw_add(&z, before, lzw_first(&z, code), early);
		} else if (code == z.next && z.next < LZW_CODES) {
			lzw_add(&z, before, lzw_first(&z, before), early);
		} else {
			return UNFILTER_DAMAGED;
		}
		if (!lzw_put(&z, code, out))
			return UNFILTER_FULL;
		before = code;
	}
	/* Data that ends without its end code is common. */
	return UNFILTER_OK;
}

/* -- ASCIIHex (7.4.2), ASCII85 (7.4.3), RunLength (7.4.5) ------------------------ */

enum unfiltered
unfilter_hex(struct view in, struct buf *out)
{
	size_t i, digits = 0;
	uint8_t *room = buf_room(out, in.n / 2 + 1);
	bool damaged = false;
	uint8_t high = 0;

	if (room == NULL)
		return UNFILTER_FULL;
	for (i = 0; i < in.n && in.p[i] != '>'; i++) {
		int h = pdf_hex(in.p[i]);

		if (h < 0) {
			damaged |= !pdf_is_space(in.p[i]);
			continue;
		}
		if (digits++ % 2 == 0)
			high = (uint8_t)(h << 4);
		else
			room[digits / 2 - 1] = high | (uint8_t)h;
	}
	if (digits % 2 == 1)
		room[digits / 2] = high;
	out->n += (digits + 1) / 2;
	return damaged ? UNFILTER_DAMAGED : UNFILTER_OK;
}

static void
put_group(struct buf *out, uint32_t x, size_t n)
{
	const uint8_t b[4] = { (uint8_t)(x >> 24), (uint8_t)(x >> 16), (uint8_t)(x >> 8), (uint8_t)x };

	(void)buf_put(out, b, n);
}

enum unfiltered
unfilter_ascii85(struct view in, struct buf *out)
{
	bool damaged = false;
	uint32_t x = 0;
	size_t i, n = 0;

	/* Some writers put the opening mark of PostScript in front. */
	if (view_starts(in, VIEW("<~")))
		(void)view_skip(&in, 2);
	for (i = 0; i < in.n && in.p[i] != '~'; i++) {
		uint8_t c = in.p[i];

		if (c == 'z' && n == 0) {
			put_group(out, 0, 4);
		} else if (c >= '!' && c <= 'u') {
			x = x * 85 + (uint32_t)(c - '!');
			if (++n == 5) {
				put_group(out, x, 4);
				n = 0;
				x = 0;
			}
		} else {
			damaged |= !pdf_is_space(c);
		}
	}
	if (n > 1) {
		for (i = n; i < 5; i++)
			x = x * 85 + 84;
		put_group(out, x, n - 1);
	}
	if (out->full)
		return UNFILTER_FULL;
	return damaged ? UNFILTER_DAMAGED : UNFILTER_OK;
}

enum unfiltered
unfilter_runlength(struct view in, struct buf *out)
{
	struct view run;
	uint8_t length, b;

	while (view_u8(&in, &length)) {
		if (length == 128)
			return UNFILTER_OK;
		if (length < 128) {
			size_t n = (size_t)length + 1;
			bool cut = n > in.n;

			(void)view_take(&in, cut ? in.n : n, &run);
			if (!buf_view(out, run))
				return UNFILTER_FULL;
			if (cut)
				return UNFILTER_DAMAGED;
		} else {
			if (!view_u8(&in, &b))
				return UNFILTER_DAMAGED;
			if (!buf_fill(out, b, 257u - length))
				return UNFILTER_FULL;
		}
	}
	return UNFILTER_OK;
}
