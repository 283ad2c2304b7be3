/*
 * line.h - content lines: what iCalendar (RFC 5545 3.1) and vCard (RFC 6350
 * 3.2, vCard 2.1) are written in.
 *
 * Read: unfolded, name, parameters, value; 2.1's soft line breaks of
 * QUOTED-PRINTABLE and its parameters without names.  Written: folded at 75
 * octets, never inside a UTF-8 character.
 */
#ifndef SEKISHO_SANITIZE_CONTENTLINE_LINE_H
#define SEKISHO_SANITIZE_CONTENTLINE_LINE_H

#include "sanitize/job.h"

enum { LINE_PARAMS_MAX = 64, LINE_FOLD = 75 };

struct line_param {
	struct view name;	/* "TYPE"; empty where 2.1 gives a value alone (";HOME") */
	struct view value;	/* as written, quotes and all; may be a list */
};

struct line {
	struct view group;	/* vCard: before the '.', else empty */
	struct view name;	/* upper case */
	struct line_param param[LINE_PARAMS_MAX];
	size_t params;
	struct view value;	/* as written, escapes and all */
	size_t number;		/* of its first line in the file, from 1 */
};

struct lines_in {
	struct view in;		/* UTF-8, LF line ends */
	struct arena *arena;	/* where lines live */
	struct job *job;
	size_t number;
};

/*
 * The next line that is one (others, and empty ones, are skipped and counted in *bad where it is not NULL); false at the
 * end, or, with e->code set, at a limit.
 */
bool line_next(struct lines_in *l, struct line *ret, uint64_t *bad, struct err *e);
/* The parameter's value, quotes taken off where it is one; false where it is not there. */
bool line_param(const struct line *l, const char *name, struct view *ret);
/* Next of a list in which quotes protect `separator`; false at its end.  The part keeps its quotes. */
bool line_split(struct view *list, char separator, struct view *ret);
/* Next of a list in which backslashes protect `separator`; false at its end.  An empty list has one empty part: *more tells. */
bool line_split_text(struct view *list, bool *more, char separator, struct view *ret);
struct view line_unquote(struct view v);
bool line_fold_is(struct view v, const char *s);

/* TEXT: escapes resolved, into `ret`. */
void line_unescape(struct view v, struct buf *ret);
/* TEXT: escaped in the one way. */
void line_escape(struct view v, struct buf *ret);
/* QUOTED-PRINTABLE (RFC 2045 6.7), bytes as they are. */
void line_unquoted_printable(struct view v, struct buf *ret);
/* A parameter's value as it may stand: quoted where it must be; false where it cannot be (a quote, a control in it). */
bool line_put_param(struct buf *out, const char *name, struct view value);
/* `v`, without its line end, folded, CRLF behind it. */
void line_put(struct buf *out, struct view v);

#endif
