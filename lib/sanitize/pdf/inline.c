/*
 * inline.c - inline images (ISO 32000-2 8.9.7): the dictionary with full
 * keys, where the data ends, and either the canonical inline image or, for
 * the larger ones, an image XObject in its stead.
 */
#include "core/own.h"
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/image.h"

enum {
	KEYS_MAX = 32,
	BRIEF_MAX = 3,		/* bytes of a brief key */
	INLINE_MAX = 4096,	/* bytes of samples; hexadecimal doubles them */
	BAD_MAX = 8,		/* values without an end, in one stream */
	AFTER_EI = 16,		/* bytes that must look like text for EI to be one */
};

struct inline_dict {
	struct pdf_entry e[KEYS_MAX];
	bool brief[KEYS_MAX];	/* the key was said in its brief form */
	size_t n;
};

static bool
is_space(uint8_t c)
{
	return c == 0 || c == 9 || c == 10 || c == 12 || c == 13 || c == 32;
}

static struct view
full_key(struct view key)
{
	static const struct {
		const char *brief, *full;
	} keys[] = {
#define INLINE_KEY(brief, full) { brief, full },
#include "sanitize/pdf/inline_key.def"
#undef INLINE_KEY
	};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (view_is(key, keys[i].brief))
			return view_str(keys[i].full);
	return key;
}

static struct pdf_obj
full_filter(const struct pdf_obj *o)
{
	static const struct {
		const char *brief, *full;
	} filters[] = {
#define INLINE_FILTER(brief, full) { brief, full },
#include "sanitize/pdf/inline_filter.def"
#undef INLINE_FILTER
	};
	struct pdf_obj f = *o;

	for (size_t i = 0; o->kind == PDF_NAME && i < sizeof filters / sizeof *filters; i++)
		if (view_is(o->u.s, filters[i].brief))
			f.u.s = view_str(filters[i].full);
	return f;
}

static bool
full_filters(struct pdf_obj *o, struct arena *a)
{
	struct pdf_obj *all;

	if (o->kind != PDF_ARRAY) {
		*o = full_filter(o);
		return true;
	}
	all = arena_array(a, o->u.a.n, sizeof *all);
	if (!all)
		return false;
	for (size_t i = 0; i < o->u.a.n; i++)
		all[i] = full_filter(&o->u.a.v[i]);
	o->u.a.v = all;
	return true;
}

/* Of a key's two forms the brief one counts, else the last one. */
static void
dict_put(struct inline_dict *d, struct view key, bool brief, const struct pdf_obj *value)
{
	size_t i = 0;

	while (i < d->n && !view_eq(d->e[i].key, key))
		i++;
	if (i >= KEYS_MAX || (i < d->n && d->brief[i] && !brief))
		return;
	d->n += i == d->n;
	d->e[i] = (struct pdf_entry){ .key = key, .value = *value };
	d->brief[i] = brief;
}

/* One value; false where there is none (or ID in its place: *ret_id). */
static bool
read_value(struct view *in, struct arena *a, uint8_t *bad, struct pdf_obj *ret, bool *ret_id)
{
	struct view before = *in;
	enum pdf_tok t = pdf_tok(in, a, ret);

	if (t == PDF_TOK_OBJ)
		return true;
	*ret_id = t == PDF_TOK_WORD && view_is(ret->u.s, "ID");
	if ((t != PDF_TOK_ARRAY && t != PDF_TOK_DICT) || *bad >= BAD_MAX)
		return false;
	if (!pdf_parse_direct(&before, a, ret)) {
		++*bad;
		return false;
	}
	*in = before;
	return true;
}

/* Keys and values up to ID; false where the stream ends first. */
static bool
read_dict(struct view *in, struct arena *a, uint8_t *bad, struct inline_dict *d)
{
	for (;;) {
		struct pdf_obj key, value;
		bool id = false, brief;
		enum pdf_tok t = pdf_tok(in, a, &key);

		if (t == PDF_TOK_END)
			return false;
		if (t == PDF_TOK_WORD && view_is(key.u.s, "ID"))
			return true;
		if (t != PDF_TOK_OBJ || key.kind != PDF_NAME)
			continue;
		brief = key.u.s.n <= BRIEF_MAX;
		key.u.s = full_key(key.u.s);
		if (!read_value(in, a, bad, &value, &id)) {
			if (id)
				return true;
			continue;
		}
		if (view_is(key.u.s, "Filter") && !full_filters(&value, a))
			return false;
		dict_put(d, key.u.s, brief, &value);
	}
}

/* EI between white space, and what follows is text and not image data. */
static bool
is_end(struct view in, size_t at)
{
	struct view after = view_from(in, at + 2);

	if (at > 0 && !is_space(in.p[at - 1]) && in.p[at - 1] != '>')
		return false;
	if (after.n > 0 && !is_space(after.p[0]))
		return false;
	for (size_t i = 0; i < after.n && i < AFTER_EI; i++)
		if (after.p[i] > 126 || (after.p[i] < 32 && !is_space(after.p[i])))
			return false;
	return true;
}

/* Where EI is, from `from` on; VIEW_NOT_FOUND where the data never ends. */
static size_t
find_end(struct view in, size_t from)
{
	for (;;) {
		size_t at = view_find(in, from, VIEW("EI"));

		if (at == VIEW_NOT_FOUND || is_end(in, at))
			return at;
		from = at + 1;
	}
}

static const struct pdf_obj *
first_filter(struct pdf_rebuild *r, const struct pdf_dict *d)
{
	const struct pdf_obj *o = pdf_get(r->in, d, "Filter");

	return o->kind == PDF_ARRAY && o->u.a.n ? &o->u.a.v[0] : o;
}

/* The size of data that no filter packs; 0 where it is not known. */
static size_t
plain_size(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *res)
{
	const struct pdf_obj *mask = pdf_get(r->in, d, "ImageMask");
	bool is_mask = mask->kind == PDF_BOOL && mask->u.b;
	int64_t w = 0, h = 0, bpc = 1;
	unsigned n = is_mask ? 1 : gfx_space_n(r, pdf_get_raw(d, "ColorSpace"), res);

	pdf_int(pdf_get(r->in, d, "Width"), &w);
	pdf_int(pdf_get(r->in, d, "Height"), &h);
	if (!is_mask)
		pdf_int(pdf_get(r->in, d, "BitsPerComponent"), &bpc);
	if (w < 1 || h < 1 || w > 65536 || h > 65536 || bpc < 1 || bpc > 16)
		return 0;
	return gfx_image_size((uint32_t)w, (uint32_t)h, n, (unsigned)bpc);
}

/* Takes the data and its EI off the front. */
static struct view
take_data(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *res, struct view *in)
{
	const struct pdf_obj *filter = first_filter(r, d);
	struct view data = VIEW("");
	size_t from = 0, end;

	/* one white-space character behind ID, or a CR LF that is plainly one line end */
	if (in->n >= 2 && in->p[0] == 13 && in->p[1] == 10 && filter->kind == PDF_NAME)
		view_skip(in, 2);
	else if (in->n && is_space(in->p[0]))
		view_skip(in, 1);
	if (filter->kind != PDF_NAME)
		from = plain_size(r, d, res);
	else if (view_is(filter->u.s, "ASCIIHexDecode"))
		from = view_find(*in, 0, VIEW(">"));
	else if (view_is(filter->u.s, "ASCII85Decode"))
		from = view_find(*in, 0, VIEW("~>"));
	if (from > in->n)
		from = 0;
	end = find_end(*in, from);
	/* data longer or shorter than it says: look again from its start */
	if (end == VIEW_NOT_FOUND && from > 0)
		end = find_end(*in, 0);
	if (end == VIEW_NOT_FOUND)
		end = in->n;
	view_take(in, end, &data);
	view_skip(in, in->n < 2 ? in->n : 2);
	return data;
}

/* -- writing ------------------------------------------------------------------- */

static bool
put_space(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	  struct err *e)
{
	static const struct {
		const char *source, *brief;
	} names[] = {
		{ "DeviceGray", "G" }, { "G", "G" },	   { "DeviceRGB", "RGB" },
		{ "RGB", "RGB" },      { "DeviceCMYK", "CMYK" }, { "CMYK", "CMYK" },
	};
	bool found;

	(void)r;
	if (o->kind != PDF_NAME)
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (view_is(o->u.s, names[i].source)) {
			pdf_put_name(b, view_str(names[i].brief));
			return true;
		}
	if (!res_use(res, RES_COLORSPACE, o->u.s, &found, e))
		return false;
	if (found)
		pdf_put_name(b, o->u.s);
	return true;
}

/* [/I base hival (table)] over a device space, with the table exact. */
static void
put_indexed(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b)
{
	const struct pdf_obj *v = o->u.a.v;
	unsigned n = gfx_space_n(r, &v[1], NULL);
	own_buf struct buf table = { .max = 2048 };
	size_t size;
	int64_t hival;

	if (o->u.a.n != 4 || v[1].kind != PDF_NAME || v[3].kind != PDF_STRING ||
	    !pdf_int(&v[2], &hival) || hival < 0 || n == 0)
		return;
	hival = hival > 255 ? 255 : hival;
	size = (size_t)(hival + 1) * n;
	buf_put(&table, v[3].u.s.p, v[3].u.s.n < size ? v[3].u.s.n : size);
	buf_fill(&table, 0, size - table.n);
	pdf_put_word(b, "[");
	pdf_put_name(b, VIEW("I"));
	pdf_put_name(b, n == 1 ? VIEW("G") : n == 3 ? VIEW("RGB") : VIEW("CMYK"));
	pdf_put_int(b, hival);
	pdf_put_string(b, buf_bytes(&table));
	pdf_put_word(b, "]");
}

static void
put_hex(struct buf *b, struct view data)
{
	static const char digit[] = "0123456789ABCDEF";
	uint8_t *to = buf_room(b, 2 * data.n);

	for (size_t i = 0; to && i < data.n; i++) {
		to[2 * i] = (uint8_t)digit[data.p[i] >> 4];
		to[2 * i + 1] = (uint8_t)digit[data.p[i] & 15];
	}
	b->n += to ? 2 * data.n : 0;
}

static void
put_inline(struct pdf_rebuild *r, const struct image *im, const struct pdf_dict *d,
	   struct view space, struct buf *out)
{
	const struct pdf_obj *decode = pdf_get(r->in, d, "Decode");
	const struct pdf_obj *smooth = pdf_get(r->in, d, "Interpolate");
	own_buf struct buf numbers = { 0 };

	pdf_put_word(out, "BI");
	pdf_put_name(out, VIEW("BPC"));
	pdf_put_int(out, im->bpc);
	if (!im->mask) {
		pdf_put_name(out, VIEW("CS"));
		buf_view(out, space);
	}
	if (gfx_put_numbers(r, &numbers, decode, 2 * (size_t)im->n, 2 * (size_t)im->n)) {
		pdf_put_name(out, VIEW("D"));
		buf_view(out, buf_bytes(&numbers));
	}
	pdf_put_name(out, VIEW("F"));
	pdf_put_name(out, VIEW("AHx"));
	pdf_put_name(out, VIEW("H"));
	pdf_put_int(out, im->h);
	if (smooth->kind == PDF_BOOL) {
		pdf_put_name(out, VIEW("I"));
		pdf_put_word(out, smooth->u.b ? "true" : "false");
	}
	if (im->mask) {
		pdf_put_name(out, VIEW("IM"));
		pdf_put_word(out, "true");
	}
	pdf_put_name(out, VIEW("W"));
	pdf_put_int(out, im->w);
	pdf_put_word(out, "ID");
	buf_byte(out, '\n');
	put_hex(out, im->data);
	buf_str(out, ">\nEI\n");
}

static bool
write_image(struct pdf_rebuild *r, const struct image *im, const struct pdf_obj *stream,
	    struct res *res, struct buf *out, bool *ret_dropped, struct err *e)
{
	const struct pdf_obj *cs = pdf_get_raw(stream->u.d, "ColorSpace");
	own_buf struct buf space = { 0 };
	struct view name;
	uint32_t num = 0;
	bool small = im->kind == IMAGE_RAW && im->data.n <= INLINE_MAX;

	if (small && !im->mask) {
		if (cs->kind == PDF_ARRAY && cs->u.a.n == 4 && gfx_space_indexed(r, cs, NULL))
			put_indexed(r, cs, &space);
		else if (!put_space(r, cs, res, &space, e))
			return false;
	}
	if (small && (im->mask || space.n)) {
		put_inline(r, im, stream->u.d, buf_bytes(&space), out);
		return true;
	}
	if (!gfx_image_xobject(r, stream, res, IMAGE_PLAIN, &num, e))
		return false;
	*ret_dropped = num == 0;
	if (num == 0)
		return true;
	if (!res_add(res, RES_XOBJECT, num, &name, e))
		return false;
	pdf_put_name(out, name);
	pdf_put_word(out, "Do");
	buf_byte(out, '\n');
	return true;
}

bool
inline_image(struct pdf_rebuild *r, struct view *in, struct arena *scratch, struct res *res,
	     struct buf *out, uint8_t *bad, bool *ret_dropped, struct err *e)
{
	struct inline_dict d = { .n = 0 };
	struct pdf_dict *dict = arena_get(scratch, sizeof *dict);
	struct pdf_obj stream = { .kind = PDF_STREAM };
	struct image im;
	bool ok;

	*ret_dropped = true;
	if (!dict)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!read_dict(in, scratch, bad, &d)) {
		*in = view_from(*in, in->n);
		return true;
	}
	*dict = (struct pdf_dict){ .e = d.e, .n = d.n };
	if (!pdf_mark_new(scratch, dict, d.n))
		return err_set(e, ERR_SYSTEM, "no memory");
	stream.u.d = dict;
	stream.raw = take_data(r, dict, res, in);
	ok = gfx_image_read(r, &stream, res, &im, e);
	gfx_image_note(r, &im, res_where(res));
	if (ok && im.kind != IMAGE_NONE) {
		*ret_dropped = false;
		ok = write_image(r, &im, &stream, res, out, ret_dropped, e);
	}
	gfx_image_release(&im);
	if (ok)
		tell_stray(r, PLACE_INLINE, dict);
	return ok;
}
