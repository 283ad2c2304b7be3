/* JPEG by its pixels: decoded, and encoded anew with the tables of Annex K. */
#include "codec.h"

#include "core/own.h"
#include "jpeg_lib.h"

enum { QUALITY_444 = 90 };

struct pixel_job {
	struct jpeg_lib lib;
	const struct pixels *in;
	struct pixels ret;
	int quality;
};

/* The sum of the luminance table at quality q, as jpeg_set_quality() scales it. */
static unsigned int
table_sum(int q)
{
	static const uint8_t k1[DCTSIZE2] = {	/* 10918-1 table K.1 */
		16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
		14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
		18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
		49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
	};
	unsigned int scale = (unsigned int)jpeg_quality_scaling(q), sum = 0, v;
	int i;

	for (i = 0; i < DCTSIZE2; i++) {
		v = (k1[i] * scale + 50) / 100;
		sum += v < 1 ? 1 : v > 255 ? 255 : v;
	}
	return sum;
}

/* The quality whose table comes nearest to the source's from above: never coarser. */
static int
estimate_quality(const struct jpeg_decompress_struct *s)
{
	const JQUANT_TBL *t = s->quant_tbl_ptrs[s->comp_info[0].quant_tbl_no & 3];
	unsigned int sum = 0;
	int i, q;

	if (t == NULL)
		return 75;
	for (i = 0; i < DCTSIZE2; i++)
		sum += t->quantval[i];
	for (q = 1; q < 100 && table_sum(q) > sum; q++)
		;
	return q;
}

static bool
decode(struct pixel_job *j, uint64_t max_pixels)
{
	struct jpeg_decompress_struct *s = &j->lib.src;
	struct pixels *p = &j->ret;
	JSAMPROW row;
	size_t stride;

	if (setjmp(j->lib.jump) != 0)
		return false;
	jpeg_lib_header(&j->lib, max_pixels);
	j->quality = estimate_quality(s);
	s->out_color_space = s->num_components == 1   ? JCS_GRAYSCALE
			     : s->num_components == 4 ? JCS_CMYK
						      : JCS_RGB;
	(void)jpeg_start_decompress(s);
	*p = (struct pixels){
		.w = s->output_width, .h = s->output_height,
		.channels = (uint8_t)s->output_components, .bits = 8,
		.space = s->num_components == 1	  ? PIXELS_GRAY
			 : s->num_components == 4 ? PIXELS_CMYK
						  : PIXELS_RGB,
	};
	stride = (size_t)p->w * p->channels;
	if (stride * p->h > JPEG_LIB_MEMORY)
		jpeg_lib_fail(&j->lib, ERR_LIMIT, "picture too large for its memory");
	p->data = malloc(stride * p->h);
	if (p->data == NULL)
		jpeg_lib_fail(&j->lib, ERR_SYSTEM, "no memory");
	while (s->output_scanline < s->output_height) {
		row = p->data + s->output_scanline * stride;
		(void)jpeg_read_scanlines(s, &row, 1);
	}
	return true;
}

bool
jpeg_decode(struct view in, uint64_t max_pixels, struct pixels *ret, int *ret_quality, struct err *e)
{
	own_mem struct pixel_job *j = calloc(1, sizeof *j);
	bool ok;

	if (j == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	ok = jpeg_lib_init(&j->lib, in, NULL, e) && decode(j, max_pixels);
	jpeg_lib_release(&j->lib);
	if (!ok) {
		free(j->ret.data);
		return false;
	}
	*ret = j->ret;
	*ret_quality = j->quality;
	return true;
}

static bool
encode(struct pixel_job *j)
{
	struct jpeg_compress_struct *d = &j->lib.dst;
	const struct pixels *p = j->in;
	size_t stride = (size_t)p->w * p->channels;
	JSAMPROW row;

	if (setjmp(j->lib.jump) != 0)
		return false;
	d->image_width = p->w;
	d->image_height = p->h;
	d->input_components = p->channels;
	d->in_color_space = p->channels == 1   ? JCS_GRAYSCALE
			    : p->channels == 4 ? JCS_CMYK
					       : JCS_RGB;
	jpeg_set_defaults(d);
	jpeg_set_quality(d, j->quality, TRUE);
	if (p->channels == 3 && j->quality >= QUALITY_444)
		d->comp_info[0].h_samp_factor = d->comp_info[0].v_samp_factor = 1;
	/* The Adobe marker would say that the inks are inverted. */
	if (p->channels == 4)
		d->write_Adobe_marker = FALSE;
	/* Best tables need all coefficients in memory. */
	d->optimize_coding = stride * p->h * sizeof(JCOEF) <= JPEG_LIB_MEMORY;
	jpeg_start_compress(d, TRUE);
	while (d->next_scanline < d->image_height) {
		row = p->data + d->next_scanline * stride;
		(void)jpeg_write_scanlines(d, &row, 1);
	}
	jpeg_finish_compress(d);
	return true;
}

bool
jpeg_encode(const struct pixels *in, int quality, struct buf *out, struct err *e)
{
	own_mem struct pixel_job *j = NULL;
	size_t start = out->n;
	bool ok;

	if (in->bits != 8 || in->alpha || in->w == 0 || in->h == 0 || in->w > JPEG_MAX_DIMENSION ||
	    in->h > JPEG_MAX_DIMENSION ||
	    (in->channels != 1 && in->channels != 3 && in->channels != 4))
		return err_set(e, ERR_MALFORMED, "no picture that JPEG can hold");
	j = calloc(1, sizeof *j);
	if (j == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	j->in = in;
	j->quality = quality < 1 ? 1 : quality > 100 ? 100 : quality;
	ok = jpeg_lib_init(&j->lib, VIEW(""), out, e) && encode(j);
	jpeg_lib_release(&j->lib);
	if (!ok)
		out->n = start;
	return ok && buf_ok(out, e);
}
