/* office_crypt_test.c - packages encrypted here by OpenSSL's other functions (EVP, HMAC), opened by ours. */
#include "sanitize/ole/office_crypt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sanitize/ole/testing.h"
#include "sanitize/testing.h"
#include "sanitize/zip/zip.h"

static const char password[] = "帯広 pass 🔑";
/* The same in UTF-16LE. */
static const uint8_t wide[] = { 0x2f, 0x5e, 0x83, 0x5e, 0x20, 0, 'p', 0, 'a', 0, 's', 0, 's', 0,
				0x20, 0, 0x3d, 0xd8, 0x11, 0xdd };

struct lock {
	const char *hash;	/* as EVP calls it; NULL: standard encryption */
	int bits;
	unsigned rounds;
	bool no_integrity, changed;
	const char *from, *to;	/* replaced in the descriptor */
	struct view wide;	/* another password */
};

static struct view
pass_of(const struct lock *l)
{
	return l->wide.p != NULL ? l->wide : view_of(wide, sizeof wide);
}

static unsigned
hash_of(const EVP_MD *md, const void *p, size_t n, const void *q, size_t m, uint8_t *ret)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned len = 0;

	assert_true(EVP_DigestInit_ex(c, md, NULL) && EVP_DigestUpdate(c, p, n) && EVP_DigestUpdate(c, q, m) &&
		    EVP_DigestFinal_ex(c, ret, &len));
	EVP_MD_CTX_free(c);
	return len;
}

/* Zeroes fill the last block. */
static void
encrypt(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, struct view in, struct buf *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	struct buf padded = { 0 };
	int n = 0;
	uint8_t *to;

	assert_true(buf_view(&padded, in) && buf_fill(&padded, 0, (16 - in.n % 16) % 16));
	to = buf_room(out, padded.n + 16);
	assert_true(to != NULL && EVP_EncryptInit_ex(c, cipher, NULL, key, iv) && EVP_CIPHER_CTX_set_padding(c, 0));
	if (padded.n > 0)
		assert_true(EVP_EncryptUpdate(c, to, &n, padded.p, (int)padded.n));
	assert_int_equal(n, padded.n);
	out->n += padded.n;
	buf_release(&padded);
	EVP_CIPHER_CTX_free(c);
}

static void
spun(const EVP_MD *md, struct view salt, struct view pass, unsigned rounds, uint8_t *ret)
{
	unsigned i, n = hash_of(md, salt.p, salt.n, pass.p, pass.n, ret);
	uint8_t number[4];

	for (i = 0; i < rounds; i++) {
		ole_put32(number, i);
		(void)hash_of(md, number, 4, ret, n, ret);
	}
}

static const EVP_CIPHER *
cbc(int bits)
{
	return bits == 128 ? EVP_aes_128_cbc() : bits == 192 ? EVP_aes_192_cbc() : EVP_aes_256_cbc();
}

static void
attribute(struct buf *xml, const char *name, const struct buf *value)
{
	char text[512];

	(void)EVP_EncodeBlock((unsigned char *)text, value->p, (int)value->n);
	assert_true(buf_printf(xml, " %s=\"%s\"", name, text));
}

/* Under the digest of what was spun and a block key, or of the data's salt and a block key as a vector. */
static void
seal(struct buf *xml, const char *name, const struct lock *l, const EVP_MD *md, const uint8_t *spin, const uint8_t *key,
     const uint8_t *salt, const char block[9], struct view in)
{
	uint8_t made[64], vector[64];
	struct buf out = { 0 };

	memset(made, 0x36, sizeof made);
	if (spin != NULL) {
		(void)hash_of(md, spin, (size_t)EVP_MD_get_size(md), block, 8, made);
		memcpy(vector, salt, 16);
		key = made;
	} else {
		(void)hash_of(md, salt, 16, block, 8, vector);
	}
	encrypt(cbc(l->bits), key, vector, in, &out);
	attribute(xml, name, &out);
	buf_release(&out);
}

static void
lock_agile(const struct lock *l, struct view plain, struct buf *info, struct buf *package)
{
	const EVP_MD *md = EVP_get_digestbyname(l->hash);
	size_t n = (size_t)EVP_MD_get_size(md), at, hit;
	uint8_t key[32], data_salt[16], salt[16], verifier[16], spin[64], sum[64], hmac_key[64], vector[64], number[4];
	struct buf xml = { 0 };
	char common[256];

	memset(key, 0x11, sizeof key);
	memset(data_salt, 0x22, sizeof data_salt);
	memset(salt, 0x33, sizeof salt);
	memset(verifier, 0x44, sizeof verifier);
	memset(hmac_key, 0x55, sizeof hmac_key);
	assert_true(buf_u64le(package, plain.n));
	for (at = 0; at < plain.n; at += 4096) {
		struct view v = view_from(plain, at);

		v.n = v.n > 4096 ? 4096 : v.n;
		ole_put32(number, (uint32_t)(at / 4096));
		(void)hash_of(md, data_salt, 16, number, 4, vector);
		encrypt(cbc(l->bits), key, vector, v, package);
	}
	(void)snprintf(common, sizeof common, "saltSize='16' blockSize='16' keyBits='%d' hashSize='%zu' cipherAlgorithm='AES' "
		       "cipherChaining='ChainingModeCBC' hashAlgorithm='%s'", l->bits, n, l->hash);
	(void)buf_printf(&xml, "<?xml version='1.0' encoding='UTF-8'?><encryption xmlns='http://schemas.microsoft.com/office/"
			 "2006/encryption' xmlns:p='http://schemas.microsoft.com/office/2006/keyEncryptor/password'>"
			 "<keyData %s", common);
	attribute(&xml, "saltValue", &(struct buf){ .p = data_salt, .n = 16 });
	(void)buf_str(&xml, "/>");
	if (!l->no_integrity) {
		(void)buf_str(&xml, "<dataIntegrity");
		seal(&xml, "encryptedHmacKey", l, md, NULL, key, data_salt, "\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", view_of(hmac_key, n));
		(void)HMAC(md, hmac_key, (int)n, package->p, package->n, sum, NULL);
		seal(&xml, "encryptedHmacValue", l, md, NULL, key, data_salt, "\xa0\x67\x7f\x02\xb2\x2c\x84\x33", view_of(sum, n));
		(void)buf_str(&xml, "/>");
	}
	if (l->changed)
		package->p[package->n - 1] ^= 1;
	spun(md, view_of(salt, 16), pass_of(l), l->rounds, spin);
	(void)buf_printf(&xml, "<keyEncryptors><keyEncryptor uri='http://schemas.microsoft.com/office/2006/keyEncryptor/"
			 "password'><p:encryptedKey spinCount='%u' %s", l->rounds, common);
	attribute(&xml, "saltValue", &(struct buf){ .p = salt, .n = 16 });
	seal(&xml, "encryptedVerifierHashInput", l, md, spin, NULL, salt, "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79",
	     view_of(verifier, 16));
	(void)hash_of(md, verifier, 16, "", 0, sum);
	seal(&xml, "encryptedVerifierHashValue", l, md, spin, NULL, salt, "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", view_of(sum, n));
	seal(&xml, "encryptedKeyValue", l, md, spin, NULL, salt, "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6",
	     view_of(key, (size_t)l->bits / 8));
	(void)buf_str(&xml, "/></keyEncryptor></keyEncryptors></encryption>");
	assert_true(buf_u16le(info, 4) && buf_u16le(info, 4) && buf_u32le(info, 0x40));
	hit = l->from == NULL ? xml.n : view_find(buf_bytes(&xml), 0, view_str(l->from));
	assert_int_not_equal(hit, VIEW_NOT_FOUND);
	assert_true(buf_view(info, view_of(xml.p, hit)));
	if (l->from != NULL)
		assert_true(buf_str(info, l->to) && buf_view(info, view_from(buf_bytes(&xml), hit + strlen(l->from))));
	buf_release(&xml);
}

static void
lock_standard(const struct lock *l, struct view plain, struct buf *info, struct buf *package)
{
	const EVP_CIPHER *ecb = l->bits == 128 ? EVP_aes_128_ecb() : l->bits == 192 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
	uint8_t salt[16], verifier[16], sum[64], pad[64], key[40], zero[4] = { 0 };
	size_t i, k;

	memset(salt, 0x66, sizeof salt);
	memset(verifier, 0x77, sizeof verifier);
	spun(EVP_sha1(), view_of(salt, 16), pass_of(l), 50000, sum);
	(void)hash_of(EVP_sha1(), sum, 20, zero, 4, sum);
	for (i = 0; i < 2; i++) {
		memset(pad, i == 0 ? 0x36 : 0x5c, sizeof pad);
		for (k = 0; k < 20; k++)
			pad[k] ^= sum[k];
		(void)hash_of(EVP_sha1(), pad, 64, "", 0, key + 20 * i);
	}
	(void)(buf_u16le(info, 3) && buf_u16le(info, 2) && buf_u32le(info, 0x24) && buf_u32le(info, 36) &&
	       buf_u32le(info, 0x24) && buf_u32le(info, 0) && buf_u32le(info, 0x660e + (uint32_t)(l->bits - 128) / 64) &&
	       buf_u32le(info, 0x8004) && buf_u32le(info, (uint32_t)l->bits) && buf_u32le(info, 24) && buf_u64le(info, 0) &&
	       buf_u32le(info, 0) && buf_u32le(info, 16) && buf_put(info, salt, 16));
	encrypt(ecb, key, NULL, view_of(verifier, 16), info);
	(void)buf_u32le(info, 20);
	(void)hash_of(EVP_sha1(), verifier, 16, "", 0, sum);
	memset(sum + 20, 0, 12);
	encrypt(ecb, key, NULL, view_of(sum, 32), info);
	(void)buf_u64le(package, plain.n);
	encrypt(ecb, key, NULL, plain, package);
}

static void
lock_it(const struct lock *l, struct view plain, struct buf *info, struct buf *package)
{
	(l->hash == NULL ? lock_standard : lock_agile)(l, plain, info, package);
}

struct got {
	struct err e;
	bool ok, unknown;
};

static struct got
open_with(const char *const *pass, struct view info, struct view package, struct buf *out)
{
	struct findings found = { 0 };
	struct view list[4];
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &found, .password = list };
	struct got g = { 0 };

	for (; pass[j.passwords] != NULL; j.passwords++)
		list[j.passwords] = view_str(pass[j.passwords]);
	g.ok = office_decrypt(&j, info, package, out, &g.unknown, &g.e);
	findings_release(&found);
	return g;
}

static const char *const right[] = { "not this", "\xff", password, NULL };

static void
test_vectors(void **state)
{
	static const struct lock locks[] = {
		{ .hash = "SHA1", .bits = 128, .rounds = 1000 },  { .hash = "SHA256", .bits = 192, .rounds = 3 },
		{ .hash = "SHA384", .bits = 256, .rounds = 500 }, { .hash = "SHA512", .bits = 256, .rounds = 100000 },
		{ .hash = "SHA1", .bits = 256, .rounds = 1 },	  { .hash = "SHA512", .bits = 128, .no_integrity = true },
		{ .bits = 128 },				  { .bits = 192 },
		{ .bits = 256 },
	};
	static const size_t sizes[] = { 0, 1, 16, 4096, 4097, 10000 };
	uint8_t bytes[10000];
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	for (i = 0; i < sizeof locks / sizeof *locks; i++)
		for (k = i % 2; k < sizeof sizes / sizeof *sizes; k += 2) {
			own_buf struct buf info = { 0 }, package = { 0 }, out = { 0 };
			struct got g;

			lock_it(&locks[i], view_of(bytes, sizes[k]), &info, &package);
			g = open_with(right, buf_bytes(&info), buf_bytes(&package), &out);
			if (!g.ok)
				fail_msg("%zu, %zu bytes: %s", i, sizes[k], g.e.text);
			assert_true(view_eq(buf_bytes(&out), view_of(bytes, sizes[k])));
		}
}

static void
test_refused(void **state)
{
	static const char *const wrong[] = { "帯広 pass", NULL }, *const nothing[] = { NULL };
	static const struct {
		struct lock l;
		const char *const *pass;
		size_t cut;	/* bytes off the package */
		enum err_code code;
		bool unknown;
		const char *says;
	} rows[] = {
		{ { .hash = "SHA512", .bits = 256, .rounds = 9 }, wrong, 0, ERR_DENIED, false, "no password fits" },
		{ { .hash = "SHA512", .bits = 256, .rounds = 9 }, nothing, 0, ERR_DENIED, false, "no password given" },
		{ { .bits = 128 }, wrong, 0, ERR_DENIED, false, "no password fits" },
		{ { .bits = 256 }, right, 16, ERR_MALFORMED, false, "cut off" },
		{ { .hash = "SHA1", .bits = 128, .no_integrity = true }, right, 16, ERR_MALFORMED, false, "cut off" },
		{ { .hash = "SHA1", .bits = 128 }, right, 16, ERR_MALFORMED, false, "cut off" },
		{ { .hash = "SHA1", .bits = 128, .changed = true }, right, 0, ERR_MALFORMED, false, "changed" },
#define WITH(old, new, code, unknown, says) \
	{ { .hash = "SHA256", .bits = 256, .rounds = 7, .from = old, .to = new }, right, 0, code, unknown, says }
		WITH("spinCount='7'", "spinCount='10000001'", ERR_LIMIT, false, "10000001 rounds"),
		WITH("spinCount='7'", "spinCount='99999999999'", ERR_MALFORMED, false, "spinCount"),
		WITH("spinCount='7'", "spinCount='-7'", ERR_MALFORMED, false, "spinCount"),
		WITH("'AES'", "'RC2'", ERR_DENIED, true, "cannot be opened"),
		WITH("ModeCBC", "ModeCFB", ERR_DENIED, true, "cannot be opened"),
		WITH("'SHA256'", "'WHIRLPOOL'", ERR_DENIED, true, "cannot be opened"),
		WITH("<p:encryptedKey", "<p:other", ERR_DENIED, true, "something else than a password"),
		WITH("hashSize='32'", "hashSize='64'", ERR_MALFORMED, false, "hashSize"),
		WITH("saltSize='16'", "saltSize='17'", ERR_MALFORMED, false, "saltValue"),
		WITH("saltValue=\"", "saltValue=\"!", ERR_MALFORMED, false, "saltValue"),
		WITH("keyBits='256'", "keyBits='1024'", ERR_MALFORMED, false, "128 bytes"),
		WITH("keyBits='256'", "keyBits='64'", ERR_MALFORMED, false, "8 bytes"),
		WITH("keyBits='256'", "keyBits='128'", ERR_MALFORMED, false, "lengths"),
		WITH("blockSize='16'", "blockSize='8'", ERR_MALFORMED, false, "blocks of 8"),
		WITH("encryptedHmacKey=\"", "encryptedHmacKey=\"AAAA", ERR_MALFORMED, false, "lengths"),
		WITH("encryptedHmacKey=\"", "encryptedHmacKey=\"*", ERR_MALFORMED, false, "dataIntegrity"),
		WITH("encryptedKeyValue=\"", "encryptedKeyValue=\"*", ERR_MALFORMED, false, "encryptedKey"),
		WITH("<dataIntegrity", "<keyData/><dataIntegrity", ERR_MALFORMED, false, "second keyData"),
		WITH("<keyData", "<other", ERR_MALFORMED, false, "no keyData"),
		WITH("<encryption", "<!DOCTYPE encryption [<!ENTITY a 'b'>]><encryption", ERR_MALFORMED, false, "document type"),
		WITH("</encryption>", "", ERR_MALFORMED, false, "EncryptionInfo: line"),
#undef WITH
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf info = { 0 }, package = { 0 }, out = { 0 };
		struct got g;

		lock_it(&rows[i].l, VIEW("plain bytes, more than a block"), &info, &package);
		package.n -= rows[i].cut;
		g = open_with(rows[i].pass, buf_bytes(&info), buf_bytes(&package), &out);
		if (g.ok || g.e.code != rows[i].code || g.unknown != rows[i].unknown || strstr(g.e.text, rows[i].says) == NULL)
			fail_msg("%zu: %d %s: %s", i, g.unknown, err_name(g.e.code), g.e.text);
		assert_int_equal(out.n, 0);
	}
}

/* Any version, any cut, of the binary header. */
static void
test_header(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum err_code code;
	} rows[] = {
		{ 0, 9, ERR_DENIED }, { 0, 1, ERR_DENIED }, { 2, 3, ERR_DENIED }, { 8, 8, ERR_MALFORMED }, { 12, 0, ERR_DENIED },
		{ 21, 0x68, ERR_DENIED }, { 24, 3, ERR_DENIED }, { 28, 64, ERR_MALFORMED }, { 48, 15, ERR_MALFORMED },
		{ 84, 32, ERR_MALFORMED },
	};
	const struct lock l = { .bits = 128 };
	own_buf struct buf info = { 0 }, package = { 0 }, out = { 0 };
	struct got g;
	size_t i;

	(void)state;
	lock_it(&l, VIEW("plain"), &info, &package);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t was = info.p[rows[i].at];

		info.p[rows[i].at] = rows[i].value;
		g = open_with(right, buf_bytes(&info), buf_bytes(&package), &out);
		if (g.ok || g.e.code != rows[i].code)
			fail_msg("%zu: %s", i, g.e.text);
		info.p[rows[i].at] = was;
	}
	for (i = 0; i < info.n; i++) {
		g = open_with(right, view_of(info.p, i), buf_bytes(&package), &out);
		assert_false(g.ok);
		assert_int_equal(g.e.code, ERR_MALFORMED);
	}
}

/* -- the whole way ------------------------------------------------------- */

static void
package_of(struct buf *out)
{
	own_zip_writer struct zip_writer w = { .out = out };
	struct err e = { 0 };

	assert_true(
		zip_put(&w, "[Content_Types].xml", 33, 0,
			VIEW("<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
			     "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
			     "<Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-"
			     "officedocument.wordprocessingml.document.main+xml'/></Types>"), &e) &&
		zip_put(&w, "_rels/.rels", 33, 0,
			VIEW("<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
			     "<Relationship Id='rId1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
			     "officeDocument' Target='word/document.xml'/></Relationships>"), &e) &&
		zip_put(&w, "word/document.xml", 33, 0,
			VIEW("<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body><w:p>"
			     "<w:r><w:t>opened</w:t></w:r></w:p></w:body></w:document>"), &e) &&
		zip_end(&w, &e));
}

static void
document_of(const struct lock *l, struct view plain, struct buf *out)
{
	own_buf struct buf info = { 0 }, package = { 0 };

	lock_it(l, plain, &info, &package);
	ole_make((const struct ole_made[]){ { .name = "EncryptionInfo", .data = buf_bytes(&info) },
					    { .name = "EncryptedPackage", .data = buf_bytes(&package) }, { 0 } }, out);
}

static void
test_document(void **state)
{
	static const struct lock locks[] = { { .hash = "SHA512", .bits = 256, .rounds = 5 }, { .bits = 128 } };
	own_buf struct buf plain = { 0 };
	size_t i;

	(void)state;
	package_of(&plain);
	for (i = 0; i < 2; i++) {
		own_buf struct buf in = { 0 };
		own_tried struct tried open = { 0 }, shut = { 0 }, refuse = { 0 }, renamed = { 0 };

		document_of(&locks[i], buf_bytes(&plain), &in);
		open = try_with("rebuild", password, "a.docx", buf_bytes(&in));
		assert_true(tried_passed(&open));
		assert_int_equal(open.type, TYPE_DOCX);
		assert_int_equal(tried_count(&open, FINDING_DECRYPTED), 1);
		assert_int_equal(tried_count(&open, FINDING_TYPE_MISMATCH), 0);
		assert_true(tried_settled(&open, "a.docx"));
		shut = try_with("rebuild", "other", "a.docx", buf_bytes(&in));
		assert_int_equal(shut.verdict, VERDICT_REFUSED);
		assert_int_equal(shut.out.n, 0);
		assert_int_equal(tried_count(&shut, FINDING_PASSWORD_NEEDED), 1);
		assert_int_equal(shut.findings.n, 1);
		refuse = try_with("refuse", password, "a.docx", buf_bytes(&in));
		assert_int_equal(tried_count(&refuse, FINDING_PROFILE_REFUSES), 1);
		renamed = try_with("rebuild", password, "a.xlsx", buf_bytes(&in));
		assert_int_equal(renamed.type, TYPE_DOCX);
		assert_int_equal(tried_count(&renamed, FINDING_TYPE_MISMATCH), 1);
	}
}

/* What Office encrypts without asking opens without being told. */
static void
test_default_password(void **state)
{
	uint8_t velvet[30] = { 0 };
	const struct lock l = { .hash = "SHA512", .bits = 256, .rounds = 5, .wide = { velvet, sizeof velvet } };
	own_buf struct buf plain = { 0 }, in = { 0 };
	own_tried struct tried t = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 15; i++)
		velvet[2 * i] = (uint8_t)"VelvetSweatshop"[i];
	package_of(&plain);
	document_of(&l, buf_bytes(&plain), &in);
	t = try_with("rebuild", NULL, "a.docx", buf_bytes(&in));
	assert_true(tried_passed(&t));
	assert_int_equal(tried_count(&t, FINDING_DECRYPTED), 1);
}

static void
test_not_a_package(void **state)
{
	const struct lock l = { .hash = "SHA512", .bits = 256, .rounds = 5 };
	own_buf struct buf in = { 0 }, rights = { 0 };
	own_tried struct tried t = { 0 }, r = { 0 };

	(void)state;
	/* An envelope in an envelope, a program, anything else: only what Office puts there. */
	document_of(&l, VIEW("\x7f" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0"), &in);
	t = try_with("rebuild", password, "a.docx", buf_bytes(&in));
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&t, FINDING_MALFORMED), 1);
	assert_int_equal(t.out.n, 0);
	ole_make((const struct ole_made[]){ { .name = "EncryptedPackage", .data = VIEW("01234567") }, { 0 } }, &rights);
	r = try_with("rebuild", password, "a.docx", buf_bytes(&rights));
	assert_int_equal(r.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&r, FINDING_DENIED), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_default_password),
		cmocka_unit_test(test_not_a_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
