/* row.h - what a row of a vocabulary is; for rows.h and this room. */
#ifndef SEKISHO_SANITIZE_MARKUP_ROW_H
#define SEKISHO_SANITIZE_MARKUP_ROW_H

#include <stdbool.h>
#include <stdint.h>

enum markup_row_is {
	ROW_NS, ROW_ALIAS, ROW_ALWAYS, ROW_UNMET, ROW_ROOT, ROW_TYPE, ROW_FULL, ROW_HOOK, ROW_END,
	ROW_ATTR, ROW_REQUIRED, ROW_QUIET_ATTR, ROW_GONE_ATTR,	/* keyed as attributes */
	ROW_ONE, ROW_NEXT, ROW_OR, ROW_MUST, ROW_NEED, ROW_SOLE, ROW_AS, ROW_QUIET, ROW_GONE, ROW_UNWRAP,	/* keyed as children */
};

static inline bool
row_is_attribute(uint8_t row)
{
	return row >= ROW_ATTR && row <= ROW_GONE_ATTR;
}

static inline bool
row_is_child(uint8_t row)
{
	return row >= ROW_ONE;
}

#endif
