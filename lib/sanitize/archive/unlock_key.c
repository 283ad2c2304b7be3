/* The ciphers and the ways from a password to a key, with libcrypto's low-level functions (see office_crypt.c). */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>
#include <openssl/sha.h>

#include "sanitize/archive/unlock_in.h"

enum {
	SEVENZIP_DIRECT = 0x3f,		/* the key is salt and password themselves */
	SEVENZIP_ROUNDS_MAX = 24,	/* as 7-Zip itself has it */
	RAR4_ROUNDS = 0x40000,
	RAR4_UNITS_MAX = 27,
	RAR5_ROUNDS_MAX = 24,		/* as UnRAR has it */
	RAR5_MORE = 16,			/* rounds between the key and each of the two values behind it */
	PASSWORD_MAX = 1024,
	HMAC_BLOCK = 64,
	TICK = 64,
};

bool
unlock_wrong(struct err *e)
{
	return err_set(e, ERR_DENIED, "encrypted, and no password fits");
}

bool
unlock_cbc(const uint8_t *key, size_t key_n, const uint8_t iv[UNLOCK_BLOCK], struct view in, struct buf *ret,
	   struct err *e)
{
	uint8_t chain[UNLOCK_BLOCK], *room = buf_room(ret, in.n);
	AES_KEY k;

	if (room == NULL)
		return buf_ok(ret, e);
	if (in.n % UNLOCK_BLOCK != 0)
		return err_set(e, ERR_MALFORMED, "encrypted data of %zu bytes: no whole blocks", in.n);
	if (AES_set_decrypt_key(key, (int)key_n * 8, &k) != 0)
		return err_set(e, ERR_SYSTEM, "AES");
	memcpy(chain, iv, sizeof chain);
	AES_cbc_encrypt(in.p, room, in.n, &k, chain, AES_DECRYPT);
	ret->n += in.n;
	return true;
}

static bool
key_is(const struct unlock_key *k, struct view salt, unsigned rounds)
{
	return k->known && k->rounds == rounds && view_eq(view_of(k->salt, k->salt_n), salt);
}

static bool
key_start(struct unlock *u, struct view salt, unsigned rounds, struct err *e)
{
	struct unlock_key *k = &u->key;

	*k = (struct unlock_key){ .rounds = rounds, .salt_n = salt.n };
	if (salt.n > sizeof k->salt)
		return err_set(e, ERR_MALFORMED, "salt of %zu bytes", salt.n);
	if (u->password.n > PASSWORD_MAX)
		return unlock_wrong(e);
	if (salt.n > 0)
		memcpy(k->salt, salt.p, salt.n);
	return true;
}

/* SHA-256 over salt, password and a counter, 2^rounds times in a row. */
bool
unlock_key_7z(struct unlock *u, struct view salt, unsigned rounds, struct err *e)
{
	struct unlock_key *k = &u->key;
	struct view wide = buf_bytes(&u->wide);
	uint8_t counter[8];
	SHA256_CTX c;
	uint64_t i;
	size_t b;

	if (key_is(k, salt, rounds))
		return true;
	if (!key_start(u, salt, rounds, e))
		return false;
	if (rounds == SEVENZIP_DIRECT) {
		memcpy(k->key, k->salt, k->salt_n);
		b = wide.n < sizeof k->key - salt.n ? wide.n : sizeof k->key - salt.n;
		if (b > 0)
			memcpy(k->key + salt.n, wide.p, b);
		return k->known = true;
	}
	if (rounds > SEVENZIP_ROUNDS_MAX)
		return err_set(e, ERR_LIMIT, "2^%u rounds for a key", rounds);
	SHA256_Init(&c);
	for (i = 0; i < (uint64_t)1 << rounds; i++) {
		for (b = 0; b < sizeof counter; b++)
			counter[b] = (uint8_t)(i >> (8 * b));
		SHA256_Update(&c, salt.p, salt.n);
		SHA256_Update(&c, wide.p, wide.n);
		SHA256_Update(&c, counter, sizeof counter);
		if (i % TICK == 0 && !job_tick(u->j, e))
			return false;
	}
	SHA256_Final(k->key, &c);
	return k->known = true;
}

/* SHA-1 over password, salt and a counter; the vector is picked from the digest on the way. */
bool
unlock_key_rar4(struct unlock *u, struct view salt, struct err *e)
{
	struct unlock_key *k = &u->key;
	struct view wide = buf_bytes(&u->wide);
	uint8_t digest[SHA_DIGEST_LENGTH];
	SHA_CTX c, now;
	uint32_t i;

	if (key_is(k, salt, RAR4_ROUNDS))
		return true;
	if (!key_start(u, salt, RAR4_ROUNDS, e))
		return false;
	if (wide.n > (size_t)RAR4_UNITS_MAX * 2)
		return err_set(e, ERR_DENIED, "a RAR 4 password of more than %d characters", RAR4_UNITS_MAX);
	SHA1_Init(&c);
	for (i = 0; i < RAR4_ROUNDS; i++) {
		uint8_t counter[3] = { (uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16) };

		SHA1_Update(&c, wide.p, wide.n);
		SHA1_Update(&c, salt.p, salt.n);
		SHA1_Update(&c, counter, sizeof counter);
		if (i % (RAR4_ROUNDS / UNLOCK_BLOCK) == 0) {
			now = c;
			SHA1_Final(digest, &now);
			k->iv[i / (RAR4_ROUNDS / UNLOCK_BLOCK)] = digest[SHA_DIGEST_LENGTH - 1];
		}
		if (i % TICK == 0 && !job_tick(u->j, e))
			return false;
	}
	SHA1_Final(digest, &c);
	for (i = 0; i < 16; i++)
		k->key[i] = digest[i / 4 * 4 + 3 - i % 4];
	return k->known = true;
}

/* HMAC-SHA-256 with the padded key already taken in on both sides. */
struct hmac {
	SHA256_CTX inner, outer;
};

static void
hmac_start(struct hmac *h, struct view key)
{
	uint8_t pad[HMAC_BLOCK] = { 0 };
	size_t i;

	if (key.n > sizeof pad) {
		SHA256_Init(&h->inner);
		SHA256_Update(&h->inner, key.p, key.n);
		SHA256_Final(pad, &h->inner);
	} else if (key.n > 0) {
		memcpy(pad, key.p, key.n);
	}
	for (i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36;
	SHA256_Init(&h->inner);
	SHA256_Update(&h->inner, pad, sizeof pad);
	for (i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA256_Init(&h->outer);
	SHA256_Update(&h->outer, pad, sizeof pad);
}

static void
hmac_of(const struct hmac *h, const uint8_t *p, size_t n, uint8_t ret[SHA256_DIGEST_LENGTH])
{
	SHA256_CTX c = h->inner;

	SHA256_Update(&c, p, n);
	SHA256_Final(ret, &c);
	c = h->outer;
	SHA256_Update(&c, ret, SHA256_DIGEST_LENGTH);
	SHA256_Final(ret, &c);
}

static bool
stretch(struct unlock *u, const struct hmac *h, uint64_t rounds, uint8_t round[SHA256_DIGEST_LENGTH],
	uint8_t sum[SHA256_DIGEST_LENGTH], struct err *e)
{
	uint64_t i;
	size_t b;

	for (i = 0; i < rounds; i++) {
		hmac_of(h, round, SHA256_DIGEST_LENGTH, round);
		for (b = 0; b < SHA256_DIGEST_LENGTH; b++)
			sum[b] ^= round[b];
		if (i % TICK == 0 && !job_tick(u->j, e))
			return false;
	}
	return true;
}

/* PBKDF2 (RFC 8018, 5.2), one block of it, carried on twice: for a checksum's key, and for the password's check. */
bool
unlock_key_rar5(struct unlock *u, struct view salt, unsigned rounds, struct err *e)
{
	uint8_t first[UNLOCK_SALT_MAX + 4] = { 0 }, round[SHA256_DIGEST_LENGTH], sum[SHA256_DIGEST_LENGTH];
	struct unlock_key *k = &u->key;
	struct hmac h;
	size_t i;

	if (key_is(k, salt, rounds))
		return true;
	if (!key_start(u, salt, rounds, e))
		return false;
	if (rounds > RAR5_ROUNDS_MAX)
		return err_set(e, ERR_LIMIT, "2^%u rounds for a key", rounds);
	memcpy(first, salt.p, salt.n);
	first[salt.n + 3] = 1;
	hmac_start(&h, u->password);
	hmac_of(&h, first, salt.n + 4, round);
	memcpy(sum, round, sizeof sum);
	if (!stretch(u, &h, ((uint64_t)1 << rounds) - 1, round, sum, e))
		return false;
	memcpy(k->key, sum, sizeof k->key);
	if (!stretch(u, &h, (uint64_t)RAR5_MORE * 2, round, sum, e))
		return false;
	for (i = 0; i < sizeof sum; i++)
		k->check[i % sizeof k->check] ^= sum[i];
	return k->known = true;
}
