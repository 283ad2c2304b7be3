/*
 * sha256.h - SHA-256 (FIPS 180-4) through OpenSSL's block function.
 *
 * OpenSSL's low-level calls need no set-up: the one-shot SHA256() of OpenSSL 3
 * loads its provider first, which costs a freshly forked child milliseconds.
 */
#ifndef SEKISHO_CORE_SHA256_H
#define SEKISHO_CORE_SHA256_H

#include "core/view.h"

enum { SHA256_SIZE = 32, SHA256_HEX_SIZE = 65 };

/* A hash under way; room for OpenSSL's SHA256_CTX. */
struct sha256 {
	uint32_t state[28];
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, struct view in);
void sha256_end(struct sha256 *s, uint8_t ret[SHA256_SIZE]);

void sha256(struct view in, uint8_t ret[SHA256_SIZE]);
/*
 * The hash of a message that stands in so many blocks of 64 bytes already, with its padding and length (FIPS 180-4 5.1.1):
 * for many short ones, where calls would cost as much as hashing.
 */
void sha256_padded(const uint8_t *p, size_t blocks, uint8_t ret[SHA256_SIZE]);
/* 64 lower-case digits and a NUL. */
void sha256_hex(const uint8_t hash[SHA256_SIZE], char ret[SHA256_HEX_SIZE]);

#endif
