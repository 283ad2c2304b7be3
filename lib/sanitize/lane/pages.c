#include "sanitize/lane/pages.h"

#include <math.h>

#include "core/own.h"
#include "sanitize/lane/draft.h"
#include "sanitize/lane/lane.h"

enum {
	COARSEST = 20,			/* dpi */
	DRAWN_AT_ONCE = 24 << 20,	/* pixels that come back together */
	ONE_GO = 16,			/* pages */
};

static bool
draw(struct job *j, enum need_kind kind, struct pages p, struct view in, struct buf *ret, struct err *e)
{
	buf_clear(ret);
	if (j->draw == NULL)
		return lane_refuse(j, (err_set(e, ERR_DENIED, "no converter"), e));
	if (j->draw(j->ctx, kind, &p, in, ret, e))
		return true;
	return e->code == ERR_SYSTEM ? false : lane_refuse(j, e);
}

struct flattening {
	struct job *j;
	struct arena *arena;
	struct view pdf;
	struct word_pages words;
	uint32_t read, unread;		/* pages for and beyond Tesseract */
};

static double
pixels_at(const struct word_page *p, uint32_t dpi)
{
	return ceil((double)p->w * dpi / 72) * ceil((double)p->h * dpi / 72);
}

/* As fine as asked for, or as a page of that size may be; 0: not at all. */
static uint32_t
dpi_of(const struct flattening *f, size_t page)
{
	const struct word_page *p = &f->words.page[page];
	uint32_t dpi = f->j->dpi != 0 ? f->j->dpi : DPI_DEFAULT;

	if (pixels_at(p, dpi) > FLATTEN_PIXELS)
		dpi = (uint32_t)(sqrt((double)FLATTEN_PIXELS / ((double)p->w * (double)p->h)) * 72);
	return dpi < COARSEST ? 0 : dpi;
}

/* How many pages from `first` are drawn in one go. */
static uint32_t
together(const struct flattening *f, size_t first)
{
	const struct word_pages *w = &f->words;
	uint32_t dpi = dpi_of(f, first), n = 0;
	double sum = 0;

	while (n < ONE_GO && first + n < w->n && dpi_of(f, first + n) == dpi &&
	       (n == 0 || sum + pixels_at(&w->page[first + n], dpi) <= DRAWN_AT_ONCE))
		sum += pixels_at(&w->page[first + n++], dpi);
	return n;
}

/* A page that shows something and has no words: what Tesseract sees.  Without it the page stays as it is. */
static bool
recognise(struct flattening *f, const struct drawn *px, uint32_t dpi, struct word_page *p, struct err *e)
{
	own_buf struct buf pnm = BUF_MAX(256 << 20), tsv = BUF_MAX(16 << 20);
	size_t i, area = (size_t)px->w * px->h;
	struct view text;
	struct err no;

	if (f->read >= FLATTEN_OCR || f->j->draw == NULL) {
		f->unread++;
		return true;
	}
	f->read++;
	(void)buf_printf(&pnm, "P5\n%u %u\n255\n", px->w, px->h);
	for (i = 0; i < area; i++) {
		const uint8_t *c = px->rgb + i * 3;
		const uint8_t y = (uint8_t)((77u * c[0] + 150u * c[1] + 29u * c[2]) >> 8);

		if (!buf_put(&pnm, &y, 1))
			return buf_ok(&pnm, e);
	}
	if (!f->j->draw(f->j->ctx, NEED_OCR, &(struct pages){ 1, 1, dpi }, buf_bytes(&pnm), &tsv, &no)) {
		f->read--;
		f->unread++;
		return true;
	}
	text = arena_copy(f->arena, buf_bytes(&tsv));
	return text.p != NULL ? words_recognised(f->j, f->arena, text, dpi, p, e)
			      : err_set(e, ERR_SYSTEM, "no memory");
}

static bool
begin(struct flattening *f, struct err *e)
{
	own_buf struct buf b = BUF_MAX(256 << 20);
	struct view text;

	if (!draw(f->j, NEED_WORDS, (struct pages){ 1, FLATTEN_PAGES + 1, 0 }, f->pdf, &b, e))
		return false;
	text = arena_copy(f->arena, buf_bytes(&b));
	return text.p == NULL ? err_set(e, ERR_SYSTEM, "no memory")
			      : words_read(f->j, f->arena, text, FLATTEN_PAGES, &f->words, e);
}

/* fn(page) for each page, drawn. */
typedef bool (*page_fn)(struct flattening *f, size_t i, const struct drawn *px, uint32_t dpi, void *to, struct err *e);

static bool
each_page(struct flattening *f, size_t from, size_t to, page_fn fn, void *ctx, struct err *e)
{
	own_buf struct buf drawn = BUF_MAX(400 << 20);

	while (from < to) {
		uint32_t dpi = dpi_of(f, from), n = together(f, from), k;
		struct view v;

		if (dpi == 0)
			return err_set(e, ERR_LIMIT, "page %zu is too large to be drawn", from + 1);
		if (n > to - from)
			n = (uint32_t)(to - from);
		if (!draw(f->j, NEED_PAGES, (struct pages){ (uint32_t)from + 1, n, dpi }, f->pdf, &drawn, e))
			return false;
		v = buf_bytes(&drawn);
		for (k = 0; k < n; k++) {
			struct drawn px;

			f->j->ticks |= 0xfff;	/* a page is long: ask the clock */
			if (!job_tick(f->j, e) || !ink_take_ppm(&v, &px, e) || !fn(f, from + k, &px, dpi, ctx, e))
				return false;
		}
		from += n;
	}
	return true;
}

static bool
flatten_page(struct flattening *f, size_t i, const struct drawn *px, uint32_t dpi, void *draft, struct err *e)
{
	enum ink ink = ink_of(px);
	struct word_page *p = &f->words.page[i];

	if (p->n == 0 && ink != INK_NONE && !recognise(f, px, dpi, p, e))
		return false;
	return draft_page(draft, px, ink, dpi, p, e);
}

static void
say_what_was_read(const struct flattening *f)
{
	if (f->read > 0)
		job_find(f->j, FINDING_WORDS_RECOGNISED, "", "%u", f->read);
	if (f->unread > 0)
		job_find(f->j, FINDING_WORDS_MISSING, "", "%u", f->unread);
}

static bool
flatten(struct flattening *f, struct buf *out, struct err *e)
{
	struct draft *d = draft_new(out);
	bool ok;

	if (d == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	ok = begin(f, e) && each_page(f, 0, f->words.n, flatten_page, d, e) && draft_end(d, e);
	draft_free(d);
	if (ok)
		say_what_was_read(f);
	return ok;
}

bool
pages_flatten(struct job *j, struct view pdf, struct buf *out, struct err *e)
{
	own_arena struct arena *a = arena_new(0);
	struct flattening f = { .j = j, .arena = a, .pdf = pdf };

	return a != NULL ? flatten(&f, out, e) : err_set(e, ERR_SYSTEM, "no memory");
}

static bool
is_blank(struct view v)
{
	while (v.n > 0 && (v.p[0] <= ' '))
		v = view_from(v, 1);
	return v.n == 0;
}

/* Words of a picture, one line for each line of it: where the next one stands lower or begins again. */
static bool
text_page(struct flattening *f, size_t i, const struct drawn *px, uint32_t dpi, void *to, struct err *e)
{
	struct word_page *p = &f->words.page[i];
	struct buf *out = to;
	size_t k;

	if (ink_of(px) != INK_NONE && !recognise(f, px, dpi, p, e))
		return false;
	for (k = 0; k < p->n; k++) {
		bool same = k > 0 && p->word[k].y0 < p->word[k - 1].y1 && p->word[k].y1 > p->word[k - 1].y0;
		bool apart = same && p->word[k].x0 - p->word[k - 1].x1 > 0.3f * (p->word[k].y1 - p->word[k].y0);

		if (!buf_str(out, k == 0 ? "" : !same ? "\n" : apart ? " " : "") || !buf_view(out, p->word[k].text))
			break;
	}
	(void)buf_str(out, "\n\n");
	return buf_ok(out, e);
}

static bool
read_pages(struct flattening *f, struct buf *out, struct err *e)
{
	own_buf struct buf b = BUF_MAX(256 << 20);
	struct view v;
	size_t i;

	if (!begin(f, e) || !draw(f->j, NEED_TEXT, (struct pages){ 1, FLATTEN_PAGES, 0 }, f->pdf, &b, e))
		return false;
	v = buf_bytes(&b);
	for (i = 0; i < f->words.n; i++) {
		const uint8_t *end = v.n > 0 ? memchr(v.p, '\f', v.n) : NULL;
		struct view page = view_of(v.p, end == NULL ? v.n : (size_t)(end - v.p));

		v = view_from(v, page.n + (end != NULL));
		if (is_blank(page) && !each_page(f, i, i + 1, text_page, out, e))
			return false;
		if (!is_blank(page) && (!buf_view(out, page) || !buf_str(out, "\n")))
			return buf_ok(out, e);
	}
	say_what_was_read(f);
	if (!is_blank(buf_bytes(out)))
		return true;
	job_find(f->j, FINDING_NO_WORDS, "", NULL);
	return err_set(e, ERR_DENIED, "there are no words in it");
}

bool
pages_text(struct job *j, struct view pdf, struct buf *out, struct err *e)
{
	own_arena struct arena *a = arena_new(0);
	struct flattening f = { .j = j, .arena = a, .pdf = pdf };

	return a != NULL ? read_pages(&f, out, e) : err_set(e, ERR_SYSTEM, "no memory");
}
