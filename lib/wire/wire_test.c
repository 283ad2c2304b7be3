#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/own.h"
#include "wire/report.h"
#include "wire/wire.h"

static void
ends(struct wire *caller, struct wire *worker)
{
	int s[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s), 0);
	*caller = wire_of(s[0], WIRE_CALLER, WIRE_WORKER);
	*worker = wire_of(s[1], WIRE_WORKER, WIRE_CALLER);
}

static void
a_job_arrives_with_its_descriptors(void **state)
{
	struct wire c, w;
	own_buf struct buf b = { 0 };
	struct wire_job j = { .name = VIEW("見積.pdf"), .profile = VIEW("rebuild"),
			      .password = { VIEW("ひみつ") }, .passwords = 1, .dpi = 300 }, got;
	struct frame f;
	struct err e;
	int fds[2] = { 0, 1 };

	(void)state;
	ends(&c, &w);
	assert_true(wire_put_job(&b, &j));
	assert_true(wire_send(&c, MSG_SANITIZE, buf_bytes(&b), fds, &e));
	assert_true(wire_recv(&w, &f, &e));
	assert_int_equal(f.msg, MSG_SANITIZE);
	assert_true(f.fd[0] >= 0 && f.fd[1] >= 0);
	assert_true(wire_get_job(f.body, &got));
	assert_true(view_is(got.name, "見積.pdf") && view_is(got.password[0], "ひみつ"));
	assert_int_equal(got.dpi, 300);
	frame_release(&f);
	wire_close(&c);
	assert_false(wire_recv(&w, &f, &e));
	assert_int_equal(e.code, ERR_SYSTEM);
	wire_close(&w);
}

static void
nobody_says_what_is_not_his(void **state)
{
	struct wire c, w;
	struct err e;
	struct frame f;
	uint8_t forged[6] = { MSG_SANITIZE, 0, 0, 0, 0, 0 };

	(void)state;
	ends(&c, &w);
	assert_false(wire_send(&w, MSG_SANITIZE, VIEW(""), NULL, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(send(w.fd, forged, sizeof forged, 0), 6);
	assert_false(wire_recv(&c, &f, &e));
	assert_int_equal(e.code, ERR_DENIED);
	wire_close(&c);
	wire_close(&w);
}

static void
once_is_once(void **state)
{
	struct wire c, w;
	struct frame f;
	struct err e;
	uint8_t twice[6] = { MSG_SANITIZED, 0, 0, 0, 0, 0 };

	(void)state;
	ends(&c, &w);
	assert_int_equal(send(w.fd, twice, sizeof twice, 0), 6);
	assert_int_equal(send(w.fd, twice, sizeof twice, 0), 6);
	assert_true(wire_recv(&c, &f, &e));
	assert_false(wire_recv(&c, &f, &e));
	assert_int_equal(e.code, ERR_DENIED);
	wire_close(&c);
	wire_close(&w);
}

static const struct {
	const char *what;
	uint8_t bytes[10];
	size_t n;
} lies[] = {
	{ "shorter than a head", { MSG_SANITIZED, 0, 0 }, 3 },
	{ "length over what came", { MSG_SANITIZED, 0, 9, 0, 0, 0, 'x' }, 7 },
	{ "length under what came", { MSG_SANITIZED, 0, 0, 0, 0, 0, 'x' }, 7 },
	{ "length of 4 GiB", { MSG_SANITIZED, 0, 0xff, 0xff, 0xff, 0xff }, 6 },
	{ "no such message", { 0xff, 0xff, 0, 0, 0, 0 }, 6 },
};

static void
lying_lengths_are_denied(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct wire c, w;
		struct frame f;
		struct err e = { 0 };

		ends(&c, &w);
		assert_int_equal(send(w.fd, lies[i].bytes, lies[i].n, 0), lies[i].n);
		assert_false(wire_recv(&c, &f, &e));
		assert_int_equal(e.code, ERR_DENIED);
		wire_close(&c);
		wire_close(&w);
	}
}

static size_t
open_descriptors(void)
{
	size_t n = 0;
	int fd;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
smuggled_descriptors_are_closed(void **state)
{
	struct wire c, w;
	size_t before = open_descriptors();
	uint8_t head[6] = { MSG_SANITIZED, 0, 0, 0, 0, 0 };
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(int) * 6)];
	} control = { 0 };
	struct iovec iov = { head, sizeof head };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
			    .msg_controllen = sizeof control.bytes };
	struct cmsghdr *cm;
	int fds[6] = { 0, 1, 2, 0, 1, 2 };
	struct frame f;
	struct err e;

	(void)state;
	ends(&c, &w);
	cm = CMSG_FIRSTHDR(&h);
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(cm), fds, sizeof fds);
	assert_int_equal(sendmsg(w.fd, &h, 0), 6);
	assert_false(wire_recv(&c, &f, &e));
	assert_int_equal(e.code, ERR_DENIED);
	wire_close(&c);
	wire_close(&w);
	assert_int_equal(open_descriptors(), before);
}

static void
a_report_survives_and_a_cut_one_does_not(void **state)
{
	struct findings f = { 0 }, back = { 0 };
	own_buf struct buf b = { 0 };
	size_t i;

	(void)state;
	findings_add(&f, FINDING_TRAILING_DATA, "a.zip/b.pdf", "12", 3);
	f.dropped = 2;
	i = findings_part(&f, 1, "b.pdf", TYPE_PDF, 99);
	f.part[i].verdict = VERDICT_DISARMED;
	assert_true(report_put(&b, &f));
	assert_true(report_get(buf_bytes(&b), &back));
	assert_int_equal(back.n, 1);
	assert_int_equal(back.row[0].count, 3);
	assert_string_equal(back.row[0].where, "a.zip/b.pdf");
	assert_int_equal(back.dropped, 2);
	assert_int_equal(back.part[0].verdict, VERDICT_DISARMED);
	findings_release(&back);
	for (i = 0; i < b.n; i++) {
		assert_false(report_get(view_of(b.p, i), &back));
		assert_null(back.row);
	}
	b.p[0] = 0xff;	/* more rows than there may be */
	b.p[1] = 0xff;
	assert_false(report_get(buf_bytes(&b), &back));
	findings_release(&f);
}

static void
payloads_end_where_they_say(void **state)
{
	own_buf struct buf b = { 0 };
	struct wire_done d = { 1, 2, 3, 4 }, back;
	struct wire_need n = { 1, 2, 3, 4, 5, 6, 7 }, need;
	struct err e = { ERR_LIMIT, "too much" }, got;
	uint32_t type = 0;
	struct view name;

	(void)state;
	assert_true(wire_put_done(&b, &d) && wire_get_done(buf_bytes(&b), &back));
	assert_int_equal(back.report, 4);
	assert_false(wire_get_done(view_of(b.p, b.n - 1), &back));
	assert_false(wire_get_need(buf_bytes(&b), &need));
	buf_byte(&b, 0);
	assert_false(wire_get_done(buf_bytes(&b), &back));
	buf_clear(&b);
	assert_true(wire_put_need(&b, &n) && wire_get_need(buf_bytes(&b), &need));
	assert_true(need.kind == 1 && need.n == 4 && need.first == 5 && need.dpi == 7);
	assert_false(wire_get_need(view_of(b.p, b.n - 1), &need));
	buf_clear(&b);
	assert_true(wire_put_err(&b, &e) && wire_get_err(buf_bytes(&b), &got));
	assert_string_equal(got.text, "too much");
	buf_clear(&b);
	assert_true(wire_put_inspect(&b, 7, VIEW("strict")) &&
		    wire_get_inspect(buf_bytes(&b), &type, &name));
	assert_true(type == 7 && view_is(name, "strict"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_arrives_with_its_descriptors),
		cmocka_unit_test(nobody_says_what_is_not_his),
		cmocka_unit_test(once_is_once),
		cmocka_unit_test(lying_lengths_are_denied),
		cmocka_unit_test(smuggled_descriptors_are_closed),
		cmocka_unit_test(a_report_survives_and_a_cut_one_does_not),
		cmocka_unit_test(payloads_end_where_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
