/*
 * sanitize - disarms files, as many at once as there are processors, each in
 * jailed processes of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "collect.h"
#include "core/own.h"
#include "place.h"
#include "resume.h"
#include "show.h"

enum { OPT_OUTPUT, OPT_PROFILE, OPT_JSON, OPT_RESUME, OPT_PASSWORDS, OPT_EXPLAIN, OPT_QUIET };

const struct opt opts_sanitize[] = {
	[OPT_OUTPUT] = { "-o --output", "OUT|DIR",
		{ "出力先のファイルかフォルダー（- は標準出力）", "output file or folder (-: standard output)" } },
	[OPT_PROFILE] = { "--profile", "NAME",
		{ "処理方法: rebuild（既定）strict keep flatten text refuse",
		  "profile: rebuild (default) strict keep flatten text refuse" } },
	[OPT_JSON] = { "--json", "REPORT",
		{ "1 件 1 行の JSON で記録する（- は標準出力）", "report, one JSON object per line (-: standard output)" } },
	[OPT_RESUME] = { "--resume", NULL,
		{ "--json の記録で済んでいるものを飛ばす", "skip what the --json report says is done" } },
	[OPT_PASSWORDS] = { "--password-file", "FILE",
		{ "暗号化された文書のパスワード（1 行に 1 つ、8 つまで）", "passwords for encrypted documents (one per line, 8 at most)" } },
	[OPT_EXPLAIN] = { "--explain", NULL,
		{ "検出ごとに理由と根拠を示す", "reason and clause with each finding" } },
	[OPT_QUIET] = { "-q --quiet", NULL, { "結果の表示を省く", "say nothing but errors" } },
	{ 0 },
};

struct run {
	const struct args *args;
	const struct profile *profile;
	struct sources sources;
	struct nursery *nursery;
	struct resume *resume;
	FILE *json;
	const char *output;
	bool into_folder, bar;
	struct buf words;		/* the password file */
	const char *password[8];
	uint32_t passwords;
	size_t verdicts[VERDICT_COUNT], skipped, unread, done;
};

/* -- setting up ------------------------------------------------------------- */

static bool
read_passwords(struct run *r, const char *path)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *p, *end;

	r->words.max = 65536;
	for (;;) {
		uint8_t *room = buf_room(&r->words, 4096);
		ssize_t n = fd < 0 || room == NULL ? -1 : read(fd, room, 4096);

		if (n < 0) {
			complain(r->args->lang, TEXT_CLI_CANNOT_READ, path);
			return false;
		}
		if (n == 0)
			break;
		r->words.n += (size_t)n;
	}
	if (!buf_byte(&r->words, '\0'))
		return false;
	for (p = (char *)r->words.p; *p != '\0' && r->passwords < 8; p = end) {
		end = p + strcspn(p, "\r\n");
		if (end > p)
			r->password[r->passwords++] = p;
		while (*end == '\r' || *end == '\n')
			*end++ = '\0';
	}
	return true;
}

static bool
is_folder(const char *path)
{
	struct stat st;
	size_t n = strlen(path);

	return (n > 0 && path[n - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static bool
choose_output(struct run *r)
{
	const struct args *a = r->args;

	r->output = a->value[OPT_OUTPUT];
	if (r->output == NULL) {
		complain(a->lang, TEXT_CLI_NO_OUTPUT, "");
		return false;
	}
	r->into_folder = r->sources.folder || r->sources.n != 1 || is_folder(r->output);
	if (!r->into_folder)
		return true;
	/* Its own parents are made with the first output. */
	if (strcmp(r->output, "-") == 0 ||
	    (mkdir(r->output, 0777) != 0 && errno != ENOENT && !is_folder(r->output))) {
		complain(a->lang, TEXT_CLI_ONE_OUTPUT, r->output);
		return false;
	}
	return true;
}

static bool
open_reports(struct run *r)
{
	const struct args *a = r->args;
	const char *path = a->value[OPT_JSON];
	struct err e;

	if (a->value[OPT_RESUME] != NULL) {
		if (path == NULL || strcmp(path, "-") == 0) {
			complain(a->lang, TEXT_CLI_RESUME_NEEDS_JSON, "");
			return false;
		}
		r->resume = resume_new(path, &e);
		if (r->resume == NULL) {
			complain(a->lang, TEXT_CLI_CANNOT_READ, e.text);
			return false;
		}
	}
	if (path == NULL)
		return true;
	r->json = strcmp(path, "-") == 0 ? stdout : fopen(path, r->resume != NULL ? "ae" : "we");
	if (r->json == NULL)
		complain(a->lang, TEXT_CLI_CANNOT_WRITE, path);
	return r->json != NULL;
}

static bool
set_up(struct run *r)
{
	const struct args *a = r->args;
	struct err e;
	size_t i;

	r->profile = profile_of(a->lang, a->value[OPT_PROFILE]);
	if (r->profile == NULL)
		return false;
	if (a->operands == 0) {
		complain(a->lang, TEXT_CLI_NO_INPUT, "");
		return false;
	}
	for (i = 0; i < a->operands; i++)
		if (!collect(&r->sources, a->operand[i], &e)) {
			complain(a->lang, TEXT_CLI_CANNOT_READ, e.text);
			return false;
		}
	if (a->value[OPT_PASSWORDS] != NULL && !read_passwords(r, a->value[OPT_PASSWORDS]))
		return false;
	r->bar = isatty(STDERR_FILENO) && r->sources.n > 1 && a->value[OPT_QUIET] == NULL;
	return choose_output(r) && open_reports(r);
}

/* -- one file ------------------------------------------------------------------ */

static void
progress(const struct run *r)
{
	enum { WIDTH = 30 };
	size_t total = r->sources.n, i, full = r->done * WIDTH / (total == 0 ? 1 : total);

	if (!r->bar)
		return;
	fprintf(stderr, "\r%s [", text(TEXT_CLI_PROGRESS, r->args->lang));
	for (i = 0; i < WIDTH; i++)
		fputs(i < full ? "█" : "·", stderr);
	fprintf(stderr, "] %zu/%zu\033[K", r->done, total);
}

/* Nothing that could not be written whole was delivered: the file counts as failed. */
static bool
place(struct run *r, const struct source *src, struct outcome *o, char path[PATH_MAX])
{
	struct err e = { 0 };
	bool ok;

	if (o->out < 0)
		return false;
	if (r->into_folder) {
		ok = place_below(r->output, src->below, o->type, o->out, o->out_size, path, &e);
	} else {
		ok = place_at(r->output, o->out, o->out_size, &e);
		(void)snprintf(path, PATH_MAX, "%s", r->output);
	}
	if (!ok) {
		complain(r->args->lang, TEXT_CLI_CANNOT_WRITE, e.text);
		findings_add(&o->findings, FINDING_INTERNAL, "", e.text, 1);
		o->verdict = VERDICT_FAILED;
	}
	return ok;
}

static void
finish(struct run *r, struct outcome *o)
{
	const struct source *src = o->tag;
	char path[PATH_MAX];
	bool placed = place(r, src, o, path);
	struct shown s = { src->path, placed ? path : NULL, r->profile, o, r->args->lang,
			   r->args->value[OPT_EXPLAIN] != NULL };
	bool to_stdout = strcmp(r->output, "-") == 0 || r->json == stdout;

	r->verdicts[o->verdict]++;
	r->done++;
	if (r->json != NULL) {
		own_buf struct buf b = { 0 };

		show_json(&b, &s);
		if (b.full || fwrite(b.p, 1, b.n, r->json) != b.n || fflush(r->json) != 0)
			complain(r->args->lang, TEXT_CLI_CANNOT_WRITE, r->args->value[OPT_JSON]);
	}
	if (r->bar)
		fputs("\r\033[K", stderr);
	if (r->args->value[OPT_QUIET] == NULL &&
	    (r->sources.n == 1 || o->verdict >= VERDICT_REFUSED || r->args->value[OPT_EXPLAIN] != NULL))
		show_text(to_stdout ? stderr : stdout, &s);
	progress(r);
	outcome_release(o);
}

static void
start(struct run *r, struct source *src)
{
	bool std = strcmp(src->path, "-") == 0;
	own_fd int file = std ? -1 : open(src->path, O_RDONLY | O_CLOEXEC);
	struct document d = { .name = src->below, .profile = r->profile, .password = r->password,
			      .passwords = r->passwords, .in = std ? STDIN_FILENO : file, .tag = src };
	struct err e;

	if (!std && file < 0)
		err_set(&e, ERR_SYSTEM, "%s", strerror(errno));
	else if (nursery_start(r->nursery, &d, &e))
		return;
	/* It could not begin: said in the report like any other failure. */
	struct outcome o = { .verdict = e.code == ERR_LIMIT ? VERDICT_REFUSED : VERDICT_FAILED,
			     .out = -1, .tag = src };

	findings_add(&o.findings, e.code == ERR_LIMIT ? FINDING_LIMIT : FINDING_INTERNAL, "", e.text, 1);
	finish(r, &o);
}

/* -- all of them ---------------------------------------------------------------- */

static void
summary(const struct run *r)
{
	enum lang l = r->args->lang;
	FILE *to = strcmp(r->output, "-") == 0 || r->json == stdout ? stderr : stdout;
	int v;

	if (r->sources.n < 2 || r->args->value[OPT_QUIET] != NULL)
		return;
	if (r->bar)
		fputs("\r\033[K", stderr);
	fprintf(to, "%s (%zu %s)\n", text(TEXT_CLI_SUMMARY, l), r->sources.n, text(TEXT_CLI_FILES, l));
	for (v = 0; v < VERDICT_COUNT; v++)
		if (r->verdicts[v] > 0)
			fprintf(to, "  %8zu  %s\n", r->verdicts[v], verdict_text((enum verdict)v, l));
	if (r->skipped > 0)
		fprintf(to, "  %8zu  %s\n", r->skipped, text(TEXT_CLI_SKIPPED, l));
}

static void
run_all(struct run *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t side_by_side = cpus < 1 ? 2 : cpus > 24 ? 25 : (size_t)cpus + 1;
	struct outcome o;
	size_t i;

	progress(r);
	for (i = 0; i < r->sources.n; i++) {
		struct source *src = &r->sources.at[i];

		if (r->resume != NULL && resume_done(r->resume, src->path, r->profile)) {
			r->skipped++;
			r->done++;
			continue;
		}
		while (nursery_busy(r->nursery) >= side_by_side && nursery_wait(r->nursery, &o))
			finish(r, &o);
		start(r, src);
	}
	while (nursery_wait(r->nursery, &o))
		finish(r, &o);
}

static int
run_close(struct run *r)
{
	bool lost = r->json != NULL && r->json != stdout && fclose(r->json) != 0;

	nursery_free(r->nursery);
	resume_free(r->resume);
	sources_release(&r->sources);
	buf_release(&r->words);
	if (lost || r->verdicts[VERDICT_FAILED] > 0)
		return EXIT_FAILED;
	return r->verdicts[VERDICT_REFUSED] > 0 ? EXIT_REFUSED : EXIT_DONE;
}

int
cmd_sanitize(const struct args *a)
{
	struct run r = { .args = a };

	if (!set_up(&r)) {
		(void)run_close(&r);
		return EXIT_USAGE;
	}
	r.nursery = nursery_open(a->lang);
	if (r.nursery == NULL) {
		(void)run_close(&r);
		return EXIT_ENVIRONMENT;
	}
	run_all(&r);
	summary(&r);
	return run_close(&r);
}
