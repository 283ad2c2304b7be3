/* package_in.h - of the package's files only. */
#ifndef SEKISHO_SANITIZE_OOXML_PACKAGE_IN_H
#define SEKISHO_SANITIZE_OOXML_PACKAGE_IN_H

#include "sanitize/ooxml/package.h"
#include "sanitize/zip/zip.h"

enum {
	NESTED_MAX = 16,	/* parts being rebuilt at once, one for the sake of another */
	RELATIONS_MAX = 100000,
	NAME_MAX_ = 1024,
	ID_MAX = 64,
	TOLD_MAX = 40,		/* unused parts told by name */
};

enum part_state { PART_NEW, PART_RUNNING, PART_KEPT, PART_GONE };

struct package_entry {
	const struct zip_entry *en;
	struct opc_part *part;
	bool met;	/* some relationship led there, or it is the package's own */
	bool left;	/* what it leads to is not looked at but met too */
};

struct part_row {
	const char *path, *content;
	uint16_t root;
	bool (*rebuild)(struct opc_part *p, struct view in, struct buf *out, struct err *e);
};

struct relation_row {
	const char *uri;
	enum finding_code left;	/* of those that never stay; FINDING_COUNT: nothing is said */
	bool stays;
};

extern const struct part_row part_rows[PART_KINDS];
extern const struct relation_row relation_rows[RELATION_TYPES];

/* package_tables.c: what may a part of that kind refer to by that type?  false: not at all. */
bool may_refer(const struct package *k, enum part_kind from, enum relation_type t, enum part_kind *to,
	       enum relation_how *how);
enum relation_type relation_type_of(struct view uri);

/* package_relation.c */
bool relations_read(struct opc_part *p, struct err *e);
/* The name in the archive of what a target means, seen from the part; false where it means none. */
bool target_name(const struct opc_part *p, struct view target, struct buf *ret);
/* Orders ids: shorter first, then by bytes. */
int relation_order(struct view a, struct view b);
struct relation *relation_add(struct opc_part *p, const struct relation *r);

/* package.c */
struct package_entry *package_entry(struct package *k, const struct zip_entry *en);
struct opc_part *part_new(struct package *k, enum part_kind kind, const char *name);
/* The part's own entry, NULL for one that was made. */
bool package_unpack(struct package *k, const char *name, struct buf *ret, bool *found, struct err *e);

/* package_write.c */
bool package_write(struct package *k, struct buf *out, struct err *e);

#endif
