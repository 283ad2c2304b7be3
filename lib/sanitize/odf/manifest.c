/* manifest.c - the manifest's rows, gathered by hooks; what the markup room writes of it is thrown away. */
#include "sanitize/odf/manifest.h"

#include <stdlib.h>

#include "core/own.h"
#define MARKUP_TABLE "sanitize/odf/manifest.def"
#include "sanitize/markup/rows.h"

struct markup_vocabulary odf_manifest_parts = { .row = markup_rows, .rows = MARKUP_ROWS };

struct reading {
	struct arena *arena;
	struct odf_manifest *to;
};

/* Names of methods, in the spellings that programs write. */
static const struct {
	const char *name;
	enum odf_digest digest;
} digests[] = {
	{ "SHA1", ODF_SHA1 },
	{ "http://www.w3.org/2000/09/xmldsig#sha1", ODF_SHA1 },
	{ "SHA1/1K", ODF_SHA1_1K },
	{ "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha1-1k", ODF_SHA1_1K },
	{ "http://www.w3.org/2000/09/xmldsig#sha256", ODF_SHA256 },
	{ "http://www.w3.org/2001/04/xmlenc#sha256", ODF_SHA256 },
	{ "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k", ODF_SHA256_1K },
};

static const struct {
	const char *name;
	enum odf_cipher cipher;
	uint32_t key_n;	/* 0: the method does not say */
} ciphers[] = {
	{ "Blowfish CFB", ODF_BLOWFISH, 0 },
	{ "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#blowfish", ODF_BLOWFISH, 0 },
	{ "http://www.w3.org/2001/04/xmlenc#aes128-cbc", ODF_AES_CBC, 16 },
	{ "http://www.w3.org/2001/04/xmlenc#aes192-cbc", ODF_AES_CBC, 24 },
	{ "http://www.w3.org/2001/04/xmlenc#aes256-cbc", ODF_AES_CBC, 32 },
	{ "http://www.w3.org/2009/xmlenc11#aes128-gcm", ODF_AES_GCM, 16 },
	{ "http://www.w3.org/2009/xmlenc11#aes192-gcm", ODF_AES_GCM, 24 },
	{ "http://www.w3.org/2009/xmlenc11#aes256-gcm", ODF_AES_GCM, 32 },
};

static const struct {
	const char *name;
	enum odf_derive derive;
} derivations[] = {
	{ "PBKDF2", ODF_PBKDF2 },
	{ "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#pbkdf2", ODF_PBKDF2 },
	{ "urn:oasis:names:tc:opendocument:xmlns:manifest:1.5#argon2id", ODF_ARGON2ID },
	{ "urn:org:documentfoundation:names:experimental:office:manifest:argon2id", ODF_ARGON2ID },
};

static enum odf_digest
digest_of(struct view v)
{
	size_t i;

	for (i = 0; i < sizeof digests / sizeof *digests; i++)
		if (view_is(v, digests[i].name))
			return digests[i].digest;
	return ODF_DIGEST_UNKNOWN;
}

static uint32_t
number_of(struct view v, uint32_t otherwise)
{
	uint64_t n = 0;
	size_t i;

	if (v.n == 0 || v.n > 9)
		return otherwise;
	for (i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return otherwise;
		n = n * 10 + (uint64_t)(v.p[i] - '0');
	}
	return (uint32_t)n;
}

static int
sextet(uint8_t c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	return at == NULL ? -1 : (int)(at - letters);
}

/* Base64 of at most 64 bytes; what does not fit is no salt and no vector. */
static uint8_t
bytes_of(struct view v, uint8_t ret[64])
{
	uint32_t bits = 0, have = 0;
	uint8_t n = 0;
	size_t i;

	for (i = 0; i < v.n && v.p[i] != '='; i++) {
		int s = sextet(v.p[i]);

		if (s < 0)
			continue;
		bits = (bits << 6 | (uint32_t)s) & 0xffffff;
		have += 6;
		if (have < 8)
			continue;
		if (n == 64)
			return 0;
		have -= 8;
		ret[n++] = (uint8_t)(bits >> have);
	}
	return n;
}

static struct odf_manifest_row *
row_in_hand(struct markup *m)
{
	struct reading *r = markup_ctx(m);

	return r->to->n == 0 ? NULL : &r->to->row[r->to->n - 1];
}

static enum markup_do
file_entry_open(struct markup *m)
{
	struct reading *r = markup_ctx(m);
	struct odf_manifest *t = r->to;
	struct view path = arena_copy(r->arena, markup_get(m, NS_MANIFEST, "full-path"));

	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 64 : t->cap * 2;
		struct odf_manifest_row *more = arena_array(r->arena, cap, sizeof *more);

		if (more == NULL) {
			markup_fail(m, ERR_SYSTEM, "no memory");
			return MARKUP_DROP;
		}
		if (t->n > 0)
			memcpy(more, t->row, t->n * sizeof *more);
		t->row = more;
		t->cap = cap;
	}
	if (path.p == NULL) {
		markup_fail(m, ERR_SYSTEM, "no memory");
		return MARKUP_DROP;
	}
	t->row[t->n++] = (struct odf_manifest_row){ .path = (const char *)path.p };
	*markup_note(m) = number_of(markup_get(m, NS_MANIFEST, "size"), 0);
	return MARKUP_KEEP;
}

static enum markup_do
encryption_data_open(struct markup *m)
{
	struct reading *r = markup_ctx(m);
	struct odf_manifest_row *row = row_in_hand(m);
	struct odf_crypt *c = arena_get(r->arena, sizeof *c);

	if (row == NULL || c == NULL) {
		markup_fail(m, ERR_SYSTEM, "no memory");
		return MARKUP_DROP;
	}
	row->crypt = c;
	c->size = *markup_note_up(m, 1);
	/* What ODF 1.1 does not say. */
	c->start = ODF_SHA1;
	c->start_n = 20;
	c->key_n = 16;
	c->checksum = digest_of(markup_get(m, NS_MANIFEST, "checksum-type"));
	c->sum_n = bytes_of(markup_get(m, NS_MANIFEST, "checksum"), c->sum);
	return MARKUP_KEEP;
}

static struct odf_crypt *
crypt_in_hand(struct markup *m)
{
	struct odf_manifest_row *row = row_in_hand(m);

	return row == NULL ? NULL : row->crypt;
}

static enum markup_do
algorithm_open(struct markup *m)
{
	struct odf_crypt *c = crypt_in_hand(m);
	struct view name = markup_get(m, NS_MANIFEST, "algorithm-name");
	size_t i;

	if (c == NULL)
		return MARKUP_DROP;
	for (i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
		if (view_is(name, ciphers[i].name)) {
			c->cipher = ciphers[i].cipher;
			c->key_n = ciphers[i].key_n > 0 ? ciphers[i].key_n : c->key_n;
		}
	c->vector_n = bytes_of(markup_get(m, NS_MANIFEST, "initialisation-vector"), c->vector);
	return MARKUP_KEEP;
}

/* OpenDocument 1.5 has them in its own namespace, LibreOffice before it in another. */
static uint32_t
argon2_number(const struct markup *m, const char *name)
{
	struct view v = markup_get(m, NS_MANIFEST, name);

	return number_of(v.n > 0 ? v : markup_get(m, NS_LOEXT, name), 0);
}

static enum markup_do
key_derivation_open(struct markup *m)
{
	struct odf_crypt *c = crypt_in_hand(m);
	struct view name = markup_get(m, NS_MANIFEST, "key-derivation-name");
	size_t i;

	if (c == NULL)
		return MARKUP_DROP;
	for (i = 0; i < sizeof derivations / sizeof *derivations; i++)
		if (view_is(name, derivations[i].name))
			c->derive = derivations[i].derive;
	c->key_n = number_of(markup_get(m, NS_MANIFEST, "key-size"), c->key_n);
	c->rounds = c->derive == ODF_ARGON2ID ? argon2_number(m, "argon2-iterations")
					      : number_of(markup_get(m, NS_MANIFEST, "iteration-count"), 0);
	c->memory = argon2_number(m, "argon2-memory");
	c->lanes = argon2_number(m, "argon2-lanes");
	c->salt_n = bytes_of(markup_get(m, NS_MANIFEST, "salt"), c->salt);
	return MARKUP_KEEP;
}

static enum markup_do
start_key_open(struct markup *m)
{
	struct odf_crypt *c = crypt_in_hand(m);

	if (c == NULL)
		return MARKUP_DROP;
	c->start = digest_of(markup_get(m, NS_MANIFEST, "start-key-generation-name"));
	c->start_n = number_of(markup_get(m, NS_MANIFEST, "key-size"), c->start == ODF_SHA256 ? 32 : 20);
	return MARKUP_KEEP;
}

const struct markup_hook odf_file_entry = { .open = file_entry_open };
const struct markup_hook odf_encryption_data = { .open = encryption_data_open };
const struct markup_hook odf_algorithm = { .open = algorithm_open };
const struct markup_hook odf_key_derivation = { .open = key_derivation_open };
const struct markup_hook odf_start_key = { .open = start_key_open };

static int
by_path(const void *a, const void *b)
{
	const struct odf_manifest_row *x = a, *y = b;

	return strcmp(x->path, y->path);
}

bool
odf_manifest_read(struct job *j, struct arena *a, struct view in, struct odf_manifest *ret, struct err *e)
{
	struct reading r = { a, ret };
	struct findings unused = { 0 };
	struct findings *kept = j->findings;
	struct markup_use use = { .job = j, .vocabulary = &odf_manifest_parts, .doctype = true,
				  .where = "META-INF/manifest.xml", .ctx = &r };
	own_buf struct buf thrown = { 0 };
	bool ok;

	if (!markup_compile(&odf_manifest_parts, e))
		return false;
	/* Nothing of it is copied: what else stands in it is no finding. */
	j->findings = &unused;
	ok = markup_rebuild(&use, in, &thrown, e);
	j->findings = kept;
	findings_release(&unused);
	if (!ok)
		return err_at(e, "META-INF/manifest.xml");
	if (ret->n > 0)
		qsort(ret->row, ret->n, sizeof *ret->row, by_path);
	return true;
}

const struct odf_crypt *
odf_manifest_find(const struct odf_manifest *m, const char *path)
{
	struct odf_manifest_row want = { .path = path };
	const struct odf_manifest_row *r =
		m->n == 0 ? NULL : bsearch(&want, m->row, m->n, sizeof *m->row, by_path);

	return r == NULL ? NULL : r->crypt;
}
