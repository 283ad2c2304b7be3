/* The XML descriptor of agile encryption ([MS-OFFCRYPTO] 2.3.4.10), read by expat: no DTD, no entities. */

#include "sanitize/ole/office_crypt_in.h"
#include "sanitize/xml_feed.h"

enum { XML_MAX = 1 << 20, SEP = '|' };

#define NS_ENCRYPTION "http://schemas.microsoft.com/office/2006/encryption"
#define NS_PASSWORD "http://schemas.microsoft.com/office/2006/keyEncryptor/password"

struct reading {
	XML_Parser p;
	struct job *j;
	struct office_agile *to;
	struct err *e;
	bool failed, has_data;
};

static const struct {
	const char *name;
	enum office_hash hash;
	uint32_t n;
} hashes[] = {
	{ "SHA1", OFFICE_SHA1, 20 },	   { "SHA-1", OFFICE_SHA1, 20 },     { "SHA256", OFFICE_SHA256, 32 },
	{ "SHA-256", OFFICE_SHA256, 32 }, { "SHA384", OFFICE_SHA384, 48 },  { "SHA-384", OFFICE_SHA384, 48 },
	{ "SHA512", OFFICE_SHA512, 64 },  { "SHA-512", OFFICE_SHA512, 64 },
};

static void
fail(struct reading *r, const char *what)
{
	if (!r->failed)
		err_set(r->e, ERR_MALFORMED, "EncryptionInfo: line %lu: %s", (unsigned long)XML_GetCurrentLineNumber(r->p),
			what);
	r->failed = true;
	(void)XML_StopParser(r->p, XML_FALSE);
}

static const char *
get(const XML_Char **att, const char *name)
{
	for (; *att != NULL; att += 2)
		if (strcmp(att[0], name) == 0)
			return att[1];
	return "";
}

/* UINT32_MAX where it is no number. */
static uint32_t
number(const char *s)
{
	uint32_t n = 0, digits;

	for (digits = 0; *s >= '0' && *s <= '9' && digits < 9; s++, digits++)
		n = n * 10 + (uint32_t)(*s - '0');
	return digits == 0 || *s != '\0' ? UINT32_MAX : n;
}

/* Base64 (RFC 4648); false where it is none or longer than the room. */
static bool
base64(const char *s, struct office_bytes *ret)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0, have = 0;

	ret->n = 0;
	for (; *s != '\0' && *s != '='; s++) {
		const char *at = strchr(letters, *s);

		if (*s == ' ' || *s == '\n' || *s == '\r' || *s == '\t')
			continue;
		if (at == NULL)
			return false;
		bits = (bits << 6 | (uint32_t)(at - letters)) & 0xffffff;
		have += 6;
		if (have < 8)
			continue;
		if (ret->n == sizeof ret->p)
			return false;
		have -= 8;
		ret->p[ret->n++] = (uint8_t)(bits >> have);
	}
	return true;
}

static void
read_key(struct reading *r, const XML_Char **att, struct office_key *k)
{
	const char *hash = get(att, "hashAlgorithm");
	uint32_t bits = number(get(att, "keyBits"));
	size_t i;

	*k = (struct office_key){ .aes_cbc = strcmp(get(att, "cipherAlgorithm"), "AES") == 0 &&
					     strcmp(get(att, "cipherChaining"), "ChainingModeCBC") == 0 };
	k->key_n = bits % 8 == 0 ? bits / 8 : UINT32_MAX;
	k->block_n = number(get(att, "blockSize"));
	k->hash_n = number(get(att, "hashSize"));
	k->salt_n = number(get(att, "saltSize"));
	for (i = 0; i < sizeof hashes / sizeof *hashes; i++)
		if (strcmp(hash, hashes[i].name) == 0) {
			k->hash = hashes[i].hash;
			if (k->hash_n != hashes[i].n)
				fail(r, "hashSize is not that of hashAlgorithm");
		}
	if (!base64(get(att, "saltValue"), &k->salt) || k->salt.n != k->salt_n || k->salt.n == 0 ||
	    k->salt.n > OFFICE_SALT_MAX)
		fail(r, "saltValue");
}

static void
read_password(struct reading *r, const XML_Char **att)
{
	struct office_agile *a = r->to;

	if (a->has_password) {
		fail(r, "a second key by password");
		return;
	}
	a->has_password = true;
	read_key(r, att, &a->password);
	a->rounds = number(get(att, "spinCount"));
	if (a->rounds == UINT32_MAX)
		fail(r, "spinCount");
	if (!base64(get(att, "encryptedVerifierHashInput"), &a->verifier) ||
	    !base64(get(att, "encryptedVerifierHashValue"), &a->verifier_hash) ||
	    !base64(get(att, "encryptedKeyValue"), &a->key))
		fail(r, "encryptedKey");
}

static void
on_start(void *ctx, const XML_Char *name, const XML_Char **att)
{
	struct reading *r = ctx;
	struct err unused = { 0 };

	if (!job_tick(r->j, &unused)) {
		fail(r, unused.text);
		return;
	}
	if (strcmp(name, NS_ENCRYPTION "|keyData") == 0) {
		if (r->has_data)
			fail(r, "a second keyData");
		r->has_data = true;
		read_key(r, att, &r->to->data);
	} else if (strcmp(name, NS_ENCRYPTION "|dataIntegrity") == 0) {
		r->to->has_integrity = true;
		if (!base64(get(att, "encryptedHmacKey"), &r->to->hmac_key) ||
		    !base64(get(att, "encryptedHmacValue"), &r->to->hmac))
			fail(r, "dataIntegrity");
	} else if (strcmp(name, NS_PASSWORD "|encryptedKey") == 0) {
		read_password(r, att);
	}
}

static void
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public, int subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)subset;
	fail(ctx, "a document type declaration");
}

bool
office_agile_read(struct job *j, struct view xml, struct office_agile *ret, struct err *e)
{
	struct reading r = { .j = j, .to = ret, .e = e };
	bool ok;

	*ret = (struct office_agile){ 0 };
	if (xml.n == 0 || xml.n > XML_MAX)
		return err_set(e, ERR_MALFORMED, "EncryptionInfo: %zu bytes of XML", xml.n);
	r.p = XML_ParserCreateNS("UTF-8", SEP);
	if (r.p == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	XML_SetUserData(r.p, &r);
	XML_SetStartElementHandler(r.p, on_start);
	XML_SetStartDoctypeDeclHandler(r.p, on_doctype);
	xml_confine(r.p, j, &r);
	ok = xml_feed(r.p, j, xml, e);
	XML_ParserFree(r.p);
	if (!ok)
		return r.failed ? false : err_at(e, "EncryptionInfo");
	return r.has_data || err_set(e, ERR_MALFORMED, "EncryptionInfo: no keyData");
}
