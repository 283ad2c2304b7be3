/*
 * whole_fuzz.c - one driver for every format: any bytes called FUZZ_NAME,
 * the whole way through sanitize() and then the inspector.  What must hold:
 *
 *   no output	a reason is among the findings, and no byte stands in the output
 *   an output	no larger than its limit, unpacked within the budget; the inspector
 *		finds no residue; rebuilt again it is clean and the same bytes; of a sound
 *		picture that its usual library takes, that library sees the same pixels (peer.h)
 *
 * It stands outside lib/sanitize because that room may not know the inspector.
 * The length of the input chooses the profile.  A package may come flat (flat.h).
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "flat.h"
#include "peer.h"

#include "core/own.h"
#include "inspect/inspect.h"
#include "sanitize/archive/archive_read.h"
#include "sanitize/detect.h"
#include "sanitize/sanitize.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As the worker begins. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)setenv("TZ", "UTC0", 1);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	archive_warm();
	return 0;
}

struct turn {
	struct findings findings;
	struct buf out;
	enum type type;
	enum verdict verdict;
};

static void
turn_release(struct turn *t)
{
	findings_release(&t->findings);
	buf_release(&t->out);
}
#define own_turn __attribute__((cleanup(turn_release)))

static void
must(bool holds, const char *what, const struct turn *t)
{
	size_t i;

	if (holds)
		return;
	(void)fprintf(stderr, "%s: %s %s, %zu bytes\n", what, verdict_name(t->verdict), type_name(t->type), t->out.n);
	for (i = 0; i < t->findings.n; i++)
		(void)fprintf(stderr, "\t%s [%s] %s\n", finding_name(t->findings.row[i].code),
			      t->findings.row[i].where, t->findings.row[i].detail);
	abort();
}

static bool
delivers(const struct turn *t)
{
	return t->verdict != VERDICT_REFUSED && t->verdict != VERDICT_FAILED;
}

/* Small budgets, so that a bomb costs the fuzzer little. */
static struct profile
profile_for(size_t size)
{
	static const char *const names[] = { "rebuild", "keep", "strict" };
	struct profile p = *profile_find(view_str(names[size % 3]));

	p.limits.pixels = 1 << 16;
	p.limits.unpacked = 16 << 20;
	p.limits.output = 32 << 20;
	p.limits.cpu_ms = 10000;
	p.limits.entries = 200;
	/* These two change a picture each time, by intent. */
	p.noise = p.pixels = false;
	return p;
}

static struct turn
turn(const struct profile *p, const char *name, struct view in)
{
	static const struct view passwords[] = { { (const uint8_t *)"password", 8 }, { (const uint8_t *)"", 0 } };
	struct turn t = { .out = { .max = p->limits.output } };
	struct job j = { .profile = p, .findings = &t.findings, .password = passwords, .passwords = 2 };

	t.verdict = sanitize(&j, name, in, &t.out, &t.type);
	if (!delivers(&t)) {
		must(t.verdict == VERDICT_REFUSED, "failed is ours", &t);
		must(t.findings.n > 0, "no reason", &t);
		return t;
	}
	must(!t.out.full && t.out.n <= p->limits.output, "over its limit", &t);
	must(j.unpacked <= p->limits.unpacked, "over the budget", &t);
	must(t.verdict == VERDICT_CLEAN || t.findings.n > 0, "disarmed of nothing", &t);
	return t;
}

/* Lossy WebP has no coefficients that could be carried over: each turn changes it a little. */
static bool
lossy(const struct turn *t)
{
	return t->type == TYPE_WEBP && view_find(buf_bytes(&t->out), 0, VIEW("VP8 ")) != VIEW_NOT_FOUND;
}

static bool
holds_lossy(const struct turn *t)
{
	/* An archive's stored members stand in it as they are. */
	return lossy(t) || (t->type == TYPE_ZIP && view_find(buf_bytes(&t->out), 0, VIEW("WEBPVP8")) != VIEW_NOT_FOUND);
}

static bool
repaired(const struct turn *t)
{
	size_t i;

	for (i = 0; i < t->findings.n; i++)
		if (t->findings.row[i].code == FINDING_REPAIRED)
			return true;
	return false;
}

/* Of damage each library makes its own. */
static void
same_picture(const struct turn *t, struct view in)
{
	own_buf struct buf before = { 0 }, after = { 0 };

	if (repaired(t) || !peer_pixels(t->type, in, &before))
		return;
	must(peer_pixels(t->type, buf_bytes(&t->out), &after), "no picture any more", t);
	must(view_eq(buf_bytes(&before), buf_bytes(&after)), "not the same pixels", t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p = profile_for(size);
	own_turn struct turn once = { 0 }, twice = { 0 };
	own_buf struct buf name = { 0 }, package = { 0 };
	struct view in = view_of(data, size);
	struct err e = { 0 };

	if (flat_pack(in, &package))
		in = buf_bytes(&package);
	once = turn(&p, FUZZ_NAME, in);
	if (!delivers(&once))
		return 0;
	if (!inspect(once.type, &p, buf_bytes(&once.out), &e))
		must(false, e.text, &once);
	same_picture(&once, in);
	must(detect_rename(once.type, FUZZ_NAME, &name) && buf_byte(&name, '\0'), "no name", &once);
	twice = turn(&p, (const char *)name.p, buf_bytes(&once.out));
	must(twice.type == once.type, "another type", &twice);
	must(twice.verdict == VERDICT_CLEAN, "not clean the second time", &twice);
	must(holds_lossy(&once) || view_eq(buf_bytes(&once.out), buf_bytes(&twice.out)), "not the same bytes", &twice);
	return 0;
}
