#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/sha256.h"

#include <openssl/sha.h>

_Static_assert(sizeof(struct sha256) >= sizeof(SHA256_CTX) && _Alignof(struct sha256) >= _Alignof(SHA256_CTX),
	       "struct sha256 holds OpenSSL's context");

static SHA256_CTX *
context(struct sha256 *s)
{
	return (SHA256_CTX *)(void *)s;
}

void
sha256_begin(struct sha256 *s)
{
	(void)SHA256_Init(context(s));
}

void
sha256_add(struct sha256 *s, struct view in)
{
	if (in.n > 0)
		(void)SHA256_Update(context(s), in.p, in.n);
}

void
sha256_end(struct sha256 *s, uint8_t ret[SHA256_SIZE])
{
	(void)SHA256_Final(ret, context(s));
}

void
sha256(struct view in, uint8_t ret[SHA256_SIZE])
{
	struct sha256 s;

	sha256_begin(&s);
	sha256_add(&s, in);
	sha256_end(&s, ret);
}

void
sha256_padded(const uint8_t *p, size_t blocks, uint8_t ret[SHA256_SIZE])
{
	SHA256_CTX c;
	size_t i;

	(void)SHA256_Init(&c);
	(void)SHA256_Update(&c, p, blocks * SHA256_CBLOCK);
	for (i = 0; i < 8; i++) {
		uint32_t be = __builtin_bswap32(c.h[i]);

		memcpy(ret + 4 * i, &be, sizeof be);
	}
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
