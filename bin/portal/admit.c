#include "admit.h"

#include <stdio.h>
#include <strings.h>

#include "web/form.h"

static const struct {
	const char *path;
	bool below;
	const char *methods;
} routes[] = {
#define ROUTE(id, path, below, methods) [ROUTE_##id] = { path, below, methods },
#include "route.def"
#undef ROUTE
};

/* "localhost:8080", in any case of letters. */
static bool
is_ours(struct view host, const char *name, uint16_t port)
{
	char want[64];
	int n = snprintf(want, sizeof want, "%s:%u", name, port);

	return host.n == (size_t)n && strncasecmp((const char *)host.p, want, host.n) == 0;
}

static bool
from_our_page(const struct head *h, uint16_t port)
{
	struct view site = h->field[HEAD_SEC_FETCH_SITE], origin = h->field[HEAD_ORIGIN];

	if (site.p != NULL && !view_is(site, "same-origin") && !view_is(site, "none"))
		return false;
	return origin.p == NULL ||
	       (view_starts(origin, VIEW("http://")) && is_ours(view_from(origin, 7), "localhost", port));
}

/* Nothing of ours needs a "%": what is spelt with one is no page. */
static enum route
route_of(struct view path)
{
	size_t i;

	if (path.n > 0 && memchr(path.p, '%', path.n) != NULL)
		return ROUTE_COUNT;
	for (i = 0; i < ROUTE_COUNT; i++)
		if (routes[i].below ? view_starts(path, view_str(routes[i].path)) : view_is(path, routes[i].path))
			break;
	return (enum route)i;
}

/* One of a list "GET, HEAD, POST"; methods are in capitals (RFC 9110 9.1). */
static bool
is_listed(struct view method, const char *list)
{
	const char *p;

	for (p = list; p != NULL; p = strchr(p, ' '), p = p != NULL ? p + 1 : NULL)
		if (strncmp(p, (const char *)method.p, method.n) == 0 && (p[method.n] == ',' || p[method.n] == '\0'))
			return true;
	return false;
}

static enum text
said_of(int status)
{
	return status == 411 ? TEXT_WEB_NO_LENGTH : status == 414 || status == 431 ? TEXT_WEB_LONG_HEAD : TEXT_WEB_BAD_HEAD;
}

static struct admission
of_post(const struct head *h, uint16_t port, uint64_t most)
{
	char boundary[FORM_BOUNDARY_MAX + 1];

	if (!from_our_page(h, port))
		return (struct admission){ .status = 403, .what = TEXT_WEB_FOREIGN };
	if (h->field[HEAD_CONTENT_LENGTH].p == NULL)
		return (struct admission){ .status = 411, .what = TEXT_WEB_NO_LENGTH };
	if (h->length > most)
		return (struct admission){ .status = 413, .what = TEXT_WEB_TOO_MUCH };
	if (!form_boundary(h->field[HEAD_CONTENT_TYPE], boundary))
		return (struct admission){ .status = 415, .what = TEXT_WEB_NO_FORM };
	return (struct admission){ 0 };
}

struct admission
admit(int status, const struct head *h, uint16_t port, uint64_t most)
{
	struct view host = h->field[HEAD_HOST];
	struct admission a = { 0 };
	bool reads;

	if (status != HEAD_WHOLE)
		return (struct admission){ .status = (unsigned)status, .what = said_of(status) };
	reads = view_is(h->method, "GET") || view_is(h->method, "HEAD");
	if (reads && (is_ours(host, "127.0.0.1", port) || is_ours(host, "[::1]", port)))
		return (struct admission){ .status = 307, .home = true };
	if (!is_ours(host, "localhost", port))
		return (struct admission){ .status = 421, .what = TEXT_WEB_OTHER_NAME };
	a.route = route_of(h->path);
	if (a.route == ROUTE_COUNT)
		return (struct admission){ .status = 404, .what = TEXT_WEB_NOT_FOUND };
	if (!is_listed(h->method, routes[a.route].methods))
		return (struct admission){ .status = 405, .what = TEXT_WEB_NOT_ALLOWED, .allow = routes[a.route].methods };
	if (reads && h->length > 0)
		return (struct admission){ .status = 400, .what = TEXT_WEB_BAD_HEAD };
	if (!reads) {
		enum route r = a.route;

		a = of_post(h, port, most);
		a.route = r;
	}
	return a;
}

/* Its first letters are enough; there is a line's end behind every value. */
static enum lang
lang_in(struct view v)
{
	char tag[3] = { 0 };

	memcpy(tag, v.p, v.n < 2 ? v.n : 2);
	return lang_of(tag);
}

enum lang
admit_lang(const struct head *h)
{
	struct view asked = head_value(h->query, '&', "lang"), kept = head_value(h->field[HEAD_COOKIE], ';', "lang");

	if (asked.p != NULL)
		return lang_in(asked);
	if (kept.p != NULL)
		return lang_in(kept);
	return h->field[HEAD_ACCEPT_LANGUAGE].p != NULL ? lang_in(h->field[HEAD_ACCEPT_LANGUAGE]) : LANG_JA;
}
