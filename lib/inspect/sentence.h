/*
 * sentence.h - for the tests: a good sentence of a format, built in code,
 * and what must hold of every one: it passes; cut off anywhere, or with a
 * byte behind it, it does not.
 */
#ifndef SEKISHO_INSPECT_SENTENCE_H
#define SEKISHO_INSPECT_SENTENCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "core/own.h"
#include "inspect/inspect.h"

static inline bool
passes_as(const char *profile, enum type type, struct view v, struct err *e)
{
	/* A copy of exactly the size, so that the sanitizer sees a byte too far. */
	own_mem uint8_t *copy = malloc(v.n + (v.n == 0));

	*e = (struct err){ 0 };
	assert_non_null(copy);
	if (v.n > 0)
		memcpy(copy, v.p, v.n);
	return inspect(type, profile_find(view_str(profile)), (struct view){ copy, v.n }, e);
}

static inline bool
passes(enum type type, struct view v, struct err *e)
{
	return passes_as("rebuild", type, v, e);
}

static inline void
must_pass(enum type type, struct view v, const char *what)
{
	struct err e;

	if (!passes(type, v, &e))
		fail_msg("%s: not recognised: %s", what, e.text);
}

/* `why` is a piece of the error's text. */
static inline void
must_fail(enum type type, struct view v, const char *what, const char *why)
{
	struct err e;

	if (passes(type, v, &e))
		fail_msg("%s: recognised", what);
	if (strstr(e.text, why) == NULL)
		fail_msg("%s: expected \"%s\", got \"%s\"", what, why, e.text);
}

/* Every prefix and one byte more fail (for formats that know their end). */
static inline void
must_be_whole(enum type type, struct view v)
{
	own_buf struct buf more = { 0 };
	struct err e;
	size_t n;

	must_pass(type, v, "whole");
	for (n = 0; n < v.n; n += n < 200 || v.n - n < 200 ? 1 : 1 + v.n / 200)
		if (passes(type, (struct view){ v.p, n }, &e))
			fail_msg("the first %zu of %zu bytes pass", n, v.n);
	assert_true(buf_view(&more, v) && buf_byte(&more, 0));
	must_fail(type, buf_bytes(&more), "a byte behind", "");
	more.p[v.n] = '\n';
	must_fail(type, buf_bytes(&more), "a line end behind", "");
}

/* Every byte changed in every bit: never a crash; how many of the changed ones pass. */
static inline size_t
flips(enum type type, struct view v)
{
	own_buf struct buf b = { 0 };
	struct err e;
	size_t i, passed = 0;
	unsigned bit;

	assert_true(buf_view(&b, v));
	for (i = 0; i < v.n; i++)
		for (bit = 0; bit < 8; bit++) {
			b.p[i] ^= (uint8_t)(1u << bit);
			passed += passes(type, buf_bytes(&b), &e);
			b.p[i] ^= (uint8_t)(1u << bit);
		}
	return passed;
}

/* `raw`: without the two bytes of header and four of checksum. */
static inline void
put_deflated(struct buf *b, struct view v, bool raw)
{
	uLongf n = compressBound(v.n);
	own_mem uint8_t *p = malloc(n);

	assert_non_null(p);
	assert_int_equal(compress2(p, &n, v.p, v.n, 6), Z_OK);
	assert_true(raw ? buf_put(b, p + 2, n - 6) : buf_put(b, p, n));
}

/* Puts `piece` in place of `n` bytes at `at`. */
static inline void
splice(struct buf *b, size_t at, size_t n, struct view piece)
{
	own_buf struct buf out = { 0 };
	struct buf old = *b;

	assert_true(at <= b->n && n <= b->n - at);
	buf_put(&out, b->p, at);
	buf_view(&out, piece);
	buf_put(&out, b->p + at + n, b->n - at - n);
	*b = out;
	out = old;
}

#endif
