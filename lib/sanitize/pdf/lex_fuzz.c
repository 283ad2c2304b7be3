/*
 * Tokens and direct objects of any bytes.  What is written from an object
 * reads as one object again and writes to the same bytes.
 */
#include "sanitize/pdf/out.h"
#include "sanitize/pdf/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_same(const struct pdf_obj *o, struct arena *a)
{
	own_buf struct buf one = { 0 }, two = { 0 };
	struct pdf_obj again;
	struct view in;

	pdf_put_obj(&one, o);
	in = buf_bytes(&one);
	if (!pdf_parse_direct(&in, a, &again) || in.n != 0)
		abort();
	pdf_put_obj(&two, &again);
	if (!view_eq(buf_bytes(&one), buf_bytes(&two)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	own_arena struct arena *a = arena_new(64 << 20);
	struct view in = view_of(data, n);
	struct pdf_obj o;
	size_t left;

	while (left = in.n, pdf_tok(&in, a, &o) != PDF_TOK_END)
		if (in.n >= left)
			abort();
	in = view_of(data, n);
	while (pdf_parse_direct(&in, a, &o))
		check_same(&o, a);
	return 0;
}
