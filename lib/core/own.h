/*
 * own.h - owners that clean up at the end of their scope.
 *
 *	own_mem char *line = NULL;	free(line)
 *	own_fd int fd = open(...);	close(fd) if fd >= 0
 *	own_buf struct buf b = {0};	buf_release(&b)
 *	own_arena struct arena *a = ...	arena_free(a)
 *	return give(line);		hands it out; the owner forgets it
 *	return give_fd(&fd);
 */
#ifndef SEKISHO_CORE_OWN_H
#define SEKISHO_CORE_OWN_H

#include <stdlib.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"

static inline void
own_free_(void *p)
{
	void *q;

	memcpy(&q, p, sizeof q);
	free(q);
}

static inline void
own_close_(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void
own_arena_(struct arena **a)
{
	arena_free(*a);
}

static inline int
give_fd(int *fd)
{
	int out = *fd;

	*fd = -1;
	return out;
}

#define own_mem __attribute__((cleanup(own_free_)))
#define own_fd __attribute__((cleanup(own_close_)))
#define own_buf __attribute__((cleanup(buf_release)))
#define own_arena __attribute__((cleanup(own_arena_)))
#define give(p) (__extension__({ __typeof__(p) give_ = (p); (p) = NULL; give_; }))

#endif
