/*
 * files.h - the files that a role sees (files.def): a root of their own in
 * its mount namespace, and Landlock's rules for them.
 */
#ifndef SEKISHO_JAIL_FILES_H
#define SEKISHO_JAIL_FILES_H

#include "jail/jail.h"

/*
 * Makes a root of the role's rows and nothing else, read-only but for its
 * MADE and OWN folders, and lets the old one go.  false with errno.
 */
bool files_root(enum role r);
/* In a child with a mount namespace of its own: OWN folders anew, with the folders that the zygote made there. */
bool files_renew(enum role r);
/* Adds the role's rows to a Landlock ruleset that handles `rights`. */
bool files_rules(enum role r, int ruleset, uint64_t rights);

#endif
