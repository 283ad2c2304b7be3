/*
 * pages.h - the portal's pages as HTML.  No script, no inline style; all
 * that comes from a visitor or a document is escaped (html.h).
 */
#ifndef SEKISHO_BIN_PORTAL_PAGES_H
#define SEKISHO_BIN_PORTAL_PAGES_H

#include "batch.h"
#include "core/buf.h"

void page_home(struct buf *b, enum lang l);
void page_result(struct buf *b, const struct batch *batch, enum lang l);
/* A plain page that says what is wrong and what to do. */
void page_error(struct buf *b, enum text what, enum lang l);

#endif
