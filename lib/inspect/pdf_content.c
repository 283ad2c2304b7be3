/* Content streams (7.8.2, Annex A): operands, operator, line end, and so to the end. */
#include "inspect/pdf.h"

enum act { ACT_NONE, ACT_MARK, ACT_UNMARK, ACT_TEXT, ACT_UNTEXT, ACT_SAVE, ACT_RESTORE, ACT_IMAGE, ACT_GLYPH };
enum { OPERANDS_MAX = 33, NEST_MAX = 512, HASH = 256, INLINE_MAX = 1 << 20, SCRATCH = 1 << 20 };

static const struct operator {
	const char *word, *operands;
	enum act act;
} operators[] = {
#define OPERATOR(word, operands, act) { word, operands, ACT_##act },
#include "inspect/pdf_operator.def"
#undef OPERATOR
};
enum { OPERATORS = sizeof operators / sizeof *operators };

struct stream {
	struct walk *w;
	const struct content *c;
	struct lex l;
	size_t n;			/* operands gathered */
	struct operand {
		enum tok kind;
		bool strings;		/* array: some elements are strings, the others numbers */
		struct view s;		/* name, string */
		struct obj o;		/* dictionary */
	} operand[OPERANDS_MAX];
	struct objects objects;		/* dictionaries: forgotten from time to time */
	unsigned saved, marked, line;
	bool text;
};

static uint32_t
pack(struct view word)
{
	uint32_t x = 0;
	size_t i;

	for (i = 0; i < word.n; i++)
		x = x << 8 | word.p[i];
	return x;
}

static uint32_t
slot_of(uint32_t packed)
{
	return (packed * UINT32_C(2654435761)) >> 24;
}

/* A table from words to operators, built once for a walk. */
static void
build(struct walk *w)
{
	uint32_t i, slot;

	for (i = 0; i < OPERATORS; i++) {
		for (slot = slot_of(pack(view_str(operators[i].word))); w->operators[slot] != 0; slot = (slot + 1) % HASH)
			;
		w->operators[slot] = (uint8_t)(i + 1);
	}
	w->operators_ready = true;
}

static const struct operator *
operator_of(const struct walk *w, struct view word)
{
	uint32_t slot;

	if (word.n == 0 || word.n > 3)
		return NULL;
	for (slot = slot_of(pack(word)); w->operators[slot] != 0; slot = (slot + 1) % HASH)
		if (view_is(word, operators[w->operators[slot] - 1].word))
			return &operators[w->operators[slot] - 1];
	return NULL;
}

/* -- operands --------------------------------------------------------------------------- */

static bool
has_resource(struct stream *s, const char *category, struct view name)
{
	const struct obj *d = inspect_resolve(s->w, inspect_get(s->c->resources, category), NULL);

	return inspect_find(d, name) != NULL;
}

static bool
is_space(struct stream *s, struct view name)
{
	return view_is(name, "DeviceGray") || view_is(name, "DeviceRGB") || view_is(name, "DeviceCMYK") ||
	       view_is(name, "Pattern") || has_resource(s, "ColorSpace", name);
}

static bool
is_intent(struct view name)
{
	return view_is(name, "AbsoluteColorimetric") || view_is(name, "RelativeColorimetric") ||
	       view_is(name, "Saturation") || view_is(name, "Perceptual");
}

static bool
is_number(const struct operand *p)
{
	return p->kind == TOK_INT || p->kind == TOK_REAL;
}

static bool
one_of(const struct obj *o, const char *const *names)
{
	for (; o->kind == OBJ_NAME && *names != NULL; names++)
		if (obj_is_name(o, *names))
			return true;
	return false;
}

/* 14.6.2: what may be said of marked content. */
static bool
is_properties(struct stream *s, const struct operand *p)
{
	static const char *const types[] = { "Pagination", "Layout", "Page", "Background", "Inline", NULL };
	static const char *const subtypes[] = { "Header", "Footer", "Watermark", "PageNum", "Bates", "LineNum",
						"Redaction", NULL };
	size_t i;

	if (p->kind == TOK_NAME)
		return has_resource(s, "Properties", p->s);
	if (p->kind != TOK_DICT || p->o.u.d.n == 0)
		return false;
	for (i = 0; i < p->o.u.d.n; i++) {
		const struct entry *en = &p->o.u.d.e[i];
		const struct obj *o = &en->value;
		bool fits = view_is(en->key, "MCID") ? o->kind == OBJ_INT
			    : view_is(en->key, "Type") ? one_of(o, types)
			    : view_is(en->key, "Subtype") ? one_of(o, subtypes)
			    : view_is(en->key, "BBox") ? inspect_is_nums(s->w, o, 4)
			    : (view_is(en->key, "ActualText") || view_is(en->key, "Alt") || view_is(en->key, "E") ||
			       view_is(en->key, "Lang")) && o->kind == OBJ_STRING;

		if (!fits)
			return false;
	}
	return true;
}

static bool
operand_fits(struct stream *s, char want, const struct operand *p)
{
	switch (want) {
	case 'n':
		return is_number(p);
	case 'i':
		return p->kind == TOK_INT;
	case 's':
		return p->kind == TOK_STRING;
	case 'T':
		return p->kind == TOK_ARRAY;
	case 'D':
		return p->kind == TOK_ARRAY && !p->strings;
	case 'P':
		return is_properties(s, p);
	default:
		break;
	}
	if (p->kind != TOK_NAME)
		return false;
	switch (want) {
	case 'N':
		return true;
	case 'f':
		return has_resource(s, "Font", p->s);
	case 'x':
		return has_resource(s, "XObject", p->s);
	case 'g':
		return has_resource(s, "ExtGState", p->s);
	case 'h':
		return has_resource(s, "Shading", p->s);
	case 'c':
		return is_space(s, p->s);
	default:
		return want == 'r' && is_intent(p->s);
	}
}

/* Numbers, and behind them for scn perhaps a pattern. */
static bool
colour_fits(struct stream *s, bool pattern)
{
	size_t n = s->n, i;

	if (n > 0 && pattern && s->operand[n - 1].kind == TOK_NAME && has_resource(s, "Pattern", s->operand[n - 1].s))
		n--;
	for (i = 0; i < n; i++)
		if (!is_number(&s->operand[i]))
			return false;
	return s->n > 0 && n <= 32;
}

static bool
operands_fit(struct stream *s, const struct operator *op)
{
	size_t i;

	if (op->operands[0] == '*' || op->operands[0] == '+')
		return colour_fits(s, op->operands[0] == '+');
	for (i = 0; i < s->n && op->operands[i] != '\0'; i++)
		if (!operand_fits(s, op->operands[i], &s->operand[i]))
			return false;
	return i == s->n && op->operands[i] == '\0';
}

/* Dictionaries live until their operator: none may be open when the memory is thrown away. */
static bool
fresh(struct stream *s, struct err *e)
{
	size_t i;

	for (i = 0; i + 1 < s->n; i++)
		if (s->operand[i].kind == TOK_DICT)
			return true;
	if (s->objects.arena != NULL && arena_used(s->objects.arena) < SCRATCH)
		return true;
	arena_free(s->objects.arena);
	s->objects.arena = arena_new(0);
	return s->objects.arena != NULL || no_memory(e);
}

/* -- inline images (8.9.7) ---------------------------------------------------------------- */

static unsigned
inline_device(const struct obj *o)
{
	return obj_is_name(o, "G") ? 1 : obj_is_name(o, "RGB") ? 3 : obj_is_name(o, "CMYK") ? 4 : 0;
}

static bool
inline_space(struct stream *s, const struct obj *o, unsigned *ret, struct err *e)
{
	const struct obj *d, *a = o->kind == OBJ_ARRAY ? o->u.a.v : NULL;

	*ret = inline_device(o);
	if (*ret != 0)
		return true;
	if (a != NULL) {
		*ret = 1;
		return (o->u.a.n == 4 && obj_is_name(&a[0], "I") && inline_device(&a[1]) != 0 && a[2].kind == OBJ_INT &&
			a[2].u.i >= 0 && a[2].u.i <= 255 && a[3].kind == OBJ_STRING &&
			inspect_string_length(a[3].u.s) == (size_t)(a[2].u.i + 1) * inline_device(&a[1])) ||
		       residue(e, "inline image with an unsound palette");
	}
	d = inspect_resolve(s->w, inspect_get(s->c->resources, "ColorSpace"), NULL);
	d = o->kind == OBJ_NAME ? inspect_find(d, o->u.s) : NULL;
	return (d != NULL && inspect_components(s->w, d, ret, e) && *ret > 0) ||
	       residue(e, "inline image in an unknown colour space");
}

static bool
inline_keys(struct stream *s, struct obj *ret, struct err *e)
{
	static const char *const known[] = { "BPC", "CS", "D", "F", "H", "I", "IM", "W" };
	own_buf struct buf entries = BUF_MAX(4096);
	struct view last = { 0 };
	uint8_t *copy;
	enum tok t;
	size_t i;

	while ((t = inspect_lex(&s->l)) == TOK_NAME) {
		struct entry en = { .key = s->l.s };

		for (i = 0; i < sizeof known / sizeof *known && !view_is(en.key, known[i]); i++)
			;
		if (i == sizeof known / sizeof *known || (last.n > 0 && inspect_name_order(last, en.key) >= 0))
			return residue(e, "inline image with an unknown key, or keys out of order");
		last = en.key;
		if (!inspect_object(&s->objects, &s->l, &en.value, e))
			return false;
		if (!buf_put(&entries, &en, sizeof en))
			return no_memory(e);
	}
	if (t != TOK_WORD || !view_is(s->l.s, "ID") || s->l.in.n == 0 || s->l.in.p[0] != '\n')
		return residue(e, "inline image without its data");
	(void)view_skip(&s->l.in, 1);
	copy = arena_get(s->objects.arena, entries.n);
	if (copy == NULL)
		return no_memory(e);
	if (entries.n > 0)
		memcpy(copy, entries.p, entries.n);
	ret->kind = OBJ_DICT;
	ret->u.d.e = (const struct entry *)(const void *)copy;
	ret->u.d.n = entries.n / sizeof(struct entry);
	return true;
}

static int64_t
int_of(const struct obj *dict, const char *key)
{
	const struct obj *o = inspect_get(dict, key);

	return o != NULL && o->kind == OBJ_INT ? o->u.i : 0;
}

static bool
is_true(const struct obj *o)
{
	return o != NULL && o->kind == OBJ_BOOL && o->u.b;
}

static bool
inline_sound(struct stream *s, const struct obj *d, uint64_t *ret_bytes, struct err *e)
{
	const struct obj *cs = inspect_get(d, "CS"), *decode = inspect_get(d, "D"), *smooth = inspect_get(d, "I");
	bool mask = is_true(inspect_get(d, "IM"));
	int64_t w = int_of(d, "W"), h = int_of(d, "H"), bits = int_of(d, "BPC");
	unsigned n = 1;

	if (w < 1 || h < 1 || w > INLINE_MAX || h > INLINE_MAX || !obj_is_name(inspect_get(d, "F"), "AHx"))
		return residue(e, "inline image without a size or with another filter");
	if (bits != 1 && (mask || (bits != 2 && bits != 4 && bits != 8 && bits != 16)))
		return residue(e, "inline image of unsound depth");
	if (mask != (cs == NULL) || (!mask && inspect_get(d, "IM") != NULL) ||
	    (smooth != NULL && smooth->kind != OBJ_BOOL))
		return residue(e, "inline image that is neither mask nor picture");
	if (cs != NULL && !inline_space(s, cs, &n, e))
		return false;
	if (decode != NULL && (!inspect_is_nums(s->w, decode, 2 * (size_t)n) || !inspect_check_nums(s->w,
			(struct value){ decode, NULL, SHAPE_GNUMS, NULL }, e)))
		return residue(e, "inline image with an unsound decode array");
	*ret_bytes = ((uint64_t)w * (uint64_t)bits * n + 7) / 8 * (uint64_t)h;
	return true;
}

static bool
inline_image(struct stream *s, struct err *e)
{
	struct obj d = { 0 };
	uint64_t bytes = 0;
	struct view hex;
	size_t i;

	if (!fresh(s, e) || !inline_keys(s, &d, e) || !inline_sound(s, &d, &bytes, e))
		return false;
	if (bytes > s->l.in.n / 2 || !view_take(&s->l.in, (size_t)bytes * 2, &hex) ||
	    !view_starts(s->l.in, VIEW(">\nEI\n")) || !view_skip(&s->l.in, 5))
		return residue(e, "inline image with data of another size");
	for (i = 0; i < hex.n; i++)
		if ((hex.p[i] < '0' || hex.p[i] > '9') && (hex.p[i] < 'A' || hex.p[i] > 'F'))
			return residue(e, "inline image that is not upper-case hexadecimal");
	s->l.regular = false;
	return true;
}

/* -- the stream ----------------------------------------------------------------------------- */

static bool
act(struct stream *s, enum act a, struct err *e)
{
	switch (a) {
	case ACT_NONE:
		return true;
	case ACT_SAVE:
		return ++s->saved <= NEST_MAX || residue(e, "q too deep");
	case ACT_RESTORE:
		return s->saved-- > 0 || residue(e, "Q without q");
	case ACT_MARK:
		return ++s->marked <= NEST_MAX || residue(e, "marked content too deep");
	case ACT_UNMARK:
		return s->marked-- > 0 || residue(e, "EMC without its beginning");
	case ACT_TEXT:
	case ACT_UNTEXT:
		if (s->text != (a == ACT_UNTEXT))
			return residue(e, "BT or ET where none may be");
		s->text = a == ACT_TEXT;
		return true;
	case ACT_GLYPH:
		return s->c->glyph || residue(e, "d0 or d1 outside a glyph");
	case ACT_IMAGE:
		break;
	}
	return inline_image(s, e);
}

static bool
operate(struct stream *s, struct err *e)
{
	const struct operator *op = operator_of(s->w, s->l.s);
	int n = (int)(s->l.s.n > 20 ? 20 : s->l.s.n);

	if (op == NULL)
		return residue(e, "unknown operator %.*s", n, (const char *)s->l.s.p);
	if (!operands_fit(s, op))
		return residue(e, "operands of %s", op->word);
	s->n = 0;
	s->line++;
	if (op->act == ACT_IMAGE)
		return inline_image(s, e);
	if (s->l.in.n == 0 || s->l.in.p[0] != '\n')
		return residue(e, "operator %s without a line end", op->word);
	(void)view_skip(&s->l.in, 1);
	s->l.regular = false;
	return act(s, op->act, e);
}

/* An array holds numbers and strings only; what they are is of no use later. */
static bool
list(struct stream *s, struct operand *p, struct err *e)
{
	enum tok t;

	p->strings = false;
	while ((t = inspect_lex(&s->l)) != TOK_ARRAY_END) {
		if (t == TOK_STRING)
			p->strings = true;
		else if (t != TOK_INT && t != TOK_REAL)
			return residue(e, "%s", t == TOK_BAD ? s->l.why : "array of other than numbers and strings");
	}
	return true;
}

static bool
gather(struct stream *s, enum tok t, struct err *e)
{
	struct operand *p = &s->operand[s->n];

	if (s->n == OPERANDS_MAX)
		return residue(e, "too many operands");
	s->n++;
	p->kind = t;
	switch (t) {
	case TOK_INT:
	case TOK_REAL:
		return true;
	case TOK_NAME:
	case TOK_STRING:
		p->s = s->l.s;
		return true;
	case TOK_ARRAY:
		return list(s, p, e);
	case TOK_DICT:
		return fresh(s, e) && inspect_object_from(&s->objects, &s->l, t, &p->o, e);
	default:
		return residue(e, "%s", t == TOK_BAD ? s->l.why : "a token that is no operand");
	}
}

static bool
all(struct stream *s, struct view data, struct err *e)
{
	while (s->l.in.n > 0) {
		enum tok t = inspect_lex(&s->l);

		if (!(t == TOK_WORD ? operate(s, e) : gather(s, t, e)))
			return err_at(e, "content line %u, byte %zu", s->line, at_of(data, s->l.in));
	}
	return (s->n == 0 && s->saved == 0 && s->marked == 0 && !s->text) ||
	       residue(e, "content ends with something open");
}

bool
inspect_content(struct walk *w, struct view data, const struct content *c, struct err *e)
{
	struct stream s = { .w = w, .c = c, .l = { .in = data }, .objects = { .stack = BUF_MAX((size_t)1 << 28) } };
	bool ok;

	if (!w->operators_ready)
		build(w);
	ok = all(&s, data, e);
	arena_free(s.objects.arena);
	buf_release(&s.objects.stack);
	return ok;
}
