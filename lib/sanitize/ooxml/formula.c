/*
 * formula.c - which formulas may stay, and their one spelling.
 *
 * Operands and operators take turns; a stack of bytes knows what a bracket
 * belongs to.  Nothing is built: a token that passes is written at once, and
 * the output is cut back where a later one does not.
 */
#include "core/own.h"
#include "sanitize/ooxml/formula_function.h"
#include "sanitize/ooxml/formula_lex.h"

enum { DEPTH = 256, SHEET_BYTES = 256 };

enum frame { FRAME_GROUP, FRAME_CALL, FRAME_ARRAY };

struct reader {
	struct view rest;
	const struct formula_rules *rules;
	struct buf *out;
	enum formula_verdict fault;
	struct view what;
	uint8_t stack[DEPTH];
	size_t depth;
	bool want;	/* an operand must come */
	bool hole;	/* ... or an empty argument */
	bool blank;	/* white space stands before the token in hand */
	bool sheet;	/* a sheet's name does */
	bool joined;	/* the operand before was #REF! */
	bool closed;	/* the token before was the end of a bracket */
	bool call, link;	/* a function's name stands before the bracket in hand; HYPERLINK's */
	bool indirect, path;	/* INDIRECT is in it; a text like a path is */
};

static bool
refuse(struct reader *r, enum formula_verdict fault, struct view what)
{
	r->fault = fault;
	r->what = what;
	return false;
}

/* The operand in hand is over. */
static void
operand(struct reader *r)
{
	r->want = r->hole = r->sheet = r->joined = r->closed = false;
}

/* White space between two operands is the intersection of both (18.17.2.2). */
static bool
begin_operand(struct reader *r, const struct token *t)
{
	if (r->want || r->blank || r->joined)
		return true;
	return refuse(r, FORMULA_SYNTAX, t->text);
}

static bool
take_value(struct reader *r, const struct token *t)
{
	struct view eta = t->text;
	enum formula_verdict v;

	if (!begin_operand(r, t) || (r->sheet && t->text.p[0] == '"'))
		return refuse(r, FORMULA_SYNTAX, t->text);
	/* A function handed over by its name, to be called by another. */
	if (function_drop_head(&eta, "_xleta.") && (v = formula_function(eta)) != FORMULA_OK)
		return refuse(r, v, t->text);
	if (t->name && r->rules->name != NULL && !r->rules->name(r->rules->ctx, t->text))
		return refuse(r, FORMULA_EXTERNAL, t->text);
	(void)buf_view(r->out, t->text);
	operand(r);
	r->joined = t->reference_error;
	return true;
}

bool
formula_is_path(struct view v)
{
	size_t depth = 0, i;

	for (i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];

		if (c == '\\' || c == '|' || (c == '/' && i > 0 && v.p[i - 1] == '/'))
			return true;
		if (c == '[' && depth++ == 0 && (i == 0 || !token_is_word(v.p[i - 1])))
			return true;
		if (c == ']' && depth-- == 0)
			return true;
	}
	return false;
}

static bool
take_string(struct reader *r, const struct token *t)
{
	struct view inner = view_of(t->text.p + 1, t->text.n - 2);

	r->path = r->path || formula_is_path(inner);
	return take_value(r, t);
}

/* One sheet's name without quotes; `''` in it is one `'`. */
static bool
is_sheet(struct reader *r, struct view name, bool quoted)
{
	uint8_t plain[SHEET_BYTES];
	size_t n = 0, i;

	if (name.n == 0 || name.n > sizeof plain)
		return false;
	for (i = 0; i < name.n; i++) {
		plain[n++] = name.p[i];
		if (quoted && name.p[i] == '\'')
			i++;
	}
	return r->rules->sheet == NULL || r->rules->sheet(r->rules->ctx, view_of(plain, n));
}

static enum formula_verdict
judge_sheet(struct reader *r, struct view name, bool quoted)
{
	size_t i, colon = VIEW_NOT_FOUND;

	for (i = 0; i < name.n; i++) {
		if (name.p[i] == '|')
			return FORMULA_DDE;
		if (strchr("[]\\/?*", name.p[i]) != NULL || name.p[i] < 0x20)
			return FORMULA_EXTERNAL;
		if (name.p[i] == ':' && colon != VIEW_NOT_FOUND)
			return FORMULA_EXTERNAL;
		if (name.p[i] == ':')
			colon = i;
	}
	if (colon == VIEW_NOT_FOUND)
		return is_sheet(r, name, quoted) ? FORMULA_OK : FORMULA_EXTERNAL;
	return is_sheet(r, view_of(name.p, colon), quoted) &&
			       is_sheet(r, view_from(name, colon + 1), quoted)
		       ? FORMULA_OK
		       : FORMULA_EXTERNAL;
}

static bool
take_sheet(struct reader *r, const struct token *t)
{
	struct view name = view_of(t->text.p, t->text.n - 1);
	bool quoted = name.n > 1 && name.p[0] == '\'';
	bool own = name.n == 0 || view_is(name, "[0]");
	enum formula_verdict v = FORMULA_OK;

	if (!begin_operand(r, t) || r->sheet)
		return refuse(r, FORMULA_SYNTAX, t->text);
	if (quoted)
		name = view_of(name.p + 1, name.n - 2);
	if (!own)
		v = judge_sheet(r, name, quoted);
	if (v != FORMULA_OK)
		return refuse(r, v, t->text);
	/* Readers take `2024!A1` for a number. */
	if (!own && !quoted && name.p[0] >= '0' && name.p[0] <= '9')
		(void)buf_printf(r->out, "'%.*s'!", (int)name.n, (const char *)name.p);
	else
		(void)buf_view(r->out, t->text);
	r->want = r->sheet = true;
	r->hole = r->joined = r->closed = false;
	return true;
}

/* The text of a literal. */
static void
unquote(struct view literal, struct buf *ret)
{
	size_t i;

	for (i = 1; i + 1 < literal.n; i++) {
		(void)buf_byte(ret, literal.p[i]);
		i += literal.p[i] == '"';
	}
}

static void
put_literal(struct buf *out, struct view text)
{
	size_t i;

	(void)buf_byte(out, '"');
	for (i = 0; i < text.n; i++)
		(void)buf_fill(out, text.p[i], text.p[i] == '"' ? 2 : 1);
	(void)buf_byte(out, '"');
}

/*
 * The address of HYPERLINK, in front of the rest.  A place in this workbook
 * is left for the ordinary way; a web address is written here.
 */
static bool
take_address(struct reader *r)
{
	own_buf struct buf url = BUF_MAX(FORMULA_MAX), clean = BUF_MAX(FORMULA_MAX);
	struct view rest = r->rest, after;
	struct token t = token_next(&rest, true), next;

	if (t.kind == TOKEN_BLANK)
		t = token_next(&rest, true);
	if (t.kind != TOKEN_STRING)
		return refuse(r, FORMULA_LINK, r->rest);
	unquote(t.text, &url);
	after = rest;
	next = token_next(&after, false);
	if (next.kind == TOKEN_BLANK)
		next = token_next(&after, false);
	if (url.n > 0 && url.p[0] == '#')
		return (!formula_is_path(buf_bytes(&url)) &&
			(next.kind == TOKEN_COMMA || next.kind == TOKEN_CLOSE ||
			 (next.kind == TOKEN_INFIX && next.text.p[0] == '&'))) ||
		       refuse(r, FORMULA_LINK, t.text);
	if ((next.kind != TOKEN_COMMA && next.kind != TOKEN_CLOSE) || r->rules->url == NULL ||
	    !r->rules->url(r->rules->ctx, buf_bytes(&url), &clean))
		return refuse(r, FORMULA_LINK, t.text);
	put_literal(r->out, buf_bytes(&clean));
	r->rest = rest;
	operand(r);
	return true;
}

/* A function: its head as it was, its name as the table has it. */
static bool
put_function(struct reader *r, const struct token *t)
{
	struct view name = t->text;
	const struct function *row = function_find(&name);
	enum formula_verdict v = function_judge(row);

	if (v == FORMULA_UNKNOWN && r->rules->lambda != NULL &&
	    r->rules->lambda(r->rules->ctx, t->text)) {
		(void)buf_view(r->out, t->text);
		return true;
	}
	if (v != FORMULA_OK)
		return refuse(r, v, t->text);
	r->link = row->rule == RULE_LINK;
	r->indirect = r->indirect || row->rule == RULE_TEXT;
	if (name.n < t->text.n)
		(void)buf_str(r->out, "_xlfn.");
	if (t->text.n - name.n > sizeof "_xlfn." - 1)
		(void)buf_str(r->out, "_xlws.");
	(void)buf_str(r->out, row->name);
	return true;
}

static bool
take_call(struct reader *r, const struct token *t)
{
	struct view parameter = t->text;

	if (!begin_operand(r, t))
		return false;
	if (r->sheet)
		return refuse(r, FORMULA_UNKNOWN, t->text);
	/* What LET and LAMBDA bind may be a function. */
	if (function_drop_head(&parameter, "_xlpm.")) {
		if (!token_is_name(parameter) || memchr(parameter.p, '$', parameter.n) != NULL)
			return refuse(r, FORMULA_SYNTAX, t->text);
		(void)buf_view(r->out, t->text);
	} else if (!put_function(r, t)) {
		return false;
	}
	r->want = r->call = true;
	r->hole = r->joined = r->closed = false;
	return true;
}

static bool
push(struct reader *r, enum frame f, const struct token *t)
{
	if (r->depth == DEPTH)
		return refuse(r, FORMULA_SYNTAX, t->text);
	r->stack[r->depth++] = (uint8_t)f;
	(void)buf_view(r->out, t->text);
	return true;
}

/* Behind a bracket's end it calls the function that stood there (LAMBDA). */
static bool
take_open(struct reader *r, const struct token *t)
{
	bool link = r->link, call = r->call || (!r->want && r->closed && !r->blank);

	if (r->sheet || (!call && !begin_operand(r, t)))
		return refuse(r, FORMULA_SYNTAX, t->text);
	r->call = r->link = false;
	if (!push(r, call ? FRAME_CALL : FRAME_GROUP, t))
		return false;
	r->want = true;
	r->hole = call;
	r->joined = r->closed = false;
	return !link || take_address(r);
}

static bool
take_close(struct reader *r, const struct token *t)
{
	if (r->depth == 0 || r->stack[r->depth - 1] == FRAME_ARRAY || (r->want && !r->hole))
		return refuse(r, FORMULA_SYNTAX, t->text);
	r->depth--;
	(void)buf_view(r->out, t->text);
	operand(r);
	r->closed = true;
	return true;
}

/* Between arguments, or the union of two references. */
static bool
take_comma(struct reader *r, const struct token *t)
{
	bool call = r->depth > 0 && r->stack[r->depth - 1] == FRAME_CALL;

	if (r->want && !(call && r->hole))
		return refuse(r, FORMULA_SYNTAX, t->text);
	(void)buf_view(r->out, t->text);
	operand(r);
	r->want = true;
	r->hole = call;
	return true;
}

static bool
take_infix(struct reader *r, const struct token *t)
{
	if (r->want)
		return refuse(r, FORMULA_SYNTAX, t->text);
	(void)buf_view(r->out, t->text);
	operand(r);
	r->want = true;
	return true;
}

static bool
take_sign(struct reader *r, const struct token *t)
{
	if (r->sheet)
		return refuse(r, FORMULA_SYNTAX, t->text);
	(void)buf_view(r->out, t->text);
	operand(r);
	r->want = true;
	return true;
}

static bool
take_at(struct reader *r, const struct token *t)
{
	if (!r->want)
		return refuse(r, FORMULA_SYNTAX, t->text);
	return take_sign(r, t);
}

static bool
take_postfix(struct reader *r, const struct token *t)
{
	if (r->want)
		return refuse(r, FORMULA_SYNTAX, t->text);
	(void)buf_view(r->out, t->text);
	operand(r);
	return true;
}

/* One constant of an array: a value, a number with its sign. */
static bool
take_constant(struct reader *r)
{
	struct token t = token_next(&r->rest, true);

	if (t.kind == TOKEN_SIGN) {
		(void)buf_view(r->out, t.text);
		t = token_next(&r->rest, true);
	}
	if (!t.literal)
		return refuse(r, t.fault == FORMULA_OK ? FORMULA_SYNTAX : t.fault, t.text);
	(void)buf_view(r->out, t.text);
	if (t.kind == TOKEN_STRING)
		r->path = r->path || formula_is_path(view_of(t.text.p + 1, t.text.n - 2));
	return true;
}

static struct token
next_solid(struct reader *r)
{
	struct token t = token_next(&r->rest, false);

	return t.kind == TOKEN_BLANK ? token_next(&r->rest, false) : t;
}

/* {1,"b";#N/A,TRUE}: no white space is written in it. */
static bool
take_array(struct reader *r, const struct token *open)
{
	struct token t;

	if (r->sheet || !begin_operand(r, open))
		return refuse(r, FORMULA_SYNTAX, open->text);
	(void)buf_byte(r->out, '{');
	do {
		while (r->rest.n > 0 && r->rest.p[0] <= ' ')
			(void)view_skip(&r->rest, 1);
		if (!take_constant(r))
			return false;
		t = next_solid(r);
		(void)buf_view(r->out, t.text);
	} while (t.kind == TOKEN_COMMA || t.kind == TOKEN_SEMICOLON);
	if (t.kind != TOKEN_ARRAY_END)
		return refuse(r, FORMULA_SYNTAX, t.text);
	operand(r);
	return true;
}

static bool
take_bad(struct reader *r, const struct token *t)
{
	return refuse(r, t->kind == TOKEN_BAD ? t->fault : FORMULA_SYNTAX, t->text);
}

static bool
take_end(struct reader *r, const struct token *t)
{
	if (r->want || r->depth > 0)
		return refuse(r, FORMULA_SYNTAX, t->text);
	if (r->indirect && r->path)
		return refuse(r, FORMULA_EXTERNAL, VIEW("INDIRECT"));
	return true;
}

static bool (*const takes[TOKEN_KINDS])(struct reader *, const struct token *) = {
	[TOKEN_END] = take_end,
	[TOKEN_BLANK] = take_bad,
	[TOKEN_VALUE] = take_value,
	[TOKEN_STRING] = take_string,
	[TOKEN_CALL] = take_call,
	[TOKEN_SHEET] = take_sheet,
	[TOKEN_OPEN] = take_open,
	[TOKEN_CLOSE] = take_close,
	[TOKEN_COMMA] = take_comma,
	[TOKEN_SEMICOLON] = take_bad,
	[TOKEN_ARRAY] = take_array,
	[TOKEN_ARRAY_END] = take_bad,
	[TOKEN_INFIX] = take_infix,
	[TOKEN_SIGN] = take_sign,
	[TOKEN_AT] = take_at,
	[TOKEN_PERCENT] = take_postfix,
	[TOKEN_SPILL] = take_postfix,
	[TOKEN_BAD] = take_bad,
};

/* Line feeds stay, for they make long formulas legible; CR LF is one. */
static void
put_blank(struct buf *out, struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] != '\r' || i + 1 == v.n || v.p[i + 1] != '\n')
			(void)buf_byte(out, v.p[i] == '\r' || v.p[i] == '\n' ? '\n' : ' ');
}

/* White space in front and at the end is not written. */
static bool
read_all(struct reader *r)
{
	for (;;) {
		struct token t = token_next(&r->rest, r->want);

		r->blank = t.kind == TOKEN_BLANK;
		if (r->blank) {
			struct view blank = t.text;

			/* Between a sheet and its cell there is none. */
			if (r->sheet)
				return refuse(r, FORMULA_SYNTAX, blank);
			t = token_next(&r->rest, r->want);
			if (t.kind != TOKEN_END)
				put_blank(r->out, blank);
		}
		if (!takes[t.kind](r, &t))
			return false;
		if (t.kind == TOKEN_END)
			return true;
	}
}

static struct view
trim_front(struct view v)
{
	while (v.n > 0 && (v.p[0] == ' ' || v.p[0] == '\t' || v.p[0] == '\n' || v.p[0] == '\r'))
		(void)view_skip(&v, 1);
	return v;
}

enum formula_verdict
formula_clean(struct view in, const struct formula_rules *rules, struct buf *out,
	      struct view *what)
{
	struct reader r = { .rules = rules, .out = out, .want = true };
	size_t start = out->n;

	r.rest = trim_front(in);
	if (r.rest.n > 0 && r.rest.p[0] == '=')
		r.rest = trim_front(view_from(r.rest, 1));
	if (r.rest.n > FORMULA_MAX)
		(void)refuse(&r, FORMULA_SYNTAX, view_of(in.p, 0));
	else
		(void)read_all(&r);
	if (r.fault != FORMULA_OK) {
		out->n = start;
		*what = r.what;
	}
	return r.fault;
}
