/*
 * workbook.h - what of a workbook is known while its parts are read: its
 * sheets, and what cells refer to in parts that come later.
 */
#ifndef SEKISHO_INSPECT_WORKBOOK_H
#define SEKISHO_INSPECT_WORKBOOK_H

#include "inspect/markup/markup.h"

enum { SHARED_FORMULAS = 1 << 20, NAMES_MAX = 1 << 16 };

/* A set of names, ASCII case aside. */
struct names {
	struct view *slot;
	size_t slots, n;
};

struct workbook {
	struct arena *arena;
	struct names sheets, lambdas, called;	/* decoded; lambdas may be called, called were */
	uint64_t strings, styles, strings_used, styles_used;	/* used: one more than the greatest index */
	uint64_t sheets_used;	/* by views and names */
	bool metadata, metadata_used;
	struct buf shared;	/* a bit for each shared formula of the sheet that was told */
	/* of the cell that is open */
	uint8_t cell;		/* first letter of its type; 'n' where none is given, 'S' for str */
	bool value, inline_string;
	struct view name;	/* of the defined name that is open */
};

bool inspect_names_has(const struct names *set, struct view name);
bool inspect_names_add(struct arena *a, struct names *set, struct view name, struct err *e);
/* A sheet of that name (ASCII case aside). */
bool inspect_workbook_has(const struct workbook *w, struct view name);
/* What could only be known at the end. */
bool inspect_workbook_end(struct workbook *w, struct err *e);
void inspect_workbook_release(struct workbook *w);

#endif
