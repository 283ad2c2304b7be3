#include "sanitize/html/link.h"

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/uri.h"

enum { ADDRESS_MAX = 8192, HOST_MAX = 255 };

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool
has_head(struct view v, const char *head)
{
	size_t i, n = strlen(head);

	for (i = 0; i < n; i++)
		if (i >= v.n || lower(v.p[i]) != (uint8_t)head[i])
			return false;
	return true;
}

/* -- hosts -------------------------------------------------------------- */

/* Full-width ASCII and the dots of Japanese, as names are folded (UTS #46). */
static uint32_t
fold(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if (c == 0x3002 || c == 0xff61)
		c = '.';
	return c < 0x80 ? lower((uint8_t)c) : c;
}

static bool
is_end_of_host(uint32_t c)
{
	return c == '/' || c == '?' || c == '#' || c == ':' || c == '\\' || c <= ' ' || c == 0x3000 || c == '"' ||
	       c == '<' || c == '>' || c == '(' || c == ')' || c == 0xff08 || c == 0xff09 || c == 0x300c ||
	       c == 0x300d;
}

static struct view
authority(struct view v)
{
	size_t i;

	for (i = 0; i < v.n && v.p[i] != '/' && v.p[i] != '?' && v.p[i] != '#' && v.p[i] != '\\'; i++)
		;
	return view_of(v.p, i);
}

static struct view
behind_user(struct view v)
{
	struct view a = authority(v);
	size_t at = view_rfind(a, VIEW("@"));

	return at == VIEW_NOT_FOUND ? v : view_from(v, at + 1);
}

bool
html_host(struct view in, struct buf *ret)
{
	const char *scheme;
	size_t start = ret->n, dots = 0;

	while (in.n > 0 && in.p[0] <= 0x20)
		(void)view_skip(&in, 1);
	scheme = uri_scheme(in);
	(void)view_skip(&in, strlen(scheme));
	if (strcmp(scheme, "mailto:") == 0) {
		size_t at = view_find(in, 0, VIEW("@"));

		in = view_from(in, at == VIEW_NOT_FOUND ? in.n : at + 1);
	} else {
		in = behind_user(in);
	}
	while (in.n > 0 && ret->n - start < HOST_MAX) {
		uint32_t c = fold(utf8_take(&in));
		uint8_t room[4];

		if (c == UTF8_BAD || is_end_of_host(c))
			break;
		dots += c == '.';
		(void)buf_put(ret, room, utf8_put(room, c));
	}
	while (ret->n > start && ret->p[ret->n - 1] == '.')
		ret->n--;
	if (ret->n > start && (dots > 0 || scheme[0] != '\0'))
		return true;
	ret->n = start;
	return false;
}

/* Without a scheme, only what is wholly a name of ASCII letters in steps is taken for one: "city.example.jp". */
static bool
looks_like_host(struct view v)
{
	size_t i, step = 0, dots = 0;
	bool letter = false;

	if (uri_scheme(v)[0] != '\0' || has_head(v, "www."))
		return true;
	v = authority(v);
	for (i = 0; i < v.n; i++) {
		uint8_t c = lower(v.p[i]);

		if (c == '.') {
			if (step == 0)
				return false;
			dots++;
			step = 0;
			letter = false;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
		letter |= c >= 'a' && c <= 'z';
		step++;
	}
	/* "report.pdf" is no host; two dots or more, or a well-known ending, are. */
	return letter && step >= 2 && (dots >= 2 || (dots == 1 && (view_is(view_from(v, v.n - step), "jp") ||
		view_is(view_from(v, v.n - step), "com") || view_is(view_from(v, v.n - step), "net") ||
		view_is(view_from(v, v.n - step), "org"))));
}

/* One is the other, or stands under it ("www.city.example.jp" under "city.example.jp"). */
static bool
is_under(struct view a, struct view b)
{
	return view_eq(a, b) || (a.n > b.n && a.p[a.n - b.n - 1] == '.' && view_eq(view_from(a, a.n - b.n), b));
}

bool
html_link_lies(struct view shown, struct view address)
{
	own_buf struct buf a = BUF_MAX(4096), b = BUF_MAX(4096), folded = BUF_MAX(ADDRESS_MAX);
	struct view v = shown;

	if (uri_scheme(address)[0] == 'm' && uri_scheme(shown)[0] == '\0')
		return false;
	while (v.n > 0 && !folded.full) {
		uint8_t room[4];
		uint32_t c = utf8_take(&v);

		(void)buf_put(&folded, room, utf8_put(room, fold(c)));
	}
	if (!looks_like_host(buf_bytes(&folded)) || !html_host(buf_bytes(&folded), &a) || !html_host(address, &b))
		return false;
	return !is_under(buf_bytes(&a), buf_bytes(&b)) && !is_under(buf_bytes(&b), buf_bytes(&a));
}

bool
html_link_odd(struct view address)
{
	own_buf struct buf host = BUF_MAX(4096);
	const char *scheme = uri_scheme(address);
	struct view v;
	bool latin = false, other = false;

	if (scheme[0] == '\0' || scheme[0] == 'm')
		return false;
	v = authority(view_from(address, strlen(scheme)));
	if (view_find(v, 0, VIEW("@")) != VIEW_NOT_FOUND)
		return true;
	if (!html_host(address, &host))
		return false;
	for (v = buf_bytes(&host); v.n > 0;) {
		uint32_t c = utf8_take(&v);

		if (c == '.')
			latin = other = false;
		latin |= c >= 'a' && c <= 'z';
		other |= c >= 0x0370 && c <= 0x058f;	/* Greek, Cyrillic, Armenian */
		if (latin && other)
			return true;
	}
	return false;
}

bool
html_link_same(struct view shown, struct view address)
{
	/* Words that are none have no place either: C knows no NULL + 0. */
	if (shown.n == 0 || address.n == 0)
		return shown.n == address.n;
	(void)view_skip(&shown, strlen(uri_scheme(shown)));
	(void)view_skip(&address, strlen(uri_scheme(address)));
	if (shown.n > 0 && shown.p[shown.n - 1] == '/')
		shown.n--;
	if (address.n > 0 && address.p[address.n - 1] == '/')
		address.n--;
	return view_eq(shown, address);
}
