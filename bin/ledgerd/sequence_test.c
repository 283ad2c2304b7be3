#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "ledger/test_log.h"
#include "ledger/verify.h"
#include "sequence.h"
#include "wire/wire.h"

enum { WRITERS = 16, EACH = 40 };

static struct wire
writer_of(struct sequencer *q)
{
	int s[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s), 0);
	assert_true(sequencer_add(q, s[0]));
	return wire_of(s[1], WIRE_WRITER, WIRE_LEDGERD);
}

static uint64_t
appended(struct wire *w)
{
	static struct frame f;
	uint64_t index = UINT64_MAX;
	struct err e;

	assert_true(wire_recv(w, &f, &e));
	assert_int_equal(f.msg, MSG_APPENDED);
	assert_true(wire_get_index(f.body, &index));
	return index;
}

static void
each_is_answered_with_its_place(void **state)
{
	struct note_signer *s = test_signer();
	struct ledger *l;
	struct sequencer *q;
	struct wire w[WRITERS];
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	struct view v;
	struct log *log;
	char folder[64];
	uint64_t seen = 0, place[WRITERS][EACH];
	unsigned i, k;
	bool other;

	(void)state;
	test_folder(folder);
	l = ledger_open(folder, s, NULL, &e);
	assert_non_null(l);
	q = sequencer_new(l);
	for (i = 0; i < WRITERS; i++)
		w[i] = writer_of(q);
	for (k = 0; k < EACH; k++) {
		for (i = 0; i < WRITERS; i++) {
			test_event(&b, i * 1000 + k);
			assert_true(wire_send(&w[i], MSG_APPEND, buf_bytes(&b), NULL, &e));
		}
		/* Sixteen have come: one turn, one batch. */
		assert_true(sequencer_turn(q, -1, 1000, &other, &e));
		assert_int_equal(ledger_size(l), (k + 1) * WRITERS);
		for (i = 0; i < WRITERS; i++) {
			place[i][k] = appended(&w[i]);
			assert_true(place[i][k] >= k * WRITERS && place[i][k] < (k + 1) * WRITERS);
			seen += place[i][k];
		}
	}
	assert_int_equal(seen, (uint64_t)(WRITERS * EACH) * (WRITERS * EACH - 1) / 2);
	/* Nothing more comes: published. */
	assert_true(sequencer_turn(q, -1, 1000, &other, &e));
	assert_int_equal(ledger_published(l), WRITERS * EACH);
	log = log_open(folder, NULL, &e);
	for (i = 0; i < WRITERS; i++)
		for (k = 0; k < EACH; k++) {
			test_event(&b, i * 1000 + k);
			assert_true(log_entry(log, place[i][k], WRITERS * EACH, &v, &e) && view_eq(v, buf_bytes(&b)));
		}
	log_free(log);
	for (i = 0; i < WRITERS; i++)
		wire_close(&w[i]);
	assert_true(sequencer_turn(q, -1, 1000, &other, &e));
	assert_int_equal(sequencer_writers(q), 0);
	sequencer_free(q);
	assert_true(ledger_close(l, &e));
	test_remove(folder);
	note_signer_free(s);
}

static void
the_wrong_are_told_or_let_go(void **state)
{
	static struct frame f;
	struct note_signer *s = test_signer();
	struct ledger *l;
	struct sequencer *q;
	struct wire good, liar;
	own_buf struct buf b = { 0 };
	struct err e = { 0 }, why = { 0 };
	char folder[64];
	bool other;
	int i;

	(void)state;
	test_folder(folder);
	l = ledger_open(folder, s, NULL, &e);
	q = sequencer_new(l);
	assert_true(l != NULL && q != NULL);
	good = writer_of(q);
	liar = writer_of(q);
	/* Answers keep the order of the questions. */
	test_event(&b, 1);
	assert_true(wire_send(&good, MSG_APPEND, buf_bytes(&b), NULL, &e));
	assert_true(wire_send(&good, MSG_APPEND, VIEW("{}"), NULL, &e));
	test_event(&b, 2);
	assert_true(wire_send(&good, MSG_APPEND, buf_bytes(&b), NULL, &e));
	assert_int_equal(send(liar.fd, "nonsense", 8, 0), 8);
	for (i = 0; i < 4; i++)
		assert_true(sequencer_turn(q, -1, 0, &other, &e));
	assert_int_equal(appended(&good), 0);
	assert_true(wire_recv(&good, &f, &e));
	assert_int_equal(f.msg, MSG_UNAPPENDED);
	assert_true(wire_get_err(f.body, &why));
	assert_int_equal(why.code, ERR_MALFORMED);
	assert_int_equal(appended(&good), 1);
	assert_int_equal(sequencer_writers(q), 1);
	assert_false(wire_recv(&liar, &f, &e));
	/* One that never reads its answers is let go when its socket is full; the other goes on. */
	wire_close(&liar);
	liar = writer_of(q);
	for (i = 0; i < 5000 && sequencer_writers(q) == 2; i++) {
		test_event(&b, 3);
		(void)send(liar.fd, NULL, 0, MSG_DONTWAIT);
		(void)wire_send(&liar, MSG_APPEND, buf_bytes(&b), NULL, &why);
		assert_true(sequencer_turn(q, -1, 0, &other, &e));
	}
	assert_int_equal(sequencer_writers(q), 1);
	test_event(&b, 4);
	assert_true(wire_send(&good, MSG_APPEND, buf_bytes(&b), NULL, &e));
	assert_true(sequencer_turn(q, -1, 1000, &other, &e));
	assert_int_equal(appended(&good), ledger_size(l) - 1);
	wire_close(&good);
	wire_close(&liar);
	sequencer_free(q);
	assert_true(ledger_close(l, &e));
	test_remove(folder);
	note_signer_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_answered_with_its_place),
		cmocka_unit_test(the_wrong_are_told_or_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
