/*
 * slot.h - a document under way, as the nursery's files see it.
 */
#ifndef SEKISHO_NURSERY_SLOT_H
#define SEKISHO_NURSERY_SLOT_H

#include "nursery/memory.h"
#include "nursery/nursery.h"
#include "nursery/stock.h"

enum {
	SLOTS = 32,
	NO_LANE = KEEPERS,
};

enum state {
	FREE,
	WORKING,	/* the worker has the document */
	TAKING,		/* the output is being copied, a slice at each step */
	INSPECTING,	/* the inspector has the output */
	DYING,		/* a socket closed without an answer; waiting for the reason */
	ENDED,		/* the outcome waits to be handed back */
};

struct slot {
	enum state state;
	struct child child[KEEPERS];	/* by role */
	int draft;			/* the memory that the worker writes */
	struct pour taken;		/* TAKING */
	enum role dead;			/* DYING: who */
	uint64_t began_us, until_us;
	bool extract;
	uint32_t needs;
	size_t lane;			/* the role that the worker waits for, or NO_LANE */
	int lane_out;			/* the memory that it writes */
	uint64_t lane_until_us;
	const struct profile *profile;
	struct outcome o;
};

struct nursery {
	struct stock stock;
	struct slot slot[SLOTS];
	uint32_t deadline_ms;
	struct frame frame;
};

uint64_t slot_now_us(void);
/* Our fault or the worker's: nothing is delivered, and the reason is a finding. */
void slot_fail(struct slot *s, enum finding_code code, const char *why);

#endif
