/* unlock_in.h - between unlock.h's three formats and its arithmetic. */
#ifndef SEKISHO_SANITIZE_ARCHIVE_UNLOCK_IN_H
#define SEKISHO_SANITIZE_ARCHIVE_UNLOCK_IN_H

#include "sanitize/job.h"

enum {
	UNLOCK_BLOCK = 16,	/* of AES */
	UNLOCK_KEY = 32,
	UNLOCK_SALT_MAX = 32,
};

/* A key out of a password, kept because most members of an archive share it. */
struct unlock_key {
	bool known;
	uint8_t salt[UNLOCK_SALT_MAX];
	size_t salt_n;
	unsigned rounds;	/* as the format counts them */
	uint8_t key[UNLOCK_KEY], iv[UNLOCK_BLOCK], check[8];
};

/* One password tried on one archive. */
struct unlock {
	struct job *j;
	struct view in;
	struct view password;	/* UTF-8 */
	struct buf wide;	/* the same as UTF-16, little-endian */
	struct unlock_key key;
	struct buf *out;
	bool locked;		/* something is encrypted */
	bool proven;		/* a checksum over something opened fits: this is the password */
	/* Otherwise the CRC-32 of this member's bytes tells, counted from 0 among those that have bytes. */
	bool by_member;
	size_t member;
	uint32_t crc;
};

bool unlock_7z(struct unlock *u, struct err *e);
bool unlock_rar4(struct unlock *u, struct err *e);
bool unlock_rar5(struct unlock *u, struct err *e);

/* "no password fits", ERR_DENIED. */
bool unlock_wrong(struct err *e);

/* AES in CBC mode, whole blocks of `in` added to `ret`; key_n 16 or 32. */
bool unlock_cbc(const uint8_t *key, size_t key_n, const uint8_t iv[UNLOCK_BLOCK], struct view in,
		struct buf *ret, struct err *e);
/* Each into u->key, unless it stands there: `rounds` is a power of two for 7z and RAR 5. */
bool unlock_key_7z(struct unlock *u, struct view salt, unsigned rounds, struct err *e);
bool unlock_key_rar4(struct unlock *u, struct view salt, struct err *e);
bool unlock_key_rar5(struct unlock *u, struct view salt, unsigned rounds, struct err *e);

#endif
