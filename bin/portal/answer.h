/*
 * answer.h - what every answer carries, and the whole of one that turns a
 * client away before libmicrohttpd has it.
 */
#ifndef SEKISHO_BIN_PORTAL_ANSWER_H
#define SEKISHO_BIN_PORTAL_ANSWER_H

#include "admit.h"
#include "core/buf.h"

struct answer_field {
	const char *name, *value;
};
/* Ends with a row of NULLs. */
extern const struct answer_field answer_fields[];

/* Head and page.  `h`: what of its head could be read, zeroed where nothing was. */
void answer_away(struct buf *b, const struct admission *a, const struct head *h, uint16_t port);

#endif
