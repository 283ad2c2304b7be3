#include "inspect/formula.h"

#include "core/utf8.h"
#include "inspect/address.h"

enum { STRUCTURED_DEPTH = 2 };

struct formula {
	struct inspection *in;
	struct workbook *w;
	struct view rest;
	bool indirect;		/* is called somewhere in it */
	bool texts_sound;	/* each text could be handed to it */
	unsigned depth;
	bool may_be_empty;	/* an argument begins here */
	bool arguments[FORMULA_DEPTH];	/* the bracket is a function's */
};

static bool
at(const struct formula *f, uint8_t c)
{
	return f->rest.n > 0 && f->rest.p[0] == c;
}

static bool
byte(struct formula *f, uint8_t c)
{
	return at(f, c) && view_skip(&f->rest, 1);
}

static bool
blank(struct formula *f)
{
	bool any = false;

	while (at(f, ' ') || at(f, '\n')) {
		(void)view_skip(&f->rest, 1);
		any = true;
	}
	return any;
}

static bool
digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool
blank_beyond_ascii(uint32_t c)
{
	return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool
word_char(uint32_t c)
{
	if (c < 0x80)
		return digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '.' || c == '?' || c == '\\' || c == '$';
	return c != UTF8_BAD && !utf8_is_control(c) && !utf8_is_hiding(c) && !blank_beyond_ascii(c);
}

static bool
word(struct formula *f, struct view *ret)
{
	struct view begin = f->rest;

	while (f->rest.n > 0) {
		struct view ahead = f->rest;

		if (!word_char(utf8_take(&ahead)))
			break;
		f->rest = ahead;
	}
	*ret = (struct view){ begin.p, at_of(begin, f->rest) };
	return ret->n > 0;
}

static bool
digits(struct formula *f)
{
	size_t n = 0;

	while (n < f->rest.n && digit(f->rest.p[n]))
		n++;
	return n > 0 && view_skip(&f->rest, n);
}

/* 1, .5, 1., 1.5E+3 */
static bool
number(struct formula *f)
{
	bool whole = digits(f), part = false;

	if (byte(f, '.'))
		part = digits(f);
	if (!whole && !part)
		return false;
	if (at(f, 'E') || at(f, 'e')) {
		(void)view_skip(&f->rest, 1);
		if (!byte(f, '+'))
			(void)byte(f, '-');
		return digits(f);
	}
	return true;
}

/* "a""b" ; *ret: between the quotes, as written. */
static bool
quoted_text(struct formula *f, struct view *ret)
{
	struct view begin;

	if (!byte(f, '"'))
		return false;
	begin = f->rest;
	for (;;) {
		size_t q = view_find(f->rest, 0, VIEW("\""));

		if (q == VIEW_NOT_FOUND || !view_skip(&f->rest, q + 1))
			return false;
		if (!at(f, '"'))
			break;
		(void)view_skip(&f->rest, 1);
	}
	*ret = (struct view){ begin.p, at_of(begin, f->rest) - 1 };
	f->texts_sound = f->texts_sound && inspect_formula_text_sound(*ret);
	return true;
}

bool
inspect_formula_text_sound(struct view v)
{
	size_t i, open = 0;

	for (i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];

		if (c == '\\' || c == '|' || (c == '/' && i + 1 < v.n && v.p[i + 1] == '/'))
			return false;
		if (c == '[') {
			if (open++ == 0 && (i == 0 || !word_char(v.p[i - 1] < 0x80 ? v.p[i - 1] : 0x3042)))
				return false;
		} else if (c == ']') {
			if (open-- == 0)
				return false;
		}
	}
	return true;
}

static bool
error_value(struct formula *f, bool *ret_reference)
{
	static const char *const errors[] = {
		"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
		"#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!",
	};
	size_t i;

	for (i = 0; i < sizeof errors / sizeof *errors; i++)
		if (view_starts(f->rest, view_str(errors[i]))) {
			*ret_reference = i == 0;
			return view_skip(&f->rest, strlen(errors[i]));
		}
	return false;
}

static bool
constant(struct formula *f)
{
	struct view v;
	bool unused;

	if (at(f, '"'))
		return quoted_text(f, &v);
	if (at(f, '#'))
		return error_value(f, &unused);
	if (view_starts(f->rest, VIEW("TRUE")))
		return view_skip(&f->rest, 4);
	if (view_starts(f->rest, VIEW("FALSE")))
		return view_skip(&f->rest, 5);
	if (!byte(f, '-'))
		(void)byte(f, '+');
	return number(f);
}

/* {1,"a";-2,TRUE} */
static bool
array(struct formula *f)
{
	if (!byte(f, '{'))
		return false;
	do {
		if (!constant(f))
			return false;
	} while (byte(f, ',') || byte(f, ';'));
	return byte(f, '}');
}

/* [Column], [[#Headers],[a]:[b]], with ' before an escaped character. */
static bool
structured(struct formula *f)
{
	unsigned depth = 0;

	do {
		if (f->rest.n == 0)
			return false;
		if (at(f, '[')) {
			if (++depth > STRUCTURED_DEPTH)
				return false;
		} else if (at(f, ']')) {
			depth--;
		} else if (at(f, '\'')) {
			if (f->rest.n < 2)
				return false;
			(void)view_skip(&f->rest, 1);
		}
		(void)view_skip(&f->rest, 1);
	} while (depth > 0);
	return true;
}

/* 'a sheet''s name' or 'first:last', of this workbook. */
static bool
quoted_sheet(struct formula *f, struct err *e)
{
	own_buf struct buf b = BUF_MAX(FORMULA_BYTES);
	size_t colon;
	struct view name;

	if (!byte(f, '\''))
		return false;
	while (f->rest.n > 0) {
		if (at(f, '\'')) {
			(void)view_skip(&f->rest, 1);
			if (!at(f, '\''))
				break;
		}
		buf_byte(&b, f->rest.p[0]);
		(void)view_skip(&f->rest, 1);
	}
	name = buf_bytes(&b);
	if (!byte(f, '!') || name.n == 0)
		return false;
	if (inspect_workbook_has(f->w, name))
		return true;
	colon = view_find(name, 0, VIEW(":"));
	return (colon != VIEW_NOT_FOUND && inspect_workbook_has(f->w, (struct view){ name.p, colon }) &&
		inspect_workbook_has(f->w, view_from(name, colon + 1))) ||
	       residue(e, "a sheet that is not of this workbook");
}

/* -- functions ------------------------------------------------------------- */

static const struct { enum formula_rule rule; const char *names; } functions[] = {
#define FUNCTIONS(rule, names) { rule, names },
#include "inspect/formula_function.def"
#undef FUNCTIONS
};

enum { FUNCTION_SLOTS = 2048, FUNCTION_NAMES = 1024 };
static struct { bool ready; struct { struct view name; enum formula_rule rule; } slot[FUNCTION_SLOTS]; } known;

static uint32_t
hash(struct view v)
{
	uint32_t h = UINT32_C(2166136261);
	size_t i;

	for (i = 0; i < v.n; i++)
		h = (h ^ v.p[i]) * UINT32_C(16777619);
	return (h ^ h >> 13) % FUNCTION_SLOTS;
}

static void
prepare(void)
{
	size_t i, n = 0;

	for (i = 0; i < sizeof functions / sizeof *functions; i++) {
		struct view s = view_str(functions[i].names);

		while (s.n > 0 && n < FUNCTION_NAMES) {
			size_t space = view_find(s, 0, VIEW(" "));
			struct view name = { s.p, space == VIEW_NOT_FOUND ? s.n : space };
			uint32_t h = hash(name);

			while (known.slot[h].name.n > 0)
				h = (h + 1) % FUNCTION_SLOTS;
			known.slot[h].name = name;
			known.slot[h].rule = functions[i].rule;
			n++;
			s = view_from(s, space == VIEW_NOT_FOUND ? s.n : space + 1);
		}
	}
	known.ready = true;
}

enum formula_rule
inspect_formula_function(struct view name)
{
	uint32_t h = hash(name);

	if (!known.ready)
		prepare();
	for (; known.slot[h].name.n > 0; h = (h + 1) % FUNCTION_SLOTS)
		if (view_eq(known.slot[h].name, name))
			return known.slot[h].rule;
	return FORMULA_NO;
}

static struct view
without_prefix(struct view name)
{
	if (view_starts(name, VIEW("_xlfn.")))
		name = view_from(name, 6);
	if (view_starts(name, VIEW("_xlws.")))
		name = view_from(name, 6);
	return name;
}

/* The first argument of HYPERLINK: a text that is an address, or that begins with # and stays here. */
static bool
link_argument(struct formula *f, struct err *e)
{
	struct formula ahead = *f;
	struct view v;

	(void)blank(&ahead);
	if (!quoted_text(&ahead, &v))
		return residue(e, "a link that is computed");
	(void)blank(&ahead);
	if (view_starts(v, VIEW("#")))
		return (inspect_formula_text_sound(v) && (at(&ahead, ',') || at(&ahead, ')') || at(&ahead, '&'))) || residue(e, "a link to elsewhere");
	if (!at(&ahead, ',') && !at(&ahead, ')'))
		return residue(e, "a link that is computed");
	return inspect_address_office(f->in, v, e);
}

static bool
function(struct formula *f, struct view name, struct err *e)
{
	switch (inspect_formula_function(without_prefix(name))) {
	case FORMULA_OK:
		return true;
	case FORMULA_TEXT:
		f->indirect = true;
		return true;
	case FORMULA_LINK:
		return link_argument(f, e);
	case FORMULA_NO:
		break;
	}
	if (view_starts(name, VIEW("_xlpm.")) && name.n > 6)
		return true;
	/* A name of the workbook that stands for a LAMBDA: seen to at the end. */
	return inspect_names_add(f->w->arena, &f->w->called, name, e);
}

/* -- the walk ------------------------------------------------------------------ */

static bool
open_bracket(struct formula *f, bool arguments, struct err *e)
{
	if (f->depth == FORMULA_DEPTH)
		return err_set(e, ERR_LIMIT, "formula with brackets deeper than %d", FORMULA_DEPTH);
	f->arguments[f->depth++] = f->may_be_empty = arguments;
	return true;
}

/* What stands behind a sheet and its "!". */
static bool
of_sheet(struct formula *f, struct err *e)
{
	struct view w;

	if (view_starts(f->rest, VIEW("#REF!")))
		return view_skip(&f->rest, 5);
	return word(f, &w) || residue(e, "formula: nothing behind a sheet");
}

/* A word and what belongs to it; *ret_operand: false where a function's bracket has been opened. */
static bool
word_operand(struct formula *f, bool *ret_operand, struct err *e)
{
	struct view w;

	if (!word(f, &w))
		return residue(e, "formula: no operand");
	if (byte(f, '(')) {
		*ret_operand = false;
		return open_bracket(f, true, e) && function(f, w, e);
	}
	if (view_starts(w, VIEW("_xleta.")))
		return inspect_formula_function(view_from(w, 7)) == FORMULA_OK || residue(e, "formula: function");
	if (at(f, '['))
		return structured(f) || residue(e, "formula: structured reference");
	if (byte(f, '!')) {
		if (!inspect_workbook_has(f->w, w))
			return residue(e, "a sheet that is not of this workbook");
		return of_sheet(f, e);
	}
	return true;
}

static bool
operand(struct formula *f, bool *ret_operand, struct err *e)
{
	struct view v;
	bool reference = false;

	*ret_operand = true;
	if (f->rest.n == 0)
		return residue(e, "formula: cut off");
	switch (f->rest.p[0]) {
	case '+': case '-': case '@':
		*ret_operand = false;
		return view_skip(&f->rest, 1);
	case '(':
		*ret_operand = false;
		return view_skip(&f->rest, 1) && open_bracket(f, false, e);
	case '"':
		return quoted_text(f, &v) || residue(e, "formula: text");
	case '{':
		return array(f) || residue(e, "formula: array");
	case '#':
		if (!error_value(f, &reference))
			return residue(e, "formula: error");
		return !reference || f->rest.n == 0 || !word_char(f->rest.p[0] < 0x80 ? f->rest.p[0] : 0x3042) || word(f, &v);
	case '\'':
		return quoted_sheet(f, e) ? of_sheet(f, e) : e->code == ERR_NONE ? residue(e, "formula: sheet") : false;
	case '!':
		return view_skip(&f->rest, 1) && of_sheet(f, e);
	case '[':
		if (view_starts(f->rest, VIEW("[0]!")))
			return view_skip(&f->rest, 4) && of_sheet(f, e);
		return structured(f) || residue(e, "formula: structured reference");
	default:
		if (digit(f->rest.p[0]) || f->rest.p[0] == '.')
			return number(f) || residue(e, "formula: number");
		return word_operand(f, ret_operand, e);
	}
}

/* Behind an operand: *ret_operand stays true where another operator may follow. */
static bool
operator(struct formula *f, bool blanks, bool *ret_operand, struct err *e)
{
	static const char infix[] = "+-*/^&=<>:";

	if (byte(f, '%') || byte(f, '#'))
		return true;
	if (byte(f, ')')) {
		if (f->depth == 0)
			return residue(e, "formula: bracket");
		f->depth--;
		if (at(f, '('))
			return view_skip(&f->rest, 1) && ((*ret_operand = false), open_bracket(f, true, e));
		return true;
	}
	*ret_operand = false;
	if (byte(f, ',')) {
		f->may_be_empty = f->depth > 0 && f->arguments[f->depth - 1];
		return true;
	}
	if (view_starts(f->rest, VIEW("<=")) || view_starts(f->rest, VIEW(">=")) || view_starts(f->rest, VIEW("<>")))
		return view_skip(&f->rest, 2);
	if (memchr(infix, f->rest.p[0], sizeof infix - 1) != NULL)
		return view_skip(&f->rest, 1);
	return blanks || residue(e, "formula: no operator");
}

static bool
tokens(struct formula *f, struct err *e)
{
	bool have = false;

	for (;;) {
		bool blanks = blank(f), ok;

		if (f->rest.n == 0)
			break;
		/* Of an argument that may be empty nothing is there. */
		if (!have && f->may_be_empty && (at(f, ',') || at(f, ')')))
			have = true;
		f->may_be_empty = false;
		ok = have ? operator(f, blanks, &have, e) : operand(f, &have, e);
		if (!ok)
			return e->code == ERR_NONE ? residue(e, "formula") : false;
	}
	if (!have || f->depth > 0)
		return residue(e, "formula: cut off");
	return !f->indirect || f->texts_sound || residue(e, "INDIRECT with a text that may name another file");
}

bool
inspect_formula(struct inspection *in, struct workbook *w, struct view v, struct err *e)
{
	struct formula f = { .in = in, .w = w, .rest = v, .texts_sound = true };

	if (v.n == 0 || v.n > FORMULA_BYTES || v.p[0] == ' ' || v.p[0] == '\n' || v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\n')
		return residue(e, "formula of %zu bytes, or with blanks around it", v.n);
	return tokens(&f, e) || err_at(e, "\"%.*s\"", (int)(v.n > 80 ? 80 : v.n), (const char *)v.p);
}
