/*
 * zygote.h - the life of a jailed role: enter the jail having read nothing,
 * then fork one child per document until the nursery hangs up.
 */
#ifndef SEKISHO_NURSERY_ZYGOTE_H
#define SEKISHO_NURSERY_ZYGOTE_H

#include "jail/jail.h"

struct zygote;

/*
 * What a role does between its jail and its first child, in the jail's
 * zygote: reads its program's own files.  It calls zygote_run() when it is
 * ready to fork, on a stack that its children may go on with; true when that
 * came back.  false with *e: the role is UNFIT, and *e is the reason.
 */
typedef bool (*zygote_prepare)(struct zygote *z, struct err *e);
/* READY, then a child for each FORK, until the nursery hangs up. */
void zygote_run(struct zygote *z);

/*
 * The whole of a role's main().  `serve` runs in the child, in its jail,
 * with its job's socket; when it returns the child exits.  Returns an exit status.
 */
int zygote_main(enum role r, int argc, char **argv, void (*serve)(int sock));
/* The same with something to prepare. */
int zygote_main_prepared(enum role r, int argc, char **argv, zygote_prepare prepare,
			 void (*serve)(int sock));

#endif
