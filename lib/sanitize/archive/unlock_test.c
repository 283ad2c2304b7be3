/*
 * The RAR archives were written after the technote by a program of some
 * lines (stored data; PBKDF2 with 2^4 rounds), RAR 5 read back by unar; the
 * 7z ones are p7zip's.
 */
#include "sanitize/archive/unlock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>

#include "sanitize/testing.h"
#include "sanitize/archive/unlock_test.inc"

#define TEXT "収入証明 - a document nobody else may read\n"
#define PASSWORD "ひみつ"

static const struct sample {
	const char *name, *ending;
	enum type type;
	const uint8_t *p;
	size_t n;
	bool proof;	/* a wrong password is told from a damaged file */
} samples[] = {
	{ "7z, LZMA", "a.7z", TYPE_SEVENZIP, sevenzip_lzma, sizeof sevenzip_lzma, true },
	{ "7z, stored", "a.7z", TYPE_SEVENZIP, sevenzip_stored, sizeof sevenzip_stored, true },
	{ "7z, directory too", "a.7z", TYPE_SEVENZIP, sevenzip_directory, sizeof sevenzip_directory, true },
	{ "RAR 5", "a.rar", TYPE_RAR, rar5, sizeof rar5, true },
	{ "RAR 5, no check", "a.rar", TYPE_RAR, rar5_no_check, sizeof rar5_no_check, false },
	{ "RAR 5, headers too", "a.rar", TYPE_RAR, rar5_headers, sizeof rar5_headers, true },
	{ "RAR 4", "a.rar", TYPE_RAR, rar4, sizeof rar4, true },
	{ "RAR 4, headers too", "a.rar", TYPE_RAR, rar4_headers, sizeof rar4_headers, true },
};
enum { SAMPLES = sizeof samples / sizeof *samples };

/* The text stands in the ZIP stored or packed: looked for where it is small enough to be stored. */
static bool
holds_text(const struct tried *t)
{
	own_tried struct tried again = try_it("a.zip", buf_bytes(&t->out));

	return t->type == TYPE_ZIP && again.verdict == VERDICT_CLEAN &&
	       view_find(buf_bytes(&t->out), 0, VIEW("txt")) != VIEW_NOT_FOUND &&
	       view_find(buf_bytes(&t->out), 0, VIEW("a document nobody else may read")) != VIEW_NOT_FOUND;
}

/* Cut in its first bytes it is an empty archive, another thing or refused, but nothing of ours failed, and nothing behind its end is read (ASan looks). */
static void
cut_short(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < SAMPLES; i++)
		for (n = 1; n < 40; n++) {
			own_mem uint8_t *cut = malloc(n);

			assert_non_null(cut);
			memcpy(cut, samples[i].p, n);
			{
				own_tried struct tried t = try_with("rebuild", PASSWORD, samples[i].ending, view_of(cut, n));

				assert_int_not_equal(t.verdict, VERDICT_FAILED);
			}
		}
}

static void
opens_each(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		const struct sample *s = &samples[i];
		own_tried struct tried t = try_with("rebuild", PASSWORD, s->ending, view_of(s->p, s->n));

		if (t.verdict != VERDICT_DISARMED || !holds_text(&t) || !tried_settled(&t, s->ending))
			fail_msg("%s: %s", s->name, verdict_name(t.verdict));
		assert_int_equal(tried_count(&t, FINDING_ARCHIVE_ENCRYPTED), 0);
	}
}

static void
refuses_without(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		const struct sample *s = &samples[i];
		own_tried struct tried none = try_with("rebuild", NULL, s->ending, view_of(s->p, s->n));
		own_tried struct tried wrong = try_with("rebuild", "himitsu", s->ending, view_of(s->p, s->n));

		if (none.verdict != VERDICT_REFUSED || tried_count(&none, FINDING_ARCHIVE_ENCRYPTED) != 1)
			fail_msg("%s without a password: %s", s->name, verdict_name(none.verdict));
		if (s->proof &&
		    (wrong.verdict != VERDICT_REFUSED || tried_count(&wrong, FINDING_ARCHIVE_ENCRYPTED) != 1))
			fail_msg("%s with a wrong one: %s", s->name, verdict_name(wrong.verdict));
		assert_false(holds_text(&wrong));
	}
}

/* They are tried in order, whichever fits is taken. */
static void
takes_the_one_that_fits(void **state)
{
	static const struct view passwords[] = { { (const uint8_t *)"", 0 }, { (const uint8_t *)"one", 3 },
						 { (const uint8_t *)PASSWORD, sizeof PASSWORD - 1 } };
	size_t i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		own_tried struct tried t = { 0 };
		struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &t.findings,
				 .password = passwords, .passwords = 3 };

		if (!samples[i].proof)
			continue;
		t.verdict = sanitize(&j, samples[i].ending, view_of(samples[i].p, samples[i].n), &t.out, &t.type);
		if (t.verdict != VERDICT_DISARMED || !holds_text(&t))
			fail_msg("%s: %s", samples[i].name, verdict_name(t.verdict));
	}
}

/* A plain archive stays as it is. */
static void
leaves_plain_alone(void **state)
{
	struct view password = VIEW(PASSWORD);
	struct job j = { .profile = profile_find(VIEW("rebuild")), .password = &password, .passwords = 1 };
	own_buf struct buf plain = { 0 }, again = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(archive_unlock(&j, TYPE_RAR, view_of(rar5, sizeof rar5), &plain, &e));
	assert_true(plain.n > 0);
	assert_true(archive_unlock(&j, TYPE_RAR, buf_bytes(&plain), &again, &e));
	assert_int_equal(again.n, 0);
	buf_clear(&plain);
	assert_true(archive_unlock(&j, TYPE_SEVENZIP, view_of(sevenzip_directory, sizeof sevenzip_directory), &plain, &e));
	assert_true(archive_unlock(&j, TYPE_SEVENZIP, buf_bytes(&plain), &again, &e));
	assert_int_equal(again.n, 0);
	assert_true(archive_unlock(&j, TYPE_TAR, buf_bytes(&plain), &again, &e));
}

/* Cut anywhere, or with any byte another: an answer, and never another text. */
static void
survives_damage(void **state)
{
	struct view password = VIEW(PASSWORD);
	struct job j = { .profile = profile_find(VIEW("rebuild")), .password = &password, .passwords = 1 };
	uint8_t bent[512];
	size_t i, k;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		const struct sample *s = &samples[i];
		/* 2^18 and 2^19 rounds a key: every 8th byte is enough. */
		size_t step = s->type == TYPE_RAR && s->p[6] == 1 ? 1 : 8;

		for (k = 0; k < s->n; k += step) {
			own_buf struct buf out = { 0 }, cut = { 0 };
			struct err e = { 0 };

			memcpy(bent, s->p, s->n);
			bent[k] ^= 0x15;
			if (!archive_unlock(&j, s->type, view_of(bent, s->n), &out, &e))
				assert_int_not_equal(e.code, ERR_NONE);
			e = (struct err){ 0 };
			if (!archive_unlock(&j, s->type, view_of(s->p, k), &cut, &e))
				assert_int_not_equal(e.code, ERR_NONE);
		}
	}
}

/* More rounds than anybody's archive has are refused before they are spent. */
static void
bounds_the_rounds(void **state)
{
	uint8_t bent[sizeof rar5_no_check];
	struct view password = VIEW(PASSWORD), v = view_of(rar5_no_check, sizeof rar5_no_check);
	struct job j = { .profile = profile_find(VIEW("rebuild")), .password = &password, .passwords = 1 };
	own_buf struct buf out = { 0 };
	struct err e = { 0 };
	/* The record: 24 bytes, type 1, version 0, flags 0, then the rounds. */
	size_t at = view_find(v, 0, VIEW("\x24\x01\x00\x00\x04"));

	(void)state;
	assert_true(at != VIEW_NOT_FOUND);
	memcpy(bent, rar5_no_check, sizeof bent);
	bent[at + 4] = 40;
	assert_false(archive_unlock(&j, TYPE_RAR, view_of(bent, sizeof bent), &out, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_short),
		cmocka_unit_test(opens_each),
		cmocka_unit_test(refuses_without),
		cmocka_unit_test(takes_the_one_that_fits),
		cmocka_unit_test(leaves_plain_alone),
		cmocka_unit_test(survives_damage),
		cmocka_unit_test(bounds_the_rounds),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
