/*
 * words.h - words and where they stand on their page, from what pdftotext
 * -bbox and Tesseract say.  Both are only trusted to be text.
 */
#ifndef SEKISHO_SANITIZE_LANE_WORDS_H
#define SEKISHO_SANITIZE_LANE_WORDS_H

#include "sanitize/job.h"

struct word {
	float x0, y0, x1, y1;	/* points from the page's upper left corner */
	struct view text;	/* UTF-8, entities undone; in the arena or the input */
};

struct word_page {
	float w, h;		/* points */
	struct word *word;
	size_t n;
};

struct word_pages {
	struct word_page *page;
	size_t n;
};

/* pdftotext -bbox.  Lives in `a`.  ERR_LIMIT past `max` pages, ERR_MALFORMED where it is something else. */
bool words_read(struct job *j, struct arena *a, struct view xhtml, size_t max, struct word_pages *ret,
		struct err *e);
/* Tesseract's TSV of a picture at `dpi`: into the page's words. */
bool words_recognised(struct job *j, struct arena *a, struct view tsv, uint32_t dpi, struct word_page *p,
		      struct err *e);

#endif
