/* path.c - the data of a path (SVG 2 9.3): commands and their numbers, up to the first error. */
#include "sanitize/svg/value.h"

static int
arguments(uint8_t c)
{
	switch (c | 0x20) {
	case 'm': case 'l': case 't':
		return 2;
	case 'h': case 'v':
		return 1;
	case 'c':
		return 6;
	case 's': case 'q':
		return 4;
	case 'a':
		return 7;
	case 'z':
		return 0;
	default:
		return -1;
	}
}

static void
skip_comma(struct view *v, bool comma)
{
	svg_space(v, false);
	if (comma && v->n > 0 && v->p[0] == ',') {
		(void)view_skip(v, 1);
		svg_space(v, false);
	}
}

/* One set of a command's numbers, nothing written where it is not whole. */
static bool
set(struct view *v, uint8_t command, bool first, struct buf *out)
{
	int n = arguments(command), i;
	bool arc = (command | 0x20) == 'a';
	size_t was = out->n;
	struct view at = *v;

	for (i = 0; i < n; i++) {
		skip_comma(&at, !first || i > 0);
		if (!first || i > 0)
			(void)buf_byte(out, ' ');
		if (arc && (i == 3 || i == 4)) {
			if (at.n > 0 && (at.p[0] == '0' || at.p[0] == '1')) {
				(void)buf_byte(out, at.p[0]);
				(void)view_skip(&at, 1);
				continue;
			}
		} else if (svg_number(&at, out)) {
			continue;
		}
		if (!out->full)
			out->n = was;
		return false;
	}
	*v = at;
	return true;
}

static bool
starts_number(struct view v)
{
	skip_comma(&v, true);
	return v.n > 0 && ((v.p[0] >= '0' && v.p[0] <= '9') || strchr("+-.", v.p[0]) != NULL);
}

void
svg_path(struct view in, struct buf *out)
{
	size_t start = out->n;

	for (;;) {
		size_t was = out->n;
		bool first = true;
		uint8_t c;

		svg_space(&in, false);
		if (in.n == 0 || arguments(in.p[0]) < 0 || (was == start && (in.p[0] | 0x20) != 'm'))
			return;
		c = in.p[0];
		(void)view_skip(&in, 1);
		(void)buf_byte(out, c);
		if (arguments(c) == 0)
			continue;
		for (;; first = false) {
			if (!first && !starts_number(in))
				break;
			if (!set(&in, c, first, out)) {
				if (first && !out->full)
					out->n = was;
				return;
			}
		}
	}
}
