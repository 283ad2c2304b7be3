#include "sanitize/lane/words.h"

#include <math.h>
#include <stdlib.h>

#include "core/utf8.h"

/* A line without its end; false at the end of the text. */
static bool
take_line(struct view *v, struct view *ret)
{
	const uint8_t *nl;

	if (v->n == 0)
		return false;
	nl = memchr(v->p, '\n', v->n);
	*ret = view_of(v->p, nl == NULL ? v->n : (size_t)(nl - v->p));
	*v = view_from(*v, ret->n + (nl != NULL));
	return true;
}

/* A number that ends at `end`, taken together with it. */
static bool
take_number(struct view *v, char end, float *ret)
{
	const uint8_t *stop = memchr(v->p, end, v->n);
	char text[32];
	size_t n;

	if (stop == NULL || (n = (size_t)(stop - v->p)) >= sizeof text)
		return false;
	memcpy(text, v->p, n);
	text[n] = '\0';
	*ret = strtof(text, NULL);
	*v = view_from(*v, n + 1);
	return isfinite(*ret) && fabsf(*ret) < 1e6f;
}

static bool
take_word(struct view *v, const char *word)
{
	size_t n = strlen(word);

	if (v->n < n || memcmp(v->p, word, n) != 0)
		return false;
	*v = view_from(*v, n);
	return true;
}

static const struct {
	const char *name;
	char c;
} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' } };

/* The text up to </word>, its entities undone. */
static bool
take_text(struct arena *a, struct view v, struct view *ret)
{
	uint8_t *to = arena_get(a, v.n + 1);
	size_t n = 0, i;

	if (to == NULL)
		return false;
	while (v.n > 0 && v.p[0] != '<') {
		for (i = 0; i < sizeof entities / sizeof *entities && v.p[0] == '&'; i++)
			if (take_word(&v, entities[i].name)) {
				to[n++] = (uint8_t)entities[i].c;
				break;
			}
		if (v.n > 0 && v.p[0] != '<' && v.p[0] != '&') {
			to[n++] = v.p[0];
			v = view_from(v, 1);
		} else if (v.n > 0 && v.p[0] == '&' && i == sizeof entities / sizeof *entities) {
			v = view_from(v, 1);
		}
	}
	*ret = view_of(to, n);
	return true;
}

/* Room for one more, doubling: the old room stays with the arena. */
static void *
more(struct arena *a, void *old, size_t n, size_t size)
{
	void *p;

	if (n != 0 && (n & (n - 1)) != 0)
		return old;
	p = arena_get(a, (n == 0 ? 1 : n * 2) * size);
	if (p != NULL && n > 0)
		memcpy(p, old, n * size);
	return p;
}

static bool
add_word(struct arena *a, struct word_page *p, const struct word *w, struct err *e)
{
	struct word *to;

	if (w->text.n == 0 || !utf8_valid(w->text) || w->x1 <= w->x0 || w->y1 <= w->y0)
		return true;	/* nothing that could stand there */
	to = more(a, p->word, p->n, sizeof *to);
	if (to == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	p->word = to;
	p->word[p->n++] = *w;
	return true;
}

static bool
add_page(struct arena *a, struct word_pages *ret, struct view line, size_t max, struct err *e)
{
	struct word_page p = { 0 }, *to;

	if (ret->n >= max)
		return err_set(e, ERR_LIMIT, "more than %zu pages", max);
	if (!take_number(&line, '"', &p.w) || !take_word(&line, " height=\"") || !take_number(&line, '"', &p.h) ||
	    p.w <= 0 || p.h <= 0)
		return err_set(e, ERR_MALFORMED, "a page without a size");
	to = more(a, ret->page, ret->n, sizeof *to);
	if (to == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	ret->page = to;
	ret->page[ret->n++] = p;
	return true;
}

static bool
read_word(struct arena *a, struct view line, struct word_page *p, struct err *e)
{
	struct word w;

	if (!take_number(&line, '"', &w.x0) || !take_word(&line, " yMin=\"") || !take_number(&line, '"', &w.y0) ||
	    !take_word(&line, " xMax=\"") || !take_number(&line, '"', &w.x1) || !take_word(&line, " yMax=\"") ||
	    !take_number(&line, '"', &w.y1) || !take_word(&line, ">"))
		return true;
	return take_text(a, line, &w.text) ? add_word(a, p, &w, e) : err_set(e, ERR_SYSTEM, "no memory");
}

bool
words_read(struct job *j, struct arena *a, struct view xhtml, size_t max, struct word_pages *ret,
	   struct err *e)
{
	struct view line;

	*ret = (struct word_pages){ 0 };
	while (take_line(&xhtml, &line)) {
		if (!job_tick(j, e))
			return false;
		while (line.n > 0 && line.p[0] == ' ')
			line = view_from(line, 1);
		if (take_word(&line, "<page width=\"")) {
			if (!add_page(a, ret, line, max, e))
				return false;
		} else if (ret->n > 0 && take_word(&line, "<word xMin=\"")) {
			if (!read_word(a, line, &ret->page[ret->n - 1], e))
				return false;
		}
	}
	return ret->n > 0 || err_set(e, ERR_MALFORMED, "no pages");
}

bool
words_recognised(struct job *j, struct arena *a, struct view tsv, uint32_t dpi, struct word_page *p,
		 struct err *e)
{
	/* level, page, block, paragraph, line, word, left, top, width, height, confidence, text */
	enum { LEFT = 6, TOP, WIDTH, HEIGHT, CONFIDENCE, COLUMNS };
	const float k = 72.0f / (float)dpi;
	struct view line;

	while (take_line(&tsv, &line)) {
		float v[COLUMNS];
		struct word w;
		size_t i;

		if (!job_tick(j, e))
			return false;
		for (i = 0; i < COLUMNS && take_number(&line, '\t', &v[i]); i++)
			continue;
		if (i < COLUMNS || v[CONFIDENCE] < 0)
			continue;
		w = (struct word){ v[LEFT] * k, v[TOP] * k, (v[LEFT] + v[WIDTH]) * k, (v[TOP] + v[HEIGHT]) * k, line };
		while (w.text.n > 0 && w.text.p[w.text.n - 1] <= ' ')
			w.text.n--;
		if (!add_word(a, p, &w, e))
			return false;
	}
	return true;
}
