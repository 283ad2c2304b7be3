/* A path or an entry bundle: what is read is written as the same bytes again.  And the journal, which must end. */
#include <stdlib.h>

#include "core/own.h"
#include "ledger/journal.h"
#include "ledger/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
count(void *arg, const struct journal_frame *f, struct err *e)
{
	size_t *n = arg;

	(void)e;
	*n += f->count;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t key[32] = { 0 };
	own_buf struct buf again = { 0 };
	struct view v = view_of(p, n), entry;
	char path[TILE_PATH];
	struct tile t;
	size_t frames = 0;
	struct err e;

	if (tile_parse(v, &t)) {
		tile_path(t, path);
		if (!view_is(v, path))
			abort();
	}
	while (bundle_take(&v, &entry))
		if (!bundle_put(&again, entry))
			abort();
	if (!view_eq(buf_bytes(&again), view_of(p, n - v.n)))
		abort();
	(void)journal_replay(view_of(p, n), 0, key, count, &frames, &e);
	return 0;
}
