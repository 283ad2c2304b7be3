/*
 * work.h - batches through the nursery: cuts the files that may begin out of
 * their forms, a slice at each turn so that nobody waits for another's
 * gigabyte; begins them, and takes what ended.
 */
#ifndef SEKISHO_BIN_PORTAL_WORK_H
#define SEKISHO_BIN_PORTAL_WORK_H

#include "batch.h"

/* A file that cannot be begun is ended with the reason.  true: there is more to do at once. */
bool work_turn(struct batches *all);
/* Takes what ended.  Returns a batch that is ready now and waited for, each once, or NULL. */
struct batch *work_collect(struct batches *all);

#endif
