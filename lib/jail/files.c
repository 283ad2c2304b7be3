#include "jail/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/own.h"

enum kind { LIBRARY, DATA, PROGRAM, DEVICE, MADE, OWN };

static const struct row {
	enum role role;
	const char *path;
	enum kind kind;
} rows[] = {
#define FILES(role, path, kind) { ROLE_##role, path, kind },
#include "jail/files.def"
#undef FILES
};
enum { ROWS = sizeof rows / sizeof *rows, FOLDERS = 16 };

static const char own_opts[] = "size=1g,nr_inodes=4096,mode=0700";
static const char made_opts[] = "size=16m,nr_inodes=1024,mode=0755";

/* Landlock's rights by kind; the numbers are the kernel's documented bits. */
enum {
	RUN = 1 << 0, WRITE = 1 << 1, READ = 1 << 2, LIST = 1 << 3, CREATE = 1 << 8, FOLDER = 1 << 7,
	REMOVE_FOLDER = 1 << 4, REMOVE = 1 << 5, RENAME = 1 << 13, CUT = 1 << 14,
};
static const uint64_t rights_of[] = {
	[LIBRARY] = READ | LIST,
	[DATA] = READ | LIST,
	[PROGRAM] = READ | RUN,
	[DEVICE] = READ | WRITE,
	[MADE] = READ | LIST,
	[OWN] = READ | LIST | WRITE | CREATE | FOLDER | REMOVE_FOLDER | REMOVE | RENAME | CUT,
};

/* All folders above the last name of `path`, below the working directory. */
static bool
make_above(const char *path)
{
	char part[PATH_MAX];
	size_t i;

	for (i = 1; path[i] != '\0'; i++) {
		if (path[i] != '/')
			continue;
		(void)snprintf(part, sizeof part, "%.*s", (int)i - 1, path + 1);
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return false;
	}
	return true;
}

static bool
make_place(const struct row *row, bool folder)
{
	struct stat st;
	own_fd int fd = -1;

	if (stat(row->path + 1, &st) == 0)	/* in a row above */
		return true;
	if (!make_above(row->path))
		return false;
	if (folder)
		return mkdir(row->path + 1, 0755) == 0;
	fd = open(row->path + 1, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	return fd >= 0;
}

static bool
show(const struct row *row)
{
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID;
	struct stat st;

	if (row->kind >= MADE)
		return make_place(row, true) &&
		       mount("none", row->path + 1, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			     row->kind == OWN ? own_opts : made_opts) == 0;
	if (stat(row->path, &st) != 0)
		return true;	/* not installed */
	if (row->kind == DATA)
		flags |= MS_NOEXEC;
	if (row->kind != DEVICE)
		flags |= MS_NODEV;
	return make_place(row, S_ISDIR(st.st_mode)) &&
	       mount(row->path, row->path + 1, NULL, MS_BIND, NULL) == 0 &&
	       mount(NULL, row->path + 1, NULL, flags, NULL) == 0;
}

bool
files_root(enum role r)
{
	size_t i;

	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "size=256k,nr_inodes=256,mode=0755") != 0 ||
	    chdir("/tmp") != 0)
		return false;
	/* Debian's merged /usr; loaders are named by their old place. */
	if (symlink("usr/lib", "lib") != 0 || symlink("usr/lib64", "lib64") != 0)
		return false;
	for (i = 0; i < ROWS; i++)
		if (rows[i].role == r && !show(&rows[i]))
			return false;
	return syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0 &&
	       mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		     NULL) == 0;
}

struct folders {
	char name[FOLDERS][NAME_MAX + 1];
	size_t n;
};

static bool
folders_of(const char *path, struct folders *ret)
{
	DIR *d = opendir(path);
	struct dirent *e;

	ret->n = 0;
	if (d == NULL)
		return false;
	while (ret->n < FOLDERS && (e = readdir(d)) != NULL)
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			(void)snprintf(ret->name[ret->n++], sizeof ret->name[0], "%s", e->d_name);
	(void)closedir(d);
	return true;
}

bool
files_renew(enum role r)
{
	struct folders had;
	size_t i, k;

	for (i = 0; i < ROWS; i++) {
		if (rows[i].role != r || rows[i].kind != OWN)
			continue;
		if (!folders_of(rows[i].path, &had) ||
		    mount("none", rows[i].path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, own_opts) != 0)
			return false;
		for (k = 0; k < had.n; k++) {
			char path[PATH_MAX];

			(void)snprintf(path, sizeof path, "%s/%s", rows[i].path, had.name[k]);
			if (mkdir(path, 0700) != 0)
				return false;
		}
	}
	return true;
}

bool
files_rules(enum role r, int ruleset, uint64_t rights)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		struct landlock_path_beneath_attr rule = { rights_of[rows[i].kind] & rights, -1 };
		own_fd int fd = -1;
		struct stat st;

		if (rows[i].role != r)
			continue;
		fd = open(rows[i].path, O_PATH | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (fstat(fd, &st) != 0)
			return false;
		if (!S_ISDIR(st.st_mode))	/* of a file only what a file can have */
			rule.allowed_access &= RUN | WRITE | READ | CUT;
		rule.parent_fd = fd;
		if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
			return false;
	}
	return true;
}
