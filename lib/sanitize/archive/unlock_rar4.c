/* RAR 2.9 to 4: blocks whose headers begin with a 16-bit checksum; encryption is a flag, with a salt of eight bytes. */
#include <libdeflate.h>

#include "core/own.h"
#include "sanitize/archive/unlock_in.h"

enum {
	MARK = 7,
	BASE = 7,			/* checksum, type, flags, size */
	MAIN = 0x73, FILE_HEADER = 0x74, SERVICE = 0x7a, END = 0x7b,
	MAIN_LOCKED = 0x80,
	FILE_LOCKED = 0x04, FILE_LARGE = 0x100, FILE_SALTED = 0x400, HAS_DATA = 0x8000,
	SALT = 8,
	KEY = 16,
	/* Offsets in a file's header. */
	AT_PACKED = 7, AT_UNPACKED = 11, AT_CRC = 16, AT_VERSION = 24, AT_METHOD = 25, AT_NAME_N = 26, AT_LARGE = 32,
	VERSION_AES = 29,
	STORED = 0x30,
};

struct rar4 {
	struct unlock *u;
	struct view v;			/* what is left */
	bool headers;			/* they are encrypted */
	struct buf head;		/* the header in hand, decrypted */
	size_t members;			/* with bytes, so far */
};

static bool
cut(struct err *e)
{
	return err_set(e, ERR_MALFORMED, "RAR: a header is cut off or bent");
}

static uint32_t
get(const struct buf *b, size_t at, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | b->p[at + n];
	return v;
}

static void
set(struct buf *b, size_t at, size_t n, uint32_t v)
{
	size_t i;

	for (i = 0; i < n; i++)
		b->p[at + i] = (uint8_t)(v >> (8 * i));
}

static bool
take_plain(struct rar4 *r, struct err *e)
{
	struct view v = r->v, head;
	uint16_t n;

	if (!view_skip(&v, BASE - 2) || !view_u16le(&v, &n) || n < BASE || !view_take(&r->v, n, &head))
		return cut(e);
	buf_clear(&r->head);
	return buf_view(&r->head, head) || buf_ok(&r->head, e);
}

/* A salt, then the header in whole blocks. */
static bool
take_locked(struct rar4 *r, struct err *e)
{
	struct unlock *u = r->u;
	struct view salt, all;
	size_t n;

	if (!view_take(&r->v, SALT, &salt) || r->v.n < UNLOCK_BLOCK)
		return cut(e);
	if (!unlock_key_rar4(u, salt, e))
		return false;
	buf_clear(&r->head);
	if (!unlock_cbc(u->key.key, KEY, u->key.iv, view_of(r->v.p, UNLOCK_BLOCK), &r->head, e))
		return false;
	n = get(&r->head, 5, 2);
	if (n < BASE || !view_take(&r->v, (n + UNLOCK_BLOCK - 1) / UNLOCK_BLOCK * UNLOCK_BLOCK, &all))
		return unlock_wrong(e);
	buf_clear(&r->head);
	if (!unlock_cbc(u->key.key, KEY, u->key.iv, all, &r->head, e))
		return false;
	r->head.n = n;
	if ((libdeflate_crc32(0, r->head.p + 2, n - 2) & 0xffff) != get(&r->head, 0, 2))
		return unlock_wrong(e);
	u->proven = true;
	return true;
}

static bool
put_header(struct rar4 *r, struct err *e)
{
	set(&r->head, 0, 2, libdeflate_crc32(0, r->head.p + 2, r->head.n - 2) & 0xffff);
	return buf_view(r->u->out, buf_bytes(&r->head)) || buf_ok(r->u->out, e);
}

/* Takes the salt out of the header in hand, behind the name. */
static bool
take_salt(struct rar4 *r, uint8_t ret[SALT], size_t *n, struct err *e)
{
	struct buf *h = &r->head;
	size_t at = AT_LARGE + ((get(h, 3, 2) & FILE_LARGE) != 0 ? 8u : 0u) + get(h, AT_NAME_N, 2);

	*n = 0;
	if ((get(h, 3, 2) & FILE_SALTED) == 0)
		return true;
	if (at > h->n || h->n - at < SALT)
		return cut(e);
	*n = SALT;
	memcpy(ret, h->p + at, SALT);
	memmove(h->p + at, h->p + at + SALT, h->n - at - SALT);
	h->n -= SALT;
	set(h, 5, 2, (uint32_t)h->n);
	return true;
}

/* A member whose data are encrypted. */
static bool
locked_member(struct rar4 *r, struct view data, struct err *e)
{
	own_buf struct buf plain = { 0 };
	struct unlock *u = r->u;
	struct buf *h = &r->head;
	uint32_t unpacked = get(h, AT_UNPACKED, 4);
	uint8_t salt[SALT];
	size_t salt_n;

	u->locked = true;
	if (get(h, AT_VERSION, 1) < VERSION_AES)
		return err_set(e, ERR_DENIED, "RAR: a cipher of before RAR 2.9");
	if (!take_salt(r, salt, &salt_n, e) || !unlock_key_rar4(u, view_of(salt, salt_n), e) ||
	    !unlock_cbc(u->key.key, KEY, u->key.iv, data, &plain, e))
		return false;
	if (get(h, AT_METHOD, 1) == STORED && unpacked < plain.n)
		plain.n = unpacked;
	if (!u->by_member && h->p[2] == FILE_HEADER && data.n > 0) {
		u->by_member = true;
		u->member = r->members;
		u->crc = get(h, AT_CRC, 4);
	}
	set(h, 3, 2, get(h, 3, 2) & ~(uint32_t)(FILE_LOCKED | FILE_SALTED));
	set(h, AT_PACKED, 4, (uint32_t)plain.n);
	if ((get(h, 3, 2) & FILE_LARGE) != 0)
		set(h, AT_LARGE, 4, (uint32_t)((uint64_t)plain.n >> 32));
	return put_header(r, e) && (buf_view(u->out, buf_bytes(&plain)) || buf_ok(u->out, e));
}

/* How many bytes stand behind the header in hand. */
static bool
data_size(const struct rar4 *r, bool file, uint64_t *ret)
{
	const struct buf *h = &r->head;

	*ret = 0;
	if (!file && (get(h, 3, 2) & HAS_DATA) == 0)
		return true;
	if (h->n < (file ? (size_t)AT_LARGE : AT_PACKED + 4u))
		return false;
	*ret = get(h, AT_PACKED, 4);
	if (!file || (get(h, 3, 2) & FILE_LARGE) == 0)
		return true;
	if (h->n < AT_LARGE + 8)
		return false;
	*ret |= (uint64_t)get(h, AT_LARGE, 4) << 32;
	return true;
}

static bool
block(struct rar4 *r, bool *more, struct err *e)
{
	struct view data;
	uint64_t n;
	bool file;

	if (!(r->headers ? take_locked(r, e) : take_plain(r, e)))
		return false;
	file = r->head.p[2] == FILE_HEADER || r->head.p[2] == SERVICE;
	*more = r->head.p[2] != END;
	if (!data_size(r, file, &n) || n > r->v.n || !view_take(&r->v, (size_t)n, &data))
		return cut(e);
	if (r->head.p[2] == MAIN && (get(&r->head, 3, 2) & MAIN_LOCKED) != 0) {
		r->headers = r->u->locked = true;
		set(&r->head, 3, 2, get(&r->head, 3, 2) & ~(uint32_t)MAIN_LOCKED);
	} else if (file && (get(&r->head, 3, 2) & FILE_LOCKED) != 0) {
		if (!locked_member(r, data, e))
			return false;
		r->members += r->head.p[2] == FILE_HEADER && data.n > 0;
		return true;
	}
	r->members += r->head.p[2] == FILE_HEADER && data.n > 0;
	return put_header(r, e) && (buf_view(r->u->out, data) || buf_ok(r->u->out, e));
}

bool
unlock_rar4(struct unlock *u, struct err *e)
{
	struct rar4 r = { .u = u, .v = view_from(u->in, MARK) };
	bool more = true, ok;

	if (u->in.n < MARK)
		return cut(e);
	ok = buf_put(u->out, u->in.p, MARK) || buf_ok(u->out, e);
	while (ok && more && r.v.n > 0)
		ok = block(&r, &more, e) && job_tick(u->j, e);
	buf_release(&r.head);
	return ok;
}
