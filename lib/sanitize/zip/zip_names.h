/*
 * zip_names.h - the set of names that an archive being written already
 * has: each once after folding, and none a file here and a directory there.
 */
#ifndef SEKISHO_SANITIZE_ZIP_ZIP_NAMES_H
#define SEKISHO_SANITIZE_ZIP_ZIP_NAMES_H

#include "core/arena.h"
#include "core/buf.h"

struct zip_names {
	struct arena *arena;
	struct zip_names_slot *slot;
	size_t size, used;	/* size: a power of two */
};

enum zip_claim { ZIP_CLAIMED, ZIP_TAKEN, ZIP_NO_ROOM };

/* Zero-initialise with an arena.  `name` is canonical; a directory's ends in '/'. */
enum zip_claim zip_names_claim(struct zip_names *n, struct view name);
/*
 * The name itself where it is free, else with " (2)", " (3)", … or " (2-k)"
 * for the k-th entry before its ending; claimed and left in `ret`.
 */
enum zip_claim zip_names_claim_new(struct zip_names *n, struct view name, size_t k, struct buf *ret);

#endif
