/* CMaps and ToUnicode CMaps (9.7.5, 9.10.3): one line after the other, as they are written. */
#include "inspect/pdf.h"

enum { CODE_MAX = 4, TEXT_MAX = 128, BLOCK_MAX = 100 };

/* Parts of a line: c code, d CID, t text or array of texts. */
static const struct block {
	const char *name, *parts;
	bool cid, unicode;
} blocks[] = {
	{ "codespacerange", "cc", true, true }, { "cidrange", "ccd", true, false }, { "cidchar", "cd", true, false },
	{ "notdefrange", "ccd", true, false },	{ "notdefchar", "cd", true, false }, { "bfrange", "cct", false, true },
	{ "bfchar", "ct", false, true },
};

static bool
literal(struct view *v, const char *s)
{
	return view_starts(*v, view_str(s)) && view_skip(v, strlen(s));
}

/* <...> of 1 to max bytes in upper case. */
static bool
hexadecimal(struct view *v, size_t max)
{
	size_t n = 0;

	if (!literal(v, "<"))
		return false;
	while (v->n > 0 && ((v->p[0] >= '0' && v->p[0] <= '9') || (v->p[0] >= 'A' && v->p[0] <= 'F'))) {
		(void)view_skip(v, 1);
		if (++n > 2 * max)
			return false;
	}
	return n > 0 && n % 2 == 0 && literal(v, ">");
}

static bool
number(struct view *v, unsigned max, unsigned *ret)
{
	unsigned x = 0;
	size_t n = 0;

	for (; v->n > 0 && v->p[0] >= '0' && v->p[0] <= '9'; n++) {
		if (n == 1 && x == 0)
			return false;
		x = x * 10 + (unsigned)(v->p[0] - '0');
		if (x > max)
			return false;
		(void)view_skip(v, 1);
	}
	*ret = x;
	return n > 0;
}

static bool
texts(struct view *v)
{
	unsigned n = 0;

	if (v->n == 0 || v->p[0] != '[')
		return hexadecimal(v, TEXT_MAX);
	(void)view_skip(v, 1);
	do {
		if (++n > 256 || !hexadecimal(v, TEXT_MAX))
			return false;
	} while (literal(v, " "));
	return literal(v, "]");
}

static bool
line(struct view *v, const char *parts)
{
	unsigned unused;
	size_t i;

	for (i = 0; parts[i] != '\0'; i++) {
		if (i > 0 && !literal(v, " "))
			return false;
		if (!(parts[i] == 'c' ? hexadecimal(v, CODE_MAX) : parts[i] == 'd' ? number(v, 65535, &unused) : texts(v)))
			return false;
	}
	return literal(v, "\n");
}

static bool
block(struct view *v, bool to_unicode, struct err *e)
{
	const struct block *b = blocks;
	unsigned n, i;

	if (!number(v, BLOCK_MAX, &n) || n == 0 || !literal(v, " begin"))
		return residue(e, "no block");
	while (b < blocks + sizeof blocks / sizeof *blocks &&
	       !((to_unicode ? b->unicode : b->cid) && view_starts(*v, view_str(b->name)) &&
		 view_from(*v, strlen(b->name)).n > 0 && v->p[strlen(b->name)] == '\n'))
		b++;
	if (b == blocks + sizeof blocks / sizeof *blocks)
		return residue(e, "block of unknown kind");
	(void)view_skip(v, strlen(b->name) + 1);
	for (i = 0; i < n; i++)
		if (!line(v, b->parts))
			return residue(e, "line %u of %s", i + 1, b->name);
	return (literal(v, "end") && literal(v, b->name) && literal(v, "\n")) || residue(e, "end of %s", b->name);
}

/* Where the stream has a dictionary of the same things, both must say the same. */
static bool
head(struct view *v, const struct obj *dict, bool to_unicode, struct err *e)
{
	struct lex l = { .in = *v };
	own_arena struct arena *arena = arena_new(1 << 16);
	struct objects os = { .arena = arena };
	const struct obj *name = inspect_get(dict, "CMapName");
	const struct obj *wmode = inspect_get(dict, "WMode"), *use = inspect_get(dict, "UseCMap");
	struct obj info = { 0 };
	bool ok;

	if (arena == NULL)
		return no_memory(e);
	os.stack = BUF_MAX(1 << 16);
	ok = inspect_object(&os, &l, &info, e);
	buf_release(&os.stack);
	if (!ok || info.kind != OBJ_DICT || info.u.d.n != 3 || inspect_get(&info, "Ordering") == NULL ||
	    inspect_get(&info, "Registry") == NULL || inspect_get(&info, "Supplement") == NULL ||
	    inspect_get(&info, "Ordering")->kind != OBJ_STRING || inspect_get(&info, "Registry")->kind != OBJ_STRING ||
	    inspect_get(&info, "Supplement")->kind != OBJ_INT)
		return residue(e, "CIDSystemInfo");
	*v = l.in;
	if (!literal(v, " def\n/CMapName "))
		return residue(e, "CMapName");
	l = (struct lex){ .in = *v };
	if (inspect_lex(&l) != TOK_NAME || (name != NULL && (name->kind != OBJ_NAME || !view_eq(name->u.s, l.s))))
		return residue(e, "CMapName");
	*v = l.in;
	if (!literal(v, to_unicode ? " def\n/CMapType 2 def\n" : " def\n/CMapType 1 def\n"))
		return residue(e, "CMapType");
	if (literal(v, "/WMode 1 def\n") ? wmode == NULL && !to_unicode : wmode != NULL)
		return residue(e, "WMode");
	l = (struct lex){ .in = *v };
	if (v->n > 0 && v->p[0] == '/') {
		if (inspect_lex(&l) != TOK_NAME || !inspect_predefined_cmap(l.s) || !literal(&l.in, " usecmap\n"))
			return residue(e, "usecmap");
		if (!to_unicode && (use == NULL || use->kind != OBJ_NAME || !view_eq(use->u.s, l.s)))
			return residue(e, "usecmap that the dictionary does not say");
		*v = l.in;
	}
	return true;
}

bool
inspect_cmap(struct view v, const struct obj *dict, bool to_unicode, struct err *e)
{
	struct view whole = v;

	if (!literal(&v, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"))
		return residue(e, "head");
	/* The dictionary opens a line, its bracket is not CIDSystemInfo's key's neighbour. */
	if (!head(&v, dict, to_unicode, e))
		return false;
	while (v.n > 0 && v.p[0] >= '0' && v.p[0] <= '9')
		if (!block(&v, to_unicode, e))
			return err_at(e, "byte %zu", at_of(whole, v));
	return (literal(&v, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n") && v.n == 0) ||
	       residue(e, "byte %zu: end", at_of(whole, v));
}

/* The predefined CMaps: by script, the stems that take -H and -V, then the others. */
bool
inspect_predefined_cmap(struct view name)
{
	static const char *const pairs[] = {
		"Identity", "GB-EUC", "GBpc-EUC", "GBK-EUC", "GBKp-EUC", "GBK2K", "UniGB-UCS2", "UniGB-UTF16", "GB",
		"GBT", "GBT-EUC", "GBTpc-EUC", "UniGB-UTF8", "UniGB-UTF32", "B5pc", "HKscs-B5", "ETen-B5", "ETenms-B5",
		"CNS-EUC", "UniCNS-UCS2", "UniCNS-UTF16", "B5", "CNS1", "CNS2", "ETHK-B5", "HKdla-B5", "HKdlb-B5",
		"HKgccs-B5", "HKm314-B5", "HKm471-B5", "UniCNS-UTF8", "UniCNS-UTF32", "90ms-RKSJ", "90msp-RKSJ",
		"90pv-RKSJ", "Add-RKSJ", "EUC", "Ext-RKSJ", "UniJIS-UCS2", "UniJIS-UCS2-HW", "UniJIS-UTF16",
		"UniJIS-UTF8", "UniJIS-UTF32", "UniJIS2004-UTF8", "UniJIS2004-UTF16", "UniJIS2004-UTF32",
		"UniJISX0213-UTF32", "UniJISX02132004-UTF32", "78", "78-EUC", "78-RKSJ", "78ms-RKSJ", "Add", "Ext", "NWP",
		"RKSJ", "KSC-EUC", "KSCms-UHC", "KSCms-UHC-HW", "KSCpc-EUC", "UniKS-UCS2", "UniKS-UTF16", "KSC",
		"KSC-Johab", "UniKS-UTF8", "UniKS-UTF32",
	};
	static const char *const singles[] = {
		"H", "V", "83pv-RKSJ-H", "UniJISPro-UCS2-V", "UniJISPro-UCS2-HW-V", "UniJISPro-UTF8-V", "Hankaku",
		"Hiragana", "Katakana", "Roman", "WP-Symbol", "Adobe-GB1-UCS2", "Adobe-CNS1-UCS2", "Adobe-Japan1-UCS2",
		"Adobe-Korea1-UCS2",
	};
	struct view stem = name;
	size_t i;

	for (i = 0; i < sizeof singles / sizeof *singles; i++)
		if (view_is(name, singles[i]))
			return true;
	if (name.n < 3 || name.p[name.n - 2] != '-' || (name.p[name.n - 1] != 'H' && name.p[name.n - 1] != 'V'))
		return false;
	stem.n -= 2;
	for (i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (view_is(stem, pairs[i]))
			return true;
	return false;
}
