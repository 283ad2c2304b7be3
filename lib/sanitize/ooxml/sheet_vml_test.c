#include "sanitize/ooxml/sheet_vml.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/own.h"

#define HEAD "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'" \
	     " xmlns:x='urn:schemas-microsoft-com:office:excel'>"
#define NOTE(row, more)                                                                           \
	"<v:shape id='a' style='x' onclick='evil()'><v:textbox><div>t</div></v:textbox>"            \
	"<x:ClientData ObjectType='Note'><x:Anchor>\n 1, 15, 2, 10 ,3,4,5,6</x:Anchor><x:Row>" row     \
	"</x:Row><x:Column>1</x:Column>" more "</x:ClientData></v:shape>"

static const struct vml_shape *
shapes(const struct buf *b)
{
	return (const struct vml_shape *)(const void *)b->p;
}

static size_t
take(const char *in, struct buf *ret)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f };
	struct err e = { 0 };
	own_buf struct buf objects = { 0 };

	assert_true(vml_read(&j, view_str(in), ret, &objects, &e));
	assert_int_equal(f.n, 0);
	return ret->n / sizeof(struct vml_shape);
}

static void
test_notes(void **state)
{
	own_buf struct buf b = { 0 }, out = { 0 }, notes = { 0 };
	struct vml_shape s;

	(void)state;
	assert_int_equal(take(HEAD NOTE("7", "<x:Visible/>") NOTE("2", "<x:Visible>False</x:Visible>")
			      "<v:shape><x:ClientData ObjectType='Checkbox'/></v:shape></xml>", &b), 2);
	vml_sort(&b);
	assert_int_equal(shapes(&b)[0].row, 2);
	assert_false(shapes(&b)[0].visible);
	s = vml_note(&b, 7, 1);
	assert_true(s.visible);
	assert_int_equal(s.anchor[0], 1);
	assert_int_equal(s.anchor[7], 6);
	(void)buf_put(&notes, &s, sizeof s);
	/* beside the cell where nothing is known */
	s = vml_note(&b, 0, 1);
	assert_int_equal(s.anchor[0], 2);
	(void)buf_put(&notes, &s, sizeof s);
	vml_write_notes(&notes, 3, &out);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("id=\"_x0000_s3073\"")) != VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("id=\"_x0000_s3074\"")) != VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("<x:Anchor>1, 15, 2, 10, 3, 4, 5, 6</x:Anchor><x:AutoFill>False</x:AutoFill>"
						       "<x:Row>7</x:Row><x:Column>1</x:Column><x:Visible/>")) != VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("<x:Anchor>2, 15, 0, 10, 4, 15, 3, 4</x:Anchor>")) != VIEW_NOT_FOUND);
	/* what was written is read the same */
	buf_clear(&b);
	(void)buf_byte(&out, '\0');
	assert_int_equal(take((const char *)out.p, &b), 2);
	assert_memory_equal(b.p, notes.p, notes.n);
}

static void
test_headers(void **state)
{
	own_buf struct buf b = { 0 }, out = { 0 };

	(void)state;
	assert_int_equal(take(HEAD "<v:shape id='LHFIRST' style='position:absolute;height:36.25pt;width:72pt'><v:imagedata o:relid='rId7' o:title='x'/></v:shape>"
			      "<v:shape id='CF'/><v:shape id='XH'><v:imagedata o:relid='rId1'/></v:shape>"
			      "<v:shape id='RF' style='width:1in;margin-width:3pt'><v:imagedata o:relid='rId8'/></v:shape></xml>", &b), 2);
	assert_string_equal(shapes(&b)[0].place, "LHFIRST");
	assert_int_equal(shapes(&b)[0].width, 288);
	assert_int_equal(shapes(&b)[0].height, 145);
	assert_int_equal(shapes(&b)[1].width, 0);
	vml_write_headers(&b, 1, &out);
	assert_true(view_find(buf_bytes(&out), 0, VIEW("<v:shape id=\"LHFIRST\" o:spid=\"_x0000_s1025\" style=\"position:absolute;"
						       "width:72.00pt;height:36.25pt\" type=\"#_x0000_t75\"><v:imagedata o:relid=\"rId7\"/></v:shape>")) != VIEW_NOT_FOUND);
}

/* What is no XML gives what stood before it; a DOCTYPE and an entity change nothing. */
static void
test_broken(void **state)
{
	own_buf struct buf b = { 0 };

	(void)state;
	assert_int_equal(take(HEAD NOTE("1", "") "<br></xml>", &b), 1);
	buf_clear(&b);
	assert_int_equal(take("", &b), 0);
	assert_int_equal(take("<!DOCTYPE x [<!ENTITY a 'b'>]>" HEAD "</xml>", &b), 0);
	assert_int_equal(take(HEAD "<v:shape><x:ClientData ObjectType='Note'><x:Anchor>1,2,3</x:Anchor></x:ClientData></v:shape></xml>", &b), 1);
	assert_false(shapes(&b)[0].anchored);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
