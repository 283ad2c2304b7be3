/*
 * opc.h - an OOXML package (ECMA-376-2): a canonical ZIP in which every part
 * is known by its content type, reached by a relationship that its source
 * may have, and holds a sentence of its vocabulary.
 */
#ifndef SEKISHO_INSPECT_OPC_H
#define SEKISHO_INSPECT_OPC_H

#include "inspect/markup/markup.h"
#include "inspect/zip.h"

enum opc_kind {
	OPC_NONE,
#define OPC_PART(id, content_type, root, type, space) OPC_##id,
#include "inspect/opc.def"
#undef OPC_PART
	OPC_KINDS,
};

struct opc_relation {
	struct view id, type, target;	/* as spelled; type: its short name */
	bool external, used;
	struct opc_part *part;		/* where it leads, NULL outside */
};

struct opc_part {
	struct zip_entry entry;
	struct view content_type;	/* .p NULL: none is given */
	enum opc_kind kind;		/* OPC_NONE until reached */
	struct opc_relation *relation;
	size_t relations;
};

struct opc {
	struct inspection *in;
	struct arena *arena;
	struct opc_part *part;		/* in ascending order of names */
	size_t parts;
	struct opc_part *types;		/* [Content_Types].xml */
	struct opc_part **todo;
	size_t waiting, defaults, placed;
	enum opc_kind main;
	size_t counted[OPC_KINDS];	/* names given out, by group */
	uint64_t at;			/* of the last entry that stood in its place */
	/* while one part of the package's own is read */
	struct opc_part *reading;
	struct buf rows;		/* struct opc_relation each */
	void *state;			/* the format's */
};

/* NULL where the part has none of that id. */
struct opc_relation *inspect_opc_relation(const struct opc_part *p, struct view id);

#endif
