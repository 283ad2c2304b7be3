#include "sanitize/text/csv_cell.h"

#include "core/utf8.h"

static bool
is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 0xff10 && c <= 0xff19);
}

static bool
is_letter(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xff21 && c <= 0xff3a) ||
	       (c >= 0xff41 && c <= 0xff5a);
}

/* + - ＋ － and the minus sign of mathematics. */
static bool
is_sign(uint32_t c)
{
	return c == '+' || c == '-' || c == 0xff0b || c == 0xff0d || c == 0x2212;
}

static bool
is_lead(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xa0 || c == 0x3000 || c == '"' ||
	       c == 0x201c || c == 0x201d;
}

/* ="001": a formula that is a text constant; it keeps leading zeros and calls nothing. */
static bool
is_constant(struct view cell)
{
	return cell.n >= 3 && cell.p[0] == '=' && cell.p[1] == '"' && cell.p[cell.n - 1] == '"' &&
	       memchr(cell.p + 2, '"', cell.n - 3) == NULL;
}

/* May a parenthesis open behind this?  Behind a name it would call a function. */
static bool
opens_behind(uint32_t before)
{
	return before == 0 || is_digit(before) || is_sign(before) || before == ' ' || before == '$' ||
	       before == '\\' || before == 0xa5 || before == 0xffe5 || before == '(' || before == 0xff08;
}

/*
 * A formula that does harm names a function, a cell, a sheet or a server:
 * without letters, quotes and the like there is nothing to name.
 */
static bool
is_number_like(struct view s)
{
	static const char plain[] = " \t+-*/.,:;%$\\^~#<>)";
	uint32_t before = 0, c;

	while (s.n > 0) {
		c = utf8_take(&s);
		if (c == 'e' || c == 'E') {
			if (!(before >= '0' && before <= '9') || s.n == 0 ||
			    !((s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '+' || s.p[0] == '-'))
				return false;
		} else if (c == '(' || c == 0xff08) {
			if (!opens_behind(before))
				return false;
		} else if (c < 0x80) {
			if (!is_digit(c) && (c == 0 || strchr(plain, (int)c) == NULL))
				return false;
		} else if (is_letter(c) || c == 0xff01 || c == 0xff02 || c == 0xff06 || c == 0xff07 ||
			   c == 0xff1d || c == 0xff20 || c == 0xff3b || c == 0xff5b || c == 0xff5c) {
			return false;
		}
		before = c;
	}
	return true;
}

/* application|'topic'!item: what Excel asks over DDE. */
static bool
is_dde(struct view s)
{
	size_t i = 0;

	while (i < s.n && (is_letter(s.p[i]) || is_digit(s.p[i]) || s.p[i] == '_' || s.p[i] == '.'))
		i++;
	return i > 0 && i < s.n && s.p[i] == '|' && memchr(s.p + i, '!', s.n - i) != NULL;
}

bool
csv_cell_runs(struct view cell)
{
	struct view s = cell, rest = cell;
	uint32_t c = 0;

	while (rest.n > 0) {
		s = rest;
		c = utf8_take(&rest);
		if (!is_lead(c))
			break;
		s = rest;
	}
	if (s.n == 0)
		return false;
	if (c == '=' || c == 0xff1d)
		return !is_constant(cell);
	if (c == '@' || c == 0xff20)
		return rest.n > 0;
	if (is_sign(c))
		return !is_number_like(s);
	return is_dde(s);
}
