/*
 * own_files.h - what LibreOffice finds in the folders that are made for it:
 * its settings, and little documents to begin with.
 */
#ifndef SEKISHO_BIN_CONVERTER_OWN_FILES_H
#define SEKISHO_BIN_CONVERTER_OWN_FILES_H

/* Ends with a NULL path. */
extern const struct own_file {
	const char *path, *text;
} own_files[];

/* In order; ends with a NULL. */
extern const struct warm_up {
	const char *in, *out, *format;
} warm_ups[];

#endif
