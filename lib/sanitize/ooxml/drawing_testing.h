/* drawing_testing.h - the tables of Office without a package, for the test and the fuzzer. */
#define MARKUP_TABLE "sanitize/ooxml/ooxml.def"
#include "sanitize/markup/rows.h"

#include "core/own.h"
#include "sanitize/ooxml/frame.h"
#include "sanitize/ooxml/package.h"

/* In these tests every relationship but rId0 is one that may stay, and keeps its name. */
static enum markup_do
value(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	(void)m, (void)ret;
	return row->kind == MARKUP_REL && !view_is(v, "rId0") && v.n > 0 ? MARKUP_KEEP : MARKUP_DROP;
}

static struct markup_vocabulary vocabulary = {
	.row = markup_rows, .rows = MARKUP_ROWS, .compat = true, .tidy = true, .value = value };

static struct view
picture(struct markup *m, const struct frame *f)
{
	(void)m;
	if (view_is(f->relation, "rId0"))
		return (struct view){ NULL, 0 };
	return f->relation.p != NULL ? f->relation : VIEW("vml");
}

static void
use(struct markup *m, struct view id)
{
	(void)m, (void)id;
}

/* As a part of a presentation is: twice, the first time for its frames. */
static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct arena *a = arena_new(1 << 20);
	struct frames f = { .arena = a, .scan = true, .picture = picture, .use = use };
	struct relation related[] = {
		{ .id = VIEW("rId2"), .type = RELATION_HYPERLINK, .external = true, .told = true, .target = VIEW("http://a/") },
		{ .id = VIEW("rId3"), .type = RELATION_SLIDE },
	};
	struct opc_part part = { .frames = &f, .relation = related, .relations = 2, .sorted = 2 };
	struct findings none = { 0 };
	struct job quiet = { .profile = j->profile, .findings = &none };
	struct markup_use u = { .job = &quiet, .vocabulary = &vocabulary, .where = "", .ctx = &part };
	own_buf struct buf aside = BUF_MAX(1 << 20);
	bool ok = markup_rebuild(&u, in, &aside, e);

	findings_release(&none);
	f.scan = false;
	u.job = j;
	ok = ok && markup_rebuild(&u, in, out, e);
	arena_free(a);
	return ok;
}
