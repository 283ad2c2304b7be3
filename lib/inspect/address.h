/*
 * address.h - where a link may lead: docs/canonical.md, "Addresses".
 */
#ifndef SEKISHO_INSPECT_ADDRESS_H
#define SEKISHO_INSPECT_ADDRESS_H

#include "inspect/recognise.h"

enum { ADDRESS_MAX = 8192 };

/* http://, https:// or mailto: (which only fills in a mail) in lower case and bytes that an address is made of; only where the profile keeps links. */
bool inspect_address(struct inspection *in, struct view v, struct err *e);
/* The same in a relationship, a field, a formula or a package of OpenDocument, where ' may stand too. */
bool inspect_address_office(struct inspection *in, struct view v, struct err *e);
/* As that, without regard to the profile. */
bool inspect_address_written(struct view v, struct err *e);
/* As the first, without regard to the profile. */
bool inspect_address_sound(struct view v, struct err *e);

#endif
