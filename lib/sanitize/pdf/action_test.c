/*
 * Every action in every place: what may stay stays, and of the others
 * neither a name nor an operand is left.
 */
#include "sanitize/pdf/document.h"
#include "sanitize/pdf/test_document.h"

/* %s is the action; the page is object 3, its annotation 4, the outline 5 and 6, a field 7. */
static const struct place {
	const char *name, *catalog, *page, *annot, *item, *field;
	bool by_itself;
} places[] = {
	{ "open", "/OpenAction %s", "", "", "", "", true },
	{ "open, array in chain", "/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next[%s]>>", "", "", "", "", true },
	{ "catalogue AA", "/AA<</WC %s/DP<<>>>>", "", "", "", "", true },
	{ "names", "/Names<</JavaScript<</Names[(a)%s]>>>>", "", "", "", "", true },
	{ "names, kids", "/Names<</JavaScript<</Kids[<</Kids[<</Names[(a)%s]>>]>>]>>>>", "", "", "", "",
	  true },
	{ "page AA", "", "/AA<</O %s>>", "", "", "", true },
	{ "annotation A", "", "", "/Subtype/Square/A %s", "", "", false },
	{ "annotation AA", "", "", "/Subtype/Square/AA<</PO %s>>", "", "", true },
	{ "link A", "", "", "/Subtype/Link/A %s", "", "", false },
	{ "link A in chain", "", "", "/Subtype/Link/A<</S/GoTo/D[3 0 R/Fit]/Next %s>>", "", "", false },
	{ "link A, chain of chains", "", "",
	  "/Subtype/Link/A<</S/Named/N/NextPage/Next<</S/Named/N/NextPage/Next[null %s]>>>>", "", "", false },
	{ "link A besides Dest", "", "", "/Subtype/Link/Dest[3 0 R/Fit]/A %s", "", "", false },
	{ "link PA", "", "", "/Subtype/Link/PA %s", "", "", false },
	{ "link AA", "", "", "/Subtype/Link/AA<</E %s>>", "", "", true },
	{ "screen A", "", "", "/Subtype/Screen/A %s", "", "", false },
	{ "unknown kind A", "", "", "/Subtype/Whatever/A %s", "", "", false },
	{ "widget A", "", "", "/Subtype/Widget/FT/Btn/T(b)/A %s", "", "", false },
	{ "widget AA", "", "", "/Subtype/Widget/FT/Tx/T(b)/AA<</Fo %s>>", "", "", true },
	{ "outline A", "", "", "", "/A %s", "", false },
	{ "outline AA", "", "", "", "/AA<</X %s>>", "", true },
	{ "field AA", "", "", "", "", "/AA<</C %s>>", true },
};

static const struct attack {
	const char *text;
	enum finding_code code;	/* where something must be done to set it off */
	bool script;		/* told as such wherever it is */
} actions[] = {
	{ "<</S/JavaScript/JS(EVIL)>>", FINDING_PDF_JAVASCRIPT, true },
	{ "<</S/#4aavaScript/#4A#53(EVIL)>>", FINDING_PDF_JAVASCRIPT, true },
	{ "<</JS(EVIL)>>", FINDING_PDF_JAVASCRIPT, true },
	{ "<</S/URI/URI(http://a/)/JS(EVIL)>>", FINDING_PDF_JAVASCRIPT, true },
	{ "<</S/Rendition/OP 0/JS(EVIL)>>", FINDING_PDF_JAVASCRIPT, true },
	{ "<</S/Launch/F(EVIL)>>", FINDING_PDF_LAUNCH, true },
	{ "<</S/Launch/Win<</F(EVIL)/P(EVIL)>>>>", FINDING_PDF_LAUNCH, true },
	{ "<</S/SubmitForm/F(EVIL)>>", FINDING_PDF_SUBMIT, true },
	{ "<</S/ImportData/F(EVIL)>>", FINDING_PDF_SUBMIT, true },
	{ "<</S/ResetForm/Fields[(EVIL)]>>", FINDING_PDF_SUBMIT, true },
	{ "<</S/GoToR/F(EVIL)/D[0/Fit]>>", FINDING_PDF_REMOTE_GOTO, true },
	{ "<</S/GoToE/T<</R/C/N(EVIL)>>>>", FINDING_PDF_REMOTE_GOTO, true },
	{ "<</S/Rendition/R<</N(EVIL)>>>>", FINDING_PDF_MULTIMEDIA, true },
	{ "<</S/Movie/T(EVIL)>>", FINDING_PDF_MULTIMEDIA, true },
	{ "<</S/Sound/EVIL 1>>", FINDING_PDF_MULTIMEDIA, true },
	{ "<</S/GoTo3DView/V(EVIL)>>", FINDING_PDF_MULTIMEDIA, true },
	{ "<</S/RichMediaExecute/CMD<</C(EVIL)>>>>", FINDING_PDF_MULTIMEDIA, true },
	{ "<</S/Thread/F(EVIL)/D 0>>", FINDING_PDF_ACTION, false },
	{ "<</S/Hide/T(EVIL)>>", FINDING_PDF_ACTION, false },
	{ "<</S/SetOCGState/State[/ON(EVIL)]>>", FINDING_PDF_ACTION, false },
	{ "<</S/Trans/Trans<</S/EVIL>>>>", FINDING_PDF_ACTION, false },
	{ "<</S/Named/N/EVIL>>", FINDING_PDF_ACTION, false },
	{ "<</S/GoToDp/Dp(EVIL)>>", FINDING_PDF_ACTION, false },
	{ "<</S/EVIL>>", FINDING_PDF_ACTION, false },
	{ "<</EVIL/EVIL>>", FINDING_PDF_ACTION, false },
	{ "<</S/URI/URI(javascript:EVIL)>>", FINDING_PDF_URI, false },
	{ "<</S/URI/URI( java\\nscript:EVIL)>>", FINDING_PDF_URI, false },
	{ "<</S/URI/URI(file:///EVIL)>>", FINDING_PDF_URI, false },
	{ "<</S/URI/URI(\\\\\\\\EVIL\\\\share)>>", FINDING_PDF_URI, false },
	{ "[<</S/JavaScript/JS(EVIL)>>]", FINDING_PDF_JAVASCRIPT, true },
};

static void
put_place(struct buf *b, const char *template, const char *action)
{
	const char *at = strstr(template, "%s");

	if (at == NULL) {
		(void)buf_str(b, template);
		return;
	}
	(void)buf_put(b, template, (size_t)(at - template));
	(void)buf_str(b, action);
	(void)buf_str(b, at + 2);
}

static const char *
body(struct buf *b, const char *head, const char *template, const char *action)
{
	(void)buf_str(b, head);
	put_place(b, template, action);
	(void)buf_str(b, ">>");
	(void)buf_byte(b, '\0');
	return (const char *)b->p;
}

static void
try_one(const struct place *p, const struct attack *a)
{
	struct buf b[5] = { { 0 }, { 0 }, { 0 }, { 0 }, { 0 } };
	own_buf struct buf in = { 0 }, out = { 0 };
	static const char *const never[] = { "EVIL", "JavaScript", "/JS", "/Launch", "/AA", "/Next<<",
					     "/Next[", "/PA" };
	struct findings f = { 0 };
	size_t i;
	const char *const objects[] = {
		body(&b[0], "<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R/AcroForm<</Fields[7 0 R]>>",
		     p->catalog, a->text),
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		body(&b[1], "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[4 0 R]", p->page, a->text),
		body(&b[2], "<</Type/Annot/Rect[0 0 9 9]", p->annot, a->text),
		"<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 1>>",
		body(&b[3], "<</Title(x)/Parent 5 0 R", p->item, a->text),
		body(&b[4], "<</FT/Tx/T(t)/Ff 1", p->field, a->text),
		NULL,
	};
	enum finding_code code = p->by_itself && !a->script ? FINDING_PDF_TRIGGER : a->code;

	sample_pdf(&in, objects);
	rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
	for (i = 0; i < sizeof never / sizeof *never; i++)
		if (says(&out, never[i]))
			fail_msg("%s: %s: %s is left:\n%.*s", p->name, a->text, never[i], (int)out.n,
				 (const char *)out.p);
	if (found(&f, code) == 0)
		fail_msg("%s: %s: %s not told", p->name, a->text, finding_name(code));
	findings_release(&f);
	for (i = 0; i < 5; i++)
		buf_release(&b[i]);
}

static void
nothing_active_stays_anywhere(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof places / sizeof *places; i++)
		for (j = 0; j < sizeof actions / sizeof *actions; j++)
			try_one(&places[i], &actions[j]);
}

static const struct {
	const char *annot, *profile, *stays;
} kept[] = {
	{ "/Subtype/Link/A<</S/URI/URI(https://example.jp/%E9?a=b#c)>>", "rebuild",
	  "/A<</S/URI/URI(https://example.jp/%E9?a=b#c)>>" },
	{ "/Subtype/Link/A<</S/URI/URI(HTTP://example.jp)/IsMap true>>", "rebuild",
	  "/A<</S/URI/URI(http://example.jp)>>" },
	{ "/Subtype/Link/A<</S/URI/URI(mailto:a@example.jp)>>", "keep", "/URI(mailto:a@example.jp)" },
	{ "/Subtype/Link/A<</S/Named/N/NextPage>>", "strict", "/A<</N/NextPage/S/Named>>" },
	{ "/Subtype/Link/A<</S/GoTo/D[3 0 R/XYZ 1 2.5 0]>>", "strict", "/Dest[3 0 R/XYZ 1 2.5 0]" },
	{ "/Subtype/Link/A<</S/GoTo/D(there)>>", "rebuild", "/Dest(there)" },
	{ "/Subtype/Link/Dest/there", "rebuild", "/Dest(there)" },
	{ "/Subtype/Widget/FT/Btn/T(b)/A<</S/GoTo/D[3 0 R/Fit]>>", "rebuild",
	  "/A<</D[3 0 R/Fit]/S/GoTo>>" },
	{ "/Subtype/Widget/FT/Btn/T(b)/A<</S/URI/URI(http://a/)>>", "rebuild", "/A<</S/URI/URI(http://a/)>>" },
};

static void
what_may_stay_stays(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof kept / sizeof *kept; i++) {
		own_buf struct buf b = { 0 }, in = { 0 }, out = { 0 };
		struct findings f = { 0 };
		const char *const objects[] = {
			"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>/Names<</Dests<</Names[(there)[3 0 R/Fit]]>>>>>>",
			"<</Type/Pages/Kids[3 0 R]/Count 1>>",
			"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
			body(&b, "<</Type/Annot/Rect[0 0 9 9]", kept[i].annot, ""), NULL,
		};

		sample_pdf(&in, objects);
		rebuild_pdf(kept[i].profile, buf_bytes(&in), &out, &f);
		if (!says(&out, kept[i].stays))
			fail_msg("%s: no %s in\n%.*s", kept[i].annot, kept[i].stays, (int)out.n,
				 (const char *)out.p);
		assert_int_equal(found(&f, FINDING_PDF_ACTION) + found(&f, FINDING_PDF_URI), 0);
		findings_release(&f);
	}
}

static const struct {
	const char *in, *out;	/* out NULL: may not stay */
} addresses[] = {
	{ "http://a", "http://a" },
	{ "HttpS://A/b", "https://A/b" },
	{ " \thttp://a/b c\n", "http://a/b%20c" },
	{ "ht\ntp://a", "http://a" },
	{ "www.example.jp/x", "http://www.example.jp/x" },
	{ "http://a/\"<>\\^`{|}", "http://a/%22%3C%3E%5C%5E%60%7B%7C%7D" },
	{ "http://a/\xe6\x97\xa5", "http://a/%E6%97%A5" },
	{ "mailto:a@b", "mailto:a@b" },
	{ "http://", NULL }, { "", NULL }, { "http:/a", NULL }, { "javascript:x", NULL },
	{ "jAvascript:http://a", NULL }, { "file:///c:/x", NULL }, { "\\\\host\\x", NULL },
	{ "//host/x", NULL }, { "ftp://a", NULL }, { "data:text/html,x", NULL },
	{ "smb://a", NULL }, { "search-ms:x", NULL }, { "#x", NULL }, { "relative.html", NULL },
	{ "\x01javascript:x", NULL }, { "vbscript:x", NULL }, { "tel:110", NULL },
};

static void
addresses_have_one_spelling(void **state)
{
	own_buf struct buf longest = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		own_buf struct buf out = { 0 };
		bool ok = uri_clean(view_str(addresses[i].in), &out);

		if (ok != (addresses[i].out != NULL))
			fail_msg("%s: %d", addresses[i].in, ok);
		if (ok && !view_is(buf_bytes(&out), addresses[i].out))
			fail_msg("%s: %.*s", addresses[i].in, (int)out.n, (const char *)out.p);
		if (!ok)
			assert_int_equal(out.n, 0);
	}
	(void)buf_str(&longest, "http://a/");
	(void)buf_fill(&longest, 'x', 10000);
	assert_false(uri_clean(buf_bytes(&longest), &longest));
}

static void
links_go_by_rule(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	struct findings f = { 0 };
	const char *const objects[] = {
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
		"<</Type/Annot/Rect[0 0 9 9]/Subtype/Link/A<</S/URI/URI(http://a.example/)>>>>", NULL,
	};

	(void)state;
	sample_pdf(&in, objects);
	rebuild_pdf("strict", buf_bytes(&in), &out, &f);
	assert_false(says(&out, "URI"));
	assert_true(says(&out, "/Subtype/Link"));
	assert_int_equal(found(&f, FINDING_PDF_LINK), 1);
	findings_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_active_stays_anywhere),
		cmocka_unit_test(what_may_stay_stays),
		cmocka_unit_test(addresses_have_one_spelling),
		cmocka_unit_test(links_go_by_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
