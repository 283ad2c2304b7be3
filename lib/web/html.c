#include "web/html.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

void
html_raw(struct buf *b, const char *markup)
{
	buf_str(b, markup);
}

void
html_text(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&': buf_str(b, "&amp;"); break;
		case '<': buf_str(b, "&lt;"); break;
		case '>': buf_str(b, "&gt;"); break;
		case '"': buf_str(b, "&quot;"); break;
		case '\'': buf_str(b, "&#39;"); break;
		default: buf_byte(b, (uint8_t)*s);
		}
}

void
html_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char small[1024];
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	/* What is longer is cut: a page never fails for a long name. */
	html_text(b, small);
}

void
html_url(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x80 && (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~'))
			buf_byte(b, c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

void
html_size(struct buf *b, uint64_t bytes)
{
	if (bytes < 1000)
		buf_printf(b, "%u B", (unsigned)bytes);
	else if (bytes < 1000000)
		buf_printf(b, "%.1f KB", (double)bytes / 1e3);
	else
		buf_printf(b, "%.1f MB", (double)bytes / 1e6);
}
