#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/own.h"
#include "core/utf8.h"
#include "core/view.h"

static void
a_reader_consumes_all_or_nothing(void **state)
{
	struct view v = VIEW("\x01\x02\x03");
	uint32_t x = 7;
	uint16_t y;

	(void)state;
	assert_false(view_u32le(&v, &x));
	assert_int_equal(x, 7);
	assert_int_equal(v.n, 3);
	assert_true(view_u16be(&v, &y));
	assert_int_equal(y, 0x0102);
	assert_int_equal(v.n, 1);
}

static void
sub_views_stay_inside(void **state)
{
	struct view v = VIEW("abcdef"), r;

	(void)state;
	assert_true(view_sub(v, 6, 0, &r));
	assert_false(view_sub(v, 5, 2, &r));
	assert_false(view_sub(v, SIZE_MAX, 1, &r));
	assert_int_equal(view_from(v, 99).n, 0);
	assert_true(view_is(view_from(v, 4), "ef"));
}

static void
finds_first_and_last(void **state)
{
	struct view v = VIEW("obj obj endobj");

	(void)state;
	assert_int_equal(view_find(v, 1, VIEW("obj")), 4);
	assert_int_equal(view_rfind(v, VIEW("obj")), 11);
	assert_int_equal(view_rfind(v, VIEW("objx")), VIEW_NOT_FOUND);
	assert_int_equal(view_find(v, 12, VIEW("obj")), VIEW_NOT_FOUND);
}

static void
a_buffer_never_passes_its_maximum(void **state)
{
	own_buf struct buf b = BUF_MAX(5);
	struct err e = { 0 };

	(void)state;
	assert_true(buf_str(&b, "abcd"));
	assert_false(buf_str(&b, "ef"));
	assert_int_equal(b.n, 4);
	assert_false(buf_byte(&b, 'x'));	/* stays full, so that no half piece stands inside */
	assert_false(buf_ok(&b, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	buf_clear(&b);
	assert_true(buf_printf(&b, "%d", 12345));
	assert_memory_equal(b.p, "12345", 5);
}

static void
printf_grows_past_its_small_room(void **state)
{
	own_buf struct buf b = { 0 };
	char long_text[1000];

	(void)state;
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	assert_true(buf_printf(&b, "<%s>", long_text));
	assert_int_equal(b.n, 1001);
	assert_int_equal(b.p[1000], '>');
}

/* Pieces of all sizes, some larger than a huge page: aligned, zeroed, apart from one another. */
static void
a_lasting_arena_is_an_arena(void **state)
{
	own_arena struct arena *a = arena_new_lasting(64 << 20), *b = arena_new_lasting(16);
	uint8_t *piece[40];
	size_t i, k, n = 0;

	(void)state;
	for (i = 0; i < 40; i++) {
		n = (i * 7919 % 41) * 3001 + (i == 20 ? 5 << 20 : 1);
		piece[i] = arena_get(a, n);
		assert_non_null(piece[i]);
		assert_int_equal((uintptr_t)piece[i] % 16, 0);
		for (k = 0; k < n; k++)
			assert_int_equal(piece[i][k], 0);
		memset(piece[i], (int)i + 1, n);
	}
	for (i = 0; i < 40; i++) {
		n = (i * 7919 % 41) * 3001 + (i == 20 ? 5 << 20 : 1);
		for (k = 0; k < n; k++)
			assert_int_equal(piece[i][k], i + 1);
	}
	assert_null(arena_get(b, 17));
}

static void
an_arena_has_a_limit_and_zeroes(void **state)
{
	own_arena struct arena *a = arena_new(100000);
	uint8_t *p = arena_get(a, 70000);
	size_t i;

	(void)state;
	assert_non_null(p);
	for (i = 0; i < 70000; i++)
		assert_int_equal(p[i], 0);
	assert_null(arena_get(a, 40000));
	assert_null(arena_array(a, SIZE_MAX / 2, 4));
	assert_non_null(arena_get(a, 0));
	assert_string_equal((const char *)arena_copy(a, VIEW("ab")).p, "ab");
}

static const struct {
	const char *bytes;
	uint32_t first;
} utf8[] = {
	{ "a", 'a' },		       { "\xc3\xa9", 0xe9 },	     { "\xe9\x96\xa2", 0x95a2 },
	{ "\xf0\x9f\x8f\xaf", 0x1f3ef }, { "\xc0\xaf", UTF8_BAD },   { "\xe0\x80\xaf", UTF8_BAD },
	{ "\xed\xa0\x80", UTF8_BAD },  { "\xf4\x90\x80\x80", UTF8_BAD }, { "\x80", UTF8_BAD },
	{ "\xe9\x96", UTF8_BAD },      { "\xf8\x88\x80\x80\x80", UTF8_BAD },
};

static void
utf8_is_strict(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof utf8 / sizeof *utf8; i++) {
		struct view v = view_str(utf8[i].bytes);
		uint8_t back[4];

		assert_int_equal(utf8_take(&v), utf8[i].first);
		if (utf8[i].first == UTF8_BAD) {
			assert_int_equal(v.n, strlen(utf8[i].bytes) - 1);
			continue;
		}
		assert_int_equal(v.n, 0);
		assert_int_equal(utf8_put(back, utf8[i].first), strlen(utf8[i].bytes));
		assert_memory_equal(back, utf8[i].bytes, strlen(utf8[i].bytes));
	}
	assert_int_equal(utf8_put((uint8_t[4]){ 0 }, 0xd800), 0);
	assert_int_equal(utf8_put((uint8_t[4]){ 0 }, 0x110000), 0);
	for (i = 0; i < sizeof utf8 / sizeof *utf8; i++)
		assert_int_equal(utf8_valid(view_str(utf8[i].bytes)), utf8[i].first != UTF8_BAD);
	assert_true(utf8_valid(VIEW("")));
	assert_false(utf8_valid(VIEW("good \xe9\x96")));
}

static void
what_hides_is_told_from_what_shows(void **state)
{
	static const uint32_t hiding[] = { 0x061c, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f, 0xfeff,
					   0xfff9, 0xfffb, 0xe0000, 0xe007f };
	static const uint32_t showing[] = { 'a', 0x3000, 0x200c, 0x200d, 0x2010, 0x2027, 0x202f, 0x205f, 0x2070, 0xfe0f, 0xfffc,
					    0xe0080, 0xe0100 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof hiding / sizeof *hiding; i++)
		assert_true(utf8_is_hiding(hiding[i]));
	for (i = 0; i < sizeof showing / sizeof *showing; i++)
		assert_false(utf8_is_hiding(showing[i]) || utf8_is_control(showing[i]));
	assert_true(utf8_is_control(0) && utf8_is_control(0x1f) && utf8_is_control(0x7f) && utf8_is_control(0x9f));
	assert_false(utf8_is_control(0x20) || utf8_is_control(0xa0));
}

static void
tidy_text_is_fit_to_be_shown(void **state)
{
	own_arena struct arena *a = arena_new(0);

	(void)state;
	assert_string_equal((const char *)utf8_tidy(a, VIEW("a\x1b[2J\xff"), 100).p,
			    "a\xef\xbf\xbd[2J\xef\xbf\xbd");
	assert_string_equal((const char *)utf8_tidy(a, VIEW("x\xe2\x80\xae" "fdp.exe"), 100).p,
			    "x\xef\xbf\xbd" "fdp.exe");
	assert_string_equal((const char *)utf8_tidy(a, VIEW("\xe9\x96\xa2\xe6\x89\x80"), 4).p,
			    "\xe9\x96\xa2\xe2\x80\xa6");
}

static void
an_error_keeps_its_reason_behind_a_long_place(void **state)
{
	struct err e;
	char place[400];

	(void)state;
	memset(place, 'p', sizeof place - 1);
	place[sizeof place - 1] = '\0';
	assert_false(err_set(&e, ERR_MALFORMED, "no end"));
	assert_false(err_at(&e, "%s", place));
	assert_non_null(strstr(e.text, ": no end"));
	assert_string_equal(err_name(e.code), "malformed");
}

static void
what_is_given_is_forgotten(void **state)
{
	char *p = strdup("x");
	char *q = give(p);
	int fd = 5;

	(void)state;
	assert_null(p);
	assert_non_null(q);
	free(q);
	assert_int_equal(give_fd(&fd), 5);
	assert_int_equal(fd, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_consumes_all_or_nothing),
		cmocka_unit_test(sub_views_stay_inside),
		cmocka_unit_test(finds_first_and_last),
		cmocka_unit_test(a_buffer_never_passes_its_maximum),
		cmocka_unit_test(printf_grows_past_its_small_room),
		cmocka_unit_test(a_lasting_arena_is_an_arena),
		cmocka_unit_test(an_arena_has_a_limit_and_zeroes),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(what_hides_is_told_from_what_shows),
		cmocka_unit_test(tidy_text_is_fit_to_be_shown),
		cmocka_unit_test(an_error_keeps_its_reason_behind_a_long_place),
		cmocka_unit_test(what_is_given_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
