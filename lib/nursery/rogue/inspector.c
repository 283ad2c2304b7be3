/*
 * rogue inspector - knows three good documents, "good", "cannot" and one that begins with
 * eight a; everything else is residue.  Tests only.
 */
#include <unistd.h>

#include "core/own.h"
#include "nursery/zygote.h"
#include "wire/wire.h"

static void
serve(int sock)
{
	static struct frame frame;
	struct wire w = wire_of(sock, WIRE_INSPECTOR, WIRE_CALLER);
	struct buf b = BUF_MAX(1024);
	struct err e = { 0 }, unused;
	char got[8] = "";
	ssize_t n;

	if (!wire_recv(&w, &frame, &unused))
		_exit(0);
	n = pread(frame.fd[0], got, sizeof got, 0);
	if (!(n == 4 && memcmp(got, "good", 4) == 0) && !(n == 6 && memcmp(got, "cannot", 6) == 0) &&
	    !(n == 8 && memcmp(got, "aaaaaaaa", 8) == 0))
		err_set(&e, ERR_MALFORMED, "not the good document");
	(void)wire_put_err(&b, &e);
	(void)wire_send(&w, MSG_INSPECTED, buf_bytes(&b), NULL, &unused);
}

int
main(int argc, char **argv)
{
	return zygote_main(ROLE_INSPECTOR, argc, argv, serve);
}
