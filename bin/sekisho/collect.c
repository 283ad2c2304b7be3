#include "collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/own.h"
#include "core/utf8.h"

/* Folders in folders; deeper ones are no city's filing, and a loop of mounts ends. */
enum { DEPTH = 64 };

static const char *
copied(struct sources *s, const char *text)
{
	return (const char *)arena_copy(s->arena, view_str(text)).p;
}

static const char *
join(struct sources *s, const char *folder, const char *name)
{
	size_t n = strlen(folder), k = strlen(name);
	char *p = arena_get(s->arena, n + k + 2);

	if (p == NULL)
		return NULL;
	memcpy(p, folder, n);
	if (n > 0 && folder[n - 1] != '/')
		p[n++] = '/';
	memcpy(p + n, name, k);
	return p;
}

/* A name as an output may have it; bytes that are no UTF-8 stay what they are. */
static const char *
harmless(struct sources *s, const char *name)
{
	struct view v = view_str(name);
	char *p = arena_get(s->arena, v.n + 1);
	size_t n = 0;

	while (p != NULL && v.n > 0) {
		const uint8_t *from = v.p;
		uint32_t c = utf8_take(&v);

		if (c != UTF8_BAD && (utf8_is_control(c) || utf8_is_hiding(c))) {
			p[n++] = '_';
		} else {
			memcpy(p + n, from, (size_t)(v.p - from));
			n += (size_t)(v.p - from);
		}
	}
	return p;
}

/* -- what was met --------------------------------------------------------------- */

static bool
add(struct sources *s, const struct source *src)
{
	if (src->path == NULL || src->below == NULL)
		return false;
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 64 : s->cap * 2;
		struct source *at = realloc(s->at, cap * sizeof *at);

		if (at == NULL)
			return false;
		s->at = at;
		s->cap = cap;
	}
	s->at[s->n++] = *src;
	return true;
}

static bool
add_unreadable(struct sources *s, struct source *src, const char *why)
{
	src->kind = SOURCE_UNREADABLE;
	src->why = copied(s, why);
	return src->why != NULL && add(s, src);
}

static bool
add_folder(struct sources *s, const char *below)
{
	if (s->folders_n == s->folders_cap) {
		size_t cap = s->folders_cap == 0 ? 64 : s->folders_cap * 2;
		const char **at = realloc((void *)(uintptr_t)s->folders, cap * sizeof *at);

		if (at == NULL)
			return false;
		s->folders = at;
		s->folders_cap = cap;
	}
	s->folders[s->folders_n++] = below;
	return true;
}

static void
meet(struct sources *s, const struct stat *st)
{
	size_t i;

	for (i = 0; i < s->taboos; i++)
		s->taboo[i].met = s->taboo[i].met || file_id_is(s->taboo[i].id, file_id_of(st));
}

static const char *
what_it_is(mode_t m)
{
	return S_ISLNK(m) ? "a symbolic link" : S_ISFIFO(m) ? "a pipe" : S_ISSOCK(m) ? "a socket" : "a device";
}

/* Whatever is no folder. */
static bool
add_leaf(struct sources *s, struct source *src, const struct stat *st)
{
	if (S_ISREG(st->st_mode)) {
		meet(s, st);
	} else {
		src->kind = SOURCE_NO_FILE;
		src->why = what_it_is(st->st_mode);
	}
	return add(s, src);
}

/* -- folders ---------------------------------------------------------------------- */

static int
visible(const struct dirent *d)
{
	return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool walk(struct sources *s, int fd, const struct source *folder, int depth);

static bool
entry(struct sources *s, int fd, const struct source *folder, const char *name, int depth)
{
	struct source src = *folder;
	struct stat st;
	own_fd int sub = -1;

	src.path = join(s, folder->path, name);
	src.inside = join(s, folder->inside, name);
	src.below = src.inside == NULL ? NULL : harmless(s, src.inside);
	if (src.path == NULL || src.below == NULL)
		return false;
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return add_unreadable(s, &src, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return add_leaf(s, &src, &st);
	if (depth >= DEPTH)
		return add_unreadable(s, &src, "a folder deeper than 64 folders");
	sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0)
		return add_unreadable(s, &src, strerror(errno));
	return add_folder(s, src.below) && walk(s, sub, &src, depth + 1);
}

static bool
walk(struct sources *s, int fd, const struct source *folder, int depth)
{
	struct dirent **list = NULL;
	struct source src = *folder;
	struct stat st;
	int n, i;
	bool ok = true;

	if (fstat(fd, &st) == 0)
		meet(s, &st);
	n = scandirat(fd, ".", &list, visible, by_bytes);
	if (n < 0)
		return errno == ENOMEM ? false : add_unreadable(s, &src, strerror(errno));
	for (i = 0; i < n; i++) {
		ok = ok && entry(s, fd, folder, list[i]->d_name, depth);
		free(list[i]);
	}
	free(list);
	return ok;
}

static bool
walk_root(struct sources *s, struct source *src)
{
	own_fd int fd = open(src->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	s->folder = true;
	if (fd < 0 || fstat(fd, &st) != 0)
		return add_unreadable(s, src, strerror(errno));
	src->root = src->path;
	src->root_id = file_id_of(&st);
	src->inside = "";
	return walk(s, fd, src, 0);
}

bool
collect(struct sources *s, const char *operand)
{
	const char *slash = strrchr(operand, '/');
	struct source src = { .path = operand };
	struct stat st;

	if (s->arena == NULL && (s->arena = arena_new((size_t)4 << 30)) == NULL)
		return false;
	if (strcmp(operand, "-") == 0) {
		s->std++;
		src.below = "stdin";
		/* `- -o x < x`: a file is one by whatever way it comes. */
		if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode))
			meet(s, &st);
		return add(s, &src);
	}
	src.below = harmless(s, slash != NULL ? slash + 1 : operand);
	if (stat(operand, &st) != 0)
		return add_unreadable(s, &src, strerror(errno));
	return S_ISDIR(st.st_mode) ? walk_root(s, &src) : add_leaf(s, &src, &st);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
collect_end(struct sources *s)
{
	if (s->folders_n > 0)
		qsort((void *)(uintptr_t)s->folders, s->folders_n, sizeof *s->folders, by_text);
}

bool
sources_folder(const struct sources *s, const char *below)
{
	return s->folders_n > 0 && bsearch(&below, s->folders, s->folders_n, sizeof *s->folders, by_text) != NULL;
}

/* -- opening ------------------------------------------------------------------------ */

static int
open_inside(const struct source *s)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
				.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH };
	own_fd int root = open(s->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	int fd;

	if (root < 0)
		return -1;
	if (fstat(root, &st) != 0 || !file_id_is(file_id_of(&st), s->root_id)) {
		errno = ESTALE;
		return -1;
	}
	fd = (int)syscall(SYS_openat2, root, s->inside, &how, sizeof how);
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))	/* not to be had: at least the last name is no link */
		fd = openat(root, s->inside, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	return fd;
}

int
source_open(const struct source *s)
{
	own_fd int fd = s->root != NULL ? open_inside(s) : open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		errno = EINVAL;
		return -1;
	}
	return give_fd(&fd);
}

void
sources_release(struct sources *s)
{
	free((void *)(uintptr_t)s->folders);
	free(s->at);
	arena_free(s->arena);
	*s = (struct sources){ 0 };
}
