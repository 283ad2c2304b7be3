/*
 * run.h - one run of `sanitize`: what it was asked to do, and how it goes.
 */
#ifndef SEKISHO_BIN_SEKISHO_RUN_H
#define SEKISHO_BIN_SEKISHO_RUN_H

#include "cli.h"
#include "collect.h"
#include "passwords.h"
#include "place.h"
#include "report.h"
#include "resume.h"

enum { OPT_OUTPUT, OPT_PROFILE, OPT_DPI, OPT_JSON, OPT_RESUME, OPT_PASSWORDS, OPT_EXPLAIN, OPT_QUIET };

struct run {
	const struct args *args;
	const struct profile *profile;
	uint32_t dpi;			/* 0: not given */
	struct sources sources;
	struct nursery *nursery;
	struct resume *resume;
	struct report report;
	struct place place;
	struct passwords passwords;
	char output[PATH_MAX];
	bool into_folder, bar;
	bool refused_before;		/* by a run that this one goes on with */
	size_t verdicts[VERDICT_COUNT], skipped, done;
};

/*
 * Finds out all that a run needs, and whether nothing of it is in the way of
 * something else, before anything is written: EXIT_DONE, or another status
 * that was told on stderr.
 */
int run_set_up(struct run *r);
/* The report, and what an older one says is done: not before all else is there, for it empties a file. */
int run_open_report(struct run *r);

#endif
