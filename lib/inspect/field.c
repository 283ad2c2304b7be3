#include "inspect/field.h"

#include "inspect/address.h"
#include "inspect/markup/kind.h"

enum rule { SHOW, LINK };

static const struct { const char *name; enum rule rule; } rows[] = {
#define FIELD(name, rule) { name, rule },
#include "inspect/field.def"
#undef FIELD
};
enum { ROWS = sizeof rows / sizeof *rows };

static const struct view inner = { (const uint8_t *)"\xef\xbf\xbc", 3 };

static bool
space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_spaces(struct view *v)
{
	while (v->n > 0 && space(v->p[0]))
		(void)view_skip(v, 1);
}

static uint8_t
upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
}

/* The first word, which says what the field does: letters alone, or "=". */
static bool
keyword(struct view *v, enum rule *ret)
{
	struct view w = { v->p, 0 };
	size_t i, k;

	if (v->n > 0 && v->p[0] == '=') {
		w.n = 1;
	} else {
		while (w.n < v->n && ((v->p[w.n] | 32) >= 'a' && (v->p[w.n] | 32) <= 'z'))
			w.n++;
		if (w.n < v->n && !space(v->p[w.n]) && v->p[w.n] != '\\' && v->p[w.n] != '"')
			return false;
	}
	(void)view_skip(v, w.n);
	for (i = 0; i < ROWS; i++) {
		for (k = 0; k < w.n && (uint8_t)rows[i].name[k] == upper(w.p[k]); k++)
			;
		if (k == w.n && w.n > 0 && rows[i].name[k] == '\0') {
			*ret = rows[i].rule;
			return true;
		}
	}
	return false;
}

/* A word or what stands in quotes, backslashes as they are written; *ret_switch: \x. */
static bool
argument(struct view *v, struct view *ret, bool *ret_switch)
{
	size_t n = 0;

	*ret_switch = false;
	if (v->p[0] == '"') {
		(void)view_skip(v, 1);
		while (n < v->n && v->p[n] != '"')
			n += v->p[n] == '\\' && n + 1 < v->n ? 2 : 1;
		return view_take(v, n, ret) && view_skip(v, 1);
	}
	*ret_switch = v->p[0] == '\\';
	while (n < v->n && !space(v->p[n]) && v->p[n] != '"')
		n++;
	return view_take(v, n, ret);
}

static bool
address(struct inspection *in, struct view v, struct err *e)
{
	own_buf struct buf b = BUF_MAX(FIELD_BYTES);
	size_t i;

	for (i = 0; i < v.n; i++) {
		if (v.p[i] == '\\' && ++i == v.n)
			return residue(e, "link that ends in a backslash");
		buf_byte(&b, v.p[i]);
	}
	return buf_ok(&b, e) && inspect_address_office(in, buf_bytes(&b), e);
}

/* HYPERLINK ["address"] [\l "place"] [\o "tip"] [\t "frame"] [\s "…"] [\h] [\n] [\m] */
static bool
link_to(struct inspection *in, struct view v, struct err *e)
{
	bool has_argument = false, is_switch, led = false, addressed = false;
	struct view a;

	for (skip_spaces(&v); v.n > 0; skip_spaces(&v)) {
		if (!argument(&v, &a, &is_switch))
			return residue(e, "link without its closing quote");
		if (is_switch) {
			if (a.n != 2 || memchr("lotnmhsLOTNMHS", a.p[1], 14) == NULL)
				return residue(e, "link with an unknown switch");
			has_argument = memchr("lotsLOTS", a.p[1], 8) != NULL;
			led |= (a.p[1] | 32) == 'l';
			continue;
		}
		if (has_argument) {
			has_argument = false;
			continue;
		}
		if (addressed)
			return residue(e, "link with two addresses");
		addressed = true;
		if (!address(in, a, e))
			return false;
	}
	return (!has_argument && (led || addressed)) || residue(e, "link to nothing");
}

bool
inspect_field(struct inspection *in, struct view v, struct err *e)
{
	enum rule rule;
	struct view whole = v;

	skip_spaces(&v);
	if (!keyword(&v, &rule))
		return residue(e, "field \"%.*s\"", (int)(whole.n > 60 ? 60 : whole.n), (const char *)whole.p);
	if (rule == LINK && view_find(v, 0, inner) != VIEW_NOT_FOUND)
		return residue(e, "field among the words of a field");
	return rule != LINK || link_to(in, v, e);
}

/* Of the story that is open: NULL where it has no field open. */
static struct field *
top_of(struct fields *f)
{
	return f->depth > f->base[f->stories] ? &f->field[f->depth - 1] : NULL;
}

bool
inspect_field_story(struct fields *f, bool begins, struct err *e)
{
	if (begins) {
		if (f->stories + 1 == STORIES_NESTED)
			return err_set(e, ERR_LIMIT, "boxes in boxes deeper than %d", STORIES_NESTED);
		f->base[++f->stories] = f->depth;
		return true;
	}
	if (f->depth != f->base[f->stories])
		return residue(e, "field without its end");
	f->stories--;
	return true;
}

bool
inspect_field_shown(struct fields *f, struct err *e)
{
	struct field *top = top_of(f);

	return top == NULL || top->separated || residue(e, "something shown in an instruction");
}

bool
inspect_field_begin(struct fields *f, struct err *e)
{
	struct field *up = top_of(f);

	if (f->depth == FIELDS_NESTED)
		return err_set(e, ERR_LIMIT, "fields in fields deeper than %d", FIELDS_NESTED);
	if (up != NULL && !up->separated && !buf_view(&up->instruction, inner))
		return residue(e, "instruction too long");
	buf_clear(&f->field[f->depth].instruction);
	f->field[f->depth].instruction.max = FIELD_BYTES;
	f->field[f->depth++].separated = false;
	return true;
}

bool
inspect_field_text(struct fields *f, struct view spelled, struct err *e)
{
	struct field *top = top_of(f);

	if (top == NULL || top->separated)
		return residue(e, "instruction outside a field");
	return inspect_xml_decode(spelled, &top->instruction, e) || residue(e, "instruction too long");
}

/* Judged once: where its result begins, or where it ends without one. */
static bool
judge(struct inspection *in, struct field *top, struct err *e)
{
	return inspect_field(in, buf_bytes(&top->instruction), e);
}

bool
inspect_field_separate(struct inspection *in, struct fields *f, struct err *e)
{
	struct field *top = top_of(f);

	if (top == NULL || top->separated)
		return residue(e, "field's middle without its begin");
	top->separated = true;
	return judge(in, top, e);
}

bool
inspect_field_end(struct inspection *in, struct fields *f, struct err *e)
{
	struct field *top = top_of(f);

	if (top == NULL)
		return residue(e, "field's end without its begin");
	f->depth--;
	return top->separated || judge(in, top, e);
}

void
inspect_fields_release(struct fields *f)
{
	size_t i;

	for (i = 0; i < FIELDS_NESTED; i++)
		buf_release(&f->field[i].instruction);
}

/* Only the parts of a text document have fields: elsewhere the state is another's. */
static struct fields *
fields_of(const struct markup *m)
{
	return view_starts(m->frame[0].type->name, VIEW("w:")) ? m->state : NULL;
}

bool
inspect_wml_instruction(struct markup *m, enum hook_when when, struct err *e)
{
	return when != HOOK_TEXT || (fields_of(m) != NULL && inspect_field_text(fields_of(m), m->x.text, e));
}

bool
inspect_wml_field_char(struct markup *m, enum hook_when when, struct err *e)
{
	struct fields *f = fields_of(m);
	struct view type;

	if (when != HOOK_OPEN)
		return true;
	if (f == NULL)
		return residue(e, "a field outside a text document");
	type = inspect_markup_value(m, "w:fldCharType");
	if (view_is(type, "begin"))
		return inspect_field_begin(f, e);
	return view_is(type, "separate") ? inspect_field_separate(m->in, f, e) : inspect_field_end(m->in, f, e);
}

/* What has its own fields: a box, a note, a comment. */
bool
inspect_wml_story(struct markup *m, enum hook_when when, struct err *e)
{
	return when == HOOK_TEXT || (fields_of(m) != NULL && inspect_field_story(fields_of(m), when == HOOK_OPEN, e));
}

/* What a reader sees never stands in an instruction; presentations and sheets have none. */
bool
inspect_wml_shown(struct markup *m, enum hook_when when, struct err *e)
{
	return when != HOOK_OPEN || fields_of(m) == NULL || inspect_field_shown(fields_of(m), e);
}

bool
inspect_kind_field(struct markup *m, struct view v, struct view arg, struct err *e)
{
	struct view plain;

	(void)arg;
	return inspect_markup_decode(m, v, &plain, e) && inspect_field(m->in, plain, e);
}
