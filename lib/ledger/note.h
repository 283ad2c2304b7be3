/*
 * note.h - C2SP signed notes (c2sp.org/signed-note) with Ed25519 (RFC 8032).
 *
 * A note is a text that ends in a newline, an empty line, and one signature
 * line or more: "— <name> <base64 of the key's id and the signature>".  All of
 * it is UTF-8 without control characters but newline.
 *
 * A key has a name (no spaces, no '+') and an id: the first four bytes of
 * SHA-256(name, newline, type, public key).  Written down, a key is a vkey:
 * "<name>+<id, 8 hex digits>+<base64 of type and public key>"; the secret one is
 * "PRIVATE+KEY+<name>+<id>+<base64 of type and seed>".  Type 0x01, Ed25519, is the only one
 * known here; signatures of other keys and types are skipped, as the specification demands.
 */
#ifndef SEKISHO_LEDGER_NOTE_H
#define SEKISHO_LEDGER_NOTE_H

#include "core/buf.h"

enum {
	NOTE_NAME = 256,		/* bytes of a key's name and its NUL */
	NOTE_MAX = 64 * 1024,		/* bytes of a note */
	NOTE_SIGNATURES = 64,		/* the specification wants 16 at least */
	NOTE_KEY = 32, NOTE_SEED = 32,
};

struct note_key {
	char name[NOTE_NAME];
	uint32_t id;
	uint8_t key[NOTE_KEY];
};

/* A trailing newline is let pass.  ERR_MALFORMED where it is no vkey of type 0x01, or the id is not the key's. */
bool note_key_parse(struct view vkey, struct note_key *ret, struct err *e);
bool note_key_put(struct buf *to, const struct note_key *k);

struct note_signer;
/* From a name and a seed, of which it keeps a copy; NULL where the name may not be one. */
struct note_signer *note_signer_new(const char *name, const uint8_t seed[NOTE_SEED], struct err *e);
struct note_signer *note_signer_parse(struct view secret, struct err *e);
/* Wipes the seed; NULL is fine. */
void note_signer_free(struct note_signer *s);
bool note_signer_put(struct buf *to, const struct note_signer *s);
const struct note_key *note_signer_key(const struct note_signer *s);
/* A key for another purpose, which tells nothing of the seed: SHA-256(purpose, 0, seed). */
void note_signer_derive(const struct note_signer *s, const char *purpose, uint8_t ret[32]);

/* Appends text, empty line and signature.  `text` ends in a newline and has no empty last line. */
bool note_sign(const struct note_signer *s, struct view text, struct buf *to, struct err *e);
/*
 * The text of a note that one of the n keys signed; *ret points into `note`.
 * ERR_MALFORMED for what is no note; ERR_DENIED where a signature of a known key is
 * wrong, or none is of a known key.
 */
bool note_open(struct view note, const struct note_key *keys, size_t n, struct view *ret, struct err *e);

#endif
