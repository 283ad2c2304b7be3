/*
 * PNG picture data, decoded and compressed anew.  A sound picture without
 * interlace keeps its row filters: they are the encoder's choice, already
 * good, and the samples need not be computed.
 */
#include "png_int.h"

#include <libdeflate.h>
#include <zlib.h>

#include "core/own.h"
#include "noise.h"
#include "png_filter.h"
#include "zstream.h"

enum {
	LEVEL = 6,
	BIG = 192 << 20,	/* bytes in memory at once; beyond it data are streamed */
	STREAM = 256 << 10,
	SMALL = 10 << 20,	/* what may be filled up from any beginning */
	HOLLOW = 64,		/* beyond that, from no less than this part of it */
};

/* A few bytes that promise a giant: to fill it up is what a bomb is for. */
static bool
is_hollow(uint64_t got, uint64_t size, struct err *e)
{
	return size > SMALL && got < size / HOLLOW &&
	       !err_set(e, ERR_LIMIT, "data for %llu of %llu bytes of a picture", (unsigned long long)got, (unsigned long long)size);
}

size_t
png_chunk_begin(struct buf *out, const char *type)
{
	size_t begin = out->n;

	(void)buf_u32be(out, 0);
	(void)buf_str(out, type);
	return begin;
}

void
png_chunk_end(struct buf *out, size_t begin)
{
	uint32_t n;

	if (out->full)
		return;
	n = (uint32_t)(out->n - begin - 8);
	out->p[begin] = (uint8_t)(n >> 24);
	out->p[begin + 1] = (uint8_t)(n >> 16);
	out->p[begin + 2] = (uint8_t)(n >> 8);
	out->p[begin + 3] = (uint8_t)n;
	(void)buf_u32be(out, libdeflate_crc32(0, out->p + begin + 4, (size_t)n + 4));
}

static size_t
data_begin(const char *type, uint32_t *seq, struct buf *out)
{
	size_t begin = png_chunk_begin(out, type);

	if (seq != NULL)
		(void)buf_u32be(out, (*seq)++);
	return begin;
}

static bool
put_data(struct view raw, const char *type, uint32_t *seq, struct buf *out, struct err *e)
{
	size_t begin = data_begin(type, seq, out);

	if (!zstream_deflate(raw, LEVEL, out, e))
		return false;
	png_chunk_end(out, begin);
	return true;
}

/* A filter byte that is none ends the picture for some readers; here its row is as it stands. */
static void
check_filters(struct png *p, uint8_t *raw, size_t row, uint32_t rows)
{
	uint32_t y;

	for (y = 0; y < rows; y++, raw += row + 1)
		if (raw[0] > 4) {
			raw[0] = 0;
			p->damaged = true;
		}
}

static size_t
bytes_per_pixel(const struct png *p)
{
	size_t n = (size_t)p->channels * p->depth / 8;

	return n == 0 ? 1 : n;
}

/* Filtered rows to samples, in place; returns how many bytes it went over. */
static size_t
unfilter_rows(const struct png *p, uint8_t *raw, uint32_t w, uint32_t h)
{
	size_t row = (size_t)png_row(p, w), at = 0;
	const uint8_t *up = NULL;
	uint32_t y;

	for (y = 0; y < h; y++) {
		png_unfilter(raw[at], raw + at + 1, up, row, bytes_per_pixel(p));
		up = raw + at + 1;
		at += row + 1;
	}
	return at;
}

static void
copy_pixel(const struct png *p, uint8_t *to, uint32_t tx, const uint8_t *from, uint32_t fx)
{
	size_t bits = (size_t)p->channels * p->depth, n = bits / 8;
	unsigned int per, v;

	if (bits >= 8) {
		memcpy(to + tx * n, from + fx * n, n);
		return;
	}
	per = 8 / (unsigned int)bits;
	v = from[fx / per] >> (8 - bits - fx % per * bits) & ((1u << bits) - 1);
	to[tx / per] |= (uint8_t)(v << (8 - bits - tx % per * bits));
}

static void
deinterlace(const struct png *p, const struct png_frame *f, uint8_t *raw, uint8_t *samples)
{
	size_t row = (size_t)png_row(p, f->w), i, from_row;
	uint32_t w, h, x, y;

	for (i = 0; i < 7; i++) {
		const struct png_pass *a = &png_adam7[i];

		w = png_pass_size(f->w, a->x, a->dx);
		h = png_pass_size(f->h, a->y, a->dy);
		if (w == 0 || h == 0)
			continue;
		from_row = (size_t)png_row(p, w) + 1;
		(void)unfilter_rows(p, raw, w, h);
		for (y = 0; y < h; y++)
			for (x = 0; x < w; x++)
				copy_pixel(p, samples + row * (a->y + (size_t)y * a->dy),
					   a->x + x * a->dx, raw + y * from_row + 1, x);
		raw += from_row * h;
	}
}

/* Bytes of the filtered data, all passes together. */
static uint64_t
raw_size(const struct png *p, const struct png_frame *f)
{
	uint64_t n = 0;
	size_t i;

	if (!p->interlace)
		return (png_row(p, f->w) + 1) * f->h;
	for (i = 0; i < 7; i++) {
		const struct png_pass *a = &png_adam7[i];
		uint32_t w = png_pass_size(f->w, a->x, a->dx);

		n += w == 0 ? 0 : (png_row(p, w) + 1) * png_pass_size(f->h, a->y, a->dy);
	}
	return n;
}

static void
check_passes(struct png *p, const struct png_frame *f, uint8_t *raw)
{
	size_t i, row;
	uint32_t w, h;

	if (!p->interlace) {
		check_filters(p, raw, (size_t)png_row(p, f->w), f->h);
		return;
	}
	for (i = 0; i < 7; i++) {
		w = png_pass_size(f->w, png_adam7[i].x, png_adam7[i].dx);
		h = png_pass_size(f->h, png_adam7[i].y, png_adam7[i].dy);
		row = (size_t)png_row(p, w);
		if (w == 0)
			continue;
		check_filters(p, raw, row, h);
		raw += (row + 1) * h;
	}
}

static void
add_noise(const struct png *p, uint8_t *samples, size_t pixels)
{
	bool alpha = p->type == PNG_GRAY_ALPHA || p->type == PNG_RGB_ALPHA;
	struct noise s = noise_new(p->in);

	if (p->depth == 16)
		noise_16(&s, samples, pixels, p->channels, alpha, true);
	else
		noise_8(&s, samples, pixels, p->channels, alpha);
}

static bool
wants_noise(const struct png *p)
{
	return p->j->profile->noise && p->type != PNG_PALETTE && p->depth >= 8;
}

/* By way of its samples: interlaced pictures, and where noise is asked for. */
static bool
put_samples(struct png *p, const struct png_frame *f, uint8_t *raw, struct view *ret, struct err *e)
{
	size_t row = (size_t)png_row(p, f->w);
	own_mem uint8_t *samples = calloc(f->h, row);
	bool adaptive = p->type != PNG_PALETTE && p->depth >= 8;
	uint8_t *to = raw;
	uint32_t y;

	if (samples == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (p->interlace) {
		deinterlace(p, f, raw, samples);
	} else {
		(void)unfilter_rows(p, raw, f->w, f->h);
		for (y = 0; y < f->h; y++)
			memcpy(samples + y * row, raw + y * (row + 1) + 1, row);
	}
	if (wants_noise(p))
		add_noise(p, samples, (size_t)f->w * f->h);
	for (y = 0; y < f->h; y++, to += row + 1)
		png_filter(to, samples + y * row, y == 0 ? NULL : samples + (y - 1) * row, row,
			   bytes_per_pixel(p), adaptive);
	*ret = view_of(raw, (row + 1) * f->h);
	return job_tick(p->j, e);
}

struct stream {
	struct png *p;
	z_stream in, out;
	uint64_t at, size;	/* in the filtered data */
	uint64_t row;		/* with its filter byte */
	struct buf *to;
	uint8_t raw[STREAM], packed[STREAM];
};

static bool
put_piece(struct stream *s, unsigned int n, int flush, struct err *e)
{
	int rc;

	s->out.next_in = s->raw;
	s->out.avail_in = n;
	do {
		rc = deflate(&s->out, flush);
		if (s->out.avail_out == 0 || (rc == Z_STREAM_END && s->out.avail_out < STREAM)) {
			size_t begin = png_chunk_begin(s->to, "IDAT");

			(void)buf_put(s->to, s->packed, STREAM - s->out.avail_out);
			png_chunk_end(s->to, begin);
			s->out.next_out = s->packed;
			s->out.avail_out = STREAM;
		}
	} while (s->out.avail_in > 0 || (flush == Z_FINISH && rc == Z_OK));
	return job_tick(s->p->j, e) && buf_ok(s->to, e);
}

static void
check_piece(struct stream *s, size_t n)
{
	uint64_t at = (s->row - s->at % s->row) % s->row;

	for (; at < n; at += s->row)
		if (s->raw[at] > 4) {
			s->raw[at] = 0;
			s->p->damaged = true;
		}
	s->at += n;
}

static bool
stream_pieces(struct stream *s, struct err *e)
{
	int rc = Z_OK;
	size_t n, got;

	while (s->at < s->size) {
		n = s->size - s->at < STREAM ? (size_t)(s->size - s->at) : STREAM;
		s->in.next_out = s->raw;
		s->in.avail_out = (unsigned int)n;
		while (rc == Z_OK && s->in.avail_out > 0)
			rc = inflate(&s->in, Z_SYNC_FLUSH);
		got = n - s->in.avail_out;
		if (got == 0 && s->at == 0)
			return err_set(e, ERR_MALFORMED, "picture data cannot be inflated");
		if (got < n) {
			if (is_hollow(s->at + got, s->size, e))
				return false;
			s->p->damaged = true;
			memset(s->raw + got, 0, n - got);
		}
		check_piece(s, n);
		if (!put_piece(s, (unsigned int)n, s->at == s->size ? Z_FINISH : Z_NO_FLUSH, e))
			return false;
	}
	if (rc == Z_OK && inflate(&s->in, Z_SYNC_FLUSH) == Z_OK)
		s->p->extra = s->in.avail_out == 0;
	return true;
}

/* A picture too large for memory: through zlib, piece by piece, without looking back. */
static bool
put_stream(struct png *p, const struct png_frame *f, struct buf *out, struct err *e)
{
	own_mem struct stream *s = calloc(1, sizeof *s);
	bool ok;

	if (s == NULL || p->data.n > UINT32_MAX)
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	s->p = p;
	s->to = out;
	s->row = png_row(p, f->w) + 1;
	s->size = s->row * f->h;
	s->in.next_in = p->data.p + f->at;
	s->in.avail_in = (unsigned int)f->n;
	if (inflateInit(&s->in) != Z_OK)
		return err_set(e, ERR_SYSTEM, "no memory to inflate");
	if (deflateInit(&s->out, 4) != Z_OK) {
		(void)inflateEnd(&s->in);
		return err_set(e, ERR_SYSTEM, "no memory to deflate");
	}
	s->out.next_out = s->packed;
	s->out.avail_out = STREAM;
	ok = stream_pieces(s, e);
	(void)inflateEnd(&s->in);
	(void)deflateEnd(&s->out);
	return ok;
}

bool
png_data(struct png *p, const struct png_frame *f, const char *type, uint32_t *seq,
	 struct buf *out, struct err *e)
{
	uint64_t n = raw_size(p, f);
	own_mem uint8_t *raw = NULL;
	struct zstream_result res;
	struct view done;

	if (n > BIG && (p->interlace || wants_noise(p) || seq != NULL))
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	if (!job_charge(p->j, n, e))
		return false;
	if (n > BIG)
		return put_stream(p, f, out, e);
	raw = malloc((size_t)n + 1);
	if (raw == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!zstream_inflate(view_of(p->data.p + f->at, f->n), raw, (size_t)n, &res, e))
		return false;
	if (res.got == 0)
		return err_set(e, ERR_MALFORMED, "picture data cannot be inflated");
	if (is_hollow(res.got, n, e))
		return false;
	p->damaged |= res.damaged;
	p->extra |= res.extra;
	check_passes(p, f, raw);
	done = view_of(raw, (size_t)n);
	if ((p->interlace || wants_noise(p)) && !put_samples(p, f, raw, &done, e))
		return false;
	return put_data(done, type, seq, out, e);
}
