/*
 * rules.h - pdf_keys.def as tables: what may be written into which kind of
 * dictionary.
 */
#ifndef SEKISHO_SANITIZE_PDF_RULES_H
#define SEKISHO_SANITIZE_PDF_RULES_H

#include "core/view.h"

enum pdf_dict_kind {
#define DICT(kind) PDF_DICT_##kind,
#define KEY(kind, key, how, arg)
#define ANNOTATION(subtype, kind, markup)
#define NAMES(id, names)
#include "sanitize/pdf/pdf_keys.def"
#undef DICT
#undef KEY
#undef ANNOTATION
#undef NAMES
	PDF_DICT_COUNT
};

enum pdf_how {
	PDF_HOW_CONST, PDF_HOW_BOOL, PDF_HOW_INT, PDF_HOW_NAT, PDF_HOW_NUM, PDF_HOW_NAME,
	PDF_HOW_NAMES, PDF_HOW_ANYNAME, PDF_HOW_TEXT, PDF_HOW_TITLE, PDF_HOW_WIDTH, PDF_HOW_BYTES,
	PDF_HOW_LANG, PDF_HOW_DATE, PDF_HOW_RECT, PDF_HOW_NUMS, PDF_HOW_COLOR, PDF_HOW_NUMS2, PDF_HOW_BORDER, PDF_HOW_ENDS,
	PDF_HOW_LOOK, PDF_HOW_VALUE, PDF_HOW_OPTIONS, PDF_HOW_ATTRS, PDF_HOW_ATTR,
	PDF_HOW_CLASSES, PDF_HOW_DEST, PDF_HOW_ACTION, PDF_HOW_PAGE, PDF_HOW_ANNOT, PDF_HOW_OC,
	PDF_HOW_OCGS, PDF_HOW_ORDER, PDF_HOW_OCGSETS, PDF_HOW_SUB, PDF_HOW_WRITER, PDF_HOW_COUNT
};

struct pdf_rule {
	const char *key;
	enum pdf_how how;
	const char *text;		/* CONST: the name; NAME, NAMES: the set */
	size_t max;			/* NUMS */
	enum pdf_dict_kind sub;		/* SUB */
};

/* The rows of a kind, *ret_n of them. */
const struct pdf_rule *pdf_rules(enum pdf_dict_kind kind, size_t *ret_n);
/* Is `name` one of the words of `set` ("a b c")? */
bool pdf_name_in(const char *set, struct view name);

struct pdf_annot_kind {
	const char *subtype;
	enum pdf_dict_kind kind;
	bool markup;
};
/* NULL where annotations of this subtype are not kept as such. */
const struct pdf_annot_kind *pdf_annot_kind(struct view subtype);

#endif
