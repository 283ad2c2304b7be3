/*
 * attach.c - embedded files (ISO 32000-2 7.11.4): removed, or, where the
 * profile keeps them, disarmed like any document and attached anew.
 */
#include "core/utf8.h"
#include "sanitize/detect.h"
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { NAME_LONG = 200, KEY_LONG = 1024 };

struct files {
	struct tree names;
	struct seen named;	/* the specifications in it, by number */
};

static struct view
name_of(struct doc *d, const struct pdf_dict *spec, struct view otherwise)
{
	static const char *const keys[] = { "UF", "F", "Unix", "DOS" };
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct pdf_obj *o = pdf_get(d->r->in, spec, keys[i]);

		if (o->kind == PDF_STRING && o->u.s.n > 0)
			return doc_utf8(d, o->u.s);
	}
	return doc_utf8(d, otherwise);
}

/* The last component, without what a file system or a reader's eye stumbles over. */
static void
clean_name(struct view v, enum type type, struct buf *out)
{
	size_t i, from = 0;
	uint8_t bytes[4];

	for (i = 0; i < v.n; i++)
		if (v.p[i] == '/' || v.p[i] == '\\' || v.p[i] == ':')
			from = i + 1;
	v = view_from(v, from);
	while (v.n > 0 && out->n < NAME_LONG) {
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || utf8_is_control(c) || utf8_is_hiding(c) ||
		    (out->n == 0 && (c == '.' || c == ' ')))
			continue;
		(void)buf_put(out, bytes,
			      utf8_put(bytes, c < 0x80 && strchr("<>\"|?*", (int)c) != NULL ? '_' : c));
	}
	while (out->n > 0 && (out->p[out->n - 1] == ' ' || out->p[out->n - 1] == '.'))
		out->n--;
	if (out->n == 0)
		(void)buf_str(out, "attachment");
	(void)buf_byte(out, '\0');
	out->n--;
	/* The inspector and the reader both judge by the ending: it must be the true one. */
	if (memchr(out->p, '.', out->n) == NULL || !detect_fits(type, (const char *)out->p))
		(void)buf_str(out, type_ending(type));
}

/* A text string: as it is where ASCII, else UTF-16 with its mark (7.9.2.2). */
static void
put_utf16(struct view v, struct buf *b)
{
	own_buf struct buf t = { 0 };
	struct view rest = v;
	bool ascii = true;
	size_t i;

	for (i = 0; i < v.n; i++)
		ascii = ascii && v.p[i] < 0x80;
	if (ascii) {
		pdf_put_string(b, v);
		return;
	}
	(void)buf_u16be(&t, 0xfeff);
	while (rest.n > 0) {
		uint32_t c = utf8_take(&rest);

		if (c >= 0x10000 && c != UTF8_BAD) {
			(void)buf_u16be(&t, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
			(void)buf_u16be(&t, (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff)));
		} else {
			(void)buf_u16be(&t, (uint16_t)c);
		}
	}
	pdf_put_string(b, buf_bytes(&t));
}

static void
put_ascii(struct view v, struct buf *b)
{
	own_buf struct buf t = { 0 };

	while (v.n > 0) {
		uint32_t c = utf8_take(&v);

		(void)buf_byte(&t, c < 0x80 ? (uint8_t)c : '_');
	}
	pdf_put_string(b, buf_bytes(&t));
}

static uint32_t
write_file(struct doc *d, const struct pdf_dict *spec, struct view data, struct view name)
{
	uint32_t file = doc_reserve(d), num = doc_reserve(d);
	struct pdf_keys *k = pdf_keys_new(d->r->arena), *s = pdf_keys_new(d->r->arena);
	struct buf *b;

	if (k == NULL || s == NULL) {
		doc_no_memory(d);
		return 0;
	}
	pdf_put_name(pdf_key(k, "Type"), VIEW("EmbeddedFile"));
	b = pdf_key(k, "Params");
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Size"));
	pdf_put_int(b, (int64_t)data.n);
	pdf_put_word(b, ">>");
	pdf_out_stream(d->r->out, file, k, PDF_DATA_PLAIN, data);

	walk_keys(d, PDF_DICT_FILESPEC, spec, s);
	put_ascii(name, pdf_key(s, "F"));
	put_utf16(name, pdf_key(s, "UF"));
	b = pdf_key(s, "EF");
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("F"));
	pdf_put_ref(b, file);
	pdf_put_word(b, ">>");
	doc_object(d, num, s);
	return num;
}

/* The embedded stream, disarmed; 0 where it does not come along. */
static uint32_t
disarm(struct doc *d, const struct pdf_dict *spec, struct view name)
{
	const struct pdf_dict *ef = pdf_dict_of(pdf_get(d->r->in, spec, "EF"));
	const struct pdf_obj *stream = ef != NULL ? pdf_get(d->r->in, ef, "UF") : NULL;
	own_buf struct buf out = { 0 }, clean = { 0 };
	struct view data, label = arena_copy(d->r->arena, name);
	struct err e = { 0 };
	enum type type;

	if (ef != NULL && stream->kind != PDF_STREAM)
		stream = pdf_get(d->r->in, ef, "F");
	if (stream == NULL || stream->kind != PDF_STREAM || label.p == NULL ||
	    !pdf_stream(d->r->in, stream, PDF_STOP_NONE, &data, NULL, NULL, &e))
		return 0;
	pdf_place(stream->u.d, PLACE_EMBEDDED);
	switch (job_part(d->r->job, (const char *)label.p, data, &out, &type, &e)) {
	case VERDICT_CLEAN: case VERDICT_DISARMED: case VERDICT_FLATTENED: case VERDICT_TEXT: break;
	default:
		if (job_spent(d->r->job)) {
			d->dead = true;
			*d->e = e;
		}
		return 0;
	}
	clean_name(name, type, &clean);
	return write_file(d, spec, buf_bytes(&out), buf_bytes(&clean));
}

uint32_t
file_spec(struct doc *d, const struct pdf_obj *raw, struct view name)
{
	const struct pdf_dict *spec = pdf_dict_of(pdf_resolve(d->r->in, raw));
	uint32_t num = pdf_memo_get(d->r, doc_num(raw), PDF_AS_OTHER);

	if (num != 0 || d->dead)
		return num;
	if (spec != NULL)
		name = name_of(d, spec, name);
	if (spec != NULL && d->r->job->profile->attachments)
		num = disarm(d, spec, name);
	doc_find(d, num != 0 ? FINDING_PDF_ATTACHMENT_KEPT : FINDING_PDF_ATTACHMENT, "%.*s",
		 (int)name.n, (const char *)name.p);
	if (num == 0 && spec != NULL)
		pdf_mark_all(spec, PDF_TOLD);
	if (num != 0 && !pdf_memo_put(d->r, doc_num(raw), PDF_AS_OTHER, num))
		doc_no_memory(d);
	return num;
}

/* Is it told elsewhere, where attachments are kept: in the name tree, or with an annotation? */
static bool
told(struct doc *d, const struct pdf_obj *raw)
{
	const struct seen *named = &d->files->named;
	uint32_t num = doc_num(raw);

	if (num == 0 || !d->r->job->profile->attachments)
		return false;
	return (num <= named->max && named->bit[num / 8] >> (num & 7) & 1) ||
	       doc_made(d, raw, PDF_AS_OTHER) != 0;
}

static void
report_file(struct doc *d, const struct pdf_obj *raw)
{
	const struct pdf_dict *spec = pdf_dict_of(pdf_resolve(d->r->in, raw));
	struct view name;

	if (spec == NULL || pdf_get(d->r->in, spec, "EF")->kind == PDF_NULL ||
	    told(d, raw))
		return;
	name = name_of(d, spec, VIEW(""));
	doc_find(d, FINDING_PDF_ATTACHMENT, "%.*s", (int)name.n, (const char *)name.p);
	pdf_mark_all(spec, PDF_TOLD);
}

/* /AF (14.13) names files too; most are in the name tree as well. */
void
report_associated(struct doc *d, const struct pdf_dict *src)
{
	const struct pdf_obj *raw = pdf_get_raw(src, "AF");
	const struct pdf_obj *af = pdf_resolve(d->r->in, raw);
	size_t i;

	if (af->kind != PDF_ARRAY)
		report_file(d, raw);
	for (i = 0; af->kind == PDF_ARRAY && i < af->u.a.n && i < 1000 && doc_tick(d); i++)
		report_file(d, &af->u.a.v[i]);
}

void
files_read(struct doc *d)
{
	const struct pdf_dict *names =
		pdf_dict_of(pdf_get(d->r->in, pdf_catalog(d->r->in), "Names"));
	size_t i;

	d->files = doc_array(d, 1, sizeof *d->files);
	if (d->files == NULL || !seen_new(d, &d->files->named))
		return;
	if (names != NULL)
		tree_names(d, pdf_get_raw(names, "EmbeddedFiles"), &d->files->names);
	for (i = 0; i < d->files->names.n; i++)
		(void)seen_first(&d->files->named, doc_num(d->files->names.v[i].value));
}

void
put_file_names(struct doc *d, struct buf *b)
{
	const struct tree *t = &d->files->names;
	size_t i, start = b->n, bare;

	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Names"));
	pdf_put_word(b, "[");
	bare = b->n;
	for (i = 0; i < t->n && doc_tick(d); i++) {
		uint32_t num = file_spec(d, t->v[i].value, t->v[i].name);

		if (num == 0 || t->v[i].name.n > KEY_LONG)
			continue;
		pdf_put_string(b, t->v[i].name);
		pdf_put_ref(b, num);
	}
	if (b->n == bare) {
		b->n = start;
		return;
	}
	pdf_put_word(b, "]");
	pdf_put_word(b, ">>");
}
