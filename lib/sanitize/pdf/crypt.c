/*
 * The low-level functions of libcrypto are used on purpose: EVP would load
 * configuration and providers from files, and a jail has none.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "sanitize/pdf/crypt.h"

#include <openssl/aes.h>
#include <openssl/md5.h>
#include <openssl/rc4.h>
#include <openssl/sha.h>

enum method { M_NONE, M_RC4, M_AESV2, M_AESV3 };

enum { KEY_MAX = 32, CRYPT_FILTERS_MAX = 16 };

struct crypt_filter {
	struct view name;
	enum method method;
};

struct pdf_crypt {
	uint8_t key[KEY_MAX];
	size_t key_n;
	int64_t v, r;
	bool metadata;		/* encrypted too */
	enum method streams, strings, files;
	bool locked;		/* no password: only what is not encrypted can be read */
	struct crypt_filter filter[CRYPT_FILTERS_MAX];
	size_t filters;
	AES_KEY aes;		/* AESV3 has one key for all */
	struct view o, u, oe, ue, id;
	uint32_t permissions;
};

/* 7.6.4.3.2, step a */
static const uint8_t padding[32] = {
	0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
	0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
};

static void
pad(struct view password, uint8_t ret[32])
{
	size_t n = password.n < 32 ? password.n : 32;

	if (n > 0)
		memcpy(ret, password.p, n);
	memcpy(ret + n, padding, 32 - n);
}

static void
rc4(const uint8_t *key, size_t key_n, const uint8_t *in, size_t n, uint8_t *out)
{
	RC4_KEY k;

	RC4_set_key(&k, (int)key_n, key);
	RC4(&k, n, in, out);
}

static void
md5_again(uint8_t digest[16], size_t n)
{
	MD5_CTX m;

	MD5_Init(&m);
	MD5_Update(&m, digest, n);
	MD5_Final(digest, &m);
}

/* -- revisions 2 to 4 ---------------------------------------------------------- */

/* Algorithm 2 */
static void
file_key(struct pdf_crypt *c, struct view password)
{
	const uint8_t p[4] = { (uint8_t)c->permissions, (uint8_t)(c->permissions >> 8),
			       (uint8_t)(c->permissions >> 16), (uint8_t)(c->permissions >> 24) };
	uint8_t padded[32], digest[16];
	MD5_CTX m;
	int i;

	pad(password, padded);
	MD5_Init(&m);
	MD5_Update(&m, padded, 32);
	MD5_Update(&m, c->o.p, 32);
	MD5_Update(&m, p, 4);
	MD5_Update(&m, c->id.p, c->id.n);
	if (c->r >= 4 && !c->metadata)
		MD5_Update(&m, "\xff\xff\xff\xff", 4);
	MD5_Final(digest, &m);
	for (i = 0; c->r >= 3 && i < 50; i++)
		md5_again(digest, c->key_n);
	memcpy(c->key, digest, c->key_n);
}

/* 20 passes with a key that changes: algorithms 3 and 5; `down` undoes it (7) */
static void
rc4_20(const uint8_t *key, size_t key_n, bool down, uint8_t *data, size_t n)
{
	uint8_t k[KEY_MAX];
	size_t j;
	int i;

	for (i = 0; i < 20; i++) {
		for (j = 0; j < key_n; j++)
			k[j] = key[j] ^ (uint8_t)(down ? 19 - i : i);
		rc4(k, key_n, data, n, data);
	}
}

/* Algorithm 6 */
static bool
user_fits(struct pdf_crypt *c, struct view password)
{
	uint8_t u[32];
	MD5_CTX m;

	file_key(c, password);
	if (c->r == 2) {
		rc4(c->key, c->key_n, padding, 32, u);
		return memcmp(u, c->u.p, 32) == 0;
	}
	MD5_Init(&m);
	MD5_Update(&m, padding, 32);
	MD5_Update(&m, c->id.p, c->id.n);
	MD5_Final(u, &m);
	rc4_20(c->key, c->key_n, false, u, 16);
	return memcmp(u, c->u.p, 16) == 0;
}

/* Algorithm 7: the owner's password hides the user's. */
static bool
owner_fits(struct pdf_crypt *c, struct view password)
{
	uint8_t padded[32], digest[16], user[32];
	MD5_CTX m;
	int i;

	pad(password, padded);
	MD5_Init(&m);
	MD5_Update(&m, padded, 32);
	MD5_Final(digest, &m);
	for (i = 0; c->r >= 3 && i < 50; i++)
		md5_again(digest, 16);
	memcpy(user, c->o.p, 32);
	if (c->r == 2)
		rc4(digest, c->key_n, user, 32, user);
	else
		rc4_20(digest, c->key_n, true, user, 32);
	return user_fits(c, view_of(user, 32));
}

/* -- revisions 5 and 6 ------------------------------------------------------------ */

static void
sha2(int bits, const uint8_t *in, size_t n, uint8_t out[64])
{
	SHA512_CTX l;
	SHA256_CTX s;

	switch (bits) {
	case 256:
		SHA256_Init(&s);
		SHA256_Update(&s, in, n);
		SHA256_Final(out, &s);
		break;
	case 384:
		SHA384_Init(&l);
		SHA384_Update(&l, in, n);
		SHA384_Final(out, &l);
		break;
	default:
		SHA512_Init(&l);
		SHA512_Update(&l, in, n);
		SHA512_Final(out, &l);
		break;
	}
}

/* Algorithm 2.B.  `user` is /U with its salts for the owner's hash, else empty. */
static void
hash_r6(struct view password, struct view salt, struct view user, int64_t r, uint8_t ret[32])
{
	static const int bits[3] = { 256, 384, 512 };
	uint8_t in[127 + 8 + 48], k[64], block[127 + 64 + 48], data[64 * sizeof block], iv[16];
	size_t n = 0, k_n = 32, unit = 0, i;
	int round, which;
	AES_KEY aes;

	memcpy(in, password.p, password.n);
	memcpy(in + password.n, salt.p, 8);
	n = password.n + 8;
	if (user.n > 0)
		memcpy(in + n, user.p, 48);
	sha2(256, in, n + user.n, k);
	for (round = 0; r >= 6 && (round < 64 || data[unit * 64 - 1] > round - 32); round++) {
		unit = password.n + k_n + user.n;
		memcpy(block, password.p, password.n);
		memcpy(block + password.n, k, k_n);
		if (user.n > 0)
			memcpy(block + password.n + k_n, user.p, user.n);
		for (i = 0; i < 64; i++)
			memcpy(data + i * unit, block, unit);
		memcpy(iv, k + 16, 16);
		AES_set_encrypt_key(k, 128, &aes);
		AES_cbc_encrypt(data, data, unit * 64, &aes, iv, AES_ENCRYPT);
		/* The first 16 bytes as one number modulo 3: 256 is 1 modulo 3. */
		for (which = 0, i = 0; i < 16; i++)
			which += data[i];
		which %= 3;
		sha2(bits[which], data, unit * 64, k);
		k_n = (size_t)bits[which] / 8;
	}
	memcpy(ret, k, 32);
}

/* Algorithm 2.A: `text` is /U or /O, `wrapped` is /UE or /OE. */
static bool
unwrap(struct pdf_crypt *c, struct view password, struct view text, struct view wrapped, struct view user)
{
	uint8_t hash[32], iv[16] = { 0 };
	struct view check, salt_check, salt_key;
	AES_KEY aes;

	if (password.n > 127)
		password.n = 127;
	if (!view_sub(text, 0, 32, &check) || !view_sub(text, 32, 8, &salt_check) ||
	    !view_sub(text, 40, 8, &salt_key) || wrapped.n < 32)
		return false;
	hash_r6(password, salt_check, user, c->r, hash);
	if (memcmp(hash, check.p, 32) != 0)
		return false;
	hash_r6(password, salt_key, user, c->r, hash);
	AES_set_decrypt_key(hash, 256, &aes);
	AES_cbc_encrypt(wrapped.p, c->key, 32, &aes, iv, AES_DECRYPT);
	c->key_n = 32;
	return true;
}

static bool
password_fits(struct pdf_crypt *c, struct view password)
{
	size_t given = c->key_n;

	if (password.n == 0)
		password = VIEW("");
	if (c->r < 5 && c->v < 4) {
		static const size_t lengths[] = { 0, 16, 5 };
		size_t i;

		/* /Length may be missing or wrong: the password shows which one fits. */
		for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
			c->key_n = i == 0 ? given : lengths[i];
			if (user_fits(c, password) || owner_fits(c, password))
				return true;
		}
		c->key_n = given;
		return false;
	}
	if (c->r >= 5)
		return unwrap(c, password, c->u, c->ue, view_of("", 0)) ||
		       unwrap(c, password, c->o, c->oe, view_of(c->u.p, 48));
	return user_fits(c, password) || owner_fits(c, password);
}

/* -- data -------------------------------------------------------------------------- */

/* Algorithm 1 */
static size_t
object_key(const struct pdf_crypt *c, enum method m, uint32_t num, uint32_t gen, uint8_t ret[16])
{
	const uint8_t tail[9] = { (uint8_t)num, (uint8_t)(num >> 8), (uint8_t)(num >> 16), (uint8_t)gen,
				  (uint8_t)(gen >> 8), 's', 'A', 'l', 'T' };
	MD5_CTX md;

	MD5_Init(&md);
	MD5_Update(&md, c->key, c->key_n);
	MD5_Update(&md, tail, m == M_AESV2 ? 9 : 5);
	MD5_Final(ret, &md);
	return c->key_n + 5 < 16 ? c->key_n + 5 : 16;
}

/* CBC with the vector in front and the padding behind (7.6.3.1); `room` has in.n bytes. */
static size_t
aes_cbc(const AES_KEY *aes, struct view in, uint8_t *room)
{
	uint8_t iv[16];
	struct view v;
	size_t n;

	if (!view_take(&in, 16, &v))
		return 0;
	memcpy(iv, v.p, 16);
	/* What is no whole block cannot be decrypted. */
	n = in.n / 16 * 16;
	if (n == 0)
		return 0;
	AES_cbc_encrypt(in.p, room, n, aes, iv, AES_DECRYPT);
	if (room[n - 1] >= 1 && room[n - 1] <= 16)
		n -= room[n - 1];
	return n;
}

static size_t
decrypt(const struct pdf_crypt *c, enum method m, uint32_t num, uint32_t gen, struct view in,
	uint8_t *room)
{
	uint8_t key[16];
	AES_KEY aes;
	size_t n;

	if (m == M_AESV3)
		return aes_cbc(&c->aes, in, room);
	n = object_key(c, m, num, gen, key);
	if (m == M_RC4) {
		rc4(key, n, in.p, in.n, room);
		return in.n;
	}
	AES_set_decrypt_key(key, 128, &aes);
	return aes_cbc(&aes, in, room);
}

struct view
pdf_crypt_string(const struct pdf_crypt *c, uint32_t num, uint32_t gen, struct view s, struct arena *a)
{
	uint8_t *room;

	if (c->strings == M_NONE || s.n == 0)
		return s;
	room = arena_get(a, s.n);
	if (room == NULL)
		return view_of(s.p, 0);
	return view_of(room, decrypt(c, c->strings, num, gen, s, room));
}

static enum method
method_named(const struct pdf_crypt *c, struct view name)
{
	size_t i;

	for (i = 0; i < c->filters; i++)
		if (view_eq(c->filter[i].name, name))
			return c->filter[i].method;
	return M_NONE;	/* Identity */
}

bool
pdf_crypt_stream(const struct pdf_crypt *c, uint32_t num, uint32_t gen, struct view type,
		 struct view filter, struct view *v, struct buf *out)
{
	enum method m = view_is(type, "EmbeddedFile") ? c->files : c->streams;
	uint8_t *room;

	/* 7.5.8.2; and 7.6.6 for metadata left readable. */
	if (view_is(type, "XRef") || (view_is(type, "Metadata") && !c->metadata && c->v >= 4))
		return true;
	if (filter.n > 0)
		m = method_named(c, filter);
	if (m == M_NONE || v->n == 0)
		return true;
	if (c->locked) {
		v->n = 0;
		return true;
	}
	room = buf_room(out, v->n);
	if (room == NULL)
		return false;
	out->n += decrypt(c, m, num, gen, *v, room);
	*v = buf_bytes(out);
	return true;
}

/* -- the dictionary (Table 20, Table 21) -------------------------------------------- */

static struct view
bytes_at(struct pdf *p, const struct pdf_dict *d, const char *key)
{
	const struct pdf_obj *o = pdf_get(p, d, key);

	return o->kind == PDF_STRING ? o->u.s : view_of("", 0);
}

static int64_t
int_at(struct pdf *p, const struct pdf_dict *d, const char *key, int64_t otherwise)
{
	int64_t x;

	return pdf_int(pdf_get(p, d, key), &x) ? x : otherwise;
}

static void
crypt_filters(struct pdf *p, struct pdf_crypt *c, const struct pdf_dict *cf)
{
	size_t i;

	for (i = 0; i < cf->n && c->filters < CRYPT_FILTERS_MAX; i++) {
		const struct pdf_dict *d = pdf_dict_of(pdf_resolve(p, &cf->e[i].value));
		struct crypt_filter *f = &c->filter[c->filters];
		const struct pdf_obj *cfm;
		int64_t length;

		if (d == NULL)
			continue;
		cfm = pdf_get(p, d, "CFM");
		f->name = cf->e[i].key;
		f->method = pdf_is_name(cfm, "V2")	? M_RC4
			    : pdf_is_name(cfm, "AESV2") ? M_AESV2
			    : pdf_is_name(cfm, "AESV3") ? M_AESV3
							: M_NONE;
		c->filters++;
		/* Some writers give the length here only, in bytes or in bits. */
		length = int_at(p, d, "Length", 0);
		if (c->v == 4 && f->method == M_RC4 && length >= 5 && length <= 128 &&
		    pdf_get(p, d, "Length")->kind == PDF_INT)
			c->key_n = (size_t)(length <= 16 ? length : length / 8);
	}
}

static enum method
chosen(struct pdf *p, const struct pdf_crypt *c, const struct pdf_dict *d, const char *key)
{
	const struct pdf_obj *o = pdf_get(p, d, key);

	return o->kind == PDF_NAME ? method_named(c, o->u.s) : M_NONE;
}

static bool
methods(struct pdf *p, struct pdf_crypt *c, const struct pdf_dict *d)
{
	const struct pdf_dict *cf = pdf_dict_of(pdf_get(p, d, "CF"));

	if (c->v < 4) {
		c->streams = c->strings = c->files = M_RC4;
		return true;
	}
	c->key_n = 16;
	if (cf != NULL)
		crypt_filters(p, c, cf);
	c->streams = chosen(p, c, d, "StmF");
	c->strings = chosen(p, c, d, "StrF");
	c->files = pdf_get(p, d, "EFF")->kind == PDF_NAME ? chosen(p, c, d, "EFF") : c->streams;
	return true;
}

static bool
read_dictionary(struct pdf *p, struct pdf_crypt *c, const struct pdf_dict *d, struct err *e)
{
	const struct pdf_obj *metadata = pdf_get(p, d, "EncryptMetadata");
	int64_t bits = int_at(p, d, "Length", 40);

	if (!pdf_is_name(pdf_get(p, d, "Filter"), "Standard"))
		return err_set(e, ERR_DENIED, "encrypted by an unknown handler");
	c->v = int_at(p, d, "V", 0);
	c->r = int_at(p, d, "R", 0);
	if (c->r < 2 || c->r > 6 || c->v < 1 || c->v > 5 || c->v == 3)
		return err_set(e, ERR_DENIED, "encrypted in an unknown way (V %lld, R %lld)",
			       (long long)c->v, (long long)c->r);
	/* Bytes instead of bits are found in files. */
	if (bits >= 5 && bits <= 16)
		bits *= 8;
	if (bits < 40 || bits > 128)
		bits = 128;
	c->key_n = c->v == 1 ? 5 : (size_t)bits / 8;
	c->permissions = (uint32_t)int_at(p, d, "P", 0);
	c->metadata = !(metadata->kind == PDF_BOOL && !metadata->u.b);
	c->o = bytes_at(p, d, "O");
	c->u = bytes_at(p, d, "U");
	c->oe = bytes_at(p, d, "OE");
	c->ue = bytes_at(p, d, "UE");
	if (c->o.n < (c->r >= 5 ? 48 : 32) || c->u.n < (c->r >= 5 ? 48 : 32))
		return err_set(e, ERR_MALFORMED, "encryption dictionary: keys too short");
	return methods(p, c, d);
}

/*
 * With crypt filters a key has 128 bits (Table 20, /V 4).  Some files say
 * fewer: their password fits the short key, and their data the short key
 * filled up with zeros.
 */
static void
settle_key(struct pdf_crypt *c)
{
	if (c->v != 4 || c->key_n >= 16)
		return;
	memset(c->key + c->key_n, 0, 16 - c->key_n);
	c->key_n = 16;
}

struct pdf_crypt *
pdf_crypt_new(struct pdf *p, const struct pdf_dict *encrypt, struct view id, struct err *e)
{
	struct pdf_crypt *c = arena_get(pdf_arena(p), sizeof *c);
	const struct job *j = pdf_job(p);
	size_t i;

	if (c == NULL) {
		err_set(e, ERR_LIMIT, "encryption: no room");
		return NULL;
	}
	c->id = id.n == 0 ? VIEW("") : id;
	if (!read_dictionary(p, c, encrypt, e))
		return NULL;
	for (i = 0; i <= j->passwords; i++) {
		if (!password_fits(c, i == 0 ? VIEW("") : j->password[i - 1]))
			continue;
		settle_key(c);
		if (c->key_n == 32)
			AES_set_decrypt_key(c->key, 256, &c->aes);
		return c;
	}
	/* 7.6.6: encrypted attachments alone do not keep the document from being read. */
	if (c->streams == M_NONE && c->strings == M_NONE) {
		c->locked = true;
		return c;
	}
	job_find(pdf_job(p), FINDING_PASSWORD_NEEDED, "", NULL);
	err_set(e, ERR_DENIED, "a password is needed");
	return NULL;
}
