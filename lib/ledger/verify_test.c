#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "ledger/archive.h"
#include "ledger/base64.h"
#include "ledger/test_log.h"
#include "ledger/verify.h"

static struct verified *
verified(void)
{
	static struct verified v;

	return &v;
}

static struct verified *
of_folder(const char *folder, const struct verify_opts *o)
{
	struct err e = { 0 };

	if (!verify_path(folder, o, verified(), &e))
		fail_msg("%s", e.text);
	return verified();
}

static struct verified *
of_export(struct view bytes, const struct verify_opts *o)
{
	struct err e = { 0 };

	if (!verify_export(bytes, o, verified(), &e))
		fail_msg("%s", e.text);
	return verified();
}

static bool
has(const struct verified *v, enum fault_kind k)
{
	size_t i;

	for (i = 0; i < v->faults && i < VERIFY_FAULTS; i++)
		if (v->fault[i].kind == k)
			return true;
	return false;
}

/* The first fault tells the file, and the bytes that hold the one that was changed. */
static void
must_be_found_at(const struct verified *v, const char *path, uint64_t at)
{
	const struct fault *f = &v->fault[0];

	if (v->faults == 0)
		fail_msg("%s, byte %" PRIu64 ": not found", path, at);
	if (strcmp(f->path, path) != 0 || (f->n > 0 && (at < f->at || at >= f->at + f->n)))
		fail_msg("%s, byte %" PRIu64 ": found in %s at %" PRIu64 " + %" PRIu64 ": %s", path, at, f->path, f->at, f->n,
			 fault_name(f->kind));
}

/* Every file of a folder, by a list made before anything is changed. */
struct files {
	char name[64][TILE_PATH];
	size_t n;
};

static bool
take_name(void *arg, const char *name, struct err *e)
{
	struct files *f = arg;

	(void)e;
	assert_true(f->n < 64 && strlen(name) < TILE_PATH);
	memcpy(f->name[f->n++], name, strlen(name) + 1);
	return true;
}

static void
list(const char *folder, struct files *ret)
{
	struct err e = { 0 };
	struct log *l = log_open(folder, NULL, &e);

	*ret = (struct files){ 0 };
	assert_true(l != NULL && log_each(l, take_name, ret, &e));
	log_free(l);
}

static void
flip_everything(const char *folder, const struct verify_opts *o)
{
	own_buf struct buf b = { 0 };
	struct files f;
	size_t i, k;

	list(folder, &f);
	assert_true(f.n >= 4);
	for (i = 0; i < f.n; i++) {
		char path[200];

		(void)snprintf(path, sizeof path, "%s/%s", folder, f.name[i]);
		test_read(path, &b);
		assert_true(b.n > 0);
		for (k = 0; k < b.n; k++) {
			uint8_t was = b.p[k];

			b.p[k] ^= (uint8_t)(1u << k % 8);
			test_write(path, buf_bytes(&b));
			must_be_found_at(of_folder(folder, o), f.name[i], k);
			b.p[k] = was;
		}
		test_write(path, buf_bytes(&b));
	}
	assert_int_equal(of_folder(folder, o)->faults, 0);
}

static void
every_byte_of_a_small_log_counts(void **state)
{
	struct note_signer *s = test_signer();
	struct verify_opts with = { .key = note_signer_key(s) }, without = { 0 };
	char folder[64];

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 5, 2);	/* older partial tiles are there too */
	flip_everything(folder, &with);
	flip_everything(folder, &without);
	test_remove(folder);
	note_signer_free(s);
}

/* The member that holds the byte; its header and filling are the archive's. */
static bool
member_at(const struct archive *a, uint64_t at, const char **ret_name, uint64_t *ret_at)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (at >= a->member[i].at && at < a->member[i].at + a->member[i].bytes.n) {
			*ret_name = a->member[i].name;
			*ret_at = at - a->member[i].at;
			return true;
		}
	return false;
}

static void
flip_export(struct buf *b, size_t k, const struct verify_opts *o)
{
	struct archive a;
	struct err e = { 0 };
	const char *name;
	uint64_t at;
	bool in_member;
	char path[128] = "";

	assert_true(archive_read(buf_bytes(b), &a, NULL, &e));
	in_member = member_at(&a, k, &name, &at);
	if (in_member)
		(void)snprintf(path, sizeof path, "%s", name);
	archive_release(&a);
	b->p[k] ^= (uint8_t)(1u << k % 8);
	if (in_member) {
		must_be_found_at(of_export(buf_bytes(b), o), path, at);
	} else {
		const struct verified *v = of_export(buf_bytes(b), o);

		assert_int_equal(v->faults, 1);
		assert_int_equal(v->fault[0].kind, FAULT_ARCHIVE);
		if (k < v->fault[0].at || k >= v->fault[0].at + 2 * LOG_BLOCK)
			fail_msg("byte %zu of the frame: found at %" PRIu64, k, v->fault[0].at);
	}
	b->p[k] ^= (uint8_t)(1u << k % 8);
}

static void
every_byte_of_a_small_export_counts(void **state)
{
	struct note_signer *s = test_signer();
	struct verify_opts with = { .key = note_signer_key(s) };
	own_buf struct buf b = { 0 };
	char folder[64];
	size_t k;

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 5, 0);
	test_export(folder, s, &b);
	assert_int_equal(of_export(buf_bytes(&b), &with)->faults, 0);
	for (k = 0; k < b.n; k++)
		flip_export(&b, k, &with);
	for (k = 0; k < b.n; k += 97)
		assert_true(of_export(view_of(b.p, k), &with)->faults > 0);
	buf_fill(&b, 0, LOG_BLOCK);
	assert_true(of_export(buf_bytes(&b), &with)->faults > 0);
	test_remove(folder);
	note_signer_free(s);
}

static uint64_t
random_number(void)
{
	static uint64_t x = UINT64_C(0x9e3779b97f4a7c15);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* Three levels of tiles. */
static void
bytes_of_a_large_log_count(void **state)
{
	struct note_signer *s = test_signer();
	struct verify_opts with = { .key = note_signer_key(s) };
	own_buf struct buf b = { 0 };
	char folder[64];
	size_t i;

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 66000, 0);
	assert_int_equal(of_folder(folder, &with)->faults, 0);
	test_export(folder, s, &b);
	assert_int_equal(of_export(buf_bytes(&b), &with)->faults, 0);
	assert_int_equal(verified()->size, 66000);
	for (i = 0; i < 60; i++)
		flip_export(&b, random_number() % b.n, &with);
	/* The small tiles of the levels above, which random bytes hardly meet. */
	for (i = 0; i < 40; i++)
		flip_export(&b, b.n - 1 - random_number() % 14000, &with);
	test_remove(folder);
	note_signer_free(s);
}

static void
checkpoint_of(const char *folder, struct buf *to)
{
	char path[128];

	(void)snprintf(path, sizeof path, "%s/checkpoint", folder);
	test_read(path, to);
}

static void
a_log_that_was_set_back_is_found(void **state)
{
	struct note_signer *s = test_signer();
	own_buf struct buf first = { 0 }, second = { 0 }, old = { 0 }, now = { 0 };
	struct view anchors[2];
	struct verify_opts o = { .key = note_signer_key(s), .anchor = anchors, .anchors = 2 };
	char folder[64];

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 300, 0);
	checkpoint_of(folder, &first);
	test_export(folder, s, &old);
	test_grow(folder, s, 700, 0);
	checkpoint_of(folder, &second);
	test_export(folder, s, &now);
	anchors[0] = buf_bytes(&second);
	anchors[1] = buf_bytes(&first);
	assert_int_equal(of_export(buf_bytes(&now), &o)->faults, 0);
	/* The old export is whole in itself, and signed; only the anchor knows better. */
	o.anchors = 0;
	assert_int_equal(of_export(buf_bytes(&old), &o)->faults, 0);
	o.anchors = 2;
	assert_int_equal(of_export(buf_bytes(&old), &o)->faults, 1);
	assert_true(has(verified(), FAULT_ANCHOR_SIZE));
	assert_string_equal(verified()->fault[0].path, "anchor 1");
	/* An anchor that is none. */
	second.p[3] ^= 1;
	assert_int_equal(of_export(buf_bytes(&now), &o)->faults, 1);
	assert_true(has(verified(), FAULT_ANCHOR_NOTE));
	test_remove(folder);
	note_signer_free(s);
}

/* Another history under the same key: `n` events, of which the one at `other` is another, or changes places with the next. */
static void
grow_other(const char *folder, const struct note_signer *s, uint64_t n, uint64_t other, bool swap)
{
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	struct ledger *l = ledger_open(folder, s, NULL, &e);
	uint64_t i, at;

	assert_non_null(l);
	for (i = 0; i < n; i++) {
		test_event(&b, i != other && (!swap || i != other + 1) ? i : !swap ? i + 1000000 : i == other ? i + 1 : i - 1);
		assert_true(ledger_append(l, buf_bytes(&b), &at, &e));
		if (i % 50 == 49)
			assert_true(ledger_commit(l, &e));
	}
	assert_true(ledger_close(l, &e));
}

static void
another_history_is_found(void **state)
{
	struct note_signer *s = test_signer();
	own_buf struct buf early = { 0 }, late = { 0 };
	struct view anchors[2];
	struct verify_opts o = { .key = note_signer_key(s), .anchor = anchors, .anchors = 2 };
	char folder[64], fork[64], reordered[64];

	(void)state;
	test_folder(folder);
	test_folder(fork);
	test_folder(reordered);
	test_grow(folder, s, 300, 0);
	checkpoint_of(folder, &early);
	test_grow(folder, s, 400, 0);
	checkpoint_of(folder, &late);
	anchors[0] = buf_bytes(&late);
	anchors[1] = buf_bytes(&early);
	assert_int_equal(of_folder(folder, &o)->faults, 0);
	grow_other(fork, s, 500, 350, false);
	assert_int_equal(of_folder(fork, &o)->faults, 1);
	assert_true(has(verified(), FAULT_ANCHOR_ROOT));
	assert_string_equal(verified()->fault[0].path, "anchor 1");
	assert_non_null(strstr(verified()->fault[0].detail, "up to 300"));
	grow_other(reordered, s, 500, 10, true);
	assert_int_equal(of_folder(reordered, &o)->faults, 2);
	assert_true(has(verified(), FAULT_ANCHOR_ROOT));
	test_remove(folder);
	test_remove(fork);
	test_remove(reordered);
	note_signer_free(s);
}

/* All files of one history under the checkpoint of another of the same size. */
static void
files_of_another_history_do_not_fit(void **state)
{
	struct note_signer *s = test_signer();
	struct verify_opts o = { .key = note_signer_key(s) };
	own_buf struct buf c = { 0 };
	char folder[64], other[64], path[128];

	(void)state;
	test_folder(folder);
	test_folder(other);
	test_grow(folder, s, 300, 0);
	grow_other(other, s, 300, 7, true);
	checkpoint_of(folder, &c);
	(void)snprintf(path, sizeof path, "%s/checkpoint", other);
	test_write(path, buf_bytes(&c));
	assert_int_equal(of_folder(other, &o)->faults, 1);
	assert_true(has(verified(), FAULT_ROOT));
	test_remove(folder);
	test_remove(other);
	note_signer_free(s);
}

/* An entry and a hash far above it: each is told. */
static void
two_changes_are_both_found(void **state)
{
	struct note_signer *s = test_signer();
	struct verify_opts o = { .key = note_signer_key(s) };
	own_buf struct buf b = { 0 };
	char folder[64], path[200];
	const struct verified *v;

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 600, 0);
	(void)snprintf(path, sizeof path, "%s/tile/entries/001", folder);
	test_read(path, &b);
	b.p[5000] ^= 4;
	test_write(path, buf_bytes(&b));
	(void)snprintf(path, sizeof path, "%s/tile/1/000.p/2", folder);
	test_read(path, &b);
	b.p[3] ^= 4;
	test_write(path, buf_bytes(&b));
	v = of_folder(folder, &o);
	assert_int_equal(v->faults, 2);
	assert_int_equal(v->fault[0].kind, FAULT_ENTRY);
	assert_string_equal(v->fault[0].path, "tile/entries/001");
	assert_true(v->fault[0].at <= 5000 && v->fault[0].at + v->fault[0].n > 5000);
	assert_int_equal(v->fault[1].kind, FAULT_TILE);
	assert_string_equal(v->fault[1].path, "tile/1/000.p/2");
	test_remove(folder);
	note_signer_free(s);
}

static const struct {
	const char *gone, *added;
	enum fault_kind kind;
	const char *told;
} shapes[] = {
	{ "tile/0/000", NULL, FAULT_MISSING, "tile/0/000" },
	{ "tile/entries/000", NULL, FAULT_MISSING, "tile/entries/000" },
	{ "tile/entries/001.p/44", NULL, FAULT_MISSING, "tile/entries/001.p/44" },
	{ "tile/1/000.p/1", NULL, FAULT_MISSING, "tile/1/000.p/1" },
	{ "vkey", NULL, FAULT_KEY, "vkey" },
	{ "checkpoint", NULL, FAULT_CHECKPOINT, "checkpoint" },
	{ NULL, "tile/0/002.p/1", FAULT_EXTRA, "tile/0/002.p/1" },
	{ NULL, "tile/0/001", FAULT_EXTRA, "tile/0/001" },
	{ NULL, "tile/0/x", FAULT_EXTRA, "tile/0/x" },
	{ NULL, "note.txt", FAULT_EXTRA, "note.txt" },
	{ NULL, "new", FAULT_EXTRA, "new" },
	{ NULL, "tile/0/001.p/7", FAULT_PARTIAL, "tile/0/001.p/7" },
	{ NULL, "tile/entries/001.p/7", FAULT_PARTIAL, "tile/entries/001.p/7" },
};

static void
no_file_is_missing_and_none_too_many(void **state)
{
	struct note_signer *s = test_signer();
	struct verify_opts o = { .key = note_signer_key(s) };
	own_buf struct buf b = { 0 };
	char folder[64], path[200];
	size_t i;

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 300, 0);
	(void)snprintf(path, sizeof path, "%s/tile/0/002.p", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(of_folder(folder, &o)->faults, 0);
	for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const struct verified *v;

		(void)snprintf(path, sizeof path, "%s/%s", folder, shapes[i].gone != NULL ? shapes[i].gone : shapes[i].added);
		if (shapes[i].gone != NULL) {
			test_read(path, &b);
			assert_int_equal(unlink(path), 0);
		} else {
			test_write(path, VIEW("something"));
		}
		v = of_folder(folder, &o);
		if (v->faults != 1 || v->fault[0].kind != shapes[i].kind || strcmp(v->fault[0].path, shapes[i].told) != 0)
			fail_msg("%s: %zu faults, %s in %s", path, v->faults, fault_name(v->fault[0].kind), v->fault[0].path);
		if (shapes[i].gone != NULL)
			test_write(path, buf_bytes(&b));
		else
			assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(of_folder(folder, &o)->faults, 0);
	test_remove(folder);
	note_signer_free(s);
}

/* Signed and well formed, but no event: only somebody with the key can make it. */
static void
an_entry_must_be_an_event(void **state)
{
	struct note_signer *s = test_signer();
	struct verify_opts o = { .key = note_signer_key(s) };
	own_buf struct buf bundle = { 0 }, note = { 0 }, vkey = { 0 }, b = { 0 };
	struct merkle_hash leaf;
	struct err e = { 0 };

	(void)state;
	bundle_put(&bundle, VIEW("{\"who\":\"nobody\"}"));
	merkle_leaf(VIEW("{\"who\":\"nobody\"}"), &leaf);
	assert_true(checkpoint_sign(s, 1, &leaf, &note, &e) && note_key_put(&vkey, note_signer_key(s)));
	assert_true(archive_put(&b, "vkey", buf_bytes(&vkey)) && archive_put(&b, "checkpoint", buf_bytes(&note)) &&
		    archive_put(&b, "tile/entries/000.p/1", buf_bytes(&bundle)) &&
		    archive_put(&b, "tile/0/000.p/1", view_of(leaf.b, 32)) && archive_end(&b));
	assert_int_equal(of_export(buf_bytes(&b), &o)->faults, 1);
	assert_int_equal(verified()->fault[0].kind, FAULT_EVENT);
	assert_int_equal(verified()->fault[0].leaf, 0);
	/* The same members in another order; one twice. */
	buf_clear(&b);
	assert_true(archive_put(&b, "checkpoint", buf_bytes(&note)) && archive_put(&b, "vkey", buf_bytes(&vkey)) &&
		    archive_put(&b, "tile/entries/000.p/1", buf_bytes(&bundle)) &&
		    archive_put(&b, "tile/0/000.p/1", view_of(leaf.b, 32)) && archive_end(&b));
	assert_true(of_export(buf_bytes(&b), &o)->faults >= 2);
	buf_clear(&b);
	assert_true(archive_put(&b, "vkey", buf_bytes(&vkey)) && archive_put(&b, "vkey", buf_bytes(&vkey)) && archive_end(&b));
	assert_int_equal(of_export(buf_bytes(&b), &o)->fault[0].kind, FAULT_ARCHIVE);
	note_signer_free(s);
}

static void
an_empty_log_is_one(void **state)
{
	struct note_signer *s = test_signer();
	own_buf struct buf b = { 0 };
	struct verify_opts o = { .key = note_signer_key(s) };
	char folder[64];

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 0, 0);
	assert_int_equal(of_folder(folder, &o)->faults, 0);
	test_export(folder, s, &b);
	assert_int_equal(of_export(buf_bytes(&b), &o)->faults, 0);
	assert_int_equal(of_export(VIEW(""), &o)->fault[0].kind, FAULT_ARCHIVE);
	test_remove(folder);
	note_signer_free(s);
}

static void
another_key_is_another_log(void **state)
{
	static const uint8_t seed[NOTE_SEED] = { 5 };
	struct note_signer *s = test_signer(), *other;
	struct verify_opts o = { 0 };
	struct err e = { 0 };
	char folder[64];

	(void)state;
	other = note_signer_new("sekisho.example/test", seed, &e);
	assert_non_null(other);
	o.key = note_signer_key(other);
	test_folder(folder);
	test_grow(folder, s, 3, 0);
	assert_int_equal(of_folder(folder, &o)->faults, 2);
	assert_true(has(verified(), FAULT_KEY) && has(verified(), FAULT_CHECKPOINT));
	test_remove(folder);
	note_signer_free(s);
	note_signer_free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_of_a_small_log_counts),
		cmocka_unit_test(every_byte_of_a_small_export_counts),
		cmocka_unit_test(bytes_of_a_large_log_count),
		cmocka_unit_test(a_log_that_was_set_back_is_found),
		cmocka_unit_test(another_history_is_found),
		cmocka_unit_test(files_of_another_history_do_not_fit),
		cmocka_unit_test(two_changes_are_both_found),
		cmocka_unit_test(no_file_is_missing_and_none_too_many),
		cmocka_unit_test(an_entry_must_be_an_event),
		cmocka_unit_test(an_empty_log_is_one),
		cmocka_unit_test(another_key_is_another_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
