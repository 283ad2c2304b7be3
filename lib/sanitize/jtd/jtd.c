/* Ichitaro documents (.jtd, and the compressed .jtdc): their words, as plain text. */
#include "core/own.h"
#include "sanitize/archive/archive_read.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/jtd/jtd_text.h"
#include "sanitize/ole/ole.h"
#include "sanitize/text/text.h"

enum { COMPRESSED_HEAD = 38 };	/* its first two bytes say so */

/* What stands where, in the order in which it is given. */
static const struct {
	const char *stream, *label;	/* NULL: the body, which there must be */
} parts[] = {
	{ "Header", "［ヘッダー・フッター］" },
	{ "DocumentText", NULL },
	{ "Footnote", "［脚注］" },
	{ "LayoutBoxText", "［枠の中］" },
};
enum { PARTS = sizeof parts / sizeof *parts };

static bool
no_text(struct job *j, const char *why, struct err *e)
{
	job_find(j, FINDING_JTD_NO_TEXT, "", "%s", why);
	return err_set(e, ERR_DENIED, "Ichitaro: %s", why);
}

static bool
is_blank(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] > ' ')
			return false;
	return true;
}

static bool
read_part(struct job *j, struct ole *o, size_t i, struct buf *ret, struct err *e)
{
	own_buf struct buf stream = { 0 }, words = { 0 };

	if (!ole_has(o, parts[i].stream))
		return parts[i].label != NULL || no_text(j, "no DocumentText", e);
	if (!ole_read(o, parts[i].stream, &stream, e))
		return false;
	if (!jtd_is_text(buf_bytes(&stream))) {
		if (parts[i].label == NULL)
			return no_text(j, "a DocumentText of an unknown kind", e);
		job_find(j, FINDING_JTD_PART, "", "%s", parts[i].stream);
		return true;
	}
	if (!jtd_text(j, buf_bytes(&stream), &words, e))
		return false;
	if (is_blank(buf_bytes(&words)))
		return true;
	if (ret->n > 0)
		(void)buf_str(ret, "\n");
	if (parts[i].label != NULL)
		(void)buf_printf(ret, "%s\n", parts[i].label);
	(void)buf_view(ret, buf_bytes(&words));
	if (ret->n > 0 && ret->p[ret->n - 1] != '\n')
		(void)buf_byte(ret, '\n');
	return buf_ok(ret, e);
}

/* .jtdc: one member of an LZH archive behind a head, and that is the document. */
static bool
decompress(struct job *j, struct view stream, struct buf *ret, struct err *e)
{
	own_archive_reader struct archive_reader *r = NULL;
	struct archive_member m;

	if (!view_starts(stream, VIEW("\x26\x00JustCompressedDocument")))
		return no_text(j, "compressed in an unknown way", e);
	r = archive_reader_new(TYPE_LZH, view_from(stream, COMPRESSED_HEAD), e);
	if (r == NULL || archive_reader_next(r, &m, e) != ARCHIVE_GOT || m.kind != ARCHIVE_FILE ||
	    archive_reader_data(r, &m, j, ret, e) != ARCHIVE_GOT)
		return e->code == ERR_LIMIT || e->code == ERR_SYSTEM ? false
								     : err_set(e, ERR_MALFORMED, "JTD: JSCompDocument");
	return true;
}

static bool
words_of(struct job *j, struct view in, bool inside, struct buf *ret, struct err *e);

static bool
words_in(struct job *j, struct ole *o, bool inside, struct buf *ret, struct err *e)
{
	own_buf struct buf packed = { 0 }, plain = BUF_MAX((size_t)j->profile->limits.unpacked);
	size_t i;

	if (!inside && !ole_has(o, "DocumentText") && ole_has(o, "JSCompDocument"))
		return ole_read(o, "JSCompDocument", &packed, e) && decompress(j, buf_bytes(&packed), &plain, e) &&
		       words_of(j, buf_bytes(&plain), true, ret, e);
	for (i = 0; i < PARTS; i++)
		if (!read_part(j, o, i, ret, e))
			return false;
	return true;
}

static bool
words_of(struct job *j, struct view in, bool inside, struct buf *ret, struct err *e)
{
	own_arena struct arena *a = arena_new(0);
	struct ole *o;

	if (a == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	o = ole_open(j, a, in, e);
	return o != NULL && words_in(j, o, inside, ret, e);
}

static bool
jtd_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf words = BUF_MAX((size_t)j->profile->limits.output), all = { 0 };
	own_text struct text_doc t = { 0 };
	enum type kind;

	if (!words_of(j, in, false, &words, e))
		return false;
	if (words.n == 0)
		return no_text(j, "no words in it", e);
	/* Words that would make it another kind of document (a calendar, HTML) get a line before them. */
	kind = detect(buf_bytes(&words), "");
	if (kind != TYPE_TEXT && kind != TYPE_CSV && kind != TYPE_JSON)
		(void)buf_str(&all, "［本文］\n");
	if (!buf_view(&all, buf_bytes(&words)) || !text_read(j, buf_bytes(&all), TEXT_NEWLINES_ONE, &t, e))
		return all.full ? buf_ok(&all, e) : false;
	t.crlf = true;
	job_find(j, FINDING_JTD_TEXT, "", NULL);
	return text_write(j, &t, buf_bytes(&t.utf8), TEXT_NEWLINES_ONE, false, out, e);
}

extern const struct format format_jtd;
const struct format format_jtd = { .type = TYPE_JTD, .makes = TYPE_TEXT, .rebuild = jtd_rebuild };
