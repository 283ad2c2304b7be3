/*
 * testing.h - what the tests of fonts share: a font rebuilt, and its
 * rebuilt form rebuilt again; what must hold of every cut of it.
 */
#ifndef SEKISHO_SANITIZE_FONT_TESTING_H
#define SEKISHO_SANITIZE_FONT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "core/own.h"
#include "sanitize/font/be.h"
#include "sanitize/font/font.h"

static inline bool
has(const struct buf *b, struct view v)
{
	return view_find(buf_bytes(b), 0, v) != VIEW_NOT_FOUND;
}

/* Of an sfnt; empty where it has none. */
static inline struct view
table(struct view font, const char *tag)
{
	for (uint32_t i = 0; i < be16(font, 4); i++) {
		struct view t, v = { NULL, 0 };

		if (view_sub(font, 12 + 16 * (size_t)i, 4, &t) && view_is(t, tag)) {
			assert_true(view_sub(font, be32(font, 20 + 16 * (size_t)i),
					     be32(font, 24 + 16 * (size_t)i), &v));
			return v;
		}
	}
	return (struct view){ NULL, 0 };
}

/* What was rebuilt is sound: rebuilt again it stays, to the byte, and nothing more goes. */
static inline void
must_stay(const struct buf *out)
{
	own_buf struct buf again = { 0 };
	struct font_info info;
	struct err e = { 0 };

	if (!font_rebuild(buf_bytes(out), &again, &info, &e))
		fail_msg("the output is refused: %s", e.text);
	assert_true(view_eq(buf_bytes(out), buf_bytes(&again)));
	assert_int_equal(info.dropped, 0);
	assert_false(info.hinting);
}

static inline void
must_rebuild(struct view in, struct buf *out, struct font_info *info)
{
	struct err e = { 0 };

	if (!font_rebuild(in, out, info, &e))
		fail_msg("refused: %s", e.text);
	must_stay(out);
}

static inline void
must_refuse(struct view in)
{
	own_buf struct buf out = { 0 };
	struct font_info info;
	struct err e = { 0 };

	assert_false(font_rebuild(in, &out, &info, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
}

/* Every length of a font that is cut: no byte too far, and what comes out is sound. */
static inline void
must_bear_cuts(struct view in)
{
	size_t rebuilt = 0;

	for (size_t n = 0; n <= in.n; n++) {
		own_buf struct buf out = { 0 };
		own_mem uint8_t *exact = malloc(n + 1);
		struct font_info info;
		struct err e = { 0 };

		assert_non_null(exact);
		memcpy(exact, in.p, n);
		if (font_rebuild(view_of(exact, n), &out, &info, &e)) {
			must_stay(&out);
			rebuilt++;
		} else {
			assert_int_not_equal(e.code, ERR_NONE);
		}
	}
	assert_true(rebuilt > 0 && rebuilt < in.n);
}

#endif
