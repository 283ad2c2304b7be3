#include "pages.h"

#include <inttypes.h>

#include "web/html.h"

static void
say(struct buf *b, enum text id, enum lang l)
{
	html_text(b, text(id, l));
}

static void
page_head(struct buf *b, enum text title, enum lang l)
{
	html_raw(b, "<!doctype html>\n<html lang=\"");
	html_raw(b, l == LANG_JA ? "ja" : "en");
	html_raw(b, "\"><head><meta charset=\"utf-8\">"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		    "<meta name=\"color-scheme\" content=\"light dark\"><title>");
	say(b, title, l);
	html_raw(b, "</title><link rel=\"stylesheet\" href=\"/static/style.css\">"
		    "<link rel=\"icon\" href=\"/static/icon.svg\"></head><body>"
		    "<a class=\"skip\" href=\"#main\">");
	say(b, TEXT_WEB_SKIP, l);
	html_raw(b, "</a><header class=\"top\"><a class=\"home\" href=\"/\"><b>関所</b><small>");
	say(b, TEXT_WEB_TAGLINE, l);
	html_raw(b, "</small></a><nav aria-label=\"");
	say(b, TEXT_WEB_NAV, l);
	html_raw(b, l == LANG_JA ? "\"><a href=\"?lang=en\" lang=\"en\" hreflang=\"en\">English</a>"
				 : "\"><a href=\"?lang=ja\" lang=\"ja\" hreflang=\"ja\">日本語</a>");
	html_raw(b, "</nav></header><main id=\"main\">");
}

static void
page_foot(struct buf *b, enum lang l)
{
	html_raw(b, "</main><footer><p>");
	say(b, TEXT_WEB_FOOT, l);
	html_raw(b, "</p></footer></body></html>\n");
}

void
page_home(struct buf *b, enum lang l)
{
	const struct profile *p;
	size_t i;

	page_head(b, TEXT_WEB_HOME_TITLE, l);
	html_raw(b, "<h1>");
	say(b, TEXT_WEB_HOME_TITLE, l);
	html_raw(b, "</h1><p class=\"sub\">");
	say(b, TEXT_WEB_HOME_LEAD, l);
	html_raw(b, "</p><form method=\"post\" action=\"/\" enctype=\"multipart/form-data\">"
		    "<div class=\"drop\"><label for=\"file\"><b>");
	say(b, TEXT_WEB_DROP, l);
	html_raw(b, "</b><span>");
	say(b, TEXT_WEB_DROP_HINT, l);
	html_raw(b, "</span></label><input id=\"file\" type=\"file\" name=\"file\" multiple required></div>"
		    "<fieldset><legend>");
	say(b, TEXT_WEB_HOW, l);
	html_raw(b, "</legend>");
	for (i = 0; (p = profile_at(i)) != NULL && p->mode != MODE_REFUSE; i++) {
		html_raw(b, "<label class=\"pick\"><input type=\"radio\" name=\"profile\" value=\"");
		html_text(b, p->name);
		html_raw(b, i == 0 ? "\" checked>" : "\">");
		html_text(b, p->text[l]);
		html_raw(b, "</label>");
	}
	html_raw(b, "</fieldset><p class=\"field\"><label for=\"password\"><b>");
	say(b, TEXT_WEB_PASSWORD, l);
	html_raw(b, "</b><span>");
	say(b, TEXT_WEB_PASSWORD_HINT, l);
	html_raw(b, "</span></label><input id=\"password\" type=\"password\" name=\"password\" autocomplete=\"off\" "
		    "maxlength=\"64\"></p><button class=\"btn\">");
	say(b, TEXT_WEB_DISARM, l);
	html_raw(b, "</button></form><h2>");
	say(b, TEXT_WEB_WHAT_TITLE, l);
	html_raw(b, "</h2><ul class=\"plain\"><li>");
	say(b, TEXT_WEB_WHAT_1, l);
	html_raw(b, "</li><li>");
	say(b, TEXT_WEB_WHAT_2, l);
	html_raw(b, "</li><li>");
	say(b, TEXT_WEB_WHAT_3, l);
	html_raw(b, "</li></ul>");
	page_foot(b, l);
}

static bool
delivered(const struct batch_file *f)
{
	return f->o.out >= 0;
}

static const char *
action_mark(enum action a)
{
	return a == ACTION_REMOVED || a == ACTION_REFUSED ? "bad" : a == ACTION_NOTED ? "none" : "part";
}

static void
finding_rows(struct buf *b, const struct findings *f, enum lang l)
{
	size_t i;

	if (f->n == 0)
		return;
	html_raw(b, "<ul class=\"find\">");
	for (i = 0; i < f->n; i++) {
		const struct finding *r = &f->row[i];

		html_raw(b, "<li><span class=\"mark ");
		html_raw(b, action_mark(finding_action(r->code)));
		html_raw(b, "\">");
		html_text(b, action_text(finding_action(r->code), l));
		html_raw(b, "</span><span>");
		html_text(b, finding_text(r->code, l));
		if (r->count > 1)
			html_printf(b, " ×%" PRIu32, r->count);
		html_raw(b, "<small>");
		html_text(b, finding_why(r->code, l));
		html_raw(b, "</small></span><code>");
		html_text(b, r->where);
		if (*r->detail != '\0') {
			html_raw(b, *r->where != '\0' ? "<br>" : "");
			html_text(b, r->detail);
		}
		html_raw(b, "</code></li>");
	}
	html_raw(b, "</ul>");
	if (f->dropped > 0) {
		html_raw(b, "<p class=\"sub\">");
		say(b, TEXT_CLI_AND_MORE, l);
		html_raw(b, "</p>");
	}
}

static void
banner(struct buf *b, const struct batch_file *f, enum lang l)
{
	bool ok = delivered(f);
	enum text head = !ok ? (f->o.verdict == VERDICT_FAILED ? TEXT_WEB_FAILED : TEXT_WEB_REFUSED)
			 : f->o.verdict == VERDICT_CLEAN ? TEXT_WEB_CLEAN : TEXT_WEB_DISARMED;
	enum text tail = !ok ? (f->o.verdict == VERDICT_FAILED ? TEXT_WEB_FAILED_WHAT : TEXT_WEB_REFUSED_WHAT)
			 : f->o.verdict == VERDICT_CLEAN ? TEXT_WEB_CLEAN_WHAT : TEXT_WEB_DISARMED_WHAT;

	html_raw(b, ok ? "<div class=\"banner\"><b><span aria-hidden=\"true\">● </span>"
		       : "<div class=\"banner stop\"><b><span aria-hidden=\"true\">✕ </span>");
	say(b, head, l);
	html_raw(b, "</b><br>");
	say(b, tail, l);
	html_printf(b, " %.2f %s", (double)f->o.us / 1e6, text(TEXT_CLI_SECONDS, l));
	html_raw(b, l == LANG_JA ? "。</div>" : ".</div>");
}

static void
proof(struct buf *b, const struct batch *batch, const struct batch_file *f, size_t i, enum lang l)
{
	char hex[SHA256_HEX_SIZE];

	html_raw(b, "<details><summary>");
	say(b, TEXT_WEB_DETAILS, l);
	html_raw(b, "</summary><dl><dt>");
	say(b, TEXT_WEB_TYPE, l);
	html_raw(b, "</dt><dd>");
	html_text(b, type_text(f->o.type, l));
	html_raw(b, "</dd><dt>");
	say(b, TEXT_WEB_PROFILE, l);
	html_raw(b, "</dt><dd>");
	html_text(b, batch->profile->text[l]);
	html_raw(b, "</dd><dt>");
	say(b, TEXT_WEB_SIZES, l);
	html_raw(b, "</dt><dd>");
	html_size(b, f->o.in_size);
	html_raw(b, " → ");
	html_size(b, f->o.out_size);
	html_raw(b, "</dd><dt>SHA-256</dt><dd><code>");
	if (f->o.in_hashed)
		sha256_hex(f->o.in_hash, hex);
	html_text(b, f->o.in_hashed ? hex : "—");
	if (delivered(f)) {
		html_raw(b, "<br>→ ");
		sha256_hex(f->o.out_hash, hex);
		html_text(b, hex);
	}
	html_raw(b, "</code></dd><dt>");
	say(b, TEXT_WEB_REPORT, l);
	html_raw(b, "</dt><dd><a href=\"/r/");
	html_url(b, batch->token);
	html_printf(b, "/%zu.json", i);
	html_raw(b, "\">JSON</a></dd></dl></details>");
}

static void
file_section(struct buf *b, const struct batch *batch, size_t i, enum lang l)
{
	const struct batch_file *f = &batch->file[i];

	html_raw(b, "<section class=\"file\"><h2>");
	html_text(b, f->name);
	html_raw(b, "</h2>");
	banner(b, f, l);
	if (delivered(f)) {
		html_raw(b, "<p><a class=\"btn\" href=\"/r/");
		html_url(b, batch->token);
		html_printf(b, "/%zu", i);
		html_raw(b, "\">");
		if (l == LANG_JA) {
			html_text(b, f->out_name);
			html_raw(b, " ");
			say(b, TEXT_WEB_TAKE, l);
		} else {
			say(b, TEXT_WEB_TAKE, l);
			html_raw(b, " ");
			html_text(b, f->out_name);
		}
		html_raw(b, "</a></p>");
	}
	if (f->o.findings.n > 0) {
		html_raw(b, "<h3>");
		say(b, delivered(f) ? TEXT_WEB_FOUND : TEXT_WEB_WHY, l);
		html_raw(b, "</h3>");
		finding_rows(b, &f->o.findings, l);
	}
	proof(b, batch, f, i, l);
	html_raw(b, "</section>");
}

void
page_result(struct buf *b, const struct batch *batch, enum lang l)
{
	size_t i, good = 0;

	for (i = 0; i < batch->files; i++)
		good += delivered(&batch->file[i]);
	page_head(b, TEXT_WEB_RESULT_TITLE, l);
	html_raw(b, "<p><a href=\"/\">← ");
	say(b, TEXT_WEB_AGAIN, l);
	html_raw(b, "</a></p><h1>");
	say(b, TEXT_WEB_RESULT_TITLE, l);
	html_raw(b, "</h1><p class=\"sub\">");
	html_printf(b, text(TEXT_WEB_COUNT, l), batch->files, good);
	html_raw(b, "</p>");
	/* The worst stands first. */
	for (i = 0; i < batch->files; i++)
		if (!delivered(&batch->file[i]))
			file_section(b, batch, i, l);
	for (i = 0; i < batch->files; i++)
		if (delivered(&batch->file[i]))
			file_section(b, batch, i, l);
	page_foot(b, l);
}

void
page_error(struct buf *b, enum text what, enum lang l)
{
	page_head(b, TEXT_WEB_ERROR_TITLE, l);
	html_raw(b, "<h1>");
	say(b, TEXT_WEB_ERROR_TITLE, l);
	html_raw(b, "</h1><div class=\"banner stop\"><b><span aria-hidden=\"true\">✕ </span>");
	say(b, what, l);
	html_raw(b, "</b></div><p><a class=\"btn q\" href=\"/\">");
	say(b, TEXT_WEB_AGAIN, l);
	html_raw(b, "</a></p>");
	page_foot(b, l);
}
