#include "image_test.h"

#include <tiffio.h>

#include "sanitize/codec/icc_sample.h"

enum { W = 50, H = 37 };

/* A file in memory, for libtiff to write to and to judge from. */
struct memory {
	struct buf b;
	size_t at;
};

static tmsize_t
mem_read(thandle_t h, void *p, tmsize_t n)
{
	struct memory *m = h;
	struct view v = view_from(buf_bytes(&m->b), m->at);
	size_t k = (size_t)n < v.n ? (size_t)n : v.n;

	memcpy(p, v.p, k);
	m->at += k;
	return (tmsize_t)k;
}

static tmsize_t
mem_write(thandle_t h, void *p, tmsize_t n)
{
	struct memory *m = h;

	if (m->at + (size_t)n > m->b.n)
		(void)buf_fill(&m->b, 0, m->at + (size_t)n - m->b.n);
	memcpy(m->b.p + m->at, p, (size_t)n);
	m->at += (size_t)n;
	return n;
}

static toff_t
mem_seek(thandle_t h, toff_t to, int whence)
{
	struct memory *m = h;

	m->at = (size_t)(whence == SEEK_CUR ? m->at + to : whence == SEEK_END ? m->b.n + to : to);
	return m->at;
}

static int
mem_close(thandle_t h)
{
	(void)h;
	return 0;
}

static toff_t
mem_size(thandle_t h)
{
	return ((struct memory *)h)->b.n;
}

static TIFF *
open_memory(struct memory *m, const char *mode)
{
	TIFF *t;

	m->at = 0;
	t = TIFFClientOpen("", mode, m, mem_read, mem_write, mem_seek, mem_close, mem_size, NULL, NULL);
	assert_non_null(t);
	return t;
}

static const struct kind {
	const char *name, *mode;
	uint16_t bits, samples, photometric, compression, planar, format;
	bool tiled, exact, noise;	/* noise: Deflate makes it longer, it is stored as it is */
} kinds[] = {
	{ "bilevel G4", "w", 1, 1, 0, COMPRESSION_CCITTFAX4, 1, 1, false, true, false },
	{ "bilevel, black is 0", "wb", 1, 1, 1, COMPRESSION_NONE, 1, 1, false, true, false },
	{ "gray 4", "wb", 4, 1, 1, COMPRESSION_PACKBITS, 1, 1, false, true, false },
	{ "gray 8", "w", 8, 1, 1, COMPRESSION_LZW, 1, 1, false, true, false },
	{ "gray 16 big-endian", "wb", 16, 1, 1, COMPRESSION_NONE, 1, 1, false, true, false },
	{ "gray float", "wb", 32, 1, 1, COMPRESSION_ADOBE_DEFLATE, 1, 3, false, true, false },
	{ "palette", "w", 8, 1, 3, COMPRESSION_LZW, 1, 1, false, true, false },
	{ "palette 4", "w", 4, 1, 3, COMPRESSION_NONE, 1, 1, false, true, false },
	{ "RGB", "w8", 8, 3, 2, COMPRESSION_LZW, 1, 1, false, true, false },
	{ "RGB planes", "w", 8, 3, 2, COMPRESSION_NONE, 2, 1, false, true, false },
	{ "RGB tiles", "w", 8, 3, 2, COMPRESSION_ADOBE_DEFLATE, 1, 1, true, true, false },
	{ "RGB 16 plane tiles", "wb", 16, 3, 2, COMPRESSION_LZW, 2, 1, true, true, false },
	{ "RGB noise", "w", 8, 3, 2, COMPRESSION_NONE, 1, 1, false, true, true },
	{ "RGB 16 noise", "w", 16, 3, 2, COMPRESSION_NONE, 1, 1, false, true, true },
	{ "RGBA", "w", 8, 4, 2, COMPRESSION_LZW, 1, 1, false, true, false },
	{ "CMYK", "w", 8, 4, 5, COMPRESSION_PACKBITS, 1, 1, false, true, false },
	{ "Lab", "w", 8, 3, 8, COMPRESSION_NONE, 1, 1, false, true, false },
	{ "YCbCr JPEG", "w", 8, 3, 6, COMPRESSION_JPEG, 1, 1, false, false, false },
	{ "YCbCr JPEG tiles", "wb", 8, 3, 6, COMPRESSION_JPEG, 1, 1, true, false, false },
	{ "gray JPEG", "w", 8, 1, 1, COMPRESSION_JPEG, 1, 1, false, false, false },
	{ "RGB JPEG", "w", 8, 3, 2, COMPRESSION_JPEG, 1, 1, false, false, false },
	{ "CMYK JPEG", "w", 8, 4, 5, COMPRESSION_JPEG, 1, 1, false, false, false },
};

static void
put_tags(TIFF *t, const struct kind *k)
{
	static uint16_t map[3 * 256];
	uint16_t extra = EXTRASAMPLE_UNASSALPHA;

	TIFFSetField(t, TIFFTAG_IMAGEWIDTH, W);
	TIFFSetField(t, TIFFTAG_IMAGELENGTH, H);
	TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, k->bits);
	TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, k->samples);
	TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, k->format);
	TIFFSetField(t, TIFFTAG_COMPRESSION, k->compression);
	TIFFSetField(t, TIFFTAG_PHOTOMETRIC, k->photometric);
	TIFFSetField(t, TIFFTAG_PLANARCONFIG, k->planar);
	if (k->photometric == 3)
		TIFFSetField(t, TIFFTAG_COLORMAP, map, map + 256, map + 512);
	if (k->photometric == 6)
		TIFFSetField(t, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
	if (k->photometric == 2 && k->samples == 4)
		TIFFSetField(t, TIFFTAG_EXTRASAMPLES, 1, &extra);
	if (k->tiled) {
		TIFFSetField(t, TIFFTAG_TILEWIDTH, 16);
		TIFFSetField(t, TIFFTAG_TILELENGTH, 16);
	} else {
		TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, 16);
	}
}

static void
put_page(TIFF *t, const struct kind *k)
{
	uint16_t planes = k->planar == 2 ? k->samples : 1, s;
	tmsize_t n = k->tiled ? TIFFTileSize(t) : TIFFScanlineSize(t), i;
	uint32_t noise = 1;
	own_mem uint8_t *p = malloc((size_t)n);
	uint32_t x, y;

	for (s = 0; s < planes; s++)
		for (y = 0; y < H; y += k->tiled ? 16 : 1)
			for (x = 0; x < (k->tiled ? W : 1); x += 16) {
				for (i = 0; i < n; i++, noise = noise * 1664525 + 1013904223)
					p[i] = (uint8_t)(k->noise ? noise >> 24 : i * (s + 1u) / 3 + y * 5 + x);
				if (k->tiled)
					assert_true(TIFFWriteTile(t, p, x, y, 0, s) > 0);
				else
					assert_int_equal(TIFFWriteScanline(t, p, y, s), 1);
			}
}

static void
make(const struct kind *k, unsigned int pages, struct memory *m)
{
	TIFF *t = open_memory(m, k->mode);

	while (pages-- > 0) {
		put_tags(t, k);
		put_page(t, k);
		assert_int_equal(TIFFWriteDirectory(t), 1);
	}
	TIFFClose(t);
}

/* All samples of the current page, interleaved where libtiff has them so. */
static void
read_samples(TIFF *t, struct buf *ret)
{
	own_mem uint32_t *raster = calloc(W * H, sizeof *raster);
	uint16_t photometric = 0, bits = 0;
	uint8_t row[W * 8];
	uint32_t y;

	TIFFGetField(t, TIFFTAG_PHOTOMETRIC, &photometric);
	TIFFGetField(t, TIFFTAG_BITSPERSAMPLE, &bits);
	if (bits < 32) {
		if (TIFFReadRGBAImage(t, W, H, raster, 1) != 1)
			fail_msg("photometric %u, %u bits", photometric, bits);
		(void)buf_put(ret, raster, W * H * sizeof *raster);
		return;
	}
	for (y = 0; y < H; y++) {
		assert_int_equal(TIFFReadScanline(t, row, y, 0), 1);
		(void)buf_put(ret, row, (size_t)TIFFScanlineSize(t));
	}
}

static void
same_pixels(const struct kind *k, struct memory *a, struct memory *b)
{
	own_buf struct buf p = { 0 }, q = { 0 };
	TIFF *t = open_memory(a, "r"), *u = open_memory(b, "r");
	uint16_t bits = 0, samples = 0, compression = 0;

	read_samples(t, &p);
	read_samples(u, &q);
	TIFFGetField(u, TIFFTAG_BITSPERSAMPLE, &bits);
	TIFFGetField(u, TIFFTAG_SAMPLESPERPIXEL, &samples);
	TIFFGetField(u, TIFFTAG_COMPRESSION, &compression);
	/* JPEG stays JPEG, part by part: it would only grow. */
	if ((k->compression == COMPRESSION_JPEG) != (compression == COMPRESSION_JPEG) ||
	    (bool)TIFFIsTiled(u) != (k->tiled && k->compression == COMPRESSION_JPEG))
		fail_msg("%s: compression %u", k->name, compression);
	if (!view_eq(buf_bytes(&p), buf_bytes(&q)) || bits != k->bits || samples != k->samples)
		fail_msg("%s", k->name);
	TIFFClose(t);
	TIFFClose(u);
}

static void
keeps_every_kind(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct memory in = { 0 }, out = { 0 };
		own_trial struct trial t = { 0 };

		make(&kinds[i], 1, &in);
		t = trial(&format_tiff, buf_bytes(&in.b));
		if (!t.ok || t.findings.n > 0)
			fail_msg("%s: %s", kinds[i].name, t.e.text);
		assert_memory_equal(t.out.p, "II*\0\x8\0\0\0", 8);
		(void)buf_view(&out.b, buf_bytes(&t.out));
		same_pixels(&kinds[i], &in, &out);
		trial_stable(&format_tiff, &t);
		buf_release(&in.b);
		buf_release(&out.b);
	}
}

/* What a JPEG strip says besides pixels goes, and what cannot be had by coefficients is decoded. */
static void
drops_what_jpeg_carries(void **state)
{
	static const struct kind k = { "gray JPEG", "w", 8, 1, 1, COMPRESSION_JPEG, 1, 1, false, false, false };
	static const uint8_t comment[] = { 0xff, 0xd8, 0xff, 0xfe, 0, 12, 'S', 'E', 'C', 'R', 'E', 'T', '!', '!', '!', '!' };
	struct memory in = { 0 };
	own_trial struct trial t = { 0 };
	own_buf struct buf strip = { 0 };
	uint8_t raw[4096];
	tmsize_t n;
	TIFF *f;

	(void)state;
	make(&k, 1, &in);
	f = open_memory(&in, "r+");
	n = TIFFReadRawStrip(f, 0, raw, sizeof raw);
	assert_true(n > 2);
	(void)buf_put(&strip, comment, sizeof comment);
	(void)buf_put(&strip, raw + 2, (size_t)n - 2);
	assert_true(TIFFWriteRawStrip(f, 0, strip.p, (tmsize_t)strip.n) > 0);
	assert_int_equal(TIFFRewriteDirectory(f), 1);
	TIFFClose(f);
	assert_true(view_find(buf_bytes(&in.b), 0, VIEW("SECRET")) != VIEW_NOT_FOUND);
	t = trial(&format_tiff, buf_bytes(&in.b));
	assert_true(t.ok);
	assert_true(view_find(buf_bytes(&t.out), 0, VIEW("SECRET")) == VIEW_NOT_FOUND);
	trial_stable(&format_tiff, &t);
	buf_release(&in.b);
}

/* Samples of 12 bits become 16, with full scale kept. */
static void
widens_12_bits(void **state)
{
	static const struct kind k = { "gray 12", "w", 12, 1, 1, COMPRESSION_NONE, 1, 1, false, true, false };
	static const uint8_t packed[3] = { 0xff, 0xf1, 0x23 };
	struct memory in = { 0 }, out = { 0 };
	own_trial struct trial t = { 0 };
	uint8_t source[W * 12 / 8];
	uint16_t row[W];
	TIFF *f = open_memory(&in, "w");
	uint32_t x, y;

	(void)state;
	for (x = 0; x < sizeof source; x++)
		source[x] = packed[x % 3];
	put_tags(f, &k);
	for (y = 0; y < H; y++)
		assert_int_equal(TIFFWriteScanline(f, source, y, 0), 1);
	TIFFClose(f);
	t = trial(&format_tiff, buf_bytes(&in.b));
	assert_true(t.ok && trial_found(&t, FINDING_IMAGE_CONVERTED));
	trial_stable(&format_tiff, &t);
	(void)buf_view(&out.b, buf_bytes(&t.out));
	f = open_memory(&out, "r");
	for (y = 0; y < H; y++) {
		assert_int_equal(TIFFScanlineSize(f), sizeof row);
		assert_int_equal(TIFFReadScanline(f, row, y, 0), 1);
		for (x = 0; x < W; x++)
			assert_int_equal(row[x], x % 2 == 0 ? 0xffff : 0x1231);
	}
	TIFFClose(f);
	buf_release(&in.b);
	buf_release(&out.b);
}

/* A page that does not say what its samples are: what libtiff's viewers take it for. */
static void
guesses_what_is_not_said(void **state)
{
	static const struct {
		struct kind k;
		uint16_t is;
	} rows[] = {
		{ { "fax", "wl", 1, 1, 0, COMPRESSION_CCITTFAX4, 1, 1, false, true, false }, 0 },
		{ { "bilevel", "wl", 1, 1, 0, COMPRESSION_NONE, 1, 1, false, true, false }, 1 },
		{ { "three", "wl", 8, 3, 2, COMPRESSION_NONE, 1, 1, false, true, false }, 1 },
		{ { "four", "wl", 8, 4, 2, COMPRESSION_NONE, 1, 1, false, true, false }, 1 },
	};
	static const uint8_t said[] = { 6, 1, 3, 0, 1, 0, 0, 0 };
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct memory in = { 0 }, out = { 0 };
		own_trial struct trial t = { 0 };
		uint16_t is = 99;
		TIFF *f;

		make(&rows[i].k, 1, &in);
		at = view_find(buf_bytes(&in.b), 0, view_of(said, sizeof said));
		assert_true(at != VIEW_NOT_FOUND);
		in.b.p[at + 4] = 9;
		t = trial(&format_tiff, buf_bytes(&in.b));
		assert_true(t.ok);
		trial_stable(&format_tiff, &t);
		(void)buf_view(&out.b, buf_bytes(&t.out));
		f = open_memory(&out, "r");
		assert_int_equal(TIFFGetField(f, TIFFTAG_PHOTOMETRIC, &is), 1);
		TIFFClose(f);
		if (is != rows[i].is)
			fail_msg("%s: %u", rows[i].k.name, is);
		buf_release(&in.b);
		buf_release(&out.b);
	}
}

static void
removes_and_keeps(void **state)
{
	own_buf struct buf icc = { 0 };
	struct memory in = { 0 }, out = { 0 };
	own_trial struct trial t = { 0 };
	uint16_t unit = 0, orientation = 0;
	uint32_t n = 0;
	void *profile = NULL;
	float x = 0;
	TIFF *f = open_memory(&in, "w");

	(void)state;
	icc_sample(&icc);
	put_tags(f, &kinds[8]);
	TIFFSetField(f, TIFFTAG_IMAGEDESCRIPTION, "hidden words");
	TIFFSetField(f, TIFFTAG_SOFTWARE, "hidden maker");
	TIFFSetField(f, TIFFTAG_XMLPACKET, 4, "<x/>");
	TIFFSetField(f, TIFFTAG_ICCPROFILE, (uint32_t)icc.n, icc.p);
	TIFFSetField(f, TIFFTAG_ORIENTATION, 6);
	TIFFSetField(f, TIFFTAG_XRESOLUTION, 300.25);
	TIFFSetField(f, TIFFTAG_YRESOLUTION, 300.25);
	TIFFSetField(f, TIFFTAG_RESOLUTIONUNIT, 2);
	put_page(f, &kinds[8]);
	TIFFClose(f);
	t = trial(&format_tiff, buf_bytes(&in.b));
	assert_true(t.ok);
	assert_true(trial_found(&t, FINDING_IMAGE_COMMENT) && trial_found(&t, FINDING_IMAGE_XMP) &&
		    trial_found(&t, FINDING_IMAGE_BLOCK));
	assert_false(trial_has(&t, VIEW("hidden")) || trial_has(&t, VIEW("<x/>")) ||
		     trial_has(&t, VIEW("evil")));
	trial_stable(&format_tiff, &t);
	(void)buf_view(&out.b, buf_bytes(&t.out));
	f = open_memory(&out, "r");
	assert_true(TIFFGetField(f, TIFFTAG_ORIENTATION, &orientation) && orientation == 6);
	assert_true(TIFFGetField(f, TIFFTAG_XRESOLUTION, &x) && x > 300.2f && x < 300.3f);
	assert_true(TIFFGetField(f, TIFFTAG_RESOLUTIONUNIT, &unit) && unit == 2);
	assert_true(TIFFGetField(f, TIFFTAG_ICCPROFILE, &n, &profile) && n > 128);
	TIFFClose(f);
	buf_release(&in.b);
	buf_release(&out.b);
}

static void
keeps_pages(void **state)
{
	struct memory in = { 0 }, out = { 0 };
	own_trial struct trial t = { 0 };
	TIFF *f;

	(void)state;
	make(&kinds[0], 5, &in);
	t = trial(&format_tiff, buf_bytes(&in.b));
	assert_true(t.ok);
	(void)buf_view(&out.b, buf_bytes(&t.out));
	f = open_memory(&out, "r");
	assert_int_equal(TIFFNumberOfDirectories(f), 5);
	TIFFClose(f);
	trial_stable(&format_tiff, &t);
	buf_release(&in.b);
	buf_release(&out.b);
}

static void
cut_and_bent(void **state)
{
	struct memory in = { 0 };
	size_t i;

	(void)state;
	make(&kinds[10], 2, &in);
	trial_cut(&format_tiff, buf_bytes(&in.b), 13);
	for (i = 0; i < in.b.n; i += 3) {
		own_trial struct trial t = { 0 };

		in.b.p[i] ^= 0x81;
		t = trial(&format_tiff, buf_bytes(&in.b));
		if (t.ok)
			trial_stable(&format_tiff, &t);
		in.b.p[i] ^= 0x81;
	}
	buf_release(&in.b);
}

/* A page of 60,000 × 60,000 that is not there. */
static void
bombs(void **state)
{
	struct memory in = { 0 };
	own_trial struct trial t = { 0 };
	TIFF *f = open_memory(&in, "w");

	(void)state;
	put_tags(f, &kinds[8]);
	TIFFSetField(f, TIFFTAG_IMAGEWIDTH, 60000);
	TIFFSetField(f, TIFFTAG_IMAGELENGTH, 60000);
	TIFFWriteDirectory(f);
	TIFFClose(f);
	t = trial(&format_tiff, buf_bytes(&in.b));
	assert_false(t.ok);
	assert_true(t.e.code == ERR_LIMIT || t.e.code == ERR_MALFORMED);
	buf_release(&in.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_every_kind),
		cmocka_unit_test(drops_what_jpeg_carries),
		cmocka_unit_test(widens_12_bits),
		cmocka_unit_test(guesses_what_is_not_said),
		cmocka_unit_test(removes_and_keeps),
		cmocka_unit_test(keeps_pages),
		cmocka_unit_test(cut_and_bent),
		cmocka_unit_test(bombs),
	};

	TIFFSetWarningHandler(NULL);
	TIFFSetErrorHandler(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
