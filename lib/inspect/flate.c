#include "inspect/flate.h"

#include <zlib.h>

enum { CHUNK = 65536 };

struct flate {
	z_stream z;
	struct inspection *in;
	flate_sink *sink;
	void *ctx;
	bool ended;
	uint8_t out[CHUNK];
};

struct flate *
inspect_flate_new(struct inspection *in, bool zlib, flate_sink *sink, void *ctx)
{
	struct flate *f = malloc(sizeof *f);

	if (f == NULL)
		return NULL;
	memset(&f->z, 0, sizeof f->z);
	f->in = in;
	f->sink = sink;
	f->ctx = ctx;
	f->ended = false;
	if (inflateInit2(&f->z, zlib ? 15 : -15) != Z_OK) {
		free(f);
		return NULL;
	}
	return f;
}

void
inspect_flate_free(struct flate *f)
{
	if (f == NULL)
		return;
	(void)inflateEnd(&f->z);
	free(f);
}

static bool
flate_step(struct flate *f, struct err *e)
{
	size_t got;
	int rc;

	f->z.next_out = f->out;
	f->z.avail_out = CHUNK;
	rc = inflate(&f->z, Z_NO_FLUSH);
	if (rc == Z_MEM_ERROR)
		return no_memory(e);
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return residue(e, "not deflated data");
	f->ended = rc == Z_STREAM_END;
	got = CHUNK - f->z.avail_out;
	if (got == 0)
		return true;
	return inspect_charge(f->in, got, e) && f->sink(f->ctx, f->out, got, e);
}

bool
inspect_flate_feed(struct flate *f, struct view packed, struct err *e)
{
	while (packed.n > 0) {
		struct view piece = packed;

		if (f->ended)
			return residue(e, "%zu bytes behind the deflated data", packed.n);
		(void)view_take(&packed, packed.n > 1u << 30 ? 1u << 30 : packed.n, &piece);
		/* zlib's field is not const but is only read. */
		memcpy(&f->z.next_in, &piece.p, sizeof piece.p);
		f->z.avail_in = (uInt)piece.n;
		do {
			if (!flate_step(f, e))
				return false;
		} while (!f->ended && (f->z.avail_in > 0 || f->z.avail_out == 0));
		if (f->z.avail_in > 0)
			return residue(e, "%u bytes behind the deflated data", f->z.avail_in);
	}
	return true;
}

bool
inspect_flate_end(struct flate *f, struct err *e)
{
	return f->ended || residue(e, "deflated data stop before their end");
}

static void
own_flate(struct flate **f)
{
	inspect_flate_free(*f);
}

static bool
flate_all(struct inspection *in, bool zlib, struct view packed, flate_sink *sink, void *ctx,
	  struct err *e)
{
	__attribute__((cleanup(own_flate))) struct flate *f = inspect_flate_new(in, zlib, sink, ctx);

	if (f == NULL)
		return no_memory(e);
	return inspect_flate_feed(f, packed, e) && inspect_flate_end(f, e);
}

static bool
to_buf(void *ctx, const uint8_t *p, size_t n, struct err *e)
{
	struct buf *b = ctx;

	return buf_put(b, p, n) || buf_ok(b, e);
}

bool
inspect_flate_buf(struct inspection *in, bool zlib, struct view packed, struct buf *ret, struct err *e)
{
	return flate_all(in, zlib, packed, to_buf, ret, e);
}

static bool
to_count(void *ctx, const uint8_t *p, size_t n, struct err *e)
{
	uint64_t *left = ctx;

	(void)p;
	if (n > *left)
		return residue(e, "more data than declared");
	*left -= n;
	return true;
}

bool
inspect_flate_size(struct inspection *in, bool zlib, struct view packed, uint64_t n, struct err *e)
{
	uint64_t left = n;

	if (!flate_all(in, zlib, packed, to_count, &left, e))
		return false;
	return left == 0 || residue(e, "%llu bytes of data missing", (unsigned long long)left);
}
