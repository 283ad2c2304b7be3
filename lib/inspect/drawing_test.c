/* Guides, references of charts, links inside a presentation; the VML of notes. */
#include "inspect/legacy.h"
#include "inspect/markup/kind.h"
#include "inspect/sentence.h"

static void
test_kinds(void **state)
{
	static const struct { const char *kind, *good[12], *bad[14]; } kinds[] = {
		{ "guide", { "a", "1", "x2" }, { "", "a b", "a<", "a\"b" } },
		{ "gdfmla", { "val 1", "*/ a 1 2", "?: a b c", "sin a b" }, { "", "val", "val 1 2", "foo 1", "val  1", "*/ a b", "sin a" } },
		{ "ints", { "1", "1 -2" }, { "", "1  2", "a" } },
		{ "double", { "1", "INF", "-INF", "NaN" }, { "", "x" } },
		{ "diagram_drawing", { "rId1" }, { "", "a b" } },
		{ "chart_ref", { "A!$A$1:$B$2", "'A''B'!$A:$A", "(A!$A$1,B!$A$2)", "name", "A!name", "#REF!", "[0]!name", "\xe6\xbc\xa2!$1:$2" },
		  { "", "A!", "[1]A!A1", "'[x]A'!A1", "SUM(A1)", "A1+1", "(A1", "A1,B1", "'A!A1", "cmd|'x'!A1", "''!A1", "A1 B1", "(A1,)" } },
		{ "vml_style", { "position:absolute;margin-left:-1.5pt;mso-x:'MS Gothic'" }, { "", "behavior:url(x)", "a:b\\c", "@import", "a:b;", "a: b", "a:", ":b", "a:b{c" } },
		{ "vml_path", { "", "m,l,21600r21600,l21600,xe" }, { "a:b", "a/b", "\xe6\xbc\xa2" } },
		{ "vml_local", { "#_x0000_t202" }, { "", "#", "x", "#a b" } },
	};
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	own_mem struct markup *m = calloc(1, sizeof *m);
	size_t i, k;

	(void)state;
	m->in = &in;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		kind_check *check = inspect_kind(view_str(kinds[i].kind));
		struct err e = { 0 };

		assert_non_null(check);
		for (k = 0; k < 12 && kinds[i].good[k] != NULL; k++)
			if (!check(m, view_str(kinds[i].good[k]), VIEW(""), &e))
				fail_msg("%s: \"%s\" refused", kinds[i].kind, kinds[i].good[k]);
		for (k = 0; k < 14 && kinds[i].bad[k] != NULL; k++)
			if (check(m, view_str(kinds[i].bad[k]), VIEW(""), &e))
				fail_msg("%s: \"%s\" taken", kinds[i].kind, kinds[i].bad[k]);
	}
	buf_release(&m->scratch);
}

static void
test_places(void **state)
{
	static const char *const good[] = { "A!A1", "'A B'!$A$1:$B$2", "name", "\xe6\xbc\xa2!A1" };
	static const char *const bad[] = { "", "#REF!", "(A1)", "[1]A!A1", "cmd|'x'!A1", "A!A1 ", "A!A1,B1", "'a" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		if (!inspect_drawing_place(view_str(good[i])))
			fail_msg("%s", good[i]);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		if (inspect_drawing_place(view_str(bad[i])))
			fail_msg("%s", bad[i]);
}

static bool
relation(void *of, struct view id, struct view types, struct err *e)
{
	(void)of;
	return (view_is(id, "rId1") && (view_is(types, "hyperlink") || view_is(types, "image"))) || (view_is(id, "rId2") && view_is(types, "slide")) ||
	       residue(e, "no relationship");
}

static bool
link_passes(const char *id, const char *action)
{
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	struct markup_links links = { .relation = relation };
	own_mem struct markup *m = calloc(1, sizeof *m);
	struct err e = { 0 };

	m->in = &in;
	m->links = &links;
	m->x.attribute[m->x.attributes++] = (struct xml_attribute){ VIEW("r:id"), 1, view_str(id) };
	if (action != NULL)
		m->x.attribute[m->x.attributes++] = (struct xml_attribute){ VIEW("action"), 0, view_str(action) };
	return inspect_dml_link(m, HOOK_OPEN, &e);
}

static void
test_links(void **state)
{
	(void)state;
	assert_true(link_passes("rId1", NULL));
	assert_true(link_passes("rId2", "ppaction://hlinksldjump"));
	assert_true(link_passes("", "ppaction://hlinkshowjump?jump=nextslide"));
	assert_true(link_passes("", "ppaction://noaction"));
	assert_false(link_passes("rId2", NULL));
	assert_false(link_passes("rId1", "ppaction://hlinksldjump"));
	assert_false(link_passes("rId1", "ppaction://program"));
	assert_false(link_passes("", "ppaction://macro?name=x"));
	assert_false(link_passes("", "ppaction://hlinkfile"));
	assert_false(link_passes("", "ppaction://hlinkshowjump?jump=other"));
	assert_false(link_passes("", NULL));
}

#define HEAD "<xml xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">" \
	"<o:shapelayout v:ext=\"edit\"><o:idmap data=\"2\" v:ext=\"edit\"/></o:shapelayout>"
#define NOTES "<v:shapetype coordsize=\"21600,21600\" id=\"_x0000_t202\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>" \
	"<v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
#define NOTE(id, visibility, object, tail) "<v:shape fillcolor=\"#ffffe1\" id=\"_x0000_s" id "\" o:insetmode=\"auto\" style=\"position:absolute;visibility:" visibility \
	"\" type=\"#_x0000_t202\"><v:fill color2=\"#ffffe1\"/><v:shadow color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>" \
	"<v:textbox style=\"mso-direction-alt:auto\"/><x:ClientData ObjectType=\"" object "\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>1, 15, 0, 10, 3, 15, 3, 4</x:Anchor>" \
	"<x:AutoFill>False</x:AutoFill><x:Row>0</x:Row><x:Column>0</x:Column>" tail "</x:ClientData></v:shape>"
#define EQ(f) "<v:f eqn=\"" f "\"/>"
#define PICTURES "<v:shapetype coordsize=\"21600,21600\" filled=\"f\" id=\"_x0000_t75\" o:preferrelative=\"t\" o:spt=\"75\" path=\"m@4@5l@4@11@9@11@9@5xe\" stroked=\"f\">" \
	"<v:stroke joinstyle=\"miter\"/><v:formulas>" EQ("if lineDrawn pixelLineWidth 0") EQ("sum @0 1 0") EQ("sum 0 0 @1") EQ("prod @2 1 2") \
	EQ("prod @3 21600 pixelWidth") EQ("prod @3 21600 pixelHeight") EQ("sum @0 0 1") EQ("prod @6 1 2") EQ("prod @7 21600 pixelWidth") \
	EQ("sum @8 21600 0") EQ("prod @7 21600 pixelHeight") EQ("sum @10 21600 0") "</v:formulas><v:path gradientshapeok=\"t\" o:connecttype=\"rect\" o:extrusionok=\"f\"/></v:shapetype>"
#define PICTURE(place, size, id) "<v:shape id=\"" place "\" o:spid=\"_x0000_s2049\" style=\"position:absolute;width:" size ";height:36.25pt\" type=\"#_x0000_t75\"><v:imagedata o:relid=\"" id "\"/></v:shape>"

static void
test_legacy(void **state)
{
	static const char *const good[] = {
		HEAD NOTES NOTE("2049", "hidden", "Note", "") "</xml>", HEAD NOTES NOTE("2049", "hidden", "Note", "") NOTE("2050", "visible", "Note", "<x:Visible/>") "</xml>",
		HEAD PICTURES PICTURE("LHFIRST", "72.00pt", "rId1") "</xml>", HEAD PICTURES PICTURE("CF", "0.50pt", "rId1") "</xml>",
	};
	static const char *const bad[] = {
		"", HEAD, HEAD NOTES "</xml>", HEAD NOTES NOTE("2050", "hidden", "Note", "") "</xml>", HEAD NOTES NOTE("2049", "hidden", "Button", "") "</xml>", HEAD NOTES NOTE("2049", "hidden", "Note", "<x:Visible/>") "</xml>",
		HEAD NOTES NOTE("2049", "hidden", "Note", "<x:FmlaMacro>a</x:FmlaMacro>") "</xml>", HEAD NOTES NOTE("2049", "other", "Note", "") "</xml>", HEAD NOTES NOTE("2049", "hidden", "Note", "") "</xml>x",
		HEAD PICTURES PICTURE("XF", "0.50pt", "rId1") "</xml>", HEAD PICTURES PICTURE("CF", "0.5pt", "rId1") "</xml>", HEAD PICTURES PICTURE("CF", "0.50pt", "rId3") "</xml>", HEAD PICTURES NOTE("2049", "hidden", "Note", "") "</xml>",
	};
	struct err e;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		e = (struct err){ 0 };
		if (!inspect_legacy_drawing(view_str(good[i]), relation, NULL, &e))
			fail_msg("%s: %s", good[i], e.text);
		for (n = 0; n < strlen(good[i]); n += 7)
			assert_false(inspect_legacy_drawing((struct view){ (const uint8_t *)good[i], n }, relation, NULL, &e));
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		e = (struct err){ 0 };
		if (inspect_legacy_drawing(view_str(bad[i]), relation, NULL, &e))
			fail_msg("%s: recognised", bad[i]);
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_kinds), cmocka_unit_test(test_places), cmocka_unit_test(test_links), cmocka_unit_test(test_legacy) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
