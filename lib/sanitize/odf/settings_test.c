#include "sanitize/odf/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"

#define HEAD                                                                                                          \
	"<office:document-settings xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""                  \
	" xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\"><office:settings>"
#define TAIL "</office:settings></office:document-settings>"
#define SET(name, items) "<config:config-item-set config:name=\"" name "\">" items "</config:config-item-set>"
#define ITEM(name, type, value) "<config:config-item config:name=\"" name "\" config:type=\"" type "\">" value "</config:config-item>"

static const struct {
	const char *in, *out;	/* between HEAD and TAIL; "": none at all */
	unsigned found;
} rows[] = {
	{ SET("ooo:view-settings", ITEM("ViewAreaTop", "int", "12")),
	  SET("ooo:view-settings", ITEM("ViewAreaTop", "int", "12")), 0 },
	{ SET("configuration-settings", ITEM("TabOverflow", "boolean", " true ")),
	  SET("configuration-settings", ITEM("TabOverflow", "boolean", "true")), 0 },
	{ SET("ooo:ooo:configuration-settings", ITEM("TabOverflow", "boolean", "true")) SET("soffice:view-settings", ITEM("ViewAreaTop", "int", "1")), "", 0 },
	{ SET("ooo:configuration-settings", ITEM("TabOverflow", "int", "1") ITEM("ZoomType", "short", "0")),
	  SET("ooo:configuration-settings", ITEM("ZoomType", "short", "0")), 0 },
	{ SET("ooo:configuration-settings",
	      ITEM("PrinterSetup", "base64Binary", "AAAA") ITEM("LinkUpdateMode", "short", "2") ITEM("GridColor", "int", "1")),
	  SET("ooo:configuration-settings", ITEM("GridColor", "int", "1")), 2 },
	{ SET("view-settings", "<config:config-item-map-indexed config:name=\"Views\"><config:config-item-map-entry>"
	      ITEM("ViewId", "string", "view1") "<config:config-item-map-named config:name=\"Tables\">"
	      "<config:config-item-map-entry config:name=\"表 1\">" ITEM("ZoomValue", "int", "100")
	      "</config:config-item-map-entry></config:config-item-map-named><config:config-item-map-named"
	      " config:name=\"ScriptConfiguration\"><config:config-item-map-entry config:name=\"x\">"
	      ITEM("ZoomValue", "int", "1") "</config:config-item-map-entry></config:config-item-map-named>"
	      "</config:config-item-map-entry></config:config-item-map-indexed>"),
	  SET("view-settings", "<config:config-item-map-indexed config:name=\"Views\"><config:config-item-map-entry>"
	      ITEM("ViewId", "string", "view1") "<config:config-item-map-named config:name=\"Tables\">"
	      "<config:config-item-map-entry config:name=\"表 1\">" ITEM("ZoomValue", "int", "100")
	      "</config:config-item-map-entry></config:config-item-map-named>"
	      "</config:config-item-map-entry></config:config-item-map-indexed>"), 0 },
	{ SET("ooo:configuration-settings", ITEM("RedlineProtectionKey", "base64Binary", "")),
	  SET("ooo:configuration-settings", "<config:config-item config:name=\"RedlineProtectionKey\" config:type=\"base64Binary\"/>"), 0 },
	{ SET("ooo:configuration-settings", ITEM("RedlineProtectionKey", "base64Binary", "c2VjcmV0")),
	  SET("ooo:configuration-settings", "<config:config-item config:name=\"RedlineProtectionKey\" config:type=\"base64Binary\"/>"), 1 },
	{ SET("ooo:view-settings", ITEM("ViewAreaTop", "int", "x") ITEM("ViewAreaLeft", "int", "") ITEM("TabOverflow", "boolean", "maybe")
	      ITEM("ZoomType", "short", "0")), SET("ooo:view-settings", ITEM("ZoomType", "short", "0")), 0 },
	{ SET("evil:settings", ITEM("TabOverflow", "boolean", "true")), "", 0 },
	{ SET("ooo:view-settings", ITEM("Tables", "string", "x") ITEM("Top", "int", "1")), "", 0 },
};

static void
each_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf in = { 0 }, out = { 0 };
		struct findings f = { 0 };
		struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
		struct err e = { 0 };
		uint32_t n = 0;
		size_t k;

		(void)buf_printf(&in, "%s%s%s", HEAD, rows[i].in, TAIL);
		if (!odf_settings(&j, "settings.xml", buf_bytes(&in), &out, &e))
			fail_msg("%zu: %s", i, e.text);
		(void)buf_byte(&out, '\0');
		assert_non_null(strstr((char *)out.p, " xmlns:ooo=\"http://openoffice.org/2004/office\""));
		if (strstr((char *)out.p, rows[i].out) == NULL ||
		    (rows[i].out[0] == '\0' && strstr((char *)out.p, "config-item") != NULL))
			fail_msg("%zu: %s", i, (char *)out.p);
		for (k = 0; k < f.n; k++)
			n += f.row[k].code == FINDING_ODF_SETTING ? f.row[k].count : 0;
		assert_int_equal(n, rows[i].found);
		findings_release(&f);
	}
}

static void
broken(void **state)
{
	own_buf struct buf out = { 0 };
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	struct err e = { 0 };

	(void)state;
	assert_false(odf_settings(&j, "settings.xml", VIEW("<a"), &out, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	findings_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row), cmocka_unit_test(broken) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
