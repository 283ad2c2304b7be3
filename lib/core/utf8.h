/*
 * utf8.h - UTF-8 (RFC 3629): the only charset inside the house.
 */
#ifndef SEKISHO_CORE_UTF8_H
#define SEKISHO_CORE_UTF8_H

#include "core/arena.h"

#define UTF8_BAD UINT32_C(0xffffffff)

/* The code point at the front, consumed; UTF8_BAD (one byte consumed) where it is none. v->n > 0. */
uint32_t utf8_take(struct view *v);
/* Writes 1 to 4 bytes, returns how many; 0 for what is no scalar value. */
size_t utf8_put(uint8_t out[4], uint32_t c);
bool utf8_valid(struct view v);
/* C0, DEL and C1 controls. */
bool utf8_is_control(uint32_t c);
/*
 * The characters that turn the direction of text or hide in it (UAX #9,
 * UTR #36): bidi embeddings, overrides, isolates and marks, zero-width
 * space, word joiner, BOM inside text, tags, interlinear anchors.  ZWJ and
 * ZWNJ are not among them: emoji and names use them.
 */
bool utf8_is_hiding(uint32_t c);
/*
 * Fit to be shown: at most `max` bytes (cut at a character, "…" added),
 * bad bytes as U+FFFD, controls and hiding characters as U+FFFD, NUL
 * behind it.  .p NULL without memory.
 */
struct view utf8_tidy(struct arena *a, struct view v, size_t max);

#endif
