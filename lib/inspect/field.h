/*
 * field.h - Word's fields (ECMA-376-1 17.16): an instruction put together
 * from its pieces, over runs and with the fields inside it, before it is judged.
 */
#ifndef SEKISHO_INSPECT_FIELD_H
#define SEKISHO_INSPECT_FIELD_H

#include "inspect/recognise.h"

enum { FIELDS_NESTED = 64, STORIES_NESTED = 64, FIELD_BYTES = 32768 };

struct field {
	struct buf instruction;	/* a nested field stands as one U+FFFC */
	bool separated;
};

/* The fields of a part that are open; zeroed to begin with. */
struct fields {
	size_t depth;
	struct field field[FIELDS_NESTED];
	size_t stories, base[STORIES_NESTED];	/* a box in the text has its own fields */
};

/* A whole instruction, decoded. */
bool inspect_field(struct inspection *in, struct view instruction, struct err *e);
/* A box, note or comment begins or ends. */
bool inspect_field_story(struct fields *f, bool begins, struct err *e);
/* Text or a picture: not in an instruction. */
bool inspect_field_shown(struct fields *f, struct err *e);
bool inspect_field_begin(struct fields *f, struct err *e);
bool inspect_field_text(struct fields *f, struct view spelled, struct err *e);
bool inspect_field_separate(struct inspection *in, struct fields *f, struct err *e);
bool inspect_field_end(struct inspection *in, struct fields *f, struct err *e);
void inspect_fields_release(struct fields *f);

#endif
