/*
 * upload.h - a form becomes a batch of files, while it arrives.
 */
#ifndef SEKISHO_BIN_PORTAL_UPLOAD_H
#define SEKISHO_BIN_PORTAL_UPLOAD_H

#include "batch.h"

/* Each returns TEXT_COUNT, or what is wrong: then nothing more is to be read. */

/* Of a batch that is FILLING, before the first byte. */
enum text upload_begin(struct batch *b, struct view content_type);
/* What batch_fill() took: the files in it are added, and how they are to be disarmed is written down. */
enum text upload_more(struct batch *b, struct view v);
/* All of it has come: may the batch be begun? */
enum text upload_end(struct batch *b);

#endif
