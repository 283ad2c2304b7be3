#include "http.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "core/own.h"
#include "pages.h"
#include "show.h"
#include "static.h"
#include "web/html.h"

struct http {
	struct MHD_Daemon *daemon[2];
	struct batches *all;
	uint16_t port;
};

/* One request. */
struct request {
	struct http *http;
	enum lang lang;
	struct MHD_PostProcessor *post;
	struct batch *batch;		/* POST: being filled, or answered */
	struct batch_file *file;
	char file_name[512];
	char profile[32];
	enum text wrong;		/* what was wrong with the upload; TEXT_COUNT: nothing */
	bool answered;
};

/* -- answers ------------------------------------------------------------------ */

static const struct {
	const char *name, *value;
} headers[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
	  "base-uri 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=()" },
	{ "Cache-Control", "no-store" },
};

static enum MHD_Result
answer(struct MHD_Connection *c, unsigned status, struct MHD_Response *r)
{
	enum MHD_Result ok;
	size_t i;

	if (r == NULL)
		return MHD_NO;
	for (i = 0; i < sizeof headers / sizeof *headers; i++)
		(void)MHD_add_response_header(r, headers[i].name, headers[i].value);
	ok = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result
answer_buf(struct MHD_Connection *c, unsigned status, const char *type, struct buf *b,
	   const char *cookie)
{
	struct MHD_Response *r;

	if (b->full) {
		buf_release(b);
		return MHD_NO;
	}
	r = MHD_create_response_from_buffer(b->n, b->p, MHD_RESPMEM_MUST_FREE);
	if (r == NULL) {
		buf_release(b);
		return MHD_NO;
	}
	(void)MHD_add_response_header(r, "Content-Type", type);
	(void)MHD_add_response_header(r, "Vary", "Accept-Language, Cookie");
	if (cookie != NULL)
		(void)MHD_add_response_header(r, "Set-Cookie", cookie);
	return answer(c, status, r);
}

static enum MHD_Result
answer_error(struct MHD_Connection *c, unsigned status, enum text what, enum lang l)
{
	struct buf b = { 0 };

	page_error(&b, what, l);
	return answer_buf(c, status, "text/html; charset=utf-8", &b, NULL);
}

static enum MHD_Result
answer_redirect(struct MHD_Connection *c, unsigned status, const char *where)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);

	if (r != NULL)
		(void)MHD_add_response_header(r, "Location", where);
	return answer(c, status, r);
}

/* -- requests ------------------------------------------------------------------- */

static const char *
header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* A choice made by ?lang= or remembered in the cookie, else what the browser prefers. */
static enum lang
lang_for(struct MHD_Connection *c, const char **ret_cookie)
{
	const char *asked = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "lang");
	const char *kept = MHD_lookup_connection_value(c, MHD_COOKIE_KIND, "lang");

	*ret_cookie = NULL;
	if (asked != NULL) {
		*ret_cookie = lang_of(asked) == LANG_EN
				      ? "lang=en; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
				      : "lang=ja; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict";
		return lang_of(asked);
	}
	if (kept != NULL)
		return lang_of(kept);
	return lang_of(header(c, "Accept-Language"));
}

/*
 * Only a page of our own under our own name may talk to us: a page elsewhere
 * could otherwise post here through the visitor's browser, or reach us under
 * its own name once that resolves to this machine.
 */
static bool
host_is_ours(const struct http *h, const char *host, const char *name)
{
	char want[64];

	(void)snprintf(want, sizeof want, "%s:%u", name, h->port);
	return host != NULL && strcasecmp(host, want) == 0;
}

static bool
from_our_page(const struct http *h, struct MHD_Connection *c)
{
	const char *site = header(c, "Sec-Fetch-Site");
	const char *origin = header(c, "Origin");

	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return false;
	return origin == NULL ||
	       (strncmp(origin, "http://", 7) == 0 && host_is_ours(h, origin + 7, "localhost"));
}

static enum MHD_Result
give_file(struct MHD_Connection *c, const struct batch_file *f, enum lang l)
{
	struct buf b = { 0 };
	struct MHD_Response *r;
	int fd;

	if (!f->ended || f->o.out < 0)
		return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, l);
	fd = dup(f->o.out);
	r = fd < 0 ? NULL : MHD_create_response_from_fd64(f->o.out_size, fd);
	if (r == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return MHD_NO;
	}
	buf_str(&b, "attachment; filename*=UTF-8''");
	html_url(&b, f->out_name);
	buf_byte(&b, '\0');
	if (!b.full)
		(void)MHD_add_response_header(r, "Content-Disposition", (const char *)b.p);
	buf_release(&b);
	(void)MHD_add_response_header(r, "Content-Type", "application/octet-stream");
	return answer(c, MHD_HTTP_OK, r);
}

static enum MHD_Result
give_report(struct MHD_Connection *c, const struct batch *batch, const struct batch_file *f, enum lang l)
{
	struct buf b = { 0 };
	struct shown s = { f->name, f->o.out >= 0 ? f->out_name : NULL, batch->profile, &f->o, l, true };

	show_json(&b, &s);
	return answer_buf(c, MHD_HTTP_OK, "application/json", &b, NULL);
}

/* /r/TOKEN, /r/TOKEN/N, /r/TOKEN/N.json */
static enum MHD_Result
give_result(struct request *q, struct MHD_Connection *c, const char *rest, const char *cookie)
{
	char token[TOKEN_SIZE];
	const struct batch *batch;
	struct buf b = { 0 };
	char *end;
	unsigned long i;

	if (strlen(rest) < TOKEN_SIZE - 1)
		return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, q->lang);
	memcpy(token, rest, TOKEN_SIZE - 1);
	token[TOKEN_SIZE - 1] = '\0';
	rest += TOKEN_SIZE - 1;
	batch = batch_find(q->http->all, token);
	if (batch == NULL || (*rest != '\0' && *rest != '/'))
		return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, q->lang);
	if (*rest == '\0') {
		page_result(&b, batch, q->lang);
		return answer_buf(c, MHD_HTTP_OK, "text/html; charset=utf-8", &b, cookie);
	}
	i = strtoul(rest + 1, &end, 10);
	if (rest[1] < '0' || rest[1] > '9' || i >= batch->files || !batch->file[i].ended)
		return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, q->lang);
	if (strcmp(end, ".json") == 0)
		return give_report(c, batch, &batch->file[i], q->lang);
	if (*end == '\0')
		return give_file(c, &batch->file[i], q->lang);
	return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, q->lang);
}

static enum MHD_Result
give_static(struct MHD_Connection *c, const char *name, enum lang l)
{
	const struct static_file *f = static_find(name);
	struct MHD_Response *r;

	if (f == NULL)
		return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, l);
	r = MHD_create_response_from_buffer(f->n, (void *)(uintptr_t)f->p, MHD_RESPMEM_PERSISTENT);
	if (r != NULL)
		(void)MHD_add_response_header(r, "Content-Type", f->type);
	return answer(c, MHD_HTTP_OK, r);
}

static enum MHD_Result
get(struct request *q, struct MHD_Connection *c, const char *url)
{
	struct buf b = { 0 };
	const char *cookie;

	q->lang = lang_for(c, &cookie);
	if (strcmp(url, "/") == 0) {
		page_home(&b, q->lang);
		return answer_buf(c, MHD_HTTP_OK, "text/html; charset=utf-8", &b, cookie);
	}
	if (strncmp(url, "/r/", 3) == 0)
		return give_result(q, c, url + 3, cookie);
	if (strncmp(url, "/static/", 8) == 0)
		return give_static(c, url + 8, q->lang);
	return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, q->lang);
}

/* -- upload --------------------------------------------------------------------- */

/* A new part of the form begins where the offset is 0. */
static enum MHD_Result
post_piece(void *ctx, enum MHD_ValueKind kind, const char *key, const char *file_name,
	   const char *type, const char *coding, const char *data, uint64_t off, size_t n)
{
	struct request *q = ctx;
	struct err e;

	(void)kind, (void)type, (void)coding;
	if (q->wrong != TEXT_COUNT)
		return MHD_YES;
	if (strcmp(key, "profile") == 0 && off == 0 && n < sizeof q->profile) {
		memcpy(q->profile, data, n);
		q->profile[n] = '\0';
		return MHD_YES;
	}
	if (strcmp(key, "file") != 0 || file_name == NULL || *file_name == '\0')
		return MHD_YES;
	if (off == 0) {
		q->file = batch_add(q->batch, file_name, &e);
		if (q->file == NULL)
			q->wrong = TEXT_WEB_TOO_MUCH;
	}
	q->batch->bytes += n;
	if (q->batch->bytes > BATCH_BYTES)
		q->wrong = TEXT_WEB_TOO_MUCH;
	while (n > 0 && q->wrong == TEXT_COUNT) {
		ssize_t k = write(q->file->in, data, n);

		if (k <= 0) {
			q->wrong = TEXT_WEB_BUSY;
			break;
		}
		data += k;
		n -= (size_t)k;
	}
	return MHD_YES;
}

static enum MHD_Result
post_begin(struct request *q, struct MHD_Connection *c)
{
	if (!from_our_page(q->http, c))
		return answer_error(c, MHD_HTTP_FORBIDDEN, TEXT_WEB_FOREIGN, q->lang);
	q->batch = batch_new(q->http->all);
	if (q->batch == NULL)
		return answer_error(c, MHD_HTTP_SERVICE_UNAVAILABLE, TEXT_WEB_BUSY, q->lang);
	q->post = MHD_create_post_processor(c, 65536, post_piece, q);
	if (q->post == NULL)
		return answer_error(c, MHD_HTTP_BAD_REQUEST, TEXT_WEB_BAD_REQUEST, q->lang);
	return MHD_YES;
}

static enum MHD_Result
post_end(struct request *q, struct MHD_Connection *c)
{
	const struct profile *p = profile_find(view_str(*q->profile != '\0' ? q->profile : "rebuild"));

	if (q->wrong == TEXT_COUNT && q->batch->files == 0)
		q->wrong = TEXT_WEB_NO_FILE;
	if (q->wrong == TEXT_COUNT && p == NULL)
		q->wrong = TEXT_WEB_BAD_REQUEST;
	if (q->wrong != TEXT_COUNT)
		return answer_error(c, MHD_HTTP_BAD_REQUEST, q->wrong, q->lang);
	q->batch->profile = p;
	q->batch->waiting = c;
	MHD_suspend_connection(c);
	return MHD_YES;
}

static enum MHD_Result
post(struct request *q, struct MHD_Connection *c, const char *data, size_t *n)
{
	if (q->answered)	/* everything is disarmed: http_answer() woke us */
		return MHD_NO;
	if (*n > 0) {
		if (q->post == NULL || MHD_post_process(q->post, data, *n) != MHD_YES)
			q->wrong = q->wrong == TEXT_COUNT ? TEXT_WEB_BAD_REQUEST : q->wrong;
		*n = 0;
		return MHD_YES;
	}
	if (q->batch != NULL && q->batch->files > 0 && q->batch->ended == q->batch->files) {
		char where[64];

		(void)snprintf(where, sizeof where, "/r/%s", q->batch->token);
		q->batch = NULL;	/* it is its own from now on */
		q->answered = true;
		return answer_redirect(c, MHD_HTTP_SEE_OTHER, where);
	}
	return post_end(q, c);
}

/* -- libmicrohttpd -------------------------------------------------------------- */

static enum MHD_Result
handle(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version,
       const char *data, size_t *n, void **state)
{
	struct http *h = ctx;
	struct request *q = *state;
	const char *cookie, *host;

	(void)version;
	if (q == NULL) {
		q = *state = calloc(1, sizeof *q);
		if (q == NULL)
			return MHD_NO;
		q->http = h;
		q->wrong = TEXT_COUNT;
		q->lang = lang_for(c, &cookie);
		host = header(c, "Host");
		if (host_is_ours(h, host, "127.0.0.1") || host_is_ours(h, host, "[::1]")) {
			char where[64];

			(void)snprintf(where, sizeof where, "http://localhost:%u/", h->port);
			return answer_redirect(c, MHD_HTTP_TEMPORARY_REDIRECT, where);
		}
		if (!host_is_ours(h, host, "localhost"))
			return answer_error(c, MHD_HTTP_MISDIRECTED_REQUEST, TEXT_WEB_BAD_REQUEST, q->lang);
		return strcmp(method, "POST") == 0 && strcmp(url, "/") == 0 ? post_begin(q, c) : MHD_YES;
	}
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return get(q, c, url);
	if (strcmp(method, "POST") == 0 && strcmp(url, "/") == 0)
		return post(q, c, data, n);
	*n = 0;
	return answer_error(c, MHD_HTTP_METHOD_NOT_ALLOWED, TEXT_WEB_BAD_REQUEST, q->lang);
}

static void
over(void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct request *q = *state;

	(void)ctx, (void)c, (void)why;
	if (q == NULL)
		return;
	if (q->post != NULL)
		(void)MHD_destroy_post_processor(q->post);
	/* Cut off, or wrong: nothing of it stays. */
	if (q->batch != NULL)
		batch_free(q->http->all, q->batch);
	free(q);
	*state = NULL;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;

	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
					     : ((struct sockaddr_in *)&a)->sin_port);
}

struct http *
http_new(const int listen[2], struct batches *all, struct err *e)
{
	struct http *h = calloc(1, sizeof *h);
	size_t i;

	if (h == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	h->all = all;
	h->port = port_of(listen[0]);
	for (i = 0; i < 2; i++) {
		/* 1: the strictest reading of what clients send. */
		h->daemon[i] = MHD_start_daemon(
			MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
			handle, h, MHD_OPTION_LISTEN_SOCKET, listen[i], MHD_OPTION_NOTIFY_COMPLETED, over,
			NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT, 200u,
			MHD_OPTION_CONNECTION_TIMEOUT, 60u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			(size_t)128 * 1024, MHD_OPTION_END);
		if (h->daemon[i] == NULL) {
			http_free(h);
			err_set(e, ERR_SYSTEM, "HTTP server: does not start");
			return NULL;
		}
	}
	return h;
}

void
http_free(struct http *h)
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (h->daemon[i] != NULL)
			MHD_stop_daemon(h->daemon[i]);
	free(h);
}

void
http_fds(const struct http *h, int ret[2])
{
	size_t i;

	for (i = 0; i < 2; i++)
		ret[i] = MHD_get_daemon_info(h->daemon[i], MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void
http_turn(struct http *h)
{
	size_t i;

	for (i = 0; i < 2; i++)
		(void)MHD_run(h->daemon[i]);
}

int
http_timeout(const struct http *h)
{
	unsigned long long ms, least = 1000;
	size_t i;

	for (i = 0; i < 2; i++)
		if (MHD_get_timeout(h->daemon[i], &ms) == MHD_YES && ms < least)
			least = ms;
	return (int)least;
}

void
http_answer(struct batch *b)
{
	struct MHD_Connection *c = b->waiting;

	b->waiting = NULL;
	MHD_resume_connection(c);
}
