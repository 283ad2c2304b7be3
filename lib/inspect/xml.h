/*
 * xml.h - the one spelling of XML 1.0 with namespaces that our writers use
 * (docs/canonical.md, "XML"), token by token.  Nothing is decoded: names,
 * values and texts are views of the input as they are spelled there, proved
 * to hold no character and no reference but those of the spelling.
 */
#ifndef SEKISHO_INSPECT_XML_H
#define SEKISHO_INSPECT_XML_H

#include "inspect/recognise.h"

enum { XML_DEPTH_MAX = 256, XML_ATTRIBUTES_MAX = 1024 };

enum xml_token { XML_BAD, XML_OPEN, XML_CLOSE, XML_TEXT, XML_END };

struct xml_attribute {
	struct view name;	/* prefix:local */
	uint32_t prefix;	/* bytes before the colon; 0: none */
	struct view value;	/* as spelled */
};

struct xml {
	struct view whole, in;
	bool tabled;		/* names are judged by a table: prefixes and doubles are its matter */
	bool loose;		/* all characters of XML 1.0, controls and hiding ones too ("XML parts") */
	bool begun;
	/* XML_OPEN, and the name for XML_CLOSE */
	struct view name;
	uint32_t prefix;
	bool empty;		/* <name/>: no XML_CLOSE follows */
	size_t attributes;
	struct xml_attribute attribute[XML_ATTRIBUTES_MAX];
	/* XML_TEXT */
	struct view text;
	/* its own */
	struct view open[XML_DEPTH_MAX];
	size_t prefixes_at[XML_DEPTH_MAX], depth;
	struct buf prefixes;	/* struct view each: declared and in force */
};

/* `x` is some 60 KB: on the heap, once per document. */
void inspect_xml_begin(struct xml *x, struct view whole, bool tabled);
void inspect_xml_end(struct xml *x);
/* XML_BAD with *e set; XML_END when the last byte of the document has been read. */
enum xml_token inspect_xml_next(struct xml *x, struct err *e);
/* Always false, the place before the words. */
bool inspect_xml_bad(const struct xml *x, struct err *e, const char *what);
/*
 * The front character of a value or text that the tokenizer proved,
 * references resolved; consumed.  v->n > 0.
 */
uint32_t inspect_xml_take(struct view *v);
/* The same for all of it, into b; false only without memory. */
bool inspect_xml_decode(struct view spelled, struct buf *b, struct err *e);

#endif
