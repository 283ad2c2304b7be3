#include "jpeg_lib.h"

#include <jerror.h>

enum {
	CHUNK = 64 * 1024,
	SCANS_MAX = 100,	/* no encoder writes more than 64 */
	SCANS_FREE = 16,	/* not held against the picture's size */
};

/* Scans times pixels beyond which a progressive picture is a bomb and not a picture. */
static const uint64_t scan_work_max = UINT64_C(1) << 32;

static struct jpeg_lib *
lib_of(j_common_ptr c)
{
	return c->client_data;
}

void
jpeg_lib_fail(struct jpeg_lib *l, enum err_code code, const char *text)
{
	(void)err_set(l->e, code, "%s", text);
	longjmp(l->jump, 1);
}

static void
on_error(j_common_ptr c)
{
	struct jpeg_lib *l = lib_of(c);
	char text[JMSG_LENGTH_MAX];

	c->err->format_message(c, text);
	l->bad_coefficient = c->err->msg_code == JERR_BAD_DCT_COEF;
	jpeg_lib_fail(l, c->err->msg_code == JERR_OUT_OF_MEMORY ? ERR_LIMIT : ERR_MALFORMED, text);
}

static void
on_message(j_common_ptr c, int level)
{
	/* Encoders write these spectral bounds in baseline scans; no reader minds. */
	if (level < 0 && c->err->msg_code != JWRN_NOT_SEQUENTIAL)
		lib_of(c)->warnings++;
}

static void
on_print(j_common_ptr c)
{
	(void)c;
}

static void
on_progress(j_common_ptr c)
{
	struct jpeg_lib *l = lib_of(c);
	int scans;

	if (!c->is_decompressor)
		return;
	scans = l->src.input_scan_number;
	if (scans > SCANS_MAX ||
	    (scans > SCANS_FREE && (uint64_t)scans * l->pixels > scan_work_max))
		jpeg_lib_fail(l, ERR_LIMIT, "too many scans");
}

static void
source_begin(j_decompress_ptr c)
{
	(void)c;
}

static boolean
source_fill(j_decompress_ptr c)
{
	static const JOCTET end[2] = { 0xff, JPEG_EOI };
	struct jpeg_lib *l = c->client_data;

	/* What viewers do with a cut picture: it ends here. */
	if (!l->cut)
		WARNMS(c, JWRN_JPEG_EOF);
	l->cut = true;
	l->source.next_input_byte = end;
	l->source.bytes_in_buffer = sizeof end;
	return TRUE;
}

static void
source_skip(j_decompress_ptr c, long n)
{
	struct jpeg_lib *l = c->client_data;

	if (n <= 0)
		return;
	if ((size_t)n > l->source.bytes_in_buffer) {
		(void)source_fill(c);
		return;
	}
	l->source.next_input_byte += n;
	l->source.bytes_in_buffer -= (size_t)n;
}

static void
source_end(j_decompress_ptr c)
{
	(void)c;
}

static void
sink_open(struct jpeg_lib *l)
{
	uint8_t *room = buf_room(l->out, CHUNK);

	if (room == NULL)
		jpeg_lib_fail(l, ERR_LIMIT, "output: no room");
	l->sink.next_output_byte = room;
	l->sink.free_in_buffer = l->chunk = CHUNK;
}

static void
sink_begin(j_compress_ptr c)
{
	sink_open(c->client_data);
}

static boolean
sink_full(j_compress_ptr c)
{
	struct jpeg_lib *l = c->client_data;

	l->out->n += l->chunk;
	sink_open(l);
	return TRUE;
}

static void
sink_end(j_compress_ptr c)
{
	struct jpeg_lib *l = c->client_data;

	l->out->n += l->chunk - l->sink.free_in_buffer;
}

static bool
create(struct jpeg_lib *l)
{
	if (setjmp(l->jump) != 0)
		return false;
	l->src.client_data = l;
	l->dst.client_data = l;
	jpeg_create_decompress(&l->src);
	jpeg_create_compress(&l->dst);
	l->src.client_data = l->dst.client_data = l;
	return true;
}

bool
jpeg_lib_init(struct jpeg_lib *l, struct view in, struct buf *out, struct err *e)
{
	*l = (struct jpeg_lib){ .e = e, .out = out };
	l->src.err = l->dst.err = jpeg_std_error(&l->errors);
	l->errors.error_exit = on_error;
	l->errors.emit_message = on_message;
	l->errors.output_message = on_print;
	if (!create(l))
		return false;
	l->progress.progress_monitor = on_progress;
	l->source = (struct jpeg_source_mgr){
		.next_input_byte = in.p,
		.bytes_in_buffer = in.n,
		.init_source = source_begin,
		.fill_input_buffer = source_fill,
		.skip_input_data = source_skip,
		.resync_to_restart = jpeg_resync_to_restart,
		.term_source = source_end,
	};
	l->sink = (struct jpeg_destination_mgr){
		.init_destination = sink_begin,
		.empty_output_buffer = sink_full,
		.term_destination = sink_end,
	};
	l->src.src = &l->source;
	l->src.progress = &l->progress;
	l->dst.dest = &l->sink;
	return true;
}

void
jpeg_lib_release(struct jpeg_lib *l)
{
	if (l->dst.mem != NULL)
		jpeg_destroy_compress(&l->dst);
	if (l->src.mem != NULL)
		jpeg_destroy_decompress(&l->src);
}

void
jpeg_lib_header(struct jpeg_lib *l, uint64_t max_pixels)
{
	const jpeg_component_info *c;
	uint64_t bytes = 0;
	int i;

	(void)jpeg_read_header(&l->src, TRUE);
	l->pixels = (uint64_t)l->src.image_width * l->src.image_height;
	if (l->pixels > max_pixels)
		jpeg_lib_fail(l, ERR_LIMIT, "too many pixels");
	if (l->src.num_components != 1 && l->src.num_components != 3 && l->src.num_components != 4)
		jpeg_lib_fail(l, ERR_MALFORMED, "neither 1, 3 nor 4 components");
	for (i = 0; i < l->src.num_components; i++) {
		c = &l->src.comp_info[i];
		bytes += ((uint64_t)c->width_in_blocks + 4) * ((uint64_t)c->height_in_blocks + 4) *
			 DCTSIZE2 * sizeof(JCOEF);
	}
	if (bytes > JPEG_LIB_MEMORY)
		jpeg_lib_fail(l, ERR_LIMIT, "picture too large for its memory");
}
