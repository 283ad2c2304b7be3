/*
 * relay.h - one zygote, kept by sekishod, and the role that asks it for
 * children.  The asker's ids become sekishod's own and back; descriptors
 * pass through and are not read.
 */
#ifndef SEKISHO_BIN_SEKISHOD_RELAY_H
#define SEKISHO_BIN_SEKISHOD_RELAY_H

#include <poll.h>

#include "nursery/zygotes.h"

enum { RELAYS = 4, RELAY_OPEN = 128 };	/* by role: worker, inspector, converter, drawer */

struct relay {
	struct keeper zygote;
	struct wire client;	/* we answer as a zygote would; fd -1: none */
	struct {
		uint32_t id, client_id;
	} open[RELAY_OPEN];	/* children whose end was not told yet; id 0: free */
	uint32_t next_id;
	struct frame frame;
};

void relay_init(struct relay *r);
/*
 * Starts (again) the zygote.  A converter or drawer that cannot be had is
 * no error: the client hears why (UNFIT); it begins while others are served.
 */
bool relay_open(struct relay *r, enum role role, struct err *e);
void relay_close(struct relay *r);
/* A new client's end goes to *ret; what the last one had open is forgotten. */
bool relay_client(struct relay *r, int *ret, struct err *e);
/* Two entries: zygote, client. */
void relay_watch(const struct relay *r, struct pollfd p[2]);
/* false when the zygote fell; a client that says what it may not is dropped. */
bool relay_turn(struct relay *r, const struct pollfd p[2], struct err *e);

#endif
