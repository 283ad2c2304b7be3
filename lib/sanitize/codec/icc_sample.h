/*
 * icc_sample.h - a small sound RGB profile for tests, with a private tag
 * that must go.
 */
#ifndef SEKISHO_SANITIZE_CODEC_ICC_SAMPLE_H
#define SEKISHO_SANITIZE_CODEC_ICC_SAMPLE_H

#include "core/buf.h"

static inline void
icc_sample_row(struct buf *b, const char *sig, uint32_t at, uint32_t size)
{
	(void)buf_str(b, sig);
	(void)buf_u32be(b, at);
	(void)buf_u32be(b, size);
}

static inline void
icc_sample_xyz(struct buf *b, uint32_t x, uint32_t y, uint32_t z)
{
	(void)buf_put(b, "XYZ \0\0\0\0", 8);
	(void)buf_u32be(b, x);
	(void)buf_u32be(b, y);
	(void)buf_u32be(b, z);
}

static inline void
icc_sample(struct buf *b)
{
	uint32_t at = 132 + 8 * 12;

	(void)buf_u32be(b, at + 4 * 20 + 16 + 16);
	(void)buf_put(b, "lcms\2\x10\0\0mntrRGB XYZ ", 20);
	(void)buf_fill(b, 7, 12);
	(void)buf_str(b, "acspAPPL");
	(void)buf_fill(b, 0, 24);
	(void)buf_put(b, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d", 12);
	(void)buf_fill(b, 0xee, 48);
	(void)buf_u32be(b, 8);
	icc_sample_row(b, "wtpt", at, 20);
	icc_sample_row(b, "rXYZ", at + 20, 20);
	icc_sample_row(b, "gXYZ", at + 40, 20);
	icc_sample_row(b, "bXYZ", at + 60, 20);
	icc_sample_row(b, "rTRC", at + 80, 14);
	icc_sample_row(b, "gTRC", at + 80, 14);
	icc_sample_row(b, "bTRC", at + 80, 14);
	icc_sample_row(b, "evil", at + 96, 16);
	icc_sample_xyz(b, 0xf6d6, 0x10000, 0xd32d);
	icc_sample_xyz(b, 0x6fa2, 0x38f5, 0x390);
	icc_sample_xyz(b, 0x6299, 0xb785, 0x18da);
	icc_sample_xyz(b, 0x24a0, 0xf84, 0xb6cf);
	(void)buf_put(b, "curv\0\0\0\0\0\0\0\1\2\x33\0\0", 16);
	(void)buf_str(b, "MZ private bytes");
}

#endif
