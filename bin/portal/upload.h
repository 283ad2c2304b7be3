/*
 * upload.h - a whole form becomes a batch of files.
 */
#ifndef SEKISHO_BIN_PORTAL_UPLOAD_H
#define SEKISHO_BIN_PORTAL_UPLOAD_H

#include "batch.h"

/*
 * Reads the form of a batch that is FILLING: its files, and how they are to be
 * disarmed.  TEXT_COUNT when it can be begun, else what is wrong with it.
 */
enum text upload_read(struct batch *b, struct view content_type, const struct profile **ret);

#endif
