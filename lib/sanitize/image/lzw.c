#include "lzw.h"

#include "core/own.h"

enum {
	CODES = 4096,
	CODE_BITS_MAX = 12,
	NONE = 0xffff,
	HASH = 8192,		/* twice the codes */
};

struct reader {
	struct view *in, block;
	uint32_t acc;
	unsigned int have;
	bool ended;		/* terminator seen */
};

static bool
next_code(struct reader *r, unsigned int bits, unsigned int *ret)
{
	uint8_t n;

	while (r->have < bits) {
		if (r->block.n == 0) {
			if (r->ended || !view_u8(r->in, &n))
				return false;
			if (n == 0) {
				r->ended = true;
				return false;
			}
			if (!view_take(r->in, n, &r->block))
				(void)view_take(r->in, r->in->n, &r->block);
			continue;
		}
		r->acc |= (uint32_t)r->block.p[0] << r->have;
		r->have += 8;
		(void)view_skip(&r->block, 1);
	}
	*ret = r->acc & ((1u << bits) - 1);
	r->acc >>= bits;
	r->have -= bits;
	return true;
}

/* Over the sub-blocks that are left; true when there were none. */
static bool
drain(struct reader *r)
{
	bool none = r->block.n == 0;
	uint8_t n;

	while (!r->ended) {
		if (!view_u8(r->in, &n))
			return false;
		r->ended = n == 0;
		none &= n == 0;
		if (!view_skip(r->in, n))
			(void)view_skip(r->in, r->in->n);
	}
	return none;
}

struct table {
	uint16_t prefix[CODES], length[CODES];
	uint8_t last[CODES], first[CODES];
};

/* The string of a code, written from its end; cut where the picture is full. */
static size_t
put_string(const struct table *t, unsigned int code, uint8_t *ret, size_t room)
{
	size_t len = t->length[code], i;

	for (i = len; i > 0; i--) {
		if (i <= room)
			ret[i - 1] = t->last[code];
		code = t->prefix[code];
	}
	return len < room ? len : room;
}

static void
add_code(struct table *t, unsigned int at, unsigned int prefix, uint8_t last)
{
	t->prefix[at] = (uint16_t)prefix;
	t->last[at] = last;
	t->first[at] = t->first[prefix];
	t->length[at] = (uint16_t)(t->length[prefix] + 1);
}

static struct table *
new_table(unsigned int clear)
{
	struct table *t = calloc(1, sizeof *t);
	unsigned int i;

	for (i = 0; t != NULL && i < clear; i++) {
		t->last[i] = t->first[i] = (uint8_t)i;
		t->length[i] = 1;
	}
	return t;
}

size_t
lzw_decode(struct view *in, uint8_t bits, uint8_t *ret, size_t n, bool *ret_sound)
{
	unsigned int clear = 1u << bits, end = clear + 1, next = end + 1, width = bits + 1u;
	unsigned int code, before = NONE;
	struct reader r = { .in = in };
	own_mem struct table *t = new_table(clear);
	bool ended = false;
	size_t got = 0;

	while (t != NULL && next_code(&r, width, &code)) {
		if (code == clear) {
			next = end + 1;
			width = bits + 1u;
			before = NONE;
			continue;
		}
		ended = code == end;
		if (ended || got == n || code > next || (code == next && before == NONE) ||
		    (code > end && before == NONE))
			break;
		/* A code that is just being made: its string begins and ends alike. */
		if (before != NONE && next < CODES)
			add_code(t, next, before, code == next ? t->first[before] : t->first[code]);
		if (code == next && next >= CODES)
			break;
		got += put_string(t, code, ret + got, n - got);
		if (before != NONE && next < CODES)
			next++;
		if (next == 1u << width && width < CODE_BITS_MAX)
			width++;
		before = code;
	}
	/* Many encoders leave the end code out; a full picture is a sound one. */
	*ret_sound = drain(&r) & (got == n) & (ended || r.ended);
	return got;
}

struct writer {
	struct buf *out;
	size_t block;		/* where the length of the open sub-block stands */
	uint32_t acc;
	unsigned int have;
};

static void
put_byte(struct writer *w, uint8_t c)
{
	if (w->out->full)
		return;
	if (w->block == SIZE_MAX || w->out->p[w->block] == 255) {
		w->block = w->out->n;
		if (!buf_byte(w->out, 0))
			return;
	}
	if (buf_byte(w->out, c))
		w->out->p[w->block]++;
}

static void
put_code(struct writer *w, unsigned int code, unsigned int width)
{
	w->acc |= code << w->have;
	for (w->have += width; w->have >= 8; w->have -= 8) {
		put_byte(w, (uint8_t)w->acc);
		w->acc >>= 8;
	}
}

/* (prefix, index) to code, open addressing; a row of an older table does not count. */
struct dictionary {
	uint32_t key[HASH];	/* prefix << 8 | index */
	uint16_t code[HASH], age[HASH];
	uint16_t now;
};

static size_t
slot(const struct dictionary *d, uint32_t key)
{
	size_t i = (key * 0x9e3779b1u) >> 19;

	while (d->age[i] == d->now && d->key[i] != key)
		i = (i + 1) % HASH;
	return i;
}

static void
forget(struct dictionary *d)
{
	if (++d->now == 0) {
		memset(d->age, 0, sizeof d->age);
		d->now = 1;
	}
}

bool
lzw_encode(const uint8_t *p, size_t n, uint8_t bits, struct buf *out, struct err *e)
{
	unsigned int clear = 1u << bits, end = clear + 1, next = end + 1, width = bits + 1u;
	own_mem struct dictionary *d = calloc(1, sizeof *d);
	struct writer w = { .out = out, .block = SIZE_MAX };
	unsigned int prefix = p[0];
	size_t i, at;

	if (d == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	forget(d);
	(void)buf_byte(out, bits);
	put_code(&w, clear, width);
	for (i = 1; i < n; i++) {
		at = slot(d, prefix << 8 | p[i]);
		if (d->age[at] == d->now) {
			prefix = d->code[at];
			continue;
		}
		put_code(&w, prefix, width);
		d->key[at] = prefix << 8 | p[i];
		d->code[at] = (uint16_t)next;
		d->age[at] = d->now;
		prefix = p[i];
		if (next == CODES - 1) {
			put_code(&w, clear, width);
			forget(d);
			next = end + 1;
			width = bits + 1u;
			continue;
		}
		/* The reader makes each code one step later than we do. */
		if (next++ == 1u << width)
			width++;
	}
	put_code(&w, prefix, width);
	/* With that code the reader makes one more. */
	if (next == 1u << width && width < CODE_BITS_MAX)
		width++;
	put_code(&w, end, width);
	if (w.have > 0)
		put_byte(&w, (uint8_t)w.acc);
	(void)buf_byte(out, 0);
	return buf_ok(out, e);
}
