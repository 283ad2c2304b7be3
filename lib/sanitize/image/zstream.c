#include "zstream.h"

#include <libdeflate.h>
#include <zlib.h>

#include "core/own.h"

enum { PIECE = 1 << 28 };	/* zlib counts in unsigned int */

static unsigned int
piece(size_t n)
{
	return (unsigned int)(n > PIECE ? PIECE : n);
}

/* libdeflate takes all or nothing; zlib gives what can be read before the damage. */
static bool
inflate_damaged(struct view in, uint8_t *ret, size_t n, struct zstream_result *res, struct err *e)
{
	z_stream z = { 0 };
	uint8_t more;
	int rc = Z_OK;
	size_t fed;

	if (inflateInit(&z) != Z_OK)
		return err_set(e, ERR_SYSTEM, "no memory to inflate");
	while (rc == Z_OK && res->got < n) {
		fed = piece(in.n);
		z.next_in = (z_const Bytef *)in.p;
		z.avail_in = (unsigned int)fed;
		z.next_out = ret + res->got;
		z.avail_out = piece(n - res->got);
		rc = inflate(&z, Z_SYNC_FLUSH);
		(void)view_skip(&in, fed - z.avail_in);
		res->got = (size_t)(z.next_out - ret);
	}
	res->damaged = rc != Z_STREAM_END;
	if (rc == Z_OK && res->got == n) {
		z.next_in = (z_const Bytef *)in.p;
		z.avail_in = piece(in.n);
		z.next_out = &more;
		z.avail_out = 1;
		rc = inflate(&z, Z_SYNC_FLUSH);
		res->extra = z.avail_out == 0;
		res->damaged = !res->extra && rc != Z_STREAM_END;
	}
	(void)inflateEnd(&z);
	return true;
}

bool
zstream_inflate(struct view in, uint8_t *ret, size_t n, struct zstream_result *res, struct err *e)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	size_t used, got;
	enum libdeflate_result rc;

	*res = (struct zstream_result){ 0 };
	if (d == NULL)
		return err_set(e, ERR_SYSTEM, "no memory to inflate");
	rc = libdeflate_zlib_decompress_ex(d, in.p, in.n, ret, n, &used, &got);
	libdeflate_free_decompressor(d);
	if (rc == LIBDEFLATE_SUCCESS) {
		res->got = got;
		res->damaged = got < n;
		res->extra = used < in.n;
	} else if (!inflate_damaged(in, ret, n, res, e)) {
		return false;
	}
	if (res->got < n)
		memset(ret + res->got, 0, n - res->got);
	return true;
}

bool
zstream_inflate_buf(struct view in, struct buf *out, struct err *e)
{
	z_stream z = { 0 };
	uint8_t part[8192];
	bool ok = true;
	int rc = Z_OK;

	if (in.n > PIECE || inflateInit(&z) != Z_OK)
		return err_set(e, ERR_LIMIT, "no memory to inflate");
	z.next_in = (z_const Bytef *)in.p;
	z.avail_in = (unsigned int)in.n;
	while (ok && rc == Z_OK) {
		z.next_out = part;
		z.avail_out = sizeof part;
		rc = inflate(&z, Z_NO_FLUSH);
		ok = buf_put(out, part, sizeof part - z.avail_out);
	}
	(void)inflateEnd(&z);
	if (!ok || rc != Z_STREAM_END)
		return err_set(e, ERR_MALFORMED, "zlib stream is damaged or too long");
	return true;
}

bool
zstream_deflate(struct view raw, int level, struct buf *out, struct err *e)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
	size_t bound, n = 0;
	uint8_t *room;

	if (c == NULL)
		return err_set(e, ERR_SYSTEM, "no memory to deflate");
	bound = libdeflate_zlib_compress_bound(c, raw.n);
	room = buf_room(out, bound);
	if (room != NULL)
		n = libdeflate_zlib_compress(c, raw.p, raw.n, room, bound);
	libdeflate_free_compressor(c);
	if (n == 0)
		return err_set(e, ERR_LIMIT, "output: no room");
	out->n += n;
	return true;
}
