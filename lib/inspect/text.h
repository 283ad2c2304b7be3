/*
 * text.h - plain text in one of the charsets of the subset, read character
 * by character: bytes are judged once, here, for text, CSV and XML alike.
 */
#ifndef SEKISHO_INSPECT_TEXT_H
#define SEKISHO_INSPECT_TEXT_H

#include "inspect/recognise.h"

enum charset { CHARSET_UTF8, CHARSET_UTF16LE, CHARSET_JIS, CHARSET_EUC_JP, CHARSET_CP932 };

#define TEXT_END UINT32_C(0xfffffffe)
#define TEXT_BAD UINT32_C(0xffffffff)
/* Some character of two or more bytes of a Japanese charset that is not told apart further. */
#define TEXT_WIDE UINT32_C(0x110000)

struct text_in {
	enum charset charset;
	struct view whole, in;
	enum { JIS_ASCII, JIS_ROMAN, JIS_KANA, JIS_KANJI } shift;	/* ISO-2022-JP */
};

enum text_lines {
	TEXT_ONE_KIND,		/* CRLF or LF throughout */
	TEXT_QUOTED_LINES,	/* CSV: in quotes both may stand; its grammar sees to the others */
};

/*
 * Decides the charset and proves the whole text: valid, no control or
 * hiding characters, line ends of one kind.  *ret stands at its first
 * character (behind a BOM).
 */
bool inspect_text_open(struct inspection *in, struct view out, enum text_lines lines, struct text_in *ret,
		       struct err *e);
/*
 * The next character, consumed, or TEXT_END.  Of Japanese charsets the rows
 * 1 (signs) and 3 (full-width letters and digits) of JIS X 0208 come as the
 * code points that matter to a spreadsheet, all others as TEXT_WIDE.
 */
uint32_t inspect_text_next(struct text_in *t);

#endif
