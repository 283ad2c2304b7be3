/*
 * text.h - reading text of any charset into clean UTF-8 and writing it
 * back: what plain text, CSV, XML and JSON share.
 */
#ifndef SEKISHO_SANITIZE_TEXT_TEXT_H
#define SEKISHO_SANITIZE_TEXT_TEXT_H

#include "sanitize/job.h"
#include "sanitize/text/charset.h"

enum text_newlines {
	TEXT_NEWLINES_ONE,	/* every line end becomes LF; `crlf` says what the file mostly had */
	TEXT_NEWLINES_KEEP,	/* CRLF and LF stay, a lone CR becomes LF */
};

struct text_doc {
	struct buf utf8;	/* valid UTF-8, no BOM, no control but TAB LF CR, nothing hiding */
	enum charset charset;	/* as found */
	bool crlf;		/* the file's line ends, by majority */
	uint64_t bad;		/* byte sequences that were no character */
	uint64_t removed;	/* characters that went or were replaced */
};

/*
 * Decodes and cleans.  Control characters (form feed, NEL, U+2028 and U+2029
 * become line ends), the characters of utf8_is_hiding(), U+FFFE and U+FFFF go, bad bytes
 * become U+FFFD; each is noted once with its count and first line.
 * ERR_MALFORMED where more than a tenth is bad or nothing is left.  The
 * caller releases ret->utf8.
 */
bool text_read(struct job *j, struct view in, enum text_newlines newlines, struct text_doc *ret,
	       struct err *e);
#define own_text __attribute__((cleanup(text_release)))
void text_release(struct text_doc *t);

/*
 * Writes `utf8` (t's own or what was made of it) in t's charset, or in UTF-8
 * where the profile or the charset asks for it (UTF-32, CP1252, UTF-16
 * without BOM gains one); LF becomes CRLF where t->crlf and `newlines` is ONE.
 * `bom`: UTF-8 that was converted gets a BOM, for spreadsheets.
 */
bool text_write(struct job *j, const struct text_doc *t, struct view utf8, enum text_newlines newlines,
		bool bom, struct buf *out, struct err *e);
/*
 * What cleaning or converting leaves must not be another kind of document: ERR_MALFORMED
 * where `out` is detected as something that `in` was not.
 */
bool text_same_kind(struct view in, struct view out, struct err *e);

#endif
