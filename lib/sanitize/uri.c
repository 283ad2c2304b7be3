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

static bool
mail_is_plain(struct view v)
{
	size_t at = view_find(v, 0, VIEW("?"));

	while (at < v.n) {
		size_t end = view_find(v, at + 1, VIEW("&"));

		end = end < v.n ? end : v.n;
		if (!is_field(view_of(v.p + at + 1, end - at - 1)))
			return false;
		at = end;
	}
	return true;
}

bool
uri_clean(struct view in, struct buf *out)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:" };
	own_buf struct buf text = BUF_MAX(URI_MAX);
	const char *scheme = "";
	struct view v;
	size_t i, head, start = out->n;

	strip(in, &text);
	v = buf_bytes(&text);
	if (v.n == 0 || text.full)
		return false;
	for (i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (has_scheme(v, schemes[i]))
			scheme = schemes[i];
	head = strlen(scheme);
	if (v.n == head || (scheme[0] == 'm' && !mail_is_plain(v)))
		return false;
	/* Without a scheme readers guess http for what looks like a host. */
	if (head == 0 && !has_scheme(v, "www."))
		return false;
	(void)buf_str(out, head == 0 ? "http://" : scheme);
	for (i = head; i < v.n; i++) {
		if (must_escape(v.p[i]))
			(void)buf_printf(out, "%%%02X", v.p[i]);
		else
			(void)buf_byte(out, v.p[i]);
	}
	if (!out->full)
		return true;
	out->n = start;
	return false;
}
