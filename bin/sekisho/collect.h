/*
 * collect.h - the files that a command line means: operands, folders walked.
 *
 * What cannot be read, and what is no file, is a source too, with the reason:
 * the others are gone on with, and none is lost without a row.
 */
#ifndef SEKISHO_BIN_SEKISHO_COLLECT_H
#define SEKISHO_BIN_SEKISHO_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "core/arena.h"
#include "core/lang.h"

/* The same file under whatever name. */
struct file_id {
	bool known;
	dev_t dev;
	ino_t ino;
};

static inline struct file_id
file_id_of(const struct stat *st)
{
	return (struct file_id){ true, st->st_dev, st->st_ino };
}

static inline bool
file_id_is(struct file_id a, struct file_id b)
{
	return a.known && b.known && a.dev == b.dev && a.ino == b.ino;
}

/* A file or folder that no input may be. */
struct taboo {
	struct file_id id;
	enum text text;		/* what is said then */
	const char *path;
	bool met;
};

struct source {
	enum { SOURCE_FILE, SOURCE_NO_FILE, SOURCE_UNREADABLE } kind;
	const char *path;	/* to open; "-" is standard input */
	const char *below;	/* its place below the output folder: "2026/見積.pdf"; controls and what hides are "_" */
	const char *why;	/* no file, or unreadable */
	const char *root;	/* of a folder's file: the folder that was named; else NULL */
	const char *inside;	/* and its path from there */
	struct file_id root_id;
};

struct sources {
	struct arena *arena;
	struct source *at;
	size_t n, cap;
	bool folder;		/* an operand was a folder */
	size_t std;		/* how often "-" was */
	struct taboo taboo[8];
	size_t taboos;
	const char **folders;	/* `below` of each folder in a folder */
	size_t folders_n, folders_cap;
};

/*
 * Adds an operand: a file, "-", or a folder with all that is below it, by
 * name in each folder.  A link as operand is followed, one inside a folder
 * never.  false without memory.
 */
bool collect(struct sources *s, const char *operand);
/* After the last one. */
void collect_end(struct sources *s);
/* Is there a folder of this `below` among the inputs?  An output of that name would stand in its way. */
bool sources_folder(const struct sources *s, const char *below);
/*
 * Opens a source that is no "-".  One of a folder is opened as it was seen: a link that took its place, or that of a
 * folder on the way, is not followed; nor is anything but a file opened: -1, with errno.
 */
int source_open(const struct source *s);
void sources_release(struct sources *s);

#endif
