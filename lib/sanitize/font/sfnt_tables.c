/* The small tables of numbers (ISO/IEC 14496-22 5.2). */
#include "sanitize/font/sfnt.h"

#include "sanitize/font/be.h"

void
sfnt_head(struct sfnt_font *f, bool long_loca)
{
	struct view v = f->in.t[SFNT_HEAD];
	struct buf *b = &f->out[SFNT_HEAD];
	uint16_t em = be16(v, 18);

	buf_u32be(b, 0x00010000);
	buf_put(b, v.p + 4, 4);		/* fontRevision */
	buf_u32be(b, 0);		/* checkSumAdjustment: when the file is whole */
	buf_u32be(b, 0x5f0f3cf5);
	/* Baseline, left side bearing and whole ppem; the rest speaks of instructions and tools. */
	buf_u16be(b, be16(v, 16) & 0x000b);
	buf_u16be(b, em == 0 ? 1000 : em);
	buf_fill(b, 0, 16);		/* created, modified */
	buf_put(b, v.p + 36, 8);	/* the box */
	buf_u16be(b, be16(v, 44) & 0x007f);
	buf_u16be(b, be16(v, 46));	/* lowestRecPPEM */
	buf_u16be(b, 2);
	buf_u16be(b, long_loca);
	buf_u16be(b, 0);
}

static void
metrics_header(struct sfnt_font *f, enum sfnt_table header, uint32_t longs)
{
	static const uint8_t zeros[36];
	struct view v = f->in.t[header];
	struct buf *b = &f->out[header];
	uint32_t version = 0x00010000;

	if (v.n < 36)
		v = view_of(zeros, sizeof zeros);
	else if (header == SFNT_VHEA && be32(v, 0) == 0x00011000)
		version = 0x00011000;
	buf_u32be(b, version);
	buf_put(b, v.p + 4, 20);	/* ascender … caretOffset */
	buf_fill(b, 0, 10);
	buf_u16be(b, (uint16_t)longs);
}

void
sfnt_metrics(struct sfnt_font *f, enum sfnt_table header, enum sfnt_table metrics,
	     const int16_t *edges)
{
	struct view v = f->in.t[metrics];
	uint32_t longs = f->in.t[header].n >= 36 ? be16(f->in.t[header], 34) : 0;
	bool missing = longs == 0 || v.n < 4;
	/* A baked outline stands where it belongs: nothing may move it. */
	bool from_edges = edges != NULL && (missing || f->bake != NULL);
	struct buf *b = &f->out[metrics];
	uint8_t *out;

	if (missing)
		longs = 1;
	else if (longs > f->n)
		longs = f->n;
	metrics_header(f, header, longs);
	out = buf_room(b, (size_t)longs * 4 + (size_t)(f->n - longs) * 2);
	if (out == NULL)
		return;
	for (uint32_t i = 0; i < f->n; i++) {
		size_t at = i < longs ? (size_t)i * 4 : (size_t)longs * 4 + (size_t)(i - longs) * 2;

		/* Half an entry counts as none: readers do so. */
		if (i < longs) {
			bool whole = !missing && at + 4 <= v.n;

			be_put16(out, whole ? be16(v, at) : 0);
			out += 2;
			at = whole ? at + 2 : v.n;
		}
		be_put16(out, from_edges ? (uint16_t)edges[i] : missing ? 0 : be16(v, at));
		out += 2;
	}
	b->n += (size_t)longs * 4 + (size_t)(f->n - longs) * 2;
}

void
sfnt_maxp_cff(struct sfnt_font *f)
{
	buf_u32be(&f->out[SFNT_MAXP], 0x00005000);
	buf_u16be(&f->out[SFNT_MAXP], (uint16_t)f->n);
}

/* The newest version, not above its own, that it is long enough for. */
static uint16_t
os2_version(struct view v, size_t *n)
{
	static const struct {
		uint16_t version;
		size_t n;
	} size[] = { { 5, 100 }, { 4, 96 }, { 3, 96 }, { 2, 96 }, { 1, 86 }, { 0, 78 } };
	uint16_t version = be16(v, 0);

	for (size_t i = 0; i < sizeof size / sizeof size[0]; i++)
		if (version >= size[i].version && v.n >= size[i].n) {
			*n = size[i].n;
			return size[i].version;
		}
	*n = 0;
	return 0;
}

void
sfnt_os2(struct sfnt_font *f)
{
	struct view v = f->in.t[SFNT_OS2];
	struct buf *b = &f->out[SFNT_OS2];
	size_t n;
	uint16_t version = os2_version(v, &n);

	if (n == 0)
		return;
	buf_u16be(b, version);
	buf_put(b, v.p + 2, 56);	/* xAvgCharWidth … ulUnicodeRange4 */
	for (size_t i = 58; i < 62; i++)
		buf_byte(b, be8(v, i) >= 0x20 && be8(v, i) <= 0x7e ? be8(v, i) : ' ');
	buf_put(b, v.p + 62, n - 62);
}

void
sfnt_vorg(struct sfnt_font *f)
{
	struct view v = f->in.t[SFNT_VORG];
	struct buf *b = &f->out[SFNT_VORG];
	uint32_t count = be16(v, 6), last = 0;
	uint16_t kept = 0;

	if (v.n < 8)
		return;
	buf_u32be(b, 0x00010000);
	buf_put(b, v.p + 4, 2);
	buf_u16be(b, 0);
	for (uint32_t i = 0; i < count && 12 + (size_t)i * 4 <= v.n; i++) {
		uint16_t gid = be16(v, 8 + (size_t)i * 4);

		if (gid >= f->n || (kept > 0 && gid <= last))
			continue;
		buf_put(b, v.p + 8 + (size_t)i * 4, 4);
		last = gid;
		kept++;
	}
	if (b->p != NULL && b->n >= 8) {
		b->p[6] = (uint8_t)(kept >> 8);
		b->p[7] = (uint8_t)kept;
	}
}
