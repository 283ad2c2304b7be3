/*
 * ledger prove - the proof that an entry stands in the ledger (C2SP tlog-proof), and the entry itself.
 */
#include <limits.h>
#include <stdio.h>

#include "core/own.h"
#include "ledger/proof.h"
#include "place.h"

enum { OPT_DATA, OPT_OUTPUT, OPT_ENTRY };

const struct opt opts_ledger_prove[] = {
	[OPT_DATA] = { "--data", "DIR", { "データのフォルダー（既定 " LEDGER_DATA "）", "data folder (default: " LEDGER_DATA ")" } },
	[OPT_OUTPUT] = { "--output -o", "FILE", { "証明の書き出し先（既定は標準出力）", "where the proof goes (default: standard output)" } },
	[OPT_ENTRY] = { "--entry", "FILE", { "記録そのものの書き出し先", "where the entry itself goes" } },
	{ 0 },
};

static bool
prove(const struct args *a, struct log *l, uint64_t index, struct buf *proof, struct buf *entry)
{
	own_buf struct buf note = { 0 };
	struct checkpoint c;
	struct note_key key;
	struct view v;
	struct err e;

	if (!ledger_key(a, NULL, l, &key))
		return false;
	if (log_checkpoint(l, &key, &note, &c, &e) && log_entry(l, index, c.size, &v, &e) &&
	    (buf_view(entry, v) || buf_ok(entry, &e)) &&
	    proof_make(l, index, c.size, buf_bytes(&note), proof, &e) && proof_check(buf_bytes(proof), &key, buf_bytes(entry), NULL, &e))
		return true;
	complain(a->lang, TEXT_LEDGER_NO_PROOF, e.text);
	return false;
}

int
cmd_ledger_prove(const struct args *a)
{
	own_buf struct buf proof = { 0 }, entry = { 0 };
	const char *to = a->value[OPT_OUTPUT] != NULL ? a->value[OPT_OUTPUT] : "-";
	char path[PATH_MAX];
	uint64_t index;
	struct log *l;
	bool ok;

	if (a->operands < 1 || a->operands > 2) {
		complain(a->lang, TEXT_LEDGER_ONE_LEAF, "");
		return EXIT_USAGE;
	}
	if (!ledger_number(a, a->operand[0], &index) || !ledger_place(a, 1, a->value[OPT_DATA], path))
		return EXIT_USAGE;
	l = ledger_log(a, path);
	if (l == NULL)
		return EXIT_FAILED;
	ok = prove(a, l, index, &proof, &entry);
	log_free(l);
	if (!ok)
		return EXIT_REFUSED;
	if (a->value[OPT_ENTRY] != NULL && !ledger_write_new(a, a->value[OPT_ENTRY], buf_bytes(&entry), 0644))
		return EXIT_FAILED;
	return ledger_write_new(a, to, buf_bytes(&proof), 0644) ? EXIT_DONE : EXIT_FAILED;
}
