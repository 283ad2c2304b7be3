/*
 * OpenDocument: the package entry by entry in the order that its own
 * references give, and what the tables of its markup cannot say.
 */
#include "inspect/address.h"
#include "inspect/markup/kind.h"
#include "inspect/odf_formula.h"
#include "inspect/picture.h"
#include "inspect/zip.h"

enum { ODF_OBJECTS_DEEP = 8, WORDS_BYTES = 65536, FOLDER_BYTES = 256 };

#define NAMESPACES "dom msoxl of oooc ooow"

/* One document: the package's own, or one that it shows. */
struct document {
	struct odf *o;
	struct view folder;	/* "" or "Object 1/" */
	unsigned depth;
	uint64_t pictures, objects;	/* how many have been referred to */
	struct buf refs;	/* struct view each: the new ones of the part that is read, in order */
	struct buf replaced;	/* a byte for each object: its picture was referred to */
	struct view body;	/* "office:text" */
	size_t bodies;
	bool in_body;
	uint64_t shown;		/* the object of the frame that is open */
};

struct odf {
	struct inspection *in;
	struct arena *arena;
	struct zip_entry *entry;	/* in the order of the file */
	struct zip_entry *named;	/* in the order of names */
	size_t entries, next;
	struct buf manifest;
	struct view mimetype;
};

#define CHECK(function) \
	bool function(struct markup *m __attribute__((unused)), struct view v, \
		      struct view arg __attribute__((unused)), struct err *e __attribute__((unused)))

/* -- values ------------------------------------------------------------------ */

CHECK(inspect_odf_words)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < 0x20 || v.p[i] > 0x7e || memchr("\"&'<>\\`", v.p[i], 7) != NULL)
			return false;
	return v.n <= WORDS_BYTES;
}

CHECK(inspect_odf_formula_kind)
{
	struct view plain;

	return inspect_markup_decode(m, v, &plain, e) && inspect_odf_formula(m->in, plain, e);
}

CHECK(inspect_odf_text_formula_kind)
{
	struct view plain;

	return inspect_markup_decode(m, v, &plain, e) && inspect_odf_text_formula(plain, e);
}

CHECK(inspect_odf_ref_kind)
{
	struct view plain;

	return inspect_markup_decode(m, v, &plain, e) && inspect_odf_ref(plain);
}

enum setting { SETTING_BOOLEAN, SETTING_NUMBER, SETTING_STRING, SETTING_KEY };

static bool
is_listed(const char *names, struct view name)
{
	struct view list = view_str(names), word;

	while (list.n > 0) {
		size_t n = view_find(list, 0, VIEW(" "));

		if (!view_take(&list, n == VIEW_NOT_FOUND ? list.n : n, &word))
			return false;
		if (view_eq(word, name))
			return true;
		(void)view_skip(&list, list.n > 0);
	}
	return false;
}

static bool
setting_is(enum setting s, struct view type)
{
	switch (s) {
	case SETTING_BOOLEAN:
		return view_is(type, "boolean");
	case SETTING_NUMBER:
		return view_is(type, "int") || view_is(type, "short") || view_is(type, "long");
	case SETTING_STRING:
		return view_is(type, "string");
	case SETTING_KEY:
		return view_is(type, "base64Binary");
	}
	return false;
}

static bool
setting_open(struct view name, struct view type, struct err *e)
{
	static const struct { enum setting kind; const char *names; } settings[] = {
#define SETTING(kind, names) { SETTING_##kind, names },
#include "inspect/markup/odf_setting.def"
#undef SETTING
	};
	size_t i;

	for (i = 0; i < sizeof settings / sizeof *settings; i++)
		if (setting_is(settings[i].kind, type) && is_listed(settings[i].names, name))
			return true;
	return residue(e, "setting %.*s", (int)(name.n > 60 ? 60 : name.n), (const char *)name.p);
}

bool
inspect_odf_setting(struct markup *m, enum hook_when when, struct err *e)
{
	struct document *d = m->state;

	if (when == HOOK_OPEN) {
		d->body = inspect_markup_value(m, "config:type");
		d->in_body = false;
		return setting_open(inspect_markup_value(m, "config:name"), d->body, e);
	}
	if (when == HOOK_CLOSE)
		return d->in_body || view_is(d->body, "string") || view_is(d->body, "base64Binary");
	d->in_body = true;
	if (view_is(d->body, "base64Binary"))
		return residue(e, "a key");
	if (view_is(d->body, "boolean"))
		return inspect_kind_bool(m, m->x.text, d->body, e);
	return view_is(d->body, "string") || inspect_kind_int(m, m->x.text, d->body, e);
}

static bool
picture_of(struct inspection *in, struct view v, struct err *e)
{
	static const struct { const char *head; enum type type; } types[] = {
		{ "iVBORw0KGgo", TYPE_PNG }, { "/9j/", TYPE_JPEG }, { "R0lGOD", TYPE_GIF }, { "UklGR", TYPE_WEBP }, { "SUkqA", TYPE_TIFF }, { "Qk", TYPE_BMP }, { "PD94bWwg", TYPE_SVG },
	};
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (view_starts(v, view_str(types[i].head)))
			return inspect_picture_base64(in, types[i].type, v, e);
	return residue(e, "no picture");
}

CHECK(inspect_odf_binary)
{
	return picture_of(m->in, v, e);
}

/* -- what markup refers to ------------------------------------------------------- */

/* Digits without a leading zero from `at` on, up to the end or `end`. */
static bool
counted(struct view v, size_t at, uint8_t end, uint64_t *ret)
{
	uint64_t n = 0;
	size_t i;

	for (i = at; i < v.n && i < at + 9 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(v.p[i] - '0');
	*ret = n;
	return i > at && v.p[at] != '0' && (end == 0 ? i == v.n : i < v.n && v.p[i] == end);
}

static bool
refer(struct document *d, struct view name, struct err *e)
{
	name = arena_copy(d->o->arena, name);
	return (name.p != NULL && buf_put(&d->refs, &name, sizeof name)) || no_memory(e);
}

/* The next of its kind, or one that was before. */
static bool
count_up(uint64_t n, uint64_t *last, bool *ret_new)
{
	*ret_new = n == *last + 1;
	*last += *ret_new;
	return n <= *last;
}

static bool
picture_href(struct document *d, struct view v, struct err *e)
{
	bool is_new;
	uint64_t n;

	if (view_starts(v, VIEW("./ObjectReplacements/Object "))) {
		if (!counted(v, strlen("./ObjectReplacements/Object "), 0, &n) || n != d->shown || n == 0)
			return residue(e, "another object's picture");
		while (d->replaced.n <= n)
			if (!buf_byte(&d->replaced, false))
				return no_memory(e);
		if (d->replaced.p[n])
			return true;
		d->replaced.p[n] = true;
		return refer(d, view_from(v, 2), e);
	}
	if (!view_starts(v, VIEW("Pictures/")) || !counted(v, 9, '.', &n) || !count_up(n, &d->pictures, &is_new))
		return residue(e, "no picture of the package");
	return !is_new || refer(d, v, e);
}

CHECK(inspect_odf_href)
{
	struct document *d = m->state;
	struct view s;
	uint64_t n;
	bool is_new;

	if (!inspect_markup_decode(m, v, &s, e))
		return false;
	if (view_is(arg, "link"))
		return (s.n > 1 && s.p[0] == '#') || inspect_address_office(m->in, s, e);
	if (view_is(arg, "event"))
		return s.n > 1 && s.p[0] == '#';
	if (view_is(arg, "chart"))
		return view_is(s, ".") || view_is(s, "..");
	if (view_is(arg, "picture"))
		return picture_href(d, s, e);
	if (!view_starts(s, VIEW("./Object ")) || !counted(s, 9, 0, &n) || !count_up(n, &d->objects, &is_new))
		return residue(e, "no object of the package");
	d->shown = n;
	return !is_new || refer(d, view_from(s, 2), e);
}

bool
inspect_odf_frame(struct markup *m, enum hook_when when, struct err *e)
{
	struct document *d = m->state;

	(void)e;
	if (when == HOOK_OPEN)
		d->shown = 0;
	return true;
}

/* The body, which is one element. */
bool
inspect_odf_body(struct markup *m, enum hook_when when, struct err *e)
{
	struct document *d = m->state;

	(void)e;
	d->bodies += when == HOOK_OPEN;
	return true;
}

bool
inspect_odf_content(struct markup *m, enum hook_when when, struct err *e)
{
	struct document *d = m->state;

	if (when != HOOK_OPEN)
		return true;
	if (d->body.n > 0)
		return residue(e, "two bodies");
	d->body = inspect_markup_above(m, 0)->name;
	return true;
}

/* Only turns pages, or leads to one. */
bool
inspect_odf_event(struct markup *m, enum hook_when when, struct err *e)
{
	struct view action, href;

	(void)e;
	if (when != HOOK_OPEN)
		return true;
	action = inspect_markup_value(m, "presentation:action");
	href = inspect_markup_value(m, "xlink:href");
	if (href.p != NULL)
		return view_is(action, "show");
	return view_is(action, "next-page") || view_is(action, "previous-page") || view_is(action, "first-page") || view_is(action, "last-page");
}

/* Forms and what belongs to them, by the profile. */
bool
inspect_odf_form(struct markup *m, enum hook_when when, struct err *e)
{
	return when != HOOK_OPEN || m->in->profile->forms || residue(e, "a form, which the profile does not keep");
}

/* What is said of the document, by the profile; the same elements stand in annotations too. */
bool
inspect_odf_meta(struct markup *m, enum hook_when when, struct err *e)
{
	const struct schema_type *above = inspect_markup_above(m, 1);

	return when != HOOK_OPEN || m->in->profile->metadata || above == NULL || !view_is(above->name, "office:meta") ||
	       residue(e, "metadata, which the profile does not keep");
}

/* A field as Word has them: of the kinds that a form has, or, where forms are not kept, a box to tick. */
bool
inspect_odf_mark(struct markup *m, enum hook_when when, struct err *e)
{
	static const char *const types[] = { "FORMCHECKBOX", "FORMDATE", "FORMDROPDOWN", "FORMTEXT" };
	struct view type;
	size_t i;

	if (when != HOOK_OPEN)
		return true;
	type = inspect_markup_value(m, "field:type");
	if (!view_starts(type, VIEW("vnd.oasis.opendocument.field.")))
		return residue(e, "a field of an unknown kind");
	type = view_from(type, strlen("vnd.oasis.opendocument.field."));
	if (!m->in->profile->forms)
		return view_is(m->x.name, "field:fieldmark") && view_is(type, "FORMCHECKBOX");
	for (i = 0; !m->x.empty && i < sizeof types / sizeof *types; i++)
		if (view_is(type, types[i]))
			return true;
	return m->x.empty || residue(e, "a field with parameters");
}

/* -- the package --------------------------------------------------------------------- */

static bool
entry_error(const struct zip_entry *en, struct err *e)
{
	return err_at(e, "%.*s", (int)(en->name.n > 100 ? 100 : en->name.n), (const char *)en->name.p);
}

static struct zip_entry *
peek(struct odf *o)
{
	return o->next < o->entries ? &o->entry[o->next] : NULL;
}

static bool
in_folder(const struct document *d, const struct zip_entry *en, const char *name)
{
	return en != NULL && en->name.n == d->folder.n + strlen(name) && view_starts(en->name, d->folder) && view_is(view_from(en->name, d->folder.n), name);
}

static bool
listed(struct odf *o, struct view path, struct view media, struct err *e)
{
	buf_str(&o->manifest, "<manifest:file-entry manifest:full-path=\"");
	buf_view(&o->manifest, path);
	buf_str(&o->manifest, "\" manifest:media-type=\"");
	buf_view(&o->manifest, media);
	buf_str(&o->manifest, "\"/>");
	return buf_ok(&o->manifest, e);
}

static int
by_name(const void *a, const void *b)
{
	struct view x = ((const struct zip_entry *)a)->name, y = ((const struct zip_entry *)b)->name;
	int c = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return c != 0 ? c : (x.n > y.n) - (x.n < y.n);
}

/* The folder's entry of that name, NULL where there is none: parts are read before what they refer to is passed. */
static const struct zip_entry *
ahead(struct document *d, const char *name)
{
	own_buf struct buf b = BUF_MAX(FOLDER_BYTES);
	struct zip_entry key = { .name = { NULL, 0 } };

	if (!buf_view(&b, d->folder) || !buf_str(&b, name))
		return NULL;
	key.name = buf_bytes(&b);
	return bsearch(&key, d->o->named, d->o->entries, sizeof key, by_name);
}

static bool
media(struct odf *o, struct zip_entry *en, bool replacement, struct err *e)
{
	static const struct { const char *ending; enum type type; const char *media, *magic; size_t n; } types[] = {
		{ ".png", TYPE_PNG, "image/png", "\x89PNG", 4 }, { ".jpg", TYPE_JPEG, "image/jpeg", "\xff\xd8", 2 }, { ".gif", TYPE_GIF, "image/gif", "GIF8", 4 },
		{ ".webp", TYPE_WEBP, "image/webp", "RIFF", 4 }, { ".tif", TYPE_TIFF, "image/tiff", "II*", 3 }, { ".bmp", TYPE_BMP, "image/bmp", "BM", 2 },
		{ ".svg", TYPE_SVG, "image/svg+xml", "<?xml", 5 },
	};
	size_t i, n;

	for (i = 0; i < sizeof types / sizeof *types; i++) {
		n = strlen(types[i].ending);
		if (replacement ? !view_starts(en->data, (struct view){ (const uint8_t *)types[i].magic, types[i].n })
				: en->name.n < n || !view_is(view_from(en->name, en->name.n - n), types[i].ending))
			continue;
		return (inspect_part(o->in, types[i].type, en->data, e) || entry_error(en, e)) && listed(o, en->name, view_str(types[i].media), e);
	}
	return residue(e, "a picture of an unknown type") || entry_error(en, e);
}

static bool document(struct odf *o, struct view folder, unsigned depth, struct view *ret_media, struct err *e);

/* Referred to by its name in the folder; the next entry, unless it was passed before. */
static bool
passed(struct document *d, struct view ref, struct err *e)
{
	own_buf struct buf name = BUF_MAX(FOLDER_BYTES);
	struct odf *o = d->o;
	struct zip_entry *en = peek(o);
	struct view path, kind;

	buf_view(&name, d->folder);
	buf_view(&name, ref);
	if (!buf_ok(&name, e))
		return false;
	path = arena_copy(o->arena, buf_bytes(&name));
	if (path.p == NULL || !buf_byte(&name, '/'))
		return no_memory(e);
	if (en != NULL && view_eq(en->name, path)) {
		o->next++;
		return media(o, en, view_starts(ref, VIEW("ObjectReplacements/")), e);
	}
	if (view_starts(ref, VIEW("Object ")) && en != NULL && view_starts(en->name, buf_bytes(&name))) {
		struct view folder = arena_copy(o->arena, buf_bytes(&name));

		return (folder.p != NULL || no_memory(e)) && document(o, folder, d->depth + 1, &kind, e) && listed(o, folder, kind, e);
	}
	return residue(e, "%.*s is not where it should be", (int)(path.n > 100 ? 100 : path.n), (const char *)path.p);
}

static bool
markup(struct document *d, const char *name, const struct markup_root *root, const struct zip_entry *en, struct err *e)
{
	struct odf *o = d->o;
	const struct view *ref;
	size_t i, n;

	buf_clear(&d->refs);
	if (!inspect_markup(o->in, root, en->data, NULL, d, e))
		return entry_error(en, e);
	ref = (const struct view *)(const void *)d->refs.p;
	n = d->refs.n / sizeof *ref;
	for (i = 0; i < n; i++)
		if (!passed(d, ref[i], e))
			return false;
	if (!in_folder(d, peek(o), name))
		return residue(e, "something stands before it") || entry_error(en, e);
	o->next++;
	return listed(o, en->name, VIEW("text/xml"), e);
}

/* A part that there may be. */
static bool
maybe(struct document *d, const char *name, const struct markup_root *root, struct err *e)
{
	const struct zip_entry *en = ahead(d, name);

	return en == NULL || markup(d, name, root, en, e);
}

static bool
media_type(struct view body, struct view *ret)
{
	static const struct { const char *body, *media; } types[] = {
		{ "office:text", "application/vnd.oasis.opendocument.text" }, { "office:spreadsheet", "application/vnd.oasis.opendocument.spreadsheet" },
		{ "office:presentation", "application/vnd.oasis.opendocument.presentation" }, { "office:drawing", "application/vnd.oasis.opendocument.graphics" },
		{ "office:chart", "application/vnd.oasis.opendocument.chart" }, { "math:math", "application/vnd.oasis.opendocument.formula" },
	};
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++)
		if (view_is(body, types[i].body)) {
			*ret = view_str(types[i].media);
			return true;
		}
	return false;
}

static bool
parts(struct document *d, struct view *ret_media, struct err *e)
{
	static const struct markup_root styles = { .root = "office:document-styles", .always = NAMESPACES }, content = { .root = "office:document-content", .always = NAMESPACES },
		meta = { .root = "office:document-meta", .always = NAMESPACES }, settings = { .root = "office:document-settings", .always = "ooo" }, math = { .root = "math:math", .always = NAMESPACES };
	const struct zip_entry *en;
	bool formula;

	if (!maybe(d, "styles.xml", &styles, e))
		return false;
	if ((en = ahead(d, "content.xml")) == NULL)
		return residue(e, "no content.xml");
	d->body = (struct view){ NULL, 0 };
	d->bodies = 0;
	formula = view_find(en->data, 0, VIEW("\n<math:math")) == strlen("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	if (!markup(d, "content.xml", formula ? &math : &content, en, e))
		return false;
	if (formula ? d->depth == 0 : d->bodies != 1)
		return residue(e, "not one body") || entry_error(en, e);
	if (!media_type(formula ? VIEW("math:math") : d->body, ret_media))
		return residue(e, "an unknown body") || entry_error(en, e);
	return maybe(d, "meta.xml", &meta, e) && maybe(d, "settings.xml", &settings, e);
}

static bool
document(struct odf *o, struct view folder, unsigned depth, struct view *ret_media, struct err *e)
{
	struct document d = { .o = o, .folder = folder, .depth = depth };
	bool ok;

	if (depth > ODF_OBJECTS_DEEP)
		return err_set(e, ERR_LIMIT, "objects in objects deeper than %d", ODF_OBJECTS_DEEP);
	ok = parts(&d, ret_media, e);
	buf_release(&d.refs);
	buf_release(&d.replaced);
	return ok;
}

static int
by_place(const void *a, const void *b)
{
	const struct zip_entry *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static bool
package(struct odf *o, enum type type, struct err *e)
{
	static const struct { enum type type; const char *word; } types[] = {
		{ TYPE_ODT, "text" }, { TYPE_ODS, "spreadsheet" }, { TYPE_ODP, "presentation" }, { TYPE_ODG, "graphics" },
	};
	own_buf struct buf expected = BUF_MAX(256);
	struct view kind, base;
	size_t i;

	for (i = 0; types[i].type != type; i++)
		;
	if (o->entries < 3 || !view_is(o->entry[0].name, "mimetype") || !o->entry[0].stored)
		return residue(e, "no mimetype at the beginning");
	o->mimetype = o->entry[o->next++].data;
	buf_printf(&expected, "application/vnd.oasis.opendocument.%s", types[i].word);
	base = buf_bytes(&expected);
	if (!view_starts(o->mimetype, base) || (o->mimetype.n > base.n && !view_is(view_from(o->mimetype, base.n), "-template")))
		return residue(e, "another mimetype");
	buf_str(&o->manifest, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">");
	if (!listed(o, VIEW("/"), o->mimetype, e) || !document(o, VIEW(""), 0, &kind, e))
		return false;
	if (!view_eq(kind, base))
		return residue(e, "a body of another kind than the mimetype");
	buf_str(&o->manifest, "</manifest:manifest>\n");
	if (o->next + 1 != o->entries || !view_is(o->entry[o->next].name, "META-INF/manifest.xml"))
		return residue(e, "something that nothing refers to") || (peek(o) != NULL ? entry_error(peek(o), e) : false);
	return buf_ok(&o->manifest, e) && (view_eq(o->entry[o->next].data, buf_bytes(&o->manifest)) || residue(e, "manifest"));
}

static bool
inspect_odf(struct inspection *in, enum type type, struct view out, struct err *e)
{
	own_arena struct arena *arena = arena_new(0);
	struct odf o = { .in = in, .arena = arena, .manifest = BUF_MAX((size_t)64 << 20) };
	bool ok;

	if (arena == NULL)
		return no_memory(e);
	ok = inspect_zip_entries(in, out, arena, &o.entry, &o.entries, e);
	if (ok && (o.named = arena_array(arena, o.entries + 1, sizeof *o.named)) == NULL)
		ok = no_memory(e);
	if (ok) {
		memcpy(o.named, o.entry, o.entries * sizeof *o.named);
		qsort(o.named, o.entries, sizeof *o.named, by_name);
		qsort(o.entry, o.entries, sizeof *o.entry, by_place);
		ok = package(&o, type, e);
	}
	buf_release(&o.manifest);
	return ok;
}

#define ODF(function, type) \
	bool function(struct inspection *in, struct view out, struct err *e) { return inspect_odf(in, type, out, e); }
ODF(inspect_odt, TYPE_ODT)
ODF(inspect_ods, TYPE_ODS)
ODF(inspect_odp, TYPE_ODP)
ODF(inspect_odg, TYPE_ODG)
