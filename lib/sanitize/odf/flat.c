/* flat.c - a flat document taken apart (flat.h): expat reads, the same is written, each piece into its parts. */
#include "sanitize/odf/flat.h"

#include <stdio.h>

#include "core/own.h"
#include "sanitize/markup/markup.h"
#include "sanitize/xml_feed.h"
#include "sanitize/zip/zip.h"

enum {
	CONTENT = 1, STYLES = 2, META = 4, SETTINGS = 8,
	PARTS = 4,
	DOCUMENTS = 9,		/* in each other, with the outermost */
	SPACES = 512,		/* declarations in force */
	PATH = 256,
};

static const struct {
	const char *name, *root;
} parts[PARTS] = {
	{ "content.xml", "office:document-content" },
	{ "styles.xml", "office:document-styles" },
	{ "meta.xml", "office:document-meta" },
	{ "settings.xml", "office:document-settings" },
};

static const struct {
	const char *name;
	unsigned parts;
} pieces[] = {
#define PIECE(name, parts) { name, parts },
#include "sanitize/odf/flat.def"
#undef PIECE
};

struct space {
	const char *name, *value;
	size_t depth;
};

struct document {
	const char *folder;
	struct buf part[PARTS];
	struct buf root;	/* attributes of its root */
	size_t depth;		/* of its root */
	unsigned now;		/* parts that the piece in hand stands in */
	bool formula;		/* the root itself is the content */
};

struct flat {
	struct job *job;
	struct err *e;
	XML_Parser parser;
	struct arena *arena;
	struct zip_writer out;
	struct document open[DOCUMENTS];
	size_t documents;	/* open */
	struct space space[SPACES];
	size_t spaces, depth;
	size_t object;		/* depth of the draw:object whose content comes, 0: none */
	uint32_t objects;
	struct buf scratch;
	bool failed, begun;
};

static void
stop(struct flat *f)
{
	f->failed = true;
	(void)XML_StopParser(f->parser, XML_FALSE);
}

static void
fail(struct flat *f, enum err_code code, const char *text)
{
	err_set(f->e, code, "%s", text);
	stop(f);
}

static bool
is(const char *name, const char *other)
{
	return strcmp(name, other) == 0;
}

/* -- namespaces ------------------------------------------------------- */

static bool
is_declaration(const char *name)
{
	return is(name, "xmlns") || strncmp(name, "xmlns:", 6) == 0;
}

static void
declare(struct flat *f, const char *name, const char *value)
{
	struct view n = arena_copy(f->arena, view_str(name)), v = arena_copy(f->arena, view_str(value));

	if (f->spaces == SPACES || n.p == NULL || v.p == NULL) {
		fail(f, ERR_LIMIT, "too many namespaces");
		return;
	}
	f->space[f->spaces++] = (struct space){ (const char *)n.p, (const char *)v.p, f->depth };
}

/* Of those around a document that begins, what its root does not say itself. */
static bool
is_hidden(const struct flat *f, size_t i)
{
	size_t k;

	for (k = i + 1; k < f->spaces; k++)
		if (is(f->space[k].name, f->space[i].name))
			return true;
	return false;
}

/* -- writing ---------------------------------------------------------- */

static void
put_attribute(struct buf *b, const char *name, const char *value)
{
	(void)buf_byte(b, ' ');
	(void)buf_str(b, name);
	(void)buf_str(b, "=\"");
	markup_escape(b, view_str(value), true);
	(void)buf_str(b, "\"");
}

static void
to_parts(struct flat *f, struct view v)
{
	struct document *d = &f->open[f->documents - 1];
	bool ok = !f->scratch.full;
	size_t i;

	for (i = 0; i < PARTS && ok; i++)
		if ((d->now >> i & 1) != 0)
			ok = buf_view(&d->part[i], v);
	if (!ok)
		fail(f, ERR_SYSTEM, "no memory");
}

static void
put_start(struct flat *f, const char *name, const XML_Char **att, const char *without, const char *more)
{
	struct buf *b = &f->scratch;
	size_t i;

	buf_clear(b);
	(void)buf_byte(b, '<');
	(void)buf_str(b, name);
	for (i = 0; att[i] != NULL; i += 2)
		if (without == NULL || !is(att[i], without))
			put_attribute(b, att[i], att[i + 1]);
	(void)buf_str(b, more);
	(void)buf_byte(b, '>');
	to_parts(f, buf_bytes(b));
}

static bool
write_part(struct flat *f, const struct document *d, size_t i)
{
	own_buf struct buf whole = { 0 }, path = { 0 };
	struct view v = buf_bytes(&d->part[i]), root = buf_bytes(&d->root);

	if (v.n == 0 && i > 0)
		return true;
	if (!d->formula) {
		(void)buf_printf(&whole, "<%s", parts[i].root);
		(void)buf_view(&whole, root);
		(void)buf_str(&whole, ">");
	}
	(void)buf_view(&whole, v);
	if (!d->formula)
		(void)buf_printf(&whole, "</%s>", parts[i].root);
	(void)buf_printf(&path, "%s%s", d->folder, parts[i].name);
	return buf_byte(&path, '\0') && buf_ok(&whole, f->e) && job_charge(f->job, whole.n, f->e) &&
	       zip_put_stored(&f->out, (const char *)path.p, 1 << 5 | 1, 0, buf_bytes(&whole), f->e);
}

static void
release(struct document *d)
{
	size_t i;

	for (i = 0; i < PARTS; i++)
		buf_release(&d->part[i]);
	buf_release(&d->root);
}

/* -- documents -------------------------------------------------------- */

static bool
mimetype(struct flat *f, const XML_Char **att)
{
	size_t i;

	for (i = 0; att[i] != NULL; i += 2)
		if (is(att[i], "office:mimetype"))
			return zip_put_stored(&f->out, "mimetype", 1 << 5 | 1, 0, view_str(att[i + 1]), f->e);
	return err_set(f->e, ERR_MALFORMED, "office:document: no mimetype");
}

static struct document *
begin(struct flat *f)
{
	struct document *d = &f->open[f->documents];
	char folder[PATH] = "";
	struct view copy;

	if (f->documents == DOCUMENTS ||
	    (f->documents > 0 &&
	     (size_t)snprintf(folder, PATH, "%sObject %u/", f->open[f->documents - 1].folder, f->objects) >= PATH)) {
		fail(f, ERR_LIMIT, "documents in documents");
		return NULL;
	}
	copy = arena_copy(f->arena, view_str(folder));
	if (copy.p == NULL) {
		fail(f, ERR_SYSTEM, "no memory");
		return NULL;
	}
	*d = (struct document){ .folder = (const char *)copy.p, .depth = f->depth };
	f->documents++;
	f->object = 0;
	return d;
}

static void
begin_document(struct flat *f, const XML_Char **att)
{
	struct document *d = begin(f);
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; att[i] != NULL; i += 2)
		if (!is_declaration(att[i]) && !is(att[i], "office:mimetype"))
			put_attribute(&d->root, att[i], att[i + 1]);
	for (i = 0; i < f->spaces; i++)
		if (!is_hidden(f, i))
			put_attribute(&d->root, f->space[i].name, f->space[i].value);
}

static void
begin_formula(struct flat *f, const char *name, const XML_Char **att)
{
	struct document *d = begin(f);
	own_buf struct buf more = { 0 };
	size_t i;

	if (d == NULL)
		return;
	d->formula = true;
	d->now = CONTENT;
	for (i = 0; i < f->spaces; i++)
		if (f->space[i].depth < f->depth && !is_hidden(f, i))
			put_attribute(&more, f->space[i].name, f->space[i].value);
	if (buf_byte(&more, '\0'))
		put_start(f, name, att, NULL, (const char *)more.p);
}

static void
end_document(struct flat *f)
{
	struct document *d = &f->open[--f->documents];
	size_t i;

	for (i = 0; i < PARTS && !f->failed; i++)
		if (!write_part(f, d, i))
			stop(f);
	release(d);
}

/* -- what expat tells ------------------------------------------------- */

/* Its document, should one come, is the part that it now refers to. */
static void
object(struct flat *f, const char *name, const XML_Char **att)
{
	char more[96];

	(void)snprintf(more, sizeof more, " xmlns:flat=\"http://www.w3.org/1999/xlink\" flat:href=\"./Object %u\"", ++f->objects);
	put_start(f, name, att, "xlink:href", more);
	f->object = f->depth;
}

static void
piece(struct document *d, const char *name)
{
	size_t i;

	d->now = CONTENT;
	for (i = 0; i < sizeof pieces / sizeof *pieces; i++)
		if (is(name, pieces[i].name))
			d->now = pieces[i].parts;
}

static void
root(struct flat *f, const char *name, const XML_Char **att)
{
	f->begun = true;
	if (!is(name, "office:document"))
		fail(f, ERR_MALFORMED, "the root is no office:document");
	else if (!mimetype(f, att))
		stop(f);
	else
		begin_document(f, att);
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **att)
{
	struct flat *f = ctx;
	const bool inside = f->object > 0 && f->depth == f->object;
	size_t i;

	if (f->failed || !job_tick(f->job, f->e)) {
		stop(f);
		return;
	}
	f->depth++;
	for (i = 0; att[i] != NULL && !f->failed; i += 2)
		if (is_declaration(att[i]))
			declare(f, att[i], att[i + 1]);
	if (f->failed)
		return;
	if (!f->begun) {
		root(f, name, att);
		return;
	}
	if (inside && is(name, "office:document")) {
		begin_document(f, att);
		return;
	}
	if (inside && (is(name, "math") || is(name, "math:math"))) {
		begin_formula(f, name, att);
		return;
	}
	if (f->depth == f->open[f->documents - 1].depth + 1 && !f->open[f->documents - 1].formula)
		piece(&f->open[f->documents - 1], name);
	if (is(name, "draw:object"))
		object(f, name, att);
	else
		put_start(f, name, att, NULL, "");
}

static void
put_end(struct flat *f, const char *name)
{
	buf_clear(&f->scratch);
	(void)buf_str(&f->scratch, "</");
	(void)buf_str(&f->scratch, name);
	(void)buf_byte(&f->scratch, '>');
	to_parts(f, buf_bytes(&f->scratch));
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct flat *f = ctx;
	struct document *d;

	if (f->failed)
		return;
	d = &f->open[f->documents - 1];
	if (f->object == f->depth)
		f->object = 0;
	if (d->depth != f->depth || d->formula)
		put_end(f, name);
	if (d->depth == f->depth)
		end_document(f);
	while (f->spaces > 0 && f->space[f->spaces - 1].depth == f->depth)
		f->spaces--;
	f->depth--;
}

static void XMLCALL
on_text(void *ctx, const XML_Char *s, int n)
{
	struct flat *f = ctx;

	if (f->failed || f->documents == 0 || f->depth == f->open[f->documents - 1].depth)
		return;
	buf_clear(&f->scratch);
	markup_escape(&f->scratch, view_of(s, (size_t)n), false);
	to_parts(f, buf_bytes(&f->scratch));
}

static void XMLCALL
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public, int subset)
{
	struct flat *f = ctx;

	(void)system;
	(void)public;
	(void)subset;
	job_find(f->job, FINDING_XML_DOCTYPE, "", "%s", name);
}

static void XMLCALL
on_entity(void *ctx, const XML_Char *name, int parameter, const XML_Char *value, int value_n, const XML_Char *base,
	  const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
	struct flat *f = ctx;

	(void)parameter;
	(void)value;
	(void)value_n;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	if (f->failed)
		return;
	job_find(f->job, FINDING_XML_ENTITY, "", "%s", name);
	fail(f, ERR_DENIED, "an entity");
}

static void XMLCALL
on_skipped(void *ctx, const XML_Char *name, int parameter)
{
	if (!parameter)
		on_entity(ctx, name, parameter, NULL, 0, NULL, NULL, NULL, NULL);
}

/* -- the whole -------------------------------------------------------- */

static bool
parse(struct flat *f, struct view in)
{
	if (xml_feed(f->parser, f->job, in, f->e))
		return true;
	return f->failed ? err_at(f->e, "line %lu", (unsigned long)XML_GetCurrentLineNumber(f->parser)) : false;
}

static bool
take_apart(struct flat *f, struct view in)
{
	bool ok;

	f->parser = XML_ParserCreate(NULL);
	if (f->parser == NULL)
		return err_set(f->e, ERR_SYSTEM, "no memory");
	XML_SetUserData(f->parser, f);
	XML_SetElementHandler(f->parser, on_start, on_end);
	XML_SetCharacterDataHandler(f->parser, on_text);
	XML_SetStartDoctypeDeclHandler(f->parser, on_doctype);
	XML_SetEntityDeclHandler(f->parser, on_entity);
	XML_SetSkippedEntityHandler(f->parser, on_skipped);
	xml_confine(f->parser, f->job, f);
	ok = parse(f, in);
	XML_ParserFree(f->parser);
	return ok;
}

bool
odf_is_flat(struct view in)
{
	return !view_starts(in, VIEW("PK"));
}

bool
odf_flat_package(struct job *j, struct view in, struct buf *ret, struct err *e)
{
	own_arena struct arena *arena = arena_new(16 << 20);
	struct flat *f = arena == NULL ? NULL : arena_get(arena, sizeof *f);
	bool ok;

	if (f == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	memset(f, 0, sizeof *f);
	f->job = j;
	f->e = e;
	f->arena = arena;
	f->out.out = ret;
	ok = take_apart(f, in) && zip_end(&f->out, e);
	while (f->documents > 0)
		release(&f->open[--f->documents]);
	buf_release(&f->scratch);
	zip_writer_release(&f->out);
	return ok;
}
