/*
 * io.h - the system calls that change a ledger's files, as a table, so that a
 * test can stand between and let the process die, or the disk forget, at any of
 * them.  Nothing in this room writes but through it.
 *
 * All names are relative to the ledger's folder `dir`.  Returns and errno are
 * those of the calls.
 */
#ifndef SEKISHO_LEDGER_IO_H
#define SEKISHO_LEDGER_IO_H

#include <sys/types.h>

#include "core/err.h"
#include "core/view.h"

struct ledger_io {
	int (*create)(int dir, const char *name);			/* openat(), for writing, emptied */
	ssize_t (*pwrite)(int fd, const void *p, size_t n, off_t at);
	int (*fdatasync)(int fd);
	int (*fsync_dir)(int dir, const char *name);			/* a folder's entries; "." the root's */
	int (*rename)(int dir, const char *from, const char *to);
	int (*mkdir)(int dir, const char *name);
	int (*unlink)(int dir, const char *name);			/* or rmdir() for a name that ends in '/' */
};

extern const struct ledger_io ledger_io_real;

/* All of it at `at`, however often the kernel takes less. */
bool ledger_write(const struct ledger_io *io, int fd, struct view v, off_t at, struct err *e);

#endif
