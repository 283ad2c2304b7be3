/*
 * show.h - an outcome for people and for machines.
 */
#ifndef SEKISHO_BIN_SEKISHO_SHOW_H
#define SEKISHO_BIN_SEKISHO_SHOW_H

#include <stdio.h>

#include "core/json.h"
#include "nursery/nursery.h"

struct shown {
	const char *input, *output;	/* paths; output NULL where there is none */
	const struct profile *profile;
	const struct outcome *o;
	enum lang lang;
	bool explain;	/* clause and reason with each finding */
	uint32_t dpi;	/* asked for; 0: not */
};

/* A name as a terminal may show it: what would steer it, make a line, turn the text's direction or hide is a "?". */
void show_name(FILE *to, const char *name);
/* One line per finding, behind a line with the verdict. */
void show_text(FILE *to, const struct shown *s);
/* The tree of parts, and what would go. */
void show_tree(FILE *to, const struct shown *s);
/* One JSON object and a newline (docs/report.schema.json). */
void show_json(struct buf *to, const struct shown *s);

#endif
