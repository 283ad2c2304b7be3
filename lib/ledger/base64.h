/*
 * base64.h - Base 64 (RFC 4648 4) as signed notes have it: padded, no line
 * breaks, and only the one spelling of each value (RFC 4648 3.5).
 */
#ifndef SEKISHO_LEDGER_BASE64_H
#define SEKISHO_LEDGER_BASE64_H

#include "core/buf.h"

bool base64_put(struct buf *to, struct view v);
/* Bytes written to `ret`, which holds `max`; SIZE_MAX for what is none, or too long. */
size_t base64_get(struct view v, uint8_t *ret, size_t max);

#endif
