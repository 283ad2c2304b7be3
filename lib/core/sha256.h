/*
 * sha256.h - SHA-256 (FIPS 180-4) through OpenSSL's hash.
 */
#ifndef SEKISHO_CORE_SHA256_H
#define SEKISHO_CORE_SHA256_H

#include "core/view.h"

enum { SHA256_SIZE = 32, SHA256_HEX_SIZE = 65 };

/* false only when OpenSSL has no memory. */
bool sha256(struct view in, uint8_t ret[SHA256_SIZE]);
/* 64 lower-case digits and a NUL. */
void sha256_hex(const uint8_t hash[SHA256_SIZE], char ret[SHA256_HEX_SIZE]);

#endif
