/*
 * psnr - how far two decoded pictures are from each other, frame by frame.
 *
 *	psnr A.pam B.pam
 *
 * Each file: one PAM after the other, RGB_ALPHA, 16 bits, as ImageMagick
 * writes them.  Prints "inf" where all samples are equal, "size" where the
 * number of frames or their sizes differ, else the peak signal-to-noise
 * ratio in dB of the worst frame.  The colour of a pixel that neither
 * picture shows (alpha 0 in both) counts for nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 8 };	/* of a pixel */

struct frame {
	unsigned long w, h;
	unsigned char *p;
};

/* 1: a frame; 0: the end, or nothing that we know. */
static int
next_frame(FILE *f, struct frame *r)
{
	unsigned long depth = 0, max = 0;
	char line[80];

	r->w = r->h = 0;
	if (fgets(line, sizeof line, f) == NULL || strcmp(line, "P7\n") != 0)
		return 0;
	while (fgets(line, sizeof line, f) != NULL && strcmp(line, "ENDHDR\n") != 0) {
		(void)sscanf(line, "WIDTH %lu", &r->w);
		(void)sscanf(line, "HEIGHT %lu", &r->h);
		(void)sscanf(line, "DEPTH %lu", &depth);
		(void)sscanf(line, "MAXVAL %lu", &max);
	}
	if (depth != 4 || max != 65535 || r->w == 0 || r->h == 0 || r->w > 100000 || r->h > 100000)
		return 0;
	r->p = malloc(r->w * r->h * BYTES);
	return r->p != NULL && fread(r->p, r->w * BYTES, r->h, f) == r->h;
}

static double
square(const unsigned char *a, const unsigned char *b)
{
	int d = (a[0] << 8 | a[1]) - (b[0] << 8 | b[1]);

	return (double)d * d;
}

/* The sum of squares over all samples of one pixel. */
static double
pixel(const unsigned char *a, const unsigned char *b)
{
	double sum = square(a + 6, b + 6);
	int i;

	if (a[6] + a[7] == 0 && sum <= 0)
		return 0;
	for (i = 0; i < 3; i++)
		sum += square(a + 2 * i, b + 2 * i);
	return sum;
}

static double
decibel(const struct frame *a, const struct frame *b)
{
	size_t n = a->w * a->h, i;
	double sum = 0;

	if (memcmp(a->p, b->p, n * BYTES) == 0)
		return INFINITY;
	for (i = 0; i < n; i++)
		sum += pixel(a->p + i * BYTES, b->p + i * BYTES);
	/* Opacity is no fourth colour: an opaque picture's error is spread over three. */
	return sum > 0 ? 10 * log10(65535.0 * 65535.0 * 3 * (double)n / sum) : INFINITY;
}

int
main(int argc, char **argv)
{
	FILE *fa = argc == 3 ? fopen(argv[1], "rb") : NULL, *fb = fa != NULL ? fopen(argv[2], "rb") : NULL;
	double worst = INFINITY;
	struct frame a, b;
	int more, other, frames = 0;

	if (fb == NULL)
		return 2;
	for (;; frames++) {
		more = next_frame(fa, &a);
		other = next_frame(fb, &b);
		if (more != other || a.w != b.w || a.h != b.h) {
			(void)puts("size");
			return 1;
		}
		if (!more)
			break;
		worst = fmin(worst, decibel(&a, &b));
		free(a.p);
		free(b.p);
	}
	if (frames == 0)
		return 2;
	(void)printf(isinf(worst) ? "inf\n" : "%.2f\n", worst);
	return 0;
}
