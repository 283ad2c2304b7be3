/*
 * vml_picture.h - the pictures of shapes in a VML drawing part.
 *
 * PowerPoint 2007 keeps the picture of an embedded object not in the slide
 * but as a shape of the slide's VML drawing ([MS-OI29500] 2.1.1353, VML
 * 14.1.2.11): its id is the object's spid, its v:imagedata names the
 * relationship of the picture.  Nothing else of the drawing is read.
 */
#ifndef SEKISHO_SANITIZE_OOXML_VML_PICTURE_H
#define SEKISHO_SANITIZE_OOXML_VML_PICTURE_H

#include "sanitize/job.h"

enum { VML_PICTURE_ID = 64, VML_PICTURES = 1024 };

struct vml_picture {
	char shape[VML_PICTURE_ID];
	char relation[VML_PICTURE_ID];	/* of the drawing part */
};

/*
 * Fills at most `max` and returns how many.  A drawing that is no XML, or
 * has a DOCTYPE, gives what stood before the place; that is no error, since
 * the pictures only stand in for objects.  false: time is over.
 */
bool vml_pictures(struct job *j, struct view part, struct vml_picture *ret, size_t max, size_t *n,
		  struct err *e);

#endif
