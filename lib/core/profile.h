/*
 * profile.h - how a channel wants its documents: the rows of profile.def
 * and one budget for the whole tree of a document.
 */
#ifndef SEKISHO_CORE_PROFILE_H
#define SEKISHO_CORE_PROFILE_H

#include "core/lang.h"
#include "core/view.h"

enum profile_mode { MODE_REBUILD, MODE_FLATTEN, MODE_TEXT, MODE_REFUSE };

/* Dots to the inch of a page that is drawn: unasked, and what may be asked for. */
enum { DPI_DEFAULT = 150, DPI_LEAST = 50, DPI_MOST = 600 };

struct limits {
	uint32_t depth;		/* containers in containers; 8 */
	uint32_t entries;	/* over the whole tree; 10,000 */
	uint64_t unpacked;	/* bytes over the whole tree; 1 GiB */
	uint32_t ratio;		/* unpacked : packed, of containers beyond 10 MiB unpacked; 200 */
	uint32_t cpu_ms;	/* 30,000 */
	uint64_t memory;	/* bytes of address space; 1 GiB */
	uint64_t output;	/* bytes; 1 GiB */
	uint64_t pixels;	/* of one picture; 268,435,456 */
};

struct profile {
	const char *name;
	enum profile_mode mode;
	bool links, forms, metadata, attachments, utf8, pixels, noise, html;
	const char *text[LANG_COUNT];
	struct limits limits;
};

/* NULL where there is none of that name. */
const struct profile *profile_find(struct view name);
/* Does it draw pages: for what is seen, or to read what is seen? */
bool profile_draws(const struct profile *p);
/* The i-th, NULL past the last. */
const struct profile *profile_at(size_t i);

#endif
