/* What is taken has no spaces outside of strings and is whole only at its end; what is written of any words is taken. */
#include <stdlib.h>

#include "core/own.h"
#include "ledger/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
into_members(struct view v)
{
	own_buf struct buf b = { 0 };
	struct event ev = { .who = v, .what = v, .object = v, .when = VIEW("2026-11-27T08:40:07.123Z") };
	struct err e = { 0 };

	if (event_put(&b, &ev, &e) && !event_check(buf_bytes(&b), &e))
		abort();
	buf_clear(&b);
	ev.data = v;
	ev.who = ev.what = ev.object = VIEW("x");
	if (event_put(&b, &ev, &e) && !event_check(buf_bytes(&b), &e))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct view v = view_of(p, n);
	struct err e = { 0 };
	size_t i;

	into_members(v);
	if (!event_check(v, &e))
		return 0;
	for (i = 0; i < n; i++)
		if (p[i] < 0x20 || event_check(view_of(p, i), &e))
			abort();
	return 0;
}
