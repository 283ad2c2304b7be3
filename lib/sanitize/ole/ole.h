/*
 * ole.h - an OLE compound file ([MS-CFB]), read only and strictly: header,
 * DIFAT, FAT, mini FAT, directory, streams by path.
 *
 * Nothing is trusted: every chain of sectors ends after as many steps as
 * there are sectors and may not come back to one it has been at; the tree
 * of a storage may not reach an entry twice; a stream's size must be
 * covered by its chain.  What does not hold is ERR_MALFORMED, with what
 * and where.
 */
#ifndef SEKISHO_SANITIZE_OLE_OLE_H
#define SEKISHO_SANITIZE_OLE_OLE_H

#include "sanitize/job.h"

struct ole;

/* Reads the tables and the directory; lives in `a`, and borrows `in`.  NULL with *e set. */
struct ole *ole_open(struct job *j, struct arena *a, struct view in, struct err *e);

/* True where there is a stream of that path: "Name", "Storage/Name", in ASCII. */
bool ole_has(const struct ole *o, const char *path);
/* Its bytes, added to `ret`, charged to the job.  ERR_MALFORMED where there is none. */
bool ole_read(struct ole *o, const char *path, struct buf *ret, struct err *e);

#endif
