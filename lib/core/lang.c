#include "core/lang.h"

#include <inttypes.h>
#include <stddef.h>
#include <strings.h>

/* An empty or missing sentence in either language does not compile. */
#define TEXT(id, ja, en)                                                                  \
	_Static_assert(sizeof(ja) > 1 && sizeof(en) > 1, #id ": both languages, please");
#include "po/text.def"
#undef TEXT

static const char *const texts[][LANG_COUNT] = {
#define TEXT(id, ja, en) [TEXT_##id] = { ja, en },
#include "po/text.def"
#undef TEXT
};

enum lang
lang_of(const char *tag)
{
	return tag != NULL && strncasecmp(tag, "en", 2) == 0 ? LANG_EN : LANG_JA;
}

const char *
text(enum text id, enum lang l)
{
	return texts[id][l];
}
