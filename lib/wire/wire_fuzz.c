/* The first byte says which payload the rest is.  What was read is written as the same bytes again. */
#include <stdlib.h>

#include "core/own.h"
#include "wire/report.h"
#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
job(struct view v, struct buf *again)
{
	struct wire_job j;

	return wire_get_job(v, &j) && wire_put_job(again, &j);
}

static bool
done(struct view v, struct buf *again)
{
	struct wire_done d;

	return wire_get_done(v, &d) && wire_put_done(again, &d);
}

static bool
need(struct view v, struct buf *again)
{
	struct wire_need d;

	return wire_get_need(v, &d) && wire_put_need(again, &d);
}

static bool
to_inspect(struct view v, struct buf *again)
{
	struct view profile;
	uint32_t type;

	return wire_get_inspect(v, &type, &profile) && wire_put_inspect(again, type, profile);
}

static bool
id(struct view v, struct buf *again)
{
	uint32_t a, b;

	return wire_get_id(v, &a, &b) && wire_put_id(again, a, b);
}

/* Its text ends at a NUL, and has none where nothing went wrong: the second reading is what must be written again. */
static bool
error(struct view v, struct buf *again)
{
	own_buf struct buf once = { 0 };
	struct err e = { 0 };

	if (!wire_get_err(v, &e))
		return false;
	if (!wire_put_err(&once, &e) || !wire_get_err(buf_bytes(&once), &e) || !wire_put_err(again, &e) ||
	    !view_eq(buf_bytes(&once), buf_bytes(again)))
		abort();
	return false;
}

/* Like findings become one row: as above. */
static bool
report(struct view v, struct buf *again)
{
	own_buf struct buf once = { 0 };
	struct findings f = { 0 };

	if (!report_get(v, &f))
		return false;
	if (!report_put(&once, &f))
		abort();
	findings_release(&f);
	if (!report_get(buf_bytes(&once), &f) || !report_put(again, &f) || !view_eq(buf_bytes(&once), buf_bytes(again)))
		abort();
	findings_release(&f);
	return false;
}

static bool (*const kinds[])(struct view v, struct buf *again) = { job, done, need, to_inspect, id, error, report };

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf again = { 0 };
	struct view v = view_of(p, n), first;

	if (!view_take(&v, 1, &first))
		return 0;
	if (kinds[*first.p % (sizeof kinds / sizeof *kinds)](v, &again) && !view_eq(v, buf_bytes(&again)))
		abort();
	return 0;
}
