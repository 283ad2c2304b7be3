/*
 * verify.h - is a log what its checkpoint, and checkpoints kept elsewhere, say?
 *
 * Every entry is read, checked to be a canonical event, and hashed; every tile is
 * compared with what the entries give, the root with the signed one, and each
 * anchored checkpoint with the root at its size.  Who is to blame where an entry
 * and its hash differ is told by the signed root: it fits one of the two.
 * Of a folder older partial tiles are compared too, and no other file may be
 * there; where a journal is (the ledger is open), files beyond the checkpoint are let pass.
 *
 * Needs nothing but the files: no key but the public one, no network, no database.
 */
#ifndef SEKISHO_LEDGER_VERIFY_H
#define SEKISHO_LEDGER_VERIFY_H

#include "core/lang.h"
#include "ledger/log.h"

enum fault_kind {
#define FAULT(id, ja, en) FAULT_##id,
#include "ledger/fault.def"
#undef FAULT
	FAULT_KINDS
};

const char *fault_text(enum fault_kind k, enum lang l);
const char *fault_name(enum fault_kind k);

enum { VERIFY_FAULTS = 32, VERIFY_ANCHORS = 1024 };

#define FAULT_NO_LEAF UINT64_MAX

struct fault {
	enum fault_kind kind;
	char path[128];		/* the file in the log; the anchor's number as "anchor 1" */
	uint64_t at, n;		/* bytes in that file (of ARCHIVE in the export) from..., how many; n 0: all of it */
	uint64_t leaf;		/* or FAULT_NO_LEAF */
	char detail[160];	/* "" or more in English: sizes, roots, the reason of an event */
};

struct verify_opts {
	const struct note_key *key;	/* NULL: the one in the log, which proves nothing of who wrote it */
	const struct view *anchor;	/* signed notes */
	size_t anchors;			/* VERIFY_ANCHORS at the most */
};

struct verified {
	uint64_t size;			/* leaves under the checkpoint */
	struct merkle_hash root;
	struct note_key key;		/* that it was verified with */
	uint64_t bytes;			/* of entry bundles and tiles that were read */
	size_t faults;			/* none: all is well */
	struct fault fault[VERIFY_FAULTS];	/* the first of them */
};

/* false, and *e set, only where something could not be read (or no memory): nothing is proved then. */
bool log_verify(struct log *l, const struct verify_opts *o, struct verified *ret, struct err *e);
/* log_open() and log_verify(): an export whose frame is damaged is a fault, too. */
bool verify_path(const char *path, const struct verify_opts *o, struct verified *ret, struct err *e);
bool verify_export(struct view bytes, const struct verify_opts *o, struct verified *ret, struct err *e);

#endif
