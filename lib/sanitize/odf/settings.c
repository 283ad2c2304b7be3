#include "sanitize/odf/settings.h"

#define MARKUP_TABLE "sanitize/odf/settings_part.def"
#include "sanitize/markup/rows.h"

struct markup_vocabulary odf_settings_parts = { .row = markup_rows, .rows = MARKUP_ROWS };

static const struct {
	enum markup_kind kind;	/* NONE: a list of groups */
	const char *names;
} settings[] = {
#define SETTINGS(k, list) { MARKUP_##k, list },
#include "sanitize/odf/setting.def"
#undef SETTINGS
};

static bool
listed(const char *names, struct view name)
{
	struct view list = view_str(names);
	size_t at = 0;

	while ((at = view_find(list, at, name)) != VIEW_NOT_FOUND) {
		size_t end = at + name.n;

		if ((at == 0 || list.p[at - 1] == ' ') && (end == list.n || list.p[end] == ' '))
			return true;
		at = end;
	}
	return false;
}

/* Of an item that is kept; NONE for a list, KINDS for what is not known. */
static enum markup_kind
kind_of(struct view name)
{
	size_t i;

	for (i = 0; i < sizeof settings / sizeof *settings; i++)
		if (name.n > 0 && listed(settings[i].names, name))
			return settings[i].kind;
	return MARKUP_KINDS;
}

/*
 * Of vendors' sets the two that ODF knows, and none beside.  As they are called: LibreOffice passes over those
 * without its prefix, so with one a document of Lotus Symphony would be laid out anew.
 */
static enum markup_do
set_open(struct markup *m)
{
	struct view name = markup_get(m, NS_CONFIG, "name");

	if (view_starts(name, VIEW("ooo:")))
		name = view_from(name, strlen("ooo:"));
	return view_is(name, "view-settings") || view_is(name, "configuration-settings") ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_setting_set = { .open = set_open };

static enum markup_do
map_open(struct markup *m)
{
	return kind_of(markup_get(m, NS_CONFIG, "name")) == MARKUP_NONE ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_setting_map = { .open = map_open };

/* The note: the kind of the value, plus one; and GOOD once there is such a value, or none is needed. */
enum { GOOD = 1 << 16 };

static enum markup_do
item_open(struct markup *m)
{
	static const char *const numbers[] = { "int", "short", "long" };
	enum markup_kind k = kind_of(markup_get(m, NS_CONFIG, "name"));
	struct view type = markup_get(m, NS_CONFIG, "type");
	bool right = false;
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		right |= k == MARKUP_INT && view_is(type, numbers[i]);
	right |= k == MARKUP_BOOL && view_is(type, "boolean");
	right |= k == MARKUP_STRING && view_is(type, "string");
	right |= k == MARKUP_BASE64 && view_is(type, "base64Binary");
	*markup_note(m) = ((uint64_t)k + 1) | (k == MARKUP_STRING || k == MARKUP_BASE64 ? GOOD : 0);
	if (right)
		return MARKUP_KEEP;
	/* What could act, or tell of people and places, is worth a word. */
	if (listed("PrinterSetup PrinterName PrintFaxName LinkUpdateMode MacrosLoad UpdateFromTemplate "
		   "CurrentDatabaseDataSource CurrentDatabaseCommand EmbeddedDatabaseName",
		   markup_get(m, NS_CONFIG, "name")))
		markup_find(m, FINDING_ODF_SETTING, "%s", "");
	return MARKUP_DROP;
}

static enum markup_do
item_text(struct markup *m, struct view in, struct buf *ret)
{
	enum markup_kind k = (enum markup_kind)((*markup_note(m) & (GOOD - 1)) - 1);

	if (k == MARKUP_STRING)
		return MARKUP_KEEP;
	if (k == MARKUP_BASE64) {
		if (markup_trim(in).n > 0)
			markup_find(m, FINDING_ODF_SETTING, "%s", "RedlineProtectionKey");
		return MARKUP_OTHER;
	}
	if (!markup_is(k, markup_trim(in)))
		return MARKUP_DROP;
	*markup_note(m) |= GOOD;
	return buf_view(ret, markup_trim(in)) ? MARKUP_OTHER : MARKUP_DROP;
}

/* A number that is none would be an item without a value. */
static enum markup_do
item_close(struct markup *m)
{
	return (*markup_note(m) & GOOD) != 0 ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_setting = { .open = item_open, .text = item_text, .close = item_close };

bool
odf_settings(struct job *j, const char *where, struct view in, struct buf *ret, struct err *e)
{
	struct markup_use use = { .job = j, .vocabulary = &odf_settings_parts, .doctype = true, .where = where };

	return markup_compile(&odf_settings_parts, e) && markup_rebuild(&use, in, ret, e);
}
