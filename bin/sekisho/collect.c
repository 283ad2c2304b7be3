#include "collect.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/own.h"

/* Folders in folders; deeper ones are no city's filing, and a loop of mounts ends. */
enum { DEPTH = 64 };

static const char *
join(struct arena *a, const char *folder, const char *name)
{
	size_t n = strlen(folder), k = strlen(name);
	char *p = arena_get(a, n + k + 2);

	if (p == NULL)
		return NULL;
	memcpy(p, folder, n);
	if (n > 0 && folder[n - 1] != '/')
		p[n++] = '/';
	memcpy(p + n, name, k);
	return p;
}

static bool
add(struct sources *s, const char *path, const char *below, struct err *e)
{
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 64 : s->cap * 2;
		struct source *at = realloc(s->at, cap * sizeof *at);

		if (at == NULL)
			return err_set(e, ERR_SYSTEM, "no memory");
		s->at = at;
		s->cap = cap;
	}
	s->at[s->n++] = (struct source){ path, below };
	return true;
}

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

static bool walk(struct sources *s, const char *path, const char *below, int depth, struct err *e);

static bool
entry(struct sources *s, const char *path, const char *below, int depth, struct err *e)
{
	struct stat st;

	if (path == NULL || below == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (lstat(path, &st) != 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return walk(s, path, below, depth + 1, e);
	return !S_ISREG(st.st_mode) || add(s, path, below, e);
}

static bool
walk(struct sources *s, const char *path, const char *below, int depth, struct err *e)
{
	struct dirent **list = NULL;
	int n, i;
	bool ok = true;

	if (depth > DEPTH)
		return err_set(e, ERR_LIMIT, "%s: deeper than %d folders", path, DEPTH);
	n = scandir(path, &list, visible, by_bytes);
	if (n < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	for (i = 0; i < n; i++) {
		ok = ok && entry(s, join(s->arena, path, list[i]->d_name),
				 join(s->arena, below, list[i]->d_name), depth, e);
		free(list[i]);
	}
	free(list);
	return ok;
}

bool
collect(struct sources *s, const char *operand, struct err *e)
{
	const char *slash = strrchr(operand, '/');
	struct stat st;

	if (s->arena == NULL && (s->arena = arena_new((size_t)1 << 30)) == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (strcmp(operand, "-") == 0)
		return add(s, operand, "stdin", e);
	if (stat(operand, &st) != 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", operand, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return add(s, operand, slash != NULL ? slash + 1 : operand, e);
	s->folder = true;
	return walk(s, operand, "", 0, e);
}

void
sources_release(struct sources *s)
{
	free(s->at);
	arena_free(s->arena);
	*s = (struct sources){ 0 };
}
