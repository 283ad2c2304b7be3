#include "sanitize/pdf/gfx_sample.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define RESOURCES                                                                                 \
	"/Font<</F1 10 0 R/Bad 99 0 R>>/XObject<</Fm 11 0 R/PS 12 0 R/Im 13 0 R>>"                 \
	"/ColorSpace<</CS0[/Indexed/DeviceRGB 1<000000FFFFFF>]>>/ExtGState<</GS 14 0 R>>"          \
	"/Pattern<</P1 15 0 R>>/Properties<</MC0<</MCID 7/Junk(x)>>>>"

static const char objects[] =
	"10 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n"
	"11 0 obj\n<</Subtype/Form/BBox[0 0 1 1]/Length 8>>stream\n/Fm Do q\nendstream\nendobj\n"
	"12 0 obj\n<</Subtype/PS/Length 4>>stream\nquit\nendstream\nendobj\n"
	"13 0 obj\n<</Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
	"/Length 1>>stream\nA\nendstream\nendobj\n"
	"14 0 obj\n<</LW 2/TR/Identity/HT/Default>>\nendobj\n"
	"15 0 obj\n<</PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1/YStep 1"
	"/Length 0>>stream\n\nendstream\nendobj\n";

struct row {
	const char *in, *out;
	enum content_kind kind;
};

static const struct row rows[] = {
	/* spelling */
	{ "1 0 0 1 +10.50 -.5 cm", "1 0 0 1 10.5 -0.5 cm\n", 0 },
	{ "% a comment\nn%x\nS", "n\nS\n", 0 },
	{ "[4.000 2]0 d 1.0 w", "[4 2]0 d\n1 w\n", 0 },
	{ "/GS gs/GS gs", "/GS gs\n/GS gs\n", 0 },
	{ "f*B*b*W*", "", 0 },	/* one word, and an unknown one */
	{ "f* B* b* W* n", "f*\nB*\nb*\nW*\nn\n", 0 },
	/* operands: too few, wrong, too many */
	{ "1 0 0 1 2 cm 3 w", "3 w\n", 0 },
	{ "(x) 2 Td 5 6 Td", "5 6 Td\n", 0 },
	{ "9 9 1 2 m", "1 2 m\n", 0 },
	{ "9 /N 1 w", "1 w\n", 0 },
	/* unknown operators, and what has no meaning */
	{ "1 2 xyzzy BX 3 foo EX 1 w", "1 w\n", 0 },
	{ "1000 0 d0 n", "n\n", CONTENT_PAGE },
	{ "1000 0 d0 n", "1000 0 d0\nn\n", CONTENT_GLYPH },
	/* balance */
	{ "Q q Q Q q", "q\nQ\nq\nQ\n", 0 },
	{ "BT BT ET ET", "BT\nET\nBT\nET\n", 0 },
	{ "BT", "BT\nET\n", 0 },
	{ "EMC/A BMC", "/A BMC\nEMC\n", 0 },
	{ "q/A BMC BT", "q\n/A BMC\nBT\nET\nEMC\nQ\n", 0 },
	/* fonts: text in a font that is not there shows nothing, until Q brings the old one back */
	{ "/F1 12 Tf(a)Tj q/Bad 1 Tf(b)Tj(c)' Q(d)Tj",
	  "/F1 12 Tf\n(a)Tj\nq\nT*\nQ\n(d)Tj\n", 0 },
	{ "/No 1 Tf(b)Tj/F1 1 Tf[(a)-20.0(b)/N[9](c)]TJ", "/F1 1 Tf\n[(a)-20(b)(c)]TJ\n", 0 },
	{ "1 2(x)\"", "1 2(x)\"\n", 0 },
	{ "<E38182>Tj", "<E38182>Tj\n", 0 },
	/* external objects; a form in itself is no loop */
	{ "/Fm Do/PS Do/Im Do/No Do", "/Fm Do\n/Im Do\n", 0 },
	/* colours */
	{ "/CS0 cs 1 sc/DeviceRGB CS 1 0 0 SC/None cs", "/CS0 cs\n1 sc\n/DeviceRGB CS\n1 0 0 SC\n", 0 },
	{ "/Pattern cs/P1 scn 1 0 0/P1 scn/No scn scn",
	  "/Pattern cs\n/P1 scn\n1 0 0/P1 scn\n", 0 },
	{ "/Perceptual ri/Evil ri", "/Perceptual ri\n", 0 },
	/* marked content */
	{ "/P<</MCID 3/Evil/Launch/ActualText(x)>>BDC EMC", "/P<</ActualText(x)/MCID 3>>BDC\nEMC\n", 0 },
	{ "/P/MC0 BDC EMC", "/P<</MCID 7>>BDC\nEMC\n", 0 },
	{ "/OC/No BDC EMC/X<</A 1>>DP", "/OC BMC\nEMC\n/X MP\n", 0 },
	/* inline images */
	{ "BI/W 2/H 2/BPC 8/CS/G ID abcd EI n",
	  "BI/BPC 8/CS/G/F/AHx/H 2/W 2 ID\n61626364>\nEI\nn\n", 0 },
	{ "BI/Width 8/Height 1/ImageMask true/Decode[1 0]/F/AHx ID F0> EI n",
	  "BI/BPC 1/D[1 0]/F/AHx/H 1/IM true/W 8 ID\nF0>\nEI\nn\n", 0 },
	{ "BI/W 2/H 2/BPC 8/CS/G ID a EI n", "BI/BPC 8/CS/G/F/AHx/H 2/W 2 ID\n6120FFFF>\nEI\nn\n", 0 },
	/* a key in both forms: the brief one counts, whichever comes first */
	{ "BI/W 2/Width 9/Height 9/H 2/BPC 1/BPC 8/BitsPerComponent 4/CS/G ID abcd EI n",
	  "BI/BPC 8/CS/G/F/AHx/H 2/W 2 ID\n61626364>\nEI\nn\n", 0 },
	{ "BI/W 1/H 1/BPC 8/CS/CS0 ID \001 EI n", "BI/BPC 8/CS/CS0/F/AHx/H 1/W 1 ID\n01>\nEI\nn\n", 0 },
	{ "BI/W 1/H 1/BPC 8/CS[/Indexed/RGB 1(ab)]ID \001 EI",
	  "BI/BPC 8/CS[/I/RGB 1<616200000000>]/F/AHx/H 1/W 1 ID\n01>\nEI\n", 0 },
	{ "BI/W 1000/H 1000/BPC 8/CS/G ID x EI n", "/Sk0 Do\nn\n", 0 },
	{ "BI/W 0/H 1 ID x EI n BI/W 1", "n\n", 0 },
	{ "BI/W 1/H 1/BPC 8/CS/G/F/Nonsense ID x EI n", "n\n", 0 },
	/* what never ends */
	{ "n(abc", "n\n", 0 },
	{ "n[1 2", "n\n", 0 },
	{ "n[[[[[[1", "n\n", 0 },
	{ "n<<<<<<", "n\n", 0 },
	{ "n<</A", "n\n", 0 },
	{ "n}{]>>)", "n\n", 0 },
};

static void
run(const struct row *t)
{
	struct sample s;
	struct err e = { 0 };
	own_buf struct buf once = { 0 }, twice = { 0 }, resources = { 0 };
	struct res *res;

	assert_true(sample_open(&s, RESOURCES, view_str(objects)));
	res = sample_resources(&s);
	assert_true(content_rebuild(&s.r, view_str(t->in), res, t->kind, &once, &e));
	buf_byte(&once, 0);
	assert_string_equal(once.p, t->out);
	once.n--;
	/* what was written is written again as it is */
	if (view_find(buf_bytes(&once), 0, VIEW("Sk0")) == VIEW_NOT_FOUND) {
		assert_true(content_rebuild(&s.r, buf_bytes(&once), sample_resources(&s), t->kind,
					    &twice, &e));
		assert_true(view_eq(buf_bytes(&once), buf_bytes(&twice)));
	}
	assert_true(res_put(res, &resources, &e));
	assert_true(view_find(buf_bytes(&resources), 0, VIEW("/PS")) == VIEW_NOT_FOUND);
	sample_close(&s);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		run(&rows[i]);
}

/* Only what is used goes along, under its old name. */
static void
test_resources(void **state)
{
	struct sample s;
	struct err e = { 0 };
	own_buf struct buf content = { 0 }, resources = { 0 };
	struct res *res;

	(void)state;
	assert_true(sample_open(&s, RESOURCES, view_str(objects)));
	res = sample_resources(&s);
	assert_true(content_rebuild(&s.r, VIEW("/GS gs/F1 1 Tf/No Do"), res, CONTENT_PAGE, &content, &e));
	assert_true(res_put(res, &resources, &e));
	buf_byte(&resources, 0);
	assert_string_equal(resources.p, "<</ExtGState<</GS 1 0 R>>/Font<</F1 2 0 R>>>>");
	sample_close(&s);
}

/* Deep q, and operators by the hundred thousand, take time in proportion. */
static void
test_many(void **state)
{
	struct sample s;
	struct err e = { 0 };
	own_buf struct buf in = { 0 }, out = { 0 };

	(void)state;
	assert_true(sample_open(&s, RESOURCES, view_str(objects)));
	for (int i = 0; i < 100000; i++)
		buf_str(&in, "q[BI<<");
	for (int i = 0; i < 100000; i++)
		buf_str(&in, "]q\nBI\n[");
	assert_true(content_rebuild(&s.r, buf_bytes(&in), sample_resources(&s), CONTENT_PAGE, &out,
				    &e));
	assert_true(out.n < in.n);
	buf_clear(&in);
	buf_clear(&out);
	for (int i = 0; i < 100000; i++)
		buf_str(&in, "q\n");
	assert_true(content_rebuild(&s.r, buf_bytes(&in), sample_resources(&s), CONTENT_PAGE, &out,
				    &e));
	assert_int_equal(out.n, 512 * 4);
	sample_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_resources),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
