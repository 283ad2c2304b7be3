#include <strings.h>

#include <libdeflate.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/text/charset.h"
#include "sanitize/zip/nfc.h"
#include "sanitize/zip/zip_in.h"

enum {
	RAW_MAX = 4096,		/* bytes of a raw name that are looked at */
	GUESS_MAX = 1 << 20,
	STEPS_MAX = 64,
};

/* -- decoding --------------------------------------------------------- */

static bool
is_ascii(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] >= 0x80)
			return false;
	return true;
}

static struct view
raw_of(const struct zip_row *r)
{
	return view_of(r->raw_name.p, r->raw_name.n < RAW_MAX ? r->raw_name.n : RAW_MAX);
}

bool
zip_unicode_path(struct view raw_name, struct view extra, struct view *ret)
{
	struct view v;
	uint8_t version;
	uint32_t crc;

	return zip_extra(extra, ZIP_EXTRA_UNICODE, &v) && view_u8(&v, &version) && version == 1 &&
	       view_u32le(&v, &crc) && crc == libdeflate_crc32(0, raw_name.p, raw_name.n) && v.n > 0 &&
	       v.n <= RAW_MAX && utf8_valid(v) && (*ret = v, true);
}

static bool
is_utf8(const struct zip_row *r, struct view *ret)
{
	*ret = raw_of(r);
	if ((r->e.flags & ZIP_FLAG_UTF8) != 0 && utf8_valid(*ret))
		return true;
	/* In a narrow charset writers spell what it has not in ASCII ("#U8868"): the path is the name, then too. */
	return zip_unicode_path(r->raw_name, r->extra, ret) || is_ascii(*ret);
}

struct charset_guess
zip_names_guess(struct view all)
{
	struct charset_guess g = charset_guess(all);

	/* APPNOTE D.1: without a word it would be CP437; in Japan it is CP932. */
	if (g.confidence < 50 || g.charset == CHARSET_CP1252)
		g.charset = CHARSET_CP437;
	return g;
}

void
zip_names_report(struct job *j, const struct charset_guess *g)
{
	job_find(j, FINDING_ARCHIVE_NAMES, "", "%s, %d%%", charset_name(g->charset), g->confidence);
}

static enum charset
guess(const struct zip *z, struct zip_notes *notes)
{
	own_buf struct buf all = BUF_MAX(GUESS_MAX);
	struct view v;
	size_t i;

	for (i = 0; i < z->n; i++)
		if (!is_utf8(&z->row[i], &v) && (!buf_view(&all, v) || !buf_byte(&all, '\n')))
			break;
	if (all.n == 0)
		return CHARSET_UTF8;
	notes->guessed = true;
	notes->names = zip_names_guess(buf_bytes(&all));
	return notes->names.charset;
}

bool
zip_names_decode(struct zip *z, struct zip_notes *notes, struct err *e)
{
	enum charset c = guess(z, notes);
	own_buf struct buf one = BUF_MAX(1 << 16);
	size_t i;

	for (i = 0; i < z->n; i++) {
		struct view v, kept;
		uint64_t bad = 0;

		buf_clear(&one);
		if (is_utf8(&z->row[i], &v)) {
			if (!buf_view(&one, v))
				return buf_ok(&one, e);
		} else {
			if (!charset_decode(c, v, &one, &bad, e))
				return false;
			if (bad > 0) {
				buf_clear(&one);
				if (!charset_decode(CHARSET_CP437, v, &one, &bad, e))
					return false;
			}
		}
		/* A C string ends at the first zero; the rest of such a name is kept out of sight and out. */
		kept = arena_copy(z->arena, buf_bytes(&one));
		if (kept.p == NULL)
			return err_set(e, ERR_LIMIT, "no room for the names");
		z->row[i].e.name = (const char *)kept.p;
	}
	return true;
}

/* -- folding ---------------------------------------------------------- */

static uint32_t
fold(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 32;
	return c == '\\' ? '/' : c;
}

static bool
put(struct buf *b, uint32_t c)
{
	uint8_t one[4];

	return buf_put(b, one, utf8_put(one, c));
}

bool
zip_name_fold(struct view name, struct buf *ret)
{
	own_buf struct buf one = BUF_MAX(1 << 20);
	struct view v;

	if (!nfc(name, NFC_ALL, &one, NULL))
		return false;
	for (v = buf_bytes(&one); v.n > 0;)
		if (!put(ret, fold(utf8_take(&v))))
			return false;
	return true;
}

/* -- making safe ------------------------------------------------------ */

static bool
is_device(struct view step)
{
	static const char *const devices[] = { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$" };
	size_t n, i;

	for (n = 0; n < step.n && step.p[n] != '.'; n++)
		;
	/* COM1, and COM¹ (its digit in UTF-8: C2 B9, B2 or B3). */
	if (((n == 4 && step.p[3] >= '1' && step.p[3] <= '9') ||
	     (n == 5 && step.p[3] == 0xc2 && (step.p[4] == 0xb9 || step.p[4] == 0xb2 || step.p[4] == 0xb3))) &&
	    (strncasecmp((const char *)step.p, "COM", 3) == 0 ||
	     strncasecmp((const char *)step.p, "LPT", 3) == 0))
		return true;
	for (i = 0; i < sizeof devices / sizeof *devices; i++)
		if (n == strlen(devices[i]) && strncasecmp((const char *)step.p, devices[i], n) == 0)
			return true;
	return false;
}

/* One step of the path; what Windows or a terminal would read differently is replaced. */
static enum zip_name_how
step_safe(struct view step, struct buf *ret)
{
	own_buf struct buf one = BUF_MAX(1 << 16), composed = BUF_MAX(1 << 17);
	struct view v = step, core;
	bool class, same, cut;

	while (v.n > 0) {
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD)
			c = 0xfffd;
		if (utf8_is_control(c) || utf8_is_hiding(c))
			continue;
		if (c < 0x80 && strchr(":*?\"<>|", (int)c) != NULL)
			c = '_';
		if (!put(&one, c))
			return ZIP_NAME_BAD;
	}
	if (!nfc(buf_bytes(&one), NFC_NAME, &composed, &cut))
		return ZIP_NAME_BAD;
	same = !cut && view_eq(buf_bytes(&one), step);
	core = buf_bytes(&composed);
	while (core.n > 0 && core.p[core.n - 1] == ' ')
		core.n--;
	if (view_is(core, ".."))
		return ZIP_NAME_OUTSIDE;
	while (core.n > 0 && (core.p[core.n - 1] == ' ' || core.p[core.n - 1] == '.'))
		core.n--;
	if (core.n == 0)
		core = VIEW("_");
	if (ret->n > 0)
		(void)buf_byte(ret, '/');
	/* A class's number counts behind the last dot, whatever stands before it. */
	class = core.p[core.n - 1] == '}';
	if (is_device(core) || (type_obeyed_folder(core) && !class))
		(void)buf_byte(ret, '_');
	(void)buf_view(ret, core);
	if (type_obeyed_folder(core) && class)
		(void)buf_byte(ret, '_');
	if (!same || core.n != composed.n || is_device(core) || type_obeyed_folder(core))
		return ZIP_NAME_CHANGED;
	return view_eq(core, step) ? ZIP_NAME_SAME : ZIP_NAME_COMPOSED;
}

static bool
is_slash(char c)
{
	return c == '/' || c == '\\';
}

enum zip_name_how
zip_name_safe(const char *name, bool directory, struct buf *ret)
{
	enum zip_name_how how = ZIP_NAME_SAME, one;
	const char *at = name;
	size_t steps = 0;

	if (((at[0] >= 'A' && at[0] <= 'Z') || (at[0] >= 'a' && at[0] <= 'z')) && at[1] == ':') {
		at += 2;
		how = ZIP_NAME_CHANGED;
	}
	while (*at != '\0') {
		size_t n = strcspn(at, "/\\");

		if (n > 0 && !(n == 1 && at[0] == '.')) {
			one = step_safe(view_of(at, n), ret);
			if (one > ZIP_NAME_CHANGED || ret->n > ZIP_NAME_MAX - 1 || ++steps > STEPS_MAX) {
				buf_clear(ret);
				return one == ZIP_NAME_OUTSIDE ? one : ZIP_NAME_BAD;
			}
			how = one > how ? one : how;
		} else {
			how = ZIP_NAME_CHANGED;
		}
		at += n;
		if (*at == '\\')
			how = ZIP_NAME_CHANGED;
		at += is_slash(*at);
	}
	if (ret->n == 0)
		return ZIP_NAME_BAD;
	if (directory)
		(void)buf_byte(ret, '/');
	return ret->full ? ZIP_NAME_BAD : how;
}
