/* rar5.h - of RAR 5's headers, what the peek and the unlocking both read. */
#ifndef SEKISHO_SANITIZE_ARCHIVE_RAR5_H
#define SEKISHO_SANITIZE_ARCHIVE_RAR5_H

#include "core/view.h"

/* Seven bits a byte, the lowest first, the top bit says that more follow; false where it is cut off or longer than 63 bits. */
static inline bool
rar5_number(struct view *v, uint64_t *ret)
{
	unsigned int shift;
	uint8_t c;

	*ret = 0;
	for (shift = 0; shift < 63; shift += 7) {
		if (!view_u8(v, &c))
			return false;
		*ret |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return true;
	}
	return false;
}

#endif
