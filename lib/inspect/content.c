#include "inspect/content.h"

#include "core/utf8.h"
#include "inspect/address.h"

enum { FOLD = 75 };

static bool
bad(const struct content *c, struct err *e, const char *what)
{
	return residue(e, "byte %zu: %s", at_of(c->whole, c->rest), what);
}

static bool
byte(struct view *v, uint8_t c)
{
	return v->n > 0 && v->p[0] == c && view_skip(v, 1);
}

static bool
digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
token_byte(uint8_t c)
{
	return digit(c) || upper(c) || (c >= 'a' && c <= 'z') || c == '-';
}

static bool
name_byte(uint8_t c)
{
	return digit(c) || upper(c) || c == '-';
}

/* 1 to max bytes of a kind. */
static bool
some(struct view *v, bool (*of)(uint8_t), size_t max)
{
	size_t n = 0;

	while (n < v->n && of(v->p[n]))
		n++;
	return n > 0 && n <= max && view_skip(v, n);
}

static bool
digits(struct view *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (i >= v->n || !digit(v->p[i]))
			return false;
	return view_skip(v, n);
}

/* Characters of a piece; *ret: it, without its CRLF. */
static bool
piece(struct content *c, struct view *ret, struct err *e)
{
	struct view begin = c->rest;

	while (c->rest.n > 0 && c->rest.p[0] != '\r') {
		uint32_t u = c->rest.p[0];

		if (u >= 0x20 && u < 0x7f) {
			(void)view_skip(&c->rest, 1);
			continue;
		}
		u = utf8_take(&c->rest);
		if (u == UTF8_BAD || u == 0xfffe || u == 0xffff || (u != '\t' && utf8_is_control(u)) || utf8_is_hiding(u))
			return bad(c, e, "character that may not be");
	}
	*ret = (struct view){ begin.p, at_of(begin, c->rest) };
	return (byte(&c->rest, '\r') && byte(&c->rest, '\n')) || bad(c, e, "line without its end");
}

/* No piece could have taken the character that begins the next one. */
static bool
full(struct view piece, struct view next)
{
	size_t n = 1;

	while (n < next.n && (next.p[n] & 0xc0) == 0x80)
		n++;
	return piece.n <= FOLD && piece.n + n > FOLD;
}

static bool
line(struct content *c, struct err *e)
{
	struct view first, last, next;

	if (!piece(c, &first, e))
		return false;
	c->line = last = first;
	if (c->rest.n == 0 || c->rest.p[0] != ' ')
		return first.n <= FOLD || bad(c, e, "line that is not folded");
	buf_clear(&c->joined);
	buf_view(&c->joined, first);
	while (c->rest.n > 0 && c->rest.p[0] == ' ') {
		if (!piece(c, &next, e))
			return false;
		if (!full(last, view_from(next, 1)) || next.n < 2 || next.n > FOLD)
			return bad(c, e, "line folded elsewhere");
		last = next;
		buf_view(&c->joined, view_from(next, 1));
	}
	c->line = buf_bytes(&c->joined);
	return buf_ok(&c->joined, e);
}

/* One value of a parameter: in quotes exactly where it needs them. */
static bool
parameter_value(struct view *v, struct view *ret)
{
	size_t n = 0;
	bool quoted = byte(v, '"'), needs = false;

	for (; n < v->n && v->p[n] != '"' && v->p[n] != '\t'; n++) {
		bool special = v->p[n] == ':' || v->p[n] == ';' || v->p[n] == ',';

		if (special && !quoted)
			break;
		needs |= special;
	}
	return view_take(v, n, ret) && (!quoted || (needs && byte(v, '"')));
}

static bool
parameter(struct content *c, struct view *v, struct err *e)
{
	struct content_parameter *p = &c->parameter[c->parameters];
	struct view begin = *v, one;
	size_t i;

	if (c->parameters == CONTENT_PARAMETERS)
		return bad(c, e, "too many parameters");
	if (!some(v, name_byte, 64))
		return bad(c, e, "no parameter's name");
	p->name = (struct view){ begin.p, at_of(begin, *v) };
	for (i = 0; i < c->parameters; i++)
		if (view_eq(c->parameter[i].name, p->name))
			return bad(c, e, "parameter twice");
	if (!byte(v, '='))
		return bad(c, e, "parameter without a value");
	begin = *v;
	do {
		if (!parameter_value(v, &one))
			return bad(c, e, "parameter's value");
	} while (byte(v, ','));
	p->values = (struct view){ begin.p, at_of(begin, *v) };
	c->parameters++;
	return true;
}

bool
inspect_content_next(struct content *c, bool groups, struct err *e)
{
	struct view v, begin;

	if (!line(c, e))
		return false;
	v = begin = c->line;
	c->parameters = 0;
	c->group = (struct view){ v.p, 0 };
	if (groups) {
		struct view ahead = v;

		if (some(&ahead, token_byte, 64) && byte(&ahead, '.')) {
			c->group.n = at_of(v, ahead) - 1;
			v = begin = ahead;
		}
	}
	if (!some(&v, name_byte, 64))
		return bad(c, e, "no name");
	c->name = (struct view){ begin.p, at_of(begin, v) };
	while (byte(&v, ';'))
		if (!parameter(c, &v, e))
			return false;
	if (!byte(&v, ':'))
		return bad(c, e, "no value");
	c->value = v;
	return true;
}

bool
inspect_content_is(const struct content *c, const char *line)
{
	return view_is(c->line, line);
}

/* `\\ \; \, \n`; bare `;` and `,` where they may be. */
static bool
escaped(struct view v, const char *bare)
{
	while (v.n > 0) {
		uint8_t c = v.p[0];

		(void)view_skip(&v, 1);
		if (c == '\\' ? !byte(&v, '\\') && !byte(&v, ';') && !byte(&v, ',') && !byte(&v, 'n')
			      : (c == ';' || c == ',') && strchr(bare, c) == NULL)
			return false;
	}
	return true;
}

static bool
date(struct view *v)
{
	if (!digits(v, 8))
		return false;
	if (byte(v, 'T'))
		return digits(v, 6) && (byte(v, 'Z') || true);
	return true;
}

static bool
duration(struct view *v)
{
	static const char units[] = "HMS";
	struct view s;
	bool any = false, time = false;
	size_t i;

	(void)byte(v, '-');
	if (!byte(v, 'P'))
		return false;
	s = *v;
	if (some(&s, digit, 10)) {
		if (byte(&s, 'W')) {
			*v = s;
			return true;
		}
		if (byte(&s, 'D')) {
			*v = s;
			any = true;
		}
	}
	if (!byte(v, 'T'))
		return any;
	for (i = 0; i < 3; i++) {
		s = *v;
		if (some(&s, digit, 10) && byte(&s, (uint8_t)units[i])) {
			*v = s;
			time = true;
		}
	}
	return time;
}

static bool
period(struct view *v)
{
	return date(v) && byte(v, '/') && (v->n > 0 && digit(v->p[0]) ? date(v) : duration(v));
}

static bool
moment(struct view *v)
{
	return v->n > 0 && digit(v->p[0]) ? date(v) : duration(v);
}

static bool
date_or_period(struct view *v)
{
	struct view s = *v;

	if (period(&s)) {
		*v = s;
		return true;
	}
	return date(v);
}

static bool
list(struct view v, bool (*of)(struct view *))
{
	do {
		if (!of(&v))
			return false;
	} while (byte(&v, ','));
	return v.n == 0;
}

static bool
one(struct view v, bool (*of)(struct view *))
{
	return of(&v) && v.n == 0;
}

static bool
vdate_byte(uint8_t c)
{
	return digit(c) || (c != '\0' && strchr("-:TZ+.", c) != NULL);
}

static bool
vdate(struct view *v)
{
	return some(v, vdate_byte, 32);
}

static bool
integer(struct view *v)
{
	(void)byte(v, '-');
	return some(v, digit, 10);
}

static bool
decimal(struct view *v)
{
	(void)byte(v, '-');
	return some(v, digit, 64) && (!byte(v, '.') || some(v, digit, 64));
}

static bool
float2(struct view *v)
{
	return decimal(v) && byte(v, ';') && decimal(v);
}

static bool
offset(struct view *v)
{
	struct view s;

	if (!byte(v, '+') && !byte(v, '-'))
		return false;
	s = *v;
	if (digits(&s, 6)) {
		*v = s;
		return true;
	}
	return digits(v, 4);
}

static bool
token(struct view *v)
{
	return some(v, token_byte, 64);
}

static bool
rule_byte(uint8_t c)
{
	return digit(c) || upper(c) || c == '-' || c == '+' || c == ',';
}

static bool
rule(struct view *v)
{
	static const char *const parts[] = { "FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY",
					     "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST" };
	enum { PARTS = sizeof parts / sizeof *parts };
	unsigned seen = 0;

	do {
		struct view begin = *v, name;
		size_t i;

		if (!some(v, upper, 16))
			return false;
		name = (struct view){ begin.p, at_of(begin, *v) };
		for (i = 0; i < PARTS && !view_is(name, parts[i]); i++)
			;
		if (i == PARTS || seen >> i & 1 || (seen == 0 && i > 0))
			return false;
		seen |= 1u << i;
		if (!byte(v, '=') || !some(v, rule_byte, 256))
			return false;
	} while (byte(v, ';'));
	return true;
}

static bool
tel_byte(uint8_t c)
{
	return digit(c) || (c >= 'a' && c <= 'z') || upper(c) || (c != '\0' && strchr("+-().*#;=", c) != NULL);
}

static bool
tel(struct view v)
{
	struct view s = v;

	if (view_starts(v, VIEW("tel:")))
		return view_skip(&s, 4) && some(&s, tel_byte, 1024) && s.n == 0;
	return escaped(v, "");
}

static bool
is_one_of(struct view v, const char *words)
{
	struct view w = view_str(words);
	size_t at;

	for (at = 0; at + v.n <= w.n; at++)
		if (memcmp(w.p + at, v.p, v.n) == 0 && (at == 0 || w.p[at - 1] == ' ') && (at + v.n == w.n || w.p[at + v.n] == ' '))
			return v.n > 0;
	return false;
}

static bool
pref(struct view v)
{
	return v.n > 0 && ((v.n <= 2 && v.p[0] != '0') || view_is(v, "100")) && one(v, integer) && v.p[0] != '-';
}

static bool
dotted_byte(uint8_t c)
{
	return digit(c) || c == '.';
}

static bool
dotted(struct view *v)
{
	return some(v, dotted_byte, 64);
}

static bool
address(struct inspection *in, struct view v, struct err *e)
{
	return view_starts(v, VIEW("mailto:")) ? inspect_address_sound(v, e) : inspect_address(in, v, e);
}

static bool
of_kind(struct inspection *in, enum content_kind kind, struct view v, struct err *e)
{
	switch (kind) {
	case CONTENT_ANY: return true;
	case CONTENT_TEXT: return escaped(v, "");
	case CONTENT_TEXTS: return escaped(v, ",");
	case CONTENT_STRUCTURED: return escaped(v, ",;");
	case CONTENT_DATE: return one(v, date);
	case CONTENT_DATES: return list(v, date);
	case CONTENT_PERIODS: return list(v, period);
	case CONTENT_DATES_OR_PERIODS: return list(v, date_or_period);
	case CONTENT_DURATION: return one(v, duration);
	case CONTENT_MOMENT: return one(v, moment);
	case CONTENT_VDATE: return one(v, vdate);
	case CONTENT_INT: return one(v, integer);
	case CONTENT_FLOAT2: return one(v, float2);
	case CONTENT_OFFSET: return one(v, offset);
	case CONTENT_TOKEN: return one(v, token);
	case CONTENT_RULE: return one(v, rule);
	case CONTENT_ADDRESS: return address(in, v, e);
	case CONTENT_MAIL: return view_starts(v, VIEW("mailto:")) && inspect_address_sound(v, e);
	case CONTENT_TEL: return tel(v);
	case CONTENT_CALENDAR_VALUE: return is_one_of(v, "DATE DATE-TIME DURATION PERIOD");
	case CONTENT_CARD_VALUE: return is_one_of(v, "TEXT URI DATE DATE-TIME");
	case CONTENT_PREF: return pref(v);
	case CONTENT_DOTTED: return one(v, dotted);
	case CONTENT_PICTURE: break;
	}
	return false;
}

bool
inspect_content_value(struct inspection *in, enum content_kind kind, struct view v, struct err *e)
{
	return of_kind(in, kind, v, e) || (e->code == ERR_NONE ? residue(e, "value that is none of its kind") : false);
}

bool
inspect_content_values(struct inspection *in, enum content_kind kind, bool many, struct view values, struct err *e)
{
	struct view v;

	do {
		if (!parameter_value(&values, &v))
			return residue(e, "parameter's value");
		if (!inspect_content_value(in, kind, v, e))
			return false;
	} while (many && byte(&values, ','));
	return values.n == 0 || residue(e, "more than one value");
}
