/* Type 1 to CFF: glyph order, names, encoding and DICTs. */
#include "sanitize/font/type1.h"

#include "core/own.h"
#include "sanitize/font/charstring.h"
#include "sanitize/font/type1_font.h"

static const size_t arena_max = (size_t)256 << 20;

/* A glyph of the CFF font: which one of the Type 1 font, and its code. */
struct order {
	const struct type1_glyph **glyph;	/* NULL: a .notdef of our own */
	uint32_t n;
	uint8_t *placed;			/* by index in the Type 1 font */
};

static void
place(struct order *o, const struct type1_font *f, const struct type1_glyph *g)
{
	uint8_t *placed = &o->placed[g - f->glyph];

	if (*placed != 0)
		return;
	*placed = 1;
	o->glyph[o->n++] = g;
}

/* The SID of a name: a standard one, or a new string. */
static uint16_t
name_sid(struct cff_font *c, struct view *string, struct view name)
{
	uint16_t sid = cff_standard_sid(name);

	if (sid != 0 || view_is(name, ".notdef") || !cff_string_fits(name))
		return sid;
	string[c->strings] = name;
	return (uint16_t)(CFF_STANDARD_STRINGS + c->strings++);
}

/* .notdef, then the encoded glyphs by code, then the rest as they stand. */
static void
order_glyphs(const struct type1_font *f, struct cff_font *c, struct order *o)
{
	const struct type1_glyph *notdef = type1_glyph_find(f, VIEW(".notdef")), *g;

	if (notdef != NULL)
		place(o, f, notdef);
	else
		o->glyph[o->n++] = NULL;
	c->encoding = f->standard ? CFF_STANDARD : CFF_CUSTOM;
	for (unsigned code = 0; !f->standard && code < 256; code++) {
		g = f->encoding[code].n > 0 ? type1_glyph_find(f, f->encoding[code]) : NULL;
		if (g == NULL || g == notdef || o->placed[g - f->glyph] != 0 || c->n_codes == 255)
			continue;
		place(o, f, g);
		c->codes[c->n_codes++] = (uint8_t)code;
	}
	for (uint32_t i = 0; i < f->n; i++)
		place(o, f, &f->glyph[i]);
}

/* Codes whose glyph has another code already. */
static void
supplements(const struct type1_font *f, struct cff_font *c, const struct order *o)
{
	for (unsigned code = 0; !f->standard && code < 256; code++) {
		const struct type1_glyph *g = type1_glyph_find(f, f->encoding[code]);
		bool primary = g == NULL || g == o->glyph[0];

		for (uint32_t i = 0; i < c->n_codes && !primary; i++)
			primary = c->codes[i] == code;
		for (uint32_t i = 1; i < o->n && !primary && c->supplements < 255; i++)
			if (o->glyph[i] == g) {
				c->supplement[c->supplements++] =
					(struct cff_supplement){ (uint8_t)code, c->sid[i] };
				break;
			}
	}
}

static bool
is_default_matrix(const struct cff_dict *d)
{
	static const double matrix[6] = { 0.001, 0, 0, 0.001, 0, 0 };

	for (unsigned i = 0; i < 6; i++)
		if (cff_double(d->op[CFF_FONT_MATRIX].v[i]) != matrix[i])
			return false;
	return true;
}

static void
dicts(const struct type1_font *f, struct cff_font *c)
{
	c->top = f->dict;
	c->priv[0] = f->dict;
	if (is_default_matrix(&c->top))
		c->top.op[CFF_FONT_MATRIX].n = 0;
	if (c->top.op[CFF_PAINT_TYPE].n > 0 && cff_whole(c->top.op[CFF_PAINT_TYPE].v[0]) != 2)
		c->top.op[CFF_PAINT_TYPE].n = 0;
	if (c->priv[0].op[CFF_LANGUAGE_GROUP].n > 0)
		c->priv[0].op[CFF_LANGUAGE_GROUP].v[0] =
			cff_int(c->priv[0].op[CFF_LANGUAGE_GROUP].v[0].sig != 0);
}

static bool
glyphs(const struct type1_font *f, struct cff_font *c, const struct order *o, struct view *string,
       uint64_t budget, struct font_info *info)
{
	uint32_t read = 0;

	for (uint32_t i = 0; i < o->n; i++) {
		const struct type1_glyph *g = o->glyph[i];

		if (g != NULL && i > 0)
			c->sid[i] = name_sid(c, string, g->name);
		if (g != NULL && type1_charstring(f, g->code, &c->code, &budget)) {
			read++;
		} else {
			buf_byte(&c->code, CS_ENDCHAR);
			info->dropped += g != NULL;
		}
		c->end[i] = (uint32_t)c->code.n;
	}
	return read > 0;
}

static bool
convert(struct type1_font *f, struct cff_font *c, uint64_t budget, struct font_info *info,
	struct err *e)
{
	struct order o = { 0 };
	struct view *string = arena_array(f->arena, (size_t)f->n + 1, sizeof *string);

	o.glyph = arena_array(f->arena, (size_t)f->n + 1, sizeof(void *));
	o.placed = arena_get(f->arena, f->n);
	c->sid = arena_array(f->arena, (size_t)f->n + 1, sizeof *c->sid);
	c->end = arena_array(f->arena, (size_t)f->n + 1, sizeof *c->end);
	c->fd = arena_get(f->arena, sizeof *c->fd);
	c->priv = arena_get(f->arena, sizeof *c->priv);
	if (string == NULL || o.glyph == NULL || o.placed == NULL || c->sid == NULL ||
	    c->end == NULL || c->fd == NULL || c->priv == NULL)
		return err_set(e, ERR_LIMIT, "type1: no memory");
	c->arena = f->arena;
	c->code.max = (size_t)budget + ((size_t)1 << 20);
	c->name = f->name;
	c->string = string;
	c->charset = CFF_CUSTOM;
	c->fds = 1;
	dicts(f, c);
	order_glyphs(f, c, &o);
	c->n = o.n;
	if (!glyphs(f, c, &o, string, budget, info))
		return err_set(e, ERR_MALFORMED, "type1: no readable glyph");
	supplements(f, c, &o);
	return buf_ok(&c->code, e);
}

bool
type1_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	own_arena struct arena *arena = arena_new(arena_max);
	struct type1_font *f = arena != NULL ? arena_get(arena, sizeof *f) : NULL;
	struct cff_font *c = arena != NULL ? arena_get(arena, sizeof *c) : NULL;
	struct font_info info = { .in = FONT_TYPE1, .out = FONT_CFF };
	bool good;

	if (f == NULL || c == NULL)
		return err_set(e, ERR_SYSTEM, "type1: no memory");
	f->arena = arena;
	if (!type1_read(f, in, e))
		return false;
	good = convert(f, c, 16 * (uint64_t)in.n + 65536, &info, e) && cff_write(c, out, e);
	buf_release(&c->code);
	info.glyphs = c->n;
	if (good)
		*ret = info;
	return good;
}
