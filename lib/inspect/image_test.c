/* GIF, WebP, BMP, ICO and TIFF: a smallest good one of each, and what must not be added. */
#include "inspect/sentence.h"

struct sample {
	enum type type;
	const char *what;
	struct view v;
	const char *why;	/* NULL: it passes */
};
#define V(lit) { (const uint8_t *)(lit), sizeof(lit) - 1 }

#define GIF_HEAD "GIF89a\1\0\1\0\xf0\0\0\0\0\0\xff\xff\xff"
#define GIF_FRAME "!\xf9\4\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
#define WEBP_VP8L "RIFF\24\0\0\0WEBPVP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\10"
#define BMP_HEAD "BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0\0\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ICO_HEAD "\0\0\1\0\1\0\1\1\0\0\1\0\x20\0\x30\0\0\0\x16\0\0\0"
#define ICO_IMAGE "\x28\0\0\0\1\0\0\0\2\0\0\0\1\0\x20\0\0\0\0\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0abcd\0\0\0\0"

/* One pixel of eight bits, one strip, compression 1. */
#define TAG(id, type, value) id type "\1\0\0\0" value "\0\0"
#define S "\3\0"
#define L "\4\0"
#define TIFF_HEAD "II*\0\10\0\0\0"
#define TIFF_TAGS TIFF_TAGS_OF("\1\0", "\1\0")
#define TIFF_TAGS_OF(compression, photometric)                                                                                                      \
	TAG("\0\1", L, "\1\0") TAG("\1\1", L, "\1\0") TAG("\2\1", S, "\10\0") TAG("\3\1", S, compression) TAG("\6\1", S, photometric) \
	TAG("\x11\1", L, "\x86\0") TAG("\x15\1", S, "\1\0") TAG("\x16\1", L, "\1\0") TAG("\x17\1", L, "\1\0")             \
	TAG("\x1c\1", S, "\1\0")
#define TIFF TIFF_HEAD "\12\0" TIFF_TAGS "\0\0\0\0"

#define EXIF(o) "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0" o "\0\0\0\0\0\0"

static const struct sample samples[] = {
	{ TYPE_GIF, "gif", V(GIF_HEAD GIF_FRAME ";"), NULL },
	{ TYPE_GIF, "gif of two frames", V(GIF_HEAD "!\xff\13NETSCAPE2.0\3\1\0\0\0" GIF_FRAME GIF_FRAME ";"), NULL },
	{ TYPE_GIF, "gif comment", V(GIF_HEAD "!\xfe\1x\0" GIF_FRAME ";"), "frame 0" },
	{ TYPE_GIF, "gif comment behind", V(GIF_HEAD GIF_FRAME "!\xfe\1x\0;"), "graphic control" },
	{ TYPE_GIF, "gif application", V(GIF_HEAD "!\xff\13XMP DataXMP\1x\0" GIF_FRAME ";"), "frame 0" },
	{ TYPE_GIF, "gif behind the trailer", V(GIF_HEAD GIF_FRAME ";;"), "behind" },
	{ TYPE_GIF, "gif 87", V("GIF87a\1\0\1\0\x70\0\0;"), "header" },
	{ TYPE_GIF, "gif loop of one", V(GIF_HEAD "!\xff\13NETSCAPE2.0\3\1\0\0\0" GIF_FRAME ";"), "loop" },
	{ TYPE_GIF, "gif with too few pixels", V(GIF_HEAD "!\xf9\4\0\0\0\0\0,\0\0\0\0\2\0\1\0\0\2\2\x44\1\0;"), "pixels" },
	{ TYPE_GIF, "gif data behind the end code", V(GIF_HEAD "!\xf9\4\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\3\x44\1x\0;"), "behind" },
	{ TYPE_WEBP, "webp", V(WEBP_VP8L), NULL },
	{ TYPE_WEBP, "webp without pixels", V("RIFF\22\0\0\0WEBPVP8L\6\0\0\0\x2f\0\0\0\0\0"), "prefix code" },
	{ TYPE_WEBP, "webp cut off", V("RIFF\24\0\0\0WEBPVP8L\7\0\0\0\x2f\0\0\0\0\x88\x88\0"), "cut off" },
	{ TYPE_WEBP, "webp with bits behind the pixels", V("RIFF\24\0\0\0WEBPVP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\x88"), "last pixel" },
	{ TYPE_WEBP, "webp with a byte behind the pixels", V("RIFF\26\0\0\0WEBPVP8L\11\0\0\0\x2f\0\0\0\0\x88\x88\10x\0"), "last pixel" },
	{ TYPE_WEBP, "webp transformed twice", V("RIFF\24\0\0\0WEBPVP8L\10\0\0\0\x2f\0\0\0\0\x2d\0\0"), "twice" },
	{ TYPE_WEBP, "webp of another size", V("RIFF\25\0\0\0WEBPVP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\10"), "size" },
	{ TYPE_WEBP, "webp with a chunk behind", V("RIFF\34\0\0\0WEBPVP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\10EXIF\0\0\0\0"), "behind" },
	{ TYPE_WEBP, "webp for nothing extended", V("RIFF\x26\0\0\0WEBPVP8X\12\0\0\0\0\0\0\0\0\0\0\0\0\0VP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\10"), "nothing" },
	{ TYPE_WEBP, "webp with XMP's flag", V("RIFF\x26\0\0\0WEBPVP8X\12\0\0\0\4\0\0\0\0\0\0\0\0\0VP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\10"), "VP8X" },
	{ TYPE_WEBP, "webp turned", V("RIFF\x48\0\0\0WEBPVP8X\12\0\0\0\10\0\0\0\0\0\0\0\0\0VP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\10" "EXIF\32\0\0\0" EXIF("\6")), NULL },
	{ TYPE_WEBP, "webp turned beyond", V("RIFF\x48\0\0\0WEBPVP8X\12\0\0\0\10\0\0\0\0\0\0\0\0\0VP8L\10\0\0\0\x2f\0\0\0\0\x88\x88\10" "EXIF\32\0\0\0" EXIF("\11")), "orientation" },
	{ TYPE_WEBP, "webp unknown", V("RIFF\14\0\0\0WEBPABCD\0\0\0\0"), "unknown" },
	{ TYPE_BMP, "bmp", V(BMP_HEAD "abc\0"), NULL },
	{ TYPE_BMP, "bmp padded with something", V(BMP_HEAD "abcd"), "padded" },
	{ TYPE_BMP, "bmp with a byte behind", V(BMP_HEAD "abc\0x"), "file header" },
	{ TYPE_ICO, "ico", V(ICO_HEAD ICO_IMAGE), NULL },
	{ TYPE_ICO, "ico that says 256 or more of one point", V("\0\0\1\0\1\0\0\1\0\0\1\0\x20\0\x30\0\0\0\x16\0\0\0" ICO_IMAGE), "header" },
	{ TYPE_ICO, "ico of another height", V("\0\0\1\0\1\0\1\2\0\0\1\0\x20\0\x30\0\0\0\x16\0\0\0" ICO_IMAGE), "header" },
	{ TYPE_ICO, "ico with a byte behind", V(ICO_HEAD ICO_IMAGE "x"), "behind" },
	{ TYPE_ICO, "cursor", V("\0\0\2\0\1\0" ICO_IMAGE), "header" },
	{ TYPE_TIFF, "tiff", V(TIFF "x"), NULL },
	{ TYPE_TIFF, "tiff with a byte behind", V(TIFF "xy"), "behind" },
	{ TYPE_TIFF, "tiff of JPEG that is none", V(TIFF_HEAD "\12\0" TIFF_TAGS_OF("\7\0", "\1\0") "\0\0\0\0x"), "no SOI" },
	{ TYPE_TIFF, "tiff of YCbCr without JPEG", V(TIFF_HEAD "\12\0" TIFF_TAGS_OF("\1\0", "\6\0") "\0\0\0\0x"), "sampling" },
	{ TYPE_TIFF, "tiff of unknown compression", V(TIFF_HEAD "\12\0" TIFF_TAGS_OF("\6\0", "\1\0") "\0\0\0\0x"), "compression 6" },
	{ TYPE_TIFF, "tiff of strips and tiles", V(TIFF_HEAD "\13\0" TIFF_TAGS TAG("\x42\1", L, "\x10\0") "\0\0\0\0x"), "neither" },
	{ TYPE_TIFF, "tiff big-endian", V("MM\0*\0\0\0\10"), "header" },
	{ TYPE_TIFF, "tiff with GPS", V(TIFF_HEAD "\13\0" TIFF_TAGS TAG("\x25\x88", L, "\0\0") "\0\0\0\0x"), "tag 34853" },
	{ TYPE_TIFF, "tiff in circles", V(TIFF_HEAD "\12\0" TIFF_TAGS "\10\0\0\0x"), "next directory" },
};

static void
test_samples(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof samples / sizeof *samples; i++) {
		const struct sample *s = &samples[i];

		if (s->why != NULL) {
			must_fail(s->type, s->v, s->what, s->why);
			continue;
		}
		must_be_whole(s->type, s->v);
		(void)flips(s->type, s->v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_samples) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
