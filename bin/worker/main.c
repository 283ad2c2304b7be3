/*
 * worker - rebuilds one document, then exits.  The only program that links
 * other people's document parsers; it runs in a jail, always.
 */
#include <locale.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/own.h"
#include "nursery/memory.h"
#include "nursery/zygote.h"
#include "sanitize/archive/archive_read.h"
#include "sanitize/markup/markup.h"
#include "sanitize/sanitize.h"
#include "wire/report.h"
#include "wire/wire.h"

struct work {
	struct wire *wire;
	struct frame *frame;
	int out;
	struct view in;
};

static bool
write_all(int fd, struct view v)
{
	while (v.n > 0) {
		ssize_t n = write(fd, v.p, v.n);

		if (n <= 0)
			return false;
		v = view_from(v, (size_t)n);
	}
	return true;
}

/* wire.def NEED: the part goes into the output memory, its new form comes back as a memfd. */
static bool
ask(struct work *w, const struct wire_need *d, struct view part, struct buf *ret, struct err *e)
{
	own_buf struct buf b = BUF_MAX(64);
	struct view got;
	bool ok;

	if (ftruncate(w->out, 0) != 0 || lseek(w->out, 0, SEEK_SET) != 0 || !write_all(w->out, part) ||
	    lseek(w->out, 0, SEEK_SET) != 0)
		return err_set(e, ERR_SYSTEM, "need: output memory");
	if (!wire_put_need(&b, d) || !wire_send(w->wire, MSG_NEED, buf_bytes(&b), NULL, e) ||
	    !wire_recv(w->wire, w->frame, e))
		return false;
	if (w->frame->msg == MSG_CANNOT) {
		(void)wire_get_err(w->frame->body, e);
		return false;
	}
	if (w->frame->msg != MSG_NEEDED || !memory_map(w->frame->fd[0], &got, e))
		return err_set(e, ERR_SYSTEM, "need: unexpected answer");
	frame_release(w->frame);
	ok = buf_view(ret, got) || buf_ok(ret, e);
	if (got.n > 0)
		(void)munmap((void *)(uintptr_t)got.p, got.n);
	return ok;
}

static bool
need(void *ctx, enum need_kind kind, enum type type, struct view part, struct buf *ret,
     struct err *e)
{
	return ask(ctx, &(struct wire_need){ .kind = (uint32_t)kind, .type = (uint32_t)type, .n = part.n },
		   part, ret, e);
}

static bool
draw(void *ctx, enum need_kind kind, const struct pages *p, struct view pdf, struct buf *ret,
     struct err *e)
{
	/* Tesseract reads a picture, the others a PDF. */
	enum type type = kind == NEED_OCR ? TYPE_UNKNOWN : TYPE_PDF;
	struct wire_need d = { (uint32_t)kind, (uint32_t)type, 0, pdf.n, p->first, p->count, p->dpi };

	return ask(ctx, &d, pdf, ret, e);
}

static bool
answer(struct work *w, enum msg m, enum verdict v, enum type t, const struct buf *out,
       const struct findings *f)
{
	own_buf struct buf report = { 0 }, b = BUF_MAX(64);
	struct wire_done d = { (uint32_t)v, (uint32_t)t, out->n, 0 };
	struct err e;

	if (!report_put(&report, f))
		return false;
	d.report = report.n;
	return ftruncate(w->out, 0) == 0 && write_all(w->out, buf_bytes(out)) &&
	       write_all(w->out, buf_bytes(&report)) && wire_put_done(&b, &d) &&
	       wire_send(w->wire, m, buf_bytes(&b), NULL, &e);
}

static bool
job_of(struct frame *f, struct job *j, char *name, size_t size, struct profile *profile)
{
	struct wire_job w;
	static struct view password[WIRE_PASSWORDS];
	static uint8_t bytes[WIRE_PASSWORDS][WIRE_TEXT];
	const struct profile *p;
	uint32_t i;

	if (!wire_get_job(f->body, &w) || w.name.n >= size)
		return false;
	p = profile_find(w.profile);
	if (p == NULL || (w.dpi != 0 && (w.dpi < DPI_LEAST || w.dpi > DPI_MOST)))
		return false;
	*profile = *p;
	memcpy(name, w.name.p, w.name.n);
	name[w.name.n] = '\0';
	for (i = 0; i < w.passwords; i++) {	/* the frame is used again */
		memcpy(bytes[i], w.password[i].p, w.password[i].n);
		password[i] = view_of(bytes[i], w.password[i].n);
	}
	j->profile = profile;
	j->password = password;
	j->passwords = w.passwords;
	j->dpi = w.dpi;
	return true;
}

static void
serve(int sock)
{
	static struct frame frame;
	struct wire wire = wire_of(sock, WIRE_WORKER, WIRE_CALLER);
	struct work w = { .wire = &wire, .frame = &frame, .out = -1 };
	struct findings findings = { 0 };
	struct profile profile;
	struct job j = { .findings = &findings, .need = need, .draw = draw, .ctx = &w };
	struct buf out = { 0 };
	char name[2048];
	enum type type;
	enum verdict v;
	enum msg m;
	struct err e;

	if (!wire_recv(&wire, &frame, &e) || (frame.msg != MSG_SANITIZE && frame.msg != MSG_EXTRACT))
		_exit(2);
	m = frame.msg;
	w.out = frame_take_fd(&frame, 1);
	if (!job_of(&frame, &j, name, sizeof name, &profile) || !memory_map(frame.fd[0], &w.in, &e))
		_exit(3);
	out.max = profile.limits.output;
	if (m == MSG_EXTRACT)
		profile.utf8 = true;
	v = sanitize(&j, name, w.in, &out, &type);
	if (m == MSG_EXTRACT && v <= VERDICT_TEXT && type != TYPE_TEXT && type != TYPE_CSV &&
	    type != TYPE_JSON && type != TYPE_XML) {
		findings_add(&findings, FINDING_TYPE_LATER, "", type_name(type), 1);
		buf_clear(&out);
		v = VERDICT_REFUSED;
	}
	_exit(answer(&w, m == MSG_EXTRACT ? MSG_EXTRACTED : MSG_SANITIZED, v, type, &out, &findings)
		      ? 0 : 4);
}

int
main(int argc, char **argv)
{
	struct err e = { 0 };

	/* What libraries read once, they read before the jail closes: OpenSSL no configuration. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
	(void)setenv("TZ", "UTC0", 1);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	archive_warm();
	if (!markup_warm(&e))
		return 4;
	return zygote_main(ROLE_WORKER, argc, argv, serve);
}
