/*
 * content.h - content lines (RFC 5545 3.1, RFC 6350 3.3) in one spelling:
 * docs/canonical.md, "ICS and VCF".
 */
#ifndef SEKISHO_INSPECT_CONTENT_H
#define SEKISHO_INSPECT_CONTENT_H

#include "inspect/recognise.h"

enum { CONTENT_PARAMETERS = 32, CONTENT_LINE_BYTES = 128 << 20 };

enum content_kind {
#define CONTENT_KIND(id) CONTENT_##id,
#include "inspect/content.def"
#undef CONTENT_KIND
};

struct content_parameter {
	struct view name, values;	/* values as spelled, quotes and commas and all */
};

struct content {
	struct inspection *in;
	struct view whole, rest;
	struct buf joined;		/* the line without its folds */
	struct view line;		/* it, or the line itself where there are none */
	struct view group, name, value;
	size_t parameters;
	struct content_parameter parameter[CONTENT_PARAMETERS];
};

/* The next line, taken apart; `groups`: a name may have one before it. */
bool inspect_content_next(struct content *c, bool groups, struct err *e);
/* The line is exactly this. */
bool inspect_content_is(const struct content *c, const char *line);
bool inspect_content_value(struct inspection *in, enum content_kind kind, struct view v, struct err *e);
/* Each of the parameter's values; no value's kind but MAIL and INT has more to it than its characters. */
bool inspect_content_values(struct inspection *in, enum content_kind kind, bool many, struct view values, struct err *e);

#endif
