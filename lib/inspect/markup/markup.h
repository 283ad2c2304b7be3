/*
 * markup.h - one XML part against the tables of schema.h: a sentence of the
 * spelling, of known elements and attributes only, children in order, values
 * of their kinds.
 */
#ifndef SEKISHO_INSPECT_MARKUP_MARKUP_H
#define SEKISHO_INSPECT_MARKUP_MARKUP_H

#include "inspect/markup/schema.h"

struct markup_frame {
	const struct schema_type *type;
	uint16_t place, required;
};

/* What a part refers to outside itself: the package's matter. */
struct markup_links {
	void *of;
	/* A relationship's id, as spelled; `kinds`: the names of relationship types it may have, by "|". */
	bool (*relation)(void *of, struct view id, struct view kinds, struct err *e);
	/* A path inside the package, or an address (ODF, SVG). */
	bool (*path)(void *of, struct view path, struct view kinds, struct err *e);
};

struct markup {
	struct inspection *in;
	const struct markup_links *links;
	void *state;			/* of the vocabulary's hooks */
	struct xml x;
	bool declared[SCHEMA_SPACES], used[SCHEMA_SPACES];
	size_t depth;
	struct markup_frame frame[XML_DEPTH_MAX + 1];
	struct buf scratch;		/* for one value, decoded */
};

/* `root`: "w:document"; `type`: NULL as the root; `space`: the default namespace (NULL: none is declared). */
struct markup_root {
	const char *root, *type, *space;
	const char *always;	/* prefixes, by blanks, that are declared even where nothing is of them; NULL: none */
	bool tidy;		/* no controls and no hiding characters */
};

/*
 * `links` may be NULL where the vocabulary refers to nothing.  `state` is
 * handed to the hooks as it is.
 */
bool inspect_markup(struct inspection *in, const struct markup_root *root, struct view part,
		    const struct markup_links *links, void *state, struct err *e);

/* For hooks, at HOOK_OPEN: the attribute's value as spelled, .p NULL where it is not there. */
struct view inspect_markup_value(const struct markup *m, const char *name);
/* The type `up` levels above the present element (0: itself); NULL past the root. */
const struct schema_type *inspect_markup_above(const struct markup *m, size_t up);
/* A value decoded, in m->scratch until the next call. */
bool inspect_markup_decode(struct markup *m, struct view spelled, struct view *ret, struct err *e);

#endif
