/*
 * icc.h - ICC profiles (ICC.1:2001-04 and ICC.1:2022) inside PNG, JPEG,
 * WebP, TIFF and PDF.
 */
#ifndef SEKISHO_INSPECT_ICC_H
#define SEKISHO_INSPECT_ICC_H

#include "inspect/recognise.h"

struct icc {
	unsigned version;	/* 2 or 4 */
	unsigned components;	/* of the device side: 1, 3 or 4 */
	bool lab;		/* ... which is Lab, not RGB */
};

bool inspect_icc(struct view v, struct icc *ret, struct err *e);

#endif
