/*
 * package.h - for the tests: a package out of names and texts, as our
 * writers zip them.
 */
#ifndef SEKISHO_INSPECT_PACKAGE_H
#define SEKISHO_INSPECT_PACKAGE_H

#include "inspect/sentence.h"

struct piece {
	const char *name;
	struct view data;
	bool stored;	/* even where Deflate would be smaller */
};

static inline void
zip_header(struct buf *b, uint16_t method, uint32_t crc, size_t packed, size_t size, const char *name)
{
	buf_u16le(b, 20);
	buf_u16le(b, 0x0800);
	buf_u16le(b, method);
	buf_u32le(b, 0x00210000);
	buf_u32le(b, crc);
	buf_u32le(b, (uint32_t)packed);
	buf_u32le(b, (uint32_t)size);
	buf_u16le(b, (uint16_t)strlen(name));
	buf_u16le(b, 0);
}

static inline void
zip_pieces(struct buf *out, const struct piece *p, size_t n)
{
	own_buf struct buf central = { 0 };
	uint32_t start;
	size_t i;

	for (i = 0; i < n; i++) {
		own_buf struct buf data = { 0 };
		uint32_t crc = (uint32_t)crc32_z(0, p[i].data.p, p[i].data.n), at = (uint32_t)out->n;
		uint16_t method = 8;

		put_deflated(&data, p[i].data, true);
		if (p[i].stored || data.n >= p[i].data.n) {
			buf_clear(&data);
			buf_view(&data, p[i].data);
			method = 0;
		}
		buf_u32le(out, 0x04034b50);
		zip_header(out, method, crc, data.n, p[i].data.n, p[i].name);
		buf_str(out, p[i].name);
		buf_view(out, buf_bytes(&data));
		buf_u32le(&central, 0x02014b50);
		buf_u16le(&central, 20);
		zip_header(&central, method, crc, data.n, p[i].data.n, p[i].name);
		buf_put(&central, "\0\0\0\0\0\0\0\0\0\0", 10);
		buf_u32le(&central, at);
		buf_str(&central, p[i].name);
	}
	start = (uint32_t)out->n;
	buf_view(out, buf_bytes(&central));
	buf_u32le(out, 0x06054b50);
	buf_u32le(out, 0);
	buf_u16le(out, (uint16_t)n);
	buf_u16le(out, (uint16_t)n);
	buf_u32le(out, (uint32_t)central.n);
	buf_u32le(out, start);
	buf_u16le(out, 0);
}

#endif
