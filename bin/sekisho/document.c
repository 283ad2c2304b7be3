#include "document.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/own.h"

static bool
never(struct outcome *ret, const struct source *s, enum verdict v, enum finding_code code, const char *why)
{
	*ret = (struct outcome){ .verdict = v, .out = -1, .tag = (void *)(uintptr_t)s };
	findings_add(&ret->findings, code, "", why, 1);
	return false;
}

/* What an error of nursery_start() means. */
static enum finding_code
finding_of(enum err_code c)
{
	return c == ERR_LIMIT ? FINDING_LIMIT : c == ERR_MALFORMED ? FINDING_INPUT_CHANGED :
	       c == ERR_DENIED ? FINDING_INPUT_UNREADABLE : FINDING_INTERNAL;
}

bool
document_begin(struct nursery *n, const struct source *s, const struct profile *p, const struct passwords *w,
	       uint32_t dpi, struct outcome *ret)
{
	bool std = strcmp(s->path, "-") == 0;
	own_fd int file = std || s->kind != SOURCE_FILE ? -1 : source_open(s);
	struct document d = { .name = s->below, .profile = p, .password = w->word, .passwords = w->n, .dpi = dpi,
			      .in = std ? STDIN_FILENO : file, .tag = (void *)(uintptr_t)s };
	struct stat st;
	struct err e;

	if (s->kind == SOURCE_NO_FILE)
		return never(ret, s, VERDICT_REFUSED, FINDING_NO_FILE, s->why);
	if (s->kind == SOURCE_UNREADABLE)
		return never(ret, s, VERDICT_FAILED, FINDING_INPUT_UNREADABLE, s->why);
	if (d.in < 0)
		return never(ret, s, VERDICT_FAILED, FINDING_INPUT_UNREADABLE, strerror(errno));
	if (nursery_start(n, &d, &e))
		return true;
	(void)never(ret, s, e.code == ERR_LIMIT ? VERDICT_REFUSED : VERDICT_FAILED, finding_of(e.code), e.text);
	if (fstat(d.in, &st) == 0 && S_ISREG(st.st_mode))
		ret->in_size = (uint64_t)st.st_size;
	return false;
}
