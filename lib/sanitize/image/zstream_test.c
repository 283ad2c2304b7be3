#include "image_test.h"

#include "zstream.h"

enum { N = 5000 };

static void
fill(uint8_t *p)
{
	size_t i;

	for (i = 0; i < N; i++)
		p[i] = (uint8_t)(i * i >> 5);
}

static void
there_and_back(void **state)
{
	uint8_t p[N], q[N + 10];
	own_buf struct buf b = { 0 }, all = { 0 };
	struct zstream_result r;
	struct err e = { 0 };

	(void)state;
	fill(p);
	assert_true(zstream_deflate(view_of(p, N), 6, &b, &e));
	assert_true(zstream_inflate(buf_bytes(&b), q, N, &r, &e));
	assert_true(r.got == N && !r.damaged && !r.extra);
	assert_memory_equal(p, q, N);
	assert_true(zstream_inflate_buf(buf_bytes(&b), &all, &e));
	assert_int_equal(all.n, N);
	/* Asked for more than there is: short, and the rest is zero. */
	memset(q, 0xaa, sizeof q);
	assert_true(zstream_inflate(buf_bytes(&b), q, N + 10, &r, &e));
	assert_true(r.got == N && r.damaged && q[N] == 0 && q[N + 9] == 0);
	/* Asked for less, and bytes behind the stream */
	assert_true(zstream_inflate(buf_bytes(&b), q, N - 1, &r, &e));
	assert_true(r.got == N - 1 && r.extra && !r.damaged);
	(void)buf_byte(&b, 1);
	assert_true(zstream_inflate(buf_bytes(&b), q, N, &r, &e));
	assert_true(r.got == N && r.extra && !r.damaged);
}

/* What stands before the damage is had. */
static void
damaged(void **state)
{
	uint8_t p[N], q[N];
	own_buf struct buf b = { 0 }, all = BUF_MAX(100);
	struct zstream_result r;
	struct err e = { 0 };

	(void)state;
	fill(p);
	assert_true(zstream_deflate(view_of(p, N), 6, &b, &e));
	assert_true(zstream_inflate(view_of(b.p, b.n / 2), q, N, &r, &e));
	assert_in_range(r.got, 100, N - 100);
	assert_true(r.damaged);
	assert_memory_equal(p, q, r.got);
	b.p[b.n - 1] ^= 1;	/* the checksum */
	assert_true(zstream_inflate(buf_bytes(&b), q, N, &r, &e));
	assert_true(r.got == N && r.damaged);
	assert_true(zstream_inflate(VIEW("nonsense"), q, N, &r, &e));
	assert_true(r.got == 0 && r.damaged);
	assert_false(zstream_inflate_buf(buf_bytes(&b), &all, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
