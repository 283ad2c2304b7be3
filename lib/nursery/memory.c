#include "nursery/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

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

/* One read() and write() at a time: for pipes and what sendfile() does not know. */
static ssize_t
copy_some(int from, int to)
{
	char bytes[65536];
	ssize_t n = read(from, bytes, sizeof bytes);
	ssize_t done = 0;

	while (done < n) {
		ssize_t k = write(to, bytes + done, (size_t)(n - done));

		if (k < 0)
			return -1;
		done += k;
	}
	return n;
}

int
memory_copy(int from, uint64_t max, uint64_t *ret_size, struct err *e)
{
	own_fd int to = memory_new("in", e);
	uint64_t size = 0;
	bool whole = true;

	if (to < 0)
		return -1;
	for (;;) {
		ssize_t n = whole ? sendfile(to, from, NULL, 1 << 30) : copy_some(from, to);

		if (n < 0 && whole && (errno == EINVAL || errno == ENOSYS)) {
			whole = false;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_set(e, ERR_SYSTEM, "reading: %s", strerror(errno));
			return -1;
		}
		if (n == 0)
			break;
		size += (uint64_t)n;
		if (size > max) {
			err_set(e, ERR_LIMIT, "larger than %llu MiB", (unsigned long long)(max >> 20));
			return -1;
		}
	}
	if (!memory_seal(to, e))
		return -1;
	*ret_size = size;
	return give_fd(&to);
}

bool
memory_seal(int fd, struct err *e)
{
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
		return err_set(e, ERR_SYSTEM, "seal: %s", strerror(errno));
	return true;
}

bool
memory_seal_content(int fd, struct err *e)
{
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW) != 0)
		return err_set(e, ERR_SYSTEM, "seal: %s", strerror(errno));
	return true;
}

bool
memory_map(int fd, size_t n, struct view *ret, struct err *e)
{
	struct stat st;
	void *p;

	if (n == 0) {
		*ret = VIEW("");
		return true;
	}
	/* Past its end a mapping kills the reader: never trust a told length. */
	if (fstat(fd, &st) != 0 || (uint64_t)st.st_size < n)
		return err_set(e, ERR_DENIED, "memory: shorter than %zu bytes", n);
	p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_set(e, ERR_SYSTEM, "memory: %s", strerror(errno));
	*ret = view_of(p, n);
	return true;
}

void
memory_unmap(struct view *v)
{
	if (v->n > 0)
		(void)munmap((void *)(uintptr_t)v->p, v->n);
	*v = VIEW("");
}
