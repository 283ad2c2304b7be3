#include "core/sha256.h"

#include <openssl/evp.h>

bool
sha256(struct view in, uint8_t ret[SHA256_SIZE])
{
	return EVP_Digest(in.p, in.n, ret, NULL, EVP_sha256(), NULL) == 1;
}

void
sha256_hex(const uint8_t hash[SHA256_SIZE], char ret[SHA256_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < SHA256_SIZE; i++) {
		ret[i * 2] = digits[hash[i] >> 4];
		ret[i * 2 + 1] = digits[hash[i] & 15];
	}
	ret[SHA256_SIZE * 2] = '\0';
}
