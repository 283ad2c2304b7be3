/*
 * The shape of the file (7.5): read once from front to back, object by
 * object; then every byte of the cross-reference table and trailer is known
 * and compared.
 */
#include "core/sha256.h"
#include "inspect/pdf.h"

enum { OBJECTS_MAX = 8388607 };	/* Annex C.2 */

static bool
literal(struct view *v, const char *s)
{
	return view_starts(*v, view_str(s)) && view_skip(v, strlen(s));
}

/* Exactly this number, in `width` digits with leading zeros (0: as many as it has). */
static bool
decimal(struct view *v, uint64_t x, size_t width)
{
	uint8_t digits[20];
	size_t n = 0;

	do {
		digits[sizeof digits - ++n] = (uint8_t)('0' + x % 10);
		x /= 10;
	} while (x > 0 || n < width);
	return view_starts(*v, view_of(digits + sizeof digits - n, n)) && view_skip(v, n);
}

/* "7 0 obj" LF, of exactly this number. */
static bool
object_head(struct view *v, uint32_t num)
{
	return decimal(v, num, 0) && literal(v, " 0 obj\n");
}

static bool
stream_data(struct object *o, struct view *v, struct err *e)
{
	const struct obj *length = inspect_get(&o->value, "Length");

	if (o->value.kind != OBJ_DICT || length == NULL || length->kind != OBJ_INT || length->u.i < 0)
		return residue(e, "stream without a direct length");
	if (!view_take(v, (size_t)length->u.i, &o->data) || !literal(v, "\nendstream\nendobj\n"))
		return residue(e, "stream not as long as it says");
	o->stream = true;
	return true;
}

static bool
body(struct pdf_file *f, struct objects *os, struct view *v, struct err *e)
{
	struct object *o;
	struct lex l;

	if (f->n + 2 > f->cap) {
		size_t cap = f->cap == 0 ? 256 : f->cap * 2;
		struct object *p = realloc(f->o, cap * sizeof *p);

		if (p == NULL)
			return no_memory(e);
		f->o = p;
		f->cap = cap;
	}
	o = &f->o[++f->n];
	memset(o, 0, sizeof *o);
	o->at = at_of(f->whole, *v);
	if (f->n > OBJECTS_MAX || !object_head(v, f->n))
		return residue(e, "no head of object %u", (unsigned)f->n);
	l = (struct lex){ .in = *v };
	if (!inspect_object(os, &l, &o->value, e))
		return err_at(e, "byte %zu", at_of(f->whole, l.in));
	*v = l.in;
	if (literal(v, "\nstream\n"))
		return stream_data(o, v, e);
	return literal(v, "\nendobj\n") || residue(e, "byte %zu: no end of object", at_of(f->whole, *v));
}

static bool
xref(const struct pdf_file *f, struct view *v, struct err *e)
{
	uint32_t i;

	if (!literal(v, "xref\n0 ") || !decimal(v, (uint64_t)f->n + 1, 0) || !literal(v, "\n0000000000 65535 f \n"))
		return residue(e, "byte %zu: no cross-reference table", at_of(f->whole, *v));
	for (i = 1; i <= f->n; i++)
		if (!decimal(v, f->o[i].at, 10) || !literal(v, " 00000 n \n"))
			return residue(e, "cross-reference of object %u", (unsigned)i);
	return true;
}

/* /ID: twice the first half of SHA-256 over all before "xref". */
static bool
identity(const struct pdf_file *f, size_t start, struct buf *ret)
{
	static const char digit[] = "0123456789ABCDEF";
	uint8_t hash[SHA256_SIZE];
	unsigned i, k;

	sha256(view_of(f->whole.p, start), hash);
	for (k = 0; k < 2; k++) {
		buf_byte(ret, '<');
		for (i = 0; i < 16; i++) {
			buf_byte(ret, (uint8_t)digit[hash[i] >> 4]);
			buf_byte(ret, (uint8_t)digit[hash[i] & 15]);
		}
		buf_byte(ret, '>');
	}
	return !ret->full;
}

static bool
trailer(struct pdf_file *f, struct objects *os, size_t start, struct view *v, struct err *e)
{
	own_buf struct buf id = BUF_MAX(128);
	const struct obj *info;
	struct lex l;

	if (!literal(v, "trailer\n"))
		return residue(e, "byte %zu: no trailer", at_of(f->whole, *v));
	l = (struct lex){ .in = *v };
	if (!inspect_object(os, &l, &f->trailer, e))
		return err_at(e, "trailer");
	if (!identity(f, start, &id))
		return err_set(e, ERR_SYSTEM, "no SHA-256");
	info = inspect_get(&f->trailer, "Info");
	/* With what was read known, every byte is: the object just read is read again as bytes. */
	if (!literal(v, "<</ID[") || !view_starts(*v, buf_bytes(&id)) || !view_skip(v, id.n) || !literal(v, "]"))
		return residue(e, "trailer: /ID is not the file's hash");
	if (info != NULL && info->kind == OBJ_REF &&
	    (!literal(v, "/Info ") || !decimal(v, info->ref, 0) || !literal(v, " 0 R")))
		return residue(e, "trailer: /Info");
	if (!literal(v, "/Root 1 0 R/Size ") || !decimal(v, (uint64_t)f->n + 1, 0) || !literal(v, ">>\nstartxref\n") ||
	    !decimal(v, start, 0) || !literal(v, "\n%%EOF\n"))
		return residue(e, "byte %zu: trailer, or the end of the file", at_of(f->whole, *v));
	return v->n == 0 || residue(e, "%zu bytes behind the end of the file", v->n);
}

/* The highest number that could be: no object is shorter than "1 0 obj" LF "0" LF "endobj" LF. */
static uint32_t
ref_bound(struct view whole)
{
	return whole.n / 16 > OBJECTS_MAX ? OBJECTS_MAX : (uint32_t)(whole.n / 16);
}

bool
inspect_pdf_file(struct pdf_file *f, struct view whole, struct err *e)
{
	struct objects os = { .arena = f->arena, .stack = BUF_MAX((size_t)1 << 30), .max_ref = ref_bound(whole) };
	struct view v = whole;
	bool ok = true;
	size_t start;

	f->whole = whole;
	if (!literal(&v, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"))
		return residue(e, "no header");
	while (ok && v.n > 0 && v.p[0] != 'x')
		ok = body(f, &os, &v, e) || err_at(e, "object %u", (unsigned)f->n);
	start = at_of(whole, v);
	ok = ok && (f->n > 0 || residue(e, "no objects")) && xref(f, &v, e) && trailer(f, &os, start, &v, e);
	buf_release(&os.stack);
	return ok;
}
