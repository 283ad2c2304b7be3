/*
 * The low-level functions of libcrypto are used on purpose: EVP would load
 * configuration and providers from files, and a jail has none.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sanitize/ole/office_crypt.h"

#include <openssl/aes.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "core/utf8.h"
#include "sanitize/ole/office_crypt_in.h"

enum {
	SEGMENT = 4096,
	HMAC_BLOCK_MAX = 128,
	PASSWORD_MAX = 255,		/* UTF-16 units (2.3.4.7) */
	STANDARD_ROUNDS = 50000,
	STANDARD_HEADER = 32,
	VERIFIER = 16,
	TICK = 64,			/* rounds between looks at the clock's counter */
};

/* -- digests ------------------------------------------------------------ */

struct digest {
	enum office_hash hash;
	union {
		SHA_CTX sha1;
		SHA256_CTX sha256;
		SHA512_CTX sha512;
	};
};

static void
digest_start(struct digest *d, enum office_hash hash)
{
	d->hash = hash;
	switch (hash) {
	case OFFICE_SHA256: SHA256_Init(&d->sha256); break;
	case OFFICE_SHA384: SHA384_Init(&d->sha512); break;
	case OFFICE_SHA512: SHA512_Init(&d->sha512); break;
	default: SHA1_Init(&d->sha1); break;
	}
}

static void
digest_put(struct digest *d, const void *p, size_t n)
{
	switch (d->hash) {
	case OFFICE_SHA256: SHA256_Update(&d->sha256, p, n); break;
	case OFFICE_SHA384: SHA384_Update(&d->sha512, p, n); break;
	case OFFICE_SHA512: SHA512_Update(&d->sha512, p, n); break;
	default: SHA1_Update(&d->sha1, p, n); break;
	}
}

static size_t
digest_end(struct digest *d, uint8_t ret[OFFICE_DIGEST_MAX])
{
	switch (d->hash) {
	case OFFICE_SHA256: SHA256_Final(ret, &d->sha256); return 32;
	case OFFICE_SHA384: SHA384_Final(ret, &d->sha512); return 48;
	case OFFICE_SHA512: SHA512_Final(ret, &d->sha512); return 64;
	default: SHA1_Final(ret, &d->sha1); return 20;
	}
}

static size_t
digest_two(enum office_hash hash, const void *p, size_t n, const void *q, size_t m, uint8_t ret[OFFICE_DIGEST_MAX])
{
	struct digest d;

	digest_start(&d, hash);
	digest_put(&d, p, n);
	digest_put(&d, q, m);
	return digest_end(&d, ret);
}

/* RFC 2104 */
static size_t
hmac(enum office_hash hash, const uint8_t *key, size_t key_n, struct view v, uint8_t ret[OFFICE_DIGEST_MAX])
{
	uint8_t pad[HMAC_BLOCK_MAX];
	size_t block = hash == OFFICE_SHA384 || hash == OFFICE_SHA512 ? 128 : 64, i, n;

	memset(pad, 0x36, block);
	for (i = 0; i < key_n; i++)
		pad[i] ^= key[i];
	n = digest_two(hash, pad, block, v.p, v.n, ret);
	for (i = 0; i < block; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	return digest_two(hash, pad, block, ret, n, ret);
}

static void
number_le(uint8_t ret[4], uint32_t n)
{
	ret[0] = (uint8_t)n;
	ret[1] = (uint8_t)(n >> 8);
	ret[2] = (uint8_t)(n >> 16);
	ret[3] = (uint8_t)(n >> 24);
}

/* H(salt + password), then H(number + what came) as many times as asked (2.3.4.7, 2.3.4.11). */
static bool
spin(struct job *j, enum office_hash hash, struct view salt, struct view password, uint32_t rounds,
     uint8_t ret[OFFICE_DIGEST_MAX], struct err *e)
{
	uint8_t counted[4];
	size_t n = digest_two(hash, salt.p, salt.n, password.p, password.n, ret);
	uint32_t i;

	for (i = 0; i < rounds; i++) {
		number_le(counted, i);
		(void)digest_two(hash, counted, sizeof counted, ret, n, ret);
		if (i % TICK == 0 && !job_tick(j, e))
			return false;
	}
	return true;
}

/* UTF-8 to UTF-16LE; false where it is none or too long to be a password. */
static bool
password_wide(struct view v, struct buf *ret)
{
	uint32_t c;

	while (v.n > 0) {
		c = utf8_take(&v);
		if (c == UTF8_BAD)
			return false;
		if (c >= 0x10000)
			(void)(buf_u16le(ret, (uint16_t)(0xd800 + ((c - 0x10000) >> 10))) &&
			       buf_u16le(ret, (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff))));
		else
			(void)buf_u16le(ret, (uint16_t)c);
	}
	return ret->n <= (size_t)PASSWORD_MAX * 2 && !ret->full;
}

static bool
wrong(struct err *e)
{
	return err_set(e, ERR_DENIED, "encrypted, and no password fits");
}

/* Where the bytes inside begin and how many they are (2.3.4.4). */
static bool
package_take(struct view *package, uint64_t *size, struct err *e)
{
	if (!view_u64le(package, size) || *size > package->n)
		return err_set(e, ERR_MALFORMED, "EncryptedPackage: cut off");
	return true;
}

/* -- agile ---------------------------------------------------------------- */

/* Block keys: what a digest is made for (2.3.4.11 to 2.3.4.14). */
static const uint8_t for_verifier[8] = { 0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79 };
static const uint8_t for_verifier_hash[8] = { 0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e };
static const uint8_t for_key[8] = { 0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6 };
static const uint8_t for_hmac_key[8] = { 0x5f, 0xb2, 0xad, 0x01, 0x0c, 0xb9, 0xe1, 0xf6 };
static const uint8_t for_hmac[8] = { 0xa0, 0x67, 0x7f, 0x02, 0xb2, 0x2c, 0x84, 0x33 };

/* A digest, or a salt, as long as it is needed: cut, or filled with 0x36. */
static void
fitted(uint8_t *ret, size_t n, const uint8_t *from, size_t from_n)
{
	memset(ret, 0x36, n);
	memcpy(ret, from, from_n < n ? from_n : n);
}

static bool
aes_key(const uint8_t *key, size_t n, AES_KEY *ret, struct err *e)
{
	return AES_set_decrypt_key(key, (int)n * 8, ret) == 0 || err_set(e, ERR_SYSTEM, "AES");
}

static bool
key_known(const struct office_key *k, bool *unknown, struct err *e)
{
	*unknown = !k->aes_cbc || k->hash == OFFICE_HASH_UNKNOWN;
	if (*unknown)
		return err_set(e, ERR_DENIED, "a way of encryption that cannot be opened here");
	if ((k->key_n != 16 && k->key_n != 24 && k->key_n != 32) || k->block_n != OFFICE_BLOCK)
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: a key of %u bytes, blocks of %u", k->key_n, k->block_n);
	return true;
}

static size_t
whole_blocks(size_t n)
{
	return (n + OFFICE_BLOCK - 1) / OFFICE_BLOCK * OFFICE_BLOCK;
}

static bool
agile_known(const struct office_agile *a, bool *unknown, struct err *e)
{
	const struct office_key *p = &a->password;

	*unknown = !a->has_password;
	if (*unknown)
		return err_set(e, ERR_DENIED, "opened by something else than a password");
	if (!key_known(&a->data, unknown, e) || !key_known(p, unknown, e))
		return false;
	if (a->rounds > OFFICE_ROUNDS_MAX)
		return err_set(e, ERR_LIMIT, "EncryptionInfo: %u rounds to make a key", a->rounds);
	if (a->verifier.n != whole_blocks(p->salt.n) || a->verifier_hash.n != whole_blocks(p->hash_n) ||
	    a->key.n != whole_blocks(a->data.key_n) ||
	    (a->has_integrity &&
	     (a->hmac_key.n != whole_blocks(a->data.hash_n) || a->hmac.n != whole_blocks(a->data.hash_n))))
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: lengths that cannot be");
	return true;
}

/* One of the values that the password's key encrypts. */
static bool
unseal(const struct office_key *p, const uint8_t *spun, const uint8_t block[8], const struct office_bytes *in,
       uint8_t *ret, struct err *e)
{
	uint8_t made[OFFICE_DIGEST_MAX], key[OFFICE_KEY_MAX], vector[OFFICE_BLOCK];
	size_t n = digest_two(p->hash, spun, p->hash_n, block, 8, made);
	AES_KEY k;

	fitted(key, p->key_n, made, n);
	fitted(vector, sizeof vector, p->salt.p, p->salt.n);
	if (!aes_key(key, p->key_n, &k, e))
		return false;
	AES_cbc_encrypt(in->p, ret, in->n, &k, vector, AES_DECRYPT);
	return true;
}

static bool
agile_key(struct job *j, const struct office_agile *a, struct view password, uint8_t key[OFFICE_KEY_MAX], struct err *e)
{
	const struct office_key *p = &a->password;
	uint8_t spun[OFFICE_DIGEST_MAX], sum[OFFICE_DIGEST_MAX];
	struct office_bytes verifier, want;

	if (!spin(j, p->hash, view_of(p->salt.p, p->salt.n), password, a->rounds, spun, e) ||
	    !unseal(p, spun, for_verifier, &a->verifier, verifier.p, e) ||
	    !unseal(p, spun, for_verifier_hash, &a->verifier_hash, want.p, e) ||
	    !unseal(p, spun, for_key, &a->key, key, e))
		return false;
	(void)digest_two(p->hash, verifier.p, p->salt.n, NULL, 0, sum);
	return CRYPTO_memcmp(sum, want.p, p->hash_n) == 0 || wrong(e);
}

static void
data_vector(const struct office_key *d, const void *p, size_t n, uint8_t ret[OFFICE_BLOCK])
{
	uint8_t made[OFFICE_DIGEST_MAX];

	fitted(ret, OFFICE_BLOCK, made, digest_two(d->hash, d->salt.p, d->salt.n, p, n, made));
}

/* 2.3.4.14: over the whole stream, its size too. */
static bool
agile_intact(const struct office_agile *a, const AES_KEY *k, struct view package)
{
	const struct office_key *d = &a->data;
	uint8_t vector[OFFICE_BLOCK], sum[OFFICE_DIGEST_MAX];
	struct office_bytes key, want;

	data_vector(d, for_hmac_key, sizeof for_hmac_key, vector);
	AES_cbc_encrypt(a->hmac_key.p, key.p, a->hmac_key.n, k, vector, AES_DECRYPT);
	data_vector(d, for_hmac, sizeof for_hmac, vector);
	AES_cbc_encrypt(a->hmac.p, want.p, a->hmac.n, k, vector, AES_DECRYPT);
	(void)hmac(d->hash, key.p, d->hash_n, package, sum);
	return CRYPTO_memcmp(sum, want.p, d->hash_n) == 0;
}

static bool
agile_package(struct job *j, const struct office_agile *a, const uint8_t *key, struct view package, struct buf *ret,
	      struct err *e)
{
	struct view data = package, one;
	uint8_t vector[OFFICE_BLOCK], number[4], *to;
	uint32_t i;
	uint64_t size;
	AES_KEY k;

	if (!aes_key(key, a->data.key_n, &k, e) || !package_take(&data, &size, e))
		return false;
	if (a->has_integrity && !agile_intact(a, &k, package))
		return err_set(e, ERR_MALFORMED, "EncryptedPackage: changed after it was encrypted");
	for (i = 0; size > 0; i++) {
		size_t n = size < SEGMENT ? (size_t)size : SEGMENT;

		if (!view_take(&data, whole_blocks(n), &one))
			return err_set(e, ERR_MALFORMED, "EncryptedPackage: cut off");
		number_le(number, i);
		data_vector(&a->data, number, sizeof number, vector);
		to = buf_room(ret, one.n);
		if (to == NULL)
			return buf_ok(ret, e) || err_set(e, ERR_LIMIT, "EncryptedPackage: too long");
		AES_cbc_encrypt(one.p, to, one.n, &k, vector, AES_DECRYPT);
		ret->n += n;
		size -= n;
		if (!job_tick(j, e))
			return false;
	}
	return true;
}

/* -- standard ---------------------------------------------------------------- */

struct standard {
	uint32_t key_n;
	struct view salt, verifier, verifier_hash;
};

enum { FLAG_CRYPTO_API = 0x04, FLAG_AES = 0x20, ALG_AES128 = 0x660e, ALG_SHA1 = 0x8004 };

/* 2.3.4.5, behind the version */
static bool
standard_read(struct view v, struct standard *ret, bool *unknown, struct err *e)
{
	uint32_t flags, header_n, alg, hash, bits, n, skip;
	struct view header;

	if (!view_u32le(&v, &flags) || !view_u32le(&v, &header_n) || header_n < STANDARD_HEADER ||
	    !view_take(&v, header_n, &header) || !view_u32le(&header, &flags) || !view_u32le(&header, &skip) ||
	    !view_u32le(&header, &alg) || !view_u32le(&header, &hash) || !view_u32le(&header, &bits))
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: header");
	*unknown = (flags & (FLAG_AES | FLAG_CRYPTO_API)) != (FLAG_AES | FLAG_CRYPTO_API) ||
		   (alg != 0 && (alg < ALG_AES128 || alg > ALG_AES128 + 2)) || (hash != 0 && hash != ALG_SHA1);
	if (*unknown)
		return err_set(e, ERR_DENIED, "a way of encryption that cannot be opened here");
	ret->key_n = bits == 0 ? 16 : bits / 8;
	if ((bits != 0 && bits != 128 && bits != 192 && bits != 256) ||
	    (alg != 0 && ret->key_n != 16 + 8 * (alg - ALG_AES128)))
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: a key of %u bits", bits);
	if (!view_u32le(&v, &n) || n != VERIFIER || !view_take(&v, n, &ret->salt) ||
	    !view_take(&v, VERIFIER, &ret->verifier) || !view_u32le(&v, &n) || n != SHA_DIGEST_LENGTH ||
	    !view_take(&v, whole_blocks(SHA_DIGEST_LENGTH), &ret->verifier_hash))
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: verifier");
	return true;
}

static void
ecb(const AES_KEY *k, struct view v, uint8_t *ret)
{
	size_t at;

	for (at = 0; at + OFFICE_BLOCK <= v.n; at += OFFICE_BLOCK)
		AES_decrypt(v.p + at, ret + at, k);
}

/* 2.3.4.7 and 2.3.4.9 */
static bool
standard_key(struct job *j, const struct standard *s, struct view password, AES_KEY *ret, struct err *e)
{
	static const uint8_t block[4] = { 0 };
	static const uint8_t fill[2] = { 0x36, 0x5c };
	uint8_t sum[OFFICE_DIGEST_MAX], pad[64], made[2 * OFFICE_DIGEST_MAX], verifier[VERIFIER], want[32];
	size_t i, k;

	if (!spin(j, OFFICE_SHA1, s->salt, password, STANDARD_ROUNDS, sum, e))
		return false;
	(void)digest_two(OFFICE_SHA1, sum, SHA_DIGEST_LENGTH, block, sizeof block, sum);
	for (i = 0; i < 2; i++) {
		memset(pad, fill[i], sizeof pad);
		for (k = 0; k < SHA_DIGEST_LENGTH; k++)
			pad[k] ^= sum[k];
		(void)digest_two(OFFICE_SHA1, pad, sizeof pad, NULL, 0, made + i * SHA_DIGEST_LENGTH);
	}
	if (!aes_key(made, s->key_n, ret, e))
		return false;
	ecb(ret, s->verifier, verifier);
	ecb(ret, s->verifier_hash, want);
	(void)digest_two(OFFICE_SHA1, verifier, sizeof verifier, NULL, 0, sum);
	return CRYPTO_memcmp(sum, want, SHA_DIGEST_LENGTH) == 0 || wrong(e);
}

static bool
standard_package(struct job *j, const AES_KEY *k, struct view package, struct buf *ret, struct err *e)
{
	struct view one;
	uint64_t size;
	uint8_t *to;

	if (!package_take(&package, &size, e))
		return false;
	while (size > 0) {
		size_t n = size < SEGMENT ? (size_t)size : SEGMENT;

		if (!view_take(&package, whole_blocks(n), &one))
			return err_set(e, ERR_MALFORMED, "EncryptedPackage: cut off");
		to = buf_room(ret, one.n);
		if (to == NULL)
			return buf_ok(ret, e) || err_set(e, ERR_LIMIT, "EncryptedPackage: too long");
		ecb(k, one, to);
		ret->n += n;
		size -= n;
		if (!job_tick(j, e))
			return false;
	}
	return true;
}

/* -- the whole ---------------------------------------------------------------- */

struct office {
	bool agile;
	struct office_agile a;
	struct standard s;
};

static bool
info_read(struct job *j, struct view info, struct office *o, bool *unknown, struct err *e)
{
	uint16_t major, minor;
	uint32_t flags;

	if (!view_u16le(&info, &major) || !view_u16le(&info, &minor))
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: cut off");
	o->agile = major == 4 && minor == 4;
	if (!o->agile && (minor != 2 || major < 2 || major > 4)) {
		*unknown = true;
		return err_set(e, ERR_DENIED, "encryption of version %u.%u", major, minor);
	}
	if (!o->agile)
		return standard_read(info, &o->s, unknown, e);
	if (!view_u32le(&info, &flags))
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: cut off");
	return office_agile_read(j, info, &o->a, e) && agile_known(&o->a, unknown, e);
}

static bool
try_password(struct job *j, const struct office *o, struct view password, struct view package, struct buf *ret,
	     struct err *e)
{
	uint8_t key[OFFICE_KEY_MAX];
	struct buf wide = BUF_MAX((size_t)4 << 10);
	AES_KEY k;
	bool ok;

	if (!password_wide(password, &wide))
		ok = wrong(e);
	else if (o->agile)
		ok = agile_key(j, &o->a, buf_bytes(&wide), key, e) && agile_package(j, &o->a, key, package, ret, e);
	else
		ok = standard_key(j, &o->s, buf_bytes(&wide), &k, e) && standard_package(j, &k, package, ret, e);
	if (wide.p != NULL)
		OPENSSL_cleanse(wide.p, wide.n);
	buf_release(&wide);
	OPENSSL_cleanse(key, sizeof key);
	return ok;
}

bool
office_decrypt(struct job *j, struct view info, struct view package, struct buf *ret, bool *unknown, struct err *e)
{
	struct office o = { 0 };
	size_t i, from = ret->n;

	*unknown = false;
	if (!info_read(j, info, &o, unknown, e) || !job_charge(j, package.n, e))
		return false;
	for (i = 0; i <= j->passwords; i++) {
		struct view p = i < j->passwords ? j->password[i] : VIEW("VelvetSweatshop");

		if (try_password(j, &o, p, package, ret, e))
			return true;
		ret->n = from;
		if (e->code != ERR_DENIED)
			return false;
	}
	return j->passwords > 0 ? wrong(e) : err_set(e, ERR_DENIED, "encrypted, and no password given");
}
