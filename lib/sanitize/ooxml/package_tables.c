/* package_tables.c - part.def and relation.def, compiled. */
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package_in.h"

#define PART(id, path, root, rebuild, content) bool rebuild(struct opc_part *p, struct view in, struct buf *out, struct err *e);
#define MAY(from, relation, to, how)
#include "sanitize/ooxml/part.def"
#undef PART
#undef MAY

const struct part_row part_rows[PART_KINDS] = {
#define PART(id, path, root, rebuild, content) [PART_##id] = { path, content, T_##root, rebuild },
#define MAY(from, relation, to, how)
#include "sanitize/ooxml/part.def"
#undef PART
#undef MAY
};

const struct relation_row relation_rows[RELATION_TYPES] = {
	[RELATION_UNKNOWN] = { NULL, FINDING_COUNT, false },
#define RELATION(id, uri) [RELATION_##id] = { uri, FINDING_COUNT, true },
#define LEFT(id, uri, finding) [RELATION_##id] = { uri, FINDING_##finding, false },
#include "sanitize/ooxml/relation.def"
#undef RELATION
#undef LEFT
};

static const struct {
	enum part_kind from;
	enum relation_type type;
	enum part_kind to;
	enum relation_how how;
} may[] = {
#define PART(id, path, root, rebuild, content)
#define MAY(from, relation, to, how) { PART_##from, RELATION_##relation, PART_##to, RELATION_##how },
#include "sanitize/ooxml/part.def"
#undef PART
#undef MAY
};

bool
may_refer(const struct package *k, enum part_kind from, enum relation_type t, enum part_kind *to,
	  enum relation_how *how)
{
	size_t i;

	if (from == PART_PACKAGE && t == RELATION_DOCUMENT) {
		*to = k->main;
		*how = RELATION_IMPLIED;
		return true;
	}
	for (i = 0; i < sizeof may / sizeof *may; i++)
		if (may[i].from == from && may[i].type == t) {
			*to = may[i].to;
			*how = may[i].how;
			return true;
		}
	return false;
}

enum relation_type
relation_type_of(struct view uri)
{
	static const char transitional[] = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
	struct view strict = VIEW("http://purl.oclc.org/ooxml/officeDocument/relationships/"), rest = uri;
	/* Of two the last word is spelt otherwise too. */
	static const char *const spelt[][2] = {
		{ "extendedProperties", "extended-properties" }, { "customProperties", "custom-properties" },
	};
	size_t t, n = sizeof transitional - 1;
	bool is_strict = view_starts(uri, strict);

	if (is_strict)
		(void)view_skip(&rest, strict.n);
	for (t = 0; is_strict && t < sizeof spelt / sizeof *spelt; t++)
		if (view_is(rest, spelt[t][0]))
			rest = view_str(spelt[t][1]);
	for (t = RELATION_UNKNOWN + 1; t < RELATION_TYPES; t++) {
		const char *u = relation_rows[t].uri;

		if (is_strict ? strncmp(u, transitional, n) == 0 && view_is(rest, u + n) : view_is(uri, u))
			return (enum relation_type)t;
	}
	return RELATION_UNKNOWN;
}
