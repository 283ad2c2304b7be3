/*
 * flat.h - a document that is one XML file (office:document, ODF 1.3 part 3,
 * 3.1.2) taken apart into the package that it stands for: the parts of the
 * document, and of those that its draw:objects hold.
 *
 * Nothing is judged here: what comes of it is rebuilt like any package, into
 * a package.  Comments and processing instructions do not come along; pictures stay in
 * the markup.  The mimetype is as the root says it.
 *
 *   ERR_MALFORMED  no XML, or no root office:document with a mimetype
 *   ERR_DENIED	    an entity is declared
 *   ERR_LIMIT	    documents in documents, more than 8 deep; the job's budget
 */
#ifndef SEKISHO_SANITIZE_ODF_FLAT_H
#define SEKISHO_SANITIZE_ODF_FLAT_H

#include "sanitize/job.h"

/* Is this no ZIP? */
bool odf_is_flat(struct view in);
/* Adds a ZIP to `ret`. */
bool odf_flat_package(struct job *j, struct view in, struct buf *ret, struct err *e);

#endif
