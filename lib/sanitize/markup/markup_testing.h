/* markup_testing.h - the sample vocabulary, for the test and the fuzzer. */
#define MARKUP_TABLE "sanitize/markup/markup_sample.def"
#include "sanitize/markup/rows.h"

#include "core/own.h"

static enum markup_do
sample_open(struct markup *m)
{
	struct view does = markup_get(m, 0, "does");

	if (does.p == NULL)
		return MARKUP_KEEP;
	if (view_is(does, "drop"))
		return MARKUP_DROP;
	if (view_is(does, "unwrap"))
		return MARKUP_UNWRAP;
	if (view_is(does, "fail"))
		markup_fail(m, ERR_DENIED, "as asked");
	if (view_is(does, "style") && markup_get(m, 0, "style").p != NULL)
		markup_set(m, NS_L, "style", markup_get(m, NS_0, "style"));
	if (view_is(does, "unset"))
		markup_unset(m, 0, "id");
	if (view_is(does, "before")) {
		markup_begin(m, NS_L, "b");
		markup_attr(m, NS_0, "style", VIEW("x"));
		markup_text(m, VIEW("<before>"));
		markup_end(m);
	}
	if (view_is(does, "after") || view_is(does, "vanish"))
		*markup_note(m) = does.n;
	if (view_is(does, "wrong"))
		markup_begin(m, NS_L, "nothing");
	markup_unset(m, 0, "does");
	return MARKUP_KEEP;
}

static enum markup_do
sample_text(struct markup *m, struct view in, struct buf *ret)
{
	(void)m;
	if (view_is(in, "secret"))
		return MARKUP_DROP;
	if (!view_is(in, "loud"))
		return MARKUP_KEEP;
	(void)buf_str(ret, "LOUD");
	return MARKUP_OTHER;
}

static enum markup_do
sample_close(struct markup *m)
{
	if (*markup_note(m) == 6)
		return MARKUP_DROP;
	if (*markup_note(m) == 5) {
		markup_begin(m, NS_L, "b");
		markup_begin(m, NS_L, "plain");
		markup_text(m, VIEW("after"));
		markup_end(m);
		markup_end(m);
	}
	return MARKUP_KEEP;
}

const struct markup_hook sample_p = { .open = sample_open, .text = sample_text, .close = sample_close };

static enum markup_do
sample_value(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	if (v.n == 0)
		return MARKUP_DROP;
	if (row->kind == MARKUP_REL)
		markup_mark(m, (uint32_t)v.p[v.n - 1]);
	if (row->kind == MARKUP_REL && v.p[0] == 'r' && v.p[v.n - 1] != '2')
		return MARKUP_KEEP;
	if (row->kind != MARKUP_FORMULA || view_is(v, "EVIL()"))
		return MARKUP_DROP;
	(void)buf_printf(ret, "=%.*s", (int)v.n, (const char *)v.p);
	return v.p[0] == '=' ? MARKUP_KEEP : MARKUP_OTHER;
}

static struct markup_vocabulary sample = {
	.row = markup_rows, .rows = MARKUP_ROWS, .compat = true, .value = sample_value,
};
