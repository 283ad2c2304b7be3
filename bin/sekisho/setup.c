/* The beginning of `sanitize`: see run.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run.h"

static int
wrong(const struct run *r, enum text what, const char *where)
{
	complain(r->args->lang, what, where);
	return EXIT_USAGE;
}

static int
wrong_with_reason(const struct run *r, enum text what, const char *where)
{
	char line[PATH_MAX + 64];

	(void)snprintf(line, sizeof line, "%s: %s", where, strerror(errno));
	return wrong(r, what, line);
}

static bool
is_std(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* -- what may not meet ------------------------------------------------------------ */

/* "-" is standard output.  Devices only take what is written to them: they meet nothing. */
static struct file_id
id_of(const char *path)
{
	struct stat st;

	if ((is_std(path) ? fstat(STDOUT_FILENO, &st) : stat(path, &st)) != 0 || S_ISCHR(st.st_mode))
		return (struct file_id){ 0 };
	return file_id_of(&st);
}

/* The folder that holds `path`, or will: the nearest one that is there. */
static struct file_id
folder_id(const char *path)
{
	char folder[PATH_MAX + 2];
	struct file_id id = { 0 };
	char *slash;

	/* A relative one leads from here, however short it is cut. */
	if (snprintf(folder, sizeof folder, "%s%s", *path == '/' ? "" : "./", path) >= (int)sizeof folder)
		return id;
	while (!id.known && (slash = strrchr(folder, '/')) != NULL) {
		slash[slash == folder ? 1 : 0] = '\0';
		id = id_of(folder);
		if (slash == folder)
			break;
	}
	return id;
}

static void
forbid(struct run *r, struct file_id id, enum text text, const char *path)
{
	r->sources.taboo[r->sources.taboos++] = (struct taboo){ .id = id, .text = text, .path = path };
}

/* The output, or the nearest folder above it that is there; the report and its folder; the passwords. */
static void
forbid_all(struct run *r)
{
	const char *json = r->args->value[OPT_JSON], *passwords = r->args->value[OPT_PASSWORDS];
	struct file_id out = id_of(r->output);

	forbid(r, out.known || is_std(r->output) ? out : folder_id(r->output), TEXT_CLI_OUTPUT_IS_INPUT, r->output);
	if (json != NULL)
		forbid(r, id_of(json), TEXT_CLI_REPORT_IS_INPUT, json);
	if (json != NULL && !is_std(json))
		forbid(r, folder_id(json), TEXT_CLI_REPORT_IS_INPUT, json);
	if (passwords != NULL)
		forbid(r, id_of(passwords), TEXT_CLI_PASSWORDS_ARE_INPUT, passwords);
}

/* Both to be made in the same folder under the same name? */
static bool
same_place(const char *a, const char *b)
{
	const char *x = strrchr(a, '/'), *y = strrchr(b, '/');

	return strcmp(x != NULL ? x + 1 : a, y != NULL ? y + 1 : b) == 0 && file_id_is(folder_id(a), folder_id(b));
}

static int
apart(const struct run *r)
{
	const char *json = r->args->value[OPT_JSON], *passwords = r->args->value[OPT_PASSWORDS];
	struct file_id out = id_of(r->output), report = { 0 };
	enum text why;

	if (json != NULL) {
		report = id_of(json);
		if ((is_std(json) && is_std(r->output)) || file_id_is(report, out) ||
		    (!report.known && !out.known && !is_std(json) && !is_std(r->output) && same_place(json, r->output)))
			return wrong(r, TEXT_CLI_REPORT_IS_OUTPUT, json);
		if (!report_may_be(json, &why))
			return wrong(r, why, json);
	}
	if (passwords != NULL && (file_id_is(id_of(passwords), out) || file_id_is(id_of(passwords), report)))
		return wrong(r, TEXT_CLI_PASSWORDS_ARE_OUTPUT, passwords);
	return EXIT_DONE;
}

/* -- inputs and outputs ------------------------------------------------------------ */

static int
find_inputs(struct run *r)
{
	const struct args *a = r->args;
	size_t i;

	if (a->operands == 0)
		return wrong(r, TEXT_CLI_NO_INPUT, "");
	for (i = 0; i < a->operands; i++)
		if (!collect(&r->sources, a->operand[i])) {
			complain(a->lang, TEXT_CLI_MEMORY, "");
			return EXIT_ENVIRONMENT;
		}
	collect_end(&r->sources);
	if (r->sources.std > 1)
		return wrong(r, TEXT_CLI_STDIN_TWICE, "");
	for (i = 0; i < r->sources.taboos; i++)
		if (r->sources.taboo[i].met)
			return wrong(r, r->sources.taboo[i].text, r->sources.taboo[i].path);
	return EXIT_DONE;
}

/* The output's name without the slashes behind it; *ret: there were some. */
static int
name_output(struct run *r, bool *ret)
{
	const char *name = r->args->value[OPT_OUTPUT];
	size_t n;

	if (name == NULL)
		return wrong(r, TEXT_CLI_NO_OUTPUT, "");
	n = strlen(name);
	if (n >= sizeof r->output - 1)
		return wrong(r, TEXT_CLI_CANNOT_WRITE, name);
	while (n > 1 && name[n - 1] == '/')
		n--;
	*ret = name[n] == '/';
	(void)snprintf(r->output, sizeof r->output, "%.*s", (int)n, name);
	return EXIT_DONE;
}

static int
make_output(struct run *r, bool slash)
{
	struct stat st;
	bool there = !is_std(r->output) && stat(r->output, &st) == 0;

	r->into_folder = r->sources.folder || r->sources.n != 1 || slash || (there && S_ISDIR(st.st_mode));
	r->place = (struct place){ .folder = r->output, .sources = &r->sources };
	if (!r->into_folder)
		return EXIT_DONE;
	if (is_std(r->output) || (there && !S_ISDIR(st.st_mode)))
		return wrong(r, TEXT_CLI_ONE_OUTPUT, r->output);
	/* Its own parents are made with the first output. */
	if (!there && mkdir(r->output, 0777) != 0 && errno != ENOENT && errno != EEXIST)
		return wrong_with_reason(r, TEXT_CLI_CANNOT_WRITE, r->output);
	if (access(r->output, W_OK | X_OK) != 0 && errno != ENOENT)
		return wrong_with_reason(r, TEXT_CLI_CANNOT_WRITE, r->output);
	return EXIT_DONE;
}

/* -- the report ---------------------------------------------------------------------- */

static int
go_on_with(struct run *r, const char *report)
{
	const struct resume_terms terms = { r->profile, r->dpi, r->passwords.n > 0, r->output, r->into_folder };
	struct stat st;
	struct err e;

	if (report == NULL || is_std(report) || (stat(report, &st) == 0 && !S_ISREG(st.st_mode)))
		return wrong(r, TEXT_CLI_RESUME_NEEDS_JSON, "");
	r->resume = resume_new(report, &terms, &e);
	if (r->resume == NULL)
		return wrong(r, TEXT_CLI_CANNOT_READ, e.text);
	r->place.ours = resume_orphan;
	r->place.arg = r->resume;
	return EXIT_DONE;
}

int
run_open_report(struct run *r)
{
	const struct args *a = r->args;
	const char *path = a->value[OPT_JSON];
	bool add = a->value[OPT_RESUME] != NULL;
	enum text why;

	if (path != NULL && !report_open(&r->report, path, add, &why))
		return wrong_with_reason(r, why, path);
	return add ? go_on_with(r, path) : EXIT_DONE;
}

/* Digits alone: no sign, no space, no number that wraps round. */
static int
choose_dpi(struct run *r)
{
	const char *s = r->args->value[OPT_DPI];
	size_t n = s == NULL ? 0 : strspn(s, "0123456789");

	if (s == NULL)
		return EXIT_DONE;
	r->dpi = n < 1 || n > 4 || s[n] != '\0' ? 0 : (uint32_t)strtoul(s, NULL, 10);
	if (r->dpi < DPI_LEAST || r->dpi > DPI_MOST)
		return wrong(r, TEXT_CLI_NO_DPI, s);
	return profile_draws(r->profile) ? EXIT_DONE : wrong(r, TEXT_CLI_DPI_UNUSED, r->profile->name);
}

int
run_set_up(struct run *r)
{
	const struct args *a = r->args;
	bool slash;
	int status;

	r->report.fd = -1;
	r->profile = profile_of(a->lang, a->value[OPT_PROFILE]);
	if (r->profile == NULL)
		return EXIT_USAGE;
	status = choose_dpi(r);
	if (status != EXIT_DONE)
		return status;
	if (!passwords_read(a->lang, a->value[OPT_PASSWORDS], &r->passwords))
		return EXIT_USAGE;
	status = name_output(r, &slash);
	if (status == EXIT_DONE)
		status = apart(r);
	if (status != EXIT_DONE)
		return status;
	forbid_all(r);
	status = find_inputs(r);
	if (status == EXIT_DONE)
		status = make_output(r, slash);
	r->bar = isatty(STDERR_FILENO) && r->sources.n > 1 && a->value[OPT_QUIET] == NULL;
	return status;
}
