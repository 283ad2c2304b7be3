/*
 * cmap (ISO/IEC 14496-22 5.2.1): each subtable that a reader of PDF may ask
 * for is read into what it maps, and written from that.
 */
#include "sanitize/font/sfnt.h"

#include "sanitize/font/be.h"

enum {
	RECORDS_MAX = 16,
	ENCODING_MAX = 10,
	SHORT_RUN = 4,	/* codes up to which an array element is no dearer than a segment */
};

/* Codes first…last have glyphs gid, gid + 1, … */
struct run {
	uint32_t first, last, gid;
};

struct map {
	struct sfnt_font *f;
	struct run *run;
	size_t n, cap;
	bool ok;
};

static struct run *
run_room(struct map *m)
{
	if (m->n == m->cap) {
		size_t cap = m->cap == 0 ? 1024 : m->cap * 2;
		struct run *grown = arena_array(m->f->arena, cap, sizeof *grown);

		if (grown == NULL) {
			m->ok = false;
			return NULL;
		}
		if (m->n > 0)
			memcpy(grown, m->run, m->n * sizeof *grown);
		m->run = grown;
		m->cap = cap;
	}
	return &m->run[m->n++];
}

/* Ascending calls only: what lies before the end is already mapped, and stays. */
static void
map_add(struct map *m, uint32_t first, uint32_t last, uint32_t gid)
{
	struct run *end = m->n > 0 ? &m->run[m->n - 1] : NULL;

	if (end != NULL && first <= end->last) {
		if (last <= end->last)
			return;
		gid += end->last + 1 - first;
		first = end->last + 1;
	}
	if (gid == 0 && first < last) {
		gid = 1;	/* glyph 0 is what an unmapped code has anyhow */
		first++;
	}
	if (gid == 0 || gid >= m->f->n || first > 0x10ffff)
		return;
	if (last > 0x10ffff)
		last = 0x10ffff;
	if (last - first > m->f->n - 1 - gid)
		last = first + (m->f->n - 1 - gid);
	if (end != NULL && first == end->last + 1 && gid == end->gid + (first - end->first)) {
		end->last = last;
		return;
	}
	end = run_room(m);
	if (end != NULL)
		*end = (struct run){ first, last, gid };
}

/* ---- reading --------------------------------------------------------- */

struct segments {
	struct view v;		/* the subtable and what follows: lengths are often wrong */
	size_t n;		/* of segments */
};

static uint32_t
segment_field(const struct segments *s, unsigned field, size_t i)
{
	/* endCode, then reservedPad, startCode, idDelta, idRangeOffset */
	return be16(s->v, 14 + (size_t)field * s->n * 2 + (field > 0 ? 2 : 0) + i * 2);
}

static uint32_t
segment_glyph(const struct segments *s, size_t i, uint32_t code)
{
	uint32_t delta = segment_field(s, 2, i), range = segment_field(s, 3, i), gid;
	size_t at = 16 + 6 * s->n + i * 2;

	if (range == 0xffff)
		return 0;
	if (range == 0)
		return (code + delta) & 0xffff;
	gid = be16(s->v, at + range + (size_t)(code - segment_field(s, 1, i)) * 2);
	return gid == 0 ? 0 : (gid + delta) & 0xffff;
}

/* The segment's codes, of which FFFF is none. */
static uint32_t
segment_last(const struct segments *s, size_t i)
{
	uint32_t last = segment_field(s, 0, i);

	return last == 0xffff ? 0xfffe : last;
}

/* As the format wants them, and as nearly all have them: ascending and apart. */
static bool
segments_ordered(const struct segments *s)
{
	uint32_t next = 0;

	for (size_t i = 0; i < s->n; i++) {
		uint32_t first = segment_field(s, 1, i), last = segment_last(s, i);

		if (first > last)
			continue;
		if (first < next)
			return false;
		next = last + 1;
	}
	return true;
}

static void
segment_add(struct map *m, const struct segments *s, size_t i)
{
	uint32_t first = segment_field(s, 1, i), last = segment_last(s, i), gid;

	if (first > last)
		return;
	gid = (first + segment_field(s, 2, i)) & 0xffff;
	if (segment_field(s, 3, i) == 0 && last - first <= 0xffff - gid) {
		map_add(m, first, last, gid);
		return;
	}
	for (uint32_t c = first; c <= last; c++) {
		gid = segment_glyph(s, i, c);
		if (gid != 0)
			map_add(m, c, c, gid);
	}
}

/*
 * The first segment that holds a code decides; of segments out of order, or
 * on top of one another, the answers are collected in a table of all codes.
 */
static bool
segments_sort(struct map *m, const struct segments *s)
{
	const uint32_t decided = 0x10000;
	uint32_t *glyph = arena_array(m->f->arena, 65536, sizeof *glyph);
	uint32_t looks = 4 * 65536;	/* overlaps must not cost more than a few tables */

	if (glyph == NULL)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		uint32_t last = segment_last(s, i);

		for (uint32_t c = segment_field(s, 1, i); c <= last && looks > 0; c++, looks--)
			if (glyph[c] == 0)
				glyph[c] = segment_glyph(s, i, c) | decided;
	}
	for (uint32_t c = 0; c < 0xffff; c++)
		if ((glyph[c] & 0xffff) != 0)
			map_add(m, c, c, glyph[c] & 0xffff);
	return true;
}

static bool
read4(struct map *m, struct view v)
{
	struct segments s = { .v = v, .n = be16(v, 6) / 2 };

	if (v.n < 16)
		return false;
	if (s.n > (v.n - 16) / 8)
		s.n = (v.n - 16) / 8;
	if (!segments_ordered(&s))
		return segments_sort(m, &s);
	for (size_t i = 0; i < s.n; i++)
		segment_add(m, &s, i);
	return true;
}

/* What a subheader of format 2 says about a low byte; `at` is where it stands. */
static uint32_t
subheader_glyph(struct view v, size_t at, uint32_t low)
{
	uint32_t first = be16(v, at), count = be16(v, at + 2), gid;

	if (low < first || low - first >= count)
		return 0;
	gid = be16(v, at + 6 + be16(v, at + 6) + (size_t)(low - first) * 2);
	return gid == 0 ? 0 : (gid + be16(v, at + 4)) & 0xffff;
}

/* High-byte mapping through table: one-byte codes first, then those of two bytes. */
static bool
read2(struct map *m, struct view v)
{
	const size_t keys = 6, subheaders = 518;

	if (v.n < subheaders + 8)
		return false;
	for (uint32_t c = 0; c < 256; c++)
		if (be16(v, keys + c * 2) / 8 == 0)
			map_add(m, c, c, subheader_glyph(v, subheaders, c));
	for (uint32_t c = 256; c < 65536; c++) {
		size_t key = be16(v, keys + (c >> 8) * 2) / 8 * 8;

		if (key != 0)
			map_add(m, c, c, subheader_glyph(v, subheaders + key, c & 0xff));
	}
	return true;
}

static bool
read10(struct map *m, struct view v)
{
	uint32_t first = be32(v, 12), count = be32(v, 16);

	if (v.n < 20 || first > 0x10ffff)
		return false;
	if (count > (v.n - 20) / 2)
		count = (uint32_t)((v.n - 20) / 2);
	for (uint32_t i = 0; i < count; i++)
		map_add(m, first + i, first + i, be16(v, 20 + (size_t)i * 2));
	return true;
}

static bool
read12(struct map *m, struct view v)
{
	uint32_t count = be32(v, 12);

	if (v.n < 16)
		return false;
	if (count > (v.n - 16) / 12)
		count = (uint32_t)((v.n - 16) / 12);
	for (uint32_t i = 0; i < count; i++) {
		size_t at = 16 + (size_t)i * 12;
		uint32_t first = be32(v, at), last = be32(v, at + 4);

		if (first <= last && last != UINT32_MAX)
			map_add(m, first, last, be32(v, at + 8));
	}
	return true;
}

/* ---- writing --------------------------------------------------------- */

static void
write0(const struct sfnt_font *f, struct view v, struct buf *b)
{
	buf_u16be(b, 0);
	buf_u16be(b, 262);
	buf_u16be(b, 0);
	for (size_t i = 0; i < 256; i++)
		buf_byte(b, be8(v, 6 + i) < f->n ? be8(v, 6 + i) : 0);
}

static bool
write6(const struct sfnt_font *f, struct view v, struct buf *b)
{
	uint32_t first = be16(v, 6), count = be16(v, 8);

	if (v.n < 10)
		return false;
	if (count > (v.n - 10) / 2)
		count = (uint32_t)((v.n - 10) / 2);
	if (count > 0x10000 - first)
		count = 0x10000 - first;
	if (count > 32762)	/* the length has 16 bits */
		count = 32762;
	buf_u16be(b, 6);
	buf_u16be(b, (uint16_t)(10 + 2 * count));
	buf_u16be(b, 0);
	buf_u16be(b, (uint16_t)first);
	buf_u16be(b, (uint16_t)count);
	for (uint32_t i = 0; i < count; i++) {
		uint16_t gid = be16(v, 10 + (size_t)i * 2);

		buf_u16be(b, gid < f->n ? gid : 0);
	}
	return true;
}

static bool
adjacent_short(const struct map *m, size_t i)
{
	return i + 1 < m->n && m->run[i + 1].first == m->run[i].last + 1 &&
	       m->run[i + 1].last - m->run[i + 1].first < SHORT_RUN;
}

/* One segment: runs i…j-1, as an array if more than one. */
struct segment {
	size_t i, j;
};

/* Neighbouring short runs share a segment with an array; any other has its own. */
static size_t
segments_plan(const struct map *m, struct segment *ret, size_t *elements)
{
	size_t n = 0;

	*elements = 0;
	for (size_t i = 0; i < m->n; n++) {
		size_t j = i + 1;

		if (m->run[i].last - m->run[i].first < SHORT_RUN)
			while (adjacent_short(m, j - 1))
				j++;
		if (j > i + 1)
			*elements += m->run[j - 1].last - m->run[i].first + 1;
		ret[n] = (struct segment){ i, j };
		i = j;
	}
	return n;
}

static void
write4_header(struct buf *b, size_t segments, size_t length)
{
	unsigned selector = 0;

	while ((size_t)2 << selector <= segments)
		selector++;
	buf_u16be(b, 4);
	buf_u16be(b, (uint16_t)length);
	buf_u16be(b, 0);
	buf_u16be(b, (uint16_t)(segments * 2));
	buf_u16be(b, (uint16_t)(2u << selector));
	buf_u16be(b, (uint16_t)selector);
	buf_u16be(b, (uint16_t)(segments * 2 - (2u << selector)));
}

/* False where 16 bits do not hold its length. */
static bool
write4(struct map *m, struct buf *b)
{
	struct segment *s = arena_array(m->f->arena, m->n + 1, sizeof *s);
	size_t elements, n, length, element = 0;

	if (s == NULL)
		return false;
	n = segments_plan(m, s, &elements);
	length = 16 + 8 * (n + 1) + 2 * elements;
	if (length > 0xffff)
		return false;
	write4_header(b, n + 1, length);
	for (size_t i = 0; i < n; i++)
		buf_u16be(b, (uint16_t)m->run[s[i].j - 1].last);
	buf_u16be(b, 0xffff);
	buf_u16be(b, 0);
	for (size_t i = 0; i < n; i++)
		buf_u16be(b, (uint16_t)m->run[s[i].i].first);
	buf_u16be(b, 0xffff);
	for (size_t i = 0; i < n; i++) {
		const struct run *r = &m->run[s[i].i];

		buf_u16be(b, s[i].j - s[i].i > 1 ? 0 : (uint16_t)(r->gid - r->first));
	}
	buf_u16be(b, 1);
	for (size_t i = 0; i < n; i++) {
		if (s[i].j - s[i].i == 1) {
			buf_u16be(b, 0);
			continue;
		}
		buf_u16be(b, (uint16_t)((n + 1 - i + element) * 2));
		element += m->run[s[i].j - 1].last - m->run[s[i].i].first + 1;
	}
	buf_u16be(b, 0);
	for (size_t i = 0; i < n; i++)
		for (size_t k = s[i].i; s[i].j - s[i].i > 1 && k < s[i].j; k++)
			for (uint32_t c = m->run[k].first; c <= m->run[k].last; c++)
				buf_u16be(b, (uint16_t)(m->run[k].gid + (c - m->run[k].first)));
	return true;
}

static void
write12(const struct map *m, struct buf *b)
{
	buf_u16be(b, 12);
	buf_u16be(b, 0);
	buf_u32be(b, (uint32_t)(16 + 12 * m->n));
	buf_u32be(b, 0);
	buf_u32be(b, (uint32_t)m->n);
	for (size_t i = 0; i < m->n; i++) {
		buf_u32be(b, m->run[i].first);
		buf_u32be(b, m->run[i].last);
		buf_u32be(b, m->run[i].gid);
	}
}

/* Appends the new subtable; false where the old one cannot be read. */
static bool
subtable(struct sfnt_font *f, struct view v, struct buf *b)
{
	struct map m = { .f = f, .ok = true };
	bool two_bytes = false;

	switch (be16(v, 0)) {
	case 0:
		if (v.n < 8)
			return false;
		write0(f, v, b);
		return true;
	case 6:
		return write6(f, v, b);
	case 2:
		two_bytes = true;
		m.ok = read2(&m, v) && m.ok;
		break;
	case 4:
		two_bytes = true;
		m.ok = read4(&m, v) && m.ok;
		break;
	case 10:
		m.ok = read10(&m, v) && m.ok;
		break;
	case 12:
		m.ok = read12(&m, v) && m.ok;
		break;
	default:
		return false;
	}
	if (!m.ok)
		return false;
	if (!two_bytes || !write4(&m, b))
		write12(&m, b);
	return true;
}

/* ---- the table ------------------------------------------------------- */

struct record {
	uint16_t platform, encoding;
	uint32_t old, new;
};

/* Those a reader may ask for, ascending, each pair once; returns how many. */
static size_t
records_read(struct view v, struct record ret[RECORDS_MAX])
{
	uint32_t count = be16(v, 2);
	size_t n = 0;

	for (uint32_t i = 0; i < count && 4 + (size_t)(i + 1) * 8 <= v.n && n < RECORDS_MAX; i++) {
		size_t at = 4 + (size_t)i * 8, k = n;
		struct record r = { be16(v, at), be16(v, at + 2), be32(v, at + 4), 0 };

		if (r.platform > 3 || r.platform == 2 || r.encoding > ENCODING_MAX || r.old >= v.n)
			continue;
		while (k > 0 && (ret[k - 1].platform > r.platform ||
				 (ret[k - 1].platform == r.platform &&
				  ret[k - 1].encoding > r.encoding)))
			k--;
		if (k > 0 && ret[k - 1].platform == r.platform && ret[k - 1].encoding == r.encoding)
			continue;
		memmove(&ret[k + 1], &ret[k], (n - k) * sizeof *ret);
		ret[k] = r;
		n++;
	}
	return n;
}

static bool
seen_before(const struct record *r, size_t n, uint32_t old, uint32_t *ret)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].old == old) {
			*ret = r[i].new;
			return true;
		}
	return false;
}

void
sfnt_cmap(struct sfnt_font *f)
{
	__attribute__((cleanup(buf_release))) struct buf body = { 0 };
	struct view v = f->in.t[SFNT_CMAP];
	struct record r[RECORDS_MAX + 1];
	struct buf *out = &f->out[SFNT_CMAP];
	size_t n = records_read(v, r), kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct record one = r[i];

		one.new = (uint32_t)body.n;
		if (seen_before(r, kept, one.old, &one.new) ||
		    subtable(f, view_from(v, one.old), &body))
			r[kept++] = one;
	}
	if (kept == 0)
		return;
	buf_u16be(out, 0);
	buf_u16be(out, (uint16_t)kept);
	for (size_t i = 0; i < kept; i++) {
		buf_u16be(out, r[i].platform);
		buf_u16be(out, r[i].encoding);
		buf_u32be(out, (uint32_t)(4 + kept * 8) + r[i].new);
	}
	buf_view(out, buf_bytes(&body));
}
