/*
 * document_fuzz.c - a PDF end to end: what comes out opens again, holds nothing
 * active, and comes out of a second rebuild as the same bytes.  The first
 * byte chooses the profile.
 */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/pdf/pdf.h"
#include "sanitize/pdf/rules.h"
#include "sanitize/sanitize.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
check_action(struct pdf *p, const struct pdf_obj *o)
{
	const struct pdf_dict *a = pdf_dict_of(pdf_resolve(p, o));
	const struct pdf_obj *s;

	if (a == NULL)
		return;
	s = pdf_get(p, a, "S");
	must(s->kind == PDF_NAME && pdf_name_in("GoTo URI Named", s->u.s));
	must(pdf_get_raw(a, "Next")->kind == PDF_NULL && pdf_get_raw(a, "JS")->kind == PDF_NULL);
}

static void
check_object(struct pdf *p, const struct pdf_dict *d, bool attachments)
{
	const struct pdf_obj *type = pdf_get(p, d, "Type"), *names;

	if (pdf_is_name(type, "Catalog")) {
		must(pdf_get(p, d, "OpenAction")->kind != PDF_DICT);
		names = pdf_get(p, d, "Names");
		if (pdf_dict_of(names) != NULL) {
			must(pdf_get_raw(pdf_dict_of(names), "JavaScript")->kind == PDF_NULL);
			must(attachments ||
			     pdf_get_raw(pdf_dict_of(names), "EmbeddedFiles")->kind == PDF_NULL);
		}
	}
	/* Elsewhere keys may be names that the document chose: fonts, states, roles. */
	if (type->kind == PDF_NAME ? pdf_name_in("Catalog Page Annot", type->u.s)
				   : pdf_get_raw(d, "Title")->kind != PDF_NULL) {
		must(pdf_get_raw(d, "AA")->kind == PDF_NULL);
		must(pdf_get_raw(d, "PA")->kind == PDF_NULL);
		must(pdf_get_raw(d, "XFA")->kind == PDF_NULL);
		check_action(p, pdf_get_raw(d, "A"));
	}
}

static void
check_output(struct view out, const struct profile *profile)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile, .findings = &f };
	struct err e = { 0 };
	struct pdf *p = pdf_new(&j, out, &e);
	uint32_t i;

	must(p != NULL);
	for (i = 1; i <= pdf_max_num(p); i++) {
		struct pdf_obj ref = { .kind = PDF_REF, .u.ref = { i, 0 } };
		const struct pdf_obj *o = pdf_resolve(p, &ref);

		must(o->kind != PDF_NULL);
		if (pdf_dict_of(o) != NULL)
			check_object(p, pdf_dict_of(o), profile->attachments);
	}
	for (i = 0; i < f.n; i++)
		must(f.row[i].code != FINDING_REPAIRED);
	pdf_free(p);
	findings_release(&f);
}

static enum verdict
run(const struct profile *profile, struct view in, struct buf *out)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile, .findings = &f };
	enum type type;
	enum verdict v = sanitize(&j, "a.pdf", in, out, &type);

	findings_release(&f);
	return type == TYPE_PDF ? v : VERDICT_REFUSED;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const names[] = { "rebuild", "keep", "strict" };
	own_buf struct buf out = { 0 }, again = { 0 };
	struct view in = { p, n };
	struct profile profile;
	uint8_t first;

	if (!view_u8(&in, &first))
		return 0;
	profile = *profile_find(view_str(names[first % 3]));
	profile.limits.cpu_ms = 10000;
	profile.limits.unpacked = 64u << 20;
	profile.limits.pixels = 4u << 20;
	profile.noise = false;
	if (run(&profile, in, &out) > VERDICT_DISARMED)
		return 0;
	check_output(buf_bytes(&out), &profile);
	must(run(&profile, buf_bytes(&out), &again) <= VERDICT_DISARMED);
	must(view_eq(buf_bytes(&out), buf_bytes(&again)));
	return 0;
}
