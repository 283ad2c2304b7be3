/*
 * draft.h - the simple PDF of pictures and invisible words that a flattened
 * document is before it is rebuilt into the canonical subset.
 */
#ifndef SEKISHO_SANITIZE_LANE_DRAFT_H
#define SEKISHO_SANITIZE_LANE_DRAFT_H

#include "sanitize/lane/ink.h"
#include "sanitize/lane/words.h"

struct draft;

/* Writes to `out`, which must outlive it. */
struct draft *draft_new(struct buf *out);
void draft_free(struct draft *d);	/* NULL is fine */
/* A page of its pixels' size at `dpi`, and behind it the words of `p`. */
bool draft_page(struct draft *d, const struct drawn *px, enum ink ink, uint32_t dpi, const struct word_page *p,
		struct err *e);
bool draft_end(struct draft *d, struct err *e);

#endif
