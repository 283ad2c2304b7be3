/* link.c - what a click on a drawing or a word of it does. */
#include "sanitize/ooxml/drawing.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package.h"

/*
 * Actions that stay ([MS-OI29500] 2.1.1210).  `related`: it goes where the
 * relationship says; the others have an empty one.
 */
static const struct {
	const char *action;
	bool related;
} actions[] = {
	{ "ppaction://hlinksldjump", true },
	{ "ppaction://noaction", false },
	{ "ppaction://hlinkshowjump?jump=firstslide", false },
	{ "ppaction://hlinkshowjump?jump=lastslide", false },
	{ "ppaction://hlinkshowjump?jump=nextslide", false },
	{ "ppaction://hlinkshowjump?jump=previousslide", false },
	{ "ppaction://hlinkshowjump?jump=lastslideviewed", false },
	{ "ppaction://hlinkshowjump?jump=endshow", false },
};

/* To an address outside. */
static enum markup_do
address(struct markup *m, struct view id)
{
	return id.n > 0 && part_refers(m, id, RELATION_HYPERLINK) ? MARKUP_KEEP : MARKUP_DROP;
}

/* To another slide: it is followed when all others are (slide.c). */
static enum markup_do
jump(struct markup *m, struct view id)
{
	struct opc_part *p = part_of(m);
	const struct relation *r = id.n == 0 ? NULL : part_relation(p, id);

	if (r == NULL || r->type != RELATION_SLIDE || r->external)
		return MARKUP_DROP;
	markup_mark(m, (uint32_t)(r - p->relation));
	return MARKUP_KEEP;
}

static enum markup_do
hyperlink_open(struct markup *m)
{
	struct view action = markup_get(m, NS_0, "action");
	struct view whole = markup_get(m, NS_R, "id"), id = markup_trim(whole);

	if (id.n < whole.n) {
		markup_set(m, NS_R, "id", id);
		id = markup_get(m, NS_R, "id");
	}
	if (action.n == 0) {
		markup_unset(m, NS_0, "action");
		return address(m, id);
	}
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		if (!view_is(action, actions[i].action))
			continue;
		if (actions[i].related)
			return jump(m, id);
		markup_set(m, NS_R, "id", VIEW(""));
		return MARKUP_KEEP;
	}
	/* A click on a film: the film goes, and is said to. */
	if (!view_is(action, "ppaction://media"))
		markup_find(m, FINDING_DML_ACTION, "%.*s", (int)(action.n < 200 ? action.n : 200),
			    (const char *)action.p);
	return MARKUP_DROP;
}

const struct markup_hook hook_a_hyperlink = { .open = hyperlink_open };
