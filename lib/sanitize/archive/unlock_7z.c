/* 7z: the encryption is a coder (7zAES) between the packed bytes and the next coder; it is taken out. */
#include <libdeflate.h>
#include <lzma.h>

#include "core/own.h"
#include "sanitize/archive/sevenzip.h"
#include "sanitize/archive/unlock_in.h"

enum {
	PLAIN = 0x01, ENCODED = 0x17, ARCHIVE_PROPERTIES = 0x02, MAIN_STREAMS = 0x04, FILES = 0x05,
	ENCODINGS_MAX = 4,		/* of the directory, one in the other */
	DIRECTORY_MAX = 64 << 20,
	ARENA_MAX = 64 << 20,
	NONE = 0xff,
};

#define ID_AES VIEW("\x06\xf1\x07\x01")
#define ID_LZMA VIEW("\x03\x01\x01")
#define ID_LZMA2 VIEW("\x21")

struct folder_key {
	struct view salt;
	uint8_t iv[UNLOCK_BLOCK];
	unsigned rounds;
};

/* Rounds, and the lengths of salt and vector, in two bytes. */
static bool
read_props(struct view v, struct folder_key *ret, struct err *e)
{
	struct view iv = { 0 };
	uint8_t a, b = 0;
	size_t salt, n;

	*ret = (struct folder_key){ 0 };
	if (!view_u8(&v, &a) || ((a & 0xc0) != 0 && !view_u8(&v, &b)))
		return err_set(e, ERR_MALFORMED, "7z: 7zAES without properties");
	ret->rounds = a & 0x3f;
	salt = (size_t)(a >> 7 & 1) + (b >> 4);
	n = (size_t)(a >> 6 & 1) + (b & 15);
	if (!view_take(&v, salt, &ret->salt) || !view_take(&v, n, &iv))
		return err_set(e, ERR_MALFORMED, "7z: 7zAES properties cut off");
	if (n > 0)
		memcpy(ret->iv, iv.p, n);
	return true;
}

static uint8_t
coder_with(const struct sevenzip_folder *f, struct view id)
{
	uint8_t i;

	for (i = 0; i < f->coders; i++)
		if (view_eq(f->coder[i].id, id))
			return i;
	return NONE;
}

/* Takes coder `at`, one stream in and one out, out of the folder; its packed stream feeds what it fed. */
static void
folder_cut(struct sevenzip_folder *f, uint8_t at, uint8_t in, uint8_t out)
{
	uint8_t i, fed = NONE;

	for (i = 0; i < f->pairs; i++)
		if (f->pair[i].out == out)
			fed = i;
	if (fed == NONE) {	/* the last coder: what it gives is the folder's stream, as it is */
		f->coder[at] = (struct sevenzip_coder){ .id = view_of("\0", 1), .in = 1, .out = 1 };
		return;
	}
	for (i = 0; i < f->packs; i++)
		if (f->pack[i] == in)
			f->pack[i] = f->pair[fed].in;
	f->pair[fed] = f->pair[--f->pairs];
	memmove(f->coder + at, f->coder + at + 1, (size_t)(--f->coders - at) * sizeof *f->coder);
	memmove(f->unpacked + out, f->unpacked + out + 1, (size_t)(--f->outs - out) * sizeof *f->unpacked);
	f->ins--;
	for (i = 0; i < f->pairs; i++) {
		f->pair[i].in = (uint8_t)(f->pair[i].in - (f->pair[i].in > in));
		f->pair[i].out = (uint8_t)(f->pair[i].out - (f->pair[i].out > out));
	}
	for (i = 0; i < f->packs; i++)
		f->pack[i] = (uint8_t)(f->pack[i] - (f->pack[i] > in));
}

/* Does this input feed a coder that encrypts?  Which, and where is its output. */
static bool
feeds_aes(const struct sevenzip_folder *f, uint8_t in, uint8_t *ret_coder, uint8_t *ret_out)
{
	uint8_t i, ins = 0, outs = 0;

	for (i = 0; i < f->coders && in >= ins + f->coder[i].in; i++) {
		ins = (uint8_t)(ins + f->coder[i].in);
		outs = (uint8_t)(outs + f->coder[i].out);
	}
	*ret_coder = i;
	*ret_out = outs;
	return i < f->coders && view_eq(f->coder[i].id, ID_AES) && f->coder[i].in == 1 && f->coder[i].out == 1;
}

/* One packed stream of `*n` bytes added to `ret`, decrypted where it is not plain: then *n is its new size. */
static bool
open_stream(struct unlock *u, const struct sevenzip_folder *f, uint8_t in, struct view packed, uint64_t *n,
	    struct buf *ret, struct err *e)
{
	uint8_t coder, out;
	struct folder_key k;
	size_t from = ret->n;

	if (!feeds_aes(f, in, &coder, &out))
		return buf_view(ret, packed) || buf_ok(ret, e);
	if (!read_props(f->coder[coder].props, &k, e) || !unlock_key_7z(u, k.salt, k.rounds, e) ||
	    !unlock_cbc(u->key.key, UNLOCK_KEY, k.iv, packed, ret, e))
		return false;
	if (f->unpacked[out] > packed.n)
		return err_set(e, ERR_MALFORMED, "7z: an encrypted stream of another size");
	*n = f->unpacked[out];
	ret->n = from + (size_t)*n;
	u->locked = true;
	return true;
}

/*
 * The folder's packed streams, whose sizes stand from `size` on and whose bytes begin at *at of u->in, added to
 * `ret`; no coder that encrypts is left in it.
 */
static bool
open_folder(struct unlock *u, struct sevenzip_folder *f, uint64_t *size, uint64_t *at, struct buf *ret,
	    struct err *e)
{
	uint8_t i, coder, out, in;
	struct view packed;

	for (i = 0; i < f->packs; i++) {
		uint64_t n = size[i];

		if (*at > u->in.n || n > u->in.n - *at || !view_sub(u->in, (size_t)*at, (size_t)n, &packed))
			return err_set(e, ERR_MALFORMED, "7z: a packed stream is cut off");
		*at += n;
		if (!open_stream(u, f, f->pack[i], packed, &size[i], ret, e))
			return false;
	}
	for (i = 0; i < f->packs; i++) {
		in = f->pack[i];
		if (feeds_aes(f, in, &coder, &out))
			folder_cut(f, coder, in, out);
	}
	return coder_with(f, ID_AES) == NONE || err_set(e, ERR_DENIED, "7z: encryption behind another coder");
}

/* `n` bytes and no more: a stream of LZMA need not say where it ends. */
static bool
unpack_lzma(lzma_vli id, struct view props, struct view packed, size_t n, struct buf *ret, struct err *e)
{
	lzma_filter chain[2] = { { .id = id }, { .id = LZMA_VLI_UNKNOWN } };
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_options_lzma *options;
	uint8_t *room = buf_room(ret, n);
	lzma_ret got;

	if (room == NULL)
		return buf_ok(ret, e);
	if (lzma_properties_decode(chain, NULL, props.p, props.n) != LZMA_OK)
		return err_set(e, ERR_MALFORMED, "7z: properties of LZMA that are none");
	options = chain[0].options;
	/* Whatever it asks for: nothing farther back than the whole is ever needed. */
	if (options->dict_size > n)
		options->dict_size = n < LZMA_DICT_SIZE_MIN ? LZMA_DICT_SIZE_MIN : (uint32_t)n;
	got = lzma_raw_decoder(&s, chain);
	free(options);
	s.next_in = packed.p;
	s.avail_in = packed.n;
	s.next_out = room;
	s.avail_out = n;
	while (got == LZMA_OK && s.avail_out > 0)
		got = lzma_code(&s, LZMA_RUN);
	ret->n += n - s.avail_out;
	n = s.avail_out;
	lzma_end(&s);
	return n == 0 || err_set(e, ERR_MALFORMED, "7z: the directory cannot be unpacked");
}

/* The directory's own folder: stored, LZMA or LZMA2. */
static bool
unpack_directory(struct unlock *u, const struct sevenzip_folder *f, struct view packed, struct buf *ret,
		 struct err *e)
{
	uint64_t n = f->unpacked[0];
	struct view id = f->coder[0].id;

	if (f->coders != 1)
		return err_set(e, ERR_DENIED, "7z: a directory packed in an unknown way");
	if (n > DIRECTORY_MAX)
		return err_set(e, ERR_LIMIT, "7z: a directory of %llu bytes", (unsigned long long)n);
	if (!job_charge(u->j, n, e) || !job_ratio(u->j, u->in.n, n, e))
		return false;
	if (view_eq(id, VIEW("\0")))
		return (packed.n >= n && buf_put(ret, packed.p, (size_t)n)) ||
		       err_set(e, ERR_MALFORMED, "7z: the directory is cut off");
	if (view_eq(id, ID_LZMA) || view_eq(id, ID_LZMA2))
		return unpack_lzma(view_eq(id, ID_LZMA) ? LZMA_FILTER_LZMA1 : LZMA_FILTER_LZMA2, f->coder[0].props,
				   packed, (size_t)n, ret, e);
	return err_set(e, ERR_DENIED, "7z: a directory packed in an unknown way");
}

/* One layer off the directory: `dir` behind the id ENCODED. */
static bool
decode_directory(struct unlock *u, struct arena *a, struct view dir, struct buf *ret, struct err *e)
{
	own_buf struct buf packed = { 0 };
	struct sevenzip_streams s;
	uint64_t at;
	bool locked;

	if (!sevenzip_streams_read(a, &dir, &s, e))
		return false;
	if (s.folders != 1 || s.packs < s.folder[0].packs)
		return err_set(e, ERR_MALFORMED, "7z: the directory is in %zu folders", s.folders);
	locked = coder_with(&s.folder[0], ID_AES) != NONE;
	at = SEVENZIP_HEAD + s.pack_at;
	if (at < s.pack_at || !open_folder(u, &s.folder[0], s.pack, &at, &packed, e))
		return at < s.pack_at ? err_set(e, ERR_MALFORMED, "7z: cut off") : false;
	if (!unpack_directory(u, &s.folder[0], buf_bytes(&packed), ret, e))
		return locked && e->code == ERR_MALFORMED ? unlock_wrong(e) : false;
	if (!s.folder[0].has_crc || libdeflate_crc32(0, ret->p, ret->n) == s.folder[0].crc) {
		u->proven |= locked && s.folder[0].has_crc;
		return true;
	}
	return locked ? unlock_wrong(e) : err_set(e, ERR_MALFORMED, "7z: the directory's checksum is another");
}

static bool
find_directory(struct unlock *u, struct arena *a, struct buf *ret, struct err *e)
{
	own_buf struct buf inner = { 0 };
	struct view head = u->in;
	uint64_t at, n;
	unsigned i;

	if (!view_skip(&head, 12) || !view_u64le(&head, &at) || !view_u64le(&head, &n) ||
	    u->in.n < SEVENZIP_HEAD || at > u->in.n - SEVENZIP_HEAD || n > u->in.n - SEVENZIP_HEAD - at)
		return err_set(e, ERR_MALFORMED, "7z: no directory where it should be");
	(void)buf_put(ret, u->in.p + SEVENZIP_HEAD + at, (size_t)n);
	for (i = 0; i < ENCODINGS_MAX && ret->n > 0 && ret->p[0] == ENCODED; i++) {
		buf_clear(&inner);
		if (!decode_directory(u, a, view_from(buf_bytes(ret), 1), &inner, e))
			return false;
		buf_clear(ret);
		(void)buf_view(ret, buf_bytes(&inner));
	}
	return (buf_ok(ret, e) && ret->n > 0 && ret->p[0] == PLAIN) ||
	       (e->code == ERR_NONE && err_set(e, ERR_MALFORMED, "7z: a directory of an unknown kind"));
}

static void
prove_by(struct unlock *u, const struct sevenzip_folder *f, uint64_t member)
{
	if (u->by_member || !f->has_first_crc || f->files == 0)
		return;
	u->by_member = true;
	u->member = (size_t)member;
	u->crc = f->first_crc;
}

/* All members' packed streams behind u->out's head. */
static bool
open_members(struct unlock *u, struct sevenzip_streams *s, struct err *e)
{
	uint64_t at = SEVENZIP_HEAD + s->pack_at, member = 0;
	size_t i, pack = 0;

	if (at < s->pack_at)
		return err_set(e, ERR_MALFORMED, "7z: cut off");
	for (i = 0; i < s->folders; i++) {
		struct sevenzip_folder *f = &s->folder[i];
		bool locked = coder_with(f, ID_AES) != NONE;

		if (f->packs > s->packs - pack)
			return err_set(e, ERR_MALFORMED, "7z: more streams than are there");
		if (!open_folder(u, f, s->pack + pack, &at, u->out, e))
			return false;
		if (locked)
			prove_by(u, f, member);
		member += f->files;
		pack += f->packs;
		if (!job_tick(u->j, e))
			return false;
	}
	s->packs = pack;
	s->pack_at = 0;
	return true;
}

static void
patch(struct buf *b, size_t at, uint64_t v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		b->p[at + i] = (uint8_t)(v >> (8 * i));
}

/* The directory behind the packed streams (NULL: there are none), and the head that says so. */
static bool
put_directory(struct unlock *u, const struct sevenzip_streams *s, struct view rest, struct err *e)
{
	struct buf *b = u->out;
	size_t at = b->n;

	(void)buf_byte(b, PLAIN);
	if (s != NULL) {
		(void)buf_byte(b, MAIN_STREAMS);
		sevenzip_streams_write(s, b);
	}
	(void)buf_view(b, rest);
	if (!buf_ok(b, e))
		return false;
	patch(b, 12, at - SEVENZIP_HEAD, 8);
	patch(b, 20, b->n - at, 8);
	patch(b, 28, libdeflate_crc32(0, b->p + at, b->n - at), 4);
	patch(b, 8, libdeflate_crc32(0, b->p + 12, 20), 4);
	return true;
}

/* Ids, each with its length and bytes. */
static bool
skip_properties(struct view *v)
{
	uint64_t id, n;

	while (sevenzip_number(v, &id) && id != 0)
		if (!sevenzip_number(v, &n) || n > v->n || !view_skip(v, (size_t)n))
			return false;
	return true;
}

/* Of the files' names and times only their count is looked at: libarchive makes room for as many as are told. */
static bool
count_files(const struct unlock *u, struct view rest, struct err *e)
{
	uint64_t n;

	if (rest.n == 0 || rest.p[0] != FILES)
		return true;
	rest = view_from(rest, 1);
	if (!sevenzip_number(&rest, &n))
		return err_set(e, ERR_MALFORMED, "7z: the directory is cut off or bent");
	return n <= u->j->profile->limits.entries ||
	       err_set(e, ERR_LIMIT, "more than %u members", u->j->profile->limits.entries);
}

bool
unlock_7z(struct unlock *u, struct err *e)
{
	own_arena struct arena *a = arena_new(ARENA_MAX);
	own_buf struct buf directory = { 0 };
	struct sevenzip_streams s;
	struct view v, rest;

	if (a == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!find_directory(u, a, &directory, e))
		return false;
	v = view_from(buf_bytes(&directory), 1);
	if (v.n > 0 && v.p[0] == ARCHIVE_PROPERTIES && (!view_skip(&v, 1) || !skip_properties(&v)))
		return err_set(e, ERR_MALFORMED, "7z: the directory is cut off or bent");
	if (v.n == 0 || v.p[0] != MAIN_STREAMS) {	/* no bytes at all: names only */
		(void)buf_put(u->out, u->in.p, SEVENZIP_HEAD);
		return count_files(u, v, e) && buf_ok(u->out, e) && put_directory(u, NULL, v, e);
	}
	(void)view_skip(&v, 1);
	if (!sevenzip_streams_read(a, &v, &s, e))
		return false;
	rest = v;
	(void)buf_put(u->out, u->in.p, SEVENZIP_HEAD);
	return buf_ok(u->out, e) && count_files(u, rest, e) && open_members(u, &s, e) && put_directory(u, &s, rest, e);
}
