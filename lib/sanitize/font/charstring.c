#include "sanitize/font/charstring_math.h"

enum { DEPTH_MAX = 16 };	/* 10 by the note; readers allow more */

enum phase { HINTS, MASKED, PATH, DONE };

struct run {
	const struct charstring_env *env;
	struct buf *out;
	size_t limit;		/* out->n may not pass it */
	struct view call[DEPTH_MAX + 1];
	unsigned depth;
	struct charstring_stack stack;
	enum phase phase;
	bool hints;		/* written, or too many and left out */
	bool width_known;	/* decided by the first operator that may carry one */
	bool width_due;		/* there is one, not yet written */
	int32_t width;
	unsigned stems;
};

static const int32_t one = 65536;

/* ---- writing ---------------------------------------------------------- */

/* Into `to`, which has room for five bytes. */
static inline size_t
num_write(uint8_t *to, int32_t fixed)
{
	int32_t i = fixed >> 16;

	if ((fixed & 0xffff) != 0) {
		to[0] = 255;
		for (unsigned k = 0; k < 4; k++)
			to[1 + k] = (uint8_t)((uint32_t)fixed >> (24 - 8 * k));
		return 5;
	}
	if (i >= -107 && i <= 107) {
		to[0] = (uint8_t)(i + 139);
		return 1;
	}
	if (i >= -1131 && i <= 1131) {
		int32_t rest = (i > 0 ? i : -i) - 108;

		to[0] = (uint8_t)((i > 0 ? 247 : 251) + rest / 256);
		to[1] = (uint8_t)(rest % 256);
		return 2;
	}
	to[0] = CS_SHORT;
	to[1] = (uint8_t)((uint32_t)i >> 8);
	to[2] = (uint8_t)i;
	return 3;
}

void
charstring_num(struct buf *b, int32_t fixed)
{
	uint8_t bytes[5];

	buf_put(b, bytes, num_write(bytes, fixed));
}

static void
nums(struct run *r, unsigned from, unsigned n)
{
	uint8_t *room = buf_room(r->out, (size_t)n * 5);
	size_t at = 0;

	if (room == NULL)
		return;
	for (unsigned i = 0; i < n; i++)
		at += num_write(room + at, r->stack.v[from + i]);
	r->out->n += at;
}

static void
width_write(struct run *r)
{
	if (r->width_due)
		charstring_num(r->out, r->width);
	r->width_due = false;
}

/* The first operator that may carry a width does so where it has one operand too many. */
static unsigned
width_take(struct run *r, bool extra)
{
	if (r->width_known)
		return 0;
	r->width_known = true;
	if (!extra)
		return 0;
	r->width_due = true;
	r->width = r->stack.v[0];
	return 1;
}

/* ---- hints ------------------------------------------------------------ */

static bool
stems(struct run *r, uint8_t op)
{
	unsigned from = width_take(r, r->stack.n % 2 == 1), n = (r->stack.n - from) / 2 * 2;

	/* Readers take no stem once a mask or the path has begun. */
	if (r->phase != HINTS || n == 0)
		return true;
	r->stems += n / 2;
	if (r->stems > CHARSTRING_STEMS && r->hints)
		return false;
	if (r->hints) {
		width_write(r);
		nums(r, from, n);
		buf_byte(r->out, op);
	}
	return true;
}

static bool
mask(struct run *r, uint8_t op, struct view *v)
{
	unsigned from = width_take(r, r->stack.n % 2 == 1), n = (r->stack.n - from) / 2 * 2;
	struct view bits;

	if (r->phase != HINTS)
		n = 0;
	r->stems += n / 2;
	if (r->stems > CHARSTRING_STEMS && r->hints)
		return false;
	if (!view_take(v, (r->stems + 7) / 8, &bits))
		return false;
	if (r->phase == HINTS)
		r->phase = MASKED;
	if (!r->hints || r->stems == 0)
		return true;
	width_write(r);
	nums(r, from, n);
	buf_byte(r->out, op);
	buf_view(r->out, bits);
	return true;
}

/* ---- path ------------------------------------------------------------- */

static bool
moveto(struct run *r, uint8_t op)
{
	unsigned want = op == CS_RMOVETO ? 2 : 1;

	(void)width_take(r, r->stack.n > want);
	if (r->stack.n < want)
		return false;
	width_write(r);
	nums(r, r->stack.n - want, want);
	buf_byte(r->out, op);
	r->phase = PATH;
	return true;
}

/* How many operands of n an operator takes, and how many before them it leaves out. */
static unsigned
path_operands(uint8_t op, unsigned n, unsigned *skip)
{
	*skip = 0;
	switch (op) {
	case CS_RLINETO:
		return n / 2 * 2;
	case CS_HLINETO:
	case CS_VLINETO:
		return n;
	case CS_RRCURVETO:
		return n / 6 * 6;
	case CS_RCURVELINE:
		return n < 8 ? 0 : (n - 2) / 6 * 6 + 2;
	case CS_RLINECURVE:
		return n < 8 ? 0 : (n - 6) / 2 * 2 + 6;
	default:
		/* Of 4k + 2 and 4k + 3 the first two are surplus. */
		*skip = n & 2;
		return n & ~2u;
	}
}

static void
path_begin(struct run *r)
{
	/* A line without a moveto starts at the origin. */
	if (r->phase == PATH)
		return;
	r->width_known = true;
	width_write(r);
	charstring_num(r->out, 0);
	buf_byte(r->out, CS_HMOVETO);
	r->phase = PATH;
}

static bool
path(struct run *r, uint8_t op)
{
	unsigned skip, n = path_operands(op, r->stack.n, &skip);

	if (n == 0 || (n < 4 && op >= CS_VVCURVETO))
		return true;
	path_begin(r);
	nums(r, skip, n);
	buf_byte(r->out, op);
	return true;
}

static bool
flex(struct run *r, uint8_t op)
{
	static const uint8_t want[] = { [CS_HFLEX - CS_HFLEX] = 7, [CS_FLEX - CS_HFLEX] = 13,
					[CS_HFLEX1 - CS_HFLEX] = 9, [CS_FLEX1 - CS_HFLEX] = 11 };

	if (r->stack.n < want[op - CS_HFLEX])
		return false;
	path_begin(r);
	nums(r, 0, want[op - CS_HFLEX]);
	buf_byte(r->out, CS_ESCAPE);
	buf_byte(r->out, op);
	return true;
}

static bool
is_code(int32_t fixed)
{
	return fixed % one == 0 && fixed >= 0 && fixed <= 255 * one;
}

static void
endchar(struct run *r)
{
	unsigned from = width_take(r, r->stack.n == 1 || r->stack.n == 5);

	width_write(r);
	/* An accented character: dx, dy, and the codes of its two parts. */
	if (r->stack.n - from >= 4 && r->phase != PATH && is_code(r->stack.v[from + 2]) &&
	    is_code(r->stack.v[from + 3]))
		nums(r, from, 4);
	buf_byte(r->out, CS_ENDCHAR);
	r->phase = DONE;
}

/* ---- the machine ------------------------------------------------------ */

static bool
call(struct run *r, const struct cff_index *x)
{
	int32_t bias = x->count < 1240 ? 107 : x->count < 33900 ? 1131 : 32768;
	int32_t i;

	if (r->stack.n == 0 || r->depth == DEPTH_MAX)
		return false;
	i = r->stack.v[--r->stack.n] / one + bias;
	if (i < 0 || (uint32_t)i >= x->count)
		return false;
	r->call[++r->depth] = cff_index_at(x, (uint32_t)i);
	return true;
}

/* A number behind its first byte. */
static bool
number(struct view *v, uint8_t b0, int32_t *ret)
{
	uint16_t w;
	uint32_t d;

	if (b0 == CS_SHORT) {
		if (!view_u16be(v, &w))
			return false;
		*ret = (int16_t)w * one;
		return true;
	}
	if (b0 == 255) {
		if (!view_u32be(v, &d))
			return false;
		*ret = (int32_t)d;
		return true;
	}
	if (!cff_small_take(v, b0, ret))
		return false;
	*ret *= one;
	return true;
}

static bool
escape(struct run *r, struct view *v)
{
	uint8_t op;
	int done;

	if (!view_u8(v, &op))
		return false;
	done = charstring_compute(&r->stack, op);
	if (done != 0)
		return done > 0;
	if (op >= CS_HFLEX && op <= CS_FLEX1 && !flex(r, op))
		return false;
	r->stack.n = 0;	/* dotsection and what nobody knows: no effect */
	return true;
}

static bool
operator(struct run *r, uint8_t op, struct view *v)
{
	bool good = true;

	switch (op) {
	case CS_CALLSUBR:
		return call(r, &r->env->local);
	case CS_CALLGSUBR:
		return call(r, &r->env->global);
	case CS_RETURN:
		if (r->depth > 0)
			r->depth--;
		else
			endchar(r);
		return true;
	case CS_ESCAPE:
		return escape(r, v);
	case CS_ENDCHAR:
		endchar(r);
		return true;
	case CS_HSTEM:
	case CS_VSTEM:
	case CS_HSTEMHM:
	case CS_VSTEMHM:
		good = stems(r, op);
		break;
	case CS_HINTMASK:
	case CS_CNTRMASK:
		good = mask(r, op, v);
		break;
	case CS_RMOVETO:
	case CS_HMOVETO:
	case CS_VMOVETO:
		good = moveto(r, op);
		break;
	case CS_RLINETO:
	case CS_HLINETO:
	case CS_VLINETO:
	case CS_RRCURVETO:
	case CS_RCURVELINE:
	case CS_RLINECURVE:
	case CS_VVCURVETO:
	case CS_HHCURVETO:
	case CS_VHCURVETO:
	case CS_HVCURVETO:
		good = path(r, op);
		break;
	default:
		break;
	}
	r->stack.n = 0;
	return good;
}

static bool
run(struct run *r)
{
	while (r->phase != DONE) {
		struct view *v = &r->call[r->depth];
		uint8_t b0;

		if (*r->env->budget == 0 || r->out->n > r->limit)
			return false;
		--*r->env->budget;
		if (!view_u8(v, &b0)) {
			/* The end of a subroutine returns, that of the glyph ends it. */
			if (r->depth > 0)
				r->depth--;
			else
				endchar(r);
		} else if (b0 >= 32 || b0 == CS_SHORT) {
			if (r->stack.n == CHARSTRING_STACK || !number(v, b0, &r->stack.v[r->stack.n]))
				return false;
			r->stack.n++;
		} else if (!operator(r, b0, v)) {
			return false;
		}
	}
	return true;
}

static bool
attempt(const struct charstring_env *env, struct view in, struct buf *out, bool hints,
	bool *too_many)
{
	size_t start = out->n;
	struct run r = { .env = env, .out = out, .limit = start + CHARSTRING_MAX, .hints = hints };

	r.call[0] = in;
	if (run(&r) && out->n <= r.limit && !out->full)
		return true;
	*too_many = r.stems > CHARSTRING_STEMS;
	out->n = start;
	return false;
}

bool
charstring_flat(const struct charstring_env *env, struct view in, struct buf *out)
{
	bool too_many;

	/* No byte at all: a blank, as subsetters leave those that are not used. */
	if (in.n == 0)
		return true;
	if (attempt(env, in, out, true, &too_many))
		return true;
	/* More stems than readers bear: the outline goes without its hints. */
	return too_many && attempt(env, in, out, false, &too_many);
}
