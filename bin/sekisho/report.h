/*
 * report.h - the file of --json: one row per line, each written at once, so
 * that a killed run leaves whole rows, and a full disk no half one.
 */
#ifndef SEKISHO_BIN_SEKISHO_REPORT_H
#define SEKISHO_BIN_SEKISHO_REPORT_H

#include "core/buf.h"
#include "core/lang.h"

struct report {
	int fd;		/* -1: none is wanted */
	bool file;	/* on a disk, not a stream */
	bool lost;	/* a row */
};

/* No file that exists is taken for a report unless it is empty or has a row; `ret` says what else is wrong. */
bool report_may_be(const char *path, enum text *ret);
/* "-" is standard output.  `add`: behind what is there, on a line of its own; else anew.  One run at a time: *ret as above. */
bool report_open(struct report *r, const char *path, bool add, enum text *ret);
/* false once, when the first row is lost; errno says why. */
bool report_row(struct report *r, const struct buf *row);
void report_close(struct report *r);

#endif
