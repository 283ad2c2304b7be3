#include "core/utf8.h"

uint32_t
utf8_take(struct view *v)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t first = v->p[0];
	size_t n = first < 0x80 ? 1 : first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 && first < 0xf0 ? 3
		 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
	uint32_t c = n == 1 ? first : n == 0 ? 0 : first & (0x7fu >> n);
	size_t i;

	if (n == 0 || n > v->n)
		goto bad;
	for (i = 1; i < n; i++) {
		if ((v->p[i] & 0xc0) != 0x80)
			goto bad;
		c = c << 6 | (v->p[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		goto bad;
	v->p += n;
	v->n -= n;
	return c;
bad:
	v->p++;
	v->n--;
	return UTF8_BAD;
}

size_t
utf8_put(uint8_t out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c >= 0xd800 && c <= 0xdfff)
		return 0;
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	if (c > 0x10ffff)
		return 0;
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

bool
utf8_valid(struct view v)
{
	while (v.n > 0)
		if (utf8_take(&v) == UTF8_BAD)
			return false;
	return true;
}

bool
utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

bool
utf8_is_hiding(uint32_t c)
{
	return c == 0x061c || c == 0x180e || c == 0x200b || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

struct view
utf8_tidy(struct arena *a, struct view v, size_t max)
{
	static const uint8_t dots[] = { 0xe2, 0x80, 0xa6 };
	/* Every input byte makes three bytes at the most (U+FFFD). */
	size_t room = v.n > max / 3 ? max : v.n * 3;
	uint8_t *p = arena_get(a, room + sizeof dots + 1);
	size_t n = 0;

	if (p == NULL)
		return (struct view){ NULL, 0 };
	while (v.n > 0) {
		uint8_t one[4];
		uint32_t c = utf8_take(&v);
		size_t k;

		if (c == UTF8_BAD || utf8_is_control(c) || utf8_is_hiding(c))
			c = 0xfffd;
		k = utf8_put(one, c);
		if (k > room - n) {
			memcpy(p + n, dots, sizeof dots);
			n += sizeof dots;
			break;
		}
		memcpy(p + n, one, k);
		n += k;
	}
	return (struct view){ p, n };
}
