/* T.6 rows, spelt in bits. */
#include "inspect/pdf.h"
#include "inspect/sentence.h"

#define EOFB " 000000000001 000000000001"
#define V0 "1 "
#define R1 "011 "
#define R2 "000011 "
#define R3 "0000011 "
#define L1 "010 "
#define L2 "000010 "
#define L3 "0000010 "
#define PASS "0001 "
#define H "001 "
#define W0 "00110101 "
#define W2 "0111 "
#define W3 "1000 "
#define W8 "10011 "
#define W64 "11011 "
#define B0 "0000110111 "
#define B2 "11 "
#define B3 "10 "
#define B5 "0011 "
#define ROW H W3 B2 V0	/* of eight: three white, two black, three white */

static const struct {
	const char *what;
	uint32_t w, h;
	const char *bits, *why;
} rows[] = {
	{ "white", 8, 2, V0 V0 EOFB, NULL },
	{ "black and white", 8, 1, ROW EOFB, NULL },
	{ "as the row above", 8, 2, ROW V0 V0 V0 EOFB, NULL },
	{ "shifted to each side", 8, 4, ROW R1 V0 V0 L2 R2 V0 R3 L1 V0 EOFB, NULL },
	{ "passed", 8, 2, ROW PASS V0 EOFB, NULL },
	{ "black from the start", 8, 2, H W0 B3 V0 V0 V0 V0 EOFB, NULL },
	{ "a make-up code", 72, 1, H W64 W8 B0 EOFB, NULL },
	{ "no rows", 8, 0, EOFB, NULL },
	{ "a row too few", 8, 3, V0 V0 EOFB, "row 2" },
	{ "a row too many", 8, 1, V0 V0 EOFB, "EOFB" },
	{ "no end", 8, 1, V0, "EOFB" },
	{ "half an end", 8, 1, V0 "000000000001", "EOFB" },
	{ "something in the padding", 8, 1, V0 EOFB "0001", "EOFB" },
	{ "a byte behind", 8, 1, V0 EOFB "0000000 00000000", "EOFB" },
	{ "uncompressed mode", 8, 1, "0000001111 " V0 EOFB, "row 0" },
	{ "a code that is none", 8, 1, "0000000 " V0 EOFB, "row 0" },
	{ "a run past the end of the row", 8, 1, H W8 B3 EOFB, "row 0" },
	{ "a run far past it", 8, 1, H W64 W64 W0 B0 EOFB, "row 0" },
	{ "a make-up code and nothing behind it", 72, 1, H W64 "000000000", "row 0" },
	{ "a change right of the row", 8, 1, R1 EOFB, "row 0" },
	{ "a change left of the row", 8, 2, H W0 B3 V0 L1 EOFB, "row 1" },
	{ "a change left of the one before", 8, 2, ROW R2 L3 EOFB, "row 1" },
	{ "passing nothing", 8, 1, PASS V0 EOFB, "row 0" },
	{ "runs of nothing without end", 4, 1, H W0 B0 H W0 B0 H W0 B0 H W0 B0 H W0 B0 V0 EOFB, "row 0" },
	{ "a row cut", 8, 1, H W3, "row 0" },
};

static void
put_bits(struct buf *b, const char *text)
{
	unsigned have = 0, byte = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		byte = byte << 1 | (*text == '1');
		if (++have == 8) {
			assert_true(buf_byte(b, (uint8_t)byte));
			have = byte = 0;
		}
	}
	if (have > 0)
		assert_true(buf_byte(b, (uint8_t)(byte << (8 - have))));
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf b = { 0 };
		struct err e = { 0 };

		put_bits(&b, rows[i].bits);
		if (inspect_g4(buf_bytes(&b), rows[i].w, rows[i].h, &e) != (rows[i].why == NULL) ||
		    (rows[i].why != NULL && strstr(e.text, rows[i].why) == NULL))
			fail_msg("%s: \"%s\"", rows[i].what, e.text);
		/* A good one cut off anywhere is none. */
		for (size_t n = 0; rows[i].why == NULL && n < b.n; n++)
			assert_false(inspect_g4((struct view){ b.p, n }, rows[i].w, rows[i].h, &e));
	}
}

/* Every bit of a good one turned: no byte too far, and rarely a sentence. */
static void
test_flips(void **state)
{
	own_buf struct buf b = { 0 };
	size_t passed = 0;
	struct err e;

	(void)state;
	put_bits(&b, ROW V0 V0 V0 R1 V0 V0 EOFB);
	for (size_t i = 0; i < b.n * 8; i++) {
		b.p[i / 8] ^= (uint8_t)(0x80u >> i % 8);
		passed += inspect_g4(buf_bytes(&b), 8, 3, &e);
		b.p[i / 8] ^= (uint8_t)(0x80u >> i % 8);
	}
	assert_true(inspect_g4(buf_bytes(&b), 8, 3, &e));
	assert_true(passed <= 6);
}

/* The widest changes as often as it can: time and memory are of its width. */
static void
test_wide(void **state)
{
	enum { WIDTH = 30000 };
	own_buf struct buf text = { 0 }, b = { 0 };
	struct err e;

	(void)state;
	for (unsigned i = 0; i < WIDTH / 2; i++)
		buf_str(&text, H "000111 " "010 ");	/* one white, one black */
	for (unsigned y = 0; y < 20; y++)
		for (unsigned i = 0; i < WIDTH; i++)
			buf_str(&text, V0);
	buf_str(&text, EOFB);
	assert_true(buf_byte(&text, 0));
	put_bits(&b, (const char *)text.p);
	assert_true(inspect_g4(buf_bytes(&b), WIDTH, 21, &e));
	assert_false(inspect_g4(buf_bytes(&b), WIDTH - 1, 21, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_flips), cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
