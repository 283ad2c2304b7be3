/*
 * The low-level functions of libcrypto are used on purpose: EVP would load
 * configuration and providers from files, and a jail has none.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sanitize/odf/crypt.h"

#include <argon2.h>
#include <openssl/aes.h>
#include <openssl/blowfish.h>
#include <openssl/crypto.h>
#include <openssl/modes.h>
#include <openssl/sha.h>

enum {
	BLOCK = 16,
	GCM_VECTOR = 12,
	GCM_TAG = 16,
	SHA1_BLOCK = 64,
	KEY_MAX = 32,
	PASSWORD_MAX = 1024,
	CHECKED = 1024,		/* "1K": the checksum covers this many bytes */
};

static const uint64_t rounds_max = 64 << 20;

/* -- PBKDF2 with HMAC-SHA-1 (RFC 8018 5.2) ---------------------------- */

struct hmac {
	SHA_CTX inner, outer;	/* with the padded key taken */
};

static void
hmac_key(struct hmac *h, const uint8_t *key, size_t n)
{
	uint8_t pad[SHA1_BLOCK];
	size_t i;

	memset(pad, 0x36, sizeof pad);
	for (i = 0; i < n; i++)
		pad[i] ^= key[i];
	SHA1_Init(&h->inner);
	SHA1_Update(&h->inner, pad, sizeof pad);
	for (i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	SHA1_Init(&h->outer);
	SHA1_Update(&h->outer, pad, sizeof pad);
}

static void
hmac_of(const struct hmac *h, const uint8_t *p, size_t n, const uint8_t *more, size_t more_n, uint8_t ret[20])
{
	SHA_CTX s = h->inner;

	SHA1_Update(&s, p, n);
	if (more_n > 0)
		SHA1_Update(&s, more, more_n);
	SHA1_Final(ret, &s);
	s = h->outer;
	SHA1_Update(&s, ret, SHA_DIGEST_LENGTH);
	SHA1_Final(ret, &s);
}

static bool
pbkdf2(struct job *j, const struct odf_crypt *c, struct odf_keys *k, const uint8_t *start, uint8_t key[KEY_MAX],
       struct err *e)
{
	struct hmac h;
	uint8_t number[4] = { 0 }, u[SHA_DIGEST_LENGTH], t[SHA_DIGEST_LENGTH];
	size_t at, i;
	uint32_t r;

	k->rounds += (uint64_t)c->rounds * 2;
	if (k->rounds > rounds_max)
		return err_set(e, ERR_LIMIT, "%u rounds to make a key", c->rounds);
	hmac_key(&h, start, c->start_n);
	for (at = 0; at < c->key_n; at += sizeof t) {
		number[3]++;
		hmac_of(&h, c->salt, c->salt_n, number, sizeof number, u);
		memcpy(t, u, sizeof t);
		for (r = 1; r < c->rounds; r++) {
			hmac_of(&h, u, sizeof u, NULL, 0, u);
			for (i = 0; i < sizeof t; i++)
				t[i] ^= u[i];
			if (r % 1024 == 0 && !job_tick(j, e))
				return false;
		}
		memcpy(key + at, t, c->key_n - at < sizeof t ? c->key_n - at : sizeof t);
	}
	return true;
}

/* -- Argon2id (RFC 9106) ---------------------------------------------- */

static bool
argon2id(struct job *j, const struct odf_crypt *c, struct odf_keys *k, const uint8_t *start, uint8_t key[KEY_MAX],
	 struct err *e)
{
	const uint64_t work = (uint64_t)c->memory * c->rounds;
	uint8_t salt[sizeof c->salt], secret[SHA256_DIGEST_LENGTH];
	/* The lanes belong to the result, the threads do not: a jail has but one. */
	argon2_context a = { .out = key, .outlen = c->key_n, .pwd = secret, .pwdlen = c->start_n, .salt = salt,
			     .saltlen = c->salt_n, .t_cost = c->rounds, .m_cost = c->memory, .lanes = c->lanes,
			     .threads = 1, .version = ARGON2_VERSION_13 };
	int r;

	k->work += work;
	if (c->memory > ODF_ARGON2_MEMORY || c->lanes > ODF_ARGON2_LANES || work > ODF_ARGON2_WORK ||
	    k->work > ODF_ARGON2_WORK_ALL)
		return err_set(e, ERR_LIMIT, "Argon2id with %u KiB, %u passes and %u lanes to make a key", c->memory,
			       c->rounds, c->lanes);
	if (!job_tick(j, e))
		return false;
	memcpy(salt, c->salt, sizeof salt);
	memcpy(secret, start, sizeof secret);
	r = argon2id_ctx(&a);
	if (r == ARGON2_OK)
		return true;
	return err_set(e, r == ARGON2_MEMORY_ALLOCATION_ERROR ? ERR_LIMIT : ERR_MALFORMED, "Argon2id: %s",
		       argon2_error_message(r));
}

/* -- ciphers ---------------------------------------------------------- */

static bool
blowfish(const struct odf_crypt *c, const uint8_t *key, struct view in, struct buf *ret, struct err *e)
{
	uint8_t vector[BF_BLOCK], *to = buf_room(ret, in.n);
	BF_KEY k;
	int num = 0;

	if (to == NULL)
		return buf_ok(ret, e);
	memcpy(vector, c->vector, sizeof vector);
	BF_set_key(&k, (int)c->key_n, key);
	BF_cfb64_encrypt(in.p, to, (long)in.n, &k, vector, &num, BF_DECRYPT);
	ret->n += in.n;
	return true;
}

/* The last byte says how many bytes of padding there are (xmlenc 5.2). */
static bool
aes_cbc(const struct odf_crypt *c, const uint8_t *key, struct view in, struct buf *ret, struct err *e)
{
	uint8_t vector[BLOCK], *to = buf_room(ret, in.n);
	AES_KEY k;

	if (to == NULL)
		return buf_ok(ret, e);
	memcpy(vector, c->vector, sizeof vector);
	if (AES_set_decrypt_key(key, (int)c->key_n * 8, &k) != 0)
		return err_set(e, ERR_SYSTEM, "AES");
	AES_cbc_encrypt(in.p, to, in.n, &k, vector, AES_DECRYPT);
	if (to[in.n - 1] == 0 || to[in.n - 1] > BLOCK)
		return err_set(e, ERR_DENIED, "wrong password");
	ret->n += in.n - to[in.n - 1];
	return true;
}

/*
 * The vector stands before the data, and in the manifest as well; one that is not the
 * same there is another document's.
 */
static bool
aes_gcm(const struct odf_crypt *c, const uint8_t *key, struct view in, struct buf *ret, struct err *e)
{
	const size_t n = in.n - GCM_VECTOR - GCM_TAG;
	uint8_t *to = buf_room(ret, n);
	GCM128_CONTEXT *g;
	AES_KEY k;
	bool ok;

	if (to == NULL)
		return buf_ok(ret, e);
	if (memcmp(in.p, c->vector, GCM_VECTOR) != 0)
		return err_set(e, ERR_MALFORMED, "not the initialisation vector of the manifest");
	if (AES_set_encrypt_key(key, (int)c->key_n * 8, &k) != 0)
		return err_set(e, ERR_SYSTEM, "AES");
	g = CRYPTO_gcm128_new(&k, (block128_f)AES_encrypt);
	if (g == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	CRYPTO_gcm128_setiv(g, in.p, GCM_VECTOR);
	ok = CRYPTO_gcm128_decrypt(g, in.p + GCM_VECTOR, to, n) == 0 &&
	     CRYPTO_gcm128_finish(g, in.p + GCM_VECTOR + n, GCM_TAG) == 0;
	CRYPTO_gcm128_release(g);
	/* Damage and a wrong key are not told apart. */
	if (!ok)
		return err_set(e, ERR_DENIED, "wrong password");
	ret->n += n;
	return true;
}

/* -- the whole -------------------------------------------------------- */

static void
digest(enum odf_digest d, const uint8_t *p, size_t n, uint8_t ret[SHA256_DIGEST_LENGTH])
{
	SHA_CTX one;
	SHA256_CTX two;

	if (d == ODF_SHA1 || d == ODF_SHA1_1K) {
		SHA1_Init(&one);
		SHA1_Update(&one, p, n);
		SHA1_Final(ret, &one);
		return;
	}
	SHA256_Init(&two);
	SHA256_Update(&two, p, n);
	SHA256_Final(ret, &two);
}

static bool
sizes_known(const struct odf_crypt *c)
{
	const bool aes = c->key_n == 16 || c->key_n == 24 || c->key_n == 32;

	switch (c->cipher) {
	case ODF_AES_CBC: return aes && c->vector_n == BLOCK;
	case ODF_AES_GCM: return aes && c->vector_n == GCM_VECTOR;
	default: return c->key_n >= 4 && c->key_n <= KEY_MAX && c->vector_n == BF_BLOCK;
	}
}

static bool
known(const struct odf_crypt *c, struct view in, struct err *e)
{
	const bool sum = c->checksum != ODF_DIGEST_UNKNOWN && c->checksum != ODF_DIGEST_NONE;

	if (c->cipher == ODF_CIPHER_UNKNOWN || c->derive == ODF_DERIVE_UNKNOWN ||
	    (c->start != ODF_SHA1 && c->start != ODF_SHA256) || (!sum && c->cipher != ODF_AES_GCM))
		return err_set(e, ERR_DENIED, "a way of encryption that cannot be opened here");
	if (c->rounds == 0 || c->salt_n == 0 || c->start_n != (c->start == ODF_SHA1 ? 20u : 32u) || !sizes_known(c) ||
	    (c->derive == ODF_ARGON2ID && (c->memory == 0 || c->lanes == 0)))
		return err_set(e, ERR_MALFORMED, "numbers of the encryption that cannot be");
	if (c->cipher == ODF_AES_CBC ? in.n == 0 || in.n % BLOCK != 0
				     : c->cipher == ODF_AES_GCM && in.n <= GCM_VECTOR + GCM_TAG)
		return err_set(e, ERR_MALFORMED, "encrypted data cut off");
	return true;
}

/* The cipher says how it is checked, not what else the manifest may have of a checksum. */
static bool
fits(const struct odf_crypt *c, struct view plain)
{
	bool part = c->checksum == ODF_SHA1_1K || c->checksum == ODF_SHA256_1K;
	bool one = c->checksum == ODF_SHA1 || c->checksum == ODF_SHA1_1K;
	size_t n = one ? SHA_DIGEST_LENGTH : SHA256_DIGEST_LENGTH;
	uint8_t sum[SHA256_DIGEST_LENGTH];

	if (c->cipher == ODF_AES_GCM)
		return true;
	digest(c->checksum, plain.p, part && plain.n > CHECKED ? CHECKED : plain.n, sum);
	return c->sum_n == n && CRYPTO_memcmp(sum, c->sum, n) == 0;
}

bool
odf_decrypt(struct job *j, const struct odf_crypt *c, struct odf_keys *k, struct view password, struct view in,
	    struct buf *ret, struct err *e)
{
	uint8_t start[SHA256_DIGEST_LENGTH] = { 0 }, key[KEY_MAX];
	size_t from = ret->n;

	if (!known(c, in, e))
		return false;
	if (password.n > PASSWORD_MAX)
		return err_set(e, ERR_DENIED, "wrong password");
	digest(c->start, password.p, password.n, start);
	if (!(c->derive == ODF_PBKDF2 ? pbkdf2 : argon2id)(j, c, k, start, key, e) ||
	    !(c->cipher == ODF_AES_CBC ? aes_cbc : c->cipher == ODF_AES_GCM ? aes_gcm : blowfish)(c, key, in, ret, e))
		return false;
	if (fits(c, view_from(buf_bytes(ret), from)))
		return true;
	ret->n = from;
	return err_set(e, ERR_DENIED, "wrong password");
}
