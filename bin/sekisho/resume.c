#include "resume.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"
#include "core/sha256.h"

struct resume {
	json_t *by_input;	/* path -> the line's object; the last one counts */
};

void
resume_free(struct resume *r)
{
	if (r == NULL)
		return;
	json_decref(r->by_input);
	free(r);
}

struct resume *
resume_new(const char *report, struct err *e)
{
	struct resume *r = calloc(1, sizeof *r);
	own_mem char *line = NULL;
	size_t cap = 0;
	FILE *f;

	if (r == NULL || (r->by_input = json_object()) == NULL) {
		resume_free(r);
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	f = fopen(report, "re");
	if (f == NULL && errno == ENOENT)
		return r;	/* nothing done yet */
	if (f == NULL) {
		err_set(e, ERR_SYSTEM, "%s: %s", report, strerror(errno));
		resume_free(r);
		return NULL;
	}
	while (getline(&line, &cap, f) > 0) {
		json_t *o = json_loads(line, 0, NULL);
		const char *input = json_string_value(json_object_get(o, "input"));

		if (input != NULL)
			(void)json_object_set(r->by_input, input, o);
		json_decref(o);
	}
	(void)fclose(f);
	return r;
}

static bool
same_bytes(const char *path, const char *hash)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t got[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	struct stat st;
	void *p = NULL;
	bool ok;

	if (hash == NULL || fd < 0 || fstat(fd, &st) != 0)
		return false;
	if (st.st_size > 0 &&
	    (p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
		return false;
	ok = sha256(view_of(p != NULL ? p : "", (size_t)st.st_size), got);
	if (p != NULL)
		(void)munmap(p, (size_t)st.st_size);
	sha256_hex(got, hex);
	return ok && strcmp(hex, hash) == 0;
}

bool
resume_done(const struct resume *r, const char *path, const struct profile *p)
{
	const json_t *o = json_object_get(r->by_input, path);
	const char *profile = json_string_value(json_object_get(o, "profile"));
	const char *version = json_string_value(json_object_get(json_object_get(o, "versions"), "sekisho"));
	const char *verdict = json_string_value(json_object_get(o, "verdict"));
	const char *output = json_string_value(json_object_get(o, "output"));

	if (profile == NULL || strcmp(profile, p->name) != 0 || version == NULL ||
	    strcmp(version, SEKISHO_VERSION) != 0 || verdict == NULL || strcmp(verdict, "failed") == 0)
		return false;
	return same_bytes(path, json_string_value(json_object_get(o, "sha256_in"))) &&
	       (output == NULL ||
		same_bytes(output, json_string_value(json_object_get(o, "sha256_out"))));
}
