/*
 * json.h - JSON (RFC 8259), read strictly and written in one spelling.
 */
#ifndef SEKISHO_SANITIZE_TEXT_JSON_H
#define SEKISHO_SANITIZE_TEXT_JSON_H

#include "sanitize/job.h"

/* Is it one object or array, and nothing else?  UTF-8 without BOM; unique names are not asked for. */
bool json_sound(struct view utf8);
/*
 * Writes it anew (docs/canonical.md: JSON).  ERR_MALFORMED where it is none,
 * nests deeper than 256 or says a name twice in one object: which of the two counts, programs disagree about.
 */
bool json_rewrite(struct job *j, struct view utf8, struct buf *out, struct err *e);

#endif
