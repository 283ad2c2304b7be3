/*
 * settings.h - settings.xml of a document (ODF 1.3 part 3, 3.10) by an
 * allow-list of items: how it is laid out and seen, nothing that acts.
 */
#ifndef SEKISHO_SANITIZE_ODF_SETTINGS_H
#define SEKISHO_SANITIZE_ODF_SETTINGS_H

#include "sanitize/job.h"

/* The part anew, in `ret`; ERR_MALFORMED where it cannot be read. */
bool odf_settings(struct job *j, const char *where, struct view in, struct buf *ret, struct err *e);

#endif
