#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/own.h"
#include "icc_sample.h"
#include "jpeg_meta.h"
#include "sanitize/codec/codec.h"

enum { W = 37, H = 29 };

static const uint64_t plenty = 1 << 20;

static void
picture(uint8_t channels, int quality, struct buf *out)
{
	uint8_t data[W * H * 4];
	struct pixels p = { .w = W, .h = H, .channels = channels, .bits = 8, .data = data };
	struct err e = { 0 };
	size_t i;

	for (i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7 + i / 13 * 3);
	assert_true(jpeg_encode(&p, quality, out, &e));
}

static void
segment(struct buf *b, uint8_t marker, struct view body)
{
	(void)buf_byte(b, 0xff);
	(void)buf_byte(b, marker);
	(void)buf_u16be(b, (uint16_t)(body.n + 2));
	(void)buf_view(b, body);
}

#define EXIF_GPS "Exif\0\0MM\0*\0\0\0\10\0\2\1\x12\0\3\0\0\0\1\0\6\0\0\x88\x25\0\4\0\0\0\1\0\0\0\0\0\0\0\x0a thumb"
#define EXIF_TURN "Exif\0\0MM\0*\0\0\0\10\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"

/* A picture with everything that must go, and what must stay. */
static void
dirty(struct buf *out)
{
	own_buf struct buf clean = { 0 }, icc = { 0 };

	picture(3, 80, &clean);
	(void)buf_put(&icc, "ICC_PROFILE\0\1\1", 14);
	icc_sample(&icc);
	(void)buf_put(out, clean.p, 2);
	segment(out, 0xe0, VIEW("JFIF\0\1\2\1\1\x2c\1\x2c\0\0"));
	segment(out, 0xe0, VIEW("JFXX\0\x10 thumbnail"));
	segment(out, 0xe1, VIEW(EXIF_GPS));
	segment(out, 0xe1, VIEW("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"));
	segment(out, 0xed, VIEW("Photoshop 3.0\0" "8BIM"));
	segment(out, 0xe2, buf_bytes(&icc));
	segment(out, 0xe7, VIEW("MZ private"));
	segment(out, 0xfe, VIEW("a comment"));
	(void)buf_put(out, clean.p + 20, clean.n - 20);
	(void)buf_str(out, "PK\3\4 a ZIP");
}

static void
same_pixels(struct view a, struct view b)
{
	struct pixels p = { 0 }, q = { 0 };
	struct err e = { 0 };
	int quality;

	assert_true(jpeg_decode(a, plenty, &p, &quality, &e));
	assert_true(jpeg_decode(b, plenty, &q, &quality, &e));
	assert_int_equal(p.w, q.w);
	assert_int_equal(p.h, q.h);
	assert_int_equal(p.channels, q.channels);
	assert_memory_equal(p.data, q.data, (size_t)p.w * p.h * p.channels);
	free(p.data);
	free(q.data);
}

/* The i-th value of the n-th table; NULL past the last. */
static uint8_t *
step_of(struct buf *b, size_t n, size_t i)
{
	size_t at = 0;

	do {
		at = view_find(buf_bytes(b), at, VIEW("\xff\xdb\0\x43"));
		if (at == VIEW_NOT_FOUND)
			return NULL;
		at += 5;
	} while (n-- > 0);
	return b->p + at + i;
}

/* T.81 B.2.4.1: a quantiser is never zero.  Readers show nothing of its coefficients, and so does the new file. */
static void
a_step_of_zero_shows_the_same(void **state)
{
	static const uint8_t which[][3] = { { 0, 0, 1 }, { 0, 1, 40 }, { 1, 0, 63 }, { 0, 63, 64 }, { 1, 5, 9 } };
	size_t k, i;

	(void)state;
	for (k = 0; k < sizeof which / sizeof *which; k++) {
		own_buf struct buf in = { 0 }, out = { 0 }, again = { 0 };
		struct jpeg_info info;
		struct err e = { 0 };

		picture(3, 80, &in);
		for (i = which[k][1]; i < which[k][2]; i++)
			*step_of(&in, which[k][0], i) = 0;
		if (!jpeg_rebuild(buf_bytes(&in), JPEG_FILE, plenty, &out, &info, &e))
			fail_msg("row %zu: %s", k, e.text);
		assert_true(info.damaged);
		for (i = 0; i < 2 * 64; i++)
			assert_true(step_of(&out, i / 64, 0) == NULL || *step_of(&out, i / 64, i % 64) != 0);
		same_pixels(buf_bytes(&in), buf_bytes(&out));
		assert_true(jpeg_rebuild(buf_bytes(&out), JPEG_FILE, plenty, &again, &info, &e));
		assert_false(info.damaged);
		assert_true(view_eq(buf_bytes(&out), buf_bytes(&again)));
	}
}

static void
removes_and_keeps(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 }, again = { 0 };
	static const char *const gone[] = { "JFXX", "thumb", "GPS", "xmp", "8BIM", "MZ", "comment",
					    "ZIP", "evil", "\x88\x25" };
	struct jpeg_info i;
	struct err e = { 0 };
	size_t k;

	(void)state;
	dirty(&in);
	assert_true(jpeg_rebuild(buf_bytes(&in), JPEG_FILE, plenty, &out, &i, &e));
	assert_true(i.exif && i.gps && i.xmp && i.comment && i.thumbnail && i.iptc && i.other_app);
	assert_true(i.trailing && !i.damaged && !i.icc_removed && !i.adobe);
	assert_int_equal(i.orientation, 6);
	assert_int_equal(i.x_density, 300);
	assert_int_equal(i.density_unit, 1);
	for (k = 0; k < sizeof gone / sizeof gone[0]; k++)
		if (view_find(buf_bytes(&out), 0, view_str(gone[k])) != VIEW_NOT_FOUND)
			fail_msg("still there: %s", gone[k]);
	assert_memory_equal(out.p, "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\1\1\x2c\1\x2c\0\0", 20);
	assert_memory_equal(out.p + 20, "\xff\xe1\0\x22" EXIF_TURN, 36);
	assert_memory_equal(out.p + 56, "\xff\xe2", 2);
	assert_memory_equal(out.p + out.n - 2, "\xff\xd9", 2);
	same_pixels(buf_bytes(&in), buf_bytes(&out));
	assert_true(jpeg_rebuild(buf_bytes(&out), JPEG_FILE, plenty, &again, &i, &e));
	assert_true(view_eq(buf_bytes(&out), buf_bytes(&again)));
	assert_false(i.exif || i.trailing || i.icc_removed || i.other_app || i.damaged);
}

static void
bare_in_pdf(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	struct jpeg_info i;
	struct err e = { 0 };

	(void)state;
	dirty(&in);
	assert_true(jpeg_rebuild(buf_bytes(&in), JPEG_IN_PDF, plenty, &out, &i, &e));
	assert_memory_equal(out.p + 20, "\xff\xdb", 2);
	assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("Exif")), VIEW_NOT_FOUND);
	assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("ICC_PROFILE")), VIEW_NOT_FOUND);
}

/* Colour markers by components, kind and whether an Adobe marker was there. */
static void
colour_markers(void **state)
{
	static const struct {
		uint8_t channels;
		enum jpeg_how how;
		const char *adobe;	/* marker put in, without the transform; NULL: none */
		uint8_t transform;
		int want;		/* transform of the Adobe marker written, -1: none */
	} rows[] = {
		{ 1, JPEG_FILE, NULL, 0, -1 },
		{ 3, JPEG_FILE, NULL, 0, -1 },
		{ 3, JPEG_IN_PDF_TRANSFORM, NULL, 0, -1 },
		{ 4, JPEG_FILE, NULL, 0, -1 },
		{ 4, JPEG_FILE, "", 0, 0 },
		{ 4, JPEG_FILE, "", 2, 2 },
		{ 4, JPEG_IN_PDF_TRANSFORM, NULL, 0, 2 },
		{ 4, JPEG_IN_PDF_PLAIN, "", 2, 2 },
	};
	size_t k, at;

	(void)state;
	for (k = 0; k < sizeof rows / sizeof rows[0]; k++) {
		own_buf struct buf plain = { 0 }, in = { 0 }, out = { 0 };
		uint8_t adobe[] = "Adobe\0\x64\0\0\0\0?";
		struct jpeg_info i;
		struct err e = { 0 };

		adobe[11] = rows[k].transform;
		picture(rows[k].channels, 70, &plain);
		(void)buf_put(&in, plain.p, 2);
		if (rows[k].adobe != NULL)
			segment(&in, 0xee, view_of(adobe, 12));
		(void)buf_put(&in, plain.p + 2, plain.n - 2);
		assert_true(jpeg_rebuild(buf_bytes(&in), rows[k].how, plenty, &out, &i, &e));
		at = view_find(buf_bytes(&out), 0, VIEW("Adobe"));
		assert_int_equal(at != VIEW_NOT_FOUND, rows[k].want >= 0);
		if (rows[k].want >= 0)
			assert_int_equal(out.p[at + 11], rows[k].want);
	}
}

static void
plain_rgb_in_pdf(void **state)
{
	own_buf struct buf ycc = { 0 }, in = { 0 }, out = { 0 };
	struct jpeg_info i;
	struct err e = { 0 };

	(void)state;
	picture(3, 90, &ycc);
	/* Without JFIF and with /ColorTransform 0 the samples are RGB. */
	(void)buf_put(&in, ycc.p, 2);
	(void)buf_put(&in, ycc.p + 20, ycc.n - 20);
	assert_true(jpeg_rebuild(buf_bytes(&in), JPEG_IN_PDF_PLAIN, plenty, &out, &i, &e));
	assert_memory_equal(out.p + 2, "\xff\xee\0\x0e" "Adobe\0\x64\0\0\0\0\0", 16);
}

static void
damaged_ones_pass(void **state)
{
	own_buf struct buf in = { 0 };
	struct jpeg_info i;
	struct err e = { 0 };
	size_t n, passed = 0;

	(void)state;
	picture(3, 80, &in);
	for (n = 0; n < in.n; n++) {
		own_buf struct buf out = { 0 };
		own_mem uint8_t *copy = malloc(n + 1);

		memcpy(copy, in.p, n);
		if (!jpeg_rebuild(view_of(copy, n), JPEG_FILE, plenty, &out, &i, &e)) {
			assert_int_equal(e.code, ERR_MALFORMED);
			continue;
		}
		assert_true(i.damaged);
		assert_memory_equal(out.p + out.n - 2, "\xff\xd9", 2);
		passed++;
	}
	assert_in_range(passed, in.n / 3, in.n);
}

static void
limits_hold(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	struct jpeg_info i;
	struct err e = { 0 };
	size_t sof;

	(void)state;
	picture(3, 80, &in);
	assert_false(jpeg_rebuild(buf_bytes(&in), JPEG_FILE, W * H - 1, &out, &i, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	/* 65,000 × 65,000 in a small file: refused before any of it is allocated */
	sof = view_find(buf_bytes(&in), 0, VIEW("\xff\xc0"));
	memcpy(in.p + sof + 5, "\xfd\xe8\xfd\xe8", 4);
	e = (struct err){ 0 };
	assert_false(jpeg_rebuild(buf_bytes(&in), JPEG_FILE, UINT64_MAX, &out, &i, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(out.n, 0);
	e = (struct err){ 0 };
	assert_false(jpeg_rebuild(VIEW("\xff\xd8\xff\xd9"), JPEG_FILE, plenty, &out, &i, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

/* A thousand scans of the same progressive picture are work without end. */
static void
scan_bomb(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	struct jpeg_info i;
	struct err e = { 0 };
	size_t sof, k;

	(void)state;
	picture(1, 80, &in);
	sof = view_find(buf_bytes(&in), 0, VIEW("\xff\xc0"));
	in.p[sof + 1] = 0xc2;
	in.n = view_find(buf_bytes(&in), 0, VIEW("\xff\xda"));
	for (k = 0; k < 1000; k++)
		segment(&in, 0xda, VIEW("\1\1\0\0\0\0"));
	(void)buf_put(&in, "\xff\xd9", 2);
	assert_false(jpeg_rebuild(buf_bytes(&in), JPEG_FILE, plenty, &out, &i, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static void
encode_refuses(void **state)
{
	struct err e = { 0 };
	own_buf struct buf out = { 0 };
	uint8_t data[16] = { 0 };
	struct pixels p = { .w = 2, .h = 2, .channels = 2, .bits = 8, .data = data };

	(void)state;
	assert_false(jpeg_encode(&p, 80, &out, &e));
	p = (struct pixels){ .w = 70000, .h = 1, .channels = 1, .bits = 8, .data = data };
	assert_false(jpeg_encode(&p, 80, &out, &e));
	assert_int_equal(out.n, 0);
}

static void
quality_is_found_again(void **state)
{
	int q, got;

	(void)state;
	for (q = 5; q <= 100; q += 5) {
		own_buf struct buf b = { 0 };
		struct pixels p = { 0 };
		struct err e = { 0 };

		picture(3, q, &b);
		assert_true(jpeg_decode(buf_bytes(&b), plenty, &p, &got, &e));
		assert_int_equal(got, q);
		free(p.data);
	}
}

/* What an EXIF block says, wherever it stands: PNG and WebP have it too. */
static void
reads_exif(void **state)
{
	const struct {
		struct view in;
		bool ok, gps, thumbnail;
		uint8_t orientation, unit;
		uint16_t x, y;
	} rows[] = {
		{ VIEW("II*\0\10\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"), true, false, false, 6, 0, 0, 0 },
		{ VIEW("MM\0*\0\0\0\10\0\1\1\x12\0\3\0\0\0\1\0\3\0\0\0\0\0\0"), true, false, false, 3, 0, 0, 0 },
		{ VIEW("MM\0*\0\0\0\10\0\1\1\x12\0\3\0\0\0\1\0\x9\0\0\0\0\0\0"), true, false, false, 0, 0, 0, 0 },
		{ VIEW("MM\0*\0\0\0\10\0\1\x88\x25\0\4\0\0\0\1\0\0\0\0\0\0\0\1"), true, true, true, 0, 0, 0, 0 },
		{ VIEW("MM\0*\0\0\0\10\0\2\1\x1a\0\5\0\0\0\1\0\0\0\x26\1\x1b\0\5\0\0\0\1\0\0\0\x26"
		       "\0\0\0\0\0\0\2\x58\0\0\0\2"), true, false, false, 0, 1, 300, 300 },
		{ VIEW("MM\0*\0\0\0\10\0\2\1\x1a\0\5\0\0\0\1\0\0\0\x26\1\x1b\0\5\0\0\0\1\0\0\0\x26"
		       "\0\0\0\0\0\0\2\x58\0\0\0\0"), true, false, false, 0, 0, 0, 0 },
		{ VIEW("MM\0*\xff\xff\xff\xff"), false, false, false, 0, 0, 0, 0 },
		{ VIEW("MM\0*\0\0\0\10\xff\xff"), false, false, false, 0, 0, 0, 0 },
		{ VIEW("MM"), false, false, false, 0, 0, 0, 0 },
		{ VIEW(""), false, false, false, 0, 0, 0, 0 },
	};
	size_t k;

	(void)state;
	for (k = 0; k < sizeof rows / sizeof rows[0]; k++) {
		struct jpeg_info i = { 0 };

		assert_int_equal(exif_read(rows[k].in, &i), rows[k].ok);
		assert_int_equal(i.gps, rows[k].gps);
		assert_int_equal(i.thumbnail, rows[k].thumbnail);
		assert_int_equal(i.orientation, rows[k].orientation);
		assert_int_equal(i.density_unit, rows[k].unit);
		assert_int_equal(i.x_density, rows[k].x);
		assert_int_equal(i.y_density, rows[k].y);
	}
}

static void
reads_meta(void **state)
{
	own_buf struct buf in = { 0 }, icc = { 0 };
	struct jpeg_info i = { 0 };
	struct jpeg_meta m = { .info = &i };

	(void)state;
	dirty(&in);
	jpeg_meta_read(&m, buf_bytes(&in));
	assert_true(m.scan && m.jfif && !m.icc_broken);
	assert_int_equal(m.icc_n, 1);
	assert_int_equal(i.orientation, 6);
	assert_true(jpeg_meta_profile(&m, 3, &icc) && icc.n > 128);
	buf_clear(&icc);
	assert_false(jpeg_meta_profile(&m, 1, &icc));
	assert_int_equal(icc.n, 0);
	/* A chunk that never comes, and one that comes twice */
	m.icc_n = 2;
	assert_false(jpeg_meta_profile(&m, 3, &icc));
	m = (struct jpeg_meta){ .info = &i };
	jpeg_meta_read(&m, VIEW("\xff\xd8\xff\xe2\0\x11ICC_PROFILE\0\1\1x\xff\xe2\0\x11ICC_PROFILE\0\1\1y"));
	assert_true(m.icc_broken && !m.scan);
	assert_false(jpeg_meta_profile(&m, 3, &icc));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_of_zero_shows_the_same),
		cmocka_unit_test(removes_and_keeps),  cmocka_unit_test(bare_in_pdf),
		cmocka_unit_test(colour_markers),     cmocka_unit_test(plain_rgb_in_pdf),
		cmocka_unit_test(damaged_ones_pass),  cmocka_unit_test(limits_hold),
		cmocka_unit_test(scan_bomb),	      cmocka_unit_test(encode_refuses),
		cmocka_unit_test(quality_is_found_again),
		cmocka_unit_test(reads_exif),	      cmocka_unit_test(reads_meta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
