/*
 * memory.h - documents as memfds: anonymous files that are sealed, so that
 * no one can change them behind a reader's back.
 */
#ifndef SEKISHO_NURSERY_MEMORY_H
#define SEKISHO_NURSERY_MEMORY_H

#include "core/err.h"
#include "core/sha256.h"

/*
 * A sealed copy that is made in slices, hashed on the way: for a caller that
 * has others to serve meanwhile.  pour_end() or pour_drop() ends it.
 */
struct pour {
	int to;		/* -1: ended */
	uint64_t size;	/* so far */
	struct sha256 sum;
};
bool pour_begin(struct pour *p, const char *name, struct err *e);
/* The n bytes at `at` of `from`; ERR_DENIED where there are fewer. */
bool pour_from(struct pour *p, int from, uint64_t at, uint64_t n, struct err *e);
int pour_end(struct pour *p, uint8_t ret_hash[SHA256_SIZE], struct err *e);
void pour_drop(struct pour *p);

/* A new writable memfd without execution; -1 with *e. */
int memory_new(const char *name, struct err *e);
/*
 * Copies all of `from` (a file, pipe or memfd) to a sealed memfd; -1 with *e: ERR_LIMIT past max, ERR_DENIED where it
 * cannot be read, ERR_MALFORMED where a file changed its size or its time meanwhile.
 */
int memory_copy(int from, uint64_t max, uint64_t *ret_size, uint8_t ret_hash[SHA256_SIZE], struct err *e);
/* SHA-256 of the first n bytes; ERR_DENIED where there are fewer. */
bool memory_hash(int fd, uint64_t n, uint8_t ret[SHA256_SIZE], struct err *e);
/* Maps the whole of a sealed memfd for reading, for as long as the process lives. */
bool memory_map(int fd, struct view *ret, struct err *e);
/* A sealed copy of the first n bytes of a memfd that others can still change; ERR_DENIED where there are fewer. */
int memory_take(int from, uint64_t n, uint8_t ret_hash[SHA256_SIZE], struct err *e);
/* Seals a memfd that its writer is done with; ERR_DENIED where it is still mapped for writing, ERR_LIMIT past max. */
bool memory_close(int fd, uint64_t max, struct err *e);

#endif
