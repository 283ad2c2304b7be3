/*
 * Whole pages: symbols, text in every corner, halftones, MMR, refinements.
 */
#include "sanitize/codec/jbig2_encode.h"

enum { SIDE = 64, SYMBOLS = 3 };

static void
segment(struct buf *b, uint32_t number, uint8_t type, const char *refs, struct view data)
{
	size_t n = strlen(refs);

	assert_true(buf_u32be(b, number) && buf_byte(b, type) && buf_byte(b, (uint8_t)(n << 5)) &&
		    buf_str(b, refs) && buf_byte(b, 1) && buf_u32be(b, (uint32_t)data.n) &&
		    buf_view(b, data));
}

static void
page(struct buf *b)
{
	own_buf struct buf d = { 0 };

	assert_true(buf_u32be(&d, SIDE) && buf_u32be(&d, SIDE) && buf_fill(&d, 0, 11));
	segment(b, 0, 48, "", buf_bytes(&d));
}

static void
region(struct buf *d, uint32_t w, uint32_t h, uint32_t x, uint32_t y, uint8_t op)
{
	assert_true(buf_u32be(d, w) && buf_u32be(d, h) && buf_u32be(d, x) && buf_u32be(d, y) &&
		    buf_byte(d, op));
}

static void
put_at(struct buf *d, const struct at *at, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		assert_true(buf_byte(d, (uint8_t)at[i].x) && buf_byte(d, (uint8_t)at[i].y));
}

static void
expect(struct buf *b, const struct bitmap *wanted, const char *what)
{
	struct bitmap got = { 0 };
	struct err e = { 0 };

	if (!jbig2_decode(buf_bytes(b), VIEW(""), SIDE, SIDE, PIXELS, &got, &e))
		fail_msg("%s: %s", what, e.text);
	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++)
			if (jbig2_pixel(&got, x, y) != jbig2_pixel(wanted, x, y))
				fail_msg("%s: pixel %u, %u", what, x, y);
	bitmap_release(&got);
}

static struct bitmap
blank(void)
{
	struct bitmap b = { 0 };
	struct err e;

	assert_true(bitmap_init(&b, SIDE, SIDE, PIXELS, &e));
	return b;
}

static void
draw(struct bitmap *to, const struct bitmap *b, int64_t left, int64_t top)
{
	for (uint32_t y = 0; y < b->h; y++)
		for (uint32_t x = 0; x < b->w; x++) {
			int64_t px = left + x, py = top + y;

			if (jbig2_pixel(b, x, y) && px >= 0 && py >= 0 && px < to->w && py < to->h)
				to->bits[(size_t)py * bitmap_stride(to->w) + (size_t)px / 8] |=
					(uint8_t)(0x80 >> px % 8);
		}
}

/* A dictionary of three symbols in two height classes. */
static void
dictionary(struct buf *out, struct bitmap s[SYMBOLS], uint8_t template)
{
	own_mem struct encoder *e = calloc(1, sizeof *e);
	own_mem mq_cx *cx = calloc(1, GENERIC_CX);
	mq_cx dh[MQ_INT_CX] = { 0 }, dw[MQ_INT_CX] = { 0 }, ex[MQ_INT_CX] = { 0 };
	struct generic g = { .template = template };
	own_buf struct buf d = { 0 };

	s[0] = picture(5, 7);
	s[1] = picture(9, 7);
	s[2] = picture(3, 12);
	memcpy(g.at, generic_pixels[template].usual, sizeof g.at);
	encoder_start(e);
	value_encode(e, dh, 7);
	value_encode(e, dw, 5);
	generic_encode(e, &g, cx, &s[0]);
	value_encode(e, dw, 4);
	generic_encode(e, &g, cx, &s[1]);
	int_encode(e, dw, NULL);
	value_encode(e, dh, 5);
	value_encode(e, dw, 3);
	generic_encode(e, &g, cx, &s[2]);
	int_encode(e, dw, NULL);
	value_encode(e, ex, 0);
	value_encode(e, ex, 3);
	assert_true(buf_u16be(&d, (uint16_t)(template << 10)));
	put_at(&d, g.at, generic_ats(template));
	assert_true(buf_u32be(&d, 3) && buf_u32be(&d, 3) && buf_view(&d, encoder_end(e)));
	segment(out, 1, 0, "", buf_bytes(&d));
}

static const struct {
	uint32_t id;
	int32_t s, t;
} instances[] = { { 0, 3, 14 }, { 1, 20, 18 }, { 2, 44, 30 }, { 1, 2, 41 }, { 0, 50, 50 } };

/* Each instance in a strip of its own; strips are four rows high. */
static void
text(struct buf *out, uint8_t corner, bool transposed)
{
	own_mem struct encoder *e = calloc(1, sizeof *e);
	own_mem struct text_codes *c = calloc(1, sizeof *c);
	own_buf struct buf d = { 0 };
	mq_cx id[4] = { 0 };
	int32_t strip = 0, first = 0;

	encoder_start(e);
	value_encode(e, c->dt, 0);
	for (size_t i = 0; i < sizeof instances / sizeof *instances; i++) {
		value_encode(e, c->dt, instances[i].t / 4 - strip);
		strip = instances[i].t / 4;
		value_encode(e, c->fs, instances[i].s - first);
		first = instances[i].s;
		value_encode(e, c->it, instances[i].t % 4);
		id_encode(e, id, 2, instances[i].id);
		int_encode(e, c->ds, NULL);
	}
	region(&d, SIDE, SIDE, 0, 0, COMBINE_OR);
	assert_true(buf_u16be(&d, (uint16_t)(2 << 2 | corner << 4 | transposed << 6)) &&
		    buf_u32be(&d, sizeof instances / sizeof *instances) && buf_view(&d, encoder_end(e)));
	segment(out, 2, 6, "\1", buf_bytes(&d));
}

static void
text_in_every_corner(void **state)
{
	(void)state;
	for (uint8_t k = 0; k < 16; k++) {
		uint8_t corner = k & 3;
		bool transposed = k >> 2 & 1;
		bool right = corner >= CORNER_BOTTOM_RIGHT, bottom = !(corner & 1);
		own_buf struct buf b = { 0 };
		struct bitmap s[SYMBOLS], wanted = blank();

		page(&b);
		dictionary(&b, s, k >> 2);
		text(&b, corner, transposed);
		for (size_t i = 0; i < sizeof instances / sizeof *instances; i++) {
			const struct bitmap *p = &s[instances[i].id];
			int64_t across = instances[i].t;

			if (transposed)
				draw(&wanted, p, right ? across - p->w + 1 : across, instances[i].s);
			else
				draw(&wanted, p, instances[i].s, bottom ? across - p->h + 1 : across);
		}
		expect(&b, &wanted, "text");
		for (int i = 0; i < SYMBOLS; i++)
			bitmap_release(&s[i]);
		bitmap_release(&wanted);
	}
}

/* A grid of four patterns, in planes as Annex C codes them. */
static void
halftone(bool mmr)
{
	enum { GRID_W = 6, GRID_H = 5, CELL = 4 };
	own_buf struct buf b = { 0 }, d = { 0 }, d2 = { 0 }, coded = { 0 };
	own_mem struct encoder *e = calloc(1, sizeof *e);
	own_mem mq_cx *cx = calloc(2, GENERIC_CX);
	struct generic g = { .at = { { -CELL, 0 }, { -3, -1 }, { 2, -2 }, { -2, -2 } } };
	struct bitmap all = picture(4 * CELL, CELL), high = picture(GRID_W, GRID_H),
		      low = picture(GRID_W, GRID_H), wanted = blank();

	page(&b);
	encoder_start(e);
	generic_encode(e, &g, cx, &all);
	assert_true(mmr ? ccitt_encode_g4(&all, &coded) : buf_view(&coded, encoder_end(e)));
	assert_true(buf_byte(&d, mmr) && buf_byte(&d, CELL) && buf_byte(&d, CELL) && buf_u32be(&d, 3) &&
		    buf_view(&d, buf_bytes(&coded)));
	segment(&b, 1, 16, "", buf_bytes(&d));
	buf_clear(&coded);
	g.at[0] = (struct at){ 3, -1 };
	encoder_start(e);
	generic_encode(e, &g, cx + GENERIC_CX, &high);
	generic_encode(e, &g, cx + GENERIC_CX, &low);
	assert_true(mmr ? ccitt_encode_g4(&high, &coded) && ccitt_encode_g4(&low, &coded) :
			  buf_view(&coded, encoder_end(e)));
	region(&d2, SIDE, SIDE, 0, 0, COMBINE_OR);
	assert_true(buf_byte(&d2, mmr) && buf_u32be(&d2, GRID_W) && buf_u32be(&d2, GRID_H) &&
		    buf_u32be(&d2, 512) && buf_u32be(&d2, 768) && buf_u16be(&d2, 1280) &&
		    buf_u16be(&d2, 0) && buf_view(&d2, buf_bytes(&coded)));
	segment(&b, 2, 22, "\1", buf_bytes(&d2));
	for (uint32_t m = 0; m < GRID_H; m++)
		for (uint32_t n = 0; n < GRID_W; n++) {
			uint32_t top = jbig2_pixel(&high, n, m), gray = top << 1 | (top ^ jbig2_pixel(&low, n, m));

			for (uint32_t i = 0; i < CELL * CELL; i++)
				if (jbig2_pixel(&all, gray * CELL + i % CELL, i / CELL)) {
					uint32_t x = 2 + 5 * n + i % CELL, y = 3 + 5 * m + i / CELL;

					wanted.bits[y * 8 + x / 8] |= (uint8_t)(0x80 >> x % 8);
				}
		}
	expect(&b, &wanted, mmr ? "halftone, MMR" : "halftone");
	bitmap_release(&all);
	bitmap_release(&high);
	bitmap_release(&low);
	bitmap_release(&wanted);
}

static void
halftones(void **state)
{
	(void)state;
	halftone(false);
	halftone(true);
}

/* An intermediate MMR region, refined onto the page; with no reference the page itself is refined. */
static void
refinements(void **state)
{
	(void)state;
	for (int of_page = 0; of_page < 2; of_page++) {
		own_buf struct buf b = { 0 }, d = { 0 }, d2 = { 0 }, coded = { 0 };
		own_mem struct encoder *e = calloc(1, sizeof *e);
		own_mem mq_cx *cx = calloc(1, REFINE_CX);
		struct bitmap from = picture(SIDE, SIDE), to = picture(SIDE, SIDE);
		struct refine r = { .template = 1, .reference = &from };

		page(&b);
		assert_true(ccitt_encode_g4(&from, &coded));
		region(&d, SIDE, SIDE, 0, 0, COMBINE_OR);
		assert_true(buf_byte(&d, 1) && buf_view(&d, buf_bytes(&coded)));
		segment(&b, 1, of_page ? 38 : 36, "", buf_bytes(&d));
		encoder_start(e);
		refine_encode(e, &r, cx, &to);
		region(&d2, SIDE, SIDE, 0, 0, COMBINE_REPLACE);
		assert_true(buf_byte(&d2, 1) && buf_view(&d2, encoder_end(e)));
		segment(&b, 2, 42, of_page ? "" : "\1", buf_bytes(&d2));
		expect(&b, &to, of_page ? "the page refined" : "a region refined");
		bitmap_release(&from);
		bitmap_release(&to);
	}
}

/*
 * Lengths of codes in 2 bits, of offsets in 5, from -1 to 3:
 * 01 00001 (-1 and 0 by 0x), 10 00001 (1 and 2 by 10x), 00 (nothing lower), 10 (3 and up by 11).
 */
static void
custom_tables(void **state)
{
	static const char table[] = "\x42\xff\xff\xff\xff\0\0\0\3\x43\x04\x80";
	static const int32_t values[] = { 0, 2, 3 };
	struct jbig2 j = decoder();
	struct bit_reader b = { .in = VIEW("\x6e\0\0\0\0") };
	struct huffman h;
	struct err e;
	int32_t v = 9;

	(void)state;
	for (size_t n = 0; n < sizeof table - 1; n++)
		assert_false(huffman_custom(&j, view_of(table, n), &h, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_true(huffman_custom(&j, VIEW(table), &h, &e));
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		assert_int_equal(huffman_read(&h, &b, &v), HUFFMAN_VALUE);
		assert_int_equal(v, values[i]);
	}
	arena_free(j.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_in_every_corner), cmocka_unit_test(halftones),
		cmocka_unit_test(refinements),		cmocka_unit_test(custom_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
