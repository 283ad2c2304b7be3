#include "noise.h"

struct noise
noise_new(struct view v)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);	/* FNV-1a */
	size_t i;

	for (i = 0; i < v.n; i++)
		h = (h ^ v.p[i]) * UINT64_C(0x100000001b3);
	return (struct noise){ h == 0 ? 1 : h };
}

/* xorshift64*: its upper bits are good enough for what no eye sees */
static int
step(struct noise *s)
{
	uint64_t x = s->state;
	unsigned int r;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	s->state = x;
	r = (unsigned int)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 62);
	return r == 0 ? -1 : r == 1 ? 1 : 0;
}

static unsigned int
shaken(struct noise *s, unsigned int v, unsigned int max)
{
	int d = step(s);

	return (d < 0 && v == 0) || (d > 0 && v == max) ? v : v + (unsigned int)d;
}

void
noise_8(struct noise *s, uint8_t *p, size_t pixels, uint8_t channels, bool alpha)
{
	uint8_t colours = (uint8_t)(channels - (alpha ? 1 : 0)), c;
	size_t i;

	for (i = 0; i < pixels; i++, p += channels)
		for (c = 0; c < colours; c++)
			p[c] = (uint8_t)shaken(s, p[c], UINT8_MAX);
}

void
noise_16(struct noise *s, uint8_t *p, size_t pixels, uint8_t channels, bool alpha, bool big)
{
	uint8_t colours = (uint8_t)(channels - (alpha ? 1 : 0)), c;
	unsigned int hi = big ? 0 : 1, lo = 1 - hi, v;
	size_t i;

	for (i = 0; i < pixels; i++, p += 2 * (size_t)channels)
		for (c = 0; c < colours; c++) {
			v = shaken(s, (unsigned int)p[2 * c + hi] << 8 | p[2 * c + lo], UINT16_MAX);
			p[2 * c + hi] = (uint8_t)(v >> 8);
			p[2 * c + lo] = (uint8_t)v;
		}
}
