#include "png_filter.h"

#include <stdlib.h>

const struct png_pass png_adam7[7] = {
	{ 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
	{ 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 },
};

uint32_t
png_pass_size(uint32_t size, uint8_t start, uint8_t step)
{
	return size <= start ? 0 : (size - start + step - 1) / step;
}

static inline uint8_t
paeth(int a, int b, int c)
{
	int pa = abs(b - c), pb = abs(a - c), pc = abs(a + b - 2 * c);

	return (uint8_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

static void
unfilter_paeth(uint8_t *p, const uint8_t *up, size_t n, size_t bpp)
{
	size_t i;

	for (i = 0; i < bpp && i < n; i++)
		p[i] = (uint8_t)(p[i] + up[i]);
	for (; i < n; i++)
		p[i] = (uint8_t)(p[i] + paeth(p[i - bpp], up[i], up[i - bpp]));
}

static void
unfilter_average(uint8_t *p, const uint8_t *up, size_t n, size_t bpp)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)(p[i] + ((i >= bpp ? p[i - bpp] : 0) + (up != NULL ? up[i] : 0)) / 2);
}

void
png_unfilter(uint8_t filter, uint8_t *p, const uint8_t *up, size_t n, size_t bpp)
{
	size_t i;

	/* Above the first row all is zero: Paeth is Sub there, and Up does nothing. */
	if (up == NULL && (filter == 2 || filter == 4))
		filter = filter == 4 ? 1 : 0;
	switch (filter) {
	case 1:
		for (i = bpp; i < n; i++)
			p[i] = (uint8_t)(p[i] + p[i - bpp]);
		break;
	case 2:
		for (i = 0; i < n; i++)
			p[i] = (uint8_t)(p[i] + up[i]);
		break;
	case 3:
		unfilter_average(p, up, n, bpp);
		break;
	case 4:
		unfilter_paeth(p, up, n, bpp);
		break;
	default:
		break;
	}
}

static uint8_t
predict(uint8_t filter, const uint8_t *p, const uint8_t *up, size_t i, size_t bpp)
{
	uint8_t a = i >= bpp ? p[i - bpp] : 0, b = up[i], c = i >= bpp ? up[i - bpp] : 0;

	switch (filter) {
	case 1:
		return a;
	case 2:
		return b;
	case 3:
		return (uint8_t)((a + b) / 2);
	default:
		return paeth(a, b, c);
	}
}

static size_t
cost(uint8_t filter, const uint8_t *p, const uint8_t *up, size_t n, size_t bpp)
{
	size_t sum = 0, i;

	for (i = 0; i < n; i++)
		sum += (size_t)abs((int8_t)(p[i] - predict(filter, p, up, i, bpp)));
	return sum;
}

void
png_filter(uint8_t *to, const uint8_t *p, const uint8_t *up, size_t n, size_t bpp, bool adaptive)
{
	size_t best = SIZE_MAX, sum, i;
	uint8_t filter = 0, f;

	for (f = 1; adaptive && up != NULL && f <= 4; f++) {
		sum = cost(f, p, up, n, bpp);
		if (sum < best) {
			best = sum;
			filter = f;
		}
	}
	if (adaptive && up == NULL)
		filter = 1;
	to[0] = filter;
	for (i = 0; i < n; i++)
		to[i + 1] = (uint8_t)(p[i] - (filter == 0   ? 0
					      : up != NULL  ? predict(filter, p, up, i, bpp)
					      : i >= bpp    ? p[i - bpp]
							    : 0));
}
