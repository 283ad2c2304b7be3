#include "sanitize/text/text.h"

#include <stdio.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"

/* One kind of thing that goes: how often, where first, and which character. */
struct tally {
	uint64_t n;
	uint64_t line;
	uint32_t first;
};

struct cleaner {
	struct job *j;
	struct buf *out;
	enum text_newlines newlines;
	uint64_t line, chars, crlf, lf, cr;
	struct tally control, hiding, bad;
};

static void
count(struct tally *t, const struct cleaner *c, uint32_t x)
{
	if (t->n++ == 0) {
		t->line = c->line;
		t->first = x;
	}
}

static void
newline(struct cleaner *c, bool crlf)
{
	c->line++;
	if (crlf && c->newlines == TEXT_NEWLINES_KEEP)
		(void)buf_byte(c->out, '\r');
	(void)buf_byte(c->out, '\n');
}

/* A control or a character of the second kind; true when it became a line end or nothing. */
static bool
special(struct cleaner *c, uint32_t x)
{
	if (x == '\f' || x == 0x85 || x == 0x2028 || x == 0x2029) {
		count(&c->control, c, x);
		newline(c, false);
		return true;
	}
	if (utf8_is_control(x)) {
		count(&c->control, c, x);
		return true;
	}
	if (utf8_is_hiding(x) || x == 0xfffe || x == 0xffff) {
		count(&c->hiding, c, x);
		return true;
	}
	return false;
}

static void
put_char(struct cleaner *c, uint32_t x)
{
	uint8_t *room;

	if (x == CHARSET_BAD) {
		count(&c->bad, c, 0);
		x = 0xfffd;
	} else if (x == '\t') {
		(void)buf_byte(c->out, '\t');
		return;
	} else if (special(c, x)) {
		return;
	}
	room = buf_room(c->out, 4);
	if (room != NULL)
		c->out->n += utf8_put(room, x);
}

/* Printable ASCII at the front, the most of most files, goes over as it is. */
static void
put_plain(struct cleaner *c, struct view *in)
{
	size_t n = 0;
	struct view run;

	while (n < in->n && in->p[n] >= 0x20 && in->p[n] < 0x7f)
		n++;
	(void)view_take(in, n, &run);
	if (n > 0)
		(void)buf_view(c->out, run);
	c->chars += n;
}

static bool
clean(struct cleaner *c, enum charset cs, struct view in, struct err *e)
{
	struct charset_state s = { 0 };
	bool cr = false, plain = cs == CHARSET_UTF8 || cs == CHARSET_UTF8_BOM || cs == CHARSET_EUCJP;

	while (in.n > 0 && !c->out->full) {
		uint32_t x;

		if (plain && !cr && in.p[0] >= 0x20 && in.p[0] < 0x7f)
			put_plain(c, &in);
		if (in.n == 0)
			break;
		if (!job_tick(c->j, e))
			return false;
		x = charset_take(cs, &s, &in);
		if (x == CHARSET_NOTHING)
			continue;
		c->chars++;
		if (cr) {
			/* The CR before this: half of a CRLF, or a line end of its own. */
			cr = false;
			newline(c, x == '\n');
			c->crlf += x == '\n';
			c->cr += x != '\n';
			if (x == '\n')
				continue;
		}
		if (x == '\r') {
			cr = true;
		} else if (x == '\n') {
			c->lf++;
			newline(c, false);
		} else {
			put_char(c, x);
		}
	}
	if (cr) {
		c->cr++;
		newline(c, false);
	}
	return buf_ok(c->out, e);
}

static void
report(struct cleaner *c)
{
	static const struct {
		size_t at;
		enum finding_code code;
	} rows[] = {
		{ offsetof(struct cleaner, control), FINDING_TEXT_CONTROL },
		{ offsetof(struct cleaner, hiding), FINDING_TEXT_HIDING },
		{ offsetof(struct cleaner, bad), FINDING_TEXT_BAD_BYTES },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tally t;
		char where[48];

		memcpy(&t, (const uint8_t *)c + rows[i].at, sizeof t);
		if (t.n == 0)
			continue;
		(void)snprintf(where, sizeof where, "line %llu", (unsigned long long)t.line);
		if (rows[i].code == FINDING_TEXT_BAD_BYTES)
			job_find(c->j, rows[i].code, where, "%llu", (unsigned long long)t.n);
		else
			job_find(c->j, rows[i].code, where, "%llu (U+%04X)", (unsigned long long)t.n, t.first);
	}
	if (c->newlines == TEXT_NEWLINES_ONE && (c->cr > 0 || (c->crlf > 0 && c->lf > 0)))
		job_find(c->j, FINDING_TEXT_NEWLINES, "", "CRLF %llu, LF %llu, CR %llu",
			 (unsigned long long)c->crlf, (unsigned long long)c->lf,
			 (unsigned long long)c->cr);
}

bool
text_read(struct job *j, struct view in, enum text_newlines newlines, struct text_doc *ret,
	  struct err *e)
{
	struct charset_guess g = charset_guess(in);
	struct cleaner c = { .j = j, .out = &ret->utf8, .newlines = newlines, .line = 1 };

	static const uint8_t marks[CHARSET_COUNT] = {
		[CHARSET_UTF8_BOM] = 3, [CHARSET_UTF16LE] = 2, [CHARSET_UTF16BE] = 2,
		[CHARSET_UTF32LE] = 4,	[CHARSET_UTF32BE] = 4,
	};

	if (g.bom)
		(void)view_skip(&in, marks[g.charset]);
	ret->charset = g.charset;
	ret->utf8.max = (size_t)j->profile->limits.output;
	if (!clean(&c, g.charset, in, e))
		return false;
	if (c.bad.n > 2 && c.bad.n * 10 > c.chars)
		return err_set(e, ERR_MALFORMED, "%llu of %llu characters are none in %s",
			       (unsigned long long)c.bad.n, (unsigned long long)c.chars,
			       charset_name(g.charset));
	if (ret->utf8.n == 0)
		return err_set(e, ERR_MALFORMED, "no character is left");
	report(&c);
	ret->crlf = c.crlf >= c.lf + c.cr && c.crlf > 0;
	ret->bad = c.bad.n;
	ret->removed = c.control.n + c.hiding.n + c.bad.n;
	return true;
}

void
text_release(struct text_doc *t)
{
	buf_release(&t->utf8);
}

static bool
to_crlf(struct view in, struct buf *out)
{
	while (in.n > 0) {
		size_t at = view_find(in, 0, VIEW("\n"));
		struct view line;

		if (at == VIEW_NOT_FOUND)
			return buf_view(out, in);
		(void)view_take(&in, at, &line);
		(void)view_skip(&in, 1);
		if (!buf_view(out, line) || !buf_put(out, "\r\n", 2))
			return false;
	}
	return true;
}

/* The charset that the output gets. */
static enum charset
target(const struct job *j, const struct text_doc *t, bool bom)
{
	enum charset utf8 = bom ? CHARSET_UTF8_BOM : CHARSET_UTF8;

	switch (t->charset) {
	case CHARSET_UTF8:
	case CHARSET_UTF8_BOM:
		return t->charset;
	case CHARSET_UTF16LE: case CHARSET_CP932: case CHARSET_EUCJP: case CHARSET_ISO2022JP:
		return j->profile->utf8 ? utf8 : t->charset;
	case CHARSET_UTF16BE:
		return j->profile->utf8 ? utf8 : CHARSET_UTF16LE;
	default:
		/* CP1252 cannot be told from CP932 afterwards, and few programs read UTF-32. */
		return utf8;
	}
}

bool
text_write(struct job *j, const struct text_doc *t, struct view utf8, enum text_newlines newlines,
	   bool bom, struct buf *out, struct err *e)
{
	own_buf struct buf lines = BUF_MAX((size_t)j->profile->limits.output);
	enum charset to = target(j, t, bom);
	uint64_t lost;

	if (newlines == TEXT_NEWLINES_ONE && t->crlf) {
		if (!to_crlf(utf8, &lines))
			return buf_ok(&lines, e);
		utf8 = buf_bytes(&lines);
	}
	if (!charset_encode(to, utf8, out, &lost, e))
		return false;
	/*
	 * Too short or too odd to be read again as what it was, or with characters that it cannot
	 * write (JIS X 0212 in ISO-2022-JP): UTF-8 has them all, and everything reads it.
	 */
	if (to >= CHARSET_CP932 && (lost > t->bad || charset_guess(buf_bytes(out)).charset != to)) {
		buf_clear(out);
		to = bom ? CHARSET_UTF8_BOM : CHARSET_UTF8;
		if (!charset_encode(to, utf8, out, &lost, e))
			return false;
	}
	if (to != t->charset)
		job_find(j, FINDING_TEXT_CHARSET, "", "%s -> %s", charset_name(t->charset), charset_name(to));
	return true;
}

bool
text_same_kind(struct view in, struct view out, struct err *e)
{
	enum type t = detect(out, "");

	switch (t) {
	case TYPE_TEXT:
	case TYPE_CSV:
	case TYPE_JSON:
		return true;
	default:
		return t == detect(in, "") || err_set(e, ERR_MALFORMED, "cleaned, it would be %s", type_name(t));
	}
}

static bool
plain_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_text struct text_doc t = { 0 };

	if (!text_read(j, in, TEXT_NEWLINES_ONE, &t, e) ||
	    !text_write(j, &t, buf_bytes(&t.utf8), TEXT_NEWLINES_ONE, false, out, e))
		return false;
	return text_same_kind(in, buf_bytes(out), e);
}

const struct format format_text = { .type = TYPE_TEXT, .rebuild = plain_rebuild };
