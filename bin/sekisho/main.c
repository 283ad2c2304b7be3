/*
 * sekisho - the command line.  cmd.def lists the verbs; each has a file.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "place.h"

static const struct cmd cmds[] = {
#define CMD(name, fn, usage_ja, usage_en, ja, en)                                          \
	{ name, fn, { usage_ja, usage_en }, { ja, en }, opts_##fn },
#define opts_cmd_sanitize opts_sanitize
#define opts_cmd_inspect opts_inspect
#define opts_cmd_ledger_anchor opts_ledger_anchor
#define opts_cmd_ledger_append opts_ledger_append
#define opts_cmd_ledger_export opts_ledger_export
#define opts_cmd_ledger_init opts_ledger_init
#define opts_cmd_ledger_prove opts_ledger_prove
#define opts_cmd_ledger_verify opts_ledger_verify
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

/* Words for people that found no reader are no failure; a disk that did not take them is. */
static int
with_words_said(const struct args *a, int status)
{
	bool said = !ferror(stdout) && fflush(stdout) == 0;
	struct stat st;

	if (said || fstat(STDOUT_FILENO, &st) != 0 || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	    (fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return status;
	complain(a->lang, TEXT_CLI_LINES_LOST, "");
	return status == EXIT_DONE || status == EXIT_REFUSED ? EXIT_FAILED : status;
}

static bool
is_help(const char *arg)
{
	return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

static int
run(const struct cmd *c, int argc, char **argv, struct args *a)
{
	int status = EXIT_USAGE, i;

	for (i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help(argv[i]))
			return help(c, a->lang);
	if (args_parse(c, argc, argv, a))
		status = c->run(a);
	args_release(a);
	return status;
}

/* What was closed stays so for whoever writes or reads there; no other file takes its number. */
static void
hold_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* --lang before the verb; returns how many arguments it took, or -1. */
static int
take_lang(int argc, char **argv, struct args *a)
{
	const char *value;
	int i = 1;

	if (argc < 2 || strncmp(argv[1], "--lang", 6) != 0 || (argv[1][6] != '\0' && argv[1][6] != '='))
		return 0;
	value = args_value(argc, argv, &i, argv[1][6] == '=' ? argv[1] + 7 : NULL, a->lang);
	return value != NULL && args_lang(value, a) ? i : -1;
}

/* A verb of one word or two: how many of the arguments it is, 0 where it is another. */
static int
words_of(const char *name, int argc, char **argv)
{
	size_t n = strcspn(name, " ");

	if (argc < 2 || strncmp(argv[1], name, n) != 0 || argv[1][n] != '\0')
		return 0;
	if (name[n] == '\0')
		return 1;
	return argc > 2 && strcmp(argv[2], name + n + 1) == 0 ? 2 : 0;
}

static int
find_and_run(int argc, char **argv, struct args *a)
{
	const char *verb = argc < 2 ? "" : argv[1];
	size_t i;

	if (*verb == '\0')
		return usage(a->lang, stderr);
	if (is_help(verb) || strcmp(verb, "help") == 0)
		return usage(a->lang, stdout);
	if (strcmp(verb, "--version") == 0)
		argv[1] += 2;
	for (i = 0; i < sizeof cmds / sizeof *cmds; i++) {
		int words = words_of(cmds[i].name, argc, argv);

		if (words > 0)
			return run(&cmds[i], argc - 1 - words, argv + 1 + words, a);
	}
	if (strcmp(verb, "ledger") == 0)
		return usage(a->lang, argc > 2 && is_help(argv[2]) ? stdout : stderr);
	complain(a->lang, *verb == '-' ? TEXT_CLI_NO_OPTION : TEXT_CLI_NO_VERB, verb);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	struct args a = { .lang = lang_of_environment() };
	int taken;

	hold_streams();
	place_hear_signals();
	/* A reader that went away and a file that may not grow are errors to tell of, not ends. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	taken = take_lang(argc, argv, &a);
	if (taken < 0)
		return EXIT_USAGE;
	return with_words_said(&a, find_and_run(argc - taken, argv + taken, &a));
}
