/*
 * zygotes.h - the nursery's zygotes: starting, asking, hearing of ends.
 * For this room and for sekishod, which relays.
 *
 * A keeper's zygote is its own child, or one that sekishod keeps: then
 * `control` speaks to sekishod, which answers like a zygote.
 */
#ifndef SEKISHO_NURSERY_ZYGOTES_H
#define SEKISHO_NURSERY_ZYGOTES_H

#include <limits.h>

#include "jail/jail.h"
#include "wire/wire.h"

struct keeper {
	enum role role;
	int program;		/* open executable */
	struct jailed z;
	struct wire control;
	uint32_t layers;
	int landlock_abi;
	char group[PATH_MAX];	/* its cgroup; "": none */
	bool alive;
	bool remote;
	bool ready;		/* it said that its jail is closed */
	struct err unfit;	/* why it cannot be had, where it said so; ERR_NONE: it did not */
};

bool keeper_open(struct keeper *k, enum role r, const char *programs, struct err *e);
/* A zygote that sekishod keeps; `control` is owned from here on. */
void keeper_remote(struct keeper *k, enum role r, int control);
/* Starts (again) the zygote; its READY or UNFIT is for keeper_ready() or keeper_hear().  What it is asked meanwhile waits. */
bool keeper_spawn(struct keeper *k, struct err *e);
/* Waits until it says that its jail is closed.  keeper_start(): both. */
bool keeper_ready(struct keeper *k, struct err *e);
bool keeper_start(struct keeper *k, struct err *e);
void keeper_stop(struct keeper *k);
void keeper_close(struct keeper *k);
/* A child with `sock` as its job's socket (stays the caller's). */
bool keeper_fork(struct keeper *k, uint32_t id, int sock, struct err *e);
/*
 * One message of a zygote: FORKED (with a pidfd to own) or ENDED; READY or
 * UNFIT (then it is stopped, and k->unfit says why) of one that was begun.
 */
bool keeper_hear(struct keeper *k, struct frame *f, enum msg *ret, uint32_t *ret_id,
		 uint32_t *ret_status, int *ret_pidfd, struct err *e);

#endif
