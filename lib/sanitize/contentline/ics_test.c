#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sanitize/testing.h"

#define CAL(x) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Sekisho//JA\r\n" x "END:VCALENDAR\r\n"
#define EVENT(x) CAL("BEGIN:VEVENT\r\n" x "END:VEVENT\r\n")

static void
calendars_are_written_anew(void **state)
{
	static const struct {
		const char *in, *want;
		enum finding_code code;	/* FINDING_COUNT: nothing goes */
	} rows[] = {
		{ EVENT("SUMMARY:会議\r\nDTSTART;TZID=Asia/Tokyo:20260401T090000\r\n"),
		  EVENT("SUMMARY:会議\r\nDTSTART;TZID=Asia/Tokyo:20260401T090000\r\n"), FINDING_COUNT },
		{ EVENT("ATTACH;FMTTYPE=text/html:https://x.jp/a.exe\r\nUID:1\r\n"), EVENT("UID:1\r\n"), FINDING_ICS_ATTACH },
		{ EVENT("ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA\r\n"), EVENT(""), FINDING_ICS_ATTACH },
		{ EVENT("X-ALT-DESC;FMTTYPE=text/html:<script>\r\n"), EVENT(""), FINDING_ICS_PROPERTY },
		{ EVENT("URL:javascript:x\r\n"), EVENT(""), FINDING_ICS_LINK },
		{ EVENT("URL:mailto:a@b.jp?attach=/etc/passwd\r\n"), EVENT(""), FINDING_ICS_LINK },
		{ EVENT("ATTENDEE:mailto:a@b.jp?attach=/etc/passwd\r\n"), EVENT(""), FINDING_ICS_LINK },
		{ EVENT("URL;VALUE=URI:https://x.jp/\r\n"), EVENT("URL:https://x.jp/\r\n"), FINDING_COUNT },
		{ EVENT("ATTENDEE;CN=\"山田, 太郎\";DIR=\"ldap://x\";DELEGATED-TO=\"mailto:a@b\",\"file:x\":mailto:c@d\r\n"),
		  EVENT("ATTENDEE;CN=\"山田, 太郎\";DELEGATED-TO=\"mailto:a@b\":mailto:c@d\r\n"), FINDING_ICS_PROPERTY },
		{ EVENT("DESCRIPTION;ALTREP=\"cid:x\":a\\nb\r\n"), EVENT("DESCRIPTION:a\\nb\r\n"), FINDING_ICS_PROPERTY },
		{ EVENT("DTSTART:tomorrow\r\n"), EVENT(""), FINDING_ICS_VALUE },
		{ EVENT("BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nEND:VALARM\r\n"),
		  EVENT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n"), FINDING_COUNT },
		{ EVENT("BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:AUDIO\r\nATTACH:http://x\r\nEND:VALARM\r\n"),
		  EVENT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"), FINDING_ICS_ALARM },
		{ EVENT("BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:PROCEDURE\r\nATTACH:file:///x\r\nEND:VALARM\r\n"), EVENT(""),
		  FINDING_ICS_ALARM },
		{ EVENT("BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:P0D\r\nATTENDEE:mailto:a@b\r\nEND:VALARM\r\n"), EVENT(""),
		  FINDING_ICS_ALARM },
		{ EVENT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"), EVENT(""), FINDING_ICS_VALUE },
		{ EVENT("BEGIN:X-EVIL\r\nSUMMARY:in\r\nEND:X-EVIL\r\nSUMMARY:out\r\n"), EVENT("SUMMARY:out\r\n"),
		  FINDING_ICS_PROPERTY },
		{ CAL("X-WR-CALNAME:予定\r\nMETHOD:PUBLISH\r\n"), CAL("X-WR-CALNAME:予定\r\nMETHOD:PUBLISH\r\n"), FINDING_COUNT },
		{ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n  b\n", EVENT("SUMMARY:a b\r\n"), FINDING_COUNT },
		{ CAL("BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\n"
		      "TZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"),
		  CAL("BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0900\r\n"
		      "TZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"), FINDING_COUNT },
		{ EVENT("ATTENDEE;ROLE=\"a:b\":mailto:c@d\r\n"), EVENT("ATTENDEE:mailto:c@d\r\n"), FINDING_ICS_PROPERTY },
		{ EVENT("DTSTART;VALUE=DATE:20260401\r\n"), EVENT("DTSTART;VALUE=DATE:20260401\r\n"), FINDING_COUNT },
		{ EVENT("DTSTART;VALUE=BINARY:20260401\r\n"), EVENT("DTSTART:20260401\r\n"), FINDING_ICS_PROPERTY },
		{ EVENT("garbage\r\nSUMMARY:a\r\n"), EVENT("SUMMARY:a\r\n"), FINDING_ICS_VALUE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_tried struct tried t = try_it("a.ics", view_str(rows[i].in));

		assert_true(tried_passed(&t));
		(void)buf_byte(&t.out, '\0');
		assert_string_equal((const char *)t.out.p, rows[i].want);
		t.out.n--;
		if (rows[i].code == FINDING_COUNT ? t.verdict != VERDICT_CLEAN : tried_count(&t, rows[i].code) == 0)
			fail_msg("%s: %s", rows[i].in, verdict_name(t.verdict));
		assert_true(tried_settled(&t, "a.ics"));
	}
}

static void
a_strict_profile_keeps_no_link(void **state)
{
	own_tried struct tried t = try_with("strict", NULL, "a.ics", VIEW(EVENT("SUMMARY:a\r\nURL:https://x.jp/\r\nATTENDEE:mailto:a@b.jp\r\n")));

	(void)state;
	assert_true(view_is(buf_bytes(&t.out), EVENT("SUMMARY:a\r\nATTENDEE:mailto:a@b.jp\r\n")));
	assert_int_equal(tried_count(&t, FINDING_ICS_LINK), 1);
}

static void
what_is_no_calendar_is_refused(void **state)
{
	own_tried struct tried t = try_it("a.ics", VIEW("BEGIN:VCALENDARX\r\n"));

	(void)state;
	assert_int_equal(t.verdict, VERDICT_REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calendars_are_written_anew),
		cmocka_unit_test(a_strict_profile_keeps_no_link),
		cmocka_unit_test(what_is_no_calendar_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
