#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/utf8.h"
#include "sanitize/testing.h"
#include "sanitize/text/charset.h"

static const char sentence[] = "令和六年度の申請書を、㈱山田商店（電話①）へ送付しました。ﾃｽﾄ～−髙";

static bool
encode(enum charset c, const char *utf8, struct buf *out)
{
	uint64_t lost;
	struct err e;

	return charset_encode(c, view_str(utf8), out, &lost, &e);
}

/* Whatever decodes, encodes back to what decodes alike; what the charset has, comes back as it was. */
static void
there_and_back(void **state)
{
	static const char text[] = "住民票の写し①㈱ｶﾅ゛～―∥髙﨑\n";
	enum charset c;

	(void)state;
	for (c = 0; c < CHARSET_CP1252; c++) {
		own_buf struct buf raw = { 0 }, back = { 0 };
		uint64_t bad = 9;
		struct err e;

		assert_true(encode(c, text, &raw));
		assert_true(charset_decode(c, buf_bytes(&raw), &back, &bad, &e));
		assert_int_equal(bad, 0);
		assert_int_equal(back.n, sizeof text - 1);
		assert_memory_equal(back.p, text, back.n);
	}
}

/* Facts from the code charts. */
static void
facts(void **state)
{
	static const struct {
		enum charset charset;
		const char *bytes, *utf8;
	} rows[] = {
		{ CHARSET_CP932, "\x83\x5c\x95\x5c", "ソ表" },	/* trail bytes that are backslashes */
		{ CHARSET_CP932, "\x87\x40\x87\x8a\xfb\xfc", "①㈱髙" },
		{ CHARSET_CP932, "\xf0\x40\xf9\xfc", "\xee\x80\x80\xee\x9d\x97" },	/* user-defined: U+E000, U+E757 */
		{ CHARSET_CP932, "\xb1\xdf\x81\x60\x81\x7c", "ｱﾟ～－" },
		{ CHARSET_EUCJP, "\xad\xa1\x8e\xb1\xb4\xc1", "①ｱ漢" },
		{ CHARSET_EUCJP, "\x8f\xb0\xa1", "丂" },	/* JIS X 0212 */
		{ CHARSET_ISO2022JP, "\x1b$B4A\x1b(I1\x1b(B.", "漢ｱ." },
		{ CHARSET_ISO2022JP, "\x1b$B-!\x1b(B", "①" },
		{ CHARSET_CP1252, "\x80\xe9", "€é" },
		{ CHARSET_CP437, "\x81\x9b", "ü¢" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf got = { 0 }, back = { 0 };
		uint64_t bad = 9;
		struct err e;

		assert_true(charset_decode(rows[i].charset, view_str(rows[i].bytes), &got, &bad, &e));
		assert_int_equal(bad, 0);
		if (!view_is(buf_bytes(&got), rows[i].utf8))
			fail_msg("case %zu: %.*s", i, (int)got.n, (const char *)got.p);
		/* What cannot be written in it comes out as another mark. */
		assert_true(encode(rows[i].charset, rows[i].utf8, &back));
		if (!view_is(buf_bytes(&back), rows[i].bytes))
			fail_msg("case %zu: not written back", i);
	}
}

/* A bad lead byte must not swallow the character behind it (a quote, a '<'). */
static void
bad_bytes(void **state)
{
	static const struct {
		enum charset charset;
		const char *bytes, *utf8;
		uint64_t bad;
	} rows[] = {
		{ CHARSET_UTF8, "a\xe3\x81<", "a\xef\xbf\xbd\xef\xbf\xbd<", 2 },
		{ CHARSET_UTF8, "\xc0\xaf\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 5 },
		{ CHARSET_CP932, "\x81<\x81", "\xef\xbf\xbd<\xef\xbf\xbd", 2 },
		{ CHARSET_CP932, "\xfd\xa0" "a", "\xef\xbf\xbd\xef\xbf\xbd" "a", 2 },
		{ CHARSET_EUCJP, "\xb0<\x8f\xb0", "\xef\xbf\xbd<\xef\xbf\xbd\xef\xbf\xbd", 3 },
		{ CHARSET_ISO2022JP, "\x1b$B\"\n<", "\xef\xbf\xbd\n<", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf got = { 0 };
		uint64_t bad = 99;
		struct err e;

		assert_true(charset_decode(rows[i].charset, view_str(rows[i].bytes), &got, &bad, &e));
		if (!view_is(buf_bytes(&got), rows[i].utf8) || bad != rows[i].bad)
			fail_msg("case %zu: %.*s (%d bad)", i, (int)got.n, (const char *)got.p, (int)bad);
	}
}

static void
guesses(void **state)
{
	static const enum charset all[] = { CHARSET_UTF8, CHARSET_UTF8_BOM, CHARSET_UTF16LE, CHARSET_UTF16BE,
					    CHARSET_UTF32LE, CHARSET_CP932, CHARSET_EUCJP, CHARSET_ISO2022JP };
	static const char *const texts[] = { sentence, "あ", "住所", "テスト文書.txt", "ﾔﾏﾀﾞ ﾀﾛｳ様", "第１回会議、資料" };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof all / sizeof *all; i++)
		for (k = 0; k < sizeof texts / sizeof *texts; k++) {
			own_buf struct buf raw = { 0 };
			struct charset_guess g;

			/* Half-width kana by themselves are taken for CP932, which they almost always are. */
			if (all[i] == CHARSET_EUCJP && strncmp(texts[k], "ﾔ", 3) == 0)
				continue;
			assert_true(encode(all[i], texts[k], &raw));
			g = charset_guess(buf_bytes(&raw));
			if (g.charset != all[i] || g.confidence < 50)
				fail_msg("%s of \"%s\": %s (%d)", charset_name(all[i]), texts[k],
					 charset_name(g.charset), g.confidence);
		}
	assert_int_equal(charset_guess(VIEW("na\xefve caf\xe9, d\xe9j\xe0 vu")).charset, CHARSET_CP1252);
	assert_int_equal(charset_guess(VIEW("a\0b\0\r\0\n\0")).charset, CHARSET_UTF16LE);
	assert_int_equal(charset_guess(VIEW("plain")).confidence, 100);
	assert_true(charset_guess(VIEW("\x00\x01\xff\xfe\x80\x90\xa0\xb0")).confidence < 50);
}

static void
lost_characters(void **state)
{
	own_buf struct buf out = { 0 }, west = { 0 };
	uint64_t lost = 0;
	struct err e;

	(void)state;
	assert_true(charset_encode(CHARSET_CP932, view_str("a😀\xef\xbf\xbd"), &out, &lost, &e));
	assert_int_equal(lost, 2);
	assert_true(view_is(buf_bytes(&out), "a\x81\xac\x81\xac"));
	assert_true(charset_encode(CHARSET_CP1252, view_str("é漢"), &west, &lost, &e));
	assert_int_equal(lost, 1);
	assert_true(view_is(buf_bytes(&west), "\xe9?"));
}

static void
labels(void **state)
{
	enum charset c = CHARSET_UTF8;

	(void)state;
	assert_true(charset_find(VIEW("Shift_JIS"), &c));
	assert_int_equal(c, CHARSET_CP932);
	assert_true(charset_find(VIEW("ISO-2022-JP"), &c));
	assert_int_equal(c, CHARSET_ISO2022JP);
	assert_false(charset_find(VIEW("utf-7"), &c));
	assert_int_equal(c, CHARSET_ISO2022JP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back), cmocka_unit_test(facts), cmocka_unit_test(bad_bytes),
		cmocka_unit_test(guesses), cmocka_unit_test(lost_characters), cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
