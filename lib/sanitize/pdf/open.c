/*
 * Opening a file: what the cross-reference table says, if a catalogue with
 * pages can be reached by it, else what a scan of the whole file finds.
 */
#include <stdlib.h>

#include <libdeflate.h>

#include "sanitize/pdf/reader.h"

/* Annex H / readers' custom: the header stands within the first 1024 bytes. */
enum { HEADER_WITHIN = 1024 };

static bool
set_up_crypt(struct pdf *p, struct err *e)
{
	const struct pdf_obj *raw = pdf_get_raw(p->trailer, "Encrypt");
	const struct pdf_dict *d = pdf_dict_of(pdf_resolve(p, raw));
	const struct pdf_obj *id = pdf_get(p, p->trailer, "ID");
	struct view first = { NULL, 0 };
	uint32_t i;

	p->crypt = NULL;
	if (d == NULL)
		return true;
	if (id->kind == PDF_ARRAY && id->u.a.n > 0 &&
	    pdf_resolve(p, &id->u.a.v[0])->kind == PDF_STRING)
		first = pdf_resolve(p, &id->u.a.v[0])->u.s;
	p->crypt = pdf_crypt_new(p, d, first, e);
	if (p->crypt == NULL)
		return false;
	/* What was read until now was not decrypted; the dictionary itself never is (7.6.2). */
	for (i = 0; i < p->n; i++)
		if (raw->kind != PDF_REF || raw->u.ref.num != i)
			p->x[i].obj = NULL;
	return true;
}

static bool
find_catalog(struct pdf *p)
{
	const struct pdf_dict *d = pdf_dict_of(pdf_get(p, p->trailer, "Root"));

	if (d == NULL || pdf_dict_of(pdf_get(p, d, "Pages")) == NULL)
		return false;
	p->catalog = d;
	return true;
}

static bool
open_damaged(struct pdf *p, struct err *e)
{
	pdf_repaired(p, "cross-reference table");
	p->crypt = NULL;
	p->sections = 0;
	if (!pdf_rebuild_table(p, e) || !set_up_crypt(p, e))
		return false;
	pdf_rebuild_objstms(p);
	if (find_catalog(p) || pdf_hunt_catalog(p))
		return true;
	return err_set(e, ERR_MALFORMED, "no catalogue and no pages");
}

static bool
open_file(struct pdf *p, struct err *e)
{
	if (pdf_xref_read(p)) {
		if (!set_up_crypt(p, e))
			return false;
		if (find_catalog(p))
			return true;
	}
	return open_damaged(p, e);
}

/* -- what else there is to say -------------------------------------------------- */

static bool
only_space(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!pdf_is_space(v.p[i]) && v.p[i] != 0x1a)
			return false;
	return true;
}

static void
note_rest(struct pdf *p, size_t header)
{
	size_t end = view_rfind(p->in, VIEW("%%EOF"));
	struct view before = p->in;

	before.n = header;
	if (header > 0 && !(before.n == 3 && memcmp(before.p, "\xef\xbb\xbf", 3) == 0) &&
	    !only_space(before))
		job_find(p->job, FINDING_TRAILING_DATA, "", NULL);
	else if (end != VIEW_NOT_FOUND && !only_space(view_from(p->in, end + 5)))
		job_find(p->job, FINDING_TRAILING_DATA, "", NULL);
}

static void
note_revisions(struct pdf *p)
{
	struct view head = p->in;
	uint32_t n = p->sections;

	/* A linearised file has two sections from the start (Annex F). */
	head.n = head.n > 2048 ? 2048 : head.n;
	if (n > 0 && view_find(head, 0, VIEW("/Linearized")) != VIEW_NOT_FOUND)
		n--;
	if (n > 1)
		job_find(p->job, FINDING_PDF_REVISIONS, "", "%u", n - 1);
}

/* A file's own bookkeeping, which nothing refers to: tables, streams of objects, XMP (told elsewhere), Annex F. */
static bool
is_bookkeeping(struct view v)
{
	static const char *const names[] = { "/XRef", "/ObjStm", "/Metadata", "/Linearized" };
	enum { WITHIN = 512 };
	size_t i;

	v.n = v.n > WITHIN ? WITHIN : v.n;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (view_find(v, 0, view_str(names[i])) != VIEW_NOT_FOUND)
			return true;
	return false;
}

void
pdf_note_unused(struct pdf *p)
{
	uint32_t num, gen, i, n = 0;
	struct view body;

	for (i = 1; i < p->n; i++) {
		const struct pdf_xref *x = &p->x[i];

		if (x->obj != NULL)
			continue;
		if (x->at == PDF_AT_STREAM)
			n++;
		else if (x->at == PDF_AT_FILE && pdf_object_head(p, x->off, &num, &gen, &body) && num == i &&
			 !is_bookkeeping(body))
			n++;
	}
	if (n > 0)
		job_find(p->job, FINDING_PDF_UNUSED, "", "%u", n);
}

/* -- the life of it --------------------------------------------------------------- */

struct pdf *
pdf_new(struct job *j, struct view in, struct err *e)
{
	struct pdf *p = calloc(1, sizeof *p);
	struct view head = in;
	size_t header;

	if (p != NULL) {
		p->a = arena_new(0);
		p->inflate = libdeflate_alloc_decompressor();
	}
	if (p == NULL || p->a == NULL || p->inflate == NULL) {
		pdf_free(p);
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	head.n = head.n > HEADER_WITHIN ? HEADER_WITHIN : head.n;
	header = view_find(head, 0, VIEW("%PDF-"));
	p->job = j;
	p->in = in;
	p->base = header == VIEW_NOT_FOUND ? 0 : header;
	p->parser.a = p->a;
	p->parser.refs = true;
	if (!open_file(p, e)) {
		/* Objects that a limit made null leave no catalogue: the limit is the reason. */
		if (e->code == ERR_MALFORMED)
			(void)pdf_ok(p, e);
		pdf_free(p);
		return NULL;
	}
	p->opened = true;
	if (p->repaired != NULL)
		job_find(j, FINDING_REPAIRED, "", "%s", p->repaired);
	if (p->crypt != NULL)
		job_find(j, FINDING_DECRYPTED, "", NULL);
	note_rest(p, header == VIEW_NOT_FOUND ? 0 : header);
	note_revisions(p);
	return p;
}

void
pdf_free(struct pdf *p)
{
	if (p == NULL)
		return;
	pdf_filters_release(p);
	pdf_objstm_release(p);
	pdf_parser_release(&p->parser);
	free(p->x);
	free(p->found);
	free(p->found_by_num);
	free(p->trailers);
	free(p->ends);
	arena_free(p->a);
	free(p);
}

struct arena *
pdf_arena(struct pdf *p)
{
	return p->a;
}

struct job *
pdf_job(struct pdf *p)
{
	return p->job;
}

const struct pdf_dict *
pdf_trailer(const struct pdf *p)
{
	return p->trailer;
}

const struct pdf_dict *
pdf_catalog(const struct pdf *p)
{
	return p->catalog;
}

uint32_t
pdf_max_num(const struct pdf *p)
{
	return p->n == 0 ? 0 : p->n - 1;
}

bool
pdf_ok(const struct pdf *p, struct err *e)
{
	if (p->failed.code == ERR_NONE)
		return true;
	*e = p->failed;
	return false;
}
