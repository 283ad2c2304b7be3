/* formula.c - tokens of OpenFormula, in one pass (formula.h). */
#include "sanitize/odf/formula.h"

#include "core/own.h"
#include "sanitize/ooxml/formula.h"
#include "sanitize/uri.h"

enum { TEXT_MAX = 65536, DEPTH_MAX = 512 };

struct reader {
	struct view rest;
	uint8_t open[DEPTH_MAX];	/* the brackets that are open */
	size_t depth;
	bool links;
	bool indirect;		/* INDIRECT is called: texts that look like a place elsewhere count */
	bool path;		/* such a text stands in it */
};

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c >= 0x80;
}

static bool
is_name(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '.';
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static uint8_t
upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
}

static bool
same(struct view v, const char *name)
{
	size_t i;

	if (v.n != strlen(name))
		return false;
	for (i = 0; i < v.n; i++)
		if (upper(v.p[i]) != upper((uint8_t)name[i]))
			return false;
	return true;
}

/* -- functions -------------------------------------------------------- */

static bool
drop_head(struct view *v, const char *head)
{
	size_t n = strlen(head);

	return v->n > n && same(view_of(v->p, n), head) && view_skip(v, n);
}

static enum odf_formula
function_judge(struct reader *r, struct view name)
{
	static const char *const own[] = {
#define FUNCTION(name) name,
#define CONDITION(name)
#include "sanitize/odf/function.def"
#undef FUNCTION
#undef CONDITION
	};
	/* Add-ins that are part of Calc itself; they compute. */
	static const char *const addins[] = { "COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GET",
					      "COM.SUN.STAR.SHEET.ADDIN.DATEFUNCTIONS.GET" };
	static const char *const heads[] = { "COM.MICROSOFT.", "ORG.LIBREOFFICE.", "ORG.OPENOFFICE." };
	size_t i;

	for (i = 0; i < sizeof addins / sizeof *addins; i++)
		if (drop_head(&name, addins[i]))
			return memchr(name.p, '.', name.n) == NULL ? ODF_FORMULA_OK : ODF_FORMULA_FUNCTION;
	for (i = 0; i < sizeof heads / sizeof *heads; i++)
		if (drop_head(&name, heads[i]))
			break;
	for (i = 0; i < sizeof own / sizeof *own; i++)
		if (same(name, own[i]))
			return ODF_FORMULA_OK;
	if (same(name, "INDIRECT")) {
		r->indirect = true;
		return ODF_FORMULA_OK;
	}
	return formula_function(name) == FORMULA_OK ? ODF_FORMULA_OK : ODF_FORMULA_FUNCTION;
}

/* -- tokens ----------------------------------------------------------- */

static void
blanks(struct view *v)
{
	while (v->n > 0 && is_blank(v->p[0]))
		(void)view_skip(v, 1);
}

/* A quoted text, the quote doubled inside it; *ret without its ends. */
static bool
quoted(struct view *v, uint8_t quote, struct view *ret)
{
	size_t i;

	for (i = 1; i < v->n; i++) {
		if (v->p[i] != quote)
			continue;
		if (i + 1 < v->n && v->p[i + 1] == quote) {
			i++;
			continue;
		}
		*ret = view_of(v->p + 1, i - 1);
		return view_skip(v, i + 1);
	}
	return false;
}

static bool
looks_like_path(struct view v)
{
	return memchr(v.p, '#', v.n) != NULL || memchr(v.p, '\\', v.n) != NULL || memchr(v.p, '|', v.n) != NULL ||
	       view_find(v, 0, VIEW("://")) != VIEW_NOT_FOUND || view_find(v, 0, VIEW("file:")) != VIEW_NOT_FOUND;
}

/* #REF! #N/A #DIV/0! #NAME? #VALUE! #NUM! #NULL! */
static bool
error_value(struct view *v)
{
	static const char *const errors[] = { "#REF!", "#N/A", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!" };
	size_t i;

	for (i = 0; i < sizeof errors / sizeof *errors; i++)
		if (view_starts(*v, view_str(errors[i])))
			return view_skip(v, strlen(errors[i]));
	return false;
}

/* What stands between [ and ]: $Sheet1.A1:.B2, 'a sheet'.$A$1, .#REF!; never a place of another document. */
static enum odf_formula
address(struct view *v, uint8_t end)
{
	struct view text;

	while (v->n > 0 && (end == '\0' || v->p[0] != end)) {
		uint8_t c = v->p[0];

		if (c == '\'') {
			if (!quoted(v, '\'', &text))
				return ODF_FORMULA_SHAPE;
			if (v->n > 0 && v->p[0] == '#')
				return ODF_FORMULA_EXTERNAL;
			continue;
		}
		if (c == '#') {
			if (!error_value(v))
				return ODF_FORMULA_EXTERNAL;
			continue;
		}
		if (c == '/' || c == '\\')
			return ODF_FORMULA_EXTERNAL;
		if (c == '\0' || (!is_name(c) && strchr("$:-()&!", c) == NULL && !is_blank(c)))
			return ODF_FORMULA_SHAPE;
		(void)view_skip(v, 1);
	}
	if (end != '\0' && !view_skip(v, 1))
		return ODF_FORMULA_SHAPE;
	return ODF_FORMULA_OK;
}

/* HYPERLINK's first argument must be one text, of the web or of this document. */
static enum odf_formula
hyperlink(const struct reader *r)
{
	own_buf struct buf clean = BUF_MAX(TEXT_MAX);
	struct view v = r->rest, text;

	(void)view_skip(&v, 1);
	blanks(&v);
	if (v.n == 0 || v.p[0] != '"' || !quoted(&v, '"', &text))
		return ODF_FORMULA_LINK;
	blanks(&v);
	if (v.n == 0 || (v.p[0] != ';' && v.p[0] != ')'))
		return ODF_FORMULA_LINK;
	if (view_starts(text, VIEW("#")))
		return ODF_FORMULA_OK;
	/* A formula stays as it is, so its address must be spelt already as it may stay. */
	return r->links && uri_clean(text, &clean) && view_eq(text, buf_bytes(&clean)) ? ODF_FORMULA_OK : ODF_FORMULA_LINK;
}

/* Names of conditions have hyphens in them, which formulas take for minus. */
static bool
condition(struct view *v)
{
	static const char *const names[] = {
#define FUNCTION(name)
#define CONDITION(name) name,
#include "sanitize/odf/function.def"
#undef FUNCTION
#undef CONDITION
	};
	size_t i, n = 0;

	while (n < v->n && ((v->p[n] >= 'a' && v->p[n] <= 'z') || v->p[n] == '-'))
		n++;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (view_is(view_of(v->p, n), names[i]))
			return view_skip(v, n);
	return false;
}

static enum odf_formula
word(struct reader *r)
{
	struct view name = view_of(r->rest.p, 0), behind;

	if (condition(&r->rest))
		return ODF_FORMULA_OK;
	while (name.n < r->rest.n && is_name(r->rest.p[name.n]))
		name.n++;
	(void)view_skip(&r->rest, name.n);
	behind = r->rest;
	blanks(&behind);
	if (behind.n == 0 || behind.p[0] != '(')
		return ODF_FORMULA_OK;
	r->rest = behind;
	if (same(name, "HYPERLINK"))
		return hyperlink(r);
	return function_judge(r, name);
}

static enum odf_formula
bracket(struct reader *r, uint8_t c)
{
	if (c == '(' || c == '{') {
		if (r->depth == DEPTH_MAX)
			return ODF_FORMULA_SHAPE;
		r->open[r->depth++] = c;
	} else if (r->depth == 0 || r->open[--r->depth] != (c == ')' ? '(' : '{')) {
		return ODF_FORMULA_SHAPE;
	}
	(void)view_skip(&r->rest, 1);
	return ODF_FORMULA_OK;
}

static enum odf_formula
literal(struct reader *r)
{
	struct view v;

	if (!quoted(&r->rest, '"', &v))
		return ODF_FORMULA_SHAPE;
	r->path |= looks_like_path(v);
	return ODF_FORMULA_OK;
}

/* A name in quotes ('my range', a label), or $$'such'. */
static enum odf_formula
label(struct reader *r)
{
	struct view v;

	if (!quoted(&r->rest, '\'', &v))
		return ODF_FORMULA_SHAPE;
	return r->rest.n > 0 && r->rest.p[0] == '#' ? ODF_FORMULA_EXTERNAL : ODF_FORMULA_OK;
}

static enum odf_formula
token(struct reader *r)
{
	uint8_t c = r->rest.p[0];

	if (c == '"')
		return literal(r);
	if (c == '\'')
		return label(r);
	if (c == '[') {
		(void)view_skip(&r->rest, 1);
		return address(&r->rest, ']');
	}
	if (is_letter(c))
		return word(r);
	if (c == '(' || c == ')' || c == '{' || c == '}')
		return bracket(r, c);
	if (c == '#')
		return error_value(&r->rest) ? ODF_FORMULA_OK : ODF_FORMULA_EXTERNAL;
	/* Rows of an array; elsewhere it is how other programs write DDE (cmd|'/c x'!A0). */
	if (c == '|' && (r->depth == 0 || r->open[r->depth - 1] != '{'))
		return ODF_FORMULA_SHAPE;
	if (is_digit(c) || is_blank(c) || (c != 0 && strchr("+-*/^&=<>%!~:;|.,$@?", c) != NULL)) {
		(void)view_skip(&r->rest, 1);
		return ODF_FORMULA_OK;
	}
	return ODF_FORMULA_SHAPE;
}

/* -- the whole -------------------------------------------------------- */

/* "of:" and "oooc:" are OpenFormula and its forerunner; LibreOffice reads no other in these attributes, but Excel's. */
static bool
language(struct view *v)
{
	static const char *const prefixes[] = { "of:", "oooc:" };
	size_t i;

	for (i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (view_starts(*v, view_str(prefixes[i])))
			return view_skip(v, strlen(prefixes[i]));
	for (i = 0; i < v->n && ((v->p[i] >= 'a' && v->p[i] <= 'z') || (v->p[i] >= 'A' && v->p[i] <= 'Z')); i++)
		;
	return i == 0 || i == v->n || v->p[i] != ':' || (i + 1 < v->n && v->p[i + 1] == '.');
}

enum odf_formula
odf_formula_judge(struct view v, bool links)
{
	struct reader r = { .rest = v, .links = links };
	enum odf_formula f;

	if (v.n > TEXT_MAX)
		return ODF_FORMULA_SHAPE;
	if (!language(&r.rest))
		return ODF_FORMULA_LANGUAGE;
	while (r.rest.n > 0) {
		f = token(&r);
		if (f != ODF_FORMULA_OK)
			return f;
	}
	if (r.depth > 0)
		return ODF_FORMULA_SHAPE;
	return r.indirect && r.path ? ODF_FORMULA_EXTERNAL : ODF_FORMULA_OK;
}

enum odf_formula
odf_range_judge(struct view v)
{
	return v.n > TEXT_MAX ? ODF_FORMULA_SHAPE : address(&v, '\0');
}

enum odf_formula
odf_writer_judge(struct view v)
{
	size_t dots = 0;

	if (v.n > TEXT_MAX)
		return ODF_FORMULA_SHAPE;
	if (view_starts(v, VIEW("ooow:")) || view_starts(v, VIEW("oooc:")))
		(void)view_skip(&v, 5);
	while (v.n > 0) {
		struct view unused;

		if (v.p[0] == '"') {
			if (!quoted(&v, '"', &unused))
				return ODF_FORMULA_SHAPE;
			continue;
		}
		/* A name with two dots is a column of a table of a database. */
		dots = v.p[0] == '.' ? dots + 1 : is_name(v.p[0]) ? dots : 0;
		if (dots > 1 || v.p[0] == '#' || v.p[0] == '\\')
			return ODF_FORMULA_EXTERNAL;
		(void)view_skip(&v, 1);
	}
	return ODF_FORMULA_OK;
}
