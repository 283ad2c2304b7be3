/*
 * jpeg_lib.h - libjpeg-turbo tamed: errors come back as struct err, input
 * is a view, output a struct buf.  Private to the JPEG codec.
 */
#ifndef SEKISHO_SANITIZE_CODEC_JPEG_LIB_H
#define SEKISHO_SANITIZE_CODEC_JPEG_LIB_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "core/buf.h"

/*
 * One decompression and one compression.  Every function of the library is
 * called below a setjmp(jump); its errors set *e and jump there.
 */
struct jpeg_lib {
	struct jpeg_decompress_struct src;
	struct jpeg_compress_struct dst;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	struct jpeg_source_mgr source;
	struct jpeg_destination_mgr sink;
	struct buf *out;
	size_t chunk;		/* bytes of `out` the library may write to */
	jmp_buf jump;
	struct err *e;
	uint64_t pixels;	/* of the picture, for the limit on scans */
	uint32_t warnings;
	bool bad_coefficient;	/* the error was JERR_BAD_DCT_COEF */
	bool cut;		/* the input ended before its end marker */
};

/* The most that the coefficients or samples of one picture may take: bytes. */
#define JPEG_LIB_MEMORY (UINT64_C(640) << 20)

/* Both sides made; `jpeg_lib_release` in any case.  false out of memory. */
bool jpeg_lib_init(struct jpeg_lib *l, struct view in, struct buf *out, struct err *e);
void jpeg_lib_release(struct jpeg_lib *l);
/* Below a setjmp: jumps back with this error. */
_Noreturn void jpeg_lib_fail(struct jpeg_lib *l, enum err_code code, const char *text);
/* Below a setjmp: reads the header and holds the picture against the limits. */
void jpeg_lib_header(struct jpeg_lib *l, uint64_t max_pixels);

#endif
