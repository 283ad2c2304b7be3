/*
 * admit.h - may this request come in?  Said of its head alone, before a byte
 * of its body is read or a place is taken.
 *
 * Only a page of our own under our own name may talk to us: a page elsewhere
 * could otherwise post here through the visitor's browser, or reach us under
 * its own name once that resolves to this machine.
 */
#ifndef SEKISHO_BIN_PORTAL_ADMIT_H
#define SEKISHO_BIN_PORTAL_ADMIT_H

#include "core/lang.h"
#include "web/head.h"

enum route {
#define ROUTE(id, path, below, methods) ROUTE_##id,
#include "route.def"
#undef ROUTE
	ROUTE_COUNT
};

struct admission {
	unsigned status;	/* 0: it may come in; else how it is turned away */
	enum text what;
	const char *allow;	/* 405: the methods that are */
	bool home;		/* 307: to our own name */
	enum route route;
};

/* status: what head_parse() said, HEAD_WHOLE or a refusal. */
struct admission admit(int status, const struct head *h, uint16_t port, uint64_t most);
/* ?lang=, else the cookie, else what the browser prefers. */
enum lang admit_lang(const struct head *h);

#endif
