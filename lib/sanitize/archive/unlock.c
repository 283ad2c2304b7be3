#include "sanitize/archive/unlock.h"

#include <libdeflate.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/archive/archive_read.h"
#include "sanitize/archive/unlock_in.h"

static void
wide_password(struct unlock *u)
{
	struct view v = u->password;
	uint32_t c;

	buf_clear(&u->wide);
	while (v.n > 0) {
		c = utf8_take(&v);
		if (c == UTF8_BAD)
			continue;
		if (c >= 0x10000) {
			(void)buf_u16le(&u->wide, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		(void)buf_u16le(&u->wide, (uint16_t)c);
	}
}

static bool
unlock_as(struct unlock *u, enum type type, struct err *e)
{
	if (type == TYPE_SEVENZIP)
		return unlock_7z(u, e);
	return view_starts(u->in, VIEW("Rar!\x1a\x07\x01\x00")) ? unlock_rar5(u, e) : unlock_rar4(u, e);
}

/* Is the member what its checksum says?  What is unpacked for this does not count against the job's budget twice. */
static bool
member_fits(struct unlock *u, enum type type, struct err *e)
{
	own_archive_reader struct archive_reader *r = archive_reader_new(type, buf_bytes(u->out), e);
	own_buf struct buf bytes = { 0 };
	struct job scout = *u->j;
	struct archive_member m;
	size_t at = 0;

	while (r != NULL && archive_reader_next(r, &m, e) == ARCHIVE_GOT) {
		if (m.kind != ARCHIVE_FILE || (m.has_size && m.size == 0))
			continue;
		buf_clear(&bytes);
		if (archive_reader_data(r, &m, &scout, &bytes, e) != ARCHIVE_GOT)
			return e->code == ERR_LIMIT ? false : unlock_wrong(e);
		if (at++ == u->member)
			return libdeflate_crc32(0, bytes.p, bytes.n) == u->crc || unlock_wrong(e);
	}
	return unlock_wrong(e);
}

static bool
try_password(struct unlock *u, enum type type, struct err *e)
{
	u->locked = u->proven = u->by_member = false;
	u->key = (struct unlock_key){ 0 };
	buf_clear(u->out);
	*e = (struct err){ 0 };
	wide_password(u);
	return unlock_as(u, type, e) && (!u->locked || u->proven || !u->by_member || member_fits(u, type, e));
}

bool
archive_unlock(struct job *j, enum type type, struct view in, struct buf *ret, struct err *e)
{
	struct unlock u = { .j = j, .in = in, .out = ret };
	bool ok = false;
	size_t i;

	if (type != TYPE_SEVENZIP && type != TYPE_RAR)
		return true;
	if (j->passwords == 0)
		return unlock_wrong(e);
	for (i = 0; i < j->passwords && !ok; i++) {
		u.password = j->password[i];
		ok = try_password(&u, type, e);
		if (!ok && e->code != ERR_DENIED)
			break;
	}
	buf_release(&u.wide);
	if (ok && !u.locked)
		buf_clear(ret);
	return ok;
}
