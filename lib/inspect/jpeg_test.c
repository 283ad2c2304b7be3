#include "inspect/sentence.h"

static void
segment(struct buf *b, uint8_t marker, struct view body)
{
	buf_byte(b, 0xff);
	buf_byte(b, marker);
	buf_u16be(b, (uint16_t)(body.n + 2));
	assert_true(buf_view(b, body));
}

static const uint8_t jfif[] = { 'J', 'F', 'I', 'F', 0, 1, 1, 1, 0, 72, 0, 72, 0, 0 };
static const uint8_t orientation[] = { 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0,
				       3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0 };

struct recipe {
	uint8_t extra;			/* a marker before DQT; 0: none */
	struct view extra_body;
	uint8_t late;			/* a marker before EOI */
	struct view late_body;
	bool progressive;
	const char *scan;		/* NULL: one block of nothing: 0 0, padded */
	size_t scan_n;
};

static void
picture(struct buf *b, const struct recipe *r)
{
	uint8_t dqt[65] = { 0 };
	/* One code of one bit: category 0 for DC, end of block for AC. */
	const uint8_t dc[18] = { 0x00, 1 }, ac[18] = { 0x10, 1 };

	memset(dqt + 1, 1, 64);
	buf_put(b, "\xff\xd8", 2);
	segment(b, 0xe0, view_of(jfif, sizeof jfif));
	if (r->extra != 0)
		segment(b, r->extra, r->extra_body);
	segment(b, 0xdb, view_of(dqt, sizeof dqt));
	segment(b, r->progressive ? 0xc2 : 0xc0, VIEW("\10\0\10\0\10\1\1\x11\0"));
	segment(b, 0xc4, view_of(dc, sizeof dc));
	if (r->progressive)
		segment(b, 0xda, VIEW("\1\1\0\0\0\0"));
	if (r->progressive)
		buf_byte(b, 0x7f);
	segment(b, 0xc4, view_of(ac, sizeof ac));
	segment(b, 0xda, r->progressive ? VIEW("\1\1\0\1\77\0") : VIEW("\1\1\0\0\77\0"));
	if (r->scan != NULL)
		buf_put(b, r->scan, r->scan_n);
	else
		buf_byte(b, r->progressive ? 0x7f : 0x3f);
	if (r->late != 0)
		segment(b, r->late, r->late_body);
	assert_true(buf_put(b, "\xff\xd9", 2));
}

static void
test_whole(void **state)
{
	own_buf struct buf b = { 0 }, p = { 0 };

	(void)state;
	picture(&b, &(struct recipe){ 0 });
	must_be_whole(TYPE_JPEG, buf_bytes(&b));
	(void)flips(TYPE_JPEG, buf_bytes(&b));
	picture(&p, &(struct recipe){ .progressive = true });
	must_be_whole(TYPE_JPEG, buf_bytes(&p));
	(void)flips(TYPE_JPEG, buf_bytes(&p));
}

#define V(lit) { (const uint8_t *)(lit), sizeof(lit) - 1 }

static void
test_changes(void **state)
{
	static const struct { const char *what; struct recipe r; const char *why; } table[] = {
		{ "orientation", { .extra = 0xe1, .extra_body = { orientation, sizeof orientation } }, NULL },
		{ "Exif with GPS", { .extra = 0xe1, .extra_body = V("Exif\0\0MM\0\52\0\0\0\10\0\1\210\45\0\4\0\0\0\1\0\0\0\32\0\0\0\0") }, "orientation" },
		{ "XMP", { .extra = 0xe1, .extra_body = V("http://ns.adobe.com/xap/1.0/\0<x/>") }, "orientation" },
		{ "comment", { .extra = 0xfe, .extra_body = V("hello") }, "marker fe" },
		{ "Photoshop", { .extra = 0xed, .extra_body = V("Photoshop 3.0\0") }, "marker ed" },
		{ "late comment", { .late = 0xfe, .late_body = V("hello") }, "marker fe" },
		{ "second JFIF", { .extra = 0xe0, .extra_body = { jfif, sizeof jfif } }, "order" },
		{ "late DQT", { .late = 0xdb, .late_body = V("\0") }, "order" },
		{ "Adobe for gray", { .extra = 0xee, .extra_body = V("Adobe\0\144\0\0\0\0\0") }, "belong" },
		{ "restart interval", { .extra = 0xdd, .extra_body = V("\0\1") }, "marker dd" },
		{ "no data", { .scan = "", .scan_n = 0 }, "damaged" },
		{ "padding of zeros", { .scan = "\0", .scan_n = 1 }, "behind the last" },
		{ "a byte too many", { .scan = "\x3f\x3f", .scan_n = 2 }, "behind the last" },
		{ "code that is none", { .scan = "\x80", .scan_n = 1 }, "damaged" },
		{ "restart marker", { .scan = "\x3f\xff\xd0", .scan_n = 3 }, "marker" },
		{ "profile that is none", { .extra = 0xe2, .extra_body = V("ICC_PROFILE\0\1\1x") }, "ICC" },
		{ "MPF", { .extra = 0xe2, .extra_body = V("MPF\0MM\0\52\0\0\0\0\0\0\0") }, "APP2" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 };

		picture(&b, &table[i].r);
		if (table[i].why == NULL)
			must_pass(TYPE_JPEG, buf_bytes(&b), table[i].what);
		else
			must_fail(TYPE_JPEG, buf_bytes(&b), table[i].what, table[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_whole), cmocka_unit_test(test_changes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
