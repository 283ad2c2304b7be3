#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <libdeflate.h>

#include "sanitize/pdf/testing.h"
#include "sanitize/pdf/unfilter.h"

static struct buf
deflated(struct view in)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	struct buf b = { 0 };
	uint8_t *room = buf_room(&b, libdeflate_zlib_compress_bound(c, in.n));

	assert_non_null(room);
	b.n = libdeflate_zlib_compress(c, in.p, in.n, room, b.cap);
	assert_true(b.n > 0);
	libdeflate_free_compressor(c);
	return b;
}

/* -- each filter by itself --------------------------------------------------------- */

enum which { HEX, A85, RUN, LZW_EARLY, LZW_LATE };

static enum unfiltered
apply(enum which w, struct view in, struct buf *out)
{
	switch (w) {
	case HEX: return unfilter_hex(in, out);
	case A85: return unfilter_ascii85(in, out);
	case RUN: return unfilter_runlength(in, out);
	case LZW_EARLY: return unfilter_lzw(in, true, out);
	default: return unfilter_lzw(in, false, out);
	}
}

static void
simple(void **state)
{
	static const struct {
		enum which w;
		struct view in, out;
		enum unfiltered result;
	} row[] = {
#define ROW(w, in, out, result)                                                                      \
	{ w, { (const uint8_t *)(in), sizeof(in) - 1 }, { (const uint8_t *)(out), sizeof(out) - 1 }, result }
		ROW(HEX, "48 65\n6C6c6F>junk", "Hello", UNFILTER_OK),
		ROW(HEX, "4865 7>", "Hep", UNFILTER_OK),
		ROW(HEX, "48x65", "He", UNFILTER_DAMAGED),
		ROW(HEX, "", "", UNFILTER_OK),
		ROW(A85, "87cURD]i,\"Ebo80~>", "Hello World!", UNFILTER_OK),
		ROW(A85, "<~87cUR\nD]i,\"Ebo7~>", "Hello World", UNFILTER_OK),
		ROW(A85, "zz~>", "\0\0\0\0\0\0\0\0", UNFILTER_OK),
		ROW(A85, "87cUR", "Hell", UNFILTER_OK),
		ROW(A85, "87c\x80UR~>", "Hell", UNFILTER_DAMAGED),
		ROW(A85, "8~>", "", UNFILTER_OK),
		ROW(RUN, "\x02" "abc" "\xfe" "d" "\x80" "junk", "abcddd", UNFILTER_OK),
		ROW(RUN, "\x05" "abc", "abc", UNFILTER_DAMAGED),
		ROW(RUN, "\xfe", "", UNFILTER_DAMAGED),
		/* The example of 7.4.4.2. */
		ROW(LZW_EARLY, "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", "-----A---B", UNFILTER_OK),
		ROW(LZW_LATE, "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", "-----A---B", UNFILTER_OK),
		ROW(LZW_EARLY, "\x80\x0b\x60\x50\x22\x0c\x0c", "-----A---", UNFILTER_OK),
		ROW(LZW_EARLY, "\x80\x7f\xff", "", UNFILTER_DAMAGED),
		ROW(LZW_EARLY, "", "", UNFILTER_OK),
#undef ROW
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_buf struct buf out = BUF_MAX(1000);
		enum unfiltered u = apply(row[i].w, row[i].in, &out);

		if (u != row[i].result || !view_eq(buf_bytes(&out), row[i].out))
			print_error("row %zu: %d, %zu bytes %.*s\n", i, (int)u, out.n, (int)out.n,
				    (const char *)out.p);
		assert_int_equal(u, row[i].result);
		assert_true(view_eq(buf_bytes(&out), row[i].out));
	}
}

static void
bounded(void **state)
{
	static const enum which all[] = { HEX, A85, RUN, LZW_EARLY };
	uint8_t in[4096];
	size_t i;

	(void)state;
	memset(in, '8', sizeof in);
	for (i = 0; i < sizeof all / sizeof *all; i++) {
		own_buf struct buf out = BUF_MAX(16);
		enum unfiltered u;

		if (all[i] == RUN)
			memset(in, 0x90, sizeof in);
		if (all[i] == LZW_EARLY)
			memset(in, 0, sizeof in);
		u = apply(all[i], view_of(in, sizeof in), &out);
		assert_int_equal(u, UNFILTER_FULL);
		assert_true(out.n <= 16);
	}
}

/* The widths of codes grow early or not: 7.4.4.3, EarlyChange. */
static void
lzw_long(void **state)
{
	int early;

	(void)state;
	for (early = 0; early < 2; early++) {
		own_buf struct buf packed = { 0 }, out = BUF_MAX(1 << 20), want = { 0 };
		uint32_t held = 0, bits = 0, width = 9, next = 258, i;

		/* Literals only: the decoder's table grows by one with each but the first. */
		for (i = 0; i < 3002; i++) {
			uint32_t code = i == 0 ? 256 : i == 3001 ? 257 : (i * 7) % 256;

			held = held << width | code;
			for (bits += width; bits >= 8; bits -= 8)
				assert_true(buf_byte(&packed, (uint8_t)(held >> (bits - 8))));
			if (code < 256)
				assert_true(buf_byte(&want, (uint8_t)code));
			if (i > 1)
				next++;
			if (next + (uint32_t)early >= (UINT32_C(1) << width) && width < 12)
				width++;
		}
		if (bits > 0)
			assert_true(buf_byte(&packed, (uint8_t)(held << (8 - bits))));
		assert_int_equal(unfilter_lzw(buf_bytes(&packed), early != 0, &out), UNFILTER_OK);
		assert_true(view_eq(buf_bytes(&out), buf_bytes(&want)));
	}
}

/* What points before the first byte, for bytes got lost, finds zeros there. */
static void
flate_points_before_its_start(void **state)
{
	static const uint8_t in[] = { 0x78, 0x9c, 0x83, 0x83, 0xc4, 0x24, 0x30, 0x95, 0x9c, 0x02, 0x00 };
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	own_buf struct buf out = BUF_MAX(1 << 16);
	struct view behind;

	(void)state;
	assert_int_equal(unfilter_flate(d, view_of(in, sizeof in), &out, &behind), UNFILTER_OK);
	assert_true(view_eq(buf_bytes(&out), view_of("\0\0\0\0\0\0\0\0\0" "ab\0\0\0\0\0" "cd", 18)));
	libdeflate_free_decompressor(d);
}

static void
flate(void **state)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	own_buf struct buf plain = { 0 };
	struct buf packed;
	uint32_t i;

	(void)state;
	for (i = 0; i < 20000; i++)
		assert_true(buf_printf(&plain, "%u ", i * 2654435761u));
	packed = deflated(buf_bytes(&plain));
	for (i = 0; i < 8; i++) {
		own_buf struct buf in = { 0 }, out = BUF_MAX(1 << 24);
		struct view behind;
		enum unfiltered u;

		if (i == 1)
			assert_true(buf_str(&in, "\r\n"));
		assert_true(buf_view(&in, buf_bytes(&packed)));
		if (i == 2)
			in.n -= 4;		/* no checksum */
		if (i == 3)
			in.p[in.n - 1] ^= 1;	/* a wrong one */
		if (i == 4)
			in.n /= 2;		/* cut */
		if (i == 5)
			in.p[0] = 0xff;		/* no header */
		if (i == 6)
			assert_true(buf_str(&in, "\n\n\r\n"));
		if (i == 7)
			assert_true(buf_str(&in, "MZ\n"));
		u = unfilter_flate(d, buf_bytes(&in), &out, &behind);
		assert_int_equal(behind.n, i == 6 ? 4 : i == 7 ? 3 : 0);
		assert_int_equal(unfilter_is_padding(behind), i != 7);
		if (i == 4) {
			assert_int_equal(u, UNFILTER_DAMAGED);
			assert_true(out.n > plain.n / 3 && out.n < plain.n);
			assert_memory_equal(out.p, plain.p, out.n);
		} else {
			assert_int_equal(u, UNFILTER_OK);
			assert_true(view_eq(buf_bytes(&out), buf_bytes(&plain)));
		}
	}
	buf_release(&packed);
	libdeflate_free_decompressor(d);
}

/* -- predictors ------------------------------------------------------------------------ */

static void
predictors(void **state)
{
	static const struct {
		struct predictor p;
		struct view in, out;
	} row[] = {
#define ROW(p, c, b, w, in, out)                                                                     \
	{ { p, c, b, w }, { (const uint8_t *)(in), sizeof(in) - 1 }, { (const uint8_t *)(out), sizeof(out) - 1 } }
		ROW(10, 1, 8, 3, "\0abc\0def", "abcdef"),
		ROW(11, 1, 8, 3, "\1\1\1\1\1\5\1\1", "\1\2\3\5\6\7"),
		ROW(12, 1, 8, 3, "\2\1\2\3\2\1\1\1", "\1\2\3\2\3\4"),
		ROW(13, 1, 8, 3, "\3\2\2\2\3\1\1\1", "\2\3\3\2\3\4"),
		ROW(14, 1, 8, 3, "\4\1\1\1\4\1\1\1", "\1\2\3\2\3\4"),
		ROW(15, 3, 8, 1, "\1\1\2\3\1\4\5\6", "\1\2\3\4\5\6"),
		ROW(15, 3, 8, 2, "\1\1\2\3\1\1\1", "\1\2\3\2\3\4"),
		/* the last row cut; an unknown type is none */
		ROW(12, 1, 8, 3, "\2\1\2\3\2\1", "\1\2\3\2"),
		ROW(15, 1, 8, 2, "\x63" "ab", "ab"),
		/* columns beyond the data */
		ROW(12, 1, 8, 1000000, "\2\1\2", "\1\2"),
		ROW(2, 1, 8, 3, "\1\1\1\5\1\1", "\1\2\3\5\6\7"),
		ROW(2, 3, 8, 2, "\1\2\3\1\1\1", "\1\2\3\2\3\4"),
		ROW(2, 1, 16, 2, "\0\xff\0\1", "\0\xff\1\0"),
		ROW(2, 1, 4, 4, "\x11\x11", "\x12\x34"),
		ROW(2, 1, 1, 8, "\xff", "\xaa"),
		ROW(2, 1, 8, 1000000, "\1\1", "\1\2"),
#undef ROW
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_buf struct buf out = BUF_MAX(4096);

		assert_true(predictor_ok(&row[i].p));
		assert_int_equal(unpredict(&row[i].p, row[i].in, &out), UNFILTER_OK);
		if (!view_eq(buf_bytes(&out), row[i].out))
			print_error("row %zu\n", i);
		assert_true(view_eq(buf_bytes(&out), row[i].out));
	}
	assert_false(predictor_ok(&(struct predictor){ 12, 0, 8, 1 }));
	assert_false(predictor_ok(&(struct predictor){ 12, 1, 3, 1 }));
	assert_false(predictor_ok(&(struct predictor){ 12, 1, 8, 0 }));
	assert_false(predictor_ok(&(struct predictor){ 12, 1, 8, INT64_MAX }));
	assert_false(predictor_ok(&(struct predictor){ 3, 1, 8, 1 }));
}

/* -- streams of a document ------------------------------------------------------------------ */

/* A stream the way a content stream's inline image is one: number 0. */
static bool
stream_of(struct pdf *p, const char *dict, struct view raw, struct view *ret, struct view *filter,
	  struct err *e)
{
	struct view in = view_str(dict);
	struct pdf_obj o;

	assert_true(pdf_parse_direct(&in, pdf_arena(p), &o));
	o.kind = PDF_STREAM;
	o.raw = raw;
	*e = (struct err){ 0 };
	return pdf_stream(p, &o, PDF_STOP_IMAGE, ret, filter, NULL, e);
}

static struct pdf *
tiny(struct test_job *t, struct test_file *f)
{
	struct err e = { 0 };
	struct pdf *p;

	test_job_init(t);
	test_file_object(f, "<</Type/Catalog/Pages 2 0 R>>");
	test_file_object(f, "<</Type/Pages/Kids[]/Count 0>>");
	test_file_end(f, "");
	p = pdf_new(&t->job, buf_bytes(&f->b), &e);
	assert_non_null(p);
	return p;
}

static void
chains(void **state)
{
	static const struct {
		const char *dict, *raw, *out, *filter;
		enum err_code code;
	} row[] = {
		{ "<<>>", "abc", "abc", "", ERR_NONE },
		{ "<</Filter/ASCIIHexDecode>>", "4142>", "AB", "", ERR_NONE },
		{ "<</F/AHx>>", "4142>", "AB", "", ERR_NONE },
		{ "<</F[/AHx/AHx]>>", "34313432>", "AB", "", ERR_NONE },
		{ "<</Filter[/AHx/DCT]/DecodeParms[null<</ColorTransform 0>>]>>", "4142>", "AB", "DCTDecode",
		  ERR_NONE },
		{ "<</Filter[/DCTDecode/AHx]>>", "4142>", "4142>", "DCTDecode", ERR_NONE },
		{ "<</Filter/CCF>>", "x", "x", "CCITTFaxDecode", ERR_NONE },
		{ "<</Filter/JBIG2Decode>>", "x", "x", "JBIG2Decode", ERR_NONE },
		{ "<</Filter/JPXDecode>>", "x", "x", "JPXDecode", ERR_NONE },
		{ "<</Filter/Crypt>>", "x", "x", "", ERR_NONE },
		/* External data is not followed, and /F is then no filter. */
		{ "<</F(http://example.invalid/)/Length 1>>", "x", "x", "", ERR_NONE },
		{ "<</Filter/Unknown>>", "x", "", "", ERR_MALFORMED },
		{ "<</Filter[1]>>", "x", "", "", ERR_MALFORMED },
		{ "<</Filter[/RL/RL/RL/RL/RL/RL/RL/RL/RL]>>", "x", "", "", ERR_LIMIT },
	};
	struct test_file f = { 0 };
	struct test_job t;
	struct pdf *p = tiny(&t, &f);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct view v = { 0 }, filter = { 0 };
		struct err e;
		bool ok = stream_of(p, row[i].dict, view_str(row[i].raw), &v, &filter, &e);

		if (e.code != row[i].code)
			print_error("%s: %s\n", row[i].dict, e.text);
		assert_int_equal(e.code, row[i].code);
		assert_int_equal(ok, row[i].code == ERR_NONE);
		assert_true(!ok || (view_is(v, row[i].out) && view_is(filter, row[i].filter)));
	}
	pdf_free(p);
	test_job_release(&t);
	buf_release(&f.b);
}

static void
bombs(void **state)
{
	static const struct {
		size_t size;
		int times;
		const char *dict;
		enum err_code code;
	} row[] = {
		{ 9u << 20, 1, "<</Filter/FlateDecode>>", ERR_NONE },
		{ 40u << 20, 1, "<</Filter/FlateDecode>>", ERR_LIMIT },
		{ 40u << 20, 2, "<</Filter[/FlateDecode/FlateDecode]>>", ERR_LIMIT },
	};
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct test_file f = { 0 };
		struct test_job t;
		struct pdf *p = tiny(&t, &f);
		struct buf zeros = { 0 };
		struct view v, filter;
		struct err e;

		assert_true(buf_fill(&zeros, 0, row[i].size));
		for (k = 0; k < row[i].times; k++) {
			struct buf packed = deflated(buf_bytes(&zeros));

			buf_release(&zeros);
			zeros = packed;
		}
		assert_int_equal(stream_of(p, row[i].dict, buf_bytes(&zeros), &v, &filter, &e),
				 row[i].code == ERR_NONE);
		assert_int_equal(e.code, row[i].code);
		buf_release(&zeros);
		pdf_free(p);
		test_job_release(&t);
		buf_release(&f.b);
	}
}

/* A blank page of an image shrinks a thousand times and is none. */
static void
blank_image(void **state)
{
	struct test_file f = { 0 };
	struct test_job t;
	struct pdf *p = tiny(&t, &f);
	own_buf struct buf zeros = { 0 };
	struct buf packed;
	struct view v, in = VIEW("<</Width 4096/Height 4096/BitsPerComponent 8/Filter/FlateDecode>>");
	struct pdf_obj o;
	struct err e;

	(void)state;
	assert_true(buf_fill(&zeros, 0, 4096 * 4096 * 3));
	packed = deflated(buf_bytes(&zeros));
	assert_true(pdf_parse_direct(&in, pdf_arena(p), &o));
	o.kind = PDF_STREAM;
	o.num = 1;
	o.raw = buf_bytes(&packed);
	assert_true(pdf_stream(p, &o, PDF_STOP_NONE, &v, NULL, NULL, &e));
	assert_int_equal(v.n, zeros.n);
	pdf_stream_free(p, v);
	pdf_stream_free(p, VIEW("not one of them"));
	/* The whole budget holds all the same. */
	t.profile.limits.unpacked = t.job.unpacked + (10u << 20);
	assert_false(pdf_stream(p, &o, PDF_STOP_NONE, &v, NULL, NULL, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	buf_release(&packed);
	pdf_free(p);
	test_job_release(&t);
	buf_release(&f.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple),     cmocka_unit_test(bounded), cmocka_unit_test(lzw_long),
		cmocka_unit_test(flate), cmocka_unit_test(flate_points_before_its_start),
		cmocka_unit_test(predictors), cmocka_unit_test(chains),
		cmocka_unit_test(bombs),      cmocka_unit_test(blank_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
