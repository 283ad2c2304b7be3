/*
 * Type 1 charstrings (Adobe Type 1 Font Format, 6 and 8) as Type 2: run
 * once, written flat.  Flex becomes two curves, an accented character the
 * outlines of its two parts.  Stem hints stay where one set holds for the
 * whole glyph; where hints are replaced on the way they are left out.
 */
#include "sanitize/font/charstring.h"
#include "sanitize/font/type1_font.h"

enum {
	STACK_MAX = 128,	/* blends in multiple masters need more than the 24 of the book */
	POSTSCRIPT_MAX = 32,
	DEPTH_MAX = 16,
	STEMS_MAX = 96,
	FLEX_POINTS = 7,
};

enum op {
	HSTEM = 1, VSTEM = 3, VMOVETO = 4, RLINETO = 5, HLINETO = 6, VLINETO = 7, RRCURVETO = 8,
	CLOSEPATH = 9, CALLSUBR = 10, RETURN = 11, ESCAPE = 12, HSBW = 13, ENDCHAR = 14,
	RMOVETO = 21, HMOVETO = 22, VHCURVETO = 30, HVCURVETO = 31,
	/* behind ESCAPE */
	DOTSECTION = 0, VSTEM3 = 1, HSTEM3 = 2, SEAC = 6, SBW = 7, DIV = 12, CALLOTHERSUBR = 16,
	POP = 17, SETCURRENTPOINT = 33,
};

struct point {
	int64_t x, y;		/* 16.16 */
};

struct stem {
	int32_t at, width;
};

struct stems {
	struct stem s[STEMS_MAX];
	unsigned n;
};

struct t1 {
	const struct type1_font *f;
	uint64_t *budget;
	struct buf path;
	struct view call[DEPTH_MAX + 1];
	unsigned depth;
	int64_t stack[STACK_MAX];	/* 16.16, wide enough for 32-bit integers */
	unsigned n;
	int64_t ps[POSTSCRIPT_MAX];
	unsigned ps_n;
	struct point origin;	/* of an accent in its glyph */
	struct point bearing;	/* left side bearing point, in the glyph */
	struct point at;	/* where we are */
	struct point written;	/* where the charstring written so far is */
	bool open;		/* a subpath is begun and written */
	bool flexing;
	struct point flex[FLEX_POINTS];
	unsigned flexed;
	struct stems h, v;
	bool no_hints;
	bool in_part;		/* of an accented character */
	bool done;
	int64_t width;
};

static const int64_t one = 65536;

static bool run(struct t1 *t, struct view code);

static int32_t
clamp(int64_t x)
{
	return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

/* ---- path ------------------------------------------------------------- */

static void
op_put(struct t1 *t, const int64_t *v, unsigned n, uint8_t op)
{
	for (unsigned i = 0; i < n; i++)
		charstring_num(&t->path, clamp(v[i]));
	buf_byte(&t->path, op);
}

static void
move_by(struct t1 *t, int64_t dx, int64_t dy)
{
	const int64_t limit = one * 1000000;

	t->at.x += dx;
	t->at.y += dy;
	/* Nothing visible is out there, and sums stay far from their type's end. */
	if (t->at.x > limit || t->at.x < -limit)
		t->at.x = 0;
	if (t->at.y > limit || t->at.y < -limit)
		t->at.y = 0;
	t->open = t->open && t->flexing;
}

/* Before a line or curve: the moveto that it needs. */
static void
subpath(struct t1 *t)
{
	int64_t d[2] = { t->at.x - t->written.x, t->at.y - t->written.y };

	if (t->open)
		return;
	if (d[1] == 0)
		op_put(t, &d[0], 1, CS_HMOVETO);
	else if (d[0] == 0)
		op_put(t, &d[1], 1, CS_VMOVETO);
	else
		op_put(t, d, 2, CS_RMOVETO);
	t->open = true;
	t->written = t->at;
}

/* A line or curve by n operands, ending dx, dy from here. */
static void
draw(struct t1 *t, const int64_t *v, unsigned n, uint8_t op, int64_t dx, int64_t dy)
{
	subpath(t);
	op_put(t, v, n, op);
	t->at.x += dx;
	t->at.y += dy;
	t->written = t->at;
}

static bool
path(struct t1 *t, uint8_t op)
{
	static const uint8_t want[32] = { [VMOVETO] = 1, [RLINETO] = 2, [HLINETO] = 1,
					  [VLINETO] = 1, [RRCURVETO] = 6, [RMOVETO] = 2,
					  [HMOVETO] = 1, [VHCURVETO] = 4, [HVCURVETO] = 4 };
	unsigned n = want[op];
	const int64_t *v;

	if (t->n < n)
		return false;
	v = t->stack + (t->n - n);
	switch (op) {
	case RMOVETO:
		move_by(t, v[0], v[1]);
		break;
	case HMOVETO:
		move_by(t, v[0], 0);
		break;
	case VMOVETO:
		move_by(t, 0, v[0]);
		break;
	case RLINETO:
		draw(t, v, n, op, v[0], v[1]);
		break;
	case HLINETO:
		draw(t, v, n, op, v[0], 0);
		break;
	case VLINETO:
		draw(t, v, n, op, 0, v[0]);
		break;
	case RRCURVETO:
		draw(t, v, n, op, v[0] + v[2] + v[4], v[1] + v[3] + v[5]);
		break;
	case VHCURVETO:
		draw(t, v, n, op, v[1] + v[3], v[0] + v[2]);
		break;
	default:	/* HVCURVETO */
		draw(t, v, n, op, v[0] + v[1], v[2] + v[3]);
		break;
	}
	return true;
}

/* 8.3: six points behind the reference point are two curves. */
static void
flex_end(struct t1 *t)
{
	int64_t d[12];
	struct point at = t->written;

	t->flexing = false;
	if (t->flexed != FLEX_POINTS)
		return;
	for (unsigned i = 1; i < FLEX_POINTS; i++) {
		d[2 * i - 2] = t->flex[i].x - at.x;
		d[2 * i - 1] = t->flex[i].y - at.y;
		at = t->flex[i];
	}
	op_put(t, d, 12, CS_RRCURVETO);
	t->at = t->written = at;
}

static void
flex_begin(struct t1 *t)
{
	subpath(t);
	t->flexing = true;
	t->flexed = 0;
}

/* ---- hints ------------------------------------------------------------ */

static void
stem_add(struct t1 *t, struct stems *s, int64_t bearing, int64_t at, int64_t width)
{
	if (s->n == STEMS_MAX || t->in_part) {
		t->no_hints = true;
		return;
	}
	s->s[s->n++] = (struct stem){ clamp(bearing + at), clamp(width) };
}

static bool
stem(struct t1 *t, bool horizontal, unsigned n)
{
	const int64_t *v;

	if (t->n < 2 * n)
		return false;
	v = t->stack + (t->n - 2 * n);
	for (unsigned i = 0; i < n; i++)
		stem_add(t, horizontal ? &t->h : &t->v, horizontal ? t->bearing.y : t->bearing.x,
			 v[2 * i], v[2 * i + 1]);
	return true;
}

/* Ascending; of stems that touch one another the first stays. */
static void
stems_sort(struct stems *s)
{
	unsigned n = 0;

	for (unsigned i = 1; i < s->n; i++)
		for (unsigned k = i; k > 0 && s->s[k].at < s->s[k - 1].at; k--) {
			struct stem swap = s->s[k];

			s->s[k] = s->s[k - 1];
			s->s[k - 1] = swap;
		}
	for (unsigned i = 0; i < s->n; i++) {
		int64_t end = n > 0 ? (int64_t)s->s[n - 1].at + s->s[n - 1].width : INT32_MIN;

		if (n == 0 || (s->s[i].at > end && s->s[i].at > s->s[n - 1].at))
			s->s[n++] = s->s[i];
	}
	s->n = n;
}

/* 5177, 4.3: each stem from the end of the one before, at most 48 operands at a time. */
static void
stems_put(struct buf *b, struct stems *s, uint8_t op)
{
	int64_t edge = 0;

	stems_sort(s);
	for (unsigned i = 0; i < s->n; i++) {
		charstring_num(b, clamp(s->s[i].at - edge));
		charstring_num(b, s->s[i].width);
		edge = (int64_t)s->s[i].at + s->s[i].width;
		if (i + 1 == s->n || i % 20 == 19)
			buf_byte(b, op);
	}
}

/* ---- subroutines ------------------------------------------------------ */

/* Multiple masters: `results` values, then for each its differences in the other designs. */
static bool
blend(struct t1 *t, unsigned results, const int64_t *args, unsigned n)
{
	const struct type1_font *f = t->f;

	if (f->designs == 0 || n != results * f->designs || results > POSTSCRIPT_MAX)
		return false;
	t->ps_n = 0;
	for (unsigned i = results; i > 0; i--) {
		double x = (double)args[i - 1];

		for (unsigned k = 1; k < f->designs; k++)
			x += f->weight[k] *
			     (double)args[results + (i - 1) * (f->designs - 1) + k - 1];
		t->ps[t->ps_n++] = clamp((int64_t)(x < -9e15 || x > 9e15 ? 0 : x));
	}
	return true;
}

/* args n number callothersubr (8.1) */
static bool
othersubr(struct t1 *t)
{
	static const uint8_t results[] = { [14] = 1, [15] = 2, [16] = 3, [17] = 4, [18] = 6 };
	int64_t which, n;
	const int64_t *args;

	if (t->n < 2)
		return false;
	which = t->stack[t->n - 1] / one;
	n = t->stack[t->n - 2] / one;
	t->n -= 2;
	if (n < 0 || n > t->n || n > POSTSCRIPT_MAX + 64)
		return false;
	t->n -= (unsigned)n;
	args = t->stack + t->n;
	if (which >= 14 && which <= 18)
		return blend(t, results[which], args, (unsigned)n);
	if (which == 1)
		flex_begin(t);
	if (which == 2 && t->flexing && t->flexed < FLEX_POINTS)
		t->flex[t->flexed++] = t->at;
	if (which == 3)
		t->no_hints = true;
	if (n > POSTSCRIPT_MAX)
		return false;
	t->ps_n = 0;
	if (which == 0 && n == 3) {
		flex_end(t);
		t->ps[t->ps_n++] = args[2];
		t->ps[t->ps_n++] = args[1];
		return true;
	}
	for (unsigned i = (unsigned)n; i > 0; i--)
		t->ps[t->ps_n++] = args[i - 1];
	return true;
}

static bool
callsubr(struct t1 *t)
{
	int64_t i;

	if (t->n == 0 || t->depth == DEPTH_MAX)
		return false;
	i = t->stack[--t->n] / one;
	if (i < 0 || i >= t->f->subrs)
		return false;
	t->call[++t->depth] = t->f->subr[i];
	return true;
}

static bool
divide(struct t1 *t)
{
	int64_t a, b, n, d, q;

	if (t->n < 2 || t->stack[t->n - 1] == 0)
		return false;
	b = t->stack[--t->n];
	a = t->stack[--t->n];
	n = a < 0 ? -a : a;
	d = b < 0 ? -b : b;
	/* 2^31 in 16.16, once more shifted, is all that 64 bits hold. */
	q = n >= INT64_C(1) << 46 ? (int64_t)((double)n / (double)d * 65536.0 + 0.5)
				  : ((n << 16) + d / 2) / d;
	t->stack[t->n++] = clamp((a < 0) != (b < 0) ? -q : q);
	return true;
}

/* ---- metrics and accents ---------------------------------------------- */

static bool
bearings(struct t1 *t, bool both)
{
	unsigned n = both ? 4 : 2;
	const int64_t *v;

	if (t->n < n)
		return false;
	v = t->stack + (t->n - n);
	t->bearing.x = t->origin.x + clamp(v[0]);
	t->bearing.y = t->origin.y + (both ? clamp(v[1]) : 0);
	t->at = t->bearing;
	t->open = false;
	/* An accented character's width is its own, not its parts'. */
	if (!t->in_part)
		t->width = clamp(v[both ? 2 : 1]);
	return true;
}

/* One part of an accented character, by its code in StandardEncoding. */
static bool
part(struct t1 *t, int64_t code, struct point origin)
{
	const struct type1_glyph *g;
	uint16_t sid;

	if (code < 0 || code > 255 * one)
		return false;
	sid = cff_standard_encoding((uint8_t)(code / one));
	g = sid != 0 ? type1_glyph_find(t->f, cff_standard_string(sid)) : NULL;
	if (g == NULL)
		return false;
	t->origin = origin;
	t->depth = 0;
	t->n = t->ps_n = 0;
	t->flexing = t->open = t->done = false;
	return run(t, g->code);
}

/* asb adx ady bchar achar seac (6.4) */
static bool
seac(struct t1 *t)
{
	struct point base = { 0, 0 }, accent;
	int64_t v[5];

	if (t->n < 5 || t->in_part)
		return false;
	memcpy(v, t->stack + (t->n - 5), sizeof v);
	accent.x = t->bearing.x + clamp(v[1]) - clamp(v[0]);
	accent.y = clamp(v[2]);
	t->in_part = t->no_hints = true;
	if (!part(t, v[3], base) || !part(t, v[4], accent))
		return false;
	t->done = true;
	return true;
}

/* ---- the machine ------------------------------------------------------ */

static bool
escape(struct t1 *t, struct view *v)
{
	uint8_t op;
	bool good = true;

	if (!view_u8(v, &op))
		return false;
	switch (op) {
	case DIV:
		return divide(t);
	case CALLOTHERSUBR:
		return othersubr(t);
	case POP:
		if (t->ps_n == 0 || t->n == STACK_MAX)
			return false;
		t->stack[t->n++] = t->ps[--t->ps_n];
		return true;
	case VSTEM3:
		good = stem(t, false, 3);
		break;
	case HSTEM3:
		good = stem(t, true, 3);
		break;
	case SEAC:
		good = seac(t);
		break;
	case SBW:
		good = bearings(t, true);
		break;
	default:	/* dotsection; setcurrentpoint, which comes behind flex only */
		break;
	}
	t->n = 0;
	return good;
}

static bool
operator(struct t1 *t, uint8_t op, struct view *v)
{
	bool good = true;

	switch (op) {
	case CALLSUBR:
		return callsubr(t);
	case RETURN:
		if (t->depth > 0)
			t->depth--;
		else
			t->done = true;
		return true;
	case ESCAPE:
		return escape(t, v);
	case ENDCHAR:
		t->done = true;
		return true;
	case HSTEM:
	case VSTEM:
		good = stem(t, op == HSTEM, 1);
		break;
	case CLOSEPATH:
		t->open = false;
		break;
	case HSBW:
		good = bearings(t, false);
		break;
	case VMOVETO:
	case RLINETO:
	case HLINETO:
	case VLINETO:
	case RRCURVETO:
	case RMOVETO:
	case HMOVETO:
	case VHCURVETO:
	case HVCURVETO:
		good = path(t, op);
		break;
	default:
		break;
	}
	t->n = 0;
	return good;
}

/* 6.2: a number behind its first byte. */
static bool
number(struct view *v, uint8_t b0, int64_t *ret)
{
	uint32_t d;
	int32_t small;

	if (b0 == 255) {
		if (!view_u32be(v, &d))
			return false;
		*ret = (int32_t)d * one;
		return true;
	}
	if (!cff_small_take(v, b0, &small))
		return false;
	*ret = small * one;
	return true;
}

static bool
run(struct t1 *t, struct view code)
{
	t->call[0] = code;
	while (!t->done) {
		struct view *v = &t->call[t->depth];
		uint8_t b0;

		if (*t->budget == 0 || t->path.n > CHARSTRING_MAX)
			return false;
		--*t->budget;
		if (!view_u8(v, &b0)) {
			if (t->depth == 0)
				return true;
			t->depth--;
		} else if (b0 >= 32) {
			if (t->n == STACK_MAX || !number(v, b0, &t->stack[t->n]))
				return false;
			t->n++;
		} else if (!operator(t, b0, v)) {
			return false;
		}
	}
	return true;
}

static void
t1_release(struct t1 *t)
{
	buf_release(&t->path);
}

bool
type1_charstring(const struct type1_font *f, struct view code, struct buf *out, uint64_t *budget)
{
	__attribute__((cleanup(t1_release))) struct t1 t = { .f = f, .budget = budget };
	size_t start = out->n;

	if (!run(&t, code) || t.path.full)
		return false;
	if (t.width != 0)
		charstring_num(out, clamp(t.width));
	if (!t.no_hints) {
		stems_put(out, &t.h, CS_HSTEM);
		stems_put(out, &t.v, CS_VSTEM);
	}
	buf_view(out, buf_bytes(&t.path));
	buf_byte(out, CS_ENDCHAR);
	if (out->n - start <= CHARSTRING_MAX && !out->full)
		return true;
	out->n = start;
	return false;
}
