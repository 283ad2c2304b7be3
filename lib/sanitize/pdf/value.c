/*
 * value.c - values that stand on their own: numbers, names, strings and
 * arrays of them, each written only if it is what the table says.
 */
#include <math.h>

#include "sanitize/pdf/document.h"

enum {
	TEXT_MAX = 1 << 20,
	BYTES_MAX = 4096,
	LOOK_MAX = 2000,	/* as a string with its escapes it stays below BYTES_MAX */
	NUMS_MAX = 1000000,
	OPTIONS_MAX = 100000,
};

/* Integers of the file format are exact in a double: docs/canonical.md. */
static const int64_t int_max = (INT64_C(1) << 53) - 1;

static bool
is_number(const struct pdf_obj *o)
{
	if (o->kind == PDF_INT)
		return o->u.i >= -int_max && o->u.i <= int_max;
	return o->kind == PDF_REAL && isfinite(o->u.r) && fabs(o->u.r) < 1e15;
}

void
put_number(struct buf *b, const struct pdf_obj *o)
{
	if (!is_number(o))
		return;
	if (o->kind == PDF_INT)
		pdf_put_int(b, o->u.i);
	else
		pdf_put_real(b, o->u.r);
}

void
put_text(struct buf *b, struct view s)
{
	if (s.n <= TEXT_MAX)
		pdf_put_string(b, s);
}

bool
box_of(struct doc *d, const struct pdf_obj *o, double ret[4])
{
	double v[4];
	size_t i;

	o = pdf_resolve(d->r->in, o);
	if (o->kind != PDF_ARRAY || o->u.a.n < 4)
		return false;
	for (i = 0; i < 4; i++) {
		const struct pdf_obj *n = pdf_resolve(d->r->in, &o->u.a.v[i]);

		if (!is_number(n) || !pdf_num(n, &v[i]))
			return false;
	}
	ret[0] = fmin(v[0], v[2]);
	ret[1] = fmin(v[1], v[3]);
	ret[2] = fmax(v[0], v[2]);
	ret[3] = fmax(v[1], v[3]);
	return true;
}

void
put_box(struct buf *b, const double box[4])
{
	size_t i;

	pdf_put_word(b, "[");
	for (i = 0; i < 4; i++)
		pdf_put_real(b, box[i]);
	pdf_put_word(b, "]");
}

/* An array of min to max numbers. */
static bool
put_numbers(struct doc *d, const struct pdf_obj *o, size_t min, size_t max, struct buf *b)
{
	size_t start = b->n, i;

	if (o->kind != PDF_ARRAY || o->u.a.n < min || o->u.a.n > max)
		return false;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n; i++) {
		const struct pdf_obj *n = pdf_resolve(d->r->in, &o->u.a.v[i]);

		if (!doc_tick(d) || !is_number(n)) {
			b->n = start;
			return false;
		}
		put_number(b, n);
	}
	pdf_put_word(b, "]");
	return true;
}

static void
put_number_lists(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	size_t start = b->n, i;
	bool any = false;

	if (o->kind != PDF_ARRAY || o->u.a.n > NUMS_MAX)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n && doc_tick(d); i++)
		if (put_numbers(d, pdf_resolve(d->r->in, &o->u.a.v[i]), 1, NUMS_MAX, b))
			any = true;
	pdf_put_word(b, "]");
	if (!any)
		b->n = start;
}

/* 12.5.2: the border array's fourth element is a dash array. */
static void
put_border(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	struct pdf_obj head = *o;
	size_t start = b->n;

	if (o->kind != PDF_ARRAY || o->u.a.n < 3)
		return;
	head.u.a.n = 3;
	if (!put_numbers(d, &head, 3, 3, b))
		return;
	if (o->u.a.n == 3)
		return;
	b->n--;	/* the bracket: the dash array goes inside */
	(void)put_numbers(d, pdf_resolve(d->r->in, &o->u.a.v[3]), 0, 32, b);
	pdf_put_word(b, "]");
	if (b->full)
		b->n = start;
}

static void
put_name_in(const char *set, const struct pdf_obj *o, struct buf *b)
{
	if (o->kind == PDF_NAME && pdf_name_in(set, o->u.s))
		pdf_put_name(b, o->u.s);
}

/* A name of the set, or an array of at most `max` such names. */
static void
put_names(struct doc *d, const char *set, size_t min, size_t max, const struct pdf_obj *o,
	  struct buf *b)
{
	size_t start = b->n, i;

	if (o->kind != PDF_ARRAY) {
		put_name_in(set, o, b);
		return;
	}
	if (o->u.a.n < min || o->u.a.n > max)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n; i++) {
		size_t before = b->n;

		put_name_in(set, pdf_resolve(d->r->in, &o->u.a.v[i]), b);
		if (b->n == before) {
			b->n = start;
			return;
		}
	}
	pdf_put_word(b, "]");
}

static bool
digits(struct view *v, size_t n, unsigned least, unsigned most)
{
	struct view two;
	unsigned x = 0;
	size_t i;

	if (!view_sub(*v, 0, n, &two))
		return false;
	for (i = 0; i < n; i++) {
		if (two.p[i] < '0' || two.p[i] > '9')
			return false;
		x = x * 10 + (two.p[i] - '0');
	}
	return x >= least && x <= most && view_skip(v, n);
}

static bool
skip_byte(struct view *v, char c)
{
	return v->n > 0 && v->p[0] == (uint8_t)c && view_skip(v, 1);
}

/* 7.9.4: D:YYYYMMDDHHmmSSOHH'mm', all but the year may be missing from the end. */
static bool
is_date(struct view v)
{
	static const struct { unsigned least, most; } field[] = {
		{ 1, 12 }, { 1, 31 }, { 0, 23 }, { 0, 59 }, { 0, 59 },
	};
	size_t i;

	if (!skip_byte(&v, 'D') || !skip_byte(&v, ':') || !digits(&v, 4, 0, 9999))
		return false;
	for (i = 0; i < sizeof field / sizeof *field && v.n > 0; i++)
		if (!digits(&v, 2, field[i].least, field[i].most))
			break;
	if (skip_byte(&v, 'Z')) {
		/* Z00'00' is met in practice */
		if (v.n == 0)
			return true;
	} else if (!skip_byte(&v, '+') && !skip_byte(&v, '-')) {
		return v.n == 0;
	}
	if (!digits(&v, 2, 0, 23))
		return v.n == 0;
	if (skip_byte(&v, '\'') && digits(&v, 2, 0, 59))
		(void)skip_byte(&v, '\'');
	return v.n == 0;
}

static void
put_lang(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	struct view s = o->kind == PDF_STRING ? doc_utf8(d, o->u.s) : VIEW("");
	size_t i;

	if (s.n == 0 || s.n > 64)
		return;
	for (i = 0; i < s.n; i++) {
		uint8_t c = s.p[i] | 0x20;

		if (!((c >= 'a' && c <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-'))
			return;
	}
	pdf_put_string(b, s);
}

/*
 * DA (12.7.4.3) is a piece of content stream that every viewer runs: it is
 * read token by token, and only what sets font and colour is written.  There
 * are viewers that part it at white space alone, so a space stands between
 * any two tokens, also where a content stream needs none.
 */
static void
put_look(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	own_buf struct buf text = BUF_MAX(LOOK_MAX), group = BUF_MAX(LOOK_MAX);
	struct view in = o->kind == PDF_STRING ? o->u.s : VIEW("");
	struct pdf_obj t;
	enum pdf_tok kind;

	if (in.n > LOOK_MAX)
		return;
	while ((kind = pdf_tok(&in, d->r->arena, &t)) != PDF_TOK_END && doc_tick(d)) {
		bool name = kind == PDF_TOK_OBJ && t.kind == PDF_NAME && doc_name_ok(t.u.s);

		if (name || (kind == PDF_TOK_OBJ && is_number(&t))) {
			if (name)
				pdf_put_name(&group, t.u.s);
			else
				put_number(&group, &t);
			(void)buf_str(&group, " ");
			continue;
		}
		if (kind == PDF_TOK_WORD && pdf_name_in("Tf g rg k", t.u.s)) {
			if (text.n > 0)
				(void)buf_str(&text, " ");
			(void)buf_view(&text, buf_bytes(&group));
			(void)buf_view(&text, t.u.s);
			text.full |= group.full;
		}
		buf_clear(&group);
	}
	if (text.n > 0 && !text.full)
		pdf_put_string(b, buf_bytes(&text));
}

/* A field's value may be a stream of text (12.7.5.3); it is written as a string. */
static void
put_stream_text(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	struct err e = { 0 };
	struct view s;

	if (!pdf_stream(d->r->in, o, PDF_STOP_NONE, &s, NULL, NULL, &e))
		return;
	put_text(b, s);
}

/* Array elements that are text; pairs too where `pairs` (12.7.5.4). */
static void
put_texts(struct doc *d, const struct pdf_obj *o, bool pairs, struct buf *b)
{
	size_t i;

	if (o->u.a.n > OPTIONS_MAX)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n && doc_tick(d); i++) {
		const struct pdf_obj *t = pdf_resolve(d->r->in, &o->u.a.v[i]);

		if (t->kind == PDF_STRING)
			put_text(b, t->u.s);
		else if (pairs && t->kind == PDF_ARRAY && t->u.a.n == 2)
			put_texts(d, t, false, b);
		else
			pdf_put_string(b, VIEW(""));	/* indices elsewhere count on the place */
	}
	pdf_put_word(b, "]");
}

static void
put_value(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	if (o->kind == PDF_STRING)
		put_text(b, o->u.s);
	else if (o->kind == PDF_NAME && doc_name_ok(o->u.s))
		pdf_put_name(b, o->u.s);
	else if (o->kind == PDF_STREAM)
		put_stream_text(d, o, b);
	else if (o->kind == PDF_ARRAY)
		put_texts(d, o, false, b);
}

static void
put_attr(struct doc *d, const struct pdf_obj *o, int depth, struct buf *b)
{
	size_t i;

	if (o->kind == PDF_NAME && doc_name_ok(o->u.s))
		pdf_put_name(b, o->u.s);
	else if (o->kind == PDF_STRING && o->u.s.n <= BYTES_MAX)
		pdf_put_string(b, o->u.s);
	else if (o->kind == PDF_BOOL)
		pdf_put_word(b, o->u.b ? "true" : "false");
	else if (is_number(o))
		put_number(b, o);
	else if (o->kind == PDF_ARRAY && depth < 2 && o->u.a.n <= 1024) {
		pdf_put_word(b, "[");
		for (i = 0; i < o->u.a.n && doc_tick(d); i++)
			put_attr(d, pdf_resolve(d->r->in, &o->u.a.v[i]), depth + 1, b);
		pdf_put_word(b, "]");
	}
}

/* Attribute objects (14.7.6) may be followed by revision numbers. */
void
put_attrs(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	size_t start = b->n, i;

	if (o->kind == PDF_DICT || o->kind == PDF_STREAM) {
		if (pdf_get(d->r->in, o->u.d, "O")->kind == PDF_NAME)
			walk_dict(d, PDF_DICT_ATTR, o, b);
		return;
	}
	if (o->kind != PDF_ARRAY || o->u.a.n > 1024)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n && doc_tick(d); i++) {
		const struct pdf_obj *a = pdf_resolve(d->r->in, &o->u.a.v[i]);

		if (a->kind == PDF_DICT)
			put_attrs(d, a, b);
		else if (a->kind == PDF_INT && b->n > start + 1)
			put_number(b, a);
	}
	if (b->n == start + 1)
		b->n = start;
	else
		pdf_put_word(b, "]");
}

static void
put_classes(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	size_t start = b->n, i;

	if (o->kind == PDF_NAME && doc_name_ok(o->u.s))
		pdf_put_name(b, o->u.s);
	if (o->kind != PDF_ARRAY || o->u.a.n > 1024)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n; i++) {
		const struct pdf_obj *c = pdf_resolve(d->r->in, &o->u.a.v[i]);

		if (c->kind == PDF_NAME && doc_name_ok(c->u.s))
			pdf_put_name(b, c->u.s);
		else if (c->kind == PDF_INT && b->n > start + 1)
			put_number(b, c);
	}
	if (b->n == start + 1)
		b->n = start;
	else
		pdf_put_word(b, "]");
}

static void
put_integer(const struct pdf_obj *o, int64_t least, struct buf *b)
{
	int64_t i;

	if ((o->kind == PDF_INT || o->kind == PDF_REAL) && pdf_int(o, &i) && i >= least && i <= INT32_MAX)
		pdf_put_int(b, i);
}

static void
put_color(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	if (o->kind == PDF_ARRAY && o->u.a.n != 2)
		(void)put_numbers(d, o, 0, 4, b);
}

static void
put_rect(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	struct pdf_obj four = *o;

	if (o->kind != PDF_ARRAY || o->u.a.n < 4)
		return;
	four.u.a.n = 4;
	(void)put_numbers(d, &four, 4, 4, b);
}

void
put_simple(struct doc *d, const struct pdf_rule *rule, const struct pdf_obj *o, struct buf *b)
{
	switch (rule->how) {
	case PDF_HOW_BOOL:
		if (o->kind == PDF_BOOL)
			pdf_put_word(b, o->u.b ? "true" : "false");
		break;
	case PDF_HOW_INT: put_integer(o, INT32_MIN, b); break;
	case PDF_HOW_NAT: put_integer(o, 0, b); break;
	case PDF_HOW_NUM: put_number(b, o); break;
	case PDF_HOW_WIDTH:
		put_number(b, o);
		if (b->n == 0)
			pdf_put_int(b, 1);
		break;
	case PDF_HOW_NAME: put_name_in(rule->text, o, b); break;
	case PDF_HOW_NAMES: put_names(d, rule->text, 1, 16, o, b); break;
	case PDF_HOW_ENDS: put_names(d, rule->text, 2, 2, o, b); break;
	case PDF_HOW_ANYNAME:
		if (o->kind == PDF_NAME && doc_name_ok(o->u.s))
			pdf_put_name(b, o->u.s);
		break;
	case PDF_HOW_TEXT:
		if (o->kind == PDF_STRING)
			put_text(b, o->u.s);
		break;
	case PDF_HOW_TITLE:
		put_text(b, o->kind == PDF_STRING && o->u.s.n <= TEXT_MAX ? o->u.s : VIEW(""));
		break;
	case PDF_HOW_BYTES:
		if (o->kind == PDF_STRING && o->u.s.n <= BYTES_MAX)
			pdf_put_string(b, o->u.s);
		break;
	case PDF_HOW_DATE:
		if (o->kind == PDF_STRING && is_date(o->u.s))
			pdf_put_string(b, o->u.s);
		break;
	case PDF_HOW_LANG: put_lang(d, o, b); break;
	case PDF_HOW_RECT: put_rect(d, o, b); break;
	case PDF_HOW_NUMS:
		(void)put_numbers(d, o, 1, rule->max == 0 ? NUMS_MAX : rule->max, b);
		break;
	case PDF_HOW_COLOR: put_color(d, o, b); break;
	case PDF_HOW_NUMS2: put_number_lists(d, o, b); break;
	case PDF_HOW_BORDER: put_border(d, o, b); break;
	case PDF_HOW_LOOK: put_look(d, o, b); break;
	case PDF_HOW_VALUE: put_value(d, o, b); break;
	case PDF_HOW_OPTIONS:
		if (o->kind == PDF_ARRAY)
			put_texts(d, o, true, b);
		break;
	case PDF_HOW_ATTRS: put_attrs(d, o, b); break;
	case PDF_HOW_ATTR: put_attr(d, o, 0, b); break;
	case PDF_HOW_CLASSES: put_classes(d, o, b); break;
	default: break;
	}
}
