#include "inspect/jpeg.h"
#include "inspect/icc.h"

enum {
	SOF0 = 0xc0, SOF1 = 0xc1, SOF2 = 0xc2, DHT = 0xc4, EOI = 0xd9, SOS = 0xda, DQT = 0xdb, APP0 = 0xe0, APP1 = 0xe1, APP2 = 0xe2, APP14 = 0xee,
	SCANS_MAX = 100, ICC_CHUNK = 65519,
};

/* What has been met; no marker of a lower step may follow. */
enum step { AT_SOI, AT_APP0, AT_APP14, AT_APP1, AT_APP2, AT_DQT, AT_SOF, AT_DHT, AT_SOS };

struct jpeg {
	struct inspection *in;
	bool in_pdf;
	enum step step;
	bool jfif, adobe, quantised[4];
	uint8_t transform;
	unsigned icc_next, icc_count;	/* chunks of APP2 */
	bool icc_short;			/* a chunk below the full size: the last */
	struct buf icc;
	struct arena *arena;
	struct jpeg_frame frame;
	uint64_t blocks, budget;
	unsigned scans;
	struct jpeg_huffman dc[4], ac[4];
};

static bool
app0(struct jpeg *j, struct view v, struct err *e)
{
	/* JFIF 1.01 or 1.02 (10918-5), density, no thumbnail. */
	j->jfif = true;
	return (v.n == 14 && view_starts(v, VIEW("JFIF\0\1")) && (v.p[6] == 1 || v.p[6] == 2) && v.p[7] <= 2 && v.p[12] == 0 &&
		v.p[13] == 0) || residue(e, "APP0 is not a plain JFIF header");
}

static bool
app14(struct jpeg *j, struct view v, struct err *e)
{
	if (v.n != 12 || !view_starts(v, VIEW("Adobe\0\144\0\0\0\0")) || (v.p[11] != 0 && v.p[11] != 2))
		return residue(e, "APP14 is not a plain Adobe marker");
	j->adobe = true;
	j->transform = v.p[11];
	return true;
}

bool
inspect_orientation(struct view v)
{
	static const uint8_t head[] = { 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0 };
	static const uint8_t tail[] = { 0, 0, 0, 0, 0, 0 };

	return v.n == sizeof head + 1 + sizeof tail && memcmp(v.p, head, sizeof head) == 0 &&
	       v.p[sizeof head] >= 2 && v.p[sizeof head] <= 8 &&
	       memcmp(v.p + sizeof head + 1, tail, sizeof tail) == 0;
}

static bool
app1(struct jpeg *j, struct view v, struct err *e)
{
	if (j->in_pdf)
		return residue(e, "APP1 inside a PDF");
	return (view_starts(v, VIEW("Exif\0\0")) && inspect_orientation(view_from(v, 6))) ||
	       residue(e, "APP1 is more than an orientation");
}

static bool
app2(struct jpeg *j, struct view v, struct err *e)
{
	if (j->in_pdf || !view_starts(v, VIEW("ICC_PROFILE\0")) || v.n < 15)
		return residue(e, "APP2 where none may be, or no ICC profile");
	if (j->icc_next == 0)
		j->icc_count = v.p[13];
	if (v.p[12] != ++j->icc_next || v.p[13] != j->icc_count || j->icc_next > j->icc_count || j->icc_short)
		return residue(e, "ICC chunks out of order");
	j->icc_short = v.n - 14 != ICC_CHUNK;
	return buf_view(&j->icc, view_from(v, 14)) || buf_ok(&j->icc, e);
}

static bool
dqt(struct jpeg *j, struct view v, struct err *e)
{
	uint8_t which;
	size_t width, i;

	if (!view_u8(&v, &which) || (which & 15) > 3 || which >> 4 > 1)
		return residue(e, "DQT for no table");
	width = which >> 4 == 0 ? 1 : 2;
	if (v.n != 64 * width)
		return residue(e, "DQT of unsound size");
	for (i = 0; i < 64; i++)
		if (v.p[i * width] == 0 && (width == 1 || v.p[i * 2 + 1] == 0))
			return residue(e, "DQT with a zero");
	j->quantised[which & 15] = true;
	return true;
}

static bool
dht(struct jpeg *j, struct view v, struct err *e)
{
	uint8_t which;

	if (!view_u8(&v, &which) || (which & 15) > 3 || which >> 4 > 1)
		return residue(e, "DHT for no table");
	if (!inspect_jpeg_huffman(&v, which >> 4 == 0 ? &j->dc[which & 15] : &j->ac[which & 15], e))
		return err_at(e, "DHT");
	return v.n == 0 || residue(e, "DHT too long");
}

static bool
component(struct jpeg *j, struct view *v, struct jpeg_component *c, struct err *e)
{
	uint8_t hv;
	unsigned i;

	if (!view_u8(v, &c->id) || !view_u8(v, &hv) || !view_u8(v, &c->tq))
		return residue(e, "SOF cut off");
	c->h = hv >> 4;
	c->v = hv & 15;
	if (c->h < 1 || c->h > 4 || c->v < 1 || c->v > 4 || c->tq > 3 || !j->quantised[c->tq])
		return residue(e, "SOF with unsound sampling or a table that is not there");
	for (i = 0; &j->frame.c[i] < c; i++)
		if (j->frame.c[i].id == c->id)
			return residue(e, "SOF with one component twice");
	return true;
}

static uint32_t
ceil_div(uint64_t a, uint64_t b)
{
	return (uint32_t)((a + b - 1) / b);
}

/* Which of JFIF and Adobe the components ask for: so nobody has to guess colours by identifiers. */
static bool
colours(struct jpeg *j, struct err *e)
{
	unsigned n = j->frame.n;
	bool ok = n == 1 ? j->jfif && !j->adobe : n == 4 || (j->adobe ? j->transform == 0 && !j->jfif : j->jfif);

	return ok || residue(e, "components and markers do not belong together");
}

static bool
profile_end(struct jpeg *j, struct err *e)
{
	struct icc icc;

	if (j->icc_next != j->icc_count)
		return residue(e, "ICC chunks missing");
	if (j->icc_count == 0)
		return true;
	if (!inspect_icc(buf_bytes(&j->icc), &icc, e))
		return err_at(e, "ICC profile");
	return icc.components == j->frame.n || residue(e, "ICC profile of other colours");
}

static bool
sof(struct jpeg *j, uint8_t marker, struct view v, struct err *e)
{
	struct jpeg_frame *f = &j->frame;
	uint8_t precision, n, h = 1, vert = 1;
	uint16_t w, height;
	unsigned i;

	if (!view_u8(&v, &precision) || precision != 8 || !view_u16be(&v, &height) ||
	    !view_u16be(&v, &w) || !view_u8(&v, &n) || (n != 1 && n != 3 && n != 4) || w == 0 || height == 0)
		return residue(e, "SOF unsound");
	*f = (struct jpeg_frame){ .progressive = marker == SOF2, .w = w, .h = height, .n = n };
	if ((uint64_t)w * height > j->in->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "too many pixels");
	for (i = 0; i < n; i++) {
		if (!component(j, &v, &f->c[i], e))
			return false;
		h = f->c[i].h > h ? f->c[i].h : h;
		vert = f->c[i].v > vert ? f->c[i].v : vert;
	}
	f->mcu_across = ceil_div(w, 8u * h);
	f->mcu_down = ceil_div(height, 8u * vert);
	for (i = 0; i < n; i++) {
		struct jpeg_component *c = &f->c[i];
		size_t all;

		c->across = ceil_div((uint64_t)w * c->h, 8u * h);
		c->down = ceil_div((uint64_t)height * c->v, 8u * vert);
		c->row = f->mcu_across * c->h;
		all = (size_t)c->row * f->mcu_down * c->v;
		j->blocks += all;
		if (f->progressive && (c->mask = arena_array(j->arena, all, sizeof *c->mask)) == NULL)
			return no_memory(e);
	}
	return (v.n == 0 || residue(e, "SOF too long")) && colours(j, e) && profile_end(j, e);
}

/* Table and progression (G.1.1.1): what the scan needs is there and what it brings is new. */
static bool
scan_sound(struct jpeg *j, struct jpeg_scan *s, struct err *e)
{
	bool progressive = j->frame.progressive;
	bool need_dc = !progressive || (s->ss == 0 && s->ah == 0);
	bool need_ac = !progressive || s->ss > 0;
	unsigned i;

	if (progressive ? s->ss > s->se || s->se > 63 || (s->ss == 0) != (s->se == 0) || s->al > 13 ||
				  (s->ah != 0 && s->ah != s->al + 1) || (s->ss > 0 && s->n != 1)
			: s->ss != 0 || s->se != 63 || s->ah != 0 || s->al != 0)
		return residue(e, "SOS with a band or bits that cannot be");
	for (i = 0; i < s->n; i++) {
		struct jpeg_component *c = s->part[i].c;

		if ((need_dc && (!s->part[i].dc->defined || s->part[i].dc->widest_dc > 11)) ||
		    (need_ac && (!s->part[i].ac->defined || s->part[i].ac->widest_ac > (progressive ? 14 : 10))))
			return residue(e, "SOS with a table that is not there or too wide");
		if (need_dc ? c->dc : !c->dc)
			return residue(e, "SOS twice or before its first");
		c->dc = true;
	}
	return true;
}

static bool
sos(struct jpeg *j, struct view v, struct view *rest, struct err *e)
{
	struct jpeg_scan s = { 0 };
	uint8_t n, bits = 0;
	unsigned i, k, last = 0;

	if (j->scans++ == SCANS_MAX || !view_u8(&v, &n) || n < 1 || n > j->frame.n)
		return residue(e, "SOS unsound");
	s.n = n;
	for (i = 0; i < n; i++) {
		uint8_t id, tables;

		if (!view_u8(&v, &id) || !view_u8(&v, &tables) || tables >> 4 > 3 || (tables & 15) > 3)
			return residue(e, "SOS cut off");
		for (k = i == 0 ? 0 : last + 1; k < j->frame.n && j->frame.c[k].id != id; k++)
			;
		if (k == j->frame.n)
			return residue(e, "SOS with an unknown component");
		last = k;
		s.part[i].c = &j->frame.c[k];
		s.part[i].dc = &j->dc[tables >> 4];
		s.part[i].ac = &j->ac[tables & 15];
	}
	if (!view_u8(&v, &s.ss) || !view_u8(&v, &s.se) || !view_u8(&v, &bits) || v.n != 0)
		return residue(e, "SOS cut off");
	s.ah = bits >> 4;
	s.al = bits & 15;
	/* A scan costs its blocks, however few bytes it has. */
	if (j->blocks > j->budget)
		return err_set(e, ERR_LIMIT, "too many scans");
	j->budget -= j->blocks;
	return scan_sound(j, &s, e) && inspect_jpeg_scan(&j->frame, &s, rest, e);
}

static const struct marker {
	uint8_t marker;
	enum step step;
	bool again;	/* may follow one of the same step */
} markers[] = {
	{ APP0, AT_APP0, false }, { APP14, AT_APP14, false }, { APP1, AT_APP1, false }, { APP2, AT_APP2, true },
	{ DQT, AT_DQT, true },	  { SOF0, AT_SOF, false },    { SOF1, AT_SOF, false },	{ SOF2, AT_SOF, false },
	{ DHT, AT_DHT, true },	  { SOS, AT_SOS, true },
};

static bool
in_order(struct jpeg *j, uint8_t marker, struct err *e)
{
	const struct marker *m = markers;

	while (m < markers + sizeof markers / sizeof *markers && m->marker != marker)
		m++;
	if (m == markers + sizeof markers / sizeof *markers)
		return residue(e, "marker %02x", marker);
	if (m->step < j->step ? m->step != AT_DHT : m->step == j->step && !m->again)
		return residue(e, "marker %02x out of order", marker);
	if (m->step >= AT_DHT && j->step < AT_SOF)
		return residue(e, "no frame header");
	j->step = m->step;
	return true;
}

static bool
segment(struct jpeg *j, uint8_t marker, struct view v, struct view *rest, struct err *e)
{
	switch (marker) {
	case APP0:
		return app0(j, v, e);
	case APP1:
		return app1(j, v, e);
	case APP2:
		return app2(j, v, e);
	case APP14:
		return app14(j, v, e);
	case DQT:
		return dqt(j, v, e);
	case DHT:
		return dht(j, v, e);
	case SOS:
		return sos(j, v, rest, e);
	default:
		return sof(j, marker, v, e);
	}
}

static bool
walk(struct jpeg *j, struct view all, struct err *e)
{
	struct view v = all, body;
	uint8_t ff, marker;
	unsigned i;

	if (!view_starts(v, VIEW("\xff\xd8")) || !view_skip(&v, 2))
		return residue(e, "no SOI");
	for (;;) {
		size_t at = at_of(all, v);
		uint16_t n;

		if (!view_u8(&v, &ff) || ff != 0xff || !view_u8(&v, &marker))
			return residue(e, "byte %zu: no marker", at);
		if (marker == EOI)
			break;
		if (!in_order(j, marker, e))
			return err_at(e, "byte %zu", at);
		if (!view_u16be(&v, &n) || n < 2 || !view_take(&v, n - 2u, &body))
			return residue(e, "byte %zu: segment cut off", at);
		if (!segment(j, marker, body, &v, e))
			return err_at(e, "byte %zu", at);
	}
	for (i = 0; i < j->frame.n; i++)
		if (!j->frame.c[i].dc)
			return residue(e, "a component without data");
	if (j->step != AT_SOS)
		return residue(e, "no picture");
	return v.n == 0 || residue(e, "%zu bytes behind EOI", v.n);
}

bool
inspect_jpeg_data(struct inspection *in, struct view v, bool in_pdf, struct jpeg_size *ret, struct err *e)
{
	own_mem struct jpeg *j = calloc(1, sizeof *j);
	own_arena struct arena *arena = arena_new(0);
	unsigned i;
	bool ok;

	if (j == NULL || arena == NULL)
		return no_memory(e);
	j->in = in;
	j->in_pdf = in_pdf;
	j->arena = arena;
	j->budget = in->profile->limits.pixels;
	j->icc = BUF_MAX((size_t)64 << 20);
	ok = walk(j, v, e);
	buf_release(&j->icc);
	if (!ok)
		return false;
	*ret = (struct jpeg_size){ .w = j->frame.w, .h = j->frame.h, .components = j->frame.n, .adobe = j->adobe,
				   .transform = j->transform };
	for (i = 0; i < j->frame.n; i++)
		ret->sampling[i] = (uint8_t)(j->frame.c[i].h << 4 | j->frame.c[i].v);
	return true;
}

bool
inspect_jpeg(struct inspection *in, struct view out, struct err *e)
{
	struct jpeg_size unused;

	return inspect_jpeg_data(in, out, false, &unused, e);
}
