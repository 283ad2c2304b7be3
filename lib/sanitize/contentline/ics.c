/*
 * ics.c - calendars written anew from what the tables allow (RFC 5545).
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/contentline/line.h"
#include "sanitize/contentline/value.h"
#include "sanitize/format.h"
#include "sanitize/text/text.h"
#include "sanitize/uri.h"

enum component {
	VCALENDAR, VEVENT, VTODO, VJOURNAL, VFREEBUSY, VTIMEZONE, STANDARD, DAYLIGHT, VALARM, COMPONENTS
};

enum {
	IN_CALENDAR = 1 << VCALENDAR,
	IN_EVENT = 1 << VEVENT,
	IN_TODO = 1 << VTODO,
	IN_JOURNAL = 1 << VJOURNAL,
	IN_FREEBUSY = 1 << VFREEBUSY,
	IN_ENTRY = IN_EVENT | IN_TODO | IN_JOURNAL | IN_FREEBUSY,
	IN_ZONE = 1 << VTIMEZONE,
	IN_RULES = 1 << STANDARD | 1 << DAYLIGHT,
	IN_ALARM = 1 << VALARM,
	DEPTH = 3,		/* VCALENDAR > VEVENT > VALARM */
};

/* Where each component may stand. */
static const struct {
	const char *name;
	unsigned in;
} components[COMPONENTS] = {
	[VCALENDAR] = { "VCALENDAR", 0 },
	[VEVENT] = { "VEVENT", IN_CALENDAR },
	[VTODO] = { "VTODO", IN_CALENDAR },
	[VJOURNAL] = { "VJOURNAL", IN_CALENDAR },
	[VFREEBUSY] = { "VFREEBUSY", IN_CALENDAR },
	[VTIMEZONE] = { "VTIMEZONE", IN_CALENDAR },
	[STANDARD] = { "STANDARD", IN_ZONE },
	[DAYLIGHT] = { "DAYLIGHT", IN_ZONE },
	[VALARM] = { "VALARM", IN_EVENT | IN_TODO },
};

struct property {
	const char *name;
	enum value_kind value;
	unsigned in;
};

static const struct property properties[] = {
#define PROPERTY(name, value, in) { name, VALUE_##value, in },
#include "sanitize/contentline/ics.def"
#undef PROPERTY
};

enum param_kind { PARAM_ANY, PARAM_VALUE, PARAM_TOKEN, PARAM_MAILS };

static const struct {
	const char *name;
	enum param_kind kind;
} params[] = {
#define PARAM(name, kind) { name, PARAM_##kind },
#include "sanitize/contentline/ics_param.def"
#undef PARAM
};
enum { PARAMS = sizeof params / sizeof *params };

/* One component being read: its lines and its components, written when it ends. */
struct open {
	enum component what;
	struct buf head, body;
	size_t line;
	bool goes;		/* an alarm that runs something */
	bool trigger;
};

struct ics {
	struct job *j;
	struct buf *out;
	struct open open[DEPTH];
	size_t depth;
	size_t skip;		/* components inside one that is not understood */
	char where[48];
	struct err *e;
};

static const char *
where(struct ics *c, size_t line)
{
	(void)snprintf(c->where, sizeof c->where, "line %zu", line);
	return c->where;
}

/* -- parameters --------------------------------------------------------- */

static bool
is_value_type(struct view v)
{
	return line_fold_is(v, "DATE") || line_fold_is(v, "DATE-TIME") || line_fold_is(v, "DURATION") ||
	       line_fold_is(v, "PERIOD");
}

static bool
put_mails(const char *name, struct view list, struct buf *out)
{
	struct view part;
	size_t was = out->n, n = 0;

	(void)buf_printf(out, ";%s=", name);
	while (line_split(&list, ',', &part)) {
		own_buf struct buf a = BUF_MAX(16384);

		if (!uri_clean_absolute(line_unquote(part), &a) || !view_starts(buf_bytes(&a), VIEW("mailto:")))
			continue;
		(void)buf_printf(out, "%s\"%.*s\"", n++ > 0 ? "," : "", (int)a.n, a.p);
	}
	if (n == 0)
		out->n = was;
	return n > 0;
}

static bool
put_param(const struct line_param *p, uint32_t *seen, struct buf *out)
{
	struct view v = line_unquote(p->value);
	size_t i;

	for (i = 0; i < PARAMS && !view_is(p->name, params[i].name); i++)
		;
	if (i == PARAMS || (*seen & 1u << i) != 0)
		return false;
	switch (params[i].kind) {
	case PARAM_VALUE:
		if (!is_value_type(v))
			return false;
		break;
	case PARAM_TOKEN:
		if (!value_is_token(v))
			return false;
		break;
	case PARAM_MAILS:
		if (!put_mails(params[i].name, p->value, out))
			return false;
		*seen |= 1u << i;
		return true;
	default:
		break;
	}
	if (params[i].kind == PARAM_VALUE) {
		own_buf struct buf up = BUF_MAX(64);
		size_t k;

		for (k = 0; k < v.n; k++)
			(void)buf_byte(&up, v.p[k] >= 'a' && v.p[k] <= 'z' ? v.p[k] & 0xdf : v.p[k]);
		(void)line_put_param(out, params[i].name, buf_bytes(&up));
	} else if (!line_put_param(out, params[i].name, v)) {
		return false;
	}
	*seen |= 1u << i;
	return true;
}

/* Parameters that say nothing that the value does not. */
static bool
is_coding(const struct line_param *p)
{
	struct view v = line_unquote(p->value);

	if (view_is(p->name, "VALUE"))
		return line_fold_is(v, "URI") || line_fold_is(v, "TEXT") || line_fold_is(v, "CAL-ADDRESS");
	return view_is(p->name, "CHARSET") || view_is(p->name, "ENCODING") || p->name.n == 0;
}

/* -- properties --------------------------------------------------------- */

static const struct property *
find(struct view name)
{
	size_t i;

	for (i = 0; i < sizeof properties / sizeof *properties; i++)
		if (view_is(name, properties[i].name))
			return &properties[i];
	return NULL;
}

static void
gone(struct ics *c, const struct line *l)
{
	enum finding_code code = view_is(l->name, "ATTACH") || view_is(l->name, "IMAGE") ? FINDING_ICS_ATTACH
											  : FINDING_ICS_PROPERTY;

	job_find(c->j, code, "", "%.*s", (int)l->name.n, l->name.p);
}

static bool
action(struct ics *c, struct open *o, const struct line *l)
{
	struct view v = l->value;

	while (v.n > 0 && v.p[v.n - 1] == ' ')
		v.n--;
	if (line_fold_is(v, "DISPLAY"))
		return true;
	/* A sound becomes a message: the reminder stays. */
	o->goes = !line_fold_is(v, "AUDIO");
	job_find(c->j, FINDING_ICS_ALARM, where(c, l->number), "%.*s", (int)(v.n < 60 ? v.n : 60), v.p);
	return true;
}

static bool
property(struct ics *c, const struct line *l)
{
	struct open *o = &c->open[c->depth - 1];
	const struct property *p = find(l->name);
	own_buf struct buf value = BUF_MAX((size_t)256 << 20), line = BUF_MAX((size_t)256 << 20);
	uint32_t seen = 0;
	size_t i;

	if (o->what == VALARM && view_is(l->name, "ACTION"))
		return action(c, o, l);
	if (o->what == VCALENDAR && (view_is(l->name, "VERSION") || view_is(l->name, "PRODID")))
		return true;
	if (p == NULL || (p->in & 1u << o->what) == 0) {
		gone(c, l);
		return true;
	}
	if (p->value == VALUE_ADDRESS && !c->j->profile->links &&
	    !(l->value.n > 7 && line_fold_is(view_of(l->value.p, 7), "mailto:"))) {
		job_find(c->j, FINDING_ICS_LINK, where(c, l->number), "%.*s", (int)(l->value.n < 300 ? l->value.n : 300),
			 l->value.p);
		return true;
	}
	if (!value_put(p->value, l->value, true, &value)) {
		bool link = p->value == VALUE_ADDRESS || p->value == VALUE_MAIL;

		job_find(c->j, link ? FINDING_ICS_LINK : FINDING_ICS_VALUE, where(c, l->number), "%s:%.*s", p->name,
			 (int)(l->value.n < 200 ? l->value.n : 200), l->value.p);
		return true;
	}
	(void)buf_str(&line, p->name);
	for (i = 0; i < l->params; i++)
		if (!put_param(&l->param[i], &seen, &line) && !is_coding(&l->param[i]))
			job_find(c->j, FINDING_ICS_PROPERTY, "", "%s;%.*s", p->name, (int)l->param[i].name.n,
				 l->param[i].name.p);
	(void)buf_byte(&line, ':');
	(void)buf_view(&line, buf_bytes(&value));
	if (!buf_ok(&line, c->e))
		return false;
	o->trigger |= view_is(l->name, "TRIGGER");
	line_put(&o->head, buf_bytes(&line));
	return true;
}

/* -- components --------------------------------------------------------- */

static enum component
component_of(struct view name)
{
	int i;

	while (name.n > 0 && name.p[name.n - 1] == ' ')
		name.n--;
	for (i = 0; i < COMPONENTS; i++)
		if (line_fold_is(name, components[i].name))
			return (enum component)i;
	return COMPONENTS;
}

static void
begin(struct ics *c, const struct line *l)
{
	enum component what = component_of(l->value);
	bool fits = what != COMPONENTS &&
		    (c->depth == 0 ? what == VCALENDAR
				   : (components[what].in & 1u << c->open[c->depth - 1].what) != 0);

	if (c->skip > 0 || !fits || c->depth == DEPTH) {
		if (c->skip++ == 0)
			job_find(c->j, FINDING_ICS_PROPERTY, where(c, l->number), "BEGIN:%.*s",
				 (int)(l->value.n < 60 ? l->value.n : 60), l->value.p);
		return;
	}
	c->open[c->depth++] = (struct open){ .what = what, .line = l->number,
					     .head = BUF_MAX((size_t)1 << 30), .body = BUF_MAX((size_t)1 << 30) };
}

static bool
finish(struct ics *c)
{
	struct open *o = &c->open[--c->depth];
	struct buf *to = c->depth > 0 ? &c->open[c->depth - 1].body : c->out;
	const char *name = components[o->what].name;
	bool alarm = o->what == VALARM, ok;

	if (alarm && (o->goes || !o->trigger)) {
		if (!o->goes)
			job_find(c->j, FINDING_ICS_VALUE, where(c, o->line), "VALARM: no TRIGGER");
		buf_release(&o->head);
		buf_release(&o->body);
		return true;
	}
	(void)buf_printf(to, "BEGIN:%s\r\n", name);
	if (o->what == VCALENDAR)
		(void)buf_str(to, "VERSION:2.0\r\nPRODID:-//Sekisho//JA\r\n");
	if (alarm)
		(void)buf_str(to, "ACTION:DISPLAY\r\n");
	(void)buf_view(to, buf_bytes(&o->head));
	(void)buf_view(to, buf_bytes(&o->body));
	(void)buf_printf(to, "END:%s\r\n", name);
	ok = buf_ok(&o->head, c->e) && buf_ok(&o->body, c->e) && buf_ok(to, c->e);
	buf_release(&o->head);
	buf_release(&o->body);
	return ok;
}

/* An end closes the nearest of its name, and what is open inside. */
static bool
end(struct ics *c, const struct line *l)
{
	enum component what = component_of(l->value);
	size_t i;

	if (c->skip > 0) {
		c->skip--;
		return true;
	}
	for (i = c->depth; i > 0 && c->open[i - 1].what != what; i--)
		;
	if (i == 0)
		return true;
	while (c->depth >= i)
		if (!finish(c))
			return false;
	return true;
}

static bool
calendar(struct ics *c, struct lines_in *in)
{
	own_mem struct line *l = calloc(1, sizeof *l);
	uint64_t bad = 0;

	if (l == NULL)
		return err_set(c->e, ERR_SYSTEM, "no memory");
	while (line_next(in, l, &bad, c->e)) {
		if (view_is(l->name, "BEGIN"))
			begin(c, l);
		else if (view_is(l->name, "END") ? !end(c, l) : c->skip == 0 && c->depth > 0 && !property(c, l))
			return false;
	}
	if (c->e->code != ERR_NONE)
		return false;
	while (c->depth > 0)
		if (!finish(c))
			return false;
	if (bad > 0)
		job_find(c->j, FINDING_ICS_VALUE, "", "%llu", (unsigned long long)bad);
	return c->out->n > 0 || err_set(c->e, ERR_MALFORMED, "no calendar in it");
}

static bool
ics_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_text struct text_doc text = { 0 };
	own_arena struct arena *a = arena_new(0);
	struct ics c = { .j = j, .out = out, .e = e };
	struct lines_in lines = { .arena = a, .job = j };
	bool ok;

	if (a == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!text_read(j, in, TEXT_NEWLINES_ONE, &text, e))
		return false;
	lines.in = buf_bytes(&text.utf8);
	ok = calendar(&c, &lines);
	while (c.depth > 0) {
		c.depth--;
		buf_release(&c.open[c.depth].head);
		buf_release(&c.open[c.depth].body);
	}
	return ok;
}

const struct format format_ics = { .type = TYPE_ICS, .rebuild = ics_rebuild };
