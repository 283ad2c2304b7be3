/*
 * An export from anywhere: reading and verifying it ends, and what holds is signed by the key that is in it, so that
 * no byte of it may be another.
 */
#include <stdlib.h>

#include "core/own.h"
#include "ledger/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct verified v;
	struct verify_opts o = { 0 };
	uint8_t *copy;
	struct err e;
	bool holds = verify_export(view_of(p, n), &o, &v, &e) && v.faults == 0;

	if (!holds)
		return 0;
	copy = malloc(n);
	if (copy == NULL)
		return 0;
	memcpy(copy, p, n);
	copy[(n * 7919 + 13) % n] ^= 1;
	if (verify_export(view_of(copy, n), &o, &v, &e) && v.faults == 0)
		abort();
	free(copy);
	return 0;
}
