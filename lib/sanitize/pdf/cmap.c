#include "sanitize/pdf/cmap.h"

#include <stdlib.h>

#include "core/own.h"

enum {
	CODE_MAX = 4,		/* bytes of a code */
	TEXT_MAX = 128,		/* bytes of UTF-16 that one code may mean */
	BLOCK_MAX = 100,	/* lines of a block: Technical Note 5014 */
	CHARACTERS_MAX = 2048,	/* lines written where numbers are taken for characters */
};

enum block_kind { BLOCK_BOTH, BLOCK_CID, BLOCK_TOUNICODE, BLOCK_STRAY };

struct block {
	enum block_kind kind;
	const char *name, *parts, *out;
};

static const struct block blocks[] = {
#define CMAP_BLOCK(kind, name, parts, out) { BLOCK_##kind, name, parts, out },
#include "sanitize/pdf/cmap_block.def"
#undef CMAP_BLOCK
};

struct cmap {
	struct job *job;
	struct view in;
	struct arena *scratch;
	enum cmap_kind kind;
	bool stray;		/* a CMap to CIDs without one: what it says as texts are they */
	struct cmap_head *head;
	struct buf *out;
	struct buf lines;	/* of the block in hand */
	size_t count;
	struct { uint32_t x; size_t n; } code[2];	/* of the line in hand, n bytes each */
	uint32_t character, characters;	/* taken from a number; how often */
};

bool
pdf_cmap_predefined(struct view name)
{
	static const char *const names[] = {
#define CMAP_NAME(name) name,
#include "sanitize/pdf/cmap_name.def"
#undef CMAP_NAME
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (view_is(name, names[i]))
			return true;
	return false;
}

static void
put_hex(struct buf *b, struct view v)
{
	static const char digit[] = "0123456789ABCDEF";

	buf_byte(b, '<');
	for (size_t i = 0; i < v.n; i++) {
		buf_byte(b, (uint8_t)digit[v.p[i] >> 4]);
		buf_byte(b, (uint8_t)digit[v.p[i] & 15]);
	}
	buf_byte(b, '>');
}

static void
end_block(struct cmap *c, const struct block *k)
{
	if (c->count) {
		buf_printf(c->out, "%zu begin%s\n", c->count, k->out);
		buf_view(c->out, buf_bytes(&c->lines));
		buf_printf(c->out, "end%s\n", k->out);
	}
	buf_clear(&c->lines);
	c->count = 0;
}

static bool
text_ok(const struct pdf_obj *o)
{
	return o->kind == PDF_STRING && o->u.s.n > 0 && o->u.s.n <= TEXT_MAX;
}

/* The array form of a bfrange's third part; false where it never ends or holds what is no text. */
static bool
texts(struct cmap *c, struct buf *line)
{
	struct pdf_obj o;
	size_t n = 0;

	buf_byte(line, '[');
	for (;;) {
		enum pdf_tok t = pdf_tok(&c->in, c->scratch, &o);

		if (t == PDF_TOK_ARRAY_END)
			break;
		if (t != PDF_TOK_OBJ || o.kind != PDF_STRING)
			return false;
		if (n == 256)
			continue;
		if (n++)
			buf_byte(line, ' ');
		/* a hole in the array means nothing for its code; U+FFFD says so */
		put_hex(line, text_ok(&o) ? o.u.s : VIEW("\xff\xfd"));
	}
	buf_byte(line, ']');
	return n > 0;
}

static void
code_note(struct cmap *c, struct view v)
{
	c->code[0] = c->code[1];
	c->code[1].n = v.n;
	c->code[1].x = 0;
	for (size_t i = 0; i < v.n; i++)
		c->code[1].x = c->code[1].x << 8 | v.p[i];
}

/* One part of a line, its token already read. */
static bool
part(struct cmap *c, char want, enum pdf_tok t, const struct pdf_obj *o, struct buf *line)
{
	int64_t cid;

	switch (want) {
	case 'c':
		if (t != PDF_TOK_OBJ || o->kind != PDF_STRING || o->u.s.n == 0 || o->u.s.n > CODE_MAX)
			return false;
		put_hex(line, o->u.s);
		code_note(c, o->u.s);
		return true;
	case 'd':
		if (t != PDF_TOK_OBJ || !pdf_int(o, &cid) || cid < 0 || cid > 65535)
			return false;
		pdf_put_int(line, cid);
		return true;
	case 'h':
		if (t == PDF_TOK_ARRAY) {
			(void)texts(c, line);
			return false;
		}
		if (t != PDF_TOK_OBJ || o->kind != PDF_STRING || o->u.s.n == 0 || o->u.s.n > 2)
			return false;
		pdf_put_int(line, o->u.s.n == 1 ? o->u.s.p[0] : o->u.s.p[0] << 8 | o->u.s.p[1]);
		return true;
	case 'u':
		c->character = t == PDF_TOK_OBJ && pdf_int(o, &cid) && cid >= 0 && cid <= 65535
				       ? (uint32_t)cid : UINT32_MAX;
		return c->character != UINT32_MAX;
	default:
		if (t == PDF_TOK_ARRAY)
			return texts(c, line);
		if (t != PDF_TOK_OBJ || !text_ok(o))
			return false;
		put_hex(line, o->u.s);
		return true;
	}
}

static void
put_code(struct buf *b, uint32_t x, size_t n)
{
	uint8_t bytes[CODE_MAX];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(x >> 8 * (n - 1 - i));
	put_hex(b, view_of(bytes, n));
}

static void
add_line(struct cmap *c, const struct block *k, const struct buf *line)
{
	buf_view(&c->lines, buf_bytes(line));
	if (++c->count == BLOCK_MAX)
		end_block(c, k);
}

/*
 * Codes to the characters that a line's number stands for.  Of a range
 * only the last byte counts on (9.10.3): one line for each 256.  `line`
 * is room to write in.
 */
static void
add_characters(struct cmap *c, const struct block *k, struct buf *line)
{
	bool range = k->parts[1] == 'c';
	uint64_t from = c->code[range ? 0 : 1].x, to = c->code[1].x, u = c->character;
	size_t bytes = c->code[1].n;

	if (range && c->code[0].n != bytes)
		return;
	for (uint64_t n; from <= to && u <= 0xffff && c->characters < CHARACTERS_MAX; from += n, u += n) {
		n = 256 - (from & 0xff);
		n = n < 256 - (u & 0xff) ? n : 256 - (u & 0xff);
		n = n < to - from + 1 ? n : to - from + 1;
		if (u >= 0xd800 && u < 0xe000)
			continue;
		buf_clear(line);
		put_code(line, (uint32_t)from, bytes);
		buf_byte(line, ' ');
		if (range) {
			put_code(line, (uint32_t)(from + n - 1), bytes);
			buf_byte(line, ' ');
		}
		put_code(line, (uint32_t)u, 2);
		buf_byte(line, '\n');
		add_line(c, k, line);
		c->characters++;
	}
}

/* The lines of a block up to its end; a line with a bad part is left out. */
static bool
read_block(struct cmap *c, const struct block *k, struct err *e)
{
	own_buf struct buf line = { 0 };
	size_t at = 0, parts = strlen(k->parts);
	bool bad = false;

	for (;;) {
		struct pdf_obj o;
		enum pdf_tok t = pdf_tok(&c->in, c->scratch, &o);

		if (t == PDF_TOK_END || t == PDF_TOK_WORD)
			break;
		if (!job_tick(c->job, e))
			return false;
		if (at > 0)
			buf_byte(&line, ' ');
		bad |= !part(c, k->parts[at], t, &o, &line);
		if (++at < parts)
			continue;
		buf_byte(&line, '\n');
		if (!bad && k->parts[parts - 1] == 'u')
			add_characters(c, k, &line);
		else if (!bad)
			add_line(c, k, &line);
		buf_clear(&line);
		at = 0;
		bad = false;
	}
	end_block(c, k);
	return buf_ok(&line, e) && buf_ok(&c->lines, e);
}

static bool
block_fits(const struct cmap *c, enum block_kind kind)
{
	switch (kind) {
	case BLOCK_CID: return c->kind == CMAP_CID;
	case BLOCK_TOUNICODE: return c->kind != CMAP_CID;
	case BLOCK_STRAY: return c->stray;
	default: return true;
	}
}

static const struct block *
block_find(const struct cmap *c, struct view word)
{
	struct view name;

	if (!view_starts(word, VIEW("begin")))
		return NULL;
	name = view_from(word, 5);
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (view_is(name, blocks[i].name) && block_fits(c, blocks[i].kind))
			return &blocks[i];
	return NULL;
}

/* The body is written first: what it uses is said in the head. */
static bool
read_all(struct cmap *c, struct err *e)
{
	struct pdf_obj last = { 0 }, before = { 0 }, o;

	for (;;) {
		const struct block *k;
		enum pdf_tok t = pdf_tok(&c->in, c->scratch, &o);

		if (t == PDF_TOK_END)
			return true;
		if (!job_tick(c->job, e))
			return false;
		if (t == PDF_TOK_OBJ) {
			before = last;
			last = o;
			continue;
		}
		if (t != PDF_TOK_WORD)
			continue;
		if (view_is(o.u.s, "usecmap") && last.kind == PDF_NAME && c->head->use.n == 0 &&
		    pdf_cmap_predefined(last.u.s))
			c->head->use = last.u.s;
		if (view_is(o.u.s, "def") && pdf_is_name(&before, "WMode") &&
		    last.kind == PDF_INT && c->head->wmode < 0)
			c->head->wmode = last.u.i == 1;
		k = block_find(c, o.u.s);
		if (k && !read_block(c, k, e))
			return false;
		if (c->out->full)
			return buf_ok(c->out, e);
	}
}

static void
put_head(const struct cmap *c, struct buf *b)
{
	const struct cmap_head *h = c->head;

	buf_str(b, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		   "/CIDSystemInfo\n<<");
	pdf_put_name(b, VIEW("Ordering"));
	pdf_put_string(b, h->ordering);
	pdf_put_name(b, VIEW("Registry"));
	pdf_put_string(b, h->registry);
	pdf_put_name(b, VIEW("Supplement"));
	pdf_put_int(b, h->supplement);
	buf_str(b, ">> def\n/CMapName ");
	pdf_put_name(b, h->name);
	buf_printf(b, " def\n/CMapType %d def\n", c->kind == CMAP_CID ? 1 : 2);
	if (h->wmode == 1)
		buf_str(b, "/WMode 1 def\n");
	if (h->use.n) {
		pdf_put_name(b, h->use);
		buf_str(b, " usecmap\n");
	}
}

bool
pdf_cmap_program(struct job *j, struct view in, enum cmap_kind kind, struct cmap_head *head,
	     struct buf *out, struct err *e)
{
	own_arena struct arena *scratch = arena_new(0);
	own_buf struct buf body = { 0 };
	struct cmap c = { .job = j, .in = in, .kind = kind, .head = head, .out = &body };
	bool ok;

	if (!scratch)
		return err_set(e, ERR_SYSTEM, "no memory");
	c.scratch = scratch;
	c.stray = kind == CMAP_CID && view_find(in, 0, VIEW("begincid")) == VIEW_NOT_FOUND &&
		  view_find(in, 0, VIEW("usecmap")) == VIEW_NOT_FOUND;
	ok = read_all(&c, e);
	buf_release(&c.lines);
	if (!ok)
		return false;
	put_head(&c, out);
	buf_view(out, buf_bytes(&body));
	buf_str(out, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
	return buf_ok(&body, e) && buf_ok(out, e);
}

/* -- the stream around it ------------------------------------------------------ */

static struct view
string_or(const struct pdf_obj *o, const char *otherwise)
{
	return o->kind == PDF_STRING && o->u.s.n <= GFX_NAME_MAX ? o->u.s : view_str(otherwise);
}

static void
head_from(struct pdf_rebuild *r, const struct pdf_dict *d, enum cmap_kind kind,
	  struct cmap_head *h)
{
	const struct pdf_obj *name = pdf_get(r->in, d, "CMapName");
	const struct pdf_dict *info = pdf_dict_of(pdf_get(r->in, d, "CIDSystemInfo"));
	int64_t i;

	*h = (struct cmap_head){ .name = VIEW("Custom-H"), .registry = VIEW("Adobe"),
				 .ordering = VIEW("Identity"), .wmode = -1 };
	if (kind == CMAP_TOUNICODE) {
		h->name = VIEW("Adobe-Identity-UCS");
		h->ordering = VIEW("UCS");
		return;
	}
	if (name->kind == PDF_NAME && gfx_name_ok(name->u.s))
		h->name = name->u.s;
	if (info) {
		h->registry = string_or(pdf_get(r->in, info, "Registry"), "Adobe");
		h->ordering = string_or(pdf_get(r->in, info, "Ordering"), "Identity");
		if (pdf_int(pdf_get(r->in, info, "Supplement"), &i) && i >= 0 && i < 256)
			h->supplement = i;
	}
	if (pdf_int(pdf_get(r->in, d, "WMode"), &i))
		h->wmode = i == 1;
}

static void
put_dict(const struct cmap_head *h, struct view use, struct pdf_keys *k)
{
	struct buf *b;

	pdf_put_name(pdf_key(k, "Type"), VIEW("CMap"));
	pdf_put_name(pdf_key(k, "CMapName"), h->name);
	b = pdf_key(k, "CIDSystemInfo");
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Ordering"));
	pdf_put_string(b, h->ordering);
	pdf_put_name(b, VIEW("Registry"));
	pdf_put_string(b, h->registry);
	pdf_put_name(b, VIEW("Supplement"));
	pdf_put_int(b, h->supplement);
	pdf_put_word(b, ">>");
	if (h->wmode == 1)
		pdf_put_int(pdf_key(k, "WMode"), 1);
	if (use.n)
		buf_view(pdf_key(k, "UseCMap"), use);
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	enum cmap_kind kind = *(enum cmap_kind *)ctx;
	own_buf struct buf program = { 0 }, use = { 0 };
	const struct pdf_obj *parent;
	struct cmap_head head;
	struct pdf_keys *k;
	struct view data;

	if (o->kind == PDF_NAME) {
		if (pdf_cmap_predefined(o->u.s))
			pdf_put_name(b, o->u.s);
		return true;
	}
	if (o->kind != PDF_STREAM)
		return true;
	if (!gfx_data(r, o, &data, e))
		return false;
	head_from(r, o->u.d, kind, &head);
	parent = pdf_get_raw(o->u.d, "UseCMap");
	if (kind == CMAP_CID && !gfx_cmap(r, parent, kind, &use, e))
		return false;
	if (kind == CMAP_CID && pdf_resolve(r->in, parent)->kind == PDF_NAME && use.n)
		head.use = pdf_resolve(r->in, parent)->u.s;
	if (!pdf_cmap_program(r->job, data, kind, &head, &program, e))
		return false;
	if (use.n == 0 && head.use.n)
		pdf_put_name(&use, head.use);
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	if (kind == CMAP_CID)
		put_dict(&head, buf_bytes(&use), k);
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, buf_bytes(&program));
	return true;
}

bool
gfx_cmap_sound(struct pdf_rebuild *r, const struct pdf_obj *o)
{
	o = pdf_resolve(r->in, o);
	return o->kind == PDF_STREAM || (o->kind == PDF_NAME && pdf_cmap_predefined(o->u.s));
}

bool
gfx_cmap(struct pdf_rebuild *r, const struct pdf_obj *o, enum cmap_kind kind, struct buf *b,
	 struct err *e)
{
	const struct pdf_obj *to = pdf_resolve(r->in, o);

	return gfx_value(r, to->kind == PDF_NAME ? to : o,
			 kind == CMAP_CID ? PDF_AS_CMAP : PDF_AS_TOUNICODE, make, &kind, b, e);
}
