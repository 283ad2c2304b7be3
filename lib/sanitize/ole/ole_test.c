#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/ole/ole.h"
#include "sanitize/ole/testing.h"

static struct profile profile;

struct opened {
	struct findings found;
	struct job j;
	struct arena *a;
	struct ole *o;
	struct err e;
	struct buf got;
};

static struct opened *
open_it(struct view in)
{
	struct opened *t = calloc(1, sizeof *t);

	profile = *profile_find(VIEW("rebuild"));
	t->j = (struct job){ .profile = &profile, .findings = &t->found };
	t->a = arena_new(0);
	t->o = ole_open(&t->j, t->a, in, &t->e);
	return t;
}

static void
close_it(struct opened **t)
{
	arena_free((*t)->a);
	findings_release(&(*t)->found);
	buf_release(&(*t)->got);
	free(*t);
}
#define own_opened __attribute__((cleanup(close_it)))

/* Numbers that tell where they stand. */
static struct view
counting(struct buf *b, size_t n)
{
	while (b->n < n)
		(void)buf_u32le(b, (uint32_t)b->n);
	b->n = n;
	return buf_bytes(b);
}

static void
test_streams(void **state)
{
	static const size_t sizes[] = { 0, 1, 63, 64, 65, 4095, 4096, 4097, 8 << 20 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		own_buf struct buf data = { 0 }, file = { 0 };
		const struct ole_made rows[] = { { .name = "other", .data = VIEW("0123456789") },
						 { .name = "Storage", .storage = true },
						 { .name = "A", .data = counting(&data, sizes[i]), .parent = 2 },
						 { .name = "A", .data = VIEW("the other A") }, { 0 } };
		own_opened struct opened *t = NULL;

		ole_make(rows, &file);
		t = open_it(buf_bytes(&file));
		assert_non_null(t->o);
		assert_true(ole_has(t->o, "Storage/A"));
		assert_false(ole_has(t->o, "Storage"));
		assert_false(ole_has(t->o, "Storage/other"));
		assert_false(ole_has(t->o, "A/A"));
		assert_false(ole_has(t->o, ""));
		assert_true(ole_read(t->o, "Storage/A", &t->got, &t->e));
		assert_true(view_eq(buf_bytes(&t->got), buf_bytes(&data)));
		buf_clear(&t->got);
		assert_true(ole_read(t->o, "A", &t->got, &t->e));
		assert_true(view_is(buf_bytes(&t->got), "the other A"));
		assert_false(ole_read(t->o, "none", &t->got, &t->e));
		assert_int_equal(t->e.code, ERR_MALFORMED);
		assert_true(view_is(buf_bytes(&t->got), "the other A"));
	}
}

/*
 * One big stream of 10 sectors (0 to 9), one small of 2 pieces; then the mini
 * stream 10, mini FAT 11, directory 12, FAT 13.
 */
enum { MINI_STREAM = 10, MINI_FAT = 11, DIRECTORY = 12, FAT = 13, SECTORS = 14 };

static size_t
at_sector(uint32_t n)
{
	return ((size_t)n + 1) * OLE_SECTOR;
}

static const struct {
	const char *what;
	size_t at;
	uint32_t value;
	const char *path;	/* of the stream that cannot be read; NULL: the file cannot */
	const char *says;
} broken[] = {
	{ "a ring in the FAT", (FAT + 1) * OLE_SECTOR + 4 * 4, 1, "big", "comes back" },
	{ "a sector after itself", (FAT + 1) * OLE_SECTOR + 4 * 4, 4, "big", "comes back" },
	{ "a chain out of the file", (FAT + 1) * OLE_SECTOR + 4 * 4, 99, "big", "sector 99 of 14" },
	{ "a chain too short", (FAT + 1) * OLE_SECTOR + 4 * 4, 0xfffffffe, "big", "too early" },
	{ "a chain into what is free", (FAT + 1) * OLE_SECTOR + 4 * 4, 0xffffffff, "big", "of 14" },
	{ "a size over the file", (DIRECTORY + 1) * OLE_SECTOR + 128 + 120, 0x7fffffff, "big", "more than" },
	{ "a small size over its stream", (DIRECTORY + 1) * OLE_SECTOR + 256 + 120, 4000, "small", "more than" },
	{ "a ring in the mini FAT", (MINI_FAT + 1) * OLE_SECTOR, 0, "small", "comes back" },
	{ "a small chain out of the file", (MINI_FAT + 1) * OLE_SECTOR, 500, "small", "500" },
	{ "a ring in the directory", (FAT + 1) * OLE_SECTOR + 4 * DIRECTORY, DIRECTORY, NULL, "comes back" },
	{ "a ring in the mini FAT's chain", (FAT + 1) * OLE_SECTOR + 4 * MINI_FAT, MINI_FAT, NULL, "comes back" },
	{ "an entry that leads to the root", (DIRECTORY + 1) * OLE_SECTOR + 128 + 68, 0, NULL, "leads to 0" },
	{ "an entry that leads to itself", (DIRECTORY + 1) * OLE_SECTOR + 128 + 68, 1, NULL, "leads to 1" },
	{ "an entry that leads out", (DIRECTORY + 1) * OLE_SECTOR + 128 + 68, 1000, NULL, "leads to 1000" },
	{ "an entry that is none", (DIRECTORY + 1) * OLE_SECTOR + 128 + 68, 3, NULL, "of kind 0" },
	{ "a name of odd length", (DIRECTORY + 1) * OLE_SECTOR + 64, 0x05010003, NULL, "its name" },
	{ "no root", (DIRECTORY + 1) * OLE_SECTOR + 64, 0x01020016, NULL, "no root" },
	{ "no directory", 48, 0xfffffffe, NULL, "no root" },
	{ "a directory out of the file", 48, 500, NULL, "sector 500" },
	{ "version 7", 24, 0x0007003e, NULL, "version 7" },
	{ "sectors of version 4 in 3", 28, 0x000cfffe, NULL, "2^12" },
	{ "sectors of version 3 in 4", 26, 0xfffe0004, NULL, "version 4" },
	{ "another magic", 0, 0, NULL, "no header" },
	{ "a cutoff of its own", 56, 100, NULL, "below 100" },
	{ "a FAT over the file", 44, 1000, NULL, "1000 sectors of FAT" },
	{ "a FAT sector out of the file", 76, 1000, NULL, "sector 1000" },
	{ "a DIFAT that is not there", 44, 14, NULL, "FAT" },
	{ "a mini FAT out of the file", 60, 1000, NULL, "sector 1000" },
	{ "a mini stream out of the file", (DIRECTORY + 1) * OLE_SECTOR + 116, 1000, NULL, "mini stream" },
};

static void
small_file(struct buf *file)
{
	own_buf struct buf data = { 0 };
	const struct ole_made rows[] = { { .name = "big", .data = counting(&data, 5000) },
					 { .name = "small", .data = VIEW("0123456789012345678901234567890123456789"
									 "012345678901234567890123456789") },
					 { 0 } };

	ole_make(rows, file);
	assert_int_equal(file->n, at_sector(SECTORS));
}

static void
test_broken(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof broken / sizeof *broken; i++) {
		own_buf struct buf file = { 0 };
		own_opened struct opened *t = NULL;
		bool ok;

		small_file(&file);
		ole_put32(file.p + broken[i].at, broken[i].value);
		t = open_it(buf_bytes(&file));
		ok = t->o != NULL;
		if ((broken[i].path != NULL) != ok)
			fail_msg("%s: %s", broken[i].what, t->e.text);
		if (ok && ole_read(t->o, broken[i].path, &t->got, &t->e))
			fail_msg("%s: read", broken[i].what);
		if (t->e.code != ERR_MALFORMED || strstr(t->e.text, broken[i].says) == NULL)
			fail_msg("%s: %s", broken[i].what, t->e.text);
		assert_int_equal(t->got.n, 0);
	}
}

/* Cut anywhere: an answer, and never a byte too many. */
static void
test_cut(void **state)
{
	own_buf struct buf file = { 0 };
	size_t n;

	(void)state;
	small_file(&file);
	for (n = 0; n < file.n; n += 37) {
		uint8_t *cut = malloc(n + 1);
		own_opened struct opened *t = NULL;

		memcpy(cut, file.p, n);
		t = open_it(view_of(cut, n));
		if (t->o == NULL)
			assert_int_equal(t->e.code, ERR_MALFORMED);
		else if (ole_read(t->o, "big", &t->got, &t->e))
			assert_int_equal(t->got.n, 5000);
		free(cut);
	}
}

static void
test_budget(void **state)
{
	own_buf struct buf file = { 0 };
	own_opened struct opened *t = NULL;

	(void)state;
	small_file(&file);
	t = open_it(buf_bytes(&file));
	profile.limits.unpacked = t->j.unpacked + 4999;
	assert_false(ole_read(t->o, "big", &t->got, &t->e));
	assert_int_equal(t->e.code, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
