#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"
#include "half.h"

enum {
	TRIES = 1000000,
	NAME_LENGTH = 255,	/* bytes, of every file system in use */
};

static bool
make_folders(char *path, struct err *e)
{
	char *p;

	for (p = strchr(path + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST) {
			err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
			*p = '/';
			return false;
		}
		*p = '/';
	}
	return true;
}

/* The stem's bytes that a file's name has room for, cut at a character. */
static size_t
fitting(const char *below, size_t stem, size_t behind)
{
	size_t at = stem, name;

	while (at > 0 && below[at - 1] != '/')
		at--;
	name = stem - at;
	if (behind >= NAME_LENGTH || name + behind <= NAME_LENGTH)
		return stem;
	name = NAME_LENGTH - behind;
	while (name > 1 && ((unsigned char)below[at + name] & 0xc0) == 0x80)
		name--;
	return at + name;
}

/* The i-th name that an output of this name may have; `ret` begins with the folder. */
static bool
candidate(const char *folder, const char *below, enum type type, unsigned i, char ret[PATH_MAX])
{
	const char *ending;
	size_t stem = type_stem(type, below, &ending);
	char number[16] = "";

	if (i > 1)
		(void)snprintf(number, sizeof number, " (%u)", i);
	stem = fitting(below, stem, strlen(number) + strlen(ending));
	return snprintf(ret, PATH_MAX, "%s/%.*s%s%s", folder, (int)stem, below, number, ending) < PATH_MAX;
}

static bool
same_ending(const char *a, const char *b)
{
	const char *x = strrchr(a, '.'), *y = strrchr(b, '.');

	return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* Makes the half again with a name, where it could not be given one later. */
static bool
with_a_name(struct half *h, const char *path, const struct outcome *o, struct err *e)
{
	half_drop(h);
	return half_make(h, path, true, o->out, o->out_size, e);
}

/* Many files of one name would try all the numbers each; they mostly come one behind the other. */
static unsigned
first_number(struct place *p, const char *path)
{
	if (strcmp(p->last, path) == 0)
		return p->next;
	(void)snprintf(p->last, sizeof p->last, "%s", path);
	p->next = 1;
	return 1;
}

static bool
place_new(struct place *p, const char *below, const struct outcome *o, struct half *h, char ret[PATH_MAX], struct err *e)
{
	unsigned i;

	for (i = first_number(p, ret); i <= TRIES; i++) {
		if (!candidate(p->folder, below, o->out_type, i, ret))
			return err_set(e, ERR_LIMIT, "%s: name too long", below);
		p->next = i + 1;
		if (sources_folder(p->sources, ret + strlen(p->folder) + 1))
			continue;
		if (half_name(h, ret))
			return true;
		if (half_shy(h)) {
			if (!with_a_name(h, ret, o, e))
				return false;
			if (half_name(h, ret))
				return true;
		}
		if (errno != EEXIST)
			break;
		if (p->ours != NULL && p->ours(p->arg, ret, o))
			return true;
	}
	return err_set(e, ERR_SYSTEM, "%s: %s", ret, strerror(errno));
}

bool
place_below(struct place *p, const char *below, const struct outcome *o, const char *stale, char ret[PATH_MAX],
	    struct err *e)
{
	struct half h;
	bool ok, over;

	if (!candidate(p->folder, below, o->out_type, 1, ret))
		return err_set(e, ERR_LIMIT, "%s: name too long", below);
	over = stale != NULL && same_ending(stale, ret);
	if (over)
		(void)snprintf(ret, PATH_MAX, "%s", stale);
	if (!make_folders(ret, e) || !half_make(&h, ret, over, o->out, o->out_size, e))
		return false;
	if (over)
		ok = half_replace(&h, ret) || err_set(e, ERR_SYSTEM, "%s: %s", ret, strerror(errno));
	else
		ok = place_new(p, below, o, &h, ret, e);
	half_drop(&h);
	return ok;
}

/* A pipe, a device or a socket is written to; to put a file in its place would break what others have there. */
static bool
into(const char *path, const struct outcome *o, struct err *e)
{
	own_fd int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	return half_copy(fd, o->out, o->out_size, e) || err_at(e, "%s", path);
}

bool
place_at(const char *path, const struct outcome *o, struct err *e)
{
	struct stat st;
	struct half h;
	bool ok;

	if (strcmp(path, "-") == 0)
		return half_copy(STDOUT_FILENO, o->out, o->out_size, e) || err_at(e, "standard output");
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return into(path, o, e);
	if (!half_make(&h, path, true, o->out, o->out_size, e))
		return false;
	ok = half_replace(&h, path) || err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	half_drop(&h);
	return ok;
}
