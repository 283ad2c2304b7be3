/*
 * The new file: bodies are kept, each in memory of its own, until all are
 * there, then go to the file in the order of their numbers.
 */
#include "sanitize/pdf/out.h"

#include <stdlib.h>

#include <libdeflate.h>

#include "core/sha256.h"

enum { LEVEL = 1 };

/* Below this, compression gains nothing that its dictionary entry does not cost. */
static const size_t compress_min = 40;

struct body {
	uint8_t *p;
	size_t n;
	size_t off;	/* in the new file */
};

struct pdf_out {
	struct job *job;
	struct buf *file;
	struct body *body;	/* by number, [0] unused */
	uint32_t n, cap;
	uint64_t bytes;		/* of all bodies */
	struct libdeflate_compressor *deflate;
	struct buf packed, head;
	struct err failed;
};

struct pdf_out *
pdf_out_new(struct job *j, struct buf *file)
{
	struct pdf_out *o = calloc(1, sizeof *o);

	if (o == NULL)
		return NULL;
	o->job = j;
	o->file = file;
	o->n = 1;
	return o;
}

void
pdf_out_free(struct pdf_out *o)
{
	uint32_t i;

	if (o == NULL)
		return;
	for (i = 1; i < o->n; i++)
		free(o->body[i].p);
	free(o->body);
	if (o->deflate != NULL)
		libdeflate_free_compressor(o->deflate);
	buf_release(&o->packed);
	buf_release(&o->head);
	free(o);
}

static void
fail(struct pdf_out *o, enum err_code code, const char *what, uint32_t num)
{
	if (o->failed.code == ERR_NONE)
		err_set(&o->failed, code, "object %u: %s", num, what);
}

uint32_t
pdf_out_reserve(struct pdf_out *o)
{
	if (o->n >= o->cap) {
		uint32_t cap = o->cap == 0 ? 256 : o->cap * 2;
		struct body *v = cap > 16777216 ? NULL : realloc(o->body, cap * sizeof *v);

		if (v == NULL) {
			/* The number is used up all the same: two objects never share one. */
			fail(o, ERR_LIMIT, "too many objects", o->n);
			return o->n == 1 ? 1 : o->n - 1;
		}
		memset(v + o->cap, 0, (cap - o->cap) * sizeof *v);
		o->body = v;
		o->cap = cap;
	}
	return o->n++;
}

/* Memory for the body of `num`, NULL where there can be none. */
static uint8_t *
body_room(struct pdf_out *o, uint32_t num, size_t n)
{
	struct body *b;

	if (num == 0 || num >= o->n || o->cap == 0) {
		fail(o, ERR_SYSTEM, "was not reserved", num);
		return NULL;
	}
	b = &o->body[num];
	if (b->p != NULL) {
		fail(o, ERR_SYSTEM, "written twice", num);
		return NULL;
	}
	if (o->bytes + n > o->job->profile->limits.output) {
		fail(o, ERR_LIMIT, "the output is too large", num);
		return NULL;
	}
	b->p = malloc(n == 0 ? 1 : n);
	if (b->p == NULL) {
		fail(o, ERR_LIMIT, "no memory", num);
		return NULL;
	}
	b->n = n;
	o->bytes += n;
	return b->p;
}

void
pdf_out_object(struct pdf_out *o, uint32_t num, struct view body)
{
	uint8_t *room = body_room(o, num, body.n);

	if (room != NULL && body.n > 0)
		memcpy(room, body.p, body.n);
}

/* -- streams ------------------------------------------------------------------- */

static bool
compress(struct pdf_out *o, struct view data, struct view *ret)
{
	uint8_t *room;
	size_t n;

	if (data.n < compress_min)
		return false;
	if (o->deflate == NULL)
		o->deflate = libdeflate_alloc_compressor(LEVEL);
	buf_clear(&o->packed);
	o->packed.max = data.n;
	room = o->deflate == NULL ? NULL : buf_room(&o->packed, data.n);
	if (room == NULL)
		return false;
	/* No room for what would be larger: then it says so by 0. */
	n = libdeflate_zlib_compress(o->deflate, data.p, data.n, room, data.n - 24);
	if (n == 0)
		return false;
	*ret = view_of(room, n);
	return true;
}

static void
write_stream(struct pdf_out *o, uint32_t num, struct view head, struct view data)
{
	static const struct view open = { (const uint8_t *)"\nstream\n", 8 };
	static const struct view close = { (const uint8_t *)"\nendstream", 10 };
	uint8_t *room = body_room(o, num, head.n + open.n + data.n + close.n);

	if (room == NULL)
		return;
	memcpy(room, head.p, head.n);
	room += head.n;
	memcpy(room, open.p, open.n);
	room += open.n;
	if (data.n > 0)
		memcpy(room, data.p, data.n);
	room += data.n;
	memcpy(room, close.p, close.n);
}

void
pdf_out_stream(struct pdf_out *o, uint32_t num, struct pdf_keys *k, enum pdf_data how, struct view data)
{
	static const char *const filter[] = { [PDF_DATA_FLATE] = "FlateDecode",
					      [PDF_DATA_DCT] = "DCTDecode",
					      [PDF_DATA_CCITT] = "CCITTFaxDecode" };

	if (how == PDF_DATA_PLAIN && compress(o, data, &data))
		how = PDF_DATA_FLATE;
	if (how != PDF_DATA_PLAIN)
		pdf_put_name(pdf_key(k, "Filter"), view_str(filter[how]));
	pdf_put_int(pdf_key(k, "Length"), (int64_t)data.n);
	buf_clear(&o->head);
	pdf_put_keys(&o->head, k);
	if (o->head.full)
		fail(o, ERR_LIMIT, "dictionary too large", num);
	else
		write_stream(o, num, buf_bytes(&o->head), data);
	if (o->packed.cap > (size_t)8 << 20)
		buf_release(&o->packed);
}

/* -- the file --------------------------------------------------------------------- */

static void
put_bodies(struct pdf_out *o)
{
	struct buf *f = o->file;
	uint32_t i;

	(void)buf_str(f, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
	for (i = 1; i < o->n; i++) {
		struct body *b = &o->body[i];

		b->off = f->n;
		pdf_put_int(f, i);
		(void)buf_str(f, " 0 obj\n");
		(void)buf_put(f, b->p, b->n);
		(void)buf_str(f, "\nendobj\n");
		free(b->p);
		b->p = NULL;
	}
}

static void
put_table(struct pdf_out *o)
{
	struct buf *f = o->file;
	uint32_t i;

	(void)buf_printf(f, "xref\n0 %u\n0000000000 65535 f \n", o->n);
	for (i = 1; i < o->n; i++) {
		char entry[] = "0000000000 00000 n \n";
		size_t off = o->body[i].off, d;

		for (d = 10; d-- > 0; off /= 10)
			entry[d] = (char)('0' + off % 10);
		(void)buf_put(f, entry, 20);
	}
}

static void
put_id(struct buf *f, const uint8_t sha[32])
{
	int i, k;

	(void)buf_str(f, "/ID[");
	for (i = 0; i < 2; i++) {
		(void)buf_byte(f, '<');
		for (k = 0; k < 16; k++)
			(void)buf_printf(f, "%02X", sha[k]);
		(void)buf_byte(f, '>');
	}
	(void)buf_byte(f, ']');
}

static void
put_trailer(struct pdf_out *o, uint32_t info, const uint8_t sha[32], size_t start)
{
	struct buf *f = o->file;

	(void)buf_str(f, "trailer\n<<");
	put_id(f, sha);
	if (info != 0)
		(void)buf_printf(f, "/Info %u 0 R", info);
	(void)buf_printf(f, "/Root 1 0 R/Size %u>>\nstartxref\n%zu\n%%%%EOF\n", o->n, start);
}

bool
pdf_out_end(struct pdf_out *o, uint32_t info, struct err *e)
{
	uint8_t sha[SHA256_SIZE];
	uint32_t i;
	size_t start;

	for (i = 1; i < o->n && o->failed.code == ERR_NONE; i++)
		if (o->body[i].p == NULL)
			fail(o, ERR_SYSTEM, "reserved and never written", i);
	if (o->failed.code != ERR_NONE) {
		*e = o->failed;
		return false;
	}
	if (o->n == 1)
		return err_set(e, ERR_SYSTEM, "a PDF without objects");
	/* One piece of memory for the whole: growing would copy it again. */
	(void)buf_room(o->file, (size_t)o->bytes + (size_t)o->n * 60 + 512);
	put_bodies(o);
	start = o->file->n;
	sha256(buf_bytes(o->file), sha);
	put_table(o);
	put_trailer(o, info, sha, start);
	return buf_ok(o->file, e);
}
