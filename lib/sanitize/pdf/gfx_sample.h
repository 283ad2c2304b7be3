/*
 * gfx_sample.h - for the tests and fuzzers of the graphics side: a small
 * document in memory, opened, with somewhere to write to.
 */
#ifndef SEKISHO_SANITIZE_PDF_GFX_SAMPLE_H
#define SEKISHO_SANITIZE_PDF_GFX_SAMPLE_H

#include "core/own.h"
#include "sanitize/pdf/gfx.h"

#include <stdio.h>

struct pdf_memo *pdf_memo_new(struct arena *a);

struct sample {
	struct buf text, file;
	struct findings findings;
	struct job job;
	struct pdf_rebuild r;
};

static inline void
sample_close(struct sample *s)
{
	pdf_out_free(s->r.out);
	pdf_free(s->r.in);
	findings_release(&s->findings);
	buf_release(&s->text);
	buf_release(&s->file);
}

/*
 * A page (object 3) with the given /Resources, and `objects` behind it,
 * "10 0 obj ... endobj" each.  There is no cross-reference table: the file is read by scanning.
 */
static inline bool
sample_open(struct sample *s, const char *resources, struct view objects)
{
	struct err e = { 0 };

	*s = (struct sample){ 0 };
	s->job = (struct job){ .profile = profile_at(0), .findings = &s->findings };
	s->r.job = &s->job;
	buf_printf(&s->text,
		   "%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
		   "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
		   "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<%s>>>>\nendobj\n",
		   resources);
	buf_view(&s->text, objects);
	buf_str(&s->text, "\ntrailer\n<</Root 1 0 R>>\n");
	s->r.in = pdf_new(&s->job, buf_bytes(&s->text), &e);
	if (!s->r.in)
		return false;
	s->r.arena = pdf_arena(s->r.in);
	s->r.memo = pdf_memo_new(s->r.arena);
	s->r.out = pdf_out_new(&s->job, &s->file);
	return s->r.memo && s->r.out;
}

/* The object of that number. */
static inline const struct pdf_obj *
sample_object(struct sample *s, uint32_t num)
{
	struct pdf_obj *ref = arena_get(s->r.arena, sizeof *ref);

	*ref = (struct pdf_obj){ .kind = PDF_REF, .u.ref = { num, 0 } };
	return ref;
}

static inline struct res *
sample_resources(struct sample *s)
{
	const struct pdf_dict *page = pdf_dict_of(pdf_resolve(s->r.in, sample_object(s, 3)));

	return res_new(&s->r, page ? pdf_dict_of(pdf_get(s->r.in, page, "Resources")) : NULL, NULL,
		       "page 1");
}

#endif
