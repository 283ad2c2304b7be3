/*
 * finding.h - what the sanitiser removed, rebuilt, kept aside or refused,
 * and where; the verdict on a document; the parts it was made of.
 *
 * A report is data: it is written in the jailed worker, travels over the
 * wire (report.h) and is shown by the command line and the pages.
 */
#ifndef SEKISHO_CORE_FINDING_H
#define SEKISHO_CORE_FINDING_H

#include "core/err.h"
#include "core/lang.h"
#include "core/type.h"
#include "core/view.h"

enum verdict {
	VERDICT_CLEAN,		/* rebuilt, nothing had to go */
	VERDICT_DISARMED,	/* rebuilt, something went: see the findings */
	VERDICT_FLATTENED,	/* pixels and a text layer */
	VERDICT_TEXT,		/* text only */
	VERDICT_REFUSED,	/* the input's fault or a rule's: no output, a reason */
	VERDICT_FAILED,		/* our fault: no output */
	VERDICT_COUNT
};

/* What was done.  NOTED alone leaves a verdict `clean`. */
enum action {
	ACTION_REMOVED,		/* it is gone */
	ACTION_REPLACED,	/* something harmless stands in its place */
	ACTION_REBUILT,		/* kept in another, safe spelling */
	ACTION_NOTED,		/* nothing changed; the reader should know */
	ACTION_REFUSED,		/* this ends the document (or the part) */
	ACTION_COUNT
};

enum finding_code {
#define FINDING(id, action, clause, ja, en, why_ja, why_en) FINDING_##id,
#include "core/finding.def"
#undef FINDING
	FINDING_COUNT
};

struct finding {
	enum finding_code code;
	uint32_t count;		/* how often, same code at the same place */
	const char *where;	/* "page 3", "a.zip/b.pdf: catalog"; "" for the whole */
	const char *detail;	/* the URL, the name, the number; "" where none */
};

/* A document inside the document (and the document itself, depth 0), in order of meeting. */
struct part {
	uint32_t depth;
	enum type type;
	enum verdict verdict;
	const char *name;	/* "" for the document itself */
	uint64_t size_in, size_out;
};

enum {
	FINDINGS_MAX = 1000,	/* rows; past that only `dropped` counts */
	FINDINGS_PARTS_MAX = 10000,
	FINDING_WHERE_MAX = 240,	/* bytes; longer ones are cut at a character */
	FINDING_DETAIL_MAX = 400,
};

struct findings {
	struct finding *row;
	size_t n, cap;
	uint64_t dropped;
	struct part *part;
	size_t parts, parts_cap;
	struct arena *strings;
	uint32_t *hash;		/* rows by code and place */
	size_t hash_n;
};

/* Zero-initialise before use. */
void findings_release(struct findings *f);
/*
 * Adds one, or counts it up where code, place and detail are alike.  Both
 * texts are copied, cut, and made valid UTF-8 without control characters.
 * Out of memory it is counted in `dropped`: a verdict asks findings_weigh(),
 * which counts dropped ones too.
 */
void findings_add(struct findings *f, enum finding_code code, const char *where,
		  const char *detail, uint32_t count);
/* The index of the new part, or SIZE_MAX when there is no more room. */
size_t findings_part(struct findings *f, uint32_t depth, const char *name, enum type type,
		     uint64_t size_in);
/* DISARMED if any finding removed, replaced or rebuilt something (or any was dropped), else CLEAN. */
enum verdict findings_weigh(const struct findings *f);

const char *finding_name(enum finding_code c);		/* "PDF_JAVASCRIPT" */
enum action finding_action(enum finding_code c);
const char *finding_clause(enum finding_code c);	/* "ISO 32000-2 12.6.4.17" */
const char *finding_text(enum finding_code c, enum lang l);	/* what was done */
const char *finding_why(enum finding_code c, enum lang l);	/* why */
const char *verdict_name(enum verdict v);		/* "clean" */
const char *verdict_text(enum verdict v, enum lang l);
const char *action_name(enum action a);			/* "removed" */
const char *action_text(enum action a, enum lang l);

#endif
