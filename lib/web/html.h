/*
 * html.h - writing HTML: what comes from outside is escaped for the place
 * where it stands, and there is no way to put it anywhere else.
 */
#ifndef SEKISHO_WEB_HTML_H
#define SEKISHO_WEB_HTML_H

#include "core/buf.h"

/* Markup of our own, as it is: a literal of the program. */
void html_raw(struct buf *b, const char *markup);
/* Text between tags, or inside a double-quoted attribute. */
void html_text(struct buf *b, const char *s);
/* printf, then escaped as a whole. */
void html_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A path segment or query value of a URL: percent-encoded (RFC 3986 unreserved stay). */
void html_url(struct buf *b, const char *s);
/* Bytes for people: "412 KB". */
void html_size(struct buf *b, uint64_t bytes);

#endif
