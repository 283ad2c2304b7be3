/* write.c - the one form in which a part is written (docs/canonical.md: XML parts). */
#include "core/utf8.h"
#include "sanitize/markup/in.h"

const char *
markup_reference(uint32_t c, bool value)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;";
	case '"':
		return value ? "&quot;" : NULL;
	case '\t':
		return value ? "&#9;" : NULL;
	case '\n':
		return value ? "&#10;" : NULL;
	default:
		return NULL;
	}
}

/* Controls and hiding characters go. */
static void
write_tidy(struct markup *m, struct buf *out, struct view v)
{
	while (v.n > 0) {
		struct view was = v;
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || utf8_is_hiding(c) || (utf8_is_control(c) && c != '\t' && c != '\n'))
			m->hidden++;
		else
			(void)buf_put(out, was.p, was.n - v.n);
	}
}

void
markup_escape(struct buf *out, struct view v, bool value)
{
	size_t from = 0, i;

	if (v.n == 0)
		return;
	for (i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];
		const char *ref = c > '>' ? NULL : markup_reference(c, value);

		if (ref == NULL)
			continue;
		(void)buf_put(out, v.p + from, i - from);
		(void)buf_str(out, ref);
		from = i + 1;
	}
	(void)buf_put(out, v.p + from, v.n - from);
}

static bool
is_ascii(uint8_t c)
{
	return c < 0x7f;
}

void
write_escaped(struct markup *m, struct buf *out, struct view v, bool value)
{
	struct view run;

	if (!m->use->vocabulary->tidy) {
		markup_escape(out, v, value);
		return;
	}
	while (v.n > 0) {
		bool ascii = is_ascii(v.p[0]);

		run = v;
		for (run.n = 1; run.n < v.n && is_ascii(v.p[run.n]) == ascii;)
			run.n++;
		(void)view_skip(&v, run.n);
		if (ascii)
			markup_escape(out, run, value);
		else
			write_tidy(m, out, run);
	}
}

static bool
is_used(const struct ns_set *used, size_t ns)
{
	return (used->bit[ns / 64] >> ns % 64 & 1) != 0;
}

void
write_part(struct markup *m, struct buf *out)
{
	const struct markup_index *x = m->index;
	const struct ns_set *used = &m->frame[0].used;
	const struct row_more *root = &x->more[m->root_row];
	size_t i;

	(void)buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
	(void)buf_put(out, root->qname, root->qname_n);
	for (i = 0; i + NS_FIRST < x->spaces; i++) {
		const struct space *s = &x->space[x->sorted[i]];

		if (!s->always && !is_used(used, x->sorted[i]))
			continue;
		(void)buf_str(out, s->prefix[0] == '\0' ? " xmlns" : " xmlns:");
		(void)buf_str(out, s->prefix);
		(void)buf_str(out, "=\"");
		write_escaped(m, out, view_str(s->uri), true);
		(void)buf_byte(out, '"');
	}
	(void)buf_view(out, buf_bytes(&m->root));
	(void)buf_view(out, buf_bytes(&m->out));
	(void)buf_byte(out, '\n');
}
