#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "show.h"

void
complain(enum lang l, enum text id, const char *detail)
{
	fprintf(stderr, "sekisho: %s%s", text(id, l), *detail != '\0' ? ": " : "");
	show_name(stderr, detail);
	fputc('\n', stderr);
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

bool
args_lang(const char *value, struct args *ret)
{
	bool known = strcmp(value, "ja") == 0 || strcmp(value, "en") == 0;

	if (!known || ret->lang_given) {
		complain(ret->lang, known ? TEXT_CLI_TWICE : TEXT_CLI_NO_LANG, known ? "--lang" : value);
		return false;
	}
	ret->lang = lang_of(value);
	ret->lang_given = true;
	return true;
}

/* An option in a value's place is a value forgotten. */
const char *
args_value(int argc, char **argv, int *i, const char *behind, enum lang l)
{
	const char *option = argv[*i];
	const char *value = behind != NULL ? behind : *i + 1 < argc ? argv[++*i] : "";

	if (behind == NULL && value[0] == '-' && value[1] != '\0')
		complain(l, TEXT_CLI_VALUE_IS_OPTION, option);
	else if (*value == '\0')
		complain(l, TEXT_CLI_NO_VALUE, option);
	else
		return value;
	return NULL;
}

static bool
take_lang(int argc, char **argv, int *i, const char *behind, struct args *a)
{
	const char *value = args_value(argc, argv, i, behind, a->lang);

	return value != NULL && args_lang(value, a);
}

static bool
take_option(const struct cmd *c, int argc, char **argv, int *i, struct args *a)
{
	const char *arg = argv[*i], *behind;
	size_t k = 0;

	if (spelled("--lang", arg, &behind))
		return take_lang(argc, argv, i, behind, a);
	while (c->opts[k].name != NULL && !spelled(c->opts[k].name, arg, &behind))
		k++;
	if (c->opts[k].name == NULL || a->value[k] != NULL || (c->opts[k].arg == NULL && behind != NULL)) {
		complain(a->lang, c->opts[k].name == NULL ? TEXT_CLI_NO_OPTION :
				  a->value[k] != NULL ? TEXT_CLI_TWICE : TEXT_CLI_TAKES_NO_VALUE, arg);
		return false;
	}
	a->value[k] = c->opts[k].arg == NULL ? "" : args_value(argc, argv, i, behind, a->lang);
	return a->value[k] != NULL;
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
	if (ret->operands > 0 && *c->usage[LANG_EN] == '\0') {
		complain(ret->lang, TEXT_CLI_NO_OPERANDS, operand[0]);
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
nursery_open(enum lang l, uint32_t spares)
{
	struct nursery_opts o = { .spares = spares };
	struct err e;
	struct nursery *n = nursery_new(&o, &e);

	if (n == NULL) {
		complain(l, TEXT_CLI_NO_JAIL, e.text);
		fprintf(stderr, "%s\n", text(TEXT_CLI_TRY_DOCTOR, l));
	}
	return n;
}
