/*
 * A note, a checkpoint, a key, a proof: the first byte says which.  What opens is signed anew and opens; a key or a
 * checkpoint that is taken is written as the same bytes again.
 */
#include <stdlib.h>

#include "core/own.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
key(struct view v)
{
	own_buf struct buf again = { 0 };
	struct note_key k;
	struct err e;

	if (!note_key_parse(v, &k, &e))
		return;
	if (v.p[v.n - 1] == '\n')
		v.n--;
	if (!note_key_put(&again, &k) || !view_eq(v, view_of(again.p, again.n - 1)))
		abort();
}

static void
signer(struct view v)
{
	own_buf struct buf again = { 0 };
	struct err e;
	struct note_signer *s = note_signer_parse(v, &e);

	if (s == NULL)
		return;
	if (v.p[v.n - 1] == '\n')
		v.n--;
	if (!note_signer_put(&again, s) || !view_eq(v, view_of(again.p, again.n - 1)))
		abort();
	note_signer_free(s);
}

static const struct note_signer *
ours(void)
{
	static const uint8_t seed[NOTE_SEED] = { 1 };
	static struct note_signer *s;
	struct err e;

	if (s == NULL)
		s = note_signer_new("sekisho.example/fuzz", seed, &e);
	if (s == NULL)
		abort();
	return s;
}

/* A text of the fuzzer's, signed by us: what is no text is not signed, what is signed opens. */
static void
text(struct view v)
{
	own_buf struct buf note = { 0 };
	struct checkpoint c;
	struct view back;
	struct err e;

	if (!note_sign(ours(), v, &note, &e))
		return;
	if (note.n <= NOTE_MAX && (!note_open(buf_bytes(&note), note_signer_key(ours()), 1, &back, &e) || !view_eq(back, v)))
		abort();
	(void)checkpoint_parse(v, &c, &e);
}

/* Nobody but us can sign: what opens had our signature in its seed. */
static void
note(struct view v)
{
	struct checkpoint c;
	struct view back;
	struct err e;

	if (note_open(v, note_signer_key(ours()), 1, &back, &e))
		(void)checkpoint_open(v, note_signer_key(ours()), &c, &e);
}

static void
checkpoint(struct view v)
{
	struct checkpoint c;
	struct err e;

	(void)checkpoint_parse(v, &c, &e);
}

static void
proof(struct view v)
{
	struct err e;

	(void)proof_check(v, note_signer_key(ours()), VIEW("entry"), NULL, &e);
}

static void (*const kinds[])(struct view v) = { key, signer, text, note, checkpoint, proof };

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n > 0)
		kinds[*p % (sizeof kinds / sizeof *kinds)](view_of(p + 1, n - 1));
	return 0;
}
