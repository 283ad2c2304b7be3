/*
 * inspector - recognises one output, then exits.  Nothing from
 * lib/sanitize is in it; it runs in a jail, always.
 */
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/own.h"
#include "inspect/inspect.h"
#include "nursery/memory.h"
#include "nursery/zygote.h"
#include "wire/wire.h"

static void
look(struct frame *f, struct err *e)
{
	const struct profile *profile;
	struct view name, out;
	uint32_t type;

	if (f->msg != MSG_INSPECT || !wire_get_inspect(f->body, &type, &name) || type >= TYPE_COUNT ||
	    (profile = profile_find(name)) == NULL) {
		err_set(e, ERR_SYSTEM, "inspector: unexpected message");
		return;
	}
	if (!memory_map(f->fd[0], &out, e))
		return;
	if (!inspect((enum type)type, profile, out, e) && e->code == ERR_NONE)
		err_set(e, ERR_SYSTEM, "inspector: no reason given");
}

static void
serve(int sock)
{
	static struct frame frame;
	struct wire wire = wire_of(sock, WIRE_INSPECTOR, WIRE_CALLER);
	struct buf b = BUF_MAX(1024);
	struct err e = { 0 }, unused;

	if (!wire_recv(&wire, &frame, &unused))
		_exit(0);	/* there was no output to look at */
	look(&frame, &e);
	if (!wire_put_err(&b, &e) || !wire_send(&wire, MSG_INSPECTED, buf_bytes(&b), NULL, &unused))
		_exit(4);
}

int
main(int argc, char **argv)
{
	struct err unused;

	(void)inspect_prepare(&unused);	/* wrong tables fail each document with the reason */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
	return zygote_main(ROLE_INSPECTOR, argc, argv, serve);
}
