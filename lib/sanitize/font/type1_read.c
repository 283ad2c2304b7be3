/*
 * Reading Type 1 (Adobe Type 1 Font Format, 1990).  The program is not run:
 * it is scanned for the keys that every rasteriser scans for.
 */
#include "sanitize/font/type1_font.h"

enum {
	CHARSTRING_KEY = 4330,
	SUBRS_MAX = 65536,
	GLYPHS_MAX = 65000,
	PROBES_MAX = 64,	/* names made to collide are not found, and cost no more */
};

/* ---- tokens ----------------------------------------------------------- */

enum tok { END, NAME, WORD, STRING, OPEN, CLOSE };

static bool
is_special(uint8_t c)
{
	return c != 0 && memchr("()<>[]{}/%", c, 10) != NULL;
}

static struct view
regular(struct view *v)
{
	struct view start = *v, ret = { v->p, 0 };
	uint8_t c;

	while (v->n > 0 && !type1_blank(v->p[0]) && !is_special(v->p[0]))
		(void)view_u8(v, &c);
	(void)view_sub(start, 0, start.n - v->n, &ret);
	return ret;
}

static void
skip_string(struct view *v)
{
	unsigned depth = 1;
	uint8_t c;

	while (depth > 0 && view_u8(v, &c)) {
		if (c == '\\')
			(void)view_skip(v, 1);
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
	}
}

static void
skip_blanks(struct view *v)
{
	uint8_t c = 0;

	while (v->n > 0 && (type1_blank(v->p[0]) || v->p[0] == '%')) {
		(void)view_u8(v, &c);
		while (c == '%' && v->n > 0 && v->p[0] != '\r' && v->p[0] != '\n')
			(void)view_skip(v, 1);
	}
}

/* *ret: a name without its slash, a word, or the bracket. */
static enum tok
tok(struct view *v, struct view *ret)
{
	struct view start;
	uint8_t c;

	skip_blanks(v);
	start = *v;
	if (!view_u8(v, &c))
		return END;
	*ret = view_of(start.p, 1);
	switch (c) {
	case '/':
		*ret = regular(v);
		return NAME;
	case '(':
		skip_string(v);
		return STRING;
	case '[':
	case '{':
		return OPEN;
	case ']':
	case '}':
		return CLOSE;
	case '<':
	case '>':
	case ')':
		return STRING;
	default:
		*v = start;
		*ret = regular(v);
		return WORD;
	}
}

/* Also radix numbers, 8#101. */
static bool
whole(struct view w, int32_t *ret)
{
	struct cff_num n;
	size_t mark = view_find(w, 0, VIEW("#"));
	int32_t base, x = 0;

	if (mark == VIEW_NOT_FOUND) {
		if (!cff_num_parse(w, &n) || cff_double(n) > INT32_MAX || cff_double(n) < INT32_MIN)
			return false;
		*ret = cff_whole(n);
		return true;
	}
	if (!cff_num_parse(view_of(w.p, mark), &n))
		return false;
	base = cff_whole(n);
	for (size_t i = mark + 1; i < w.n; i++) {
		if (type1_hex(w.p[i]) < 0 || type1_hex(w.p[i]) >= base || x > 0xffff)
			return false;
		x = x * base + type1_hex(w.p[i]);
	}
	*ret = x;
	return true;
}

/* ---- values ----------------------------------------------------------- */

enum kind { N, A, D, B, V };

static const struct key {
	const char *name;
	enum cff_op op;
	enum kind kind;
	uint8_t max;
} keys[] = {
#define TYPE1_KEY(name, op, kind, max) { name, op, kind, max },
#include "sanitize/font/type1_key.def"
#undef TYPE1_KEY
};

/* A number or a flat array of numbers; returns how many. */
static size_t
numbers(struct view *v, struct cff_num *ret, size_t max)
{
	struct view w;
	enum tok t = tok(v, &w);
	size_t n = 0;

	if (t == WORD)
		return cff_num_parse(w, ret);
	if (t != OPEN)
		return 0;
	while (tok(v, &w) == WORD)
		if (n < max && cff_num_parse(w, &ret[n]))
			n++;
	return n;
}

/* a - b, exactly; false where the digits do not allow it. */
static bool
difference(struct cff_num a, struct cff_num b, struct cff_num *ret)
{
	int exp = a.exp < b.exp ? a.exp : b.exp;

	if (a.exp - exp > 9 || b.exp - exp > 9 || cff_double(a) > 1e6 || cff_double(a) < -1e6 ||
	    cff_double(b) > 1e6 || cff_double(b) < -1e6 || exp < -9)
		return false;
	for (; a.exp > exp; a.exp--)
		a.sig *= 10;
	for (; b.exp > exp; b.exp--)
		b.sig *= 10;
	*ret = cff_int(a.sig - b.sig);
	ret->exp += ret->sig != 0 ? exp : 0;
	return true;
}

static void
key_read(struct type1_font *f, const struct key *k, struct view v)
{
	struct cff_num num[CFF_OPERANDS_MAX], last = { 0, 0 };
	struct view w;
	size_t n;

	/* Of a key that stands twice the first counts; nor is it scanned again. */
	if (f->seen[k->op])
		return;
	f->seen[k->op] = true;
	if (k->kind == B) {
		(void)tok(&v, &w);
		num[0] = cff_int(view_is(w, "true"));
		n = view_is(w, "true") || view_is(w, "false");
	} else {
		n = numbers(&v, num, k->max);
	}
	if (k->kind == A && n != k->max)
		return;
	for (size_t i = 0; i < n && k->kind == D; i++) {
		struct cff_num this = num[i];

		if (!difference(this, last, &num[i]))
			return;
		last = this;
	}
	f->dict.op[k->op].n = (uint8_t)n;
	memcpy(f->dict.op[k->op].v, num, n * sizeof *num);
}

static void
weights_read(struct type1_font *f, struct view v)
{
	struct cff_num num[TYPE1_DESIGNS_MAX];
	size_t n;

	if (f->seen_weights)
		return;
	f->seen_weights = true;
	n = numbers(&v, num, TYPE1_DESIGNS_MAX);
	for (size_t i = 0; i < n; i++)
		f->weight[i] = cff_double(num[i]);
	f->designs = (uint32_t)n;
}

/* `dup 65 /A put` for each code, or [/A /B]; false where it is StandardEncoding by name. */
static bool
encoding_array(struct type1_font *f, struct view v)
{
	struct view w;
	int32_t code = -1, next = 0;
	bool literal = false;
	unsigned braces = 0;
	enum tok t;

	while ((t = tok(&v, &w)) != END) {
		if (t == OPEN || t == CLOSE) {
			literal |= w.p[0] == '[';
			if (w.p[0] == ']')
				return true;
			braces += w.p[0] == '{';
			braces -= w.p[0] == '}' && braces > 0;
		} else if (braces > 0) {
			continue;
		} else if (t == NAME) {
			if (literal)
				code = next++;
			if (code >= 0 && code < 256)
				f->encoding[code] = w;
			code = -1;
		} else if (view_is(w, "StandardEncoding")) {
			return false;
		} else if (view_is(w, "def")) {
			return true;
		} else if (t == WORD && !whole(w, &code)) {
			code = -1;
		}
	}
	return true;
}

/*
 * 2.2.  Some producers write an array and StandardEncoding behind it, and
 * readers differ in which they take: the array counts, the other fills its gaps.
 */
static void
encoding_read(struct type1_font *f, struct view v)
{
	if (f->encodings++ >= 2)
		return;
	if (encoding_array(f, v))
		f->custom = true;
	else
		f->standard = true;
}

static void
encoding_settle(struct type1_font *f)
{
	for (unsigned code = 0; f->custom && f->standard && code < 256; code++) {
		uint16_t sid = cff_standard_encoding((uint8_t)code);

		if (f->encoding[code].n == 0 || view_is(f->encoding[code], ".notdef"))
			f->encoding[code] = sid != 0 ? cff_standard_string(sid) : VIEW(".notdef");
	}
	f->standard = !f->custom;
}

/* ---- charstrings ------------------------------------------------------ */

/* `length RD bytes`: the length is in `w` already. */
static bool
binary_take(struct view *v, struct view w, struct view *ret)
{
	struct view rd;
	int32_t n;

	return whole(w, &n) && n >= 0 && tok(v, &rd) == WORD && view_skip(v, 1) &&
	       view_take(v, (size_t)n, ret);
}

/* dup index length RD bytes NP */
static bool
subrs_read(struct type1_font *f, struct view *v)
{
	struct view w, after;
	int32_t n, i;
	enum tok t = tok(v, &w);

	if (f->subrs > 0 || t != WORD || !whole(w, &n) || n <= 0)
		return true;
	f->subrs = n > SUBRS_MAX ? SUBRS_MAX : (uint32_t)n;
	f->subr = arena_array(f->arena, f->subrs, sizeof *f->subr);
	if (f->subr == NULL)
		return false;
	for (after = *v; (t = tok(&after, &w)) != END; *v = after) {
		if (t == NAME || view_is(w, "def") || view_is(w, "ND") || view_is(w, "|-"))
			break;
		if (t != WORD || !view_is(w, "dup"))
			continue;
		if (tok(&after, &w) != WORD || !whole(w, &i) || tok(&after, &w) != WORD)
			break;
		if (i < 0 || (uint32_t)i >= f->subrs) {
			struct view unused;

			if (!binary_take(&after, w, &unused))
				break;
		} else if (!binary_take(&after, w, &f->subr[i])) {
			break;
		}
	}
	return true;
}

static bool
glyph_add(struct type1_font *f, uint32_t *cap, struct view name, struct view code)
{
	if (f->n == *cap) {
		uint32_t more = *cap == 0 ? 256 : *cap * 2;
		struct type1_glyph *grown = arena_array(f->arena, more, sizeof *grown);

		if (grown == NULL)
			return false;
		if (f->n > 0)
			memcpy(grown, f->glyph, f->n * sizeof *grown);
		f->glyph = grown;
		*cap = more;
	}
	f->glyph[f->n++] = (struct type1_glyph){ name, code };
	return true;
}

/* /name length RD bytes ND */
static bool
glyphs_read(struct type1_font *f, struct view *v)
{
	struct view w, name, code, after;
	uint32_t cap = 0;
	enum tok t;

	if (f->n > 0)
		return true;
	while ((t = tok(v, &w)) != END && f->n < GLYPHS_MAX) {
		if (t == WORD && view_is(w, "end") && f->n > 0)
			return true;
		if (t != NAME)
			continue;
		name = w;
		after = *v;
		if (tok(&after, &w) != WORD || !binary_take(&after, w, &code))
			continue;
		*v = after;
		if (!glyph_add(f, &cap, name, code))
			return false;
	}
	return true;
}

static bool
decrypt_all(struct type1_font *f, int32_t len_iv)
{
	size_t skip = len_iv < 0 ? 0 : (size_t)len_iv;

	for (uint32_t i = 0; len_iv >= 0 && i < f->subrs + f->n; i++) {
		struct view *v = i < f->subrs ? &f->subr[i] : &f->glyph[i - f->subrs].code;
		uint8_t *copy = arena_get(f->arena, v->n);

		if (copy == NULL)
			return false;
		if (v->n > 0)
			memcpy(copy, v->p, v->n);
		*v = type1_decrypt(copy, v->n, CHARSTRING_KEY, skip);
	}
	return true;
}

/* ---- glyphs by name --------------------------------------------------- */

static uint32_t
hash_of(struct view name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ name.p[i]) * 16777619u;
	return h;
}

const struct type1_glyph *
type1_glyph_find(const struct type1_font *f, struct view name)
{
	uint32_t h = hash_of(name);

	for (uint32_t i = 0; i < PROBES_MAX; i++) {
		uint32_t at = f->hash[(h + i) & (f->hash_n - 1)];

		if (at == 0)
			return NULL;
		if (view_eq(f->glyph[at - 1].name, name))
			return &f->glyph[at - 1];
	}
	return NULL;
}

static bool
hash_fill(struct type1_font *f)
{
	f->hash_n = 256;
	while (f->hash_n < f->n * 2)
		f->hash_n *= 2;
	f->hash = arena_array(f->arena, f->hash_n, sizeof *f->hash);
	if (f->hash == NULL)
		return false;
	for (uint32_t g = 0; g < f->n; g++) {
		uint32_t h = hash_of(f->glyph[g].name), i = 0;

		if (type1_glyph_find(f, f->glyph[g].name) != NULL)
			continue;
		while (i < PROBES_MAX && f->hash[(h + i) & (f->hash_n - 1)] != 0)
			i++;
		if (i < PROBES_MAX)
			f->hash[(h + i) & (f->hash_n - 1)] = g + 1;
	}
	return true;
}

/* ---- the font --------------------------------------------------------- */

static const struct key *
key_of(struct view name)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (view_is(name, keys[i].name))
			return &keys[i];
	return NULL;
}

static bool
scan(struct type1_font *f, struct view v, int32_t *len_iv, struct err *e)
{
	struct view w, ahead;
	bool good = true;
	enum tok t;

	while (good && (t = tok(&v, &w)) != END) {
		const struct key *k = t == NAME ? key_of(w) : NULL;

		ahead = v;
		if (t != NAME)
			continue;
		if (k != NULL)
			key_read(f, k, v);
		else if (view_is(w, "FontName") && f->name.n == 0 && tok(&ahead, &w) == NAME)
			f->name = w;
		else if (view_is(w, "Encoding"))
			encoding_read(f, v);
		else if (view_is(w, "WeightVector"))
			weights_read(f, v);
		else if (view_is(w, "lenIV") && tok(&ahead, &w) == WORD)
			(void)whole(w, len_iv);
		else if (view_is(w, "Subrs"))
			good = subrs_read(f, &v);
		else if (view_is(w, "CharStrings"))
			good = glyphs_read(f, &v);
	}
	return good || err_set(e, ERR_LIMIT, "type1: no memory");
}

bool
type1_read(struct type1_font *f, struct view in, struct err *e)
{
	struct view clear, secret;
	int32_t len_iv = 4;

	if (!type1_sections(f->arena, in, &clear, &secret))
		return err_set(e, ERR_LIMIT, "type1: no memory");
	if (!scan(f, clear, &len_iv, e) ||
	    (secret.p != clear.p && !scan(f, secret, &len_iv, e)))
		return false;
	if (f->n == 0)
		return err_set(e, ERR_MALFORMED, "type1: no charstrings");
	encoding_settle(f);
	if (!decrypt_all(f, len_iv) || !hash_fill(f))
		return err_set(e, ERR_LIMIT, "type1: no memory");
	return true;
}
