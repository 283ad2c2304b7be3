/*
 * recognise.h - what the recognisers of one format each share.
 *
 * A recogniser is a pure function from bytes to true ("a sentence of the
 * subset") or to false with *e naming the place and what stood there.  It
 * recovers from nothing and guesses nothing.  Time is linear in the bytes
 * (unpacked ones included).
 */
#ifndef SEKISHO_INSPECT_RECOGNISE_H
#define SEKISHO_INSPECT_RECOGNISE_H

#include "core/own.h"
#include "inspect/inspect.h"

/* One output under inspection: counts over the whole tree of parts. */
struct inspection {
	const struct profile *profile;
	uint32_t depth;		/* parts in parts */
	uint64_t unpacked;	/* bytes inflated so far */
};

/* inspect() for a part inside another. */
bool inspect_part(struct inspection *in, enum type type, struct view part, struct err *e);
/* A part by its name's ending, as ZIP entries and attachments are judged. */
bool inspect_named(struct inspection *in, struct view name, struct view part, struct err *e);
/* Before unpacking: ERR_LIMIT past the profile's budget. */
bool inspect_charge(struct inspection *in, uint64_t bytes, struct err *e);

#define residue(e, ...) err_set((e), ERR_MALFORMED, __VA_ARGS__)
#define no_memory(e) err_set((e), ERR_SYSTEM, "no memory")

#define INSPECT(type, function) \
	bool function(struct inspection *in, struct view out, struct err *e);
#include "inspect/inspect.def"
#undef INSPECT

static inline bool
all_zero(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] != 0)
			return false;
	return true;
}

/* Takes n bytes, which must all be zero. */
static inline bool
take_zeros(struct view *v, size_t n)
{
	struct view z;

	return view_take(v, n, &z) && all_zero(z);
}

/* Where a view that was taken from the front of `whole` now stands. */
static inline size_t
at_of(struct view whole, struct view rest)
{
	return whole.n - rest.n;
}

#endif
