/*
 * sheet_vml.h - the VML drawings behind a sheet, which Excel still wants for
 * notes and for pictures in headers and footers.  What they say about places
 * and sizes is read; the drawing is written anew, in one small form
 * (docs/canonical.md: drawings of notes, drawings of headers).
 */
#ifndef SEKISHO_SANITIZE_OOXML_SHEET_VML_H
#define SEKISHO_SANITIZE_OOXML_SHEET_VML_H

#include "sanitize/job.h"

enum { VML_ANCHOR = 8, VML_NAME = 64, VML_COLOUR = 7, VML_SHAPES_MAX = 65536 };

struct vml_shape {
	bool note, visible, anchored;
	bool framed;			/* an object's: a line is around it */
	char ground[VML_COLOUR];	/* an object's, behind its picture: "FFFFFF"; "": what is below shows through */
	uint32_t row, column;		/* of a note; 0-based */
	uint32_t anchor[VML_ANCHOR];	/* left column, its offset, top row, offset, right, bottom */
	char place[8];			/* of a header's picture: LH CHFIRST RFEVEN…; "" */
	char shape[VML_NAME];		/* of an object: "_x0000_s1025"; "" */
	char relation[VML_NAME];	/* a header's, an object's: its picture */
	uint32_t width, height;		/* a header's, in quarters of a point; 0: unknown */
};

/*
 * Adds the shapes of a drawing to `ret` (struct vml_shape each), those that show
 * objects to `objects`, as far as the place where it is no XML.  false: a limit of the job.
 */
bool vml_read(struct job *j, struct view part, struct buf *ret, struct buf *objects, struct err *e);

/* Once, before vml_note() is asked. */
void vml_sort(struct buf *shapes);
/* A note's place: where the shape for that cell stood, or beside the cell. */
struct vml_shape vml_note(const struct buf *shapes, uint32_t row, uint32_t column);

/* The drawing of notes: `notes` of struct vml_shape, written as the sheet's `number`-th drawing (1 and up). */
void vml_write_notes(const struct buf *notes, uint32_t number, struct buf *out);
/* Of headers' pictures; `relation` of each is the new relationship. */
void vml_write_headers(const struct buf *pictures, uint32_t number, struct buf *out);

#endif
