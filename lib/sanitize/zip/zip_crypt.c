#include <libdeflate.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/own.h"
#include "sanitize/text/charset.h"
#include "sanitize/zip/zip_in.h"

enum {
	HEAD = 12,		/* of a traditionally encrypted entry (APPNOTE 6.1) */
	ROUNDS = 1000,		/* WinZip AE: PBKDF2-HMAC-SHA1 */
	VERIFY = 2,
	MAC = 10,
	BLOCK = 16,
	CHUNK = 4096,
};

/* -- the traditional cipher (APPNOTE 6.1.5) --------------------------- */

struct keys {
	uint32_t k[3];
	uint32_t crc[256];
};

static void
crc_table(uint32_t t[256])
{
	uint32_t i, k, c;

	for (i = 0; i < 256; i++) {
		for (c = i, k = 0; k < 8; k++)
			c = (c & 1) != 0 ? c >> 1 ^ 0xedb88320u : c >> 1;
		t[i] = c;
	}
}

static void
keys_take(struct keys *s, uint8_t c)
{
	s->k[0] = s->k[0] >> 8 ^ s->crc[(s->k[0] ^ c) & 0xff];
	s->k[1] = (s->k[1] + (s->k[0] & 0xff)) * 134775813u + 1;
	s->k[2] = s->k[2] >> 8 ^ s->crc[(s->k[2] ^ (s->k[1] >> 24)) & 0xff];
}

static uint8_t
keys_open(struct keys *s, uint8_t c)
{
	uint32_t t = (s->k[2] | 2) & 0xffff;
	uint8_t p = (uint8_t)(c ^ (t * (t ^ 1)) >> 8);

	keys_take(s, p);
	return p;
}

static bool
traditional(const struct zip_entry *en, struct view password, struct buf *ret, struct err *e)
{
	struct keys s = { .k = { 0x12345678, 0x23456789, 0x34567890 } };
	struct view in = en->packed, head;
	uint8_t last = 0, want = (uint8_t)(en->crc >> 24), *room;
	size_t i;

	crc_table(s.crc);
	if (!view_take(&in, HEAD, &head))
		return err_set(e, ERR_MALFORMED, "encryption header cut off");
	for (i = 0; i < password.n; i++)
		keys_take(&s, password.p[i]);
	for (i = 0; i < HEAD; i++)
		last = keys_open(&s, head.p[i]);
	/* Who writes a descriptor does not know the CRC yet and checks by the time. */
	if (last != want && !((en->flags & ZIP_FLAG_DESCRIPTOR) != 0 && last == en->time >> 8))
		return err_set(e, ERR_DENIED, "wrong password");
	room = buf_room(ret, in.n);
	if (room == NULL)
		return buf_ok(ret, e);
	for (i = 0; i < in.n; i++)
		room[i] = keys_open(&s, in.p[i]);
	ret->n += in.n;
	return true;
}

/* -- WinZip AE-1 and AE-2 --------------------------------------------- */

struct aes {
	size_t key_n;
	uint8_t key[2 * 32 + VERIFY];	/* cipher key, MAC key, password check */
};

static void
aes_cleanup(EVP_CIPHER_CTX **c)
{
	EVP_CIPHER_CTX_free(*c);
}

/* Counter mode with a little-endian counter from 1, which OpenSSL's CTR is not. */
static bool
aes_open(const struct aes *a, struct view in, struct buf *ret, struct err *e)
{
	__attribute__((cleanup(aes_cleanup))) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *kind = a->key_n == 16 ? EVP_aes_128_ecb()
				 : a->key_n == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
	uint8_t counters[CHUNK], stream[CHUNK], *room = buf_room(ret, in.n);
	uint64_t n = 1;
	size_t i, k, at = 0;
	int got;

	if (room == NULL)
		return buf_ok(ret, e);
	if (c == NULL || EVP_EncryptInit_ex(c, kind, NULL, a->key, NULL) != 1)
		return err_set(e, ERR_SYSTEM, "AES");
	(void)EVP_CIPHER_CTX_set_padding(c, 0);
	memset(counters, 0, sizeof counters);
	while (at < in.n) {
		for (i = 0; i < CHUNK; i += BLOCK, n++)
			for (k = 0; k < 8; k++)
				counters[i + k] = (uint8_t)(n >> (8 * k));
		if (EVP_EncryptUpdate(c, stream, &got, counters, CHUNK) != 1 || got != CHUNK)
			return err_set(e, ERR_SYSTEM, "AES");
		for (i = 0; i < CHUNK && at < in.n; i++, at++)
			room[at] = in.p[at] ^ stream[i];
	}
	ret->n += in.n;
	return true;
}

static bool
winzip_aes(const struct zip_entry *en, struct view password, struct buf *ret, struct err *e)
{
	struct aes a = { .key_n = 8u + 8u * en->strength };
	struct view in = en->packed, salt, check, mac;
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned sum_n = 0;

	if (password.n > 1024 || !view_take(&in, a.key_n / 2, &salt) || !view_take(&in, VERIFY, &check) ||
	    in.n < MAC)
		return err_set(e, ERR_MALFORMED, "encryption header cut off");
	mac = view_from(in, in.n - MAC);
	in.n -= MAC;
	if (PKCS5_PBKDF2_HMAC((const char *)password.p, (int)password.n, salt.p, (int)salt.n, ROUNDS,
			      EVP_sha1(), (int)(2 * a.key_n + VERIFY), a.key) != 1)
		return err_set(e, ERR_SYSTEM, "PBKDF2");
	if (CRYPTO_memcmp(a.key + 2 * a.key_n, check.p, VERIFY) != 0)
		return err_set(e, ERR_DENIED, "wrong password");
	if (HMAC(EVP_sha1(), a.key + a.key_n, (int)a.key_n, in.p, in.n, sum, &sum_n) == NULL)
		return err_set(e, ERR_SYSTEM, "HMAC");
	if (CRYPTO_memcmp(sum, mac.p, MAC) != 0)
		return err_set(e, ERR_DENIED, "wrong password, or changed after it was encrypted");
	return aes_open(&a, in, ret, e);
}

static bool
decrypt(const struct zip_entry *en, struct view password, struct buf *ret, struct err *e)
{
	return en->crypt == ZIP_AES ? winzip_aes(en, password, ret, e)
				    : traditional(en, password, ret, e);
}

bool
zip_decrypt(const struct zip_entry *en, struct view password, struct buf *ret, struct err *e)
{
	own_buf struct buf sjis = BUF_MAX(4096);
	uint64_t lost = 0;
	struct err unused;

	if (decrypt(en, password, ret, e))
		return true;
	/* Windows' tools key with the bytes of its own charset. */
	if (e->code != ERR_DENIED || !charset_encode(CHARSET_CP932, password, &sjis, &lost, &unused) ||
	    lost > 0 || view_eq(buf_bytes(&sjis), password))
		return false;
	buf_clear(ret);
	return decrypt(en, buf_bytes(&sjis), ret, e);
}
