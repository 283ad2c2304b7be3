/* Writing CFF in the canonical subset: docs/canonical.md, CFF. */
#include "sanitize/font/cff_font.h"

#include "core/own.h"

/* The sections behind the string INDEX, each at an offset that the Top DICT names. */
struct sections {
	struct buf top, strings, charset, encoding, fd_select;
	struct buf charstrings;	/* without its data, which is the font's `code` */
	struct buf fd_array, priv;
};

struct writer {
	struct cff_font *f;
	struct sections s;
	uint32_t *new_sid;	/* of each string of the font; 0: not yet in use */
	struct buf string_data;
	uint32_t *string_end;
	uint32_t strings;
};

bool
cff_string_fits(struct view s)
{
	if (s.n == 0 || s.n > CFF_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

/* ---- INDEX ------------------------------------------------------------ */

/* An INDEX up to its data, which follows. */
static void
index_head(struct buf *b, const uint32_t *end, uint32_t n)
{
	uint8_t *room;
	unsigned size = 1;

	buf_u16be(b, (uint16_t)n);
	if (n == 0)
		return;
	while (size < 4 && ((uint64_t)end[n - 1] + 1) >> (8 * size) > 0)
		size++;
	buf_byte(b, (uint8_t)size);
	room = buf_room(b, ((size_t)n + 1) * size);
	if (room == NULL)
		return;
	for (uint32_t i = 0; i <= n; i++) {
		uint32_t offset = i == 0 ? 1 : end[i - 1] + 1;

		for (unsigned k = 0; k < size; k++)
			room[(size_t)i * size + k] = (uint8_t)(offset >> (8 * (size - 1 - k)));
	}
	b->n += ((size_t)n + 1) * size;
}

static void
index_put(struct buf *b, const uint32_t *end, uint32_t n, struct view data)
{
	index_head(b, end, n);
	buf_view(b, data);
}

static void
index_one(struct buf *b, struct view v)
{
	uint32_t end = (uint32_t)v.n;

	index_put(b, &end, 1, v);
}

/* ---- strings ---------------------------------------------------------- */

static uint32_t
string_add(struct writer *w, struct view s)
{
	buf_view(&w->string_data, s);
	w->string_end[w->strings] = (uint32_t)w->string_data.n;
	return CFF_STANDARD_STRINGS + w->strings++;
}

/* The new number of a string; 0 (.notdef) for one that cannot be kept. */
static uint16_t
sid_of(struct writer *w, uint32_t sid)
{
	uint32_t i = sid - CFF_STANDARD_STRINGS;

	if (sid < CFF_STANDARD_STRINGS)
		return (uint16_t)sid;
	if (i >= w->f->strings || !cff_string_fits(w->f->string[i]))
		return 0;
	if (w->new_sid[i] == 0)
		w->new_sid[i] = string_add(w, w->f->string[i]);
	return (uint16_t)w->new_sid[i];
}

/* Registry and Ordering, which are always custom strings here. */
static void
ros_number(struct writer *w)
{
	struct cff_font *f = w->f;

	for (unsigned i = 0; i < 2; i++) {
		struct view s = i == 0 ? f->registry : f->ordering;

		if (!cff_string_fits(s))
			s = i == 0 ? VIEW("Adobe") : VIEW("Identity");
		f->top.op[CFF_ROS].v[i] = cff_int(string_add(w, s));
	}
	if (cff_whole(f->top.op[CFF_ROS].v[2]) < 0)
		f->top.op[CFF_ROS].v[2] = cff_int(0);
	f->top.op[CFF_ROS].v[2] = cff_int(cff_whole(f->top.op[CFF_ROS].v[2]));
}

static bool
fits_name(struct view s)
{
	static const struct view special = { (const uint8_t *)"()<>[]{}/%", 10 };

	if (s.n == 0 || s.n > CFF_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e || memchr(special.p, s.p[i], special.n) != NULL)
			return false;
	return true;
}

/* ---- charset, encoding, FDSelect -------------------------------------- */

static uint32_t
range_of(const uint16_t *sid, uint32_t from, uint32_t n)
{
	uint32_t k = 1;

	while (from + k < n && sid[from + k] == sid[from] + k)
		k++;
	return k;
}

static void
charset_write(struct writer *w, const uint16_t *sid)
{
	struct buf *b = &w->s.charset;
	uint32_t n = w->f->n, ranges = 0;

	for (uint32_t i = 1; i < n; i += range_of(sid, i, n))
		ranges++;
	if (ranges * 4 < (n - 1) * 2) {
		buf_byte(b, 2);
		for (uint32_t i = 1, k; i < n; i += k) {
			k = range_of(sid, i, n);
			buf_u16be(b, sid[i]);
			buf_u16be(b, (uint16_t)(k - 1));
		}
		return;
	}
	buf_byte(b, 0);
	for (uint32_t i = 1; i < n; i++)
		buf_u16be(b, sid[i]);
}

static void
encoding_write(struct writer *w)
{
	const struct cff_font *f = w->f;
	struct buf *b = &w->s.encoding;
	uint32_t n = 0;

	buf_byte(b, 0);
	buf_byte(b, (uint8_t)f->n_codes);
	buf_put(b, f->codes, f->n_codes);
	for (uint32_t i = 0; i < f->supplements; i++) {
		uint16_t sid = sid_of(w, f->supplement[i].sid);

		if (sid == 0)
			continue;
		if (n++ == 0)
			buf_byte(b, 0);
		buf_byte(b, f->supplement[i].code);
		buf_u16be(b, sid);
	}
	if (n > 0 && b->p != NULL && b->n > 2 + f->n_codes) {
		b->p[0] = 0x80;
		b->p[2 + f->n_codes] = (uint8_t)n;
	}
}

static void
fd_select_write(struct writer *w)
{
	const struct cff_font *f = w->f;
	struct buf *b = &w->s.fd_select;
	uint32_t ranges = 0;

	buf_byte(b, 3);
	buf_u16be(b, 0);
	for (uint32_t i = 0; i < f->n; i++) {
		if (i > 0 && f->fd_of[i] == f->fd_of[i - 1])
			continue;
		buf_u16be(b, (uint16_t)i);
		buf_byte(b, f->fd_of[i]);
		ranges++;
	}
	buf_u16be(b, (uint16_t)f->n);
	if (b->p != NULL && b->n > 3) {
		b->p[1] = (uint8_t)(ranges >> 8);
		b->p[2] = (uint8_t)ranges;
	}
}

/* ---- DICTs and offsets ------------------------------------------------ */

static void
set(struct cff_dict *d, enum cff_op op, uint8_t n, size_t a, size_t b)
{
	d->op[op].n = n;
	d->op[op].v[0] = cff_int((int64_t)a);
	d->op[op].v[1] = cff_int((int64_t)b);
}

/* Font DICTs and Private DICTs; `at` is where the first Private DICT will stand. */
static bool
fd_array_write(struct writer *w, size_t at)
{
	struct cff_font *f = w->f;
	own_buf struct buf dicts = { 0 };
	uint32_t *end = arena_array(f->arena, f->fds, sizeof *end);

	buf_clear(&w->s.fd_array);
	buf_clear(&w->s.priv);
	if (end == NULL)
		return false;
	for (uint32_t i = 0; i < f->fds; i++) {
		size_t start = w->s.priv.n;

		cff_dict_write(&f->priv[i], CFF_PRIV, &w->s.priv);
		set(&f->fd[i], CFF_PRIVATE, 2, w->s.priv.n - start, at + start);
		cff_dict_write(&f->fd[i], CFF_FD, &dicts);
		end[i] = (uint32_t)dicts.n;
	}
	if (f->cid)
		index_put(&w->s.fd_array, end, f->fds, buf_bytes(&dicts));
	return !dicts.full;
}

/* Sets the Top DICT's offsets; their size does not depend on their values, so once more is enough. */
static bool
offsets_set(struct writer *w, size_t head)
{
	struct cff_font *f = w->f;
	struct cff_dict *t = &f->top;
	/* An INDEX of one element is 5 bytes longer than that, or 7 with two-byte offsets. */
	size_t index = w->s.top.n + (w->s.top.n < 255 ? 5 : 7);
	size_t at = head + index + w->s.strings.n + 2;

	if (f->charset == CFF_CUSTOM)
		set(t, CFF_CHARSET, 1, at, 0);
	at += w->s.charset.n;
	if (!f->cid && f->encoding == CFF_CUSTOM)
		set(t, CFF_ENCODING, 1, at, 0);
	at += w->s.encoding.n;
	if (f->cid)
		set(t, CFF_FD_SELECT, 1, at, 0);
	at += w->s.fd_select.n;
	set(t, CFF_CHARSTRINGS, 1, at, 0);
	at += w->s.charstrings.n + f->code.n;
	if (f->cid)
		set(t, CFF_FD_ARRAY, 1, at, 0);
	if (!fd_array_write(w, at + w->s.fd_array.n))
		return false;
	if (!f->cid)
		set(t, CFF_PRIVATE, 2, w->s.priv.n, at);
	buf_clear(&w->s.top);
	cff_dict_write(t, CFF_TOP, &w->s.top);
	return at <= INT32_MAX;
}

static void
top_prepare(struct cff_font *f)
{
	static const enum cff_op offset[] = { CFF_CHARSET, CFF_ENCODING, CFF_CHARSTRINGS,
					      CFF_PRIVATE, CFF_FD_ARRAY, CFF_FD_SELECT };

	for (size_t i = 0; i < sizeof offset / sizeof offset[0]; i++)
		f->top.op[offset[i]].n = 0;
	if (!f->cid) {
		f->top.op[CFF_ROS].n = 0;
		f->top.op[CFF_CID_COUNT].n = 0;
		if (f->charset != CFF_CUSTOM && f->charset != CFF_STANDARD)
			set(&f->top, CFF_CHARSET, 1, f->charset, 0);
		if (f->encoding == CFF_EXPERT)
			set(&f->top, CFF_ENCODING, 1, 1, 0);
	}
}

static bool
sections_write(struct writer *w)
{
	struct cff_font *f = w->f;
	uint16_t *sid = arena_array(f->arena, f->n, sizeof *sid);

	w->new_sid = arena_array(f->arena, f->strings, sizeof *w->new_sid);
	w->string_end = arena_array(f->arena, (size_t)f->strings + 2, sizeof *w->string_end);
	if (sid == NULL || w->new_sid == NULL || w->string_end == NULL)
		return false;
	if (f->cid)
		ros_number(w);
	for (uint32_t i = 1; f->charset == CFF_CUSTOM && i < f->n; i++)
		sid[i] = f->cid ? f->sid[i] : sid_of(w, f->sid[i]);
	if (f->charset == CFF_CUSTOM)
		charset_write(w, sid);
	if (!f->cid && f->encoding == CFF_CUSTOM)
		encoding_write(w);
	if (f->cid)
		fd_select_write(w);
	index_put(&w->s.strings, w->string_end, w->strings, buf_bytes(&w->string_data));
	index_head(&w->s.charstrings, f->end, f->n);
	return true;
}

static void
writer_release(struct writer *w)
{
	struct buf *all[] = { &w->s.top, &w->s.strings, &w->s.charset, &w->s.encoding,
			      &w->s.fd_select, &w->s.charstrings, &w->s.fd_array, &w->s.priv,
			      &w->string_data };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		buf_release(all[i]);
}

static bool
put_all(struct writer *w, size_t start, struct buf *out, struct err *e)
{
	const struct buf *rest[] = { &w->s.charset, &w->s.encoding, &w->s.fd_select,
				     &w->s.charstrings, &w->f->code, &w->s.fd_array, &w->s.priv };

	for (unsigned pass = 0; pass < 3; pass++)
		if (!offsets_set(w, out->n - start))
			return err_set(e, ERR_LIMIT, "cff: too large");
	index_one(out, buf_bytes(&w->s.top));
	buf_view(out, buf_bytes(&w->s.strings));
	buf_u16be(out, 0);
	for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
		if (!buf_ok(rest[i], e))
			return false;
		buf_view(out, buf_bytes(rest[i]));
	}
	return buf_ok(out, e);
}

bool
cff_write(struct cff_font *f, struct buf *out, struct err *e)
{
	__attribute__((cleanup(writer_release))) struct writer w = { .f = f };
	size_t start = out->n;

	top_prepare(f);
	if (!sections_write(&w))
		return err_set(e, ERR_SYSTEM, "cff: no memory");
	buf_put(out, (const uint8_t[]){ 1, 0, 4, 4 }, 4);
	index_one(out, fits_name(f->name) ? f->name : VIEW("Font"));
	return put_all(&w, start, out, e);
}
