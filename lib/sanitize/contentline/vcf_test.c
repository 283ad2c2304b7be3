#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sanitize/testing.h"

#define CARD(version, x) "BEGIN:VCARD\r\nVERSION:" version "\r\n" x "END:VCARD\r\n"
#define GIF "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

static void
cards_are_written_anew(void **state)
{
	static const struct {
		const char *in, *want;
		enum finding_code code;	/* FINDING_COUNT: nothing goes */
	} rows[] = {
		{ CARD("3.0", "FN:山田太郎\r\nN:山田;太郎;;;\r\nTEL;TYPE=HOME,VOICE:03-1\r\n"),
		  CARD("3.0", "FN:山田太郎\r\nN:山田;太郎;;;\r\nTEL;TYPE=HOME,VOICE:03-1\r\n"), FINDING_COUNT },
		{ CARD("4.0", "FN:a\r\nTEL;TYPE=\"home,cell\";VALUE=uri;PREF=1:tel:+81-3\r\nitem1.URL:https://x.jp/\r\n"),
		  CARD("4.0", "FN:a\r\nTEL;TYPE=home,cell;PREF=1;VALUE=URI:tel:+81-3\r\nitem1.URL:https://x.jp/\r\n"),
		  FINDING_COUNT },
		{ CARD("2.1", "N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=91=BE=98=59\r\nTEL;CELL:090\r\n"),
		  CARD("3.0", "FN:山田 太郎\r\nN:山田;太郎\r\nTEL;TYPE=CELL:090\r\n"), FINDING_VCF_VERSION },
		{ CARD("2.1", "FN;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63\r\nNOTE;QUOTED-PRINTABLE:a=0D=0A=\r\nb, c\r\n"),
		  CARD("3.0", "FN:山田\r\nNOTE:a\\nb\\, c\r\n"), FINDING_VCF_VERSION },
		{ CARD("2.1", "FN:a\r\nSOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ;;;\r\n"),
		  CARD("3.0", "FN:a\r\nX-PHONETIC-LAST-NAME:ﾔﾏﾀﾞ\r\nX-PHONETIC-FIRST-NAME:ﾀﾛｳ\r\n"), FINDING_VCF_READING },
		{ CARD("3.0", "FN:a\r\nSOUND;ENCODING=b:AAAA\r\nKEY;ENCODING=b:AAAA\r\n"), CARD("3.0", "FN:a\r\n"),
		  FINDING_VCF_MEDIA },
		{ CARD("3.0", "FN:a\r\nPHOTO;VALUE=uri:http://x.jp/a.jpg\r\n"), CARD("3.0", "FN:a\r\n"), FINDING_VCF_PICTURE },
		{ CARD("3.0", "FN:a\r\nPHOTO;ENCODING=b;TYPE=GIF:PHNjcmlwdD4=\r\n"), CARD("3.0", "FN:a\r\n"),
		  FINDING_VCF_PICTURE },
		{ CARD("3.0", "FN:a\r\nURL:mailto:a@b.jp?subject=x&attach=c:/x\r\n"), CARD("3.0", "FN:a\r\n"), FINDING_VCF_LINK },
		{ CARD("3.0", "FN:a\r\nURL:javascript:x\r\n"), CARD("3.0", "FN:a\r\n"), FINDING_VCF_LINK },
		{ CARD("3.0", "N:山,川;b\r\n"), CARD("3.0", "FN:山\\,川 b\r\nN:山,川;b\r\n"), FINDING_COUNT },
		{ CARD("3.0", "FN;LANGUAGE=QUOTED-PRINTABLE:=41\r\n"), CARD("3.0", "FN;LANGUAGE=QUOTED-PRINTABLE:=41\r\n"), FINDING_COUNT },
		{ CARD("4.0", "FN;PREF=100;ALTID=1;PID=1.2:a\r\n"), CARD("4.0", "FN;PREF=100;ALTID=1;PID=1.2:a\r\n"), FINDING_COUNT },
		{ CARD("4.0", "FN;PREF=101;ALTID=x;PID=1-2:a\r\ngarbage\r\n"), CARD("4.0", "FN:a\r\n"), FINDING_VCF_VALUE },
		{ CARD("4.0", "FN:a\r\nitem_1.URL:https://x.jp/\r\ngarbage\r\n"), CARD("4.0", "FN:a\r\nitem1.URL:https://x.jp/\r\n"), FINDING_VCF_VALUE },
		{ CARD("3.0", "FN:a\r\nX-EVIL:x\r\n"), CARD("3.0", "FN:a\r\n"), FINDING_VCF_PROPERTY },
		{ CARD("3.0", "FN:a\r\nBDAY:x\r\nBDAY;VALUE=date:1990-01-02\r\n"),
		  CARD("3.0", "FN:a\r\nBDAY;VALUE=DATE:1990-01-02\r\n"), FINDING_VCF_VALUE },
		{ CARD("2.1", "FN:a\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:b\r\nEND:VCARD\r\nTITLE:c\r\n"),
		  CARD("3.0", "FN:a\r\nTITLE:c\r\n"), FINDING_VCF_MEDIA },
		{ CARD("2.1", "FN;ENCODING=QUOTED-PRINTABLE:=E2=80=AEa=00\r\n"), CARD("3.0", "FN:a\r\n"), FINDING_TEXT_HIDING },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_tried struct tried t = try_it("a.vcf", view_str(rows[i].in));

		assert_true(tried_passed(&t));
		(void)buf_byte(&t.out, '\0');
		assert_string_equal((const char *)t.out.p, rows[i].want);
		t.out.n--;
		if (rows[i].code == FINDING_COUNT ? t.verdict != VERDICT_CLEAN : tried_count(&t, rows[i].code) == 0)
			fail_msg("%s: %s", rows[i].in, verdict_name(t.verdict));
		assert_true(tried_settled(&t, "a.vcf"));
	}
}

static void
pictures_are_made_anew(void **state)
{
	own_tried struct tried three = try_it("a.vcf", VIEW(CARD("3.0", "FN:a\r\nPHOTO;BASE64;JPEG:" GIF "\r\n")));
	own_tried struct tried four = try_it("a.vcf", VIEW(CARD("4.0", "FN:a\r\nLOGO:data:image/png;base64," GIF "\r\n")));

	(void)state;
	assert_true(view_find(buf_bytes(&three.out), 0, VIEW("PHOTO;ENCODING=b;TYPE=GIF:R0lGOD")) != VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&four.out), 0, VIEW("LOGO:data:image/gif;base64,R0lGOD")) != VIEW_NOT_FOUND);
	assert_true(tried_settled(&three, "a.vcf"));
	assert_true(tried_settled(&four, "a.vcf"));
}

static void
a_strict_profile_keeps_no_link(void **state)
{
	own_tried struct tried t = try_with("strict", NULL, "a.vcf", VIEW(CARD("3.0", "FN:a\r\nURL:https://x.jp/\r\n")));

	(void)state;
	assert_true(view_is(buf_bytes(&t.out), CARD("3.0", "FN:a\r\n")));
	assert_int_equal(tried_count(&t, FINDING_VCF_LINK), 1);
}

static void
what_is_no_card_is_refused(void **state)
{
	own_tried struct tried t = try_it("a.vcf", VIEW("BEGIN:VCARDX\r\n"));

	(void)state;
	assert_int_equal(t.verdict, VERDICT_REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_are_written_anew),
		cmocka_unit_test(pictures_are_made_anew),
		cmocka_unit_test(a_strict_profile_keeps_no_link),
		cmocka_unit_test(what_is_no_card_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
