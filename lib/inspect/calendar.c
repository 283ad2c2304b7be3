/*
 * ICS (RFC 5545) and VCF (RFC 6350, 2426): components and properties of
 * content.def, nothing that attaches, runs or calls.
 */
#include "inspect/content.h"
#include "inspect/picture.h"

enum component { VCAL = 1, VEVENT = 2, VTODO = 4, VJOURNAL = 8, VFREEBUSY = 16, VALARM = 32, VTIMEZONE = 64, ZONE = 128, ALL = 255 };

static const struct row {
	const char *name;
	enum content_kind kind;
	unsigned in;
	bool many;
} calendar[] = {
#define CALENDAR(property, kind, components) { property, CONTENT_##kind, components, false },
#include "inspect/content.def"
#undef CALENDAR
	{ NULL, CONTENT_ANY, 0, false },
}, calendar_parameter[] = {
#define CALENDAR_PARAMETER(name, kind, many) { name, CONTENT_##kind, ALL, many },
#include "inspect/content.def"
#undef CALENDAR_PARAMETER
	{ NULL, CONTENT_ANY, 0, false },
}, card[] = {
#define CARD(property, kind) { property, CONTENT_##kind, ALL, false },
#include "inspect/content.def"
#undef CARD
	{ NULL, CONTENT_ANY, 0, false },
}, card_parameter[] = {
#define CARD_PARAMETER(name, kind, many) { name, CONTENT_##kind, ALL, many },
#include "inspect/content.def"
#undef CARD_PARAMETER
	{ NULL, CONTENT_ANY, 0, false },
};

static const struct { const char *name; enum component is; unsigned in; } components[] = {
	{ "VEVENT", VEVENT, VCAL }, { "VTODO", VTODO, VCAL }, { "VJOURNAL", VJOURNAL, VCAL }, { "VFREEBUSY", VFREEBUSY, VCAL },
	{ "VTIMEZONE", VTIMEZONE, VCAL }, { "VALARM", VALARM, VEVENT | VTODO }, { "STANDARD", ZONE, VTIMEZONE }, { "DAYLIGHT", ZONE, VTIMEZONE },
};

static const struct row *
row_of(const struct row *row, struct view name)
{
	for (; row->name != NULL; row++)
		if (view_is(name, row->name))
			return row;
	return NULL;
}

static bool
at(const struct content *c, struct err *e)
{
	return err_at(e, "byte %zu: %.*s", at_of(c->whole, c->rest), (int)c->name.n, (const char *)c->name.p);
}

static bool
parameters(const struct content *c, const struct row *rows, struct err *e)
{
	size_t i;

	for (i = 0; i < c->parameters; i++) {
		const struct row *row = row_of(rows, c->parameter[i].name);

		if (row == NULL)
			return residue(e, "unknown parameter");
		if (!inspect_content_values(c->in, row->kind, row->many, c->parameter[i].values, e))
			return false;
	}
	return true;
}

static bool
next(struct content *c, bool groups, struct err *e)
{
	if (c->rest.n == 0)
		return residue(e, "no end");
	return inspect_content_next(c, groups, e);
}

static bool
property(const struct content *c, enum component in, struct err *e)
{
	const struct row *row = row_of(calendar, c->name);

	if (row == NULL || (row->in & in) == 0)
		return residue(e, "property that may not stand here") || at(c, e);
	return (parameters(c, calendar_parameter, e) && inspect_content_value(c->in, row->kind, c->value, e)) || at(c, e);
}

/* Behind its BEGIN, up to and with its END. */
static bool
component(struct content *c, struct view name, enum component is, struct err *e)
{
	bool inner = false, trigger = false;
	size_t i;

	if (is == VALARM && (!next(c, false, e) || !inspect_content_is(c, "ACTION:DISPLAY")))
		return e->code == ERR_NONE ? residue(e, "alarm that does not only show itself") : false;
	for (;;) {
		if (!next(c, false, e))
			return false;
		if (view_is(c->name, "END") && c->parameters == 0)
			return view_eq(c->value, name) ? (is != VALARM || trigger || residue(e, "alarm without a time"))
						       : residue(e, "end of another component");
		if (view_is(c->name, "BEGIN") && c->parameters == 0) {
			for (i = 0; i < sizeof components / sizeof *components; i++)
				if (view_is(c->value, components[i].name) && (components[i].in & is) != 0)
					break;
			if (i == sizeof components / sizeof *components)
				return residue(e, "byte %zu: component that may not stand here", at_of(c->whole, c->rest));
			if (!component(c, view_str(components[i].name), components[i].is, e))
				return false;
			inner = true;
			continue;
		}
		if (inner)
			return residue(e, "property behind a component") || at(c, e);
		if (!property(c, is, e))
			return false;
		trigger |= view_is(c->name, "TRIGGER");
	}
}

static bool
calendars(struct content *c, struct err *e)
{
	do {
		if (!next(c, false, e) || !inspect_content_is(c, "BEGIN:VCALENDAR") || !next(c, false, e) ||
		    !inspect_content_is(c, "VERSION:2.0") || !next(c, false, e) || !view_is(c->name, "PRODID") ||
		    c->parameters > 0 || !inspect_content_value(c->in, CONTENT_TEXT, c->value, e))
			return e->code == ERR_NONE ? residue(e, "no calendar's head") : false;
		if (!component(c, VIEW("VCALENDAR"), VCAL, e))
			return false;
	} while (c->rest.n > 0);
	return true;
}

static bool
picture(const struct content *c, bool fourth, struct err *e)
{
	static const struct { const char *name; enum type type; } types[] = {
		{ "JPEG", TYPE_JPEG }, { "PNG", TYPE_PNG }, { "GIF", TYPE_GIF }, { "WEBP", TYPE_WEBP },
	};
	size_t i;

	if (fourth)
		return c->parameters == 0 ? inspect_picture_data(c->in, c->value, e) : residue(e, "unknown parameter");
	if (c->parameters != 2 || !view_is(c->parameter[0].name, "ENCODING") || !view_is(c->parameter[0].values, "b") ||
	    !view_is(c->parameter[1].name, "TYPE"))
		return residue(e, "unknown parameter");
	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (view_is(c->parameter[1].values, types[i].name))
			return inspect_picture_base64(c->in, types[i].type, c->value, e);
	return residue(e, "unknown type of picture");
}

static bool
cards(struct content *c, struct err *e)
{
	do {
		bool fourth;

		if (!next(c, false, e) || !inspect_content_is(c, "BEGIN:VCARD") || !next(c, false, e))
			return e->code == ERR_NONE ? residue(e, "no card's head") : false;
		fourth = inspect_content_is(c, "VERSION:4.0");
		if (!fourth && !inspect_content_is(c, "VERSION:3.0"))
			return residue(e, "no card's head");
		for (;;) {
			const struct row *row;
			bool ok;

			if (!next(c, true, e))
				return false;
			if (inspect_content_is(c, "END:VCARD"))
				break;
			row = row_of(card, c->name);
			if (row == NULL)
				return residue(e, "property that may not stand here") || at(c, e);
			if (row->kind == CONTENT_PICTURE)
				ok = picture(c, fourth, e);
			else
				ok = parameters(c, card_parameter, e) && inspect_content_value(c->in, row->kind, c->value, e);
			if (!ok)
				return at(c, e);
		}
	} while (c->rest.n > 0);
	return true;
}

static bool
lines(struct inspection *in, struct view out, bool (*of)(struct content *, struct err *), struct err *e)
{
	own_mem struct content *c = calloc(1, sizeof *c);
	bool ok;

	if (c == NULL)
		return no_memory(e);
	c->in = in;
	c->whole = c->rest = out;
	c->joined = BUF_MAX(CONTENT_LINE_BYTES);
	ok = of(c, e);
	buf_release(&c->joined);
	return ok;
}

bool
inspect_ics(struct inspection *in, struct view out, struct err *e)
{
	return lines(in, out, calendars, e);
}

bool
inspect_vcf(struct inspection *in, struct view out, struct err *e)
{
	return lines(in, out, cards, e);
}
