/* Type 2 charstrings, flat (Technical Note 5177): hints, path, endchar. */
#include "inspect/font.h"

enum { STACK = 48, STEMS_MAX = 96, LENGTH_MAX = 65535 };
enum phase { P_STEM, P_MASK, P_PATH };

struct charstring {
	struct view in;
	int32_t stack[STACK];	/* whole part; INT32_MIN for what is not whole */
	unsigned n, stems;
	enum phase phase;
	bool width, ended;
};

/* A number, in its shortest form. */
static bool
number(struct charstring *c, uint8_t b, struct err *e)
{
	uint8_t low;
	uint16_t x;
	uint32_t fixed;
	int32_t value;

	if (c->n == STACK)
		return residue(e, "stack too high");
	if (b == 28) {
		if (!view_u16be(&c->in, &x))
			return residue(e, "number cut off");
		value = (int16_t)x;
		if (value >= -1131 && value <= 1131)
			return residue(e, "number longer than needed");
	} else if (b <= 246) {
		value = b - 139;
	} else if (b <= 254) {
		if (!view_u8(&c->in, &low))
			return residue(e, "number cut off");
		value = b <= 250 ? (b - 247) * 256 + low + 108 : -(b - 251) * 256 - low - 108;
	} else {
		if (!view_u32be(&c->in, &fixed) || (fixed & 0xffff) == 0)
			return residue(e, "number cut off or longer than needed");
		value = INT32_MIN;
	}
	c->stack[c->n++] = value;
	return true;
}

/* One operand more than needed is the width, once, in front of all. */
static unsigned
operands(struct charstring *c, bool odd_is_width, unsigned expected)
{
	unsigned n = c->n;

	if (!c->width && (odd_is_width ? n % 2 == 1 : n == expected + 1))
		n--;
	c->width = true;
	return n;
}

static bool
stem(struct charstring *c, bool mask, struct err *e)
{
	unsigned n = operands(c, true, 0);

	if (n % 2 != 0 || (n == 0 && !mask) || (n > 0 && c->phase > P_STEM))
		return residue(e, "stem hints out of order or in odd number");
	c->stems += n / 2;
	return c->stems <= STEMS_MAX || residue(e, "too many stems");
}

static bool
mask(struct charstring *c, struct err *e)
{
	if (!stem(c, true, e))
		return false;
	if (c->phase < P_MASK)
		c->phase = P_MASK;
	return (c->stems > 0 && view_skip(&c->in, (c->stems + 7) / 8)) || residue(e, "mask without stems");
}

static bool
move(struct charstring *c, unsigned expected, struct err *e)
{
	c->phase = P_PATH;
	return operands(c, false, expected) == expected || residue(e, "operands of a moveto");
}

static bool
end(struct charstring *c, struct err *e)
{
	unsigned n = c->n, i;

	if (!c->width && (n == 1 || n == 5))
		n--;
	c->ended = true;
	for (i = 0; n == 4 && i < 2; i++)
		if (c->stack[c->n - 1 - i] < 0 || c->stack[c->n - 1 - i] > 255)
			return residue(e, "accented character of unknown codes");
	return n == 0 || (n == 4 && c->phase != P_PATH) || residue(e, "operands of endchar");
}

/* Counts that a path operator may have, by its code (12 xx as 0x100 | xx). */
static bool
path_fits(unsigned op, unsigned n)
{
	switch (op) {
	case 5:
		return n >= 2 && n % 2 == 0;
	case 6:
	case 7:
		return n >= 1;
	case 8:
		return n >= 6 && n % 6 == 0;
	case 24:
		return n >= 8 && n % 6 == 2;
	case 25:
		return n >= 8 && n % 2 == 0;
	case 26:
	case 27:
	case 30:
	case 31:
		return n >= 4 && n % 4 <= 1;
	case 0x122:
		return n == 7;
	case 0x123:
		return n == 13;
	case 0x124:
		return n == 9;
	case 0x125:
		return n == 11;
	default:
		return false;
	}
}

static bool
operate(struct charstring *c, uint8_t b, struct err *e)
{
	unsigned op = b;
	uint8_t second;

	switch (b) {
	case 1:
	case 3:
	case 18:
	case 23:
		return stem(c, false, e);
	case 19:
	case 20:
		return mask(c, e);
	case 21:
		return move(c, 2, e);
	case 4:
	case 22:
		return move(c, 1, e);
	case 14:
		return end(c, e);
	case 12:
		if (!view_u8(&c->in, &second))
			return residue(e, "operator cut off");
		op = 0x100u | second;
		break;
	default:
		break;
	}
	return (c->phase == P_PATH && path_fits(op, c->n)) || residue(e, "operator %x", op);
}

bool
inspect_charstring(struct view v, struct err *e)
{
	struct charstring c = { .in = v };
	uint8_t b;

	if (v.n > LENGTH_MAX)
		return residue(e, "too long");
	/* A blank. */
	if (v.n == 0)
		return true;
	while (!c.ended && view_u8(&c.in, &b)) {
		if (b >= 32 || b == 28) {
			if (!number(&c, b, e))
				return false;
			continue;
		}
		if (!operate(&c, b, e))
			return false;
		c.n = 0;
	}
	return (c.ended && c.in.n == 0) || residue(e, "no endchar, or bytes behind it");
}
