#include "sanitize/html/token.h"

#include "core/own.h"
#include "core/utf8.h"

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool
no_memory(struct err *e)
{
	return err_set(e, ERR_LIMIT, "HTML: more than there is memory for");
}

static bool
lowered(struct html_tokens *t, struct view in, struct view *ret, struct err *e)
{
	uint8_t *p = arena_get(t->arena, in.n);
	size_t i;

	if (p == NULL)
		return no_memory(e);
	for (i = 0; i < in.n; i++)
		p[i] = lower(in.p[i]);
	*ret = view_of(p, in.n);
	return true;
}

static uint8_t *
put_code(struct html_tokens *t, uint8_t *p, uint32_t c)
{
	if (c != '\t' && c != '\n' && (utf8_is_control(c) || utf8_is_hiding(c) || c == 0x2028 || c == 0x2029 ||
				       (c & 0xfffe) == 0xfffe)) {
		t->hiding++;
		return p;
	}
	return p + utf8_put(p, c);
}

/* References resolved.  No reference is shorter than what it stands for but a few (&nGt;), by 2. */
static bool
resolved(struct html_tokens *t, struct view in, bool in_value, struct view *ret, struct err *e)
{
	uint8_t *start, *p;
	size_t i;

	*ret = in;
	if (in.n == 0 || memchr(in.p, '&', in.n) == NULL)
		return true;
	start = p = arena_get(t->arena, 2 * in.n);
	if (p == NULL)
		return no_memory(e);
	for (i = 0; i < in.n;) {
		uint32_t code[2];
		size_t n = in.p[i] == '&' ? html_reference(view_from(in, i), in_value, code) : 0;

		if (n == 0) {
			*p++ = in.p[i++];
			continue;
		}
		p = put_code(t, p, code[0]);
		if (code[1] != 0)
			p = put_code(t, p, code[1]);
		i += n;
	}
	*ret = view_of(start, (size_t)(p - start));
	return true;
}

bool
html_attr(const struct html_attr *attr, size_t n, const char *name, struct view *ret)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (view_is(attr[i].name, name)) {
			*ret = attr[i].value;
			return true;
		}
	return false;
}

/* -- tags -------------------------------------------------------------- */

static struct view
take_name(struct view *v, bool attribute)
{
	size_t n = attribute && v->n > 0;	/* a '=' at the front belongs to the name */
	struct view ret = view_of(v->p, 0);

	while (n < v->n && !is_space(v->p[n]) && v->p[n] != '/' && v->p[n] != '>' && !(attribute && v->p[n] == '='))
		n++;
	(void)view_take(v, n, &ret);
	return ret;
}

static void
skip_space(struct view *v)
{
	while (v->n > 0 && is_space(v->p[0]))
		(void)view_skip(v, 1);
}

static struct view
take_value(struct view *v)
{
	struct view ret = view_of(v->p, 0);
	size_t n = 0;

	skip_space(v);
	if (v->n > 0 && (v->p[0] == '"' || v->p[0] == '\'')) {
		uint8_t quote = v->p[0];
		const uint8_t *close;

		(void)view_skip(v, 1);
		close = v->n > 0 ? memchr(v->p, quote, v->n) : NULL;
		(void)view_take(v, close != NULL ? (size_t)(close - v->p) : v->n, &ret);
		(void)view_skip(v, 1);
		return ret;
	}
	while (n < v->n && !is_space(v->p[n]) && v->p[n] != '>')
		n++;
	(void)view_take(v, n, &ret);
	return ret;
}

static bool
attributes(struct html_tokens *t, struct html_token *ret, struct err *e)
{
	struct html_attr found[HTML_ATTRS_MAX], *kept;
	struct view *v = &t->in;
	size_t n = 0;

	for (;;) {
		struct view name, value = { NULL, 0 };

		while (v->n > 0 && (is_space(v->p[0]) || v->p[0] == '/')) {
			ret->closed = v->p[0] == '/' && v->n > 1 && v->p[1] == '>';
			(void)view_skip(v, 1);
		}
		if (v->n == 0 || v->p[0] == '>')
			break;
		if (!job_tick(t->job, e))
			return false;
		name = take_name(v, true);
		skip_space(v);
		if (v->n > 0 && v->p[0] == '=') {
			(void)view_skip(v, 1);
			value = take_value(v);
		}
		if (n == HTML_ATTRS_MAX)
			continue;
		if (!lowered(t, name, &name, e) || !resolved(t, value, true, &value, e))
			return false;
		if (name.n > 0) {
			size_t i;

			for (i = 0; i < n && !view_eq(found[i].name, name); i++)
				;
			if (i == n)
				found[n++] = (struct html_attr){ name, value };
		}
	}
	(void)view_skip(v, 1);
	kept = arena_array(t->arena, n, sizeof *kept);
	if (kept == NULL)
		return no_memory(e);
	memcpy(kept, found, n * sizeof *kept);
	ret->attr = kept;
	ret->attrs = n;
	return true;
}

static bool
tag(struct html_tokens *t, struct html_token *ret, struct err *e)
{
	bool stop = t->in.p[1] == '/';

	(void)view_skip(&t->in, stop ? 2 : 1);
	ret->kind = stop ? HTML_STOP : HTML_START;
	return lowered(t, take_name(&t->in, false), &ret->name, e) && attributes(t, ret, e);
}

/* -- what begins with "<!", "<?" or "</" and is no tag ----------------- */

static void
take_to(struct html_tokens *t, size_t from, const char *end, struct html_token *ret)
{
	size_t at;

	ret->kind = HTML_COMMENT;
	(void)view_skip(&t->in, from);
	at = view_find(t->in, 0, view_str(end));
	(void)view_take(&t->in, at == VIEW_NOT_FOUND ? t->in.n : at, &ret->text);
	if (at != VIEW_NOT_FOUND)
		(void)view_skip(&t->in, strlen(end));
}

static void
comment(struct html_tokens *t, struct html_token *ret)
{
	size_t plain, bang;

	ret->kind = HTML_COMMENT;
	(void)view_skip(&t->in, 4);
	/* "<!-->" and "<!--->" are whole comments. */
	if (view_starts(t->in, VIEW(">"))) {
		(void)view_skip(&t->in, 1);
		return;
	}
	if (view_starts(t->in, VIEW("->"))) {
		(void)view_skip(&t->in, 2);
		return;
	}
	plain = view_find(t->in, 0, VIEW("-->"));
	bang = view_find(view_of(t->in.p, plain == VIEW_NOT_FOUND ? t->in.n : plain), 0, VIEW("--!>"));
	if (bang != VIEW_NOT_FOUND)
		take_to(t, 0, "--!>", ret);
	else
		take_to(t, 0, "-->", ret);
}

static bool
is_tag(struct view v)
{
	return v.n > 1 && (is_letter(v.p[1]) || (v.p[1] == '/' && v.n > 2 && is_letter(v.p[2])));
}

static bool
is_bogus(struct view v)
{
	return v.n > 1 && (v.p[1] == '!' || v.p[1] == '?' || (v.p[1] == '/' && v.n > 2));
}

static bool
plain_text(struct html_tokens *t, struct html_token *ret, struct err *e)
{
	struct view run = view_of(t->in.p, 0);
	size_t n = 1;

	while (n < t->in.n) {
		const uint8_t *open = memchr(t->in.p + n, '<', t->in.n - n);

		n = open == NULL ? t->in.n : (size_t)(open - t->in.p);
		if (n == t->in.n || is_tag(view_from(t->in, n)) || is_bogus(view_from(t->in, n)))
			break;
		n++;
	}
	(void)view_take(&t->in, n, &run);
	ret->kind = HTML_TEXT;
	return resolved(t, run, false, &ret->text, e);
}

bool
html_next(struct html_tokens *t, struct html_token *ret, struct err *e)
{
	*ret = (struct html_token){ 0 };
	if (!job_tick(t->job, e))
		return false;
	if (t->in.n == 0)
		return true;
	if (t->in.p[0] != '<')
		return plain_text(t, ret, e);
	if (is_tag(t->in))
		return tag(t, ret, e);
	if (view_starts(t->in, VIEW("<!--"))) {
		comment(t, ret);
		return true;
	}
	if (t->foreign && view_starts(t->in, VIEW("<![CDATA["))) {
		take_to(t, 9, "]]>", ret);
		ret->kind = HTML_TEXT;
		return true;
	}
	if (is_bogus(t->in)) {
		take_to(t, 2, ">", ret);
		return true;
	}
	return plain_text(t, ret, e);
}

bool
html_raw(struct html_tokens *t, struct view name, bool references, struct view *ret, struct err *e)
{
	size_t at = 0;

	for (;; at += 2) {
		size_t i;

		at = view_find(t->in, at, VIEW("</"));
		if (at == VIEW_NOT_FOUND) {
			at = t->in.n;
			break;
		}
		if (!job_tick(t->job, e))
			return false;
		for (i = 0; i < name.n && at + 2 + i < t->in.n && lower(t->in.p[at + 2 + i]) == name.p[i]; i++)
			;
		if (i < name.n)
			continue;
		i += at + 2;
		if (i == t->in.n || is_space(t->in.p[i]) || t->in.p[i] == '/' || t->in.p[i] == '>')
			break;
	}
	(void)view_take(&t->in, at, ret);
	return !references || resolved(t, *ret, false, ret, e);
}
