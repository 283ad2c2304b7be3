/*
 * sanitize - disarms files, as many at once as there are processors, each in
 * jailed processes of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/own.h"
#include "document.h"
#include "run.h"
#include "show.h"

const struct opt opts_sanitize[] = {
	[OPT_OUTPUT] = { "-o --output", "OUT|DIR",
		{ "出力先のファイルかフォルダー（- は標準出力）", "output file or folder (-: standard output)" } },
	[OPT_PROFILE] = { "--profile", "NAME",
		{ "処理方法: rebuild（既定）strict keep flatten text refuse",
		  "profile: rebuild (default) strict keep flatten text refuse" } },
	[OPT_DPI] = { "--dpi", "N",
		{ "flatten と text でページを描く細かさ（50〜600、既定は 150）",
		  "flatten, text: dots per inch of drawn pages (50 to 600, default 150)" } },
	[OPT_JSON] = { "--json", "REPORT",
		{ "1 件 1 行の JSON で記録する（- は標準出力）", "report, one JSON object per line (-: standard output)" } },
	[OPT_RESUME] = { "--resume", NULL,
		{ "--json の記録で済んでいるものを飛ばし、変わった入力の出力は置き換える",
		  "skip what the --json report says is done; replace outputs of inputs that changed" } },
	[OPT_PASSWORDS] = { "--password-file", "FILE",
		{ "暗号化された文書のパスワード（1 行に 1 つ、8 つまで）", "passwords for encrypted documents (one per line, 8 at most)" } },
	[OPT_EXPLAIN] = { "--explain", NULL,
		{ "検出ごとに理由と根拠を示す", "reason and clause with each finding" } },
	[OPT_QUIET] = { "-q --quiet", NULL, { "結果の表示を省く", "say nothing but errors" } },
	{ 0 },
};

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

/* Words go where neither outputs nor the report do. */
static FILE *
words_to(const struct run *r)
{
	return strcmp(r->output, "-") == 0 || r->report.fd == STDOUT_FILENO ? stderr : stdout;
}

/* Nothing that could not be written whole was delivered: the file counts as failed. */
static bool
place(struct run *r, const struct source *src, struct outcome *o, const char *stale, char path[PATH_MAX])
{
	struct err e = { 0 };
	bool ok;

	if (o->out < 0)
		return false;
	if (r->into_folder) {
		ok = place_below(&r->place, src->below, o, stale, path, &e);
	} else {
		ok = place_at(r->output, o, &e);
		(void)snprintf(path, PATH_MAX, "%s", r->output);
	}
	if (!ok) {
		complain(r->args->lang, TEXT_CLI_CANNOT_WRITE, e.text);
		findings_add(&o->findings, FINDING_OUTPUT_UNWRITTEN, "", e.text, 1);
		o->verdict = VERDICT_FAILED;
		o->out_size = 0;
	}
	return ok;
}

/* An older output of an input that has changed may not pass for its new one. */
static void
settle_stale(const struct run *r, const char *stale, const struct outcome *o, const char *placed)
{
	if (placed != NULL && strcmp(placed, stale) == 0)
		return;
	if (o->verdict == VERDICT_FAILED || unlink(stale) != 0)
		complain(r->args->lang, TEXT_CLI_STALE_LEFT, stale);
	else if (placed == NULL)
		complain(r->args->lang, TEXT_CLI_STALE_GONE, stale);
}

static void
record(struct run *r, const struct shown *s)
{
	own_buf struct buf b = { 0 };

	if (r->report.fd < 0)
		return;
	show_json(&b, s);
	if (!report_row(&r->report, &b))
		complain(r->args->lang, TEXT_CLI_CANNOT_WRITE, r->args->value[OPT_JSON]);
}

static void
finish(struct run *r, struct outcome *o)
{
	const struct source *src = o->tag;
	const char *stale = r->resume == NULL ? NULL : resume_stale(r->resume, src);
	char path[PATH_MAX];
	bool placed = place(r, src, o, stale, path);
	struct shown s = { src->path, placed ? path : NULL, r->profile, o, r->args->lang,
			   r->args->value[OPT_EXPLAIN] != NULL, r->dpi };

	if (r->bar)
		fputs("\r\033[K", stderr);
	if (stale != NULL)
		settle_stale(r, stale, o, s.output);
	if (placed && r->resume != NULL)
		resume_placed(r->resume, path);
	r->verdicts[o->verdict]++;
	r->done++;
	record(r, &s);
	if (r->args->value[OPT_QUIET] == NULL &&
	    (r->sources.n == 1 || o->verdict >= VERDICT_REFUSED || r->args->value[OPT_EXPLAIN] != NULL))
		show_text(words_to(r), &s);
	progress(r);
	outcome_release(o);
}

/* -- all of them ---------------------------------------------------------------- */

static void
summary(const struct run *r)
{
	enum lang l = r->args->lang;
	FILE *to = words_to(r);
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

static bool
done_before(struct run *r, const struct source *src)
{
	bool refused = false;

	if (r->resume == NULL || !resume_done(r->resume, src, &refused))
		return false;
	r->refused_before = r->refused_before || refused;
	r->skipped++;
	r->done++;
	return true;
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
		const struct source *src = &r->sources.at[i];

		if (done_before(r, src))
			continue;
		while (nursery_busy(r->nursery) >= side_by_side && nursery_wait(r->nursery, &o))
			finish(r, &o);
		if (!document_begin(r->nursery, src, r->profile, &r->passwords, r->dpi, &o))
			finish(r, &o);
	}
	while (nursery_wait(r->nursery, &o))
		finish(r, &o);
}

static int
run_close(struct run *r)
{
	report_close(&r->report);
	nursery_free(r->nursery);
	resume_free(r->resume);
	sources_release(&r->sources);
	passwords_release(&r->passwords);
	if (r->report.lost || r->verdicts[VERDICT_FAILED] > 0)
		return EXIT_FAILED;
	return r->verdicts[VERDICT_REFUSED] > 0 || r->refused_before ? EXIT_REFUSED : EXIT_DONE;
}

int
cmd_sanitize(const struct args *a)
{
	struct run r = { .args = a };
	int status = run_set_up(&r);

	if (status == EXIT_DONE) {
		r.nursery = nursery_open(a->lang, r.sources.n > 1 ? 2 : 0);
		if (r.nursery == NULL)
			status = EXIT_ENVIRONMENT;
	}
	if (status == EXIT_DONE)
		status = run_open_report(&r);
	if (status == EXIT_DONE) {
		run_all(&r);
		summary(&r);
		return run_close(&r);
	}
	(void)run_close(&r);
	return status;
}
