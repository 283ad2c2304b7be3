/*
 * noise.h - invisible noise (±1) against messages hidden in pixels.
 * The same picture gets the same noise, so that tests can be repeated.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_NOISE_H
#define SEKISHO_SANITIZE_IMAGE_NOISE_H

#include "core/view.h"

struct noise {
	uint64_t state;
};

/* Seeded by the bytes of the document. */
struct noise noise_new(struct view document);
/*
 * Adds -1, 0 or +1 to every sample of `pixels` pixels; the last of
 * `channels` is left alone where `alpha`.  16-bit samples in the given byte order.
 */
void noise_8(struct noise *s, uint8_t *p, size_t pixels, uint8_t channels, bool alpha);
void noise_16(struct noise *s, uint8_t *p, size_t pixels, uint8_t channels, bool alpha, bool big);

#endif
