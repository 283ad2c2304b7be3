#include "nursery/heap.h"

#include <limits.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	HUGE_PAGE = 2 << 20,
	RESERVE = 240 << 20,
	/* Room before the first huge page for the allocator's own words on what follows. */
	HEADROOM = 128,
};

void
heap_lay_out(void)
{
	/* Volatile, or the compiler sees that nothing is ever put there and leaves it all out. */
	void *volatile filler;
	uintptr_t from, to;

	(void)mallopt(M_MMAP_THRESHOLD, 32 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, INT_MAX);
	/*
	 * What is free lower down would be taken first: only a large piece comes from the top.  The
	 * reserve comes with it, in one piece: where two meet, the allocator writes, and that page keeps
	 * its neighbours from becoming a huge one.
	 */
	(void)mallopt(M_TOP_PAD, RESERVE);
	filler = malloc(HUGE_PAGE);
	from = (uintptr_t)filler;
	free(filler);
	(void)mallopt(M_TOP_PAD, HUGE_PAGE);
	/* Past the words behind that piece, which were written. */
	to = (from + HUGE_PAGE + HUGE_PAGE) & ~(uintptr_t)(HUGE_PAGE - 1);
	to += to - from < HUGE_PAGE + HEADROOM ? HUGE_PAGE : 0;
	/* What comes next is written just before a huge page, and so touches none. */
	filler = malloc(to - from - HEADROOM);
	(void)madvise((void *)to, (uintptr_t)sbrk(0) / HUGE_PAGE * HUGE_PAGE - to, MADV_HUGEPAGE);
	(void)filler;	/* stays: its pages are never touched */
}
