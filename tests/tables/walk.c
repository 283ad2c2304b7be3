/* walk.c - see walk.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/markup/markup.h"
#include "sanitize/markup/row.h"
#include "tables/walk.h"

enum { TYPES = 4096, PAIRS = 16384, NAME = 256, PLACES = 512 };

static const struct {
	uint8_t kind;
	const char *by;
} accepts[] = {
#define ACCEPTS(kind, by) { MARKUP_##kind, by },
#include "accepts.def"
#undef ACCEPTS
};

static const char *const kinds[] = {
#define KIND(id, check) #id,
#include "sanitize/markup/kind.def"
#undef KIND
};

static const char *const known[] = {
#define KIND(name, function) #name,
#include "inspect/markup/kind.def"
#undef KIND
};

/* The walk in hand: `pair` is what was met and, from `done` on, what is still to be looked at. */
static struct {
	const struct walk *w;
	struct space {
		const char *prefix, *uri;
	} space[UINT8_MAX + 1];
	const char *uri;
	const struct markup_row *row[TYPES];
	struct pair {
		uint16_t type;
		const struct schema_type *at;
	} pair[PAIRS];
	size_t pairs, done, wrong;
	bool met[1024];
} s;

/* A child of the writer beside the inspector's. */
struct beside {
	const struct markup_row *writer;
	const struct schema_row *row;
	uint16_t place;		/* the writer's */
	bool once, must, any;	/* any: no order */
};

static const struct markup_row *
rows_end(void)
{
	return s.w->vocabulary->row + s.w->vocabulary->rows;
}

static void
say(const char *what, const struct schema_type *at, struct view name, const char *more)
{
	fprintf(stderr, "%.*s: %s %.*s%s\n", (int)at->name.n, (const char *)at->name.p, what, (int)name.n, (const char *)name.p, more);
	s.wrong++;
}

static void
say_kinds(const char *what, const struct schema_type *at, struct view name, uint8_t kind, kind_check *by)
{
	char more[NAME];
	size_t i;

	for (i = 0; i < sizeof known / sizeof *known && inspect_kind(view_str(known[i])) != by; i++)
		;
	(void)snprintf(more, sizeof more, " (%s against %s)", kinds[kind], i == sizeof known / sizeof *known ? "none" : known[i]);
	say(what, at, name, more);
}

static struct view
name_of(char name[NAME], const struct schema_type *at, const struct markup_row *r)
{
	const char *p = r->ns == NS_XML ? "xml" : r->ns == NS_0 ? "" : s.space[r->ns].prefix;

	(void)snprintf(name, NAME, "%s%s%s", p, *p != '\0' ? ":" : "", r->name);
	if (r->ns >= NS_FIRST && *p == '\0' && (s.uri == NULL || strcmp(s.uri, s.space[r->ns].uri) != 0))
		say("another default namespace:", at, view_str(name), "");
	return view_str(name);
}

static bool
excepted(int what, const struct schema_type *at, struct view name)
{
	size_t i;

	for (i = 0; i < s.w->exceptions; i++) {
		const struct exception *x = &s.w->exception[i];

		if ((int)x->what == what && view_is(name, x->name) && (x->at == NULL || view_is(at->name, x->at)))
			return s.met[i] = true;
	}
	return false;
}

static const struct {
	uint8_t kind;
	const char *value;
} sample[] = {
#define SAMPLE(kind, value) { MARKUP_##kind, value },
#include "sample.def"
#undef SAMPLE
};

/* As it stands in a part. */
static bool
takes(kind_check *by, struct view arg, const char *value)
{
	own_buf struct buf spelled = BUF_MAX(1 << 20);
	struct markup *m = calloc(1, sizeof *m);
	struct err e = { 0 };
	bool ok;

	if (m == NULL)
		return false;
	m->scratch = BUF_MAX(1 << 20);
	markup_escape(&spelled, view_str(value), true);
	ok = by(m, buf_bytes(&spelled), arg, &e);
	buf_release(&m->scratch);
	free(m);
	return ok;
}

/* A kind that is a list of words covers one whose samples are all in it. */
static bool
is_listed(uint8_t kind, kind_check *by, struct view arg)
{
	bool all = by == inspect_kind(VIEW("one")) && kind != MARKUP_STRING && kind != MARKUP_TEXT;
	size_t i, n = 0;

	for (i = 0; all && i < sizeof sample / sizeof *sample; i++)
		if (sample[i].kind == kind) {
			all = takes(by, arg, sample[i].value);
			n++;
		}
	return all && n > 0;
}

static bool
is_accepted(uint8_t kind, kind_check *by, struct view arg)
{
	size_t i;

	for (i = 0; i < sizeof accepts / sizeof *accepts; i++)
		if (accepts[i].kind == kind && inspect_kind(view_str(accepts[i].by)) == by)
			return true;
	return is_listed(kind, by, arg);
}

static void
go(uint16_t type, const struct schema_type *at)
{
	size_t i;

	for (i = 0; i < s.pairs; i++)
		if (s.pair[i].type == type && s.pair[i].at == at)
			return;
	if (s.pairs == PAIRS || s.row[type] == NULL) {
		say("no type, or too many", at, VIEW(""), "");
		return;
	}
	s.pair[s.pairs++] = (struct pair){ type, at };
}

static void
attribute(uint16_t type, const struct markup_row *r, const struct schema_type *at)
{
	char buf[NAME];
	struct view name = name_of(buf, at, r);
	const struct schema_row *row = inspect_schema_row(at, true, name);

	if (excepted(NEVER, at, name) || (s.w->is_written != NULL && !s.w->is_written(type, r))) {
		if (row != NULL)
			say("attribute that is never written:", at, name, "");
		return;
	}
	if (row == NULL)
		say("attribute unknown:", at, name, "");
	else if (!is_accepted(r->kind, row->kind, row->arg) && !excepted(JUDGED, at, name))
		say_kinds("attribute of a narrower kind:", at, name, r->kind, row->kind);
	else if (s.w->is_covered != NULL && !s.w->is_covered(type, r, row))
		say("attribute that may lead elsewhere:", at, name, "");
}

/* -- what must be there ------------------------------------------------- */

static bool
requires(const struct markup_row *r, const struct schema_type *at, struct view wanted)
{
	char buf[NAME];

	for (; r < rows_end() && r->row != ROW_END; r++)
		if (r->row == ROW_REQUIRED && view_eq(name_of(buf, at, r), wanted))
			return true;
	return excepted(THERE, at, wanted);
}

/* Is there always a child at that place of the inspector's: are all rows of one place, one of which must come, there? */
static bool
comes(const struct beside *b, size_t n, uint16_t place)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		bool all = b[i].must;

		for (k = 0; k < n; k++)
			all = all && (b[k].place != b[i].place || b[k].row->place == place);
		if (all)
			return true;
	}
	return false;
}

/* What is not empty, and has nothing that would not stand there. */
static bool
is_full(const struct markup_row *r, const struct beside *b, size_t n, uint16_t place)
{
	size_t i;

	for (; r < rows_end() && r->row != ROW_END && r->row != ROW_FULL; r++)
		;
	if (r == rows_end() || r->row != ROW_FULL)
		return false;
	for (i = 0; i < n; i++)
		if (b[i].row->place != place)
			return false;
	return true;
}

static void
required(const struct markup_row *r, const struct schema_type *at, const struct beside *b, size_t n)
{
	const struct schema_row *row;
	uint16_t last = UINT16_MAX;
	size_t i;

	if (at->required == 0 && at->required_attributes == 0)
		return;
	for (i = 0; (row = inspect_schema_at(i)) != NULL; i++) {
		if (inspect_schema_owner(row) != at || !row->required)
			continue;
		if (row->attribute) {
			if (!requires(r, at, row->name))
				say("attribute may be missing:", at, row->name, "");
		} else if (row->place != last && !comes(b, n, row->place) && !is_full(r, b, n, row->place) && !excepted(THERE, at, row->name)) {
			say("child may be missing:", at, row->name, "");
		}
		last = row->attribute ? last : row->place;
	}
}

/* -- order --------------------------------------------------------------- */

static bool
may_follow(const struct beside *a, const struct beside *b)
{
	return a->row->place < b->row->place || (a->row->place == b->row->place && b->row->repeats);
}

static void
order(const struct schema_type *at, const struct beside *b, size_t n)
{
	char more[NAME];
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (!b[i].once && !b[i].row->repeats)
			say("child that may come again:", at, b[i].row->name, "");
		for (k = i + 1; k < n; k++) {
			bool one = b[i].place == b[k].place && b[i].once && !b[i].any, loose = b[i].place == b[k].place || b[i].any;

			if (one || (may_follow(&b[i], &b[k]) && (!loose || may_follow(&b[k], &b[i]))))
				continue;
			(void)snprintf(more, sizeof more, " behind %s", b[i].writer->name);
			say("child out of order:", at, b[k].row->name, more);
		}
	}
}

/*
 * MUST and SOLE write an empty element where none came, with what those ask for in it; it has to stand
 * as it is.
 */
static void
empty(const struct markup_row *r, const struct schema_type *at)
{
	const struct schema_row *row;
	size_t i;

	if (at->required_attributes > 0)
		say("empty element lacks attributes", at, view_str(r->name), "");
	for (i = 0; at->required > 0 && (row = inspect_schema_at(i)) != NULL; i++) {
		char buf[NAME];
		const struct markup_row *c = s.row[r->type] + 1;

		if (inspect_schema_owner(row) != at || !row->required || row->attribute)
			continue;
		for (; c < rows_end() && c->row != ROW_END; c++)
			if ((c->row == ROW_MUST || c->row == ROW_SOLE) && view_eq(name_of(buf, at, c), row->name))
				break;
		if (c == rows_end() || c->row == ROW_END)
			say("empty element lacks", at, row->name, "");
	}
}

/* -- one pair -------------------------------------------------------------- */

static bool
child(struct beside *b, const struct schema_type *at)
{
	const struct markup_row *r = b->writer;
	char buf[NAME];
	struct view name = name_of(buf, at, r);

	b->row = inspect_schema_row(at, false, name);
	if (excepted(NEVER, at, name)) {
		if (b->row != NULL)
			say("child that is never written:", at, name, "");
		return false;
	}
	if (b->row == NULL) {
		say("child unknown:", at, name, "");
		return false;
	}
	if (r->row == ROW_MUST || r->row == ROW_SOLE)
		empty(r, inspect_schema_child(b->row));
	go(r->type, inspect_schema_child(b->row));
	return true;
}

static void
look(uint16_t type, const struct schema_type *at)
{
	struct beside b[PLACES] = { { 0 } };
	const struct markup_row *head = s.row[type], *r;
	uint16_t place = 0;
	bool once = false, must = false;
	size_t n = 0;

	if (head->kind != MARKUP_NONE && (at->text == NULL || !is_accepted(head->kind, at->text, at->text_arg)) && !excepted(JUDGED, at, VIEW("#text")))
		say_kinds("narrower kind of", at, VIEW("#text"), head->kind, at->text);
	for (r = head + 1; r < rows_end() && r->row != ROW_END; r++) {
		if (r->row == ROW_ATTR || r->row == ROW_REQUIRED)
			attribute(type, r, at);
		if (!row_is_child(r->row) || r->row >= ROW_AS || n == PLACES)
			continue;
		if (r->row != ROW_OR) {
			place++;
			once = r->row == ROW_ONE || r->row == ROW_NEED || r->row == ROW_SOLE;
			must = r->row == ROW_MUST || r->row == ROW_NEED || r->row == ROW_SOLE;
		}
		b[n] = (struct beside){ .writer = r, .place = place, .once = once, .must = must, .any = head->kind == MARKUP_TEXT };
		n += child(&b[n], at);
	}
	required(head + 1, at, b, n);
	order(at, b, n);
}

void
walk_begin(const struct walk *w)
{
	const struct markup_row *r;

	memset(&s, 0, sizeof s);
	s.w = w;
	for (r = w->vocabulary->row; r < rows_end(); r++) {
		if (r->row == ROW_NS)
			s.space[r->ns] = (struct space){ r->name, r->uri };
		if (r->row == ROW_NS && *r->name != '\0' && inspect_schema_space(view_str(r->name)) > 0 &&
		    !inspect_schema_space_is(inspect_schema_space(view_str(r->name)), view_str(r->uri))) {
			fprintf(stderr, "prefix of another namespace: %s\n", r->name);
			s.wrong++;
		}
		if (r->row == ROW_TYPE)
			s.row[r->type] = r;
	}
}

void
walk_root(uint16_t type, const struct schema_type *at, const char *uri)
{
	s.uri = uri;
	go(type, at);
	for (; s.done < s.pairs; s.done++)
		look(s.pair[s.done].type, s.pair[s.done].at);
}

size_t
walk_end(void)
{
	size_t i;

	for (i = 0; i < s.w->exceptions; i++)
		if (!s.met[i]) {
			const struct exception *x = &s.w->exception[i];

			fprintf(stderr, "exception that nothing needs: %s %s\n", x->at == NULL ? "" : x->at, x->name);
			s.wrong++;
		}
	fprintf(stderr, "%zu pairs of types, %zu wrong\n", s.pairs, s.wrong);
	return s.wrong;
}

/* -- kinds ----------------------------------------------------------------- */

size_t
walk_kinds(void)
{
	size_t i, k, wrong = 0;

	for (i = 0; i < sizeof sample / sizeof *sample; i++) {
		uint8_t kind = sample[i].kind;
		bool any = kind == MARKUP_TEXT || kind == MARKUP_STRING;

		if (!any && !markup_is((enum markup_kind)kind, view_str(sample[i].value))) {
			fprintf(stderr, "the writer never writes a %s \"%.80s\"\n", kinds[kind], sample[i].value);
			wrong++;
		}
		for (k = 0; k < sizeof accepts / sizeof *accepts; k++)
			if (accepts[k].kind == kind && !takes(inspect_kind(view_str(accepts[k].by)), (struct view){ NULL, 0 }, sample[i].value)) {
				fprintf(stderr, "%s does not take the %s \"%.80s\"\n", accepts[k].by, kinds[kind], sample[i].value);
				wrong++;
			}
	}
	return wrong;
}
