/*
 * arena.h - memory that lives as long as one document or one request.
 *
 * Everything handed out is aligned for any type, zeroed, and freed at once
 * by arena_free().  There is no freeing of single pieces.
 */
#ifndef SEKISHO_CORE_ARENA_H
#define SEKISHO_CORE_ARENA_H

#include "core/view.h"

struct arena;

/* `max` bytes at the most over the arena's life; 0: 512 MiB.  NULL without memory. */
struct arena *arena_new(size_t max);
/*
 * For tables that a program makes once and never writes again: all such arenas share huge pages,
 * of which a fork copies one entry instead of hundreds.  Freeing one gives nothing back.
 */
struct arena *arena_new_lasting(size_t max);
void arena_free(struct arena *a);	/* NULL is fine */
/* NULL past the maximum or without memory; n == 0 gives a valid pointer. */
void *arena_get(struct arena *a, size_t n);
/* n elements of `size` bytes, multiplication checked. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* A copy of the bytes with a NUL behind them (not counted in n); .p NULL on failure. */
struct view arena_copy(struct arena *a, struct view v);
/* fn(arg) when the arena is freed, the last one first; false without memory. */
bool arena_at_end(struct arena *a, void (*fn)(void *arg), void *arg);
/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

#endif
