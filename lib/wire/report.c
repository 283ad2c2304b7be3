#include "wire/report.h"

#include "core/utf8.h"

static bool
put_text(struct buf *b, const char *s)
{
	return buf_u32le(b, (uint32_t)strlen(s)) && buf_str(b, s);
}

/* The text NUL-terminated in `room`; what is no clean UTF-8 was not written by us. */
static bool
get_text(struct view *v, char *room, size_t size)
{
	struct view s;
	uint32_t n;

	if (!view_u32le(v, &n) || n >= size || !view_take(v, n, &s) || !utf8_valid(s) ||
	    (n > 0 && memchr(s.p, '\0', n) != NULL))
		return false;
	if (n > 0)
		memcpy(room, s.p, n);
	room[n] = '\0';
	return true;
}

bool
report_put(struct buf *b, const struct findings *f)
{
	size_t i;

	buf_u32le(b, (uint32_t)f->n);
	buf_u32le(b, (uint32_t)f->parts);
	buf_u64le(b, f->dropped);
	for (i = 0; i < f->n; i++) {
		buf_u32le(b, (uint32_t)f->row[i].code);
		buf_u32le(b, f->row[i].count);
		put_text(b, f->row[i].where);
		put_text(b, f->row[i].detail);
	}
	for (i = 0; i < f->parts; i++) {
		const struct part *p = &f->part[i];

		buf_u32le(b, p->depth);
		buf_u32le(b, (uint32_t)p->type);
		buf_u32le(b, (uint32_t)p->verdict);
		buf_u64le(b, p->size_in);
		buf_u64le(b, p->size_out);
		put_text(b, p->name);
	}
	return !b->full;
}

static bool
get_row(struct view *v, struct findings *f)
{
	char where[FINDING_WHERE_MAX + 4], detail[FINDING_DETAIL_MAX + 4];
	uint32_t code, count;

	if (!view_u32le(v, &code) || code >= FINDING_COUNT || !view_u32le(v, &count) ||
	    !get_text(v, where, sizeof where) || !get_text(v, detail, sizeof detail))
		return false;
	findings_add(f, (enum finding_code)code, where, detail, count);
	return true;
}

static bool
get_part(struct view *v, struct findings *f)
{
	char name[FINDING_WHERE_MAX + 4];
	uint32_t depth, type, verdict;
	uint64_t in, out;
	size_t at;

	if (!view_u32le(v, &depth) || !view_u32le(v, &type) || type >= TYPE_COUNT ||
	    !view_u32le(v, &verdict) || verdict >= VERDICT_COUNT || !view_u64le(v, &in) ||
	    !view_u64le(v, &out) || !get_text(v, name, sizeof name))
		return false;
	at = findings_part(f, depth, name, (enum type)type, in);
	if (at == SIZE_MAX)
		return false;
	f->part[at].verdict = (enum verdict)verdict;
	f->part[at].size_out = out;
	return true;
}

static bool
get_all(struct view v, struct findings *f)
{
	uint32_t rows, parts, i;
	uint64_t dropped;

	if (!view_u32le(&v, &rows) || rows > FINDINGS_MAX || !view_u32le(&v, &parts) ||
	    parts > FINDINGS_PARTS_MAX || !view_u64le(&v, &dropped))
		return false;
	for (i = 0; i < rows; i++)
		if (!get_row(&v, f))
			return false;
	for (i = 0; i < parts; i++)
		if (!get_part(&v, f))
			return false;
	f->dropped += dropped;
	return v.n == 0;
}

bool
report_get(struct view v, struct findings *ret)
{
	if (get_all(v, ret))
		return true;
	findings_release(ret);
	return false;
}
