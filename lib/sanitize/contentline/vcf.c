/*
 * vcf.c - cards written anew from what the table allows (RFC 6350, RFC 2426,
 * and vCard 2.1 as telephones in Japan write it: QUOTED-PRINTABLE in
 * Shift_JIS, readings in SOUND;X-IRMC-N).
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/contentline/line.h"
#include "sanitize/contentline/value.h"
#include "sanitize/format.h"
#include "sanitize/text/picture.h"
#include "sanitize/text/text.h"

enum { TYPES_MAX = 16 };

static const struct {
	const char *name;
	enum value_kind value;
} properties[] = {
#define PROPERTY(name, value) { name, VALUE_##value },
#include "sanitize/contentline/vcf.def"
#undef PROPERTY
};
enum { PROPERTIES = sizeof properties / sizeof *properties };

struct vcf {
	struct job *j;
	struct buf *out;
	struct err *e;
	struct buf body;	/* of the card in hand */
	struct buf fn;		/* made of N, for a card without FN */
	struct buf value;	/* of the line in hand, decoded */
	bool old, four, named;	/* version 2.1, 4.0; there is an FN */
	bool open;
	size_t skip;		/* cards inside a card (AGENT) */
	unsigned pictures;
	uint64_t hiding;
	char where[48];
};

static const char *
where(struct vcf *c, const struct line *l)
{
	(void)snprintf(c->where, sizeof c->where, "line %zu", l->number);
	return c->where;
}

/* -- values as 2.1 codes them ------------------------------------------- */

static bool
has_coding(const struct line *l, const char *name)
{
	struct view v;
	size_t i;

	if (line_param(l, "ENCODING", &v) && line_fold_is(v, name))
		return true;
	for (i = 0; i < l->params; i++)
		if (l->param[i].name.n == 0 && line_fold_is(l->param[i].value, name))
			return true;
	return false;
}

static bool
is_base64(const struct line *l)
{
	return has_coding(l, "B") || has_coding(l, "BASE64");
}

/* UTF-8 without what may not stand in a line; line ends become LF. */
static void
tidy(struct vcf *c, struct view in, struct buf *ret)
{
	while (in.n > 0) {
		uint32_t x = utf8_take(&in);
		uint8_t room[4];

		if (x == '\r') {
			if (in.n > 0 && in.p[0] == '\n')
				continue;
			x = '\n';
		}
		if (x == UTF8_BAD)
			x = 0xfffd;
		if ((utf8_is_control(x) && x != '\n' && x != '\t') || utf8_is_hiding(x)) {
			c->hiding++;
			continue;
		}
		(void)buf_put(ret, room, utf8_put(room, x));
	}
}

/* The value as text: quoted-printable resolved, in the charset that is said or the one that fits. */
static bool
decode(struct vcf *c, const struct line *l, struct view *ret)
{
	own_buf struct buf bytes = BUF_MAX((size_t)64 << 20), utf8 = BUF_MAX((size_t)256 << 20);
	enum charset cs = CHARSET_UTF8;
	struct view name;
	uint64_t bad = 0;

	*ret = l->value;
	if (!has_coding(l, "QUOTED-PRINTABLE"))
		return true;
	line_unquoted_printable(l->value, &bytes);
	if (!utf8_valid(buf_bytes(&bytes)) && (!line_param(l, "CHARSET", &name) || !charset_find(name, &cs)))
		cs = CHARSET_CP932;
	else if (line_param(l, "CHARSET", &name) && !charset_find(name, &cs))
		cs = CHARSET_UTF8;
	if (!charset_decode(cs, buf_bytes(&bytes), &utf8, &bad, c->e))
		return false;
	if (bad > 0)
		job_find(c->j, FINDING_TEXT_BAD_BYTES, where(c, l), "%llu", (unsigned long long)bad);
	buf_clear(&c->value);
	tidy(c, buf_bytes(&utf8), &c->value);
	*ret = buf_bytes(&c->value);
	return buf_ok(&c->value, c->e);
}

/* -- parameters --------------------------------------------------------- */

static bool
is_coding_word(struct view v)
{
	return line_fold_is(v, "QUOTED-PRINTABLE") || line_fold_is(v, "BASE64") || line_fold_is(v, "B") ||
	       line_fold_is(v, "8BIT") || line_fold_is(v, "7BIT") || v.n == 0;
}

/* TYPE in one list, 2.1's words without a name among them. */
static void
put_types(const struct line *l, struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < l->params; i++) {
		struct view list = line_unquote(l->param[i].value), one;

		if (!view_is(l->param[i].name, "TYPE") && l->param[i].name.n > 0)
			continue;
		while (n < TYPES_MAX && line_split(&list, ',', &one)) {
			if (!value_is_token(one) || (l->param[i].name.n == 0 && is_coding_word(one)))
				continue;
			(void)buf_printf(out, "%s%.*s", n++ > 0 ? "," : ";TYPE=", (int)one.n, one.p);
		}
	}
}

static bool
is_of(struct view v, const char *extra)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!(v.p[i] >= '0' && v.p[i] <= '9') && strchr(extra, v.p[i]) == NULL)
			return false;
	return v.n > 0 && v.n <= 64;
}

static bool
is_pref(struct view v)
{
	return is_of(v, "") && v.n <= 3 && v.p[0] != '0' && (v.n < 3 || view_is(v, "100"));
}

static void
put_params(const struct line *l, bool tel, struct buf *out)
{
	static const char *const kinds[] = { "TEXT", "URI", "DATE", "DATE-TIME" };
	struct view v;
	size_t i;

	put_types(l, out);
	if (line_param(l, "PREF", &v) && is_pref(v))
		(void)line_put_param(out, "PREF", v);
	if (line_param(l, "LANGUAGE", &v))
		(void)line_put_param(out, "LANGUAGE", v);
	if (line_param(l, "SORT-AS", &v))
		(void)line_put_param(out, "SORT-AS", v);
	if (line_param(l, "ALTID", &v) && is_of(v, "."))
		(void)line_put_param(out, "ALTID", v);
	if (line_param(l, "PID", &v) && is_of(v, "."))
		(void)line_put_param(out, "PID", v);
	for (i = 0; i < 4; i++)
		if (line_param(l, "VALUE", &v) && line_fold_is(v, kinds[i]) && (i != 1 || tel))
			(void)line_put_param(out, "VALUE", view_str(kinds[i]));
}

/* -- properties --------------------------------------------------------- */

static void
put_name(struct vcf *c, const struct line *l, const char *name, struct buf *out)
{
	size_t i;

	(void)c;
	for (i = 0; i < l->group.n; i++)
		if (l->group.p[i] != '_')
			(void)buf_byte(out, l->group.p[i]);
	(void)buf_printf(out, "%s%s", out->n > 0 ? "." : "", name);
}

static bool
picture(struct vcf *c, const struct line *l, const char *name)
{
	own_buf struct buf in = BUF_MAX((size_t)64 << 20), made = BUF_MAX((size_t)64 << 20);
	own_buf struct buf line = BUF_MAX((size_t)128 << 20), head = BUF_MAX(1024);
	enum type type = TYPE_UNKNOWN;
	char part[32];
	bool ok;

	*c->e = (struct err){ 0 };
	(void)snprintf(part, sizeof part, "image%u", ++c->pictures);
	put_name(c, l, name, &head);
	if (picture_is_data(l->value)) {
		size_t comma = view_find(l->value, 0, VIEW(","));

		ok = comma != VIEW_NOT_FOUND && base64_decode(view_from(l->value, comma + 1), &in);
	} else {
		ok = is_base64(l) && base64_decode(l->value, &in);
	}
	ok = ok && in.n > 0 && picture_rebuild(c->j, part, buf_bytes(&in), &made, &type, c->e);
	if (c->e->code != ERR_NONE)
		return false;
	if (!ok) {
		job_find(c->j, FINDING_VCF_PICTURE, where(c, l), "%s", name);
		return true;
	}
	(void)buf_view(&line, buf_bytes(&head));
	if (c->four)
		(void)buf_printf(&line, ":data:%s;base64,", picture_media(type));
	else
		(void)buf_printf(&line, ";ENCODING=b;TYPE=%s:", type == TYPE_JPEG  ? "JPEG"
								: type == TYPE_PNG ? "PNG"
								: type == TYPE_GIF ? "GIF"
										   : "WEBP");
	(void)base64_encode(buf_bytes(&made), &line);
	if (!buf_ok(&line, c->e))
		return false;
	line_put(&c->body, buf_bytes(&line));
	return true;
}

/* SOUND;X-IRMC-N is the reading of the name: family;given. */
static bool
is_reading(const struct line *l)
{
	size_t i;

	for (i = 0; i < l->params; i++)
		if (line_fold_is(line_unquote(l->param[i].value), "X-IRMC-N"))
			return view_is(l->name, "SOUND");
	return false;
}

static bool
reading(struct vcf *c, const struct line *l)
{
	static const char *const names[] = { "X-PHONETIC-LAST-NAME", "X-PHONETIC-FIRST-NAME" };
	struct view v, part;
	bool more = true;
	size_t i;

	if (!decode(c, l, &v))
		return false;
	for (i = 0; i < 2 && line_split_text(&v, &more, ';', &part); i++) {
		own_buf struct buf line = BUF_MAX((size_t)64 << 20);

		if (part.n == 0)
			continue;
		(void)buf_printf(&line, "%s:", names[i]);
		(void)value_put(VALUE_TEXT, part, true, &line);
		line_put(&c->body, buf_bytes(&line));
	}
	job_find(c->j, FINDING_VCF_READING, where(c, l), "%s", "");
	return true;
}

/* What a card without FN is called: family and given name. */
static void
note_name(struct vcf *c, struct view v)
{
	struct view part;
	bool more = true;
	size_t i;

	buf_clear(&c->fn);
	for (i = 0; i < 2 && line_split_text(&v, &more, ';', &part); i++) {
		if (part.n > 0 && c->fn.n > 0)
			(void)buf_byte(&c->fn, ' ');
		(void)buf_view(&c->fn, part);
	}
}

static bool
plain(struct vcf *c, const struct line *l, size_t at)
{
	own_buf struct buf line = BUF_MAX((size_t)256 << 20);
	const char *name = properties[at].name;
	struct view v;
	bool tel;
	size_t from;

	if (!decode(c, l, &v))
		return false;
	tel = properties[at].value == VALUE_TEL && v.n > 4 && line_fold_is(view_of(v.p, 4), "tel:");
	put_name(c, l, name, &line);
	put_params(l, tel, &line);
	(void)buf_byte(&line, ':');
	from = line.n;
	if (properties[at].value == VALUE_ADDRESS && !c->j->profile->links) {
		job_find(c->j, FINDING_VCF_LINK, where(c, l), "%.*s", (int)(v.n < 300 ? v.n : 300), v.p);
		return true;
	}
	if (!value_put(properties[at].value, v, !c->old, &line)) {
		job_find(c->j, properties[at].value == VALUE_ADDRESS ? FINDING_VCF_LINK : FINDING_VCF_VALUE, where(c, l),
			 "%s:%.*s", name, (int)(v.n < 200 ? v.n : 200), v.p);
		return true;
	}
	if (!buf_ok(&line, c->e))
		return false;
	c->named |= view_is(l->name, "FN");
	if (view_is(l->name, "N"))
		note_name(c, view_from(buf_bytes(&line), from));
	line_put(&c->body, buf_bytes(&line));
	return true;
}

static void
gone(struct vcf *c, const struct line *l)
{
	static const char *const media[] = { "SOUND", "KEY", "AGENT", "SOURCE", "FBURL", "CALURI", "CALADRURI", "IMPP",
					     "MEMBER", "RELATED", "XML" };
	size_t i;

	for (i = 0; i < sizeof media / sizeof *media; i++)
		if (view_is(l->name, media[i])) {
			job_find(c->j, FINDING_VCF_MEDIA, where(c, l), "%s", media[i]);
			return;
		}
	job_find(c->j, FINDING_VCF_PROPERTY, "", "%.*s", (int)l->name.n, l->name.p);
}

static bool
property(struct vcf *c, const struct line *l)
{
	size_t i;

	if (is_reading(l))
		return reading(c, l);
	for (i = 0; i < PROPERTIES && !view_is(l->name, properties[i].name); i++)
		;
	if (i == PROPERTIES)
		gone(c, l);
	else if (properties[i].value == VALUE_PICTURE)
		return picture(c, l, properties[i].name);
	else
		return plain(c, l, i);
	return true;
}

/* -- cards -------------------------------------------------------------- */

static void
begin(struct vcf *c, const struct line *l)
{
	if (c->open || !line_fold_is(l->value, "VCARD")) {
		if (c->skip++ == 0)
			job_find(c->j, FINDING_VCF_MEDIA, where(c, l), "BEGIN:%.*s",
				 (int)(l->value.n < 60 ? l->value.n : 60), l->value.p);
		return;
	}
	c->open = true;
	c->old = c->four = c->named = false;
	buf_clear(&c->body);
	buf_clear(&c->fn);
}

static bool
finish(struct vcf *c)
{
	c->open = false;
	(void)buf_printf(c->out, "BEGIN:VCARD\r\nVERSION:%s\r\n", c->four ? "4.0" : "3.0");
	if (!c->named && c->fn.n > 0) {
		own_buf struct buf line = BUF_MAX((size_t)64 << 20);

		(void)buf_str(&line, "FN:");
		(void)value_put(VALUE_TEXT, buf_bytes(&c->fn), true, &line);
		line_put(c->out, buf_bytes(&line));
	}
	(void)buf_view(c->out, buf_bytes(&c->body));
	(void)buf_str(c->out, "END:VCARD\r\n");
	return buf_ok(&c->body, c->e) && buf_ok(c->out, c->e);
}

static bool
version(struct vcf *c, const struct line *l)
{
	c->four = view_starts(l->value, VIEW("4"));
	c->old = !c->four && !view_starts(l->value, VIEW("3"));
	if (c->old)
		job_find(c->j, FINDING_VCF_VERSION, "", "%.*s -> 3.0", (int)(l->value.n < 20 ? l->value.n : 20), l->value.p);
	return true;
}

static bool
one_line(struct vcf *c, const struct line *l)
{
	if (view_is(l->name, "BEGIN")) {
		begin(c, l);
		return true;
	}
	if (view_is(l->name, "END")) {
		if (c->skip > 0)
			c->skip--;
		else if (c->open)
			return finish(c);
		return true;
	}
	if (c->skip > 0 || !c->open)
		return true;
	return view_is(l->name, "VERSION") ? version(c, l) : property(c, l);
}

static bool
cards(struct vcf *c, struct lines_in *in)
{
	own_mem struct line *l = calloc(1, sizeof *l);
	uint64_t bad = 0;

	if (l == NULL)
		return err_set(c->e, ERR_SYSTEM, "no memory");
	while (line_next(in, l, &bad, c->e))
		if (!one_line(c, l))
			return false;
	if (c->e->code != ERR_NONE || (c->open && !finish(c)))
		return false;
	if (bad > 0)
		job_find(c->j, FINDING_VCF_VALUE, "", "%llu", (unsigned long long)bad);
	if (c->hiding > 0)
		job_find(c->j, FINDING_TEXT_HIDING, "", "%llu", (unsigned long long)c->hiding);
	return c->out->n > 0 || err_set(c->e, ERR_MALFORMED, "no card in it");
}

static bool
vcf_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_text struct text_doc text = { 0 };
	own_arena struct arena *a = arena_new(0);
	struct vcf c = { .j = j, .out = out, .e = e };
	struct lines_in lines = { .arena = a, .job = j };
	bool ok;

	if (a == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!text_read(j, in, TEXT_NEWLINES_ONE, &text, e))
		return false;
	lines.in = buf_bytes(&text.utf8);
	ok = cards(&c, &lines);
	buf_release(&c.body);
	buf_release(&c.fn);
	buf_release(&c.value);
	return ok;
}

const struct format format_vcf = { .type = TYPE_VCF, .rebuild = vcf_rebuild };
