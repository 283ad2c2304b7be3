/*
 * batch.h - what one visitor handed in at once: the form as it arrives, its
 * files while they are disarmed, and their outputs until they are fetched.
 * Kept in memory only (memfds), found by an unguessable token.
 *
 * What is kept fits a budget of batches, descriptors and bytes, and no client
 * holds more than two thirds of any.  Where there is no room, finished batches
 * that nobody is fetching give way: those that were fetched first, then the
 * oldest; for a client over its share only its own do, and what another has
 * not fetched yet has GRACE_S.  A form being handed in takes one descriptor
 * and the bytes that have arrived, whatever its head promised.
 */
#ifndef SEKISHO_BIN_PORTAL_BATCH_H
#define SEKISHO_BIN_PORTAL_BATCH_H

#include "nursery/memory.h"
#include "nursery/nursery.h"
#include "web/form.h"

enum {
	BATCH_FILES = 50,
	BATCHES = 126,
	KEPT_FILES = 510,	/* descriptors, over all batches */
	BATCH_KEEP_S = 900,	/* from when it was handed in */
	FETCHED_KEEP_S = 180,	/* from when all of it was fetched */
	GRACE_S = 60,
	SIDE_BY_SIDE = 8,	/* documents under way at once */
	CLIENT_SIDE = 6,	/* of one client */
	BATCH_PASSWORD = 256,	/* bytes of UTF-8 */
	TOKEN_SIZE = 33,	/* 128 bits in hexadecimal, NUL */
};
#define BATCH_BYTES (UINT64_C(1) << 30)		/* of one batch's files */
#define FORM_BYTES (BATCH_BYTES + (UINT64_C(1) << 20))	/* of the form around them */
#define CLIENT_BYTES (UINT64_C(512) << 20)	/* under way at once of one client, or one document */

/* Who asks: an IPv4 address, or the network of an IPv6 one. */
struct client {
	uint8_t address[16];
};

struct batch;
struct batch_file {
	char name[512];		/* as the visitor called it, UTF-8, without folders */
	char out_name[520];	/* with the ending of what it truly is */
	uint64_t at, size;	/* in the form */
	struct outcome o;
	bool begun, ended, fetched;
	bool cutting;		/* begun: out of the form, a slice at each turn */
	struct pour pour;
	struct batch *batch;
};

struct batch {
	char token[TOKEN_SIZE];
	struct client client;
	enum batch_state { FILLING, WORKING, READY } state;
	int form;		/* the form as it came, until its last file is cut out; -1 after */
	uint64_t form_size;
	struct form *reader;	/* while FILLING */
	size_t parts;		/* of the form, whatever they are */
	struct batch_file *file;	/* from the first one on */
	size_t files, begun, ended, kept;	/* kept: outputs */
	uint64_t kept_bytes;
	unsigned fetching;	/* responses that are sending one of the outputs */
	int64_t born_s, ready_s, fetched_s;	/* 0: not yet */
	uint64_t order;
	const struct profile *profile;	/* NULL: none was named yet */
	char password[BATCH_PASSWORD + 1];	/* for all of its files; wiped once they are READY; "": none */
	void *waiting;		/* the connection that wants the answer */
	bool told;		/* that connection was woken */
	bool gone;		/* its visitor is: nobody knows its token */
};

struct batches {
	struct batch *at[BATCHES];
	struct nursery *nursery;
	uint64_t bytes;		/* of all that is kept: batches_bytes() */
	int64_t now_s;
	uint64_t order;
};

/* What this machine can keep: a quarter of its memory, at least 3 GiB, at most 6. */
uint64_t batches_bytes(void);
int64_t seconds_now(void);

/* FILLING.  NULL with *why: the sentence to turn the visitor away with. */
struct batch *batch_new(struct batches *all, const struct client *c, enum text *why);
void batch_free(struct batches *all, struct batch *b);
/* More of the form; false with *why. */
bool batch_fill(struct batches *all, struct batch *b, struct view v, enum text *why);
/* One of its files, where it stands in the form; false past BATCH_FILES or BATCH_BYTES, or without memory, with *why. */
bool batch_add(struct batch *b, struct view name, uint64_t at, uint64_t size, enum text *why);
/* The form is read: what its reader still holds (a password, perhaps) is wiped. */
void batch_read(struct batch *b);
/* WORKING, by its profile.  false with *why where there is no room for its outputs. */
bool batch_begin(struct batches *all, struct batch *b, enum text *why);
/* The next file to begin, of who has the least under way; NULL where none may. */
struct batch_file *batches_next(const struct batches *all);
/* Its outcome, owned from here on: kept, or let go with the reason where there is no room. */
void batch_ended(struct batches *all, struct batch_file *f, const struct outcome *o);
/* Its visitor is gone: what is not begun never is. */
void batch_abandon(struct batches *all, struct batch *b);
struct batch *batch_find(const struct batches *all, const char *token);
/* A response with this output begins; it ended, and was the file taken to its last byte? */
void batch_fetch(struct batch_file *f);
void batch_fetched(struct batches *all, struct batch_file *f, bool whole);
void batches_forget(struct batches *all);

#endif
