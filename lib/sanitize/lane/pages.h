/*
 * pages.h - the pages of a canonical PDF by what is seen: as pixels with
 * their words behind them, or as words alone.
 */
#ifndef SEKISHO_SANITIZE_LANE_PAGES_H
#define SEKISHO_SANITIZE_LANE_PAGES_H

#include "sanitize/job.h"

enum {
	FLATTEN_PAGES = 1000,
	FLATTEN_PIXELS = 40 << 20,	/* of one page; a larger one is drawn coarser */
	FLATTEN_OCR = 8,		/* pages that are read by Tesseract; the rest stay without words */
};

/* A simple PDF: each page a picture and invisible words.  It is not canonical: rebuild it. */
bool pages_flatten(struct job *j, struct view pdf, struct buf *out, struct err *e);
/* The words in reading order, UTF-8; of pages that are pictures by Tesseract. */
bool pages_text(struct job *j, struct view pdf, struct buf *out, struct err *e);

#endif
