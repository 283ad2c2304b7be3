/* testing.h - for tests only: a compound file of version 3 put together by hand. */
#ifndef SEKISHO_SANITIZE_OLE_TESTING_H
#define SEKISHO_SANITIZE_OLE_TESTING_H

#include <stdlib.h>

#include "core/buf.h"

struct ole_made {
	const char *name;
	struct view data;
	uint32_t parent;	/* index + 1 of a storage before it; 0: the root */
	bool storage;
};

enum { OLE_MADE_MAX = 16, OLE_SECTOR = 512 };

static inline void
ole_put32(uint8_t *at, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(x >> 8 * i);
}

/* Pads to whole sectors and links them; the first one. */
static inline uint32_t
ole_chain(struct buf *body, struct buf *fat, struct view v)
{
	uint32_t first = (uint32_t)(fat->n / 4), n = (uint32_t)((v.n + OLE_SECTOR - 1) / OLE_SECTOR);

	if (n == 0)
		return 0xfffffffe;
	(void)buf_view(body, v);
	(void)buf_fill(body, 0, (size_t)n * OLE_SECTOR - v.n);
	for (uint32_t i = 1; i <= n; i++)
		(void)buf_u32le(fat, i == n ? 0xfffffffe : first + i);
	return first;
}

static inline void
ole_entry(struct buf *dir, const char *name, uint8_t kind, const uint32_t link[3], uint32_t start, size_t size)
{
	size_t n = strlen(name), i;

	for (i = 0; i < 32; i++)
		(void)buf_u16le(dir, i < n ? (uint8_t)name[i] : 0);
	(void)(buf_u16le(dir, (uint16_t)(2 * n + 2)) && buf_byte(dir, kind) && buf_byte(dir, 1));
	for (i = 0; i < 3; i++)
		(void)buf_u32le(dir, link[i]);
	(void)(buf_fill(dir, 0, 36) && buf_u32le(dir, start) && buf_u64le(dir, size));
}

/* FAT sectors behind the rest, then those of the DIFAT; the header at the front. */
static inline void
ole_finish(struct buf *ret, struct buf *body, struct buf *fat, const uint32_t head[4])
{
	uint32_t used = (uint32_t)(fat->n / 4), fats = 1, difats = 0, i;
	uint8_t h[OLE_SECTOR] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };

	while (fats * 128 < used + fats + difats) {
		fats++;
		difats = fats <= 109 ? 0 : (fats - 109 + 126) / 127;
	}
	for (i = 0; i < fats + difats; i++)
		(void)buf_u32le(fat, i < fats ? 0xfffffffd : 0xfffffffc);
	while (fat->n < (size_t)fats * OLE_SECTOR)
		(void)buf_u32le(fat, 0xffffffff);
	(void)buf_view(body, buf_bytes(fat));
	for (i = 109; i < 109 + difats * 127; i++) {
		(void)buf_u32le(body, i < fats ? used + i : 0xffffffff);
		if ((i - 109) % 127 == 126)
			(void)buf_u32le(body, i + 1 < fats ? used + fats + (i - 109) / 127 + 1 : 0xfffffffe);
	}
	memcpy(h + 24, "\x3e\0\3\0\xfe\xff\x9\0\6\0", 10);
	ole_put32(h + 44, fats);
	ole_put32(h + 48, head[0]);
	ole_put32(h + 56, 4096);
	ole_put32(h + 60, head[1]);
	ole_put32(h + 64, head[2]);
	ole_put32(h + 68, difats > 0 ? used + fats : 0xfffffffe);
	ole_put32(h + 72, difats);
	for (i = 0; i < 109; i++)
		ole_put32(h + 76 + 4 * i, i < fats ? used + i : 0xffffffff);
	(void)(buf_put(ret, h, sizeof h) && buf_view(ret, buf_bytes(body)));
}

/* The whole file, in `ret`; up to a row without a name. */
static inline void
ole_make(const struct ole_made *row, struct buf *ret)
{
	struct buf body = { 0 }, fat = { 0 }, small = { 0 }, mini = { 0 }, dir = { 0 };
	uint32_t start[OLE_MADE_MAX] = { 0 }, root, head[4] = { 0 }, n, i, k;

	for (n = 0; row[n].name != NULL; n++) {
		struct view v = row[n].data;
		uint32_t pieces = (uint32_t)((v.n + 63) / 64);

		start[n] = (uint32_t)(mini.n / 4);
		if (v.n >= 4096) {
			start[n] = ole_chain(&body, &fat, v);
			continue;
		}
		for (i = 1; i <= pieces; i++)
			(void)buf_u32le(&mini, i == pieces ? 0xfffffffe : start[n] + i);
		(void)(buf_view(&small, v) && buf_fill(&small, 0, (size_t)pieces * 64 - v.n));
	}
	while (mini.n % OLE_SECTOR != 0)
		(void)buf_u32le(&mini, 0xffffffff);
	root = ole_chain(&body, &fat, buf_bytes(&small));
	for (i = 0; i <= n; i++) {
		uint32_t link[3] = { 0xffffffff, 0xffffffff, 0xffffffff };

		for (k = n; k-- > 0;) {
			if (row[k].parent == i && (i == 0 || row[i - 1].storage))
				link[2] = k + 1;
			if (i > 0 && k + 1 > i && row[k].parent == row[i - 1].parent)
				link[1] = k + 1;
		}
		if (i == 0)
			ole_entry(&dir, "Root Entry", 5, link, root, small.n);
		else
			ole_entry(&dir, row[i - 1].name, row[i - 1].storage ? 1 : 2, link, start[i - 1], row[i - 1].data.n);
	}
	while (dir.n % OLE_SECTOR != 0)
		(void)buf_byte(&dir, 0);
	head[1] = ole_chain(&body, &fat, buf_bytes(&mini));
	head[2] = (uint32_t)(mini.n / OLE_SECTOR);
	head[0] = ole_chain(&body, &fat, buf_bytes(&dir));
	ole_finish(ret, &body, &fat, head);
	buf_release(&body);
	buf_release(&fat);
	buf_release(&small);
	buf_release(&mini);
	buf_release(&dir);
}

#endif
