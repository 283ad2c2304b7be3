/*
 * formula_function.c - functions.def, searched; formula.def, told.
 */
#include "sanitize/ooxml/formula_function.h"

static const struct function functions[] = {
#define FN(name, rule) { name, RULE_##rule },
#include "sanitize/ooxml/functions.def"
#undef FN
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const struct {
	enum finding_code finding;
	const char *words;
} faults[] = {
#define FAULT(name, finding, en) { FINDING_##finding, en },
#include "sanitize/ooxml/formula.def"
#undef FAULT
};

static uint8_t
upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? c & 0xdf : c;
}

/* Like memcmp() of the name in capitals and the row's. */
static int
compare(struct view name, const char *row)
{
	size_t i;

	for (i = 0; i < name.n; i++) {
		int d = (int)upper(name.p[i]) - (int)(uint8_t)row[i];

		if (d != 0)
			return d;
	}
	return row[i] == '\0' ? 0 : -1;
}

bool
function_drop_head(struct view *name, const char *head)
{
	struct view h = view_str(head);
	size_t i;

	if (name->n < h.n)
		return false;
	for (i = 0; i < h.n; i++)
		if ((name->p[i] | 0x20) != (h.p[i] | 0x20))
			return false;
	return view_skip(name, h.n);
}

const struct function *
function_find(struct view *name)
{
	size_t lo = 0, hi = FUNCTIONS;

	if (function_drop_head(name, "_xlfn."))
		(void)function_drop_head(name, "_xlws.");
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int d = compare(*name, functions[mid].name);

		if (d == 0)
			return &functions[mid];
		if (d < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

enum formula_verdict
function_judge(const struct function *f)
{
	if (f == NULL)
		return FORMULA_UNKNOWN;
	switch (f->rule) {
	case RULE_NETWORK:
		return FORMULA_NETWORK;
	case RULE_MACRO:
		return FORMULA_MACRO;
	default:
		return FORMULA_OK;
	}
}

enum formula_verdict
formula_function(struct view name)
{
	return function_judge(function_find(&name));
}

enum finding_code
formula_finding(enum formula_verdict v)
{
	return faults[v].finding;
}

const char *
formula_words(enum formula_verdict v)
{
	return faults[v].words;
}
