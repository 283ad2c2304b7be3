#include "sanitize/lane/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/own.h"
#include "core/utf8.h"

enum {
	CATALOGUE = 1, PAGES, FONT, CID_FONT, TO_UNICODE, FIRST_FREE,
	OBJECTS = FIRST_FREE + 3 * 4096,
	CODES = 65535,		/* characters with a code of their own; the rest are left out */
	BLOCK = 100,		/* rows of one bfchar block */
	UNICODE = 0x110000,
};

struct draft {
	struct buf *out;
	uint64_t at[OBJECTS];
	uint32_t objects;
	uint32_t page[4096];
	size_t pages;
	uint16_t *code;		/* by character; 0: none yet */
	uint32_t *character;	/* by code */
	uint32_t codes;
};

struct draft *
draft_new(struct buf *out)
{
	struct draft *d = calloc(1, sizeof *d);

	if (d == NULL)
		return NULL;
	d->out = out;
	d->objects = FIRST_FREE;
	d->code = calloc(UNICODE, sizeof *d->code);
	d->character = calloc(CODES + 1, sizeof *d->character);
	if (d->code == NULL || d->character == NULL) {
		draft_free(d);
		return NULL;
	}
	(void)buf_str(out, "%PDF-1.7\n");
	return d;
}

void
draft_free(struct draft *d)
{
	if (d == NULL)
		return;
	free(d->code);
	free(d->character);
	free(d);
}

static void
begin(struct draft *d, uint32_t num)
{
	d->at[num] = d->out->n;
	(void)buf_printf(d->out, "%u 0 obj\n", num);
}

static void
stream(struct draft *d, uint32_t num, const char *keys, struct view data)
{
	begin(d, num);
	(void)buf_printf(d->out, "<<%s/Length %zu>>\nstream\n", keys, data.n);
	(void)buf_view(d->out, data);
	(void)buf_str(d->out, "\nendstream\nendobj\n");
}

/* The code that stands for a character in our one font. */
static uint32_t
code_of(struct draft *d, uint32_t c)
{
	if (c >= UNICODE || c < 0x20)
		return 0;
	if (d->code[c] == 0 && d->codes < CODES) {
		d->code[c] = (uint16_t)++d->codes;
		d->character[d->codes] = c;
	}
	return d->code[c];
}

/* One word: its letters, each one em wide, stretched over its box; a tall box of many letters runs downwards. */
static bool
put_word(struct draft *d, struct buf *b, float page_h, const struct word *w)
{
	own_buf struct buf hex = BUF_MAX(1 << 20);
	float width = w->x1 - w->x0, height = w->y1 - w->y0;
	struct view text = w->text;
	bool down;
	float size, along;
	size_t n = 0;

	while (text.n > 0) {
		uint32_t code = code_of(d, utf8_take(&text));

		if (code != 0 && buf_printf(&hex, "%04X", code))
			n++;
	}
	if (n == 0)
		return true;
	down = n > 1 && height > width * 1.8f;
	size = down ? width : height;
	along = (down ? height : width) / ((float)n * size) * 100;
	if (size < 0.5f || size > 2000 || along < 1 || along > 5000)
		return true;
	if (down)
		(void)buf_printf(b, "/F0 %.2f Tf %.1f Tz 0 -1 1 0 %.2f %.2f Tm <", (double)size, (double)along,
				 (double)(w->x0 + 0.2f * size), (double)(page_h - w->y0));
	else
		(void)buf_printf(b, "/F0 %.2f Tf %.1f Tz 1 0 0 1 %.2f %.2f Tm <", (double)size, (double)along,
				 (double)w->x0, (double)(page_h - w->y1 + 0.2f * size));
	return buf_view(b, buf_bytes(&hex)) && buf_str(b, "> Tj\n");
}

static void
put_picture(struct draft *d, uint32_t num, const struct drawn *px, enum ink ink, struct view data)
{
	char keys[256], more[96] = "/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode";

	if (ink == INK_SHADES)
		(void)snprintf(more, sizeof more, "/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode");
	if (ink == INK_BITS)
		(void)snprintf(more, sizeof more, "/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode");
	(void)snprintf(keys, sizeof keys, "/Type/XObject/Subtype/Image/Width %u/Height %u%s", px->w, px->h, more);
	if (ink == INK_BITS)
		(void)snprintf(keys + strlen(keys), sizeof keys - strlen(keys), "/DecodeParms<</K -1/Columns %u/Rows %u>>",
			       px->w, px->h);
	stream(d, num, keys, data);
}

static void
put_page(struct draft *d, uint32_t page, float w, float h, bool picture)
{
	d->page[d->pages++] = page;
	begin(d, page);
	(void)buf_printf(d->out, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Contents %u 0 R", PAGES, (double)w,
			 (double)h, page + 1);
	(void)buf_printf(d->out, "/Resources<</Font<</F0 %d 0 R>>", FONT);
	if (picture)
		(void)buf_printf(d->out, "/XObject<</Im0 %u 0 R>>", page + 2);
	(void)buf_str(d->out, ">>>>\nendobj\n");
}

bool
draft_page(struct draft *d, const struct drawn *px, enum ink ink, uint32_t dpi, const struct word_page *p,
	   struct err *e)
{
	own_buf struct buf content = BUF_MAX(64 << 20), picture = BUF_MAX(256 << 20);
	float w = (float)px->w * 72 / (float)dpi, h = (float)px->h * 72 / (float)dpi;
	uint32_t page = d->objects;
	size_t i;

	if (page + 3 > OBJECTS)
		return err_set(e, ERR_LIMIT, "pages");
	d->objects += 3;
	put_page(d, page, w, h, ink != INK_NONE);
	if (ink != INK_NONE)
		(void)buf_printf(&content, "q %.2f 0 0 %.2f 0 0 cm /Im0 Do Q\n", (double)w, (double)h);
	(void)buf_str(&content, "BT 3 Tr\n");
	for (i = 0; i < p->n; i++)
		if (!put_word(d, &content, h, &p->word[i]))
			return err_set(e, ERR_LIMIT, "words of one page");
	(void)buf_str(&content, "ET\n");
	stream(d, page + 1, "", buf_bytes(&content));
	if (ink == INK_NONE) {
		begin(d, page + 2);
		(void)buf_str(d->out, "null\nendobj\n");
	} else {
		if (!ink_write(px, ink, &picture, e))
			return false;
		put_picture(d, page + 2, px, ink, buf_bytes(&picture));
	}
	return buf_ok(d->out, e);
}

/* One invisible font: no glyphs are needed, only what each code means. */
static void
put_font(struct draft *d)
{
	own_buf struct buf b = BUF_MAX(8 << 20);
	uint32_t i;

	(void)buf_str(&b, "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
			  "/CMapName /Words def /CMapType 2 def\n"
			  "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (i = 1; i <= d->codes; i++) {
		uint32_t c = d->character[i], left = d->codes - i + 1;

		if (i % BLOCK == 1)
			(void)buf_printf(&b, "%u beginbfchar\n", left < BLOCK ? left : BLOCK);
		if (c < 0x10000)
			(void)buf_printf(&b, "<%04X> <%04X>\n", i, c);
		else
			(void)buf_printf(&b, "<%04X> <%04X%04X>\n", i, 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
		if (i % BLOCK == 0 || i == d->codes)
			(void)buf_str(&b, "endbfchar\n");
	}
	(void)buf_str(&b, "endcmap CMapName currentdict /CMap defineresource pop end end\n");
	stream(d, TO_UNICODE, "", buf_bytes(&b));
	begin(d, FONT);
	(void)buf_printf(d->out,
			 "<</Type/Font/Subtype/Type0/BaseFont/Words/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
			 "\nendobj\n", CID_FONT, TO_UNICODE);
	begin(d, CID_FONT);
	(void)buf_printf(d->out,
			 "<</Type/Font/Subtype/CIDFontType2/BaseFont/Words/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
			 "/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/Words/Flags 4/FontBBox[0 0 1000 1000]"
			 "/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 800/StemV 80>>>>\nendobj\n");
}

bool
draft_end(struct draft *d, struct err *e)
{
	uint64_t xref;
	uint32_t i;

	put_font(d);
	begin(d, CATALOGUE);
	(void)buf_printf(d->out, "<</Type/Catalog/Pages %d 0 R>>\nendobj\n", PAGES);
	begin(d, PAGES);
	(void)buf_printf(d->out, "<</Type/Pages/Count %zu/Kids[", d->pages);
	for (i = 0; i < d->pages; i++)
		(void)buf_printf(d->out, "%u 0 R ", d->page[i]);
	(void)buf_str(d->out, "]>>\nendobj\n");
	xref = d->out->n;
	(void)buf_printf(d->out, "xref\n0 %u\n0000000000 65535 f \n", d->objects);
	for (i = 1; i < d->objects; i++)
		(void)buf_printf(d->out, "%010llu 00000 n \n", (unsigned long long)d->at[i]);
	(void)buf_printf(d->out, "trailer\n<</Size %u/Root %d 0 R>>\nstartxref\n%llu\n%%%%EOF\n", d->objects, CATALOGUE,
			 (unsigned long long)xref);
	return buf_ok(d->out, e);
}
