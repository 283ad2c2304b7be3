/* Plain values, and those made of them. */
#include "inspect/pdf.h"

#include "core/utf8.h"
#include "inspect/address.h"

enum { TEXT_MAX = 1 << 20, BYTES_MAX = 4096, LIST_MAX = 1000000 };

bool
inspect_check_never(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	(void)v;
	return residue(e, "a value where none may be");
}

bool
inspect_check_any(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	(void)v;
	(void)e;
	return true;
}

bool
inspect_check_bool(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return v.o->kind == OBJ_BOOL || residue(e, "no boolean");
}

bool
inspect_check_int(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return (v.o->kind == OBJ_INT && v.o->u.i >= INT32_MIN && v.o->u.i <= INT32_MAX) || residue(e, "no integer");
}

bool
inspect_check_nat(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return (v.o->kind == OBJ_INT && v.o->u.i >= 0 && v.o->u.i <= INT32_MAX) || residue(e, "no natural number");
}

bool
inspect_check_num(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return obj_is_num(v.o) || residue(e, "no number");
}

bool
inspect_check_rotate(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return (v.o->kind == OBJ_INT && (v.o->u.i == 90 || v.o->u.i == 180 || v.o->u.i == 270)) ||
	       residue(e, "no rotation");
}

static bool
name_in(struct view name, const char *list)
{
	while (list != NULL && *list != '\0') {
		const char *end = strchr(list, ' ');
		size_t n = end != NULL ? (size_t)(end - list) : strlen(list);

		if (view_eq(name, view_of(list, n)))
			return true;
		list += n + (end != NULL);
	}
	return list == NULL;
}

bool
inspect_check_name(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	if (v.o->kind != OBJ_NAME)
		return residue(e, "no name");
	return name_in(v.o->u.s, v.arg) ||
	       residue(e, "unknown name /%.*s", (int)(v.o->u.s.n > 60 ? 60 : v.o->u.s.n), (const char *)v.o->u.s.p);
}

/* One name of the set, or an array of such. */
bool
inspect_check_names(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind != OBJ_ARRAY)
		return inspect_check_name(w, v, e);
	for (i = 0; i < v.o->u.a.n; i++)
		if (!inspect_check_name(w, (struct value){ &v.o->u.a.v[i], NULL, v.shape, v.arg }, e))
			return false;
	return true;
}

bool
inspect_check_text(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return (v.o->kind == OBJ_STRING && v.o->u.s.n <= 2 * TEXT_MAX + 2) || residue(e, "no text");
}

bool
inspect_check_bytes(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return (v.o->kind == OBJ_STRING && v.o->u.s.n <= 2 * BYTES_MAX + 2) || residue(e, "no byte string");
}

static bool
is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* A literal string's inside, which needs no unescaping where it has no backslash. */
static bool
plain_inside(const struct obj *o, struct view *ret)
{
	if (o->kind != OBJ_STRING || o->u.s.n < 2 || o->u.s.p[0] != '(')
		return false;
	*ret = (struct view){ o->u.s.p + 1, o->u.s.n - 2 };
	return memchr(ret->p, '\\', ret->n) == NULL;
}

bool
inspect_check_lang(struct walk *w, struct value v, struct err *e)
{
	struct view s;
	size_t i;

	(void)w;
	if (!plain_inside(v.o, &s))
		return residue(e, "no language");
	for (i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return residue(e, "no language");
	return true;
}

static bool
two_digits(struct view *v, unsigned max)
{
	struct view d;

	if (!view_take(v, 2, &d) || d.p[0] < '0' || d.p[0] > '9' || d.p[1] < '0' || d.p[1] > '9')
		return false;
	return (unsigned)(d.p[0] - '0') * 10 + (unsigned)(d.p[1] - '0') <= max;
}

/* 7.9.4: D:YYYY[MM[DD[HH[mm[SS[Z|+|-[HH['[mm[']]]]]]]]]] */
bool
inspect_check_date(struct walk *w, struct value v, struct err *e)
{
	static const unsigned max[] = { 99, 99, 12, 31, 23, 59, 59 };
	struct view s;
	unsigned i;

	(void)w;
	if (!plain_inside(v.o, &s) || !view_starts(s, VIEW("D:")) || !view_skip(&s, 2))
		return residue(e, "no date");
	for (i = 0; i < 7 && s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9'; i++)
		if (!two_digits(&s, max[i]))
			return residue(e, "no date");
	if (i < 2)
		return residue(e, "no date");
	if (s.n > 0 && (s.p[0] == 'Z' || s.p[0] == '+' || s.p[0] == '-')) {
		(void)view_skip(&s, 1);
		if (s.n > 0 && !two_digits(&s, 23))
			return residue(e, "no date");
		if (s.n > 0 && s.p[0] == '\'')
			(void)view_skip(&s, 1);
		if (s.n > 0 && s.p[0] != '\'' && !two_digits(&s, 59))
			return residue(e, "no date");
		if (s.n > 0 && s.p[0] == '\'')
			(void)view_skip(&s, 1);
	}
	return s.n == 0 || residue(e, "no date");
}

/* "4", or "2-64": how many. */
static bool
count_fits(size_t n, const char *arg)
{
	char *end;
	unsigned long least, most;

	if (arg == NULL)
		return n <= LIST_MAX;
	least = most = strtoul(arg, &end, 10);
	if (*end == '-')
		most = strtoul(end + 1, NULL, 10);
	return n >= least && n <= most;
}

bool
inspect_check_nums(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	(void)w;
	/* An indirect array comes without its row: its count is judged by who uses it. */
	if (v.o->kind != OBJ_ARRAY || !count_fits(v.o->u.a.n, v.arg))
		return residue(e, "no array of so many numbers");
	for (i = 0; i < v.o->u.a.n; i++)
		if (!obj_is_num(&v.o->u.a.v[i]))
			return residue(e, "an element that is no number");
	return true;
}

bool
inspect_check_nums2(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind != OBJ_ARRAY)
		return residue(e, "no array of arrays of numbers");
	for (i = 0; i < v.o->u.a.n; i++)
		if (!inspect_check_nums(w, (struct value){ &v.o->u.a.v[i], NULL, v.shape, NULL }, e))
			return false;
	return true;
}

bool
inspect_check_bools(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return (v.o->kind == OBJ_ARRAY && v.o->u.a.n == 2 && v.o->u.a.v[0].kind == OBJ_BOOL &&
		v.o->u.a.v[1].kind == OBJ_BOOL) || residue(e, "no pair of booleans");
}

bool
inspect_check_color(struct walk *w, struct value v, struct err *e)
{
	if (!inspect_check_nums(w, v, e))
		return false;
	return v.o->u.a.n < 5 || residue(e, "colour of %zu components", v.o->u.a.n);
}

/* [h v w] or [h v w [dashes]] (12.5.2) */
bool
inspect_check_border(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n < 3 || v.o->u.a.n > 4)
		return residue(e, "no border");
	for (i = 0; i < 3; i++)
		if (!obj_is_num(&v.o->u.a.v[i]))
			return residue(e, "no border");
	return v.o->u.a.n == 3 || inspect_check_nums(w, (struct value){ &v.o->u.a.v[3], NULL, v.shape, NULL }, e);
}

/* [[dashes] phase] (8.4.3.6) */
bool
inspect_check_dash(struct walk *w, struct value v, struct err *e)
{
	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n != 2 || !obj_is_num(&v.o->u.a.v[1]))
		return residue(e, "no dash pattern");
	return inspect_check_nums(w, (struct value){ &v.o->u.a.v[0], NULL, v.shape, NULL }, e);
}

/* An appearance string (12.7.4.3): a piece of content with these operators alone, one space between its tokens. */
bool
inspect_check_look(struct walk *w, struct value v, struct err *e)
{
	own_buf struct buf b = BUF_MAX(BYTES_MAX);
	struct view rest;

	(void)w;
	if (v.o->kind != OBJ_STRING || v.o->u.s.n > BYTES_MAX || !inspect_string_bytes(v.o->u.s, &b))
		return residue(e, "no appearance string");
	for (rest = buf_bytes(&b);; (void)view_skip(&rest, 1)) {
		size_t end = view_find(rest, 0, VIEW(" "));
		struct lex l = { 0 };
		enum tok t;

		(void)view_take(&rest, end == VIEW_NOT_FOUND ? rest.n : end, &l.in);
		t = inspect_lex(&l);
		if (t != TOK_INT && t != TOK_REAL && t != TOK_NAME && !(t == TOK_WORD && name_in(l.s, "Tf g rg k")))
			return residue(e, "appearance string with an unknown word, or other than one space between two");
		if (l.in.n > 0)
			return residue(e, "appearance string without a space");
		if (rest.n == 0)
			return true;
	}
}

/* A field's value: text, a name, or an array of texts. */
bool
inspect_check_value(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind == OBJ_NAME)
		return true;
	if (v.o->kind != OBJ_ARRAY)
		return inspect_check_text(w, v, e);
	for (i = 0; i < v.o->u.a.n; i++)
		if (v.o->u.a.v[i].kind != OBJ_STRING)
			return residue(e, "value that is no text");
	return true;
}

bool
inspect_check_options(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	(void)w;
	if (v.o->kind != OBJ_ARRAY)
		return residue(e, "no options");
	for (i = 0; i < v.o->u.a.n; i++) {
		const struct obj *o = &v.o->u.a.v[i];
		bool pair = o->kind == OBJ_ARRAY && o->u.a.n == 2 && o->u.a.v[0].kind == OBJ_STRING &&
			    o->u.a.v[1].kind == OBJ_STRING;

		if (o->kind != OBJ_STRING && !pair)
			return residue(e, "option that is neither text nor a pair of texts");
	}
	return true;
}

/* A name, number, boolean or byte string, or an array of these (14.8.5). */
bool
inspect_check_attr_value(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	switch (v.o->kind) {
	case OBJ_BOOL:
	case OBJ_INT:
	case OBJ_REAL:
	case OBJ_NAME:
	case OBJ_STRING:
		return true;
	case OBJ_ARRAY:
		for (i = 0; i < v.o->u.a.n; i++)
			if (v.o->u.a.v[i].kind == OBJ_REF ||
			    !inspect_check_attr_value(w, (struct value){ &v.o->u.a.v[i], NULL, v.shape, NULL }, e))
				return residue(e, "attribute value");
		return true;
	default:
		return residue(e, "attribute value");
	}
}

/* 14.8.5: an owner we know, keys from the list, plain values. */
bool
inspect_check_attr(struct walk *w, struct value v, struct err *e)
{
	static const char owners[] =
		"Layout List PrintField Table Artifact Link XML-1.00 XML-1.01 HTML-3.20 HTML-4.01 HTML-5.00 "
		"OEB-1.00 RTF-1.05 CSS-1 CSS-2 CSS-3 RDFa-1.10 ARIA-1.1";
	static const char names[] =
		"O Placement WritingMode BackgroundColor BorderColor BorderStyle BorderThickness Padding Color "
		"SpaceBefore SpaceAfter StartIndent EndIndent TextIndent TextAlign BBox Width Height BlockAlign "
		"InlineAlign TBorderStyle TPadding LineHeight BaselineShift TextDecorationType TextDecorationColor "
		"TextDecorationThickness TextPosition RubyAlign RubyPosition GlyphOrientationVertical ColumnCount "
		"ColumnGap ColumnWidths ListNumbering ContinuedList ContinuedFrom Role checked Checked Desc RowSpan "
		"ColSpan Headers Scope Summary Short Type Subtype Attached Contents NoteType";
	const struct obj *owner = inspect_get(v.o, "O");
	size_t i;

	if (v.o->kind != OBJ_DICT || owner == NULL || owner->kind != OBJ_NAME || !name_in(owner->u.s, owners))
		return residue(e, "attributes without a known owner");
	for (i = 0; i < v.o->u.d.n; i++) {
		const struct entry *en = &v.o->u.d.e[i];

		if (!name_in(en->key, names) || en->value.kind == OBJ_REF ||
		    !inspect_check_attr_value(w, (struct value){ &en->value, NULL, v.shape, NULL }, e))
			return residue(e, "attribute /%.*s", (int)(en->key.n > 60 ? 60 : en->key.n),
				       (const char *)en->key.p);
	}
	return true;
}

/* One attribute dictionary, or an array of these and of revision numbers (14.7.6). */
bool
inspect_check_attrs(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind != OBJ_ARRAY)
		return inspect_check_attr(w, v, e);
	for (i = 0; i < v.o->u.a.n; i++) {
		const struct obj *o = &v.o->u.a.v[i];

		if (o->kind != OBJ_INT && !inspect_check_attr(w, (struct value){ o, NULL, v.shape, NULL }, e))
			return false;
	}
	return true;
}

bool
inspect_check_classes(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	(void)w;
	if (v.o->kind == OBJ_NAME)
		return true;
	if (v.o->kind != OBJ_ARRAY)
		return residue(e, "no classes");
	for (i = 0; i < v.o->u.a.n; i++)
		if (v.o->u.a.v[i].kind != OBJ_NAME && v.o->u.a.v[i].kind != OBJ_INT)
			return residue(e, "class that is neither name nor revision");
	return true;
}

/* 12.6.4.8; the action is there only where the profile keeps links. */
bool
inspect_check_uri(struct walk *w, struct value v, struct err *e)
{
	own_buf struct buf b = BUF_MAX(TEXT_MAX);

	(void)w;
	if (v.o->kind != OBJ_STRING || !inspect_string_bytes(v.o->u.s, &b))
		return residue(e, "no address");
	return inspect_address_written(buf_bytes(&b), e);
}

bool
inspect_check_panose(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return (v.o->kind == OBJ_STRING && inspect_string_length(v.o->u.s) == 12) || residue(e, "no Panose");
}
