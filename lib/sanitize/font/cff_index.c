/* INDEX data (Adobe Technical Note 5176, 5), as it is read. */
#include "sanitize/font/charstring.h"

#include "sanitize/font/be.h"

bool
cff_index_take(struct view *v, struct cff_index *ret)
{
	struct cff_index x = { 0 };
	struct view w = *v;
	uint16_t count;
	uint8_t size;
	uint32_t end;

	if (!view_u16be(&w, &count))
		return false;
	if (count > 0) {
		if (!view_u8(&w, &size) || size < 1 || size > 4 ||
		    !view_take(&w, ((size_t)count + 1) * size, &x.offsets))
			return false;
		x.count = count;
		x.off_size = size;
		end = be_n(x.offsets, (size_t)count * size, size);
		if (end == 0)
			return false;
		/* Cut off: what is there may still be of use. */
		if (end - 1 > w.n)
			end = (uint32_t)w.n + 1;
		(void)view_take(&w, end - 1, &x.data);
	}
	*v = w;
	*ret = x;
	return true;
}

struct view
cff_index_at(const struct cff_index *x, uint32_t i)
{
	struct view none = { x->data.p, 0 }, ret;
	uint32_t from, to;

	if (i >= x->count)
		return none;
	from = be_n(x->offsets, (size_t)i * x->off_size, x->off_size);
	to = be_n(x->offsets, ((size_t)i + 1) * x->off_size, x->off_size);
	if (from == 0 || to < from || from - 1 > x->data.n)
		return none;
	if (to - 1 > x->data.n)
		to = (uint32_t)x->data.n + 1;
	return view_sub(x->data, from - 1, to - from, &ret) ? ret : none;
}
