/*
 * write.h - a tree as HTML in its one canonical form (docs/canonical.md).
 */
#ifndef SEKISHO_SANITIZE_HTML_WRITE_H
#define SEKISHO_SANITIZE_HTML_WRITE_H

#include "sanitize/html/html.h"
#include "sanitize/html/tree.h"

bool html_write(struct job *j, const struct html_doc *d, const struct html_how *how, struct buf *out,
		struct err *e);

#endif
