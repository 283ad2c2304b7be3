/*
 * manifest.h - META-INF/manifest.xml of a package, read for one purpose:
 * which parts are encrypted, and how (ODF 1.3 part 2, 4; AES-GCM and Argon2id: crypt.h).
 */
#ifndef SEKISHO_SANITIZE_ODF_MANIFEST_H
#define SEKISHO_SANITIZE_ODF_MANIFEST_H

#include "core/arena.h"
#include "core/buf.h"
#include "sanitize/job.h"

enum odf_cipher { ODF_CIPHER_UNKNOWN, ODF_BLOWFISH, ODF_AES_CBC, ODF_AES_GCM };
enum odf_derive { ODF_DERIVE_UNKNOWN, ODF_PBKDF2, ODF_ARGON2ID };
enum odf_digest { ODF_DIGEST_NONE, ODF_SHA1, ODF_SHA1_1K, ODF_SHA256, ODF_SHA256_1K, ODF_DIGEST_UNKNOWN };

struct odf_crypt {
	enum odf_cipher cipher;
	enum odf_digest start, checksum;
	enum odf_derive derive;
	uint32_t rounds, key_n, start_n;
	uint32_t memory, lanes;	/* of Argon2id: KiB */
	uint8_t salt[64], vector[64], sum[64];
	uint8_t salt_n, vector_n, sum_n;
	uint64_t size;		/* unpacked */
};

struct odf_manifest_row {
	const char *path;
	struct odf_crypt *crypt;	/* NULL: as it stands */
};

struct odf_manifest {
	struct odf_manifest_row *row;	/* by path */
	size_t n, cap;
};

/* Adds the rows of a manifest to `ret`; memory from the arena. */
bool odf_manifest_read(struct job *j, struct arena *a, struct view in, struct odf_manifest *ret, struct err *e);
const struct odf_crypt *odf_manifest_find(const struct odf_manifest *m, const char *path);

#endif
