#include "sanitize/pdf/cmap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "sanitize/pdf/gfx_sample.h"

#define HEAD(type, extra)                                                                         \
	"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"         \
	"<</Ordering(O)/Registry(R)/Supplement 0>> def\n/CMapName /N def\n/CMapType " type " def\n" extra
#define TAIL "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"

static const struct {
	const char *in, *out;
	enum cmap_kind kind;
} rows[] = {
	{ "", HEAD("2", "") TAIL, CMAP_TOUNICODE },
	{ "1 begincodespacerange <00><ff> endcodespacerange 2 beginbfchar <01><3042> <41> (AB) endbfchar",
	  HEAD("2", "") "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
	  "2 beginbfchar\n<01> <3042>\n<41> <4142>\nendbfchar\n" TAIL, CMAP_TOUNICODE },
	{ "1 beginbfrange <01><02>[<0041><0042>] <03><04><0061> endbfrange",
	  HEAD("2", "") "2 beginbfrange\n<01> <02> [<0041> <0042>]\n<03> <04> <0061>\nendbfrange\n" TAIL,
	  CMAP_TOUNICODE },
	/* a CMap to CIDs where one to characters should stand: its numbers are characters */
	{ "begincidrange <0020><0026> 1 <0041><0040> 1 <30><0031> 9 <f0><f2> 55295 endcidrange "
	  "begincidchar <20AC> 128 <ffff> 0 <21> 70000 <22> 56000 endcidchar",
	  HEAD("2", "") "2 beginbfrange\n<0020> <0026> <0001>\n<F0> <F0> <D7FF>\nendbfrange\n"
	  "2 beginbfchar\n<20AC> <0080>\n<FFFF> <0000>\nendbfchar\n" TAIL, CMAP_TOUNICODE },
	/* a range that begins at none holds others */
	{ "begincidrange <0000><00ff> 0 endcidrange",
	  HEAD("2", "") "1 beginbfrange\n<0000> <00FF> <0000>\nendbfrange\n" TAIL, CMAP_TOUNICODE },
	/* only the last byte of a code counts on, and of a character */
	{ "begincidrange <01f0><0210> 250 <fffffffe><ffffffff> 65534 endcidrange",
	  HEAD("2", "") "4 beginbfrange\n<01F0> <01F5> <00FA>\n<01F6> <01FF> <0100>\n<0200> <0210> <010A>\n"
	  "<FFFFFFFE> <FFFFFFFF> <FFFE>\nendbfrange\n" TAIL, CMAP_TOUNICODE },
	/* lines that are none go; blocks of the other kind too */
	{ "beginbfchar <0102030405><0041> <01>/name <02><0042> endbfchar "
	  "beginnotdefrange <00><ff> 0 endnotdefrange (x) run stop",
	  HEAD("2", "") "1 beginbfchar\n<02> <0042>\nendbfchar\n" TAIL, CMAP_TOUNICODE },
	{ "/H usecmap /WMode 1 def begincidrange <0000><00ff> 1 <01> <02> 70000 endcidrange "
	  "begincidchar <0100> 5 endcidchar beginnotdefrange <00><1f> 1 endnotdefrange",
	  HEAD("1", "/WMode 1 def\n/H usecmap\n")
	  "1 begincidrange\n<0000> <00FF> 1\nendcidrange\n1 begincidchar\n<0100> 5\nendcidchar\n"
	  "1 beginnotdefrange\n<00> <1F> 1\nendnotdefrange\n" TAIL, CMAP_CID },
	/* texts where CIDs should stand are taken for them, unless there are CIDs too */
	{ "1 beginbfchar <0020> <0003> <21> <04> <22> <000005> <23>[<0041>] <24> 7 endbfchar "
	  "beginbfrange <0030> <0039> <0013> <0040> <0041> [<0041>] endbfrange",
	  HEAD("1", "") "2 begincidchar\n<0020> 3\n<21> 4\nendcidchar\n"
	  "1 begincidrange\n<0030> <0039> 19\nendcidrange\n" TAIL, CMAP_CID },
	{ "begincidchar <0100> 5 endcidchar beginbfchar <0020> <0003> endbfchar",
	  HEAD("1", "") "1 begincidchar\n<0100> 5\nendcidchar\n" TAIL, CMAP_CID },
	{ "/H usecmap beginbfchar <0020> <0003> endbfchar", HEAD("1", "/H usecmap\n") TAIL, CMAP_CID },
	{ "/Evil usecmap", HEAD("1", "") TAIL, CMAP_CID },
	/* what never ends */
	{ "beginbfrange <01><02>[<0041>", HEAD("2", "") TAIL, CMAP_TOUNICODE },
	{ "beginbfchar <01", HEAD("2", "") TAIL, CMAP_TOUNICODE },
};

static void
rewrite(struct view in, enum cmap_kind kind, struct buf *out)
{
	struct job job = { .profile = profile_at(0) };
	struct cmap_head head = { .name = VIEW("N"), .registry = VIEW("R"), .ordering = VIEW("O"),
				  .wmode = -1 };
	struct err e = { 0 };

	assert_true(pdf_cmap_program(&job, in, kind, &head, out, &e));
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf once = { 0 }, twice = { 0 };

		rewrite(view_str(rows[i].in), rows[i].kind, &once);
		buf_byte(&once, 0);
		assert_string_equal(once.p, rows[i].out);
		once.n--;
		rewrite(buf_bytes(&once), rows[i].kind, &twice);
		assert_true(view_eq(buf_bytes(&once), buf_bytes(&twice)));
	}
}

static void
test_blocks_of_100(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	size_t at = 0, n = 0;

	(void)state;
	buf_str(&in, "250 beginbfchar ");
	for (int i = 0; i < 250; i++)
		buf_printf(&in, "<%04x><%04x>", i, i);
	buf_str(&in, "endbfchar");
	rewrite(buf_bytes(&in), CMAP_TOUNICODE, &out);
	while ((at = view_find(buf_bytes(&out), at, VIEW("00 beginbfchar"))) != VIEW_NOT_FOUND)
		n++, at++;
	assert_int_equal(n, 2);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("50 beginbfchar")) != VIEW_NOT_FOUND);
}

/* A few bytes that stand for 65,536 lines each are not written out without end. */
static void
test_characters_bounded(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };

	(void)state;
	buf_str(&in, "1 begincidrange ");
	for (int i = 0; i < 10000; i++)
		buf_str(&in, "<0000><ffff>0");
	buf_str(&in, "endcidrange");
	rewrite(buf_bytes(&in), CMAP_TOUNICODE, &out);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("<FF00> <FFFF> <FF00>\n")) != VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("<D800>")) == VIEW_NOT_FOUND);
	assert_true(out.n < 60000);
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(pdf_cmap_predefined(VIEW("90ms-RKSJ-V")));
	assert_true(pdf_cmap_predefined(VIEW("UniJIS-UTF16-H")));
	assert_true(pdf_cmap_predefined(VIEW("H")));
	assert_false(pdf_cmap_predefined(VIEW("")));
	assert_false(pdf_cmap_predefined(VIEW("../../etc/passwd")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_blocks_of_100),
		cmocka_unit_test(test_characters_bounded),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
