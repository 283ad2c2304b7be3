#include "sanitize/detect.h"

/* Fixed bytes at a fixed place; the first row that fits decides. */
static const struct {
	enum type type;
	uint32_t at;
	struct view bytes;
} magics[] = {
#define MAGIC(id, at, bytes) { TYPE_##id, at, { (const uint8_t *)(bytes), sizeof(bytes) - 1 } },
#include "sanitize/magic.def"
#undef MAGIC
};

static bool
has(struct view in, size_t at, const char *bytes)
{
	struct view v;

	return view_sub(in, at, strlen(bytes), &v) && view_is(v, bytes);
}

/* DOS and Windows programs: "MZ", and either a newer header or a body that is no text. */
static bool
is_pe(struct view in)
{
	struct view at = view_from(in, 0x3c);
	uint32_t head;

	if (!has(in, 0, "MZ") && !has(in, 0, "ZM"))
		return false;
	if (view_u32le(&at, &head) && (has(in, head, "PE") || has(in, head, "NE") ||
				       has(in, head, "LE") || has(in, head, "LX")))
		return true;
	in.n = in.n < 64 ? in.n : 64;
	return memchr(in.p, 0, in.n) != NULL;
}

/* CAFEBABE is a Java class (then a version from 45 on) or a fat Mach-O (then a small count). */
static enum type
cafebabe(struct view in)
{
	struct view v = view_from(in, 4);
	uint32_t n;

	if (!has(in, 0, "\xca\xfe\xba\xbe") || !view_u32be(&v, &n))
		return TYPE_UNKNOWN;
	return n < 45 ? TYPE_MACHO : TYPE_JAVA_CLASS;
}

static enum type
riff(struct view in)
{
	if (has(in, 0, "FORM") && has(in, 8, "AIF"))
		return TYPE_AUDIO;
	if (!has(in, 0, "RIFF") && !has(in, 0, "RIFX"))
		return TYPE_UNKNOWN;
	return has(in, 8, "WEBP") ? TYPE_WEBP : has(in, 8, "AVI ") ? TYPE_VIDEO
		: has(in, 8, "WAVE") ? TYPE_AUDIO : TYPE_UNKNOWN;
}

/* ISO 14496-12: the first box names the brand. */
static enum type
iso_media(struct view in)
{
	static const char *const heif[] = { "heic", "heix", "heim", "heis", "hevc", "hevx",
					    "mif1", "msf1", "avif", "avis" };
	size_t i;

	if (has(in, 4, "moov") || has(in, 4, "mdat") || has(in, 4, "wide"))
		return TYPE_VIDEO;
	if (!has(in, 4, "ftyp"))
		return TYPE_UNKNOWN;
	for (i = 0; i < sizeof heif / sizeof *heif; i++)
		if (has(in, 8, heif[i]))
			return TYPE_HEIF;
	return has(in, 8, "jp2 ") || has(in, 8, "jpx ") ? TYPE_JP2
		: has(in, 8, "M4A ") || has(in, 8, "M4B ") ? TYPE_AUDIO : TYPE_VIDEO;
}

static enum type
bitmap(struct view in)
{
	struct view v = view_from(in, 14);
	uint16_t kind, count;
	uint32_t head, at;

	if (has(in, 0, "BM") && view_u32le(&v, &head) &&
	    (head == 12 || head == 16 || head == 64 || (head >= 40 && head <= 124)))
		return TYPE_BMP;
	v = in;
	if (!view_u16le(&v, &kind) || kind != 0 || !view_u16le(&v, &kind) ||
	    (kind != 1 && kind != 2) || !view_u16le(&v, &count) || count == 0 || !view_skip(&v, 12) ||
	    !view_u32le(&v, &at))
		return TYPE_UNKNOWN;
	return at >= 6 + 16u * count && at < in.n ? TYPE_ICO : TYPE_UNKNOWN;
}

/* LZH: a method "-lh5-" in the third byte (Yoshizaki's header, every level). */
static bool
is_lzh(struct view in)
{
	struct view v;

	if (!view_sub(in, 2, 5, &v) || v.p[0] != '-' || v.p[4] != '-' || in.n < 21)
		return false;
	return (v.p[1] == 'l' && (v.p[2] == 'h' || v.p[2] == 'z')) || (v.p[1] == 'p' && v.p[2] == 'm');
}

/* A tar's checksum: octal, over the header with blanks in its place; one older than ustar says nothing else. */
static bool
tar_sum_holds(struct view in)
{
	uint32_t sum = 0, said = 0;
	size_t i, digits = 0;

	if (in.n < 512 || in.p[0] == 0)
		return false;
	for (i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : in.p[i];
	for (i = 148; i < 156; i++) {
		if (in.p[i] >= '0' && in.p[i] <= '7') {
			said = said * 8 + in.p[i] - '0';
			digits++;
		} else if (digits > 0) {
			break;
		}
	}
	return digits >= 4 && said == sum;
}

/* sfnt 1.0: a table count and a known first tag. */
static bool
is_font(struct view in)
{
	struct view v = view_from(in, 4);
	uint16_t n;

	if (has(in, 0, "\x80\x01") && has(in, 6, "%!"))
		return true;
	in.n = in.n < 16 ? in.n : 16;
	if (in.n < 16 || memcmp(in.p, "\0\x01\0\0", 4) != 0 || !view_u16be(&v, &n) || n == 0 || n > 64)
		return false;
	return in.p[12] >= ' ' && in.p[13] >= ' ' && in.p[14] >= ' ' && in.p[15] >= ' ';
}

static enum type
by_magic(struct view in)
{
	size_t i;

	for (i = 0; i < sizeof magics / sizeof *magics; i++) {
		struct view v;

		if (view_sub(in, magics[i].at, magics[i].bytes.n, &v) && view_eq(v, magics[i].bytes))
			return magics[i].type;
	}
	return TYPE_UNKNOWN;
}

static enum type
by_shape(struct view in)
{
	static enum type (*const shapes[])(struct view) = { cafebabe, riff, iso_media, bitmap };
	enum type t;
	size_t i;

	for (i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if ((t = shapes[i](in)) != TYPE_UNKNOWN)
			return t;
	if (is_lzh(in))
		return TYPE_LZH;
	if (is_font(in))
		return TYPE_FONT;
	return TYPE_UNKNOWN;
}

bool
detect_late_pdf(struct view in)
{
	struct view head = { in.p, in.n < 1024 ? in.n : 1024 };

	return view_find(head, 0, VIEW("%PDF-")) != VIEW_NOT_FOUND &&
	       (view_rfind(in, VIEW("startxref")) != VIEW_NOT_FOUND ||
		view_find(in, 0, VIEW(" obj")) != VIEW_NOT_FOUND);
}

enum type
detect(struct view in, const char *name)
{
	enum type t, shape;

	if (in.n == 0)
		return TYPE_EMPTY;
	if (is_pe(in))
		return TYPE_PE;
	t = by_magic(in);
	/* Pixels may spell "ustar" there too. */
	if (t == TYPE_TAR && !tar_sum_holds(in) && (shape = by_shape(in)) != TYPE_UNKNOWN)
		return shape;
	if (t != TYPE_UNKNOWN || (t = by_shape(in)) != TYPE_UNKNOWN)
		return t;
	if (has(in, 0, "PK\x03\x04") || has(in, 0, "PK\x05\x06") || has(in, 0, "PK00PK\x03\x04") ||
	    has(in, 0, "PK\x07\x08PK\x03\x04"))
		return detect_zip(in);
	if (has(in, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
		return detect_ole(in);
	if (detect_late_pdf(in))
		return TYPE_PDF;
	if (tar_sum_holds(in))
		return TYPE_TAR;
	if (detect_zip_end(in))
		return detect_zip(in);
	return detect_text(in, name);
}

bool
detect_fits(enum type t, const char *name)
{
	struct view ending = type_ending_of(name);

	return ending.n == 0 || type_has_ending(t, ending);
}

bool
detect_rename(enum type t, const char *name, struct buf *ret)
{
	const char *ending;
	size_t n = type_stem(t, name, &ending);

	if (t == TYPE_TEXT && type_ending_of(name).n == 0 && !type_obeyed(name))
		return buf_str(ret, name);
	return buf_put(ret, name, n) && buf_str(ret, ending);
}
