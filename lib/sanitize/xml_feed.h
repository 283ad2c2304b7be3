/* xml_feed.h - how each reader of XML here uses expat: closed to the outside, and fed so that long tokens stay linear. */
#ifndef SEKISHO_SANITIZE_XML_FEED_H
#define SEKISHO_SANITIZE_XML_FEED_H

#include <expat.h>

#include "sanitize/job.h"

/* No external entity is ever asked for, and expat asks nobody for chance.  `near`: anything of the reader's own. */
void xml_confine(XML_Parser p, const struct job *j, const void *near);
/*
 * All of it.  false with *e: what is no XML ("line 7: mismatched tag"), or the
 * time is over; a handler that stops the parser says itself why.
 */
bool xml_feed(XML_Parser p, struct job *j, struct view in, struct err *e);

#endif
