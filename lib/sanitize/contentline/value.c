#include "sanitize/contentline/value.h"

#include "core/own.h"
#include "sanitize/contentline/line.h"
#include "sanitize/uri.h"

enum { TOKEN_MAX = 64, VDATE_MAX = 32, INT_DIGITS = 10, RULE_PART_MAX = 256 };

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static struct view
trimmed(struct view v)
{
	while (v.n > 0 && (v.p[0] == ' ' || v.p[0] == '\t'))
		(void)view_skip(&v, 1);
	while (v.n > 0 && (v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\t'))
		v.n--;
	return v;
}

static bool
take_char(struct view *v, char c)
{
	if (v->n == 0 || v->p[0] != (uint8_t)c)
		return false;
	return view_skip(v, 1);
}

static size_t
take_digits(struct view *v)
{
	size_t n = 0;

	while (n < v->n && is_digit(v->p[n]))
		n++;
	(void)view_skip(v, n);
	return n;
}

static bool
is_date(struct view v)
{
	if (take_digits(&v) != 8)
		return false;
	if (v.n == 0)
		return true;
	if (!take_char(&v, 'T') || take_digits(&v) != 6)
		return false;
	(void)take_char(&v, 'Z');
	return v.n == 0;
}

/* dur-value (RFC 5545 3.3.6). */
static bool
is_duration(struct view v)
{
	static const char units[] = "HMS";
	bool any = false;
	size_t i;
	struct view at;

	(void)take_char(&v, '-');
	if (!take_char(&v, 'P'))
		return false;
	at = v;
	if (take_digits(&at) > 0) {
		if (take_char(&at, 'W'))
			return at.n == 0;
		if (!take_char(&at, 'D'))
			return false;
		v = at;
		any = true;
	}
	if (v.n == 0)
		return any;
	if (!take_char(&v, 'T') || v.n == 0)
		return false;
	for (i = 0; i < 3; i++) {
		at = v;
		if (take_digits(&at) > 0 && take_char(&at, units[i]))
			v = at;
	}
	return v.n == 0;
}

static bool
is_period(struct view v)
{
	size_t slash = view_find(v, 0, VIEW("/"));
	struct view end;

	if (slash == VIEW_NOT_FOUND)
		return false;
	end = view_from(v, slash + 1);
	return is_date(view_of(v.p, slash)) && (is_date(end) || is_duration(end));
}

static bool
is_moment(struct view v)
{
	return is_duration(v) || is_date(v);
}

static bool
is_date_or_period(struct view v)
{
	return is_date(v) || is_period(v);
}

static bool
is_vdate(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!is_digit(v.p[i]) && strchr("-:TZ+.", v.p[i]) == NULL)
			return false;
	return v.n > 0 && v.n <= VDATE_MAX;
}

static bool
is_int(struct view v)
{
	size_t n;

	(void)take_char(&v, '-');
	n = take_digits(&v);
	return n > 0 && n <= INT_DIGITS && v.n == 0;
}

static bool
take_decimal(struct view *v)
{
	(void)take_char(v, '-');
	if (take_digits(v) == 0)
		return false;
	return !take_char(v, '.') || take_digits(v) > 0;
}

static bool
is_float2(struct view v)
{
	return take_decimal(&v) && take_char(&v, ';') && take_decimal(&v) && v.n == 0;
}

static bool
is_offset(struct view v)
{
	size_t n;

	if (!take_char(&v, '+') && !take_char(&v, '-'))
		return false;
	n = take_digits(&v);
	return (n == 4 || n == 6) && v.n == 0;
}

bool
value_is_token(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!is_digit(v.p[i]) && !((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z') && v.p[i] != '-')
			return false;
	return v.n > 0 && v.n <= TOKEN_MAX;
}

/* RECUR (RFC 5545 3.3.10): FREQ goes first, whatever order it came in; a part twice or unknown ends it. */
static bool
put_rule(struct view v, struct buf *out)
{
	static const char *const names[] = { "FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR",
					     "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST" };
	enum { NAMES = sizeof names / sizeof *names };
	struct view part, value[NAMES] = { { NULL, 0 } };
	size_t order[NAMES], n = 0, i, k;

	while (line_split(&v, ';', &part)) {
		size_t eq = view_find(part, 0, VIEW("="));

		if (part.n == 0)
			continue;
		for (i = 0; i < NAMES; i++)
			if (eq != VIEW_NOT_FOUND && line_fold_is(view_of(part.p, eq), names[i]))
				break;
		if (i == NAMES || value[i].p != NULL)
			return false;
		value[i] = view_from(part, eq + 1);
		if (value[i].n == 0 || value[i].n > RULE_PART_MAX)
			return false;
		for (k = 0; k < value[i].n; k++) {
			uint8_t c = value[i].p[k];

			if (!is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '-' && c != '+' && c != ',')
				return false;
		}
		order[n++] = i;
	}
	if (value[0].p == NULL)
		return false;
	for (i = 0; i < n; i++) {
		size_t at = i == 0 ? 0 : order[i];

		/* FREQ stands in the first place; what stood there takes its. */
		if (i > 0 && at == 0)
			at = order[0];
		(void)buf_printf(out, "%s%s=", i > 0 ? ";" : "", names[at]);
		for (k = 0; k < value[at].n; k++) {
			uint8_t c = value[at].p[k];

			(void)buf_byte(out, c >= 'a' && c <= 'z' ? c & 0xdf : c);
		}
	}
	return true;
}

/* -- text --------------------------------------------------------------- */

static void
put_text(struct view v, struct buf *out)
{
	own_buf struct buf plain = BUF_MAX((size_t)1 << 30);

	line_unescape(v, &plain);
	line_escape(buf_bytes(&plain), out);
}

static void
put_texts(struct view v, struct buf *out)
{
	struct view part;
	bool more = true, first = true;

	while (line_split_text(&v, &more, ',', &part)) {
		if (!first)
			(void)buf_byte(out, ',');
		first = false;
		put_text(part, out);
	}
}

static void
put_structured(struct view v, bool commas, struct buf *out)
{
	struct view part;
	bool more = true, first = true;

	while (line_split_text(&v, &more, ';', &part)) {
		if (!first)
			(void)buf_byte(out, ';');
		first = false;
		if (commas)
			put_texts(part, out);
		else
			put_text(part, out);
	}
}

/* -- addresses ---------------------------------------------------------- */

static bool
put_address(struct view v, bool mail, struct buf *out)
{
	own_buf struct buf room = BUF_MAX(16384);

	if (!uri_clean_absolute(v, &room) || (mail && !view_starts(buf_bytes(&room), VIEW("mailto:"))))
		return false;
	(void)buf_view(out, buf_bytes(&room));
	return true;
}

static bool
put_tel(struct view v, struct buf *out)
{
	size_t i;

	v = trimmed(v);
	if (v.n < 4 || !line_fold_is(view_of(v.p, 4), "tel:")) {
		put_text(v, out);
		return true;
	}
	for (i = 4; i < v.n; i++)
		if (!is_digit(v.p[i]) && !((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z') &&
		    strchr("+-().*#;=", v.p[i]) == NULL)
			return false;
	if (v.n == 4)
		return false;
	(void)buf_str(out, "tel:");
	return buf_view(out, view_from(v, 4));
}

static bool
put_list(struct view v, bool (*is)(struct view), struct buf *out)
{
	struct view part;
	bool first = true;

	while (line_split(&v, ',', &part)) {
		part = trimmed(part);
		if (!is(part))
			return false;
		if (!first)
			(void)buf_byte(out, ',');
		first = false;
		(void)buf_view(out, part);
	}
	return !first;
}

bool
value_put(enum value_kind kind, struct view v, bool commas, struct buf *out)
{
	static bool (*const single[VALUE_COUNT])(struct view) = {
		[VALUE_DATE] = is_date, [VALUE_DURATION] = is_duration, [VALUE_MOMENT] = is_moment,
		[VALUE_VDATE] = is_vdate, [VALUE_INT] = is_int, [VALUE_FLOAT2] = is_float2,
		[VALUE_OFFSET] = is_offset, [VALUE_TOKEN] = value_is_token,
	};
	static bool (*const list[VALUE_COUNT])(struct view) = {
		[VALUE_DATES] = is_date, [VALUE_PERIODS] = is_period, [VALUE_DATES_OR_PERIODS] = is_date_or_period,
	};
	size_t was = out->n;
	bool ok = true;

	if (single[kind] != NULL) {
		ok = single[kind](trimmed(v)) && buf_view(out, trimmed(v));
	} else if (list[kind] != NULL) {
		ok = put_list(v, list[kind], out);
	} else {
		switch (kind) {
		case VALUE_TEXT:
			put_text(v, out);
			break;
		case VALUE_TEXTS:
			put_texts(v, out);
			break;
		case VALUE_STRUCTURED:
			put_structured(v, commas, out);
			break;
		case VALUE_RULE:
			ok = put_rule(trimmed(v), out);
			break;
		case VALUE_ADDRESS: case VALUE_MAIL:
			ok = put_address(v, kind == VALUE_MAIL, out);
			break;
		case VALUE_TEL:
			ok = put_tel(v, out);
			break;
		default:
			ok = false;
		}
	}
	if (ok && !out->full)
		return true;
	if (!out->full)
		out->n = was;
	return false;
}
