#include "sanitize/font/font.h"

#include "sanitize/font/be.h"
#include "sanitize/font/cff.h"
#include "sanitize/font/sfnt.h"
#include "sanitize/font/type1.h"

/* Producers put blanks, a BOM or a comment in front; not more than this. */
enum { HEAD_MAX = 1024 };

static bool
is_type1(struct view in)
{
	struct view head = { in.p, in.n < HEAD_MAX ? in.n : HEAD_MAX };

	if (in.n >= 6 && in.p[0] == 0x80 && (in.p[1] == 1 || in.p[1] == 2))
		return true;
	return view_find(head, 0, VIEW("%!")) != VIEW_NOT_FOUND ||
	       view_find(head, 0, VIEW("/FontType")) != VIEW_NOT_FOUND ||
	       view_find(head, 0, VIEW("/FontName")) != VIEW_NOT_FOUND;
}

enum font_kind
font_kind_of(struct view in)
{
	struct sfnt s;

	if (sfnt_read(in, &s))
		return sfnt_kind(&s);
	if (cff_is(in))
		return FONT_CFF;
	return is_type1(in) ? FONT_TYPE1 : FONT_NONE;
}

static bool
bare_cff(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	struct font_info info = { .in = FONT_CFF, .out = FONT_CFF };

	if (!cff_rebuild(in, out, &info, e))
		return false;
	*ret = info;
	return true;
}

bool
font_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	switch (font_kind_of(in)) {
	case FONT_TRUETYPE:
	case FONT_OPENTYPE:
		return sfnt_rebuild(in, out, ret, e);
	case FONT_CFF:
		return bare_cff(in, out, ret, e);
	case FONT_TYPE1:
		return type1_rebuild(in, out, ret, e);
	case FONT_NONE:
		break;
	}
	return err_set(e, ERR_MALFORMED, "font: of no known kind");
}
