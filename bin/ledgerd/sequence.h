/*
 * sequence.h - many writers, one ledger: what has come since the last sync is
 * one batch, durable by one fdatasync(), and only then each is answered.
 *
 * A writer sends APPEND (wire.def) with one event, and may send more before it
 * is answered; answers come in the order of its events: APPENDED with the index
 * when it is durable, UNAPPENDED with the reason where it is no event.  An event
 * that travels so has at most WIRE_MAX - 6 bytes: what is longer stands in the
 * ledger by its hash.  A writer that breaks the wire's rules, or does not read
 * its answers, is let go; what it had acknowledged stays.
 *
 * A checkpoint is published when nothing comes for 50 ms, and every second
 * while something does.
 */
#ifndef SEKISHO_BIN_LEDGERD_SEQUENCE_H
#define SEKISHO_BIN_LEDGERD_SEQUENCE_H

#include "ledger/ledger.h"

enum { SEQUENCE_WRITERS = 256 };

struct sequencer;
/* The ledger is borrowed.  NULL without memory. */
struct sequencer *sequencer_new(struct ledger *l);
void sequencer_free(struct sequencer *q);	/* closes the writers' sockets; commits nothing */
/* A writer's socket (SOCK_SEQPACKET), owned from now on in any case; false where there are too many. */
bool sequencer_add(struct sequencer *q, int fd);
size_t sequencer_writers(const struct sequencer *q);
/*
 * Waits for events, or for `other` (a descriptor, or -1) to become readable, for at most `wait_ms`; commits and answers
 * what came.  *ret_other says whether `other` is readable.  false where the ledger failed: nothing of the batch was
 * answered then.
 */
bool sequencer_turn(struct sequencer *q, int other, int wait_ms, bool *ret_other, struct err *e);

#endif
