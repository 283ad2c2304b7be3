#include "sanitize/font/charstring.h"

#include "sanitize/font/be.h"

enum {
	DEPTH_MAX = 16,		/* 10 by the note; readers allow more */
	TRANSIENT = 32,
};

enum phase { HINTS, MASKED, PATH, DONE };

struct run {
	const struct charstring_env *env;
	struct buf *out;
	size_t limit;		/* out->n may not pass it */
	struct view call[DEPTH_MAX + 1];
	unsigned depth;
	int32_t stack[CHARSTRING_STACK];	/* 16.16 */
	unsigned n;
	int32_t transient[TRANSIENT];
	enum phase phase;
	bool hints;		/* written, or too many and left out */
	bool width_known;	/* decided by the first operator that may carry one */
	bool width_due;		/* there is one, not yet written */
	int32_t width;
	unsigned stems;
};

static const int32_t one = 65536;

/* ---- INDEX ------------------------------------------------------------ */

bool
cff_index_take(struct view *v, struct cff_index *ret)
{
	struct cff_index x = { 0 };
	struct view w = *v;
	uint16_t count;
	uint8_t size;
	uint32_t end;

	if (!view_u16be(&w, &count))
		return false;
	if (count > 0) {
		if (!view_u8(&w, &size) || size < 1 || size > 4 ||
		    !view_take(&w, ((size_t)count + 1) * size, &x.offsets))
			return false;
		x.count = count;
		x.off_size = size;
		end = be_n(x.offsets, (size_t)count * size, size);
		if (end == 0)
			return false;
		/* Cut off: what is there may still be of use. */
		if (end - 1 > w.n)
			end = (uint32_t)w.n + 1;
		(void)view_take(&w, end - 1, &x.data);
	}
	*v = w;
	*ret = x;
	return true;
}

struct view
cff_index_at(const struct cff_index *x, uint32_t i)
{
	struct view none = { x->data.p, 0 }, ret;
	uint32_t from, to;

	if (i >= x->count)
		return none;
	from = be_n(x->offsets, (size_t)i * x->off_size, x->off_size);
	to = be_n(x->offsets, ((size_t)i + 1) * x->off_size, x->off_size);
	if (from == 0 || to < from || from - 1 > x->data.n)
		return none;
	if (to - 1 > x->data.n)
		to = (uint32_t)x->data.n + 1;
	return view_sub(x->data, from - 1, to - from, &ret) ? ret : none;
}

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
		at += num_write(room + at, r->stack[from + i]);
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
	r->width = r->stack[0];
	return 1;
}

/* ---- hints ------------------------------------------------------------ */

static bool
stems(struct run *r, uint8_t op)
{
	unsigned from = width_take(r, r->n % 2 == 1), n = (r->n - from) / 2 * 2;

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
	unsigned from = width_take(r, r->n % 2 == 1), n = (r->n - from) / 2 * 2;
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

	(void)width_take(r, r->n > want);
	if (r->n < want)
		return false;
	width_write(r);
	nums(r, r->n - want, want);
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
	unsigned skip, n = path_operands(op, r->n, &skip);

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

	if (r->n < want[op - CS_HFLEX])
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
	unsigned from = width_take(r, r->n == 1 || r->n == 5);

	width_write(r);
	/* An accented character: dx, dy, and the codes of its two parts. */
	if (r->n - from >= 4 && r->phase != PATH && is_code(r->stack[from + 2]) &&
	    is_code(r->stack[from + 3]))
		nums(r, from, 4);
	buf_byte(r->out, CS_ENDCHAR);
	r->phase = DONE;
}

/* ---- arithmetic ------------------------------------------------------- */

static int32_t
clamp(int64_t x)
{
	return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

static int32_t
fixed_mul(int32_t a, int32_t b)
{
	int64_t p = (int64_t)a * b;

	return clamp(p < 0 ? -((-p + 0x8000) >> 16) : (p + 0x8000) >> 16);
}

static int32_t
fixed_div(int32_t a, int32_t b)
{
	int64_t n = a < 0 ? -(int64_t)a : a, d = b < 0 ? -(int64_t)b : b, q;

	if (d == 0)
		return (a < 0) != (b < 0) ? INT32_MIN + 1 : INT32_MAX;
	q = ((n << 16) + d / 2) / d;
	return clamp((a < 0) != (b < 0) ? -q : q);
}

static int32_t
fixed_sqrt(int32_t a)
{
	uint64_t x = a > 0 ? (uint64_t)a << 16 : 0, root = 0;

	for (uint64_t bit = UINT64_C(1) << 46; bit > 0; bit >>= 2) {
		if (x >= root + bit) {
			x -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return clamp((int64_t)root);
}

static void
roll(struct run *r, int32_t n, int32_t shift)
{
	int32_t copy[CHARSTRING_STACK];
	unsigned base;

	if (n <= 0 || (unsigned)n > r->n)
		return;
	base = r->n - (unsigned)n;
	memcpy(copy, r->stack + base, (size_t)n * sizeof *copy);
	shift = (shift % n + n) % n;
	for (int32_t i = 0; i < n; i++)
		r->stack[base + (unsigned)((i + shift) % n)] = copy[i];
}

/* Operators on up to four operands that leave one: s[0] is the first. */
static bool
compute(uint8_t op, const int32_t *s, int32_t *ret)
{
	switch (op) {
	case CS_AND:
		*ret = s[0] != 0 && s[1] != 0 ? one : 0;
		return true;
	case CS_OR:
		*ret = s[0] != 0 || s[1] != 0 ? one : 0;
		return true;
	case CS_NOT:
		*ret = s[0] == 0 ? one : 0;
		return true;
	case CS_ABS:
		*ret = clamp(s[0] < 0 ? -(int64_t)s[0] : s[0]);
		return true;
	case CS_ADD:
		*ret = clamp((int64_t)s[0] + s[1]);
		return true;
	case CS_SUB:
		*ret = clamp((int64_t)s[0] - s[1]);
		return true;
	case CS_DIV:
		*ret = fixed_div(s[0], s[1]);
		return true;
	case CS_NEG:
		*ret = clamp(-(int64_t)s[0]);
		return true;
	case CS_EQ:
		*ret = s[0] == s[1] ? one : 0;
		return true;
	case CS_IFELSE:
		*ret = s[2] <= s[3] ? s[0] : s[1];
		return true;
	case CS_RANDOM:
		*ret = one / 2;	/* greater than 0, at most 1: any will do */
		return true;
	case CS_MUL:
		*ret = fixed_mul(s[0], s[1]);
		return true;
	case CS_SQRT:
		*ret = fixed_sqrt(s[0]);
		return true;
	default:
		return false;
	}
}

/* Operators that move operands about; s[0] is the first of `take`, already popped. */
static void
move(struct run *r, uint8_t op, const int32_t *s)
{
	int32_t i = s[0] / one;

	switch (op) {
	case CS_PUT:
		i = s[1] / one;
		if (i >= 0 && i < TRANSIENT)
			r->transient[i] = s[0];
		break;
	case CS_GET:
		r->stack[r->n++] = i >= 0 && i < TRANSIENT ? r->transient[i] : 0;
		break;
	case CS_DUP:
		r->stack[r->n++] = s[0];
		r->stack[r->n++] = s[0];
		break;
	case CS_EXCH:
		r->stack[r->n] = s[1];
		r->stack[r->n + 1] = s[0];
		r->n += 2;
		break;
	case CS_INDEX:
		if (i < 0)
			i = 0;
		r->stack[r->n] = (unsigned)i < r->n ? r->stack[r->n - 1 - (unsigned)i] : 0;
		r->n++;
		break;
	case CS_ROLL:
		roll(r, i, s[1] / one);
		break;
	default:	/* drop */
		break;
	}
}

/* 1: done, the stack stays; 0: not one of these; -1: underflow or overflow. */
static int
arithmetic(struct run *r, uint8_t op)
{
	static const uint8_t take[] = {
		[CS_AND] = 3, [CS_OR] = 3, [CS_NOT] = 2, [CS_ABS] = 2, [CS_ADD] = 3, [CS_SUB] = 3,
		[CS_DIV] = 3, [CS_NEG] = 2, [CS_EQ] = 3, [CS_DROP] = 2, [CS_PUT] = 3, [CS_GET] = 2,
		[CS_IFELSE] = 5, [CS_RANDOM] = 1, [CS_MUL] = 3, [CS_SQRT] = 2, [CS_DUP] = 2,
		[CS_EXCH] = 3, [CS_INDEX] = 2, [CS_ROLL] = 3,
	};	/* one more than it takes: 0 is no such operator */
	int32_t s[4] = { 0 }, result;
	unsigned n;

	if (op >= sizeof take || take[op] == 0)
		return 0;
	n = take[op] - 1u;
	if (r->n < n || (op == CS_DUP && r->n >= CHARSTRING_STACK) ||
	    (op == CS_RANDOM && r->n >= CHARSTRING_STACK))
		return -1;
	r->n -= n;
	memcpy(s, r->stack + r->n, n * sizeof *s);
	if (compute(op, s, &result))
		r->stack[r->n++] = result;
	else
		move(r, op, s);
	return 1;
}

/* ---- the machine ------------------------------------------------------ */

static bool
call(struct run *r, const struct cff_index *x)
{
	int32_t bias = x->count < 1240 ? 107 : x->count < 33900 ? 1131 : 32768;
	int32_t i;

	if (r->n == 0 || r->depth == DEPTH_MAX)
		return false;
	i = r->stack[--r->n] / one + bias;
	if (i < 0 || (uint32_t)i >= x->count)
		return false;
	r->call[++r->depth] = cff_index_at(x, (uint32_t)i);
	return true;
}

/* A number behind its first byte. */
static bool
number(struct view *v, uint8_t b0, int32_t *ret)
{
	uint8_t b1;
	uint16_t w;
	uint32_t d;

	if (b0 <= 246 && b0 >= 32) {
		*ret = (b0 - 139) * one;
		return true;
	}
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
	if (!view_u8(v, &b1))
		return false;
	*ret = (b0 < 251 ? (b0 - 247) * 256 + b1 + 108 : -(b0 - 251) * 256 - b1 - 108) * one;
	return true;
}

static bool
escape(struct run *r, struct view *v)
{
	uint8_t op;
	int done;

	if (!view_u8(v, &op))
		return false;
	done = arithmetic(r, op);
	if (done != 0)
		return done > 0;
	if (op >= CS_HFLEX && op <= CS_FLEX1 && !flex(r, op))
		return false;
	r->n = 0;	/* dotsection and what nobody knows: no effect */
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
	r->n = 0;
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
			if (r->n == CHARSTRING_STACK || !number(v, b0, &r->stack[r->n]))
				return false;
			r->n++;
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

	if (attempt(env, in, out, true, &too_many))
		return true;
	/* More stems than readers bear: the outline goes without its hints. */
	return too_many && attempt(env, in, out, false, &too_many);
}
