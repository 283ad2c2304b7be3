#include "sanitize/archive/archive_read.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

#include "core/own.h"

struct archive_reader {
	struct archive *a;
	struct archive_entry *entry;	/* libarchive's own */
	size_t packed;		/* bytes of the input */
	uint64_t unpacked;	/* of all members so far */
	bool locked;
};

/* Nothing to enable. */
static int
archive_read_support_format_none(struct archive *a)
{
	(void)a;
	return ARCHIVE_OK;
}

/* A stream that is no archive is one file.  (Its "empty" format would take a damaged stream for an empty one.) */
static int
archive_read_support_format_single(struct archive *a)
{
	return archive_read_support_format_raw(a);
}

/*
 * One layer of compression, and not as many as there are: a stream can unpack to itself.  A filter
 * that libarchive lacks it would start a program for, and answer ARCHIVE_WARN: never here.
 */
static int
one_filter(struct archive *a, int code)
{
	/* That of compress(1) reads before there is anything to read, when it is appended. */
	return code == ARCHIVE_FILTER_NONE	 ? ARCHIVE_OK
	       : code == ARCHIVE_FILTER_COMPRESS ? archive_read_support_filter_compress(a)
						 : archive_read_append_filter(a, code);
}

static const struct {
	enum type type;
	int (*first)(struct archive *);
	int (*second)(struct archive *);
	int filter;
} openers[] = {
#define ARCHIVE(type, id, first, second, filter, clock) \
	{ TYPE_##type, archive_read_support_format_##first, archive_read_support_format_##second, \
	  ARCHIVE_FILTER_##filter },
#include "sanitize/archive/archive.def"
#undef ARCHIVE
};

void
archive_warm(void)
{
	mbstate_t from = { 0 }, to = { 0 };
	char bytes[MB_LEN_MAX];
	wchar_t c;

	tzset();
	if (mbrtowc(&c, "\xe5\xb8\x82", 3, &from) == 3 && wcrtomb(bytes, c, &to) == 3)
		return;
	/* In another locale names that are Unicode are lost: members without a name are not kept. */
}

static const char *
reason(struct archive *a)
{
	const char *s = archive_error_string(a);

	return s != NULL ? s : "cannot be read";
}

/* It has no code for what it cannot unpack, only words. */
static bool
is_unsupported(const char *why)
{
	static const char *const words[] = { "codec ID", "nsupported filter", "nsupported compression",
					     "nsupported packing", "not supported" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(why, words[i]) != NULL)
			return true;
	return false;
}

static bool
broken(struct archive *a, struct err *e)
{
	const char *why = reason(a);

	return err_set(e, archive_errno(a) == ENOMEM ? ERR_LIMIT
			  : is_unsupported(why)	     ? ERR_DENIED : ERR_MALFORMED, "%s", why);
}

struct archive_reader *
archive_reader_new(enum type type, struct view in, struct err *e)
{
	own_archive_reader struct archive_reader *r = calloc(1, sizeof *r);
	size_t i;

	if (r == NULL || (r->a = archive_read_new()) == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	r->packed = in.n;
	for (i = 0; i < sizeof openers / sizeof *openers && openers[i].type != type; i++)
		;
	if (i == sizeof openers / sizeof *openers || openers[i].first(r->a) != ARCHIVE_OK ||
	    openers[i].second(r->a) != ARCHIVE_OK || one_filter(r->a, openers[i].filter) != ARCHIVE_OK) {
		err_set(e, ERR_DENIED, "no reader for it");
		return NULL;
	}
	/* LZH keeps its names in the charset of the machine that wrote it. */
	if (type == TYPE_LZH &&
	    archive_read_set_format_option(r->a, "lha", "hdrcharset", "KEPT") != ARCHIVE_OK) {
		err_set(e, ERR_SYSTEM, "%s", reason(r->a));
		return NULL;
	}
	if (archive_read_open_memory(r->a, in.p, in.n) != ARCHIVE_OK) {
		(void)broken(r->a, e);
		return NULL;
	}
	return give(r);
}

void
archive_reader_free(struct archive_reader *r)
{
	if (r == NULL)
		return;
	(void)archive_read_free(r->a);
	free(r);
}

void
archive_reader_cleanup_(struct archive_reader **r)
{
	archive_reader_free(*r);
}

bool
archive_reader_locked(const struct archive_reader *r)
{
	return r->locked || archive_read_has_encrypted_entries(r->a) > 0;
}

static enum archive_kind
kind_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry) != NULL || archive_entry_symlink(entry) != NULL)
		return ARCHIVE_LINK;
	switch (archive_entry_filetype(entry)) {
	case AE_IFDIR:
		return ARCHIVE_DIRECTORY;
	case AE_IFREG:
	case 0:		/* the format has no such thing as kinds */
		return ARCHIVE_FILE;
	default:
		return ARCHIVE_LINK;
	}
}

/* ustar and GNU tar keep names as the system had them; pax, 7z and RAR 5 have Unicode, CAB and RAR 4 say where. */
static enum archive_name_kind
name_kind(struct archive *a)
{
	switch (archive_format(a)) {
	case ARCHIVE_FORMAT_TAR:
	case ARCHIVE_FORMAT_TAR_USTAR:
	case ARCHIVE_FORMAT_TAR_GNUTAR:
	case ARCHIVE_FORMAT_RAW:
		return ARCHIVE_NAME_RAW;
	default:
		return ARCHIVE_NAME_TOLD;
	}
}

static void
fill(struct archive_reader *r, struct archive_member *m)
{
	struct archive_entry *entry = r->entry;
	const char *name = archive_entry_pathname(entry);
	bool size = archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0;

	*m = (struct archive_member){
		.name = view_str(name == NULL ? "" : name),
		.name_kind = name_kind(r->a),
		.kind = kind_of(entry),
		.encrypted = archive_entry_is_encrypted(entry) > 0,
		.attributes = archive_entry_xattr_count(entry) > 0 || archive_entry_acl_types(entry) != 0 ||
			      archive_entry_mac_metadata(entry, &(size_t){ 0 }) != NULL,
		.single = archive_format(r->a) == ARCHIVE_FORMAT_RAW,
		.has_size = size,
		.sparse = archive_entry_sparse_count(entry) > 0,
		.size = size ? (uint64_t)archive_entry_size(entry) : 0,
		.has_time = archive_entry_mtime_is_set(entry) != 0,
		.time = archive_entry_mtime(entry),
	};
	/* What libarchive calls a file without a name. */
	if (m->single && view_is(m->name, "data"))
		m->name.n = 0;
	r->locked |= m->encrypted;
}

enum archive_got
archive_reader_next(struct archive_reader *r, struct archive_member *ret, struct err *e)
{
	int got = archive_read_next_header(r->a, &r->entry);

	if (got == ARCHIVE_EOF)
		return ARCHIVE_ENDED;
	/* ARCHIVE_WARN: something of the header, most often a name, was not understood; the rest stands. */
	if (got == ARCHIVE_OK || got == ARCHIVE_WARN) {
		fill(r, ret);
		return ARCHIVE_GOT;
	}
	(void)broken(r->a, e);
	return got == ARCHIVE_FATAL ? ARCHIVE_BROKEN : ARCHIVE_DAMAGED;
}

static bool
charge(struct archive_reader *r, struct job *j, uint64_t n, struct err *e)
{
	r->unpacked += n;
	if (!job_charge(j, n, e) || !job_ratio(j, r->packed, r->unpacked, e))
		return false;
	return !job_spent(j) || err_set(e, ERR_LIMIT, "the budget is used up");
}

/* A hole up to `at`, then the block. */
static bool
put_block(struct archive_reader *r, struct job *j, struct buf *ret, size_t from, uint64_t at,
	  struct view block, struct err *e)
{
	uint64_t have = ret->n - from;

	if (at < have)
		return err_set(e, ERR_MALFORMED, "its pieces overlap");
	if (at > have && (!charge(r, j, at - have, e) || !buf_fill(ret, 0, (size_t)(at - have))))
		return e->code != ERR_NONE ? false : buf_ok(ret, e);
	return buf_view(ret, block) || buf_ok(ret, e);
}

static enum archive_got
how_it_ended(struct archive_reader *r, int got, struct err *e)
{
	(void)broken(r->a, e);
	if (r->locked)
		(void)err_set(e, ERR_DENIED, "encrypted");
	/* After a warning (a checksum that does not fit) the reader goes on; the bytes are not to be had. */
	return got == ARCHIVE_FATAL ? ARCHIVE_BROKEN : ARCHIVE_DAMAGED;
}

enum archive_got
archive_reader_data(struct archive_reader *r, const struct archive_member *m, struct job *j,
		    struct buf *ret, struct err *e)
{
	size_t from = ret != NULL ? ret->n : 0, n;
	uint64_t all = 0;
	const void *p;
	la_int64_t at;
	int got;

	*e = (struct err){ 0 };
	while ((got = archive_read_data_block(r->a, &p, &n, &at)) == ARCHIVE_OK) {
		all += n;
		if (at < 0 || !charge(r, j, n, e) ||
		    (ret != NULL && !put_block(r, j, ret, from, (uint64_t)at, view_of(p, n), e)))
			return ARCHIVE_BROKEN;
	}
	if (got != ARCHIVE_EOF)
		return how_it_ended(r, got, e);
	if (ret == NULL || !m->has_size)
		return ARCHIVE_GOT;
	if (m->sparse)
		return ret->n - from >= m->size ||
				       put_block(r, j, ret, from, m->size, view_of("", 0), e)
			       ? ARCHIVE_GOT : ARCHIVE_BROKEN;
	if (all == m->size)
		return ARCHIVE_GOT;
	(void)err_set(e, ERR_MALFORMED, "%llu bytes of %llu", (unsigned long long)all,
		      (unsigned long long)m->size);
	return ARCHIVE_DAMAGED;
}
