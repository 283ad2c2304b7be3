#include "sanitize/archive/archive_peek.h"

#include "sanitize/archive/rar5.h"

enum clock { UTC, LOCAL, MIXED };
enum { RAR5_BLOCKS = 1 << 20 };

static const struct {
	enum type type;
	enum clock clock;
} clocks[] = {
#define ARCHIVE(type, id, first, second, filter, clock) { TYPE_##type, clock },
#include "sanitize/archive/archive.def"
#undef ARCHIVE
};

/* 7zFormat.txt: signature, version, CRC of the rest; place and size of the directory. */
static void
peek_7z(struct view v, struct archive_peek *ret)
{
	struct view in = v;
	uint64_t at, n;

	if (!view_skip(&v, 12) || !view_u64le(&v, &at) || !view_u64le(&v, &n))
		return;
	in = view_from(in, 32);
	ret->trailing = at < in.n && n < in.n - at;
	ret->cut = at > in.n || n > in.n - at;
}

/* [MS-CAB] 2.1: reserved 4, size, reserved 8, version 2, counts 4, flags. */
static void
peek_cab(struct view v, struct archive_peek *ret)
{
	uint32_t size;
	uint16_t flags;
	size_t all = v.n;

	if (!view_skip(&v, 8) || !view_u32le(&v, &size) || !view_skip(&v, 18) || !view_u16le(&v, &flags))
		return;
	ret->split = (flags & 3) != 0;
	ret->trailing = size < all;
}

/* RAR 4, technote: CRC, type 73, flags. */
static void
peek_rar4(struct view v, struct archive_peek *ret)
{
	uint16_t crc, flags;
	uint8_t type;

	if (!view_skip(&v, 7) || !view_u16le(&v, &crc) || !view_u8(&v, &type) || type != 0x73 ||
	    !view_u16le(&v, &flags))
		return;
	ret->split = (flags & 1) != 0;
	ret->locked = (flags & 0x80) != 0;
}

/* Records behind a header: size, type, data; type 1 is encryption. */
static bool
has_crypt(struct view extra)
{
	struct view record;
	uint64_t n, type;

	while (rar5_number(&extra, &n) && n <= extra.n && view_take(&extra, (size_t)n, &record))
		if (rar5_number(&record, &type) && type == 1)
			return true;
	return false;
}

/*
 * A block of RAR 5: CRC, header size, header (type, flags, size of the records at its end, size of
 * the data behind it), data.  false where there is no other.
 */
static bool
rar5_block(struct view *v, struct archive_peek *ret)
{
	uint64_t size, type, flags, extra = 0, data = 0, own;
	struct view head, records;

	if (!view_skip(v, 4) || !rar5_number(v, &size) || size > v->n || !view_take(v, (size_t)size, &head))
		return false;
	records = head;
	if (!rar5_number(&head, &type) || !rar5_number(&head, &flags) || ((flags & 1) != 0 && !rar5_number(&head, &extra)) ||
	    ((flags & 2) != 0 && !rar5_number(&head, &data)))
		return false;
	if (type == 4)
		ret->locked = true;
	if (type == 1 && rar5_number(&head, &own))
		ret->split = (own & 1) != 0;
	if (type == 2 && extra <= records.n)
		ret->locked |= has_crypt(view_from(records, records.n - (size_t)extra));
	return type != 4 && type != 5 && data <= v->n && view_skip(v, (size_t)data);
}

static void
peek_rar5(struct view v, struct archive_peek *ret)
{
	size_t i;

	if (!view_skip(&v, 8))
		return;
	for (i = 0; i < RAR5_BLOCKS && rar5_block(&v, ret); i++)
		;
}

struct archive_peek
archive_peek(enum type type, struct view in)
{
	struct archive_peek p = { 0 };
	bool rar5 = view_starts(in, VIEW("Rar!\x1a\x07\x01"));
	size_t i;

	for (i = 0; i < sizeof clocks / sizeof *clocks; i++)
		if (clocks[i].type == type)
			p.utc = clocks[i].clock == UTC;
	if (type == TYPE_SEVENZIP)
		peek_7z(in, &p);
	else if (type == TYPE_CAB)
		peek_cab(in, &p);
	else if (type == TYPE_RAR && rar5)
		peek_rar5(in, &p);
	else if (type == TYPE_RAR)
		peek_rar4(in, &p);
	/* RAR 5 and LZH of level 2 and later count seconds since 1970; the older ones as MS-DOS did. */
	if (type == TYPE_RAR)
		p.utc = rar5;
	else if (type == TYPE_LZH)
		p.utc = in.n > 20 && in.p[20] >= 2;
	return p;
}
