/*
 * charset.h - the charsets of Japanese files: decoded to UTF-8 at the edge
 * and, where the reader wants the file as it was, encoded back.
 *
 * The tables are those of the WHATWG Encoding Standard: CP932 (Windows-31J,
 * with its user-defined rows as U+E000..U+E757), EUC-JP with CP51932's rows
 * and JIS X 0212, ISO-2022-JP with CP50221's (half-width katakana by ESC ( I).
 */
#ifndef SEKISHO_SANITIZE_TEXT_CHARSET_H
#define SEKISHO_SANITIZE_TEXT_CHARSET_H

#include "core/buf.h"

enum charset {
	CHARSET_UTF8,
	CHARSET_UTF8_BOM,
	CHARSET_UTF16LE,
	CHARSET_UTF16BE,
	CHARSET_UTF32LE,
	CHARSET_UTF32BE,
	CHARSET_CP932,
	CHARSET_EUCJP,
	CHARSET_ISO2022JP,
	CHARSET_CP1252,
	CHARSET_CP437,	/* never guessed: the last resort of old ZIP names */
	CHARSET_COUNT
};

struct charset_guess {
	enum charset charset;
	/*
	 * 100: a BOM, or well-formed with no other reading; 50 and more: to be
	 * relied on; below that the bytes fit no charset of ours well.
	 */
	int confidence;
	bool bom;	/* the input begins with a byte order mark */
};

/* "UTF-8", "Shift_JIS (CP932)", ... for reports. */
const char *charset_name(enum charset c);
/* By the name that an XML declaration or a MIME header gives it; false where it is none of ours. */
bool charset_find(struct view name, enum charset *ret);

/*
 * UTF-8, UTF-16 or UTF-32 by BOM; UTF-16 without one where its zeros say so;
 * else ISO-2022-JP, UTF-8, CP932 or EUC-JP by what decodes best, and CP1252
 * when nothing does.  Linear; beyond 1 MiB only UTF-8's soundness is read.
 */
struct charset_guess charset_guess(struct view in);

/* How a decoder stands between two characters (ISO-2022-JP shifts); zero at the start. */
struct charset_state {
	uint8_t set;
};

/* What stands for a byte sequence that is no character; one byte was consumed. */
#define CHARSET_BAD UINT32_MAX
/* What stands for a sequence that shifts and shows nothing. */
#define CHARSET_NOTHING (UINT32_MAX - 1)

/* The code point at the front, consumed; in->n > 0. */
uint32_t charset_take(enum charset c, struct charset_state *s, struct view *in);
/* Decodes the whole to UTF-8, without a BOM; bad sequences become U+FFFD and are counted. */
bool charset_decode(enum charset c, struct view in, struct buf *out, uint64_t *ret_bad,
		    struct err *e);
/*
 * Encodes valid UTF-8; a BOM is put before UTF8_BOM, UTF-16 and UTF-32.  What
 * the charset has not becomes 〓 (U+3013), or ? in the Western ones, and is counted.
 */
bool charset_encode(enum charset c, struct view utf8, struct buf *out, uint64_t *ret_lost,
		    struct err *e);

#endif
