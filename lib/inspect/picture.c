#include "inspect/picture.h"

enum { PICTURE_BYTES = 64 << 20 };

static int
six_bits(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 4: whole groups of four, padding at the end, bits that are left over 0. */
static bool
decode(struct view v, uint8_t *out, size_t *ret_n)
{
	size_t i, k, n = 0;

	if (v.n == 0 || v.n % 4 != 0)
		return false;
	for (i = 0; i < v.n; i += 4) {
		uint32_t bits = 0;
		size_t pad = i + 4 < v.n ? 0 : (size_t)(v.p[i + 3] == '=') + (v.p[i + 3] == '=' && v.p[i + 2] == '=');

		for (k = 0; k < 4; k++) {
			int six = k >= 4 - pad ? 0 : six_bits(v.p[i + k]);

			if (six < 0)
				return false;
			bits = bits << 6 | (uint32_t)six;
		}
		if ((pad == 1 && (bits & 0xff) != 0) || (pad == 2 && (bits & 0xffff) != 0))
			return false;
		for (k = 0; k < 3 - pad; k++)
			out[n++] = (uint8_t)(bits >> (16 - 8 * k));
	}
	*ret_n = n;
	return true;
}

bool
inspect_picture_base64(struct inspection *in, enum type type, struct view v, struct err *e)
{
	own_mem uint8_t *p = NULL;
	size_t n;

	if (v.n / 4 * 3 > PICTURE_BYTES)
		return err_set(e, ERR_LIMIT, "picture of more than %d bytes", PICTURE_BYTES);
	if (!inspect_charge(in, v.n / 4 * 3, e))
		return false;
	if ((p = malloc(v.n / 4 * 3 + 1)) == NULL)
		return no_memory(e);
	if (!decode(v, p, &n))
		return residue(e, "no base64");
	return inspect_part(in, type, (struct view){ p, n }, e) || err_at(e, "picture");
}

bool
inspect_picture_data(struct inspection *in, struct view v, struct err *e)
{
	static const struct { const char *head; enum type type; } kinds[] = {
		{ "data:image/png;base64,", TYPE_PNG }, { "data:image/jpeg;base64,", TYPE_JPEG },
		{ "data:image/gif;base64,", TYPE_GIF }, { "data:image/webp;base64,", TYPE_WEBP },
	};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (view_starts(v, view_str(kinds[i].head)))
			return inspect_picture_base64(in, kinds[i].type, view_from(v, strlen(kinds[i].head)), e);
	return residue(e, "no data: of a picture");
}
