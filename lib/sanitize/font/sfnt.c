#include "sanitize/font/sfnt.h"

#include "core/own.h"
#include "sanitize/font/bake.h"
#include "sanitize/font/be.h"
#include "sanitize/font/cff.h"

static const char tags[SFNT_COUNT][5] = {
#define SFNT(id, tag) [SFNT_##id] = tag,
#include "sanitize/font/sfnt_table.def"
#undef SFNT
};

enum {
	HEADER = 12,
	RECORD = 16,
	ADJUSTMENT = 8,	/* of head's checkSumAdjustment */
	UNITS_PER_EM = 18,	/* in head */
};

/* A font over this many bytes of working memory is an attack. */
static const size_t arena_max = (size_t)256 << 20;

static enum sfnt_table
table_of(struct view tag)
{
	for (unsigned i = 0; i < SFNT_COUNT; i++)
		if (view_is(tag, tags[i]))
			return (enum sfnt_table)i;
	return SFNT_COUNT;
}

static bool
is_version(struct view v)
{
	static const char *const version[] = { "OTTO", "true" };

	if (be32(v, 0) == 0x00010000 || be32(v, 0) == 0x00020000)
		return v.n >= HEADER;
	for (size_t i = 0; i < sizeof version / sizeof version[0]; i++)
		if (view_starts(v, view_str(version[i])))
			return v.n >= HEADER;
	return false;
}

/* Up to where a table at `at` could go on: loca is sometimes longer than its record says. */
static size_t
next_start(struct view in, size_t directory, uint32_t records, size_t at)
{
	size_t next = in.n;

	for (uint32_t i = 0; i < records; i++) {
		uint32_t off = be32(in, directory + HEADER + (size_t)i * RECORD + 8);

		if (off > at && off < next)
			next = off;
	}
	return next;
}

bool
sfnt_read(struct view in, struct sfnt *ret)
{
	struct sfnt s = { 0 };
	size_t directory = 0;
	uint32_t records;

	if (view_starts(in, VIEW("ttcf")))
		directory = be32(in, 12);
	if (!is_version(view_from(in, directory)))
		return false;
	records = be16(in, directory + 4);
	for (uint32_t i = 0; i < records; i++) {
		size_t at = directory + HEADER + (size_t)i * RECORD;
		struct view tag, rest;
		enum sfnt_table t;
		uint32_t n;

		if (!view_sub(in, at, 4, &tag) || in.n - at < RECORD)
			break;
		t = table_of(tag);
		/* Of two with one tag readers take the first. */
		if (t == SFNT_COUNT || s.t[t].n > 0)
			continue;
		rest = view_from(in, be32(in, at + 8));
		n = be32(in, at + 12);
		s.t[t] = (struct view){ rest.p, n < rest.n ? n : rest.n };
		if (t == SFNT_LOCA && s.t[t].n > 0) {
			size_t start = in.n - rest.n;

			s.loca_room = (struct view){ rest.p,
				next_start(in, directory, records, start) - start };
		}
	}
	*ret = s;
	return true;
}

enum font_kind
sfnt_kind(const struct sfnt *s)
{
	if (s->t[SFNT_GLYF].n > 0 || s->t[SFNT_LOCA].n > 0)
		return FONT_TRUETYPE;
	return s->t[SFNT_CFF].n > 0 ? FONT_OPENTYPE : FONT_NONE;
}

static uint32_t
checksum(struct view v)
{
	uint32_t sum = 0;
	size_t whole = v.n / 4 * 4;

	for (size_t i = 0; i < whole; i += 4)
		sum += (uint32_t)v.p[i] << 24 | (uint32_t)v.p[i + 1] << 16 |
		       (uint32_t)v.p[i + 2] << 8 | v.p[i + 3];
	for (size_t i = whole; i < v.n; i++)
		sum += (uint32_t)v.p[i] << (24 - 8 * (i - whole));
	return sum;
}

static size_t
aligned(size_t n)
{
	return (n + 3) / 4 * 4;
}

static void
header_write(uint32_t version, uint32_t tables, struct buf *out)
{
	unsigned selector = 0;

	while (2u << selector <= tables)
		selector++;
	buf_u32be(out, version);
	buf_u16be(out, (uint16_t)tables);
	buf_u16be(out, (uint16_t)(16u << selector));
	buf_u16be(out, (uint16_t)selector);
	buf_u16be(out, (uint16_t)(tables * 16 - (16u << selector)));
}

/* Directory, tables, padding, and head's adjustment (ISO/IEC 14496-22 5.2.2). */
static bool
file_write(struct sfnt_font *f, uint32_t version, struct buf *out, struct err *e)
{
	size_t start = out->n, directory, at, head = 0;
	uint32_t tables = 0, sum = 0, one;

	for (unsigned i = 0; i < SFNT_COUNT; i++) {
		if (!buf_ok(&f->out[i], e))
			return false;
		if (f->out[i].p != NULL)
			tables++;
	}
	header_write(version, tables, out);
	directory = HEADER + (size_t)tables * RECORD;
	at = directory;
	for (unsigned i = 0; i < SFNT_COUNT; i++) {
		struct view v = buf_bytes(&f->out[i]);

		if (v.p == NULL)
			continue;
		if (v.n > UINT32_MAX - 4 - at)
			return err_set(e, ERR_LIMIT, "sfnt: tables of more than 4 GiB");
		if (i == SFNT_HEAD)
			head = at;
		one = checksum(v);
		sum += one;
		buf_put(out, tags[i], 4);
		buf_u32be(out, one);
		buf_u32be(out, (uint32_t)at);
		buf_u32be(out, (uint32_t)v.n);
		at += aligned(v.n);
	}
	for (unsigned i = 0; i < SFNT_COUNT; i++) {
		struct view v = buf_bytes(&f->out[i]);

		buf_view(out, v);
		buf_fill(out, 0, aligned(v.n) - v.n);
	}
	if (!buf_ok(out, e))
		return false;
	if (head > 0) {
		/* The sum over the file is that over the directory and of the tables' sums. */
		sum = 0xb1b0afbau - sum - checksum(view_of(out->p + start, directory));
		for (unsigned i = 0; i < 4; i++)
			out->p[start + head + ADJUSTMENT + i] = (uint8_t)(sum >> (24 - 8 * i));
	}
	return true;
}

static bool
truetype(struct sfnt_font *f, struct buf *out, struct err *e)
{
	const int16_t *edges = NULL;
	bool long_loca;

	f->info->hinting = f->in.t[SFNT_FPGM].n > 0 || f->in.t[SFNT_PREP].n > 0 ||
			   f->in.t[SFNT_CVT].n > 0;
	if (f->in.t[SFNT_HEAD].n < 54)
		return err_set(e, ERR_MALFORMED, "sfnt: no head table");
	/* Readers refuse it and take another font: bytes got lost, nothing stands where it should. */
	if (be16(f->in.t[SFNT_HEAD], UNITS_PER_EM) == 0)
		return err_set(e, ERR_MALFORMED, "sfnt: no em");
	if (!sfnt_glyf(f, &long_loca, &edges, e))
		return false;
	sfnt_head(f, long_loca);
	sfnt_metrics(f, SFNT_HHEA, SFNT_HMTX, edges);
	if (f->in.t[SFNT_VHEA].n > 0 && f->in.t[SFNT_VMTX].n > 0)
		sfnt_metrics(f, SFNT_VHEA, SFNT_VMTX, NULL);
	sfnt_os2(f);
	sfnt_post(f);
	sfnt_cmap(f);
	return file_write(f, 0x00010000, out, e);
}

/* ISO 32000-2 9.9.1: an OpenType font program may be no more than CFF and cmap. */
static bool
opentype(struct sfnt_font *f, struct buf *out, struct err *e)
{
	struct view *t = f->in.t;

	if (!cff_rebuild(t[SFNT_CFF], &f->out[SFNT_CFF], f->info, e))
		return false;
	f->n = f->info->glyphs;
	sfnt_cmap(f);
	if (t[SFNT_HEAD].n >= 54 && t[SFNT_HHEA].n >= 36 && t[SFNT_HMTX].n >= 4) {
		sfnt_head(f, false);
		sfnt_metrics(f, SFNT_HHEA, SFNT_HMTX, NULL);
		sfnt_maxp_cff(f);
		sfnt_os2(f);
		sfnt_post(f);
		if (t[SFNT_VHEA].n > 0 && t[SFNT_VMTX].n > 0)
			sfnt_metrics(f, SFNT_VHEA, SFNT_VMTX, NULL);
		sfnt_vorg(f);
	}
	return file_write(f, 0x4f54544f, out, e);
}

static void
sfnt_font_release(struct sfnt_font *f)
{
	for (unsigned i = 0; i < SFNT_COUNT; i++)
		buf_release(&f->out[i]);
	bake_free(f->bake);
	arena_free(f->arena);
}

bool
sfnt_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	struct font_info info = { 0 };
	__attribute__((cleanup(sfnt_font_release))) struct sfnt_font f = { .file = in,
								       .info = &info };

	if (!sfnt_read(in, &f.in) || sfnt_kind(&f.in) == FONT_NONE)
		return err_set(e, ERR_MALFORMED, "sfnt: no outlines");
	f.arena = arena_new(arena_max);
	if (f.arena == NULL)
		return err_set(e, ERR_SYSTEM, "sfnt: no memory");
	info.in = sfnt_kind(&f.in);
	if (!(info.in == FONT_TRUETYPE ? truetype(&f, out, e) : opentype(&f, out, e)))
		return false;
	info.out = info.in;
	info.glyphs = f.n;
	*ret = info;
	return true;
}
