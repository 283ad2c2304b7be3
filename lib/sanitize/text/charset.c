#include "sanitize/text/charset.h"

#include <strings.h>

#include "core/utf8.h"
#include "sanitize/text/charset_tables.def"

enum {
	GAIJI = 8836,		/* first Shift_JIS pointer of the user-defined rows F0..F9 */
	GAIJI_END = 10716,
	GAIJI_POINT = 0xe000,
	GETA = 0x3013,		/* 〓: what a Japanese printer sets where it has no type */
	ESC = 0x1b,
};

/* The sets that ISO-2022-JP shifts between (RFC 1468, RFC 1557 is not ours; CP50221 adds KANA). */
enum { SET_ASCII, SET_ROMAN, SET_KANA, SET_0208, SET_0212 };

static const struct {
	const char *name;
	uint8_t bom[4];
	uint8_t bom_n;
	bool japanese;
} infos[] = {
	[CHARSET_UTF8] = { "UTF-8", { 0 }, 0, false },
	[CHARSET_UTF8_BOM] = { "UTF-8 (BOM)", { 0xef, 0xbb, 0xbf }, 3, false },
	[CHARSET_UTF16LE] = { "UTF-16LE", { 0xff, 0xfe }, 2, false },
	[CHARSET_UTF16BE] = { "UTF-16BE", { 0xfe, 0xff }, 2, false },
	[CHARSET_UTF32LE] = { "UTF-32LE", { 0xff, 0xfe, 0, 0 }, 4, false },
	[CHARSET_UTF32BE] = { "UTF-32BE", { 0, 0, 0xfe, 0xff }, 4, false },
	[CHARSET_CP932] = { "Shift_JIS (CP932)", { 0 }, 0, true },
	[CHARSET_EUCJP] = { "EUC-JP", { 0 }, 0, true },
	[CHARSET_ISO2022JP] = { "ISO-2022-JP", { 0 }, 0, true },
	[CHARSET_CP1252] = { "Windows-1252", { 0 }, 0, false },
	[CHARSET_CP437] = { "CP437", { 0 }, 0, false },
};

/* Code page 437, 80..FF: the charset of a ZIP name that says nothing else (APPNOTE D.1). */
static const uint16_t cp437_high[128] = {
	0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb, 0x00e8,
	0x00ef, 0x00ee, 0x00ec, 0x00c4, 0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2,
	0x00fb, 0x00f9, 0x00ff, 0x00d6, 0x00dc, 0x00a2, 0x00a3, 0x00a5, 0x20a7, 0x0192, 0x00e1,
	0x00ed, 0x00f3, 0x00fa, 0x00f1, 0x00d1, 0x00aa, 0x00ba, 0x00bf, 0x2310, 0x00ac, 0x00bd,
	0x00bc, 0x00a1, 0x00ab, 0x00bb, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562,
	0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534,
	0x252c, 0x251c, 0x2500, 0x253c, 0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560,
	0x2550, 0x256c, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b,
	0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580, 0x03b1, 0x00df, 0x0393,
	0x03c0, 0x03a3, 0x03c3, 0x00b5, 0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4, 0x221e, 0x03c6,
	0x03b5, 0x2229, 0x2261, 0x00b1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248, 0x00b0,
	0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2, 0x25a0, 0x00a0,
};

static const struct {
	const char *name;
	enum charset charset;
} labels[] = {
	{ "utf-8", CHARSET_UTF8 },
	{ "utf8", CHARSET_UTF8 },
	{ "us-ascii", CHARSET_UTF8 },
	{ "ascii", CHARSET_UTF8 },
	{ "utf-16", CHARSET_UTF16LE },
	{ "utf-16le", CHARSET_UTF16LE },
	{ "utf-16be", CHARSET_UTF16BE },
	{ "shift_jis", CHARSET_CP932 },
	{ "shift-jis", CHARSET_CP932 },
	{ "sjis", CHARSET_CP932 },
	{ "x-sjis", CHARSET_CP932 },
	{ "ms_kanji", CHARSET_CP932 },
	{ "windows-31j", CHARSET_CP932 },
	{ "cp932", CHARSET_CP932 },
	{ "ms932", CHARSET_CP932 },
	{ "euc-jp", CHARSET_EUCJP },
	{ "x-euc-jp", CHARSET_EUCJP },
	{ "eucjp", CHARSET_EUCJP },
	{ "cp51932", CHARSET_EUCJP },
	{ "iso-2022-jp", CHARSET_ISO2022JP },
	{ "csiso2022jp", CHARSET_ISO2022JP },
	{ "cp50221", CHARSET_ISO2022JP },
	{ "windows-1252", CHARSET_CP1252 },
	{ "cp1252", CHARSET_CP1252 },
	{ "iso-8859-1", CHARSET_CP1252 },
	{ "latin1", CHARSET_CP1252 },
};

const char *
charset_name(enum charset c)
{
	return infos[c < CHARSET_COUNT ? c : CHARSET_UTF8].name;
}

bool
charset_find(struct view name, enum charset *ret)
{
	size_t i;

	for (i = 0; i < sizeof labels / sizeof *labels; i++) {
		if (strlen(labels[i].name) != name.n ||
		    strncasecmp(labels[i].name, (const char *)name.p, name.n) != 0)
			continue;
		*ret = labels[i].charset;
		return true;
	}
	return false;
}

/* A lead byte without its trail: the lead alone goes, so that an ASCII byte behind it stays. */
static uint32_t
bad_after(struct view *in, size_t n)
{
	(void)view_skip(in, n);
	return CHARSET_BAD;
}

static uint32_t
take_cp932(struct view *in)
{
	uint8_t a = in->p[0], b;
	uint32_t p, c;

	(void)view_skip(in, 1);
	if (a <= 0x80)
		return a;
	if (a >= 0xa1 && a <= 0xdf)
		return 0xff61 + a - 0xa1u;
	if (a == 0xa0 || a > 0xfc || in->n == 0)
		return CHARSET_BAD;
	b = in->p[0];
	if (b < 0x40 || b == 0x7f || b > 0xfc)
		return CHARSET_BAD;
	p = (a - (a < 0xa0 ? 0x81u : 0xc1u)) * 188 + b - (b < 0x7f ? 0x40u : 0x41u);
	c = p >= GAIJI && p < GAIJI_END ? GAIJI_POINT + p - GAIJI : jis0208[p];
	if (c == 0)
		return b < 0x80 ? CHARSET_BAD : bad_after(in, 1);
	(void)view_skip(in, 1);
	return c;
}

static uint32_t
row_cell(const uint16_t *table, uint8_t a, uint8_t b)
{
	uint32_t c;

	if (a < 0x21 || a > 0x7e || b < 0x21 || b > 0x7e)
		return CHARSET_BAD;
	c = table[(a - 0x21u) * 94 + b - 0x21u];
	return c == 0 ? CHARSET_BAD : c;
}

static uint32_t
take_eucjp(struct view *in)
{
	uint8_t a = in->p[0];
	uint32_t c = CHARSET_BAD;
	size_t n = 2;

	if (a < 0x80) {
		(void)view_skip(in, 1);
		return a;
	}
	if (a == 0x8f && in->n >= 3 && in->p[1] >= 0xa1 && in->p[2] >= 0xa1) {
		n = 3;
		c = row_cell(jis0212, in->p[1] & 0x7f, in->p[2] & 0x7f);
	} else if (a == 0x8e && in->n >= 2 && in->p[1] >= 0xa1 && in->p[1] <= 0xdf) {
		c = 0xff61 + in->p[1] - 0xa1u;
	} else if (a >= 0xa1 && in->n >= 2 && in->p[1] >= 0xa1) {
		c = row_cell(jis0208, a & 0x7f, in->p[1] & 0x7f);
	} else {
		return bad_after(in, 1);
	}
	(void)view_skip(in, n);
	return c;
}

static bool
take_escape(struct charset_state *s, struct view *in)
{
	static const struct {
		struct view seq;
		uint8_t set;
	} escapes[] = {
		{ { (const uint8_t *)"\x1b(B", 3 }, SET_ASCII },
		{ { (const uint8_t *)"\x1b(J", 3 }, SET_ROMAN },
		{ { (const uint8_t *)"\x1b(I", 3 }, SET_KANA },
		{ { (const uint8_t *)"\x1b$@", 3 }, SET_0208 },
		{ { (const uint8_t *)"\x1b$B", 3 }, SET_0208 },
		{ { (const uint8_t *)"\x1b$(D", 4 }, SET_0212 },
		{ { (const uint8_t *)"\x1b$(B", 4 }, SET_0208 },
	};
	size_t i;

	for (i = 0; i < sizeof escapes / sizeof *escapes; i++) {
		if (!view_starts(*in, escapes[i].seq))
			continue;
		s->set = escapes[i].set;
		return view_skip(in, escapes[i].seq.n);
	}
	return false;
}

static uint32_t
take_iso2022jp(struct charset_state *s, struct view *in)
{
	uint8_t a = in->p[0], b;
	uint32_t c;

	if (a == ESC && take_escape(s, in))
		return CHARSET_NOTHING;
	(void)view_skip(in, 1);
	if (a >= 0x80)
		return CHARSET_BAD;
	/* A new line starts in ASCII (RFC 1468); tolerant readers do the same. */
	if (a == '\n' || a == '\r')
		s->set = SET_ASCII;
	if (a <= 0x20 || s->set == SET_ASCII)
		return a;
	if (s->set == SET_ROMAN)
		return a == '\\' ? 0xa5 : a == '~' ? 0x203e : a;
	if (s->set == SET_KANA)
		return a <= 0x5f ? 0xff61 + a - 0x21u : CHARSET_BAD;
	if (in->n == 0)
		return CHARSET_BAD;
	b = in->p[0];
	c = row_cell(s->set == SET_0208 ? jis0208 : jis0212, a, b);
	if (b > 0x20 && b < 0x80)
		(void)view_skip(in, 1);
	return c;
}

static uint32_t
take_utf16(struct view *in, bool big)
{
	uint16_t a, b;
	struct view rest;

	if (!(big ? view_u16be(in, &a) : view_u16le(in, &a)))
		return bad_after(in, in->n);
	if (a < 0xd800 || a > 0xdfff)
		return a;
	rest = *in;
	if (a > 0xdbff || !(big ? view_u16be(&rest, &b) : view_u16le(&rest, &b)) || b < 0xdc00 ||
	    b > 0xdfff)
		return CHARSET_BAD;
	*in = rest;
	return 0x10000 + ((a & 0x3ffu) << 10) + (b & 0x3ffu);
}

static uint32_t
take_utf32(struct view *in, bool big)
{
	uint32_t c;

	if (!(big ? view_u32be(in, &c) : view_u32le(in, &c)))
		return bad_after(in, in->n);
	return c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? CHARSET_BAD : c;
}

static uint32_t
take_high(struct view *in, const uint16_t *high)
{
	uint8_t a = in->p[0];

	(void)view_skip(in, 1);
	return a < 0x80 ? a : high[a - 0x80];
}

uint32_t
charset_take(enum charset c, struct charset_state *s, struct view *in)
{
	switch (c) {
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		return take_utf16(in, c == CHARSET_UTF16BE);
	case CHARSET_UTF32LE:
	case CHARSET_UTF32BE:
		return take_utf32(in, c == CHARSET_UTF32BE);
	case CHARSET_CP932:
		return take_cp932(in);
	case CHARSET_EUCJP:
		return take_eucjp(in);
	case CHARSET_ISO2022JP:
		return take_iso2022jp(s, in);
	case CHARSET_CP1252:
		return take_high(in, cp1252_high);
	case CHARSET_CP437:
		return take_high(in, cp437_high);
	case CHARSET_UTF8:
	case CHARSET_UTF8_BOM:
	default:
		return utf8_take(in);	/* UTF8_BAD is CHARSET_BAD */
	}
}

bool
charset_decode(enum charset c, struct view in, struct buf *out, uint64_t *ret_bad, struct err *e)
{
	struct charset_state s = { 0 };
	struct view bom = view_of(infos[c].bom, infos[c].bom_n);
	uint64_t bad = 0;

	if (bom.n > 0 && view_starts(in, bom))
		(void)view_skip(&in, bom.n);
	while (in.n > 0) {
		uint32_t x = charset_take(c, &s, &in);
		uint8_t *room;

		if (x == CHARSET_NOTHING)
			continue;
		if (x == CHARSET_BAD) {
			x = 0xfffd;
			bad++;
		}
		room = buf_room(out, 4);
		if (room == NULL)
			return buf_ok(out, e);
		out->n += utf8_put(room, x);
	}
	*ret_bad = bad;
	return true;
}

/* 0 where the table has it not, else pointer + 1. */
static uint32_t
pointer_of(const uint8_t page[256], const uint16_t *pointer, uint32_t c)
{
	return c > 0xffff ? 0 : pointer[page[c >> 8] * 256u + (c & 0xff)];
}

static bool
put_cp932(struct buf *out, uint32_t c)
{
	uint32_t p, lead, trail;

	if (c <= 0x80)
		return buf_byte(out, (uint8_t)c);
	if (c >= 0xff61 && c <= 0xff9f)
		return buf_byte(out, (uint8_t)(c - 0xff61 + 0xa1));
	if (c >= GAIJI_POINT && c < GAIJI_POINT + (GAIJI_END - GAIJI))
		p = GAIJI + (c - GAIJI_POINT) + 1;
	else
		p = pointer_of(sjis_page, sjis_pointer, c);
	if (p-- == 0)
		return false;
	lead = p / 188;
	trail = p % 188;
	return buf_byte(out, (uint8_t)(lead + (lead < 0x1f ? 0x81 : 0xc1))) &&
	       buf_byte(out, (uint8_t)(trail + (trail < 0x3f ? 0x40 : 0x41)));
}

static bool
put_eucjp(struct buf *out, uint32_t c)
{
	uint32_t p;

	if (c < 0x80)
		return buf_byte(out, (uint8_t)c);
	if (c >= 0xff61 && c <= 0xff9f)
		return buf_byte(out, 0x8e) && buf_byte(out, (uint8_t)(c - 0xff61 + 0xa1));
	p = pointer_of(jis_page, jis_pointer, c);
	if (p == 0) {
		p = pointer_of(jis0212_page, jis0212_pointer, c);
		if (p == 0 || !buf_byte(out, 0x8f))
			return false;
	}
	p--;
	return buf_byte(out, (uint8_t)(0xa1 + p / 94)) && buf_byte(out, (uint8_t)(0xa1 + p % 94));
}

static bool
shift(struct charset_state *s, uint8_t set, struct buf *out)
{
	static const char *const escapes[] = {
		[SET_ASCII] = "\x1b(B", [SET_ROMAN] = "\x1b(J", [SET_KANA] = "\x1b(I",
		[SET_0208] = "\x1b$B",
	};

	if (s->set == set)
		return true;
	s->set = set;
	return buf_str(out, escapes[set]);
}

static bool
put_iso2022jp(struct charset_state *s, struct buf *out, uint32_t c)
{
	uint32_t p;

	if (c == 0xa5 || c == 0x203e)
		return shift(s, SET_ROMAN, out) && buf_byte(out, c == 0xa5 ? '\\' : '~');
	if (c < 0x80)
		return shift(s, SET_ASCII, out) && buf_byte(out, (uint8_t)c);
	if (c >= 0xff61 && c <= 0xff9f)
		return shift(s, SET_KANA, out) && buf_byte(out, (uint8_t)(c - 0xff61 + 0x21));
	/* JIS X 0212 is read, but few programs read it here: it is not written. */
	p = pointer_of(jis_page, jis_pointer, c);
	if (p-- == 0)
		return false;
	return shift(s, SET_0208, out) && buf_byte(out, (uint8_t)(0x21 + p / 94)) &&
	       buf_byte(out, (uint8_t)(0x21 + p % 94));
}

static bool
put_utf16(struct buf *out, uint32_t c, bool big)
{
	uint16_t high;

	if (c < 0x10000)
		return big ? buf_u16be(out, (uint16_t)c) : buf_u16le(out, (uint16_t)c);
	c -= 0x10000;
	high = (uint16_t)(0xd800 | c >> 10);
	return put_utf16(out, high, big) && put_utf16(out, 0xdc00 | (c & 0x3ff), big);
}

static bool
put_high(struct buf *out, uint32_t c, const uint16_t *high)
{
	size_t i;

	if (c < 0x80)
		return buf_byte(out, (uint8_t)c);
	for (i = 0; i < 128; i++)
		if (high[i] == c)
			return buf_byte(out, (uint8_t)(0x80 + i));
	return false;
}

static bool
put(enum charset c, struct charset_state *s, struct buf *out, uint32_t x)
{
	uint8_t one[4];

	switch (c) {
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		return put_utf16(out, x, c == CHARSET_UTF16BE);
	case CHARSET_UTF32LE:
		return buf_u32le(out, x);
	case CHARSET_UTF32BE:
		return buf_u32be(out, x);
	case CHARSET_CP932:
		return put_cp932(out, x);
	case CHARSET_EUCJP:
		return put_eucjp(out, x);
	case CHARSET_ISO2022JP:
		return put_iso2022jp(s, out, x);
	case CHARSET_CP1252:
		return put_high(out, x, cp1252_high);
	case CHARSET_CP437:
		return put_high(out, x, cp437_high);
	case CHARSET_UTF8:
	case CHARSET_UTF8_BOM:
	default:
		return buf_put(out, one, utf8_put(one, x));
	}
}

bool
charset_encode(enum charset c, struct view utf8, struct buf *out, uint64_t *ret_lost, struct err *e)
{
	struct charset_state s = { 0 };
	uint64_t lost = 0;

	(void)buf_put(out, infos[c].bom, infos[c].bom_n);
	if (c == CHARSET_UTF8 || c == CHARSET_UTF8_BOM) {
		*ret_lost = 0;
		return buf_view(out, utf8) || buf_ok(out, e);
	}
	while (utf8.n > 0 && !out->full) {
		uint32_t x = utf8_take(&utf8);

		if (put(c, &s, out, x) || out->full)
			continue;
		lost++;
		(void)put(c, &s, out, infos[c].japanese ? GETA : '?');
	}
	(void)(c == CHARSET_ISO2022JP && shift(&s, SET_ASCII, out));
	if (!buf_ok(out, e))
		return false;
	*ret_lost = lost;
	return true;
}
