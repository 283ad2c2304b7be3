/* frames_of.c - where slides' hooks find their frames; alone, so that tests can put theirs in its place. */
#include "sanitize/ooxml/frame.h"
#include "sanitize/ooxml/package.h"

struct frames *
frames_of(const struct markup *m)
{
	static struct frames none;	/* of a part that is no slide's: no frame is known there */
	struct opc_part *p = part_of(m);

	return p->frames == NULL ? &none : p->frames;
}
