/* ids.h - numbers of the namespaces (NS_A) and types (T_A_TEXT_BODY) of ooxml.def. */
#define MARKUP_TABLE "sanitize/ooxml/ooxml.def"
#include "sanitize/markup/ids.h"
