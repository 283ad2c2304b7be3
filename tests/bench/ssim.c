/*
 * ssim - structural similarity (Wang et al. 2004) of two gray PNMs on 8x8
 * blocks: the mean over all blocks, 0 where the sizes differ by more than a
 * pixel.
 *
 *	ssim A.pgm B.pgm	prints one figure
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gray {
	unsigned w, h;
	unsigned char *p;
};

static int
load(const char *path, struct gray *g)
{
	FILE *f = fopen(path, "rb");
	unsigned max;
	int ok;

	if (f == NULL)
		return 0;
	ok = fscanf(f, "P5 %u %u %u", &g->w, &g->h, &max) == 3 && max == 255 && fgetc(f) != EOF &&
	     g->w > 0 && g->h > 0 && g->w < 100000 && g->h < 100000;
	if (ok) {
		g->p = malloc((size_t)g->w * g->h);
		ok = g->p != NULL && fread(g->p, g->w, g->h, f) == g->h;
	}
	(void)fclose(f);
	return ok;
}

static double
block(const struct gray *a, const struct gray *b, unsigned x, unsigned y, unsigned w, unsigned h)
{
	const double c1 = 6.5025, c2 = 58.5225;	/* (0.01 * 255)^2, (0.03 * 255)^2 */
	double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0, n = (double)w * h;
	unsigned i, j;

	for (j = y; j < y + h; j++)
		for (i = x; i < x + w; i++) {
			double p = a->p[(size_t)j * a->w + i], q = b->p[(size_t)j * b->w + i];

			sa += p, sb += q, saa += p * p, sbb += q * q, sab += p * q;
		}
	sa /= n, sb /= n;
	saa = saa / n - sa * sa, sbb = sbb / n - sb * sb, sab = sab / n - sa * sb;
	return (2 * sa * sb + c1) * (2 * sab + c2) / ((sa * sa + sb * sb + c1) * (saa + sbb + c2));
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

int
main(int argc, char **argv)
{
	struct gray a = { 0 }, b = { 0 };
	unsigned x, y, w, h;
	double sum = 0;
	size_t n = 0;

	if (argc != 3 || !load(argv[1], &a) || !load(argv[2], &b))
		return 2;
	if (a.w > b.w + 1 || b.w > a.w + 1 || a.h > b.h + 1 || b.h > a.h + 1) {
		printf("0\n");
		return 0;
	}
	w = least(a.w, b.w);
	h = least(a.h, b.h);
	for (y = 0; y < h; y += 8)
		for (x = 0; x < w; x += 8) {
			sum += block(&a, &b, x, y, least(8, w - x), least(8, h - y));
			n++;
		}
	printf("%.6f\n", sum / (double)n);
	return 0;
}
