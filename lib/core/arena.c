#include "core/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

struct block {
	struct block *next;
	size_t n;
	size_t cap;
	bool dirty;
	alignas(max_align_t) uint8_t bytes[];
};

struct at_end {
	struct at_end *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *first;
	struct at_end *at_end;
	size_t used;
	size_t max;
	bool lasting;
};

/* What lasting arenas still have of their huge pages. */
static struct {
	uint8_t *at;
	size_t left;
} region;

static const size_t block_size = 64 * 1024 - sizeof(struct block);

static struct arena *
begin(struct arena *a, size_t max, bool lasting)
{
	if (a == NULL)
		return NULL;
	a->max = max == 0 ? (size_t)512 << 20 : max;
	a->lasting = lasting;
	return a;
}

struct arena *
arena_new(size_t max)
{
	return begin(calloc(1, sizeof(struct arena)), max, false);
}

/* Zeroed, aligned; whole huge pages more where what is left does not do. */
static void *
lasting_get(size_t n)
{
	const size_t align = alignof(max_align_t);
	uint8_t *p;
	size_t room;

	n = (n + align - 1) / align * align;
	if (n > region.left) {
		room = (n + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
		p = mmap(NULL, room + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			return NULL;
		p += (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE) % HUGE_PAGE;
		(void)madvise(p, room, MADV_HUGEPAGE);
		region.at = p;
		region.left = room;
	}
	p = region.at;
	region.at += n;
	region.left -= n;
	return p;
}

/* Itself among what lasts: nothing that must be found again points to it from outside. */
struct arena *
arena_new_lasting(size_t max)
{
	return begin(lasting_get(sizeof(struct arena)), max, true);
}

void
arena_free(struct arena *a)
{
	struct block *b, *next;

	if (a == NULL)
		return;
	for (; a->at_end != NULL; a->at_end = a->at_end->next)
		a->at_end->fn(a->at_end->arg);
	for (b = a->first; b != NULL; b = next) {
		next = b->next;
		if (!a->lasting)
			free(b);
	}
	if (!a->lasting)
		free(a);
}

static struct block *
block_new(struct arena *a, size_t n)
{
	bool large = n > block_size / 4;
	size_t cap = large ? n : block_size;
	/* Of a common block only what is handed out is zeroed: most arenas use little of theirs. */
	struct block *b = a->lasting ? lasting_get(sizeof *b + cap) : large ? calloc(1, sizeof *b + cap) : malloc(sizeof *b + cap);

	if (b == NULL)
		return NULL;
	*b = (struct block){ .cap = cap, .dirty = !a->lasting && !large };
	/* A large piece has a block of its own, behind the one being filled. */
	if (large && a->first != NULL) {
		b->next = a->first->next;
		a->first->next = b;
	} else {
		b->next = a->first;
		a->first = b;
	}
	return b;
}

void *
arena_get(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	struct block *b = a->first;
	void *p;

	if (n > a->max || a->used > a->max - n || n > SIZE_MAX - align)
		return NULL;
	n = (n + align - 1) / align * align;
	if (b == NULL || n > b->cap - b->n) {
		b = block_new(a, n);
		if (b == NULL)
			return NULL;
	}
	p = b->bytes + b->n;
	if (b->dirty)
		memset(p, 0, n);
	b->n += n;
	a->used += n;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return arena_get(a, bytes);
}

struct view
arena_copy(struct arena *a, struct view v)
{
	uint8_t *p = v.n == SIZE_MAX ? NULL : arena_get(a, v.n + 1);

	if (p == NULL)
		return (struct view){ NULL, 0 };
	if (v.n > 0)
		memcpy(p, v.p, v.n);
	return (struct view){ p, v.n };
}

bool
arena_at_end(struct arena *a, void (*fn)(void *), void *arg)
{
	struct at_end *x = arena_get(a, sizeof *x);

	if (x == NULL)
		return false;
	x->next = a->at_end;
	x->fn = fn;
	x->arg = arg;
	a->at_end = x;
	return true;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}
