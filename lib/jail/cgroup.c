#include "jail/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"

static const struct {
	const char *line;	/* how our own group begins in /proc/self/cgroup */
	const char *mount, *limit;
} kinds[] = {
	{ "0::", "/sys/fs/cgroup", "memory.max" },
	{ ":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes" },
};

/* The path behind `line` in /proc/self/cgroup. */
static bool
own_group(const char *line, char ret[PATH_MAX])
{
	char row[PATH_MAX];
	FILE *f = fopen("/proc/self/cgroup", "re");
	bool found = false;

	while (f != NULL && !found && fgets(row, sizeof row, f) != NULL) {
		const char *at = strstr(row, line);

		/* "0::" stands at the front, ":memory:" behind a number. */
		if (at == NULL || (line[0] == '0' && at != row))
			continue;
		at += strlen(line);
		(void)snprintf(ret, PATH_MAX, "%.*s", (int)strcspn(at, "\n"), at);
		found = true;
	}
	if (f != NULL)
		(void)fclose(f);
	return found;
}

static bool
write_number(const char *folder, const char *file, uint64_t n)
{
	char path[PATH_MAX + 64], digits[32];
	own_fd int fd = -1;
	int k = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);

	(void)snprintf(path, sizeof path, "%s/%s", folder, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, digits, (size_t)k) == k;
}

bool
cgroup_confine(pid_t pid, uint64_t bytes, char ret[PATH_MAX], struct err *e)
{
	char own[PATH_MAX], folder[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!own_group(kinds[i].line, own))
			continue;
		if (snprintf(folder, sizeof folder, "%s%s/sekisho-%d", kinds[i].mount,
			     strcmp(own, "/") == 0 ? "" : own, (int)pid) >= (int)sizeof folder ||
		    mkdir(folder, 0755) != 0)
			continue;
		if (write_number(folder, kinds[i].limit, bytes) &&
		    write_number(folder, "cgroup.procs", (uint64_t)pid)) {
			memcpy(ret, folder, sizeof folder);
			return true;
		}
		(void)rmdir(folder);
	}
	return err_set(e, ERR_SYSTEM, "no memory controller that we may use");
}

void
cgroup_remove(char path[PATH_MAX])
{
	int i;

	/* The kernel takes a moment to let go of the last of a killed family. */
	for (i = 0; *path != '\0' && rmdir(path) != 0 && errno == EBUSY && i < 50; i++)
		(void)usleep(2000);
	*path = '\0';
}

uint64_t
cgroup_share(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	uint64_t half = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size / 2 : 0;

	return half < UINT64_C(1) << 30 ? UINT64_C(1) << 30 : half;
}
