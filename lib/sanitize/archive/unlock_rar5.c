/* RAR 5 (RAR 5.0 technote): blocks of a header and data; encryption is a record behind a header, or a block before all. */
#include <libdeflate.h>

#include "core/own.h"
#include "sanitize/archive/rar5.h"
#include "sanitize/archive/unlock_in.h"

enum {
	SIGNATURE = 8,
	HEADER_MAX = 2 << 20,		/* technote: 2 MiB */
	MAIN = 1, FILE_HEADER = 2, SERVICE = 3, CRYPT = 4, END = 5,
	HAS_EXTRA = 1, HAS_DATA = 2,		/* of any header */
	HAS_TIME = 2, HAS_CRC = 4,		/* of a file */
	HAS_CHECK = 1, TWEAKED = 2,		/* of the encryption record */
	RECORD_CRYPT = 1, RECORD_HASH = 2,
	SALT = 16, CHECK = 12,
	METHOD_SHIFT = 7, METHOD_MASK = 7,
};

struct rar5 {
	struct unlock *u;
	struct view v;			/* what is left */
	bool headers;			/* they are encrypted */
	uint8_t salt[SALT];		/* of the headers' key */
	unsigned rounds;
	struct buf head;		/* the header in hand, decrypted */
	struct buf made;		/* the same, written anew */
};

struct crypt {
	bool found, tweaked;
	struct view salt, iv;
	unsigned rounds;
};

static bool
cut(struct err *e)
{
	return err_set(e, ERR_MALFORMED, "RAR: a header is cut off or bent");
}

static void
put_vint(struct buf *b, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		(void)buf_byte(b, (uint8_t)(n | 0x80));
	(void)buf_byte(b, (uint8_t)n);
}

/* Eight bytes that the password must give, four of the SHA-256 of them. */
static bool
check_password(struct unlock *u, struct view check, struct err *e)
{
	if (memcmp(check.p, u->key.check, sizeof u->key.check) != 0)
		return unlock_wrong(e);
	u->proven = true;
	return true;
}

/* Version, flags, rounds, salt; `iv` where the record has one; the password's check. */
static bool
read_crypt(struct rar5 *r, struct view v, bool record, struct crypt *ret, struct err *e)
{
	uint64_t version, flags;
	struct view check = { 0 };
	uint8_t rounds;

	if (!rar5_number(&v, &version) || !rar5_number(&v, &flags) || !view_u8(&v, &rounds) || !view_take(&v, SALT, &ret->salt) ||
	    (record && !view_take(&v, UNLOCK_BLOCK, &ret->iv)) ||
	    ((flags & HAS_CHECK) != 0 && !view_take(&v, CHECK, &check)))
		return cut(e);
	if (version != 0)
		return err_set(e, ERR_DENIED, "RAR: an unknown cipher");
	ret->found = true;
	ret->rounds = rounds;
	ret->tweaked = (flags & TWEAKED) != 0;
	r->u->locked = true;
	return unlock_key_rar5(r->u, ret->salt, ret->rounds, e) && (check.n == 0 || check_password(r->u, check, e));
}

/* The next header into r->head, from its type on. */
static bool
take_plain(struct rar5 *r, struct err *e)
{
	uint64_t n;
	struct view head;

	if (!view_skip(&r->v, 4) || !rar5_number(&r->v, &n) || n > HEADER_MAX || !view_take(&r->v, (size_t)n, &head))
		return cut(e);
	buf_clear(&r->head);
	return buf_view(&r->head, head) || buf_ok(&r->head, e);
}

/* A vector, then checksum, size and header in whole blocks. */
static bool
take_locked(struct rar5 *r, struct err *e)
{
	uint8_t iv[UNLOCK_BLOCK];
	struct view v, first, all;
	uint64_t n = 0;
	size_t whole;
	uint32_t crc;

	if (!view_take(&r->v, UNLOCK_BLOCK, &v) || r->v.n < UNLOCK_BLOCK)
		return cut(e);
	memcpy(iv, v.p, sizeof iv);
	if (!unlock_key_rar5(r->u, view_of(r->salt, SALT), r->rounds, e))
		return false;
	first = view_of(r->v.p, UNLOCK_BLOCK);
	buf_clear(&r->head);
	if (!unlock_cbc(r->u->key.key, UNLOCK_KEY, iv, first, &r->head, e))
		return false;
	v = buf_bytes(&r->head);
	if (!view_u32le(&v, &crc) || !rar5_number(&v, &n) || n > HEADER_MAX)
		return unlock_wrong(e);
	whole = ((size_t)n + (UNLOCK_BLOCK - v.n) + UNLOCK_BLOCK - 1) / UNLOCK_BLOCK * UNLOCK_BLOCK;
	n += UNLOCK_BLOCK - v.n;
	buf_clear(&r->head);
	if (!view_take(&r->v, whole, &all))
		return cut(e);
	if (!unlock_cbc(r->u->key.key, UNLOCK_KEY, iv, all, &r->head, e))
		return false;
	if (libdeflate_crc32(0, r->head.p + 4, (size_t)n - 4) != crc)
		return unlock_wrong(e);
	r->u->proven = true;
	v = view_of(r->head.p + 4, (size_t)n - 4);
	(void)rar5_number(&v, &n);
	memmove(r->head.p, v.p, v.n);
	r->head.n = v.n;
	return true;
}

/* Checksum, size, r->made. */
static bool
put_header(struct rar5 *r, struct err *e)
{
	struct buf *out = r->u->out;
	size_t at;
	uint32_t crc;

	if (!buf_ok(&r->made, e))
		return false;
	at = out->n;
	(void)buf_u32le(out, 0);
	put_vint(out, r->made.n);
	(void)buf_view(out, buf_bytes(&r->made));
	if (!buf_ok(out, e))
		return false;
	crc = libdeflate_crc32(0, out->p + at + 4, out->n - at - 4);
	memcpy(out->p + at, &crc, sizeof crc);
	return true;
}

/* The records that stay. */
static bool
records(struct rar5 *r, struct view extra, struct crypt *c, struct buf *ret, struct err *e)
{
	struct view record, v;
	uint64_t n, type;

	for (v = extra; v.n > 0;) {
		if (!rar5_number(&v, &n) || n > v.n || !view_take(&v, (size_t)n, &record) || !rar5_number(&record, &type))
			return cut(e);
		if (type == RECORD_CRYPT && !read_crypt(r, record, true, c, e))
			return false;
	}
	while (rar5_number(&extra, &n) && view_take(&extra, (size_t)n, &record)) {
		v = record;
		(void)rar5_number(&v, &type);
		if (type == RECORD_CRYPT || (type == RECORD_HASH && c->tweaked))
			continue;
		put_vint(ret, record.n);
		(void)buf_view(ret, record);
	}
	return buf_ok(ret, e);
}

/* What a file's or a service's header says, between its flags and its records. */
struct file {
	uint64_t flags, unpacked, attributes, method;
	struct view time, crc, rest;
};

static bool
read_file(struct view v, struct file *f)
{
	struct view rest;

	*f = (struct file){ 0 };
	if (!rar5_number(&v, &f->flags) || !rar5_number(&v, &f->unpacked) || !rar5_number(&v, &f->attributes) ||
	    ((f->flags & HAS_TIME) != 0 && !view_take(&v, 4, &f->time)) ||
	    ((f->flags & HAS_CRC) != 0 && !view_take(&v, 4, &f->crc)))
		return false;
	rest = v;
	if (!rar5_number(&v, &f->method))
		return false;
	f->rest = rest;
	return true;
}

static void
put_file(struct buf *b, const struct file *f, bool crc)
{
	put_vint(b, crc ? f->flags : f->flags & ~(uint64_t)HAS_CRC);
	put_vint(b, f->unpacked);
	put_vint(b, f->attributes);
	(void)buf_view(b, f->time);
	if (crc)
		(void)buf_view(b, f->crc);
	(void)buf_view(b, f->rest);
}

/* A member: its header without the encryption, its data decrypted. */
static bool
member(struct rar5 *r, uint64_t type, uint64_t flags, struct view body, struct view extra, struct view data,
       struct err *e)
{
	own_buf struct buf plain = { 0 }, kept = { 0 };
	struct crypt c = { 0 };
	struct file f;

	if (!read_file(body, &f))
		return cut(e);
	if (!records(r, extra, &c, &kept, e))
		return false;
	if (c.found) {
		if (!unlock_cbc(r->u->key.key, UNLOCK_KEY, c.iv.p, data, &plain, e))
			return false;
		/* Stored data end where the file ends, and not at the end of a block. */
		if ((f.method >> METHOD_SHIFT & METHOD_MASK) == 0 && f.unpacked < plain.n)
			plain.n = (size_t)f.unpacked;
		data = buf_bytes(&plain);
	}
	buf_clear(&r->made);
	put_vint(&r->made, type);
	put_vint(&r->made, (flags & ~(uint64_t)HAS_EXTRA) | (kept.n > 0 ? HAS_EXTRA : 0));
	if (kept.n > 0)
		put_vint(&r->made, kept.n);
	if ((flags & HAS_DATA) != 0)
		put_vint(&r->made, data.n);
	put_file(&r->made, &f, !c.tweaked);
	(void)buf_view(&r->made, buf_bytes(&kept));
	if (!put_header(r, e))
		return false;
	return buf_view(r->u->out, data) || buf_ok(r->u->out, e);
}

/* One block; *more false behind the last. */
static bool
block(struct rar5 *r, bool *more, struct err *e)
{
	struct view v, data, body;
	uint64_t type, flags, extra = 0, n = 0;
	struct crypt c = { 0 };

	if (!(r->headers ? take_locked(r, e) : take_plain(r, e)))
		return false;
	v = buf_bytes(&r->head);
	if (!rar5_number(&v, &type) || !rar5_number(&v, &flags) || ((flags & HAS_EXTRA) != 0 && !rar5_number(&v, &extra)) ||
	    ((flags & HAS_DATA) != 0 && !rar5_number(&v, &n)) || extra > v.n || n > r->v.n ||
	    !view_take(&r->v, (size_t)n, &data))
		return cut(e);
	*more = type != END;
	if (type == CRYPT) {
		if (!read_crypt(r, v, false, &c, e))
			return false;
		r->headers = true;
		r->rounds = c.rounds;
		memcpy(r->salt, c.salt.p, SALT);
		return true;
	}
	if (type == FILE_HEADER || type == SERVICE) {
		body = view_of(v.p, v.n - (size_t)extra);
		return member(r, type, flags, body, view_from(v, v.n - (size_t)extra), data, e);
	}
	buf_clear(&r->made);
	(void)buf_view(&r->made, buf_bytes(&r->head));
	if (!put_header(r, e))
		return false;
	return buf_view(r->u->out, data) || buf_ok(r->u->out, e);
}

bool
unlock_rar5(struct unlock *u, struct err *e)
{
	struct rar5 r = { .u = u, .v = view_from(u->in, SIGNATURE) };
	bool more = true, ok = buf_put(u->out, u->in.p, SIGNATURE) || buf_ok(u->out, e);

	while (ok && more && r.v.n > 0)
		ok = block(&r, &more, e) && job_tick(u->j, e);
	buf_release(&r.head);
	buf_release(&r.made);
	return ok;
}
