/*
 * A dictionary under construction.  The values stand behind each other in
 * one buffer; only their order is sorted.
 */
#include <stdlib.h>

#include "sanitize/pdf/out.h"

struct slot {
	struct view key;
	size_t at, n;
};

struct pdf_keys {
	struct arena *a;
	struct buf values;
	struct slot few[16], *slot;
	size_t n, cap;
};

static void
release_values(void *values)
{
	buf_release(values);
}

struct pdf_keys *
pdf_keys_new(struct arena *a)
{
	struct pdf_keys *k = arena_get(a, sizeof *k);

	/* On the way out of an error nobody writes this dictionary: the arena then frees its values. */
	if (k == NULL || !arena_at_end(a, release_values, &k->values))
		return NULL;
	k->a = a;
	k->slot = k->few;
	k->cap = sizeof k->few / sizeof *k->few;
	return k;
}

static void
close_slot(struct pdf_keys *k)
{
	struct slot *s;

	if (k->n == 0)
		return;
	s = &k->slot[k->n - 1];
	/* The writer of a value may have put it apart from the value before. */
	if (s->at < k->values.n && k->values.p[s->at] == ' ')
		s->at++;
	s->n = k->values.n - s->at;
}

static bool
add_slot(struct pdf_keys *k, struct view key)
{
	struct slot *more;

	close_slot(k);
	if (k->n == k->cap) {
		more = arena_array(k->a, k->cap * 2, sizeof *more);
		if (more == NULL)
			return false;
		memcpy(more, k->slot, k->n * sizeof *more);
		k->slot = more;
		k->cap *= 2;
	}
	k->slot[k->n++] = (struct slot){ .key = key, .at = k->values.n };
	return true;
}

struct buf *
pdf_key_view(struct pdf_keys *k, struct view key)
{
	if (!add_slot(k, key))
		k->values.full = true;
	return &k->values;
}

struct buf *
pdf_key(struct pdf_keys *k, const char *key)
{
	return pdf_key_view(k, view_str(key));
}

static bool
is_there(const struct pdf_keys *k, const struct slot *s)
{
	struct view v = { k->values.p + s->at, s->n };

	return s->n > 0 && s->key.n > 0 && !view_is(v, "null");
}

size_t
pdf_keys_count(struct pdf_keys *k)
{
	size_t i, n = 0;

	close_slot(k);
	for (i = 0; i < k->n; i++)
		n += is_there(k, &k->slot[i]);
	return n;
}

static int
by_key(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	int c = pdf_key_order(x->key, y->key);

	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static void
sort_slots(struct slot *s, size_t n)
{
	size_t i, j;

	if (n > 24) {
		qsort(s, n, sizeof *s, by_key);
		return;
	}
	for (i = 1; i < n; i++) {
		struct slot x = s[i];

		for (j = i; j > 0 && by_key(&s[j - 1], &x) > 0; j--)
			s[j] = s[j - 1];
		s[j] = x;
	}
}

void
pdf_put_keys(struct buf *b, struct pdf_keys *k)
{
	size_t i;

	close_slot(k);
	if (k->values.full)
		b->full = true;
	sort_slots(k->slot, k->n);
	(void)buf_put(b, "<<", 2);
	for (i = 0; i < k->n; i++) {
		const struct slot *s = &k->slot[i];

		/* Of equal keys the last one counts. */
		if (!is_there(k, s) || (i + 1 < k->n && view_eq(s->key, s[1].key)))
			continue;
		pdf_put_name(b, s->key);
		/* The value was written with no token before it. */
		if (pdf_char_of[k->values.p[s->at]] == PDF_REGULAR)
			(void)buf_byte(b, ' ');
		(void)buf_put(b, k->values.p + s->at, s->n);
	}
	(void)buf_put(b, ">>", 2);
	buf_release(&k->values);
	k->n = 0;
}
