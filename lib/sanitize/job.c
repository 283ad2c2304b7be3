#include "sanitize/job.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "core/own.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/lane/lane.h"
#include "sanitize/sanitize.h"

/* Below this many bytes a ratio says nothing: SANITISE, one budget. */
static const uint64_t ratio_floor = UINT64_C(10) << 20;

static uint64_t
cpu_ns(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void
find(struct job *j, enum finding_code code, const char *where, uint32_t count, const char *detail)
{
	char place[sizeof j->where + FINDING_WHERE_MAX + 2];

	(void)snprintf(place, sizeof place, "%s%s%s", j->where,
		       j->where[0] != '\0' && where[0] != '\0' ? ": " : "", where);
	findings_add(j->findings, code, place, detail, count);
}

void
job_find(struct job *j, enum finding_code code, const char *where, const char *fmt, ...)
{
	char detail[FINDING_DETAIL_MAX * 2] = "";
	va_list ap;

	if (fmt != NULL) {
		va_start(ap, fmt);
		(void)vsnprintf(detail, sizeof detail, fmt, ap);
		va_end(ap);
	}
	find(j, code, where, 1, detail);
}

void
job_find_many(struct job *j, enum finding_code code, const char *where, uint32_t count,
	      const char *fmt, ...)
{
	char detail[FINDING_DETAIL_MAX * 2] = "";
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(detail, sizeof detail, fmt, ap);
	va_end(ap);
	find(j, code, where, count, detail);
}

bool
job_charge(struct job *j, uint64_t bytes, struct err *e)
{
	const struct limits *l = &j->profile->limits;

	if (bytes > l->unpacked || j->unpacked > l->unpacked - bytes) {
		j->unpacked = l->unpacked + 1;
		return err_set(e, ERR_LIMIT, "more than %llu MiB unpacked",
			       (unsigned long long)(l->unpacked >> 20));
	}
	j->unpacked += bytes;
	return true;
}

bool
job_ratio(struct job *j, uint64_t packed, uint64_t unpacked, struct err *e)
{
	const struct limits *l = &j->profile->limits;

	if (unpacked <= ratio_floor || unpacked / l->ratio <= packed)
		return true;
	return err_set(e, ERR_LIMIT, "unpacks to more than %u times its size", l->ratio);
}

static bool
cpu_over(const struct job *j)
{
	return cpu_ns() - j->cpu_start_ns > (uint64_t)j->profile->limits.cpu_ms * 1000000u;
}

bool
job_tick(struct job *j, struct err *e)
{
	/* Asking the clock costs as much as a hundred turns of a parser's loop. */
	if ((++j->ticks & 0xfff) != 0 || !cpu_over(j))
		return true;
	j->ticks = 0xfff;	/* the next call asks again, and so does every one after it */
	return err_set(e, ERR_LIMIT, "more than %u s of CPU time", j->profile->limits.cpu_ms / 1000);
}

bool
job_spent(const struct job *j)
{
	const struct limits *l = &j->profile->limits;

	return j->unpacked > l->unpacked || j->entries > l->entries || cpu_over(j);
}

/* A refusal always has its reason among the findings. */
static void
note_refusal(struct job *j, enum type type, const struct err *e)
{
	enum finding_code code = e->code == ERR_LIMIT	  ? FINDING_LIMIT
				 : e->code == ERR_DENIED ? FINDING_DENIED
				 : e->code == ERR_SYSTEM ? FINDING_INTERNAL
							 : FINDING_MALFORMED;

	job_find(j, code, "", "%s: %s", type_name(type), e->text);
}

static bool
never_accepted(enum type t)
{
	switch (t) {
	case TYPE_PE: case TYPE_ELF: case TYPE_MACHO: case TYPE_JAVA_CLASS: case TYPE_SCRIPT:
	case TYPE_LNK: case TYPE_URL: case TYPE_CHM: case TYPE_ONENOTE: case TYPE_JAR:
	case TYPE_APK: case TYPE_ISO: case TYPE_SWF: case TYPE_POSTSCRIPT: case TYPE_MDB:
	case TYPE_SQLITE: case TYPE_FONT: case TYPE_PGP: case TYPE_AR: case TYPE_CPIO:
		return true;
	default:
		return false;
	}
}

static enum verdict
refuse_type(struct job *j, enum type type, struct err *e)
{
	enum finding_code code = type == TYPE_EMPTY	? FINDING_EMPTY_FILE
				 : type == TYPE_UNKNOWN ? FINDING_TYPE_UNKNOWN
				 : type == TYPE_XDW	? FINDING_XDW_ASK
				 : never_accepted(type) ? FINDING_TYPE_REFUSED
							: FINDING_TYPE_LATER;

	job_find(j, code, "", "%s", type_name(type));
	err_set(e, ERR_DENIED, "%s: not accepted", type_name(type));
	return VERDICT_REFUSED;
}

static bool
has_refusal(const struct findings *f, size_t from)
{
	for (; from < f->n; from++)
		if (finding_action(f->row[from].code) == ACTION_REFUSED)
			return true;
	return false;
}

/* What a profile makes of a type: how, as which type, and the verdict where nothing had to go. */
struct plan {
	bool (*make)(struct job *j, enum type t, struct view in, struct buf *out, struct err *e);
	enum type makes;
	enum verdict verdict;
};

static bool
by_format(struct job *j, enum type t, struct view in, struct buf *out, struct err *e)
{
	return format_for(t)->rebuild(j, in, out, e);
}

/* VERDICT_REFUSED where the profile has no way for the type. */
static struct plan
plan_of(const struct profile *p, enum type t)
{
	const struct format *f = format_for(t);
	enum type makes = f != NULL && f->made != NULL		 ? f->made(p)
			  : f != NULL && f->makes != TYPE_UNKNOWN ? f->makes
								  : t;
	const struct plan never = { .verdict = VERDICT_REFUSED }, rebuilt = { by_format, makes, VERDICT_CLEAN };
	enum lane_way way = lane_way(t);

	if (p->mode == MODE_REFUSE)
		return never;
	if (p->mode == MODE_REBUILD || way == LANE_BOX)
		return f != NULL ? rebuilt : never;
	if (way == LANE_PDF || way == LANE_OFFICE || way == LANE_LEGACY)
		return p->mode == MODE_FLATTEN ? (struct plan){ lane_flatten, TYPE_PDF, VERDICT_FLATTENED }
					       : (struct plan){ lane_text, TYPE_TEXT, VERDICT_TEXT };
	if (f == NULL || (way != LANE_WORDS && (way != LANE_PICTURE || p->mode == MODE_TEXT)))
		return never;
	return way == LANE_PICTURE ? (struct plan){ by_format, makes, VERDICT_FLATTENED }
	       : p->mode == MODE_TEXT ? (struct plan){ by_format, makes, VERDICT_TEXT }
				      : rebuilt;
}

static enum verdict
give_up(struct job *j, enum type type, size_t rows, struct err *e)
{
	if (e->code == ERR_NONE)
		err_set(e, ERR_SYSTEM, "%s: no reason given", type_name(type));
	if (!has_refusal(j->findings, rows))
		note_refusal(j, type, e);
	return e->code == ERR_SYSTEM ? VERDICT_FAILED : VERDICT_REFUSED;
}

/*
 * What was spelled otherwise (&#37;PDF-, a folded line) and is plain now must not make a PDF of a text.  Prose is
 * broken up by a space; of what a space would change the meaning, the rebuilding is given up.
 */
static bool
one_kind(struct job *j, enum type made, struct buf *ret, struct err *e)
{
	own_buf struct buf once = BUF_MAX(ret->max);
	struct view rest = buf_bytes(ret);
	bool prose = made == TYPE_TEXT || made == TYPE_CSV;
	size_t at;

	if ((!prose && made != TYPE_HTML && made != TYPE_XML && made != TYPE_JSON && made != TYPE_SVG && made != TYPE_ICS && made != TYPE_VCF) ||
	    !detect_late_pdf(rest))
		return true;
	if (!prose)
		return err_set(e, ERR_MALFORMED, "readers of PDF would take it for one");
	while ((at = view_find(rest, 0, VIEW("%PDF-"))) != VIEW_NOT_FOUND && view_skip(&rest, at + 1)) {
		(void)buf_put(&once, rest.p - at - 1, at + 1);
		(void)buf_byte(&once, ' ');
	}
	(void)buf_view(&once, rest);
	buf_clear(ret);
	job_find(j, FINDING_TWO_KINDS, "", NULL);
	return (buf_ok(&once, e) && buf_view(ret, buf_bytes(&once))) || buf_ok(ret, e);
}

static enum verdict
rebuild(struct job *j, enum type type, struct view in, struct buf *ret, enum type *ret_type, struct err *e)
{
	struct plan plan = plan_of(j->profile, type);
	size_t rows = j->findings->n;
	uint64_t dropped = j->findings->dropped;
	size_t i;

	if (plan.make == NULL && (j->profile->mode == MODE_REFUSE || format_for(type) != NULL)) {
		job_find(j, j->profile->mode == MODE_REFUSE ? FINDING_PROFILE_REFUSES : FINDING_PROFILE_UNAVAILABLE, "",
			 "%s: %s", j->profile->name, type_name(type));
		err_set(e, ERR_DENIED, "%s: not under profile %s", type_name(type), j->profile->name);
		return VERDICT_REFUSED;
	}
	if (plan.make == NULL)
		return refuse_type(j, type, e);
	*e = (struct err){ 0 };
	if (!plan.make(j, type, in, ret, e) || !buf_ok(ret, e) || !one_kind(j, plan.makes, ret, e)) {
		buf_clear(ret);
		return give_up(j, type, rows, e);
	}
	*ret_type = plan.makes;
	if (plan.verdict != VERDICT_CLEAN)
		return plan.verdict;
	for (i = rows; i < j->findings->n; i++)
		if (finding_action(j->findings->row[i].code) != ACTION_NOTED)
			return VERDICT_DISARMED;
	return j->findings->dropped > dropped ? VERDICT_DISARMED : VERDICT_CLEAN;
}

/* An envelope: what it holds, in its place.  No envelope holds another. */
static enum verdict
open_and_rebuild(struct job *j, enum type type, struct view in, struct buf *ret, enum type *ret_type, struct err *e)
{
	const struct format *f = format_for(type);
	own_buf struct buf plain = BUF_MAX(j->profile->limits.unpacked);
	size_t rows = j->findings->n;
	const enum type *t;
	enum type found;

	*e = (struct err){ 0 };
	if (!f->open(j, in, &plain, e) || !buf_ok(&plain, e))
		return give_up(j, type, rows, e);
	found = detect(buf_bytes(&plain), j->name);
	for (t = f->inside; *t != TYPE_UNKNOWN && *t != found; t++)
		;
	if (*t == TYPE_UNKNOWN) {
		err_set(e, ERR_MALFORMED, "in it: %s", type_name(found));
		return give_up(j, type, rows, e);
	}
	if (detect_fits(type, j->name) && !detect_fits(found, j->name))
		job_find(j, FINDING_TYPE_MISMATCH, "", "%s: %s", j->name, type_name(found));
	return rebuild(j, found, buf_bytes(&plain), ret, ret_type, e);
}

static enum verdict
enter(struct job *j, const char *name, struct view in, struct buf *ret, enum type *ret_type,
      struct err *e)
{
	const char *outer = j->name;
	const struct format *f;
	size_t part;
	enum verdict v;

	*ret_type = detect(in, name);
	part = findings_part(j->findings, j->depth, name, *ret_type, in.n);
	if (part == SIZE_MAX) {
		err_set(e, ERR_LIMIT, "more than %d parts", FINDINGS_PARTS_MAX);
		note_refusal(j, *ret_type, e);
		return VERDICT_REFUSED;
	}
	if (!detect_fits(*ret_type, name))
		job_find(j, FINDING_TYPE_MISMATCH, "", "%s: %s", name, type_name(*ret_type));
	if (type_obeyed(name))
		job_find(j, FINDING_NAME_OBEYED, "", "%s", name);
	j->name = name;
	f = format_for(*ret_type);
	v = (f != NULL && f->open != NULL && j->profile->mode != MODE_REFUSE ? open_and_rebuild : rebuild)(
		j, *ret_type, in, ret, ret_type, e);
	j->name = outer;
	if (v == VERDICT_CLEAN && type_obeyed(name))
		v = VERDICT_DISARMED;
	j->findings->part[part].verdict = v;
	j->findings->part[part].size_out = ret->n;
	return v;
}

enum verdict
job_part(struct job *j, const char *name, struct view in, struct buf *ret, enum type *type,
	 struct err *e)
{
	const struct limits *l = &j->profile->limits;
	size_t n = strlen(j->where);
	enum verdict v;

	*type = TYPE_UNKNOWN;
	if (j->depth >= l->depth || ++j->entries > l->entries) {
		if (j->depth >= l->depth)
			err_set(e, ERR_LIMIT, "nested deeper than %u", l->depth);
		else
			err_set(e, ERR_LIMIT, "more than %u parts", l->entries);
		job_find(j, FINDING_LIMIT, name, "%s", e->text);
		return VERDICT_REFUSED;
	}
	j->depth++;
	(void)snprintf(j->where + n, sizeof j->where - n, "%s%s", n > 0 ? "/" : "", name);
	v = enter(j, name, in, ret, type, e);
	j->where[n] = '\0';
	j->depth--;
	return v;
}

enum verdict
sanitize(struct job *j, const char *name, struct view in, struct buf *out, enum type *ret_type)
{
	struct err e = { 0 };

	j->depth = j->entries = j->ticks = 0;
	j->unpacked = 0;
	j->where[0] = '\0';
	j->name = "";
	j->cpu_start_ns = cpu_ns();
	return enter(j, name, in, out, ret_type, &e);
}
