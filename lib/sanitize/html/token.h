/*
 * token.h - HTML cut into tags and text, as browsers cut it (WHATWG HTML
 * 13.2.5), without ever failing: whatever is odd is text or nothing.
 *
 * The input is UTF-8 as text_read() leaves it: no control but TAB and LF.
 * Names are lower case, references are resolved, and what they bring in of
 * controls and hiding characters is gone (counted in `hiding`).
 */
#ifndef SEKISHO_SANITIZE_HTML_TOKEN_H
#define SEKISHO_SANITIZE_HTML_TOKEN_H

#include "sanitize/job.h"

enum html_kind {
	HTML_EOF,
	HTML_TEXT,
	HTML_START,
	HTML_STOP,	/* an end tag */
	HTML_COMMENT,	/* a bogus one or a doctype too */
};

struct html_attr {
	struct view name, value;
};

struct html_token {
	enum html_kind kind;
	struct view name;	/* of a tag */
	struct view text;	/* of a text or a comment */
	const struct html_attr *attr;	/* each name once, the first counts */
	size_t attrs;
	bool closed;		/* <name/> */
};

enum { HTML_ATTRS_MAX = 256 };	/* of one tag; the rest is dropped */

struct html_tokens {
	struct view in;
	struct arena *arena;	/* where names, values and texts live */
	struct job *job;
	uint64_t hiding;	/* characters that references brought in and that went */
	bool foreign;		/* inside svg or math: CDATA is text */
};

/* The next one; false with *e set at a limit. */
bool html_next(struct html_tokens *t, struct html_token *ret, struct err *e);
/*
 * The text up to the end tag `name` (left in the input), or to the end of the
 * input: what stands in script, style, textarea.  `references`: they are resolved.
 */
bool html_raw(struct html_tokens *t, struct view name, bool references, struct view *ret, struct err *e);
/* The attribute's value; false where it is not there. */
bool html_attr(const struct html_attr *attr, size_t n, const char *name, struct view *ret);
/*
 * The reference at the front of `v` ('&'): its code points (one or two), and
 * how many bytes it takes; 0 where it is none.  `in_value`: the rule of attributes.
 */
size_t html_reference(struct view v, bool in_value, uint32_t ret[2]);

#endif
