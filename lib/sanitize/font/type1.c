#include "sanitize/font/type1.h"

bool
type1_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e)
{
	(void)in, (void)out, (void)ret;
	return err_set(e, ERR_MALFORMED, "type1: not yet");
}
