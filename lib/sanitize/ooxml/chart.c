/* chart.c - hooks of charts. */
#include "sanitize/ooxml/chart.h"

#include <inttypes.h>
#include <stdio.h>

#include "sanitize/ooxml/ids.h"

static enum markup_do
formula_text(struct markup *m, struct view in, struct buf *ret)
{
	uint64_t *around = markup_note_up(m, 1);

	if (around != NULL)
		*around = 1;	/* it has a formula */
	if (chart_reference(in, ret))
		return MARKUP_OTHER;
	markup_find(m, FINDING_DML_CHART_SOURCE, "%.*s", (int)(in.n < 120 ? in.n : 120), (const char *)in.p);
	(void)buf_str(ret, "#REF!");
	return MARKUP_OTHER;
}

const struct markup_hook hook_c_formula = { .text = formula_text };

/* Cached values without a formula before them are no chart's: it gets one that leads nowhere. */
static enum markup_do
reference_close(struct markup *m)
{
	if (*markup_note(m) == 0) {
		markup_begin(m, markup_type(m, 0) == T_C15_DATA_LABELS_RANGE ? NS_C15 : NS_C, "f");
		markup_text(m, VIEW("#REF!"));
		markup_end(m);
	}
	return MARKUP_KEEP;
}

const struct markup_hook hook_c_reference = { .close = reference_close };

/* Points are counted from 0. */
static enum markup_do
point_open(struct markup *m)
{
	struct view v = markup_get(m, NS_0, "idx");

	return v.n > 0 && v.p[0] >= '0' && v.p[0] <= '9' ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook hook_c_point = { .open = point_open };

/* A number, and none of the names that kind REAL also has. */
static enum markup_do
number_open(struct markup *m)
{
	struct view v = markup_get(m, NS_0, "val");

	return v.n > 0 && memchr("0123456789-+.", v.p[0], 13) != NULL && view_find(v, 0, VIEW("N")) == VIEW_NOT_FOUND ? MARKUP_KEEP
														: MARKUP_DROP;
}

const struct markup_hook hook_c_number = { .open = number_open };

/* Where the relationship may not stay, whoever said so has noted why. */
static enum markup_do
external_data_open(struct markup *m)
{
	return markup_get(m, NS_R, "id").p == NULL ? MARKUP_DROP : MARKUP_KEEP;
}

const struct markup_hook hook_c_external_data = { .open = external_data_open };

/*
 * Numbers of axes: Excel for Mac writes them with a sign that the schema does
 * not know.  31 bits of them: LibreOffice reads no more.
 */
static enum markup_do
unsigned_open(struct markup *m)
{
	struct view v = markup_get(m, NS_0, "val");
	uint32_t n = 0;
	char text[16];

	if (v.n < 2 || v.p[0] != '-')
		return MARKUP_KEEP;
	for (size_t i = 1; i < v.n; i++)
		n = n * 10 + (uint32_t)(v.p[i] - '0');
	(void)snprintf(text, sizeof text, "%" PRIu32, (0 - n) & INT32_MAX);
	markup_set(m, NS_0, "val", view_str(text));
	return MARKUP_KEEP;
}

const struct markup_hook hook_c_unsigned = { .open = unsigned_open };
