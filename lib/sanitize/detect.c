#include "sanitize/detect.h"

#include <strings.h>

/* Fixed bytes at a fixed place; the first row that fits decides. */
static const struct {
	enum type type;
	uint32_t at;
	struct view bytes;
} magics[] = {
#define MAGIC(id, at, bytes) { TYPE_##id, at, { (const uint8_t *)(bytes), sizeof(bytes) - 1 } },
#include "sanitize/magic.def"
#undef MAGIC
};

enum type
detect(struct view in, const char *name)
{
	size_t i;

	(void)name;
	if (in.n == 0)
		return TYPE_EMPTY;
	for (i = 0; i < sizeof magics / sizeof *magics; i++) {
		struct view v;

		if (view_sub(in, magics[i].at, magics[i].bytes.n, &v) && view_eq(v, magics[i].bytes))
			return magics[i].type;
	}
	return TYPE_UNKNOWN;
}

bool
detect_fits(enum type t, const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot == NULL || strcasecmp(dot, type_ending(t)) == 0;
}
