#include "inspect/icc.h"

enum { HEADER = 128, CLUT_MAX = 1 << 26 };

/* -- elements, from their type signature to their last byte ----------------------- */

#define FIXED(v, lit) (view_eq((v), VIEW(lit)))

static bool
fits_desc(const struct icc *p, struct view v)
{
	static const char text[] = "desc\0\0\0\0\0\0\0\15Colour space";

	if (p->version == 4)
		return FIXED(v, "mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\30\0\0\0\34"
				"\0C\0o\0l\0o\0u\0r\0 \0s\0p\0a\0c\0e");
	return v.n == sizeof text + 78 && memcmp(v.p, text, sizeof text) == 0 &&
	       all_zero(view_from(v, sizeof text));
}

static bool
fits_cprt(const struct icc *p, struct view v)
{
	if (p->version == 4)
		return FIXED(v, "mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\10\0\0\0\34\0N\0o\0n\0e");
	return FIXED(v, "text\0\0\0\0None\0");
}

static bool
fits_xyz(const struct icc *p, struct view v)
{
	(void)p;
	return v.n == 20 && view_starts(v, VIEW("XYZ \0\0\0\0"));
}

static bool
fits_sf32(const struct icc *p, struct view v)
{
	(void)p;
	return v.n == 44 && view_starts(v, VIEW("sf32\0\0\0\0"));
}

/* curveType or parametricCurveType (10.6, 10.18), consumed. */
static bool
curve(struct view *v)
{
	static const uint8_t count[] = { 1, 3, 4, 5, 7 };
	struct view type;
	uint32_t n;
	uint16_t kind;

	if (!view_take(v, 8, &type))
		return false;
	if (FIXED(type, "curv\0\0\0\0"))
		return view_u32be(v, &n) && n <= 65536 && view_skip(v, (size_t)n * 2);
	return FIXED(type, "para\0\0\0\0") && view_u16be(v, &kind) && kind < 5 && take_zeros(v, 2) &&
	       view_skip(v, (size_t)count[kind] * 4);
}

static bool
fits_trc(const struct icc *p, struct view v)
{
	(void)p;
	return curve(&v) && v.n == 0;
}

static bool
power(uint64_t base, unsigned n, uint64_t *ret)
{
	uint64_t x = 1;

	while (n-- > 0) {
		x *= base;
		if (x > CLUT_MAX)
			return false;
	}
	*ret = x;
	return true;
}

/* lut8Type and lut16Type (10.10, 10.11): exactly the tables that the counts give. */
static bool
fits_mft(struct view v, size_t width, unsigned in, unsigned out)
{
	uint16_t in_entries = 256, out_entries = 256;
	uint64_t clut;
	uint8_t counts[3];

	if (!view_skip(&v, 8) || !view_u8(&v, &counts[0]) || !view_u8(&v, &counts[1]) ||
	    !view_u8(&v, &counts[2]) || !take_zeros(&v, 1) || counts[0] != in || counts[1] != out ||
	    counts[2] < 2 || !view_skip(&v, 36))
		return false;
	if (width == 2 && (!view_u16be(&v, &in_entries) || !view_u16be(&v, &out_entries) ||
			   in_entries < 2 || in_entries > 4096 || out_entries < 2 || out_entries > 4096))
		return false;
	return power(counts[2], in, &clut) &&
	       v.n == (in * (uint64_t)in_entries + clut * out + out * (uint64_t)out_entries) * width;
}

/* The curves at `offset`, which must be where *v stands; none where it is 0. */
static bool
curves(struct view whole, struct view *v, uint32_t offset, unsigned n)
{
	if (offset == 0)
		return true;
	if (offset != at_of(whole, *v))
		return false;
	while (n-- > 0)
		if (!curve(v) || !take_zeros(v, (4 - at_of(whole, *v) % 4) % 4))
			return false;
	return true;
}

static bool
clut(struct view whole, struct view *v, uint32_t offset, unsigned in, unsigned out)
{
	struct view grid;
	uint8_t width;
	uint64_t n = 1;
	unsigned i;

	if (offset == 0)
		return in == out;
	if (offset != at_of(whole, *v) || !view_take(v, 16, &grid) || !view_u8(v, &width) ||
	    (width != 1 && width != 2) || !take_zeros(v, 3))
		return false;
	for (i = 0; i < 16; i++) {
		if (i >= in ? grid.p[i] != 0 : grid.p[i] < 2)
			return false;
		if (i < in && (n *= grid.p[i]) > CLUT_MAX)
			return false;
	}
	n *= out * width;
	return n <= v->n && view_skip(v, (size_t)n) && take_zeros(v, (4 - at_of(whole, *v) % 4) % 4);
}

/* lutAToBType and lutBToAType (10.12, 10.13): their parts in this order, one behind the other. */
static bool
fits_mab(struct view v, unsigned in, unsigned out)
{
	bool to_pcs = view_starts(v, VIEW("mAB "));
	unsigned near = to_pcs ? out : in, far = to_pcs ? in : out;
	struct view whole = v;
	uint32_t b, matrix, m, table, a;
	uint8_t counts[2];

	if (!view_skip(&v, 8) || !view_u8(&v, &counts[0]) || !view_u8(&v, &counts[1]) || !take_zeros(&v, 2) ||
	    counts[0] != in || counts[1] != out || !view_u32be(&v, &b) || !view_u32be(&v, &matrix) ||
	    !view_u32be(&v, &m) || !view_u32be(&v, &table) || !view_u32be(&v, &a) || b == 0)
		return false;
	if (!curves(whole, &v, b, near))
		return false;
	if (matrix != 0 && (matrix != at_of(whole, v) || near != 3 || !view_skip(&v, 48)))
		return false;
	return curves(whole, &v, m, near) && clut(whole, &v, table, in, out) &&
	       curves(whole, &v, a, far) && v.n == 0;
}

static bool
fits_lut(const struct icc *p, struct view v, unsigned in, unsigned out, const char *modern)
{
	if (v.n < 8 || !all_zero((struct view){ v.p + 4, 4 }))
		return false;
	if (view_starts(v, VIEW("mft1")))
		return fits_mft(v, 1, in, out);
	if (view_starts(v, VIEW("mft2")))
		return fits_mft(v, 2, in, out);
	return p->version == 4 && view_starts(v, view_str(modern)) && fits_mab(v, in, out);
}

static bool
fits_a2b(const struct icc *p, struct view v)
{
	return fits_lut(p, v, p->components, 3, "mAB ");
}

static bool
fits_b2a(const struct icc *p, struct view v)
{
	return fits_lut(p, v, 3, p->components, "mBA ");
}

static bool
fits_gamt(const struct icc *p, struct view v)
{
	return fits_lut(p, v, 3, 1, "mBA ");
}

static const struct {
	const char *signature;
	bool (*fits)(const struct icc *p, struct view v);
} tags[] = {
#define ICC_TAG(signature, kind) { signature, fits_##kind },
#include "inspect/icc_tag.def"
#undef ICC_TAG
};
enum { TAGS = sizeof tags / sizeof *tags };

/* -- header and table -------------------------------------------------------------- */

static bool
is_one_of(const uint8_t *four, const char *list)
{
	for (; *list != '\0'; list += 4)
		if (memcmp(four, list, 4) == 0)
			return true;
	return false;
}

static bool
header(struct view v, struct icc *p, struct err *e)
{
	static const uint8_t date[] = { 0x07, 0xd0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0 };
	static const uint8_t d50[] = { 0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d };
	struct view head = v;
	uint32_t size = 0;
	const uint8_t *h = v.p;

	if (v.n < HEADER + 4 || !view_u32be(&head, &size) || size != v.n || v.n % 4 != 0)
		return residue(e, "size field says %u, there are %zu bytes", (unsigned)size, v.n);
	p->version = h[8];
	if (!all_zero((struct view){ h + 4, 4 }) || (h[8] != 2 && h[8] != 4) || (h[9] & 15) != 0 || h[10] != 0 ||
	    h[11] != 0)
		return residue(e, "CMM or version");
	if (!is_one_of(h + 12, "scnrmntrprtrspac") || !is_one_of(h + 20, "XYZ Lab "))
		return residue(e, "class or connection space");
	p->components = is_one_of(h + 16, "GRAY") ? 1 : is_one_of(h + 16, "RGB Lab ") ? 3
			: is_one_of(h + 16, "CMYK") ? 4 : 0;
	p->lab = is_one_of(h + 16, "Lab ");
	if (p->components == 0)
		return residue(e, "colour space is none of the four");
	if (memcmp(h + 24, date, sizeof date) != 0 || !is_one_of(h + 36, "acsp") ||
	    !all_zero((struct view){ h + 40, 27 }) || h[67] > 3 || memcmp(h + 68, d50, sizeof d50) != 0 ||
	    !all_zero((struct view){ h + 80, 48 }))
		return residue(e, "a header field that is not at its fixed value");
	return true;
}

static bool
has(uint32_t seen, const char *list)
{
	unsigned t;

	for (; *list != '\0'; list += 4) {
		for (t = 0; t < TAGS && memcmp(tags[t].signature, list, 4) != 0; t++)
			;
		if (t == TAGS || !(seen >> t & 1))
			return false;
	}
	return true;
}

/* An element stands right behind the one before, or is the same one that an earlier tag has. */
static bool
placed(const uint32_t (*place)[2], uint32_t i, struct view v, size_t *end)
{
	uint32_t k, at = place[i][0], size = place[i][1];

	for (k = 0; k < i; k++)
		if (place[k][0] == at && place[k][1] == size)
			return true;
	if (at != (*end + 3) / 4 * 4 || at > v.n || size > v.n - at ||
	    !all_zero((struct view){ v.p + *end, at - *end }))
		return false;
	*end = (size_t)at + size;
	return true;
}

bool
inspect_icc(struct view v, struct icc *ret, struct err *e)
{
	struct icc p = { 0 };
	struct view table = view_from(v, HEADER);
	uint32_t place[TAGS][2], n, i, seen = 0;
	unsigned t = 0;
	size_t end;

	if (!header(v, &p, e) || !view_u32be(&table, &n))
		return false;
	if (n == 0 || n > TAGS || table.n / 12 < n)
		return residue(e, "%u tags", (unsigned)n);
	end = HEADER + 4 + (size_t)n * 12;
	for (i = 0; i < n; i++, t++) {
		struct view four = { 0 };

		(void)(view_take(&table, 4, &four) && view_u32be(&table, &place[i][0]) &&
		       view_u32be(&table, &place[i][1]));
		while (t < TAGS && memcmp(tags[t].signature, four.p, 4) != 0)
			t++;
		if (t == TAGS)
			return residue(e, "tag %u is unknown or out of order", (unsigned)i);
		if (!placed((const uint32_t (*)[2])place, i, v, &end))
			return residue(e, "tag %s: not right behind the one before", tags[t].signature);
		if (!tags[t].fits(&p, (struct view){ v.p + place[i][0], place[i][1] }))
			return residue(e, "tag %s: element not understood", tags[t].signature);
		seen |= 1u << t;
	}
	if ((end + 3) / 4 * 4 != v.n || !all_zero(view_from(v, end)))
		return residue(e, "bytes behind the last element");
	if (!has(seen, "desccprt") ||
	    !has(seen, has(seen, "A2B0") ? "A2B0" : p.components == 1 ? "kTRC"
		 : p.components == 3 && !p.lab ? "rXYZgXYZbXYZrTRCgTRCbTRC" : "A2B0"))
		return residue(e, "tags missing");
	*ret = p;
	return true;
}
