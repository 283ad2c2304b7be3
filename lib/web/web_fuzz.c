/* The first byte says what the rest is: a request's head, or a form. */
#include <stdint.h>
#include <stdlib.h>

#include "web/form.h"
#include "web/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
head(struct view v)
{
	struct head h, again;
	size_t i;
	int r = head_parse(v, &h);

	/* What is refused of a beginning is refused of the whole, for the same reason. */
	for (i = 0; i < v.n && i < 512; i++) {
		int early = head_parse(view_of(v.p, i), &again);

		if (early != HEAD_MORE && early != r)
			abort();
	}
	if (r == HEAD_WHOLE && (h.size > v.n || h.path.n == 0 || h.field[HEAD_HOST].n == 0))
		abort();
	(void)head_value(h.query, '&', "lang");
	(void)head_value(h.field[HEAD_COOKIE], ';', "lang");
}

static void
form(struct view v)
{
	static struct form f;
	char boundary[FORM_BOUNDARY_MAX + 1];
	struct form_part part;
	const uint8_t *from = v.p;
	struct view type;

	if (!view_take(&v, v.n > 64 ? 64 : 0, &type) || !form_boundary(type, boundary))
		(void)memcpy(boundary, "x", 2);
	form_open(&f, v, boundary);
	while (form_next(&f, &part) == FORM_PART) {
		if (part.data.p < from || part.data.p + part.data.n > v.p + v.n)
			abort();
		from = part.data.p + part.data.n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n > 0 && *p % 2 == 0)
		head(view_of(p + 1, n - 1));
	else if (n > 0)
		form(view_of(p + 1, n - 1));
	return 0;
}
