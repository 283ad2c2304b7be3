/*
 * qr.h - bytes as a QR code (ISO/IEC 18004): in characters for a terminal, as SVG for a printer.
 */
#ifndef SEKISHO_BIN_SEKISHO_LEDGER_QR_H
#define SEKISHO_BIN_SEKISHO_LEDGER_QR_H

#include "core/buf.h"

/* Half blocks, two rows a line, dark on light whatever the terminal's colours are. */
bool qr_text(struct view v, struct buf *to, struct err *e);
/* With `words`, one line, below it. */
bool qr_svg(struct view v, const char *words, struct buf *to, struct err *e);

#endif
