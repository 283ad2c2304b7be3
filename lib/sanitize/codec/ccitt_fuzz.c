/* The first four bytes are the parameters. */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/codec/ccitt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct view in = { p, n };
	uint8_t flags = 0, rows = 0;
	uint16_t columns = 0;
	struct bitmap b = { 0 }, again = { 0 };
	uint32_t damaged = 0;
	own_buf struct buf out = { 0 };
	struct err e;

	if (!view_u8(&in, &flags) || !view_u8(&in, &rows) || !view_u16be(&in, &columns))
		return 0;
	struct ccitt_parms parms = {
		.k = (flags & 3) - 1, .columns = columns, .rows = rows,
		.end_of_line = flags & 4, .byte_align = flags & 8, .end_of_block = flags & 16,
	};
	if (!ccitt_decode(in, &parms, 1 << 22, &b, &damaged, &e))
		return 0;
	if (b.w != columns || (rows != 0 && b.h != rows) || (uint64_t)b.w * b.h > 1 << 22)
		abort();
	/* What was decoded is coded again without loss. */
	if (!ccitt_encode_g4(&b, &out))
		abort();
	parms = (struct ccitt_parms){ .k = -1, .columns = b.w, .rows = b.h };
	if (!ccitt_decode(buf_bytes(&out), &parms, 1 << 22, &again, &damaged, &e) || damaged != 0 ||
	    memcmp(again.bits, b.bits, bitmap_stride(b.w) * b.h) != 0)
		abort();
	bitmap_release(&b);
	bitmap_release(&again);
	return 0;
}
