#include "sanitize/pdf/image.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "sanitize/codec/jpx_sample.h"
#include "sanitize/format.h"
#include "sanitize/pdf/gfx_sample.h"

extern const struct format format_pdf;

/* A document whose object 10 is an image with these keys and this data. */
static bool
open_image(struct sample *s, const char *keys, struct view data)
{
	own_buf struct buf objects = { 0 };

	buf_printf(&objects, "10 0 obj\n<</Subtype/Image%s/Length %zu>>stream\n", keys, data.n);
	buf_view(&objects, data);
	buf_str(&objects, "\nendstream\nendobj\n");
	return sample_open(s, "/XObject<</Im 10 0 R>>", buf_bytes(&objects));
}

static bool
read_image(struct sample *s, uint32_t num, struct image *ret)
{
	struct err e = { 0 };

	return gfx_image_read(&s->r, pdf_resolve(s->r.in, sample_object(s, num)), NULL, ret, &e);
}

static const struct {
	const char *keys, *data, *want;	/* want NULL: it is none */
	size_t n;
	unsigned bpc, comps;
} raws[] = {
	{ "/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray", "abcd", "abcd", 4, 8, 1 },
	{ "/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray", "abcdef", "abcd", 4, 8, 1 },
	{ "/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray", "a", "a\xff\xff\xff", 4, 8, 1 },
	{ "/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceRGB", "abc", "abc", 3, 8, 3 },
	{ "/Width 9/Height 1/ImageMask true", "ab", "ab", 2, 1, 1 },
	{ "/Width 9/Height 1/ImageMask true/BitsPerComponent 8", "ab", "ab", 2, 1, 1 },
	{ "/Width 1/Height 1/BitsPerComponent 8/ColorSpace[/DeviceN[/A/B]/DeviceRGB 11 0 R]", "ab", "ab",
	  2, 8, 2 },
	{ "/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/AHx", "41>", "A", 1, 8, 1 },
	/* sides, depths, spaces and filters that are none */
	{ "/Width 0/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", "a", NULL, 0, 0, 0 },
	{ "/Width -1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", "a", NULL, 0, 0, 0 },
	{ "/Width 999999/Height 999999/BitsPerComponent 8/ColorSpace/DeviceGray", "a", NULL, 0, 0, 0 },
	{ "/Width 1/Height 1/BitsPerComponent 7/ColorSpace/DeviceGray", "a", NULL, 0, 0, 0 },
	{ "/Width 1/Height 1/BitsPerComponent 8", "a", NULL, 0, 0, 0 },
	{ "/Width 1/Height 1/BitsPerComponent 8/ColorSpace/Pattern", "a", NULL, 0, 0, 0 },
	{ "/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode", "a", NULL, 0, 0, 0 },
	{ "/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/JPXDecode", "a", NULL, 0, 0, 0 },
	{ "/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/Exec", "a", NULL, 0, 0, 0 },
};

static void
test_raw(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof raws / sizeof *raws; i++) {
		struct image im;
		struct sample s;

		assert_true(open_image(&s, raws[i].keys, view_str(raws[i].data)));
		assert_true(read_image(&s, 10, &im));
		assert_int_equal(im.kind, raws[i].want ? IMAGE_RAW : IMAGE_NONE);
		if (raws[i].want) {
			assert_int_equal(im.bpc, raws[i].bpc);
			assert_int_equal(im.n, raws[i].comps);
			assert_true(view_eq(im.data, view_of(raws[i].want, raws[i].n)));
		}
		gfx_image_release(&im);
		sample_close(&s);
	}
}

/* A fax image means the same before and after, in either polarity, and with other columns than the width. */
static void
test_fax(void **state)
{
	static const struct {
		const char *keys;
		uint8_t first;	/* byte of the first row, which is black on the left half */
	} rows[] = {
		{ "/Width 16/Height 2/DecodeParms<</K -1/Columns 16/Rows 2>>", 0x00 },
		{ "/Width 16/Height 2/DecodeParms<</K -1/Columns 16/Rows 2/BlackIs1 true>>", 0xff },
		{ "/Width 16/Height 2/ImageMask true/DecodeParms<</K -1/Columns 16>>", 0x00 },
		{ "/Width 8/Height 4/DecodeParms<</K -1/Columns 16/Rows 2>>", 0x00 },
	};
	uint8_t bits[4] = { 0xff, 0x00, 0xff, 0x00 };
	struct bitmap map = { .w = 16, .h = 2, .bits = bits };
	own_buf struct buf fax = { 0 };

	(void)state;
	assert_true(ccitt_encode_g4(&map, &fax));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf keys = { 0 };
		struct image im;
		struct sample s;

		buf_printf(&keys, "/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode%s",
			   rows[i].keys);
		buf_byte(&keys, 0);
		assert_true(open_image(&s, (const char *)keys.p, buf_bytes(&fax)));
		assert_true(read_image(&s, 10, &im));
		assert_int_equal(im.kind, IMAGE_RAW);
		assert_true(im.bilevel);
		assert_int_equal(im.data.n, 4);
		assert_int_equal(im.data.p[0], rows[i].first);
		assert_int_equal(im.data.p[1], 0xff ^ rows[i].first);
		gfx_image_release(&im);
		sample_close(&s);
	}
}

/* Without an Adobe marker ColorTransform decides, so the new file has the marker that says it. */
static void
test_color_transform(void **state)
{
	uint8_t data[8 * 8 * 3] = { 1, 2, 3 };
	struct pixels p = { .w = 8, .h = 8, .channels = 3, .bits = 8, .space = PIXELS_RGB, .data = data };
	own_buf struct buf jpeg = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(jpeg_encode(&p, 90, &jpeg, &e));
	for (int transform = 0; transform <= 1; transform++) {
		own_buf struct buf keys = { 0 };
		struct image im;
		struct sample s;

		buf_printf(&keys, "/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceRGB"
				  "/Filter/DCTDecode/DecodeParms<</ColorTransform %d>>", transform);
		buf_byte(&keys, 0);
		assert_true(open_image(&s, (const char *)keys.p, buf_bytes(&jpeg)));
		assert_true(read_image(&s, 10, &im));
		assert_int_equal(im.kind, IMAGE_JPEG);
		assert_int_equal(view_find(im.data, 0, VIEW("Adobe")) != VIEW_NOT_FOUND, transform == 0);
		gfx_image_release(&im);
		sample_close(&s);
	}
}

/* Indices of the document's palette are no shades that could be scaled (7.4.9). */
static void
test_jpx_indices(void **state)
{
	static const struct jpx_wanted four = { .format = OPJ_CODEC_JP2, .space = OPJ_CLRSPC_GRAY, .components = 1,
						.precision = 4, .step = 1 };
	static const char *const spaces[] = { "[/Indexed/DeviceRGB 15 11 0 R]", "/DeviceGray" };
	own_buf struct buf jpx = { 0 };

	(void)state;
	jpx_sample(&four, &jpx);
	for (size_t i = 0; i < 2; i++) {
		own_buf struct buf keys = { 0 };
		struct image im;
		struct sample s;

		buf_printf(&keys, "/Width 21/Height 13/BitsPerComponent 4/Filter/JPXDecode/ColorSpace%s", spaces[i]);
		buf_byte(&keys, 0);
		assert_true(open_image(&s, (const char *)keys.p, buf_bytes(&jpx)));
		assert_true(read_image(&s, 10, &im));
		assert_int_equal(im.kind, IMAGE_RAW);
		assert_int_equal(im.data.n, JPX_W * JPX_H);
		for (uint32_t k = 0; k < JPX_W * JPX_H; k++)
			assert_int_equal(im.data.p[k], jpx_sample_at(&four, 0, k % JPX_W, k / JPX_W) *
						       (i == 0 ? 1 : 17));
		gfx_image_release(&im);
		sample_close(&s);
	}
}

/* Rebuilds a whole document with an image and gives the new one. */
static void
rebuild(struct sample *s, const char *keys, struct view data, struct buf *out)
{
	own_buf struct buf objects = { 0 };
	struct err e = { 0 };

	buf_printf(&objects,
		   "4 0 obj\n<</Length 6>>stream\n/Im Do\nendstream\nendobj\n"
		   "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
		   "/Resources<</XObject<</Im 10 0 R>>>>>>\nendobj\n"
		   "10 0 obj\n<</Subtype/Image%s/Length %zu>>stream\n", keys, data.n);
	buf_view(&objects, data);
	buf_str(&objects, "\nendstream\nendobj\n");
	assert_true(sample_open(s, "", buf_bytes(&objects)));
	assert_true(format_pdf.rebuild(&s->job, buf_bytes(&s->text), out, &e));
}

/* Predictors change how it is packed and not what it is; a second run changes nothing. */
static void
test_predictors(void **state)
{
	static const char keys[] = "/Width 40/Height 40/BitsPerComponent 8/ColorSpace/DeviceRGB"
				   "/Filter/AHx/DecodeParms<</Predictor 15>>";
	own_buf struct buf hex = { 0 }, plain = { 0 }, once = { 0 }, twice = { 0 };
	struct sample s, again;
	struct image im;
	struct err e = { 0 };
	uint32_t num = 0;

	(void)state;
	for (unsigned i = 0; i < 40 * 40 * 3; i++) {
		buf_printf(&hex, "%02X", (i * i / 7 + i) & 255);
		buf_byte(&plain, (uint8_t)(i * i / 7 + i));
	}
	buf_str(&hex, ">");
	rebuild(&s, keys, buf_bytes(&hex), &once);
	assert_true(view_find(buf_bytes(&once), 0, VIEW("/Predictor 15")) != VIEW_NOT_FOUND);
	again = (struct sample){ 0 };
	again.job = (struct job){ .profile = profile_at(0), .findings = &again.findings };
	again.r.job = &again.job;
	again.r.in = pdf_new(&again.job, buf_bytes(&once), &e);
	assert_non_null(again.r.in);
	again.r.arena = pdf_arena(again.r.in);
	for (uint32_t i = 1; i <= pdf_max_num(again.r.in); i++) {
		const struct pdf_obj *o = pdf_resolve(again.r.in, sample_object(&again, i));

		if (o->kind == PDF_STREAM && pdf_is_name(pdf_get(again.r.in, o->u.d, "Subtype"), "Image"))
			num = i;
	}
	assert_int_not_equal(num, 0);
	assert_true(read_image(&again, num, &im));
	assert_true(view_eq(im.data, buf_bytes(&plain)));
	gfx_image_release(&im);
	assert_true(format_pdf.rebuild(&again.job, buf_bytes(&once), &twice, &e));
	assert_true(view_eq(buf_bytes(&once), buf_bytes(&twice)));
	sample_close(&again);
	sample_close(&s);
}

/* Opacity inside JPX data comes out as a soft mask, with the matte that the image was blended with. */
static void
test_jpx_matte(void **state)
{
	static const struct jpx_wanted rgba = { .format = OPJ_CODEC_JP2, .space = OPJ_CLRSPC_SRGB, .components = 4,
						.precision = 8, .step = 1, .alpha = true };
	static const struct {
		const char *keys, *want;
	} rows[] = {
		{ "/SMaskInData 2/Matte[0 1 0]", "/Matte[0 1 0]" },
		{ "/SMaskInData 2", "/Matte[0 0 0]" },
		{ "/SMaskInData 2/Matte[/Evil]", "/Matte[0 0 0]" },
		{ "/SMaskInData 1/Matte[0 1 0]", "/SMask" },
	};
	own_buf struct buf jpx = { 0 };

	(void)state;
	jpx_sample(&rgba, &jpx);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf keys = { 0 }, out = { 0 };
		struct sample s;

		buf_printf(&keys, "/Width 21/Height 13/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/JPXDecode%s",
			   rows[i].keys);
		buf_byte(&keys, 0);
		rebuild(&s, (const char *)keys.p, buf_bytes(&jpx), &out);
		assert_true(view_find(buf_bytes(&out), 0, view_str(rows[i].want)) != VIEW_NOT_FOUND);
		assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("/Matte")) == VIEW_NOT_FOUND, i == 3);
		sample_close(&s);
	}
}

/* What must not go along is gone, and said. */
static void
test_gone(void **state)
{
	own_buf struct buf out = { 0 };
	struct sample s;
	unsigned said = 0;

	(void)state;
	rebuild(&s, "/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/OPI<<>>/Alternates[]"
		    "/F(http://example.org/x)/Metadata 10 0 R/Evil/Yes", VIEW("A"), &out);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("Evil")) == VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("example")) == VIEW_NOT_FOUND);
	for (size_t i = 0; i < s.findings.n; i++) {
		enum finding_code c = s.findings.row[i].code;

		said |= (c == FINDING_PDF_OPI) | (c == FINDING_PDF_ALTERNATES) << 1 |
			(c == FINDING_PDF_EXTERNAL_STREAM) << 2 | (c == FINDING_PDF_PART_METADATA) << 3;
	}
	assert_int_equal(said, 15);
	sample_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_fax),
		cmocka_unit_test(test_color_transform),
		cmocka_unit_test(test_jpx_indices),
		cmocka_unit_test(test_jpx_matte),
		cmocka_unit_test(test_predictors),
		cmocka_unit_test(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
