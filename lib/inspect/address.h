/*
 * address.h - where a link may lead: docs/canonical.md, "Addresses".
 */
#ifndef SEKISHO_INSPECT_ADDRESS_H
#define SEKISHO_INSPECT_ADDRESS_H

#include "inspect/recognise.h"

enum { ADDRESS_MAX = 8192 };

/* http://, https:// or mailto: in lower case and bytes that an address is made of; only where the profile keeps links. */
bool inspect_address(struct inspection *in, struct view v, struct err *e);
/* The same in a relationship or a field, where ' may stand too. */
bool inspect_address_office(struct inspection *in, struct view v, struct err *e);
/* As the first, without regard to the profile. */
bool inspect_address_sound(struct view v, struct err *e);

#endif
