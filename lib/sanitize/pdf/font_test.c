#include "sanitize/pdf/test_document.h"

#define PAGE(fonts, contents) \
	"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<<" fonts ">>>>/Contents " contents ">>"
#define STREAM(n, text) "<</Length " n ">>stream\n" text "\nendstream"

static size_t
times(const struct buf *out, const char *text)
{
	size_t n = 0, at = 0;

	while ((at = view_find(buf_bytes(out), at, view_str(text))) != VIEW_NOT_FOUND)
		n++, at++;
	return n;
}

/*
 * Type 3 glyphs draw with the page's fonts where their font has none: what
 * they find on the second page is not what they found on the first.
 */
static void
type3_borrows(void **state)
{
	static const char *const objects[] = {
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
		PAGE("/T 6 0 R/A 7 0 R", "5 0 R"),
		PAGE("/T 6 0 R/B 8 0 R", "5 0 R"),
		STREAM("20", "BT/T 1 Tf(ab)Tj ET  "),
		"<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/FontBBox[0 0 1 1]/FirstChar 97/LastChar 98"
		"/Widths[1 1]/Encoding<</Differences[97/a/b]>>/CharProcs<</a 9 0 R/b 10 0 R>>>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
		STREAM("28", "1 0 d0 BT/A 1 Tf(left)Tj ET "),
		STREAM("28", "1 0 d0 BT/B 1 Tf(right)Tj ET"),
		NULL
	};
	own_buf struct buf in = { 0 }, out = { 0 };
	struct findings f = { 0 };

	(void)state;
	sample_pdf(&in, objects);
	rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
	assert_int_equal(times(&out, "/Subtype/Type3"), 2);
	/* Each glyph writes on the page where its font is. */
	assert_int_equal(times(&out, "(left)Tj"), 1);
	assert_int_equal(times(&out, "(right)Tj"), 1);
	assert_true(says(&out, "/Helvetica") && says(&out, "/Courier"));
	findings_release(&f);
}

/* 40 pages: once where all have the same font; where each has another, not 40 times, or a small file would grow without end. */
static void
on_40_pages(const char *page, size_t made)
{
	const char *objects[64] = {
		"<</Type/Catalog/Pages 2 0 R>>",
		NULL,
		page,
		page,
		STREAM("20", "BT/T 1 Tf(aa)Tj ET  "),
		"<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/FontBBox[0 0 1 1]/FirstChar 97/LastChar 97"
		"/Widths[1]/Encoding<</Differences[97/a]>>/CharProcs<</a 8 0 R>>>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		STREAM("28", "1 0 d0 BT/A 1 Tf(left)Tj ET "),
	};
	own_buf struct buf kids = { 0 }, in = { 0 }, out = { 0 };
	struct findings f = { 0 };

	buf_str(&kids, "<</Type/Pages/Count 40/Kids[3 0 R 4 0 R");
	for (unsigned i = 8; i < 46; i++) {
		objects[i] = page;
		buf_printf(&kids, " %u 0 R", i + 1);
	}
	assert_true(buf_put(&kids, "]>>", 4));
	objects[1] = (const char *)kids.p;
	sample_pdf(&in, objects);
	rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
	assert_int_equal(times(&out, "/Type/Page/") + times(&out, "/Type/Page>"), 40);
	assert_int_equal(times(&out, "/Subtype/Type3"), made);
	assert_int_equal(times(&out, "/Font<</T "), 40);
	findings_release(&f);
}

static void
type3_borrows_no_more(void **state)
{
	(void)state;
	on_40_pages(PAGE("/T 6 0 R/A 7 0 R", "5 0 R"), 1);
	on_40_pages(PAGE("/T 6 0 R/A<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "5 0 R"), 32);
}

/* A font that draws with what it has itself is made once. */
static void
type3_alone(void **state)
{
	static const char *const objects[] = {
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
		PAGE("/T 6 0 R/A 7 0 R", "5 0 R"),
		PAGE("/T 6 0 R/A 7 0 R", "5 0 R"),
		STREAM("20", "BT/T 1 Tf(aa)Tj ET  "),
		"<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/FontBBox[0 0 1 1]/FirstChar 97/LastChar 97"
		"/Widths[1]/Encoding<</Differences[97/a]>>/CharProcs<</a 8 0 R>>>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		STREAM("19", "1 0 d0 0 0 1 1 re f"),
		NULL
	};
	own_buf struct buf in = { 0 }, out = { 0 };
	struct findings f = { 0 };

	(void)state;
	sample_pdf(&in, objects);
	rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
	assert_int_equal(times(&out, "/Subtype/Type3"), 1);
	findings_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type3_borrows), cmocka_unit_test(type3_borrows_no_more),
		cmocka_unit_test(type3_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
