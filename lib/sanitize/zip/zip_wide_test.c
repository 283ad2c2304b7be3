/* ZIP64 (APPNOTE 4.3.14, 4.3.15, 4.5.3), data descriptors (4.3.9) and split archives: sound ones, and each field lying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "core/own.h"
#include "sanitize/zip/zip.h"

#define DATA "sixteen bytes..!"
enum { WIDE = UINT32_MAX, N = sizeof DATA - 1 };

struct shape {
	const char *what, *says;	/* says NULL: an archive of one entry with DATA */
	bool end64, locator_lost, row64, local64;
	bool before;			/* data in front of it all */
	uint8_t descriptor;		/* 12, 16, 20, 24 bytes; 0: none */
	bool header_too;		/* with a descriptor: the local header tells the truth already */
	/* what is added to the true values */
	uint64_t end_count, end_size, end_at, end64_at, row_size, row_packed, row_at, local_size, local_packed, tail_size;
	uint32_t tail_crc;
	uint16_t disk, dir_disk, here, narrow_count;
	bool outside;			/* bytes of nobody are noted */
};

static const struct shape shapes[] = {
	{ .what = "an ordinary one" },
	{ .what = "ZIP64 at the end", .end64 = true },
	{ .what = "ZIP64 at the end, and data before it", .end64 = true, .before = true, .outside = true },
	{ .what = "ZIP64 everywhere", .end64 = true, .row64 = true, .local64 = true },
	{ .what = "ZIP64 in the row alone", .row64 = true },
	{ .what = "a descriptor of 16", .descriptor = 16 },
	{ .what = "a descriptor of 12", .descriptor = 12 },
	{ .what = "a descriptor of 24", .descriptor = 24, .row64 = true, .local64 = true },
	{ .what = "a descriptor of 20", .descriptor = 20, .row64 = true, .local64 = true },
	{ .what = "a descriptor, and the header knew", .descriptor = 16, .header_too = true },
	/* it is not believed, so its bytes are nobody's */
	{ .what = "a descriptor of another CRC", .descriptor = 16, .tail_crc = 1, .outside = true },
	{ .what = "a descriptor of another size", .descriptor = 16, .tail_size = 1, .outside = true },
	{ .what = "a wide descriptor of another size", .descriptor = 24, .tail_size = 1, .outside = true },

	{ .what = "another count", .says = "2 entries in a directory of ", .end64 = true, .end_count = 1, .narrow_count = 1 },
	{ .what = "two counts", .says = "the two end records differ", .end64 = true, .narrow_count = 2 },
	{ .what = "a directory of another size", .says = "", .end64 = true, .end_size = 1 },
	{ .what = "a directory larger than all", .says = "the directory does not fit", .end64 = true, .end_size = UINT64_MAX / 2 },
	{ .what = "a directory elsewhere", .says = "", .end64 = true, .end_at = 1000 },
	{ .what = "a directory at the end of numbers", .says = "the directory does not fit", .end64 = true, .end_at = UINT64_MAX - 100 },
	{ .what = "a locator that points nowhere", .says = "ZIP64 end record is not where it should be", .end64 = true, .locator_lost = true,
	  .end64_at = 1 },
	{ .what = "a locator past the end", .says = "ZIP64 end record is not where it should be", .end64 = true, .locator_lost = true,
	  .end64_at = UINT64_MAX / 2 },
	{ .what = "a row of another size", .says = "disagree about the size", .row64 = true, .row_size = 1 },
	{ .what = "a row of another packed size", .says = "disagree about the packed size", .row64 = true, .row_packed = 1 },
	{ .what = "a row past the end", .says = "its place is outside the archive", .row64 = true, .row_at = 1 << 20 },
	{ .what = "a row that points beside", .says = "no local header", .row64 = true, .row_at = 1 },
	{ .what = "a row at the end of numbers", .says = "its place is outside the archive", .row64 = true, .row_at = UINT64_MAX - 5 },
	{ .what = "a local header of another size", .says = "disagree about the ZIP64 field", .row64 = true, .local64 = true, .local_size = 1 },
	{ .what = "a local header of another packed size", .says = "disagree about the ZIP64 field", .row64 = true, .local64 = true,
	  .local_packed = UINT64_C(1) << 40 },
	{ .what = "the second of two disks", .says = "one part of a split archive", .disk = 1, .dir_disk = 1, .here = UINT16_MAX },
	{ .what = "a directory on another disk", .says = "one part of a split archive", .dir_disk = 1 },
	{ .what = "only some entries here", .says = "one part of a split archive", .here = UINT16_MAX },
};

static void
put_extra64(struct buf *b, bool is, uint64_t size, uint64_t packed, const uint64_t *at)
{
	if (!is)
		return;
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, at != NULL ? 24 : 16);
	(void)buf_u64le(b, size);
	(void)buf_u64le(b, packed);
	if (at != NULL)
		(void)buf_u64le(b, *at);
}

static void
put_local(struct buf *b, const struct shape *s, uint32_t crc)
{
	bool later = s->descriptor != 0 && !s->header_too;

	(void)buf_put(b, "PK\3\4\x2d\0", 6);
	(void)buf_u16le(b, s->descriptor != 0 ? 8 : 0);
	(void)buf_fill(b, 0, 6);
	(void)buf_u32le(b, later ? 0 : crc);
	(void)buf_u32le(b, s->local64 ? WIDE : later ? 0 : N);
	(void)buf_u32le(b, s->local64 ? WIDE : later ? 0 : N);
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, s->local64 ? 20 : 0);
	(void)buf_str(b, "a");
	put_extra64(b, s->local64, later ? 0 : N + s->local_size, later ? 0 : N + s->local_packed, NULL);
	(void)buf_str(b, DATA);
	if (s->descriptor == 16 || s->descriptor == 24)
		(void)buf_put(b, "PK\7\x08", 4);
	if (s->descriptor != 0)
		(void)buf_u32le(b, crc + s->tail_crc);
	if (s->descriptor == 12 || s->descriptor == 16) {
		(void)buf_u32le(b, N);
		(void)buf_u32le(b, (uint32_t)(N + s->tail_size));
	} else if (s->descriptor != 0) {
		(void)buf_u64le(b, N);
		(void)buf_u64le(b, N + s->tail_size);
	}
}

static void
put_row(struct buf *b, const struct shape *s, uint32_t crc)
{
	const uint64_t at = s->row_at;

	(void)buf_put(b, "PK\1\2\x2d\0\x2d\0", 8);
	(void)buf_u16le(b, s->descriptor != 0 ? 8 : 0);
	(void)buf_fill(b, 0, 6);
	(void)buf_u32le(b, crc);
	(void)buf_u32le(b, s->row64 ? WIDE : N);
	(void)buf_u32le(b, s->row64 ? WIDE : N);
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, s->row64 ? 28 : 0);
	(void)buf_fill(b, 0, 10);
	(void)buf_u32le(b, s->row64 ? WIDE : 0);
	(void)buf_str(b, "a");
	put_extra64(b, s->row64, N + s->row_size, N + s->row_packed, &at);
}

static void
put_end64(struct buf *b, const struct shape *s, uint64_t size, uint64_t at)
{
	uint64_t here = b->n;

	(void)buf_put(b, s->locator_lost ? "XX\6\6" : "PK\6\6", 4);
	(void)buf_u64le(b, 44);
	(void)buf_put(b, "\x2d\0\x2d\0\0\0\0\0\0\0\0\0", 12);
	(void)buf_u64le(b, 1 + s->end_count);
	(void)buf_u64le(b, 1 + s->end_count);
	(void)buf_u64le(b, size + s->end_size);
	(void)buf_u64le(b, at + s->end_at);
	(void)buf_put(b, "PK\6\7\0\0\0\0", 8);
	(void)buf_u64le(b, here + s->end64_at);
	(void)buf_u32le(b, 1);
}

static void
put_zip(struct buf *b, const struct shape *s)
{
	uint32_t crc = libdeflate_crc32(0, DATA, N);
	uint64_t at, size, front = s->before ? 500 : 0;
	uint16_t count = (uint16_t)(s->end64 && s->narrow_count == 0 ? 0xffff : 1 + s->narrow_count);

	(void)buf_fill(b, '#', front);
	put_local(b, s, crc);
	at = b->n - front;
	put_row(b, s, crc);
	size = b->n - front - at;
	if (s->end64)
		put_end64(b, s, size, at);
	(void)buf_put(b, "PK\5\6", 4);
	(void)buf_u16le(b, s->disk);
	(void)buf_u16le(b, s->dir_disk);
	(void)buf_u16le(b, (uint16_t)(count + s->here));
	(void)buf_u16le(b, count);
	(void)buf_u32le(b, s->end64 ? WIDE : (uint32_t)size);
	(void)buf_u32le(b, s->end64 ? WIDE : (uint32_t)at);
	(void)buf_u16le(b, 0);
}

static void
must_read(const struct shape *s, struct zip *z, const struct zip_notes *notes)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &f };
	own_buf struct buf data = { 0 };
	struct err e = { 0 };

	assert_int_equal(zip_count(z), 1);
	assert_string_equal(zip_at(z, 0)->name, "a");
	if (!zip_unpack(z, zip_at(z, 0), &j, &data, &e))
		fail_msg("%s: %s", s->what, e.text);
	assert_true(view_is(buf_bytes(&data), DATA));
	if (notes->outside != s->outside)
		fail_msg("%s: bytes of nobody: %d", s->what, notes->outside);
	findings_release(&f);
}

static void
every_shape(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const struct shape *s = &shapes[i];
		own_buf struct buf b = { 0 };
		struct zip_notes notes = { 0 };
		struct err e = { 0 };
		own_zip struct zip *z = NULL;

		put_zip(&b, s);
		z = zip_new(buf_bytes(&b), NULL, &notes, &e);
		if ((z != NULL) != (s->says == NULL))
			fail_msg("%s: %s", s->what, z != NULL ? "is an archive" : e.text);
		if (z != NULL) {
			must_read(s, z, &notes);
			continue;
		}
		if (strstr(e.text, s->says) == NULL)
			fail_msg("%s: says \"%s\"", s->what, e.text);
		assert_int_equal(notes.split, strstr(s->says, "split") != NULL);
		assert_int_equal(notes.disagree, strstr(s->says, "disagree") != NULL || strstr(s->says, "differ") != NULL);
	}
}

/* No beginning of one is an archive, and no read goes past it. */
static void
every_beginning(void **state)
{
	static const struct shape wide = { .end64 = true, .row64 = true, .local64 = true, .descriptor = 24 };
	own_buf struct buf b = { 0 };
	size_t n;

	(void)state;
	put_zip(&b, &wide);
	for (n = 0; n < b.n; n++) {
		uint8_t *cut = malloc(n + 1);
		struct err e = { 0 };

		assert_non_null(cut);
		memcpy(cut, b.p, n);
		assert_null(zip_new(view_of(cut, n), NULL, NULL, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_shape), cmocka_unit_test(every_beginning) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
