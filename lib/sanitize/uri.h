/*
 * uri.h - web addresses: which may be kept, and their one spelling
 * (RFC 3986).
 */
#ifndef SEKISHO_SANITIZE_URI_H
#define SEKISHO_SANITIZE_URI_H

#include "core/buf.h"

/*
 * Appends the address to `out`: http:, https: or mailto: in lower case (http:// is
 * put before "www."), then bytes 21 to 7E without `"<>\^`{|}`, which are
 * escaped.  false, and nothing appended, where it may not be kept (a mail that is
 * begun with more than addresses, subject and words, or with a line end outside the
 * words; a backslash in the host), or is over 8,192 bytes.  This is the rule of every
 * format (docs/canonical.md, Addresses); whether links are kept is the caller's.
 */
bool uri_clean(struct view in, struct buf *out);
/* For HTML, SVG, ICS, VCF: "www." alone is no address there, and ' is escaped too. */
bool uri_clean_absolute(struct view in, struct buf *out);
/* "http://", "https://" or "mailto:", with which it begins in any case; else "". */
const char *uri_scheme(struct view v);

#endif
