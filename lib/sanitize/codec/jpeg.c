/*
 * JPEG (ISO/IEC 10918-1) by its DCT coefficients: what the entropy coding
 * says is kept to the last bit, how it says it is written anew.
 */
#include "codec.h"

#include "core/own.h"
#include "jpeg_lib.h"
#include "jpeg_meta.h"

enum { COEF_MAX = 1023, DC_MIN = -1024 };	/* of 8-bit samples: 10918-1 F.1.1.4 */

/* Everything that lives across the jumps. */
struct rebuild {
	struct jpeg_lib lib;
	struct jpeg_meta meta;
	struct buf icc;
	jvirt_barray_ptr *coef;
	struct jpeg_info *info;
	enum jpeg_how how;
};

/*
 * A picture in a PDF without an Adobe marker has the colour transform that
 * the PDF says (ISO 32000-2 table 13, as poppler reads it).
 */
static void
say_colours(struct rebuild *r)
{
	struct jpeg_decompress_struct *s = &r->lib.src;

	if (s->saw_Adobe_marker || r->how == JPEG_FILE || r->how == JPEG_IN_PDF)
		return;
	if (s->num_components == 3)
		s->jpeg_color_space = r->how == JPEG_IN_PDF_PLAIN ? JCS_RGB : JCS_YCbCr;
	else if (s->num_components == 4)
		s->jpeg_color_space = r->how == JPEG_IN_PDF_PLAIN ? JCS_CMYK : JCS_YCCK;
}

static bool
read_coefficients(struct rebuild *r, uint64_t max_pixels)
{
	struct jpeg_lib *l = &r->lib;

	if (setjmp(l->jump) != 0)
		return false;
	jpeg_lib_header(l, max_pixels);
	say_colours(r);
	r->coef = jpeg_read_coefficients(&l->src);
	return true;
}

static void
write_orientation(struct jpeg_compress_struct *d, uint8_t orientation)
{
	uint8_t exif[] = {
		'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
	};

	exif[25] = orientation;
	if (orientation > 1)
		jpeg_write_marker(d, JPEG_APP0 + 1, exif, sizeof exif);
}

static void
set_markers(struct rebuild *r)
{
	struct jpeg_decompress_struct *s = &r->lib.src;
	struct jpeg_compress_struct *d = &r->lib.dst;

	/* An Adobe marker makes viewers invert CMYK: it stays exactly where it was. */
	if (d->jpeg_color_space == JCS_CMYK)
		d->write_Adobe_marker = s->saw_Adobe_marker;
	if (d->num_components == 4)
		d->write_JFIF_header = s->saw_JFIF_marker;
	d->JFIF_major_version = 1;
	d->JFIF_minor_version = 1;
	d->density_unit = r->info->density_unit;
	d->X_density = r->info->x_density;
	d->Y_density = r->info->y_density;
}

static bool
write_coefficients(struct rebuild *r)
{
	struct jpeg_lib *l = &r->lib;

	if (setjmp(l->jump) != 0)
		return false;
	jpeg_copy_critical_parameters(&l->src, &l->dst);
	l->dst.arith_code = FALSE;
	l->dst.restart_interval = 0;
	l->dst.optimize_coding = TRUE;
	if (l->src.progressive_mode)
		jpeg_simple_progression(&l->dst);
	set_markers(r);
	jpeg_write_coefficients(&l->dst, r->coef);
	if (r->how == JPEG_FILE) {
		write_orientation(&l->dst, r->info->orientation);
		if (r->icc.n > 0)
			jpeg_write_icc_profile(&l->dst, r->icc.p, (unsigned int)r->icc.n);
	}
	jpeg_finish_compress(&l->dst);
	return true;
}

/* Coefficients whose step is zero show as nothing, whatever they are. */
static void
hush_block(JCOEF *b, const JQUANT_TBL *t)
{
	int i;

	for (i = 0; i < DCTSIZE2; i++)
		if (t->quantval[i] == 0)
			b[i] = 0;
}

static bool
has_zero(const JQUANT_TBL *t)
{
	int i;

	for (i = 0; t != NULL && i < DCTSIZE2; i++)
		if (t->quantval[i] == 0)
			return true;
	return false;
}

static void
raise_steps(JQUANT_TBL *t)
{
	int i;

	for (i = 0; t != NULL && i < DCTSIZE2; i++)
		if (t->quantval[i] == 0)
			t->quantval[i] = 1;
}

/* T.81 B.2.4.1 knows no step of zero: it becomes one, with coefficients that look the same. */
static bool
mend_steps(struct rebuild *r)
{
	struct jpeg_lib *l = &r->lib;
	j_common_ptr s = (j_common_ptr)&l->src;
	JBLOCKARRAY rows;
	JDIMENSION y, x;
	int i;

	if (setjmp(l->jump) != 0)
		return false;
	for (i = 0; i < l->src.num_components; i++) {
		const jpeg_component_info *c = &l->src.comp_info[i];

		if (!has_zero(c->quant_table))
			continue;
		l->warnings++;
		for (y = 0; y < c->height_in_blocks; y++) {
			rows = s->mem->access_virt_barray(s, r->coef[i], y, 1, TRUE);
			for (x = 0; x < c->width_in_blocks; x++)
				hush_block(rows[0][x], c->quant_table);
		}
	}
	for (i = 0; i < l->src.num_components; i++)
		raise_steps(l->src.comp_info[i].quant_table);
	for (i = 0; i < NUM_QUANT_TBLS; i++)
		raise_steps(l->src.quant_tbl_ptrs[i]);
	return true;
}

static void
clamp_block(JCOEF *b)
{
	int i;

	b[0] = b[0] < DC_MIN ? DC_MIN : b[0] > COEF_MAX ? COEF_MAX : b[0];
	for (i = 1; i < DCTSIZE2; i++)
		b[i] = b[i] < -COEF_MAX ? -COEF_MAX : b[i] > COEF_MAX ? COEF_MAX : b[i];
}

/* Damaged data decodes to coefficients that no 8-bit picture has; they show as if clamped. */
static bool
clamp(struct rebuild *r)
{
	struct jpeg_lib *l = &r->lib;
	const jpeg_component_info *c;
	j_common_ptr s = (j_common_ptr)&l->src;
	JBLOCKARRAY rows;
	JDIMENSION y, x;
	int i;

	if (setjmp(l->jump) != 0)
		return false;
	for (i = 0; i < l->src.num_components; i++) {
		c = &l->src.comp_info[i];
		for (y = 0; y < c->height_in_blocks; y++) {
			rows = s->mem->access_virt_barray(s, r->coef[i], y, 1, TRUE);
			for (x = 0; x < c->width_in_blocks; x++)
				clamp_block(rows[0][x]);
		}
	}
	return true;
}

static bool
write_or_clamp(struct rebuild *r)
{
	size_t start = r->lib.out->n;

	if (write_coefficients(r))
		return true;
	if (!r->lib.bad_coefficient)
		return false;
	jpeg_abort_compress(&r->lib.dst);
	r->lib.out->n = start;
	r->lib.warnings++;
	return clamp(r) && write_coefficients(r);
}

static bool
only_zeros(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static void
fill_info(struct rebuild *r)
{
	const struct jpeg_lib *l = &r->lib;
	struct jpeg_info *info = r->info;
	int i;

	info->w = l->src.image_width;
	info->h = l->src.image_height;
	info->components = (uint8_t)l->src.num_components;
	info->adobe = l->src.saw_Adobe_marker;
	info->adobe_transform = l->src.Adobe_transform;
	for (i = 0; i < l->src.num_components && i < 4; i++)
		info->sampling[i] = (uint8_t)(l->src.comp_info[i].h_samp_factor << 4 |
					      l->src.comp_info[i].v_samp_factor);
	info->damaged = l->warnings > 0;
	/* Padding to a sector's end is common and says nothing. */
	info->trailing = !l->cut && !only_zeros(l->source.next_input_byte, l->source.bytes_in_buffer);
}

static bool
run(struct rebuild *r, uint64_t max_pixels)
{
	if (!read_coefficients(r, max_pixels))
		return false;
	fill_info(r);
	if (r->how == JPEG_FILE)
		r->info->icc_removed = (r->meta.icc_n != 0 || r->meta.icc_broken) &&
			!jpeg_meta_profile(&r->meta, r->info->components, &r->icc);
	if (!mend_steps(r) || !write_or_clamp(r))
		return false;
	r->info->damaged = r->lib.warnings > 0;
	return true;
}

bool
jpeg_rebuild(struct view in, enum jpeg_how how, uint64_t max_pixels, struct buf *out,
	     struct jpeg_info *ret, struct err *e)
{
	struct jpeg_info info = { 0 };
	own_mem struct rebuild *r = calloc(1, sizeof *r);
	size_t start = out->n;
	bool ok;

	if (r == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	r->how = how;
	r->info = r->meta.info = &info;
	r->icc = BUF_MAX(16u << 20);
	jpeg_meta_read(&r->meta, in);
	ok = jpeg_lib_init(&r->lib, in, out, e) && run(r, max_pixels);
	jpeg_lib_release(&r->lib);
	buf_release(&r->icc);
	if (!ok || out->full) {
		out->n = start;
		return ok ? buf_ok(out, e) : false;
	}
	*ret = info;
	return true;
}
