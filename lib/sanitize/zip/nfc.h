/*
 * nfc.h - one spelling of what Unicode can spell in two (UAX #15, form C):
 * macOS takes letters and marks apart, Windows does not.
 */
#ifndef SEKISHO_SANITIZE_ZIP_NFC_H
#define SEKISHO_SANITIZE_ZIP_NFC_H

#include "core/buf.h"

enum { NFC_MARKS = 30 };	/* in a row; the rest goes (UAX #15, 13: none in any language has more) */

enum nfc_how {
	NFC_NAME,	/* as file systems do: compatibility ideographs (神) and what is in 2000–2FFF (Å) keep their own code */
	NFC_ALL,	/* to compare */
};

/*
 * Adds the UTF-8 of `in`, composed; a bad byte is U+FFFD.  False where `ret` has no room.
 * *ret_cut (may be NULL): marks beyond NFC_MARKS were left out.
 */
bool nfc(struct view in, enum nfc_how how, struct buf *ret, bool *ret_cut);

#endif
