#include "core/type.h"

#include <strings.h>

static const struct {
	const char *name, *ending, *text[LANG_COUNT];
} types[] = {
#define TYPE(id, name, ending, ja, en) [TYPE_##id] = { name, ending, { ja, en } },
#include "core/type.def"
#undef TYPE
};

const char *
type_name(enum type t)
{
	return types[t < TYPE_COUNT ? t : TYPE_UNKNOWN].name;
}

const char *
type_ending(enum type t)
{
	return types[t < TYPE_COUNT ? t : TYPE_UNKNOWN].ending;
}

const char *
type_text(enum type t, enum lang l)
{
	return types[t < TYPE_COUNT ? t : TYPE_UNKNOWN].text[l];
}

static const struct {
	enum type type;
	struct view ending;
	bool kept;
} endings[] = {
#define ENDING(id, ending) { TYPE_##id, { (const uint8_t *)(ending), sizeof(ending) - 1 }, true },
#define BECOMES(id, ending) { TYPE_##id, { (const uint8_t *)(ending), sizeof(ending) - 1 }, false },
#include "core/ending.def"
#undef ENDING
#undef BECOMES
};

static bool
has_ending(enum type t, struct view ending, bool *ret_kept)
{
	size_t i;

	for (i = 0; i < sizeof endings / sizeof *endings; i++)
		if (endings[i].type == t && endings[i].ending.n == ending.n &&
		    strncasecmp((const char *)endings[i].ending.p, (const char *)ending.p, ending.n) == 0) {
			*ret_kept = endings[i].kept;
			return true;
		}
	return false;
}

bool
type_has_ending(enum type t, struct view ending)
{
	bool unused;

	return has_ending(t, ending, &unused);
}

bool
type_keeps_ending(enum type t, struct view ending)
{
	bool kept;

	return has_ending(t, ending, &kept) && kept;
}

/* Windows does not see dots and spaces at the end of a name. */
static size_t
seen_by_windows(const char *name)
{
	size_t n = strlen(name);

	while (n > 0 && (name[n - 1] == '.' || name[n - 1] == ' '))
		n--;
	return n;
}

struct view
type_ending_of(const char *name)
{
	size_t n = seen_by_windows(name), i;

	for (i = n; i > 0; i--) {
		if (name[i - 1] == '/' || name[i - 1] == '\\')
			break;
		if (name[i - 1] == '.')
			return view_of(name + i, n - i);
	}
	return view_of(name + n, 0);
}

static bool
is_one_of(struct view v, const char *const list[], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(list[i]) == v.n && strncasecmp(list[i], (const char *)v.p, v.n) == 0)
			return true;
	return false;
}

bool
type_obeyed(const char *name)
{
	static const char *const names[] = {
#define OBEYED(name) name,
#define FOLDER(name)
#include "core/obeyed.def"
#undef OBEYED
#undef FOLDER
	};
	size_t n = seen_by_windows(name), i;

	for (i = n; i > 0 && name[i - 1] != '/' && name[i - 1] != '\\'; i--)
		;
	return is_one_of(view_of(name + i, n - i), names, sizeof names / sizeof *names);
}

/* ".{8-4-4-4-12 hexadecimal digits}" at the end. */
static bool
is_class(struct view v)
{
	static const char shape[] = ".{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
	size_t i, n = sizeof shape - 1;

	if (v.n < n)
		return false;
	for (i = 0; i < n; i++) {
		uint8_t c = v.p[v.n - n + i];

		if (shape[i] != 'x' ? c != (uint8_t)shape[i] : strchr("0123456789abcdefABCDEF", c) == NULL || c == 0)
			return false;
	}
	return true;
}

bool
type_obeyed_folder(struct view step)
{
	static const char *const names[] = {
#define OBEYED(name)
#define FOLDER(name) name,
#include "core/obeyed.def"
#undef OBEYED
#undef FOLDER
	};

	return is_one_of(step, names, sizeof names / sizeof *names) || is_class(step);
}

static bool
is_known(struct view ending)
{
	size_t t;

	for (t = 0; t < TYPE_COUNT; t++)
		if (type_has_ending((enum type)t, ending))
			return true;
	return false;
}

/* Without a ".tar" that is more than a whole name. */
static size_t
without_tar(const char *name, size_t n)
{
	return n > 4 && strncasecmp(name + n - 4, ".tar", 4) == 0 && name[n - 5] != '/' && name[n - 5] != '\\' ? n - 4 : n;
}

size_t
type_stem(enum type t, const char *name, const char **ret_ending)
{
	struct view ending = type_ending_of(name);
	size_t n = strlen(name), dot = (size_t)(ending.p - (const uint8_t *)name) - (ending.n > 0);

	*ret_ending = type_ending(t);
	if (type_obeyed(name))
		return seen_by_windows(name);
	if (ending.n > 0 && type_keeps_ending(t, ending)) {
		*ret_ending = name + dot;
		return dot;
	}
	if (ending.n > 0 && is_known(ending))
		return t == TYPE_ZIP ? without_tar(name, dot) : dot;
	while (n > 1 && (name[n - 1] == '.' || name[n - 1] == ' '))
		n--;
	return n > 1 ? n : strlen(name);
}
