/* Content streams: nothing unknown comes out, and what came out comes out again as it is. */
#include <stdlib.h>

#include "sanitize/pdf/gfx_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const char resources[] =
	"/Font<</F1 10 0 R/T3 16 0 R>>/XObject<</Fm 11 0 R/Im 13 0 R>>"
	"/ColorSpace<</CS0[/Indexed/DeviceRGB 1<000000FFFFFF>]>>/ExtGState<</GS 14 0 R>>"
	"/Pattern<</P1 15 0 R>>/Properties<</MC0<</MCID 7>>>>";

static const char fixed[] =
	"10 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n"
	"13 0 obj\n<</Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
	"/Length 1>>stream\nA\nendstream\nendobj\n"
	"14 0 obj\n<</LW 2/SMask<</S/Alpha/G 11 0 R>>>>\nendobj\n"
	"15 0 obj\n<</PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1/YStep 1"
	"/Length 8>>stream\n/Fm Do n\nendstream\nendobj\n"
	"16 0 obj\n<</Subtype/Type3/CharProcs<</a 11 0 R>>>>\nendobj\n";

static bool
rebuild(struct sample *s, struct view in, struct buf *out, struct buf *new_resources)
{
	struct res *res = sample_resources(s);
	struct err e = { 0 };

	return content_rebuild(&s->r, in, res, CONTENT_PAGE, out, &e) &&
	       res_put(res, new_resources, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf objects = { 0 }, once = { 0 }, twice = { 0 }, res = { 0 }, res2 = { 0 };
	struct sample s;

	/* the same bytes are the page, a form and a glyph */
	buf_str(&objects, fixed);
	buf_printf(&objects, "11 0 obj\n<</Subtype/Form/BBox[0 0 1 1]/Length %zu>>stream\n", n);
	buf_put(&objects, p, n);
	buf_str(&objects, "\nendstream\nendobj\n");
	if (sample_open(&s, resources, buf_bytes(&objects)) &&
	    rebuild(&s, view_of(p, n), &once, &res) &&
	    once.n && view_find(buf_bytes(&once), 0, VIEW("/Sk")) == VIEW_NOT_FOUND) {
		if (!rebuild(&s, buf_bytes(&once), &twice, &res2) ||
		    !view_eq(buf_bytes(&once), buf_bytes(&twice)))
			abort();
	}
	sample_close(&s);
	return 0;
}
