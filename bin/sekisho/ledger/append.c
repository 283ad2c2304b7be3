/*
 * ledger append - events from standard input, one a line, into the ledger; what has come is one batch,
 * and its indexes are printed once it is durable.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>

#include "core/own.h"
#include "ledger/event.h"
#include "place.h"

enum { OPT_DATA };

const struct opt opts_ledger_append[] = {
	[OPT_DATA] = { "--data", "DIR", { "データのフォルダー（既定 " LEDGER_DATA "）", "data folder (default: " LEDGER_DATA ")" } },
	{ 0 },
};

struct input {
	const struct args *args;
	struct ledger *ledger;
	struct buf held;	/* read, and not yet a line */
	uint64_t told;		/* index of the first that was not printed */
};

static bool
commit(struct input *in, struct err *e)
{
	if (!ledger_commit(in->ledger, e))
		return false;
	for (; in->told < ledger_size(in->ledger); in->told++)
		printf("%" PRIu64 "\n", in->told);
	return fflush(stdout) == 0 || err_set(e, ERR_SYSTEM, "standard output: %s", strerror(errno));
}

static bool
one(struct input *in, struct view line, struct err *e)
{
	uint64_t at;

	if (ledger_append(in->ledger, line, &at, e))
		return true;
	return e->code == ERR_LIMIT && line.n <= EVENT_MAX && commit(in, e) && ledger_append(in->ledger, line, &at, e);
}

/* Whole lines that are held go into the batch. */
static bool
lines(struct input *in, struct err *e)
{
	struct view v = buf_bytes(&in->held), line;
	size_t at;

	while ((at = view_find(v, 0, VIEW("\n"))) != VIEW_NOT_FOUND) {
		if (!view_take(&v, at, &line) || !view_skip(&v, 1) || !one(in, line, e))
			return false;
	}
	memmove(in->held.p, v.p, v.n);
	in->held.n = v.n;
	return true;
}

static bool
feed(struct input *in, struct err *e)
{
	for (;;) {
		uint8_t *room = buf_room(&in->held, 64 * 1024);
		ssize_t n = room == NULL ? 0 : read(STDIN_FILENO, room, 64 * 1024);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_SYSTEM, "standard input: %s", strerror(errno));
		if (n == 0)
			break;
		in->held.n += (size_t)n;
		if (!lines(in, e) || !commit(in, e))
			return false;
		if (in->held.n > EVENT_MAX)
			return err_set(e, ERR_LIMIT, "a line of more than %d bytes", EVENT_MAX);
	}
	/* The last line may lack its newline. */
	return (in->held.n == 0 || one(in, buf_bytes(&in->held), e)) && commit(in, e);
}

int
cmd_ledger_append(const struct args *a)
{
	struct note_signer *s = ledger_signer(a, a->value[OPT_DATA]);
	struct input in = { .args = a };
	char folder[PATH_MAX];
	struct err e = { 0 }, later = { 0 };
	bool ok = false;

	if (s == NULL || !ledger_place(a, SIZE_MAX, a->value[OPT_DATA], folder)) {
		note_signer_free(s);
		return EXIT_USAGE;
	}
	in.ledger = ledger_open(folder, s, NULL, &e);
	if (in.ledger != NULL) {
		in.told = ledger_size(in.ledger);
		ok = feed(&in, &e);
		/* What is in the batch behind an error was not acknowledged; what was is kept. */
		ok = ledger_close(in.ledger, ok ? &e : &later) && ok;
	}
	buf_release(&in.held);
	note_signer_free(s);
	if (!ok)
		complain(a->lang, TEXT_LEDGER_NOT_APPENDED, e.text);
	return ok ? EXIT_DONE : EXIT_FAILED;
}
