/* crypt_test.c - packages encrypted here by OpenSSL's other functions, opened by ours. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sanitize/odf/crypt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <libdeflate.h>
#include <openssl/aes.h>
#include <openssl/blowfish.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "sanitize/odf/testing.h"

static const char password[] = "帯広 pass";
static const char plain[] = "the text inside, long enough to be more than one block of either cipher";

/* Encrypts `in` as c says, sets its checksum. */
static void
lock(struct odf_crypt *c, struct view in, struct buf *out)
{
	uint8_t start[32], key[32], sum[32], vector[16];
	size_t pad = 16 - in.n % 16, i;
	uint8_t *to = buf_room(out, in.n + 16);

	assert_non_null(to);
	if (c->start == ODF_SHA1)
		SHA1((const uint8_t *)password, sizeof password - 1, start);
	else
		SHA256((const uint8_t *)password, sizeof password - 1, start);
	assert_int_equal(PKCS5_PBKDF2_HMAC_SHA1((const char *)start, (int)c->start_n, c->salt, c->salt_n,
						(int)c->rounds, (int)c->key_n, key), 1);
	c->sum_n = c->checksum == ODF_SHA1 || c->checksum == ODF_SHA1_1K ? 20 : 32;
	if (c->sum_n == 20)
		SHA1(in.p, c->checksum == ODF_SHA1_1K && in.n > 1024 ? 1024 : in.n, sum);
	else
		SHA256(in.p, c->checksum == ODF_SHA256_1K && in.n > 1024 ? 1024 : in.n, sum);
	memcpy(c->sum, sum, c->sum_n);
	memcpy(vector, c->vector, c->vector_n);
	if (c->cipher == ODF_BLOWFISH) {
		BF_KEY k;
		int num = 0;

		BF_set_key(&k, (int)c->key_n, key);
		BF_cfb64_encrypt(in.p, to, (long)in.n, &k, vector, &num, BF_ENCRYPT);
		out->n += in.n;
		return;
	}
	{
		own_buf struct buf padded = { 0 };
		AES_KEY k;

		(void)buf_view(&padded, in);
		for (i = 0; i < pad; i++)
			(void)buf_byte(&padded, i + 1 == pad ? (uint8_t)pad : 0x5a);
		assert_int_equal(AES_set_encrypt_key(key, (int)c->key_n * 8, &k), 0);
		AES_cbc_encrypt(padded.p, to, padded.n, &k, vector, AES_ENCRYPT);
		out->n += padded.n;
	}
}

static const struct odf_crypt kinds[] = {
	{ .cipher = ODF_BLOWFISH, .start = ODF_SHA1, .checksum = ODF_SHA1_1K, .pbkdf2 = true, .rounds = 1024, .key_n = 16,
	  .start_n = 20, .salt = "0123456789abcdef", .salt_n = 16, .vector = "12345678", .vector_n = 8 },
	{ .cipher = ODF_AES_CBC, .start = ODF_SHA256, .checksum = ODF_SHA256_1K, .pbkdf2 = true, .rounds = 3000, .key_n = 32,
	  .start_n = 32, .salt = "0123456789abcdef", .salt_n = 16, .vector = "1234567890abcdef", .vector_n = 16 },
	{ .cipher = ODF_AES_CBC, .start = ODF_SHA1, .checksum = ODF_SHA1, .pbkdf2 = true, .rounds = 1, .key_n = 16,
	  .start_n = 20, .salt = "x", .salt_n = 1, .vector = "1234567890abcdef", .vector_n = 16 },
	{ .cipher = ODF_AES_CBC, .start = ODF_SHA256, .checksum = ODF_SHA256, .pbkdf2 = true, .rounds = 2, .key_n = 24,
	  .start_n = 32, .salt = "x", .salt_n = 1, .vector = "1234567890abcdef", .vector_n = 16 },
};

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
	WITH(c.pbkdf2 = false, ERR_DENIED);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind), cmocka_unit_test(numbers_that_cannot_be), cmocka_unit_test(package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
