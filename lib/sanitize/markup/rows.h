/*
 * rows.h - a vocabulary's rows as an array, in the one file that defines it:
 *
 *	#define MARKUP_TABLE "sanitize/ooxml/ooxml.def"
 *	#include "sanitize/markup/rows.h"
 *	struct markup_vocabulary ooxml = { .row = markup_rows, .rows = MARKUP_ROWS, … };
 *
 * It includes ids.h.  Hooks have external linkage, each in a file of its own subject.
 */
#include "sanitize/markup/ids.h"
#include "sanitize/markup/row.h"

#define NS(id, prefix, uri)
#define ALIAS(id, uri)
#define ALWAYS(id)
#define UNMET(id)
#define ROOT(ns, name, type)
#define TYPE(id, kind)
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
#define HOOK(hook) extern const struct markup_hook hook;
#define QUIET(ns, name)
#define GONE(ns, name, finding)
#define UNWRAP(ns, name)
#define QUIET_ATTR(ns, name)
#define GONE_ATTR(ns, name, finding)
#define END
#include MARKUP_TABLE
#include "sanitize/markup/undef.h"

#define NS(id, prefix, u) { .row = ROW_NS, .ns = NS_##id, .name = prefix, .uri = (u) },
#define ALIAS(id, u) { .row = ROW_ALIAS, .ns = NS_##id, .uri = (u) },
#define ALWAYS(id) { .row = ROW_ALWAYS, .ns = NS_##id },
#define UNMET(id) { .row = ROW_UNMET, .ns = NS_##id },
#define ROOT(n, nm, t) { .row = ROW_ROOT, .ns = NS_##n, .name = #nm, .type = T_##t },
#define TYPE(id, k) { .row = ROW_TYPE, .type = T_##id, .name = #id, .kind = MARKUP_##k },
#define ATTR(n, nm, k) { .row = ROW_ATTR, .ns = NS_##n, .name = #nm, .kind = MARKUP_##k },
#define REQUIRED(n, nm, k) { .row = ROW_REQUIRED, .ns = NS_##n, .name = #nm, .kind = MARKUP_##k },
#define ONE(n, nm, t) { .row = ROW_ONE, .ns = NS_##n, .name = #nm, .type = T_##t },
#define NEXT(n, nm, t) { .row = ROW_NEXT, .ns = NS_##n, .name = #nm, .type = T_##t },
#define OR(n, nm, t) { .row = ROW_OR, .ns = NS_##n, .name = #nm, .type = T_##t },
#define MUST(n, nm, t) { .row = ROW_MUST, .ns = NS_##n, .name = #nm, .type = T_##t },
#define NEED(n, nm, t) { .row = ROW_NEED, .ns = NS_##n, .name = #nm, .type = T_##t },
#define SOLE(n, nm, t) { .row = ROW_SOLE, .ns = NS_##n, .name = #nm, .type = T_##t },
#define AS(n, nm, o) { .row = ROW_AS, .ns = NS_##n, .name = #nm, .other = #o },
#define FULL { .row = ROW_FULL },
#define HOOK(h) { .row = ROW_HOOK, .hook = &(h) },
#define QUIET(n, nm) { .row = ROW_QUIET, .ns = NS_##n, .name = #nm },
#define GONE(n, nm, f) { .row = ROW_GONE, .ns = NS_##n, .name = #nm, .finding = FINDING_##f },
#define UNWRAP(n, nm) { .row = ROW_UNWRAP, .ns = NS_##n, .name = #nm },
#define QUIET_ATTR(n, nm) { .row = ROW_QUIET_ATTR, .ns = NS_##n, .name = #nm },
#define GONE_ATTR(n, nm, f) { .row = ROW_GONE_ATTR, .ns = NS_##n, .name = #nm, .finding = FINDING_##f },
#define END { .row = ROW_END },
static const struct markup_row markup_rows[] = {
#include MARKUP_TABLE
};
#include "sanitize/markup/undef.h"
#define MARKUP_ROWS (sizeof markup_rows / sizeof *markup_rows)
