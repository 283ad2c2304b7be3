#include "http.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "answer.h"
#include "core/own.h"
#include "pages.h"
#include "show.h"
#include "static.h"
#include "upload.h"
#include "web/html.h"

struct http {
	struct MHD_Daemon *daemon;
	struct door *door;
	struct batches *all;
	struct guest *entering;
};

/* One request; its connection has no other. */
struct request {
	struct http *http;
	struct guest *guest;
	enum lang lang;
	struct batch *batch;		/* POST: being filled, worked on, or answered */
	struct batch_file *fetch;	/* GET: the output that is being sent */
	enum text wrong;		/* with the upload; TEXT_COUNT: nothing */
};

/* -- answers ------------------------------------------------------------------ */

static enum MHD_Result
answer(struct MHD_Connection *c, unsigned status, struct MHD_Response *r)
{
	const struct answer_field *f;
	enum MHD_Result ok;

	if (r == NULL)
		return MHD_NO;
	for (f = answer_fields; f->name != NULL; f++)
		(void)MHD_add_response_header(r, f->name, f->value);
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		(void)MHD_add_response_header(r, "Retry-After", "30");
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

/* A choice made by ?lang= is remembered. */
static const char *
cookie_for(const struct request *q)
{
	if (head_value(q->guest->head.query, '&', "lang").p == NULL)
		return NULL;
	return q->lang == LANG_EN ? "lang=en; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
				  : "lang=ja; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict";
}

static enum MHD_Result
give_file(struct request *q, struct MHD_Connection *c, struct batch_file *f)
{
	struct buf b = { 0 };
	struct MHD_Response *r;
	int fd;

	if (!f->ended || f->o.out < 0)
		return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, q->lang);
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
	if (view_is(q->guest->head.method, "GET")) {
		q->fetch = f;
		batch_fetch(f);
	}
	return answer(c, MHD_HTTP_OK, r);
}

static enum MHD_Result
give_report(struct MHD_Connection *c, const struct batch *batch, const struct batch_file *f, enum lang l)
{
	struct buf b = { 0 };
	struct shown s = { f->name, f->o.out >= 0 ? f->out_name : NULL, batch->profile, &f->o, l, true, 0 };

	show_json(&b, &s);
	return answer_buf(c, MHD_HTTP_OK, "application/json", &b, NULL);
}

/* In the one spelling that the pages use: no sign, no zero before it. */
static bool
file_number(const char *s, size_t below, const char **end, size_t *ret)
{
	*ret = 0;
	for (*end = s; **end >= '0' && **end <= '9' && *end - s < 3; (*end)++)
		*ret = *ret * 10 + (size_t)(**end - '0');
	return *end > s && (*s != '0' || *end == s + 1) && *ret < below;
}

/* /r/TOKEN, /r/TOKEN/N, /r/TOKEN/N.json */
static enum MHD_Result
give_result(struct request *q, struct MHD_Connection *c, const char *rest)
{
	char token[TOKEN_SIZE];
	struct batch *batch;
	struct buf b = { 0 };
	const char *end;
	size_t i;

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
		return answer_buf(c, MHD_HTTP_OK, "text/html; charset=utf-8", &b, cookie_for(q));
	}
	if (!file_number(rest + 1, batch->files, &end, &i))
		return answer_error(c, MHD_HTTP_NOT_FOUND, TEXT_WEB_NOT_FOUND, q->lang);
	if (strcmp(end, ".json") == 0)
		return give_report(c, batch, &batch->file[i], q->lang);
	if (*end == '\0')
		return give_file(q, c, &batch->file[i]);
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

	switch (q->guest->route) {
	case ROUTE_RESULT:
		return give_result(q, c, url + strlen("/r/"));
	case ROUTE_STATIC:
		return give_static(c, url + strlen("/static/"), q->lang);
	default:
		page_home(&b, q->lang);
		return answer_buf(c, MHD_HTTP_OK, "text/html; charset=utf-8", &b, cookie_for(q));
	}
}

/* -- upload --------------------------------------------------------------------- */

/* A place is taken with the first byte of the body. */
static void
post_more(struct request *q, struct view v)
{
	enum text why = TEXT_COUNT;

	if (q->wrong != TEXT_COUNT)
		return;	/* the rest is read and thrown away, so that the visitor reads why */
	if (q->batch == NULL) {
		q->batch = batch_new(q->http->all, &q->guest->client, &why);
		if (q->batch != NULL)
			why = upload_begin(q->batch, q->guest->head.field[HEAD_CONTENT_TYPE]);
	}
	if (why == TEXT_COUNT && batch_fill(q->http->all, q->batch, v, &why))
		why = upload_more(q->batch, v);
	if (why == TEXT_COUNT)
		return;
	q->wrong = why;
	if (q->batch != NULL)
		batch_free(q->http->all, give(q->batch));
}

static unsigned
status_of(enum text wrong)
{
	return wrong == TEXT_WEB_TOO_MUCH ? MHD_HTTP_CONTENT_TOO_LARGE
	       : wrong == TEXT_WEB_BUSY || wrong == TEXT_WEB_SHARE ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_BAD_REQUEST;
}

static enum MHD_Result
post_end(struct request *q, struct MHD_Connection *c)
{
	enum text wrong = q->wrong;

	if (wrong == TEXT_COUNT && q->batch == NULL)
		wrong = TEXT_WEB_CUT;
	if (wrong == TEXT_COUNT)
		wrong = upload_end(q->batch);
	if (wrong != TEXT_COUNT || !batch_begin(q->http->all, q->batch, &wrong)) {
		guest_phase(q->guest, PHASE_SEND);
		return answer_error(c, status_of(wrong), wrong, q->lang);
	}
	q->batch->waiting = c;
	guest_phase(q->guest, PHASE_WORK);
	MHD_suspend_connection(c);
	return MHD_YES;
}

static enum MHD_Result
post(struct request *q, struct MHD_Connection *c, const char *data, size_t *n)
{
	char where[64];

	if (*n > 0) {
		post_more(q, view_of(data, *n));
		*n = 0;
		return MHD_YES;
	}
	if (q->batch == NULL || q->batch->state == FILLING)
		return post_end(q, c);
	if (q->batch->state != READY)
		return MHD_NO;
	/* http_answer() woke us. */
	guest_phase(q->guest, PHASE_SEND);
	(void)snprintf(where, sizeof where, "/r/%s", q->batch->token);
	return answer_redirect(c, MHD_HTTP_SEE_OTHER, where);
}

/* -- libmicrohttpd -------------------------------------------------------------- */

static struct guest *
guest_of(struct MHD_Connection *c)
{
	return MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static enum MHD_Result
handle(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version,
       const char *data, size_t *n, void **state)
{
	struct request *q = *state;
	struct guest *g = guest_of(c);

	(void)version;
	/* Both readers of this head must have read the same; one that differs gets nothing. */
	if (g == NULL || !view_is(g->head.method, method) || !view_is(g->head.path, url))
		return MHD_NO;
	if (q == NULL) {
		q = *state = calloc(1, sizeof *q);
		if (q == NULL)
			return MHD_NO;
		q->http = ctx;
		q->guest = g;
		q->wrong = TEXT_COUNT;
		q->lang = admit_lang(&g->head);
		return MHD_YES;
	}
	return strcmp(method, "POST") == 0 ? post(q, c, data, n) : get(q, c, url);
}

/* What was cut off stays nowhere; a batch whose visitor has its address is its own from now on. */
static void
over(void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
	struct request *q = *state;
	bool whole = why == MHD_REQUEST_TERMINATED_COMPLETED_OK;

	(void)ctx, (void)c;
	if (q == NULL)
		return;
	if (q->fetch != NULL)
		batch_fetched(q->http->all, q->fetch, whole);
	if (q->batch != NULL && q->batch->state == FILLING) {
		batch_free(q->http->all, q->batch);
	} else if (q->batch != NULL) {
		q->batch->waiting = NULL;
		if (!whole)
			batch_abandon(q->http->all, q->batch);
	}
	free(q);
	*state = NULL;
}

static void
connection(void *ctx, struct MHD_Connection *c, void **socket, enum MHD_ConnectionNotificationCode what)
{
	struct http *h = ctx;

	(void)c;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket = h->entering;
	} else if (*socket != NULL) {
		guest_left(*socket);
		*socket = NULL;
	}
}

static bool
enter(void *ctx, struct guest *g)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6 };
	struct http *h = ctx;
	bool ok;

	/* Who it is only the door asks. */
	h->entering = g;
	ok = MHD_add_connection(h->daemon, g->fd, (struct sockaddr *)&a, sizeof a) == MHD_YES;
	h->entering = NULL;
	return ok;
}

static void
gone(void *ctx, struct guest *g)
{
	struct http *h = ctx;
	size_t i;

	for (i = 0; i < BATCHES; i++) {
		struct batch *b = h->all->at[i];

		if (b != NULL && b->state == WORKING && b->waiting != NULL && guest_of(b->waiting) == g)
			batch_abandon(h->all, b);
	}
}

struct http *
http_new(const int listen[2], struct batches *all, struct err *e)
{
	struct http *h = calloc(1, sizeof *h);
	const struct door_calls calls = { enter, gone, h };

	if (h == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	h->all = all;
	/* 1: the strictest reading that it knows; the door's is stricter. */
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
				     handle, h, MHD_OPTION_NOTIFY_COMPLETED, over, NULL, MHD_OPTION_NOTIFY_CONNECTION,
				     connection, h, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT,
				     (unsigned)GUESTS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)128 * 1024,
				     MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	h->door = h->daemon != NULL ? door_new(listen, &calls, e) : NULL;
	if (h->door == NULL) {
		if (h->daemon != NULL)
			MHD_stop_daemon(h->daemon);
		free(h);
		err_set(e, ERR_SYSTEM, "HTTP server: does not start");
		return NULL;
	}
	return h;
}

size_t
http_fds(const struct http *h, struct pollfd *p)
{
	*p = (struct pollfd){ MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, POLLIN, 0 };
	return 1 + door_fds(h->door, p + 1);
}

void
http_turn(struct http *h)
{
	door_turn(h->door);
	(void)MHD_run(h->daemon);
}

int
http_timeout(const struct http *h)
{
	unsigned long long ms;
	int least = door_timeout(h->door);

	if (MHD_get_timeout(h->daemon, &ms) == MHD_YES && ms < (unsigned long long)least)
		return (int)ms;
	return least;
}

void
http_answer(struct batch *b)
{
	MHD_resume_connection(b->waiting);
}
