/*
 * report.h - a worker's findings and parts as bytes, and back.  The reader
 * takes nothing on trust: a jailed worker may lie.
 */
#ifndef SEKISHO_WIRE_REPORT_H
#define SEKISHO_WIRE_REPORT_H

#include "core/buf.h"
#include "core/finding.h"

bool report_put(struct buf *b, const struct findings *f);
/* Adds to a zeroed `ret`; false (ret released) where the bytes are no report. */
bool report_get(struct view v, struct findings *ret);

#endif
