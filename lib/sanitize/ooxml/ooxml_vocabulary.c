/* ooxml_vocabulary.c - ooxml.def, compiled. */
#include "sanitize/ooxml/package.h"

#define MARKUP_TABLE "sanitize/ooxml/ooxml.def"
#include "sanitize/markup/rows.h"

#define JUDGE(kind, f) enum markup_do f(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret);
#include "sanitize/ooxml/judge.def"
#undef JUDGE

static enum markup_do
judge(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	switch (row->kind) {
#define JUDGE(kind, f) case MARKUP_##kind: return f(m, row, v, ret);
#include "sanitize/ooxml/judge.def"
#undef JUDGE
	default:
		return MARKUP_DROP;
	}
}

struct markup_vocabulary ooxml_vocabulary = {
	.row = markup_rows, .rows = MARKUP_ROWS, .compat = true, .value = judge,
};
