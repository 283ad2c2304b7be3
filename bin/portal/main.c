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

struct portal {
	struct wire sekishod;
	struct batches batches;
	struct http *http;
};

static bool
expect(struct wire *w, enum msg m, int ret[2], struct err *e)
{
	own_mem struct frame *f = malloc(sizeof *f);

	if (f == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!wire_recv(w, f, e))
		return false;
	if (f->msg != m)
		return err_set(e, ERR_DENIED, "%s: out of turn", msg_name(f->msg));
	ret[0] = frame_take_fd(f, 0);
	ret[1] = frame_take_fd(f, 1);
	return true;
}

static bool
set_up(struct portal *p, uint32_t given, struct err *e)
{
	own_buf struct buf b = BUF_MAX(64);
	int listen[2], pairs[2], abi;
	struct nursery_opts o = { .control = pairs };
	uint32_t layers;

	if (!expect(&p->sekishod, MSG_LISTEN, listen, e) || !expect(&p->sekishod, MSG_PAIRS, pairs, e))
		return false;
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
	for (;;) {
		struct pollfd f[3 + 80];
		int fds[80];
		struct batch *b;
		size_t n = nursery_fds(p->batches.nursery, fds, 80), i;

		for (i = 0; i < n; i++)
			f[3 + i] = (struct pollfd){ fds[i], POLLIN, 0 };
		http_fds(p->http, fds);
		f[0] = (struct pollfd){ fds[0], POLLIN, 0 };
		f[1] = (struct pollfd){ fds[1], POLLIN, 0 };
		f[2] = (struct pollfd){ p->sekishod.fd, POLLIN, 0 };
		(void)poll(f, 3 + n, http_timeout(p->http));
		if (f[2].revents != 0)
			return;	/* sekishod is gone */
		http_turn(p->http);
		batches_start(&p->batches);
		nursery_step(p->batches.nursery, 0);
		while ((b = batches_collect(&p->batches)) != NULL)
			http_answer(b);
		batches_start(&p->batches);
		batches_forget(&p->batches, seconds_now());
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
