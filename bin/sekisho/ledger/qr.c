#include "qr.h"

#include <errno.h>
#include <qrencode.h>

enum { QUIET = 4, MODULE_MM = 1 };

/* Medium correction: a sheet of paper is folded. */
static QRcode *
encode(struct view v, struct err *e)
{
	QRcode *q = v.n > 2000 ? NULL : QRcode_encodeData((int)v.n, v.p, 0, QR_ECLEVEL_M);

	if (q == NULL)
		err_set(e, ERR_LIMIT, "%zu bytes do not go into one QR code", v.n);
	return q;
}

static bool
dark(const QRcode *q, int x, int y)
{
	x -= QUIET;
	y -= QUIET;
	return x >= 0 && y >= 0 && x < q->width && y < q->width && (q->data[y * q->width + x] & 1) != 0;
}

bool
qr_text(struct view v, struct buf *to, struct err *e)
{
	static const char *const glyphs[2][2] = { { " ", "\u2584" }, { "\u2580", "\u2588" } };
	QRcode *q = encode(v, e);
	int x, y, all;

	if (q == NULL)
		return false;
	all = q->width + 2 * QUIET;
	for (y = 0; y < all; y += 2) {
		buf_str(to, "\x1b[30;47m");
		for (x = 0; x < all; x++)
			buf_str(to, glyphs[dark(q, x, y)][dark(q, x, y + 1)]);
		buf_str(to, "\x1b[0m\n");
	}
	QRcode_free(q);
	return buf_ok(to, e);
}

static void
put_words(struct buf *to, const char *words)
{
	for (; *words != '\0'; words++)
		if (*words == '<')
			buf_str(to, "&lt;");
		else if (*words == '&')
			buf_str(to, "&amp;");
		else
			buf_byte(to, (uint8_t)*words);
}

bool
qr_svg(struct view v, const char *words, struct buf *to, struct err *e)
{
	QRcode *q = encode(v, e);
	int x, y, all;

	if (q == NULL)
		return false;
	all = q->width + 2 * QUIET;
	buf_printf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%dmm\" height=\"%dmm\" viewBox=\"0 0 %d %d\">\n"
		   "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"",
		   all * MODULE_MM, (all + 6) * MODULE_MM, all, all + 6);
	for (y = 0; y < all; y++)
		for (x = 0; x < all; x++)
			if (dark(q, x, y))
				buf_printf(to, "M%d %dh1v1h-1z", x, y);
	buf_str(to, "\"/>\n<text x=\"4\" y=\"");
	buf_printf(to, "%d\" font-size=\"2\" font-family=\"monospace\">", all + 2);
	put_words(to, words);
	buf_str(to, "</text>\n</svg>\n");
	QRcode_free(q);
	return buf_ok(to, e);
}
