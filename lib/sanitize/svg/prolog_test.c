#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/svg/prolog.h"

static bool
prolog(const char *in, struct buf *out, struct err *e)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	uint64_t n = 0;
	bool ok;

	*e = (struct err){ 0 };
	ok = svg_prolog(&j, view_str(in), out, &n, e);
	findings_release(&f);
	return ok;
}

#define D(x) "<!DOCTYPE svg [" x "]>"

static void
literal_entities_are_written_out(void **state)
{
	static const struct {
		const char *in, *want;	/* NULL: refused */
	} rows[] = {
		{ "<?xml version='1.0'?><!-- x --><svg/>", "<?xml version='1.0'?><svg/>" },
		{ "<!DOCTYPE svg PUBLIC \"-//W3C//DTD\" \"http://x\"><svg>&a;</svg>", "<svg>&a;</svg>" },
		{ D("<!ENTITY a 'b'>") "<svg x='&a;'>&a;&lt;&c;</svg>", "<svg x='b'>b&lt;&c;</svg>" },
		{ D("<!ENTITY a \"<b c='d'/>\">") "<svg>&a;</svg>", "<svg><b c='d'/></svg>" },
		{ D("<!ENTITY a \"x'<y\">") "<svg b='&a;'/>", "<svg b='x&apos;&lt;y'/>" },
		{ D("<!ENTITY a 'x\"<y'>") "<svg b=\"&a;\"/>", "<svg b=\"x&quot;&lt;y\"/>" },
		{ D("<!ENTITY a 'b'>") "<svg>& ;&;&</svg>", "<svg>& ;&;&</svg>" },
		{ "<!DOCTYPE svg PUBLIC \"-//a>b\" '>'><svg/>", "<svg/>" },
		{ "<?xml-stylesheet href='x'?><svg/>", "<svg/>" },
		{ D("<!ENTITY a 'b'><!ENTITY c '&a;&a;'>") "<svg>&c;</svg>", "<svg>bb</svg>" },
		{ D("<!ENTITY a 'b'><!ENTITY a 'c'>") "<svg>&a;</svg>", "<svg>b</svg>" },
		{ D("<!ENTITY a 'b'>") "<svg><![CDATA[&a;]]><!--&a;--><?x &a;?></svg>", "<svg><![CDATA[&a;]]><!--&a;--><?x &a;?></svg>" },
		{ D("<!ELEMENT a (b)><!ATTLIST a b CDATA #IMPLIED><!-- ] --><?x ]?>") "<svg/>", "<svg/>" },
		{ D("<!ENTITY a SYSTEM 'file:///x'>") "<svg/>", "<svg/>" },
		{ D("<!ENTITY a SYSTEM 'file:///x'>") "<svg>&a;</svg>", NULL },
		{ D("<!ENTITY a PUBLIC 'x' 'http://x'>") "<svg>&a;</svg>", NULL },
		{ D("<!ENTITY % a 'b'>%a;") "<svg/>", NULL },
		{ D("%a;") "<svg/>", NULL },
		{ D("<!ENTITY a '&b;'><!ENTITY b '&a;'>") "<svg>&a;</svg>", NULL },
		{ D("<!ENTITY a '&a;'>") "<svg>&a;</svg>", NULL },
		{ "<!DOCTYPE svg [<!ENTITY a 'b'>", NULL },
		{ "<!DOCTYPE svg ", NULL },
		{ "<!DOCTYPE svg \"x", NULL },
		{ D("<!ENTITY a") "<svg/>", NULL },
		{ D("<!ENTITY >") "<svg/>", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf out = { 0 };
		struct err e;
		bool ok = prolog(rows[i].in, &out, &e);

		if (ok != (rows[i].want != NULL) || (ok && !view_is(buf_bytes(&out), rows[i].want)))
			fail_msg("%s: %.*s %s", rows[i].in, (int)out.n, (const char *)out.p, e.text);
	}
}

static void
bombs_are_refused(void **state)
{
	own_buf struct buf laughs = { 0 }, blow = { 0 }, out = { 0 }, many = { 0 };
	struct err e;
	int i;

	(void)state;
	(void)buf_str(&laughs, "<!DOCTYPE svg [<!ENTITY a0 'ha'>");
	for (i = 1; i < 8; i++)
		(void)buf_printf(&laughs, "<!ENTITY a%d '&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;&a%d;'>", i, i - 1, i - 1, i - 1,
				 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	(void)buf_put(&laughs, "]><svg>&a7;</svg>", 18);
	assert_false(prolog((const char *)laughs.p, &out, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	/* Quadratic blow-up: one long entity, many references. */
	(void)buf_str(&blow, "<!DOCTYPE svg [<!ENTITY a '");
	(void)buf_fill(&blow, 'x', 10000);
	(void)buf_str(&blow, "'>]><svg>");
	for (i = 0; i < 1000; i++)
		(void)buf_str(&blow, "&a;");
	(void)buf_put(&blow, "</svg>", 7);
	buf_clear(&out);
	assert_false(prolog((const char *)blow.p, &out, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	(void)buf_str(&many, "<!DOCTYPE svg [");
	for (i = 0; i < 300; i++)
		(void)buf_printf(&many, "<!ENTITY a%d 'x'>", i);
	(void)buf_put(&many, "]><svg/>", 9);
	assert_false(prolog((const char *)many.p, &out, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literal_entities_are_written_out),
		cmocka_unit_test(bombs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
