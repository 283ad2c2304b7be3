#include "sanitize/xml_feed.h"

enum { FIRST_PIECE = 1 << 16, LAST_PIECE = 1 << 29 };

void
xml_confine(XML_Parser p, const struct job *j, const void *near)
{
	(void)XML_SetParamEntityParsing(p, XML_PARAM_ENTITY_PARSING_NEVER);
	/* It would ask the kernel or a file; in the jail where our memory lies and the clock must do. */
	(void)XML_SetHashSalt(p, (unsigned long)((uintptr_t)near * 0x9e3779b97f4a7c15u ^ j->cpu_start_ns) | 1);
}

static bool
no_xml(XML_Parser p, struct err *e)
{
	enum XML_Error why = XML_GetErrorCode(p);

	return why != XML_ERROR_ABORTED &&
	       err_set(e, why == XML_ERROR_NO_MEMORY ? ERR_SYSTEM : ERR_MALFORMED, "line %lu: %s",
		       (unsigned long)XML_GetCurrentLineNumber(p), XML_ErrorString(why));
}

/* A token longer than a piece is read again from its start with each: they double, or that is quadratic. */
bool
xml_feed(XML_Parser p, struct job *j, struct view in, struct err *e)
{
	size_t step = FIRST_PIECE;
	struct view piece = { NULL, 0 };

	do {
		if (!job_tick(j, e))
			return false;
		(void)view_take(&in, in.n < step ? in.n : step, &piece);
		if (XML_Parse(p, (const char *)piece.p, (int)piece.n, in.n == 0) != XML_STATUS_OK)
			return no_xml(p, e);
		step = step < LAST_PIECE ? step * 2 : step;
	} while (in.n > 0);
	return true;
}
