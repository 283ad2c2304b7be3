#include "sanitize/html/html.h"

#include "core/own.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/html/hide.h"
#include "sanitize/html/show.h"
#include "sanitize/html/write.h"
#include "sanitize/text/text.h"

enum { PRESCAN = 8192 };

static bool
has_fold(struct view v, size_t at, const char *s)
{
	struct view part;

	return view_sub(v, at, strlen(s), &part) && html_fold_is(part, s);
}

/* What a <meta> near the front says (WHATWG HTML 13.2.3.2, in short): the word behind "charset=". */
static bool
meta_charset(struct view in, enum charset *ret)
{
	size_t i, from;
	bool meta = false;

	if (in.n > PRESCAN)
		in.n = PRESCAN;
	for (i = 0; i < in.n; i++) {
		if (in.p[i] == '<')
			meta = has_fold(in, i, "<meta") || has_fold(in, i, "<?xml");
		if (!meta || (!has_fold(in, i, "charset=") && !has_fold(in, i, "encoding=")))
			continue;
		from = i + (has_fold(in, i, "charset=") ? 8 : 9);
		while (from < in.n && (in.p[from] == '"' || in.p[from] == '\'' || in.p[from] == ' '))
			from++;
		for (i = from; i < in.n && in.p[i] > ' ' && strchr("\"';>/?", in.p[i]) == NULL; i++)
			;
		return charset_find(view_of(in.p + from, i - from), ret);
	}
	return false;
}

/* Clean UTF-8 of the whole. */
static bool
read_text(struct job *j, struct view in, const char *charset, struct text_doc *ret, struct err *e)
{
	own_buf struct buf utf8 = BUF_MAX((size_t)j->profile->limits.output);
	struct charset_guess g = charset_guess(in);
	enum charset said;
	uint64_t bad;

	/* What is said counts where the bytes fit it; else they are read as what they are. */
	if (!g.bom && ((charset != NULL && charset_find(view_str(charset), &said)) || meta_charset(in, &said)) &&
	    said != g.charset && said <= CHARSET_CP1252 && said != CHARSET_UTF16LE && said != CHARSET_UTF16BE) {
		if (!charset_decode(said, in, &utf8, &bad, e))
			return false;
		if (bad == 0)
			in = buf_bytes(&utf8);
	}
	return text_read(j, in, TEXT_NEWLINES_ONE, ret, e);
}

static bool
parse(struct job *j, struct arena *a, struct view in, const struct html_how *how, struct text_doc *text,
      struct html_doc *doc, struct err *e)
{
	if (a == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!read_text(j, in, how->charset, text, e) || !html_parse(j, a, buf_bytes(&text->utf8), doc, e) ||
	    !html_hide(j, doc, e))
		return false;
	if (doc->comments > 0 && !view_starts(in, VIEW("<!DOCTYPE html>\n<html")))
		job_find(j, FINDING_HTML_COMMENT, "", "%llu", (unsigned long long)doc->comments);
	return true;
}

bool
html_to_text(struct job *j, struct view in, const struct html_how *how, struct buf *out, struct err *e)
{
	own_text struct text_doc text = { 0 };
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf body = BUF_MAX((size_t)j->profile->limits.output);
	struct show s = { .j = j, .arena = a, .e = e, .l = { .out = &body } };
	struct html_doc doc;
	enum type t;

	if (!parse(j, a, in, how, &text, &doc, e))
		return false;
	if (how->title && doc.title.n > 0) {
		lines_text(&s.l, doc.title);
		lines_end(&s.l, 2);
	}
	if (!html_show_inside(&s, doc.root))
		return false;
	if (body.n == 0)
		(void)buf_str(&body, html_label(LABEL_EMPTY));
	if (!buf_byte(&body, '\n') || !buf_ok(&body, e))
		return buf_ok(&body, e);
	/* Words that would make it another kind of document (a mail, a calendar, HTML again) get a line before them. */
	t = detect(buf_bytes(&body), "");
	if (t != TYPE_TEXT && t != TYPE_CSV && t != TYPE_JSON)
		(void)buf_printf(out, "%s\n", html_label(LABEL_BODY));
	return buf_view(out, buf_bytes(&body)) || buf_ok(out, e);
}

bool
html_to_html(struct job *j, struct view in, const struct html_how *how, struct buf *out, struct err *e)
{
	own_text struct text_doc text = { 0 };
	own_arena struct arena *a = arena_new(0);
	struct html_doc doc;

	return parse(j, a, in, how, &text, &doc, e) && html_write(j, &doc, how, out, e);
}

static enum type
html_made(const struct profile *p)
{
	return p->html ? TYPE_HTML : TYPE_TEXT;
}

static bool
html_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	static const struct html_how how = { .title = true };

	if (j->profile->html)
		return html_to_html(j, in, &how, out, e);
	job_find(j, FINDING_HTML_TEXT, "", "%s", "");
	return html_to_text(j, in, &how, out, e);
}

const struct format format_html = { .type = TYPE_HTML, .made = html_made, .rebuild = html_rebuild };
