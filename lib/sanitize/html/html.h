/*
 * html.h - HTML disarmed: as readable text, or as HTML of an allow-list.
 * Serves HTML files and the bodies of mails.
 */
#ifndef SEKISHO_SANITIZE_HTML_HTML_H
#define SEKISHO_SANITIZE_HTML_HTML_H

#include "sanitize/job.h"

struct html_how {
	const char *charset;	/* what the transport says (RFC 2045 charset=); "" or NULL: nothing */
	bool title;		/* text: the title stands first */
	/*
	 * HTML: the bytes of a picture that `src` names by "cid:", for mails; false where there
	 * is none.  NULL: none ever.
	 */
	bool (*picture)(void *ctx, struct view cid, struct view *ret);
	void *ctx;
};

/*
 * The words, in UTF-8 with LF line ends, ended by one: paragraphs, headings (■ □ ●),
 * lists, tables in columns, quotations behind "> ", ruby in brackets, the
 * target of a link behind its text in < > where they differ.  Nothing of it
 * is a document of another kind (detect() says TEXT or CSV).  Findings are
 * noted.  Charset: BOM, `how`, <meta>, else by content.
 */
bool html_to_text(struct job *j, struct view in, const struct html_how *how, struct buf *out, struct err *e);
/* docs/canonical.md, HTML. */
bool html_to_html(struct job *j, struct view in, const struct html_how *how, struct buf *out, struct err *e);

#endif
