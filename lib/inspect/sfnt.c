/* sfnt (ISO/IEC 14496-22 4.5): the directory, and each table field by field. */
#include "inspect/font.h"
#include "inspect/pdf.h"

enum table { T_CFF, T_OS2, T_VORG, T_CMAP, T_GLYF, T_HEAD, T_HHEA, T_HMTX, T_LOCA, T_MAXP, T_POST, T_VHEA, T_VMTX, TABLES };
static const char tags[TABLES][5] = { "CFF ", "OS/2", "VORG", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post",
				      "vhea", "vmtx" };

struct sfnt {
	struct view whole, t[TABLES];	/* .p NULL: absent */
	bool cff;
	uint32_t glyphs;
};

static bool
is16(struct view *v, uint16_t wanted)
{
	uint16_t x;

	return view_u16be(v, &x) && x == wanted;
}

static bool
is32(struct view *v, uint32_t wanted)
{
	uint32_t x;

	return view_u32be(v, &x) && x == wanted;
}

/* searchRange, entrySelector and rangeShift for n things of a size (4.5.1, 5.2.1.3.3). */
static bool
search_fields(struct view *v, uint16_t n, uint16_t size)
{
	uint16_t log = 0;

	while (2u << log <= n)
		log++;
	return is16(v, (uint16_t)(size << log)) && is16(v, log) && is16(v, (uint16_t)((n - (1u << log)) * size));
}

static uint32_t
sum(struct view v)
{
	uint32_t all = 0, x = 0;
	unsigned left;

	while (view_u32be(&v, &x))
		all += x;
	for (left = 24, x = 0; v.n > 0; left -= 8) {
		x |= (uint32_t)v.p[0] << left;
		(void)view_skip(&v, 1);
	}
	return all + x;
}

static bool
record(struct sfnt *f, struct view *v, size_t *end, unsigned *next, struct err *e)
{
	struct view tag = { 0 }, data, pad;
	uint32_t check, at, size, adjustment = 0;
	unsigned k = *next;

	if (!view_take(v, 4, &tag) || !view_u32be(v, &check) || !view_u32be(v, &at) || !view_u32be(v, &size))
		return residue(e, "directory cut off");
	while (k < TABLES && memcmp(tags[k], tag.p, 4) != 0)
		k++;
	if (k == TABLES)
		return residue(e, "a table that may not be, or out of order");
	*next = k + 1;
	pad = (struct view){ f->whole.p + *end, (4 - *end % 4) % 4 };
	if (at != *end + pad.n || !view_sub(f->whole, at, size, &data) || !take_zeros(&pad, pad.n))
		return residue(e, "table %s is not right behind the one before", tags[k]);
	if (k == T_HEAD && view_sub(data, 8, 4, &pad))
		(void)view_u32be(&pad, &adjustment);
	if (sum(data) - adjustment != check)
		return residue(e, "table %s: checksum", tags[k]);
	f->t[k] = data;
	*end = at + size;
	return true;
}

static bool
directory(struct sfnt *f, struct err *e)
{
	struct view v = f->whole, pad;
	uint16_t n, i;
	unsigned next = 0;
	size_t end;

	f->cff = view_starts(v, VIEW("OTTO"));
	if ((!f->cff && !view_starts(v, VIEW("\0\1\0\0"))) || !view_skip(&v, 4) || !view_u16be(&v, &n) || n == 0 ||
	    n > TABLES || !search_fields(&v, n, 16))
		return residue(e, "header");
	end = 12 + 16 * (size_t)n;
	for (i = 0; i < n; i++)
		if (!record(f, &v, &end, &next, e))
			return false;
	pad = view_from(f->whole, end);
	if (f->whole.n % 4 != 0 || pad.n > 3 || !take_zeros(&pad, pad.n))
		return residue(e, "bytes behind the last table");
	/* With the adjustment in it, the whole has a known sum. */
	return f->t[T_HEAD].p == NULL || sum(f->whole) == UINT32_C(0xb1b0afba) ||
	       residue(e, "head: checkSumAdjustment");
}

/* -- tables -------------------------------------------------------------------------------- */

static bool
head(const struct sfnt *f, bool *ret_wide)
{
	struct view v = f->t[T_HEAD];
	uint16_t flags, units, style, format = 0;
	bool ok = v.n == 54 && is32(&v, 0x10000) && view_skip(&v, 8) && is32(&v, 0x5f0f3cf5) && view_u16be(&v, &flags) &&
		  (flags & ~0x0b) == 0 && view_u16be(&v, &units) && units > 0 && take_zeros(&v, 16) && view_skip(&v, 8) &&
		  view_u16be(&v, &style) && (style & ~0x7f) == 0 && view_skip(&v, 2) && is16(&v, 2) &&
		  view_u16be(&v, &format) && format <= 1 && is16(&v, 0);

	*ret_wide = format == 1;
	return ok;
}

/* hhea with hmtx, or vhea with vmtx. */
static bool
metrics(const struct sfnt *f, enum table header, enum table list, struct err *e)
{
	struct view v = f->t[header];
	uint32_t version, m;
	uint16_t count;

	if (v.n != 36 || !view_u32be(&v, &version) || (version != 0x10000 && !(header == T_VHEA && version == 0x11000)) ||
	    !view_skip(&v, 20) || !take_zeros(&v, 10) || !view_u16be(&v, &count))
		return residue(e, "%s", tags[header]);
	m = count;
	return (m >= 1 && m <= f->glyphs && f->t[list].n == 4 * m + 2 * (f->glyphs - m)) || residue(e, "%s: size", tags[list]);
}

static bool
maxp_glyf(const struct sfnt *f, bool wide, struct err *e)
{
	struct view v = f->t[T_MAXP];
	struct glyf_maxima m;
	bool needs_wide = f->t[T_GLYF].n > 131070;

	if (wide != needs_wide)
		return residue(e, "loca of the wrong width");
	if (!inspect_glyf(f->t[T_GLYF], f->t[T_LOCA], wide, f->glyphs, &m, e))
		return err_at(e, "glyf");
	return (v.n == 32 && view_skip(&v, 6) && is16(&v, (uint16_t)m.points) && is16(&v, (uint16_t)m.contours) &&
		is16(&v, (uint16_t)m.composite_points) && is16(&v, (uint16_t)m.composite_contours) && is16(&v, 1) &&
		take_zeros(&v, 12) && is16(&v, (uint16_t)m.components) && is16(&v, (uint16_t)m.depth)) ||
	       residue(e, "maxp does not say what glyf holds");
}

static bool
post(const struct sfnt *f, struct err *e)
{
	struct view v = f->t[T_POST];
	uint32_t version, fixed, custom = 0, i;
	uint16_t n, index;
	uint8_t length, c;

	if (!view_u32be(&v, &version) || !view_skip(&v, 8) || !view_u32be(&v, &fixed) || fixed > 1 || !take_zeros(&v, 16))
		return residue(e, "post");
	if (version != 0x20000)
		return (v.n == 0 && (version == 0x30000 || (version == 0x10000 && f->glyphs == 258))) || residue(e, "post: version");
	if (!view_u16be(&v, &n) || n != f->glyphs)
		return residue(e, "post: number of names");
	for (i = 0; i < n; i++) {
		if (!view_u16be(&v, &index) || index > 258 + custom)
			return residue(e, "post: names not in order of their use");
		custom += index == 258 + custom;
	}
	for (i = 0; i < custom; i++) {
		if (!view_u8(&v, &length) || length == 0 || length > 127)
			return residue(e, "post: name");
		while (length-- > 0)
			if (!view_u8(&v, &c) || c < 0x21 || c > 0x7e)
				return residue(e, "post: name with a character that may not be");
	}
	return v.n == 0 || residue(e, "post: bytes behind the names");
}

static bool
os2(const struct sfnt *f, struct err *e)
{
	static const uint8_t sizes[] = { 78, 86, 96, 96, 96, 100 };
	struct view v = f->t[T_OS2];
	uint16_t version;
	unsigned i;

	if (!view_u16be(&v, &version) || version > 5 || f->t[T_OS2].n != sizes[version])
		return residue(e, "OS/2: version or size");
	v = view_from(f->t[T_OS2], 58);
	for (i = 0; i < 4; i++)
		if (v.p[i] < 0x20 || v.p[i] > 0x7e)
			return residue(e, "OS/2: vendor");
	return true;
}

static bool
vorg(const struct sfnt *f, struct err *e)
{
	struct view v = f->t[T_VORG];
	uint16_t n, i, glyph;
	int32_t last = -1;

	if (!is32(&v, 0x10000) || !view_skip(&v, 2) || !view_u16be(&v, &n))
		return residue(e, "VORG");
	for (i = 0; i < n; i++) {
		if (!view_u16be(&v, &glyph) || !view_skip(&v, 2) || glyph <= last || glyph >= f->glyphs)
			return residue(e, "VORG: glyphs out of order");
		last = glyph;
	}
	return v.n == 0 || residue(e, "VORG: bytes behind its end");
}

/* -- cmap ------------------------------------------------------------------------------------- */

static bool
glyph_list(const struct sfnt *f, struct view *v, size_t n)
{
	uint16_t g;

	while (n-- > 0)
		if (!view_u16be(v, &g) || g >= f->glyphs)
			return false;
	return true;
}

static bool
format_0(const struct sfnt *f, struct view *v)
{
	unsigned i;
	uint8_t g;

	if (!is16(v, 262) || !is16(v, 0))
		return false;
	for (i = 0; i < 256; i++)
		if (!view_u8(v, &g) || g >= f->glyphs)
			return false;
	return true;
}

static bool
format_6(const struct sfnt *f, struct view *v)
{
	uint16_t length, first, count;

	return view_u16be(v, &length) && is16(v, 0) && view_u16be(v, &first) && view_u16be(v, &count) &&
	       length == 10 + 2 * (uint32_t)count && (uint32_t)first + count <= 65536 && glyph_list(f, v, count);
}

static uint16_t
word(struct view v, size_t i)
{
	struct view at = view_from(v, 2 * i);
	uint16_t x = 0;

	return view_u16be(&at, &x) ? x : 0;
}

/* All codes of a segment that counts on: glyphs modulo 65,536, each in the font. */
static bool
delta_sound(const struct sfnt *f, uint32_t first, uint32_t last, uint16_t delta)
{
	uint32_t from = (first + delta) & 0xffff, to = (last + delta) & 0xffff;

	return from <= to ? to < f->glyphs : f->glyphs > 65535;
}

static bool
format_4(const struct sfnt *f, struct view *v)
{
	uint16_t length, twice, n, i;
	struct view ends, starts, deltas, offsets;
	uint32_t used = 0, last = 0;

	if (!view_u16be(v, &length) || !is16(v, 0) || !view_u16be(v, &twice) || twice < 2 || twice % 2 != 0)
		return false;
	n = twice / 2;
	if (!search_fields(v, n, 2) || !view_take(v, twice, &ends) || !is16(v, 0) || !view_take(v, twice, &starts) ||
	    !view_take(v, twice, &deltas) || !view_take(v, twice, &offsets))
		return false;
	for (i = 0; i < n; i++) {
		uint16_t first = word(starts, i), end = word(ends, i), offset = word(offsets, i), delta = word(deltas, i);

		if (first > end || (i > 0 && first <= last) || (i == n - 1) != (end == 0xffff && i == n - 1))
			return false;
		last = end;
		if (i == n - 1)
			return first == 0xffff && end == 0xffff && delta == 1 && offset == 0 &&
			       length == 16 + 8 * (uint32_t)n + 2 * used && glyph_list(f, v, used);
		if (offset == 0 ? !delta_sound(f, first, end, delta)
				: delta != 0 || offset != 2 * ((uint32_t)(n - i) + used))
			return false;
		used += offset != 0 ? end - first + 1u : 0;
	}
	return false;
}

static bool
format_12(const struct sfnt *f, struct view *v)
{
	uint32_t length, n, i, first, end, glyph, last = 0;

	if (!is16(v, 0) || !view_u32be(v, &length) || !is32(v, 0) || !view_u32be(v, &n) || n > v->n / 12 ||
	    length != 16 + 12 * n)
		return false;
	for (i = 0; i < n; i++) {
		if (!view_u32be(v, &first) || !view_u32be(v, &end) || !view_u32be(v, &glyph) || first > end ||
		    (i > 0 && first <= last) || end > 0x10ffff || glyph >= f->glyphs || end - first >= f->glyphs - glyph)
			return false;
		last = end;
	}
	return true;
}

static bool
subtable(const struct sfnt *f, struct view *v)
{
	uint16_t format;

	if (!view_u16be(v, &format))
		return false;
	return format == 0 ? format_0(f, v) : format == 4 ? format_4(f, v) : format == 6 ? format_6(f, v)
	       : format == 12 && format_12(f, v);
}

static bool
cmap(const struct sfnt *f, struct err *e)
{
	struct view whole = f->t[T_CMAP], v = whole, body;
	uint16_t n, i, platform, encoding;
	uint32_t at, last = 0, seen[16], k;

	if (!is16(&v, 0) || !view_u16be(&v, &n) || n > 16)
		return residue(e, "cmap: header");
	body = view_from(whole, 4 + 8 * (size_t)n);
	for (i = 0; i < n; i++) {
		bool again = false;

		if (!view_u16be(&v, &platform) || !view_u16be(&v, &encoding) || !view_u32be(&v, &at) ||
		    (platform != 0 && platform != 1 && platform != 3) || encoding > 10 ||
		    (i > 0 && ((uint32_t)platform << 16 | encoding) <= last))
			return residue(e, "cmap: record %u", i);
		last = (uint32_t)platform << 16 | encoding;
		for (k = 0; k < i; k++)
			again = again || seen[k] == at;
		seen[i] = at;
		if (again)
			continue;
		if (at != at_of(whole, body) || !subtable(f, &body))
			return residue(e, "cmap: subtable %u", i);
	}
	return body.n == 0 || residue(e, "cmap: bytes behind the last subtable");
}

/* -- the whole ------------------------------------------------------------------------------------ */

static bool
has(const struct sfnt *f, enum table t)
{
	return f->t[t].p != NULL;
}

static bool
tables_sound(struct sfnt *f, struct err *e)
{
	bool all = has(f, T_HEAD) && has(f, T_HHEA) && has(f, T_HMTX) && has(f, T_MAXP);
	bool any = has(f, T_HEAD) || has(f, T_HHEA) || has(f, T_HMTX) || has(f, T_MAXP);
	bool more = has(f, T_OS2) || has(f, T_POST) || has(f, T_VHEA) || has(f, T_VMTX) || has(f, T_VORG);

	if (has(f, T_VHEA) != has(f, T_VMTX) || (any && !all) || (more && !all))
		return residue(e, "tables that do not belong together");
	if (f->cff)
		return (has(f, T_CFF) && !has(f, T_GLYF) && !has(f, T_LOCA)) || residue(e, "outlines of two kinds");
	return (all && has(f, T_GLYF) && has(f, T_LOCA) && !has(f, T_CFF) && !has(f, T_VORG)) ||
	       residue(e, "tables missing, or of the other kind");
}

static bool
glyph_count(struct sfnt *f, struct err *e)
{
	struct view v = f->t[T_MAXP];
	uint16_t n = 0;
	uint32_t cff = 0;

	if (f->cff && !inspect_cff(f->t[T_CFF], &cff, e))
		return false;
	f->glyphs = cff;
	if (!has(f, T_MAXP))
		return true;
	if (v.n != (f->cff ? 6 : 32) || !is32(&v, f->cff ? 0x5000 : 0x10000) || !view_u16be(&v, &n) || n == 0 ||
	    (f->cff && n != cff))
		return residue(e, "maxp");
	f->glyphs = n;
	return true;
}

bool
inspect_sfnt(struct view whole, struct err *e)
{
	struct sfnt f = { .whole = whole };
	bool wide = false;

	if (!directory(&f, e) || !tables_sound(&f, e) || !glyph_count(&f, e))
		return err_at(e, "sfnt");
	if (has(&f, T_HEAD) && (!head(&f, &wide) || !metrics(&f, T_HHEA, T_HMTX, e)))
		return residue(e, "sfnt: head or horizontal metrics");
	if (has(&f, T_VHEA) && !metrics(&f, T_VHEA, T_VMTX, e))
		return err_at(e, "sfnt");
	if (!f.cff && !maxp_glyf(&f, wide, e))
		return err_at(e, "sfnt");
	return ((!has(&f, T_CMAP) || cmap(&f, e)) && (!has(&f, T_POST) || post(&f, e)) && (!has(&f, T_OS2) || os2(&f, e)) &&
		(!has(&f, T_VORG) || vorg(&f, e))) || err_at(e, "sfnt");
}
