#include "show.h"

#include <inttypes.h>

#include "core/own.h"
#include "core/utf8.h"

static const char *const marks[] = {
	[VERDICT_CLEAN] = "●",	   [VERDICT_DISARMED] = "●", [VERDICT_FLATTENED] = "●",
	[VERDICT_TEXT] = "●", [VERDICT_REFUSED] = "✕",  [VERDICT_FAILED] = "✕",
};

void
show_name(FILE *to, const char *name)
{
	struct view v = view_str(name);

	while (v.n > 0) {
		const uint8_t *from = v.p;
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || utf8_is_control(c) || utf8_is_hiding(c))
			fputc('?', to);
		else
			(void)fwrite(from, 1, (size_t)(v.p - from), to);
	}
}

static void
findings_text(FILE *to, const struct shown *s)
{
	const struct findings *f = &s->o->findings;
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct finding *r = &f->row[i];

		fprintf(to, "    %s: %s", action_text(finding_action(r->code), s->lang),
			finding_text(r->code, s->lang));
		if (r->count > 1)
			fprintf(to, " ×%" PRIu32, r->count);
		if (*r->where != '\0')
			fprintf(to, " [%s]", r->where);
		if (*r->detail != '\0')
			fprintf(to, " — %s", r->detail);
		fputc('\n', to);
		if (s->explain)
			fprintf(to, "        %s: %s\n        %s: %s (%s)\n", text(TEXT_CLI_REASON, s->lang),
				finding_why(r->code, s->lang), text(TEXT_CLI_CLAUSE, s->lang),
				finding_clause(r->code), finding_name(r->code));
	}
	if (f->dropped > 0)
		fprintf(to, "    %s: %" PRIu64 "\n", text(TEXT_CLI_AND_MORE, s->lang), f->dropped);
}

void
show_text(FILE *to, const struct shown *s)
{
	const struct outcome *o = s->o;

	fprintf(to, "%s %s  ", marks[o->verdict], verdict_text(o->verdict, s->lang));
	show_name(to, s->input);
	fprintf(to, " (%s)", type_text(o->type, s->lang));
	if (s->output != NULL) {
		fputs(" → ", to);
		show_name(to, s->output);
	}
	fprintf(to, "  %.3f %s\n", (double)o->us / 1e6, text(TEXT_CLI_SECONDS, s->lang));
	findings_text(to, s);
}

void
show_tree(FILE *to, const struct shown *s)
{
	const struct findings *f = &s->o->findings;
	size_t i;

	for (i = 0; i < f->parts; i++) {
		const struct part *p = &f->part[i];
		const char *name = p->depth == 0 ? s->input : p->name;

		fprintf(to, "%*s%s ", (int)p->depth * 2, "", marks[p->verdict]);
		show_name(to, name);
		fprintf(to, "  %s, %" PRIu64 " → %" PRIu64 " bytes, %s\n", type_text(p->type, s->lang), p->size_in,
			p->size_out, verdict_text(p->verdict, s->lang));
	}
	if (f->parts == 0) {
		fprintf(to, "%s ", marks[s->o->verdict]);
		show_name(to, s->input);
		fputc('\n', to);
	}
	findings_text(to, s);
}

static void
json_findings(struct json *j, const struct shown *s)
{
	const struct findings *f = &s->o->findings;
	size_t i;

	json_key(j, "findings");
	json_open(j, '[');
	for (i = 0; i < f->n; i++) {
		const struct finding *r = &f->row[i];

		json_open(j, '{');
		json_key(j, "code");
		json_str(j, finding_name(r->code));
		json_key(j, "action");
		json_str(j, action_name(finding_action(r->code)));
		json_key(j, "where");
		json_str(j, r->where);
		json_key(j, "text");
		json_str(j, finding_text(r->code, s->lang));
		json_key(j, "detail");
		json_str(j, r->detail);
		json_key(j, "count");
		json_uint(j, r->count);
		json_key(j, "clause");
		json_str(j, finding_clause(r->code));
		if (s->explain) {
			json_key(j, "why");
			json_str(j, finding_why(r->code, s->lang));
		}
		json_close(j, '}');
	}
	json_close(j, ']');
	json_key(j, "findings_left_out");
	json_uint(j, f->dropped);
}

static void
json_parts(struct json *j, const struct findings *f)
{
	size_t i;

	json_key(j, "parts");
	json_open(j, '[');
	for (i = 0; i < f->parts; i++) {
		const struct part *p = &f->part[i];

		json_open(j, '{');
		json_key(j, "depth");
		json_uint(j, p->depth);
		json_key(j, "name");
		json_str(j, p->name);
		json_key(j, "type");
		json_str(j, type_name(p->type));
		json_key(j, "verdict");
		json_str(j, verdict_name(p->verdict));
		json_key(j, "size_in");
		json_uint(j, p->size_in);
		json_key(j, "size_out");
		json_uint(j, p->size_out);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* A path is bytes; where they are no UTF-8, JSON cannot hold them: their hexadecimal stands beside it. */
static void
json_path(struct json *j, const char *key, const char *bytes_key, const char *path)
{
	const unsigned char *p;
	own_buf struct buf hex = { 0 };

	json_key(j, key);
	if (path == NULL) {
		json_null(j);
		return;
	}
	json_str(j, path);
	if (utf8_valid(view_str(path)))
		return;
	for (p = (const unsigned char *)path; *p != '\0'; p++)
		buf_printf(&hex, "%02x", *p);
	json_key(j, bytes_key);
	json_string(j, buf_bytes(&hex));
}

static void
json_hash(struct json *j, const char *key, const uint8_t hash[SHA256_SIZE])
{
	char hex[SHA256_HEX_SIZE];

	json_key(j, key);
	if (hash == NULL) {
		json_null(j);
		return;
	}
	sha256_hex(hash, hex);
	json_str(j, hex);
}

void
show_json(struct buf *to, const struct shown *s)
{
	const struct outcome *o = s->o;
	struct json j = { .out = to };

	json_open(&j, '{');
	json_path(&j, "input", "input_bytes", s->input);
	json_path(&j, "output", "output_bytes", s->output);
	json_key(&j, "type");
	json_str(&j, type_name(o->type));
	json_key(&j, "verdict");
	json_str(&j, verdict_name(o->verdict));
	json_findings(&j, s);
	json_parts(&j, &o->findings);
	json_key(&j, "profile");
	json_str(&j, s->profile->name);
	if (s->dpi != 0) {
		json_key(&j, "dpi");
		json_uint(&j, s->dpi);
	}
	json_key(&j, "versions");
	json_open(&j, '{');
	json_key(&j, "sekisho");
	json_str(&j, SEKISHO_VERSION);
	json_close(&j, '}');
	json_key(&j, "size_in");
	json_uint(&j, o->in_size);
	json_key(&j, "size_out");
	json_uint(&j, o->out_size);
	json_hash(&j, "sha256_in", o->in_hashed ? o->in_hash : NULL);
	json_hash(&j, "sha256_out", s->output != NULL ? o->out_hash : NULL);
	json_key(&j, "milliseconds");
	buf_printf(to, "%.3f", (double)o->us / 1e3);
	json_close(&j, '}');
	buf_byte(to, '\n');
}
