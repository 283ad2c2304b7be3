#include "sanitize/font/cff.h"
#include "sanitize/font/type1.h"

bool
cff_is(struct view in)
{
	return in.n > 4 && in.p[0] == 1 && in.p[1] == 0 && in.p[2] >= 4 && in.p[2] < 32;
}

bool
cff_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	(void)in, (void)out, (void)ret;
	return err_set(e, ERR_MALFORMED, "cff: not yet");
}

bool
type1_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	(void)in, (void)out, (void)ret;
	return err_set(e, ERR_MALFORMED, "type1: not yet");
}
