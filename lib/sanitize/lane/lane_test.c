/* The lane without its programs: what they would answer is said here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sanitize/image/png_sample.h"
#include "sanitize/lane/ink.h"
#include "sanitize/lane/lane.h"
#include "sanitize/lane/pages.h"
#include "sanitize/lane/words.h"
#include "sanitize/testing.h"

/* What the programs answer, by what they are asked. */
struct answers {
	const char *pdf, *text, *words, *ocr;
	struct view picture;	/* PNG */
	uint8_t grey;		/* of every pixel of every page, but one black corner */
	uint8_t red;		/* added to the red of every pixel */
	enum err_code refuse;	/* instead of any answer */
	unsigned asked[NEED_COUNT];
	uint32_t dpi;		/* that pages were last asked for at */
	uint32_t wish;		/* struct job: dpi */
};

static bool
refuse(const struct answers *a, struct err *e)
{
	return a->refuse != ERR_NONE && !err_set(e, a->refuse, "the test says no");
}

static bool
need(void *ctx, enum need_kind kind, enum type type, struct view part, struct buf *ret, struct err *e)
{
	struct answers *a = ctx;

	(void)type;
	(void)part;
	a->asked[kind]++;
	if (refuse(a, e))
		return false;
	return kind == NEED_PICTURE ? buf_view(ret, a->picture) : buf_str(ret, a->pdf);
}

static bool
draw(void *ctx, enum need_kind kind, const struct pages *p, struct view pdf, struct buf *ret, struct err *e)
{
	struct answers *a = ctx;
	uint32_t i, k, w = 200 * p->dpi / 72, h = 100 * p->dpi / 72;

	(void)pdf;
	a->asked[kind]++;
	if (refuse(a, e))
		return false;
	if (kind != NEED_PAGES)
		return buf_str(ret, kind == NEED_TEXT ? a->text : kind == NEED_WORDS ? a->words : a->ocr);
	a->dpi = p->dpi;
	for (i = 0; i < p->count; i++) {
		(void)buf_printf(ret, "P6\n%u %u\n255\n", w, h);
		for (k = 0; k < w * h; k++) {
			const uint8_t c = k == 0 ? 0 : a->grey;
			const uint8_t rgb[3] = { (uint8_t)(c + (k > 0 ? a->red : 0)), c, c };

			(void)buf_put(ret, rgb, 3);
		}
	}
	return true;
}

static struct tried
try_lane(const char *profile, const char *name, struct view in, struct answers *a)
{
	struct tried t = { 0 };
	struct job j = { .profile = profile_find(view_str(profile)), .findings = &t.findings, .need = need,
			 .draw = draw, .ctx = a, .dpi = a->wish };

	t.verdict = sanitize(&j, name, in, &t.out, &t.type);
	return t;
}

#define PDF(kids, count)                                                                        \
	"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"                                \
	"2 0 obj<</Type/Pages/Count " count "/Kids[" kids "]>>endobj\n"                         \
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\n"                      \
	"trailer<</Root 1 0 R>>"
static const char one_page[] = PDF("3 0 R", "1");
static const char wmf[] = "\xd7\xcd\xc6\x9a\0\0";
#define PAGE "  <page width=\"200.0\" height=\"100.0\">\n"
#define WORD(x0, y0, x1, y1, text)                                                              \
	"    <word xMin=\"" x0 "\" yMin=\"" y0 "\" xMax=\"" x1 "\" yMax=\"" y1 "\">" text "</word>\n"
static const char words[] = "<!DOCTYPE html>\n<doc>\n" PAGE WORD("10", "10", "60", "20", "A&amp;B&lt;")
	WORD("70", "10", "80", "90", "縦書き𠮷") "  </page>\n</doc>\n";

static bool
holds(const struct buf *b, const char *what)
{
	return memmem(b->p, b->n, what, strlen(what)) != NULL;
}

static const struct {
	const char *what;
	uint8_t grey, red;
	const char *filter, *not;
} looks[] = {
	{ "black and white is G4", 255, 0, "CCITTFaxDecode", "DCTDecode" },
	{ "a tint is a grey JPEG", 200, 0, "DCTDecode", "DeviceRGB" },
	{ "colours are a JPEG", 100, 90, "DCTDecode", "CCITTFaxDecode" },
};

static void
a_page_becomes_the_picture_that_it_needs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof looks / sizeof *looks; i++) {
		struct answers a = { .words = words, .grey = looks[i].grey, .red = looks[i].red };
		own_tried struct tried t = try_lane("flatten", "a.pdf", VIEW(one_page), &a);
		own_tried struct tried again = { 0 };

		if (t.verdict != VERDICT_FLATTENED || !holds(&t.out, looks[i].filter) || holds(&t.out, looks[i].not))
			fail_msg("%s: %d", looks[i].what, t.verdict);
		assert_int_equal(t.type, TYPE_PDF);
		assert_int_equal(tried_count(&t, FINDING_FLATTENED), 1);
		assert_int_equal(a.dpi, DPI_DEFAULT);
		assert_int_equal(a.asked[NEED_OCR], 0);
		/* Our own canonical PDF: nothing more has to go. */
		again = try_with("rebuild", NULL, "a.pdf", buf_bytes(&t.out));
		assert_int_equal(again.verdict, VERDICT_CLEAN);
	}
}

static const struct {
	const char *what, *page;
	uint32_t wish, dpi;
} wishes[] = {
	{ "coarser", PAGE, 50, 50 },
	{ "finer", PAGE, 600, 600 },
	{ "unasked", PAGE, 0, DPI_DEFAULT },
	{ "as fine as so large a page may be", "  <page width=\"6000.0\" height=\"3000.0\">\n", 600, 109 },
};

static void
a_page_is_drawn_as_fine_as_asked_for(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wishes / sizeof *wishes; i++) {
		struct answers a = { .words = wishes[i].page, .grey = 255, .wish = wishes[i].wish, .ocr = "" };
		own_tried struct tried t = try_lane("flatten", "a.pdf", VIEW(one_page), &a);

		if (a.dpi != wishes[i].dpi)
			fail_msg("%s: %u", wishes[i].what, a.dpi);
		assert_int_equal(t.verdict, VERDICT_FLATTENED);
	}
}

static void
a_page_without_words_is_read(void **state)
{
	struct answers a = { .words = PAGE, .grey = 255,
			     .ocr = "level\tpage\n5\t1\t1\t1\t1\t1\t20\t20\t100\t40\t91.5\t関所\n"
				    "4\t1\t1\t1\t1\t0\t20\t20\t100\t40\t-1\t\n" };
	own_tried struct tried t = try_lane("flatten", "a.pdf", VIEW(one_page), &a);
	own_tried struct tried text = { 0 };

	(void)state;
	assert_int_equal(t.verdict, VERDICT_FLATTENED);
	assert_int_equal(a.asked[NEED_OCR], 1);
	assert_int_equal(tried_count(&t, FINDING_WORDS_RECOGNISED), 1);
	a.text = "\f";
	text = try_lane("text", "a.pdf", VIEW(one_page), &a);
	assert_int_equal(text.verdict, VERDICT_TEXT);
	assert_true(holds(&text.out, "関所"));
}

static void
words_come_out_in_order(void **state)
{
	struct answers a = { .words = words, .text = "一行目\n二行目\n\f", .grey = 255 };
	own_tried struct tried t = try_lane("text", "a.pdf", VIEW(one_page), &a);

	(void)state;
	assert_int_equal(t.verdict, VERDICT_TEXT);
	assert_int_equal(t.type, TYPE_TEXT);
	assert_true(holds(&t.out, "一行目\n二行目\n"));
	assert_int_equal(tried_count(&t, FINDING_TEXT_ONLY), 1);
}

static const struct {
	const char *what, *profile, *name, *in;
	size_t n;
	struct answers a;
	enum verdict verdict;
	enum finding_code code;
} refusals[] = {
	{ "no converter here", "rebuild", "a.wmf", wmf, sizeof wmf, { .refuse = ERR_DENIED }, VERDICT_REFUSED,
	  FINDING_CONVERT_UNAVAILABLE },
	{ "it cannot be read", "rebuild", "a.wmf", wmf, sizeof wmf, { .refuse = ERR_MALFORMED }, VERDICT_REFUSED,
	  FINDING_CONVERT_FAILED },
	{ "too long", "rebuild", "a.wmf", wmf, sizeof wmf, { .refuse = ERR_LIMIT }, VERDICT_REFUSED, FINDING_LIMIT },
	{ "our own fault", "rebuild", "a.wmf", wmf, sizeof wmf, { .refuse = ERR_SYSTEM }, VERDICT_FAILED,
	  FINDING_INTERNAL },
	{ "something else came back", "rebuild", "a.wmf", wmf, sizeof wmf, { .picture = VIEW("MZ, a program") },
	  VERDICT_REFUSED, FINDING_CONVERT_FAILED },
	{ "pages that cannot be drawn", "flatten", "a.pdf", one_page, sizeof one_page, { .refuse = ERR_MALFORMED },
	  VERDICT_REFUSED, FINDING_CONVERT_FAILED },
	{ "words that are something else", "flatten", "a.pdf", one_page, sizeof one_page, { .words = "<html>" },
	  VERDICT_REFUSED, FINDING_MALFORMED },
	{ "a page as large as a field", "flatten", "a.pdf", one_page, sizeof one_page,
	  { .words = "<page width=\"99999.0\" height=\"99999.0\">\n" }, VERDICT_REFUSED, FINDING_LIMIT },
	{ "no words at all", "text", "a.pdf", one_page, sizeof one_page, { .words = PAGE, .text = "\f", .ocr = "", .grey = 255 },
	  VERDICT_REFUSED, FINDING_NO_WORDS },
	{ "printed, but no PDF", "text", "a.rtf", "{\\rtf1 x}", 9, { .pdf = "not one" }, VERDICT_REFUSED,
	  FINDING_MALFORMED },
};

static void
what_cannot_be_had_is_refused_with_its_reason(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		struct answers a = refusals[i].a;
		own_tried struct tried t = try_lane(refusals[i].profile, refusals[i].name,
						    view_of((const uint8_t *)refusals[i].in, refusals[i].n), &a);

		if (t.verdict != refusals[i].verdict || tried_count(&t, refusals[i].code) == 0 || t.out.n != 0)
			fail_msg("%s: verdict %d, %zu findings, first %s", refusals[i].what, t.verdict, t.findings.n,
				 t.findings.n > 0 ? finding_name(t.findings.row[0].code) : "none");
	}
}

/* What comes back for a drawing: a grey PNG. */
static const struct {
	const char *what;
	uint32_t w, h;
	uint8_t depth;
	const char *raw;
	size_t n;
	enum verdict verdict;
	enum finding_code code;
	uint8_t colour_type, rows;	/* of what it becomes: IHDR */
} drawings[] = {
#define DRAWING(what, w, h, depth, raw, ...) { what, w, h, depth, raw, sizeof raw - 1, __VA_ARGS__ }
	DRAWING("nothing shows through", 1, 2, 8, "\0\x10\0\x10", VERDICT_DISARMED, FINDING_DRAWING_CONVERTED, 2, 1),
	DRAWING("all shows through", 1, 4, 8, "\0\xff\0\xff\0\0\0\0", VERDICT_DISARMED, FINDING_DRAWING_CONVERTED, 6, 2),
	DRAWING("one row more below than above", 1, 3, 8, "\0\xff\0\xff\0\0", VERDICT_REFUSED, FINDING_CONVERT_FAILED, 0, 0),
	DRAWING("nothing below", 1, 1, 8, "\0\xff", VERDICT_REFUSED, FINDING_CONVERT_FAILED, 0, 0),
	DRAWING("less below than it says", 1, 4, 8, "\0\xff\0\xff\0\0", VERDICT_REFUSED, FINDING_CONVERT_FAILED, 0, 0),
	DRAWING("of bits", 1, 2, 1, "\0\x80\0\x80", VERDICT_REFUSED, FINDING_CONVERT_FAILED, 0, 0),
	DRAWING("more than there is memory", 5000, 5000, 8, "\0\xff", VERDICT_REFUSED, FINDING_LIMIT, 0, 0),
#undef DRAWING
};

static void
a_drawing_is_what_it_looks_like_on_two_grounds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof drawings / sizeof *drawings; i++) {
		own_buf struct buf png = { 0 };
		struct answers a = { 0 };
		own_tried struct tried t = { 0 };

		png_sample_ihdr(&png, drawings[i].w, drawings[i].h, drawings[i].depth, 0, 0);
		png_sample_data(&png, "IDAT", VIEW(""), view_of((const uint8_t *)drawings[i].raw, drawings[i].n));
		png_sample_end(&png);
		a.picture = buf_bytes(&png);
		t = try_lane("rebuild", "a.wmf", view_of((const uint8_t *)wmf, sizeof wmf), &a);
		if (t.verdict != drawings[i].verdict || tried_count(&t, drawings[i].code) != 1)
			fail_msg("%s: verdict %d, %zu findings", drawings[i].what, t.verdict, t.findings.n);
		if (t.verdict == VERDICT_REFUSED)
			assert_int_equal(t.out.n, 0);
		else if (t.out.n < 33 || t.out.p[23] != drawings[i].rows || t.out.p[25] != drawings[i].colour_type)
			fail_msg("%s: %u rows of type %u", drawings[i].what, t.out.p[23], t.out.p[25]);
	}
}

static void
a_legacy_document_is_printed_and_read(void **state)
{
	struct answers a = { .pdf = one_page, .words = words, .text = "帯広市\n", .grey = 255 };
	own_tried struct tried t = try_lane("text", "a.rtf", VIEW("{\\rtf1 x}"), &a);
	own_tried struct tried flat = { 0 };

	(void)state;
	assert_int_equal(t.verdict, VERDICT_TEXT);
	assert_true(holds(&t.out, "帯広市"));
	flat = try_lane("flatten", "a.rtf", VIEW("{\\rtf1 x}"), &a);
	assert_int_equal(flat.verdict, VERDICT_FLATTENED);
	assert_int_equal(a.asked[NEED_PDF], 2);
}

static void
text_stays_text_and_pictures_become_pixels(void **state)
{
	struct answers a = { .grey = 255 };
	own_tried struct tried t = try_lane("text", "a.txt", VIEW("hello\n"), &a);
	own_tried struct tried f = try_lane("flatten", "a.txt", VIEW("hello\n"), &a);
	static const uint8_t gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
	own_tried struct tried p = try_lane("flatten", "a.gif", view_of(gif, sizeof gif - 1), &a);

	(void)state;
	assert_int_equal(t.verdict, VERDICT_TEXT);
	assert_int_equal(f.verdict, VERDICT_CLEAN);
	assert_int_equal(p.verdict, VERDICT_FLATTENED);
	assert_int_equal(p.type, TYPE_GIF);
}

static void
many_pages_are_drawn_a_few_at_a_time(void **state)
{
	own_buf struct buf in = { 0 }, w = { 0 };
	struct answers a = { .grey = 255 };
	size_t i;

	(void)state;
	for (i = 0; i < 40; i++)
		(void)buf_str(&w, PAGE WORD("10", "10", "60", "20", "x"));
	(void)buf_byte(&w, 0);
	a.words = (const char *)w.p;
	(void)buf_str(&in, one_page);
	{
		own_tried struct tried t = try_lane("flatten", "a.pdf", buf_bytes(&in), &a);

		assert_int_equal(t.verdict, VERDICT_FLATTENED);
		assert_true(a.asked[NEED_PAGES] >= 3);
		assert_true(holds(&t.out, "/Count 40"));
	}
}

static void
words_are_taken_only_where_they_can_stand(void **state)
{
	static const char odd[] = PAGE WORD("10", "10", "5", "20", "inside out") WORD("nan", "1", "2", "3", "x")
		WORD("1", "1", "2", "3", "\xff\xfe") WORD("1", "2", "30", "12", "good &unknown; x");
	struct findings findings = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &findings };
	own_arena struct arena *a = arena_new(0);
	struct word_pages p;
	struct err e;

	(void)state;
	assert_true(words_read(&j, a, VIEW(odd), 9, &p, &e));
	assert_int_equal(p.n, 1);
	assert_int_equal(p.page[0].n, 1);
	assert_true(view_is(p.page[0].word[0].text, "good unknown; x"));
	assert_false(words_read(&j, a, VIEW(PAGE PAGE), 1, &p, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_false(words_read(&j, a, VIEW("<page width=\"0\" height=\"1\">"), 1, &p, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

static void
a_picture_is_taken_whole_or_not(void **state)
{
	static const char *const bad[] = { "P5\n1 1\n255\nx", "P6\n1 1\n65535\nxxx", "P6\n2 1\n255\nxxx", "P6\n0 1\n255\n",
					   "P6\n1x1\n255\nxxx", "P6\n99999 1\n255\nxxx", "" };
	struct view v = VIEW("P6\n1 1\n255\nabcP6\n");
	struct drawn d;
	struct err e;
	size_t i;

	(void)state;
	assert_true(ink_take_ppm(&v, &d, &e));
	assert_int_equal(v.n, 3);
	assert_memory_equal(d.rgb, "abc", 3);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		v = view_str(bad[i]);
		assert_false(ink_take_ppm(&v, &d, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_becomes_the_picture_that_it_needs),
		cmocka_unit_test(a_page_is_drawn_as_fine_as_asked_for),
		cmocka_unit_test(a_page_without_words_is_read),
		cmocka_unit_test(words_come_out_in_order),
		cmocka_unit_test(what_cannot_be_had_is_refused_with_its_reason),
		cmocka_unit_test(a_drawing_is_what_it_looks_like_on_two_grounds),
		cmocka_unit_test(a_legacy_document_is_printed_and_read),
		cmocka_unit_test(text_stays_text_and_pictures_become_pixels),
		cmocka_unit_test(many_pages_are_drawn_a_few_at_a_time),
		cmocka_unit_test(words_are_taken_only_where_they_can_stand),
		cmocka_unit_test(a_picture_is_taken_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
