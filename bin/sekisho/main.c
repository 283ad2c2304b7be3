/*
 * sekisho - the command line.  cmd.def lists the verbs; each has a file.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

static const struct cmd cmds[] = {
#define CMD(name, fn, usage_ja, usage_en, ja, en)                                          \
	{ name, fn, { usage_ja, usage_en }, { ja, en }, opts_##fn },
#define opts_cmd_sanitize opts_sanitize
#define opts_cmd_inspect opts_inspect
#define opts_cmd_doctor opts_doctor
#define opts_cmd_version opts_version
#include "cmd.def"
#undef CMD
};

/* LC_ALL, LC_MESSAGES, LANG, in POSIX's order; Japanese unless they mean English. */
static enum lang
lang_of_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		const char *v = getenv(names[i]);

		if (v != NULL && *v != '\0')
			return lang_of(v);
	}
	return LANG_JA;
}

static int
usage(enum lang l, FILE *to)
{
	size_t i;

	fprintf(to, "%s\n\n", text(TEXT_CLI_WHAT, l));
	for (i = 0; i < sizeof cmds / sizeof *cmds; i++)
		fprintf(to, "  sekisho %s %s\n        %s\n", cmds[i].name, cmds[i].usage[l],
			cmds[i].text[l]);
	fprintf(to, "\n%s\n", text(TEXT_CLI_MORE, l));
	return to == stdout ? EXIT_DONE : EXIT_USAGE;
}

static int
help(const struct cmd *c, enum lang l)
{
	const struct opt *o;

	printf("sekisho %s %s\n%s\n\n", c->name, c->usage[l], c->text[l]);
	for (o = c->opts; o->name != NULL; o++)
		printf("  %s%s%s\n        %s\n", o->name, o->arg != NULL ? " " : "",
		       o->arg != NULL ? o->arg : "", o->text[l]);
	printf("  --lang ja|en\n        %s\n", text(TEXT_CLI_LANG, l));
	return EXIT_DONE;
}

static int
run(const struct cmd *c, int argc, char **argv, enum lang l)
{
	struct args a = { .lang = l };
	int status;

	if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
		return help(c, l);
	if (!args_parse(c, argc, argv, &a)) {
		args_release(&a);
		return EXIT_USAGE;
	}
	status = c->run(&a);
	args_release(&a);
	if (fflush(stdout) != 0)
		return EXIT_ENVIRONMENT;
	return status;
}

int
main(int argc, char **argv)
{
	enum lang l = lang_of_environment();
	size_t i;

	(void)signal(SIGPIPE, SIG_IGN);
	if (argc > 2 && strcmp(argv[1], "--lang") == 0) {
		l = lang_of(argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc < 2)
		return usage(l, stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
		return usage(l, stdout);
	if (strcmp(argv[1], "--version") == 0)
		argv[1] += 2;
	for (i = 0; i < sizeof cmds / sizeof *cmds; i++)
		if (strcmp(argv[1], cmds[i].name) == 0)
			return run(&cmds[i], argc - 2, argv + 2, l);
	complain(l, TEXT_CLI_NO_VERB, argv[1]);
	return EXIT_USAGE;
}
