/* post (ISO/IEC 14496-22 5.2.8): glyph names, which simple fonts are looked up by. */
#include "sanitize/font/sfnt.h"

#include "sanitize/font/be.h"

enum {
	HEADER = 32,
	MAC_NAMES = 258,
	NAME_MAX_LEN = 127,
};

static void
header_write(struct view v, uint32_t version, struct buf *b)
{
	buf_u32be(b, version);
	buf_put(b, v.p + 4, 8);	/* italicAngle, underlinePosition, underlineThickness */
	buf_u32be(b, be32(v, 12) != 0);
	buf_fill(b, 0, 16);
}

static bool
name_fits(struct view name)
{
	if (name.n == 0 || name.n > NAME_MAX_LEN)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] < 0x21 || name.p[i] > 0x7e)
			return false;
	return true;
}

/* All Pascal strings from `v` on; SIZE_MAX without memory. */
static size_t
names_read(struct sfnt_font *f, struct view v, struct view **ret)
{
	size_t n = 0, max = v.n < 65536 ? v.n : 65536;
	struct view *name = arena_array(f->arena, max, sizeof *name);

	if (name == NULL)
		return SIZE_MAX;
	while (n < max) {
		uint8_t len;

		if (!view_u8(&v, &len) || !view_take(&v, len, &name[n]))
			break;
		n++;
	}
	*ret = name;
	return n;
}

static void
version2(struct sfnt_font *f, struct view v)
{
	struct buf *out = &f->out[SFNT_POST];
	__attribute__((cleanup(buf_release))) struct buf strings = { 0 };
	uint32_t count = be16(v, HEADER), next = MAC_NAMES;
	struct view *name;
	size_t names = names_read(f, view_from(v, HEADER + 2 + (size_t)count * 2), &name);
	uint16_t *new_index;

	if (names == SIZE_MAX)
		return;
	new_index = arena_array(f->arena, names, sizeof *new_index);
	if (new_index == NULL)
		return;
	header_write(v, 0x00020000, out);
	buf_u16be(out, (uint16_t)f->n);
	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t index = i < count ? be16(v, HEADER + 2 + (size_t)i * 2) : 0;

		if (index >= MAC_NAMES) {
			uint32_t k = index - MAC_NAMES;

			/* 0 is .notdef, which says: no name. */
			index = 0;
			if (k < names && name_fits(name[k])) {
				if (new_index[k] == 0) {
					new_index[k] = (uint16_t)next++;
					buf_byte(&strings, (uint8_t)name[k].n);
					buf_view(&strings, name[k]);
				}
				index = new_index[k];
			}
		}
		buf_u16be(out, (uint16_t)index);
	}
	buf_view(out, buf_bytes(&strings));
}

/* Version 1 is for fonts of exactly Macintosh's 258 glyphs; others use it and mean the first ones. */
static void
version1(struct sfnt_font *f, struct view v)
{
	struct buf *out = &f->out[SFNT_POST];

	if (f->n == MAC_NAMES) {
		header_write(v, 0x00010000, out);
		return;
	}
	header_write(v, 0x00020000, out);
	buf_u16be(out, (uint16_t)f->n);
	for (uint32_t i = 0; i < f->n; i++)
		buf_u16be(out, i < MAC_NAMES ? (uint16_t)i : 0);
}

/* Version 2.5, long withdrawn: a signed offset from the glyph's own index. */
static void
version2_5(struct sfnt_font *f, struct view v)
{
	struct buf *out = &f->out[SFNT_POST];
	uint32_t count = be16(v, HEADER);

	header_write(v, 0x00020000, out);
	buf_u16be(out, (uint16_t)f->n);
	for (uint32_t i = 0; i < f->n; i++) {
		int32_t index = i < count ? (int32_t)i + (int8_t)be8(v, HEADER + 2 + i) : 0;

		buf_u16be(out, index < 0 || index >= MAC_NAMES ? 0 : (uint16_t)index);
	}
}

void
sfnt_post(struct sfnt_font *f)
{
	struct view v = f->in.t[SFNT_POST];

	if (v.n < HEADER)
		return;
	switch (be32(v, 0)) {
	case 0x00010000:
		version1(f, v);
		break;
	case 0x00020000:
		version2(f, v);
		break;
	case 0x00025000:
	case 0x00028000:
		version2_5(f, v);
		break;
	default:
		header_write(v, 0x00030000, &f->out[SFNT_POST]);
	}
}
