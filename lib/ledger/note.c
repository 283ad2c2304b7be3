#include "ledger/note.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "core/own.h"
#include "core/sha256.h"
#include "core/utf8.h"
#include "ledger/base64.h"

enum { ED25519 = 0x01, SIGNATURE = 64, ID = 4 };

struct note_signer {
	struct note_key key;
	uint8_t seed[NOTE_SEED];
	EVP_PKEY *pkey;
};

/* White_Space of Unicode 15. */
static bool
is_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	       c == 0x3000;
}

static bool
name_ok(struct view name)
{
	if (name.n == 0 || name.n >= NOTE_NAME)
		return false;
	while (name.n > 0) {
		uint32_t c = utf8_take(&name);

		if (c == UTF8_BAD || c < 0x20 || c == '+' || is_space(c))
			return false;
	}
	return true;
}

static uint32_t
id_of(struct view name, const uint8_t key[NOTE_KEY])
{
	static const uint8_t type[2] = { '\n', ED25519 };
	uint8_t h[SHA256_SIZE];
	struct sha256 s;

	sha256_begin(&s);
	sha256_add(&s, name);
	sha256_add(&s, view_of(type, sizeof type));
	sha256_add(&s, view_of(key, NOTE_KEY));
	sha256_end(&s, h);
	return (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3];
}

/* What stands before the next `end`, which is consumed too. */
static bool
take_to(struct view *v, const char *end, struct view *ret)
{
	size_t at = view_find(*v, 0, view_str(end));

	return at != VIEW_NOT_FOUND && view_take(v, at, ret) && view_skip(v, strlen(end));
}

/* Eight hexadecimal digits, lower case: as they are written. */
static bool
hex_id(struct view v, uint32_t *ret)
{
	uint32_t id = 0;
	size_t i;

	if (v.n != 8)
		return false;
	for (i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];
		uint32_t d = c >= '0' && c <= '9' ? c - (uint32_t)'0' : c >= 'a' && c <= 'f' ? c - (uint32_t)'a' + 10 : 16;

		if (d > 15)
			return false;
		id = id << 4 | d;
	}
	*ret = id;
	return true;
}

/* "<name>+<id>+<base64 of type and 32 bytes>". */
static bool
parse_key(struct view v, struct view *ret_name, uint32_t *ret_id, uint8_t ret[NOTE_KEY])
{
	uint8_t bytes[1 + NOTE_KEY];
	struct view id;

	if (v.n > 0 && v.p[v.n - 1] == '\n')
		v.n--;
	if (!take_to(&v, "+", ret_name) || !name_ok(*ret_name) || !take_to(&v, "+", &id) || !hex_id(id, ret_id) ||
	    base64_get(v, bytes, sizeof bytes) != sizeof bytes || bytes[0] != ED25519)
		return false;
	memcpy(ret, bytes + 1, NOTE_KEY);
	OPENSSL_cleanse(bytes, sizeof bytes);
	return true;
}

static bool
put_key(struct buf *to, const char *name, uint32_t id, const uint8_t key[NOTE_KEY])
{
	uint8_t bytes[1 + NOTE_KEY] = { ED25519 };
	bool ok;

	memcpy(bytes + 1, key, NOTE_KEY);
	ok = buf_printf(to, "%s+%08x+", name, (unsigned)id) && base64_put(to, view_of(bytes, sizeof bytes)) &&
	     buf_byte(to, '\n');
	OPENSSL_cleanse(bytes, sizeof bytes);
	return ok;
}

bool
note_key_parse(struct view vkey, struct note_key *ret, struct err *e)
{
	struct note_key k = { 0 };
	struct view name;

	if (!parse_key(vkey, &name, &k.id, k.key))
		return err_set(e, ERR_MALFORMED, "no verifier key (name+id+base64)");
	if (k.id != id_of(name, k.key))
		return err_set(e, ERR_MALFORMED, "verifier key: the id is not that of the key");
	memcpy(k.name, name.p, name.n);
	*ret = k;
	return true;
}

bool
note_key_put(struct buf *to, const struct note_key *k)
{
	return put_key(to, k->name, k->id, k->key);
}

static struct note_signer *
signer(struct view name, const uint8_t seed[NOTE_SEED], struct err *e)
{
	struct note_signer *s = calloc(1, sizeof *s);
	size_t n = NOTE_KEY;

	if (s == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	memcpy(s->seed, seed, NOTE_SEED);
	memcpy(s->key.name, name.p, name.n);
	s->pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, NOTE_SEED);
	if (s->pkey == NULL || EVP_PKEY_get_raw_public_key(s->pkey, s->key.key, &n) != 1 || n != NOTE_KEY) {
		note_signer_free(s);
		err_set(e, ERR_SYSTEM, "Ed25519: not to be had");
		return NULL;
	}
	s->key.id = id_of(name, s->key.key);
	return s;
}

struct note_signer *
note_signer_new(const char *name, const uint8_t seed[NOTE_SEED], struct err *e)
{
	if (name_ok(view_str(name)))
		return signer(view_str(name), seed, e);
	err_set(e, ERR_DENIED, "a key's name has no spaces, no '+', and 1 to %d bytes", NOTE_NAME - 1);
	return NULL;
}

struct note_signer *
note_signer_parse(struct view secret, struct err *e)
{
	static const char head[] = "PRIVATE+KEY+";
	struct note_signer *s = NULL;
	uint8_t seed[NOTE_SEED];
	struct view name;
	uint32_t id;

	if (view_starts(secret, view_str(head)) && parse_key(view_from(secret, sizeof head - 1), &name, &id, seed)) {
		s = signer(name, seed, e);
		OPENSSL_cleanse(seed, sizeof seed);
		if (s == NULL || s->key.id == id)
			return s;
		note_signer_free(s);
	}
	err_set(e, ERR_MALFORMED, "no signing key");
	return NULL;
}

void
note_signer_free(struct note_signer *s)
{
	if (s == NULL)
		return;
	EVP_PKEY_free(s->pkey);
	OPENSSL_cleanse(s, sizeof *s);
	free(s);
}

bool
note_signer_put(struct buf *to, const struct note_signer *s)
{
	return buf_str(to, "PRIVATE+KEY+") && put_key(to, s->key.name, s->key.id, s->seed);
}

const struct note_key *
note_signer_key(const struct note_signer *s)
{
	return &s->key;
}

void
note_signer_derive(const struct note_signer *s, const char *purpose, uint8_t ret[32])
{
	struct sha256 h;

	sha256_begin(&h);
	sha256_add(&h, view_of(purpose, strlen(purpose) + 1));
	sha256_add(&h, view_of(s->seed, NOTE_SEED));
	sha256_end(&h, ret);
}

static bool
text_ok(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < 0x20 && v.p[i] != '\n')
			return false;
	return utf8_valid(v);
}

bool
note_sign(const struct note_signer *s, struct view text, struct buf *to, struct err *e)
{
	uint8_t line[ID + SIGNATURE] = { (uint8_t)(s->key.id >> 24), (uint8_t)(s->key.id >> 16),
					 (uint8_t)(s->key.id >> 8), (uint8_t)s->key.id };
	size_t n = SIGNATURE;
	EVP_MD_CTX *c;
	bool ok;

	if (text.n == 0 || text.p[text.n - 1] != '\n' || !text_ok(text))
		return err_set(e, ERR_DENIED, "a note's text is UTF-8, without controls, and ends in a newline");
	c = EVP_MD_CTX_new();
	ok = c != NULL && EVP_DigestSignInit(c, NULL, NULL, NULL, s->pkey) == 1 &&
	     EVP_DigestSign(c, line + ID, &n, text.p, text.n) == 1 && n == SIGNATURE;
	EVP_MD_CTX_free(c);
	if (!ok)
		return err_set(e, ERR_SYSTEM, "Ed25519: signing failed");
	(void)(buf_view(to, text) && buf_str(to, "\n\u2014 ") && buf_str(to, s->key.name) && buf_byte(to, ' ') &&
	       base64_put(to, view_of(line, sizeof line)) && buf_byte(to, '\n'));
	return buf_ok(to, e);
}

static bool
signature_fits(const struct note_key *k, struct view text, const uint8_t signature[SIGNATURE])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k->key, NOTE_KEY);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = pkey != NULL && c != NULL && EVP_DigestVerifyInit(c, NULL, NULL, NULL, pkey) == 1 &&
		  EVP_DigestVerify(c, signature, SIGNATURE, text.p, text.n) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(pkey);
	return ok;
}

struct signature {
	struct view name;
	size_t n;		/* of the id and the signature */
	uint8_t bytes[8192];	/* post-quantum ones are long */
};

static bool
take_signature(struct view *v, struct signature *ret)
{
	struct view line;

	if (!take_to(v, "\n", &line) || !view_starts(line, VIEW("\u2014 ")) ||
	    !view_skip(&line, sizeof "\u2014 " - 1) || !take_to(&line, " ", &ret->name) || !name_ok(ret->name))
		return false;
	ret->n = base64_get(line, ret->bytes, sizeof ret->bytes);
	return ret->n != SIZE_MAX && ret->n > ID;
}

static const struct note_key *
known(const struct signature *s, const struct note_key *keys, size_t n)
{
	uint32_t id = (uint32_t)s->bytes[0] << 24 | (uint32_t)s->bytes[1] << 16 | (uint32_t)s->bytes[2] << 8 |
		      s->bytes[3];
	size_t i;

	for (i = 0; i < n; i++)
		if (keys[i].id == id && view_is(s->name, keys[i].name))
			return &keys[i];
	return NULL;
}

bool
note_open(struct view note, const struct note_key *keys, size_t n, struct view *ret, struct err *e)
{
	size_t at = view_rfind(note, VIEW("\n\n")), lines = 0, good = 0;
	struct view text, rest = view_from(note, at == VIEW_NOT_FOUND ? note.n : at + 2);
	struct signature s;

	if (note.n > NOTE_MAX)
		return err_set(e, ERR_LIMIT, "a note of more than %d bytes", NOTE_MAX);
	if (at == VIEW_NOT_FOUND || !text_ok(note) || !view_sub(note, 0, at + 1, &text))
		return err_set(e, ERR_MALFORMED, "no signed note");
	while (rest.n > 0) {
		const struct note_key *k;

		if (++lines > NOTE_SIGNATURES)
			return err_set(e, ERR_LIMIT, "more than %d signatures", NOTE_SIGNATURES);
		if (!take_signature(&rest, &s))
			return err_set(e, ERR_MALFORMED, "signature line %zu", lines);
		k = known(&s, keys, n);
		if (k == NULL)
			continue;
		if (s.n != ID + SIGNATURE || !signature_fits(k, text, s.bytes + ID))
			return err_set(e, ERR_DENIED, "the signature of %.200s is wrong", k->name);
		good++;
	}
	if (good == 0)
		return err_set(e, ERR_DENIED, "no signature of a known key");
	*ret = text;
	return true;
}
