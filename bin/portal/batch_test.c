#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "batch.h"
#include "core/own.h"
#include "nursery/memory.h"
#include "upload.h"

enum { MIB = 1 << 20 };

static const struct client ann = { { 1 } }, bob = { { 2 } }, eve = { { 3 } };

static struct batches
house(void)
{
	return (struct batches){ .bytes = 12 * MIB, .now_s = 1000 };
}

static void
close_house(struct batches *all)
{
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL)
			batch_free(all, all->at[i]);
}

static bool
begin_by_default(struct batches *all, struct batch *b, enum text *why)
{
	b->profile = profile_at(0);
	return batch_begin(all, b, why);
}

/* A form of `size` bytes with `files` files of one byte each: WORKING.  NULL with *why. */
static struct batch *
hand_in(struct batches *all, const struct client *c, size_t files, size_t size, enum text *why)
{
	struct batch *b = batch_new(all, c, why);
	own_mem uint8_t *p = calloc(size + 1, 1);
	size_t i;

	assert_non_null(p);
	if (b == NULL)
		return NULL;
	if (!batch_fill(all, b, view_of(p, size), why)) {
		batch_free(all, b);
		return NULL;
	}
	for (i = 0; i < files; i++)
		assert_true(batch_add(b, VIEW("a.txt"), 0, 1, why));
	if (!begin_by_default(all, b, why)) {
		batch_free(all, b);
		return NULL;
	}
	return b;
}

static void
begin(struct batch_file *f)
{
	f->begun = true;
	f->batch->begun++;
}

/* Every file ends with an output of `size` bytes, as it is said. */
static void
finish(struct batches *all, struct batch *b, uint64_t size)
{
	struct err e;
	size_t i;

	for (i = b->begun; i < b->files; i++)
		begin(&b->file[i]);
	if (b->form >= 0)
		(void)close(give_fd(&b->form));
	for (i = 0; i < b->files; i++) {
		struct outcome o = { .verdict = VERDICT_CLEAN, .out_type = TYPE_TEXT, .out = memory_new("out", &e), .out_size = size };

		if (!b->file[i].ended)
			batch_ended(all, &b->file[i], &o);
		else
			outcome_release(&o);
	}
	assert_int_equal(b->state, READY);
}

static bool
is_kept(const struct batches *all, const struct batch *b)
{
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] == b)
			return true;
	return false;
}

static size_t
count(const struct batches *all)
{
	size_t i, n = 0;

	for (i = 0; i < BATCHES; i++)
		n += all->at[i] != NULL;
	return n;
}

/* However many are handed in, there is always a place for the next: the oldest gives way. */
static void
the_oldest_gives_way(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *b[BATCHES + 10];
	size_t i;

	(void)state;
	for (i = 0; i < BATCHES + 10; i++) {
		b[i] = hand_in(&all, &ann, 1, 10, &why);
		assert_non_null(b[i]);
		finish(&all, b[i], 10);
	}
	assert_int_equal(count(&all), BATCHES / 3 * 2);
	assert_true(is_kept(&all, b[BATCHES + 9]) && is_kept(&all, b[BATCHES]));
	close_house(&all);
}

static void
what_is_fetched_or_worked_on_stays(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *fetching, *working, *fetched, *old;

	(void)state;
	working = hand_in(&all, &ann, 1, 2 * MIB, &why);
	fetching = hand_in(&all, &ann, 1, 1, &why);
	finish(&all, fetching, 2 * MIB);
	batch_fetch(&fetching->file[0]);
	old = hand_in(&all, &ann, 1, 1, &why);
	finish(&all, old, 2 * MIB);
	fetched = hand_in(&all, &ann, 1, 1, &why);
	finish(&all, fetched, 2 * MIB);
	batch_fetch(&fetched->file[0]);
	batch_fetched(&all, &fetched->file[0], true);
	/* Full: what was fetched goes first, though it is younger. */
	assert_non_null(hand_in(&all, &ann, 1, MIB, &why));
	assert_true(is_kept(&all, old) && !is_kept(&all, fetched));
	assert_non_null(hand_in(&all, &ann, 1, 2 * MIB, &why));
	assert_true(!is_kept(&all, old) && is_kept(&all, fetching) && is_kept(&all, working));
	assert_null(hand_in(&all, &ann, 1, 2 * MIB, &why));
	assert_int_equal(why, TEXT_WEB_SHARE);
	batch_fetched(&all, &fetching->file[0], false);
	assert_non_null(hand_in(&all, &ann, 1, 2 * MIB, &why));
	assert_false(is_kept(&all, fetching));
	close_house(&all);
}

static void
a_client_over_its_share_pays_itself(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *hers, *his;

	(void)state;
	hers = hand_in(&all, &ann, 1, 1, &why);
	finish(&all, hers, 4 * MIB);
	all.now_s += GRACE_S + 1;
	his = hand_in(&all, &eve, 1, 8 * MIB, &why);
	assert_non_null(his);
	assert_null(hand_in(&all, &eve, 1, 1, &why));
	assert_int_equal(why, TEXT_WEB_SHARE);
	assert_true(is_kept(&all, hers));
	finish(&all, his, 8 * MIB);
	assert_non_null(hand_in(&all, &eve, 1, 1, &why));
	assert_true(is_kept(&all, hers) && !is_kept(&all, his));
	close_house(&all);
}

static void
what_another_has_not_fetched_has_its_time(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *hers, *his;

	(void)state;
	hers = hand_in(&all, &ann, 1, 1, &why);
	finish(&all, hers, 8 * MIB);
	his = hand_in(&all, &bob, 1, 1, &why);
	finish(&all, his, 4 * MIB);
	assert_null(hand_in(&all, &eve, 1, 1, &why));
	assert_int_equal(why, TEXT_WEB_BUSY);
	all.now_s += GRACE_S;
	assert_non_null(hand_in(&all, &eve, 1, 1, &why));
	assert_true(!is_kept(&all, hers) && is_kept(&all, his));
	close_house(&all);
}

/* The outputs of all that work could all be there at once, and the forms besides. */
static void
descriptors_fit(void **state)
{
	struct batches all = house();
	struct client c = { { 0 } };
	enum text why = TEXT_COUNT;
	size_t n = 0, i, k;

	(void)state;
	for (i = 0; i < 100; i++) {
		c.address[0] = (uint8_t)(i / 4);
		n += hand_in(&all, &c, BATCH_FILES, 1, &why) != NULL;
	}
	assert_int_equal(why, TEXT_WEB_BUSY);
	assert_int_equal(n, KEPT_FILES / (BATCH_FILES + 1));
	for (i = 0; i < BATCHES; i++)
		if (all.at[i] != NULL)
			finish(&all, all.at[i], 1);
	for (i = 0, n = 0; i < BATCHES; i++)
		for (k = 0; all.at[i] != NULL && k < all.at[i]->files; k++)
			n += all.at[i]->file[k].o.out >= 0;
	assert_int_equal(n, 500);
	close_house(&all);
}

static void
an_output_without_room_says_so(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *b = hand_in(&all, &ann, 3, 1, &why);

	(void)state;
	finish(&all, b, 3 * MIB);
	assert_int_equal(b->kept, 2);
	assert_int_equal(b->file[2].o.out, -1);
	assert_int_equal(b->file[2].o.verdict, VERDICT_FAILED);
	assert_int_equal(b->file[2].o.findings.row[0].code, FINDING_NO_ROOM);
	close_house(&all);
}

static void
forms_have_an_end(void **state)
{
	struct batches all = { .bytes = UINT64_C(6) << 30 };
	enum text why = TEXT_COUNT;
	struct batch *b = batch_new(&all, &ann, &why);
	size_t i;

	(void)state;
	b->form_size = FORM_BYTES;
	assert_true(batch_fill(&all, b, VIEW(""), &why));
	assert_false(batch_fill(&all, b, VIEW("x"), &why));
	assert_int_equal(why, TEXT_WEB_TOO_MUCH);
	assert_false(batch_add(b, VIEW("a"), 0, BATCH_BYTES + 1, &why));
	assert_int_equal(why, TEXT_WEB_TOO_MUCH);
	for (i = 0; i < BATCH_FILES; i++)
		assert_true(batch_add(b, VIEW("a"), 0, 1, &why));
	assert_false(batch_add(b, VIEW("a"), 0, 1, &why));
	close_house(&all);
}

/* Ann hands in many, Bob comes later with one: it is next. */
static void
nobody_waits_for_all_of_anothers(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *hers = hand_in(&all, &ann, 20, 1, &why), *second, *his;
	size_t i;

	(void)state;
	for (i = 0; batches_next(&all) != NULL; i++)
		begin(batches_next(&all));
	assert_int_equal(i, CLIENT_SIDE);
	his = hand_in(&all, &bob, 2, 1, &why);
	assert_ptr_equal(batches_next(&all), &his->file[0]);
	begin(&his->file[0]);
	begin(&his->file[1]);
	assert_null(batches_next(&all));
	/* Of one client the batch with the least under way is next. */
	second = hand_in(&all, &ann, 2, 1, &why);
	batch_ended(&all, &hers->file[0], &(struct outcome){ .verdict = VERDICT_FAILED, .out = -1 });
	assert_ptr_equal(batches_next(&all), &second->file[0]);
	close_house(&all);
	/* Of two that are alike the older. */
	all = house();
	hers = hand_in(&all, &ann, 1, 1, &why);
	his = hand_in(&all, &bob, 1, 1, &why);
	second = hand_in(&all, &ann, 1, 1, &why);
	assert_ptr_equal(batches_next(&all), &hers->file[0]);
	begin(&hers->file[0]);
	assert_ptr_equal(batches_next(&all), &his->file[0]);
	begin(&his->file[0]);
	assert_ptr_equal(batches_next(&all), &second->file[0]);
	close_house(&all);
}

/* However many come. */
static void
so_many_go_side_by_side(void **state)
{
	struct batches all = house();
	struct client c = { { 0 } };
	enum text why = TEXT_COUNT;
	struct batch_file *f;
	size_t i, n;

	(void)state;
	for (i = 0; i < SIDE_BY_SIDE / CLIENT_SIDE + 2; i++) {
		c.address[0] = (uint8_t)(i + 1);
		assert_non_null(hand_in(&all, &c, CLIENT_SIDE, 1, &why));
	}
	for (n = 0; (f = batches_next(&all)) != NULL; n++)
		begin(f);
	assert_int_equal(n, SIDE_BY_SIDE);
	close_house(&all);
}

static void
large_ones_go_alone(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *b = hand_in(&all, &ann, 3, 1, &why), *his;

	(void)state;
	b->file[0].size = b->file[1].size = CLIENT_BYTES / 2 + 1;
	begin(batches_next(&all));
	assert_null(batches_next(&all));
	his = hand_in(&all, &bob, 1, 1, &why);
	his->file[0].size = CLIENT_BYTES * 2;
	assert_ptr_equal(batches_next(&all), &his->file[0]);
	close_house(&all);
}

static void
who_is_gone_is_not_worked_for(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *b = hand_in(&all, &ann, 20, 1, &why);

	(void)state;
	begin(batches_next(&all));
	b->waiting = &all;
	batch_abandon(&all, b);
	assert_null(batches_next(&all));
	batches_forget(&all);
	assert_true(is_kept(&all, b));
	batch_ended(&all, &b->file[0], &(struct outcome){ .verdict = VERDICT_CLEAN, .out = -1 });
	b->waiting = NULL;
	batches_forget(&all);
	assert_int_equal(count(&all), 0);
}

static void
results_are_forgotten(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *left = hand_in(&all, &ann, 1, 1, &why), *taken = hand_in(&all, &ann, 2, 1, &why);
	char token[TOKEN_SIZE];

	(void)state;
	memcpy(token, left->token, sizeof token);
	assert_null(batch_find(&all, token));
	finish(&all, left, 1);
	finish(&all, taken, 1);
	assert_ptr_equal(batch_find(&all, token), left);
	batch_fetch(&taken->file[0]);
	batch_fetched(&all, &taken->file[0], true);
	all.now_s += FETCHED_KEEP_S + 1;
	batches_forget(&all);
	assert_true(is_kept(&all, taken));	/* half of it */
	batch_fetch(&taken->file[1]);
	batch_fetched(&all, &taken->file[1], false);
	batch_fetch(&taken->file[1]);
	batch_fetched(&all, &taken->file[1], true);
	all.now_s += FETCHED_KEEP_S;
	batches_forget(&all);
	assert_true(is_kept(&all, taken));
	all.now_s++;
	batches_forget(&all);
	assert_false(is_kept(&all, taken));
	all.now_s = 1000 + BATCH_KEEP_S;
	batch_fetch(&left->file[0]);
	all.now_s++;
	batches_forget(&all);
	assert_true(is_kept(&all, left));
	batch_fetched(&all, &left->file[0], false);
	batches_forget(&all);
	assert_null(batch_find(&all, token));
}

static void
names(void **state)
{
	static const struct {
		const char *name, *in, *out;
		enum type type;
	} rows[] = {
		{ "請求書 第１号.txt", "請求書 第１号.txt", "請求書 第１号.txt", TYPE_TEXT },
		{ "C:\\temp\\a.TXT", "a.TXT", "a.TXT", TYPE_TEXT },
		{ "../../etc/passwd", "passwd", "passwd.txt", TYPE_TEXT },
		{ "a\"b.txt", "a\"b.txt", "a\"b.txt", TYPE_TEXT },
		{ ".txt", ".txt", ".txt", TYPE_TEXT },
		{ ".profile", ".profile", ".profile.txt", TYPE_TEXT },
		{ "a.exe", "a.exe", "a.txt", TYPE_TEXT },
		{ "a.pdf.exe", "a.pdf.exe", "a.pdf.pdf", TYPE_PDF },
		{ "a/", "file", "file.pdf", TYPE_PDF },
		{ "..", "file", "file.pdf", TYPE_PDF },
		{ "", "file", "file.pdf", TYPE_PDF },
		{ "a\xe2\x80\xae" "fdp.exe", "a\xef\xbf\xbd" "fdp.exe", "a\xef\xbf\xbd" "fdp.pdf", TYPE_PDF },
		{ "\xff.txt", "\xef\xbf\xbd.txt", "\xef\xbf\xbd.txt", TYPE_TEXT },
	};
	struct batches all = house();
	enum text why = TEXT_COUNT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct batch *b = batch_new(&all, &ann, &why);
		struct outcome o = { .out = -1, .out_type = rows[i].type };

		assert_true(batch_add(b, view_str(rows[i].name), 0, 1, &why));
		assert_true(begin_by_default(&all, b, &why));
		begin(&b->file[0]);
		batch_ended(&all, &b->file[0], &o);
		assert_string_equal(b->file[0].name, rows[i].in);
		assert_string_equal(b->file[0].out_name, rows[i].out);
	}
	close_house(&all);
}

#define TYPE "multipart/form-data; boundary=x"
#define PART(name, data) "--x\r\nContent-Disposition: form-data; name=" name "\r\n\r\n" data "\r\n"

static enum text
upload_bytes(struct view form, const char *type, size_t *files, const struct profile **p, const char *password)
{
	struct batches all = house();
	enum text why = TEXT_COUNT, wrong;
	struct batch *b = batch_new(&all, &ann, &why);
	size_t n;

	wrong = upload_begin(b, view_str(type));
	/* In pieces, as it arrives. */
	for (; wrong == TEXT_COUNT && form.n > 0; form = view_from(form, n)) {
		n = form.n < 7 ? form.n : 7;
		assert_true(batch_fill(&all, b, view_of(form.p, n), &why));
		wrong = upload_more(b, view_of(form.p, n));
	}
	if (wrong == TEXT_COUNT)
		wrong = upload_end(b);
	*files = b->files;
	*p = b->profile;
	if (wrong == TEXT_COUNT) {
		char s[8] = { 0 };

		assert_int_equal(b->file[0].size, 5);
		assert_int_equal(pread(b->form, s, 5, (off_t)b->file[0].at), 5);
		assert_string_equal(s, "hello");
		assert_string_equal(b->password, password);
	}
	close_house(&all);
	return wrong;
}

static enum text
upload(const char *form, const char *type, size_t *files, const struct profile **p)
{
	return upload_bytes(view_str(form), type, files, p, "");
}

static void
uploads(void **state)
{
	const struct profile *p;
	char whole[16384] = "";
	size_t n, i;

	(void)state;
	assert_int_equal(upload(PART("file; filename=a", "hello") "--x--\r\n", TYPE, &n, &p), TEXT_COUNT);
	assert_true(n == 1 && p == profile_at(0));
	assert_int_equal(upload(PART("profile", "strict") PART("file; filename=\"\"", "") PART("other", "hm") PART("file; filename=a", "hello")
				"--x--\r\n", TYPE, &n, &p), TEXT_COUNT);
	assert_true(n == 1 && view_is(view_str(p->name), "strict"));
	assert_int_equal(upload(PART("file; filename=a", "hello"), TYPE, &n, &p), TEXT_WEB_CUT);
	assert_int_equal(upload(PART("file; filename=a", "hello") "--x", TYPE, &n, &p), TEXT_WEB_CUT);
	assert_int_equal(upload("", TYPE, &n, &p), TEXT_WEB_CUT);
	assert_int_equal(upload("--x--", "text/plain", &n, &p), TEXT_WEB_CUT);
	assert_int_equal(upload(PART("file; filename=\"\"", "") "--x--", TYPE, &n, &p), TEXT_WEB_NO_FILE);
	assert_int_equal(upload(PART("file", "hello") "--x--", TYPE, &n, &p), TEXT_WEB_NO_FILE);
	assert_int_equal(upload(PART("profile", "none") PART("file; filename=a", "hello") "--x--", TYPE, &n, &p), TEXT_WEB_BAD_REQUEST);
	assert_int_equal(upload(PART("profile", "strict") PART("profile", "keep") PART("file; filename=a", "hello") "--x--", TYPE, &n, &p),
			 TEXT_WEB_BAD_REQUEST);
	for (i = 0; i < BATCH_FILES; i++)
		strcat(whole, PART("file; filename=a", "hello"));
	n = strlen(whole);
	strcat(whole, "--x--");
	assert_int_equal(upload(whole, TYPE, &i, &p), TEXT_COUNT);
	whole[n] = '\0';
	strcat(whole, PART("file; filename=a", "hello") "--x--");
	assert_int_equal(upload(whole, TYPE, &i, &p), TEXT_WEB_TOO_MUCH);
	for (i = 0, *whole = '\0'; i < 100; i++)
		strcat(whole, PART("a", ""));
	assert_int_equal(upload(whole, TYPE, &i, &p), TEXT_WEB_TOO_MUCH);
}

#define A_16 "aaaaaaaaaaaaaaaa"
#define A_256 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16 A_16

static void
passwords(void **state)
{
	static const struct {
		struct view form;
		const char *password;
		enum text wrong;
	} rows[] = {
#define ROW(form, password, wrong) { VIEW(form PART("file; filename=a", "hello") "--x--"), password, wrong }
		ROW(PART("password", "\xe3\x81\xb2 x"), "\xe3\x81\xb2 x", TEXT_COUNT),
		ROW(PART("password", ""), "", TEXT_COUNT),
		ROW(PART("password", "") PART("password", "a"), "a", TEXT_COUNT),
		ROW(PART("password", A_256), A_256, TEXT_COUNT),
		ROW(PART("password", A_256 "a"), "", TEXT_WEB_PASSWORD_BAD),
		ROW(PART("password", "a\0b"), "", TEXT_WEB_PASSWORD_BAD),
		ROW(PART("password", "a") PART("password", "b"), "", TEXT_WEB_BAD_REQUEST),
#undef ROW
	};
	const struct profile *p;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (upload_bytes(rows[i].form, TYPE, &n, &p, rows[i].password) != rows[i].wrong)
			fail_msg("row %zu", i);
}

/* Wiped as soon as nothing more is to be opened with it. */
static void
passwords_are_wiped(void **state)
{
	struct batches all = house();
	enum text why = TEXT_COUNT;
	struct batch *b = hand_in(&all, &ann, 2, 1, &why);
	static const char none[sizeof b->password];

	(void)state;
	memcpy(b->password, "secret", 7);
	begin(&b->file[0]);
	batch_ended(&all, &b->file[0], &(struct outcome){ .verdict = VERDICT_FAILED, .out = -1 });
	assert_string_equal(b->password, "secret");
	finish(&all, b, 1);
	assert_memory_equal(b->password, none, sizeof none);
	close_house(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_gives_way),
		cmocka_unit_test(what_is_fetched_or_worked_on_stays),
		cmocka_unit_test(a_client_over_its_share_pays_itself),
		cmocka_unit_test(what_another_has_not_fetched_has_its_time),
		cmocka_unit_test(descriptors_fit),
		cmocka_unit_test(an_output_without_room_says_so),
		cmocka_unit_test(forms_have_an_end),
		cmocka_unit_test(nobody_waits_for_all_of_anothers),
		cmocka_unit_test(so_many_go_side_by_side),
		cmocka_unit_test(large_ones_go_alone),
		cmocka_unit_test(who_is_gone_is_not_worked_for),
		cmocka_unit_test(results_are_forgotten),
		cmocka_unit_test(names),
		cmocka_unit_test(uploads),
		cmocka_unit_test(passwords),
		cmocka_unit_test(passwords_are_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
