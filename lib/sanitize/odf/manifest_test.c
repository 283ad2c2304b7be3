#include "sanitize/odf/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/own.h"

#define ROOT(inside) "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">" inside "</manifest:manifest>"
#define ENTRY(path, inside) "<manifest:file-entry manifest:full-path=\"" path "\" manifest:size=\"77\">" inside "</manifest:file-entry>"

struct read {
	struct findings f;
	struct arena *arena;
	struct odf_manifest m;
	struct err e;
	bool ok;
};

static void
read_it(struct read *r, const char *text)
{
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &r->f, .name = "" };

	memset(r, 0, sizeof *r);
	j.findings = &r->f;
	r->arena = arena_new(0);
	r->ok = odf_manifest_read(&j, r->arena, view_str(text), &r->m, &r->e);
}

static void
read_end(struct read *r)
{
	findings_release(&r->f);
	arena_free(r->arena);
}

static void
rows(void **state)
{
	struct read r;

	(void)state;
	read_it(&r, ROOT(ENTRY("content.xml", "") ENTRY("a/b.png", "") "<evil/>"));
	assert_true(r.ok);
	assert_int_equal(r.m.n, 2);
	assert_null(odf_manifest_find(&r.m, "content.xml"));
	assert_null(odf_manifest_find(&r.m, "none"));
	/* Nothing of it is copied, so nothing is found in it. */
	assert_int_equal(r.f.n, 0);
	read_end(&r);
}

static void
encrypted_new(void **state)
{
	const struct odf_crypt *c;
	struct read r;

	(void)state;
	read_it(&r, ROOT(ENTRY("x", "") ENTRY("content.xml",
		"<manifest:encryption-data manifest:checksum-type=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k\""
		" manifest:checksum=\"AAECAw==\"><manifest:start-key-generation manifest:start-key-generation-name="
		"\"http://www.w3.org/2000/09/xmldsig#sha256\" manifest:key-size=\"32\"/><manifest:key-derivation"
		" manifest:key-derivation-name=\"PBKDF2\" manifest:key-size=\"32\" manifest:iteration-count=\"1024\""
		" manifest:salt=\"/w==\"/><manifest:algorithm manifest:algorithm-name="
		"\"http://www.w3.org/2001/04/xmlenc#aes256-cbc\" manifest:initialisation-vector=\"E B\nES\"/>"
		"</manifest:encryption-data>")));
	assert_true(r.ok);
	c = odf_manifest_find(&r.m, "content.xml");
	assert_non_null(c);
	assert_int_equal(c->cipher, ODF_AES_CBC);
	assert_int_equal(c->start, ODF_SHA256);
	assert_int_equal(c->checksum, ODF_SHA256_1K);
	assert_int_equal(c->derive, ODF_PBKDF2);
	assert_int_equal(c->rounds, 1024);
	assert_int_equal(c->key_n, 32);
	assert_int_equal(c->size, 77);
	assert_int_equal(c->sum_n, 4);
	assert_memory_equal(c->sum, "\0\1\2\3", 4);
	assert_int_equal(c->salt_n, 1);
	assert_int_equal(c->salt[0], 0xff);
	assert_int_equal(c->vector_n, 3);
	assert_memory_equal(c->vector, "\x10\x11\x12", 3);
	read_end(&r);
}

/* LibreOffice's words, and those of OpenDocument 1.5; who says no size of the key means that of the method. */
static void
encrypted_argon2(void **state)
{
#define ARGON2(prefix, name)                                                                                                      \
	ROOT(ENTRY("encrypted-package", "<manifest:encryption-data><manifest:algorithm manifest:algorithm-name="                  \
		"\"http://www.w3.org/2009/xmlenc11#aes256-gcm\" manifest:initialisation-vector=\"EBES\"/><manifest:key-derivation" \
		" xmlns:loext=\"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0\""                           \
		" manifest:key-derivation-name=\"" name "\" " prefix ":argon2-iterations=\"3\" " prefix ":argon2-memory=\"65536\" "  \
		prefix ":argon2-lanes=\"4\" manifest:salt=\"/w==\"/></manifest:encryption-data>"))
	static const char *const words[] = {
		ARGON2("loext", "urn:org:documentfoundation:names:experimental:office:manifest:argon2id"),
		ARGON2("manifest", "urn:oasis:names:tc:opendocument:xmlns:manifest:1.5#argon2id"),
	};
#undef ARGON2
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		const struct odf_crypt *c;
		struct read r;

		read_it(&r, words[i]);
		assert_true(r.ok);
		c = odf_manifest_find(&r.m, "encrypted-package");
		assert_non_null(c);
		assert_int_equal(c->cipher, ODF_AES_GCM);
		assert_int_equal(c->derive, ODF_ARGON2ID);
		assert_int_equal(c->checksum, ODF_DIGEST_UNKNOWN);
		assert_int_equal(c->rounds, 3);
		assert_int_equal(c->memory, 65536);
		assert_int_equal(c->lanes, 4);
		assert_int_equal(c->key_n, 32);
		read_end(&r);
	}
}

/* OpenOffice.org 2 says less; the rest is as ODF 1.1 has it. */
static void
encrypted_old(void **state)
{
	const struct odf_crypt *c;
	struct read r;

	(void)state;
	read_it(&r, ROOT(ENTRY("content.xml",
		"<manifest:encryption-data manifest:checksum-type=\"SHA1/1K\" manifest:checksum=\"AA==\"><manifest:algorithm"
		" manifest:algorithm-name=\"Blowfish CFB\" manifest:initialisation-vector=\"AAAAAAAAAAA=\"/>"
		"<manifest:key-derivation manifest:key-derivation-name=\"PBKDF2\" manifest:iteration-count=\"x\""
		" manifest:salt=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"/>"
		"</manifest:encryption-data>")));
	assert_true(r.ok);
	c = odf_manifest_find(&r.m, "content.xml");
	assert_non_null(c);
	assert_int_equal(c->cipher, ODF_BLOWFISH);
	assert_int_equal(c->start, ODF_SHA1);
	assert_int_equal(c->start_n, 20);
	assert_int_equal(c->key_n, 16);
	assert_int_equal(c->vector_n, 8);
	/* A number that is none, a salt that is too long. */
	assert_int_equal(c->rounds, 0);
	assert_int_equal(c->salt_n, 0);
	read_end(&r);
}

static void
numbers_that_are_none(void **state)
{
	static const struct {
		const char *text;
		uint32_t rounds;
	} numbers[] = { { "1-2", 0 }, { "12:", 0 }, { "1234567890", 0 }, { "", 0 }, { "-1", 0 }, { "999999999", 999999999 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const struct odf_crypt *c;
		char text[1024];
		struct read r;

		(void)snprintf(text, sizeof text, ROOT(ENTRY("a", "<manifest:encryption-data manifest:checksum-type=\"SHA1\" manifest:checksum=\"AA==\">"
			"<manifest:key-derivation manifest:key-derivation-name=\"PBKDF2\" manifest:iteration-count=\"%s\" manifest:salt=\"AA==\"/>"
			"</manifest:encryption-data>")), numbers[i].text);
		read_it(&r, text);
		assert_true(r.ok);
		c = odf_manifest_find(&r.m, "a");
		assert_non_null(c);
		if (c->rounds != numbers[i].rounds)
			fail_msg("%s: %u", numbers[i].text, c->rounds);
		read_end(&r);
	}
}

static void
broken(void **state)
{
	struct read r;

	(void)state;
	read_it(&r, "<manifest:manifest");
	assert_false(r.ok);
	read_end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows), cmocka_unit_test(encrypted_new), cmocka_unit_test(encrypted_old),
		cmocka_unit_test(encrypted_argon2), cmocka_unit_test(numbers_that_are_none), cmocka_unit_test(broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
