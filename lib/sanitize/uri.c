/* uri.c - what readers make of an address, and what is left of it. */
#include <string.h>

#include "core/own.h"
#include "sanitize/uri.h"

enum { URI_MAX = 8192 };

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool
has_scheme(struct view v, const char *scheme)
{
	size_t i, n = strlen(scheme);

	if (v.n < n)
		return false;
	for (i = 0; i < n; i++)
		if (lower(v.p[i]) != (uint8_t)scheme[i])
			return false;
	return true;
}

/* Readers and browsers skip controls and blanks around an address, and TAB, LF, CR in it. */
static void
strip(struct view in, struct buf *out)
{
	size_t i;

	while (in.n > 0 && in.p[0] <= 0x20)
		(void)view_skip(&in, 1);
	while (in.n > 0 && in.p[in.n - 1] <= 0x20)
		in.n--;
	for (i = 0; i < in.n; i++)
		if (in.p[i] >= 0x20 && in.p[i] != 0x7f)
			(void)buf_byte(out, in.p[i]);
}

/* What RFC 3986 does not allow as it is, and PDF readers would guess about. */
static bool
must_escape(uint8_t c)
{
	return c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL;
}

/*
 * What a mail may be begun with (RFC 6068).  `attach` and the like make some
 * mail programs take a file of the reader's along.
 */
static bool
is_field(struct view v)
{
	static const char *const names[] = { "to=", "cc=", "bcc=", "subject=", "body=", "in-reply-to=", "reply-to=",
					     "references=", "keywords=", "importance=", "priority=" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (has_scheme(v, names[i]))
			return true;
	return v.n == 0;
}

static int
hex(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

/* An escaped control (RFC 6068 5): a line end begins a field of its own but in the words of the mail. */
static bool
has_control(struct view v, bool words)
{
	size_t i;

	for (i = 0; i + 2 < v.n; i++) {
		int high = v.p[i] == '%' ? hex(v.p[i + 1]) : -1, low = hex(v.p[i + 2]), c = high * 16 + low;

		if (high >= 0 && low >= 0 && (c < 0x20 || c == 0x7f) &&
		    !(words && (c == '\r' || c == '\n' || c == '\t')))
			return true;
	}
	return false;
}

static bool
mail_is_plain(struct view v)
{
	size_t at = view_find(v, 0, VIEW("?"));

	if (has_control(view_of(v.p, at < v.n ? at : v.n), false))
		return false;
	while (at < v.n) {
		size_t end = view_find(v, at + 1, VIEW("&"));
		struct view field;

		end = end < v.n ? end : v.n;
		field = view_of(v.p + at + 1, end - at - 1);
		if (!is_field(field) || has_control(field, has_scheme(field, "body=")))
			return false;
		at = end;
	}
	return true;
}

/* "http://a\@b" is of a to a browser, of b to others: what they would turn is no address. */
static bool
host_is_turned(struct view v)
{
	size_t i;

	for (i = 0; i < v.n && strchr("/?#", v.p[i]) == NULL; i++)
		if (v.p[i] == '\\')
			return true;
	return false;
}

const char *
uri_scheme(struct view v)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:" };
	size_t i;

	for (i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (has_scheme(v, schemes[i]))
			return schemes[i];
	return "";
}

static bool
clean(struct view in, bool absolute, struct buf *out)
{
	own_buf struct buf text = BUF_MAX(URI_MAX);
	const char *scheme;
	struct view v;
	size_t i, head, start = out->n;

	strip(in, &text);
	v = buf_bytes(&text);
	if (v.n == 0 || text.full)
		return false;
	scheme = uri_scheme(v);
	head = strlen(scheme);
	/* Without a scheme readers guess http for what looks like a host. */
	if (v.n == head || (head == 0 && (absolute || !has_scheme(v, "www."))))
		return false;
	if (scheme[0] == 'm' ? !mail_is_plain(v) : host_is_turned(view_from(v, head)))
		return false;
	(void)buf_str(out, head == 0 ? "http://" : scheme);
	for (i = head; i < v.n; i++) {
		if (must_escape(v.p[i]) || (absolute && v.p[i] == '\''))
			(void)buf_printf(out, "%%%02X", v.p[i]);
		else
			(void)buf_byte(out, v.p[i]);
	}
	/* What escaping made longer than any reader takes is no address either. */
	if (!out->full && out->n - start <= URI_MAX)
		return true;
	out->n = start;
	return false;
}

bool
uri_clean(struct view in, struct buf *out)
{
	return clean(in, false, out);
}

bool
uri_clean_absolute(struct view in, struct buf *out)
{
	return clean(in, true, out);
}
