#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/finding.h"
#include "core/json.h"
#include "core/lang.h"
#include "core/own.h"
#include "core/profile.h"
#include "core/sha256.h"
#include "core/type.h"

static void
alike_findings_are_counted(void **state)
{
	struct findings f = { 0 };

	(void)state;
	findings_add(&f, FINDING_TRAILING_DATA, "page 1", "9 bytes", 1);
	findings_add(&f, FINDING_TRAILING_DATA, "page 1", "9 bytes", 2);
	findings_add(&f, FINDING_TRAILING_DATA, "page 2", "9 bytes", 1);
	assert_int_equal(f.n, 2);
	assert_int_equal(f.row[0].count, 3);
	assert_int_equal(findings_weigh(&f), VERDICT_DISARMED);
	findings_release(&f);
}

static void
a_note_alone_is_clean(void **state)
{
	struct findings f = { 0 };

	(void)state;
	findings_add(&f, FINDING_TYPE_MISMATCH, "", NULL, 1);
	assert_int_equal(findings_weigh(&f), VERDICT_CLEAN);
	findings_release(&f);
}

static void
too_many_findings_are_counted_and_never_clean(void **state)
{
	struct findings f = { 0 };
	char where[16];
	int i;

	(void)state;
	for (i = 0; i < FINDINGS_MAX + 5; i++) {
		(void)snprintf(where, sizeof where, "%d", i);
		findings_add(&f, FINDING_TYPE_MISMATCH, where, "", 1);
	}
	assert_int_equal(f.n, FINDINGS_MAX);
	assert_int_equal(f.dropped, 5);
	assert_int_equal(findings_weigh(&f), VERDICT_DISARMED);
	findings_release(&f);
}

static void
parts_have_a_limit_and_keep_their_words(void **state)
{
	struct findings f = { 0 };
	char name[2 * FINDING_WHERE_MAX];
	size_t i;

	(void)state;
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	for (i = 0; i < FINDINGS_PARTS_MAX; i++)
		assert_int_equal(findings_part(&f, (uint32_t)i, i == 3 ? name : "part", TYPE_TEXT, i), i);
	assert_int_equal(findings_part(&f, 0, "one more", TYPE_TEXT, 0), SIZE_MAX);
	assert_int_equal(f.parts, FINDINGS_PARTS_MAX);
	assert_true(strlen(f.part[3].name) <= FINDING_WHERE_MAX + strlen("…") && strlen(f.part[3].name) > 200);
	assert_string_equal(f.part[FINDINGS_PARTS_MAX - 1].name, "part");
	assert_int_equal(f.part[500].depth, 500);
	assert_int_equal(f.part[500].size_in, 500);
	/* Until it is told otherwise, a part has failed. */
	assert_int_equal(f.part[0].verdict, VERDICT_FAILED);
	findings_release(&f);
}

static void
names_and_words_are_there_and_distinct(void **state)
{
	int i, k;

	(void)state;
	for (i = 0; i < FINDING_COUNT; i++) {
		enum finding_code c = (enum finding_code)i;

		assert_true(strlen(finding_text(c, LANG_JA)) > 0 && strlen(finding_why(c, LANG_EN)) > 0);
		for (k = 0; k < i; k++)
			assert_string_not_equal(finding_name(c), finding_name((enum finding_code)k));
	}
	for (i = 0; i < TYPE_COUNT; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(type_name((enum type)i), type_name((enum type)k));
	assert_string_equal(verdict_text(VERDICT_FAILED, LANG_EN), "failed");
	assert_string_equal(action_text(ACTION_REFUSED, LANG_EN), "refused");
	assert_string_equal(action_name(ACTION_REBUILT), "rebuilt");
	assert_string_equal(verdict_name(VERDICT_TEXT), "text");
}

static void
language_is_japanese_unless_english(void **state)
{
	(void)state;
	assert_int_equal(lang_of("en_GB.UTF-8"), LANG_EN);
	assert_int_equal(lang_of("ja"), LANG_JA);
	assert_int_equal(lang_of("C"), LANG_JA);
	assert_int_equal(lang_of(NULL), LANG_JA);
}

static void
profiles_are_found_by_whole_name(void **state)
{
	(void)state;
	assert_non_null(profile_find(VIEW("rebuild")));
	assert_null(profile_find(VIEW("rebuil")));
	assert_null(profile_find(VIEW("")));
	assert_int_equal(profile_find(VIEW("strict"))->links, false);
	assert_int_equal(profile_find(VIEW("rebuild"))->limits.depth, 8);
}

static void
json_is_escaped(void **state)
{
	own_buf struct buf b = { 0 };
	struct json j = { .out = &b };

	(void)state;
	json_open(&j, '{');
	json_key(&j, "a");
	json_string(&j, VIEW("\"\\\n\x01\xff\xe9\x96\xa2\xe2\x80\xae"));
	json_key(&j, "b");
	json_open(&j, '[');
	json_uint(&j, 1);
	json_bool(&j, true);
	json_null(&j);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_byte(&b, '\0');
	assert_string_equal((const char *)b.p,
			    "{\"a\":\"\\\"\\\\\\n\\u0001\xef\xbf\xbd\xe9\x96\xa2\\u202e\",\"b\":[1,true,null]}");
}

static void
sha256_of_abc(void **state)
{
	uint8_t hash[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];

	(void)state;	/* FIPS 180-4's example */
	sha256(VIEW("abc"), hash);
	sha256_hex(hash, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alike_findings_are_counted),
		cmocka_unit_test(a_note_alone_is_clean),
		cmocka_unit_test(too_many_findings_are_counted_and_never_clean),
		cmocka_unit_test(parts_have_a_limit_and_keep_their_words),
		cmocka_unit_test(names_and_words_are_there_and_distinct),
		cmocka_unit_test(language_is_japanese_unless_english),
		cmocka_unit_test(profiles_are_found_by_whole_name),
		cmocka_unit_test(json_is_escaped),
		cmocka_unit_test(sha256_of_abc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
