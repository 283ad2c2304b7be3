#include "ledger/journal.h"

#include <inttypes.h>

#include "core/sha256.h"

static const struct view magic = { (const uint8_t *)"SKJ1", 4 };

/* RFC 2104 with SHA-256: the key is shorter than a block. */
static void
mac(struct view v, const uint8_t key[32], uint8_t ret[JOURNAL_MAC])
{
	uint8_t inner[64], outer[64];
	struct sha256 s;
	size_t i;

	for (i = 0; i < sizeof inner; i++) {
		uint8_t k = i < 32 ? key[i] : 0;

		inner[i] = k ^ 0x36;
		outer[i] = k ^ 0x5c;
	}
	sha256_begin(&s);
	sha256_add(&s, view_of(inner, sizeof inner));
	sha256_add(&s, v);
	sha256_end(&s, ret);
	sha256_begin(&s);
	sha256_add(&s, view_of(outer, sizeof outer));
	sha256_add(&s, view_of(ret, JOURNAL_MAC));
	sha256_end(&s, ret);
}

size_t
journal_need(size_t entries)
{
	return (JOURNAL_HEAD + entries + JOURNAL_MAC + JOURNAL_BLOCK - 1) / JOURNAL_BLOCK * JOURNAL_BLOCK;
}

bool
journal_put(struct buf *to, const struct journal_frame *f, const uint8_t key[32])
{
	size_t at = to->n, n;
	uint8_t code[JOURNAL_MAC];

	if (!buf_view(to, magic) || !buf_u32le(to, (uint32_t)f->entries.n) || !buf_u64le(to, f->first) ||
	    !buf_u32le(to, f->count) || !buf_view(to, f->entries))
		return false;
	n = to->n - at;
	mac(view_of(to->p + at, n), key, code);
	return buf_put(to, code, sizeof code) && buf_fill(to, 0, journal_need(f->entries.n) - n - sizeof code);
}

/* The frame at the front, if it is whole. */
static bool
frame(struct view v, const uint8_t key[32], struct journal_frame *ret)
{
	struct view head = v, code, all;
	uint8_t want[JOURNAL_MAC];
	uint32_t n;

	if (!view_starts(v, magic) || !view_skip(&head, magic.n) || !view_u32le(&head, &n) ||
	    !view_u64le(&head, &ret->first) || !view_u32le(&head, &ret->count) || ret->count == 0 ||
	    !view_take(&head, n, &ret->entries) || !view_take(&head, JOURNAL_MAC, &code) ||
	    !view_sub(v, 0, JOURNAL_HEAD + (size_t)n, &all))
		return false;
	mac(all, key, want);
	return memcmp(want, code.p, sizeof want) == 0;
}

/* Is a whole frame at `from` or behind it that begins at `size` or later? */
static bool
goes_on(struct view journal, size_t from, uint64_t size, const uint8_t key[32])
{
	struct journal_frame f;

	for (; from < journal.n; from += JOURNAL_BLOCK)
		if (frame(view_from(journal, from), key, &f) && f.first >= size)
			return true;
	return false;
}

bool
journal_replay(struct view journal, uint64_t size, const uint8_t key[32],
	       bool (*take)(void *arg, const struct journal_frame *f, struct err *e), void *arg, struct err *e)
{
	size_t at = 0;
	struct journal_frame f;

	while (at < journal.n && frame(view_from(journal, at), key, &f) && f.first == size) {
		if (!take(arg, &f, e))
			return false;
		size += f.count;
		at += journal_need(f.entries.n);
	}
	if (goes_on(journal, at, size, key))
		return err_set(e, ERR_MALFORMED, "journal: the batch at entry %" PRIu64 " (byte %zu) is damaged", size, at);
	return true;
}
