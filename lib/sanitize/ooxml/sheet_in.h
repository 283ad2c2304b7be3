/*
 * sheet_in.h - of the spreadsheet's files only: a workbook being rebuilt, and
 * the part of it in hand.
 */
#ifndef SEKISHO_SANITIZE_OOXML_SHEET_IN_H
#define SEKISHO_SANITIZE_OOXML_SHEET_IN_H

#include "core/own.h"
#include "sanitize/markup/markup.h"
#include "sanitize/ooxml/formula.h"
#include "sanitize/ooxml/nameset.h"

enum {
	SHEETS_MAX = 4096,
	NAMES_MAX = 65536,
	TOLD_MAX = 20,		/* formulas of one sheet and one reason that are told by their cell */
	SHEET_GONE = -1,
};

/* A row of the workbook's list of sheets, in its order. */
struct book_sheet {
	struct view name;	/* no two alike, once they are sorted */
	struct view relation;	/* its id */
	int32_t place;		/* among the sheets that stay; SHEET_GONE */
};

struct book_name {
	struct view name, formula;
	bool macro;
};

struct book {
	struct job *job;
	struct arena *arena;
	struct book_sheet *sheet;
	size_t sheets;
	size_t written;		/* rows of them that the second reading has met */
	struct book_name *name;
	size_t names;
	bool scouting;		/* the workbook is read for its sheets and names; nothing is judged */
	struct nameset sheet_names, kept_names, gone_names, lambdas;
	bool counted;		/* strings and xfs are; before that any number goes */
	uint32_t strings, xfs;	/* what cells may name by number: none of a part that there is not */
	bool metadata;		/* cells may name a record of it */
	const char *current;	/* the sheet that is being rebuilt, for findings */
	const struct buf *in_notes;	/* what the drawing that is being rebuilt is for: the notes of a sheet, */
	bool in_header;			/* or the pictures of its headers */
	struct buf *in_objects;		/* it is looked through for these too (struct sheet_object); NULL: it is not */
	uint32_t drawings;	/* such that were written */
};

/* A part in hand; zero it, set book and name. */
struct sheet {
	struct book *book;
	const char *name;	/* of a sheet, for findings; "" for other parts */
	char cell[16];		/* in hand: "B7", "" where there is none */
	uint8_t kind;		/* of the cell in hand: a letter of cell_kind() */
	bool denied;		/* a formula of the element in hand went */
	bool text;		/* ... one came */
	uint32_t told[FORMULA_VERDICTS];
	uint32_t hidden_rows, hidden_columns;
	struct buf shared;	/* a byte for each shared formula: 1 it may stay */
	struct buf comments;	/* of a part of comments: struct note, in their order */
	const struct buf *notes;	/* of a sheet: those of its comments, NULL: none */
	bool drawn;		/* ... they have their drawing */
	struct buf objects;	/* ... those that become pictures: struct sheet_object */
	bool had_objects;	/* ... they were looked for and told of */
	bool placed;		/* ... a drawing took them */
	bool source_lost;	/* a pivot cache: its data is not in this workbook */
};

struct note {
	uint32_t row, column;	/* 0-based */
};

void sheet_release(struct sheet *s);
/* The part in hand of a hook. */
struct sheet *sheet_of(const struct markup *m);
/* Judges kinds FORMULA and REF. */
enum markup_do sheet_value(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret);
/* How formulas of this workbook are judged. */
struct formula_rules book_rules(struct book *b);
/* Tells what was counted over the part. */
void sheet_tell(struct sheet *s);
/* After the scouting pass: which names stay. */
bool book_names(struct book *b, struct err *e);
/* The drawing of notes; `shapes` (struct vml_shape) say where they stood, and are sorted. */
void sheet_notes(struct book *b, const struct buf *notes, struct buf *shapes, struct buf *out);
/* A name that Excel runs as a macro when something happens. */
bool book_is_auto(struct view name);

/* -- sheet_part.def's: how its kinds of parts are rebuilt (package.h) -- */

struct opc_part;
bool sheet_workbook(struct opc_part *p, struct view in, struct buf *out, struct err *e);
bool sheet_worksheet(struct opc_part *p, struct view in, struct buf *out, struct err *e);
bool sheet_plain(struct opc_part *p, struct view in, struct buf *out, struct err *e);
bool sheet_metadata(struct opc_part *p, struct view in, struct buf *out, struct err *e);
bool sheet_vml(struct opc_part *p, struct view in, struct buf *out, struct err *e);
bool sheet_pivot_cache(struct opc_part *p, struct view in, struct buf *out, struct err *e);
bool sheet_pivot_table(struct opc_part *p, struct view in, struct buf *out, struct err *e);

#endif
