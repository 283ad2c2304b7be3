/*
 * rebuild.h - one PDF on its way from the old file to the new: what the
 * document side (pages, annotations, outlines: document.c and its
 * neighbours) and the graphics side (content, resources, fonts, images:
 * graphics.c and its neighbours) share.
 *
 * An object is never copied.  It is *asked for as something*: the caller
 * knows by the key under which it was found what it must be, and a source
 * object that is not that gives 0 or nothing.  Each (source number, kind)
 * is rebuilt once.
 */
#ifndef SEKISHO_SANITIZE_PDF_REBUILD_H
#define SEKISHO_SANITIZE_PDF_REBUILD_H

#include "sanitize/pdf/pdf.h"

/* As what an indirect object was asked for; a memo's second key. */
enum pdf_as {
	PDF_AS_PAGE, PDF_AS_ANNOT, PDF_AS_FIELD, PDF_AS_OUTLINE, PDF_AS_STRUCT, PDF_AS_OCG,
	PDF_AS_OCMD, PDF_AS_FORM, PDF_AS_IMAGE, PDF_AS_FONT, PDF_AS_CIDFONT, PDF_AS_DESCRIPTOR,
	PDF_AS_FONTFILE, PDF_AS_CMAP, PDF_AS_TOUNICODE, PDF_AS_COLORSPACE, PDF_AS_ICC,
	PDF_AS_PATTERN, PDF_AS_SHADING, PDF_AS_FUNCTION, PDF_AS_GSTATE, PDF_AS_HALFTONE,
	PDF_AS_SMASK, PDF_AS_METADATA, PDF_AS_OTHER,
	PDF_AS_BORROWER,	/* not a number but a place in `borrowed` */
	PDF_AS_FONTKIND,	/* not a number but enum font_kind + 1, of a FONTFILE */
	PDF_AS_COUNT
};

struct pdf_memo;

struct pdf_rebuild {
	struct job *job;
	struct pdf *in;
	struct pdf_out *out;
	struct arena *arena;	/* pdf_arena(in) */
	struct pdf_memo *memo;
	uint32_t depth;		/* forms in patterns in forms...; GFX_DEPTH_MAX at the most */
	struct borrower *borrower;	/* borrow.c: the innermost in the making, */
	struct borrowed *borrowed;	/* and what those before took; NULL: nothing yet */
	struct account *account;	/* account.c: what is to be told at the end; NULL: nothing yet */
};

/* An empty memo that lives in `a`; NULL without memory. */
struct pdf_memo *pdf_memo_new(struct arena *a);
/* The new number for (num, as), or 0 where it has none yet. */
uint32_t pdf_memo_get(const struct pdf_rebuild *r, uint32_t num, enum pdf_as as);
/* Remembers it; put it before going down, so that loops end.  num 0 is ignored. */
bool pdf_memo_put(struct pdf_rebuild *r, uint32_t num, enum pdf_as as, uint32_t new_num);

/* -- graphics side, called by the document side ------------------------------- */

/*
 * A page's /Contents (stream or array) with its resources: writes the new
 * content stream's bytes to `content` and the value of the new /Resources
 * (a direct dictionary, all in it indirect or direct as fits) to
 * `resources`.  Only resources that the content uses go along.  `where`:
 * "page 3".  false only at limits or our own fault.
 */
bool pdf_page_content(struct pdf_rebuild *r, const struct pdf_obj *contents,
		      const struct pdf_dict *resources, const char *where, struct buf *content,
		      struct buf *new_resources, struct err *e);
/*
 * A form XObject (also an annotation's appearance): *ret is its new number, 0
 * where it is none.  `fallback` are the resources of a form without its own (may be NULL).
 */
bool pdf_form(struct pdf_rebuild *r, const struct pdf_obj *form, const struct pdf_dict *fallback,
	      const char *where, uint32_t *ret, struct err *e);
/* A page's transparency group as a value; nothing where it is none. */
bool pdf_group(struct pdf_rebuild *r, const struct pdf_obj *group, const char *where, struct buf *b,
	       struct err *e);
/* A font dictionary for AcroForm's /DR. */
bool pdf_font(struct pdf_rebuild *r, const struct pdf_obj *font, const char *where, uint32_t *ret,
	      struct err *e);

/* -- document side, called by the graphics side ------------------------------- */

/* An optional-content group or membership dictionary; 0 where it is none (then its content is shown). */
uint32_t pdf_optional_content(struct pdf_rebuild *r, const struct pdf_obj *oc);
/* XMP or other metadata streams never go along from resources. */

#endif
