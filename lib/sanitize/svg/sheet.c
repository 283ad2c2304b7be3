/* sheet.c - style sheets: rules of simple selectors and known properties; every at-rule goes. */
#include "core/own.h"
#include "sanitize/svg/value.h"

/* From the front to behind the block {…} or the ';' that ends it. */
static void
skip_rule(struct view *v)
{
	int open = 0;
	uint8_t quote = 0;
	size_t i;

	for (i = 0; i < v->n; i++) {
		uint8_t c = v->p[i];

		if (c == '\\') {
			i++;
			continue;
		}
		if (quote == 0 && c == '/' && i + 1 < v->n && v->p[i + 1] == '*') {
			size_t end = view_find(*v, i + 2, VIEW("*/"));

			i = end == VIEW_NOT_FOUND ? v->n : end + 1;
			continue;
		}
		if (c == '"' || c == '\'')
			quote = quote == 0 ? c : quote == c ? 0 : quote;
		if (quote != 0)
			continue;
		open += c == '{';
		if ((c == '}' && --open <= 0) || (c == ';' && open == 0)) {
			i++;
			break;
		}
	}
	*v = view_from(*v, i > v->n ? v->n : i);
}

static bool
attribute(struct view *v, struct buf *out)
{
	(void)view_skip(v, 1);
	(void)buf_byte(out, '[');
	svg_space(v, true);
	if (!svg_word(v, false, out))
		return false;
	svg_space(v, true);
	if (v->n > 0 && v->p[0] == '=') {
		(void)view_skip(v, 1);
		svg_space(v, true);
		(void)buf_byte(out, '=');
		if (v->n > 0 && v->p[0] != '"' && v->p[0] != '\'') {
			(void)buf_byte(out, '\'');
			if (!svg_word(v, false, out))
				return false;
			(void)buf_byte(out, '\'');
		} else if (!svg_string(v, out)) {
			return false;
		}
		svg_space(v, true);
	}
	if (v->n == 0 || v->p[0] != ']')
		return false;
	(void)view_skip(v, 1);
	return buf_byte(out, ']');
}

static bool
pseudo(struct view *v, struct buf *out)
{
	own_buf struct buf word = BUF_MAX(4096);

	(void)view_skip(v, 1);
	if (!svg_word(v, false, &word) ||
	    (!view_is(buf_bytes(&word), "first-child") && !view_is(buf_bytes(&word), "last-child")))
		return false;
	(void)buf_byte(out, ':');
	return buf_view(out, buf_bytes(&word));
}

/* A name, then any of .class #id :pseudo [attribute]; not empty. */
static bool
compound(struct view *v, struct buf *out)
{
	size_t was = out->n;

	if (v->n > 0 && v->p[0] == '*') {
		(void)view_skip(v, 1);
		(void)buf_byte(out, '*');
	} else if (v->n > 0 && strchr(".#:[", v->p[0]) == NULL && !svg_word(v, false, out)) {
		return false;
	}
	while (v->n > 0 && strchr(".#:[", v->p[0]) != NULL) {
		uint8_t c = v->p[0];

		if (c == '[' ? !attribute(v, out) : c == ':' && !pseudo(v, out))
			return false;
		if (c != '.' && c != '#')
			continue;
		(void)view_skip(v, 1);
		(void)buf_byte(out, c);
		if (!svg_word(v, false, out))
			return false;
	}
	return out->n > was;
}

static bool
selector(struct view v, struct buf *out)
{
	bool first = true;

	for (;; first = false) {
		char joint = ' ';

		svg_space(&v, true);
		if (v.n == 0)
			return !first;
		if (!first && strchr(">+~", v.p[0]) != NULL) {
			joint = (char)v.p[0];
			(void)view_skip(&v, 1);
			svg_space(&v, true);
		}
		if (!first)
			(void)buf_byte(out, (uint8_t)joint);
		if (!compound(&v, out))
			return false;
	}
}

/* The selectors that are understood; the others of the rule go without it. */
static bool
selectors(struct view v, struct buf *out)
{
	size_t start = out->n;

	while (v.n > 0) {
		size_t n = 0, was = out->n;
		uint8_t quote = 0;

		for (; n < v.n && (quote != 0 || v.p[n] != ','); n++)
			if (v.p[n] == '"' || v.p[n] == '\'')
				quote = quote == 0 ? v.p[n] : quote == v.p[n] ? 0 : quote;
		if (was > start)
			(void)buf_byte(out, ',');
		if (!selector(view_of(v.p, n), out) && !out->full)
			out->n = was;
		v = view_from(v, n + 1);
	}
	return out->n > start;
}

static void
rule(struct view head, struct view body, struct svg_refs *refs, struct buf *out)
{
	own_buf struct buf who = BUF_MAX((size_t)1 << 20), what = BUF_MAX((size_t)16 << 20);

	if (!selectors(head, &who)) {
		refs->dropped++;
		return;
	}
	if (!svg_declarations(body, buf_bytes(&who), refs, &what))
		return;
	(void)buf_view(out, buf_bytes(&who));
	(void)buf_byte(out, '{');
	(void)buf_view(out, buf_bytes(&what));
	(void)buf_str(out, "}\n");
}

bool
svg_sheet(struct view in, struct svg_refs *refs, struct buf *out)
{
	size_t start = out->n;

	for (;;) {
		struct view head, block;
		size_t open;

		svg_space(&in, true);
		if (view_starts(in, VIEW("<!--")) || view_starts(in, VIEW("-->"))) {
			in = view_from(in, in.p[0] == '<' ? 4 : 3);
			continue;
		}
		if (in.n == 0)
			return out->n > start;
		if (in.p[0] == '@') {
			refs->dropped++;
			skip_rule(&in);
			continue;
		}
		open = view_find(in, 0, VIEW("{"));
		if (open == VIEW_NOT_FOUND)
			return out->n > start;
		head = view_of(in.p, open);
		block = view_from(in, open);
		in = block;
		skip_rule(&in);
		block.n = (size_t)(in.p - block.p);
		if (block.n > 0 && block.p[block.n - 1] == '}')
			block.n--;
		rule(head, view_from(block, 1), refs, out);
	}
}
