/* xml_feed_test.c - how readers of XML feed expat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/xml_feed.h"

struct seen {
	XML_Parser p;
	size_t elements, bytes, stop_at;
};

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **att)
{
	struct seen *s = ctx;

	(void)name, (void)att;
	if (++s->elements == s->stop_at)
		(void)XML_StopParser(s->p, XML_FALSE);
}

static void XMLCALL
on_text(void *ctx, const XML_Char *text, int n)
{
	(void)text;
	((struct seen *)ctx)->bytes += (size_t)n;
}

static int XMLCALL
on_outside(XML_Parser p, const XML_Char *context, const XML_Char *base, const XML_Char *system, const XML_Char *public)
{
	(void)p, (void)context, (void)base, (void)system, (void)public;
	return XML_STATUS_ERROR;
}

static bool
feed(struct view in, struct seen *s, struct err *e)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	bool ok;

	s->p = XML_ParserCreate(NULL);
	assert_non_null(s->p);
	XML_SetUserData(s->p, s);
	XML_SetElementHandler(s->p, on_start, NULL);
	XML_SetCharacterDataHandler(s->p, on_text);
	XML_SetExternalEntityRefHandler(s->p, on_outside);
	xml_confine(s->p, &j, s);
	ok = xml_feed(s->p, &j, in, e);
	XML_ParserFree(s->p);
	findings_release(&f);
	return ok;
}

static void
whole(void **state)
{
	own_buf struct buf in = { 0 };
	struct seen s = { 0 };
	struct err e = { 0 };
	size_t n = (size_t)5 << 20;

	(void)state;
	/* Longer than the first pieces, with a token over several of them. */
	assert_true(buf_str(&in, "<a><b c=\"") && buf_fill(&in, 'x', n) && buf_str(&in, "\"/>") && buf_fill(&in, 'y', n) &&
		    buf_str(&in, "</a>"));
	assert_true(feed(buf_bytes(&in), &s, &e));
	assert_int_equal(s.elements, 2);
	assert_int_equal(s.bytes, n);
}

static void
errors(void **state)
{
	static const struct {
		const char *in;
		size_t stop_at;
		enum err_code code;
		const char *text;
	} rows[] = {
		{ "", 0, ERR_MALFORMED, "line 1: no element found" },
		{ "<a>\n</b>", 0, ERR_MALFORMED, "line 2: mismatched tag" },
		{ "<a>", 0, ERR_MALFORMED, "line 1: no element found" },
		{ "<a/>x", 0, ERR_MALFORMED, "line 1: junk after document element" },
		/* Who stops it says why. */
		{ "<a><b/></a>", 2, ERR_NONE, "" },
		/* Nothing is asked for from outside: the parameter entity is not read, so `b` is unknown and passed over. */
		{ "<!DOCTYPE a SYSTEM \"x\" [<!ENTITY % p SYSTEM \"y\"> %p;]><a>&b;</a>", 0, ERR_NONE, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct seen s = { .stop_at = rows[i].stop_at };
		struct err e = { 0 };
		bool ok = feed(view_str(rows[i].in), &s, &e);

		assert_int_equal(ok, rows[i].text == NULL);
		assert_int_equal(e.code, rows[i].code);
		assert_string_equal(e.text, rows[i].text == NULL ? "" : rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(whole), cmocka_unit_test(errors) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
