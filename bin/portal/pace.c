#include "pace.h"

static const struct {
	int64_t patience_ms, rate, whole_ms;
} rules[] = {
#define PHASE(id, patience, rate, whole) [PHASE_##id] = { (patience) * 1000, rate, (whole) * 1000 },
#include "pace.def"
#undef PHASE
};

void
pace_begin(struct pace *p, enum phase phase, int64_t now_ms, uint64_t moved)
{
	*p = (struct pace){ phase, now_ms + rules[phase].patience_ms, now_ms + rules[phase].whole_ms, moved };
}

/* Bytes buy time, but never more of it ahead than the phase's patience. */
bool
pace_keeps(struct pace *p, int64_t now_ms, uint64_t moved)
{
	const int64_t rate = rules[p->phase].rate, most = now_ms + rules[p->phase].patience_ms;

	if (rate > 0 && moved > p->counted) {
		int64_t ms = (int64_t)(moved - p->counted) * 1000 / rate;

		p->counted += (uint64_t)(ms * rate / 1000);
		p->until_ms = p->until_ms + ms < most ? p->until_ms + ms : most;
	}
	return rules[p->phase].whole_ms == 0 || (now_ms <= p->until_ms && now_ms <= p->end_ms);
}
