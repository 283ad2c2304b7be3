/*
 * unlock_fuzz.c - any bytes as an encrypted 7z, RAR 5 or RAR 4 and the
 * password of the seeds: what comes out begins as it should, is not much
 * longer than what went in, and has nothing left to open.
 */
#include <stdlib.h>
#include <time.h>

#include "core/own.h"
#include "sanitize/archive/unlock.h"

enum { MORE = 1 << 20 };	/* a directory may have been packed */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t
cpu_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p = *profile_find(VIEW("rebuild"));
	struct view password = VIEW("ひみつ"), in = view_of(data, size);
	struct findings found = { 0 };
	struct job j = { .profile = &p, .findings = &found, .password = &password, .passwords = 1, .name = "" };
	enum type type = size > 0 && data[0] == '7' ? TYPE_SEVENZIP : TYPE_RAR;
	own_buf struct buf out = { 0 }, again = { 0 };
	struct err e = { 0 };

	/* Rounds cost time and find nothing. */
	p.limits.cpu_ms = 100;
	p.limits.unpacked = MORE;
	j.cpu_start_ns = cpu_now();
	if (size < 8 || !archive_unlock(&j, type, in, &out, &e) || out.n == 0) {
		findings_release(&found);
		return 0;
	}
	if (!view_starts(buf_bytes(&out), view_of(data, 6)) || out.n > size + MORE)
		abort();
	p.limits.cpu_ms = 10000;
	if (!archive_unlock(&j, type, buf_bytes(&out), &again, &e) || again.n != 0)
		abort();
	findings_release(&found);
	return 0;
}
