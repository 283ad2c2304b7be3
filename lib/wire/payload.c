/* The payloads of wire.h: little-endian integers, and texts behind their 32-bit length. */
#include "wire/wire.h"

static bool
put_text(struct buf *b, struct view v)
{
	return v.n <= WIRE_TEXT && buf_u32le(b, (uint32_t)v.n) && buf_view(b, v);
}

static bool
get_text(struct view *v, struct view *ret)
{
	uint32_t n;

	return view_u32le(v, &n) && n <= WIRE_TEXT && view_take(v, n, ret);
}

bool
wire_put_job(struct buf *b, const struct wire_job *j)
{
	uint32_t i;

	if (j->passwords > WIRE_PASSWORDS || !put_text(b, j->name) || !put_text(b, j->profile) ||
	    !buf_u32le(b, j->dpi) || !buf_u32le(b, j->passwords))
		return false;
	for (i = 0; i < j->passwords; i++)
		if (!put_text(b, j->password[i]))
			return false;
	return true;
}

bool
wire_get_job(struct view v, struct wire_job *ret)
{
	struct wire_job j = { 0 };
	uint32_t i;

	if (!get_text(&v, &j.name) || !get_text(&v, &j.profile) || !view_u32le(&v, &j.dpi) ||
	    !view_u32le(&v, &j.passwords) || j.passwords > WIRE_PASSWORDS)
		return false;
	for (i = 0; i < j.passwords; i++)
		if (!get_text(&v, &j.password[i]))
			return false;
	if (v.n != 0)
		return false;
	*ret = j;
	return true;
}

bool
wire_put_done(struct buf *b, const struct wire_done *d)
{
	return buf_u32le(b, d->verdict) && buf_u32le(b, d->type) && buf_u64le(b, d->output) &&
	       buf_u64le(b, d->report);
}

bool
wire_get_done(struct view v, struct wire_done *ret)
{
	struct wire_done d;

	if (!view_u32le(&v, &d.verdict) || !view_u32le(&v, &d.type) || !view_u64le(&v, &d.output) ||
	    !view_u64le(&v, &d.report) || v.n != 0)
		return false;
	*ret = d;
	return true;
}

bool
wire_put_need(struct buf *b, const struct wire_need *d)
{
	return buf_u32le(b, d->kind) && buf_u32le(b, d->type) && buf_u64le(b, d->at) &&
	       buf_u64le(b, d->n) && buf_u32le(b, d->first) && buf_u32le(b, d->count) &&
	       buf_u32le(b, d->dpi);
}

bool
wire_get_need(struct view v, struct wire_need *ret)
{
	struct wire_need d;

	if (!view_u32le(&v, &d.kind) || !view_u32le(&v, &d.type) || !view_u64le(&v, &d.at) ||
	    !view_u64le(&v, &d.n) || !view_u32le(&v, &d.first) || !view_u32le(&v, &d.count) ||
	    !view_u32le(&v, &d.dpi) || v.n != 0)
		return false;
	*ret = d;
	return true;
}

bool
wire_put_inspect(struct buf *b, uint32_t type, struct view profile)
{
	return buf_u32le(b, type) && put_text(b, profile);
}

bool
wire_get_inspect(struct view v, uint32_t *ret_type, struct view *ret_profile)
{
	return view_u32le(&v, ret_type) && get_text(&v, ret_profile) && v.n == 0;
}

bool
wire_put_err(struct buf *b, const struct err *e)
{
	return buf_u32le(b, (uint32_t)e->code) &&
	       put_text(b, e->code == ERR_NONE ? VIEW("") : view_str(e->text));
}

bool
wire_get_err(struct view v, struct err *ret)
{
	struct view words;
	uint32_t code;

	if (!view_u32le(&v, &code) || code > ERR_SYSTEM || !get_text(&v, &words) || v.n != 0 ||
	    words.n >= sizeof ret->text)
		return false;
	ret->code = (enum err_code)code;
	memcpy(ret->text, words.p, words.n);
	ret->text[words.n] = '\0';
	return true;
}

bool
wire_put_id(struct buf *b, uint32_t id, uint32_t status)
{
	return buf_u32le(b, id) && buf_u32le(b, status);
}

bool
wire_get_id(struct view v, uint32_t *ret_id, uint32_t *ret_status)
{
	return view_u32le(&v, ret_id) && view_u32le(&v, ret_status) && v.n == 0;
}

bool
wire_put_index(struct buf *b, uint64_t index)
{
	return buf_u64le(b, index);
}

bool
wire_get_index(struct view v, uint64_t *ret)
{
	uint64_t index;

	if (!view_u64le(&v, &index) || v.n != 0)
		return false;
	*ret = index;
	return true;
}
