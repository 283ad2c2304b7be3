/*
 * http.h - the portal's requests: libmicrohttpd's callbacks on one side,
 * batches and pages on the other.
 */
#ifndef SEKISHO_BIN_PORTAL_HTTP_H
#define SEKISHO_BIN_PORTAL_HTTP_H

#include "batch.h"

struct http;

/* Serves on the listening sockets (owned from here on).  NULL with *e. */
struct http *http_new(const int listen[2], struct batches *all, struct err *e);
void http_free(struct http *h);
/* Descriptors to watch for reading. */
void http_fds(const struct http *h, int ret[2]);
/* Does what can be done without waiting. */
void http_turn(struct http *h);
/* The longest that http_turn() may be put off, in ms. */
int http_timeout(const struct http *h);
/* A batch that is complete: its visitor gets his answer. */
void http_answer(struct batch *b);

#endif
