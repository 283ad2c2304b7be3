/*
 * ledger init - a new ledger: the signing key, the folder, the checkpoint over nothing.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "core/own.h"
#include "place.h"

enum { OPT_DATA };

const struct opt opts_ledger_init[] = {
	[OPT_DATA] = { "--data", "DIR", { "データのフォルダー（既定 " LEDGER_DATA "）", "data folder (default: " LEDGER_DATA ")" } },
	{ 0 },
};

static struct note_signer *
new_key(const struct args *a, const char *data)
{
	own_buf struct buf secret = { 0 };
	uint8_t seed[NOTE_SEED];
	struct note_signer *s = NULL;
	char path[PATH_MAX];
	struct err e;

	if (getrandom(seed, sizeof seed, 0) == (ssize_t)sizeof seed)
		s = note_signer_new(a->operand[0], seed, &e);
	explicit_bzero(seed, sizeof seed);
	if (s == NULL) {
		complain(a->lang, TEXT_LEDGER_BAD_NAME, a->operand[0]);
		return NULL;
	}
	if (!ledger_key_place(a, data, path) || !note_signer_put(&secret, s) ||
	    !ledger_write_new(a, path, buf_bytes(&secret), 0600)) {
		note_signer_free(s);
		s = NULL;
	}
	explicit_bzero(secret.p, secret.n);
	return s;
}

static bool
begin(const struct args *a, const char *folder, const struct note_signer *s)
{
	struct err e;
	struct ledger *l;

	if (mkdir(folder, 0755) != 0) {
		complain(a->lang, TEXT_CLI_CANNOT_WRITE, folder);
		return false;
	}
	l = ledger_open(folder, s, NULL, &e);
	if (l != NULL && ledger_close(l, &e))
		return true;
	complain(a->lang, TEXT_LEDGER_NO_LOG, e.text);
	return false;
}

int
cmd_ledger_init(const struct args *a)
{
	own_buf struct buf vkey = { 0 };
	struct note_signer *s;
	char folder[PATH_MAX];
	bool ok;

	if (a->operands != 1) {
		complain(a->lang, TEXT_LEDGER_ONE_NAME, "");
		return EXIT_USAGE;
	}
	if (!ledger_place(a, SIZE_MAX, a->value[OPT_DATA], folder))
		return EXIT_USAGE;
	s = new_key(a, a->value[OPT_DATA]);
	if (s == NULL)
		return EXIT_USAGE;
	ok = begin(a, folder, s) && note_key_put(&vkey, note_signer_key(s));
	note_signer_free(s);
	if (!ok)
		return EXIT_FAILED;
	printf("%s\n%.*s", text(TEXT_LEDGER_KEEP_KEY, a->lang), (int)vkey.n, (const char *)vkey.p);
	return EXIT_DONE;
}
