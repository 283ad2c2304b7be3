/*
 * cmap.h - CMap programs (ISO 32000-2 9.7.5.4; Adobe Technical Note 5014)
 * read as the tables they are and written as docs/canonical.md has it.
 */
#ifndef SEKISHO_SANITIZE_PDF_CMAP_H
#define SEKISHO_SANITIZE_PDF_CMAP_H

#include "sanitize/pdf/gfx.h"

struct cmap_head {
	struct view name, registry, ordering;
	int64_t supplement;
	int64_t wmode;
	struct view use;	/* of a predefined CMap; empty: none */
};

bool pdf_cmap_predefined(struct view name);
/*
 * Rewrites a CMap.  What `head` says comes from the stream's dictionary;
 * `use` and `wmode` are filled in from the program where they are not set.  false with
 * ERR_LIMIT only; a program without blocks gives one without blocks.
 */
bool pdf_cmap_program(struct job *j, struct view in, enum cmap_kind kind, struct cmap_head *head,
		  struct buf *out, struct err *e);

#endif
