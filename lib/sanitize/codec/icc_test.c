#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/own.h"
#include "icc_sample.h"
#include "sanitize/codec/codec.h"

static bool
rebuild(struct view in, struct buf *out, uint8_t *components)
{
	struct err e = { 0 };
	bool ok = icc_rebuild(in, out, components, &e);

	if (!ok)
		assert_int_equal(e.code, ERR_MALFORMED);
	return ok;
}

static void
keeps_colours_only(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 }, again = { 0 };
	uint8_t n;

	(void)state;
	icc_sample(&in);
	assert_true(rebuild(buf_bytes(&in), &out, &n));
	assert_int_equal(n, 3);
	assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("evil")), VIEW_NOT_FOUND);
	assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("private")), VIEW_NOT_FOUND);
	assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("lcms")), VIEW_NOT_FOUND);
	assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("\xee")), VIEW_NOT_FOUND);
	/* 9 rows, and the three curves are one element */
	assert_int_equal(out.p[131], 9);
	assert_int_equal(out.n, 132 + 9 * 12 + 104 + 16 + 4 * 20 + 16);
	assert_int_equal(out.p[3], out.n & 0xff);
	assert_int_not_equal(view_find(buf_bytes(&out), 0, VIEW("curv\0\0\0\0\0\0\0\1\2\x33")),
			     VIEW_NOT_FOUND);
	assert_true(rebuild(buf_bytes(&out), &again, &n));
	assert_true(view_eq(buf_bytes(&out), buf_bytes(&again)));
}

/* One byte of a sound profile changed, and what must come of it. */
static const struct change {
	const char *name;
	size_t at;
	uint8_t to;
	bool sound;
	uint8_t components;
} changes[] = {
	{ "size beyond the end", 2, 0x7f, false, 3 },
	{ "version 3", 8, 3, false, 3 },
	{ "device link", 12, 'l', false, 3 },
	{ "unknown space", 16, 'X', false, 0 },
	{ "gray, but RGB's tags", 16, 'G', false, 0 },
	{ "unknown PCS", 20, 'Q', false, 3 },
	{ "no signature", 36, 'b', false, 3 },
	{ "too many tags", 130, 2, false, 3 },
	{ "element outside", 132 + 12 + 5, 0x10, false, 3 },
	{ "element of another type", 228 + 20, 'Z', false, 3 },
	{ "curve too long", 228 + 80 + 10, 1, false, 3 },
	{ "broken white point is left out", 228, 'Z', true, 3 },
	{ "no red", 132 + 12, 'q', false, 3 },
	{ "intent out of range", 67, 9, true, 3 },
};

static void
refuses_broken_ones(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		own_buf struct buf in = { 0 }, out = { 0 };
		uint8_t n = 9;

		icc_sample(&in);
		in.p[changes[i].at] = changes[i].to;
		if (rebuild(buf_bytes(&in), &out, &n) != changes[i].sound)
			fail_msg("%s", changes[i].name);
		assert_int_equal(n, changes[i].components);
	}
}

static void
cut_anywhere(void **state)
{
	own_buf struct buf in = { 0 };
	size_t n;

	(void)state;
	icc_sample(&in);
	for (n = 0; n < in.n; n++) {
		own_buf struct buf out = { 0 };
		own_mem uint8_t *copy = malloc(n + 1);
		uint8_t c;

		memcpy(copy, in.p, n);
		assert_false(rebuild(view_of(copy, n), &out, &c));
	}
}

/* A version 4 printer profile of one mft1 table: 4 inks in, 2 grid points, 3 out. */
static void
keeps_tables(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	size_t lut = 48 + 4 * 256 + 16 * 3 + 3 * 256;
	uint8_t n;

	(void)state;
	(void)buf_u32be(&in, (uint32_t)(132 + 12 + lut));
	(void)buf_put(&in, "\0\0\0\0\4\x30\0\0prtrCMYKLab ", 20);
	(void)buf_fill(&in, 0, 12);
	(void)buf_str(&in, "acsp");
	(void)buf_fill(&in, 0, 88);
	(void)buf_u32be(&in, 1);
	icc_sample_row(&in, "A2B0", 144, (uint32_t)lut);
	(void)buf_put(&in, "mft1\0\0\0\0\4\3\2\xaa", 12);
	(void)buf_fill(&in, 0, 36);
	(void)buf_fill(&in, 0x55, lut - 48);
	assert_true(rebuild(buf_bytes(&in), &out, &n));
	assert_int_equal(n, 4);
	assert_int_not_equal(view_find(buf_bytes(&out), 0, VIEW("mft1\0\0\0\0\4\3\2\0")), VIEW_NOT_FOUND);
	in.p[144 + 10] = 255;	/* grid points: 4 billion numbers */
	buf_clear(&out);
	assert_false(rebuild(buf_bytes(&in), &out, &n));
	assert_int_equal(n, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_colours_only),
		cmocka_unit_test(refuses_broken_ones),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(keeps_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
