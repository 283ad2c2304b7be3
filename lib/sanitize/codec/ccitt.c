/*
 * ccitt.c - ITU-T T.4 and T.6 decoding, by table.
 *
 * Real fax data is often damaged, and documents are read by what viewers
 * show.  So nothing but a limit ends the decoding early: a bad run code
 * counts as one pixel, a bad mode code ends the image, a row too long is cut; what
 * is missing is white.
 */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/codec/ccitt.h"

enum {
	RUN_BITS = 13,	/* the longest run code */
	MODE_BITS = 7,	/* the longest mode code but extensions */
	EOL = 0x001,	/* in 12 bits */
	EOFB = 0x001001,	/* in 24 bits */
	RTC_MORE = 4,	/* EOLs of a return to control, past the first two */
};

struct run_code {
	uint16_t run;
	uint8_t bits;	/* 0: no such code */
};

#define RUN_SLOTS(run_, bits_, code_)                                             \
	[(code_) << (RUN_BITS - (bits_))...(((code_) + 1) << (RUN_BITS - (bits_))) - 1] = { \
		.run = (run_), .bits = (bits_)                                    \
	},

static const struct run_code white_codes[1 << RUN_BITS] = {
#define CCITT_WHITE RUN_SLOTS
#define CCITT_BLACK(run_, bits_, code_)
#define CCITT_LONG RUN_SLOTS
#include "sanitize/codec/ccitt_codes.def"
#undef CCITT_BLACK
#undef CCITT_WHITE
};

static const struct run_code black_codes[1 << RUN_BITS] = {
#define CCITT_WHITE(run_, bits_, code_)
#define CCITT_BLACK RUN_SLOTS
#include "sanitize/codec/ccitt_codes.def"
#undef CCITT_BLACK
#undef CCITT_WHITE
#undef CCITT_LONG
};

/* T.4 table 4, T.6 table 1. */
enum mode { MODE_BAD, MODE_PASS, MODE_HORIZONTAL, MODE_VERTICAL };

struct mode_code {
	uint8_t mode;
	uint8_t bits;
	int8_t shift;	/* of a1 against b1 */
};

#define MODE_SLOTS(bits_, code_, mode_, shift_)                                       \
	[(code_) << (MODE_BITS - (bits_))...(((code_) + 1) << (MODE_BITS - (bits_))) - 1] = { \
		.mode = (mode_), .bits = (bits_), .shift = (shift_)                   \
	}

static const struct mode_code mode_codes[1 << MODE_BITS] = {
	MODE_SLOTS(1, 0b1, MODE_VERTICAL, 0),
	MODE_SLOTS(3, 0b011, MODE_VERTICAL, 1),
	MODE_SLOTS(3, 0b010, MODE_VERTICAL, -1),
	MODE_SLOTS(3, 0b001, MODE_HORIZONTAL, 0),
	MODE_SLOTS(4, 0b0001, MODE_PASS, 0),
	MODE_SLOTS(6, 0b000011, MODE_VERTICAL, 2),
	MODE_SLOTS(6, 0b000010, MODE_VERTICAL, -2),
	MODE_SLOTS(7, 0b0000011, MODE_VERTICAL, 3),
	MODE_SLOTS(7, 0b0000010, MODE_VERTICAL, -3),
};

/* Up to 32 bits ahead; zeros stand behind the end, and `left` knows where that is. */
struct bits {
	struct view in;
	uint64_t held;	/* the next bits, from the top down */
	uint32_t n;	/* how many of them, the zeros behind the end included */
	uint64_t left;	/* bits of data not yet eaten */
};

struct rows {
	struct bits bits;
	uint32_t w;
	uint32_t *ref, *cur;	/* changing elements: ccitt.h */
	size_t cap;	/* of each, the three sentinels included */
	size_t ref_n, cur_n;
	uint32_t *memory;
	bool bad;	/* the row in hand is damaged */
	bool eof;
};

static void
bits_fill(struct bits *b)
{
	while (b->n <= 56) {
		uint8_t c = 0;

		(void)view_u8(&b->in, &c);
		b->held |= (uint64_t)c << (56 - b->n);
		b->n += 8;
	}
}

static uint32_t
bits_peek(struct bits *b, uint32_t n)
{
	if (b->n < n)
		bits_fill(b);
	return (uint32_t)(b->held >> (64 - n));
}

/* n <= 32, and peeked before. */
static void
bits_eat(struct bits *b, uint32_t n)
{
	b->held <<= n;
	b->n -= n;
	b->left = b->left > n ? b->left - n : 0;
}

static void
bits_align(struct bits *b)
{
	uint32_t n = (uint32_t)(b->left % 8);

	(void)bits_peek(b, 8);
	bits_eat(b, n);
}

/* A row has at most one changing element a pixel, and at most one a bit. */
static bool
rows_init(struct rows *r, struct view in, uint32_t w, struct err *e)
{
	uint64_t elements = (uint64_t)in.n * 8;

	*r = (struct rows){ .w = w };
	r->bits = (struct bits){ .in = in, .left = elements };
	r->cap = (size_t)(elements < w ? elements : w) + 5;
	r->memory = calloc(r->cap, 2 * sizeof *r->memory);
	if (r->memory == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for rows of %u pixels", w);
	r->cur = r->memory;
	r->ref = r->memory + r->cap;
	r->ref[0] = r->ref[1] = r->ref[2] = w;
	return true;
}

static void
rows_release(struct rows *r)
{
	free(r->memory);
}

/*
 * A change of colour at `at`, no smaller than the one before.  Two in the
 * same place are none (a run of 0 in the middle of a row).
 */
static void
row_change(struct rows *r, uint32_t at)
{
	if (r->cur_n > 0 && r->cur[r->cur_n - 1] == at)
		r->cur_n--;
	else if (r->cur_n < r->cap - 3)
		r->cur[r->cur_n++] = at;
}

/* from + by, cut at the end of the row; cutting is damage. */
static uint32_t
row_ahead(struct rows *r, uint32_t from, uint32_t by)
{
	if (by <= r->w - from)
		return from + by;
	r->bad = true;
	return r->w;
}

/* One run of the colour: make-up codes and a terminating code (T.4 4.1.1). */
static uint32_t
row_run(struct rows *r, bool black)
{
	const struct run_code *codes = black ? black_codes : white_codes;
	uint32_t run = 0;

	for (;;) {
		struct run_code c = codes[bits_peek(&r->bits, RUN_BITS)];

		if (c.bits == 0 || r->bits.left == 0) {
			r->bad = true;
			bits_eat(&r->bits, 1);
			return run + 1;
		}
		bits_eat(&r->bits, c.bits);
		run += c.run;
		if (c.run < 64)
			return run;
		/* Past the end of the row, only the terminating code matters. */
		if (run > r->w)
			run = r->w;
	}
}

/* T.4 4.1: the runs of one row. */
static void
row_1d(struct rows *r)
{
	uint32_t a0 = 0;
	bool black = false;

	while (a0 < r->w && r->bits.left > 0) {
		a0 = row_ahead(r, a0, row_run(r, black));
		row_change(r, a0);
		black = !black;
	}
	if (a0 < r->w)
		r->bad = r->eof = true;
}

/*
 * T.4 4.2.1.3, T.6 2.2: one row against the row above.  a0 is -1 before the
 * row.  ref[b] is b1 once it is right of a0; its parity is a0's colour.
 * a0 never moves left, so that b only steps back by the one element that
 * a change of colour may uncover.
 */
static void
row_2d(struct rows *r)
{
	int64_t a0 = -1;
	size_t b = 0;

	while (a0 < (int64_t)r->w) {
		struct mode_code c = mode_codes[bits_peek(&r->bits, MODE_BITS)];
		int64_t a1;

		if (r->bits.left == 0 || c.mode == MODE_BAD) {
			r->bad = r->eof = true;
			return;
		}
		bits_eat(&r->bits, c.bits);
		if ((b ^ r->cur_n) & 1)
			b = b > 0 ? b - 1 : 1;
		while (r->ref[b] < r->w && (int64_t)r->ref[b] <= a0)
			b += 2;
		switch (c.mode) {
		case MODE_PASS:
			a0 = r->ref[b] < r->w ? r->ref[b + 1] : r->w;
			break;
		case MODE_HORIZONTAL:
			for (int i = 0; i < 2; i++) {
				uint32_t from = a0 < 0 ? 0 : (uint32_t)a0;

				a0 = row_ahead(r, from, row_run(r, r->cur_n & 1));
				row_change(r, (uint32_t)a0);
			}
			break;
		default:
			a1 = (int64_t)r->ref[b] + c.shift;
			if (a1 > r->w || a1 < 0 || a1 < a0) {
				r->bad = true;
				a1 = a1 > r->w ? r->w : a0 < 0 ? 0 : a0;
			}
			a0 = a1;
			row_change(r, (uint32_t)a0);
		}
	}
}

/* The sentinels behind the changes, and the row's black runs into `row` (zeroed). */
static void
row_finish(struct rows *r, uint8_t *row)
{
	while (r->cur_n > 0 && r->cur[r->cur_n - 1] >= r->w)
		r->cur_n--;
	/* What is missing is white. */
	if (r->bad && r->eof && r->cur_n & 1)
		r->cur_n--;
	r->cur[r->cur_n] = r->cur[r->cur_n + 1] = r->cur[r->cur_n + 2] = r->w;
	for (size_t i = 0; i < r->cur_n; i += 2) {
		uint32_t from = r->cur[i], to = r->cur[i + 1];
		size_t first = from / 8, last = to / 8;
		uint8_t head = (uint8_t)(0xff >> from % 8), tail = (uint8_t)~(0xff >> to % 8);

		if (first == last) {
			row[first] |= head & tail;
			continue;
		}
		row[first] |= head;
		memset(row + first + 1, 0xff, last - first - 1);
		if (tail != 0)
			row[last] |= tail;
	}
}

/* The row in hand becomes the row above. */
static void
rows_next(struct rows *r)
{
	uint32_t *above = r->cur;

	r->cur = r->ref;
	r->ref = above;
	r->ref_n = r->cur_n;
	r->cur_n = 0;
	r->bad = false;
}

bool
ccitt_mmr(struct view in, struct bitmap *ret, size_t *ret_used, struct err *e)
{
	__attribute__((cleanup(rows_release))) struct rows r = { 0 };

	if (!rows_init(&r, in, ret->w, e))
		return false;
	for (uint32_t y = 0; y < ret->h && !r.eof; y++) {
		row_2d(&r);
		row_finish(&r, ret->bits + y * bitmap_stride(ret->w));
		rows_next(&r);
	}
	if (r.bits.left >= 24 && bits_peek(&r.bits, 24) == EOFB)
		bits_eat(&r.bits, 24);
	*ret_used = in.n - (size_t)(r.bits.left / 8);
	return true;
}

struct fax {
	struct rows rows;
	const struct ccitt_parms *parms;
	bool end_of_line;	/* there are EOLs */
	bool next_2d;
	uint32_t damaged;
};

/* The tag bit behind an EOL where rows are mixed (T.4 4.2.2). */
static void
fax_tag(struct fax *f)
{
	if (f->parms->k <= 0)
		return;
	f->next_2d = bits_peek(&f->rows.bits, 1) == 0;
	bits_eat(&f->rows.bits, 1);
}

static void
fax_start(struct fax *f)
{
	struct bits *b = &f->rows.bits;

	f->next_2d = f->parms->k < 0;
	f->end_of_line = f->parms->end_of_line;
	while (b->left > 0 && bits_peek(b, 12) == 0)
		bits_eat(b, 1);
	if (bits_peek(b, 12) == EOL) {
		bits_eat(b, 12);
		f->end_of_line = true;
	}
	fax_tag(f);
}

/* True, and eaten, where the next bits are an EOL behind its fill bits (T.4 4.1.2, 4.1.3). */
static bool
fax_eol(struct fax *f)
{
	struct bits *b = &f->rows.bits;

	if (f->end_of_line) {
		/* It must come: whatever stands before it is skipped. */
		while (b->left > 0 && bits_peek(b, 12) != EOL)
			bits_eat(b, 1);
	} else if (!f->parms->byte_align) {
		while (b->left > 0 && bits_peek(b, 12) == 0)
			bits_eat(b, 1);
	} else {
		/* Padding may look like part of one: only two of them are sure. */
		return false;
	}
	if (b->left == 0 || bits_peek(b, 12) != EOL)
		return false;
	bits_eat(b, 12);
	return true;
}

/* Behind an EOL: a second one ends the image (RTC, T.4 4.1.4; EOFB, T.6 2.4.1.1). */
static void
fax_end(struct fax *f)
{
	struct bits *b = &f->rows.bits;

	if (bits_peek(b, 12) != EOL)
		return;
	f->rows.eof = true;
	bits_eat(b, 12);
	for (int i = 0; f->parms->k >= 0 && i < RTC_MORE && b->left > 0; i++) {
		fax_tag(f);
		if (bits_peek(b, 12) == EOL)
			bits_eat(b, 12);
	}
}

static void
fax_between(struct fax *f, bool last)
{
	struct bits *b = &f->rows.bits;
	bool eol = false;

	if (last && !f->parms->end_of_block) {
		f->rows.eof = true;
		return;
	}
	eol = fax_eol(f);
	if (f->parms->byte_align && !eol)
		bits_align(b);
	if (b->left == 0) {
		f->rows.eof = true;
		return;
	}
	if (f->parms->end_of_block && !f->end_of_line && f->parms->byte_align &&
	    bits_peek(b, 24) == EOFB) {
		bits_eat(b, 12);
		eol = true;
	}
	fax_tag(f);
	if (eol && f->parms->end_of_block)
		fax_end(f);
}

/* Room for row y; doubles, within the limit. */
static bool
fax_room(struct bitmap *b, uint32_t y, uint32_t *cap, uint64_t max_pixels, struct err *e)
{
	size_t stride = bitmap_stride(b->w);
	uint64_t most = max_pixels / b->w;
	uint64_t want = (uint64_t)*cap * 2;
	uint8_t *bits;

	if (y < *cap)
		return true;
	if (most > UINT32_MAX)
		most = UINT32_MAX;
	if (y >= most)
		return err_set(e, ERR_LIMIT, "over %u rows of %u pixels, limit %llu pixels", y,
			       b->w, (unsigned long long)max_pixels);
	if (want > most)
		want = most;
	bits = realloc(b->bits, (size_t)want * stride);
	if (bits == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for %llu rows", (unsigned long long)want);
	memset(bits + (size_t)*cap * stride, 0, (size_t)(want - *cap) * stride);
	b->bits = bits;
	*cap = (uint32_t)want;
	return true;
}

static bool
fax_rows(struct fax *f, struct bitmap *b, uint32_t *cap, uint64_t max_pixels, struct err *e)
{
	size_t stride = bitmap_stride(b->w);
	uint32_t y = 0, rows = f->parms->rows;

	for (; !f->rows.eof && (rows == 0 || y < rows); y++) {
		if (f->rows.bits.left == 0)
			break;
		if (!fax_room(b, y, cap, max_pixels, e))
			return false;
		if (f->next_2d)
			row_2d(&f->rows);
		else
			row_1d(&f->rows);
		if (f->rows.bad && f->damaged < UINT32_MAX)
			f->damaged++;
		row_finish(&f->rows, b->bits + y * stride);
		if (!f->rows.eof)
			fax_between(f, rows != 0 && y + 1 == rows);
		rows_next(&f->rows);
	}
	if (rows == 0)
		b->h = y;
	else if (y < rows)
		f->damaged += rows - y;
	return true;
}

bool
ccitt_decode(struct view in, const struct ccitt_parms *parms, uint64_t max_pixels,
	     struct bitmap *ret, uint32_t *ret_damaged, struct err *e)
{
	__attribute__((cleanup(bitmap_release))) struct bitmap b = { 0 };
	struct fax f = { .parms = parms };
	uint32_t cap = parms->rows != 0 ? parms->rows : 16;
	bool ok;

	if (parms->rows == 0 && (uint64_t)parms->columns * cap > max_pixels)
		cap = 1;
	if (!bitmap_init(&b, parms->columns, cap, max_pixels, e) ||
	    !rows_init(&f.rows, in, parms->columns, e))
		return false;
	fax_start(&f);
	ok = fax_rows(&f, &b, &cap, max_pixels, e);
	rows_release(&f.rows);
	if (!ok)
		return false;
	if (b.h == 0)
		return err_set(e, ERR_MALFORMED, "no row of CCITT data");
	*ret = b;
	*ret_damaged = f.damaged;
	b = (struct bitmap){ 0 };
	return true;
}
