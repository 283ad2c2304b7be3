/*
 * document.c - a PDF rebuilt: the catalogue (ISO 32000-2 7.7.2) and the
 * order in which the parts are asked for.  Each part writes what it keeps
 * and notes what it does not; nothing is copied.
 */
#include "sanitize/pdf/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/utf8.h"
#include "sanitize/format.h"
#include "sanitize/pdf/gfx.h"
#include "sanitize/pdf/out.h"

enum { UTF8_LONG = 1024 };

bool
doc_tick(struct doc *d)
{
	if (!d->dead && !job_tick(d->r->job, d->e))
		d->dead = true;
	return !d->dead;
}

void
doc_no_memory(struct doc *d)
{
	if (!d->dead)
		err_set(d->e, ERR_LIMIT, "more memory than a document may have");
	d->dead = true;
}

void *
doc_array(struct doc *d, size_t n, size_t size)
{
	void *p = d->dead ? NULL : arena_array(d->r->arena, n, size);

	if (p == NULL)
		doc_no_memory(d);
	return p;
}

void *
doc_grow(struct doc *d, void *v, size_t n, size_t *cap, size_t size)
{
	void *to;

	if (n < *cap)
		return v;
	*cap = *cap < 16 ? 16 : *cap * 2;
	to = doc_array(d, *cap, size);
	if (to != NULL && n > 0)
		memcpy(to, v, n * size);
	return to;
}

void
doc_find(struct doc *d, enum finding_code code, const char *fmt, ...)
{
	char detail[FINDING_DETAIL_MAX * 2] = "";
	va_list ap;

	if (fmt != NULL) {
		va_start(ap, fmt);
		(void)vsnprintf(detail, sizeof detail, fmt, ap);
		va_end(ap);
	}
	job_find(d->r->job, code, d->where, "%s", detail);
}

uint32_t
doc_reserve(struct doc *d)
{
	return pdf_out_reserve(d->r->out);
}

void
doc_object(struct doc *d, uint32_t num, struct pdf_keys *k)
{
	own_buf struct buf b = { 0 };

	pdf_put_keys(&b, k);
	if (!buf_ok(&b, d->e))
		d->dead = true;
	pdf_out_object(d->r->out, num, buf_bytes(&b));
}

uint32_t
doc_num(const struct pdf_obj *raw)
{
	return raw->kind == PDF_REF ? raw->u.ref.num : 0;
}

uint32_t
doc_made(const struct doc *d, const struct pdf_obj *raw, enum pdf_as as)
{
	uint32_t num = pdf_memo_get(d->r, doc_num(raw), as);

	return num != GFX_NOTHING ? num : 0;
}

static int
by_key(const void *a, const void *b)
{
	const struct pdf_entry *const *x = a, *const *y = b;

	return pdf_key_order((*x)->key, (*y)->key);
}

const struct pdf_entry *const *
doc_sorted(struct doc *d, const struct pdf_dict *dict, size_t max, size_t *ret_n)
{
	const struct pdf_entry **v;
	size_t i, n = 0;

	*ret_n = 0;
	if (dict->n > max)
		return NULL;
	v = doc_array(d, dict->n, sizeof *v);
	if (v == NULL)
		return NULL;
	for (i = 0; i < dict->n; i++)
		if (doc_name_ok(dict->e[i].key)) {
			pdf_mark_at(dict, i, PDF_READ);
			v[n++] = &dict->e[i];
		}
	qsort(v, n, sizeof *v, by_key);
	*ret_n = n;
	return v;
}

bool
doc_name_ok(struct view name)
{
	return name.n > 0 && name.n <= 127 && memchr(name.p, '\0', name.n) == NULL;
}

/* One code point of a text string in UTF-16, big-endian unless `little`. */
static uint32_t
take_utf16(struct view *v, bool little)
{
	uint16_t hi, lo;

	if (!(little ? view_u16le(v, &hi) : view_u16be(v, &hi))) {
		v->n = 0;
		return 0xfffd;
	}
	if (hi < 0xd800 || hi > 0xdfff)
		return hi;
	if (hi > 0xdbff || !(little ? view_u16le(v, &lo) : view_u16be(v, &lo)) || lo < 0xdc00 ||
	    lo > 0xdfff)
		return 0xfffd;
	return 0x10000 + ((uint32_t)(hi - 0xd800) << 10) + (lo - 0xdc00u);
}

struct view
doc_utf8(struct doc *d, struct view text)
{
	bool big = view_starts(text, VIEW("\xfe\xff")), little = view_starts(text, VIEW("\xff\xfe"));
	own_buf struct buf b = BUF_MAX(UTF8_LONG);
	uint8_t bytes[4];
	struct view v;

	/* What is valid UTF-8 was meant so, with its mark (7.9.2.2) or without. */
	if (view_starts(text, VIEW("\xef\xbb\xbf")))
		(void)view_skip(&text, 3);
	if (!big && !little && text.n <= UTF8_LONG && utf8_valid(text))
		return text;
	if (big || little)
		(void)view_skip(&text, 2);
	while (text.n > 0 && !b.full) {
		uint32_t c;

		if (big || little)
			c = take_utf16(&text, little);
		else
			(void)(c = text.p[0], view_skip(&text, 1));
		(void)buf_put(&b, bytes, utf8_put(bytes, c));
	}
	v = arena_copy(d->r->arena, buf_bytes(&b));
	return v.p != NULL ? v : VIEW("");
}

bool
seen_new(struct doc *d, struct seen *ret)
{
	ret->max = pdf_max_num(d->r->in);
	ret->bit = doc_array(d, (size_t)ret->max / 8 + 1, 1);
	return ret->bit != NULL;
}

bool
seen_first(struct seen *s, uint32_t num)
{
	uint8_t bit = (uint8_t)(1u << (num & 7));

	if (num == 0)
		return true;
	if (num > s->max || s->bit[num / 8] & bit)
		return false;
	s->bit[num / 8] |= bit;
	return true;
}

/* -- the catalogue ---------------------------------------------------- */

static void
put_names(struct doc *d, struct buf *b)
{
	own_buf struct buf dests = { 0 }, files = { 0 };

	put_dest_names(d, &dests);
	put_file_names(d, &files);
	if (dests.n + files.n == 0)
		return;
	pdf_put_word(b, "<<");
	if (dests.n > 0) {
		pdf_put_name(b, VIEW("Dests"));
		(void)buf_view(b, buf_bytes(&dests));
	}
	if (files.n > 0) {
		pdf_put_name(b, VIEW("EmbeddedFiles"));
		(void)buf_view(b, buf_bytes(&files));
	}
	pdf_put_word(b, ">>");
}

/* A destination to open at may stay; every other thing to do on opening goes. */
static void
put_open(struct doc *d, struct buf *b)
{
	const struct pdf_obj *o = pdf_get(d->r->in, pdf_catalog(d->r->in), "OpenAction");
	const struct pdf_dict *a = pdf_dict_of(o);

	if (a != NULL && pdf_is_name(pdf_get(d->r->in, a, "S"), "GoTo") &&
	    pdf_get_raw(a, "JS")->kind == PDF_NULL) {
		put_dest(d, pdf_get_raw(a, "D"), true, b);
		report_action(d, pdf_get_raw(a, "Next"), true);
	} else if (a != NULL) {
		report_action(d, o, true);
	} else {
		put_dest(d, o, true, b);
		/* An array that is no destination may be actions to some reader. */
		if (b->n == 0)
			report_action(d, o, true);
	}
}

static const struct {
	const char *key;
	void (*put)(struct doc *d, struct buf *b);
} parts[] = {
	/* in the order in which they are made: what others refer to first */
	{ "AcroForm", put_form },
	{ "Names", put_names },
	{ "OpenAction", put_open },
	{ "Outlines", put_outlines },
	{ "PageLabels", put_labels },
	{ "OCProperties", put_layers },
	{ "StructTreeRoot", put_structure },
	{ "OutputIntents", put_intents },
};

static void
report_catalog(struct doc *d)
{
	struct pdf *in = d->r->in;
	const struct pdf_dict *catalog = pdf_catalog(in);
	const struct pdf_dict *names = pdf_dict_of(pdf_get(in, catalog, "Names"));
	struct tree scripts = { 0 };
	size_t i;

	report_triggers(d, catalog);
	report_associated(d, catalog);
	if (names == NULL)
		return;
	tree_names(d, pdf_get_raw(names, "JavaScript"), &scripts);
	for (i = 0; i < scripts.n && doc_tick(d); i++)
		report_action(d, scripts.v[i].value, true);
	if (scripts.n > 0 || pdf_get_raw(names, "JavaScript")->kind == PDF_NULL)
		return;
	doc_find(d, FINDING_PDF_JAVASCRIPT, NULL);
	pdf_mark(names, "JavaScript", PDF_TOLD);
}

static void
write_catalog(struct doc *d, uint32_t num)
{
	struct pdf_keys *k = pdf_keys_new(d->r->arena);
	own_buf struct buf v = { 0 };
	size_t i;

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	report_catalog(d);
	walk_keys(d, PDF_DICT_CATALOG, pdf_catalog(d->r->in), k);
	pdf_put_ref(pdf_key(k, "Pages"), d->pages_num);
	for (i = 0; i < sizeof parts / sizeof *parts && !d->dead; i++) {
		parts[i].put(d, &v);
		if (v.n > 0 && !v.full)
			(void)buf_view(pdf_key(k, parts[i].key), buf_bytes(&v));
		buf_clear(&v);
	}
	doc_object(d, num, k);
}

/* The number of the new /Info, 0: none. */
static uint32_t
write_info(struct doc *d)
{
	struct pdf *in = d->r->in;
	const struct pdf_dict *info = pdf_dict_of(pdf_get(in, pdf_trailer(in), "Info"));
	own_buf struct buf b = { 0 };
	uint32_t num;

	pdf_mark(pdf_catalog(in), "Metadata", PDF_TOLD);
	if (!d->r->job->profile->metadata) {
		pdf_mark(pdf_trailer(in), "Info", PDF_TOLD);
		if ((info != NULL && info->n > 0) ||
		    pdf_get(in, pdf_catalog(in), "Metadata")->kind != PDF_NULL)
			job_find(d->r->job, FINDING_PDF_METADATA, "", NULL);
		return 0;
	}
	/*
	 * XMP repeats what /Info says, and is dropped without a word; where it
	 * is all there is (PDF 2.0), that is told.
	 */
	if (info == NULL) {
		if (pdf_get(in, pdf_catalog(in), "Metadata")->kind != PDF_NULL)
			job_find(d->r->job, FINDING_PDF_XMP, "", NULL);
		return 0;
	}
	walk_dict(d, PDF_DICT_INFO, &(struct pdf_obj){ .kind = PDF_DICT, .u.d = info }, &b);
	if (b.n == 0 || b.full)
		return 0;
	num = doc_reserve(d);
	pdf_out_object(d->r->out, num, buf_bytes(&b));
	return num;
}

static bool
rebuild(struct pdf_rebuild *r, struct err *e)
{
	struct doc d = { .r = r, .e = e };
	uint32_t catalog = doc_reserve(&d), info;

	pages_find(&d);
	if (d.dead)
		return false;
	dests_read(&d);
	files_read(&d);
	if (!d.dead)
		form_read(&d);
	if (!d.dead)
		pages_write(&d);
	if (d.dead)
		return false;
	(void)memcpy(d.where, "catalog", sizeof "catalog");
	write_catalog(&d, catalog);
	info = d.dead ? 0 : write_info(&d);
	if (d.dead || !pdf_ok(r->in, e))
		return false;
	pdf_note_unused(r->in);
	tell_rest(&d);
	if (d.dead || !pdf_ok(r->in, e))
		return false;
	return pdf_out_end(r->out, info, e);
}

static bool
pdf_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct pdf_rebuild r = { .job = j };
	bool ok = false;

	r.in = pdf_new(j, in, e);
	if (r.in == NULL)
		return false;
	r.arena = pdf_arena(r.in);
	r.memo = pdf_memo_new(r.arena);
	r.out = pdf_out_new(j, out);
	if (r.memo == NULL || r.out == NULL)
		err_set(e, ERR_SYSTEM, "no memory");
	else
		ok = rebuild(&r, e);
	pdf_out_free(r.out);
	pdf_free(r.in);
	return ok;
}

const struct format format_pdf = { .type = TYPE_PDF, .rebuild = pdf_rebuild };
