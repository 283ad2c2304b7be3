/*
 * converter - a legacy document into its modern form by LibreOffice, which
 * runs here and nowhere else; one document, then gone.
 */
#include <stdio.h>
#include <string.h>

#include "core/need.h"
#include "core/type.h"
#include "drawing.h"
#include "nursery/convert.h"
#include "nursery/zygote.h"
#include "office.h"

static const struct {
	enum need_kind kind;
	enum type type;
	const char *ending, *format;
} kinds[] = {
#define KIND(kind, type, ending, format) { NEED_##kind, TYPE_##type, ending, format },
#include "kinds.def"
#undef KIND
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *
ending(uint32_t type)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if ((uint32_t)kinds[i].type == type)
			return kinds[i].ending;
	return NULL;
}

static bool
convert(const struct wire_need *d, const char *path, int out, struct err *e)
{
	size_t i;

	if (d->kind == NEED_PICTURE) {
		if (!drawing_page(path, "/tmp/page.fodg", e))
			return false;
		path = "/tmp/page.fodg";
	}
	for (i = 0; i < KINDS; i++)
		if ((uint32_t)kinds[i].kind == d->kind && (uint32_t)kinds[i].type == d->type)
			return office_convert(path, "/tmp/out", kinds[i].format, e) &&
			       convert_copy("/tmp/out", out, e);
	return err_set(e, ERR_DENIED, "not a kind that is converted");
}

static void
serve(int sock)
{
	convert_serve(sock, ending, convert);
}

static void
run(void *z)
{
	zygote_run(z);
}

static bool
prepare(struct zygote *z, struct err *e)
{
	return office_begin(run, z, e);
}

int
main(int argc, char **argv)
{
	office_look();
	return zygote_main_prepared(ROLE_CONVERTER, argc, argv, prepare, serve);
}
