/* object_test.c - documents inside a document, and the pictures that stand for them. */
#include "sanitize/image/png_sample.h"
#include "sanitize/odf/testing.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t png[] = {
	0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
	0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00,
	0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9,
	0xfe, 0x92, 0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};

#define FRAME "<draw:frame><draw:object xlink:href=\"./Object 7\"/><draw:image xlink:href=\"./ObjectReplacements/Object 7\"/></draw:frame>"
#define KEPT "<draw:frame><draw:object xlink:href=\"./Object 1\"/><draw:image xlink:href=\"./ObjectReplacements/Object 1\"/></draw:frame>"
#define GONE "<draw:frame><draw:object xlink:href=\"./Object 1\"/></draw:frame>"
#define CHART "<office:document-content" ODF_SPACES "><office:body><office:chart><chart:chart/></office:chart></office:body></office:document-content>"
#define FORMULA "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math>"

/* Draws every metafile as one red pixel, on white and on black; or as one on white alone, where *ctx says so. */
static bool
need(void *ctx, enum need_kind kind, enum type type, struct view part, struct buf *ret, struct err *e)
{
	const bool *lies = ctx;

	(void)part;
	(void)e;
	if (kind != NEED_PICTURE || type != TYPE_SVM)
		return false;
	png_sample_ihdr(ret, 1, *lies ? 1 : 2, 8, 2, 0);
	png_sample_data(ret, "IDAT", VIEW(""), *lies ? VIEW("\0\xff\0\0") : VIEW("\0\xff\0\0\0\xff\0\0"));
	png_sample_end(ret);
	return true;
}

static const struct {
	const char *what, *object;
	bool drawer, lies;
	const char *has;
	uint32_t previews, failed;
} rows[] = {
	{ "of a text the picture is what shows", ODF_TEXT("<text:p>x</text:p>"), true, false, KEPT, 0, 0 },
	{ "of a text, but nobody draws it", ODF_TEXT("<text:p>x</text:p>"), false, false, GONE, 1, 0 },
	{ "of a text, but what is drawn is half of it", ODF_TEXT("<text:p>x</text:p>"), true, true, GONE, 0, 1 },
	{ "a chart is drawn anew", CHART, true, false, GONE, 1, 0 },
	{ "a formula is drawn anew", FORMULA, true, false, GONE, 1, 0 },
};

static void
previews(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct odf_part parts[] = {
			{ "content.xml", ODF_TEXT("<text:p>" FRAME "</text:p>"), 0 },
			{ "Object 7/content.xml", rows[i].object, 0 },
			{ "ObjectReplacements/Object 7", "VCLMTF\1\2", 8 },
			{ NULL, NULL, 0 },
		};
		own_odf_tried struct odf_tried t = { 0 };
		struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &t.findings, .name = "" };
		own_buf struct buf in = { 0 }, text = { 0 };

		bool lies = rows[i].lies;

		odf_pack("text", parts, &in);
		j.need = rows[i].drawer ? need : NULL;
		j.ctx = &lies;
		t.ok = format_odt.rebuild(&j, buf_bytes(&in), &t.out, &t.e);
		if (!t.ok || !odf_entry(&t, "content.xml", &text) || strstr((char *)text.p, rows[i].has) == NULL)
			fail_msg("%s: %s %s", rows[i].what, t.e.text, (char *)text.p);
		assert_int_equal(odf_found(&t, FINDING_ODF_PREVIEW), rows[i].previews);
		assert_int_equal(odf_found(&t, FINDING_CONVERT_FAILED), rows[i].failed);
		assert_true(odf_settled(&t, "rebuild"));
	}
}

/* A table's own goes, as the table is drawn anew; one that stands alone is all there is of its table. */
static void
table_previews(void **state)
{
	static const struct {
		const char *beside;
		bool stays;
	} frames[] = {
		{ "", true },
		{ "<draw:text-box><table:table><table:table-column/><table:table-row><table:table-cell/></table:table-row></table:table></draw:text-box>", true },
		{ "<table:table><table:table-column/><table:table-row><table:table-cell/></table:table-row></table:table>", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof frames / sizeof *frames; i++) {
		own_buf struct buf content = { 0 }, in = { 0 }, text = { 0 };
		own_odf_tried struct odf_tried t = { 0 };
		bool lies = false;
		struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &t.findings, .name = "", .need = need, .ctx = &lies };
		struct odf_part parts[] = {
			{ "content.xml", NULL, 0 },
			{ "Pictures/TablePreview1.svm", "VCLMTF\1\2", 8 },
			{ NULL, NULL, 0 },
		};

		(void)buf_printf(&content, ODF_TEXT("<text:p><draw:frame>%s<draw:image xlink:href=\"Pictures/TablePreview1.svm\"/></draw:frame></text:p>"),
				 frames[i].beside);
		(void)buf_byte(&content, '\0');
		parts[0].text = (const char *)content.p;
		odf_pack("text", parts, &in);
		t.ok = format_odt.rebuild(&j, buf_bytes(&in), &t.out, &t.e);
		if (!t.ok || !odf_entry(&t, "content.xml", &text))
			fail_msg("%s: %s", frames[i].beside, t.e.text);
		if ((strstr((char *)text.p, "Pictures/1.png") != NULL) != frames[i].stays)
			fail_msg("%s: %s", frames[i].beside, (char *)text.p);
		assert_int_equal(odf_found(&t, FINDING_ODF_PREVIEW), !frames[i].stays);
		assert_true(odf_settled(&t, "rebuild"));
	}
}

/* It goes as a whole, and is told. */
static void
unreadable(void **state)
{
	static const char *const objects[] = { "<broken", "", "<office:document-content" ODF_SPACES "/>" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof objects / sizeof *objects; i++) {
		const struct odf_part parts[] = {
			{ "content.xml", ODF_TEXT("<text:p>a" FRAME "</text:p>"), 0 },
			{ "Object 7/content.xml", objects[i], 0 },
			{ NULL, NULL, 0 },
		};
		own_odf_tried struct odf_tried t = odf_try("rebuild", "text", parts);
		own_buf struct buf text = { 0 }, inner = { 0 };

		if (!t.ok || !odf_entry(&t, "content.xml", &text) || strstr((char *)text.p, "draw:object") != NULL)
			fail_msg("%s: %s %s", objects[i], t.e.text, (char *)text.p);
		if (odf_entry(&t, "Object 1/content.xml", &inner) || odf_found(&t, FINDING_ODF_OBJECT) != 1)
			fail_msg("%s: %u", objects[i], odf_found(&t, FINDING_ODF_OBJECT));
	}
}

/* Behind the picture of an object that goes, nothing is drawn that was not before. */
static void
styles_of_objects(void **state)
{
#define STYLE(properties)                                                                                                        \
	"<office:document-content" ODF_SPACES "><office:automatic-styles><style:style style:name=\"a\" style:family=\"graphic\">" \
	"<style:graphic-properties " properties "/></style:style></office:automatic-styles><office:body><office:text/></office:body></office:document-content>"
	static const struct {
		const char *content, *has;
	} styles[] = {
		{ STYLE("draw:ole-draw-aspect=\"1\""), "<style:graphic-properties draw:fill=\"none\" draw:ole-draw-aspect=\"1\" draw:stroke=\"none\"/>" },
		{ STYLE("draw:fill=\"solid\" draw:ole-draw-aspect=\"1\" draw:stroke=\"dash\""),
		  "<style:graphic-properties draw:fill=\"solid\" draw:ole-draw-aspect=\"1\" draw:stroke=\"dash\"/>" },
		{ STYLE("draw:ole-draw-aspect=\"1\" fo:background-color=\"#ff0000\" fo:border=\"none\""),
		  "<style:graphic-properties draw:ole-draw-aspect=\"1\" fo:background-color=\"#ff0000\" fo:border=\"none\"/>" },
		{ STYLE("draw:gamma=\"100%\""), "<style:graphic-properties draw:gamma=\"100%\"/>" },
	};
#undef STYLE
	size_t i;

	(void)state;
	for (i = 0; i < sizeof styles / sizeof *styles; i++) {
		const struct odf_part parts[] = { { "content.xml", styles[i].content, 0 }, { NULL, NULL, 0 } };
		own_odf_tried struct odf_tried t = odf_try("rebuild", "text", parts);
		own_buf struct buf text = { 0 };

		if (!t.ok || !odf_entry(&t, "content.xml", &text) || strstr((char *)text.p, styles[i].has) == NULL)
			fail_msg("%s: %s %s", styles[i].has, t.e.text, (char *)text.p);
		assert_true(odf_settled(&t, "rebuild"));
	}
}

/* The symbol of a chart's points. */
static void
symbol(void **state)
{
	static const struct odf_part parts[] = {
		{ "content.xml",
		  "<office:document-content" ODF_SPACES "><office:automatic-styles><style:style style:name=\"a\" style:family=\"chart\">"
		  "<style:chart-properties><chart:symbol-image xlink:href=\"Pictures/x.png\"/></style:chart-properties></style:style>"
		  "</office:automatic-styles><office:body><office:text/></office:body></office:document-content>", 0 },
		{ "Pictures/x.png", (const char *)png, sizeof png },
		{ NULL, NULL, 0 },
	};
	own_odf_tried struct odf_tried t = odf_try("rebuild", "text", parts);
	own_buf struct buf text = { 0 };

	(void)state;
	assert_true(t.ok);
	assert_true(odf_entry(&t, "content.xml", &text));
	assert_non_null(strstr((char *)text.p, "<chart:symbol-image xlink:href=\"Pictures/1.png\"/>"));
	assert_true(odf_settled(&t, "rebuild"));
}

/* Shows only what the reader's program knows anyway. */
static void
file_name(void **state)
{
	static const struct odf_part parts[] = {
		{ "content.xml", ODF_TEXT("<text:p><text:file-name text:display=\"name\">a.odt</text:file-name></text:p>"), 0 },
		{ NULL, NULL, 0 },
	};
	own_odf_tried struct odf_tried t = odf_try("rebuild", "text", parts);
	own_buf struct buf text = { 0 };

	(void)state;
	assert_true(t.ok);
	assert_true(odf_entry(&t, "content.xml", &text));
	assert_non_null(strstr((char *)text.p, "<text:p><text:file-name text:display=\"name\">a.odt</text:file-name></text:p>"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(previews), cmocka_unit_test(table_previews), cmocka_unit_test(styles_of_objects), cmocka_unit_test(unreadable), cmocka_unit_test(symbol), cmocka_unit_test(file_name) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
