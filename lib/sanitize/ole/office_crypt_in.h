/* office_crypt_in.h - what EncryptionInfo says, between its readers and the arithmetic. */
#ifndef SEKISHO_SANITIZE_OLE_OFFICE_CRYPT_IN_H
#define SEKISHO_SANITIZE_OLE_OFFICE_CRYPT_IN_H

#include "sanitize/job.h"

enum {
	OFFICE_BLOCK = 16,		/* of AES */
	OFFICE_KEY_MAX = 32,
	OFFICE_SALT_MAX = 64,
	OFFICE_DIGEST_MAX = 64,
	OFFICE_ROUNDS_MAX = 10000000,	/* 2.3.4.10: spinCount */
};

enum office_hash { OFFICE_HASH_UNKNOWN, OFFICE_SHA1, OFFICE_SHA256, OFFICE_SHA384, OFFICE_SHA512 };

struct office_bytes {
	uint8_t p[OFFICE_DIGEST_MAX + OFFICE_BLOCK];
	size_t n;
};

/* How one key is used: of the data, and of the password's. */
struct office_key {
	bool aes_cbc;
	enum office_hash hash;
	uint32_t key_n, block_n, hash_n, salt_n;	/* bytes; as the file says */
	struct office_bytes salt;
};

struct office_agile {
	struct office_key data, password;
	uint32_t rounds;
	bool has_password, has_integrity;
	struct office_bytes verifier, verifier_hash, key;	/* encrypted by the password's key */
	struct office_bytes hmac_key, hmac;			/* encrypted by the data's key */
};

/* The XML behind the version; ERR_MALFORMED where it is none. */
bool office_agile_read(struct job *j, struct view xml, struct office_agile *ret, struct err *e);

#endif
