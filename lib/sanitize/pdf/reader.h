/*
 * reader.h - inside of struct pdf, shared by the files that read: xref.c,
 * repair.c, objects.c, objstm.c, filters.c.
 */
#ifndef SEKISHO_SANITIZE_PDF_READER_H
#define SEKISHO_SANITIZE_PDF_READER_H

#include "sanitize/pdf/crypt.h"
#include "sanitize/pdf/lex.h"

enum {
	PDF_NUM_MAX = 8388607,	/* the highest object number: ISO 32000-1 Annex C */
	PDF_FILTERS_MAX = 8,
	PDF_LOADING_MAX = 24,	/* objects whose reading needs another object */
};

enum pdf_at { PDF_AT_NONE, PDF_AT_FREE, PDF_AT_FILE, PDF_AT_STREAM };

struct pdf_xref {
	const struct pdf_obj *obj;	/* once read */
	size_t off;	/* AT_FILE: from the start of the input; AT_STREAM: number of the object stream */
	uint32_t gen;	/* AT_STREAM: index in it */
	uint8_t at;	/* enum pdf_at */
	bool busy;	/* being read: a loop if asked for again */
};

/* What a scan of the whole file found: the last place of each number. */
struct pdf_found {
	uint32_t num, gen;
	size_t off;
	enum pdf_hint { PDF_HINT_NONE, PDF_HINT_CATALOG, PDF_HINT_PAGES, PDF_HINT_PAGE, PDF_HINT_OBJSTM,
			PDF_HINT_XREF } hint;
};

struct pdf_objstm;

struct pdf {
	struct job *job;
	struct arena *a;
	struct view in;
	size_t base;		/* where offsets count from: the header's place */

	struct pdf_xref *x;	/* by number */
	uint32_t n, cap;	/* numbers 0..n-1 are in use */
	struct pdf_parser parser;
	uint64_t lexed;		/* bytes handed to the parser so far: bounds overlapping objects */
	uint32_t loading;

	const struct pdf_dict *trailer, *catalog;
	uint32_t sections;	/* cross-reference sections in the chain */
	const struct pdf_crypt *crypt;
	struct err failed;	/* a limit hit where no error could be returned */

	const char *repaired;	/* what was damaged first, NULL: nothing */
	bool opened;
	bool gens_unsure;	/* the table was wrong: generations prove nothing */
	bool scanned;
	struct pdf_found *found;
	size_t founds, founds_cap;
	uint32_t *found_by_num, found_max;	/* index + 1 into found, by number */
	size_t *trailers;	/* places of the keyword */
	size_t trailer_n, trailer_cap;

	size_t *ends;		/* where streams may end, ascending; made when first needed */
	size_t end_n;
	bool ends_made;

	struct pdf_objstm **objstm;	/* by number, lazily */
	uint32_t objstms;

	struct pdf_blob *blobs;		/* large results of pdf_stream() */
	struct buf work[2];		/* filters.c */
	void *inflate;			/* libdeflate's decompressor */
	uint32_t behind;		/* times that something stood behind the end of packed data */
};

/* -- objects.c -- */
/* Notes the first repair; the later ones are no news. */
void pdf_repaired(struct pdf *p, const char *what);
/* Keeps the first failure that could not be returned. */
void pdf_fail(struct pdf *p, const struct err *e);
/* The entry of a number, made if need be; NULL: number out of range or no memory. */
struct pdf_xref *pdf_entry_at(struct pdf *p, uint32_t num);
/* Reads `num gen obj` at `off`; false if it is not there. */
bool pdf_object_head(const struct pdf *p, size_t off, uint32_t *num, uint32_t *gen, struct view *rest);
/* Reads the object behind its head, streams too. */
bool pdf_object_body(struct pdf *p, struct view in, uint32_t num, uint32_t gen, bool decrypt,
		     struct pdf_obj *ret);
/* The object of that number; never NULL. */
const struct pdf_obj *pdf_load(struct pdf *p, uint32_t num, uint32_t gen);
bool pdf_parse_at(struct pdf *p, struct view *in, struct pdf_obj *ret);

/* -- xref.c -- */
/* Follows the chain from startxref; false: something in it is damaged. */
bool pdf_xref_read(struct pdf *p);

/* -- repair.c -- */
/* Finds all objects of the file, once. */
void pdf_scan(struct pdf *p);
/* The last place of a number in the file, NULL where there is none. */
const struct pdf_found *pdf_scan_find(struct pdf *p, uint32_t num);
/* Enters what the scan found and the table does not have. */
void pdf_scan_fill(struct pdf *p);
/* Replaces the whole table by what the scan finds. */
bool pdf_rebuild_table(struct pdf *p, struct err *e);
/* Object streams of a rebuilt table; needs decryption to be set up. */
void pdf_rebuild_objstms(struct pdf *p);
/* Looks for a catalogue, or page tree, that no trailer names. */
bool pdf_hunt_catalog(struct pdf *p);

/* -- objstm.c -- */
bool pdf_objstm_get(struct pdf *p, uint32_t stm, uint32_t num, struct pdf_obj *ret);
/* Enters the objects of one stream into the table (repair). */
void pdf_objstm_enter(struct pdf *p, uint32_t stm, size_t off);
void pdf_objstm_release(struct pdf *p);

/* -- filters.c -- */
void pdf_filters_release(struct pdf *p);

extern const struct pdf_obj pdf_null;

#endif
