/*
 * http.h - the portal's requests: the door (door.h) and libmicrohttpd's
 * callbacks on one side, batches and pages on the other.
 */
#ifndef SEKISHO_BIN_PORTAL_HTTP_H
#define SEKISHO_BIN_PORTAL_HTTP_H

#include "door.h"

enum { HTTP_FDS = DOOR_FDS + 1 };

struct http;

/* Serves on the listening sockets (owned from here on).  NULL with *e. */
struct http *http_new(const int listen[2], struct batches *all, struct err *e);
/* What to poll, at most HTTP_FDS. */
size_t http_fds(const struct http *h, struct pollfd *p);
/* Does what can be done without waiting. */
void http_turn(struct http *h);
/* The longest that http_turn() may be put off, in ms. */
int http_timeout(const struct http *h);
/* A batch that is ready: its visitor gets his answer. */
void http_answer(struct batch *b);

#endif
