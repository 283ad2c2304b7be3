#include "inspect/text.h"

#include "core/utf8.h"

/* ISO-2022-JP's shifts (RFC 1468, with JIS X 0201 kana as CP50221 writes it). */
static bool
jis_shift(struct text_in *t)
{
	static const struct {
		const char *escape;
		int shift;
	} table[] = {
		{ "\x1b(B", JIS_ASCII }, { "\x1b(J", JIS_ROMAN }, { "\x1b(I", JIS_KANA },
		{ "\x1b$@", JIS_KANJI }, { "\x1b$B", JIS_KANJI },
	};
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++)
		if (view_starts(t->in, view_str(table[i].escape))) {
			t->shift = table[i].shift;
			return view_skip(&t->in, 3);
		}
	return false;
}

/* JIS X 0208, row and cell from 0x21 on, as CP932 maps them. */
static uint32_t
jis_character(unsigned row, unsigned cell)
{
	static const struct { uint16_t jis, c; } signs[] = {
		{ 0x2121, 0x3000 }, { 0x212a, 0xff01 }, { 0x2143, 0xff5c }, { 0x2148, 0x201c }, { 0x2149, 0x201d },
		{ 0x214a, 0xff08 }, { 0x214e, 0xff3b }, { 0x2150, 0xff5b }, { 0x215c, 0xff0b }, { 0x215d, 0xff0d },
		{ 0x2161, 0xff1d }, { 0x216f, 0xffe5 }, { 0x2175, 0xff06 }, { 0x2177, 0xff20 },
	};
	size_t i;

	if (row == 0x23)
		return 0xff00 + cell - 0x20;
	for (i = 0; row == 0x21 && i < sizeof signs / sizeof *signs; i++)
		if (signs[i].jis == (row << 8 | cell))
			return signs[i].c;
	return TEXT_WIDE;
}

static uint32_t
next_jis(struct text_in *t)
{
	uint8_t c, d;

	while (t->in.n > 0 && t->in.p[0] == 0x1b)
		if (!jis_shift(t))
			return TEXT_BAD;
	if (!view_u8(&t->in, &c))
		return t->shift == JIS_ASCII ? TEXT_END : TEXT_BAD;
	if (c < 0x21)
		return c;
	if (c > 0x7e)
		return TEXT_BAD;
	if (t->shift == JIS_ASCII || t->shift == JIS_ROMAN)
		return t->shift == JIS_ROMAN && c == 0x5c ? 0xa5 : c;
	if (t->shift == JIS_KANA)
		return c <= 0x5f ? TEXT_WIDE : TEXT_BAD;
	return view_u8(&t->in, &d) && d >= 0x21 && d <= 0x7e ? jis_character(c, d) : TEXT_BAD;
}

static bool
in_range(uint8_t c, uint8_t lo, uint8_t hi)
{
	return c >= lo && c <= hi;
}

static uint32_t
next_euc(struct text_in *t)
{
	uint8_t c, d, f;

	if (!view_u8(&t->in, &c))
		return TEXT_END;
	if (c < 0x80)
		return c;
	if (!view_u8(&t->in, &d))
		return TEXT_BAD;
	if (c == 0x8e)
		return in_range(d, 0xa1, 0xdf) ? TEXT_WIDE : TEXT_BAD;
	if (c == 0x8f)
		return in_range(d, 0xa1, 0xfe) && view_u8(&t->in, &f) && in_range(f, 0xa1, 0xfe)
			       ? TEXT_WIDE : TEXT_BAD;
	return in_range(c, 0xa1, 0xfe) && in_range(d, 0xa1, 0xfe) ? jis_character(c - 0x80u, d - 0x80u) : TEXT_BAD;
}

static uint32_t
next_cp932(struct text_in *t)
{
	uint8_t c, d;

	if (!view_u8(&t->in, &c))
		return TEXT_END;
	if (c < 0x80)
		return c;
	if (in_range(c, 0xa1, 0xdf))
		return TEXT_WIDE;
	if (!in_range(c, 0x81, 0x9f) && !in_range(c, 0xe0, 0xfc))
		return TEXT_BAD;
	if (!view_u8(&t->in, &d) || !(in_range(d, 0x40, 0x7e) || in_range(d, 0x80, 0xfc)))
		return TEXT_BAD;
	/* IBM's ＇ and ＂ stand outside the rows. */
	if (c == 0xfa && (d == 0x56 || d == 0x57))
		return d == 0x56 ? 0xff07 : 0xff02;
	if (c == 0x81 || c == 0x82)
		return jis_character(0x21u + (c - 0x81u) * 2 + (d >= 0x9f), d >= 0x9f ? d - 0x7eu : d - 0x1fu - (d > 0x7f));
	return TEXT_WIDE;
}

static uint32_t
next_utf16(struct text_in *t)
{
	uint16_t hi, lo;

	if (t->in.n == 0)
		return TEXT_END;
	if (!view_u16le(&t->in, &hi) || (hi >= 0xdc00 && hi <= 0xdfff))
		return TEXT_BAD;
	if (hi < 0xd800 || hi > 0xdbff)
		return hi;
	if (!view_u16le(&t->in, &lo) || lo < 0xdc00 || lo > 0xdfff)
		return TEXT_BAD;
	return 0x10000u + ((hi - 0xd800u) << 10) + (lo - 0xdc00u);
}

uint32_t
inspect_text_next(struct text_in *t)
{
	switch (t->charset) {
	case CHARSET_UTF8:
		return t->in.n == 0 ? TEXT_END : utf8_take(&t->in);
	case CHARSET_UTF16LE:
		return next_utf16(t);
	case CHARSET_JIS:
		return next_jis(t);
	case CHARSET_EUC_JP:
		return next_euc(t);
	case CHARSET_CP932:
		return next_cp932(t);
	}
	return TEXT_BAD;
}

static bool
valid(struct text_in t)
{
	uint32_t c;

	while ((c = inspect_text_next(&t)) != TEXT_END)
		if (c == TEXT_BAD)
			return false;
	return true;
}

/*
 * UTF-8 goes first: the bytes of its bidi characters could otherwise be
 * called kana of CP932.
 */
static bool
decide(struct inspection *in, struct text_in *t, struct err *e)
{
	static const enum charset rest[] = { CHARSET_EUC_JP, CHARSET_CP932 };
	size_t i;

	if (t->whole.n == 0)
		return residue(e, "empty");
	if (view_starts(t->whole, VIEW("\xff\xfe"))) {
		t->charset = CHARSET_UTF16LE;
		(void)view_skip(&t->in, 2);
	} else if (view_starts(t->whole, VIEW("\xef\xbb\xbf"))) {
		t->charset = CHARSET_UTF8;
		(void)view_skip(&t->in, 3);
	} else {
		t->charset = t->whole.n > 0 && memchr(t->whole.p, 0x1b, t->whole.n) != NULL ? CHARSET_JIS
											   : CHARSET_UTF8;
	}
	if (t->charset != CHARSET_UTF8 && in->profile->utf8)
		return residue(e, "not UTF-8, which the profile asks for");
	if (valid(*t))
		return true;
	if (t->charset != CHARSET_UTF8 || t->in.n != t->whole.n || in->profile->utf8)
		return residue(e, "not valid in its charset");
	for (i = 0; i < 2; i++) {
		t->charset = rest[i];
		if (valid(*t))
			return true;
	}
	return residue(e, "in none of the charsets");
}

bool
inspect_text_open(struct inspection *in, struct view out, enum text_lines lines, struct text_in *ret, struct err *e)
{
	struct text_in t = { .whole = out, .in = out }, scan;
	bool lf = false, crlf = false;
	uint32_t c;

	if (!decide(in, &t, e))
		return false;
	scan = t;
	while ((c = inspect_text_next(&scan)) != TEXT_END) {
		if (c >= 0x20 && c < 0x7f)
			continue;
		if (c == '\r') {
			c = inspect_text_next(&scan);
			if (c != '\n')
				return residue(e, "byte %zu: CR without LF", at_of(out, scan.in));
			crlf = true;
		} else if (c == '\n') {
			lf = true;
		} else if (c != '\t' && c != TEXT_WIDE && (utf8_is_control(c) || utf8_is_hiding(c))) {
			return residue(e, "byte %zu: U+%04X, a control or hiding character",
				       at_of(out, scan.in), (unsigned)c);
		}
		if (lf && crlf && lines == TEXT_ONE_KIND)
			return residue(e, "byte %zu: line ends of two kinds", at_of(out, scan.in));
	}
	*ret = t;
	return true;
}

bool
inspect_text(struct inspection *in, struct view out, struct err *e)
{
	struct text_in t;

	return inspect_text_open(in, out, TEXT_ONE_KIND, &t, e);
}
