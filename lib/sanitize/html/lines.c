#include "sanitize/html/lines.h"

#include "core/utf8.h"

bool
lines_is_wide(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f) ||
	       (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) ||
	       (c >= 0xff01 && c <= 0xff60) || (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
	       (c >= 0x20000 && c <= 0x3fffd);
}

size_t
lines_width(struct view text)
{
	size_t n = 0;

	while (text.n > 0) {
		uint32_t c = utf8_take(&text);

		/* Marks that combine take no room; Greek, Cyrillic, ○ and their like are wide in Japanese fonts. */
		if (!((c >= 0x300 && c <= 0x36f) || c == 0x3099 || c == 0x309a || (c >= 0xfe00 && c <= 0xfe0f) ||
		      c == 0x200d || c == 0x200c))
			n += lines_is_wide(c) || (c >= 0x2460 && c <= 0x266f) || (c >= 0x2010 && c <= 0x22ff) ? 2 : 1;
	}
	return n;
}

/* The line ends that are due, and what stands before the line. */
static void
begin(struct lines *l)
{
	unsigned i;
	size_t indent = l->indent_n;

	if (l->any)
		for (i = 0; i < l->ends; i++) {
			size_t k = l->gap < l->indent_n ? l->gap : l->indent_n;

			(void)buf_byte(l->out, '\n');
			/* A blank line inside a quotation is quoted too. */
			while (k > 0 && l->indent[k - 1] == ' ')
				k--;
			if (i + 1 < l->ends)
				(void)buf_put(l->out, l->indent, k);
		}
	if (l->ends > 0 || !l->any) {
		if (l->mark[0] != '\0' && l->mark_width <= indent)
			indent -= l->mark_width;
		(void)buf_put(l->out, l->indent, indent);
		(void)buf_str(l->out, l->mark);
		l->mark[0] = '\0';
		l->begun = false;
	}
	l->ends = 0;
	l->any = true;
}

static void
put(struct lines *l, uint32_t c)
{
	uint8_t room[4];

	if (l->ends > 0 || !l->any) {
		begin(l);
	} else if (l->space && l->begun) {
		/* A line end between two wide characters is none that a reader of Japanese would write as a blank. */
		if (!(l->space_line && lines_is_wide(l->last) && lines_is_wide(c)))
			(void)buf_byte(l->out, ' ');
	}
	l->space = l->space_line = false;
	(void)buf_put(l->out, room, utf8_put(room, c));
	l->begun = true;
	l->last = c;
}

void
lines_text(struct lines *l, struct view text)
{
	while (text.n > 0 && !l->out->full) {
		uint32_t c = utf8_take(&text);

		if (c == UTF8_BAD || c == 0xad)
			continue;
		if (l->pre && c == '\n') {
			lines_break(l);
			continue;
		}
		if (!l->pre && (c == ' ' || c == '\t' || c == '\n')) {
			l->space = true;
			l->space_line |= c == '\n';
			continue;
		}
		if (c == 0xa0)
			c = ' ';
		put(l, c);
	}
}

void
lines_put(struct lines *l, const char *text)
{
	struct view v = view_str(text);

	while (v.n > 0)
		put(l, utf8_take(&v));
}

void
lines_end(struct lines *l, unsigned n)
{
	l->space = l->space_line = false;
	/* A blank line belongs to the outermost of the boxes that it lies between. */
	if (l->ends == 0 || l->indent_n < l->gap)
		l->gap = l->indent_n;
	if (l->any && l->ends < n)
		l->ends = n;
}

void
lines_break(struct lines *l)
{
	l->space = l->space_line = false;
	if (!l->any || l->ends > 40)
		return;
	if (l->ends++ == 0)
		l->gap = l->indent_n;
}

size_t
lines_indent(struct lines *l, const char *text)
{
	size_t was = l->indent_n, n = strlen(text);

	if (l->indent_n + n <= LINES_INDENT_MAX) {
		memcpy(l->indent + l->indent_n, text, n);
		l->indent_n += n;
	}
	return was;
}

void
lines_unindent(struct lines *l, size_t was)
{
	l->indent_n = was;
	l->mark[0] = '\0';
}
