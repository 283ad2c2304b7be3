/*
 * pace.h - is a client slow?  By the rows of pace.def.
 */
#ifndef SEKISHO_BIN_PORTAL_PACE_H
#define SEKISHO_BIN_PORTAL_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum phase {
#define PHASE(id, patience, rate, whole) PHASE_##id,
#include "pace.def"
#undef PHASE
	PHASE_COUNT
};

struct pace {
	enum phase phase;
	int64_t until_ms, end_ms;
	uint64_t counted;	/* bytes that have been turned into time */
};

/* `moved`: the connection's bytes so far, in the direction that counts. */
void pace_begin(struct pace *p, enum phase phase, int64_t now_ms, uint64_t moved);
/* false: its time is over. */
bool pace_keeps(struct pace *p, int64_t now_ms, uint64_t moved);

#endif
