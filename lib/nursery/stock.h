/*
 * stock.h - the nursery's zygotes and the children forked ahead.
 *
 * Workers and inspectors are at hand from the beginning; what they may need of
 * converter and drawer is started when the first document asks.
 *
 * A fork costs milliseconds on a virtual machine; so a few children of each
 * role wait, each for its one document, while others are at work.
 */
#ifndef SEKISHO_NURSERY_STOCK_H
#define SEKISHO_NURSERY_STOCK_H

#include "nursery/zygotes.h"

enum {
	PAIR = 2,	/* roles below: every document has one of each */
	KEEPERS = 4,
	SPARES = 8,
};

/* A forked process, as its nursery holds it. */
struct child {
	uint32_t id;			/* 0: none */
	struct wire wire;
	int pidfd;			/* -1: not told yet, or ended */
};

extern const struct child no_child;

/* Kills it, if it lives, and lets go of what is held of it. */
void child_end(struct child *c);

struct stock {
	struct keeper keeper[KEEPERS];	/* by role */
	struct child spare[KEEPERS][SPARES];
	uint32_t spares;		/* of each role, wanted */
	uint32_t last_id;
};

/* Starts the zygotes of a pair; `programs` and `control` as in struct nursery_opts.  On false, stock_close() too. */
bool stock_open(struct stock *s, const char *programs, const int *control, uint32_t spares,
		struct err *e);
void stock_close(struct stock *s);
/* The spare that has waited longest; false where none is left. */
bool stock_spare(struct stock *s, enum role r, struct child *ret);
/* A new child; starts the zygote again if it died. */
bool stock_fork(struct stock *s, enum role r, struct child *ret, struct err *e);
/* Forks until each role of a pair has its spares; what cannot be had now is forked when it is needed. */
void stock_refill(struct stock *s);
/* The spare with that id, or NULL. */
struct child *stock_find(struct stock *s, enum role r, uint32_t id);
/* The zygote died, and its spares with it. */
void stock_lost(struct stock *s, enum role r);

#endif
