#include "sanitize/text/picture.h"

#include "core/own.h"

enum { PICTURE_MAX = 64 << 20 };

static int
value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool
base64_decode(struct view in, struct buf *ret)
{
	uint32_t bits = 0;
	unsigned n = 0;
	bool end = false;
	size_t i;

	for (i = 0; i < in.n; i++) {
		uint8_t c = in.p[i];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c == '=') {
			end = true;
			continue;
		}
		if (end || value(c) < 0)
			return false;
		bits = bits << 6 | (uint32_t)value(c);
		n += 6;
		if (n >= 8) {
			n -= 8;
			if (!buf_byte(ret, (uint8_t)(bits >> n)))
				return false;
		}
	}
	return n < 6;
}

bool
base64_encode(struct view in, struct buf *ret)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	while (in.n > 0) {
		uint32_t bits = 0;
		size_t n = in.n < 3 ? in.n : 3, i;
		uint8_t four[4];

		for (i = 0; i < 3; i++)
			bits = bits << 8 | (i < n ? in.p[i] : 0);
		for (i = 0; i < 4; i++)
			four[i] = i <= n ? (uint8_t)digits[bits >> (18 - 6 * i) & 63] : '=';
		if (!buf_put(ret, four, 4))
			return false;
		in = view_from(in, n);
	}
	return true;
}

const char *
picture_media(enum type t)
{
	switch (t) {
	case TYPE_PNG:
		return "image/png";
	case TYPE_JPEG:
		return "image/jpeg";
	case TYPE_GIF:
		return "image/gif";
	case TYPE_WEBP:
		return "image/webp";
	default:
		return "";
	}
}

bool
picture_rebuild(struct job *j, const char *name, struct view in, struct buf *ret, enum type *type, struct err *e)
{
	enum verdict v = job_part(j, name, in, ret, type, e);

	if ((v == VERDICT_REFUSED || v == VERDICT_FAILED) && job_spent(j))
		return false;
	*e = (struct err){ 0 };
	if (v != VERDICT_REFUSED && v != VERDICT_FAILED && picture_media(*type)[0] != '\0')
		return true;
	buf_clear(ret);
	return false;
}

bool
picture_is_data(struct view uri)
{
	static const char head[] = "data:";
	size_t i;

	if (uri.n < sizeof head - 1)
		return false;
	for (i = 0; i < sizeof head - 1; i++)
		if ((uri.p[i] | 0x20) != (uint8_t)head[i] && uri.p[i] != ':')
			return false;
	return uri.p[4] == ':';
}

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
unescape(struct view in, struct buf *ret)
{
	size_t i;

	for (i = 0; i < in.n; i++) {
		if (in.p[i] == '%' && i + 2 < in.n && hex(in.p[i + 1]) >= 0 && hex(in.p[i + 2]) >= 0) {
			(void)buf_byte(ret, (uint8_t)(hex(in.p[i + 1]) << 4 | hex(in.p[i + 2])));
			i += 2;
		} else {
			(void)buf_byte(ret, in.p[i]);
		}
	}
	return !ret->full;
}

bool
picture_to_data(struct job *j, const char *name, struct view in, struct buf *ret, struct err *e)
{
	own_buf struct buf made = BUF_MAX(PICTURE_MAX);
	enum type type;
	size_t was = ret->n;

	if (!picture_rebuild(j, name, in, &made, &type, e))
		return false;
	if (buf_printf(ret, "data:%s;base64,", picture_media(type)) && base64_encode(buf_bytes(&made), ret) &&
	    ret->n - was <= PICTURE_MAX)
		return true;
	ret->n = was;
	return false;
}

bool
picture_from_data(struct job *j, const char *name, struct view uri, struct buf *ret, struct err *e)
{
	own_buf struct buf plain = BUF_MAX(PICTURE_MAX), bytes = BUF_MAX(PICTURE_MAX);
	size_t comma = view_find(uri, 0, VIEW(","));
	struct view head;

	*e = (struct err){ 0 };
	if (comma == VIEW_NOT_FOUND || !unescape(view_from(uri, comma + 1), &plain))
		return false;
	head = view_of(uri.p, comma);
	if (view_find(head, 0, VIEW("base64")) == VIEW_NOT_FOUND)
		return picture_to_data(j, name, buf_bytes(&plain), ret, e);
	return base64_decode(buf_bytes(&plain), &bytes) && bytes.n > 0 &&
	       picture_to_data(j, name, buf_bytes(&bytes), ret, e);
}
