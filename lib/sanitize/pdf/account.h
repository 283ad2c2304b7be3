/*
 * account.h - the places of a document of which tell_rest() (account.c)
 * gives an account: what a dictionary is read as.
 */
#ifndef SEKISHO_SANITIZE_PDF_ACCOUNT_H
#define SEKISHO_SANITIZE_PDF_ACCOUNT_H

#include "sanitize/pdf/rebuild.h"
#include "sanitize/pdf/rules.h"

enum place {
	PLACE_NONE,	/* nobody said: one inside the dictionary that it hangs on */
#define PLACE(id, words) PLACE_##id,
#define KIND(dict, place)
#define SILENT(place, path)
#define WHOLE(place, path)
#define TOLD(place, path, finding)
#include "sanitize/pdf/account.def"
#undef PLACE
#undef KIND
#undef SILENT
#undef WHOLE
#undef TOLD
	PLACE_COUNT
};

/* As what the walker reads a kind. */
enum place place_of(enum pdf_dict_kind kind);
/*
 * For a dictionary that stands in a content stream, once it was read: tell_rest()
 * will not come by it, but tells of its entries too.
 */
void tell_stray(struct pdf_rebuild *r, enum place place, const struct pdf_dict *d);

#endif
