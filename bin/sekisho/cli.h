/*
 * cli.h - what the verbs of the command line share: options, speech, exit codes.
 */
#ifndef SEKISHO_BIN_SEKISHO_CLI_H
#define SEKISHO_BIN_SEKISHO_CLI_H

#include "core/buf.h"
#include "core/lang.h"
#include "nursery/nursery.h"

enum {
	EXIT_DONE = 0,		/* every file has an output */
	EXIT_ENVIRONMENT = 1,	/* it could not even begin */
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,	/* some were refused */
	EXIT_FAILED = 4,	/* some failed */
};

/* An option as the user types it; help, manual and parser come from this row. */
struct opt {
	const char *name;	/* "--profile"; aliases after a space: "--output -o" */
	const char *arg;	/* "FILE"; NULL where it takes none */
	const char *text[LANG_COUNT];
};

struct args {
	enum lang lang;
	bool lang_given;
	const char *const *operand;
	size_t operands;
	const char **value;	/* per option, in the table's order; "" where given without an argument, NULL where not */
};

typedef int cmd_function(const struct args *a);
struct cmd {
	const char *name;
	cmd_function *run;
	const char *usage[LANG_COUNT];
	const char *text[LANG_COUNT];
	const struct opt *opts;	/* ends with a NULL name */
};

extern const struct opt opts_sanitize[], opts_inspect[], opts_doctor[], opts_version[];
extern const struct opt opts_ledger_anchor[], opts_ledger_append[], opts_ledger_export[], opts_ledger_init[], opts_ledger_prove[],
	opts_ledger_verify[];
cmd_function cmd_sanitize, cmd_inspect, cmd_doctor, cmd_version;
cmd_function cmd_ledger_anchor, cmd_ledger_append, cmd_ledger_export, cmd_ledger_init, cmd_ledger_prove, cmd_ledger_verify;

/* Parses argv behind the verb; false, told on stderr, where it does not fit. */
bool args_parse(const struct cmd *c, int argc, char **argv, struct args *ret);
void args_release(struct args *a);
/* The language of this name; false, told on stderr, where it is neither. */
bool args_lang(const char *value, struct args *ret);
/* What stands behind the option's name `arg` = argv[*i], or behind it in argv; NULL, told on stderr, where nothing does. */
const char *args_value(int argc, char **argv, int *i, const char *behind, enum lang l);
/* "sekisho: <text>: <detail>" on stderr. */
void complain(enum lang l, enum text id, const char *detail);
/* The profile of this name, told on stderr where there is none; NULL name: "rebuild". */
const struct profile *profile_of(enum lang l, const char *name);
/* A nursery with so many pairs forked ahead, or NULL told on stderr with what to do about it. */
struct nursery *nursery_open(enum lang l, uint32_t spares);

#endif
