/*
 * inspect - what is inside a file and what would go.  The worker rebuilds
 * it as ever, and the output is thrown away.
 */
#include <errno.h>
#include <stdio.h>

#include "cli.h"
#include "core/own.h"
#include "document.h"
#include "show.h"

enum { OPT_PROFILE, OPT_JSON, OPT_PASSWORDS, OPT_EXPLAIN };

const struct opt opts_inspect[] = {
	[OPT_PROFILE] = { "--profile", "NAME", { "処理方法（既定 rebuild）", "profile (default: rebuild)" } },
	[OPT_JSON] = { "--json", NULL, { "JSON で表示する", "print JSON" } },
	[OPT_PASSWORDS] = { "--password-file", "FILE",
		{ "暗号化された文書のパスワード（1 行に 1 つ、8 つまで）", "passwords for encrypted documents (one per line, 8 at most)" } },
	[OPT_EXPLAIN] = { "--explain", NULL, { "理由と根拠も表示する", "with reason and clause" } },
	{ 0 },
};

struct inspection {
	const struct args *args;
	const struct profile *profile;
	struct passwords passwords;
	struct sources sources;
	struct nursery *nursery;
};

static int
status_of(enum verdict v)
{
	return v == VERDICT_FAILED ? EXIT_FAILED : v == VERDICT_REFUSED ? EXIT_REFUSED : EXIT_DONE;
}

static int
look(struct inspection *in, const struct source *src)
{
	struct outcome o;
	struct shown s = { src->path, NULL, in->profile, &o, in->args->lang, in->args->value[OPT_EXPLAIN] != NULL, 0 };
	int status;

	if (document_begin(in->nursery, src, in->profile, &in->passwords, 0, &o) && !nursery_wait(in->nursery, &o))
		return EXIT_FAILED;
	status = status_of(o.verdict);
	if (in->args->value[OPT_JSON] == NULL) {
		show_tree(stdout, &s);
	} else {
		own_buf struct buf b = { 0 };

		show_json(&b, &s);
		/* A program reads it: a row that was lost is a failure, whoever closed the pipe. */
		if (b.full || fwrite(b.p, 1, b.n, stdout) != b.n || fflush(stdout) != 0)
			status = EXIT_FAILED;
	}
	outcome_release(&o);
	return status;
}

static int
set_up(struct inspection *in)
{
	const struct args *a = in->args;
	size_t i;

	in->profile = profile_of(a->lang, a->value[OPT_PROFILE]);
	if (in->profile == NULL || !passwords_read(a->lang, a->value[OPT_PASSWORDS], &in->passwords))
		return EXIT_USAGE;
	for (i = 0; i < a->operands; i++)
		if (!collect(&in->sources, a->operand[i])) {
			complain(a->lang, TEXT_CLI_MEMORY, "");
			return EXIT_ENVIRONMENT;
		}
	if (a->operands == 0 || in->sources.std > 1) {
		complain(a->lang, a->operands == 0 ? TEXT_CLI_NO_INPUT : TEXT_CLI_STDIN_TWICE, "");
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static int
look_at_all(struct inspection *in)
{
	int status = EXIT_DONE;
	size_t i;

	in->nursery = nursery_open(in->args->lang, 0);
	if (in->nursery == NULL)
		return EXIT_ENVIRONMENT;
	for (i = 0; i < in->sources.n; i++) {
		int one = look(in, &in->sources.at[i]);

		status = one > status ? one : status;
	}
	nursery_free(in->nursery);
	return status;
}

int
cmd_inspect(const struct args *a)
{
	struct inspection in = { .args = a };
	int status = set_up(&in);

	if (status == EXIT_DONE)
		status = look_at_all(&in);
	sources_release(&in.sources);
	passwords_release(&in.passwords);
	return status;
}
