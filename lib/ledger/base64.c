#include "ledger/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool
base64_put(struct buf *to, struct view v)
{
	while (v.n > 0) {
		size_t n = v.n < 3 ? v.n : 3;
		uint32_t x = (uint32_t)v.p[0] << 16 | (n > 1 ? (uint32_t)v.p[1] << 8 : 0) | (n > 2 ? v.p[2] : 0u);

		if (!buf_byte(to, (uint8_t)digits[x >> 18]) || !buf_byte(to, (uint8_t)digits[x >> 12 & 63]) ||
		    !buf_byte(to, n > 1 ? (uint8_t)digits[x >> 6 & 63] : '=') ||
		    !buf_byte(to, n > 2 ? (uint8_t)digits[x & 63] : '='))
			return false;
		(void)view_skip(&v, n);
	}
	return true;
}

static int
value(uint8_t c)
{
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Four characters, of which `pad` are '='; false where one is none or unused bits are set. */
static bool
group(const uint8_t *p, size_t pad, uint32_t *ret)
{
	uint32_t x = 0;
	size_t i;

	for (i = 0; i < 4; i++) {
		int d = i >= 4 - pad ? 0 : value(p[i]);

		if (d < 0)
			return false;
		x = x << 6 | (uint32_t)d;
	}
	*ret = x;
	return pad == 0 || (x & (pad == 1 ? 0xffu : 0xffffu)) == 0;
}

size_t
base64_get(struct view v, uint8_t *ret, size_t max)
{
	size_t n = 0;

	if (v.n % 4 != 0)
		return SIZE_MAX;
	while (v.n > 0) {
		size_t pad = v.n > 4 || v.p[3] != '=' ? 0 : v.p[2] == '=' ? 2 : 1, i;
		uint32_t x;

		if (3 - pad > max - n || !group(v.p, pad, &x))
			return SIZE_MAX;
		for (i = 0; i < 3 - pad; i++)
			ret[n++] = (uint8_t)(x >> (16 - 8 * i));
		(void)view_skip(&v, 4);
	}
	return n;
}
