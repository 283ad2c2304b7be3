#include "image_test.h"

#include "noise.h"
#include "png_filter.h"
#include "png_sample.h"
#include "sanitize/codec/icc_sample.h"

enum { W = 13, H = 11 };

static const struct kind {
	uint8_t type, depth, channels;
} kinds[] = {
	{ 0, 1, 1 }, { 0, 2, 1 }, { 0, 4, 1 }, { 0, 8, 1 }, { 0, 16, 1 }, { 2, 8, 3 }, { 2, 16, 3 }, { 3, 1, 1 },
	{ 3, 2, 1 }, { 3, 4, 1 }, { 3, 8, 1 }, { 4, 8, 2 }, { 4, 16, 2 }, { 6, 8, 4 }, { 6, 16, 4 },
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* A sample of the picture, as its place says. */
static unsigned int
sample(const struct kind *k, uint32_t x, uint32_t y, uint32_t c)
{
	return (x * 31 + y * 57 + c * 101 + x * y * 7) * 257 & ((1u << k->depth) - 1);
}

static void
put_row(const struct kind *k, struct buf *b, uint32_t y, uint32_t x0, uint32_t dx)
{
	uint8_t acc = 0;
	unsigned int bits = 0, v;
	uint32_t x, c;

	(void)buf_byte(b, 0);
	for (x = x0; x < W; x += dx)
		for (c = 0; c < k->channels; c++) {
			v = sample(k, x, y, c);
			if (k->depth == 16)
				(void)buf_byte(b, (uint8_t)(v >> 8));
			if (k->depth >= 8) {
				(void)buf_byte(b, (uint8_t)v);
				continue;
			}
			acc = (uint8_t)(acc << k->depth | v);
			bits += k->depth;
			if (bits == 8) {
				(void)buf_byte(b, acc);
				bits = 0;
				acc = 0;
			}
		}
	if (bits > 0)
		(void)buf_byte(b, (uint8_t)(acc << (8 - bits)));
}

static void
put_raw(const struct kind *k, bool interlaced, struct buf *raw)
{
	uint32_t y;
	size_t i;

	if (!interlaced) {
		for (y = 0; y < H; y++)
			put_row(k, raw, y, 0, 1);
		return;
	}
	for (i = 0; i < 7; i++)
		for (y = png_adam7[i].y; y < H; y += png_adam7[i].dy)
			if (png_adam7[i].x < W)
				put_row(k, raw, y, png_adam7[i].x, png_adam7[i].dx);
}

static void
make(const struct kind *k, bool interlaced, struct buf *b)
{
	own_buf struct buf raw = { 0 };
	uint8_t palette[768];
	size_t i;

	for (i = 0; i < sizeof palette; i++)
		palette[i] = (uint8_t)(i * 3);
	put_raw(k, interlaced, &raw);
	png_sample_ihdr(b, W, H, k->depth, k->type, interlaced);
	if (k->type == 3)
		png_sample_chunk(b, "PLTE", view_of(palette, (size_t)3 << k->depth));
	png_sample_data(b, "IDAT", VIEW(""), buf_bytes(&raw));
	png_sample_end(b);
}

/* The chunk's body, the first of its type. */
static struct view
chunk(struct view png, const char *type)
{
	struct view b = VIEW(""), t;
	uint32_t n;

	(void)view_skip(&png, 8);
	while (view_u32be(&png, &n) && view_take(&png, 4, &t) && view_take(&png, n, &b) &&
	       view_skip(&png, 4))
		if (view_is(t, type))
			return b;
	return VIEW("");
}

/* The samples of a PNG without interlace, rows without filter bytes. */
static void
decode(struct view png, const struct kind *k, struct buf *ret)
{
	size_t row = ((size_t)W * k->channels * k->depth + 7) / 8, n = (row + 1) * H, y;
	size_t bpp = (k->channels * k->depth + 7u) / 8;
	own_mem uint8_t *raw = malloc(n);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	struct view z = chunk(png, "IDAT");

	assert_true(libdeflate_zlib_decompress(d, z.p, z.n, raw, n, NULL) == LIBDEFLATE_SUCCESS);
	libdeflate_free_decompressor(d);
	for (y = 0; y < H; y++) {
		png_unfilter(raw[y * (row + 1)], raw + y * (row + 1) + 1,
			     y == 0 ? NULL : raw + (y - 1) * (row + 1) + 1, row, bpp);
		(void)buf_put(ret, raw + y * (row + 1) + 1, row);
	}
}

static void
filters_are_inverse(void **state)
{
	uint8_t up[24], p[24], q[25], r[24];
	size_t bpp, i;
	unsigned int seed;

	(void)state;
	for (seed = 0; seed < 200; seed++)
		for (bpp = 1; bpp <= 8; bpp++) {
			for (i = 0; i < sizeof p; i++) {
				up[i] = (uint8_t)(i * seed * 31 + seed);
				p[i] = (uint8_t)(seed % 3 == 0 ? up[i] + 3u : i * i * seed);
			}
			png_filter(q, p, seed % 5 == 0 ? NULL : up, sizeof p, bpp, seed % 7 != 0);
			memcpy(r, q + 1, sizeof r);
			png_unfilter(q[0], r, seed % 5 == 0 ? NULL : up, sizeof r, bpp);
			assert_memory_equal(r, p, sizeof r);
		}
}

/* Filters 0–4 on the same two rows, as clause 9.2 computes them by hand. */
static void
filters_are_right(void **state)
{
	static const uint8_t coded[5][3] = {
		{ 10, 20, 30 }, { 10, 10, 10 }, { 5, 10, 20 }, { 8, 10, 15 }, { 5, 10, 10 },
	};
	static const uint8_t up[3] = { 5, 10, 10 }, want[3] = { 10, 20, 30 };
	uint8_t p[3], f;

	(void)state;
	for (f = 0; f < 5; f++) {
		memcpy(p, coded[f], sizeof p);
		png_unfilter(f, p, up, 3, 1);
		assert_memory_equal(p, want, 3);
	}
}

static void
keeps_every_kind(void **state)
{
	size_t i;
	int interlaced;

	(void)state;
	for (i = 0; i < KINDS; i++)
		for (interlaced = 0; interlaced <= 1; interlaced++) {
			own_buf struct buf in = { 0 }, plain = { 0 }, a = { 0 }, b = { 0 };
			own_trial struct trial t = { 0 };

			make(&kinds[i], interlaced, &in);
			make(&kinds[i], false, &plain);
			t = trial(&format_png, buf_bytes(&in));
			assert_true(t.ok);
			assert_int_equal(t.findings.n, 0);
			decode(buf_bytes(&plain), &kinds[i], &a);
			decode(buf_bytes(&t.out), &kinds[i], &b);
			if (!view_eq(buf_bytes(&a), buf_bytes(&b)))
				fail_msg("type %u depth %u interlaced %d", kinds[i].type, kinds[i].depth,
					 interlaced);
			trial_stable(&format_png, &t);
		}
}

static void
put_iccp(struct buf *b, struct view profile)
{
	png_sample_data(b, "iCCP", VIEW("Secret name\0\0"), profile);
}

static void
removes_and_keeps(void **state)
{
	static const enum finding_code want[] = {
		FINDING_IMAGE_COMMENT, FINDING_IMAGE_XMP, FINDING_IMAGE_EXIF, FINDING_IMAGE_GPS,
		FINDING_IMAGE_BLOCK, FINDING_TRAILING_DATA,
	};
	own_buf struct buf in = { 0 }, raw = { 0 }, icc = { 0 };
	own_trial struct trial t = { 0 };
	size_t i;

	(void)state;
	put_raw(&kinds[5], false, &raw);
	icc_sample(&icc);
	png_sample_ihdr(&in, W, H, 8, 2, 0);
	put_iccp(&in, buf_bytes(&icc));
	png_sample_chunk(&in, "gAMA", VIEW("\0\0\xb1\x8f"));
	png_sample_chunk(&in, "tRNS", VIEW("\0\1\0\2\0\3"));
	png_sample_chunk(&in, "pHYs", VIEW("\0\0\x2e\x23\0\0\x2e\x23\1"));
	png_sample_chunk(&in, "tEXt", VIEW("Comment\0hidden words"));
	png_sample_chunk(&in, "iTXt", VIEW("XML:com.adobe.xmp\0\0\0\0\0<x/>"));
	png_sample_chunk(&in, "eXIf", VIEW("MM\0*\0\0\0\10\0\1\x88\x25\0\4\0\0\0\1\0\0\0\0\0\0\0\0"));
	png_sample_chunk(&in, "prVt", VIEW("private"));
	png_sample_data(&in, "IDAT", VIEW(""), buf_bytes(&raw));
	png_sample_end(&in);
	(void)buf_str(&in, "PK\3\4 trailing");
	t = trial(&format_png, buf_bytes(&in));
	assert_true(t.ok);
	for (i = 0; i < sizeof want / sizeof want[0]; i++)
		assert_true(trial_found(&t, want[i]));
	assert_false(trial_has(&t, VIEW("hidden")) || trial_has(&t, VIEW("private")) ||
		     trial_has(&t, VIEW("Secret")) || trial_has(&t, VIEW("eXIf")) ||
		     trial_has(&t, VIEW("trailing")) || trial_has(&t, VIEW("gAMA")));
	assert_true(view_starts(chunk(buf_bytes(&t.out), "iCCP"), VIEW("icc\0\0")));
	assert_true(view_is(chunk(buf_bytes(&t.out), "tRNS"), "") == false);
	assert_int_equal(chunk(buf_bytes(&t.out), "pHYs").n, 9);
	trial_stable(&format_png, &t);
}

/* What a decoder passes over is told of too: a second header, a palette that nothing needs, an end that holds something. */
static void
tells_of_all_that_goes(void **state)
{
	static const struct {
		const char *type;
		struct view body, end;
		enum finding_code code;
	} rows[] = {
		{ "IHDR", VIEW("\0\0\0\1\0\0\0\1\10\2\0\0\0"), VIEW(""), FINDING_IMAGE_BLOCK },
		{ "PLTE", VIEW("abc"), VIEW(""), FINDING_IMAGE_BLOCK },
		{ "pHYs", VIEW("\0\0\0\1\0\0\0\1\0"), VIEW(""), FINDING_IMAGE_BLOCK },
		{ NULL, VIEW(""), VIEW("hidden"), FINDING_TRAILING_DATA },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		own_buf struct buf in = { 0 }, raw = { 0 };
		own_trial struct trial t = { 0 };

		put_raw(&kinds[5], false, &raw);
		png_sample_ihdr(&in, W, H, 8, 2, 0);
		png_sample_chunk(&in, "pHYs", VIEW("\0\0\x2e\x23\0\0\x2e\x23\1"));
		if (rows[i].type != NULL)
			png_sample_chunk(&in, rows[i].type, rows[i].body);
		png_sample_data(&in, "IDAT", VIEW(""), buf_bytes(&raw));
		png_sample_chunk(&in, "IEND", rows[i].end);
		t = trial(&format_png, buf_bytes(&in));
		assert_true(t.ok);
		assert_int_equal(t.findings.n, 1);
		assert_true(trial_found(&t, rows[i].code));
		trial_stable(&format_png, &t);
	}
}

/* How a camera was held stays, and nothing else of what it wrote. */
static void
keeps_orientation(void **state)
{
	static const uint8_t little[] = { 'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0, 0x0e, 1, 2, 0, 4, 0, 0, 0, 'E', 'V', 'L', 0,
					  0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0 };
	static const struct view want = VIEW("MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0");
	own_buf struct buf in = { 0 }, raw = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	put_raw(&kinds[5], false, &raw);
	png_sample_ihdr(&in, W, H, 8, 2, 0);
	png_sample_data(&in, "IDAT", VIEW(""), buf_bytes(&raw));
	png_sample_chunk(&in, "eXIf", view_of(little, sizeof little));
	png_sample_end(&in);
	t = trial(&format_png, buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_IMAGE_EXIF));
	assert_false(trial_has(&t, VIEW("EVL")));
	assert_true(view_eq(chunk(buf_bytes(&t.out), "eXIf"), want));
	trial_stable(&format_png, &t);
}

static void
fctl(struct buf *b, uint8_t seq, uint8_t w, uint8_t h, uint8_t x, uint8_t y)
{
	uint8_t d[26] = { 0, 0, 0, seq, 0, 0, 0, w, 0, 0, 0, h, 0, 0, 0, x, 0, 0, 0, y, 0, 1, 0, 10, 0, 0 };

	png_sample_chunk(b, "fcTL", view_of(d, sizeof d));
}

static void
animation(struct buf *in, uint8_t frame_x)
{
	own_buf struct buf raw = { 0 };

	put_raw(&kinds[3], false, &raw);
	png_sample_ihdr(in, W, H, 8, 0, 0);
	png_sample_chunk(in, "acTL", VIEW("\0\0\0\2\0\0\0\5"));
	fctl(in, 0, W, H, 0, 0);
	png_sample_data(in, "IDAT", VIEW(""), buf_bytes(&raw));
	fctl(in, 1, 2, 2, frame_x, 4);
	png_sample_data(in, "fdAT", VIEW("\0\0\0\2"), VIEW("\0\1\2\0\3\4"));
	png_sample_end(in);
}

static void
keeps_animation(void **state)
{
	own_buf struct buf in = { 0 }, bad = { 0 };
	own_trial struct trial t = { 0 }, u = { 0 };

	(void)state;
	animation(&in, 3);
	t = trial(&format_png, buf_bytes(&in));
	assert_true(t.ok);
	assert_int_equal(t.findings.n, 0);
	assert_memory_equal(chunk(buf_bytes(&t.out), "acTL").p, "\0\0\0\2\0\0\0\5", 8);
	assert_true(trial_has(&t, VIEW("fcTL\0\0\0\1\0\0\0\2\0\0\0\2\0\0\0\3\0\0\0\4\0\1\0\x0a")));
	assert_true(trial_has(&t, VIEW("fdAT\0\0\0\2")));
	trial_stable(&format_png, &t);
	/* A frame outside of the picture: the still picture remains. */
	animation(&bad, W - 1);
	u = trial(&format_png, buf_bytes(&bad));
	assert_true(u.ok && trial_found(&u, FINDING_REPAIRED));
	assert_false(trial_has(&u, VIEW("acTL")) || trial_has(&u, VIEW("fdAT")));
	trial_stable(&format_png, &u);
}

static void
cut_and_bent(void **state)
{
	own_buf struct buf in = { 0 };
	size_t i;

	(void)state;
	make(&kinds[10], true, &in);
	trial_cut(&format_png, buf_bytes(&in), 1);
	for (i = 8; i < in.n; i++) {
		own_trial struct trial t = { 0 };

		in.p[i] ^= 0x41;
		t = trial(&format_png, buf_bytes(&in));
		if (t.ok)
			trial_stable(&format_png, &t);
		in.p[i] ^= 0x41;
	}
}

static void
bombs(void **state)
{
	static const struct {
		uint32_t w, h;
		uint8_t depth, type, interlace;
	} rows[] = {
		{ 0x7fffffff, 0x7fffffff, 16, 6, 0 },
		{ 100000, 100000, 1, 0, 0 },
		{ 16000, 16000, 8, 6, 1 },
		{ 4000, 4000, 8, 0, 0 },
		{ 128, 524352, 8, 6, 0 },
		{ 0, 5, 8, 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		own_buf struct buf in = { 0 };
		own_trial struct trial t = { 0 };

		png_sample_ihdr(&in, rows[i].w, rows[i].h, rows[i].depth, rows[i].type, rows[i].interlace);
		png_sample_data(&in, "IDAT", VIEW(""), VIEW("\0\0\0\0"));
		png_sample_end(&in);
		t = trial(&format_png, buf_bytes(&in));
		assert_false(t.ok);
		assert_int_equal(t.e.code, rows[i].w == 0 ? ERR_MALFORMED : ERR_LIMIT);
		assert_int_equal(t.out.n > 200, 0);
	}
}

/* 16,001 × 16,000 pixels of 1 byte: over what is held in memory. */
static void
large_ones_are_streamed(void **state)
{
	enum { LW = 16001, LH = 16000 };
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 };
	own_mem uint8_t *raw = calloc(LH, LW + 1);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	own_buf struct buf idat = { 0 };
	own_mem uint8_t *got = malloc((size_t)LH * (LW + 1));
	struct view v, type, body;
	uint32_t n;
	size_t i;

	(void)state;
	for (i = 0; i < LH; i++) {
		raw[i * (LW + 1)] = (uint8_t)(i % 5);
		raw[i * (LW + 1) + 1 + i % LW] = 77;
	}
	png_sample_ihdr(&in, LW, LH, 8, 0, 0);
	png_sample_data(&in, "IDAT", VIEW(""), view_of(raw, (size_t)LH * (LW + 1)));
	png_sample_end(&in);
	t = trial(&format_png, buf_bytes(&in));
	assert_true(t.ok);
	assert_int_equal(t.findings.n, 0);
	v = view_from(buf_bytes(&t.out), 8);
	while (view_u32be(&v, &n) && view_take(&v, 4, &type) && view_take(&v, n, &body) && view_skip(&v, 4))
		if (view_is(type, "IDAT"))
			(void)buf_view(&idat, body);
	assert_true(libdeflate_zlib_decompress(d, idat.p, idat.n, got, (size_t)LH * (LW + 1), NULL) ==
		    LIBDEFLATE_SUCCESS);
	libdeflate_free_decompressor(d);
	assert_memory_equal(raw, got, (size_t)LH * (LW + 1));
}

static void
noise_is_small_and_spares_alpha(void **state)
{
	const struct kind *k = &kinds[13];
	own_buf struct buf in = { 0 }, a = { 0 }, b = { 0 };
	own_trial struct trial t = { 0 }, u = { 0 };
	size_t i, changed = 0;

	(void)state;
	make(k, false, &in);
	t = trial_as(&format_png, profile_find(VIEW("strict")), buf_bytes(&in));
	u = trial_as(&format_png, profile_find(VIEW("strict")), buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_IMAGE_NOISE));
	assert_true(view_eq(buf_bytes(&t.out), buf_bytes(&u.out)));
	decode(buf_bytes(&in), k, &a);
	decode(buf_bytes(&t.out), k, &b);
	assert_int_equal(a.n, b.n);
	for (i = 0; i < a.n; i++) {
		assert_in_range((size_t)(a.p[i] - b.p[i] + 1), 0, 2);
		assert_false(i % 4 == 3 && a.p[i] != b.p[i]);
		changed += a.p[i] != b.p[i];
	}
	assert_in_range(changed, a.n / 5, a.n / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_are_inverse),
		cmocka_unit_test(filters_are_right),
		cmocka_unit_test(keeps_every_kind),
		cmocka_unit_test(removes_and_keeps), cmocka_unit_test(tells_of_all_that_goes),
		cmocka_unit_test(keeps_orientation),
		cmocka_unit_test(keeps_animation),
		cmocka_unit_test(cut_and_bent),
		cmocka_unit_test(bombs),
		cmocka_unit_test(large_ones_are_streamed),
		cmocka_unit_test(noise_is_small_and_spares_alpha),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
