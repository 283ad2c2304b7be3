/*
 * inspect - what is inside a file and what would go.  The worker rebuilds
 * it as ever, and the output is thrown away.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "core/own.h"
#include "show.h"

enum { OPT_PROFILE, OPT_JSON, OPT_EXPLAIN };

const struct opt opts_inspect[] = {
	[OPT_PROFILE] = { "--profile", "NAME", { "処理方法（既定 rebuild）", "profile (default: rebuild)" } },
	[OPT_JSON] = { "--json", NULL, { "JSON で表示する", "print JSON" } },
	[OPT_EXPLAIN] = { "--explain", NULL, { "理由と根拠も表示する", "with reason and clause" } },
	{ 0 },
};

static int
look(struct nursery *n, const struct args *a, const struct profile *p, const char *path)
{
	own_fd int in = open(path, O_RDONLY | O_CLOEXEC);
	struct document d = { .name = path, .profile = p, .in = in };
	struct outcome o;
	struct err e;
	struct shown s = { path, NULL, p, &o, a->lang, a->value[OPT_EXPLAIN] != NULL };
	int status;

	if (in < 0 || !nursery_disarm(n, &d, &o, &e)) {
		complain(a->lang, TEXT_CLI_CANNOT_READ, path);
		fprintf(stderr, "  %s\n", in < 0 ? strerror(errno) : e.text);
		return EXIT_FAILED;
	}
	if (a->value[OPT_JSON] != NULL) {
		own_buf struct buf b = { 0 };

		show_json(&b, &s);
		(void)fwrite(b.p, 1, b.n, stdout);
	} else {
		show_tree(stdout, &s);
	}
	status = o.verdict == VERDICT_FAILED ? EXIT_FAILED : o.verdict == VERDICT_REFUSED ? EXIT_REFUSED : EXIT_DONE;
	outcome_release(&o);
	return status;
}

int
cmd_inspect(const struct args *a)
{
	const struct profile *p = profile_of(a->lang, a->value[OPT_PROFILE]);
	struct nursery *n;
	int status = EXIT_DONE;
	size_t i;

	if (p == NULL)
		return EXIT_USAGE;
	if (a->operands == 0) {
		complain(a->lang, TEXT_CLI_NO_INPUT, "");
		return EXIT_USAGE;
	}
	n = nursery_open(a->lang);
	if (n == NULL)
		return EXIT_ENVIRONMENT;
	for (i = 0; i < a->operands; i++) {
		int one = look(n, a, p, a->operand[i]);

		status = one > status ? one : status;
	}
	nursery_free(n);
	return status;
}
