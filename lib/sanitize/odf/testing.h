/* testing.h - for the tests and the fuzzer of this room: packages made of a few parts, and what came of them. */
#ifndef SEKISHO_SANITIZE_ODF_TESTING_H
#define SEKISHO_SANITIZE_ODF_TESTING_H

#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/testing.h"
#include "sanitize/zip/zip.h"

#define ODF_SPACES                                                                                                    \
	" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""                                          \
	" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""                                            \
	" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""                                              \
	" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""                                            \
	" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\""                                           \
	" xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""                                   \
	" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""                 \
	" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\""                                              \
	" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\""                                     \
	" xmlns:chart=\"urn:oasis:names:tc:opendocument:xmlns:chart:1.0\""                                            \
	" xmlns:form=\"urn:oasis:names:tc:opendocument:xmlns:form:1.0\""                                              \
	" xmlns:script=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\""                                          \
	" xmlns:presentation=\"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0\""                              \
	" xmlns:anim=\"urn:oasis:names:tc:opendocument:xmlns:animation:1.0\""                                         \
	" xmlns:math=\"http://www.w3.org/1998/Math/MathML\""                                                          \
	" xmlns:field=\"urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0\""                           \
	" xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\""

#define ODF_TEXT(body)                                                                                                \
	"<office:document-content" ODF_SPACES " office:version=\"1.3\"><office:body><office:text>" body               \
	"</office:text></office:body></office:document-content>"
#define ODF_SHEET(body)                                                                                               \
	"<office:document-content" ODF_SPACES "><office:body><office:spreadsheet>" body                               \
	"</office:spreadsheet></office:body></office:document-content>"
#define ODF_SLIDES(body)                                                                                              \
	"<office:document-content" ODF_SPACES "><office:body><office:presentation>" body                              \
	"</office:presentation></office:body></office:document-content>"

#define ODF_MIMETYPE "application/vnd.oasis.opendocument."

extern const struct format format_odt, format_ods, format_odp, format_odg;

struct odf_part {
	const char *name;
	const char *text;
	size_t n;	/* 0: the text's own length */
};

/* The package of `parts` (ended by a NULL name) in `out`; `kind` is what the mimetype ends in. */
static inline void
odf_pack(const char *kind, const struct odf_part *parts, struct buf *out)
{
	own_zip_writer struct zip_writer w = { .out = out };
	own_buf struct buf mimetype = { 0 };
	struct err e;

	(void)buf_printf(&mimetype, ODF_MIMETYPE "%s", kind);
	if (!zip_put_stored(&w, "mimetype", 33, 0, buf_bytes(&mimetype), &e))
		abort();
	for (; parts->name != NULL; parts++)
		if (!zip_put(&w, parts->name, 33, 0,
			     view_of(parts->text, parts->n > 0 ? parts->n : strlen(parts->text)), &e))
			abort();
	if (!zip_end(&w, &e))
		abort();
}

struct odf_tried {
	struct findings findings;
	struct buf out;
	struct err e;
	bool ok;
};

static inline void
odf_tried_release(struct odf_tried *t)
{
	findings_release(&t->findings);
	buf_release(&t->out);
}
#define own_odf_tried __attribute__((cleanup(odf_tried_release)))

/* The one that job.c would take. */
static inline const struct format *
odf_format(struct view in)
{
	switch (detect(in, "")) {
	case TYPE_ODS: return &format_ods;
	case TYPE_ODP: return &format_odp;
	case TYPE_ODG: return &format_odg;
	default: return &format_odt;
	}
}

static inline struct odf_tried
odf_try_bytes(const char *profile, const char *password, struct view in)
{
	struct odf_tried t = { 0 };
	struct view pass = view_str(password == NULL ? "" : password);
	struct job j = { .profile = profile_find(view_str(profile)), .findings = &t.findings,
			 .password = &pass, .passwords = password != NULL, .name = "" };

	t.ok = odf_format(in)->rebuild(&j, in, &t.out, &t.e);
	return t;
}

static inline struct odf_tried
odf_try(const char *profile, const char *kind, const struct odf_part *parts)
{
	own_buf struct buf in = { 0 };

	odf_pack(kind, parts, &in);
	return odf_try_bytes(profile, NULL, buf_bytes(&in));
}

static inline uint32_t
odf_found(const struct odf_tried *t, enum finding_code code)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < t->findings.n; i++)
		if (t->findings.row[i].code == code)
			n += t->findings.row[i].count;
	return n;
}

/* An entry of the output, in `ret` with a NUL behind it; false where there is none. */
static inline bool
odf_entry(const struct odf_tried *t, const char *name, struct buf *ret)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	struct err e;
	own_zip struct zip *z = zip_new(buf_bytes(&t->out), NULL, NULL, &e);
	const struct zip_entry *en = z == NULL ? NULL : zip_find(z, name);

	buf_clear(ret);
	return en != NULL && strcmp(en->name, name) == 0 && zip_unpack(z, en, &j, ret, &e) && buf_byte(ret, '\0');
}

/* Rebuilt again, the same bytes, and nothing more to remove. */
static inline bool
odf_settled(const struct odf_tried *t, const char *profile)
{
	own_odf_tried struct odf_tried again = odf_try_bytes(profile, NULL, buf_bytes(&t->out));
	size_t i;

	for (i = 0; i < again.findings.n; i++)
		if (finding_action(again.findings.row[i].code) != ACTION_NOTED)
			return false;
	return again.ok && view_eq(buf_bytes(&again.out), buf_bytes(&t->out));
}

#endif
