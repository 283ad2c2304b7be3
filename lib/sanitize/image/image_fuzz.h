/*
 * image_fuzz.h - the properties that every picture format's fuzzer asserts:
 * the output is rebuilt to itself, byte for byte, with nothing found in it.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_IMAGE_FUZZ_H
#define SEKISHO_SANITIZE_IMAGE_IMAGE_FUZZ_H

#include <stdio.h>

#include "core/own.h"
#include "sanitize/image/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static inline bool
image_fuzz_one(const struct format *f, const struct profile *profile, struct view in,
	       struct buf *out, bool quiet)
{
	struct findings found = { 0 };
	struct job j = { .profile = profile, .findings = &found };
	struct err e = { 0 };
	bool ok = f->rebuild(&j, in, out, &e);

	if (quiet && (!ok || found.n > 0)) {
		fprintf(stderr, "%s: second time: %s %s\n", type_name(f->type), e.text,
			found.n > 0 ? finding_name(found.row[0].code) : "");
		abort();
	}
	if (!ok && e.code == ERR_NONE)
		abort();
	findings_release(&found);
	return ok;
}

static inline int
image_fuzz(const struct format *f, struct view in)
{
	own_buf struct buf out = BUF_MAX(64u << 20), again = BUF_MAX(64u << 20);
	struct profile small = *profile_find(VIEW("rebuild"));

	small.limits.pixels = 1 << 20;
	small.limits.unpacked = 16 << 20;
	if (!image_fuzz_one(f, &small, in, &out, false))
		return 0;
	(void)image_fuzz_one(f, &small, buf_bytes(&out), &again, true);
	if (!view_eq(buf_bytes(&out), buf_bytes(&again)))
		abort();
	return 0;
}

#define IMAGE_FUZZER(format)                                                  \
	int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)                \
	{                                                                     \
		return image_fuzz(&(format), view_of(p, n));                  \
	}

#endif
