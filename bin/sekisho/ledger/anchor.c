/*
 * ledger anchor - the signed checkpoint, carried out of reach: to a file, the system's log, paper.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <syslog.h>

#include "core/own.h"
#include "place.h"
#include "qr.h"

enum { OPT_DATA, OPT_OUTPUT, OPT_SYSLOG, OPT_QR, OPT_SHOW };

const struct opt opts_ledger_anchor[] = {
	[OPT_DATA] = { "--data", "DIR", { "データのフォルダー（既定 " LEDGER_DATA "）", "data folder (default: " LEDGER_DATA ")" } },
	[OPT_OUTPUT] = { "--output -o", "FILE", { "チェックポイントの書き出し先（既にあるファイルには書かない）", "write the checkpoint to this file (an existing one is left alone)" } },
	[OPT_SYSLOG] = { "--syslog", NULL, { "syslog に記録する", "send it to syslog" } },
	[OPT_QR] = { "--qr", "FILE", { "印刷できる QR コード（SVG）の書き出し先", "write a printable QR code (SVG) to this file" } },
	[OPT_SHOW] = { "--show", NULL, { "QR コードを端末に表示する", "show the QR code on the terminal" } },
	{ 0 },
};

/* One line: a line of a log is not to be continued by another. */
static void
to_syslog(struct view note)
{
	own_buf struct buf b = { 0 };
	size_t i;

	for (i = 0; i < note.n; i++)
		buf_byte(&b, note.p[i] == '\n' ? '|' : note.p[i]);
	if (!buf_byte(&b, 0))
		return;
	openlog("sekisho", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_NOTICE, "ledger checkpoint %s", (const char *)b.p);
	closelog();
}

static bool
to_paper(const struct args *a, struct view note, const struct checkpoint *c)
{
	own_buf struct buf svg = { 0 }, shown = { 0 };
	char words[400];
	struct err e;

	(void)snprintf(words, sizeof words, "%.*s  %" PRIu64, (int)(c->origin.n < 300 ? c->origin.n : 300),
		       (const char *)c->origin.p, c->size);
	if ((a->value[OPT_QR] != NULL && !qr_svg(note, words, &svg, &e)) ||
	    (a->value[OPT_SHOW] != NULL && !qr_text(note, &shown, &e))) {
		complain(a->lang, TEXT_LEDGER_NO_QR, e.text);
		return false;
	}
	return (a->value[OPT_SHOW] == NULL || fwrite(shown.p, 1, shown.n, stdout) == shown.n) &&
	       (a->value[OPT_QR] == NULL || ledger_write_new(a, a->value[OPT_QR], buf_bytes(&svg), 0644));
}

static int
anchor(const struct args *a, struct log *l)
{
	own_buf struct buf note = { 0 };
	struct checkpoint c;
	struct note_key key;
	struct err e;

	if (!ledger_key(a, NULL, l, &key))
		return EXIT_FAILED;
	if (!log_checkpoint(l, &key, &note, &c, &e)) {
		complain(a->lang, TEXT_LEDGER_NO_LOG, e.text);
		return EXIT_FAILED;
	}
	if (!to_paper(a, buf_bytes(&note), &c) ||
	    !ledger_write_new(a, a->value[OPT_OUTPUT] != NULL ? a->value[OPT_OUTPUT] : "-", buf_bytes(&note), 0644))
		return EXIT_FAILED;
	if (a->value[OPT_SYSLOG] != NULL)
		to_syslog(buf_bytes(&note));
	return EXIT_DONE;
}

int
cmd_ledger_anchor(const struct args *a)
{
	char path[PATH_MAX];
	struct log *l;
	int status;

	if (a->operands > 1 || !ledger_place(a, 0, a->value[OPT_DATA], path))
		return EXIT_USAGE;
	l = ledger_log(a, path);
	if (l == NULL)
		return EXIT_FAILED;
	status = anchor(a, l);
	log_free(l);
	return status;
}
