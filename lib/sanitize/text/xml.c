#include <stdio.h>
#include <stdlib.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/format.h"
#include "sanitize/markup/markup.h"
#include "sanitize/text/text.h"
#include "sanitize/xml_feed.h"

/*
 * XML by expat, streamed and written anew (docs/canonical.md: XML).  No DTD
 * is followed, no entity but the five is resolved, and none may be declared:
 * they are how documents read files and swell.
 */
enum {
	DEPTH_MAX = 256,
	ATTRIBUTES_MAX = 1024,
	SEP = 1,	/* between namespace, local name and prefix, as expat hands them */
};

struct xml {
	struct job *j;
	struct buf *out;
	XML_Parser p;
	struct err *e;
	struct buf declared;	/* xmlns attributes of the element that comes */
	uint32_t depth;
	uint32_t skip;		/* depth at which an XInclude element began; 0: none */
	bool open;		/* the start tag waits for its '>' */
	bool failed;
	uint64_t comments, instructions, hidden, remote, live;
	char where[48];
};

static const char *const xinclude[] = { "http://www.w3.org/2001/XInclude",
					"http://www.w3.org/2003/XInclude" };

static bool
is_xinclude(const char *uri, size_t n)
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (strlen(xinclude[i]) == n && memcmp(xinclude[i], uri, n) == 0)
			return true;
	return false;
}

/*
 * A browser acts on the elements of these wherever they stand in a document, whatever its root: script runs,
 * frames load; an office program opens what has such a root.  In a namespace that nobody knows they are the
 * words and the data that they hold.
 */
static const char *const live[] = {
#define LIVE(uri) uri,
#include "sanitize/text/xml_live.def"
#undef LIVE
};

static bool
is_live(const char *uri)
{
	size_t i;

	for (i = 0; uri != NULL && i < sizeof live / sizeof *live; i++)
		if (strcmp(live[i], uri) == 0)
			return true;
	return false;
}

static const char *
where(struct xml *x)
{
	(void)snprintf(x->where, sizeof x->where, "line %lu", (unsigned long)XML_GetCurrentLineNumber(x->p));
	return x->where;
}

/* Ends the parse: *x->e is set. */
static void
stop(struct xml *x)
{
	x->failed = true;
	(void)XML_StopParser(x->p, XML_FALSE);
}

/* -- writing ---------------------------------------------------------- */

static void
put_text(struct xml *x, struct buf *out, struct view v, bool value)
{
	while (v.n > 0) {
		struct view run = v, was;
		const char *ref;
		uint32_t c;
		size_t n = 0;

		while (n < v.n && v.p[n] >= 0x20 && v.p[n] < 0x7f && markup_reference(v.p[n], value) == NULL)
			n++;
		(void)view_take(&v, n, &run);
		if (n > 0)
			(void)buf_view(out, run);
		if (v.n == 0)
			return;
		was = v;
		c = utf8_take(&v);
		ref = markup_reference(c, value);
		if (ref != NULL)
			(void)buf_str(out, ref);
		else if (c != UTF8_BAD && (utf8_is_hiding(c) || (utf8_is_control(c) && c != '\t' && c != '\n')))
			x->hidden++;
		else
			(void)buf_put(out, was.p, was.n - v.n);
	}
}

/* "uri SEP local SEP prefix", "uri SEP local" or "local": the name as the document spells it. */
static void
put_name(struct buf *out, const char *triplet)
{
	const char *local = strchr(triplet, SEP), *prefix = NULL;

	if (local != NULL)
		prefix = strchr(++local, SEP);
	else
		local = triplet;
	if (prefix != NULL) {
		(void)buf_str(out, prefix + 1);
		(void)buf_byte(out, ':');
		(void)buf_put(out, local, (size_t)(prefix - local));
	} else {
		(void)buf_str(out, local);
	}
}

static void
put_attribute(struct xml *x, const char *name, const char *value)
{
	(void)buf_byte(x->out, ' ');
	put_name(x->out, name);
	(void)buf_put(x->out, "=\"", 2);
	put_text(x, x->out, view_str(value), true);
	(void)buf_byte(x->out, '"');
}

static void
close_start(struct xml *x)
{
	if (x->open)
		(void)buf_byte(x->out, '>');
	x->open = false;
}

/* -- what the parser tells -------------------------------------------- */

static bool
is_remote(const char *v)
{
	return strncmp(v, "http://", 7) == 0 || strncmp(v, "https://", 8) == 0 ||
	       strncmp(v, "ftp://", 6) == 0 || strncmp(v, "file:", 5) == 0 || strncmp(v, "\\\\", 2) == 0;
}

/* A reader may fetch what xlink:href and xsi:schemaLocation name: data, but worth a word. */
static void
look_at(struct xml *x, const char *name, const char *value)
{
	static const char xlink[] = "http://www.w3.org/1999/xlink\1href";
	static const char schema[] = "http://www.w3.org/2001/XMLSchema-instance\1schemaLocation";
	static const char local[] = "http://www.w3.org/2001/XMLSchema-instance\1noNamespaceSchemaLocation";
	static const char *const names[] = { xlink, schema, local };
	const char *at = value;
	size_t i;

	for (i = 0; i < 3; i++)
		if (strncmp(name, names[i], strlen(names[i])) == 0)
			break;
	if (i == 3)
		return;
	/* A schemaLocation is pairs of a name and an address. */
	if (i == 1 && strchr(value, ' ') != NULL)
		at = strchr(value, ' ') + 1;
	if (is_remote(at) && x->remote++ < 100)
		job_find(x->j, FINDING_XML_REMOTE, where(x), "%s", at);
}

static bool
skips(struct xml *x, const char *name)
{
	const char *sep = strchr(name, SEP);

	if (x->skip != 0)
		return true;
	if (sep == NULL || !is_xinclude(name, (size_t)(sep - name)))
		return false;
	job_find(x->j, FINDING_XML_INCLUDE, where(x), NULL);
	x->skip = x->depth;
	return true;
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **att)
{
	struct xml *x = ctx;
	size_t n;

	if (x->failed)
		return;
	if (++x->depth > DEPTH_MAX) {
		err_set(x->e, ERR_LIMIT, "%s: nested deeper than %d", where(x), DEPTH_MAX);
		stop(x);
		return;
	}
	for (n = 0; att[n] != NULL; n += 2)
		;
	if (n / 2 > ATTRIBUTES_MAX) {
		err_set(x->e, ERR_LIMIT, "%s: %zu attributes", where(x), n / 2);
		stop(x);
		return;
	}
	if (!job_tick(x->j, x->e) || !buf_ok(x->out, x->e)) {
		stop(x);
		return;
	}
	if (skips(x, name)) {
		buf_clear(&x->declared);
		return;
	}
	close_start(x);
	(void)buf_byte(x->out, '<');
	put_name(x->out, name);
	(void)buf_view(x->out, buf_bytes(&x->declared));
	buf_clear(&x->declared);
	for (n = 0; att[n] != NULL; n += 2) {
		const char *sep = strchr(att[n], SEP);

		/* Its prefix was not declared again. */
		if (sep != NULL && is_xinclude(att[n], (size_t)(sep - att[n])))
			continue;
		look_at(x, att[n], att[n + 1]);
		put_attribute(x, att[n], att[n + 1]);
	}
	x->open = true;
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct xml *x = ctx;

	if (x->failed)
		return;
	if (x->skip != 0) {
		if (x->skip == x->depth)
			x->skip = 0;
	} else if (x->open) {
		(void)buf_put(x->out, "/>", 2);
		x->open = false;
	} else {
		(void)buf_put(x->out, "</", 2);
		put_name(x->out, name);
		(void)buf_byte(x->out, '>');
	}
	x->depth--;
}

static void XMLCALL
on_text(void *ctx, const XML_Char *s, int n)
{
	struct xml *x = ctx;

	if (x->failed || x->skip != 0 || n <= 0)
		return;
	close_start(x);
	put_text(x, x->out, view_of(s, (size_t)n), false);
}

static void XMLCALL
on_namespace(void *ctx, const XML_Char *prefix, const XML_Char *uri)
{
	struct xml *x = ctx;

	if (x->failed || (uri != NULL && is_xinclude(uri, strlen(uri))))
		return;
	(void)buf_str(&x->declared, " xmlns");
	if (prefix != NULL)
		(void)buf_printf(&x->declared, ":%s", prefix);
	(void)buf_put(&x->declared, "=\"", 2);
	if (uri != NULL)
		put_text(x, &x->declared, view_str(uri), true);
	if (is_live(uri)) {
		(void)buf_str(&x->declared, "#inert");
		if (x->live++ < 100)
			job_find(x->j, FINDING_XML_LIVE, where(x), "%s", uri);
	}
	(void)buf_byte(&x->declared, '"');
}

static void XMLCALL
on_comment(void *ctx, const XML_Char *s)
{
	struct xml *x = ctx;

	(void)s;
	x->comments++;
}

static void XMLCALL
on_instruction(void *ctx, const XML_Char *target, const XML_Char *data)
{
	struct xml *x = ctx;

	(void)data;
	if (!x->failed && x->instructions++ < 100)
		job_find(x->j, FINDING_XML_INSTRUCTION, where(x), "%s", target);
}

static void XMLCALL
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public, int subset)
{
	struct xml *x = ctx;

	(void)public;
	(void)subset;
	if (!x->failed)
		job_find(x->j, FINDING_XML_DOCTYPE, where(x), "%s%s%s", name, system == NULL ? "" : " ",
			 system == NULL ? "" : system);
}

static void
refuse_entity(struct xml *x, const char *name)
{
	if (x->failed)
		return;
	job_find(x->j, FINDING_XML_ENTITY, where(x), "%s", name);
	err_set(x->e, ERR_DENIED, "%s: entity %.100s", where(x), name);
	stop(x);
}

static void XMLCALL
on_entity(void *ctx, const XML_Char *name, int parameter, const XML_Char *value, int value_n,
	  const XML_Char *base, const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
	(void)parameter;
	(void)value;
	(void)value_n;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	refuse_entity(ctx, name);
}

static void XMLCALL
on_skipped(void *ctx, const XML_Char *name, int parameter)
{
	if (!parameter)
		refuse_entity(ctx, name);
}

/* -- the document ----------------------------------------------------- */

static void
set_up(struct xml *x)
{
	XML_SetUserData(x->p, x);
	XML_SetReturnNSTriplet(x->p, 1);
	XML_SetElementHandler(x->p, on_start, on_end);
	XML_SetCharacterDataHandler(x->p, on_text);
	XML_SetStartNamespaceDeclHandler(x->p, on_namespace);
	XML_SetCommentHandler(x->p, on_comment);
	XML_SetProcessingInstructionHandler(x->p, on_instruction);
	XML_SetStartDoctypeDeclHandler(x->p, on_doctype);
	XML_SetEntityDeclHandler(x->p, on_entity);
	XML_SetSkippedEntityHandler(x->p, on_skipped);
	xml_confine(x->p, x->j, x);
}

/* encoding="…" of the declaration, while the bytes are still in it. */
static bool
declared_charset(struct view in, enum charset *ret)
{
	struct view head = { in.p, in.n < 200 ? in.n : 200 }, value;
	size_t at = view_find(head, 0, VIEW("encoding")), end, n;

	if (!view_starts(head, VIEW("<?xml")) || at == VIEW_NOT_FOUND ||
	    at > view_find(head, 0, VIEW("?>")))
		return false;
	value = view_from(head, at + 8);
	while (value.n > 0 && (value.p[0] == ' ' || value.p[0] == '='))
		(void)view_skip(&value, 1);
	if (value.n < 2)
		return false;
	end = view_find(value, 1, value.p[0] == '"' ? VIEW("\"") : VIEW("'"));
	n = end == VIEW_NOT_FOUND ? 0 : end - 1;
	return view_sub(value, 1, n, &value) && charset_find(value, ret);
}

/* To UTF-8: by the BOM, else as declared, else as it reads best. */
static bool
to_utf8(struct job *j, struct view *in, struct buf *room, struct err *e)
{
	struct charset_guess g = charset_guess(*in);
	enum charset c = g.charset, said;
	uint64_t bad = 0;

	if (!g.bom && declared_charset(*in, &said) && said != CHARSET_UTF16LE && said != CHARSET_UTF16BE &&
	    !(said == CHARSET_CP1252 && c == CHARSET_UTF8))
		c = said;
	if (c == CHARSET_UTF8 && utf8_valid(*in))
		return true;
	if (!charset_decode(c, *in, room, &bad, e))
		return false;
	if (bad > 0)
		job_find(j, FINDING_TEXT_BAD_BYTES, "", "%llu", (unsigned long long)bad);
	if (c != CHARSET_UTF8_BOM && c != CHARSET_UTF8)
		job_find(j, FINDING_TEXT_CHARSET, "", "%s -> UTF-8", charset_name(c));
	*in = buf_bytes(room);
	return true;
}

static void
report(struct xml *x)
{
	if (x->comments > 0)
		job_find(x->j, FINDING_XML_COMMENT, "", "%llu", (unsigned long long)x->comments);
	if (x->hidden > 0)
		job_find(x->j, FINDING_TEXT_HIDING, "", "%llu", (unsigned long long)x->hidden);
}

static void
xml_release(struct xml *x)
{
	buf_release(&x->declared);
	if (x->p != NULL)
		XML_ParserFree(x->p);
}

static bool
xml_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf utf8 = BUF_MAX((size_t)j->profile->limits.output);
	__attribute__((cleanup(xml_release))) struct xml x = {
		.j = j, .out = out, .e = e, .declared = BUF_MAX(1 << 24),
	};

	if (!to_utf8(j, &in, &utf8, e))
		return false;
	x.p = XML_ParserCreateNS("UTF-8", SEP);
	if (x.p == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	set_up(&x);
	(void)buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (!xml_feed(x.p, j, in, e))
		return false;
	(void)buf_byte(out, '\n');
	if (x.declared.full)
		return buf_ok(&x.declared, e);
	/* Only what XInclude would have brought: there is no element left. */
	if (out->n > 0 && view_find(buf_bytes(out), 39, VIEW("<")) == VIEW_NOT_FOUND)
		return err_set(e, ERR_MALFORMED, "no element is left");
	report(&x);
	return buf_ok(out, e);
}

const struct format format_xml = { .type = TYPE_XML, .rebuild = xml_rebuild };
