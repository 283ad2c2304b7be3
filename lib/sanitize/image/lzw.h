/*
 * lzw.h - GIF's variable-length-code LZW (GIF89a, appendix F).
 */
#ifndef SEKISHO_SANITIZE_IMAGE_LZW_H
#define SEKISHO_SANITIZE_IMAGE_LZW_H

#include "core/buf.h"

/*
 * Decodes sub-blocks off the front of *in, their terminator included, into n
 * indices.  Returns how many there were; the rest of `ret` is as it was.
 * *ret_sound is false where the data end early, break or go on.
 */
size_t lzw_decode(struct view *in, uint8_t bits, uint8_t *ret, size_t n, bool *ret_sound);
/* Writes the code size, sub-blocks and their terminator.  n > 0; no index is 2^bits or more. */
bool lzw_encode(const uint8_t *p, size_t n, uint8_t bits, struct buf *out, struct err *e);

#endif
