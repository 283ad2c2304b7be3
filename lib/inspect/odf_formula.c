#include "inspect/odf_formula.h"

#include "inspect/address.h"
#include "inspect/formula.h"

enum { ODF_FORMULA_BYTES = 65536, ODF_DEPTH = 512, ODF_NAME_BYTES = 256 };

struct reader {
	struct inspection *in;
	struct view rest;
	size_t depth;
	uint8_t open[ODF_DEPTH];
	bool indirect, texts_sound;
};

static bool
byte(struct view *v, uint8_t c)
{
	return v->n > 0 && v->p[0] == c && view_skip(v, 1);
}

static bool
letter(uint8_t c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c >= 0x80;
}

static bool
digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Between two signs of a kind, a doubled one being one of them. */
static bool
quoted(struct view *v, uint8_t sign, struct view *ret)
{
	struct view begin;

	if (!byte(v, sign))
		return false;
	begin = *v;
	while (v->n > 0) {
		if (!byte(v, sign)) {
			(void)view_skip(v, 1);
			continue;
		}
		if (v->n == 0 || v->p[0] != sign) {
			*ret = (struct view){ begin.p, at_of(begin, *v) - 1 };
			return true;
		}
		(void)view_skip(v, 1);
	}
	return false;
}

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

/* 'name', behind which no # stands: that would be a sheet of another file. */
static bool
name(struct view *v)
{
	struct view unused;

	return quoted(v, '\'', &unused) && (v->n == 0 || v->p[0] != '#');
}

static bool
address(struct view *v, bool bracket)
{
	while (v->n > 0 && !(bracket && v->p[0] == ']')) {
		uint8_t c = v->p[0];

		if (c == '\'' ? !name(v) : c == '#' ? !error_value(v) : false)
			return false;
		if (c == '\'' || c == '#')
			continue;
		if (!letter(c) && !digit(c) && strchr(".$:-()&! ", c) == NULL)
			return false;
		(void)view_skip(v, 1);
	}
	return true;
}

bool
inspect_odf_ref(struct view v)
{
	return v.n <= ODF_FORMULA_BYTES && memchr(v.p, 0, v.n) == NULL && address(&v, false);
}

static struct view
word(struct view *v)
{
	struct view w = { v->p, 0 };

	while (w.n < v->n && (letter(v->p[w.n]) || digit(v->p[w.n]) || v->p[w.n] == '.'))
		w.n++;
	(void)view_skip(v, w.n);
	return w;
}

/* Functions of OpenDocument beside those of formula_function.def (OpenFormula 6; LibreOffice's own). */
static const char more[] =
	" B BASE CEILING COLOR CURRENT DAYSINMONTH DAYSINYEAR EASTERSUNDAY ERRORTYPE FORMULA ISLEAPYEAR MONTHS MULTIPLE.OPERATIONS OPT_BARRIER "
	"OPT_PROB_HIT OPT_PROB_INMONEY OPT_TOUCH RAWSUBTRACT ROT13 ROUNDSIG SKEWP STYLE WEEKNUM_ADD WEEKNUM_OOO WEEKNUM_EXCEL2003 WEEKS WEEKSINYEAR YEARS "
	"LEGACY.CHIDIST LEGACY.CHIINV LEGACY.CHITEST LEGACY.FDIST LEGACY.FINV LEGACY.NORMSDIST LEGACY.NORMSINV LEGACY.TDIST CHISQDIST CHISQINV "
	"CONVERT_OOO CONVERT_ADD COUPDAYS COUPDAYSNC CUMIPMT_ADD CUMPRINC_ADD DURATION_ADD EFFECT_ADD EFFECTIVE GCD_EXCEL2003 GCD_ADD LCM_EXCEL2003 LCM_ADD "
	"NOMINAL_ADD ISEVEN_ADD ISODD_ADD PDURATION RRI ZGZ DAYSINMONTH ARABIC FINDB REPLACEB SEARCHB DOLLAR NETWORKDAYS_EXCEL2003 ORG.OPENOFFICE.STYLE "
	"FILTER FOURIER REGEX ASC JIS CHOOSECOLS ISFORMULA MUNIT SUMIFS UNICODE UNICHAR FVSCHEDULE MDURATION ";

static bool
among(const char *list, struct view w)
{
	struct view l = view_str(list);
	size_t at;

	/* Lists begin and end with a blank. */
	for (at = 1; w.n > 0 && (at = view_find(l, at, w)) != VIEW_NOT_FOUND; at++)
		if (l.p[at - 1] == ' ' && l.p[at + w.n] == ' ')
			return true;
	return false;
}

static bool
condition(struct view w)
{
	return among(" cell-content cell-content-is-between cell-content-is-not-between cell-content-is-decimal-number cell-content-is-whole-number "
		     "cell-content-is-date cell-content-is-time cell-content-is-text cell-content-text-length cell-content-text-length-is-between "
		     "cell-content-text-length-is-not-between cell-content-is-in-list is-true-formula value formula-is is-error is-no-error duplicate unique "
		     "top-elements bottom-elements top-percent bottom-percent above-average below-average above-equal-average below-equal-average "
		     "begins-with ends-with contains-text not-contains-text between not-between ",
		     w);
}

static enum formula_rule
rule_of(struct view w)
{
	static const char *const prefixes[] = { "COM.MICROSOFT.", "ORG.LIBREOFFICE.", "ORG.OPENOFFICE." };
	static const char *const addins[] = { "COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GET", "COM.SUN.STAR.SHEET.ADDIN.DATEFUNCTIONS.GET" };
	uint8_t up[ODF_NAME_BYTES];
	struct view v = { up, w.n };
	enum formula_rule rule;
	size_t i;

	if (w.n > sizeof up)
		return FORMULA_NO;
	for (i = 0; i < w.n; i++)
		up[i] = w.p[i] >= 'a' && w.p[i] <= 'z' ? (uint8_t)(w.p[i] - 32) : w.p[i];
	for (i = 0; i < 2; i++)
		if (view_starts(v, view_str(addins[i])))
			return view_find(v, strlen(addins[i]), VIEW(".")) == VIEW_NOT_FOUND ? FORMULA_OK : FORMULA_NO;
	for (i = 0; i < 3; i++)
		if (view_starts(v, view_str(prefixes[i]))) {
			v = view_from(v, strlen(prefixes[i]));
			break;
		}
	rule = inspect_formula_function(v);
	return rule == FORMULA_NO && among(more, v) ? FORMULA_OK : rule;
}

/* HYPERLINK( "text" then ; or ) */
static bool
link_argument(struct reader *r, struct err *e)
{
	struct view ahead = r->rest, v;

	while (byte(&ahead, ' '))
		;
	if (!quoted(&ahead, '"', &v))
		return residue(e, "a link that is computed");
	while (byte(&ahead, ' '))
		;
	if (ahead.n == 0 || (ahead.p[0] != ';' && ahead.p[0] != ')'))
		return residue(e, "a link that is computed");
	return view_starts(v, VIEW("#")) || inspect_address_office(r->in, v, e);
}

/* A word; before a bracket a function. */
static bool
take_word(struct reader *r, struct err *e)
{
	struct view begin = r->rest, w = word(&r->rest), ahead = r->rest;

	/* A condition has hyphens in its name; a difference of two words has no bracket behind it at once. */
	while (ahead.n > 1 && ahead.p[0] == '-' && letter(ahead.p[1])) {
		(void)view_skip(&ahead, 1);
		(void)word(&ahead);
	}
	if (at_of(begin, ahead) > w.n && ahead.n > 0 && ahead.p[0] == '(' && condition((struct view){ begin.p, at_of(begin, ahead) })) {
		r->rest = ahead;
		return true;
	}
	if (r->rest.n == 0 || r->rest.p[0] != '(')
		return true;
	switch (rule_of(w)) {
	case FORMULA_NO:
		return condition(w) || residue(e, "function %.*s", (int)(w.n > 80 ? 80 : w.n), (const char *)w.p);
	case FORMULA_OK:
		return true;
	case FORMULA_TEXT:
		r->indirect = true;
		return true;
	case FORMULA_LINK:
		ahead = r->rest;
		(void)view_skip(&r->rest, 1);
		if (!link_argument(r, e))
			return false;
		r->rest = ahead;
		return true;
	}
	return false;
}

static bool
text_sound(struct view v)
{
	return memchr(v.p, '#', v.n) == NULL && memchr(v.p, '\\', v.n) == NULL && memchr(v.p, '|', v.n) == NULL &&
	       view_find(v, 0, VIEW("://")) == VIEW_NOT_FOUND && view_find(v, 0, VIEW("file:")) == VIEW_NOT_FOUND;
}

static bool
bracket(struct reader *r, struct err *e)
{
	uint8_t c = r->rest.p[0];

	(void)view_skip(&r->rest, 1);
	if (c == '(' || c == '{') {
		if (r->depth == ODF_DEPTH)
			return err_set(e, ERR_LIMIT, "formula with brackets deeper than %d", ODF_DEPTH);
		r->open[r->depth++] = c;
		return true;
	}
	if (r->depth == 0 || r->open[r->depth - 1] != (c == ')' ? '(' : '{'))
		return residue(e, "formula: bracket");
	r->depth--;
	return true;
}

static bool
token(struct reader *r, struct err *e)
{
	uint8_t c = r->rest.p[0];
	struct view v;

	switch (c) {
	case '"':
		if (!quoted(&r->rest, '"', &v))
			return residue(e, "formula: text");
		r->texts_sound = r->texts_sound && text_sound(v);
		return true;
	case '\'':
		return name(&r->rest) || residue(e, "formula: name");
	case '[':
		(void)view_skip(&r->rest, 1);
		return (address(&r->rest, true) && byte(&r->rest, ']')) || residue(e, "formula: address");
	case '(': case ')': case '{': case '}':
		return bracket(r, e);
	case '#':
		return error_value(&r->rest) || residue(e, "formula: error");
	case '|':
		/* Rows of an array; elsewhere it would be a conversation with a program. */
		return (r->depth > 0 && r->open[r->depth - 1] == '{' && view_skip(&r->rest, 1)) || residue(e, "formula: |");
	default:
		if (letter(c))
			return take_word(r, e);
		if (digit(c) || (c != '\0' && strchr("\t\n\r +-*/^&=<>%!~:;.,$@?", c) != NULL))
			return view_skip(&r->rest, 1);
		return residue(e, "formula: byte %02x", c);
	}
}

static bool
prefix(struct view *v)
{
	return (view_starts(*v, VIEW("of:")) && view_skip(v, 3)) || (view_starts(*v, VIEW("oooc:")) && view_skip(v, 5));
}

bool
inspect_odf_formula(struct inspection *in, struct view f, struct err *e)
{
	struct reader r = { .in = in, .rest = f, .texts_sound = true };

	if (f.n > ODF_FORMULA_BYTES)
		return residue(e, "formula of %zu bytes", f.n);
	(void)prefix(&r.rest);
	while (r.rest.n > 0)
		if (!token(&r, e))
			return err_at(e, "\"%.*s\"", (int)(f.n > 80 ? 80 : f.n), (const char *)f.p);
	if (r.depth > 0)
		return residue(e, "formula: cut off");
	return !r.indirect || r.texts_sound || residue(e, "INDIRECT with a text that may name another file");
}

bool
inspect_odf_text_formula(struct view f, struct err *e)
{
	struct view v = f, unused;

	if (f.n > ODF_FORMULA_BYTES)
		return residue(e, "formula of %zu bytes", f.n);
	if (!prefix(&v) && view_starts(v, VIEW("ooow:")))
		(void)view_skip(&v, 5);
	while (v.n > 0) {
		if (v.p[0] == '"') {
			if (!quoted(&v, '"', &unused))
				return residue(e, "formula: text");
			continue;
		}
		if (letter(v.p[0])) {
			struct view w = word(&v);
			size_t dot = view_find(w, 0, VIEW("."));

			if (dot != VIEW_NOT_FOUND && view_find(w, dot + 1, VIEW(".")) != VIEW_NOT_FOUND)
				return residue(e, "formula: a name of a database");
			continue;
		}
		if (v.p[0] == '#' || v.p[0] == '\\')
			return residue(e, "formula: byte %02x", v.p[0]);
		(void)view_skip(&v, 1);
	}
	return true;
}
