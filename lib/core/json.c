#include "core/json.h"

#include <inttypes.h>

#include "core/utf8.h"

static void
next(struct json *j)
{
	if (j->comma)
		buf_byte(j->out, ',');
	j->comma = true;
}

void
json_open(struct json *j, char bracket)
{
	next(j);
	buf_byte(j->out, (uint8_t)bracket);
	j->comma = false;
}

void
json_close(struct json *j, char bracket)
{
	buf_byte(j->out, (uint8_t)bracket);
	j->comma = true;
}

void
json_key(struct json *j, const char *key)
{
	json_str(j, key);
	buf_byte(j->out, ':');
	j->comma = false;
}

void
json_string(struct json *j, struct view v)
{
	next(j);
	buf_byte(j->out, '"');
	while (v.n > 0) {
		uint8_t one[4];
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD)
			c = 0xfffd;
		if (c == '"' || c == '\\')
			buf_printf(j->out, "\\%c", (int)c);
		else if (c == '\n')
			buf_str(j->out, "\\n");
		else if (c > 0xffff && utf8_is_hiding(c))
			buf_printf(j->out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
		else if (utf8_is_control(c) || utf8_is_hiding(c))
			buf_printf(j->out, "\\u%04x", (unsigned)c);
		else
			buf_put(j->out, one, utf8_put(one, c));
	}
	buf_byte(j->out, '"');
}

void
json_str(struct json *j, const char *s)
{
	json_string(j, view_str(s));
}

void
json_uint(struct json *j, uint64_t x)
{
	next(j);
	buf_printf(j->out, "%" PRIu64, x);
}

void
json_bool(struct json *j, bool b)
{
	next(j);
	buf_str(j->out, b ? "true" : "false");
}

void
json_null(struct json *j)
{
	next(j);
	buf_str(j->out, "null");
}
