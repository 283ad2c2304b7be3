#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

void
complain(enum lang l, enum text id, const char *detail)
{
	fprintf(stderr, "sekisho: %s%s%s\n", text(id, l), *detail != '\0' ? ": " : "", detail);
}

static size_t
count(const struct opt *o)
{
	size_t n = 0;

	while (o[n].name != NULL)
		n++;
	return n;
}

/* Is `arg` one of the space-separated spellings?  *ret_value: what stands behind a '='. */
static bool
spelled(const char *names, const char *arg, const char **ret_value)
{
	const char *p = names;

	while (*p != '\0') {
		size_t n = strcspn(p, " ");

		if (strncmp(arg, p, n) == 0 && (arg[n] == '\0' || (arg[n] == '=' && n > 2))) {
			*ret_value = arg[n] == '=' ? arg + n + 1 : NULL;
			return true;
		}
		p += n;
		p += *p == ' ';
	}
	return false;
}

static bool
take_option(const struct cmd *c, int argc, char **argv, int *i, struct args *a)
{
	const char *value;
	size_t k;

	if (spelled("--lang", argv[*i], &value)) {
		if (value == NULL && *i + 1 < argc)
			value = argv[++*i];
		a->lang = lang_of(value);
		return true;
	}
	for (k = 0; c->opts[k].name != NULL; k++) {
		if (!spelled(c->opts[k].name, argv[*i], &value))
			continue;
		if (c->opts[k].arg != NULL && value == NULL) {
			if (*i + 1 >= argc) {
				complain(a->lang, TEXT_CLI_NO_VALUE, argv[*i]);
				return false;
			}
			value = argv[++*i];
		}
		a->value[k] = value == NULL ? "" : value;
		return true;
	}
	complain(a->lang, TEXT_CLI_NO_OPTION, argv[*i]);
	return false;
}

bool
args_parse(const struct cmd *c, int argc, char **argv, struct args *ret)
{
	const char **operand = calloc((size_t)argc + 1, sizeof *operand);
	bool only_operands = false;
	int i;

	ret->operand = operand;
	ret->value = calloc(count(c->opts) + 1, sizeof *ret->value);
	if (operand == NULL || ret->value == NULL) {
		complain(ret->lang, TEXT_CLI_MEMORY, "");
		return false;
	}
	for (i = 0; i < argc; i++) {
		if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0')
			operand[ret->operands++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			only_operands = true;
		else if (!take_option(c, argc, argv, &i, ret))
			return false;
	}
	return true;
}

void
args_release(struct args *a)
{
	free((void *)(uintptr_t)a->operand);
	free((void *)(uintptr_t)a->value);
}

const struct profile *
profile_of(enum lang l, const char *name)
{
	const struct profile *p = profile_find(view_str(name != NULL ? name : "rebuild"));

	if (p == NULL)
		complain(l, TEXT_CLI_NO_PROFILE, name);
	return p;
}

struct nursery *
nursery_open(enum lang l)
{
	struct nursery_opts o = { 0 };
	struct err e;
	struct nursery *n = nursery_new(&o, &e);

	if (n == NULL) {
		complain(l, TEXT_CLI_NO_JAIL, e.text);
		fprintf(stderr, "%s\n", text(TEXT_CLI_TRY_DOCTOR, l));
	}
	return n;
}
