/*
 * lane.h - what a worker needs of others' programs: a child of converter or
 * drawer does it, and the worker goes on with the sealed result, or with the
 * reason why it is not to be had.
 */
#ifndef SEKISHO_NURSERY_LANE_H
#define SEKISHO_NURSERY_LANE_H

#include "nursery/slot.h"

/* The worker's NEED. */
void lane_need(struct nursery *n, struct slot *s, struct view body);
/* The lane's child has something to say, or is gone. */
void lane_hear(struct nursery *n, struct slot *s);
/* The part could not be had: the worker is told why, and does without. */
void lane_cannot(struct slot *s, const struct err *why);
/* The same for what became of the lane's child. */
void lane_lost(struct slot *s, enum err_code code, const char *what);

#endif
