/* Reading CFF (Adobe Technical Note 5176), and its rebuilding. */
#include "sanitize/font/cff.h"

#include "core/own.h"
#include "sanitize/font/be.h"
#include "sanitize/font/cff_font.h"
#include "sanitize/font/charstring.h"

enum {
	RUBBISH_MAX = 64,	/* bytes before the header that readers step over */
	ISO_ADOBE = 229,	/* glyphs of the predefined charsets, .notdef included */
	EXPERT = 166,
	EXPERT_SUBSET = 87,
	FDS_MAX = 256,
};

static const size_t arena_max = (size_t)256 << 20;

struct reader {
	struct view v;		/* from the header on: what offsets count from */
	struct cff_font *font;
	struct cff_index global, strings, charstrings;
	struct cff_index *local;	/* of each FD */
	uint64_t budget;
};

/* Where the header is, or VIEW_NOT_FOUND. */
static size_t
header_find(struct view in)
{
	for (size_t i = 0; i < RUBBISH_MAX && i + 4 < in.n; i++) {
		if (in.p[i] == 1 && in.p[i + 1] == 0 && in.p[i + 2] >= 4 && in.p[i + 2] < 32)
			return i;
		/* Text is no rubbish: another format begins here. */
		if (in.p[i] == '%' || in.p[i] == 0x80)
			break;
	}
	return VIEW_NOT_FOUND;
}

bool
cff_is(struct view in)
{
	return header_find(in) != VIEW_NOT_FOUND;
}

static size_t
offset_of(const struct cff_dict *d, enum cff_op op)
{
	int32_t x = d->op[op].n > 0 ? cff_whole(d->op[op].v[0]) : 0;

	return x > 0 ? (size_t)x : 0;
}

/* ---- DICTs ------------------------------------------------------------ */

static void
keep_range(struct cff_dict *d, enum cff_op op, int32_t max)
{
	int32_t x = cff_whole(d->op[op].v[0]);

	d->op[op].v[0] = cff_int(x);
	if (x < 0 || x > max)
		d->op[op].n = 0;
}

/* The Private DICT that `d` points to, and its subroutines. */
static void
private_read(struct reader *r, const struct cff_dict *d, struct cff_dict *ret,
	     struct cff_index *local)
{
	size_t at, size, subrs;
	struct view v;

	memset(ret, 0, sizeof *ret);
	if (d->op[CFF_PRIVATE].n < 2)
		return;
	size = offset_of(d, CFF_PRIVATE);
	at = cff_whole(d->op[CFF_PRIVATE].v[1]) > 0 ? (size_t)cff_whole(d->op[CFF_PRIVATE].v[1]) : 0;
	v = view_from(r->v, at);
	cff_dict_read((struct view){ v.p, size < v.n ? size : v.n }, ret);
	subrs = offset_of(ret, CFF_SUBRS);
	v = view_from(v, subrs);
	if (subrs > 0 && !cff_index_take(&v, local))
		*local = (struct cff_index){ 0 };
}

static bool
fd_array_read(struct reader *r, struct err *e)
{
	struct view v = view_from(r->v, offset_of(&r->font->top, CFF_FD_ARRAY));
	struct cff_index x = { 0 };
	struct cff_font *f = r->font;

	if (!f->cid) {
		f->fds = 1;
	} else {
		if (!cff_index_take(&v, &x) || x.count == 0 || x.count > FDS_MAX)
			return err_set(e, ERR_MALFORMED, "cff: no font DICTs");
		f->fds = x.count;
	}
	f->fd = arena_array(f->arena, f->fds, sizeof *f->fd);
	f->priv = arena_array(f->arena, f->fds, sizeof *f->priv);
	r->local = arena_array(f->arena, f->fds, sizeof *r->local);
	if (f->fd == NULL || f->priv == NULL || r->local == NULL)
		return err_set(e, ERR_SYSTEM, "cff: no memory");
	for (uint32_t i = 0; i < f->fds; i++) {
		if (f->cid)
			cff_dict_read(cff_index_at(&x, i), &f->fd[i]);
		private_read(r, f->cid ? &f->fd[i] : &f->top, &f->priv[i], &r->local[i]);
	}
	return true;
}

/* 5176, 19 */
static bool
fd_select_read(struct reader *r)
{
	struct cff_font *f = r->font;
	struct view v = view_from(r->v, offset_of(&f->top, CFF_FD_SELECT));
	uint32_t ranges;

	if (!f->cid)
		return true;
	f->fd_of = arena_get(f->arena, f->n);
	if (f->fd_of == NULL)
		return false;
	if (be8(v, 0) == 0) {
		for (uint32_t i = 0; i < f->n; i++)
			f->fd_of[i] = be8(v, 1 + i);
	} else if (be8(v, 0) == 3) {
		ranges = be16(v, 1);
		for (uint32_t i = 0, gid = 0; i < ranges; i++) {
			size_t at = 3 + (size_t)i * 3;
			uint32_t next = be16(v, at + 3);

			if (at + 5 > v.n)
				break;
			for (gid = gid > be16(v, at) ? gid : be16(v, at); gid < next && gid < f->n; gid++)
				f->fd_of[gid] = be8(v, at + 2);
		}
	}
	for (uint32_t i = 0; i < f->n; i++)
		if (f->fd_of[i] >= f->fds)
			f->fd_of[i] = 0;
	return true;
}

/* ---- charset and encoding --------------------------------------------- */

/* 5176, 13; what lies beyond the end has no name. */
static void
charset_table(struct reader *r, struct view v)
{
	struct cff_font *f = r->font;
	uint8_t format = 0;
	uint16_t first, left;
	uint8_t left8;

	(void)view_u8(&v, &format);
	for (uint32_t gid = 1; gid < f->n;) {
		if (!view_u16be(&v, &first))
			return;
		left = 0;
		if (format == 1) {
			if (!view_u8(&v, &left8))
				return;
			left = left8;
		} else if (format == 2 && !view_u16be(&v, &left)) {
			return;
		}
		for (uint32_t k = 0; k <= left && gid < f->n; k++)
			f->sid[gid++] = (uint16_t)(first + k);
	}
}

static void
charset_read(struct reader *r)
{
	static const uint32_t glyphs[] = { ISO_ADOBE, EXPERT, EXPERT_SUBSET };
	struct cff_font *f = r->font;
	size_t at = offset_of(&f->top, CFF_CHARSET);
	uint32_t known = CFF_STANDARD_STRINGS + r->strings.count;

	f->charset = CFF_CUSTOM;
	if (at > CFF_EXPERT_SUBSET)
		charset_table(r, view_from(r->v, at));
	else if (!f->cid && f->n <= glyphs[at])
		f->charset = (enum cff_predefined)at;
	else
		for (uint32_t i = 0; i < f->n && (f->cid || i < ISO_ADOBE); i++)
			f->sid[i] = (uint16_t)i;
	for (uint32_t i = 0; !f->cid && i < f->n; i++)
		if (f->sid[i] >= known)
			f->sid[i] = 0;
	f->sid[0] = 0;
}

static void
supplements_read(struct reader *r, struct view v)
{
	struct cff_font *f = r->font;
	uint32_t known = CFF_STANDARD_STRINGS + r->strings.count;
	uint8_t count = 0, code;
	uint16_t sid;

	(void)view_u8(&v, &count);
	while (count-- > 0 && view_u8(&v, &code) && view_u16be(&v, &sid))
		if (sid < known && f->supplements < 255)
			f->supplement[f->supplements++] = (struct cff_supplement){ code, sid };
}

/* 5176, 12 */
static void
encoding_read(struct reader *r)
{
	struct cff_font *f = r->font;
	size_t at = offset_of(&f->top, CFF_ENCODING);
	struct view v = view_from(r->v, at);
	uint8_t format = 0, count = 0, code, left;

	f->encoding = at == 0 ? CFF_STANDARD : at == 1 ? CFF_EXPERT : CFF_CUSTOM;
	if (f->cid || at <= 1)
		return;
	(void)(view_u8(&v, &format) && view_u8(&v, &count));
	while (count-- > 0 && view_u8(&v, &code)) {
		left = 0;
		if ((format & 0x7f) == 1 && !view_u8(&v, &left))
			break;
		for (uint32_t k = 0; k <= left && code + k < 256; k++)
			if (f->n_codes < 255 && f->n_codes < f->n - 1)
				f->codes[f->n_codes++] = (uint8_t)(code + k);
	}
	if ((format & 0x80) != 0)
		supplements_read(r, v);
}

static bool
strings_read(struct reader *r)
{
	struct cff_font *f = r->font;
	struct view *string = arena_array(f->arena, r->strings.count, sizeof *string);
	uint32_t sid[2];

	if (string == NULL)
		return false;
	for (uint32_t i = 0; i < r->strings.count; i++)
		string[i] = cff_index_at(&r->strings, i);
	f->string = string;
	f->strings = r->strings.count;
	for (unsigned i = 0; f->cid && i < 2; i++) {
		struct view *ret = i == 0 ? &f->registry : &f->ordering;

		sid[i] = (uint32_t)cff_whole(f->top.op[CFF_ROS].v[i]);
		if (sid[i] < CFF_STANDARD_STRINGS)
			*ret = cff_standard_string((uint16_t)sid[i]);
		else if (sid[i] - CFF_STANDARD_STRINGS < f->strings)
			*ret = string[sid[i] - CFF_STANDARD_STRINGS];
	}
	return true;
}

/* ---- glyphs ----------------------------------------------------------- */

static bool
charstrings_read(struct reader *r, struct font_info *info, struct err *e)
{
	struct cff_font *f = r->font;
	uint32_t read = 0;

	/* Flat charstrings of real fonts are up to a few times longer than those with subroutines. */
	r->budget = 16 * (uint64_t)r->v.n + 65536;
	f->code.max = 16 * r->v.n + ((size_t)1 << 20);
	for (uint32_t i = 0; i < f->n; i++) {
		struct charstring_env env = { .global = r->global, .budget = &r->budget };

		env.local = r->local[f->fd_of != NULL ? f->fd_of[i] : 0];
		if (charstring_flat(&env, cff_index_at(&r->charstrings, i), &f->code)) {
			read++;
		} else {
			buf_byte(&f->code, CS_ENDCHAR);
			info->dropped++;
		}
		f->end[i] = (uint32_t)f->code.n;
	}
	if (read == 0)
		return err_set(e, ERR_MALFORMED, "cff: no readable glyph");
	return buf_ok(&f->code, e);
}

static bool
index_read(struct reader *r, struct err *e)
{
	struct cff_index names, tops;
	struct view v = view_from(r->v, be8(r->v, 2)), name;
	struct cff_font *f = r->font;

	if (!cff_index_take(&v, &names) || !cff_index_take(&v, &tops) || tops.count == 0 ||
	    !cff_index_take(&v, &r->strings))
		return err_set(e, ERR_MALFORMED, "cff: no name, top DICT or strings");
	if (!cff_index_take(&v, &r->global))
		r->global = (struct cff_index){ 0 };
	name = cff_index_at(&names, 0);
	f->name = name;
	cff_dict_read(cff_index_at(&tops, 0), &f->top);
	f->cid = f->top.op[CFF_ROS].n == 3;
	keep_range(&f->top, CFF_PAINT_TYPE, 2);
	keep_range(&f->top, CFF_CID_COUNT, 65536);
	v = view_from(r->v, offset_of(&f->top, CFF_CHARSTRINGS));
	if (offset_of(&f->top, CFF_CHARSTRINGS) == 0 || !cff_index_take(&v, &r->charstrings) ||
	    r->charstrings.count == 0)
		return err_set(e, ERR_MALFORMED, "cff: no charstrings");
	f->n = r->charstrings.count;
	return true;
}

static bool
read_all(struct reader *r, struct font_info *info, struct err *e)
{
	struct cff_font *f = r->font;

	if (!index_read(r, e))
		return false;
	f->sid = arena_array(f->arena, f->n, sizeof *f->sid);
	f->end = arena_array(f->arena, f->n, sizeof *f->end);
	if (f->sid == NULL || f->end == NULL || !strings_read(r))
		return err_set(e, ERR_SYSTEM, "cff: no memory");
	if (!fd_array_read(r, e))
		return false;
	if (!fd_select_read(r))
		return err_set(e, ERR_SYSTEM, "cff: no memory");
	charset_read(r);
	encoding_read(r);
	return charstrings_read(r, info, e);
}

bool
cff_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	own_arena struct arena *arena = arena_new(arena_max);
	struct cff_font *font = arena != NULL ? arena_get(arena, sizeof *font) : NULL;
	struct reader r = { .font = font };
	size_t at = header_find(in);
	bool good;

	if (font == NULL)
		return err_set(e, ERR_SYSTEM, "cff: no memory");
	if (at == VIEW_NOT_FOUND)
		return err_set(e, ERR_MALFORMED, "cff: no header");
	font->arena = arena;
	r.v = view_from(in, at);
	good = read_all(&r, ret, e) && cff_write(font, out, e);
	buf_release(&font->code);
	ret->glyphs = font->n;
	ret->cid = font->cid;
	return good;
}
