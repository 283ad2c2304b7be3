#include "sanitize/format.h"

#define FORMAT(type, name) extern const struct format name;
#include "sanitize/formats.def"
#undef FORMAT

const struct format *
format_for(enum type t)
{
	switch (t) {
#define FORMAT(id, name) case TYPE_##id: return &name;
#include "sanitize/formats.def"
#undef FORMAT
	default:
		return NULL;
	}
}
