#include "inspect/pdf.h"

enum { DEPTH_MAX = 32, NAME_BYTES = 127, FRACTION = 10 };

enum { C_SPACE = 1, C_DELIMITER = 2, C_NAME = 4, C_DIGIT = 8 };

/* Classes of 7.2.3; C_NAME: stands for itself in a canonical name. */
static unsigned
class_of(uint8_t c)
{
	switch (c) {
	case 0: case '\t': case '\n': case '\f': case '\r': case ' ':
		return C_SPACE;
	case '(': case ')': case '<': case '>': case '[': case ']': case '{': case '}': case '/': case '%':
		return C_DELIMITER;
	case '#':
		return 0;
	default:
		return (c > 0x20 && c < 0x7f ? C_NAME : 0u) | (c >= '0' && c <= '9' ? C_DIGIT : 0u);
	}
}

static bool
regular(uint8_t c)
{
	return !(class_of(c) & (C_SPACE | C_DELIMITER));
}

static int
hex_upper(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum tok
bad(struct lex *l, const char *why)
{
	l->why = why;
	return TOK_BAD;
}

/* The first n bytes become the token's spelling. */
static void
spell(struct lex *l, size_t n)
{
	(void)view_take(&l->in, n, &l->s);
}

static enum tok
lex_number(struct lex *l)
{
	const uint8_t *p = l->in.p;
	size_t n = l->in.n, i = p[0] == '-', digits = i, point;
	uint64_t x = 0, frac = 0;
	double scale = 1;

	for (; i < n && class_of(p[i]) & C_DIGIT; i++)
		if ((x = x * 10 + (uint64_t)(p[i] - '0')) >= UINT64_C(1) << 53)
			return bad(l, "number too large");
	if (i == digits || (p[digits] == '0' && i - digits > 1))
		return bad(l, "number without digits or with a leading zero");
	if (i == n || p[i] != '.') {
		if (x == 0 && p[0] == '-')
			return bad(l, "minus zero");
		spell(l, i);
		l->i = p[0] == '-' ? -(int64_t)x : (int64_t)x;
		l->regular = true;
		return TOK_INT;
	}
	for (point = ++i; i < n && class_of(p[i]) & C_DIGIT && i - point <= FRACTION; i++) {
		frac = frac * 10 + (uint64_t)(p[i] - '0');
		scale *= 10;
	}
	if (i == point || i - point > FRACTION || p[i - 1] == '0')
		return bad(l, "real with no, too many, or useless digits");
	spell(l, i);
	l->r = (double)x + (double)frac / scale;
	if (p[0] == '-')
		l->r = -l->r;
	l->regular = true;
	return TOK_REAL;
}

/* 7.3.5: bytes that may stand for themselves do, all others are #XX. */
static enum tok
lex_name(struct lex *l)
{
	const uint8_t *p = l->in.p;
	size_t n = l->in.n, i, bytes = 0;

	for (i = 1; i < n; bytes++) {
		if (class_of(p[i]) & C_NAME) {
			i++;
			continue;
		}
		if (p[i] == '#') {
			int hi = n - i > 2 ? hex_upper(p[i + 1]) : -1, lo = hi < 0 ? -1 : hex_upper(p[i + 2]);

			if (lo < 0 || hi * 16 + lo == 0 || class_of((uint8_t)(hi * 16 + lo)) & C_NAME)
				return bad(l, "name with a needless, unknown or zero escape");
			i += 3;
			continue;
		}
		if (regular(p[i]))
			return bad(l, "name with a byte that must be escaped");
		break;
	}
	if (bytes > NAME_BYTES)
		return bad(l, "name too long");
	spell(l, i);
	(void)view_skip(&l->s, 1);
	l->regular = true;
	return TOK_NAME;
}

static enum tok
lex_literal(struct lex *l)
{
	const uint8_t *p = l->in.p;
	size_t n = l->in.n, i;

	for (i = 1; i < n && p[i] != ')'; i++) {
		if (p[i] < 0x20 || p[i] > 0x7e || p[i] == '(')
			return bad(l, "string with a byte that must be hexadecimal");
		if (p[i] == '\\' && (++i == n || (p[i] != '\\' && p[i] != '(' && p[i] != ')')))
			return bad(l, "string with an unknown escape");
	}
	if (i == n)
		return bad(l, "string without end");
	spell(l, i + 1);
	l->regular = false;
	return TOK_STRING;
}

static enum tok
lex_hexadecimal(struct lex *l)
{
	const uint8_t *p = l->in.p;
	size_t n = l->in.n, i;
	bool plain = true;

	for (i = 1; i + 1 < n && p[i] != '>'; i += 2) {
		int hi = hex_upper(p[i]), lo = hex_upper(p[i + 1]), c;

		if (hi < 0 || lo < 0)
			return bad(l, "string that is not upper-case hexadecimal");
		c = hi * 16 + lo;
		plain = plain && c >= 0x20 && c <= 0x7e;
	}
	if (i >= n || p[i] != '>')
		return bad(l, "string without end");
	if (plain)
		return bad(l, "plain string in hexadecimal");
	spell(l, i + 1);
	l->regular = false;
	return TOK_STRING;
}

static enum tok
bracket(struct lex *l, size_t n, enum tok t)
{
	spell(l, n);
	l->regular = false;
	return t;
}

static bool
doubled(const struct lex *l)
{
	return l->in.n > 1 && l->in.p[0] == l->in.p[1];
}

static enum tok
lex_delimiter(struct lex *l)
{
	switch (l->in.p[0]) {
	case '/':
		return lex_name(l);
	case '(':
		return lex_literal(l);
	case '[':
		return bracket(l, 1, TOK_ARRAY);
	case ']':
		return bracket(l, 1, TOK_ARRAY_END);
	case '{':
		return bracket(l, 1, TOK_BRACE);
	case '}':
		return bracket(l, 1, TOK_BRACE_END);
	case '<':
		return doubled(l) ? bracket(l, 2, TOK_DICT) : lex_hexadecimal(l);
	case '>':
		return doubled(l) ? bracket(l, 2, TOK_DICT_END) : bad(l, "stray >");
	default:
		return bad(l, "comment or stray bracket");
	}
}

enum tok
inspect_lex(struct lex *l)
{
	size_t i = 0;
	uint8_t c;

	if (l->in.n == 0)
		return TOK_END;
	if (l->in.p[0] == ' ') {
		if (!l->regular || l->in.n < 2 || !regular(l->in.p[1]))
			return bad(l, "needless space");
		(void)view_skip(&l->in, 1);
	} else if (l->regular && regular(l->in.p[0])) {
		return bad(l, "two tokens without a space");
	}
	c = l->in.p[0];
	if (class_of(c) & C_DIGIT || c == '-')
		return lex_number(l);
	if (class_of(c) & C_DELIMITER)
		return lex_delimiter(l);
	while (i < l->in.n && (class_of(l->in.p[i]) & C_NAME))
		i++;
	if (i == 0)
		return bad(l, "a byte that begins no token");
	spell(l, i);
	l->regular = true;
	return TOK_WORD;
}

/* -- objects ------------------------------------------------------------------------ */

static bool
object_bad(struct lex *l, struct err *e, const char *why)
{
	return residue(e, "%s", l->why != NULL ? l->why : why);
}

static bool parse(struct objects *os, struct lex *l, enum tok t, unsigned depth, struct obj *ret, struct err *e);

/* What gathered on the stack from `from` on, copied to the arena. */
static bool
gather(struct objects *os, size_t from, size_t size, const void **ret, size_t *ret_n, struct err *e)
{
	size_t bytes = os->stack.n - from;
	uint8_t *p = arena_get(os->arena, bytes);

	if (p == NULL)
		return no_memory(e);
	if (bytes > 0)
		memcpy(p, os->stack.p + from, bytes);
	os->stack.n = from;
	*ret = p;
	*ret_n = bytes / size;
	return true;
}

static bool
parse_array(struct objects *os, struct lex *l, unsigned depth, struct obj *ret, struct err *e)
{
	size_t from = os->stack.n;
	const void *p;
	enum tok t;

	while ((t = inspect_lex(l)) != TOK_ARRAY_END) {
		struct obj o = { 0 };

		if (!parse(os, l, t, depth + 1, &o, e))
			return false;
		if (!buf_put(&os->stack, &o, sizeof o))
			return no_memory(e);
	}
	ret->kind = OBJ_ARRAY;
	if (!gather(os, from, sizeof(struct obj), &p, &ret->u.a.n, e))
		return false;
	ret->u.a.v = p;
	return true;
}

static bool
parse_dict(struct objects *os, struct lex *l, unsigned depth, struct obj *ret, struct err *e)
{
	size_t from = os->stack.n;
	struct view last = { 0 };
	const void *p;
	enum tok t;

	while ((t = inspect_lex(l)) != TOK_DICT_END) {
		struct entry en = { 0 };

		if (t != TOK_NAME)
			return object_bad(l, e, "dictionary key that is no name");
		en.key = l->s;
		if (os->stack.n > from && inspect_name_order(last, en.key) >= 0)
			return residue(e, "dictionary keys out of order or twice");
		last = en.key;
		if (!parse(os, l, inspect_lex(l), depth + 1, &en.value, e))
			return false;
		if (en.value.kind == OBJ_NULL)
			return residue(e, "dictionary with a null value");
		if (!buf_put(&os->stack, &en, sizeof en))
			return no_memory(e);
	}
	ret->kind = OBJ_DICT;
	if (!gather(os, from, sizeof(struct entry), &p, &ret->u.d.n, e))
		return false;
	ret->u.d.e = p;
	return true;
}

/* An integer, or with " 0 R" behind it a reference (7.3.10). */
static bool
parse_int(struct objects *os, struct lex *l, struct obj *ret, struct err *e)
{
	ret->kind = OBJ_INT;
	ret->u.i = l->i;
	if (!view_starts(l->in, VIEW(" 0 R")) || (l->in.n > 4 && regular(l->in.p[4])))
		return true;
	if (l->i < 1 || l->i > os->max_ref)
		return residue(e, "reference to no object");
	(void)view_skip(&l->in, 4);
	ret->kind = OBJ_REF;
	ret->ref = (uint32_t)l->i;
	return true;
}

static bool
parse_word(struct lex *l, struct obj *ret, struct err *e)
{
	if (view_is(l->s, "null")) {
		ret->kind = OBJ_NULL;
		return true;
	}
	ret->kind = OBJ_BOOL;
	ret->u.b = view_is(l->s, "true");
	return ret->u.b || view_is(l->s, "false") || residue(e, "unknown word");
}

static bool
parse(struct objects *os, struct lex *l, enum tok t, unsigned depth, struct obj *ret, struct err *e)
{
	if (depth > DEPTH_MAX)
		return residue(e, "nested deeper than %d", DEPTH_MAX);
	switch (t) {
	case TOK_INT:
		return parse_int(os, l, ret, e);
	case TOK_REAL:
		ret->kind = OBJ_REAL;
		ret->u.r = l->r;
		return true;
	case TOK_NAME:
	case TOK_STRING:
		ret->kind = t == TOK_NAME ? OBJ_NAME : OBJ_STRING;
		ret->u.s = l->s;
		return true;
	case TOK_WORD:
		return parse_word(l, ret, e);
	case TOK_ARRAY:
		return parse_array(os, l, depth, ret, e);
	case TOK_DICT:
		return parse_dict(os, l, depth, ret, e);
	default:
		return object_bad(l, e, "no object");
	}
}

bool
inspect_object_from(struct objects *os, struct lex *l, enum tok first, struct obj *ret, struct err *e)
{
	os->stack.n = 0;
	return parse(os, l, first, 0, ret, e);
}

bool
inspect_object(struct objects *os, struct lex *l, struct obj *ret, struct err *e)
{
	return inspect_object_from(os, l, inspect_lex(l), ret, e);
}

/* -- spellings ------------------------------------------------------------------------ */

static int
next_name_byte(struct view *v)
{
	struct view x;
	uint8_t c;

	if (!view_u8(v, &c))
		return -1;
	if (c != '#' || !view_take(v, 2, &x))
		return c;
	return hex_upper(x.p[0]) * 16 + hex_upper(x.p[1]);
}

int
inspect_name_order(struct view a, struct view b)
{
	int x, y;

	do {
		x = next_name_byte(&a);
		y = next_name_byte(&b);
	} while (x == y && x >= 0);
	return x - y;
}

static int
next_string_byte(struct view *v, bool hexadecimal)
{
	uint8_t c, d;

	if (!view_u8(v, &c) || c == (hexadecimal ? '>' : ')'))
		return -1;
	if (hexadecimal)
		return view_u8(v, &d) ? hex_upper(c) * 16 + hex_upper(d) : -1;
	if (c == '\\' && !view_u8(v, &c))
		return -1;
	return c;
}

int
inspect_string_order(struct view a, struct view b)
{
	bool hex_a = a.n > 0 && a.p[0] == '<', hex_b = b.n > 0 && b.p[0] == '<';
	int x, y;

	(void)view_skip(&a, 1);
	(void)view_skip(&b, 1);
	do {
		x = next_string_byte(&a, hex_a);
		y = next_string_byte(&b, hex_b);
	} while (x == y && x >= 0);
	return x - y;
}

bool
inspect_string_bytes(struct view v, struct buf *ret)
{
	bool hexadecimal = v.n > 0 && v.p[0] == '<';
	int c;

	buf_clear(ret);
	(void)view_skip(&v, 1);
	while ((c = next_string_byte(&v, hexadecimal)) >= 0)
		if (!buf_byte(ret, (uint8_t)c))
			return false;
	return true;
}

size_t
inspect_string_length(struct view v)
{
	bool hexadecimal = v.n > 0 && v.p[0] == '<';
	size_t n = 0;

	(void)view_skip(&v, 1);
	while (next_string_byte(&v, hexadecimal) >= 0)
		n++;
	return n;
}

const struct obj *
inspect_find(const struct obj *dict, struct view key)
{
	size_t lo = 0, hi;

	if (dict == NULL || dict->kind != OBJ_DICT)
		return NULL;
	for (hi = dict->u.d.n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;
		int c = inspect_name_order(key, dict->u.d.e[mid].key);

		if (c == 0)
			return &dict->u.d.e[mid].value;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

const struct obj *
inspect_get(const struct obj *dict, const char *key)
{
	return inspect_find(dict, view_str(key));
}
