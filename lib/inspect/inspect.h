/*
 * inspect.h - the residue inspector: a strict recogniser of exactly the
 * canonical subset (docs/canonical.md) that our writers emit, and of
 * nothing else.  It shares no code with lib/sanitize and trusts nothing it
 * says but the type.
 */
#ifndef SEKISHO_INSPECT_INSPECT_H
#define SEKISHO_INSPECT_INSPECT_H

#include "core/profile.h"
#include "core/type.h"

/*
 * Reads the tables of names, once per process; inspect() does it where it
 * was not done.  A zygote calls it before its jail closes, so that no
 * document waits for it.
 */
bool inspect_prepare(struct err *e);
/*
 * true when every byte of `out` is a sentence of the type's subset, as the
 * profile allows it (links, attachments, forms, metadata).  false with *e
 * set: ERR_MALFORMED "where: what was not recognised" is residue;
 * ERR_LIMIT too; ERR_SYSTEM is ours.  A type without a recogniser is residue.
 */
bool inspect(enum type type, const struct profile *profile, struct view out, struct err *e);

#endif
