/*
 * portal - the pages.  Started by sekishod; it opens no file and no
 * connection, and reads no document: those go to jailed pairs.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/own.h"
#include "http.h"
#include "wire/wire.h"
#include "work.h"

struct portal {
	struct wire sekishod;
	struct batches batches;
	struct http *http;
};

static bool
expect(struct wire *w, enum msg m, int *ret, size_t n, struct err *e)
{
	own_mem struct frame *f = malloc(sizeof *f);
	size_t i;

	if (f == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!wire_recv(w, f, e))
		return false;
	if (f->msg != m)
		return err_set(e, ERR_DENIED, "%s: out of turn", msg_name(f->msg));
	for (i = 0; i < n; i++)
		ret[i] = frame_take_fd(f, i);
	return true;
}

static bool
set_up(struct portal *p, uint32_t given, struct err *e)
{
	own_buf struct buf b = BUF_MAX(64);
	int listen[2], pairs[WIRE_FDS], abi;
	struct nursery_opts o = { .control = pairs, .spares = 2 };
	uint32_t layers;

	if (!expect(&p->sekishod, MSG_LISTEN, listen, 2, e) || !expect(&p->sekishod, MSG_PAIRS, pairs, WIRE_FDS, e))
		return false;
	p->batches.bytes = batches_bytes();
	p->http = http_new(listen, &p->batches, e);
	if (p->http == NULL)
		return false;
	p->batches.nursery = nursery_new(&o, e);
	if (p->batches.nursery == NULL || !jail_enter(ROLE_PORTAL, given, &layers, &abi, e))
		return false;
	return wire_put_id(&b, layers, (uint32_t)abi) &&
	       wire_send(&p->sekishod, MSG_SERVING, buf_bytes(&b), NULL, e);
}

static void
serve(struct portal *p)
{
	enum { PAIRS = 80 };
	bool more = false;

	for (;;) {
		struct pollfd f[1 + HTTP_FDS + PAIRS];
		int fds[PAIRS];
		struct batch *b;
		size_t n = 1, i, k;

		f[0] = (struct pollfd){ p->sekishod.fd, POLLIN, 0 };
		n += http_fds(p->http, f + n);
		k = nursery_fds(p->batches.nursery, fds, PAIRS);
		for (i = 0; i < k; i++)
			f[n++] = (struct pollfd){ fds[i], POLLIN, 0 };
		(void)poll(f, n, more ? 0 : nursery_timeout(p->batches.nursery, http_timeout(p->http)));
		if (f[0].revents != 0)
			return;	/* sekishod is gone */
		p->batches.now_s = seconds_now();
		http_turn(p->http);
		nursery_step(p->batches.nursery, 0);
		while ((b = work_collect(&p->batches)) != NULL)
			http_answer(b);
		more = work_turn(&p->batches);
		batches_forget(&p->batches);
	}
}

int
main(int argc, char **argv)
{
	struct portal p = { .sekishod = wire_of(JAIL_CONTROL_FD, WIRE_PORTAL, WIRE_SEKISHOD) };
	struct err e = { 0 };

	if (argc != 2 || isatty(JAIL_CONTROL_FD)) {
		static const char msg[] = "portal is started by sekishod, never by hand\n";

		(void)!write(2, msg, sizeof msg - 1);
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	/* The C library reads a time zone at its first date: it must not look for one in the jail. */
	(void)setenv("TZ", "UTC0", 1);
	tzset();
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
	if (!set_up(&p, (uint32_t)strtoul(argv[1], NULL, 16), &e))
		return 1;
	serve(&p);
	return 0;
}
