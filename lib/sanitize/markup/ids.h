/*
 * ids.h - the numbers of a vocabulary's namespaces (NS_W) and types
 * (T_W_P).  Include it once in a file, with the table named before:
 *
 *	#define MARKUP_TABLE "sanitize/ooxml/ooxml.def"
 *	#include "sanitize/markup/ids.h"
 */
#include "sanitize/markup/markup.h"

#define ALIAS(id, uri)
#define ALWAYS(id)
#define UNMET(id)
#define ROOT(ns, name, type)
#define ATTR(ns, name, kind)
#define REQUIRED(ns, name, kind)
#define ONE(ns, name, type)
#define NEXT(ns, name, type)
#define OR(ns, name, type)
#define MUST(ns, name, type)
#define NEED(ns, name, type)
#define SOLE(ns, name, type)
#define AS(ns, name, other)
#define FULL
#define HOOK(hook)
#define QUIET(ns, name)
#define GONE(ns, name, finding)
#define UNWRAP(ns, name)
#define QUIET_ATTR(ns, name)
#define GONE_ATTR(ns, name, finding)
#define END

#define TYPE(id, kind)
#define NS(id, prefix, uri) NS_##id,
enum markup_namespaces {
	NS_LAST_BUILT_IN = NS_FIRST - 1,
#include MARKUP_TABLE
	NS_END
};
#undef NS
#undef TYPE

#define NS(id, prefix, uri)
#define TYPE(id, kind) T_##id,
enum markup_types {
	T_ANY,	/* what holds in every type */
#include MARKUP_TABLE
	T_END
};
#include "sanitize/markup/undef.h"
