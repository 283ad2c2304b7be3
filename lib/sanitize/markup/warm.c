/* warm.c - what is made once, before the jail closes. */
#include "sanitize/markup/markup.h"

#define VOCABULARY(v) extern struct markup_vocabulary v;
#include "sanitize/markup/vocabularies.def"
#undef VOCABULARY

bool
markup_warm(struct err *e)
{
	static struct markup_vocabulary *const all[] = {
#define VOCABULARY(v) &(v),
#include "sanitize/markup/vocabularies.def"
#undef VOCABULARY
		NULL,
	};
	size_t i;

	for (i = 0; all[i] != NULL; i++)
		if (!markup_compile(all[i], e))
			return false;
	return true;
}
