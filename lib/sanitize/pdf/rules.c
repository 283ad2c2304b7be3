#include "sanitize/pdf/rules.h"

/*
 * The table is read several times: once for the places where kinds begin,
 * once for the rows, with each `how` turning its argument into its field.
 */
#define DICT(kind) FIRST_##kind, BEFORE_##kind = FIRST_##kind - 1,
#define KEY(kind, key, how, arg) ROW_##kind##_##key,
#define ANNOTATION(subtype, kind, markup)
#define NAMES(id, names)
enum row {
#include "sanitize/pdf/pdf_keys.def"
	ROWS
};
#undef DICT
#undef KEY
#undef ANNOTATION
#undef NAMES

#define DICT(kind)
#define KEY(kind, key, how, arg)
#define ANNOTATION(subtype, kind, markup)
#define NAMES(id, names) static const char set_##id[] = names;
#include "sanitize/pdf/pdf_keys.def"
static const char set_0[] = "";
#undef KEY
#undef NAMES

#define NAMES(id, names)
#define ARG_CONST(arg) .text = #arg
#define ARG_NAME(arg) .text = set_##arg
#define ARG_NAMES(arg) .text = set_##arg
#define ARG_NUMS(arg) .max = (arg)
#define ARG_SUB(arg) .sub = PDF_DICT_##arg
#define ARG_NONE(arg) .text = set_##arg
#define ARG_BOOL ARG_NONE
#define ARG_INT ARG_NONE
#define ARG_NAT ARG_NONE
#define ARG_NUM ARG_NONE
#define ARG_ANYNAME ARG_NONE
#define ARG_TEXT ARG_NONE
#define ARG_TITLE ARG_NONE
#define ARG_WIDTH ARG_NONE
#define ARG_BYTES ARG_NONE
#define ARG_LANG ARG_NONE
#define ARG_DATE ARG_NONE
#define ARG_RECT ARG_NONE
#define ARG_COLOR ARG_NONE
#define ARG_NUMS2 ARG_NONE
#define ARG_BORDER ARG_NONE
#define ARG_ENDS(arg) .text = set_LINE_END
#define ARG_LOOK ARG_NONE
#define ARG_VALUE ARG_NONE
#define ARG_OPTIONS ARG_NONE
#define ARG_ATTRS ARG_NONE
#define ARG_ATTR ARG_NONE
#define ARG_CLASSES ARG_NONE
#define ARG_DEST ARG_NONE
#define ARG_ACTION ARG_NONE
#define ARG_PAGE ARG_NONE
#define ARG_ANNOT ARG_NONE
#define ARG_OC ARG_NONE
#define ARG_OCGS ARG_NONE
#define ARG_ORDER ARG_NONE
#define ARG_OCGSETS ARG_NONE
#define ARG_WRITER ARG_NONE

#define KEY(kind, key, how, arg) { #key, PDF_HOW_##how, ARG_##how(arg) },
static const struct pdf_rule rules[] = {
#include "sanitize/pdf/pdf_keys.def"
};
#undef DICT
#undef KEY

#define DICT(kind) FIRST_##kind,
#define KEY(kind, key, how, arg)
static const int first[] = {
#include "sanitize/pdf/pdf_keys.def"
	ROWS
};
#undef ANNOTATION
#undef DICT

#define DICT(kind)
#define ANNOTATION(subtype, kind, markup) { #subtype, PDF_DICT_##kind, markup },
static const struct pdf_annot_kind annots[] = {
#include "sanitize/pdf/pdf_keys.def"
};

_Static_assert(sizeof rules / sizeof *rules == ROWS, "pdf_keys.def");

const struct pdf_rule *
pdf_rules(enum pdf_dict_kind kind, size_t *ret_n)
{
	*ret_n = (size_t)(first[kind + 1] - first[kind]);
	return &rules[first[kind]];
}

bool
pdf_name_in(const char *set, struct view name)
{
	while (*set != '\0') {
		const char *end = strchrnul(set, ' ');

		if (view_eq(name, view_of(set, (size_t)(end - set))))
			return true;
		set = *end == ' ' ? end + 1 : end;
	}
	return false;
}

const struct pdf_annot_kind *
pdf_annot_kind(struct view subtype)
{
	size_t i;

	for (i = 0; i < sizeof annots / sizeof *annots; i++)
		if (view_is(subtype, annots[i].subtype))
			return &annots[i];
	return NULL;
}
