/* No public document was found to test with: these are put together from what is known of the format. */
#include "sanitize/jtd/jtd_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>

#include "core/utf8.h"
#include "sanitize/ole/testing.h"
#include "sanitize/testing.h"

enum { END = 0xffff };

/* A text stream of the units, up to END. */
static void
stream_of(const uint16_t *units, struct buf *ret)
{
	size_t n;

	for (n = 0; units[n] != END; n++)
		;
	(void)buf_str(ret, "SsmgV.01");
	(void)buf_fill(ret, 0, 12);
	(void)buf_str(ret, "TextV.01");
	(void)buf_u32be(ret, (uint32_t)n);
	for (; *units != END; units++)
		(void)buf_u16be(ret, *units);
	(void)buf_fill(ret, 0x5a, 6);	/* what stands behind is no text */
}

static void
words_are(const uint16_t *units, const char *want)
{
	struct profile p = *profile_find(VIEW("rebuild"));
	struct job j = { .profile = &p };
	own_buf struct buf in = { 0 }, out = { 0 };
	struct err e = { 0 };

	stream_of(units, &in);
	assert_true(jtd_is_text(buf_bytes(&in)));
	assert_true(jtd_text(&j, buf_bytes(&in), &out, &e));
	(void)buf_byte(&out, '\0');
	assert_string_equal((const char *)out.p, want);
}

#define PARAGRAPH 0x1c, 0x00, 14, 0, 0x30, 0x1234, 0x507, 0x12, 0, 0, 14, 0, 0x00, 0x1f
#define CELL 0x1c, 0x30, 9, 0x41, 0x42, 9, 0, 0x30, 0x1f
#define INLINE(kind, use) 0x1c, 1, 7, 0, kind, use, 0x1d
#define INLINE_END 0x1e, 5, 0, 1, 0x1f

static void
takes_the_words(void **state)
{
	static const uint16_t plain[] = { 'A', 0x5e02, '\n', 0x9577, END };
	static const uint16_t records[] = { PARAGRAPH, 0x5e02, 0x9577, '\n', PARAGRAPH, 'B', END };
	static const uint16_t pair[] = { 0xd842, 0xdfb7, 0xd842, 'x', END };
	static const uint16_t controls[] = { 1, 'a', 0x90, 'b', 0x0c, 'c', '\t', 'd', END };

	(void)state;
	words_are(plain, "A市\n長");
	words_are(records, "市長\nB");
	words_are(pair, "𠮷\xef\xbf\xbdx");
	words_are(controls, "ab\nc\td");
}

static void
reads_tables_and_readings(void **state)
{
	static const uint16_t table[] = { CELL, 0x9805, CELL, 0x5024, 0x0e, CELL, 'x', CELL, '1', 0x0e, END };
	static const uint16_t ruby[] = { INLINE(0, 3), 0x5348, INLINE_END, INLINE(1, 0x82), 0x3054, INLINE_END, 0x306e, END };
	static const uint16_t hint[] = { INLINE(0, 1), 0x25cb, INLINE_END, INLINE(1, 0), 'h', 'i', INLINE_END, 'z', END };

	(void)state;
	words_are(table, "項\t値\nx\t1\n");
	words_are(ruby, "午（ご）の");
	words_are(hint, "○z");
}

/* Records that lie about their length, that end nowhere, words that end nowhere. */
static void
survives_lies(void **state)
{
	static const uint16_t longer[] = { 0x1c, 0, 500, 'x', 0x1f, 'A', END };
	static const uint16_t shorter[] = { 0x1c, 0, 2, 'x', 0x1f, 'A', END };
	static const uint16_t endless[] = { 'A', 0x1c, 0, 9, 'x', 'y', END };
	static const uint16_t open[] = { 'A', INLINE(0, 1), 'x', END };
	uint16_t noise[400];
	size_t i, k;

	(void)state;
	words_are(longer, "A");
	words_are(shorter, "A");
	words_are(endless, "A\txy");
	words_are(open, "Ax");
	for (i = 0; i < 64; i++) {
		struct profile p = *profile_find(VIEW("rebuild"));
		struct job j = { .profile = &p };
		own_buf struct buf in = { 0 }, out = { 0 };
		struct err e = { 0 };

		for (k = 0; k < 399; k++)
			noise[k] = (uint16_t)((k * 40503u + i * 7919u) % (k % 3 == 0 ? 0x20 : 0x60));
		noise[399] = END;
		stream_of(noise, &in);
		in.n -= i;
		assert_true(jtd_text(&j, buf_bytes(&in), &out, &e));
		assert_true(utf8_valid(buf_bytes(&out)));
	}
}

/* `made` ends with a row without a name. */
static struct tried
document(const struct ole_made *made, const char *name, struct buf *file)
{
	ole_make(made, file);
	return try_it(name, buf_bytes(file));
}

static void
becomes_text(void **state)
{
	static const uint16_t body[] = { PARAGRAPH, 0x5e02, 0x9577, '\n', 'B', 0x202e, END };
	static const uint16_t note[] = { 0x6ce8, END };
	own_buf struct buf a = { 0 }, b = { 0 }, file = { 0 };
	own_tried struct tried t = { 0 };

	(void)state;
	stream_of(body, &a);
	stream_of(note, &b);
	t = document((const struct ole_made[]){ { "DocumentText", buf_bytes(&a), 0, false },
						{ "Footnote", buf_bytes(&b), 0, false },
						{ "LayoutBoxText", VIEW("something else"), 0, false }, { 0 } },
		     "通知.jtd", &file);
	assert_int_equal(t.verdict, VERDICT_DISARMED);
	assert_int_equal(t.type, TYPE_TEXT);
	assert_true(view_eq(buf_bytes(&t.out), VIEW("市長\r\nB\r\n\r\n［脚注］\r\n注\r\n")));
	assert_int_equal(tried_count(&t, FINDING_JTD_TEXT), 1);
	assert_int_equal(tried_count(&t, FINDING_JTD_PART), 1);
	assert_true(tried_settled(&t, "通知.jtd"));
}

static void
refuses_what_it_cannot_read(void **state)
{
	own_buf struct buf file = { 0 }, empty = { 0 }, a = { 0 };
	static const uint16_t nothing[] = { PARAGRAPH, '\n', END };
	own_tried struct tried t = document((const struct ole_made[]){ { "DocumentText", VIEW("SsmgV.02"), 0, false }, { 0 } },
					    "a.jtd", &file), u = { 0 };

	(void)state;
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&t, FINDING_JTD_NO_TEXT), 1);
	stream_of(nothing, &a);
	u = document((const struct ole_made[]){ { "DocumentText", buf_bytes(&a), 0, false }, { 0 } }, "a.jtd", &empty);
	assert_int_equal(u.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&u, FINDING_JTD_NO_TEXT), 1);
}

/* An LZH member of level 0, stored. */
static void
lzh_of(struct view v, struct buf *ret)
{
	uint8_t head[] = { 0, 0, '-', 'l', 'h', '0', '-', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0x20, 0, 1, 'a', 0, 0 };
	uint16_t crc = 0;
	uint8_t sum = 0;
	size_t i, k;

	for (i = 0; i < v.n; i++)
		for (crc ^= v.p[i], k = 0; k < 8; k++)
			crc = (uint16_t)((crc & 1) != 0 ? crc >> 1 ^ 0xa001 : crc >> 1);
	for (i = 0; i < 4; i++)
		head[7 + i] = head[11 + i] = (uint8_t)(v.n >> (8 * i));
	head[23] = (uint8_t)crc;
	head[24] = (uint8_t)(crc >> 8);
	head[0] = sizeof head - 2;
	for (i = 2; i < sizeof head; i++)
		sum = (uint8_t)(sum + head[i]);
	head[1] = sum;
	(void)(buf_put(ret, head, sizeof head) && buf_view(ret, v) && buf_byte(ret, 0));
}

static void
opens_compressed(void **state)
{
	static const uint16_t body[] = { 0x5e02, 0x9577, END };
	own_buf struct buf a = { 0 }, inner = { 0 }, packed = { 0 }, file = { 0 }, again = { 0 }, twice = { 0 };
	own_tried struct tried t = { 0 }, u = { 0 };
	struct ole_made made[2] = { { "DocumentText", { 0 }, 0, false }, { 0 } };

	(void)state;
	stream_of(body, &a);
	made[0].data = buf_bytes(&a);
	ole_make(made, &inner);
	(void)buf_put(&packed, "\x26\x00JustCompressedDocument", 24);
	(void)buf_fill(&packed, 0, 14);
	lzh_of(buf_bytes(&inner), &packed);
	made[0] = (struct ole_made){ "JSCompDocument", buf_bytes(&packed), 0, false };
	t = document(made, "a.jtdc", &file);
	assert_int_equal(t.verdict, VERDICT_DISARMED);
	assert_true(view_eq(buf_bytes(&t.out), VIEW("市長\r\n")));
	/* One in the other, and no end. */
	(void)buf_put(&again, "\x26\x00JustCompressedDocument", 24);
	(void)buf_fill(&again, 0, 14);
	lzh_of(buf_bytes(&file), &again);
	made[0].data = buf_bytes(&again);
	u = document(made, "a.jtdc", &twice);
	assert_int_equal(u.verdict, VERDICT_REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_words),
		cmocka_unit_test(reads_tables_and_readings),
		cmocka_unit_test(survives_lies),
		cmocka_unit_test(becomes_text),
		cmocka_unit_test(refuses_what_it_cannot_read),
		cmocka_unit_test(opens_compressed),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");	/* for names in LZH */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
