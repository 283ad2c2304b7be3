/*
 * ole_fuzz.c - any bytes as a compound file, read strictly, and as the streams of
 * an encrypted package: what is read is never more than the file, and reading twice
 * gives the same.
 */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/ole/office_crypt.h"
#include "sanitize/ole/ole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_twice(struct ole *o, const char *path, size_t size, struct buf *ret)
{
	own_buf struct buf again = { 0 };
	struct err e = { 0 };
	bool ok = ole_read(o, path, ret, &e);

	if (ok != ole_read(o, path, &again, &e) || (ok && !view_eq(buf_bytes(ret), buf_bytes(&again))) || ret->n > size ||
	    (ok && !ole_has(o, path)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p = *profile_find(VIEW("rebuild"));
	struct findings found = { 0 };
	struct view none = VIEW("");
	struct job j = { .profile = &p, .findings = &found, .password = &none, .passwords = 1 };
	own_buf struct buf info = { 0 }, package = { 0 }, out = { 0 };
	struct arena *a = arena_new(0);
	struct err e = { 0 };
	struct ole *o = a == NULL ? NULL : ole_open(&j, a, view_of(data, size), &e);
	bool unknown;

	if (o != NULL) {
		read_twice(o, "EncryptionInfo", size, &info);
		read_twice(o, "EncryptedPackage", size, &package);
		if (!office_decrypt(&j, buf_bytes(&info), buf_bytes(&package), &out, &unknown, &e) && out.n > 0)
			abort();
	} else if (a != NULL && e.code == ERR_NONE) {
		abort();
	}
	/* The readers of EncryptionInfo meet the bytes without a file around them too. */
	(void)office_decrypt(&j, view_of(data, size), none, &out, &unknown, &e);
	arena_free(a);
	findings_release(&found);
	return 0;
}
