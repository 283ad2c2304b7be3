/* Objects without resources of their own, met where their names mean other things. */
#include "sanitize/pdf/test_document.h"
#include "sanitize/pdf/test_outside.h"

#define PAGE(resources) \
	"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<" resources ">>/Contents 5 0 R>>"
#define STREAM(keys, n, text) "<<" keys "/Length " n ">>stream\n" text "\nendstream"
#define FORM(n, text) STREAM("/Subtype/Form/BBox[0 0 9 9]", n, text)
#define TWO_PAGES(one, two, n, contents) \
	"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>", PAGE(one), PAGE(two), \
	STREAM("", n, contents)

static size_t
times(const struct buf *out, const char *text)
{
	size_t n = 0, at = 0;

	while ((at = view_find(buf_bytes(out), at, view_str(text))) != VIEW_NOT_FOUND)
		n++, at++;
	return n;
}

static const struct {
	const char *name, *objects[16], *what;
	size_t n;
} table[] = {
	{ "a form that sees other things", { TWO_PAGES("/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>",
	  "/XObject<</F 6 0 R>>/ExtGState<</G 8 0 R>>", "5", "/F Do"),
	  FORM("14", "/G gs 0 0 m n "), "<</LW 3>>", "<</LW 4>>" }, "/Subtype/Form", 2 },
	{ "and the same things", { TWO_PAGES("/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>",
	  "/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R/H 8 0 R>>", "5", "/F Do"),
	  FORM("14", "/G gs 0 0 m n "), "<</LW 3>>", "<</LW 4>>" }, "/Subtype/Form", 1 },
	{ "names with escapes", { TWO_PAGES("/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>",
	  "/XObject<</F 6 0 R>>/ExtGState<</G 8 0 R>>", "5", "/F Do"),
	  FORM("16", "/#47 gs 0 0 m n "), "<</LW 3>>", "<</LW 4>>" }, "/Subtype/Form", 2 },
	{ "and the same things", { TWO_PAGES("/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>",
	  "/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>", "5", "/F Do"),
	  FORM("16", "/#47 gs 0 0 m n "), "<</LW 3>>" }, "/Subtype/Form", 1 },
	{ "direct ones, alike", { TWO_PAGES("/XObject<</F 6 0 R>>/ColorSpace<</C[/CalGray 7 0 R]>>",
	  "/XObject<</F 6 0 R>>/ColorSpace<</C[/CalGray 7 0 R]>>", "5", "/F Do"),
	  FORM("14", "/C cs 0 0 m n "), "<</WhitePoint[1 1 1]>>" }, "/Subtype/Form", 1 },
	{ "once something, once nothing", { TWO_PAGES("/XObject<</F 6 0 R>>",
	  "/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>", "5", "/F Do"),
	  FORM("14", "/G gs 0 0 m n "), "<</LW 3>>" }, "/Subtype/Form", 2 },
	{ "one with resources of its own", { TWO_PAGES("/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>",
	  "/XObject<</F 6 0 R>>/ExtGState<</G 8 0 R>>", "5", "/F Do"),
	  STREAM("/Subtype/Form/BBox[0 0 9 9]/Resources<</ExtGState<</G 7 0 R>>>>", "14", "/G gs 0 0 m n "),
	  "<</LW 3>>", "<</LW 4>>" }, "/Subtype/Form", 1 },
	{ "a form in a form", { TWO_PAGES("/XObject<</F 6 0 R/E 9 0 R>>/ExtGState<</G 7 0 R>>",
	  "/XObject<</F 6 0 R/E 9 0 R>>/ExtGState<</G 8 0 R>>", "5", "/F Do"),
	  FORM("5", "/E Do"), "<</LW 3>>", "<</LW 4>>", FORM("14", "/G gs 0 0 m n ") }, "/Subtype/Form", 4 },
	{ "a form in itself", { TWO_PAGES("/XObject<</F 6 0 R>>/ExtGState<</G 7 0 R>>",
	  "/XObject<</F 6 0 R>>/ExtGState<</G 8 0 R>>", "5", "/F Do"),
	  FORM("11", "/G gs /F Do"), "<</LW 3>>", "<</LW 4>>" }, "/Subtype/Form", 2 },
	{ "a pattern", { TWO_PAGES("/Pattern<</P 6 0 R>>/ExtGState<</G 7 0 R>>",
	  "/Pattern<</P 6 0 R>>/ExtGState<</G 8 0 R>>", "36", "/Pattern cs /P scn 0 0 9 9 re f     "),
	  STREAM("/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1/YStep 1", "14", "/G gs 0 0 m n "),
	  "<</LW 3>>", "<</LW 4>>" }, "/PatternType 1", 2 },
};

static void
each_place_has_its_own(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf in = { 0 }, out = { 0 };
		struct findings f = { 0 };

		sample_pdf(&in, table[i].objects);
		rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
		if (times(&out, table[i].what) != table[i].n)
			fail_msg("%s: %zu times:\n%.*s", table[i].name, times(&out, table[i].what),
				 (int)out.n, (const char *)out.p);
		outside_must_pass(buf_bytes(&out));
		findings_release(&f);
	}
}

/* 20 pages, each with the font of one glyph of a Type 3 font: no page's glyph is lost, also where the fonts gather. */
static void
glyphs_gather(void **state)
{
	enum { PAGES = 20 };
	own_buf struct buf text = BUF_MAX(1 << 20), in = { 0 }, out = { 0 };
	size_t at[64], n = 0;
	const char *objects[64] = { 0 };
	struct findings f = { 0 };
	char letter;

	(void)state;
#define NEXT(...) (at[n++] = text.n, assert_true(buf_printf(&text, __VA_ARGS__) && buf_byte(&text, 0)))
	NEXT("<</Type/Catalog/Pages 2 0 R>>");
	NEXT("<</Type/Pages/Count 20/Kids[6 0 R 7 0 R 8 0 R 9 0 R 10 0 R 11 0 R 12 0 R 13 0 R 14 0 R 15 0 R 16 0 R"
	     " 17 0 R 18 0 R 19 0 R 20 0 R 21 0 R 22 0 R 23 0 R 24 0 R 25 0 R]>>");
	NEXT("<</Length 18>>stream\nBT/T 1 Tf(a)Tj ET  \nendstream");
	NEXT("<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/FontBBox[0 0 1 1]/FirstChar 97/LastChar 97/Widths[1]"
	     "/Encoding<</Differences[97/a]>>/CharProcs 5 0 R>>");
	NEXT("<</a 26 0 R/b 27 0 R/c 28 0 R/d 29 0 R/e 30 0 R/f 31 0 R/g 32 0 R/h 33 0 R/i 34 0 R/j 35 0 R/k 36 0 R"
	     "/l 37 0 R/m 38 0 R/n 39 0 R/o 40 0 R/p 41 0 R/q 42 0 R/r 43 0 R/s 44 0 R/t 45 0 R>>");
	for (letter = 'a'; letter < 'a' + PAGES; letter++)
		NEXT("<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R/Resources<</Font<</T 4 0 R/%c"
		     "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>", letter);
	for (letter = 'a'; letter < 'a' + PAGES; letter++)
		NEXT("<</Length 31>>stream\n1 0 d0 BT/%c 1 Tf(glyph %c)Tj ET \nendstream", letter, letter);
#undef NEXT
	for (size_t i = 0; i < n; i++)
		objects[i] = (const char *)text.p + at[i];
	sample_pdf(&in, objects);
	rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
	assert_int_equal(times(&out, "/Subtype/Type3"), PAGES);
	assert_int_equal(times(&out, "(glyph a)"), 1);
	/* Made as the 17th and later ones, with what the older had: each once at the least. */
	for (letter = 'a'; letter < 'a' + PAGES; letter++) {
		char shown[] = { '(', 'g', 'l', 'y', 'p', 'h', ' ', letter, ')', '\0' };

		assert_true(times(&out, shown) >= 1);
	}
	assert_true(times(&out, "(glyph q)") > 1);
	findings_release(&f);
}

/* What a Type 3 font and a colour space of CIE must have, they get: the inspector demands it. */
static void
required_keys_are_there(void **state)
{
	static const char *const objects[] = {
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		PAGE("/Font<</T 4 0 R>>/ColorSpace<</C[/CalRGB<</Gamma[1 1 1]>>]/L[/Lab<</WhitePoint[1 1]>>]>>"),
		"<</Type/Font/Subtype/Type3/FontMatrix[1 0 0 1 0 0]/FontBBox[0 0 1 1]/CharProcs<</a 6 0 R>>/FirstChar(x)>>",
		STREAM("", "28", "/C cs /L CS BT/T 1 Tf(a)Tj ET"), STREAM("", "19", "1 0 d0 0 0 1 1 re f"), NULL,
	};
	own_buf struct buf in = { 0 }, out = { 0 };
	struct findings f = { 0 };

	(void)state;
	sample_pdf(&in, objects);
	rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
	assert_true(says(&out, "[/CalRGB<</Gamma[1 1 1]/WhitePoint[1 1 1]>>]"));
	assert_true(says(&out, "[/Lab<</WhitePoint[1 1 1]>>]"));
	assert_true(says(&out, "/Encoding/StandardEncoding/FirstChar 0/"));
	assert_true(says(&out, "/LastChar 255/") && says(&out, "/Widths[]"));
	findings_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place_has_its_own), cmocka_unit_test(glyphs_gather),
		cmocka_unit_test(required_keys_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
