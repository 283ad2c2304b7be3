#include <stdio.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/format.h"
#include "sanitize/svg/prolog.h"
#include "sanitize/svg/value.h"
#include "sanitize/svg/weigh.h"
#include "sanitize/text/picture.h"
#include "sanitize/text/text.h"
#include "sanitize/uri.h"

#define MARKUP_TABLE "sanitize/svg/svg.def"
#include "sanitize/markup/rows.h"

struct svg {
	struct job *j;
	struct arena *arena;
	struct svg_weigh *weigh;
	struct buf pending;	/* names that the attributes in hand refer to, each with a NUL behind it */
	struct svg_refs refs;
	unsigned pictures;
	bool sheet;		/* the element in hand is a sheet: its rules' references are no element's */
	bool full;
};

/* -- values ------------------------------------------------------------- */

static void
note_ref(void *ctx, struct view name, struct view selector)
{
	struct svg *s = ctx;

	if (selector.n > 0)
		s->full |= !svg_weigh_rule(s->weigh, selector, name);
	else
		s->full |= !buf_view(&s->pending, name) || !buf_byte(&s->pending, '\0');
}

static bool
names(struct view v, struct buf *ret)
{
	size_t start = ret->n;

	while (v.n > 0) {
		size_t n = 0;

		while (n < v.n && v.p[n] > ' ')
			n++;
		if (svg_is_name(view_of(v.p, n))) {
			if (ret->n > start)
				(void)buf_byte(ret, ' ');
			(void)buf_put(ret, v.p, n);
		}
		v = view_from(v, n + 1);
	}
	return ret->n > start;
}

static bool
value_as(struct svg *s, const struct markup_row *row, struct view v, struct buf *ret)
{
	switch (row->kind) {
	case MARKUP_SVG_VALUE:
		return strcmp(row->name, "points") == 0 ? svg_numbers(v, ret) : svg_value(v, &s->refs, ret);
	case MARKUP_SVG_PATH:
		svg_path(v, ret);
		return true;
	case MARKUP_STYLE:
		if (row->row == ROW_TYPE)
			return svg_sheet(v, &s->refs, ret);
		return svg_declarations(v, view_of(NULL, 0), &s->refs, ret);
	case MARKUP_SVG_NAMES:
		return names(v, ret);
	case MARKUP_SVG_NAME:
		return svg_is_name(v) && buf_view(ret, v);
	case MARKUP_SVG_SPACE:
		return (view_is(v, "default") || view_is(v, "preserve")) && buf_view(ret, v);
	default:
		return false;
	}
}

static enum markup_do
value(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	struct svg *s = markup_ctx(m);

	/* Which element it stands on decides; svg_open() looks at it. */
	if (row->kind == MARKUP_SVG_HREF)
		return MARKUP_KEEP;
	if (!value_as(s, row, v, ret))
		return MARKUP_DROP;
	return MARKUP_OTHER;
}

extern struct markup_vocabulary svg_vocabulary;
struct markup_vocabulary svg_vocabulary = {
	.row = markup_rows, .rows = MARKUP_ROWS, .tidy = true, .value = value,
};

/* -- where things lead -------------------------------------------------- */

/* What an element's href may be. */
enum lead { LEAD_NOWHERE, LEAD_ADDRESS, LEAD_PICTURE, LEAD_PICTURE_OR_NAME, LEAD_NAME };

static enum lead
lead_of(const char *element)
{
	static const struct {
		const char *name;
		enum lead lead;
	} rows[] = {
		{ "a", LEAD_ADDRESS }, { "image", LEAD_PICTURE }, { "feImage", LEAD_PICTURE_OR_NAME },
		{ "use", LEAD_NAME }, { "textPath", LEAD_NAME }, { "linearGradient", LEAD_NAME },
		{ "radialGradient", LEAD_NAME }, { "pattern", LEAD_NAME }, { "filter", LEAD_NAME },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(element, rows[i].name) == 0)
			return rows[i].lead;
	return LEAD_NOWHERE;
}

/* The href in its canonical form; false where it goes. */
static bool
lead(struct markup *m, struct svg *s, enum lead kind, struct view v, struct buf *ret)
{
	struct err e = { 0 };
	char name[32];

	if (kind >= LEAD_PICTURE_OR_NAME && v.n > 1 && v.p[0] == '#' && svg_is_name(view_from(v, 1))) {
		note_ref(s, view_from(v, 1), view_of(NULL, 0));
		return buf_view(ret, v);
	}
	if (kind == LEAD_ADDRESS) {
		if (s->j->profile->links && uri_clean_absolute(v, ret))
			return true;
		if (v.n > 0 && v.p[0] != '#')
			markup_find(m, FINDING_SVG_LINK, "%.*s", (int)(v.n < 300 ? v.n : 300), v.p);
		return false;
	}
	if ((kind == LEAD_PICTURE || kind == LEAD_PICTURE_OR_NAME) && picture_is_data(v)) {
		(void)snprintf(name, sizeof name, "image%u", ++s->pictures);
		if (picture_from_data(s->j, name, v, ret, &e))
			return true;
		if (e.code != ERR_NONE)
			markup_fail(m, e.code, "%s", e.text);
		markup_find(m, FINDING_SVG_IMAGE, "%s", name);
		return false;
	}
	if (v.n > 0 && v.p[0] != '#')
		markup_find(m, FINDING_SVG_EXTERNAL, "%.*s", (int)(v.n < 300 ? v.n : 300), v.p);
	return false;
}

static void
href(struct markup *m, struct svg *s)
{
	own_buf struct buf to = BUF_MAX((size_t)96 << 20), copy = BUF_MAX((size_t)96 << 20);
	struct view v = markup_get(m, NS_0, "href");

	if (v.p == NULL)
		v = markup_get(m, NS_XLINK, "href");
	if (v.p == NULL)
		return;
	(void)buf_view(&copy, markup_trim(v));
	markup_unset(m, NS_0, "href");
	markup_unset(m, NS_XLINK, "href");
	if (lead(m, s, lead_of(markup_row(m)->name), buf_bytes(&copy), &to))
		markup_set(m, NS_XLINK, "href", buf_bytes(&to));
}

/* -- elements ----------------------------------------------------------- */

/* A sheet of another language or medium is none. */
static bool
is_sheet(struct markup *m)
{
	struct view type = markup_get(m, NS_0, "type"), media = markup_get(m, NS_0, "media");

	return (type.p == NULL || type.n == 0 || view_is(type, "text/css")) &&
	       (media.p == NULL || media.n == 0 || view_is(media, "all") || view_is(media, "screen"));
}

static enum markup_do
svg_open(struct markup *m)
{
	struct svg *s = markup_ctx(m);
	const char *name = markup_row(m)->name;
	uint64_t *up = markup_note_up(m, 1);
	struct view id, ref;
	size_t at;

	/* No extension is there: what needs one is not drawn (SVG 2 5.9). */
	if (markup_get(m, NS_0, "requiredExtensions").p != NULL)
		return MARKUP_DROP;
	if (markup_type(m, 0) == T_SHEET && !is_sheet(m)) {
		markup_find(m, FINDING_SVG_STYLE, "%s", "style");
		return MARKUP_DROP;
	}
	if (markup_type(m, 0) == T_SHEET)
		markup_unset(m, NS_0, "type");
	markup_unset(m, NS_0, "media");
	href(m, s);
	id = markup_get(m, NS_0, "id");
	at = svg_weigh_element(s->weigh, up == NULL ? SIZE_MAX : (size_t)*up, view_str(name), id,
			       markup_get(m, NS_0, "class"));
	if (at == SIZE_MAX) {
		markup_fail(m, ERR_LIMIT, "more than %d elements", SVG_ELEMENTS_MAX);
		return MARKUP_DROP;
	}
	*markup_note(m) = at;
	for (ref = buf_bytes(&s->pending); ref.n > 0;) {
		struct view one = view_of(ref.p, strlen((const char *)ref.p));

		s->full |= !svg_weigh_ref(s->weigh, at, one);
		ref = view_from(ref, one.n + 1);
	}
	buf_clear(&s->pending);
	if (s->full)
		markup_fail(m, ERR_LIMIT, "more references than can be followed");
	return MARKUP_KEEP;
}

extern const struct markup_hook svg_element;
const struct markup_hook svg_element = { .open = svg_open };

/* -- the document ------------------------------------------------------- */

static bool
draw(struct svg *s, struct view in, struct buf *out, struct err *e)
{
	struct markup_use use = { .job = s->j, .vocabulary = &svg_vocabulary, .where = "", .encoding = "UTF-8", .ctx = s };

	if (!markup_compile(&svg_vocabulary, e) || !markup_rebuild(&use, in, out, e))
		return false;
	if (!svg_weigh_all(s->weigh, e)) {
		job_find(s->j, FINDING_SVG_BOMB, "", "%s", e->text);
		return false;
	}
	if (s->refs.outside > 0)
		job_find(s->j, FINDING_SVG_EXTERNAL, "", "url() %llu", (unsigned long long)s->refs.outside);
	if (s->refs.dropped > 0)
		job_find(s->j, FINDING_SVG_STYLE, "", "%llu", (unsigned long long)s->refs.dropped);
	return true;
}

static bool
svg_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_text struct text_doc text = { 0 };
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf plain = BUF_MAX((size_t)j->profile->limits.output);
	struct svg s = { .j = j, .arena = a, .pending = BUF_MAX((size_t)16 << 20) };
	uint64_t entities = 0;
	bool ok;

	s.refs = (struct svg_refs){ .add = note_ref, .ctx = &s };
	s.weigh = a == NULL ? NULL : svg_weigh_new(a);
	if (s.weigh == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!text_read(j, in, TEXT_NEWLINES_ONE, &text, e))
		return false;
	if (!svg_prolog(j, buf_bytes(&text.utf8), &plain, &entities, e)) {
		job_find(j, FINDING_SVG_ENTITY_REFUSED, "", "%s", e->text);
		return false;
	}
	if (entities > 0)
		job_find(j, FINDING_SVG_ENTITY, "", "%llu", (unsigned long long)entities);
	ok = draw(&s, buf_bytes(&plain), out, e);
	buf_release(&s.pending);
	return ok;
}

const struct format format_svg = { .type = TYPE_SVG, .rebuild = svg_rebuild };
