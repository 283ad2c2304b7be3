#include "core/utf8.h"
#include "sanitize/text/charset.h"

enum {
	SAMPLE = 1 << 20,	/* bytes that are decoded in trial */
	NEVER = -1000000,
};

/* What a trial decoding looks like. */
struct trial {
	uint64_t chars;		/* beyond ASCII, bad ones included */
	uint64_t bad;
	uint64_t controls;
	uint64_t all, familiar;	/* characters; those of everyday text */
	uint64_t kana;		/* full-width */
	int64_t points;		/* for characters that Japanese is made of */
};

static const struct {
	enum charset charset;
	struct view bom;
} boms[] = {
	/* UTF-32LE begins with UTF-16LE's mark and so comes first. */
	{ CHARSET_UTF32LE, { (const uint8_t *)"\xff\xfe\0", 4 } },
	{ CHARSET_UTF32BE, { (const uint8_t *)"\0\0\xfe\xff", 4 } },
	{ CHARSET_UTF8_BOM, { (const uint8_t *)"\xef\xbb\xbf", 3 } },
	{ CHARSET_UTF16LE, { (const uint8_t *)"\xff\xfe", 2 } },
	{ CHARSET_UTF16BE, { (const uint8_t *)"\xfe\xff", 2 } },
};

/* How much a character says for being the right reading. */
static int
weight(uint32_t c)
{
	if (c >= 0x3040 && c < 0x3100)
		return 6;	/* kana */
	if (c >= 0x3000 && c < 0x3040)
		return 4;	/* 、。「」 */
	if (c >= 0x4e00 && c < 0xa000)
		return 3;
	if (c >= 0xff01 && c < 0xff5f)
		return 3;	/* full-width ASCII */
	if (c >= 0xff61 && c < 0xffa0)
		return 0;	/* half-width kana: what EUC-JP looks like, read as CP932 */
	if (c >= 0xe000 && c < 0xf900)
		return -2;
	return 1;
}

/* A half-width voicing mark stands only behind a kana that takes one: others are no kana. */
static bool
is_stray_mark(uint32_t c, uint32_t before)
{
	bool ha = before >= 0xff8a && before <= 0xff8e;

	if (c == 0xff9f)
		return !ha;
	return c == 0xff9e && !ha && before != 0xff73 && !(before >= 0xff76 && before <= 0xff84);
}

/* `cut`: the input goes on behind the sample, which may end inside a character. */
static struct trial
try(enum charset c, struct view in, bool cut)
{
	struct charset_state s = { 0 };
	struct trial t = { 0 };
	uint32_t before = 0;

	while (in.n > 0) {
		uint32_t x = charset_take(c, &s, &in);

		if (x == CHARSET_NOTHING)
			continue;
		if (is_stray_mark(x, before))
			t.points -= 8;
		before = x;
		t.all++;
		t.familiar += x < 0x7f ? x >= 0x20 || x == '\n' || x == '\r' || x == '\t'
				       : x != CHARSET_BAD && weight(x) >= 3;
		if (x < 0x80) {
			t.controls += x < 0x20 && x != '\t' && x != '\n' && x != '\r';
			continue;
		}
		t.chars++;
		if (x == CHARSET_BAD)
			t.bad += !cut || in.n > 3;
		else if (x < 0xa0)
			t.controls++;
		else
			t.points += weight(x);
		t.kana += x >= 0x3040 && x < 0x3100;
	}
	return t;
}

/* Points per thousand characters; a bad sequence costs more than any good one brings. */
static int
score(const struct trial *t)
{
	if (t->chars == 0)
		return NEVER;
	return (int)((t->points - 40 * (int64_t)t->bad - 20 * (int64_t)t->controls) * 1000 /
		     (int64_t)t->chars);
}

static bool
is_ascii(struct view in)
{
	uint64_t all = 0, eight;
	size_t i;

	for (i = 0; i + 8 <= in.n; i += 8) {
		memcpy(&eight, in.p + i, 8);
		all |= eight;
	}
	for (; i < in.n; i++)
		all |= in.p[i];
	return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* UTF-16 that forgot its mark: zeros stand on one side, and it decodes cleanly. */
static bool
is_utf16(struct view in, enum charset *ret)
{
	size_t zeros[2] = { 0, 0 }, i;
	struct trial t;

	if (in.n < 4 || in.n % 2 != 0)
		return false;
	for (i = 0; i < in.n && i < SAMPLE; i++)
		zeros[i & 1] += in.p[i] == 0;
	if (zeros[0] == zeros[1] || (zeros[0] != 0 && zeros[1] != 0))
		return false;
	*ret = zeros[1] > 0 ? CHARSET_UTF16LE : CHARSET_UTF16BE;
	in.n = in.n < SAMPLE ? in.n : SAMPLE;
	t = try(*ret, in, true);
	return t.bad == 0 && t.controls == 0 && t.familiar * 10 >= t.all * 8;
}

static bool
has_shift(struct view in)
{
	return view_find(in, 0, VIEW("\x1b$")) != VIEW_NOT_FOUND ||
	       view_find(in, 0, VIEW("\x1b(I")) != VIEW_NOT_FOUND ||
	       view_find(in, 0, VIEW("\x1b(J")) != VIEW_NOT_FOUND;
}

/*
 * Latin letters (C0 to FF) stand alone between ASCII ones; Japanese bytes come in rows, and the
 * leads of its common characters are below C0.
 */
static bool
is_western(struct view in)
{
	size_t i, lone = 0, high = 0;

	for (i = 0; i < in.n; i++) {
		if (in.p[i] < 0x80)
			continue;
		high++;
		lone += in.p[i] >= 0xc0 && (i == 0 || in.p[i - 1] < 0x80) &&
			(i + 1 == in.n || in.p[i + 1] < 0x80);
	}
	return lone * 10 >= high * 8;
}

static struct charset_guess
japanese(struct view in, bool cut, const struct trial *utf8)
{
	struct trial sjis = try(CHARSET_CP932, in, cut), euc = try(CHARSET_EUCJP, in, cut);
	int u = score(utf8), s = score(&sjis), j = score(&euc);
	struct charset_guess g = { CHARSET_CP932, 0, false };
	const struct trial *best = &sjis;

	/*
	 * Half-width kana alone (banks' files) are well-formed EUC-JP too, as rare kanji; but Japanese
	 * without any kana is rarer than they are.
	 */
	if (j > s && !(euc.kana == 0 && sjis.bad == 0 && sjis.controls == 0 && s >= 0)) {
		g.charset = CHARSET_EUCJP;
		best = &euc;
	}
	if (u >= s && u >= j) {
		g.charset = CHARSET_UTF8;
		best = utf8;
	}
	if (best->bad == 0 && best->controls == 0)
		g.confidence = (s > j ? s - j : j - s) > 500 ? 95 : 70;
	else
		g.confidence = best->bad * 20 < best->chars ? 60 : best->bad * 5 < best->chars ? 30 : 0;
	if (g.charset != CHARSET_UTF8 && is_western(in)) {
		g.charset = CHARSET_CP1252;
		g.confidence = 50;
	} else if (g.confidence < 30) {
		g.charset = CHARSET_CP1252;
		g.confidence = 10;
	}
	return g;
}

struct charset_guess
charset_guess(struct view in)
{
	struct view sample = in;
	struct charset_guess g = { CHARSET_UTF8, 100, false };
	struct trial t;
	enum charset wide;
	bool cut;
	size_t i;

	for (i = 0; i < sizeof boms / sizeof *boms; i++)
		if (view_starts(in, boms[i].bom))
			return (struct charset_guess){ boms[i].charset, 100, true };
	if (in.n > 0 && memchr(in.p, 0, in.n < SAMPLE ? in.n : SAMPLE) != NULL && is_utf16(in, &wide))
		return (struct charset_guess){ wide, 80, false };
	if (is_ascii(in)) {
		if (in.n > 0 && memchr(in.p, 0x1b, in.n) != NULL && has_shift(in)) {
			t = try(CHARSET_ISO2022JP, in, false);
			if (t.bad * 20 <= t.chars && t.chars > 0)
				g = (struct charset_guess){ CHARSET_ISO2022JP, t.bad == 0 ? 95 : 60, false };
		}
		return g;
	}
	if (utf8_valid(in))
		return g;
	if (sample.n > SAMPLE)
		sample.n = SAMPLE;
	/* ASCII for a mebibyte and then something else: look there. */
	while (is_ascii(sample) && sample.n + (size_t)(sample.p - in.p) < in.n) {
		sample = view_from(in, (size_t)(sample.p - in.p) + sample.n);
		sample.n = sample.n < SAMPLE ? sample.n : SAMPLE;
	}
	cut = sample.n < in.n;
	t = try(CHARSET_UTF8, sample, cut);
	return japanese(sample, cut, &t);
}
