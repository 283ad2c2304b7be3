#include "nursery/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

/* A read at a time. */
enum { PIECE = 64 * 1024 };

int
memory_new(const char *name, struct err *e)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)	/* before Linux 6.3 */
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		err_set(e, ERR_SYSTEM, "memory: %s", strerror(errno));
	return fd;
}

static bool
write_all(int fd, struct view v)
{
	while (v.n > 0) {
		ssize_t n = write(fd, v.p, v.n);

		if (n < 0 && errno != EINTR)
			return false;
		v = view_from(v, n < 0 ? 0 : (size_t)n);
	}
	return true;
}

/*
 * Nobody else ever held it, so that FUTURE_WRITE is as much as WRITE, which
 * would wait until every processor let go of the pages that were just filled.
 */
static bool
seal(int fd, struct err *e)
{
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
		return err_set(e, ERR_SYSTEM, "seal: %s", strerror(errno));
	return true;
}

static bool
too_large(uint64_t max, struct err *e)
{
	return err_set(e, ERR_LIMIT, "larger than %llu MiB", (unsigned long long)(max >> 20));
}

/* A file as it was before its reading; a pipe has no such state. */
struct before {
	bool file;
	off_t at;
	struct stat st;
};

static struct before
before(int fd)
{
	struct before b = { 0 };

	b.file = fstat(fd, &b.st) == 0 && S_ISREG(b.st.st_mode);
	b.at = b.file ? lseek(fd, 0, SEEK_CUR) : 0;
	return b;
}

/* Kernel's own files say that they have no size. */
static bool
unchanged(const struct before *b, int fd, uint64_t read)
{
	struct stat now;

	if (!b->file)
		return true;
	return fstat(fd, &now) == 0 && now.st_size == b->st.st_size && now.st_mtim.tv_sec == b->st.st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == b->st.st_mtim.tv_nsec &&
	       (b->st.st_size <= b->at || read == (uint64_t)(b->st.st_size - b->at));
}

/*
 * Hashed on the way, piece by piece: a mapping of the whole would cost a page
 * fault for each few pages, more than this copy.
 */
int
memory_copy(int from, uint64_t max, uint64_t *ret_size, uint8_t ret_hash[SHA256_SIZE], struct err *e)
{
	own_fd int to = memory_new("in", e);
	struct before b = before(from);
	uint8_t bytes[PIECE];
	struct sha256 s;
	ssize_t n;

	if (to < 0)
		return -1;
	*ret_size = 0;
	if (b.file && b.st.st_size > b.at && (uint64_t)(b.st.st_size - b.at) > max) {
		too_large(max, e);
		return -1;
	}
	sha256_begin(&s);
	while ((n = read(from, bytes, sizeof bytes)) != 0) {
		if (n < 0 && (errno == EINTR || (errno == EAGAIN && poll(&(struct pollfd){ from, POLLIN, 0 }, 1, -1) > 0)))
			continue;
		if (n > 0 && (*ret_size += (uint64_t)n) > max) {
			too_large(max, e);
			return -1;
		}
		if (n < 0 || !write_all(to, view_of(bytes, (size_t)n))) {
			err_set(e, n < 0 ? ERR_DENIED : ERR_SYSTEM, "%s: %s", n < 0 ? "reading" : "memory", strerror(errno));
			return -1;
		}
		sha256_add(&s, view_of(bytes, (size_t)n));
	}
	if (!unchanged(&b, from, *ret_size)) {
		err_set(e, ERR_MALFORMED, "changed while it was read");
		return -1;
	}
	sha256_end(&s, ret_hash);
	return seal(to, e) ? give_fd(&to) : -1;
}

/* The n bytes at `at`: hashed, and written to `to` unless that is -1. */
static bool
pieces(int from, uint64_t at, uint64_t n, int to, struct sha256 *s, struct err *e)
{
	uint8_t bytes[PIECE];

	while (n > 0) {
		size_t want = n < sizeof bytes ? (size_t)n : sizeof bytes;
		ssize_t got = pread(from, bytes, want, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_set(e, ERR_DENIED, "memory: shorter than it was said to be");
		if (to >= 0 && !write_all(to, view_of(bytes, (size_t)got)))
			return err_set(e, ERR_SYSTEM, "memory: %s", strerror(errno));
		sha256_add(s, view_of(bytes, (size_t)got));
		at += (uint64_t)got;
		n -= (uint64_t)got;
	}
	return true;
}

bool
pour_begin(struct pour *p, const char *name, struct err *e)
{
	*p = (struct pour){ .to = memory_new(name, e) };
	sha256_begin(&p->sum);
	return p->to >= 0;
}

bool
pour_from(struct pour *p, int from, uint64_t at, uint64_t n, struct err *e)
{
	if (!pieces(from, at, n, p->to, &p->sum, e))
		return false;
	p->size += n;
	return true;
}

int
pour_end(struct pour *p, uint8_t ret_hash[SHA256_SIZE], struct err *e)
{
	own_fd int to = give_fd(&p->to);

	sha256_end(&p->sum, ret_hash);
	return seal(to, e) ? give_fd(&to) : -1;
}

void
pour_drop(struct pour *p)
{
	if (p->to >= 0)
		(void)close(give_fd(&p->to));
}

bool
memory_hash(int fd, uint64_t n, uint8_t ret[SHA256_SIZE], struct err *e)
{
	struct sha256 s;

	sha256_begin(&s);
	if (!pieces(fd, 0, n, -1, &s, e))
		return false;
	sha256_end(&s, ret);
	return true;
}

int
memory_take(int from, uint64_t n, uint8_t ret_hash[SHA256_SIZE], struct err *e)
{
	struct pour p;

	if (!pour_begin(&p, "taken", e))
		return -1;
	if (pour_from(&p, from, 0, n, e))
		return pour_end(&p, ret_hash, e);
	pour_drop(&p);
	return -1;
}

bool
memory_close(int fd, uint64_t max, struct err *e)
{
	off_t n;

	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
		return err_set(e, ERR_DENIED, "memory: %s", strerror(errno));
	n = lseek(fd, 0, SEEK_END);
	if (n < 0 || (uint64_t)n > max)
		return too_large(max, e);
	return true;
}

/* By lseek(): fstat() takes a path on newer C libraries, and no filter sees whether it is empty. */
bool
memory_map(int fd, struct view *ret, struct err *e)
{
	off_t n = lseek(fd, 0, SEEK_END);
	void *p;

	*ret = VIEW("");
	if (n < 0)
		return err_set(e, ERR_SYSTEM, "memory: %s", strerror(errno));
	if (n == 0)
		return true;
	/* All at once: each page fault would cost more than the page's bytes. */
	p = mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		return err_set(e, ERR_SYSTEM, "memory: %s", strerror(errno));
	*ret = view_of(p, (size_t)n);
	return true;
}
