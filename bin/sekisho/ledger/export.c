/*
 * ledger export - the ledger as it is under its checkpoint, in one file (log.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/own.h"
#include "place.h"

enum { OPT_DATA, OPT_OUTPUT };

const struct opt opts_ledger_export[] = {
	[OPT_DATA] = { "--data", "DIR", { "データのフォルダー（既定 " LEDGER_DATA "）", "data folder (default: " LEDGER_DATA ")" } },
	[OPT_OUTPUT] = { "--output -o", "FILE", { "書き出し先（必須、既にあるファイルには書かない）", "where it goes (must be given; an existing file is left alone)" } },
	{ 0 },
};

static int
export(const struct args *a, struct log *l, const char *to)
{
	struct note_key key;
	struct err e = { 0 };
	own_fd int fd = -1;

	if (!ledger_key(a, NULL, l, &key))
		return EXIT_FAILED;
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0) {
		complain(a->lang, TEXT_CLI_CANNOT_WRITE, to);
		return EXIT_FAILED;
	}
	if (log_export(l, &key, fd, &e) && (fsync(fd) == 0 || err_set(&e, ERR_SYSTEM, "%s", strerror(errno))))
		return EXIT_DONE;
	(void)unlink(to);
	complain(a->lang, TEXT_LEDGER_NOT_EXPORTED, e.text);
	return EXIT_FAILED;
}

int
cmd_ledger_export(const struct args *a)
{
	char path[PATH_MAX];
	struct log *l;
	int status;

	if (a->value[OPT_OUTPUT] == NULL || a->operands > 1) {
		complain(a->lang, TEXT_CLI_NO_OUTPUT, "");
		return EXIT_USAGE;
	}
	if (!ledger_place(a, 0, a->value[OPT_DATA], path))
		return EXIT_USAGE;
	l = ledger_log(a, path);
	if (l == NULL)
		return EXIT_FAILED;
	status = export(a, l, a->value[OPT_OUTPUT]);
	log_free(l);
	return status;
}
