/* elements_test.c - the tables agree with each other, and say what the standard says. */
#include "sanitize/odf/elements.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
compiles(void **state)
{
	struct err e = { 0 };

	(void)state;
	if (!markup_compile(&odf_elements, &e))
		fail_msg("%s", e.text);
	assert_true(odf_elements.rows > 5000);
	/* The second time there is nothing to do. */
	assert_true(markup_compile(&odf_elements, &e));
}

static void
known_by_name(void **state)
{
	(void)state;
	assert_int_not_equal(odf_element("text", "p"), 0);
	assert_int_not_equal(odf_element("text", "p"), odf_element("text", "h"));
	assert_int_equal(odf_element("text", "evil"), 0);
	assert_int_equal(odf_element("draw", "object-ole"), 0);
	assert_int_equal(odf_element("script", "event-listener"), 0);
}

/* Where an address may lead is written in few places. */
static void
addresses(void **state)
{
	static const struct {
		const char *prefix, *name;
		enum odf_href want;
	} rows[] = {
		{ "text", "a", ODF_HREF_LINK },		 { "draw", "a", ODF_HREF_LINK },
		{ "draw", "image", ODF_HREF_PICTURE },	 { "draw", "object", ODF_HREF_OBJECT },
		{ "chart", "chart", ODF_HREF_OWN },	 { "presentation", "event-listener", ODF_HREF_PLACE },
		{ "form", "form", ODF_HREF_NOWHERE },	 { "form", "button", ODF_HREF_NOWHERE },
		{ "text", "p", ODF_HREF_NOWHERE },
	};
	struct err e;
	size_t i;

	(void)state;
	assert_true(markup_compile(&odf_elements, &e));
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(odf_element_href(odf_element(rows[i].prefix, rows[i].name)), rows[i].want);
	assert_int_equal(odf_element_href(60000), ODF_HREF_NOWHERE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiles), cmocka_unit_test(known_by_name), cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
