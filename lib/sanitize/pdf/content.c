/*
 * content.c - content streams read token by token and written anew
 * (ISO 32000-2 7.8.2, Annex A).
 *
 * Broken streams are read as the common viewers read them, so that the new
 * stream shows in every viewer what the old one did: an operator with too
 * few operands or with wrong ones is skipped, of too many the last ones
 * count, an unmatched Q, ET or EMC is skipped, and what is open at the end is closed.
 */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/pdf/gfx.h"
#include "sanitize/pdf/marked.h"

enum act {
	ACT_PLAIN, ACT_GONE, ACT_SAVE, ACT_RESTORE, ACT_BT, ACT_ET, ACT_FONT, ACT_SHOW, ACT_SHOWLINE,
	ACT_GSTATE, ACT_SPACE, ACT_PATTERN, ACT_SHADING, ACT_XOBJECT, ACT_INTENT, ACT_MARK, ACT_POINT,
	ACT_EMC, ACT_IMAGE, ACT_GLYPH,
};

struct op {
	const char *word;
	const char *operands;
	enum act act;
};

static const struct op ops[] = {
#define OP(word, operands, act) { word, operands, ACT_##act },
#include "sanitize/pdf/content_op.def"
#undef OP
};

enum {
	ARGS_MAX = 33,			/* 32 components and a pattern's name */
	NEST_MAX = 512,			/* q in q; Annex C has 28, makers pass it */
	SCRATCH_MAX = 1 << 20,		/* decoded strings before they are forgotten */
};

/* An operand; of an array, `n` elements from `at` on in the pool. */
struct arg {
	struct pdf_obj o;
	size_t at, n;
};

/* Something that opens and closes: how deep it is, and how deep beyond NEST_MAX. */
struct nest {
	uint32_t depth, beyond;
};

struct content {
	struct pdf_rebuild *r;
	struct res *res;
	struct buf *out;
	enum content_kind kind;
	struct arena *scratch;
	struct arg arg[ARGS_MAX];
	size_t args;		/* all that came, of which the last ARGS_MAX are kept */
	struct pdf_obj *pool;
	size_t pool_n, pool_cap;
	struct nest save, mark;
	bool text;
	/* The font in force could not be found: text shows nothing, as readers have it. */
	bool no_font;
	uint8_t no_font_saved[NEST_MAX];
	uint32_t dropped;
	uint8_t bad;		/* values without an end: each may cost the whole stream */
};

/* Words of up to three bytes packed in an integer: the table is sorted once by it. */
static uint32_t
pack(struct view w)
{
	uint32_t x = 0;

	if (w.n == 0 || w.n > 3)
		return 0;
	for (size_t i = 0; i < w.n; i++)
		x = x << 8 | w.p[i];
	return x;
}

static const struct op *
op_find(struct view word)
{
	uint32_t want = pack(word);

	if (want == 0)
		return NULL;
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (ops[i].word[0] == (char)word.p[0] && pack(view_str(ops[i].word)) == want)
			return &ops[i];
	return NULL;
}

static struct arg *
arg_new(struct content *c)
{
	if (c->args >= ARGS_MAX)
		memmove(c->arg, c->arg + 1, (ARGS_MAX - 1) * sizeof *c->arg);
	else
		c->args++;
	c->arg[c->args - 1] = (struct arg){ 0 };
	return &c->arg[c->args - 1];
}

static bool
pool_put(struct content *c, const struct pdf_obj *o, struct err *e)
{
	if (c->pool_n == c->pool_cap) {
		size_t cap = c->pool_cap ? c->pool_cap * 2 : 256;
		struct pdf_obj *more = realloc(c->pool, cap * sizeof *more);

		if (!more)
			return err_set(e, ERR_SYSTEM, "no memory");
		c->pool = more;
		c->pool_cap = cap;
	}
	c->pool[c->pool_n++] = *o;
	return true;
}

/* An array of scalars: arrays and words inside it are passed over, its end may be missing. */
static bool
read_array(struct content *c, struct view *in, struct err *e)
{
	struct arg *a = arg_new(c);
	size_t deep = 1, at = c->pool_n;
	struct pdf_obj o;

	while (deep > 0) {
		enum pdf_tok t = pdf_tok(in, c->scratch, &o);

		if (t == PDF_TOK_END)
			break;
		if (t == PDF_TOK_ARRAY || t == PDF_TOK_DICT)
			deep++;
		else if (t == PDF_TOK_ARRAY_END || t == PDF_TOK_DICT_END)
			deep--;
		else if (t == PDF_TOK_OBJ && deep == 1 && !pool_put(c, &o, e))
			return false;
	}
	a->o.kind = PDF_ARRAY;
	a->at = at;
	a->n = c->pool_n - at;
	return true;
}

/* A property list.  Where it has no end the rest is read as if its << were not there. */
static void
read_dict(struct content *c, struct view before, struct view *in)
{
	struct pdf_obj o;

	if (c->bad >= 8)
		return;
	if (pdf_parse_direct(&before, c->scratch, &o)) {
		*in = before;
		arg_new(c)->o = o;
	} else {
		c->bad++;
	}
}

static bool
is_num(const struct pdf_obj *o)
{
	return o->kind == PDF_INT || o->kind == PDF_REAL;
}

static bool
fits(char want, const struct pdf_obj *o)
{
	switch (want) {
	case 'n':
	case 'i':
		return is_num(o);
	case 'N':
		return o->kind == PDF_NAME && gfx_name_ok(o->u.s);
	case 's':
		return o->kind == PDF_STRING;
	case 'T':
	case 'D':
		return o->kind == PDF_ARRAY;
	case 'P':
		return o->kind == PDF_NAME || o->kind == PDF_DICT;
	default:
		return false;
	}
}

/* The operands of an operator: the last of those that came; NULL where they do not fit. */
static const struct arg *
args_for(const struct content *c, const struct op *op, size_t *ret_n)
{
	size_t n = strlen(op->operands);
	const struct arg *a;

	if (n > c->args)
		return NULL;
	a = c->arg + (c->args - n);
	for (size_t i = 0; i < n; i++)
		if (!fits(op->operands[i], &a[i].o))
			return NULL;
	*ret_n = n;
	return a;
}

static void
put_num(struct buf *b, const struct pdf_obj *o)
{
	if (o->kind == PDF_INT)
		pdf_put_int(b, o->u.i);
	else
		pdf_put_real(b, o->u.r);
}

static void
put_array(const struct content *c, const struct arg *a, bool strings)
{
	pdf_put_word(c->out, "[");
	for (size_t i = 0; i < a->n; i++) {
		const struct pdf_obj *o = &c->pool[a->at + i];

		if (is_num(o))
			put_num(c->out, o);
		else if (strings && o->kind == PDF_STRING)
			pdf_put_string(c->out, o->u.s);
	}
	pdf_put_word(c->out, "]");
}

static void
put_op(struct content *c, const char *word)
{
	pdf_put_word(c->out, word);
	buf_byte(c->out, '\n');
}

static void
put_plain(struct content *c, const struct op *op, const struct arg *a)
{
	for (size_t i = 0; op->operands[i]; i++) {
		const struct pdf_obj *o = &a[i].o;
		int64_t whole;

		switch (op->operands[i]) {
		case 'n':
			put_num(c->out, o);
			break;
		case 'i':
			if (pdf_int(o, &whole))
				pdf_put_int(c->out, whole);
			break;
		case 'N':
			pdf_put_name(c->out, o->u.s);
			break;
		case 's':
			pdf_put_string(c->out, o->u.s);
			break;
		default:
			put_array(c, &a[i], op->operands[i] == 'T');
		}
	}
	put_op(c, op->word);
}

static bool
nest_open(struct nest *n)
{
	if (n->depth < NEST_MAX) {
		n->depth++;
		return true;
	}
	if (n->beyond < UINT32_MAX)
		n->beyond++;
	return false;
}

static bool
nest_close(struct nest *n)
{
	if (n->beyond > 0) {
		n->beyond--;
		return false;
	}
	if (n->depth == 0)
		return false;
	n->depth--;
	return true;
}

/* An operator that names a resource: written where there is such a one. */
static bool
named(struct content *c, const struct op *op, const struct arg *a, enum res_cat cat, bool *ret,
      struct err *e)
{
	if (!res_use(c->res, cat, a[0].o.u.s, ret, e))
		return false;
	if (*ret)
		put_plain(c, op, a);
	else
		c->dropped++;
	return true;
}

static bool
set_font(struct content *c, const struct op *op, const struct arg *a, struct err *e)
{
	bool found;

	if (!named(c, op, a, RES_FONT, &found, e))
		return false;
	c->no_font = !found;
	return true;
}

static void
show(struct content *c, const struct op *op, const struct arg *a)
{
	if (!c->no_font)
		put_plain(c, op, a);
	else if (op->act == ACT_SHOWLINE)
		put_op(c, "T*");
}

static bool
set_space(struct content *c, const struct op *op, const struct arg *a, struct err *e)
{
	bool found;

	if (gfx_word_in(a[0].o.u.s, "DeviceGray DeviceRGB DeviceCMYK Pattern")) {
		put_plain(c, op, a);
		return true;
	}
	return named(c, op, a, RES_COLORSPACE, &found, e);
}

/* sc, scn: as many numbers as came, then perhaps a pattern's name. */
static bool
set_color(struct content *c, const struct op *op, struct err *e)
{
	size_t n = c->args, first = 0;
	const struct pdf_obj *last = n ? &c->arg[n - 1].o : NULL;
	bool found, pattern = op->act == ACT_PATTERN && last && last->kind == PDF_NAME;

	if (pattern) {
		if (!res_use(c->res, RES_PATTERN, last->u.s, &found, e))
			return false;
		if (!found) {
			c->dropped++;
			return true;
		}
		n--;
	}
	if (n > GFX_COMPONENTS_MAX)
		first = n - GFX_COMPONENTS_MAX;
	for (size_t i = first; i < n; i++)
		if (!is_num(&c->arg[i].o))
			first = i + 1;
	if (first >= n && !pattern) {
		c->dropped++;
		return true;
	}
	for (size_t i = first; i < n; i++)
		put_num(c->out, &c->arg[i].o);
	if (pattern)
		pdf_put_name(c->out, last->u.s);
	put_op(c, op->word);
	return true;
}

/* BMC, BDC, MP, DP (14.6): a property list that is nothing leaves the tag alone. */
static bool
mark(struct content *c, const struct op *op, const struct arg *a, size_t n, struct err *e)
{
	bool point = op->act == ACT_POINT, props = false;

	if (!point && !nest_open(&c->mark))
		return true;
	pdf_put_name(c->out, a[0].o.u.s);
	if (n == 2 && !marked_put(c->r, c->res, &a[1].o, c->out, &props, c->scratch, e))
		return false;
	put_op(c, props ? (point ? "DP" : "BDC") : (point ? "MP" : "BMC"));
	return true;
}

static void
save(struct content *c, bool open)
{
	if (open ? !nest_open(&c->save) : !nest_close(&c->save))
		return;
	if (open)
		c->no_font_saved[c->save.depth - 1] = c->no_font;
	else
		c->no_font = c->no_font_saved[c->save.depth];
	put_op(c, open ? "q" : "Q");
}

/* BT and ET do not nest (9.4.1); a BT in BT starts the text matrices anew, so one ends first. */
static void
text_object(struct content *c, bool open)
{
	if (c->text)
		put_op(c, "ET");
	c->text = open;
	if (open)
		put_op(c, "BT");
}

static bool
run(struct content *c, const struct op *op, struct view *in, struct err *e)
{
	size_t n = 0;
	const struct arg *a = args_for(c, op, &n);
	bool found;

	if (op->operands[0] == '*')
		return set_color(c, op, e);
	if (!a) {
		c->dropped++;
		return true;
	}
	switch (op->act) {
	case ACT_GONE:
		return true;
	case ACT_SAVE:
	case ACT_RESTORE:
		save(c, op->act == ACT_SAVE);
		return true;
	case ACT_BT:
	case ACT_ET:
		text_object(c, op->act == ACT_BT);
		return true;
	case ACT_FONT:
		return set_font(c, op, a, e);
	case ACT_SHOW:
	case ACT_SHOWLINE:
		show(c, op, a);
		return true;
	case ACT_GSTATE:
		return named(c, op, a, RES_EXTGSTATE, &found, e);
	case ACT_SPACE:
		return set_space(c, op, a, e);
	case ACT_SHADING:
		return named(c, op, a, RES_SHADING, &found, e);
	case ACT_XOBJECT:
		return named(c, op, a, RES_XOBJECT, &found, e);
	case ACT_MARK:
	case ACT_POINT:
		return mark(c, op, a, n, e);
	case ACT_EMC:
		if (nest_close(&c->mark))
			put_op(c, "EMC");
		return true;
	case ACT_IMAGE:
		if (!inline_image(c->r, in, c->scratch, c->res, c->out,
				  &c->bad, &found, e))
			return false;
		c->dropped += found;
		return true;
	case ACT_INTENT:
		if (!gfx_word_in(a[0].o.u.s, GFX_INTENTS))
			return true;
		break;
	case ACT_GLYPH:
		if (c->kind != CONTENT_GLYPH)
			return true;
		break;
	case ACT_PLAIN:
	case ACT_PATTERN:
		break;
	}
	put_plain(c, op, a);
	return true;
}

/* Between two operators nothing decoded is needed any more. */
static bool
forget(struct content *c, struct err *e)
{
	c->args = 0;
	c->pool_n = 0;
	if (arena_used(c->scratch) > SCRATCH_MAX) {
		arena_free(c->scratch);
		c->scratch = arena_new(0);
		if (!c->scratch)
			return err_set(e, ERR_SYSTEM, "no memory");
	}
	return job_tick(c->r->job, e);
}

static bool
read_all(struct content *c, struct view in, struct err *e)
{
	for (;;) {
		struct view before = in;
		struct pdf_obj o;
		const struct op *op;

		switch (pdf_tok(&in, c->scratch, &o)) {
		case PDF_TOK_END:
			return true;
		case PDF_TOK_OBJ:
			arg_new(c)->o = o;
			continue;
		case PDF_TOK_ARRAY:
			if (!read_array(c, &in, e))
				return false;
			continue;
		case PDF_TOK_DICT:
			read_dict(c, before, &in);
			continue;
		case PDF_TOK_WORD:
			break;
		default:
			continue;
		}
		op = op_find(o.u.s);
		if (!op)
			c->dropped++;
		else if (!run(c, op, &in, e))
			return false;
		if (!forget(c, e))
			return false;
		if (c->out->full)
			return buf_ok(c->out, e);
	}
}

bool
content_rebuild(struct pdf_rebuild *r, struct view in, struct res *res, enum content_kind kind,
		struct buf *out, struct err *e)
{
	struct content *c = calloc(1, sizeof *c);
	bool ok;

	if (!c)
		return err_set(e, ERR_SYSTEM, "no memory");
	*c = (struct content){ .r = r, .res = res, .out = out, .kind = kind };
	c->scratch = arena_new(0);
	ok = c->scratch ? read_all(c, in.n ? in : VIEW(""), e) : err_set(e, ERR_SYSTEM, "no memory");
	if (c->text)
		put_op(c, "ET");
	for (; c->mark.depth > 0; c->mark.depth--)
		put_op(c, "EMC");
	for (; c->save.depth > 0; c->save.depth--)
		put_op(c, "Q");
	if (ok && c->dropped)
		job_find(r->job, FINDING_PDF_OPERATORS, res_where(res), "%u", c->dropped);
	arena_free(c->scratch);
	free(c->pool);
	free(c);
	return ok && buf_ok(out, e);
}
