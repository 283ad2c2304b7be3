/*
 * pdf.h - the objects of a PDF file (ISO 32000-2 7): reading, repairing,
 * and writing them anew in the canonical subset (docs/canonical.md).
 *
 * A pdf borrows its input and owns an arena in which all its objects live.
 * Objects are read when first asked for; what cannot be read is null, as
 * 7.3.10 has it for a missing object.
 */
#ifndef SEKISHO_SANITIZE_PDF_PDF_H
#define SEKISHO_SANITIZE_PDF_PDF_H

#include "sanitize/job.h"

enum pdf_kind {
	PDF_NULL, PDF_BOOL, PDF_INT, PDF_REAL, PDF_NAME, PDF_STRING, PDF_ARRAY, PDF_DICT,
	PDF_STREAM, PDF_REF,
};

struct pdf_obj {
	enum pdf_kind kind;
	union {
		bool b;
		int64_t i;
		double r;
		/* name without its slash, #xx undone, of more than 127 bytes shortened; string decoded, decrypted */
		struct view s;
		struct { const struct pdf_obj *v; size_t n; } a;
		const struct pdf_dict *d;	/* PDF_DICT, and PDF_STREAM's dictionary */
		struct { uint32_t num; uint32_t gen; } ref;
	} u;
	/* PDF_STREAM only: the bytes as they stand in the file, undecrypted. */
	struct view raw;
	uint32_t num, gen;	/* PDF_STREAM: its own number (keys of decryption) */
};

struct pdf_entry {
	struct view key;	/* #xx undone */
	struct pdf_obj value;
};

struct pdf_dict {
	const struct pdf_entry *e;	/* in the file's order; of equal keys the last one counts and is alone here */
	size_t n;
	uint8_t *mark;	/* an account of its entries, for pdf_mark() and its kin; NULL: none is kept */
};

/*
 * What became of an entry.  Looking one up is what makes it READ, so that no
 * rebuilder can forget to say which keys it knows: what nobody asked for stays
 * UNREAD, and tell_rest() (account.c) tells of it.
 */
enum pdf_mark {
	PDF_UNREAD,
	PDF_READ,
	PDF_USELESS,	/* read, but its value is none that may stay */
	PDF_TOLD,	/* there is a finding about it, or it needs none: with all that hangs on it */
};

struct pdf;

/*
 * Opens a file: header, cross-reference tables and streams, hybrid files,
 * incremental updates (the newest wins), and, where those are damaged, a
 * scan of the whole file for objects.  Decrypts with the job's passwords
 * or the empty one (7.6: RC4 40-128, AESV2, AESV3 R5/R6; /Identity, crypt
 * filters, unencrypted metadata).  Notes PDF_REPAIRED, PDF_REVISIONS,
 * DECRYPTED, TRAILING_DATA.  NULL with *e set: no PDF, no catalogue, no
 * pages (malformed), password needed (denied), limits.
 */
struct pdf *pdf_new(struct job *j, struct view in, struct err *e);
void pdf_free(struct pdf *p);	/* NULL is fine */

struct arena *pdf_arena(struct pdf *p);
struct job *pdf_job(struct pdf *p);
/* The trailer, merged over revisions, and the catalogue; never NULL. */
const struct pdf_dict *pdf_trailer(const struct pdf *p);
const struct pdf_dict *pdf_catalog(const struct pdf *p);
/* The highest object number in use, for tables indexed by number. */
uint32_t pdf_max_num(const struct pdf *p);

/*
 * Looking up an object cannot fail: what cannot be read is null.  This
 * tells whether a limit (objects that overlap, memory, CPU time) made it so: ask once, at the end.
 */
bool pdf_ok(const struct pdf *p, struct err *e);
/* Once all was read that is needed: a finding of how many objects were not, and so are not in the output. */
void pdf_note_unused(struct pdf *p);

/* Follows references (32 at the most, loops are null).  Never NULL. */
const struct pdf_obj *pdf_resolve(struct pdf *p, const struct pdf_obj *o);
/* The value as it stands (a reference stays one); a null object where absent.  Never NULL. */
const struct pdf_obj *pdf_get_raw(const struct pdf_dict *d, const char *key);
/* pdf_resolve(pdf_get_raw()). */
const struct pdf_obj *pdf_get(struct pdf *p, const struct pdf_dict *d, const char *key);
/* Marks an entry (nothing where there is none), the i-th one, or all of them. */
void pdf_mark(const struct pdf_dict *d, const char *key, enum pdf_mark how);
void pdf_mark_at(const struct pdf_dict *d, size_t i, enum pdf_mark how);
void pdf_mark_all(const struct pdf_dict *d, enum pdf_mark how);
enum pdf_mark pdf_marked(const struct pdf_dict *d, size_t i);
/* pdf_get() of one who only wants to know what lies there, and reads nothing. */
const struct pdf_obj *pdf_peek(struct pdf *p, const struct pdf_dict *d, const char *key);
/* Did anybody look into it? */
bool pdf_met(const struct pdf_dict *d);
/* As what it is read (account.c's enum place): the first one to say it counts. 0: nobody said. */
void pdf_place(const struct pdf_dict *d, unsigned place);
unsigned pdf_placed(const struct pdf_dict *d);
/* The account of `n` entries; false without memory. */
bool pdf_mark_new(struct arena *a, struct pdf_dict *d, size_t n);

/* The dictionary of a PDF_DICT or PDF_STREAM, else NULL. */
const struct pdf_dict *pdf_dict_of(const struct pdf_obj *o);
bool pdf_is_name(const struct pdf_obj *o, const char *name);
/* Numbers of either kind; false and untouched if it is none. */
bool pdf_num(const struct pdf_obj *o, double *ret);
bool pdf_int(const struct pdf_obj *o, int64_t *ret);	/* a real is rounded */

/*
 * The bytes of a stream, decrypted and unfiltered as far as `stop` says.
 * /F (external data) is never followed.  Filters: Flate, LZW (with
 * predictors), ASCIIHex, ASCII85, RunLength, Crypt.  Damaged Flate data
 * gives what could be read, and PDF_STREAM_DAMAGED is noted.  With
 * PDF_STOP_IMAGE it stops before DCTDecode, JPXDecode, JBIG2Decode and
 * CCITTFaxDecode, names that filter in *ret_filter (.n == 0: none left) and
 * its resolved parameters in *ret_parms (may be NULL); without it such a
 * filter is an error.  The result lives as long as the pdf.  Charges the job.
 *
 * An inline image is a pdf_obj of kind PDF_STREAM that the caller makes, num 0:
 * it is never decrypted, and the brief keys F and DP count as well.
 */
enum pdf_stop { PDF_STOP_NONE, PDF_STOP_IMAGE };
bool pdf_stream(struct pdf *p, const struct pdf_obj *stream, enum pdf_stop stop, struct view *ret,
		struct view *ret_filter, const struct pdf_dict **ret_parms, struct err *e);
/* Gives the memory of a result back early; worth it for images, which are large. */
void pdf_stream_free(struct pdf *p, struct view v);
/* How often so far something stood behind the end of Flate's data that was more than padding. */
uint32_t pdf_behind(const struct pdf *p);

/* -- reading tokens (content streams, CMaps, Type 4 functions use it too) ----- */

enum pdf_tok {
	PDF_TOK_END,
	PDF_TOK_OBJ,	/* number, string, name; also null, true, false: see the object */
	PDF_TOK_WORD,	/* an operator or keyword: u.s */
	PDF_TOK_ARRAY, PDF_TOK_ARRAY_END, PDF_TOK_DICT, PDF_TOK_DICT_END,
	PDF_TOK_BRACE, PDF_TOK_BRACE_END,
};
/* The next token, consumed; strings and names that need decoding go to the arena. */
enum pdf_tok pdf_tok(struct view *in, struct arena *a, struct pdf_obj *ret);
/* One direct object (arrays and dictionaries with all in them; no references); false at what is none. */
bool pdf_parse_direct(struct view *in, struct arena *a, struct pdf_obj *ret);

/* -- writing ------------------------------------------------------------------ */

/*
 * Writes tokens in their canonical spelling.  A separator is put where one
 * is needed, so calls follow each other freely.  Used for object bodies
 * and for content streams alike.
 */
void pdf_put_int(struct buf *b, int64_t i);
void pdf_put_real(struct buf *b, double r);
void pdf_put_name(struct buf *b, struct view name);
void pdf_put_string(struct buf *b, struct view s);
void pdf_put_ref(struct buf *b, uint32_t num);
void pdf_put_word(struct buf *b, const char *word);	/* true false null [ ] << >> and operators */
/* A scalar, or an array or dictionary of scalars all the way down; references become null. */
void pdf_put_obj(struct buf *b, const struct pdf_obj *o);

/*
 * A dictionary under construction: keys may come in any order and go out
 * sorted by bytes, which is the canonical order.  Write the value to
 * pdf_key()'s buffer before the next key.
 */
struct pdf_keys;
struct pdf_keys *pdf_keys_new(struct arena *a);
struct buf *pdf_key(struct pdf_keys *k, const char *key);
/* As pdf_key(), for keys that the document chose (resource names). */
struct buf *pdf_key_view(struct pdf_keys *k, struct view key);
size_t pdf_keys_count(struct pdf_keys *k);	/* those with a value that is not null */
void pdf_put_keys(struct buf *b, struct pdf_keys *k);	/* << ... >>; releases k */

/*
 * The new file.  Numbers are handed out from 1 by pdf_out_reserve(); every
 * reserved number must be written once before pdf_out_end(), in any order;
 * the file has them in ascending order.  Number 1 is the catalogue.
 */
struct pdf_out;
struct pdf_out *pdf_out_new(struct job *j, struct buf *file);
void pdf_out_free(struct pdf_out *o);
uint32_t pdf_out_reserve(struct pdf_out *o);
void pdf_out_object(struct pdf_out *o, uint32_t num, struct view body);
/*
 * A stream: `k` without /Length and /Filter, which are added (and k
 * released).  PDF_DATA_PLAIN is compressed if that makes it smaller; the
 * others are written as they are under the filter's name.
 */
enum pdf_data { PDF_DATA_PLAIN, PDF_DATA_FLATE, PDF_DATA_DCT, PDF_DATA_CCITT };
void pdf_out_stream(struct pdf_out *o, uint32_t num, struct pdf_keys *k, enum pdf_data how,
		    struct view data);
/* Objects in order, cross-reference table, trailer.  `info` 0: none. */
bool pdf_out_end(struct pdf_out *o, uint32_t info, struct err *e);

#endif
