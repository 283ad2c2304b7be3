/*
 * head.h - the head of an HTTP/1 request (RFC 9112), read strictly: what two
 * readers could take for different things is refused.
 *
 * Lines end in CRLF and nothing else; no folding, no space before a colon, no
 * control character.  The target is a path and perhaps a query, visible ASCII.
 * One Host; a length in digits, never a transfer coding (RFC 9112 6.1 lets a
 * server ask for a length: 411).
 */
#ifndef SEKISHO_WEB_HEAD_H
#define SEKISHO_WEB_HEAD_H

#include "core/view.h"

enum {
	HEAD_MAX = 16384,	/* bytes, with the empty line */
	HEAD_TARGET_MAX = 2048,
	HEAD_LINES = 64,
};

enum head_field {
#define FIELD(id, name) HEAD_##id,
#include "web/head.def"
#undef FIELD
	HEAD_FIELDS
};

/* Views into the bytes that were parsed; an absent field has .p NULL. */
struct head {
	struct view method, path, query;	/* query: behind the "?"; .p NULL where there is none */
	struct view field[HEAD_FIELDS];
	uint64_t length;			/* of the body; UINT64_MAX where it is larger than that */
	size_t size;				/* of the head */
};

enum { HEAD_WHOLE = 0, HEAD_MORE = 1 };
/*
 * HEAD_WHOLE with *ret; HEAD_MORE when the bytes are a good beginning; else
 * the HTTP status to refuse it with.  What is wrong is said at the first byte
 * that is: a client that ends lines in LF alone is not waited for.
 */
int head_parse(struct view bytes, struct head *ret);
/* The value of a name in a query or a cookie ("a=b&c=d", "a=b; c=d"); .p NULL where there is none. */
struct view head_value(struct view list, char between, const char *name);

#endif
