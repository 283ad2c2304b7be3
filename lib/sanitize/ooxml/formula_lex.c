/*
 * formula_lex.c - the tokens of a formula (ISO/IEC 29500-1 18.17.2 and
 * 18.17.6), and what Excel writes today beyond them.
 */
#include "sanitize/ooxml/formula_lex.h"

#include "core/utf8.h"

enum { ROW_DIGITS = 7, COLUMN_LETTERS = 3, BRACKETS = 2 };

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool
token_is_word(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c >= 0x80 || c == '_' || c == '.' || c == '?' ||
	       c == '\\' || c == '$';
}

static bool
is_wide_blank(uint32_t c)
{
	return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

bool
token_is_name(struct view v)
{
	while (v.n > 0) {
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || utf8_is_control(c) || utf8_is_hiding(c) || is_wide_blank(c))
			return false;
	}
	return true;
}

static struct token
bad(enum formula_verdict fault, struct view text)
{
	return (struct token){ .kind = TOKEN_BAD, .fault = fault, .text = text };
}

static uint8_t
peek(struct view v)
{
	return v.n > 0 ? v.p[0] : '\0';
}

static size_t
run_of(struct view v, size_t at, bool (*is)(uint8_t))
{
	while (at < v.n && is(v.p[at]))
		at++;
	return at;
}

/* Cuts n bytes off the front as a token. */
static struct token
cut(struct view *rest, size_t n, enum token_kind kind)
{
	struct token t = { .kind = kind };

	(void)view_take(rest, n, &t.text);
	return t;
}

/* The bytes of the number in front: digits, point, digits, exponent; 0 where there is none. */
static size_t
number_length(struct view v)
{
	size_t whole = run_of(v, 0, is_digit), n = whole;

	if (n < v.n && v.p[n] == '.') {
		n = run_of(v, n + 1, is_digit);
		if (n == 1)
			return 0;
	}
	if (n < v.n && n > 0 && (v.p[n] | 0x20) == 'e') {
		size_t at = n + 1, end;

		if (at < v.n && (v.p[at] == '+' || v.p[at] == '-'))
			at++;
		end = run_of(v, at, is_digit);
		if (end > at)
			n = end;
	}
	return n;
}

/* `$A$1`, `$A`, `$1` and their mixtures: a word with a dollar is nothing else. */
static bool
is_absolute(struct view v)
{
	size_t letters, digits, start, at = 0;

	if (peek(v) == '$' && v.n > 1 && is_digit(v.p[1]))
		return v.n <= 1 + ROW_DIGITS && run_of(v, 1, is_digit) == v.n;
	if (peek(v) == '$')
		at = 1;
	letters = run_of(v, at, is_letter);
	if (letters == at || letters - at > COLUMN_LETTERS)
		return false;
	start = letters + (letters < v.n && v.p[letters] == '$');
	digits = run_of(v, start, is_digit);
	return digits == v.n && digits - start <= ROW_DIGITS && (digits > start || letters == v.n);
}

/* From the bracket in front to its partner: `[[#All],[A '[x']]]`; 0 where it has none. */
static size_t
brackets_length(struct view v)
{
	size_t depth = 0, i;

	for (i = 0; i < v.n; i++) {
		if (v.p[i] == '\'') {
			i++;
		} else if (v.p[i] == '[') {
			if (++depth > BRACKETS)
				return 0;
		} else if (v.p[i] == ']' && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

/* A structured reference, `n` bytes of table name before its bracket. */
static struct token
structured(struct view *rest, size_t n)
{
	struct view tail = view_from(*rest, n);
	size_t length = brackets_length(tail);
	struct view name = view_of(rest->p, n);
	uint8_t next;

	if (length == 0)
		return bad(n == 0 ? FORMULA_EXTERNAL : FORMULA_SYNTAX, *rest);
	next = peek(view_from(tail, length));
	if (n == 0 && length == 3 && tail.p[1] == '0' && next == '!')
		return cut(rest, length + 1, TOKEN_SHEET);
	if (token_is_word(next) || next == '\'' || next == '!' || next == '[')
		return bad(FORMULA_EXTERNAL, view_of(rest->p, n + length));
	if (!token_is_name(name) || memchr(name.p, '$', name.n) != NULL)
		return bad(FORMULA_SYNTAX, name);
	return cut(rest, n + length, TOKEN_VALUE);
}

static struct token
string(struct view *rest)
{
	size_t i = 1;

	for (; i < rest->n; i++) {
		if (rest->p[i] != '"')
			continue;
		if (i + 1 >= rest->n || rest->p[i + 1] != '"') {
			struct token t = cut(rest, i + 1, TOKEN_STRING);

			t.literal = true;
			return t;
		}
		i++;
	}
	return bad(FORMULA_SYNTAX, *rest);
}

static struct token
quoted_sheet(struct view *rest)
{
	size_t i = 1;
	uint8_t next;

	for (; i < rest->n; i++) {
		if (rest->p[i] != '\'')
			continue;
		if (i + 1 >= rest->n || rest->p[i + 1] != '\'')
			break;
		i++;
	}
	next = peek(view_from(*rest, i + 1));
	if (next == '|')
		return bad(FORMULA_DDE, view_of(rest->p, i + 1));
	if (next != '!')
		return bad(FORMULA_SYNTAX, *rest);
	return cut(rest, i + 2, TOKEN_SHEET);
}

/* 18.17.3, and those that came later; none is the beginning of another. */
static struct token
error(struct view *rest)
{
	static const char *const errors[] = {
		"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!",
		"#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!",
		"#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!",
	};
	size_t i;

	for (i = 0; i < sizeof errors / sizeof *errors; i++) {
		struct view name = view_str(errors[i]);

		if (view_starts(*rest, name)) {
			struct token t = cut(rest, name.n, TOKEN_VALUE);

			t.literal = true;
			t.reference_error = i == 0;
			return t;
		}
	}
	return bad(FORMULA_SYNTAX, *rest);
}

static bool
is_boolean(struct view v)
{
	return view_is(v, "TRUE") || view_is(v, "FALSE") || view_is(v, "true") ||
	       view_is(v, "false");
}

/* A name or a cell, alone; a number where it begins with a digit. */
static struct token
plain_word(struct view *rest, struct view word)
{
	struct token t;

	if (is_digit(peek(word)) || peek(word) == '.') {
		size_t n = number_length(*rest);

		if (n == 0 || token_is_word(peek(view_from(*rest, n))))
			return bad(FORMULA_SYNTAX, word);
		t = cut(rest, n, TOKEN_VALUE);
		t.literal = true;
		return t;
	}
	if (memchr(word.p, '$', word.n) != NULL ? !is_absolute(word) : !token_is_name(word))
		return bad(FORMULA_SYNTAX, word);
	t = cut(rest, word.n, TOKEN_VALUE);
	t.literal = is_boolean(word);
	t.name = memchr(word.p, '$', word.n) == NULL;
	return t;
}

static struct token
word(struct view *rest)
{
	size_t n = run_of(*rest, 0, token_is_word), after = run_of(*rest, n, is_blank);
	struct view text = view_of(rest->p, n);

	switch (peek(view_from(*rest, n))) {
	case '!':
		return cut(rest, n + 1, TOKEN_SHEET);
	case '|':
		return bad(FORMULA_DDE, text);
	case '[':
		return structured(rest, n);
	default:
		break;
	}
	/* White space between a function and its bracket is let pass, and not written. */
	if (peek(view_from(*rest, after)) == '(' && !is_digit(peek(text)) && peek(text) != '$') {
		struct token t = cut(rest, n, TOKEN_CALL);

		(void)view_skip(rest, after - n);
		return t;
	}
	return plain_word(rest, text);
}

static size_t
infix_length(struct view v)
{
	if (v.n > 1 && ((v.p[0] == '<' && (v.p[1] == '=' || v.p[1] == '>')) ||
			(v.p[0] == '>' && v.p[1] == '=')))
		return 2;
	return 1;
}

static enum token_kind
mark(uint8_t c)
{
	switch (c) {
	case '(':
		return TOKEN_OPEN;
	case ')':
		return TOKEN_CLOSE;
	case ',':
		return TOKEN_COMMA;
	case ';':
		return TOKEN_SEMICOLON;
	case '{':
		return TOKEN_ARRAY;
	case '}':
		return TOKEN_ARRAY_END;
	case '+':
	case '-':
		return TOKEN_SIGN;
	case '@':
		return TOKEN_AT;
	case '%':
		return TOKEN_PERCENT;
	case '*':
	case '/':
	case '^':
	case '&':
	case '=':
	case '<':
	case '>':
	case ':':
		return TOKEN_INFIX;
	default:
		return TOKEN_BAD;
	}
}

struct token
token_next(struct view *rest, bool want)
{
	uint8_t c = peek(*rest);
	enum token_kind kind;

	if (rest->n == 0)
		return (struct token){ .kind = TOKEN_END };
	if (is_blank(c))
		return cut(rest, run_of(*rest, 0, is_blank), TOKEN_BLANK);
	if (token_is_word(c))
		return word(rest);
	switch (c) {
	case '"':
		return string(rest);
	case '\'':
		return quoted_sheet(rest);
	case '[':
		return structured(rest, 0);
	case '!':
		return cut(rest, 1, TOKEN_SHEET);
	case '|':
		return bad(FORMULA_DDE, *rest);
	case '#':
		return want ? error(rest) : cut(rest, 1, TOKEN_SPILL);
	default:
		break;
	}
	kind = mark(c);
	if (kind == TOKEN_BAD)
		return bad(FORMULA_SYNTAX, *rest);
	return cut(rest, kind == TOKEN_INFIX ? infix_length(*rest) : 1, kind);
}
