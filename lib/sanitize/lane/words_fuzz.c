/* What the drawing programs say about words, read as the hostile bytes that it may be. */
#include <stdint.h>

#include "core/own.h"
#include "sanitize/lane/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct findings findings = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &findings };
	own_arena struct arena *a = arena_new(64 << 20);
	struct word_page page = { .w = 595, .h = 842 };
	struct word_pages pages;
	struct err e;

	if (a == NULL)
		return 0;
	(void)words_read(&j, a, view_of(p, n), 100, &pages, &e);
	(void)words_recognised(&j, a, view_of(p, n), 150, &page, &e);
	findings_release(&findings);
	return 0;
}
