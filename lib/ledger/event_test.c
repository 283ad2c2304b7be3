#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/own.h"
#include "core/sha256.h"
#include "ledger/event.h"

#define TAIL "\"object\":\"crossing/1\",\"what\":\"crossing.disarmed\",\"when\":\"2026-11-27T08:40:07.123Z\",\"who\":\"role/worker\"}"
#define DATA(d) "{\"data\":{" d "}," TAIL
#define H64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *text;
	bool ok;
} rows[] = {
	{ "{" TAIL, true },
	{ DATA(""), true },
	{ DATA("\"a\":1,\"b\":[],\"c\":{},\"d\":null,\"e\":true,\"f\":false,\"g\":-7,\"h\":0"), true },
	{ DATA("\"n\":9007199254740991,\"o\":-9007199254740991"), true },
	{ DATA("\"n\":9007199254740992"), false },
	{ DATA("\"n\":90071992547409910"), false },
	{ DATA("\"n\":123456789012345678901234567890"), false },
	{ DATA("\"n\":-0"), false },
	{ DATA("\"n\":01"), false },
	{ DATA("\"n\":1.0"), false },
	{ DATA("\"n\":1e3"), false },
	{ DATA("\"n\":1E3"), false },
	{ DATA("\"n\":-"), false },
	{ DATA("\"n\":+1"), false },
	{ DATA("\"n\":"), false },
	{ DATA("\"n\":nul"), false },
	{ DATA("\"b\":1,\"a\":2"), false },
	{ DATA("\"a\":1,\"a\":2"), false },
	{ DATA("\"a\":1,"), false },
	{ DATA(",\"a\":1"), false },
	{ DATA("\"a\":1 "), false },
	{ DATA("\"a\": 1"), false },
	{ DATA("\"a\":[1,]"), false },
	{ DATA("\"a\":[1 ,2]"), false },
	{ DATA("\"a\":[1,2"), false },
	{ DATA("\"\":1,\"a\":{\"b\":{\"c\":[[[]]]}}"), true },
	/* RFC 8785 3.2.3: by UTF-16 units, so U+1F600 comes before U+FB33; and its own example's order. */
	{ DATA("\"\\r\":1,\"1\":2,\"\xc2\x80\":3,\"ö\":4,\"\u20ac\":5,\"\U0001f600\":6,\"\ufb33\":7"), true },
	{ DATA("\"\ufb33\":7,\"\U0001f600\":6"), false },
	{ DATA("\"\U0001f600\":1,\"\U0001f601\":2,\"\U0010ffff\":3"), true },
	{ DATA("\"\U0001f601\":1,\"\U0001f600\":2"), false },
	{ DATA("\"a\":1,\"ab\":2,\"b\":3"), true },
	{ DATA("\"ab\":1,\"a\":2"), false },
	{ DATA("\"\\n\":1,\"\\r\":2,\"\\u001f\":3,\" \":4,\"\\\"\":5,\"\\\\\":6"), true },
	{ DATA("\"\\r\":1,\"\\n\":2"), false },
	{ DATA("\"s\":\"\\b\\t\\n\\f\\r\\\"\\\\\\u0000\\u001f\\u000b/\x7f\""), true },
	{ DATA("\"s\":\"\\/\""), false },
	{ DATA("\"s\":\"\\u000a\""), false },
	{ DATA("\"s\":\"\\u0008\""), false },
	{ DATA("\"s\":\"\\u0020\""), false },
	{ DATA("\"s\":\"\\u001F\""), false },
	{ DATA("\"s\":\"\\u3042\""), false },
	{ DATA("\"s\":\"\\x41\""), false },
	{ DATA("\"s\":\"a\tb\""), false },
	{ DATA("\"s\":\"0123456789abcde\x1f\""), false },
	{ DATA("\"s\":\"\xe9\x96\xa2\xe6\x89\x80\""), true },
	{ DATA("\"s\":\"\xff\""), false },
	{ DATA("\"s\":\"\xed\xa0\x80\""), false },
	{ DATA("\"s\":\"\xc0\x80\""), false },
	{ "{\"data\":[]," TAIL, false },
	{ "{\"data\":1," TAIL, false },
	{ "{\"hashes\":{}," TAIL, true },
	{ "{\"hashes\":{\"input\":\"" H64 "\",\"output\":\"" H64 "\"}," TAIL, true },
	{ "{\"data\":{},\"hashes\":{\"input\":\"" H64 "\"}," TAIL, true },
	{ "{\"hashes\":{\"output\":\"" H64 "\",\"input\":\"" H64 "\"}," TAIL, false },
	{ "{\"hashes\":{\"input\":\"" H64 "0\"}," TAIL, false },
	{ "{\"hashes\":{\"input\":\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\"}," TAIL, false },
	{ "{\"hashes\":{\"input\":1}," TAIL, false },
	{ "{\"hashes\":{},\"data\":{}," TAIL, false },
	{ "{\"aaa\":1," TAIL, false },
	{ "{" TAIL "\n", false },
	{ " {" TAIL, false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-11-27T08:40:07.123Z\"}", false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-11-27T08:40:07.123Z\",\"who\":\"\"}", false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-11-27T08:40:07Z\",\"who\":\"x\"}", false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-02-29T08:40:07.123Z\",\"who\":\"x\"}", false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2028-02-29T08:40:07.123Z\",\"who\":\"x\"}", true },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-13-01T08:40:07.123Z\",\"who\":\"x\"}", false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-11-27T24:40:07.123Z\",\"who\":\"x\"}", false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-11-27T08:40:07.123Z\",\"who\":\"x\",\"z\":1}", false },
	{ "{\"object\":\"o\",\"what\":\"w\",\"when\":\"2026-11-27T08:40:07.123Z\",\"who\":\"x\"", false },
	{ "{}", false }, { "", false }, { "[]", false }, { "{\"object", false },
};

static void
an_event_has_one_spelling(void **state)
{
	struct err e = { 0 };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (event_check(view_str(rows[i].text), &e) != rows[i].ok)
			fail_msg("row %zu: %s", i, rows[i].text);
		/* None is whole before its end. */
		for (k = 0; rows[i].ok && k < strlen(rows[i].text); k++)
			assert_false(event_check(view_of(rows[i].text, k), &e));
	}
}

static void
an_event_has_limits(void **state)
{
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	int i, depth;

	(void)state;
	for (depth = EVENT_DEPTH - 3; depth < EVENT_DEPTH; depth++) {
		buf_clear(&b);
		buf_str(&b, "{\"data\":{\"a\":");
		buf_fill(&b, '[', (size_t)depth);
		buf_fill(&b, ']', (size_t)depth);
		buf_str(&b, "}," TAIL);
		assert_int_equal(event_check(buf_bytes(&b), &e), depth + 2 <= EVENT_DEPTH);
		assert_true(depth + 2 <= EVENT_DEPTH || e.code == ERR_LIMIT);
	}
	for (i = 0; i < 2; i++) {
		size_t rest = EVENT_MAX + (size_t)i - strlen(DATA("\"s\":\"\""));

		buf_clear(&b);
		buf_str(&b, "{\"data\":{\"s\":\"");
		buf_fill(&b, 'x', rest);
		buf_str(&b, "\"}," TAIL);
		assert_int_equal(b.n, EVENT_MAX + i);
		assert_int_equal(event_check(buf_bytes(&b), &e), i == 0);
	}
	assert_int_equal(e.code, ERR_LIMIT);
}

static void
what_is_written_is_canonical(void **state)
{
	uint8_t h[SHA256_SIZE] = { 0xab };
	struct event ev = { .who = VIEW("person/\"7\"\n\x01"), .what = VIEW("crossing.disarmed"), .object = VIEW("通行/1"),
			    .when = VIEW("2026-11-27T08:40:07.123Z"), .data = VIEW("{\"n\":1}"), .hashes = 1,
			    .hash = { { VIEW("input"), h } } };
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	char when[EVENT_WHEN];

	(void)state;
	assert_true(event_put(&b, &ev, &e));
	assert_true(view_is(buf_bytes(&b), "{\"data\":{\"n\":1},\"hashes\":{\"input\":"
		"\"ab00000000000000000000000000000000000000000000000000000000000000\"},\"object\":\"通行/1\","
		"\"what\":\"crossing.disarmed\",\"when\":\"2026-11-27T08:40:07.123Z\",\"who\":\"person/\\\"7\\\"\\n\\u0001\"}"));
	buf_clear(&b);
	ev.data = VIEW("{\"n\": 1}");
	assert_false(event_put(&b, &ev, &e));
	assert_int_equal(b.n, 0);
	ev.data = VIEW("");
	ev.who = VIEW("\xff");
	assert_false(event_put(&b, &ev, &e));
	event_when((struct timespec){ 1795768807, 123999999 }, when);
	assert_string_equal(when, "2026-11-27T08:40:07.123Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_has_one_spelling),
		cmocka_unit_test(an_event_has_limits),
		cmocka_unit_test(what_is_written_is_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
