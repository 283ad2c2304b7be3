#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/contentline/line.h"

static void
dump(const char *in, struct buf *ret)
{
	own_arena struct arena *a = arena_new(0);
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	struct lines_in l = { .in = view_str(in), .arena = a, .job = &j };
	own_mem struct line *line = calloc(1, sizeof *line);
	uint64_t bad = 0;
	struct err e;
	size_t i;

	while (line_next(&l, line, &bad, &e)) {
		(void)buf_printf(ret, "%zu %.*s|%.*s", line->number, (int)line->group.n, line->group.p, (int)line->name.n,
				 line->name.p);
		for (i = 0; i < line->params; i++)
			(void)buf_printf(ret, ";%.*s=%.*s", (int)line->param[i].name.n, line->param[i].name.p,
					 (int)line->param[i].value.n, line->param[i].value.p);
		(void)buf_printf(ret, ":%.*s/", (int)line->value.n, line->value.p);
	}
	assert_int_equal(e.code, ERR_NONE);
	(void)buf_printf(ret, "%d", (int)bad);
	(void)buf_byte(ret, '\0');
	findings_release(&f);
}

static void
lines_are_read(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "a:b\nC;x=1;Y=\"p:q;r\":v:w\n", "1 |A:b/2 |C;X=1;Y=\"p:q;r\":v:w/0" },
		{ "a:b\n c\n\td\n\ne:f", "1 |A:bcd/5 |E:f/0" },
		{ "item1.tel;HOME:1", "1 item1|TEL;=HOME:1/0" },
		{ "n;ENCODING=QUOTED-PRINTABLE:=E3=81=\n=82\nx:y", "1 |N;ENCODING=QUOTED-PRINTABLE:=E3=81=82/3 |X:y/0" },
		{ "n;QUOTED-PRINTABLE:a=\n b\n", "1 |N;=QUOTED-PRINTABLE:a b/0" },
		{ "n;TYPE=EQUOTED-PRINTABLE:a=\n b\n", "1 |N;TYPE=EQUOTED-PRINTABLE:a=b/0" },
		{ "n;CN=\";QUOTED-PRINTABLE\":a=\n b\n", "1 |N;CN=\";QUOTED-PRINTABLE\":a=b/0" },
		{ "n:a=\nb:c", "1 |N:a=/2 |B:c/0" },
		{ "nothing\na b:c\n:x\na;b=\"c:d\nz:1", "5 |Z:1/4" },
		{ "x:a\n", "1 |X:a/0" },
		{ "x-a_1:b\n", "1 |X-A_1:b/0" },
		{ "a+b:c\n", "1" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf got = { 0 };

		dump(rows[i].in, &got);
		assert_string_equal((const char *)got.p, rows[i].want);
	}
}

static void
folding_cuts_no_character(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	size_t i, at = 0, widest = 0;

	(void)state;
	(void)buf_str(&in, "SUMMARY:x");
	for (i = 0; i < 100; i++)
		(void)buf_str(&in, "漢");
	line_put(&out, buf_bytes(&in));
	for (i = 0; i + 1 < out.n; i++) {
		if (out.p[i] != '\r')
			continue;
		widest = i - at > widest ? i - at : widest;
		at = i + 2;
		if (at < out.n) {
			assert_int_equal(out.p[at], ' ');
			assert_int_not_equal(out.p[at + 1] & 0xc0, 0x80);
		}
	}
	assert_int_equal(widest, 75);
	buf_clear(&out);
	buf_clear(&in);
	(void)buf_fill(&in, 'x', 75);
	line_put(&out, buf_bytes(&in));
	assert_int_equal(out.n, 77);
	buf_clear(&out);
	(void)buf_byte(&in, 'y');
	line_put(&out, buf_bytes(&in));
	assert_true(view_eq(view_from(buf_bytes(&out), 75), VIEW("\r\n y\r\n")));
}

static void
text_is_escaped_in_one_way(void **state)
{
	own_buf struct buf plain = { 0 }, back = { 0 }, out = { 0 };
	struct view list = VIEW("a\\,b,c,"), part;
	bool more = true;

	(void)state;
	line_unescape(VIEW("a\\nb\\,c;d\\\\e\\x\\:"), &plain);
	assert_true(view_is(buf_bytes(&plain), "a\nb,c;d\\e\\x:"));
	line_unescape(VIEW("\\"), &out);
	assert_true(view_is(buf_bytes(&out), "\\"));
	buf_clear(&out);
	line_escape(buf_bytes(&plain), &back);
	assert_true(view_is(buf_bytes(&back), "a\\nb\\,c\\;d\\\\e\\\\x:"));
	assert_true(line_split_text(&list, &more, ',', &part) && view_is(part, "a\\,b"));
	assert_true(line_split_text(&list, &more, ',', &part) && view_is(part, "c"));
	assert_true(line_split_text(&list, &more, ',', &part) && part.n == 0);
	assert_false(line_split_text(&list, &more, ',', &part));
	assert_true(line_put_param(&out, "CN", VIEW("a:b")) && line_put_param(&out, "X", VIEW("c")));
	assert_true(view_is(buf_bytes(&out), ";CN=\"a:b\";X=c"));
	assert_false(line_put_param(&out, "X", VIEW("a\"b")));
	assert_false(line_put_param(&out, "X", VIEW("a\nb")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(folding_cuts_no_character),
		cmocka_unit_test(text_is_escaped_in_one_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
