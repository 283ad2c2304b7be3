#include "ledger/archive.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/own.h"

enum { BLOCK = 512, NAME = 100, SIZE_AT = 124, SUM_AT = 148 };

/* POSIX.1-2017 pax, ustar: name, mode, owners, size, time, checksum, type, magic; the rest zeros. */
static void
header(uint8_t h[BLOCK], const char *name, uint64_t size)
{
	char field[16];
	unsigned sum = 0;
	size_t i, n = strlen(name);

	memset(h, 0, BLOCK);
	memcpy(h, name, n < NAME ? n : NAME);
	memcpy(h + 100, "0000644", 7);
	memcpy(h + 108, "0000000", 7);
	memcpy(h + 116, "0000000", 7);
	(void)snprintf(field, sizeof field, "%011" PRIo64, size & UINT64_C(077777777777));
	memcpy(h + SIZE_AT, field, 11);
	memcpy(h + 136, "00000000000", 11);
	memcpy(h + SUM_AT, "        ", 8);
	h[156] = '0';
	memcpy(h + 257, "ustar\0" "00", 8);
	for (i = 0; i < BLOCK; i++)
		sum += h[i];
	(void)snprintf(field, sizeof field, "%06o", sum);
	memcpy(h + SUM_AT, field, 7);
}

static size_t
filling(size_t n)
{
	return (BLOCK - n % BLOCK) % BLOCK;
}

bool
archive_put(struct buf *to, const char *name, struct view bytes)
{
	uint8_t h[BLOCK];

	header(h, name, bytes.n);
	return buf_put(to, h, sizeof h) && buf_view(to, bytes) && buf_fill(to, 0, filling(bytes.n));
}

bool
archive_end(struct buf *to)
{
	return buf_fill(to, 0, (size_t)2 * BLOCK);
}

static bool
is_zero(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] != 0)
			return false;
	return true;
}

/* Name and length as they stand there; then the header must be the one that they have. */
static bool
parse(struct view block, struct member *ret, uint64_t *ret_size)
{
	uint8_t want[BLOCK];
	uint64_t size = 0;
	size_t i;

	memcpy(ret->name, block.p, NAME);
	ret->name[NAME] = '\0';
	for (i = 0; i < 11; i++) {
		if (block.p[SIZE_AT + i] < '0' || block.p[SIZE_AT + i] > '7')
			return false;
		size = size << 3 | (uint64_t)(block.p[SIZE_AT + i] - '0');
	}
	header(want, ret->name, size);
	*ret_size = size;
	return ret->name[0] != '\0' && memcmp(want, block.p, BLOCK) == 0;
}

static struct member *
room(struct archive *a)
{
	size_t cap = a->cap == 0 ? 64 : a->cap * 2;
	struct member *p;

	if (a->n < a->cap)
		return &a->member[a->n];
	p = realloc(a->member, cap * sizeof *p);
	if (p == NULL)
		return NULL;
	a->member = p;
	a->cap = cap;
	return &p[a->n];
}

static int
by_name(const void *x, const void *y, void *arg)
{
	const struct archive *a = arg;

	return strcmp(a->member[*(const size_t *)x].name, a->member[*(const size_t *)y].name);
}

static bool
sort(struct archive *a, uint64_t *ret_at, struct err *e)
{
	size_t i;

	a->by_name = calloc(a->n + 1, sizeof *a->by_name);
	if (a->by_name == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (i = 0; i < a->n; i++)
		a->by_name[i] = i;
	qsort_r(a->by_name, a->n, sizeof *a->by_name, by_name, a);
	for (i = 1; i < a->n; i++)
		if (by_name(&a->by_name[i - 1], &a->by_name[i], a) == 0) {
			*ret_at = a->member[a->by_name[i]].at - BLOCK;
			return err_set(e, ERR_MALFORMED, "byte %" PRIu64 ": %s is there twice", *ret_at,
				       a->member[a->by_name[i]].name);
		}
	return true;
}

static bool
members(struct view all, struct archive *a, uint64_t *at, struct err *e)
{
	struct view v = all, block, fill;

	for (;;) {
		struct member *m = room(a);
		uint64_t size;

		*at = all.n - v.n;
		if (m == NULL)
			return err_set(e, ERR_SYSTEM, "no memory");
		if (!view_take(&v, BLOCK, &block))
			return err_set(e, ERR_MALFORMED, "byte %" PRIu64 ": the export ends too early", *at);
		if (is_zero(block))
			break;
		if (!parse(block, m, &size))
			return err_set(e, ERR_MALFORMED, "byte %" PRIu64 ": a header that an export does not have", *at);
		m->at = *at + BLOCK;
		if (size > v.n || !view_take(&v, (size_t)size, &m->bytes))
			return err_set(e, ERR_MALFORMED, "byte %" PRIu64 ": %s is cut short", *at, m->name);
		a->n++;
		*at = all.n - v.n;
		if (!view_take(&v, filling((size_t)size), &fill) || !is_zero(fill))
			return err_set(e, ERR_MALFORMED, "byte %" PRIu64 ": filling behind %s", *at, m->name);
	}
	*at = all.n - v.n;
	return (v.n == BLOCK && is_zero(v)) ||
	       err_set(e, ERR_MALFORMED, "byte %" PRIu64 ": no end, or something behind it", *at);
}

bool
archive_read(struct view v, struct archive *ret, uint64_t *ret_at, struct err *e)
{
	struct archive a = { 0 };
	uint64_t at = 0;

	if (!members(v, &a, &at, e) || !sort(&a, &at, e)) {
		archive_release(&a);
		if (ret_at != NULL)
			*ret_at = at;
		return false;
	}
	*ret = a;
	return true;
}

const struct member *
archive_find(const struct archive *a, const char *name)
{
	size_t low = 0, high = a->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct member *m = &a->member[a->by_name[mid]];
		int order = strcmp(name, m->name);

		if (order == 0)
			return m;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

void
archive_release(struct archive *a)
{
	free(a->member);
	free(a->by_name);
	*a = (struct archive){ 0 };
}
