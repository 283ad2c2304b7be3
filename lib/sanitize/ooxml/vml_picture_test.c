/* vml_picture_test.c - which pictures a VML drawing names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/ooxml/vml_picture.h"
#include "sanitize/testing.h"

#define HEAD "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office' " \
	"xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"

static const struct {
	const char *what, *in, *want;
} cases[] = {
	{ "one", HEAD "<v:shape id='_x0000_s1026'><v:imagedata o:relid='rId1' o:title=''/></v:shape></xml>", "_x0000_s1026=rId1;" },
	{ "r:id", HEAD "<v:rect id='a'><v:imagedata r:id='rId7'/></v:rect></xml>", "a=rId7;" },
	{ "in a group", HEAD "<v:group id='g'><v:shape id='b'><v:imagedata o:relid='x'/></v:shape><v:shape id='c'/></v:group></xml>", "b=x;" },
	{ "a name given by hand", HEAD "<v:shape id='Content 3' o:spid='_x0000_s7'><v:imagedata o:relid='x'/></v:shape></xml>", "_x0000_s7=x;" },
	{ "spid first", HEAD "<v:shape o:spid='_x0000_s7' id='b'><v:imagedata o:relid='x'/></v:shape></xml>", "_x0000_s7=x;" },
	{ "without id", HEAD "<v:shape><v:imagedata o:relid='x'/></v:shape></xml>", "" },
	{ "a link", HEAD "<v:shape id='a'><v:imagedata src='http://x/'/></v:shape></xml>", "" },
	{ "foreign", "<xml><shape id='a'><imagedata relid='x'/></shape></xml>", "" },
	{ "doctype", "<!DOCTYPE xml>" HEAD "<v:shape id='a'><v:imagedata o:relid='x'/></v:shape></xml>", "" },
	{ "broken", HEAD "<v:shape id='a'><v:imagedata o:relid='x'/></v:shape><<", "a=x;" },
	{ "long id", HEAD "<v:shape id='0123456789012345678901234567890123456789012345678901234567890123'>"
	  "<v:imagedata o:relid='x'/></v:shape></xml>", "" },
};

static void
test_pictures(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct vml_picture p[2];
		struct job j = { 0 };
		struct profile profile = { 0 };
		struct err e = { 0 };
		own_buf struct buf got = BUF_MAX(1024);
		size_t n = 0;

		j.profile = &profile;
		assert_true(vml_pictures(&j, view_str(cases[i].in), p, 2, &n, &e));
		for (size_t k = 0; k < n; k++)
			(void)buf_printf(&got, "%s=%s;", p[k].shape, p[k].relation);
		if (!view_is(buf_bytes(&got), cases[i].want))
			fail_msg("%s: %.*s", cases[i].what, (int)got.n, (const char *)got.p);
	}
}

static void
test_most(void **state)
{
	const char *in = HEAD "<v:shape id='a'><v:imagedata o:relid='1'/><v:imagedata o:relid='2'/>"
		"<v:imagedata o:relid='3'/></v:shape></xml>";
	struct vml_picture p[2];
	struct profile profile = { 0 };
	struct job j = { .profile = &profile };
	struct err e = { 0 };
	size_t n = 0;

	(void)state;
	assert_true(vml_pictures(&j, view_str(in), p, 2, &n, &e));
	assert_int_equal(n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_pictures), cmocka_unit_test(test_most) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
