/*
 * zygote.h - the life of a jailed role: enter the jail having read nothing,
 * then fork one child per document until the nursery hangs up.
 */
#ifndef SEKISHO_NURSERY_ZYGOTE_H
#define SEKISHO_NURSERY_ZYGOTE_H

#include "jail/jail.h"

/*
 * The whole of a role's main().  `serve` runs in the child, in its jail,
 * with its job's socket; when it returns the child exits.  Returns an exit status.
 */
int zygote_main(enum role r, int argc, char **argv, void (*serve)(int sock));

#endif
