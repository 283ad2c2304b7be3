#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_at(struct err *e, const char *fmt, ...)
{
	char where[sizeof e->text];
	char what[sizeof e->text];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(where, sizeof where, fmt, ap);
	va_end(ap);
	memcpy(what, e->text, sizeof what);
	/* A long place is cut before the reason is: the reason is what people act on. */
	(void)snprintf(e->text, sizeof e->text, "%.100s: %.153s", where, what);
	return false;
}

const char *
err_name(enum err_code code)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",     [ERR_MALFORMED] = "malformed", [ERR_LIMIT] = "limit",
		[ERR_DENIED] = "denied", [ERR_SYSTEM] = "system",
	};

	return (unsigned)code < sizeof names / sizeof *names ? names[code] : "none";
}
