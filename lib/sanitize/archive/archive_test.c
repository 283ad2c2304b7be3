#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libdeflate.h>
#include <locale.h>

#include "sanitize/archive/archive_peek.h"
#include "sanitize/archive/archive_read.h"
#include "sanitize/testing.h"
#include "sanitize/zip/zip.h"

#define TEXT "Harmless text.\n"

/* -- archives, byte by byte, so that every field can lie --------------- */

struct given {
	const char *name, *data;
	char kind;		/* as tar has it: '0' file, '1' hard link, '2' symbolic link, '3' device, '5' directory */
};

static void
put_octal(uint8_t *at, size_t n, uint64_t x)
{
	while (n-- > 0) {
		at[n] = (uint8_t)('0' + (x & 7));
		x >>= 3;
	}
}

static void
put_tar(struct buf *b, const struct given *g, uint64_t said)
{
	static const uint8_t zeros[512];
	uint8_t h[512] = { 0 };
	size_t n = strlen(g->data), i;
	uint32_t sum = 0;

	memcpy(h, g->name, strlen(g->name) < 100 ? strlen(g->name) : 100);
	put_octal(h + 100, 7, 0644);
	put_octal(h + 124, 11, said);
	put_octal(h + 136, 11, 1300472873);
	memset(h + 148, ' ', 8);
	h[156] = (uint8_t)g->kind;
	memcpy(h + 157, g->kind == '0' ? "" : "/etc/passwd", g->kind == '1' || g->kind == '2' ? 11 : 0);
	memcpy(h + 257, "ustar\00000", 8);
	for (i = 0; i < sizeof h; i++)
		sum += h[i];
	put_octal(h + 148, 6, sum);
	h[154] = 0;
	(void)buf_put(b, h, sizeof h);
	(void)buf_put(b, g->data, n);
	(void)buf_put(b, zeros, (512 - n % 512) % 512);
}

static void
end_tar(struct buf *b)
{
	(void)buf_fill(b, 0, 1024);
}

static uint16_t
crc16(const char *s)
{
	uint32_t c = 0;
	int i;

	for (; *s != '\0'; s++)
		for (c ^= (uint8_t)*s, i = 0; i < 8; i++)
			c = c >> 1 ^ ((c & 1) != 0 ? 0xa001 : 0);
	return (uint16_t)c;
}

/* Level 0, -lh0-: what every old program in Japan wrote. */
static void
put_lzh(struct buf *b, const struct given *g, int wrong_crc)
{
	size_t name = strlen(g->name), n = strlen(g->data), at = b->n, i;
	uint8_t sum = 0;

	(void)buf_byte(b, (uint8_t)(22 + name));
	(void)buf_byte(b, 0);
	(void)buf_str(b, "-lh0-");
	(void)buf_u32le(b, (uint32_t)n);
	(void)buf_u32le(b, (uint32_t)n);
	(void)buf_u32le(b, 0x3e720bdb);		/* 2011-03-18 01:30:54 */
	(void)buf_u16le(b, 0x20);
	(void)buf_byte(b, (uint8_t)name);
	(void)buf_str(b, g->name);
	(void)buf_u16le(b, (uint16_t)(crc16(g->data) + wrong_crc));
	for (i = at + 2; i < b->n; i++)
		sum = (uint8_t)(sum + b->p[i]);
	b->p[at + 1] = sum;
	(void)buf_str(b, g->data);
}

/* [MS-CAB]: one folder, not compressed. */
static void
put_cab(struct buf *b, const struct given *g, uint16_t flags)
{
	size_t name = strlen(g->name) + 1, n = strlen(g->data), first = 36 + 8 + 16 + name;

	(void)buf_str(b, "MSCF");
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, (uint32_t)(first + 8 + n));
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, 44);
	(void)buf_u32le(b, 0);
	(void)buf_u16le(b, 0x0103);
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, flags);
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, (uint32_t)first);
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, 0);
	(void)buf_u32le(b, (uint32_t)n);
	(void)buf_u32le(b, 0);
	(void)buf_u16le(b, 0);
	(void)buf_u16le(b, 0x3e72);
	(void)buf_u16le(b, 0x0bdb);
	(void)buf_u16le(b, 0x20);
	(void)buf_put(b, g->name, name);
	(void)buf_u32le(b, 0);
	(void)buf_u16le(b, (uint16_t)n);
	(void)buf_u16le(b, (uint16_t)n);
	(void)buf_str(b, g->data);
}

/* A block of RAR 5; what stands in `head` from its type on. */
static void
put_block(struct buf *b, const struct buf *head)
{
	own_buf struct buf sized = { 0 };

	(void)buf_byte(&sized, (uint8_t)head->n);
	(void)buf_view(&sized, buf_bytes(head));
	(void)buf_u32le(b, libdeflate_crc32(0, sized.p, sized.n));
	(void)buf_view(b, buf_bytes(&sized));
}

/* Stored; `crypt`: 1 the records of an encrypted file, 2 an encrypted directory, 3 a record that is no encryption (a time). */
static void
put_rar5(struct buf *b, const struct given *g, uint8_t volume, int crypt)
{
	own_buf struct buf head = { 0 };
	size_t n = strlen(g->data);

	(void)buf_put(b, "Rar!\x1a\x07\x01\0", 8);
	(void)buf_put(&head, crypt == 2 ? "\4\0\0" : "\1\0", crypt == 2 ? 3 : 2);
	(void)buf_byte(&head, volume);
	put_block(b, &head);
	buf_clear(&head);
	(void)buf_put(&head, crypt % 2 == 1 ? "\2\3\3" : "\2\2", crypt % 2 == 1 ? 3 : 2);
	(void)buf_byte(&head, (uint8_t)n);
	(void)buf_byte(&head, 2 | 4);		/* a time and a CRC follow */
	(void)buf_byte(&head, (uint8_t)n);
	(void)buf_byte(&head, 0x20);
	(void)buf_u32le(&head, 1300472873);
	(void)buf_u32le(&head, libdeflate_crc32(0, g->data, n));
	(void)buf_put(&head, "\0\1", 2);	/* stored, by Unix */
	(void)buf_byte(&head, (uint8_t)strlen(g->name));
	(void)buf_str(&head, g->name);
	if (crypt % 2 == 1)
		(void)buf_put(&head, crypt == 1 ? "\2\1\0" : "\2\3\0", 3);
	put_block(b, &head);
	(void)buf_str(b, g->data);
	buf_clear(&head);
	(void)buf_put(&head, "\5\4\0", 3);
	put_block(b, &head);
}

static void
put_gzip(struct buf *b, const char *name, struct view plain)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	size_t bound = libdeflate_deflate_compress_bound(c, plain.n);

	(void)buf_put(b, "\x1f\x8b\x08", 3);
	(void)buf_byte(b, name != NULL ? 8 : 0);
	(void)buf_u32le(b, 1300472873);
	(void)buf_put(b, "\0\3", 2);
	if (name != NULL)
		(void)buf_put(b, name, strlen(name) + 1);
	b->n += libdeflate_deflate_compress(c, plain.p, plain.n, buf_room(b, bound), bound);
	(void)buf_u32le(b, libdeflate_crc32(0, plain.p, plain.n));
	(void)buf_u32le(b, (uint32_t)plain.n);
	libdeflate_free_compressor(c);
}

/* -- what came out ----------------------------------------------------- */

/* The names in the output, in order, one behind each other with a bar. */
static void
names_of(const struct tried *t, struct buf *ret)
{
	struct err e;
	own_zip struct zip *z = zip_new(buf_bytes(&t->out), NULL, NULL, &e);
	size_t i;

	buf_clear(ret);
	for (i = 0; z != NULL && i < zip_count(z); i++) {
		(void)buf_str(ret, zip_at(z, i)->name);
		(void)buf_byte(ret, '|');
	}
	(void)buf_byte(ret, '\0');
}

static void
expect(const char *name, struct view in, const char *names, enum finding_code code, const char *where)
{
	own_tried struct tried t = try_it(name, in);
	own_buf struct buf got = { 0 };

	if (!tried_passed(&t))
		for (size_t i = 0; i < t.findings.n; i++)
			print_message("%s: %s %s\n", name, finding_name(t.findings.row[i].code), t.findings.row[i].detail);
	assert_int_equal(t.verdict, VERDICT_DISARMED);
	assert_int_equal(t.type, TYPE_ZIP);
	names_of(&t, &got);
	assert_string_equal((const char *)got.p, names);
	assert_true(tried_count(&t, code) > 0);
	if (where != NULL)
		assert_string_equal(tried_where(&t, code), where);
	assert_true(tried_count(&t, FINDING_ARCHIVE_CONVERTED) > 0);
	assert_true(tried_settled(&t, name));
}

static void
expect_refused(const char *name, struct view in, enum finding_code code)
{
	own_tried struct tried t = try_it(name, in);

	if (t.verdict != VERDICT_REFUSED)
		print_message("%s: %s\n", name, verdict_name(t.verdict));
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_int_equal(t.out.n, 0);
	if (tried_count(&t, code) == 0)
		print_message("%s: %s\n", name, finding_name(t.findings.row[t.findings.n - 1].code));
	assert_true(tried_count(&t, code) > 0);
}

/* -- tests ------------------------------------------------------------- */

static void
opens(void **state)
{
	static const struct given a = { "dir/a.txt", TEXT, '0' }, w = { "dir\\a.txt", TEXT, '0' };
	own_buf struct buf tar = { 0 }, lzh = { 0 }, cab = { 0 }, rar = { 0 }, gz = { 0 }, single = { 0 };

	(void)state;
	put_tar(&tar, &a, strlen(TEXT));
	end_tar(&tar);
	expect("a.tar", buf_bytes(&tar), "dir/a.txt|", FINDING_ARCHIVE_CONVERTED, "");
	put_gzip(&gz, NULL, buf_bytes(&tar));
	expect("a.tgz", buf_bytes(&gz), "dir/a.txt|", FINDING_ARCHIVE_CONVERTED, "");
	put_lzh(&lzh, &w, 0);
	(void)buf_byte(&lzh, 0);
	expect("a.lzh", buf_bytes(&lzh), "dir/a.txt|", FINDING_ARCHIVE_CONVERTED, "");
	put_cab(&cab, &w, 0);
	expect("a.cab", buf_bytes(&cab), "dir/a.txt|", FINDING_ARCHIVE_CONVERTED, "");
	put_rar5(&rar, &a, 0, 0);
	expect("a.rar", buf_bytes(&rar), "dir/a.txt|", FINDING_ARCHIVE_CONVERTED, "");
	buf_clear(&rar);
	put_rar5(&rar, &a, 0, 3);
	expect("a.rar", buf_bytes(&rar), "dir/a.txt|", FINDING_ARCHIVE_CONVERTED, "");
	put_gzip(&single, NULL, VIEW(TEXT));
	expect("folder/report.txt.gz", buf_bytes(&single), "report.txt|", FINDING_ARCHIVE_CONVERTED, "");
	buf_clear(&single);
	put_gzip(&single, "inner.txt", VIEW(TEXT));
	expect("outer.gz", buf_bytes(&single), "inner.txt|", FINDING_ARCHIVE_CONVERTED, "");
}

/* A clock on the wall stays what it showed; a moment becomes the clock in Japan. */
static void
times(void **state)
{
	static const struct given a = { "a.txt", TEXT, '0' };
	struct buf in[3] = { 0 };
	size_t i;

	(void)state;
	put_tar(&in[0], &a, strlen(TEXT));	/* 2011-03-18 18:27:53 UTC */
	end_tar(&in[0]);
	put_rar5(&in[1], &a, 0, 0);
	put_lzh(&in[2], &a, 0);
	for (i = 0; i < 3; i++) {
		own_tried struct tried t = try_it("a", buf_bytes(&in[i]));
		struct err e;
		own_zip struct zip *z = zip_new(buf_bytes(&t.out), NULL, NULL, &e);

		assert_non_null(z);
		assert_int_equal(zip_at(z, 0)->date, i == 2 ? 0x3e72 : (2011 - 1980) << 9 | 3 << 5 | 19);
		assert_int_equal(zip_at(z, 0)->time, i == 2 ? 0x0bdb : 3 << 11 | 27 << 5 | 53 / 2);
		buf_release(&in[i]);
	}
}

static void
names(void **state)
{
	static const struct {
		const char *name, *out;
		enum finding_code code;
	} rows[] = {
		{ "\x8a\xbf\x8e\x9a.txt", "漢字.txt|", FINDING_ARCHIVE_NAMES },
		/* Second bytes that are a backslash are no separator. */
		{ "\x95\x5c\x8e\x86\x88\xea\x97\x97\x95\x5c.txt", "表紙一覧表.txt|", FINDING_ARCHIVE_NAMES },
		{ "\xe4\xbc\x9a\xe8\xad\xb0\xe9\x8c\xb2.txt", "会議録.txt|", FINDING_ARCHIVE_NAMES },
		{ "\xb2\xf1\xb5\xc4\xcf\xbf\xa4\xce\xbc\xcc\xa4\xb7.txt", "会議録の写し.txt|", FINDING_ARCHIVE_NAMES },
		{ "/etc/passwd.txt", "etc/passwd.txt|", FINDING_ZIP_NAME },
		{ "C:\\x.txt", "x.txt|", FINDING_ZIP_NAME },
		{ "CON.txt", "_CON.txt|", FINDING_ZIP_NAME },
		{ "in\xe2\x80\xaevoice.txt", "invoice.txt|", FINDING_ZIP_NAME },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (k = 0; k < 2; k++) {
			struct given g = { rows[i].name, TEXT, '0' };
			own_buf struct buf in = { 0 };

			/* In LZH a C:\ comes as a path of its own reader's making. */
			if (k == 0)
				put_tar(&in, &g, strlen(TEXT));
			else
				put_lzh(&in, &g, 0);
			if (k == 0)
				end_tar(&in);
			else
				(void)buf_byte(&in, 0);
			expect(k == 0 ? "a.tar" : "a.lzh", buf_bytes(&in), rows[i].out, rows[i].code, NULL);
		}
}

/* Directories in one charset and names in another, as LZH can have them. */
static void
decodes(void **state)
{
	static const struct {
		const char *name, *out;
		enum archive_name_kind kind;
		bool doubt;
	} rows[] = {
		{ "a/b.txt", "a/b.txt", ARCHIVE_NAME_RAW, false },
		{ "\xe8\xa1\xa8/b", "表/b", ARCHIVE_NAME_TOLD, false },
		{ "\xf4\x8f\xbe\x95\xf4\x8f\xbd\x9c/\xe8\xa1\xa8", "表/表", ARCHIVE_NAME_TOLD, true },
		{ "a\xf4\x8f\xbd\x9c" "b", "a\\b", ARCHIVE_NAME_TOLD, false },
		{ "\x95\x5c/\xe8\xa1\xa8", "表/表", ARCHIVE_NAME_TOLD, true },
		{ "\xff\xff", "\xc2\xa0\xc2\xa0", ARCHIVE_NAME_RAW, true },
		{ "", "", ARCHIVE_NAME_RAW, false },
	};
	struct archive_names n = { 0 };
	own_buf struct buf out = { 0 };
	struct err e;
	size_t i;

	(void)state;
	archive_names_add(&n, VIEW("\x95\x5c\x8e\x86.txt"), ARCHIVE_NAME_RAW);
	archive_names_learnt(&n);
	assert_int_equal(n.guess.charset, CHARSET_CP932);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_clear(&out);
		assert_int_equal(archive_name_in_doubt(view_str(rows[i].name), rows[i].kind), rows[i].doubt);
		assert_true(archive_names_decode(&n, view_str(rows[i].name), rows[i].kind, &out, &e));
		assert_string_equal((const char *)out.p, rows[i].out);
	}
	archive_names_release(&n);
}

static void
drops(void **state)
{
	static const struct {
		struct given g;
		enum finding_code code;
	} rows[] = {
		{ { "../../evil.txt", TEXT, '0' }, FINDING_ZIP_TRAVERSAL },
		{ { "a/../../evil.txt", TEXT, '0' }, FINDING_ZIP_TRAVERSAL },
		{ { "link.txt", "", '1' }, FINDING_ZIP_LINK },
		{ { "link.txt", "", '2' }, FINDING_ZIP_LINK },
		{ { "tty.txt", "", '3' }, FINDING_ZIP_LINK },
		{ { "pipe.txt", "", '6' }, FINDING_ZIP_LINK },
		{ { "good.txt", "other\n", '0' }, FINDING_ZIP_DUPLICATE },
		{ { "good.txt/x.txt", TEXT, '0' }, FINDING_ZIP_DUPLICATE },
		{ { "run.exe", "MZ\x90 no program\x01\x02", '0' }, FINDING_PART_REFUSED },
	};
	static const struct given good = { "good.txt", TEXT, '0' };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf in = { 0 };

		put_tar(&in, &good, strlen(TEXT));
		put_tar(&in, &rows[i].g, strlen(rows[i].g.data));
		end_tar(&in);
		expect("a.tar", buf_bytes(&in), "good.txt|", rows[i].code, rows[i].g.name);
	}
}

static void
keeps_both(void **state)
{
	static const struct given a = { "a.txt", TEXT, '0' }, b = { "A.TXT", TEXT, '0' }, d = { "d/", "", '5' };
	own_buf struct buf in = { 0 };

	(void)state;
	put_tar(&in, &a, strlen(TEXT));
	put_tar(&in, &b, strlen(TEXT));
	put_tar(&in, &d, 0);
	end_tar(&in);
	expect("a.tar", buf_bytes(&in), "a.txt|A (2).TXT|d/|", FINDING_ZIP_NAME, "A.TXT");
}

static void
nested(void **state)
{
	static const struct given t = { "a.txt", TEXT, '0' };
	own_buf struct buf in = { 0 }, out = { 0 };
	size_t i;

	(void)state;
	put_tar(&in, &t, strlen(TEXT));
	end_tar(&in);
	put_gzip(&out, "b.tar.gz", VIEW("\x1f\x8b\x08"));
	buf_clear(&out);
	/* An archive in a stream that is no tar is a member, one level deeper. */
	put_gzip(&out, NULL, buf_bytes(&in));
	buf_clear(&in);
	put_gzip(&in, "b.tar.gz", buf_bytes(&out));
	expect("a.gz", buf_bytes(&in), "b.zip|", FINDING_ARCHIVE_CONVERTED, "b.tar.gz");
	for (i = 0; i < 12; i++) {
		buf_clear(&out);
		put_gzip(&out, "x.gz", buf_bytes(&in));
		buf_clear(&in);
		(void)buf_view(&in, buf_bytes(&out));
	}
	expect_refused("a.gz", buf_bytes(&in), FINDING_LIMIT);
}

static void
refuses(void **state)
{
	static const struct given a = { "a.txt", TEXT, '0' }, many = { "a.exe", "MZ\x90 no program\x01", '0' };
	own_buf struct buf b = { 0 }, zeros = { 0 }, gz = { 0 };

	(void)state;
	put_rar5(&b, &a, 1, 0);
	expect_refused("a.rar", buf_bytes(&b), FINDING_ZIP_SPLIT);
	buf_clear(&b);
	put_rar5(&b, &a, 0, 1);
	expect_refused("a.rar", buf_bytes(&b), FINDING_ARCHIVE_ENCRYPTED);
	buf_clear(&b);
	put_rar5(&b, &a, 0, 2);
	expect_refused("a.rar", buf_bytes(&b), FINDING_ARCHIVE_ENCRYPTED);
	buf_clear(&b);
	put_cab(&b, &a, 2);
	expect_refused("a.cab", buf_bytes(&b), FINDING_ZIP_SPLIT);
	expect_refused("a.rar", VIEW("Rar!\x1a\x07\0\xcf\x90\x73\x01\0\x0d\0\0\0\0\0\0\0"), FINDING_ZIP_SPLIT);
	expect_refused("a.rar", VIEW("Rar!\x1a\x07\0\xcf\x90\x73\x80\0\x0d\0\0\0\0\0\0\0"), FINDING_ARCHIVE_ENCRYPTED);
	expect_refused("a.7z", VIEW("7z\xbc\xaf\x27\x1c\0\4aaaa\0\1\0\0\0\0\0\0\1\0\0\0\0\0\0\0bbbb"), FINDING_MALFORMED);
	/* A tar that ends inside its file. */
	buf_clear(&b);
	put_tar(&b, &a, 5000);
	expect_refused("a.tar", buf_bytes(&b), FINDING_MALFORMED);
	/* Nothing of it can be kept. */
	buf_clear(&b);
	put_tar(&b, &many, strlen(many.data));
	end_tar(&b);
	expect_refused("a.tar", buf_bytes(&b), FINDING_PART_REFUSED);
	/* 64 MiB of nothing in a few KiB. */
	assert_true(buf_fill(&zeros, ' ', (size_t)64 << 20));
	put_gzip(&gz, "a.txt", buf_bytes(&zeros));
	expect_refused("a.txt.gz", buf_bytes(&gz), FINDING_LIMIT);
	/* A stream that ends too early. */
	buf_clear(&gz);
	put_gzip(&gz, "a.txt", VIEW(TEXT));
	gz.n -= 12;
	expect_refused("a.txt.gz", buf_bytes(&gz), FINDING_MALFORMED);
}

/* A checksum that does not fit costs one member, not the archive. */
static void
damaged_member(void **state)
{
	static const struct given a = { "a.txt", TEXT, '0' }, b = { "b.txt", TEXT, '0' };
	own_buf struct buf in = { 0 };

	(void)state;
	put_lzh(&in, &a, 1);
	put_lzh(&in, &b, 0);
	(void)buf_byte(&in, 0);
	expect("a.lzh", buf_bytes(&in), "b.txt|", FINDING_PART_REFUSED, "a.txt");
}

static void
cut(void **state)
{
	static const struct given a = { "a.txt", TEXT, '0' };
	struct buf all[5] = { 0 };
	size_t i, n;

	(void)state;
	put_tar(&all[0], &a, strlen(TEXT));
	put_lzh(&all[1], &a, 0);
	put_cab(&all[2], &a, 0);
	put_rar5(&all[3], &a, 0, 0);
	put_gzip(&all[4], "a.txt", VIEW(TEXT));
	for (i = 0; i < 5; i++) {
		for (n = 1; n < all[i].n; n += i == 0 ? 37 : 1) {
			/* A copy of its own size, so that a step too far is seen. */
			own_mem uint8_t *p = malloc(n);
			own_tried struct tried t = { 0 };

			assert_non_null(p);
			memcpy(p, all[i].p, n);
			t = try_it("a", view_of(p, n));
			assert_true(t.verdict != VERDICT_FAILED);
		}
		buf_release(&all[i]);
	}
}

int
main(void)
{
	static const struct CMUnitTest all[] = {
		cmocka_unit_test(opens),      cmocka_unit_test(times),	cmocka_unit_test(names),
		cmocka_unit_test(decodes),    cmocka_unit_test(drops),	cmocka_unit_test(keeps_both),
		cmocka_unit_test(nested),     cmocka_unit_test(refuses), cmocka_unit_test(damaged_member),
		cmocka_unit_test(cut),
	};

	(void)setenv("TZ", "UTC0", 1);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	archive_warm();
	return cmocka_run_group_tests(all, NULL, NULL);
}
