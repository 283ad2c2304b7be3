/* nfc_test.c - one spelling, however it came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/zip/nfc.h"

static const struct {
	const char *in, *name, *all;	/* all NULL: as name */
} rows[] = {
	{ "a.txt", "a.txt", NULL }, { "", "", NULL }, { "e\xcc\x81", "é", NULL }, { "é", "é", NULL },
	{ "か\xe3\x82\x99き", "がき", NULL }, { "ハ\xe3\x82\x9a", "パ", NULL }, { "う\xe3\x82\x99", "ゔ", NULL }, { "ワ\xe3\x82\x99", "ヷ", NULL },
	{ "あ\xe3\x82\x99", "あ\xe3\x82\x99", NULL }, { "\xe3\x82\x99" "a", "\xe3\x82\x99" "a", NULL },
	/* ê and a dot below, in three orders */
	{ "e\xcc\x82\xcc\xa3", "\xe1\xbb\x87", NULL }, { "e\xcc\xa3\xcc\x82", "\xe1\xbb\x87", NULL }, { "ê\xcc\xa3", "\xe1\xbb\x87", NULL },
	/* a mark below that joins nothing lets the one above join */
	{ "e\xcc\xa4\xcc\x82", "ê\xcc\xa4", NULL }, { "ê\xcc\xa4", "ê\xcc\xa4", NULL },
	/* two marks above: the second stays behind */
	{ "a\xcc\x81\xcc\x88", "á\xcc\x88", NULL }, { "ä\xcc\x81", "ä\xcc\x81", NULL },
	{ "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한", NULL }, { "하\xe1\x86\xab", "한", NULL }, { "한", "한", NULL },
	/* never composed again (UAX #15, 5) */
	{ "\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc", NULL },
	{ "\xe1\xbd\xb1", "ά", NULL }, { "\xcd\xbe", ";", NULL },
	/* letters of their own to who reads them */
	{ "\xef\xa8\x99社", "\xef\xa8\x99社", "神社" }, { "\xe2\x84\xab", "\xe2\x84\xab", "Å" }, { "﨑", "﨑", NULL },
	{ "\xff", "\xef\xbf\xbd", NULL },
};

static void
every_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf name = { 0 }, all = { 0 }, again = { 0 };
		bool cut = true;

		assert_true(nfc(view_str(rows[i].in), NFC_NAME, &name, &cut) && nfc(view_str(rows[i].in), NFC_ALL, &all, NULL));
		assert_false(cut);
		if (!view_is(buf_bytes(&name), rows[i].name) || !view_is(buf_bytes(&all), rows[i].all == NULL ? rows[i].name : rows[i].all))
			fail_msg("%s: %.*s, %.*s", rows[i].in, (int)name.n, (char *)name.p, (int)all.n, (char *)all.p);
		assert_true(nfc(buf_bytes(&name), NFC_NAME, &again, NULL) && view_eq(buf_bytes(&name), buf_bytes(&again)));
	}
}

/* However long a row of marks: some stay, and it is no long work. */
static void
many_marks(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	bool cut = false;
	size_t i;

	(void)state;
	assert_true(buf_str(&in, "x"));
	for (i = 0; i < 30000; i++)
		assert_true(buf_str(&in, i % 2 == 0 ? "\xcc\x82" : "\xcc\xa3"));
	assert_true(nfc(buf_bytes(&in), NFC_NAME, &out, &cut) && cut);
	assert_int_equal(out.n, 1 + 2 * NFC_MARKS);
	buf_clear(&in);
	for (i = 0; i < 100; i++)
		assert_true(buf_str(&in, "\xcc\x82"));
	buf_clear(&out);
	assert_true(nfc(buf_bytes(&in), NFC_NAME, &out, &cut) && cut);
	assert_int_equal(out.n, 2 * NFC_MARKS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_row), cmocka_unit_test(many_marks) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
