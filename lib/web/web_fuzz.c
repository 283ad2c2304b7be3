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

/* A sum of what is read of it, in pieces of that many bytes. */
static uint64_t
read_form(struct view v, const char *boundary, size_t piece)
{
	static struct form f;
	struct form_part part;
	uint64_t sum = 0, end = 0;
	const size_t whole = v.n;
	enum form_step step = FORM_MORE;
	struct view now;

	form_open(&f, boundary);
	while (v.n > 0 && step != FORM_BAD) {
		(void)view_take(&v, v.n < piece ? v.n : piece, &now);
		while ((step = form_next(&f, &now, &part)) == FORM_PART) {
			if (part.at < end || part.at + part.size > whole || part.value.n > part.size)
				abort();
			end = part.at + part.size;
			sum = sum * 31 + part.at * 7 + part.size * 3 + part.name.n + part.file_name.n;
		}
	}
	return sum * 2 + form_is_whole(&f);
}

static void
form(struct view v)
{
	char boundary[FORM_BOUNDARY_MAX + 1];
	struct view type;
	uint64_t sum;

	if (!view_take(&v, v.n > 64 ? 64 : 0, &type) || !form_boundary(type, boundary))
		(void)memcpy(boundary, "x", 2);
	sum = read_form(v, boundary, v.n + 1);
	if (read_form(v, boundary, 1) != sum || read_form(v, boundary, 37) != sum)
		abort();
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
