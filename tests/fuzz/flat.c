#include "flat.h"

#include "core/own.h"
#include "sanitize/zip/zip.h"

#define MARK "@@@ "

/* The next part off the front of `flat`. */
static bool
take(struct view *flat, struct buf *name, struct view *ret)
{
	struct view line;
	size_t n = view_find(*flat, 0, VIEW("\n"));

	if (!view_starts(*flat, VIEW(MARK)) || !view_take(flat, n == VIEW_NOT_FOUND ? flat->n : n, &line))
		return false;
	(void)view_skip(flat, 1);
	buf_clear(name);
	(void)buf_view(name, view_from(line, sizeof MARK - 1));
	(void)buf_byte(name, '\0');
	n = view_find(*flat, 0, VIEW("\n" MARK));
	(void)view_take(flat, n == VIEW_NOT_FOUND ? flat->n : n, ret);
	(void)view_skip(flat, 1);
	return true;
}

bool
flat_pack(struct view flat, struct buf *out)
{
	own_zip_writer struct zip_writer w = { .out = out };
	own_buf struct buf name = { 0 };
	struct view part;
	struct err e;

	while (take(&flat, &name, &part))
		if (!zip_put_stored(&w, (const char *)name.p, 33, 0, part, &e))
			return false;
	return w.entries > 0 && zip_end(&w, &e);
}
