/*
 * wire.h - messages between the house's processes: one datagram each on a
 * SOCK_SEQPACKET socket, of at most WIRE_MAX bytes, descriptors by
 * SCM_RIGHTS.  wire.def lists them; this header gives their payloads.
 *
 * A frame is the message's number (16 bits), the payload's length (32
 * bits), and the payload, little-endian.  A reader that meets anything but
 * a row of wire.def addressed to it, or a payload that does not parse to
 * its last byte, gets ERR_DENIED, and must end the peer.
 */
#ifndef SEKISHO_WIRE_WIRE_H
#define SEKISHO_WIRE_WIRE_H

#include "core/buf.h"

enum wire_end {
	WIRE_NURSERY, WIRE_ZYGOTE, WIRE_CALLER, WIRE_WORKER, WIRE_INSPECTOR, WIRE_CONVERTER, WIRE_SEKISHOD,
	WIRE_PORTAL, WIRE_LEDGERD, WIRE_WRITER,
};

enum msg {
#define MSG(id, from, to, fds, often) MSG_##id,
#include "wire/wire.def"
#undef MSG
	MSG_COUNT
};

enum { WIRE_MAX = 48 * 1024, WIRE_FDS = 4 };

struct wire {
	int fd;			/* owned */
	enum wire_end me, peer;
	uint32_t seen;		/* ONCE messages had or sent already, a bit each */
};

struct frame {
	enum msg msg;
	struct view body;	/* in `bytes` */
	int fd[WIRE_FDS];	/* owned; -1 where none */
	uint8_t bytes[WIRE_MAX];
};

struct wire wire_of(int fd, enum wire_end me, enum wire_end peer);
void wire_close(struct wire *w);
/*
 * `fds` as many as wire.def says; they stay the caller's.  Zygotes and their
 * children wait until the peer has read; to anyone else a peer that does not
 * read is an error (ERR_SYSTEM), and must be ended.
 */
bool wire_send(struct wire *w, enum msg m, struct view body, const int *fds, struct err *e);
/* One message.  ERR_SYSTEM "closed" when the peer is gone; ERR_DENIED for what it may not say. */
bool wire_recv(struct wire *w, struct frame *ret, struct err *e);
/* Closes what the frame still owns. */
void frame_release(struct frame *f);
/* Hands out descriptor i. */
int frame_take_fd(struct frame *f, size_t i);
const char *msg_name(enum msg m);

/* -- payloads: written to a buf, read to the last byte or false -------------- */

enum { WIRE_PASSWORDS = 8, WIRE_TEXT = 4096 };

/* SANITIZE, EXTRACT.  Views that were read point into the frame. */
struct wire_job {
	struct view name;	/* as the file is called, UTF-8 */
	struct view profile;	/* its name */
	struct view password[WIRE_PASSWORDS];
	uint32_t passwords;
	uint32_t dpi;		/* 0: as it comes */
};
bool wire_put_job(struct buf *b, const struct wire_job *j);
bool wire_get_job(struct view v, struct wire_job *ret);

/* SANITIZED, EXTRACTED: the report stands behind the output in the output memory. */
struct wire_done {
	uint32_t verdict, type;
	uint64_t output, report;	/* bytes */
};
bool wire_put_done(struct buf *b, const struct wire_done *d);
bool wire_get_done(struct view v, struct wire_done *ret);

/* NEED, CONVERT; the converter finds the part at 0. */
struct wire_need {
	uint32_t kind, type;
	uint64_t at, n;
	uint32_t first, count, dpi;	/* pages; 0 where that says nothing */
};
bool wire_put_need(struct buf *b, const struct wire_need *d);
bool wire_get_need(struct view v, struct wire_need *ret);

/* INSPECT: type and the profile's name. */
bool wire_put_inspect(struct buf *b, uint32_t type, struct view profile);
bool wire_get_inspect(struct view v, uint32_t *ret_type, struct view *ret_profile);

/* INSPECTED, CONVERTED, CANNOT, UNFIT, UNAPPENDED: what went wrong, ERR_NONE where nothing did. */
bool wire_put_err(struct buf *b, const struct err *e);
bool wire_get_err(struct view v, struct err *ret);

/* APPENDED: where the event stands in the ledger.  UNAPPENDED is an err. */
bool wire_put_index(struct buf *b, uint64_t index);
bool wire_get_index(struct view v, uint64_t *ret);

/* READY, SERVING: layers and Landlock ABI.  FORK, FORKED: id and 0.  ENDED: id and wait status. */
bool wire_put_id(struct buf *b, uint32_t id, uint32_t status);
bool wire_get_id(struct view v, uint32_t *ret_id, uint32_t *ret_status);

#endif
