#include "resume.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"
#include "nursery/memory.h"

struct resume {
	struct resume_terms terms;
	json_t *last;		/* input -> its last row */
	json_t *delivered;	/* input -> its last row with an output */
	json_t *claimed;	/* identities of the outputs that belong to a row; NULL: not gathered yet */
};

/* -- reading the report ----------------------------------------------------------- */

/* Codes by which a row is not the last word, or needs no bytes to compare. */
static const struct {
	const char *code, *key;
} flags[] = {
	{ "PASSWORD_NEEDED", "wants_password" },
	{ "ARCHIVE_ENCRYPTED", "wants_password" },
	{ "CONVERT_UNAVAILABLE", "wants_program" },
	{ "NO_FILE", "no_file" },
};

static void
flag(json_t *row, const char *code)
{
	size_t k;

	for (k = 0; code != NULL && k < sizeof flags / sizeof *flags; k++)
		if (strcmp(code, flags[k].code) == 0)
			(void)json_object_set_new(row, flags[k].key, json_true());
}

static const char *
string_of(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static bool
has(const json_t *row, const char *key)
{
	return json_is_true(json_object_get(row, key));
}

/* A path that JSON cannot hold stands in hexadecimal beside it. */
static void
true_path(json_t *row, const char *key, const char *hex_key)
{
	const char *hex = string_of(row, hex_key);
	char path[PATH_MAX];
	size_t n;

	if (hex == NULL || strlen(hex) / 2 >= sizeof path)
		return;
	for (n = 0; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
		const char two[3] = { hex[0], hex[1], '\0' };

		path[n++] = (char)strtoul(two, NULL, 16);
	}
	path[n] = '\0';
	(void)json_object_set_new(row, key, json_stringn_nocheck(path, n));
}

/* Of a row only what is asked for stays in memory. */
static void
take_row(struct resume *r, json_t *row)
{
	const json_t *findings = json_object_get(row, "findings");
	const char *input;
	size_t i;

	for (i = 0; i < json_array_size(findings); i++)
		flag(row, string_of(json_array_get(findings, i), "code"));
	if (json_integer_value(json_object_get(row, "findings_left_out")) > 0)
		flag(row, "PASSWORD_NEEDED");	/* it may be among them */
	true_path(row, "input", "input_bytes");
	true_path(row, "output", "output_bytes");
	(void)json_object_del(row, "findings");
	(void)json_object_del(row, "parts");
	input = string_of(row, "input");
	if (input == NULL)
		return;
	(void)json_object_set_nocheck(r->last, input, row);
	if (string_of(row, "output") != NULL)
		(void)json_object_set_nocheck(r->delivered, input, row);
}

struct resume *
resume_new(const char *report, const struct resume_terms *t, struct err *e)
{
	struct resume *r = calloc(1, sizeof *r);
	own_mem char *line = NULL;
	size_t cap = 0;
	FILE *f;

	if (r == NULL || (r->last = json_object()) == NULL || (r->delivered = json_object()) == NULL) {
		resume_free(r);
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	r->terms = *t;
	f = fopen(report, "re");
	if (f == NULL && errno == ENOENT)
		return r;	/* nothing done yet */
	if (f == NULL) {
		err_set(e, ERR_SYSTEM, "%s: %s", report, strerror(errno));
		resume_free(r);
		return NULL;
	}
	while (getline(&line, &cap, f) > 0) {
		json_t *row = json_loads(line, 0, NULL);

		if (json_is_object(row))
			take_row(r, row);
		json_decref(row);
	}
	(void)fclose(f);
	return r;
}

void
resume_free(struct resume *r)
{
	if (r == NULL)
		return;
	json_decref(r->last);
	json_decref(r->delivered);
	json_decref(r->claimed);
	free(r);
}

/* -- files ------------------------------------------------------------------------- */

static bool
same_bytes(int fd, const char *hash)
{
	uint8_t got[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	struct stat st;
	struct err e;

	if (hash == NULL || fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    !memory_hash(fd, (uint64_t)st.st_size, got, &e))
		return false;
	sha256_hex(got, hex);
	return strcmp(hex, hash) == 0;
}

/* Where this run's outputs go? */
static bool
is_ours(const struct resume *r, const char *output)
{
	char *root = realpath(r->terms.output, NULL);
	char *path = realpath(output, NULL);
	size_t n = root == NULL ? 0 : strlen(root);
	bool ours;

	if (root == NULL || path == NULL)
		ours = false;
	else if (!r->terms.into_folder)
		ours = strcmp(root, path) == 0;
	else
		ours = strncmp(root, path, n) == 0 && (n == 1 || path[n] == '/');
	free(root);
	free(path);
	return ours;
}

/* The row's output, still as it was written, where this run would write it? */
static bool
still_there(const struct resume *r, const json_t *row)
{
	const char *output = string_of(row, "output");
	own_fd int fd = -1;

	if (output == NULL || !is_ours(r, output))
		return false;
	fd = open(output, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	return same_bytes(fd, string_of(row, "sha256_out"));
}

/* -- what is asked ------------------------------------------------------------------- */

static bool
is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* Given or not, the same number makes the same output. */
static bool
same_dpi(const struct resume *r, const json_t *row)
{
	json_int_t then = json_integer_value(json_object_get(row, "dpi"));

	return (then != 0 ? then : DPI_DEFAULT) == (r->terms.dpi != 0 ? r->terms.dpi : DPI_DEFAULT);
}

/* Would this run do what that row tells of? */
static bool
same_terms(const struct resume *r, const json_t *row)
{
	return is(string_of(row, "profile"), r->terms.profile->name) && same_dpi(r, row) &&
	       is(string_of(json_object_get(row, "versions"), "sekisho"), SEKISHO_VERSION) &&
	       !(r->terms.passwords && has(row, "wants_password")) && !has(row, "wants_program");
}

bool
resume_done(const struct resume *r, const struct source *s, bool *ret_refused)
{
	const json_t *row = json_object_get(r->last, s->path);
	bool refused = is(string_of(row, "verdict"), "refused");
	own_fd int fd = -1;

	if (row == NULL || s->kind == SOURCE_UNREADABLE || strcmp(s->path, "-") == 0 || !same_terms(r, row) ||
	    is(string_of(row, "verdict"), "failed") || (!refused && string_of(row, "output") == NULL) || has(row, "no_file") != (s->kind == SOURCE_NO_FILE))
		return false;
	if (s->kind == SOURCE_FILE) {
		fd = source_open(s);
		if (!same_bytes(fd, string_of(row, "sha256_in")) || (!refused && !still_there(r, row)))
			return false;
	}
	*ret_refused = refused;
	return true;
}

const char *
resume_stale(const struct resume *r, const struct source *s)
{
	const json_t *row = json_object_get(r->delivered, s->path);

	return row != NULL && still_there(r, row) ? string_of(row, "output") : NULL;
}

static void
claim(struct resume *r, const char *path)
{
	char id[64];
	struct stat st;

	if (path == NULL || stat(path, &st) != 0)
		return;
	(void)snprintf(id, sizeof id, "%llx:%llx", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	(void)json_object_set_new(r->claimed, id, json_true());
}

static bool
is_claimed(struct resume *r, const struct stat *st)
{
	char id[64];
	void *i;

	if (r->claimed == NULL) {
		r->claimed = json_object();
		for (i = json_object_iter(r->delivered); i != NULL; i = json_object_iter_next(r->delivered, i))
			claim(r, string_of(json_object_iter_value(i), "output"));
	}
	(void)snprintf(id, sizeof id, "%llx:%llx", (unsigned long long)st->st_dev, (unsigned long long)st->st_ino);
	return r->claimed == NULL || json_object_get(r->claimed, id) != NULL;
}

bool
resume_orphan(void *arg, const char *path, const struct outcome *o)
{
	struct resume *r = arg;
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	char hex[SHA256_HEX_SIZE];
	struct stat st;

	sha256_hex(o->out_hash, hex);
	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == o->out_size &&
	       !is_claimed(r, &st) && same_bytes(fd, hex);
}

/* The first look gathers the rows' outputs; till then there is nothing to add to. */
void
resume_placed(struct resume *r, const char *path)
{
	struct stat st = { 0 };

	(void)is_claimed(r, &st);
	claim(r, path);
}
