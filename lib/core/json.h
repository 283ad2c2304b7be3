/*
 * json.h - writing JSON (RFC 8259): strings are escaped, bytes that are no
 * UTF-8 become U+FFFD; commas come by themselves.
 */
#ifndef SEKISHO_CORE_JSON_H
#define SEKISHO_CORE_JSON_H

#include "core/buf.h"

struct json {
	struct buf *out;
	bool comma;	/* a value stands before us in this object or array */
};

void json_open(struct json *j, char bracket);	/* '{' or '[' */
void json_close(struct json *j, char bracket);	/* '}' or ']' */
void json_key(struct json *j, const char *key);
void json_string(struct json *j, struct view v);
void json_str(struct json *j, const char *s);
void json_uint(struct json *j, uint64_t x);
void json_bool(struct json *j, bool b);
void json_null(struct json *j);

#endif
