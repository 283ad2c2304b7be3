/*
 * word.c - text documents: fields, links and cells, where a table is not
 * enough (ECMA-376-1 17.16).
 *
 * The pieces of a field are spread over runs and paragraphs, so that its
 * instruction is known only at its end.  A story with fields is therefore read twice: a
 * first pass, whose output nobody reads, puts the instructions together
 * and notes a verdict for each field in the order of their beginnings; the
 * second writes by it.  A field that may not stay loses its characters and
 * all that stands in its instruction; its result stays.
 */
#include "sanitize/ooxml/field.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package_in.h"
#include "sanitize/format.h"

enum { FIELDS_MAX = 200000, FIELD_DEPTH_MAX = 64 };

struct judged {
	bool ok;
	bool result;	/* it has one */
	size_t at;	/* its instruction in `told` */
	size_t n;
};

struct open_field {
	size_t index;
	size_t at;	/* where its instruction begins in `instruction` */
	bool result;	/* behind its separator */
	bool bad;
};

struct story {
	struct opc_part *part;
	bool scan;
	struct judged *verdict;
	size_t fields, cap;
	size_t next;		/* index of the field that begins next */
	struct open_field open[FIELD_DEPTH_MAX];
	size_t depth, base;	/* how many are open; how many of them outside the story in hand */
	size_t hiding;		/* how many of them are denied and before their separator */
	struct buf instruction, told;
};

static void
story_release(struct story *s)
{
	free(s->verdict);
	buf_release(&s->instruction);
	buf_release(&s->told);
}

bool word_story(struct opc_part *p, struct view in, struct buf *out, struct err *e);

/* Boxes stand in parts of other rooms too: there are no fields there. */
static struct story *
story_of(const struct markup *m)
{
	struct opc_part *p = part_of(m);

	return part_rows[p->kind].rebuild == word_story ? p->own : NULL;
}

/* -- fields ----------------------------------------------------------- */

static bool
field_ok(const struct story *s, size_t index)
{
	return index < s->fields && s->verdict[index].ok;
}

static struct open_field *
top(struct story *s)
{
	return s->depth > s->base ? &s->open[s->depth - 1] : NULL;
}

/* Is what comes part of an instruction that goes? */
static bool
hidden(const struct story *s)
{
	return !s->scan && s->hiding > 0;
}

static bool
remember(struct markup *m, struct story *s)
{
	if (s->fields == s->cap) {
		size_t cap = s->cap == 0 ? 64 : s->cap * 2;
		struct judged *more = realloc(s->verdict, cap * sizeof *more);

		if (more == NULL || s->fields >= FIELDS_MAX) {
			free(more == NULL ? s->verdict : more);
			s->verdict = NULL;
			s->fields = s->cap = 0;
			markup_fail(m, more == NULL ? ERR_SYSTEM : ERR_LIMIT, "too many fields");
			return false;
		}
		s->verdict = more;
		s->cap = cap;
	}
	s->verdict[s->fields++] = (struct judged){ .ok = false };
	return true;
}

static void
tell(struct markup *m, const struct story *s, size_t index)
{
	const struct judged *v = index < s->fields ? &s->verdict[index] : NULL;

	markup_find(m, FINDING_WORD_FIELD, "%.*s", v == NULL ? 0 : (int)(v->n < 200 ? v->n : 200),
		    v == NULL || v->n == 0 ? "" : (const char *)s->told.p + v->at);
}

/* What a MACROBUTTON shows is all behind its second word: it has no result. */
static void
show_button(struct markup *m, const struct story *s, size_t index)
{
	const struct judged *j = index < s->fields ? &s->verdict[index] : NULL;
	struct view v;

	if (j == NULL || j->result || j->n == 0)
		return;
	v = field_button(view_of(s->told.p + j->at, j->n));
	if (v.n == 0)
		return;
	markup_begin(m, NS_W, "t");
	markup_text(m, v);
	markup_end(m);
}

static enum markup_do
field_begin(struct markup *m, struct story *s)
{
	bool was_hidden = hidden(s), ok;

	if (s->depth == FIELD_DEPTH_MAX) {
		markup_fail(m, ERR_LIMIT, "fields nested deeper than %d", FIELD_DEPTH_MAX);
		return MARKUP_DROP;
	}
	if (s->scan && !remember(m, s))
		return MARKUP_DROP;
	s->open[s->depth++] = (struct open_field){ .index = s->next, .at = s->instruction.n };
	ok = s->scan || field_ok(s, s->next);
	if (!ok) {
		s->hiding++;
		tell(m, s, s->next);
		if (!was_hidden)
			show_button(m, s, s->next);
	}
	s->next++;
	return ok && !was_hidden ? MARKUP_KEEP : MARKUP_DROP;
}

static enum markup_do
field_separate(struct story *s, struct open_field *f)
{
	bool ok = s->scan || field_ok(s, f->index);

	if (f->result)
		f->bad = true;
	else if (!ok)
		s->hiding--;
	if (f->result && !s->scan)
		return MARKUP_DROP;
	f->result = true;
	return ok && !hidden(s) ? MARKUP_KEEP : MARKUP_DROP;
}

/* At its end a field is known: its verdict. */
static void
judge_field(struct markup *m, struct story *s, const struct open_field *f)
{
	struct view in = view_of(s->instruction.p == NULL ? (const uint8_t *)"" : s->instruction.p + f->at,
				 s->instruction.n - f->at);
	struct judged *v = &s->verdict[f->index];

	v->result = f->result;
	v->ok = !f->bad && field_allowed(in, markup_job(m)->profile->links);
	if (v->ok)
		return;
	v->at = s->told.n;
	v->n = in.n;
	(void)buf_put(&s->told, in.p, v->n);
}

static enum markup_do
field_end(struct markup *m, struct story *s)
{
	struct open_field f = s->open[--s->depth], *outer = top(s);
	bool ok = s->scan || field_ok(s, f.index);

	if (!ok && !f.result)
		s->hiding--;
	if (s->scan) {
		judge_field(m, s, &f);
		s->instruction.n = f.at;
		if (outer != NULL && !outer->result) {
			outer->bad |= !s->verdict[f.index].ok;
			(void)buf_byte(&s->instruction, FIELD_NESTED);
		}
	}
	return ok && !hidden(s) ? MARKUP_KEEP : MARKUP_DROP;
}

static enum markup_do
fld_char_open(struct markup *m)
{
	struct story *s = story_of(m);
	struct view type = markup_get(m, NS_W, "fldCharType");

	if (s == NULL)
		return MARKUP_DROP;
	if (view_is(type, "begin"))
		return field_begin(m, s);
	if (top(s) == NULL)
		return MARKUP_DROP;
	if (view_is(type, "separate"))
		return field_separate(s, top(s));
	return view_is(type, "end") ? field_end(m, s) : MARKUP_DROP;
}

const struct markup_hook hook_w_fld_char = { .open = fld_char_open };

/* A piece of an instruction. */
static enum markup_do
instr_text(struct markup *m, struct view in, struct buf *ret)
{
	struct story *s = story_of(m);

	(void)ret;
	if (s->scan && top(s) != NULL && !top(s)->result)
		(void)buf_view(&s->instruction, in);
	return MARKUP_KEEP;
}

static enum markup_do
instr_open(struct markup *m)
{
	struct story *s = story_of(m);

	if (s != NULL && hidden(s))
		return MARKUP_DROP;
	if (s != NULL && top(s) != NULL && !top(s)->result)
		return MARKUP_KEEP;
	/* In no field's instruction, or in a part where there are none: nobody sees it. */
	if (s == NULL || !s->scan)
		markup_find(m, FINDING_WORD_FIELD, NULL);
	return MARKUP_DROP;
}

const struct markup_hook hook_w_instr = { .open = instr_open, .text = instr_text };

/* Text, pictures and the like: of an instruction they are shown by nobody, and make it no instruction that we know. */
static enum markup_do
inline_open(struct markup *m)
{
	struct story *s = story_of(m);

	if (s == NULL)
		return MARKUP_KEEP;
	if (s->scan && top(s) != NULL && !top(s)->result)
		top(s)->bad = true;
	return hidden(s) ? MARKUP_DROP : MARKUP_KEEP;
}

const struct markup_hook hook_w_inline = { .open = inline_open };

/* A story of its own: no field goes into it or out of it. */
static enum markup_do
story_open(struct markup *m)
{
	struct story *s = story_of(m);

	if (s != NULL) {
		*markup_note(m) = s->base;
		s->base = s->depth;
	}
	return MARKUP_KEEP;
}

static enum markup_do
story_close(struct markup *m)
{
	struct story *s = story_of(m);

	if (s == NULL)
		return MARKUP_KEEP;
	/* What never ended may not stay; that is its verdict from the start. */
	while (s->depth > s->base) {
		struct open_field *f = &s->open[--s->depth];

		if (!s->scan && !f->result && !field_ok(s, f->index))
			s->hiding--;
		s->instruction.n = f->at;
	}
	s->base = (size_t)*markup_note(m);
	return MARKUP_KEEP;
}

const struct markup_hook hook_w_story = { .open = story_open, .close = story_close };

/* <w:fldSimple w:instr="…">: judged as a value; what it shows stays. */
static enum markup_do
fld_simple_open(struct markup *m)
{
	return markup_get(m, NS_W, "instr").p == NULL ? MARKUP_UNWRAP : MARKUP_KEEP;
}

const struct markup_hook hook_w_fld_simple = { .open = fld_simple_open };

enum markup_do word_judge_field(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret);
enum markup_do word_judge_style(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret);

enum markup_do
word_judge_field(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	(void)row;
	(void)ret;
	if (field_allowed(v, markup_job(m)->profile->links))
		return MARKUP_KEEP;
	markup_find(m, FINDING_WORD_FIELD, "%.*s", (int)(v.n < 200 ? v.n : 200), v.n == 0 ? "" : (const char *)v.p);
	return MARKUP_DROP;
}

/* -- the rest --------------------------------------------------------- */

static enum markup_do
hyperlink_open(struct markup *m)
{
	return markup_get(m, NS_R, "id").p == NULL && markup_get(m, NS_W, "anchor").p == NULL ? MARKUP_UNWRAP : MARKUP_KEEP;
}

const struct markup_hook hook_w_hyperlink = { .open = hyperlink_open };

static enum markup_do
header_reference_open(struct markup *m)
{
	struct view type = markup_get(m, NS_W, "type");

	return view_is(type, "default") || view_is(type, "first") || view_is(type, "even") ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook hook_w_header_reference = { .open = header_reference_open };

static enum markup_do
margins_open(struct markup *m)
{
	static const char *const sides[] = { "top", "right", "bottom", "left", "header", "footer", "gutter" };
	size_t i;

	for (i = 0; i < sizeof sides / sizeof *sides; i++)
		if (markup_get(m, NS_W, sides[i]).p == NULL)
			markup_set(m, NS_W, sides[i], VIEW("0"));
	return MARKUP_KEEP;
}

const struct markup_hook hook_w_margins = { .open = margins_open };

static enum markup_do
vanish_open(struct markup *m)
{
	struct view v = markup_get(m, NS_W, "val");

	if (v.p == NULL || view_is(v, "1") || view_is(v, "true") || view_is(v, "on"))
		markup_find(m, FINDING_WORD_HIDDEN_TEXT, NULL);
	return MARKUP_KEEP;
}

const struct markup_hook hook_w_vanish = { .open = vanish_open };

/* -- the style attribute of VML --------------------------------------- */

static bool
is_property(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool
is_value(uint8_t c)
{
	return is_property(c) || (c >= '0' && c <= '9') || c >= 0x80 || (c != 0 && strchr(" .%#+,'\"@_", c) != NULL);
}

static bool
all(struct view v, bool (*in)(uint8_t))
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!in(v.p[i]))
			return false;
	return v.n > 0;
}

/* Names of fonts stand in quotes of either kind; the attribute itself stands in double ones. */
static bool
put_value(struct buf *ret, struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!buf_byte(ret, v.p[i] == '"' ? '\'' : v.p[i]))
			return false;
	return true;
}

/* name:value joined by ';': what has another form goes. */
enum markup_do
word_judge_style(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	(void)m;
	(void)row;
	while (v.n > 0) {
		struct view one, name, value;
		size_t end = view_find(v, 0, VIEW(";")), colon;

		(void)view_take(&v, end == VIEW_NOT_FOUND ? v.n : end, &one);
		(void)view_skip(&v, 1);
		colon = view_find(one, 0, VIEW(":"));
		if (colon == VIEW_NOT_FOUND)
			continue;
		name = markup_trim(view_of(one.p, colon));
		value = markup_trim(view_from(one, colon + 1));
		if (name.n > 64 || value.n > 256 || !all(name, is_property) || !all(value, is_value))
			continue;
		if (ret->n > 0)
			(void)buf_byte(ret, ';');
		(void)(buf_view(ret, name) && buf_byte(ret, ':') && put_value(ret, value));
	}
	return ret->n > 0 ? MARKUP_OTHER : MARKUP_DROP;
}

/* -- parts ------------------------------------------------------------ */

/* Are there fields?  A document in UTF-16 does not show it. */
static bool
has_fields(struct view in)
{
	return view_find(in, 0, VIEW("fldChar")) != VIEW_NOT_FOUND ||
	       (in.n >= 2 && (in.p[0] >= 0xfe || in.p[0] == 0 || in.p[1] == 0));
}

bool
word_story(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	__attribute__((cleanup(story_release))) struct story s = {
		.part = p, .scan = true, .instruction = BUF_MAX(64 << 20), .told = BUF_MAX(64 << 20),
	};
	own_buf struct buf unread = BUF_MAX((size_t)p->package->job->profile->limits.output);
	bool ok = true;

	p->own = &s;
	if (has_fields(in)) {
		part_quiet(p, true);
		ok = part_markup(p, in, &unread, e);
		part_quiet(p, false);
	}
	s.scan = false;
	s.next = s.depth = s.base = s.hiding = 0;
	buf_release(&unread);
	ok = ok && buf_ok(&s.instruction, e) && buf_ok(&s.told, e) && part_markup(p, in, out, e);
	p->own = NULL;
	return ok;
}

static bool
docx_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	return package_rebuild(j, PART_WORD_DOCUMENT, NULL, in, out, e);
}

const struct format format_docx = { .type = TYPE_DOCX, .rebuild = docx_rebuild };
