/*
 * elements.h - the vocabulary of OpenDocument (ODF 1.1 to 1.3, and what
 * LibreOffice adds), compiled into rows of sanitize/markup.
 *
 * OpenDocument means one thing by an element wherever it stands, hardly ever
 * cares for order, and shares whole families of children and attributes.  So a
 * table here is not of types but of elements, one row each, with lists:
 *
 *	ELEMENT(text, list-item, NONE, "text: start-value style-override  xml: id", "text: h list number p")
 *
 * prefix, name, kind of its character data, attributes, children.  In a list
 * "text:" gives the namespace of the names behind it (":": none), and "@shape" stands
 * for a whole group, CHILDREN(shape, "…") or ATTRIBUTES(draw, "…") of group.def (math.def's own stand there).
 * The kind of an attribute's value is the same on every element: attribute.def.
 * rule.def says where more than the table decides; gone.def what is dropped, and under which finding.
 */
#ifndef SEKISHO_SANITIZE_ODF_ELEMENTS_H
#define SEKISHO_SANITIZE_ODF_ELEMENTS_H

#include "sanitize/markup/markup.h"

enum odf_space {
	ODF_NS_LAST_BUILT_IN = NS_FIRST - 1,
#define NAMESPACE(id, prefix, address) NS_##id,
#define ALSO(id, address)
#define SPOKEN(id)
#include "sanitize/odf/namespace.def"
#undef NAMESPACE
#undef ALSO
#undef SPOKEN
	ODF_NS_END
};

/* What an xlink:href of an element leads to (rule.def). */
enum odf_href {
	ODF_HREF_NOWHERE,	/* dropped */
	ODF_HREF_LINK,		/* the web by the profile's rule, or a place in this document */
	ODF_HREF_PLACE,		/* a place in this document */
	ODF_HREF_PICTURE,	/* a picture of the package */
	ODF_HREF_OBJECT,	/* a document inside this one */
	ODF_HREF_OWN,		/* the document itself or the one around it: "." or ".." (charts) */
};

/* markup_compile() it; its rows are made from the tables then. */
extern struct markup_vocabulary odf_elements;
/* The type of an element; 0 where there is none. */
uint16_t odf_element(const char *prefix, const char *name);
enum odf_href odf_element_href(uint16_t type);

/* The vocabulary's judge of addresses, formulas and ranges (judge.c). */
enum markup_do odf_judge(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret);

#endif
