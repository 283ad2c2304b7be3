/*
 * sheet_object.h - objects of other programs on a sheet, and controls: each becomes a
 * picture of the sheet's drawing, where it stood.
 *
 * What it looked like is a picture that the object names itself (Excel 2010
 * and later) or a shape of the VML drawing behind the sheet.  Both are looked for before
 * the sheet is rebuilt, for its drawing comes before its objects.
 */
#ifndef SEKISHO_SANITIZE_OOXML_SHEET_OBJECT_H
#define SEKISHO_SANITIZE_OOXML_SHEET_OBJECT_H

#include "sanitize/ooxml/package.h"
#include "sanitize/ooxml/sheet_in.h"
#include "sanitize/ooxml/sheet_vml.h"

enum { OBJECTS_MAX = 4096, OBJECT_PROGRAM = 64 };

struct sheet_object {
	char shape[VML_NAME];		/* of the VML drawing: "_x0000_s1025"; "": it has none */
	char relation[VML_NAME];	/* of the sheet, to its picture; "": it has none */
	char program[OBJECT_PROGRAM];	/* progId, a control's name: for the report */
	uint32_t number;
	bool control;			/* it is none of another program: its relationship tells of it */
	bool anchored;
	bool framed;			/* a line is around it */
	char ground[VML_COLOUR];	/* as vml_shape's */
	uint32_t anchor[VML_ANCHOR];	/* as vml_shape's, but offsets in EMU */
	struct relation picture;	/* .to NULL where there is none */
};

/*
 * Adds the objects of a worksheet to `ret` (struct sheet_object each), and the
 * id of its VML drawing to *legacy ("" where it has none).  false: a limit of the job.
 */
bool sheet_objects_read(struct job *j, struct view part, struct buf *ret, char legacy[static VML_NAME], struct err *e);

/* Of the sheet in hand: reads its objects, follows their pictures. */
bool sheet_objects(struct opc_part *p, struct sheet *s, struct view in, struct err *e);
/* While the sheet's VML drawing is read for them: shapes (struct vml_shape each) of that part. */
bool sheet_objects_seen(struct opc_part *drawing, struct buf *objects, const struct buf *shapes, struct err *e);
/* At the end of a sheet: a drawing for those that no drawing took. */
void sheet_objects_draw(struct markup *m);

#endif
