/*
 * jbig2_arith.c - the MQ decoder and the integers coded with it (ITU-T T.88
 * Annexes A and E).
 */
#include "sanitize/codec/jbig2.h"

const struct mq_state mq_states[94] = {
#define MQ_STATE(n, qe_, nmps, nlps, change)                                  \
	[2 * (n)] = { (qe_), 2 * (nmps), 2 * (nlps) + (change) },             \
	[2 * (n) + 1] = { (qe_), 2 * (nmps) + 1, 2 * (nlps) + 1 - (change) },
#include "sanitize/codec/jbig2_states.def"
#undef MQ_STATE
};

/* E.3.4: a 0xff is followed by a stuffed bit, or it is a marker and stays where it is. */
static void
mq_byte_in(struct mq *m)
{
	uint8_t here = m->in.n > 0 ? m->in.p[0] : 0xff, next;

	if (here == 0xff) {
		next = m->in.n > 1 ? m->in.p[1] : 0xff;
		if (next > 0x8f) {
			m->c += 0xff00;
			m->ct = 8;
			return;
		}
		(void)view_skip(&m->in, 1);
		m->c += (uint32_t)next << 9;
		m->ct = 7;
		return;
	}
	(void)view_skip(&m->in, 1);
	m->c += (uint32_t)(m->in.n > 0 ? m->in.p[0] : 0xff) << 8;
	m->ct = 8;
}

void
mq_init(struct mq *m, struct view in)
{
	*m = (struct mq){ .in = in, .a = 0x8000 };
	m->c = (uint32_t)(in.n > 0 ? in.p[0] : 0xff) << 16;
	mq_byte_in(m);
	m->c <<= 7;
	m->ct -= 7;
}

unsigned
mq_slow(struct mq *m, mq_cx *cx, uint32_t qe)
{
	const struct mq_state *s = &mq_states[*cx];
	unsigned mps = *cx & 1, d;
	bool less;

	m->a -= qe;
	less = m->a < qe;
	if ((m->c >> 16) < qe) {
		/* LPS_EXCHANGE */
		m->a = qe;
		d = less ? mps : 1 - mps;
		*cx = less ? s->mps : s->lps;
	} else {
		/* MPS_EXCHANGE */
		m->c -= qe << 16;
		d = less ? 1 - mps : mps;
		*cx = less ? s->lps : s->mps;
	}
	do {
		if (m->ct == 0)
			mq_byte_in(m);
		m->a <<= 1;
		m->c <<= 1;
		m->ct--;
	} while ((m->a & 0x8000) == 0);
	return d;
}

static unsigned
int_bit(struct mq *m, mq_cx *cx, uint32_t *prev)
{
	unsigned d = mq_bit(m, &cx[*prev]);

	*prev = *prev < 256 ? *prev << 1 | d : ((*prev << 1 | d) & 511) | 256;
	return d;
}

bool
mq_int(struct mq *m, mq_cx cx[MQ_INT_CX], int32_t *ret)
{
	/* Table A.1: how many bits follow each prefix, and from where they count. */
	static const struct {
		uint8_t bits;
		uint16_t from;
	} ranges[] = { { 2, 0 }, { 4, 4 }, { 6, 20 }, { 8, 84 }, { 12, 340 }, { 32, 4436 } };
	uint32_t prev = 1, bits = 0;
	unsigned sign = int_bit(m, cx, &prev), row = 0;
	int64_t v;

	while (row < 5 && int_bit(m, cx, &prev))
		row++;
	for (unsigned i = 0; i < ranges[row].bits; i++)
		bits = bits << 1 | int_bit(m, cx, &prev);
	v = (int64_t)bits + ranges[row].from;
	if (sign && v == 0)
		return false;
	/* Nothing sound is this large; cut values fail where they are used. */
	if (v > INT32_MAX)
		v = INT32_MAX;
	*ret = (int32_t)(sign ? -v : v);
	return true;
}

uint32_t
mq_id(struct mq *m, mq_cx *cx, uint32_t bits)
{
	uint32_t prev = 1;

	for (uint32_t i = 0; i < bits; i++)
		prev = prev << 1 | mq_bit(m, &cx[prev]);
	return prev - (UINT32_C(1) << bits);
}
