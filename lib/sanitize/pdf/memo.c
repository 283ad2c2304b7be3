/*
 * memo.c - which new number an old object became, by number and kind: an
 * open-addressing table in the document's arena, at most half full.
 */
#include "sanitize/pdf/rebuild.h"

struct slot {
	uint64_t key;	/* num << 8 | as; 0: free (num is never 0) */
	uint32_t value;
};

struct pdf_memo {
	struct arena *arena;
	struct slot *slot;
	size_t cap, n;	/* cap is a power of two */
};

static uint64_t
key_of(uint32_t num, enum pdf_as as)
{
	return (uint64_t)num << 8 | (uint64_t)as;
}

static struct slot *
probe(const struct pdf_memo *m, uint64_t key)
{
	/* Fibonacci hashing: object numbers are dense, their products are not. */
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (m->cap - 1);

	while (m->slot[at].key != 0 && m->slot[at].key != key)
		at = (at + 1) & (m->cap - 1);
	return &m->slot[at];
}

static bool
grow(struct pdf_memo *m)
{
	struct pdf_memo to = { .arena = m->arena, .cap = m->cap * 2, .n = m->n };
	size_t i;

	to.slot = arena_array(m->arena, to.cap, sizeof *to.slot);
	if (to.slot == NULL)
		return false;
	for (i = 0; i < m->cap; i++)
		if (m->slot[i].key != 0)
			*probe(&to, m->slot[i].key) = m->slot[i];
	*m = to;
	return true;
}

struct pdf_memo *
pdf_memo_new(struct arena *a)
{
	struct pdf_memo *m = arena_get(a, sizeof *m);

	if (m == NULL)
		return NULL;
	*m = (struct pdf_memo){ .arena = a, .cap = 256 };
	m->slot = arena_array(a, m->cap, sizeof *m->slot);
	return m->slot != NULL ? m : NULL;
}

uint32_t
pdf_memo_get(const struct pdf_rebuild *r, uint32_t num, enum pdf_as as)
{
	const struct slot *s;

	if (num == 0)
		return 0;
	s = probe(r->memo, key_of(num, as));
	return s->key != 0 ? s->value : 0;
}

bool
pdf_memo_put(struct pdf_rebuild *r, uint32_t num, enum pdf_as as, uint32_t new_num)
{
	struct pdf_memo *m = r->memo;
	struct slot *s;

	if (num == 0)
		return true;
	if (m->n >= m->cap / 2 && !grow(m))
		return false;
	s = probe(m, key_of(num, as));
	if (s->key == 0)
		m->n++;
	*s = (struct slot){ key_of(num, as), new_num };
	return true;
}
