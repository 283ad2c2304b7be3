/*
 * sevenzip.h - the directory of a 7z archive: where its packed streams lie
 * and which coders unpack them (7zFormat.txt).  Names and times of the
 * files stay bytes.
 */
#ifndef SEKISHO_SANITIZE_ARCHIVE_SEVENZIP_H
#define SEKISHO_SANITIZE_ARCHIVE_SEVENZIP_H

#include "core/arena.h"
#include "core/buf.h"

enum {
	SEVENZIP_HEAD = 32,		/* signature, version, place and size of the directory */
	SEVENZIP_CODERS = 8,
	SEVENZIP_STREAMS = 16,		/* of one folder's coders */
	SEVENZIP_FOLDERS_MAX = 1 << 16,
	SEVENZIP_FILES_MAX = 1 << 20,
};

struct sevenzip_coder {
	struct view id, props;
	uint8_t in, out;		/* streams */
};

/* Coders bound together; what they unpack is one stream. */
struct sevenzip_folder {
	uint8_t coders, ins, outs, pairs, packs;
	struct sevenzip_coder coder[SEVENZIP_CODERS];
	struct {
		uint8_t in, out;
	} pair[SEVENZIP_STREAMS];	/* coder's input fed by a coder's output */
	uint8_t pack[SEVENZIP_STREAMS];	/* inputs fed by packed streams, in their order */
	uint64_t unpacked[SEVENZIP_STREAMS];
	bool has_crc;
	uint32_t crc;
	uint64_t files;			/* the stream is cut into so many */
	bool has_first_crc;
	uint32_t first_crc;		/* of the first of them */
};

struct sevenzip_streams {
	uint64_t pack_at;		/* behind the head */
	size_t packs, folders;
	uint64_t *pack;			/* sizes */
	struct sevenzip_folder *folder;
	struct view files;		/* SubStreamsInfo as it stands, its id too; empty where there is none */
};

/* One number of the directory: 1 to 9 bytes. */
bool sevenzip_number(struct view *v, uint64_t *ret);
/* `v` behind the id of a StreamsInfo, left behind its end.  ERR_MALFORMED, ERR_LIMIT. */
bool sevenzip_streams_read(struct arena *a, struct view *v, struct sevenzip_streams *ret, struct err *e);
/* The same, its id left to the caller. */
void sevenzip_streams_write(const struct sevenzip_streams *s, struct buf *ret);

#endif
