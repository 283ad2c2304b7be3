/*
 * element.c - elements written as they come, and put in schema order at
 * their parent's end where they came in another.
 */
#include "sanitize/markup/in.h"

/* The innermost element that is written, NULL before the root. */
struct frame *
element_around(const struct markup *m)
{
	return m->frames == 0 ? NULL : &m->frame[m->frame[m->frames - 1].element];
}

struct frame *
frame_push(struct markup *m, uint8_t is)
{
	struct frame *f;

	if (m->frames == DEPTH_MAX + 8) {
		err_set(m->e, ERR_LIMIT, "elements nested deeper than %d", DEPTH_MAX);
		markup_stop(m);
		return NULL;
	}
	f = &m->frame[m->frames];
	memset(f, 0, sizeof *f);
	f->is = is;
	f->element = is == FRAME_ELEMENT ? (uint32_t)m->frames : m->frame[m->frames - 1].element;
	f->type = m->frame[f->element].type;
	f->at = m->out.n;
	f->text = m->text.n;
	m->frames++;
	return f;
}

static uint64_t
place_bit(uint16_t place)
{
	return UINT64_C(1) << place % 64;
}

bool
element_fits(const struct markup *m, uint16_t row)
{
	const struct row_more *r = &m->index->more[row];
	const struct frame *p = element_around(m);

	return p == NULL || !r->once || (p->seen[r->place / 64] & place_bit(r->place)) == 0;
}

/* -- start tags ------------------------------------------------------- */

/* In the order of their qualified names. */
static void
put_attributes(struct markup *m, struct buf *out, const struct attributes *a)
{
	const struct row_more *more = m->index->more;
	uint16_t order[ATTRIBUTES_MAX];
	size_t i, k;

	for (i = 0; i < a->n; i++) {
		for (k = i; k > 0 && more[a->v[order[k - 1]].row].rank > more[a->v[i].row].rank; k--)
			order[k] = order[k - 1];
		order[k] = (uint16_t)i;
	}
	for (i = 0; i < a->n; i++) {
		const struct row_more *r = &more[a->v[order[i]].row];

		(void)buf_byte(out, ' ');
		(void)buf_put(out, r->qname, r->qname_n);
		(void)buf_put(out, "=\"", 2);
		write_escaped(m, out, attribute_value(a, order[i]), true);
		(void)buf_byte(out, '"');
	}
}

static void
mark_used(struct markup *m, struct frame *f, const struct attributes *a)
{
	size_t i;

	f->used.bit[m->index->row[f->row].ns / 64] |= UINT64_C(1) << m->index->row[f->row].ns % 64;
	for (i = 0; i < a->n; i++) {
		uint8_t ns = m->index->row[a->v[i].row].ns;

		f->used.bit[ns / 64] |= UINT64_C(1) << ns % 64;
	}
}

static void
run_add(struct markup *m, uint16_t place)
{
	if (m->runs == m->run_cap) {
		size_t cap = m->run_cap == 0 ? 256 : m->run_cap * 2;
		struct run *more = realloc(m->run, cap * sizeof *more);

		if (more == NULL) {
			m->out.full = true;
			return;
		}
		m->run = more;
		m->run_cap = cap;
	}
	m->run[m->runs++] = (struct run){ m->out.n, place };
}

/* Content of `p` begins, or goes on, here. */
static void
open_content(struct markup *m, struct frame *p)
{
	if (!p->open)
		return;
	(void)buf_byte(&m->out, '>');
	p->open = false;
	p->content = m->out.n;
}

/* Takes the child's place in its parent's order. */
static void
take_place(struct markup *m, struct frame *p, struct frame *f)
{
	const struct row_more *r = &m->index->more[f->row];
	uint64_t bit = place_bit(r->place);

	f->parent_open = p->open;
	f->parent_disorder = p->disorder;
	f->parent_runs = m->runs;
	f->parent_seen = (p->seen[r->place / 64] & bit) != 0;
	open_content(m, p);
	p->seen[r->place / 64] |= bit;
	if (m->runs > p->runs && m->run[m->runs - 1].place == r->place)
		return;
	if (m->runs > p->runs && m->run[m->runs - 1].place > r->place)
		p->disorder = true;
	run_add(m, r->place);
}

void
element_begin(struct markup *m, uint16_t row, const struct attributes *a)
{
	const struct row_more *r = &m->index->more[row];
	struct frame *p = element_around(m), *f = frame_push(m, FRAME_ELEMENT);

	if (f == NULL)
		return;
	f->row = row;
	f->type = m->index->row[row].type;
	if (p != NULL)
		take_place(m, p, f);
	f->runs = m->runs;
	f->marks = m->marks;
	f->open = true;
	mark_used(m, f, a);
	if (p == NULL) {
		m->root_row = row;
		put_attributes(m, &m->root, a);
		return;
	}
	f->tag = m->out.n;
	(void)buf_byte(&m->out, '<');
	(void)buf_put(&m->out, r->qname, r->qname_n);
	put_attributes(m, &m->out, a);
}

/* -- end tags --------------------------------------------------------- */

/* As if it had never come. */
static void
take_back(struct markup *m, const struct frame *f)
{
	const struct row_more *r = &m->index->more[f->row];
	struct frame *p = element_around(m);

	m->out.n = f->at;
	m->marks = f->marks;
	m->runs = f->parent_runs;
	p->open = f->parent_open;
	p->disorder = f->parent_disorder;
	if (!f->parent_seen)
		p->seen[r->place / 64] &= ~place_bit(r->place);
}

/* A stable counting sort of the runs by their place. */
static void
put_in_order(struct markup *m, struct frame *f)
{
	const struct run *run = &m->run[f->runs];
	size_t n = m->runs - f->runs, i, total = m->out.n - f->content, start[PLACES_MAX + 1] = { 0 };
	uint8_t *to;

	buf_clear(&m->aside);
	to = buf_room(&m->aside, total);
	if (to == NULL) {
		m->out.full = true;
		return;
	}
	for (i = 0; i < n; i++)
		start[run[i].place + 1] += (i + 1 < n ? run[i + 1].at : m->out.n) - run[i].at;
	for (i = 0; i < PLACES_MAX; i++)
		start[i + 1] += start[i];
	for (i = 0; i < n; i++) {
		size_t len = (i + 1 < n ? run[i + 1].at : m->out.n) - run[i].at;

		memcpy(to + start[run[i].place], m->out.p + run[i].at, len);
		start[run[i].place] += len;
	}
	memcpy(m->out.p + f->content, to, total);
}

/* What the type must have and did not get. */
static void
add_missing(struct markup *m, struct frame *f)
{
	static const struct attributes none = { 0 };
	const struct type_more *t = &m->index->type[f->type];
	uint16_t r;

	for (r = t->first; r < t->end && !m->failed; r++) {
		uint16_t place = m->index->more[r].place;

		if ((m->index->row[r].row != ROW_MUST && m->index->row[r].row != ROW_SOLE) ||
		    (f->seen[place / 64] & place_bit(place)) != 0)
			continue;
		element_begin(m, r, &none);
		if (!m->failed)
			element_close(m, true);
	}
}

/* Has it all children without which it may not be? */
static bool
is_whole(const struct markup *m, const struct frame *f)
{
	const struct type_more *t = &m->index->type[f->type];
	uint16_t r;

	for (r = t->first; t->need && r < t->end; r++) {
		uint16_t place = m->index->more[r].place;

		if (m->index->row[r].row == ROW_NEED && (f->seen[place / 64] & place_bit(place)) == 0)
			return false;
	}
	return true;
}

void
element_close(struct markup *m, bool keep)
{
	struct frame *f = &m->frame[m->frames - 1];
	const struct row_more *r = &m->index->more[f->row];
	const struct type_more *t = &m->index->type[f->type];
	size_t i;

	if (keep && !is_whole(m, f)) {
		if (m->frames == 1)
			markup_fail(m, ERR_MALFORMED, "%s lacks what it may not be without", r->qname);
		else
			markup_find(m, FINDING_MARKUP_UNKNOWN, "%s", r->qname);
		keep = false;
	}
	if (keep && t->must)
		add_missing(m, f);
	if (m->failed)
		return;
	m->frames--;
	if (m->frames > 0 && (!keep || (t->full && f->open))) {
		take_back(m, f);
		return;
	}
	if (f->disorder && m->runs > f->runs && !m->out.full)
		put_in_order(m, f);
	m->runs = f->runs;
	if (f->open) {
		(void)buf_put(&m->out, "/>", 2);
	} else {
		(void)buf_put(&m->out, "</", 2);
		(void)buf_put(&m->out, r->qname, r->qname_n);
		(void)buf_byte(&m->out, '>');
	}
	if (m->frames == 0)
		return;
	for (i = 0; i < NAMESPACES_MAX / 64; i++)
		element_around(m)->used.bit[i] |= f->used.bit[i];
	text_flush(m, f->tag, false);
}

void
element_end(struct markup *m)
{
	const struct markup_hook *hook = m->index->type[m->frame[m->frames - 1].type].hook;
	bool keep = true;

	text_flush(m, m->out.n, true);
	if (hook != NULL && hook->close != NULL && !m->failed) {
		keep = hook->close(m) != MARKUP_DROP;
		emit_flush(m);
	}
	if (!m->failed)
		element_close(m, keep);
}

/* -- character data --------------------------------------------------- */

void
element_text(struct markup *m, struct view v)
{
	struct frame *f = element_around(m);
	const struct type_more *t;

	if (f == NULL || v.n == 0)
		return;
	t = &m->index->type[f->type];
	if (t->kind == MARKUP_NONE)
		return;
	if (t->kind == MARKUP_TEXT && (t->hook == NULL || t->hook->text == NULL)) {
		element_write(m, v);
		return;
	}
	(void)buf_view(&m->text, v);
}

void
element_write(struct markup *m, struct view v)
{
	struct frame *f = element_around(m);

	if (f == NULL || v.n == 0 || m->index->type[f->type].kind == MARKUP_NONE)
		return;
	open_content(m, f);
	write_escaped(m, &m->out, v, false);
}

/* What is written from `mid` on goes before what is from `at` on. */
static void
put_before(struct markup *m, size_t at, size_t mid)
{
	size_t n = m->out.n - mid;

	if (at == mid || n == 0 || m->out.full)
		return;
	buf_clear(&m->aside);
	if (!buf_put(&m->aside, m->out.p + mid, n)) {
		m->out.full = true;
		return;
	}
	memmove(m->out.p + at + n, m->out.p + at, mid - at);
	memcpy(m->out.p + at, m->aside.p, n);
}

static enum markup_do
text_judge(struct markup *m, const struct type_more *t, struct view *v)
{
	own_buf struct buf ret = { .max = m->out.max };
	enum markup_do what = MARKUP_KEEP;

	if (t->kind != MARKUP_TEXT)
		what = value_judge(m, &m->index->row[t->first - 1], v);
	if (what != MARKUP_KEEP || t->hook == NULL || t->hook->text == NULL || m->failed)
		return what;
	what = t->hook->text(m, *v, &ret);
	if (what == MARKUP_OTHER) {
		buf_clear(&m->value);
		(void)buf_view(&m->value, buf_bytes(&ret));
		*v = buf_bytes(&m->value);
	}
	return what;
}

/*
 * What was collected is judged and written.  A value is judged whole, at its
 * element's end only; other text in one piece between two children that stay,
 * whatever came and went between them: read again, it is the same.
 */
void
text_flush(struct markup *m, size_t at, bool end)
{
	struct frame *f = element_around(m);
	uint16_t coming = m->coming;
	const struct type_more *t;
	size_t mid = m->out.n;
	struct view v;

	if (f == NULL || m->text.n == f->text || m->failed)
		return;
	t = &m->index->type[f->type];
	if (t->kind != MARKUP_TEXT && !end)
		return;
	v = view_of(m->text.p + f->text, m->text.n - f->text);
	/* The hook of an element that comes may be what writes: this is not its text. */
	m->coming = NO_ROW;
	if (text_judge(m, t, &v) != MARKUP_DROP && !m->failed) {
		element_write(m, v);
		put_before(m, at, mid);
	}
	m->coming = coming;
	m->text.n = f->text;
}
