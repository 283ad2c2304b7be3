/*
 * door.h - the portal's connections: accepts them, reads the head of the one
 * request of each (head.h) without taking it from the socket, turns away what
 * may not come in (admit.h), and hands the rest to libmicrohttpd, which reads
 * it again.  Watches the pace of all (pace.def), inside too.
 *
 * Who has not said what he wants waits outside for a while and gives way to
 * who has: a crowd that says nothing keeps nobody out.  One client has two
 * thirds of the places at most.
 */
#ifndef SEKISHO_BIN_PORTAL_DOOR_H
#define SEKISHO_BIN_PORTAL_DOOR_H

#include <poll.h>

#include "admit.h"
#include "batch.h"
#include "pace.h"

enum { GUESTS = 128, DOOR_FDS = GUESTS + 2 };

/* Each guest and each output on its way take a descriptor; the rest is for the pairs and for us. */
_Static_assert(2 * GUESTS + KEPT_FILES + 200 <= JAIL_FILES, "the portal's descriptors do not fit");

struct guest {
	int fd;
	enum { NOBODY, OUTSIDE, INSIDE, LEAVING } where;
	struct client client;
	struct pace pace;
	int64_t came_ms, look_ms, delay_ms;
	uint8_t *bytes;		/* INSIDE: owned; what `head` looks into */
	struct head head;
	enum route route;
	bool cut;
};

struct door_calls {
	/* Owns the descriptor from here on, also where it fails; guest_left() when it closes it. */
	bool (*enter)(void *ctx, struct guest *g);
	/* In PHASE_WORK: nobody waits for the answer any more. */
	void (*gone)(void *ctx, struct guest *g);
	void *ctx;
};

struct door;
/* Listening sockets, owned from here on.  NULL with *e. */
struct door *door_new(const int listen[2], const struct door_calls *calls, struct err *e);
uint16_t door_port(const struct door *d);
/* What to poll, at most DOOR_FDS. */
size_t door_fds(const struct door *d, struct pollfd *p);
void door_turn(struct door *d);
int door_timeout(const struct door *d);
/* The request goes into another phase. */
void guest_phase(struct guest *g, enum phase phase);
void guest_left(struct guest *g);
int64_t ms_now(void);

#endif
