/*
 * formula_function.h - the functions of functions.def; for formula.c only.
 */
#ifndef SEKISHO_SANITIZE_OOXML_FORMULA_FUNCTION_H
#define SEKISHO_SANITIZE_OOXML_FORMULA_FUNCTION_H

#include "sanitize/ooxml/formula.h"

/* What functions.def says. */
enum rule { RULE_OK, RULE_TEXT, RULE_LINK, RULE_NETWORK, RULE_MACRO };

struct function {
	const char *name;
	enum rule rule;
};

/* The row, NULL where there is none; `_xlfn.` and `_xlfn._xlws.` are dropped from *name. */
const struct function *function_find(struct view *name);
enum formula_verdict function_judge(const struct function *f);
/* Drops `head` (without capitals) from the front of *name, where it stands there in any case. */
bool function_drop_head(struct view *name, const char *head);

#endif
