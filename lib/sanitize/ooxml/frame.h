/*
 * frame.h - frames on slides (p:graphicFrame, ECMA-376-1 19.3.1.21).
 *
 * A frame with a table, a chart or a diagram stays.  One with a program's
 * object, or with a drawing that only PowerPoint 97 knew, becomes the
 * picture of it, a p:pic with the frame's id, name and place.  All that is
 * needed for the picture stands inside the frame, so that a part with frames
 * is rebuilt twice: a first pass (`scan`), whose output nobody reads, notes
 * what each frame is; the second writes by it.  Both see the same frames in
 * the same order, as they are the same tables and hooks.
 */
#ifndef SEKISHO_SANITIZE_OOXML_FRAME_H
#define SEKISHO_SANITIZE_OOXML_FRAME_H

#include "core/arena.h"
#include "sanitize/markup/markup.h"

enum frame_is {
	FRAME_DROP,	/* nothing is in it */
	FRAME_KEEP,
	FRAME_PICTURE,
};

/* What the first pass saw; views are of the arena, .p NULL where there was none. */
struct frame {
	enum frame_is is;
	bool object;	/* an object was in it, with or without a picture */
	struct view id, name, descr, title;
	struct view x, y, cx, cy;
	struct view relation;	/* of its picture: of this part */
	struct view shape;	/* or else the shape of the VML drawing that shows it */
	struct view crop[4];	/* left, top, right, bottom */
	struct view program;	/* progId, for the report */
};

struct frames {
	struct arena *arena;
	struct frame *v;
	size_t n, cap;
	size_t at;	/* second pass: the next frame */
	bool scan;
	/*
	 * The id under which the picture of a frame is related to the part being
	 * written; the view lives as long as the part.  .p NULL where it cannot be kept.
	 */
	struct view (*picture)(struct markup *m, const struct frame *f);
	void (*use)(struct markup *m, struct view id);	/* it is being written */
};

enum { FRAMES_MAX = 16384 };

/* The frames of the part in hand; the room that runs the rebuild gives it. */
struct frames *frames_of(const struct markup *m);

extern const struct markup_hook hook_p_frame, hook_p_frame_part;

#endif
