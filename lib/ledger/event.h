/*
 * event.h - one event of the log: canonical JSON (RFC 8785), integers only, at
 * most 65,535 bytes.
 *
 * An event is an object with these members and no other:
 *
 *	"data"		optional object: whatever else is to be said, any JSON
 *	"hashes"	optional object: SHA-256 of inputs and outputs by name, 64 lower-case hex digits
 *	"object"	which crossing, record, check: "crossing/2026/000123"
 *	"what"		what happened to it: "crossing.disarmed"
 *	"when"		UTC: "2026-11-27T08:40:07.123Z", always with milliseconds
 *	"who"		who did it, by id: "role/worker", "person/5f2c…"; never a name
 *
 * Canonical: no spaces; members by their names in UTF-16 order, none twice;
 * strings as UTF-8 with only the escapes that must be, each in its one
 * spelling; integers of at most 2^53 - 1 without sign zero, fraction or
 * exponent; nothing deeper than 16.  There is one spelling of each event, so
 * that its hash is its identity.
 */
#ifndef SEKISHO_LEDGER_EVENT_H
#define SEKISHO_LEDGER_EVENT_H

#include <time.h>

#include "core/buf.h"

enum { EVENT_MAX = 65535, EVENT_DEPTH = 16, EVENT_HASHES = 16, EVENT_WHEN = 25 };

/* ERR_MALFORMED "byte N: what", ERR_LIMIT for what is too long or deep. */
bool event_check(struct view v, struct err *e);

struct event {
	struct view who, what, object;	/* UTF-8, 1 to 1024 bytes */
	struct view when;
	struct view data;		/* canonical JSON of an object; empty: none */
	size_t hashes;
	struct {
		struct view name;	/* "input"; given in ascending order */
		const uint8_t *hash;	/* 32 bytes */
	} hash[EVENT_HASHES];
};

/* Appends the event; what event_check() would not take is refused, and nothing written. */
bool event_put(struct buf *to, const struct event *ev, struct err *e);
/* A time as `when` has it. */
void event_when(struct timespec t, char ret[EVENT_WHEN]);

#endif
