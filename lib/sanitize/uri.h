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
 * begun with more than addresses, subject and words, too) or is over 8,192 bytes.  The rule for links is the caller's.
 */
bool uri_clean(struct view in, struct buf *out);

#endif
