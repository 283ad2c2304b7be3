#include "jpeg_meta.h"

#include "core/own.h"

enum {
	M_SOI = 0xd8, M_EOI = 0xd9, M_SOS = 0xda, M_COM = 0xfe,
	M_APP0 = 0xe0, M_APP1 = 0xe1, M_APP2 = 0xe2, M_APP13 = 0xed, M_APP14 = 0xee, M_APP15 = 0xef,
	M_RST0 = 0xd0, M_TEM = 0x01,
};
/* EXIF 2.32, tables 3 to 6 */
enum {
	T_ORIENTATION = 0x112, T_XRES = 0x11a, T_YRES = 0x11b, T_UNIT = 0x128, T_GPS = 0x8825,
	EXIF_SHORT = 3, EXIF_RATIONAL = 5,
	IFD_ENTRIES_MAX = 1000,
};

struct exif {
	struct view v;
	bool big;
	uint32_t x, y, unit;
};

static bool
u16(const struct exif *x, size_t at, uint32_t *ret)
{
	struct view v = view_from(x->v, at);
	uint16_t n;

	if (!(x->big ? view_u16be(&v, &n) : view_u16le(&v, &n)))
		return false;
	*ret = n;
	return true;
}

static bool
u32(const struct exif *x, size_t at, uint32_t *ret)
{
	struct view v = view_from(x->v, at);

	return x->big ? view_u32be(&v, ret) : view_u32le(&v, ret);
}

/* A RATIONAL as a whole number, 0 when it is none. */
static uint32_t
whole(const struct exif *x, size_t at)
{
	uint32_t off, num, den;

	if (!u32(x, at, &off) || !u32(x, off, &num) || !u32(x, (size_t)off + 4, &den))
		return 0;
	return den == 0 || num % den != 0 || num / den > UINT16_MAX ? 0 : num / den;
}

static void
exif_entry(struct exif *x, size_t at, struct jpeg_info *info)
{
	uint32_t tag, type, value;

	if (!u16(x, at, &tag) || !u16(x, at + 2, &type))
		return;
	if (tag == T_GPS)
		info->gps = true;
	else if (tag == T_ORIENTATION && type == EXIF_SHORT && u16(x, at + 8, &value) &&
		 value >= 1 && value <= 8)
		info->orientation = (uint8_t)value;
	else if (tag == T_XRES && type == EXIF_RATIONAL)
		x->x = whole(x, at + 8);
	else if (tag == T_YRES && type == EXIF_RATIONAL)
		x->y = whole(x, at + 8);
	else if (tag == T_UNIT && type == EXIF_SHORT && u16(x, at + 8, &value))
		x->unit = value;
}

bool
exif_read(struct view v, struct jpeg_info *info)
{
	struct exif x = { .v = v, .unit = 2 };
	uint32_t off, n, i, next;

	if (view_starts(v, VIEW("MM\0*")))
		x.big = true;
	else if (!view_starts(v, VIEW("II*\0")))
		return false;
	if (!u32(&x, 4, &off) || !u16(&x, off, &n) || n > IFD_ENTRIES_MAX)
		return false;
	for (i = 0; i < n; i++)
		exif_entry(&x, (size_t)off + 2 + (size_t)i * 12, info);
	/* The second IFD describes the thumbnail. */
	if (u32(&x, (size_t)off + 2 + (size_t)n * 12, &next) && next != 0 && next < v.n)
		info->thumbnail = true;
	if (info->density_unit == 0 && x.x > 0 && x.y > 0 && (x.unit == 2 || x.unit == 3)) {
		info->x_density = (uint16_t)x.x;
		info->y_density = (uint16_t)x.y;
		info->density_unit = (uint8_t)(x.unit - 1);	/* EXIF 2, 3 are JFIF's 1, 2 */
	}
	return true;
}

void
exif_write(uint8_t orientation, struct buf *out)
{
	if (orientation < 2 || orientation > 8)
		return;
	(void)buf_put(out, "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0", 19);
	(void)buf_byte(out, orientation);
	(void)buf_fill(out, 0, 6);
}

bool
exif_is_plain(struct view exif, uint8_t orientation)
{
	own_buf struct buf plain = { 0 };

	exif_write(orientation, &plain);
	return plain.n > 0 && view_eq(exif, buf_bytes(&plain));
}

static void
icc_chunk(struct jpeg_meta *m, struct view body)
{
	uint8_t at, n;

	if (!view_u8(&body, &at) || !view_u8(&body, &n) || at == 0 || at > n ||
	    (m->icc_n != 0 && m->icc_n != n) || m->icc[at - 1].p != NULL) {
		m->icc_broken = true;
		return;
	}
	m->icc_n = n;
	m->icc[at - 1] = body;
}

static void
app0(struct jpeg_meta *m, struct view body)
{
	struct jpeg_info *info = m->info;
	uint16_t x, y;
	uint8_t unit, tw, th;

	if (view_starts(body, VIEW("JFXX\0"))) {
		info->thumbnail = true;
		return;
	}
	if (!view_starts(body, VIEW("JFIF\0"))) {
		info->other_app = true;
		return;
	}
	m->jfif = true;
	if (!view_skip(&body, 7) || !view_u8(&body, &unit) || !view_u16be(&body, &x) ||
	    !view_u16be(&body, &y))
		return;
	if (unit <= 2 && x > 0 && y > 0) {
		info->x_density = x;
		info->y_density = y;
		info->density_unit = unit;
	}
	if (view_u8(&body, &tw) && view_u8(&body, &th) && tw != 0 && th != 0)
		info->thumbnail = true;
}

/* The block that we write ourselves: an orientation and nothing else. */
static bool
only_orientation(struct view body)
{
	static const uint8_t head[] = "Exif\0\0MM\0*\0\0\0\10\0\1\1\x12\0\3\0\0\0\1";
	static const uint8_t zeros[6];

	return body.n == 32 && memcmp(body.p, head, 24) == 0 && body.p[24] == 0 &&
	       memcmp(body.p + 26, zeros, sizeof zeros) == 0;
}

static void
app(struct jpeg_meta *m, uint8_t marker, struct view body)
{
	struct jpeg_info *info = m->info;

	if (marker == M_APP0) {
		app0(m, body);
	} else if (marker == M_APP1 && view_starts(body, VIEW("Exif\0"))) {
		info->exif |= !only_orientation(body);
		(void)exif_read(view_from(body, 6), info);
	} else if (marker == M_APP1 && view_starts(body, VIEW("http://ns.adobe.com/"))) {
		info->xmp = true;
	} else if (marker == M_APP2 && view_starts(body, VIEW("ICC_PROFILE\0"))) {
		icc_chunk(m, view_from(body, 12));
	} else if (marker == M_APP13) {
		info->iptc = true;
	} else if (marker != M_APP14 || !view_starts(body, VIEW("Adobe"))) {
		info->other_app = true;
	}
}

void
jpeg_meta_read(struct jpeg_meta *m, struct view in)
{
	struct view body;
	uint16_t n;
	uint8_t c;
	size_t at;

	m->info->orientation = 1;
	m->info->x_density = m->info->y_density = 1;
	(void)view_skip(&in, 2);
	for (;;) {
		/* What is no marker is passed over, as every reader does. */
		at = view_find(in, 0, VIEW("\xff"));
		if (at == VIEW_NOT_FOUND)
			return;
		(void)view_skip(&in, at + 1);
		while (in.n > 0 && in.p[0] == 0xff)
			(void)view_skip(&in, 1);
		if (!view_u8(&in, &c) || c == M_EOI || c == M_SOS)
			break;
		if (c == 0 || c == M_TEM || (c >= M_RST0 && c <= M_SOI))
			continue;
		if (!view_u16be(&in, &n) || n < 2 || !view_take(&in, (size_t)n - 2, &body))
			return;
		if (c == M_COM)
			m->info->comment = true;
		else if (c >= M_APP0 && c <= M_APP15)
			app(m, c, body);
	}
	m->scan = true;
}

bool
jpeg_meta_profile(const struct jpeg_meta *m, uint8_t components, struct buf *out)
{
	own_buf struct buf whole_icc = BUF_MAX(16u << 20);
	struct err unused = { 0 };
	uint8_t n, i;

	if (m->icc_n == 0 || m->icc_broken)
		return false;
	for (i = 0; i < m->icc_n; i++)
		if (m->icc[i].p == NULL || !buf_view(&whole_icc, m->icc[i]))
			return false;
	if (icc_rebuild(buf_bytes(&whole_icc), out, &n, &unused) && n == components)
		return true;
	buf_clear(out);
	return false;
}
