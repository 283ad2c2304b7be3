#include "core/own.h"
#include "sanitize/detect.h"

/* [MS-CFB]: only as much of the container as the directory's names need. */
enum {
	ENTRY = 128,
	NAME_MAX_BYTES = 64,
	SECTORS_MAX = 4096,	/* of directory */
	DIFAT_HEAD = 109,
};

static const struct {
	const char *name;
	enum type type;
} streams[] = {
	{ "EncryptedPackage", TYPE_OOXML_ENCRYPTED },
	{ "__properties_version1.0", TYPE_MSG },
	{ "WordDocument", TYPE_DOC },
	{ "Workbook", TYPE_XLS },
	{ "Book", TYPE_XLS },
	{ "PowerPoint Document", TYPE_PPT },
	{ "DocumentText", TYPE_JTD },
	{ "JSCompDocument", TYPE_JTD },
	{ "JSRV_SegmentInformation", TYPE_JTD },
};

struct ole {
	struct view in;
	uint32_t shift;
	struct view difat;
	uint32_t sectors;
};

static bool
sector(const struct ole *o, uint32_t n, struct view *ret)
{
	size_t size = (size_t)1 << o->shift;

	/* The header takes the place of one sector. */
	return n < o->sectors && view_sub(o->in, ((size_t)n + 1) << o->shift, size, ret);
}

/* The sector behind `n`, through the part of the FAT that the header's DIFAT reaches. */
static bool
next_sector(const struct ole *o, uint32_t *n)
{
	uint32_t per = (uint32_t)1 << (o->shift - 2), at = *n / per, fat;
	struct view v = view_from(o->difat, (size_t)at * 4), table;

	if (at >= DIFAT_HEAD || !view_u32le(&v, &fat) || !sector(o, fat, &table))
		return false;
	v = view_from(table, (size_t)(*n % per) * 4);
	return view_u32le(&v, n);
}

/* An entry's name is UTF-16LE, its length in bytes with the zero behind it at 64. */
static size_t
entry_rank(struct view entry)
{
	struct view tail = view_from(entry, NAME_MAX_BYTES);
	size_t i, k, n;
	uint16_t bytes;

	if (!view_u16le(&tail, &bytes) || bytes < 4 || bytes > NAME_MAX_BYTES)
		return SIZE_MAX;
	n = bytes / 2u - 1;
	for (i = 0; i < sizeof streams / sizeof *streams; i++) {
		const char *name = streams[i].name;

		if (strlen(name) != n)
			continue;
		for (k = 0; k < n; k++)
			if (entry.p[2 * k] != (uint8_t)name[k] || entry.p[2 * k + 1] != 0)
				break;
		if (k == n)
			return i;
	}
	return SIZE_MAX;
}

/*
 * The streams of the root storage alone say what the document is: what is
 * embedded has its own further down.  Siblings hang in a tree (2.6.4).
 */
static size_t
root_rank(struct view dir, struct buf *stack)
{
	size_t best = SIZE_MAX, rank, left = dir.n / ENTRY;
	struct view v = view_from(dir, 76), entry;
	uint32_t at, side;

	if (view_u32le(&v, &at))
		(void)buf_u32le(stack, at);
	/* No more steps than entries: a ring ends too. */
	for (; stack->n >= 4 && left > 0; left--) {
		v = view_from(buf_bytes(stack), stack->n - 4);
		stack->n -= 4;
		if (!view_u32le(&v, &at) || !view_sub(dir, (size_t)at * ENTRY, ENTRY, &entry))
			continue;
		rank = entry_rank(entry);
		best = rank < best ? rank : best;
		v = view_from(entry, 68);
		/* "None" is no step: else half of a full directory would not be seen. */
		while (v.n > ENTRY - 76 && view_u32le(&v, &side))
			if ((size_t)side * ENTRY < dir.n)
				(void)buf_u32le(stack, side);
	}
	return best;
}

/* Where the tree is broken: any name counts. */
static size_t
any_rank(struct view dir)
{
	size_t best = SIZE_MAX, rank;
	struct view entry;

	while (view_take(&dir, ENTRY, &entry)) {
		rank = entry_rank(entry);
		best = rank < best ? rank : best;
	}
	return best;
}

enum type
detect_ole(struct view in)
{
	struct ole o = { .in = in };
	own_buf struct buf dir = BUF_MAX((size_t)32 << 20), stack = BUF_MAX((size_t)4 << 20);
	struct view v = view_from(in, 0x1e), one;
	size_t best, i;
	uint16_t shift;
	uint32_t at;

	if (!view_u16le(&v, &shift) || (shift != 9 && shift != 12))
		return TYPE_OLE;
	o.shift = shift;
	o.sectors = (uint32_t)((in.n >> shift) < UINT32_MAX ? (in.n >> shift) : UINT32_MAX);
	v = view_from(in, 0x30);
	if (!view_u32le(&v, &at) || !view_sub(in, 0x4c, (size_t)DIFAT_HEAD * 4, &o.difat))
		return TYPE_OLE;
	for (i = 0; i < SECTORS_MAX && sector(&o, at, &one); i++)
		if (!buf_view(&dir, one) || !next_sector(&o, &at))
			break;
	best = root_rank(buf_bytes(&dir), &stack);
	if (best == SIZE_MAX)
		best = any_rank(buf_bytes(&dir));
	return best == SIZE_MAX ? TYPE_OLE : streams[best].type;
}
