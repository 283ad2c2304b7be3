/*
 * link.h - where a link really leads, and whether it says so.
 */
#ifndef SEKISHO_SANITIZE_HTML_LINK_H
#define SEKISHO_SANITIZE_HTML_LINK_H

#include "sanitize/job.h"

/* The host of an address or of what looks like one ("www.example.jp/x"), lower case, full width folded; false where there is none. */
bool html_host(struct view in, struct buf *ret);
/* Does the text of a link name another host than its address leads to? */
bool html_link_lies(struct view shown, struct view address);
/* An address made to be mistaken: a user name before the host, letters of two scripts in one name. */
bool html_link_odd(struct view address);
/* Is the text the address itself, but for its scheme and a '/' at its end? */
bool html_link_same(struct view shown, struct view address);

#endif
