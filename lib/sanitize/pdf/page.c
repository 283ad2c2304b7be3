/*
 * page.c - the page tree (ISO 32000-2 7.7.3): found in whatever shape,
 * written as one flat node, with all that is inheritable pushed down.
 */
#include <stdio.h>

#include "core/sha256.h"
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { TREE_DEEP = 256, PAGES_MAX = 200000, COPIES_MAX = 10000 };

struct inherited {
	const struct pdf_obj *resources, *media, *crop, *rotate;
};

struct frame {
	const struct pdf_obj *kids;
	size_t next;
	struct inherited in;
};

struct finder {
	struct doc *d;
	struct seen nodes;
	size_t cap;
	size_t copies;	/* of pages that stand in the tree before: each costs an object of ours, but the input six bytes */
	bool odd;	/* the tree had to be repaired */
	int64_t count;	/* of pages, as the root says */
};

static const struct pdf_obj *
own_or(struct doc *d, const struct pdf_dict *node, const char *key, const struct pdf_obj *from)
{
	const struct pdf_obj *o = pdf_get(d->r->in, node, key);

	return o->kind == PDF_NULL ? from : o;
}

static struct inherited
inherit(struct doc *d, const struct pdf_dict *node, const struct inherited *from)
{
	return (struct inherited){
		.resources = own_or(d, node, "Resources", from->resources),
		.media = own_or(d, node, "MediaBox", from->media),
		.crop = own_or(d, node, "CropBox", from->crop),
		.rotate = own_or(d, node, "Rotate", from->rotate),
	};
}

static void
add_page(struct finder *f, uint32_t src, const struct pdf_dict *node, const struct inherited *in)
{
	struct doc *d = f->d;
	struct page *p;
	uint32_t first;

	if (d->pages >= PAGES_MAX) {
		d->dead = true;
		err_set(d->e, ERR_LIMIT, "more than %d pages", PAGES_MAX);
		return;
	}
	d->page = doc_grow(d, d->page, d->pages, &f->cap, sizeof *d->page);
	if (d->page == NULL)
		return;
	p = &d->page[d->pages++];
	*p = (struct page){ .d = node, .src = src, .num = doc_reserve(d),
			    .resources = in->resources, .media = in->media, .crop = in->crop,
			    .rotate = in->rotate };
	/* The memo has the number of the first page made of it; numbers are given out in a row. */
	first = pdf_memo_get(d->r, src, PDF_AS_PAGE);
	if (first != 0 && f->copies++ >= COPIES_MAX) {
		d->dead = true;
		err_set(d->e, ERR_LIMIT, "more than %d pages a second time", COPIES_MAX);
	} else if (first != 0) {
		size_t i = first - d->page[0].num;

		p->copy = true;
		p->again = d->page[i].again;
		d->page[i].again = d->pages - 1;
	} else if (!pdf_memo_put(d->r, src, PDF_AS_PAGE, p->num)) {
		doc_no_memory(d);
	}
}

/*
 * A kid that is nothing is an empty page to readers, as long as the root
 * counts so many: the pages behind it keep their numbers.  Not before the
 * first page: with none in the tree they are looked for elsewhere.
 */
static void
add_empty(struct finder *f, const struct inherited *in)
{
	static const struct pdf_dict empty;

	f->odd = true;
	if (f->d->pages > 0 && (int64_t)f->d->pages < f->count)
		add_page(f, 0, &empty, in);
}

/* A kid of any kind: a page is added, an inner node is returned to go into. */
static const struct pdf_dict *
look_at(struct finder *f, const struct pdf_obj *raw, const struct inherited *in)
{
	struct doc *d = f->d;
	const struct pdf_obj *o = pdf_resolve(d->r->in, raw);
	const struct pdf_dict *node = pdf_dict_of(o);
	const struct pdf_obj *type;
	struct inherited own;

	if (node == NULL) {
		add_empty(f, in);
		return NULL;
	}
	type = pdf_get(d->r->in, node, "Type");
	if (!pdf_is_name(type, "Page") && pdf_get(d->r->in, node, "Kids")->kind == PDF_ARRAY) {
		if (seen_first(&f->nodes, doc_num(raw)))
			return node;
		add_empty(f, in);
		return NULL;
	}
	/* /Pages without /Kids is an empty node, not a page. */
	if (pdf_is_name(type, "Pages") && pdf_get_raw(node, "Contents")->kind == PDF_NULL) {
		f->odd = true;
		return NULL;
	}
	own = inherit(d, node, in);
	add_page(f, doc_num(raw), node, &own);
	return NULL;
}

static void
walk_tree(struct finder *f, const struct pdf_obj *root)
{
	static const struct pdf_obj none = { .kind = PDF_NULL };
	struct frame *stack = doc_array(f->d, TREE_DEEP, sizeof *stack);
	struct inherited in = { &none, &none, &none, &none };
	const struct pdf_obj *raw = root;
	size_t depth = 0;

	while (stack != NULL && doc_tick(f->d)) {
		const struct pdf_dict *node = look_at(f, raw, &in);

		if (node != NULL)
			pdf_place(node, PLACE_PAGES);
		if (node != NULL && depth < TREE_DEEP)
			stack[depth++] = (struct frame){ pdf_get(f->d->r->in, node, "Kids"), 0,
							 inherit(f->d, node, &in) };
		while (depth > 0 && stack[depth - 1].next >= stack[depth - 1].kids->u.a.n)
			depth--;
		if (depth == 0)
			return;
		in = stack[depth - 1].in;
		raw = &stack[depth - 1].kids->u.a.v[stack[depth - 1].next++];
	}
}

/* No tree at all: whatever calls itself a page, by number. */
static void
scan_pages(struct finder *f)
{
	static const struct pdf_obj none = { .kind = PDF_NULL };
	const struct inherited in = { &none, &none, &none, &none };
	struct doc *d = f->d;
	uint32_t num, max = pdf_max_num(d->r->in);

	for (num = 1; num <= max && doc_tick(d); num++) {
		struct pdf_obj ref = { .kind = PDF_REF, .u.ref = { num, 0 } };
		const struct pdf_dict *node = pdf_dict_of(pdf_resolve(d->r->in, &ref));

		if (node != NULL && pdf_is_name(pdf_get(d->r->in, node, "Type"), "Page")) {
			struct inherited own = inherit(d, node, &in);

			add_page(f, num, node, &own);
		}
	}
}

void
pages_find(struct doc *d)
{
	struct finder f = { .d = d };
	const struct pdf_dict *root =
		pdf_dict_of(pdf_get(d->r->in, pdf_catalog(d->r->in), "Pages"));

	if (root != NULL)
		(void)pdf_int(pdf_get(d->r->in, root, "Count"), &f.count);
	d->pages_num = doc_reserve(d);
	if (!seen_new(d, &f.nodes))
		return;
	walk_tree(&f, pdf_get_raw(pdf_catalog(d->r->in), "Pages"));
	if (d->pages == 0 && !d->dead) {
		f.odd = true;
		scan_pages(&f);
	}
	if (d->pages == 0 && !d->dead) {
		d->dead = true;
		err_set(d->e, ERR_MALFORMED, "no pages");
	}
	if (f.odd)
		job_find(d->r->job, FINDING_REPAIRED, "", "page tree");
}

static bool
usable(const double box[4])
{
	return box[2] - box[0] > 0 && box[3] - box[1] > 0;
}

static void
put_boxes(struct doc *d, const struct page *p, struct pdf_keys *k)
{
	/* What readers take where there is none: US letter. */
	static const double letter[4] = { 0, 0, 612, 792 };
	double box[4];
	int64_t turn;

	if (box_of(d, p->media, box) && usable(box))
		put_box(pdf_key(k, "MediaBox"), box);
	else
		put_box(pdf_key(k, "MediaBox"), letter);
	if (box_of(d, p->crop, box) && usable(box))
		put_box(pdf_key(k, "CropBox"), box);
	if (pdf_int(p->rotate, &turn)) {
		turn = (turn % 360 + 360) % 360;
		if (turn != 0 && turn % 90 == 0)
			pdf_put_int(pdf_key(k, "Rotate"), turn);
	}
}

static void
put_group(struct doc *d, const struct page *p, struct pdf_keys *page)
{
	own_buf struct buf group = { 0 };
	struct err e = { 0 };

	if (d->dead)
		return;
	if (!pdf_group(d->r, pdf_get_raw(p->d, "Group"), d->where, &group, &e)) {
		d->dead = true;
		*d->e = e;
	} else if (group.n > 0) {
		(void)buf_view(pdf_key(page, "Group"), buf_bytes(&group));
	}
}

/*
 * The number of the stream with this content, written if it is new.  Pages
 * made of one source page share it by that; so the pages that a rebuild of
 * the output finds must too, though they are different objects then.
 */
static uint32_t
content_num(struct doc *d, struct view content)
{
	uint8_t sha[SHA256_SIZE];
	struct content *c;
	struct pdf_keys *k;
	size_t at;

	sha256(content, sha);
	(void)memcpy(&at, sha, sizeof at);
	for (at &= d->contents - 1; d->content[at].num != 0; at = (at + 1) & (d->contents - 1))
		if (memcmp(d->content[at].sha, sha, sizeof sha) == 0)
			return d->content[at].num;
	c = &d->content[at];
	c->num = doc_reserve(d);
	(void)memcpy(c->sha, sha, sizeof sha);
	k = pdf_keys_new(d->r->arena);
	if (k != NULL)
		pdf_out_stream(d->r->out, c->num, k, PDF_DATA_PLAIN, content);
	else
		doc_no_memory(d);
	return c->num;
}

static void
put_contents(struct doc *d, const struct page *p, struct pdf_keys *page)
{
	own_buf struct buf content = { 0 }, resources = { 0 };
	const struct pdf_obj *contents = pdf_get(d->r->in, p->d, "Contents");
	struct err e = { 0 };

	if (contents->kind == PDF_STREAM || contents->kind == PDF_ARRAY) {
		if (!pdf_page_content(d->r, contents, pdf_dict_of(p->resources), d->where, &content,
				      &resources, &e)) {
			d->dead = true;
			*d->e = e;
			return;
		}
		if (!buf_ok(&content, d->e) || !buf_ok(&resources, d->e)) {
			d->dead = true;
			return;
		}
	}
	if (resources.n > 0)
		(void)buf_view(pdf_key(page, "Resources"), buf_bytes(&resources));
	else
		(void)buf_str(pdf_key(page, "Resources"), "<<>>");
	if (content.n > 0)
		pdf_put_ref(pdf_key(page, "Contents"), content_num(d, buf_bytes(&content)));
}

static void
write_page(struct doc *d, const struct page *p)
{
	own_buf struct buf body = { 0 }, annots = { 0 };
	struct pdf_keys *k = pdf_keys_new(d->r->arena);

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	report_triggers(d, p->d);
	walk_keys(d, PDF_DICT_PAGE, p->d, k);
	pdf_put_ref(pdf_key(k, "Parent"), d->pages_num);
	put_boxes(d, p, k);
	put_contents(d, p, k);
	put_group(d, p, k);
	put_annots(d, p, &annots);
	report_associated(d, p->d);	/* after the files that annotations bring */
	if (annots.n > 0)
		(void)buf_view(pdf_key(k, "Annots"), buf_bytes(&annots));
	pdf_put_keys(&body, k);
	pdf_out_object(d->r->out, p->num, buf_bytes(&body));
	/* A tree may name one page twice: the same again under its own number. */
	for (; p->again != 0 && doc_tick(d); p = &d->page[p->again])
		pdf_out_object(d->r->out, d->page[p->again].num, buf_bytes(&body));
}

static void
write_tree(struct doc *d)
{
	struct pdf_keys *k = pdf_keys_new(d->r->arena);
	struct buf *kids;
	size_t i;

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	pdf_put_name(pdf_key(k, "Type"), VIEW("Pages"));
	pdf_put_int(pdf_key(k, "Count"), (int64_t)d->pages);
	kids = pdf_key(k, "Kids");
	pdf_put_word(kids, "[");
	for (i = 0; i < d->pages && doc_tick(d); i++)
		pdf_put_ref(kids, d->page[i].num);
	pdf_put_word(kids, "]");
	doc_object(d, d->pages_num, k);
}

void
pages_write(struct doc *d)
{
	size_t i;

	for (d->contents = 16; d->contents < d->pages * 2; d->contents *= 2)
		;
	d->content = doc_array(d, d->contents, sizeof *d->content);
	for (i = 0; i < d->pages && !d->dead; i++) {
		(void)snprintf(d->where, sizeof d->where, "page %zu", i + 1);
		if (!d->page[i].copy)
			write_page(d, &d->page[i]);
	}
	d->where[0] = '\0';
	write_tree(d);
}
