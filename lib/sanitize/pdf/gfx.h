/*
 * gfx.h - the graphics side of a PDF being rebuilt: what its files share.
 *
 * Every rebuilder takes a source value and writes the new value to `b`: a
 * reference where the source had one (each object is made once), else the
 * value itself.  Writing nothing means that the source is not what it was
 * asked for as, and the caller goes on without it.  They return false only at
 * limits of the whole job or our own faults.  Every object that is made must be
 * reached, so a whole is looked at before its parts are made.
 */
#ifndef SEKISHO_SANITIZE_PDF_GFX_H
#define SEKISHO_SANITIZE_PDF_GFX_H

#include "sanitize/pdf/rebuild.h"

/* In the memo: in the making (so loops end), or looked at and found to be nothing. */
#define GFX_NOTHING UINT32_MAX

enum {
	GFX_DEPTH_MAX = 56,		/* rebuilders inside rebuilders; two per q-like level of 28 */
	GFX_COMPONENTS_MAX = 32,	/* of a colour space: ISO 32000-2 Annex C */
	GFX_NAME_MAX = 127,		/* bytes of a name */
};

/* -- values ------------------------------------------------------------------- */

/*
 * Makes the new object of `o` (resolved).  It writes the value to `b`, or a stream
 * through r->out whose number goes to *num; neither: it is nothing.
 */
typedef bool gfx_maker(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b,
		       uint32_t *num, struct err *e);
/* `o` as it stands (a reference stays one): made once per (number, as). */
bool gfx_value(struct pdf_rebuild *r, const struct pdf_obj *o, enum pdf_as as, gfx_maker *make,
	       void *ctx, struct buf *b, struct err *e);
/* As gfx_value(), but always an indirect object: its number, 0 for nothing. */
bool gfx_number(struct pdf_rebuild *r, const struct pdf_obj *o, enum pdf_as as, gfx_maker *make,
		void *ctx, uint32_t *ret, struct err *e);
/* True where the whole job must end; an error of any other kind is this object's alone. */
bool gfx_fatal(const struct pdf_rebuild *r, const struct err *e);
/* The data of a stream, filters undone; empty where it cannot be read. */
bool gfx_data(struct pdf_rebuild *r, const struct pdf_obj *stream, struct view *ret, struct err *e);

/* A value that was written apart, behind what is in `b`. */
void gfx_put_value(struct buf *b, struct view value);
/* An array of numbers (resolved), min to max of them; false, and nothing written, if it is none. */
bool gfx_put_numbers(struct pdf_rebuild *r, struct buf *b, const struct pdf_obj *o, size_t min,
		     size_t max);
/* The same, read; *ret_n numbers. */
bool gfx_numbers(struct pdf_rebuild *r, const struct pdf_obj *o, double *ret, size_t min,
		 size_t max, size_t *ret_n);
/* Fit to be a name in the canonical subset: 1 to 127 bytes, no NUL. */
bool gfx_name_ok(struct view name);
/* A word of the list, words divided by single spaces. */
bool gfx_word_in(struct view word, const char *list);

enum gfx_val {
	GFX_BOOL, GFX_INT, GFX_NUM, GFX_NAME,	/* GFX_NAME: one of `names`, any where that is NULL */
	GFX_STRING, GFX_NUMS,			/* GFX_NUMS: min to max numbers */
};
struct gfx_key {
	const char *key;
	enum gfx_val val;
	uint16_t min, max;
	const char *names;
};
/* Copies the keys of a table that are there and of their kind. */
void gfx_copy(struct pdf_rebuild *r, const struct pdf_dict *d, const struct gfx_key *table,
	      size_t n, struct pdf_keys *k);
/* Gives up a dictionary under construction. */
void gfx_discard(struct pdf_keys *k);
#define GFX_COPY(r, d, table, k) gfx_copy(r, d, table, sizeof(table) / sizeof((table)[0]), k)

/* Rendering intents (8.6.5.8). */
#define GFX_INTENTS "AbsoluteColorimetric RelativeColorimetric Saturation Perceptual"

/* -- resources (resources.c) -------------------------------------------------- */

enum res_cat {
#define RES(id, key) RES_##id,
#include "sanitize/pdf/resource.def"
#undef RES
	RES_COUNT
};

struct res;

/*
 * The resources of one content stream.  `source` may be NULL; a name not found there is
 * looked for in `parent` (may be NULL), as readers do for forms without their own.
 */
struct res *res_new(struct pdf_rebuild *r, const struct pdf_dict *source, struct res *parent,
		    const char *where);
/* The source value of a name, or NULL. */
const struct pdf_obj *res_source(struct res *s, enum res_cat c, struct view name);
/* Rebuilds the resource at its first use; *ret: there is such a one in the new dictionary. */
bool res_use(struct res *s, enum res_cat c, struct view name, bool *ret, struct err *e);
/* Adds a resource of ours under a name that the source does not have. */
bool res_add(struct res *s, enum res_cat c, uint32_t num, struct view *ret_name, struct err *e);
/* Number of resources in the new dictionary, and the dictionary. */
size_t res_count(const struct res *s);
bool res_put(struct res *s, struct buf *b, struct err *e);
const char *res_where(const struct res *s);

/* -- objects without resources of their own (borrow.c) ------------------------ */

/* One in the making, for all that is looked up beyond it; NULL without memory. */
struct borrower *borrow_begin(struct pdf_rebuild *r, uint32_t old, enum pdf_as as);
/* A name was looked for around it and `source` found (NULL: nothing): the source that counts. */
const struct pdf_obj *borrow_note(struct pdf_rebuild *r, struct borrower *b, enum res_cat c,
				  struct view name, const struct pdf_obj *source);
/* It became `num`: remembers what it took.  false: no memory. */
bool borrow_keep(struct pdf_rebuild *r, uint32_t old, enum pdf_as as, uint32_t num,
		 const struct borrower *b);
/* Whether one that was made serves here too; *num then is that one, untouched where it took nothing. */
bool borrow_find(struct pdf_rebuild *r, uint32_t old, enum pdf_as as, struct res *around,
		 uint32_t *num);

/* -- content streams (content.c, inline.c) ------------------------------------ */

enum content_kind { CONTENT_PAGE, CONTENT_FORM, CONTENT_GLYPH };
bool content_rebuild(struct pdf_rebuild *r, struct view in, struct res *res,
		     enum content_kind kind, struct buf *out, struct err *e);
/*
 * An inline image behind its BI: consumes up to and with its EI, writes the
 * image or the Do of an image XObject in its stead.  *ret_dropped: it was
 * none.  *bad counts values without an end in this stream.
 */
bool inline_image(struct pdf_rebuild *r, struct view *in, struct arena *scratch, struct res *res,
		  struct buf *out, uint8_t *bad, bool *ret_dropped, struct err *e);

/* -- the rest, one file each --------------------------------------------------- */

/* `res` (may be NULL) resolves names of colour spaces where an image's dictionary has such. */
bool gfx_space(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	       struct err *e);
/* Colour components of a space; 0 where it is none, or a Pattern. */
unsigned gfx_space_n(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res);
bool gfx_space_indexed(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res);
bool gfx_function(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, struct err *e);
/* Whether they would write anything: asked before what else depends on it is written. */
bool gfx_function_sound(struct pdf_rebuild *r, const struct pdf_obj *o);
bool gfx_functions_sound(struct pdf_rebuild *r, const struct pdf_obj *o);
/* One function, or an array of up to GFX_COMPONENTS_MAX. */
bool gfx_functions(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, struct err *e);
bool gfx_shading(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
		 struct err *e);
bool gfx_pattern(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
		 struct err *e);
bool gfx_gstate(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
		struct err *e);
bool gfx_group(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	       struct err *e);
bool gfx_form(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *parent, uint32_t *ret,
	      struct err *e);
bool gfx_xobject(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
		 struct err *e);
bool gfx_font(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	      struct err *e);
/* -- fonts: what their files share ----------------------------------------------- */

/* Type 3 (type3.c): its keys but for those that all simple fonts have; *ret false: it is none. */
bool gfx_font_type3(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *parent,
		struct pdf_keys *k, bool *ret, struct err *e);
/* A font descriptor and the font program in it (font_file.c). */
bool gfx_font_descriptor(struct pdf_rebuild *r, const struct pdf_obj *o, bool cid, struct res *res,
		     struct buf *b, struct err *e);
/* The CIDFont of a Type 0 font (font_cid.c). */
bool gfx_font_cid(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	      struct err *e);
/* Name of a font: the key's, or the descriptor's FontName, or "Unnamed". */
void gfx_font_name(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k);

enum cmap_kind { CMAP_CID, CMAP_TOUNICODE };
bool gfx_cmap_sound(struct pdf_rebuild *r, const struct pdf_obj *o);
/* An embedded CMap or the name of a predefined one. */
bool gfx_cmap(struct pdf_rebuild *r, const struct pdf_obj *o, enum cmap_kind kind, struct buf *b,
	      struct err *e);

#endif
