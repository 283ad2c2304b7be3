/* markup_test.c - a small vocabulary and what must become of documents in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "sanitize/markup/in.h"
#include "sanitize/markup/markup_testing.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OPEN "<l:letter xmlns:l=\"urn:letter\">"
#define CLOSE "<l:end/></l:letter>\n"
/* The document with everything declared. */
#define FULL_OPEN "<l:letter xmlns:l='urn:letter' xmlns:x='urn:extra' xmlns:q='urn:unknown' " \
	"xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' mc:Ignorable='q'>"

struct case_ {
	const char *name, *in;
	const char *out;	/* behind HEAD; NULL: refused */
	const char *says;	/* refused: in the error; else the findings' names, in order, joined by a space */
};

static const struct case_ cases[] = {
	{ "plain", OPEN "<l:p>a</l:p><l:end/></l:letter>", OPEN "<l:p>a</l:p>" CLOSE, "" },
	{ "strict name, other prefix, single quotes", "<letter xmlns='urn:letter:strict' lang='ja'><p a='1'>x</p><end/></letter>",
	  "<l:letter xmlns:l=\"urn:letter\" lang=\"ja\"><l:p>x</l:p>" CLOSE, "" },
	{ "what must be there", OPEN "</l:letter>", OPEN CLOSE, "" },
	{ "what goes without its child", OPEN "<l:seal/><l:seal><l:p>y</l:p></l:seal><l:seal><l:plain>x</l:plain></l:seal></l:letter>",
	  OPEN "<l:seal><l:plain>x</l:plain></l:seal>" CLOSE, "MARKUP_UNKNOWN MARKUP_UNKNOWN" },
	{ "a root that goes without its child", "<l:seal xmlns:l='urn:letter'/>", NULL, "l:seal lacks" },
	{ "order", OPEN "<l:p>1</l:p><l:to name='t'/><l:p>2</l:p><l:from name='f'/><l:end/><l:p>3</l:p></l:letter>",
	  OPEN "<l:from name=\"f\"/><l:to name=\"t\"/><l:p>1</l:p><l:p>2</l:p><l:p>3</l:p>" CLOSE, "" },
	{ "once of a choice", OPEN "<l:all name='a'/><l:to name='b'/></l:letter>", OPEN "<l:all name=\"a\"/>" CLOSE,
	  "MARKUP_UNKNOWN" },
	{ "attributes by name", "<l:letter xmlns:l='urn:letter' lang='en' l:number='12'/>",
	  "<l:letter xmlns:l=\"urn:letter\" l:number=\"12\" lang=\"en\">" CLOSE, "" },
	{ "read as another", OPEN "<l:sender name='s'/></l:letter>", OPEN "<l:from name=\"s\"/>" CLOSE, "" },
	{ "bad value", "<l:letter xmlns:l='urn:letter' l:number='1x'/>", OPEN CLOSE, "MARKUP_VALUE" },
	{ "required", OPEN "<l:to/><l:from name=' a '/></l:letter>", OPEN "<l:from name=\"a\"/>" CLOSE, "MARKUP_UNKNOWN" },
	{ "judge of values", OPEN "<l:to name='t' id='r1'/><l:from name='f' id='r2'/></l:letter>",
	  OPEN "<l:from name=\"f\"/><l:to id=\"r1\" name=\"t\"/>" CLOSE, "" },
	{ "value in pieces", OPEN "<l:p><l:sum>EV<l:none/>IL<!-- -->()</l:sum><l:sum> 1+2 </l:sum></l:p></l:letter>",
	  OPEN "<l:p><l:sum/><l:sum>=1+2</l:sum></l:p>" CLOSE, "MARKUP_UNKNOWN" },
	{ "escapes", OPEN "<l:p style='a'>&lt;&amp;&gt;\"&#13;<![CDATA[<x>]]></l:p></l:letter>",
	  OPEN "<l:p style=\"a\">&lt;&amp;&gt;\"&#13;&lt;x&gt;</l:p>" CLOSE, "" },
	{ "values escaped", OPEN "<l:to name='&quot;&lt;&#x3042;'/></l:letter>", OPEN "<l:to name=\"&quot;&lt;あ\"/>" CLOSE, "" },
	{ "gone, quiet, unwrapped", OPEN "<l:macro><l:p>x</l:p></l:macro><l:noise><l:p/></l:noise><l:smart><l:p>y</l:p></l:smart>"
	  "<q/></l:letter>", OPEN "<l:p>y</l:p>" CLOSE, "XML_INCLUDE MARKUP_UNKNOWN" },
	{ "gone attribute", OPEN "<l:p onclick='x'/></l:letter>", OPEN "<l:p/>" CLOSE, "XML_INCLUDE" },
	{ "mixed keeps its order", OPEN "<l:p>a<l:plain>b</l:plain>c<l:b>d</l:b>e</l:p></l:letter>",
	  OPEN "<l:p>a<l:plain>b</l:plain>c<l:b>d</l:b>e</l:p>" CLOSE, "" },
	{ "text where none may be", OPEN " x <l:p/>y</l:letter>", OPEN "<l:p/>" CLOSE, "" },
	{ "empty is dropped", FULL_OPEN "<x:box w='1cm'><x:box><l:macro/></x:box></x:box></l:letter>", OPEN CLOSE, "XML_INCLUDE" },
	{ "full is kept", FULL_OPEN "<x:box w='1cm'><l:p/></x:box></l:letter>",
	  "<l:letter xmlns:l=\"urn:letter\" xmlns:x=\"urn:extra\"><x:box w=\"1cm\"><l:p/></x:box>" CLOSE, "" },
	{ "ignorable", FULL_OPEN "<q:any><l:p/></q:any></l:letter>", OPEN CLOSE, "" },
	{ "choice", FULL_OPEN "<mc:AlternateContent><mc:Choice Requires='q'><l:p>1</l:p></mc:Choice><mc:Choice Requires='x l'>"
	  "<l:p>2</l:p></mc:Choice><mc:Fallback><l:p>3</l:p></mc:Fallback></mc:AlternateContent></l:letter>",
	  OPEN "<l:p>2</l:p>" CLOSE, "" },
	{ "choice of which nothing is left", FULL_OPEN "<mc:AlternateContent><mc:Choice Requires='x'><x:box/></mc:Choice>"
	  "<mc:Fallback><l:p>3</l:p></mc:Fallback></mc:AlternateContent></l:letter>", OPEN "<l:p>3</l:p>" CLOSE, "" },
	{ "choice undeclared", FULL_OPEN "<mc:AlternateContent><mc:Choice Requires='nope'><l:p/></mc:Choice><l:p/></mc:AlternateContent>"
	  "<mc:Choice/></l:letter>", OPEN CLOSE, "MARKUP_UNKNOWN" },
	{ "choice of a namespace that is never met", OPEN "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
	  "xmlns:y='urn:old'><mc:Choice Requires='y'><l:p>1</l:p></mc:Choice><mc:Fallback><l:p>2</l:p></mc:Fallback></mc:AlternateContent></l:letter>",
	  OPEN "<l:p>2</l:p>" CLOSE, "" },
	{ "mc is no root", "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'/>", NULL, "root" },
	{ "hook: drop, unwrap", OPEN "<l:p does='drop'>x</l:p><l:p>1<l:b does='unwrap'>2<l:plain>3</l:plain></l:b></l:p></l:letter>",
	  OPEN "<l:p>12<l:plain>3</l:plain></l:p>" CLOSE, "" },
	{ "hook: own attribute", OPEN "<l:p does='style' style='s'/></l:letter>", OPEN "<l:p l:style=\"s\" style=\"s\"/>" CLOSE, "" },
	{ "hook: sibling", OPEN "<l:p>0<l:b does='before'>1</l:b></l:p></l:letter>",
	  OPEN "<l:p>0<l:b style=\"x\">&lt;before&gt;</l:b><l:b>1</l:b></l:p>" CLOSE, "" },
	{ "hook: child at the end", OPEN "<l:p does='after'/></l:letter>", OPEN "<l:p><l:b><l:plain>after</l:plain></l:b></l:p>" CLOSE, "" },
	{ "hook: vanish", OPEN "<l:p><l:b does='vanish'>abc<l:b/></l:b></l:p></l:letter>", OPEN "<l:p/>" CLOSE, "" },
	{ "hook: text", OPEN "<l:p>secret</l:p><l:p>loud<l:b/>secret</l:p></l:letter>", OPEN "<l:p/><l:p>LOUD<l:b/></l:p>" CLOSE, "" },
	{ "hook: text in pieces", OPEN "<l:p>sec<l:none/>ret</l:p><l:p>lo<l:b does='drop'/>u<l:b does='vanish'>x</l:b>d<l:b>y</l:b>sec</l:p></l:letter>",
	  OPEN "<l:p/><l:p>LOUD<l:b>y</l:b>sec</l:p>" CLOSE, "MARKUP_UNKNOWN" },
	{ "hook: text in unwrapped pieces", OPEN "<l:p>lo<l:b does='unwrap'>ud<l:b>x</l:b>sec</l:b>ret</l:p></l:letter>",
	  OPEN "<l:p>LOUD<l:b>x</l:b></l:p>" CLOSE, "" },
	{ "hook: text before a hook's own element", OPEN "<l:p>lo<l:noise/>ud<l:b does='before'>sec</l:b>ret</l:p></l:letter>",
	  OPEN "<l:p>LOUD<l:b style=\"x\">&lt;before&gt;</l:b><l:b>sec</l:b>ret</l:p>" CLOSE, "" },
	{ "hook: text of a choice", FULL_OPEN "<l:p>lo<mc:AlternateContent><mc:Choice Requires='x'>u</mc:Choice><mc:Fallback>x</mc:Fallback>"
	  "</mc:AlternateContent>d</l:p></l:letter>", OPEN "<l:p>LOUD</l:p>" CLOSE, "" },
	{ "value of a choice", FULL_OPEN "<l:p><l:sum><mc:AlternateContent><mc:Choice Requires='x'>1</mc:Choice><mc:Fallback>2</mc:Fallback>"
	  "</mc:AlternateContent>3</l:sum></l:p></l:letter>", OPEN "<l:p><l:sum>=13</l:sum></l:p>" CLOSE, "" },
	{ "hook: fail", OPEN "<l:p does='fail'/></l:letter>", NULL, "as asked" },
	{ "hook: what no table knows", OPEN "<l:p><l:b does='wrong'/></l:p></l:letter>", NULL, "a hook writes nothing" },
	{ "namespaces in scope", "<a:letter xmlns:a='urn:letter'><p xmlns='urn:letter'/><p/><a:p xmlns:a='urn:unknown'/><a:p/></a:letter>",
	  OPEN "<l:p/><l:p/>" CLOSE, "MARKUP_UNKNOWN MARKUP_UNKNOWN" },
	{ "twice by two prefixes", "<a:letter xmlns:a='urn:letter' xmlns:b='urn:letter:strict' a:number='1' b:number='2'/>", NULL, "twice" },
	{ "unbound prefix", "<a:letter/>", NULL, "without a namespace" },
	{ "unbound prefix of an attribute", OPEN "<l:p z:a='1'/></l:letter>", NULL, "without a namespace" },
	{ "colons", OPEN "<l:p:q/></l:letter>", NULL, "qualified" },
	{ "empty prefix", OPEN "<l:p :a='1'/></l:letter>", NULL, "qualified" },
	{ "element of xmlns", OPEN "<xmlns:p/></l:letter>", NULL, "not a name" },
	{ "another root", "<l:p xmlns:l='urn:letter'/>", NULL, "root element" },
	{ "not well-formed", OPEN "<l:p></l:letter>", NULL, "mismatched" },
	{ "doctype", "<!DOCTYPE x>" OPEN "</l:letter>", NULL, "document type" },
	{ "xml:space", OPEN "<l:p xml:space='preserve'> </l:p></l:letter>", OPEN "<l:p xml:space=\"preserve\"> </l:p>" CLOSE, "" },
	{ "UTF-16", NULL, OPEN CLOSE, "" },
};

static bool
run(const struct markup_use *more, struct view in, struct findings *f, struct buf *out, struct err *e)
{
	struct job job = { .profile = profile_at(0), .findings = f };
	struct markup_use use = *more;

	use.job = &job;
	use.vocabulary = &sample;
	use.where = "part";
	return markup_rebuild(&use, in, out, e);
}

static void
names_of(const struct findings *f, char *ret, size_t max)
{
	size_t i, n = 0;

	ret[0] = '\0';
	for (i = 0; i < f->n; i++)
		n += (size_t)snprintf(ret + n, max - n, "%s%s", i > 0 ? " " : "", finding_name(f->row[i].code));
}

static void
every_case(void **state)
{
	static const uint8_t utf16[] = "\xff\xfe<\0l\0e\0t\0t\0e\0r\0 \0x\0m\0l\0n\0s\0=\0'\0u\0r\0n\0:\0l\0e\0t\0t\0e\0r\0'\0/\0>";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct case_ *c = &cases[i];
		struct view in = c->in == NULL ? view_of(utf16, sizeof utf16) : view_str(c->in);
		own_buf struct buf out = { 0 }, again = { 0 };
		struct findings f = { 0 }, none = { 0 };
		struct markup_use use = { 0 };
		struct err e = { 0 };
		bool ok = run(&use, in, &f, &out, &e);
		char said[400];

		names_of(&f, said, sizeof said);
		if (ok != (c->out != NULL) || (!ok && strstr(e.text, c->says) == NULL) ||
		    (ok && (out.n != strlen(HEAD) + strlen(c->out) || memcmp(out.p, HEAD, strlen(HEAD)) != 0 ||
			    memcmp(out.p + strlen(HEAD), c->out, strlen(c->out)) != 0 || strcmp(said, c->says) != 0)))
			fail_msg("%s: [%s] {%s} %.*s", c->name, e.text, said, (int)out.n, out.p == NULL ? "" : (char *)out.p);
		if (ok && (!run(&use, buf_bytes(&out), &none, &again, &e) || none.n != 0 ||
			   !view_eq(buf_bytes(&out), buf_bytes(&again))))
			fail_msg("%s: not settled: %.*s", c->name, (int)again.n, (char *)again.p);
		findings_release(&f);
		findings_release(&none);
	}
}

static void
doctype_dropped(void **state)
{
	own_buf struct buf out = { 0 };
	struct findings f = { 0 };
	struct markup_use use = { .doctype = true, .root = T_LETTER };
	struct err e = { 0 };

	(void)state;
	assert_true(run(&use, VIEW("<!DOCTYPE l:letter SYSTEM 'x'>" OPEN "</l:letter>"), &f, &out, &e));
	assert_int_equal(f.n, 1);
	assert_int_equal(f.row[0].code, FINDING_XML_DOCTYPE);
	buf_clear(&out);
	assert_false(run(&use, VIEW("<!DOCTYPE l:letter [<!ENTITY a 'b'>]>" OPEN "</l:letter>"), &f, &out, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_false(run(&use, VIEW("<!DOCTYPE l:letter SYSTEM 'x'>" OPEN "<l:p>&a;</l:p></l:letter>"), &f, &out, &e));
	assert_int_equal(e.code, ERR_DENIED);
	/* The card is a root, but not the one asked for. */
	assert_false(run(&use, VIEW("<l:card xmlns:l='urn:letter'/>"), &f, &out, &e));
	use.root = 0;
	assert_true(run(&use, VIEW("<l:card xmlns:l='urn:letter'/>"), &f, &out, &e));
	findings_release(&f);
}

static void
tidy(void **state)
{
	own_buf struct buf out = { 0 };
	struct findings f = { 0 };
	struct markup_use use = { 0 };
	struct err e = { 0 };

	(void)state;
	sample.tidy = true;
	assert_true(run(&use, VIEW(OPEN "<l:p>a\u202eあ\x7f<l:plain>\u00e9</l:plain></l:p></l:letter>"), &f, &out, &e));
	sample.tidy = false;
	assert_true(view_eq(buf_bytes(&out), VIEW(HEAD OPEN "<l:p>aあ<l:plain>é</l:plain></l:p>" CLOSE)));
	assert_int_equal(f.row[0].code, FINDING_TEXT_HIDING);
	findings_release(&f);
}

static void
marked(void *ctx, uint32_t what)
{
	(void)buf_byte(ctx, (uint8_t)what);
}

static void
marks(void **state)
{
	own_buf struct buf out = { 0 }, got = { 0 };
	struct findings f = { 0 };
	struct markup_use use = { .marked = marked, .ctx = &got };
	struct err e = { 0 };

	(void)state;
	/* Refused, dropped, vanished with its child, unset: none of these counts. */
	assert_true(run(&use, VIEW(OPEN "<l:p id='ra'/><l:p id='r2'/><l:p does='drop' id='rb'/>"
		"<l:p><l:b does='vanish' id='rc'><l:b id='rd'/></l:b><l:b id='re'/></l:p><l:p does='unwrap' id='rf'/>"
		"<l:p does='unset' id='rg'/><l:p id='rh'/></l:letter>"), &f, &out, &e));
	assert_true(view_is(buf_bytes(&got), "aeh"));
	findings_release(&f);
}

/* n times `s` between two ends. */
static void
repeated(struct buf *b, const char *head, const char *s, size_t n, const char *tail)
{
	size_t i;

	buf_clear(b);
	(void)buf_str(b, head);
	for (i = 0; i < n; i++)
		(void)buf_printf(b, s, (unsigned)i, (unsigned)i);
	(void)buf_str(b, tail);
}

static void
limits(void **state)
{
	static const struct {
		const char *head, *each, *tail;
		size_t n;
		enum err_code code;
	} rows[] = {
		{ "<l:card xmlns:l='urn:letter'>", "<l:x>", "", 300, ERR_LIMIT },
		{ OPEN, "<l:p><l:b>", "", 150, ERR_LIMIT },
		{ "<l:letter xmlns:l='urn:letter'", " a%u=''", "/>", 1030, ERR_LIMIT },
		{ "<l:letter xmlns:l='urn:letter'", " xmlns:a%u='u'", "/>", 300, ERR_LIMIT },
		{ OPEN, "<a%u/>", "</l:letter>", 17000, ERR_LIMIT },
		{ OPEN "<", "aaaaaaaaaa", "/></l:letter>", 500, ERR_LIMIT },
		/* Much, but allowed: and in no time. */
		{ OPEN, "<l:p/><l:to name='a'/>", "</l:letter>", 30000, ERR_NONE },
		{ OPEN, "<l:end/><l:p/>", "</l:letter>", 30000, ERR_NONE },
		{ OPEN, "<l:p xmlns='u%u'/>", "</l:letter>", 30000, ERR_NONE },
		{ OPEN "<l:p>", "<l:b>%u", "", 100, ERR_MALFORMED },
	};
	own_buf struct buf in = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf out = { 0 };
		struct findings f = { 0 };
		struct markup_use use = { 0 };
		struct err e = { 0 };

		repeated(&in, rows[i].head, rows[i].each, rows[i].n, rows[i].tail);
		(void)run(&use, buf_bytes(&in), &f, &out, &e);
		if (e.code != rows[i].code)
			fail_msg("row %zu: %s", i, e.text);
		findings_release(&f);
	}
}

static void
bad_tables(void **state)
{
	static const struct markup_row twice[] = {
		{ .row = ROW_TYPE, .type = 1 }, { .row = ROW_NEXT, .name = "a", .type = 1 },
		{ .row = ROW_OR, .name = "a", .type = 1 }, { .row = ROW_END },
	};
	static const struct markup_row no_place[] = {
		{ .row = ROW_TYPE, .type = 1 }, { .row = ROW_OR, .name = "a", .type = 1 }, { .row = ROW_END },
	};
	static const struct markup_row no_type[] = { { .row = ROW_FULL } };
	static const struct markup_row no_end[] = { { .row = ROW_TYPE, .type = 1 } };
	static const struct markup_row child_of_value[] = {
		{ .row = ROW_TYPE, .type = 1, .kind = MARKUP_INT }, { .row = ROW_NEXT, .name = "a", .type = 1 }, { .row = ROW_END },
	};
	static const struct markup_row prefixes[] = {
		{ .row = ROW_NS, .ns = 2, .name = "a", .uri = "u" }, { .row = ROW_NS, .ns = 3, .name = "a", .uri = "v" },
	};
	static const struct markup_row bare_attribute[] = {
		{ .row = ROW_NS, .ns = 2, .name = "", .uri = "u" }, { .row = ROW_TYPE, .type = 1 },
		{ .row = ROW_ATTR, .ns = 2, .name = "a" }, { .row = ROW_END },
	};
	static const struct {
		const struct markup_row *row;
		size_t n;
	} tables[] = {
		{ twice, 4 }, { no_place, 3 }, { no_type, 1 }, { no_end, 1 }, { child_of_value, 3 }, { prefixes, 2 },
		{ bare_attribute, 4 },
	};
	struct markup_vocabulary v = { .row = no_end, .rows = 0, .compat = true };
	struct err e = { 0 };
	size_t i;

	(void)state;
	assert_false(markup_compile(&v, &e));
	for (i = 0; i < sizeof tables / sizeof *tables; i++) {
		v = (struct markup_vocabulary){ .row = tables[i].row, .rows = tables[i].n };
		if (markup_compile(&v, &e))
			fail_msg("table %zu is no good", i);
	}
}

static void
never_compiled(void **state)
{
	struct markup_vocabulary v = { .row = markup_rows, .rows = MARKUP_ROWS };
	struct job job = { .profile = profile_at(0) };
	struct markup_use use = { .job = &job, .vocabulary = &v, .where = "" };
	own_buf struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(markup_warm(&e));
	assert_false(markup_rebuild(&use, VIEW("<a/>"), &out, &e));
	assert_int_equal(e.code, ERR_SYSTEM);
}

static int
compile(void **state)
{
	struct err e = { 0 };

	(void)state;
	return markup_compile(&sample, &e) ? 0 : -1;
}

static int
forget(void **state)
{
	(void)state;
	markup_forget(&sample);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case), cmocka_unit_test(doctype_dropped), cmocka_unit_test(tidy), cmocka_unit_test(marks),
		cmocka_unit_test(limits), cmocka_unit_test(bad_tables), cmocka_unit_test(never_compiled),
	};

	return cmocka_run_group_tests(tests, compile, forget);
}
