#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/own.h"
#include "ledger/base64.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

static const uint8_t seed[NOTE_SEED] = { 1, 2, 3, 4 }, other_seed[NOTE_SEED] = { 9 };

static struct note_signer *
signer(const char *name, const uint8_t *with)
{
	struct err e;
	struct note_signer *s = note_signer_new(name, with, &e);

	assert_non_null(s);
	return s;
}

/* The example of Go's note package, whose format C2SP wrote down: its key signs the note, and ours checks it. */
static const char peter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char peters_note[] =
	"If you think cryptography is the answer to your problem,\n"
	"then you don't know what your problem is.\n"
	"\n"
	"\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static void
a_note_of_another_program_opens(void **state)
{
	struct note_key k;
	struct view text;
	struct err e = { 0 };
	own_buf struct buf b = { 0 };

	(void)state;
	assert_true(note_key_parse(view_str(peter), &k, &e));
	assert_string_equal(k.name, "PeterNeumann");
	assert_int_equal(k.id, 0xc74f20a3);
	assert_true(note_key_put(&b, &k));
	assert_int_equal(b.n, sizeof peter);
	assert_memory_equal(b.p, peter, sizeof peter - 1);
	if (!note_open(view_str(peters_note), &k, 1, &text, &e))
		fail_msg("%s", e.text);
	assert_true(text.p[text.n - 1] == '\n' && text.n == strlen("If you think cryptography is the answer to your problem,\n"
		"then you don't know what your problem is.\n"));
}

static void
what_is_signed_opens_and_nothing_else_does(void **state)
{
	struct note_signer *s = signer("sekisho.example/log", seed);
	const struct note_key *k = note_signer_key(s);
	own_buf struct buf b = { 0 };
	struct view text;
	struct err e;
	size_t i, bit;

	(void)state;
	assert_true(note_sign(s, VIEW("関所\n\n二行目\n"), &b, &e));
	assert_true(note_open(buf_bytes(&b), k, 1, &text, &e));
	assert_true(view_is(text, "関所\n\n二行目\n"));
	for (i = 0; i < b.n; i++)
		for (bit = 0; bit < 8; bit++) {
			b.p[i] ^= (uint8_t)(1u << bit);
			if (note_open(buf_bytes(&b), k, 1, &text, &e))
				fail_msg("byte %zu bit %zu", i, bit);
			b.p[i] ^= (uint8_t)(1u << bit);
		}
	for (i = 0; i < b.n; i++)
		assert_false(note_open(view_of(b.p, i), k, 1, &text, &e));
	buf_byte(&b, 'x');
	assert_false(note_open(buf_bytes(&b), k, 1, &text, &e));
	note_signer_free(s);
}

static void
signatures_of_others_are_skipped(void **state)
{
	struct note_signer *s = signer("log", seed), *w = signer("witness", other_seed), *same = signer("log", other_seed);
	struct note_key keys[2];
	own_buf struct buf b = { 0 }, one = { 0 };
	struct view text;
	struct err e;
	size_t i;

	(void)state;
	assert_true(note_sign(s, VIEW("text\n"), &b, &e));
	assert_true(note_sign(w, VIEW("text\n"), &one, &e));
	/* Behind ours: a witness, a namesake with another key, a type that is longer. */
	buf_view(&b, view_from(buf_bytes(&one), sizeof "text\n"));
	buf_clear(&one);
	assert_true(note_sign(same, VIEW("text\n"), &one, &e));
	buf_view(&b, view_from(buf_bytes(&one), sizeof "text\n"));
	buf_str(&b, "\u2014 pq ");
	buf_clear(&one);
	buf_fill(&one, 7, 5000);
	base64_put(&b, buf_bytes(&one));
	buf_byte(&b, '\n');
	keys[0] = *note_signer_key(s);
	keys[1] = *note_signer_key(w);
	assert_true(note_open(buf_bytes(&b), keys, 1, &text, &e));
	assert_true(note_open(buf_bytes(&b), keys + 1, 1, &text, &e));
	assert_true(note_open(buf_bytes(&b), keys, 2, &text, &e));
	keys[1].key[0] ^= 1;	/* the same name and id, so that it must be checked: one that is wrong spoils the note */
	assert_false(note_open(buf_bytes(&b), keys, 2, &text, &e));
	assert_int_equal(e.code, ERR_DENIED);
	keys[0].id ^= 1;
	assert_false(note_open(buf_bytes(&b), keys, 1, &text, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_false(note_open(buf_bytes(&b), keys, 0, &text, &e));
	/* Sixteen and more must be taken, without end they need not. */
	for (i = 4; i < NOTE_SIGNATURES; i++)
		buf_str(&b, "\u2014 x AAAAAAA=\n");
	keys[0].id ^= 1;
	assert_true(note_open(buf_bytes(&b), keys, 1, &text, &e));
	buf_str(&b, "\u2014 x AAAAAAA=\n");
	assert_false(note_open(buf_bytes(&b), keys, 1, &text, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	note_signer_free(s);
	note_signer_free(w);
	note_signer_free(same);
}

static const char *const no_notes[] = {
	"", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\n- log AAAAAAA=\n", "text\n\n\u2014 log AAAAAAA=",
	"text\n\n\u2014 log AAAAAAA\n", "text\n\n\u2014 log\n", "text\n\n\u2014  AAAAAAA=\n", "te\txt\n\n\u2014 log AAAAAAA=\n",
	"te\xff\n\n\u2014 log AAAAAAA=\n", "text\n\n\u2014 log AAAAAAB=\n", "text\n\n\u2014 l\u3000g AAAAAAA=\n",
	"text\n\n\u2014 log AAAA\n",
};

static void
what_is_no_note_is_malformed(void **state)
{
	struct note_signer *s = signer("log", seed);
	own_buf struct buf b = { 0 };
	struct view text;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof no_notes / sizeof *no_notes; i++) {
		e.code = ERR_NONE;
		assert_false(note_open(view_str(no_notes[i]), note_signer_key(s), 1, &text, &e));
		/* The empty text may have signatures, but none is there. */
		if (e.code != ERR_MALFORMED && e.code != ERR_DENIED)
			fail_msg("%zu: %s", i, e.text);
		if (i >= 3 && e.code != ERR_MALFORMED && i != 5)
			fail_msg("%zu: %s", i, e.text);
	}
	assert_false(note_sign(s, VIEW("no newline"), &b, &e));
	assert_false(note_sign(s, VIEW("\x01\n"), &b, &e));
	assert_false(note_sign(s, VIEW("\xc0\xaf\n"), &b, &e));
	note_signer_free(s);
}

static void
keys_have_one_spelling(void **state)
{
	struct note_signer *s = signer("sekisho.example/log", seed), *again;
	own_buf struct buf v = { 0 }, secret = { 0 };
	struct note_key k;
	struct err e;
	size_t i, bit;

	(void)state;
	assert_true(note_key_put(&v, note_signer_key(s)) && note_signer_put(&secret, s));
	for (i = 0; i < v.n; i++)
		for (bit = 0; bit < 8; bit++) {
			v.p[i] ^= (uint8_t)(1u << bit);
			if (note_key_parse(buf_bytes(&v), &k, &e))
				fail_msg("byte %zu bit %zu", i, bit);
			v.p[i] ^= (uint8_t)(1u << bit);
		}
	again = note_signer_parse(buf_bytes(&secret), &e);
	assert_non_null(again);
	assert_memory_equal(note_signer_key(again), note_signer_key(s), sizeof k);
	note_signer_free(again);
	secret.p[secret.n - 5] ^= 1;
	assert_null(note_signer_parse(buf_bytes(&secret), &e));
	assert_null(note_signer_parse(buf_bytes(&v), &e));
	assert_null(note_signer_new("a b", seed, &e));
	assert_null(note_signer_new("a+b", seed, &e));
	assert_null(note_signer_new("", seed, &e));
	assert_null(note_signer_new("a\u2003b", seed, &e));
	note_signer_free(s);
}

static const struct {
	const char *text;
	bool ok;
} texts[] = {
	{ "log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", true },
	{ "log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\nmore\n", true },
	{ "log\n9223372036854775807\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", true },
	{ "log\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", false },
	{ "log\n00\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", false },
	{ "log\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", false },
	{ "log\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", false },
	{ "log\n\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", false },
	{ "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", false },
	{ "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", false },
	{ "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n", false },
	{ "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n", false },
	{ "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", false },
	{ "log\n1\n", false },
};

static void
checkpoints_have_three_lines(void **state)
{
	struct checkpoint c;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		if (checkpoint_parse(view_str(texts[i].text), &c, &e) != texts[i].ok)
			fail_msg("%zu", i);
	assert_true(checkpoint_parse(view_str(texts[1].text), &c, &e));
	assert_true(c.size == 20852163 && view_is(c.origin, "log") && c.root.b[0] == 0x0a);
}

static void
a_checkpoint_is_of_its_log(void **state)
{
	struct note_signer *s = signer("log", seed);
	own_buf struct buf b = { 0 }, other = { 0 };
	struct merkle_hash root = { { 5 } };
	struct checkpoint c;
	struct err e;

	(void)state;
	assert_true(checkpoint_sign(s, 42, &root, &b, &e));
	assert_true(checkpoint_open(buf_bytes(&b), note_signer_key(s), &c, &e));
	assert_true(c.size == 42 && merkle_same(&c.root, &root));
	/* Signed by our key, but for another log. */
	assert_true(note_sign(s, VIEW("other\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"), &other, &e));
	assert_false(checkpoint_open(buf_bytes(&other), note_signer_key(s), &c, &e));
	assert_int_equal(e.code, ERR_DENIED);
	note_signer_free(s);
}

static void
base64_has_one_spelling(void **state)
{
	static const char *const wrong[] = { "A", "AA", "AAA", "AB==", "AAB=", "A===", "====", "AA=A", "AAAA AA=", "AA==AAAA", "A-__" };
	uint8_t out[16];
	own_buf struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (base64_get(view_str(wrong[i]), out, sizeof out) != SIZE_MAX)
			fail_msg("%s", wrong[i]);
	assert_int_equal(base64_get(VIEW(""), out, 0), 0);
	assert_int_equal(base64_get(VIEW("Zm9vYmFy"), out, 5), SIZE_MAX);
	/* RFC 4648 10. */
	assert_int_equal(base64_get(VIEW("Zm9vYg=="), out, sizeof out), 4);
	assert_memory_equal(out, "foob", 4);
	base64_put(&b, VIEW("fooba"));
	assert_true(view_is(buf_bytes(&b), "Zm9vYmE="));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_of_another_program_opens),
		cmocka_unit_test(what_is_signed_opens_and_nothing_else_does),
		cmocka_unit_test(signatures_of_others_are_skipped),
		cmocka_unit_test(what_is_no_note_is_malformed),
		cmocka_unit_test(keys_have_one_spelling),
		cmocka_unit_test(checkpoints_have_three_lines),
		cmocka_unit_test(a_checkpoint_is_of_its_log),
		cmocka_unit_test(base64_has_one_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
