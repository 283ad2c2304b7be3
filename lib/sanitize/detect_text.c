#include <strings.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/detect.h"
#include "sanitize/text/charset.h"
#include "sanitize/text/json.h"

enum {
	HEAD = 8192,	/* bytes that are read as text */
	LONG_HEAD = 1 << 20,	/* where what stands before the root element is longer */
	FIELDS_MAX = 64,	/* header field lines looked at */
};

/* A head as ASCII-compatible text: UTF-16 is decoded, everything else left as it is. */
static struct view
head_of(struct view in, const struct charset_guess *g, size_t max, struct buf *room)
{
	struct err e;
	uint64_t bad;

	if (in.n > max)
		in.n = max;
	switch (g->charset) {
	case CHARSET_UTF16LE: case CHARSET_UTF16BE: case CHARSET_UTF32LE: case CHARSET_UTF32BE:
	case CHARSET_UTF8_BOM:
		buf_clear(room);
		(void)charset_decode(g->charset, in, room, &bad, &e);
		return buf_bytes(room);
	default:
		return in;
	}
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static struct view
trim(struct view v)
{
	while (v.n > 0 && is_space(v.p[0]))
		(void)view_skip(&v, 1);
	return v;
}

static bool
starts_fold(struct view v, const char *s)
{
	size_t n = strlen(s);

	return v.n >= n && strncasecmp((const char *)v.p, s, n) == 0;
}

/* Skips "<?…?>", "<!--…-->" and "<!DOCTYPE …>"; what the doctype names goes to *ret. */
static struct view
skip_prolog(struct view v, struct view *doctype)
{
	for (v = trim(v);; v = trim(v)) {
		const char *close;
		size_t end;

		if (starts_fold(v, "<?xml") || starts_fold(v, "<?mso"))
			close = "?>";
		else if (starts_fold(v, "<!--"))
			close = "-->";
		else if (starts_fold(v, "<!DOCTYPE"))
			close = ">";
		else if (starts_fold(v, "<?") && !starts_fold(v, "<?php"))
			close = "?>";
		else
			return v;
		if (close[0] == '>') {
			struct view d = view_from(v, 9);
			size_t open = view_find(v, 0, VIEW("["));

			*doctype = trim(d);
			end = view_find(v, 0, VIEW(">"));
			/* An internal subset ends with "]>" only. */
			if (open < end)
				end = view_find(v, open, VIEW("]"));
			if (open < end && end != VIEW_NOT_FOUND)
				end = view_find(v, end, VIEW(">"));
		} else {
			end = view_find(v, 2, view_str(close));
		}
		if (end == VIEW_NOT_FOUND)
			return view_from(v, v.n);
		v = view_from(v, end + strlen(close));
	}
}

/* Comments or a DTD longer than the head: what the document is stands behind them. */
static bool
prolog_goes_on(struct view head)
{
	struct view doctype;

	return view_starts(trim(head), VIEW("<")) && skip_prolog(head, &doctype).n == 0;
}

/* The local name of the element that opens here: "svg" of "<x:svg …". */
static struct view
element_of(struct view v)
{
	size_t i, from = 0;

	if (v.n < 2 || v.p[0] != '<')
		return view_from(v, v.n);
	(void)view_skip(&v, 1);
	for (i = 0; i < v.n && !is_space(v.p[i]) && v.p[i] != '>' && v.p[i] != '/'; i++)
		if (v.p[i] == ':')
			from = i + 1;
	return view_of(v.p + from, i - from);
}

static bool
in_list(struct view name, const char *const list[], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(list[i]) == name.n && starts_fold(name, list[i]))
			return true;
	return false;
}
#define IN_LIST(name, list) in_list(name, list, sizeof(list) / sizeof *(list))

/* Elements whose documents are run, not read, under whatever name. */
static const char *const program_elements[] = { "script", "scriptlet", "jnlp" };
static const char *const html_elements[] = {
	"html", "head", "body", "title", "meta", "base", "link", "style", "table", "div", "p", "a",
	"h1", "h2", "h3", "h4", "h5", "h6", "iframe", "frameset", "frame", "form", "img", "font",
	"center", "br", "b", "i", "u", "ul", "ol", "li", "span", "pre", "input", "button", "object",
	"embed", "applet", "marquee", "video", "audio", "nav", "section", "main", "header", "footer",
};

static bool
is_xslt(struct view name, struct view head)
{
	return (view_is(name, "stylesheet") || view_is(name, "transform")) &&
	       view_find(head, 0, VIEW("http://www.w3.org/1999/XSL/Transform")) != VIEW_NOT_FOUND;
}

/* What stands in quotes behind name = of the tag that v begins with; empty where that is not there. */
static struct view
attribute_of(struct view v, const char *name)
{
	size_t at = view_find(v, 0, view_str(name)), end = view_find(v, 0, VIEW(">"));
	struct view quote, value = VIEW("");

	if (at == VIEW_NOT_FOUND || at > end)
		return value;
	v = trim(view_from(v, at + strlen(name)));
	if (!view_starts(v, VIEW("=")))
		return value;
	v = trim(view_from(v, 1));
	if ((view_starts(v, VIEW("\"")) || view_starts(v, VIEW("'"))) && view_take(&v, 1, &quote))
		(void)view_take(&v, view_find(v, 0, quote), &value);
	return value;
}

/* What our XML writer made of a document whose root was found too late (XML_LIVE): no program takes it for its own any more. */
static bool
is_inert(struct view v)
{
	size_t end = view_find(v, 0, VIEW(">"));

	return end != VIEW_NOT_FOUND && view_find(view_of(v.p, end), 0, VIEW("#inert\"")) != VIEW_NOT_FOUND;
}

/* A flat document of OpenDocument says in its root what it is. */
static enum type
by_flat_mimetype(struct view v)
{
	static const struct {
		const char *word;
		enum type type;
	} rows[] = { { "spreadsheet", TYPE_ODS }, { "presentation", TYPE_ODP }, { "graphics", TYPE_ODG } };
	struct view mimetype = attribute_of(v, "office:mimetype"), base = VIEW("application/vnd.oasis.opendocument.");
	size_t i;

	for (i = 0; view_starts(mimetype, base) && i < sizeof rows / sizeof *rows; i++)
		if (view_starts(view_from(mimetype, base.n), view_str(rows[i].word)))
			return rows[i].type;
	return TYPE_ODT;
}

/* Word 2003 XML, flat OPC and SpreadsheetML 2003 open in Office, macros and all; flat ODF likewise. */
static enum type
by_office_root(struct view v, struct view name)
{
	if (view_is(name, "wordDocument") || (view_is(name, "package") && starts_fold(v, "<pkg:")))
		return TYPE_DOC;
	if (view_is(name, "Workbook") &&
	    view_find(v, 0, VIEW("urn:schemas-microsoft-com:office")) != VIEW_NOT_FOUND)
		return TYPE_XLS;
	return starts_fold(v, "<office:document") ? by_flat_mimetype(v) : TYPE_UNKNOWN;
}

static enum type
by_markup(struct view head, struct view ending)
{
	struct view doctype = { NULL, 0 }, v = skip_prolog(head, &doctype), name = element_of(v);
	bool declared = starts_fold(trim(head), "<?xml"), xml = type_has_ending(TYPE_XML, ending);
	bool text = type_has_ending(TYPE_TEXT, ending);
	enum type t;

	if (starts_fold(v, "<?php") || starts_fold(v, "<%"))
		return TYPE_SCRIPT;
	if (doctype.n > 0 && starts_fold(doctype, "html"))
		return TYPE_HTML;
	if (doctype.n > 0 && starts_fold(doctype, "svg"))
		return TYPE_SVG;
	if (name.n == 0)
		return declared || xml ? TYPE_XML : TYPE_UNKNOWN;
	if (declared && is_inert(v))
		return TYPE_XML;
	if (IN_LIST(name, program_elements) || is_xslt(name, head))
		return TYPE_SCRIPT;
	if (view_is(name, "svg"))
		return TYPE_SVG;
	if (starts_fold(name, "html") || (!declared && !xml && !text &&
					  (IN_LIST(name, html_elements) || type_has_ending(TYPE_HTML, ending))))
		return TYPE_HTML;
	if ((t = by_office_root(v, name)) != TYPE_UNKNOWN)
		return t;
	return declared || doctype.n > 0 || xml ? TYPE_XML : TYPE_UNKNOWN;
}

/* The name of a header field line (RFC 5322 2.2), empty where the line is none. */
static struct view
field_of(struct view line)
{
	size_t i;

	for (i = 0; i < line.n && line.p[i] > ' ' && line.p[i] < 0x7f && line.p[i] != ':'; i++)
		;
	return i > 0 && i < line.n && line.p[i] == ':' ? view_of(line.p, i) : view_of(line.p, 0);
}

static bool
take_line(struct view *v, struct view *ret)
{
	size_t end;

	if (v->n == 0)
		return false;
	end = view_find(*v, 0, VIEW("\n"));
	if (end == VIEW_NOT_FOUND)
		return view_take(v, v->n, ret);
	(void)view_take(v, end + 1, ret);
	while (ret->n > 0 && (ret->p[ret->n - 1] == '\n' || ret->p[ret->n - 1] == '\r'))
		ret->n--;
	return true;
}

struct mail {
	size_t known, transport;
};

/* Counts the header fields up to the first line that is none. */
static struct mail
read_fields(struct view v)
{
	static const char *const known[] = { "From", "To", "Cc", "Subject", "Date", "Reply-To", "Sender",
					     "Content-Type", "Content-Transfer-Encoding", "X-Mailer",
					     "References", "In-Reply-To" };
	static const char *const transport[] = { "Received", "Message-ID", "MIME-Version", "Return-Path",
						 "Delivered-To", "DKIM-Signature", "X-Original-To",
						 "Authentication-Results", "ARC-Seal", "X-UIDL" };
	struct mail m = { 0, 0 };
	struct view line, name;
	size_t i;

	for (i = 0; i < FIELDS_MAX && take_line(&v, &line) && line.n > 0; i++) {
		if (i > 0 && (line.p[0] == ' ' || line.p[0] == '\t'))
			continue;
		name = field_of(line);
		if (name.n == 0)
			break;
		m.known += IN_LIST(name, known);
		m.transport += IN_LIST(name, transport);
	}
	return m;
}

static enum type
by_mail(struct view head, struct view ending)
{
	struct mail m;
	struct view v = head, line;

	if (view_starts(v, VIEW("From ")) && take_line(&v, &line)) {
		m = read_fields(v);
		if (m.known + m.transport >= 1)
			return TYPE_MBOX;
	}
	m = read_fields(head);
	if (m.transport >= 1 && m.known + m.transport >= 3)
		return TYPE_EML;
	return (type_has_ending(TYPE_EML, ending) && m.known + m.transport >= 1) ? TYPE_EML
										   : TYPE_UNKNOWN;
}

static enum type
by_opening(struct view head)
{
	static const struct {
		const char *text;
		enum type type;
	} openings[] = {
		{ "BEGIN:VCALENDAR", TYPE_ICS },
		{ "BEGIN:VCARD", TYPE_VCF },
		{ "[InternetShortcut]", TYPE_URL },
		{ "[{000214A0-0000-0000-C000-000000000046}]", TYPE_URL },
		{ "[Desktop Entry]", TYPE_SCRIPT },
		{ "Windows Registry Editor Version", TYPE_SCRIPT },
		{ "REGEDIT4", TYPE_SCRIPT },
		{ "#!", TYPE_SCRIPT },
		{ "ID;P", TYPE_SCRIPT },	/* SYLK: a spreadsheet runs its formulas */
		{ "-----BEGIN PGP", TYPE_PGP },
		{ "@echo off", TYPE_SCRIPT },
		{ "{\\rt", TYPE_RTF },
	};
	struct view v = trim(head);
	size_t i;

	for (i = 0; i < sizeof openings / sizeof *openings; i++)
		if (starts_fold(v, openings[i].text))
			return openings[i].type;
	return TYPE_UNKNOWN;
}

/* The whole must be JSON, in whatever charset: a log begins with a bracket too. */
static bool
is_json(struct view in, const struct charset_guess *g, struct view head)
{
	own_buf struct buf text = BUF_MAX(in.n * 3 + 16);
	struct view v = trim(head);
	uint64_t bad;
	struct err e;

	if (v.n < 2 || (v.p[0] != '{' && v.p[0] != '['))
		return false;
	if (g->charset == CHARSET_UTF8)
		return json_sound(in);
	return charset_decode(g->charset, in, &text, &bad, &e) && json_sound(buf_bytes(&text));
}

/* The separators of a line outside quotes. */
static size_t
separators(struct view line, uint8_t separator)
{
	bool quoted = false;
	size_t n = 0, i;

	for (i = 0; i < line.n; i++) {
		quoted ^= line.p[i] == '"';
		n += !quoted && line.p[i] == separator;
	}
	return n;
}

/* The first lines are cut alike: by the same separators on each of them, three lines at least. */
static bool
is_delimited(struct view head, bool whole)
{
	enum { LINES = 20 };
	static const char all[] = ",\t;";
	struct view v, line;
	size_t i, lines, want = 0, n;

	for (i = 0; i < sizeof all - 1; i++) {
		for (v = head, lines = 0; lines < LINES && take_line(&v, &line); lines++) {
			if (v.n == 0 && !whole && lines > 0)
				break;	/* the head may end inside a line */
			n = separators(line, (uint8_t)all[i]);
			if (n == 0 || (lines > 0 && n != want)) {
				lines = 0;
				break;
			}
			want = n;
		}
		if (lines >= 3)
			return true;
	}
	return false;
}

/* Text has next to no control characters and next to no bytes that are no character. */
static bool
is_text(struct view in, const struct charset_guess *g)
{
	struct charset_state s = { 0 };
	size_t chars = 0, odd = 0;

	if (g->confidence < 10)
		return false;
	if (in.n > (size_t)1 << 18)
		in.n = (size_t)1 << 18;
	for (; in.n > 0; chars++) {
		uint32_t c = charset_take(g->charset, &s, &in);

		if (c == CHARSET_NOTHING)
			continue;
		if (c == CHARSET_BAD)
			odd += in.n > 3;
		else if (utf8_is_control(c))
			odd += c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b && c != 0x1a;
	}
	return odd == 0 || odd * 20 < chars + 20;
}

/* Without a declaration and a telling name: an element at the front, a '>' at the end. */
static bool
is_bare_xml(struct view in, struct view head, struct view ending)
{
	while (in.n > 0 && is_space(in.p[in.n - 1]))
		in.n--;
	return !type_has_ending(TYPE_TEXT, ending) && !type_has_ending(TYPE_CSV, ending) &&
	       element_of(trim(head)).n > 0 && in.n > 0 && in.p[in.n - 1] == '>' &&
	       view_find(in, 0, VIEW("</")) != VIEW_NOT_FOUND;
}

static enum type
by_name(struct view head, struct view ending, bool whole)
{
	if (type_has_ending(TYPE_SCRIPT, ending))
		return TYPE_SCRIPT;
	if (type_has_ending(TYPE_URL, ending))
		return TYPE_URL;
	if (type_has_ending(TYPE_HTML, ending))
		return TYPE_HTML;
	if (type_has_ending(TYPE_CSV, ending))
		return TYPE_CSV;
	if (type_has_ending(TYPE_TEXT, ending))
		return TYPE_TEXT;
	return is_delimited(head, whole) ? TYPE_CSV : TYPE_TEXT;
}

enum type
detect_text(struct view in, const char *name)
{
	struct charset_guess g = charset_guess(in);
	struct view ending = type_ending_of(name), head;
	own_buf struct buf room = BUF_MAX((size_t)LONG_HEAD * 2);
	enum type t;

	if (!is_text(in, &g))
		return TYPE_UNKNOWN;
	head = head_of(in, &g, HEAD, &room);
	if (in.n > HEAD && prolog_goes_on(head))
		head = head_of(in, &g, LONG_HEAD, &room);
	if (trim(head).n == 0)
		return by_name(head, ending, in.n <= HEAD);
	if ((t = by_opening(head)) != TYPE_UNKNOWN || (t = by_mail(head, ending)) != TYPE_UNKNOWN)
		return t;
	/* What a name makes run is a program whatever it holds. */
	if (type_has_ending(TYPE_SCRIPT, ending))
		return TYPE_SCRIPT;
	if (type_has_ending(TYPE_URL, ending))
		return TYPE_URL;
	if (trim(head).p[0] == '<' && (t = by_markup(head, ending)) != TYPE_UNKNOWN)
		return t;
	if (trim(head).p[0] == '<' && is_bare_xml(in, head, ending))
		return TYPE_XML;
	/* A text that a name calls one stays one, brackets or not. */
	if (!type_has_ending(TYPE_CSV, ending) && !type_has_ending(TYPE_TEXT, ending) &&
	    is_json(in, &g, head))
		return TYPE_JSON;
	return by_name(head, ending, in.n <= HEAD);
}
