/*
 * need.h - what a jailed worker must have done for it by another's program
 * (wire.def NEED): which role does it, and what it makes.
 */
#ifndef SEKISHO_CORE_NEED_H
#define SEKISHO_CORE_NEED_H

enum need_kind {
	NEED_MODERN,	/* a legacy document as its modern form */
	NEED_PICTURE,	/* a drawing as a PNG of twice its height: drawn on white, and below that on black */
	NEED_PDF,	/* a document of an office program as a PDF */
	NEED_PAGES,	/* pages of a canonical PDF as PPM pictures, one behind the other */
	NEED_TEXT,	/* words of a canonical PDF in reading order, UTF-8, a form feed behind each page */
	NEED_WORDS,	/* words of a canonical PDF with their places: XHTML of pdftotext -bbox */
	NEED_OCR,	/* words in a picture (PNM) with their places: TSV of Tesseract */
	NEED_COUNT
};

#endif
