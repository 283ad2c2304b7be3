/*
 * detect.h - what a file truly is, by its content; the name only decides
 * between kinds that the content cannot tell apart (CSV and text, text and
 * a script that runs by its name).
 */
#ifndef SEKISHO_SANITIZE_DETECT_H
#define SEKISHO_SANITIZE_DETECT_H

#include "core/buf.h"
#include "core/type.h"
#include "core/view.h"

/* `name` in UTF-8, "" where there is none. */
enum type detect(struct view in, const char *name);
/* Does this name's ending fit the type (core/ending.def)?  true where the name has no ending. */
bool detect_fits(enum type t, const char *name);
/* The name under which an output of type `t` goes out: type_stem(), but that a text may have no ending.  Added to `ret`. */
bool detect_rename(enum type t, const char *name, struct buf *ret);
/*
 * Would a reader of PDF take it for one, whatever it begins with?  They look for %PDF-
 * in the first 1,024 bytes (ISO 32000-2 Annex I note; Adobe's 3.4.1).
 */
bool detect_late_pdf(struct view in);

/* -- for detect.c's own use ------------------------------------------- */

/* Kinds of ZIP, by the central directory; ZIP where it is none of the others. */
enum type detect_zip(struct view in);
/* Does an archive's end record stand where its end should be? */
bool detect_zip_end(struct view in);
/* Kinds of OLE2 compound file, by the names in its directory. */
enum type detect_ole(struct view in);
/* Kinds of text; UNKNOWN where it is none. */
enum type detect_text(struct view in, const char *name);

#endif
