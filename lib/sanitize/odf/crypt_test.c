/* crypt_test.c - packages encrypted here by the other functions of OpenSSL and libargon2, opened by ours. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sanitize/odf/crypt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <argon2.h>
#include <cmocka.h>
#include <libdeflate.h>
#include <openssl/aes.h>
#include <openssl/blowfish.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "sanitize/odf/testing.h"

static const char password[] = "帯広 pass";
static const char plain[] = "the text inside, long enough to be more than one block of either cipher";

static void
make_key(const struct odf_crypt *c, uint8_t key[32])
{
	uint8_t start[32];

	if (c->start == ODF_SHA1)
		SHA1((const uint8_t *)password, sizeof password - 1, start);
	else
		SHA256((const uint8_t *)password, sizeof password - 1, start);
	if (c->derive == ODF_ARGON2ID)
		assert_int_equal(argon2id_hash_raw(c->rounds, c->memory, c->lanes, start, c->start_n, c->salt, c->salt_n, key,
						   c->key_n), ARGON2_OK);
	else
		assert_int_equal(PKCS5_PBKDF2_HMAC_SHA1((const char *)start, (int)c->start_n, c->salt, c->salt_n,
							(int)c->rounds, (int)c->key_n, key), 1);
}

static void
checksum(struct odf_crypt *c, struct view in)
{
	uint8_t sum[32];

	c->sum_n = c->checksum == ODF_SHA1 || c->checksum == ODF_SHA1_1K ? 20 : 32;
	if (c->sum_n == 20)
		SHA1(in.p, c->checksum == ODF_SHA1_1K && in.n > 1024 ? 1024 : in.n, sum);
	else
		SHA256(in.p, c->checksum == ODF_SHA256_1K && in.n > 1024 ? 1024 : in.n, sum);
	memcpy(c->sum, sum, c->sum_n);
}

static void
lock_blowfish(const struct odf_crypt *c, const uint8_t *key, struct view in, struct buf *out)
{
	uint8_t vector[16], *to = buf_room(out, in.n);
	BF_KEY k;
	int num = 0;

	assert_non_null(to);
	memcpy(vector, c->vector, c->vector_n);
	BF_set_key(&k, (int)c->key_n, key);
	BF_cfb64_encrypt(in.p, to, (long)in.n, &k, vector, &num, BF_ENCRYPT);
	out->n += in.n;
}

static void
lock_cbc(const struct odf_crypt *c, const uint8_t *key, struct view in, struct buf *out)
{
	const size_t pad = 16 - in.n % 16;
	uint8_t vector[16], *to = buf_room(out, in.n + pad);
	own_buf struct buf padded = { 0 };
	AES_KEY k;
	size_t i;

	assert_non_null(to);
	memcpy(vector, c->vector, c->vector_n);
	(void)buf_view(&padded, in);
	for (i = 0; i < pad; i++)
		(void)buf_byte(&padded, i + 1 == pad ? (uint8_t)pad : 0x5a);
	assert_int_equal(AES_set_encrypt_key(key, (int)c->key_n * 8, &k), 0);
	AES_cbc_encrypt(padded.p, to, padded.n, &k, vector, AES_ENCRYPT);
	out->n += padded.n;
}

static void
lock_gcm(const struct odf_crypt *c, const uint8_t *key, struct view in, struct buf *out)
{
	EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
	uint8_t *to = buf_room(out, 12 + in.n + 16);
	int n = 0, more = 0;

	assert_non_null(x);
	assert_non_null(to);
	memcpy(to, c->vector, 12);
	assert_int_equal(EVP_EncryptInit_ex(x, c->key_n == 16   ? EVP_aes_128_gcm()
					       : c->key_n == 24 ? EVP_aes_192_gcm()
								: EVP_aes_256_gcm(), NULL, key, c->vector), 1);
	assert_int_equal(EVP_EncryptUpdate(x, to + 12, &n, in.p, (int)in.n), 1);
	assert_int_equal(EVP_EncryptFinal_ex(x, to + 12 + n, &more), 1);
	assert_int_equal(n + more, in.n);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_GCM_GET_TAG, 16, to + 12 + in.n), 1);
	EVP_CIPHER_CTX_free(x);
	out->n += 12 + in.n + 16;
}

/* Encrypts `in` as c says, sets its checksum. */
static void
lock(struct odf_crypt *c, struct view in, struct buf *out)
{
	uint8_t key[32];

	make_key(c, key);
	if (c->checksum != ODF_DIGEST_NONE)
		checksum(c, in);
	(c->cipher == ODF_BLOWFISH ? lock_blowfish : c->cipher == ODF_AES_CBC ? lock_cbc : lock_gcm)(c, key, in, out);
}

static const struct odf_crypt kinds[] = {
	{ .cipher = ODF_BLOWFISH, .start = ODF_SHA1, .checksum = ODF_SHA1_1K, .derive = ODF_PBKDF2, .rounds = 1024, .key_n = 16,
	  .start_n = 20, .salt = "0123456789abcdef", .salt_n = 16, .vector = "12345678", .vector_n = 8 },
	{ .cipher = ODF_AES_CBC, .start = ODF_SHA256, .checksum = ODF_SHA256_1K, .derive = ODF_PBKDF2, .rounds = 3000, .key_n = 32,
	  .start_n = 32, .salt = "0123456789abcdef", .salt_n = 16, .vector = "1234567890abcdef", .vector_n = 16 },
	{ .cipher = ODF_AES_CBC, .start = ODF_SHA1, .checksum = ODF_SHA1, .derive = ODF_PBKDF2, .rounds = 1, .key_n = 16,
	  .start_n = 20, .salt = "x", .salt_n = 1, .vector = "1234567890abcdef", .vector_n = 16 },
	{ .cipher = ODF_AES_CBC, .start = ODF_SHA256, .checksum = ODF_SHA256, .derive = ODF_PBKDF2, .rounds = 2, .key_n = 24,
	  .start_n = 32, .salt = "x", .salt_n = 1, .vector = "1234567890abcdef", .vector_n = 16 },
	/* What LibreOffice writes since 24.8, its numbers of Argon2id too. */
	{ .cipher = ODF_AES_GCM, .start = ODF_SHA256, .derive = ODF_ARGON2ID, .rounds = 3, .memory = 65536, .lanes = 4, .key_n = 32,
	  .start_n = 32, .salt = "0123456789abcdef", .salt_n = 16, .vector = "1234567890ab", .vector_n = 12 },
	/* And what may be had of the rest. */
	{ .cipher = ODF_AES_GCM, .start = ODF_SHA256, .derive = ODF_PBKDF2, .rounds = 600, .key_n = 16,
	  .start_n = 32, .salt = "0123456789abcdef", .salt_n = 16, .vector = "1234567890ab", .vector_n = 12 },
	{ .cipher = ODF_AES_GCM, .start = ODF_SHA1, .derive = ODF_ARGON2ID, .rounds = 1, .memory = 8, .lanes = 1, .key_n = 24,
	  .start_n = 20, .salt = "01234567", .salt_n = 8, .vector = "1234567890ab", .vector_n = 12 },
	{ .cipher = ODF_AES_CBC, .start = ODF_SHA256, .checksum = ODF_SHA256_1K, .derive = ODF_ARGON2ID, .rounds = 2, .memory = 512,
	  .lanes = 64, .key_n = 32, .start_n = 32, .salt = "0123456789abcdef", .salt_n = 16, .vector = "1234567890abcdef",
	  .vector_n = 16 },
};
enum { GCM = 4, SMALL = 6 };	/* among them */

static bool
open_it(const struct odf_crypt *c, struct view pass, struct view in, struct buf *ret, struct err *e)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	struct odf_keys k = { 0 };

	return odf_decrypt(&j, c, &k, pass, in, ret, e);
}

static void
each_kind(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct odf_crypt c = kinds[i];
		own_buf struct buf locked = { 0 }, got = { 0 };
		struct err e = { 0 };

		lock(&c, VIEW(plain), &locked);
		if (!open_it(&c, VIEW(password), buf_bytes(&locked), &got, &e))
			fail_msg("%zu: %s", i, e.text);
		assert_true(view_eq(buf_bytes(&got), VIEW(plain)));
		buf_clear(&got);
		assert_false(open_it(&c, VIEW("wrong"), buf_bytes(&locked), &got, &e));
		assert_int_equal(e.code, ERR_DENIED);
		assert_int_equal(got.n, 0);
	}
}

static void
numbers_that_cannot_be(void **state)
{
	struct odf_crypt c;
	own_buf struct buf got = { 0 };
	struct err e = { 0 };
	uint8_t long_password[2000] = { 0 };

	(void)state;
#define WITH(change, want)                                                                                            \
	do {                                                                                                          \
		c = kinds[1];                                                                                         \
		change;                                                                                               \
		assert_false(open_it(&c, VIEW("p"), VIEW("0123456789abcdef"), &got, &e));                              \
		assert_int_equal(e.code, want);                                                                       \
		assert_non_null(strstr(e.text, want == ERR_LIMIT ? "rounds" : "cannot be"));                          \
	} while (0)
	WITH(c.cipher = ODF_CIPHER_UNKNOWN, ERR_DENIED);
	WITH(c.derive = ODF_DERIVE_UNKNOWN, ERR_DENIED);
	WITH(c.start = ODF_DIGEST_UNKNOWN, ERR_DENIED);
	WITH(c.checksum = ODF_DIGEST_UNKNOWN, ERR_DENIED);
	WITH(c.rounds = 0, ERR_MALFORMED);
	WITH(c.key_n = 33, ERR_MALFORMED);
	WITH(c.start_n = 20, ERR_MALFORMED);
	WITH(c.vector_n = 8, ERR_MALFORMED);
	WITH(c.rounds = 100 << 20, ERR_LIMIT);
#undef WITH
	c = kinds[0];
	c.key_n = 3;
	assert_false(open_it(&c, VIEW("p"), VIEW("x"), &got, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	c.key_n = 33;
	assert_false(open_it(&c, VIEW("p"), VIEW("x"), &got, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	c = kinds[1];
	assert_false(open_it(&c, VIEW("p"), VIEW("no block"), &got, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_false(open_it(&c, view_of(long_password, sizeof long_password), VIEW("0123456789abcdef"), &got, &e));
	assert_int_equal(e.code, ERR_DENIED);
}

/* Every byte of it is under the tag, or is the vector that the manifest knows. */
static void
damaged(void **state)
{
	struct odf_crypt c = kinds[SMALL];
	own_buf struct buf locked = { 0 }, got = { 0 };
	struct err e = { 0 };
	size_t i;

	(void)state;
	lock(&c, VIEW(plain), &locked);
	for (i = 0; i < locked.n; i++) {
		locked.p[i] ^= 0x10;
		assert_false(open_it(&c, VIEW(password), buf_bytes(&locked), &got, &e));
		assert_int_equal(e.code, i < 12 ? ERR_MALFORMED : ERR_DENIED);
		assert_int_equal(got.n, 0);
		locked.p[i] ^= 0x10;
	}
	assert_false(open_it(&c, VIEW(password), view_of(locked.p, locked.n - 1), &got, &e));
	assert_false(open_it(&c, VIEW(password), view_of(locked.p, 28), &got, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_true(open_it(&c, VIEW(password), buf_bytes(&locked), &got, &e));
}

static void
numbers_of_argon2(void **state)
{
	static const struct {
		uint32_t rounds, memory, lanes;
		uint8_t salt_n;
		enum err_code want;
	} rows[] = {
		{ 0, 65536, 4, 16, ERR_MALFORMED },	   { 3, 0, 4, 16, ERR_MALFORMED },
		{ 3, 65536, 0, 16, ERR_MALFORMED },	   { 3, 31, 4, 16, ERR_MALFORMED },
		{ 3, 65536, 4, 7, ERR_MALFORMED },	   { 3, 65536, 65, 16, ERR_LIMIT },
		{ 1, 262145, 4, 16, ERR_LIMIT },	   { 17, 65536, 4, 16, ERR_LIMIT },
		{ 999999999, 8, 1, 16, ERR_LIMIT },	   { 1, 999999999, 4, 16, ERR_LIMIT },
		{ 1, 65536, 999999999, 16, ERR_LIMIT },	   { 999999999, 999999999, 999999999, 16, ERR_LIMIT },
	};
	own_buf struct buf got = { 0 };
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct odf_crypt c = kinds[GCM];

		c.rounds = rows[i].rounds;
		c.memory = rows[i].memory;
		c.lanes = rows[i].lanes;
		c.salt_n = rows[i].salt_n;
		e = (struct err){ 0 };
		assert_false(open_it(&c, VIEW("p"), VIEW("1234567890ab and a tag that is not one"), &got, &e));
		if (e.code != rows[i].want)
			fail_msg("%zu: %s", i, e.text);
	}
}

/* Many passwords and many parts cost no more than a few seconds in all. */
static void
keys_without_end(void **state)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	struct odf_crypt c = kinds[GCM];
	struct odf_keys k = { .work = ODF_ARGON2_WORK_ALL - 3 * 65536 };
	own_buf struct buf got = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_false(odf_decrypt(&j, &c, &k, VIEW("p"), VIEW("1234567890ab and a tag that is not one"), &got, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_false(odf_decrypt(&j, &c, &k, VIEW("p"), VIEW("1234567890ab and a tag that is not one"), &got, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

/* RFC 9106, 5.3: four lanes on one thread, which is all that a jail has, are what they are on four. */
static void
one_thread(void **state)
{
	static const uint8_t want[32] = {
		0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9,
		0xd0, 0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
	};
	uint8_t key[32], pwd[32], salt[16], secret[8], ad[12];
	argon2_context a = { .out = key, .outlen = sizeof key, .pwd = pwd, .pwdlen = sizeof pwd, .salt = salt, .saltlen = sizeof salt,
			     .secret = secret, .secretlen = sizeof secret, .ad = ad, .adlen = sizeof ad, .t_cost = 3, .m_cost = 32,
			     .lanes = 4, .threads = 1, .version = ARGON2_VERSION_13 };

	(void)state;
	memset(pwd, 1, sizeof pwd);
	memset(salt, 2, sizeof salt);
	memset(secret, 3, sizeof secret);
	memset(ad, 4, sizeof ad);
	assert_int_equal(argon2id_ctx(&a), ARGON2_OK);
	assert_memory_equal(key, want, sizeof want);
}

static void
base64(const uint8_t *p, size_t n, char *ret)
{
	(void)EVP_EncodeBlock((unsigned char *)ret, p, (int)n);
}

/* A whole package, its content encrypted as OpenOffice.org 2 does. */
static void
package(void **state)
{
	static const char content[] = ODF_TEXT("<text:p>秘密</text:p>");
	struct odf_crypt c = kinds[0];
	uint8_t packed[4096];
	char sum[64], salt[64], vector[64];
	struct libdeflate_compressor *d = libdeflate_alloc_compressor(6);
	own_buf struct buf locked = { 0 }, manifest = { 0 }, in = { 0 }, text = { 0 };
	struct odf_part parts[3] = { { "content.xml", NULL, 0 }, { "META-INF/manifest.xml", NULL, 0 }, { NULL, NULL, 0 } };
	size_t n;

	(void)state;
	assert_non_null(d);
	n = libdeflate_deflate_compress(d, content, sizeof content - 1, packed, sizeof packed);
	libdeflate_free_compressor(d);
	lock(&c, view_of(packed, n), &locked);
	base64(c.sum, c.sum_n, sum);
	base64(c.salt, c.salt_n, salt);
	base64(c.vector, c.vector_n, vector);
	(void)buf_printf(&manifest,
		"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry"
		" manifest:full-path=\"content.xml\" manifest:size=\"%zu\"><manifest:encryption-data manifest:checksum-type="
		"\"SHA1/1K\" manifest:checksum=\"%s\"><manifest:algorithm manifest:algorithm-name=\"Blowfish CFB\""
		" manifest:initialisation-vector=\"%s\"/><manifest:key-derivation manifest:key-derivation-name=\"PBKDF2\""
		" manifest:iteration-count=\"1024\" manifest:salt=\"%s\"/></manifest:encryption-data></manifest:file-entry>"
		"</manifest:manifest>", sizeof content - 1, sum, vector, salt);
	(void)buf_byte(&manifest, '\0');
	parts[0].text = (const char *)locked.p;
	parts[0].n = locked.n;
	parts[1].text = (const char *)manifest.p;
	odf_pack("text", parts, &in);
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", password, buf_bytes(&in));

		if (!t.ok)
			fail_msg("%s", t.e.text);
		assert_int_equal(odf_found(&t, FINDING_DECRYPTED), 1);
		assert_true(odf_entry(&t, "content.xml", &text));
		assert_non_null(strstr((char *)text.p, "秘密"));
		assert_true(odf_settled(&t, "rebuild"));
	}
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", "wrong", buf_bytes(&in));

		assert_false(t.ok);
		assert_int_equal(odf_found(&t, FINDING_PASSWORD_NEEDED), 1);
	}
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, buf_bytes(&in));

		assert_false(t.ok);
		assert_int_equal(odf_found(&t, FINDING_PASSWORD_NEEDED), 1);
	}
}

/* -- packages that are encrypted as a whole --------------------------- */

/* Names and attributes as OpenDocument 1.5 has them, and as LibreOffice writes them. */
static const struct {
	const char *prefix, *name;
} spellings[] = {
	{ "loext", "urn:org:documentfoundation:names:experimental:office:manifest:argon2id" },
	{ "manifest", "urn:oasis:names:tc:opendocument:xmlns:manifest:1.5#argon2id" },
};

/* A package of one entry that is `data` deflated and encrypted, and of `beside` (a part, or NULL). */
static void
wrap(const char *entry, struct view data, const struct odf_crypt *how, size_t spelling, const struct odf_part *beside,
     bool damage, struct buf *ret)
{
	struct odf_crypt c = *how;
	char salt[64], vector[64];
	struct libdeflate_compressor *d = libdeflate_alloc_compressor(6);
	own_buf struct buf packed = { 0 }, locked = { 0 }, manifest = { 0 };
	struct odf_part parts[4] = { { entry, NULL, 0 }, { "META-INF/manifest.xml", NULL, 0 } };
	uint8_t *to = buf_room(&packed, data.n + 1000);

	assert_non_null(d);
	assert_non_null(to);
	packed.n = libdeflate_deflate_compress(d, data.p, data.n, to, data.n + 1000);
	libdeflate_free_compressor(d);
	lock(&c, buf_bytes(&packed), &locked);
	if (damage)
		locked.p[locked.n - 1] ^= 1;
	base64(c.salt, c.salt_n, salt);
	base64(c.vector, c.vector_n, vector);
	(void)buf_printf(&manifest,
		"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.4\""
		" xmlns:loext=\"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0\"><manifest:file-entry"
		" manifest:full-path=\"%s\" manifest:media-type=\"" ODF_MIMETYPE "text\" manifest:size=\"%zu\">"
		"<manifest:encryption-data><manifest:algorithm"
		" manifest:algorithm-name=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\" manifest:initialisation-vector=\"%s\"/>"
		"<manifest:start-key-generation manifest:start-key-generation-name=\"http://www.w3.org/2001/04/xmlenc#sha256\""
		" manifest:key-size=\"32\"/><manifest:key-derivation manifest:key-derivation-name=\"%s\""
		" %s:argon2-iterations=\"%u\" %s:argon2-memory=\"%u\" %s:argon2-lanes=\"%u\" manifest:salt=\"%s\"%s/>"
		"</manifest:encryption-data></manifest:file-entry></manifest:manifest>",
		entry, data.n, vector, spellings[spelling].name, spellings[spelling].prefix, c.rounds, spellings[spelling].prefix,
		c.memory, spellings[spelling].prefix, c.lanes, salt, spelling == 0 ? " manifest:key-size=\"32\"" : "");
	(void)buf_byte(&manifest, '\0');
	parts[0].text = (const char *)locked.p;
	parts[0].n = locked.n;
	parts[1].text = (const char *)manifest.p;
	if (beside != NULL)
		parts[2] = *beside;
	odf_pack("text", parts, ret);
}

static const struct odf_part letter[] = {
	{ "content.xml", ODF_TEXT("<text:p>秘密</text:p>"), 0 }, { "Scripts/python/x.py", "print()", 0 }, { NULL, NULL, 0 },
};

/* The letter in an envelope of its own spelling; the numbers of Argon2id are LibreOffice's. */
static void
envelope(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		own_buf struct buf inner = { 0 }, in = { 0 }, text = { 0 };

		odf_pack("text", letter, &inner);
		wrap("encrypted-package", buf_bytes(&inner), &kinds[GCM], i, NULL, false, &in);
		assert_int_equal(detect(buf_bytes(&in), ""), TYPE_ODT);
		{
			own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", password, buf_bytes(&in));

			if (!t.ok)
				fail_msg("%zu: %s", i, t.e.text);
			assert_int_equal(odf_found(&t, FINDING_DECRYPTED), 1);
			assert_int_equal(odf_found(&t, FINDING_ODF_MACRO), 1);
			assert_int_equal(t.findings.n, 2);
			assert_true(odf_entry(&t, "content.xml", &text));
			assert_non_null(strstr((char *)text.p, "秘密"));
			assert_false(odf_entry(&t, "encrypted-package", &text));
			assert_true(odf_settled(&t, "rebuild"));
		}
		{
			own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", "wrong", buf_bytes(&in));

			assert_false(t.ok);
			assert_int_equal(odf_found(&t, FINDING_PASSWORD_NEEDED), 1);
			assert_int_equal(t.out.n, 0);
		}
		{
			own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, buf_bytes(&in));

			assert_false(t.ok);
			assert_int_equal(odf_found(&t, FINDING_PASSWORD_NEEDED), 1);
		}
	}
}

static struct odf_crypt
cheap(void)
{
	struct odf_crypt c = kinds[GCM];

	c.rounds = 1;
	c.memory = 32;
	return c;
}

static void
envelope_damaged(void **state)
{
	const struct odf_crypt c = cheap();
	own_buf struct buf inner = { 0 }, in = { 0 };

	(void)state;
	odf_pack("text", letter, &inner);
	wrap("encrypted-package", buf_bytes(&inner), &c, 0, NULL, true, &in);
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", password, buf_bytes(&in));

		assert_false(t.ok);
		assert_int_equal(t.out.n, 0);
	}
}

/* What stands beside the one entry is not of the document; the manifest says which one is. */
static void
envelope_with_company(void **state)
{
	static const struct odf_part beside = { "content.xml", ODF_TEXT("<text:p>another</text:p>"), 0 };
	const struct odf_crypt c = cheap();
	own_buf struct buf inner = { 0 }, in = { 0 }, text = { 0 };

	(void)state;
	odf_pack("text", letter, &inner);
	wrap("encrypted-package", buf_bytes(&inner), &c, 0, &beside, false, &in);
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", password, buf_bytes(&in));

		assert_true(t.ok);
		assert_int_equal(odf_found(&t, FINDING_ODF_PART), 1);
		assert_true(odf_entry(&t, "content.xml", &text));
		assert_null(strstr((char *)text.p, "another"));
	}
}

/* What cannot be inside: another kind of document, another envelope, something that is no package. */
static void
envelope_of_others(void **state)
{
	static const struct odf_part sheet[] = { { "content.xml", ODF_SHEET(""), 0 }, { NULL, NULL, 0 } };
	const struct odf_crypt c = cheap();
	own_buf struct buf inner = { 0 }, once = { 0 };
	struct buf in[3] = { { 0 } };
	size_t i;

	(void)state;
	odf_pack("spreadsheet", sheet, &inner);
	wrap("encrypted-package", buf_bytes(&inner), &c, 0, NULL, false, &in[0]);
	buf_clear(&inner);
	odf_pack("text", letter, &inner);
	wrap("encrypted-package", buf_bytes(&inner), &c, 0, NULL, false, &once);
	wrap("encrypted-package", buf_bytes(&once), &c, 0, NULL, false, &in[1]);
	wrap("encrypted-package", VIEW("no package at all, but words"), &c, 0, NULL, false, &in[2]);
	for (i = 0; i < 3; i++) {
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", password, buf_bytes(&in[i]));

		assert_false(t.ok);
		assert_int_equal(t.e.code, ERR_MALFORMED);
		buf_release(&in[i]);
	}
}

/* The same methods for one part, which OpenDocument 1.5 allows. */
static void
part_of_gcm(void **state)
{
	const struct odf_crypt c = cheap();
	own_buf struct buf in = { 0 }, text = { 0 };

	(void)state;
	wrap("content.xml", VIEW(ODF_TEXT("<text:p>秘密</text:p>")), &c, 1, NULL, false, &in);
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", password, buf_bytes(&in));

		if (!t.ok)
			fail_msg("%s", t.e.text);
		assert_int_equal(odf_found(&t, FINDING_DECRYPTED), 1);
		assert_true(odf_entry(&t, "content.xml", &text));
		assert_non_null(strstr((char *)text.p, "秘密"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind),
		cmocka_unit_test(numbers_that_cannot_be),
		cmocka_unit_test(damaged),
		cmocka_unit_test(numbers_of_argon2),
		cmocka_unit_test(keys_without_end),
		cmocka_unit_test(one_thread),
		cmocka_unit_test(package),
		cmocka_unit_test(envelope),
		cmocka_unit_test(envelope_damaged),
		cmocka_unit_test(envelope_with_company),
		cmocka_unit_test(envelope_of_others),
		cmocka_unit_test(part_of_gcm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
