#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ledger/proof.h"
#include "ledger/test_log.h"

static void
a_proof_holds_of_its_entry_alone(void **state)
{
	struct note_signer *s = test_signer();
	const struct note_key *k = note_signer_key(s);
	own_buf struct buf note = { 0 }, b = { 0 }, other = { 0 }, proof = { 0 };
	struct err e = { 0 };
	struct checkpoint c;
	char folder[64];
	struct log *l;
	uint64_t i, at;
	size_t n, bit;

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 300, 0);
	l = log_open(folder, NULL, &e);
	assert_true(l != NULL && log_checkpoint(l, k, &note, &c, &e));
	for (i = 0; i < 300; i += 23) {
		test_event(&b, i);
		test_event(&other, (i + 1) % 300);
		buf_clear(&proof);
		assert_true(proof_make(l, i, c.size, buf_bytes(&note), &proof, &e));
		assert_true(proof_check(buf_bytes(&proof), k, buf_bytes(&b), &at, &e) && at == i);
		assert_false(proof_check(buf_bytes(&proof), k, buf_bytes(&other), &at, &e));
		assert_int_equal(e.code, ERR_DENIED);
	}
	/* Not one bit of it may be another. */
	for (n = 0; n < proof.n; n++)
		for (bit = 0; bit < 8; bit++) {
			proof.p[n] ^= (uint8_t)(1u << bit);
			if (proof_check(buf_bytes(&proof), k, buf_bytes(&b), &at, &e))
				fail_msg("byte %zu bit %zu", n, bit);
			proof.p[n] ^= (uint8_t)(1u << bit);
		}
	for (n = 0; n < proof.n; n++)
		assert_false(proof_check(view_of(proof.p, n), k, buf_bytes(&b), &at, &e));
	assert_false(proof_make(l, 300, c.size, buf_bytes(&note), &proof, &e));
	log_free(l);
	/* With opaque data, which is let pass. */
	buf_clear(&other);
	buf_str(&other, "c2sp.org/tlog-proof@v1\nextra AAAA\n");
	buf_view(&other, view_from(buf_bytes(&proof), sizeof "c2sp.org/tlog-proof@v1"));
	assert_true(proof_check(buf_bytes(&other), k, buf_bytes(&b), &at, &e));
	test_remove(folder);
	note_signer_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proof_holds_of_its_entry_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
