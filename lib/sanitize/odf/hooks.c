/* hooks.c - what the tables cannot say of an element (rule.def). */
#include <stdio.h>

#include "sanitize/odf/package.h"

static struct odf_document *
document_of(struct markup *m)
{
	return markup_ctx(m);
}

/* -- links and events ------------------------------------------------- */

/* An address that went (judge.c has said why) takes the link, not its content. */
static enum markup_do
link_open(struct markup *m)
{
	return markup_get(m, NS_XLINK, "href").p == NULL ? MARKUP_UNWRAP : MARKUP_KEEP;
}

const struct markup_hook odf_link = { .open = link_open };

static enum markup_do
event_open(struct markup *m)
{
	static const char *const moves[] = { "next-page", "previous-page", "first-page", "last-page" };
	struct view action = markup_get(m, NS_PRESENTATION, "action");
	struct view href = markup_get(m, NS_XLINK, "href");
	size_t i;

	for (i = 0; i < sizeof moves / sizeof *moves; i++)
		if (view_is(action, moves[i])) {
			markup_unset(m, NS_XLINK, "href");
			return MARKUP_KEEP;
		}
	if (view_is(action, "show") && href.p != NULL)
		return MARKUP_KEEP;
	markup_find(m, FINDING_ODF_EVENT, "%.*s", (int)(action.n < 60 ? action.n : 60),
		    action.n == 0 ? "" : (const char *)action.p);
	return MARKUP_DROP;
}

const struct markup_hook odf_event = { .open = event_open };

/* -- pictures and objects --------------------------------------------- */

/* For elements of which only the address is judged. */
static enum markup_do
any_open(struct markup *m)
{
	(void)m;
	return MARKUP_KEEP;
}

const struct markup_hook odf_any = { .open = any_open };

/* The note of the frame around it is its number (judge.c). */
static enum markup_do
object_open(struct markup *m)
{
	return markup_get(m, NS_XLINK, "href").p == NULL ? MARKUP_DROP : MARKUP_KEEP;
}

const struct markup_hook odf_object = { .open = object_open };

/*
 * The style of an object, which is drawn without the ground and line that
 * the style's parent may have.  Where the object goes and its picture stays,
 * LibreOffice would draw both around and behind the picture.
 */
static enum markup_do
object_style_open(struct markup *m)
{
	if (markup_get(m, NS_DRAW, "ole-draw-aspect").p == NULL)
		return MARKUP_KEEP;
	if (markup_get(m, NS_DRAW, "fill").p == NULL && markup_get(m, NS_FO, "background-color").p == NULL)
		markup_set(m, NS_DRAW, "fill", VIEW("none"));
	if (markup_get(m, NS_DRAW, "stroke").p == NULL && markup_get(m, NS_FO, "border").p == NULL)
		markup_set(m, NS_DRAW, "stroke", VIEW("none"));
	return MARKUP_KEEP;
}

const struct markup_hook odf_object_style = { .open = object_style_open };

/* On a slide a table stands in a frame, with its picture behind it: the frame's note says so. */
static enum markup_do
table_open(struct markup *m)
{
	static uint16_t frame;
	uint64_t *around = markup_note_up(m, 1);

	if (frame == 0)
		frame = odf_element("draw", "frame");
	if (around != NULL && markup_type(m, 1) == frame)
		*around = ODF_TABLE;
	return MARKUP_KEEP;
}

const struct markup_hook odf_table = { .open = table_open };

/* The note of a picture: it has a part, or bytes of its own. */
static enum markup_do
image_open(struct markup *m)
{
	*markup_note(m) = markup_get(m, NS_XLINK, "href").p != NULL;
	return MARKUP_KEEP;
}

static enum markup_do
image_close(struct markup *m)
{
	return *markup_note(m) != 0 ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_image = { .open = image_open, .close = image_close };
const struct markup_hook odf_fill_image = { .open = image_open, .close = image_close };

static int
sextet(uint8_t c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	return at == NULL ? -1 : (int)(at - letters);
}

static void
base64_read(struct view v, struct buf *ret)
{
	uint32_t bits = 0, have = 0;
	size_t i;

	for (i = 0; i < v.n && v.p[i] != '='; i++) {
		int s = sextet(v.p[i]);

		if (s < 0)
			continue;
		bits = (bits << 6 | (uint32_t)s) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			(void)buf_byte(ret, (uint8_t)(bits >> have));
		}
	}
}

static void
base64_write(struct view v, struct buf *ret)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < v.n; i += 3) {
		size_t left = v.n - i;
		uint32_t b = (uint32_t)v.p[i] << 16 | (left > 1 ? (uint32_t)v.p[i + 1] << 8 : 0) |
			     (left > 2 ? (uint32_t)v.p[i + 2] : 0);

		(void)buf_byte(ret, (uint8_t)letters[b >> 18]);
		(void)buf_byte(ret, (uint8_t)letters[b >> 12 & 63]);
		(void)buf_byte(ret, left > 1 ? (uint8_t)letters[b >> 6 & 63] : '=');
		(void)buf_byte(ret, left > 2 ? (uint8_t)letters[b & 63] : '=');
	}
}

/* A picture in the markup itself stays there, its bytes made anew. */
static enum markup_do
binary_text(struct markup *m, struct view in, struct buf *ret)
{
	struct job *j = markup_job(m);
	own_buf struct buf raw = { 0 }, clean = { 0 };
	struct err e = { 0 };
	const char *ending;
	enum type type;
	enum verdict v;
	uint64_t *holder = markup_note_up(m, 1);

	base64_read(in, &raw);
	if (raw.full || !job_charge(j, raw.n, &e)) {
		markup_fail(m, ERR_LIMIT, "office:binary-data: too long");
		return MARKUP_DROP;
	}
	v = job_part(j, "office:binary-data", buf_bytes(&raw), &clean, &type, &e);
	if (job_spent(j) || v == VERDICT_FAILED) {
		markup_fail(m, e.code == ERR_NONE ? ERR_SYSTEM : e.code, "office:binary-data: %s", e.text);
		return MARKUP_DROP;
	}
	if (v == VERDICT_REFUSED)
		return MARKUP_DROP;
	if (odf_picture_type(type, &ending) == NULL) {
		markup_find(m, FINDING_PART_REFUSED, "office:binary-data: %s", type_name(type));
		return MARKUP_DROP;
	}
	base64_write(buf_bytes(&clean), ret);
	*markup_note(m) = 1;
	if (holder != NULL)
		*holder = 1;
	return MARKUP_OTHER;
}

static enum markup_do
binary_close(struct markup *m)
{
	return *markup_note(m) != 0 ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_binary = { .text = binary_text, .close = binary_close };

/* -- the body --------------------------------------------------------- */

static enum markup_do
body_open(struct markup *m)
{
	static const struct {
		const char *prefix, *name;
	} bodies[ODF_BODIES] = {
#define BODY(id, prefix, name, mimetype) [ODF_##id] = { prefix, name },
#include "sanitize/odf/body.def"
#undef BODY
	};
	struct odf_document *d = document_of(m);
	unsigned i;

	/* A formula inside a formula is no body. */
	for (i = ODF_NOTHING + 1; i < ODF_BODIES && d->body == ODF_NOTHING; i++)
		if (markup_type(m, 0) == odf_element(bodies[i].prefix, bodies[i].name))
			d->body = (enum odf_body)i;
	return MARKUP_KEEP;
}

const struct markup_hook odf_body = { .open = body_open };

/* LibreOffice edits the formula from its own notation, and draws the MathML. */
static enum markup_do
annotation_open(struct markup *m)
{
	struct view e = markup_get(m, NS_0, "encoding");

	return view_is(e, "StarMath 5.0") ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_annotation = { .open = annotation_open };

/* -- description ------------------------------------------------------ */

static enum markup_do
meta_open(struct markup *m)
{
	static uint16_t meta;

	if (meta == 0)
		meta = odf_element("office", "meta");
	if (markup_job(m)->profile->metadata || markup_type(m, 1) != meta)
		return MARKUP_KEEP;
	markup_find(m, FINDING_ODF_METADATA, "%s", "");
	return MARKUP_DROP;
}

const struct markup_hook odf_meta = { .open = meta_open };

/* -- fields that become their text ------------------------------------ */

static enum markup_do
field_text(struct markup *m, enum finding_code code)
{
	markup_find(m, code, "%s", markup_row(m)->name);
	return MARKUP_UNWRAP;
}

static enum markup_do
field_open(struct markup *m)
{
	return field_text(m, FINDING_ODF_FIELD);
}

static enum markup_do
field_database_open(struct markup *m)
{
	return field_text(m, FINDING_ODF_DATABASE);
}

static enum markup_do
field_dde_open(struct markup *m)
{
	return field_text(m, FINDING_ODF_DDE);
}

static enum markup_do
field_macro_open(struct markup *m)
{
	return field_text(m, FINDING_ODF_MACRO);
}

const struct markup_hook odf_field = { .open = field_open };
const struct markup_hook odf_field_database = { .open = field_database_open };
const struct markup_hook odf_field_dde = { .open = field_dde_open };
const struct markup_hook odf_field_macro = { .open = field_macro_open };

/*
 * The marks that LibreOffice puts around what was a field in Word.  Where
 * forms are not kept a box to check stays, which only shows; the text
 * between marks stays always.
 */
static bool
is_form_mark(struct view type)
{
	static const char *const kinds[] = { "FORMCHECKBOX", "FORMDATE", "FORMDROPDOWN", "FORMTEXT" };
	struct view head = VIEW("vnd.oasis.opendocument.field.");
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (view_starts(type, head) && view_is(view_from(type, head.n), kinds[i]))
			return true;
	return false;
}

/* The note: its parameters may stay. */
static enum markup_do
mark_open(struct markup *m)
{
	struct view type = markup_get(m, NS_FIELD, "type");

	*markup_note(m) = is_form_mark(type);
	if (markup_job(m)->profile->forms || view_is(type, "vnd.oasis.opendocument.field.FORMCHECKBOX"))
		return MARKUP_KEEP;
	if (type.p != NULL)
		markup_find(m, *markup_note(m) != 0 ? FINDING_ODF_FORM : FINDING_ODF_FIELD, "%s", "");
	return MARKUP_DROP;
}

const struct markup_hook odf_mark = { .open = mark_open };

static enum markup_do
mark_param_open(struct markup *m)
{
	const uint64_t *mark = markup_note_up(m, 1);

	return mark != NULL && *mark != 0 ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_mark_param = { .open = mark_param_open };

/* -- pivot tables ----------------------------------------------------- */

/* One that asked a database has nothing to stand on. */
static enum markup_do
pilot_close(struct markup *m)
{
	return *markup_note(m) != 0 ? MARKUP_KEEP : MARKUP_DROP;
}

static enum markup_do
pilot_source_open(struct markup *m)
{
	uint64_t *pilot = markup_note_up(m, 1);

	if (markup_get(m, NS_TABLE, "cell-range-address").p == NULL)
		return MARKUP_DROP;
	if (pilot != NULL)
		*pilot = 1;
	return MARKUP_KEEP;
}

const struct markup_hook odf_pilot = { .close = pilot_close };
const struct markup_hook odf_pilot_source = { .open = pilot_source_open };

/* -- what is hidden --------------------------------------------------- */

static enum markup_do
hidden_open(struct markup *m)
{
	static const struct {
		const char *prefix, *name;
		uint8_t ns;
		const char *attribute, *value;
		enum finding_code code;
	} rows[] = {
#define HIDDEN(p, n, ns, a, v, f) { #p, #n, NS_##ns, a, v, FINDING_##f },
#include "sanitize/odf/hidden.def"
#undef HIDDEN
	};
	static uint16_t type[sizeof rows / sizeof *rows];
	size_t i;

	if (type[0] == 0)
		for (i = 0; i < sizeof rows / sizeof *rows; i++)
			type[i] = odf_element(rows[i].prefix, rows[i].name);
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (type[i] == markup_type(m, 0) &&
		    (rows[i].attribute == NULL ||
		     view_is(markup_get(m, rows[i].ns, rows[i].attribute), rows[i].value)))
			markup_find(m, rows[i].code, "%s", "");
	return MARKUP_KEEP;
}

const struct markup_hook odf_hidden = { .open = hidden_open };
