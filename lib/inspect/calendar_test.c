#include "inspect/sentence.h"

#define CAL "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b\r\n"
#define EVENT(lines) CAL "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define CARD(lines) "BEGIN:VCARD\r\nVERSION:3.0\r\n" lines "END:VCARD\r\n"
#define PIXEL "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
#define TEN "0123456789"

static const char *const calendars[] = {
	CAL "END:VCALENDAR\r\n", CAL "METHOD:PUBLISH\r\nX-WR-CALNAME:a\r\nEND:VCALENDAR\r\n" CAL "END:VCALENDAR\r\n",
	EVENT("DTSTART;TZID=Asia/Tokyo:20260101T090000\r\nDTEND;VALUE=DATE:20260102\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU\r\n"),
	EVENT("SUMMARY;LANGUAGE=ja:\xe4\xbc\x9a\xe8\xad\xb0\\, a\\nb\\;\\\\\r\nATTENDEE;CN=\"a, b\";RSVP=TRUE:mailto:a@b.jp\r\n"),
	EVENT("DURATION:PT1H30M\r\nGEO:1.5;-2\r\nURL:https://a.jp/\r\nCATEGORIES:a,b\r\nEXDATE:20260101,20260102T000000Z\r\n"),
	EVENT("RDATE;VALUE=PERIOD:20260101T000000Z/PT1H,20260101T000000Z/20260102T000000Z\r\nPRIORITY:-1\r\nTRANSP:OPAQUE\r\n"),
	EVENT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1DT2H\r\nREPEAT:2\r\nDURATION:P1W\r\nEND:VALARM\r\n"),
	CAL "BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+090000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n",
	CAL "BEGIN:VFREEBUSY\r\nFREEBUSY:20260101T000000Z/PT1H\r\nREQUEST-STATUS:2.0;a\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n",
	EVENT("DESCRIPTION:" TEN TEN TEN TEN TEN TEN "012\r\n"), EVENT("DESCRIPTION:" TEN TEN TEN TEN TEN TEN "012\r\n 3\r\n"),
	EVENT("DESCRIPTION:" TEN TEN TEN TEN TEN TEN "0\r\n \xe6\xbc\xa2\r\n"),
};

static const char *const cards[] = {
	CARD(""), "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:a\r\nEND:VCARD\r\n", CARD("FN:a\r\n") CARD("N:a;b;;;\r\n"), CARD("item1.TEL;TYPE=WORK,VOICE;PREF=1:+81-155-00-0000\r\nitem1.EMAIL:a@b.jp\r\n"),
	CARD("TEL:tel:+81-155;ext=1\r\nBDAY:1990-01-01\r\nGEO:1;2\r\nURL:https://a.jp/\r\n"), CARD("FN;SORT-AS=\"a,b\";ALTID=1.2;VALUE=TEXT:x\r\n"),
};

static const struct { enum type type; const char *text, *why; } bad[] = {
	{ TYPE_ICS, EVENT("ATTACH:https://a.jp/x.exe\r\n"), "may not stand" }, { TYPE_ICS, EVENT("X-ALT-DESC:x\r\n"), "may not stand" },
	{ TYPE_ICS, EVENT("BEGIN:VALARM\r\nACTION:PROCEDURE\r\nTRIGGER:PT1H\r\nEND:VALARM\r\n"), "only show" },
	{ TYPE_ICS, EVENT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nACTION:AUDIO\r\nTRIGGER:PT1H\r\nEND:VALARM\r\n"), "may not stand" },
	{ TYPE_ICS, EVENT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"), "without a time" }, { TYPE_ICS, EVENT("BEGIN:VEVENT\r\nEND:VEVENT\r\n"), "may not stand" },
	{ TYPE_ICS, EVENT("URL:javascript:x\r\n"), "no address" }, { TYPE_ICS, EVENT("ATTENDEE:mailto:a@b.jp?attach=x\r\n"), "field that may not" }, { TYPE_ICS, EVENT("ORGANIZER:https://a/\r\n"), "none of its kind" }, { TYPE_ICS, EVENT("DTSTART:today\r\n"), "none of its kind" },
	{ TYPE_ICS, EVENT("SUMMARY:a,b\r\n"), "none of its kind" }, { TYPE_ICS, EVENT("SUMMARY:a;b\r\n"), "none of its kind" }, { TYPE_ICS, EVENT("SUMMARY:a\\b\r\n"), "none of its kind" },
	{ TYPE_ICS, EVENT("SUMMARY;ALTREP=\"https://a/\":a\r\n"), "unknown parameter" }, { TYPE_ICS, EVENT("SUMMARY;CN=a;CN=b:a\r\n"), "twice" },
	{ TYPE_ICS, EVENT("SUMMARY;CN=\"a\":a\r\n"), "value" }, { TYPE_ICS, EVENT("SUMMARY;CN=a:b:a\r\nX:\r\n"), "may not" }, { TYPE_ICS, EVENT("SUMMARY;CN:a\r\n"), "without a value" },
	{ TYPE_ICS, EVENT("SUMMARY;VALUE=URI:a\r\n"), "none of its kind" }, { TYPE_ICS, EVENT("SUMMARY;MEMBER=\"https://a\":a\r\n"), "none of its kind" },
	{ TYPE_ICS, EVENT("SUMMARY:a\n"), "may not be" }, { TYPE_ICS, EVENT("SUMMARY:\xe2\x80\xae\r\n"), "may not be" }, { TYPE_ICS, EVENT("summary:a\r\n"), "no name" },
	{ TYPE_ICS, EVENT("SUMMARY:a\r\n b\r\n"), "elsewhere" }, { TYPE_ICS, EVENT("DESCRIPTION:" TEN TEN TEN TEN TEN TEN TEN "\r\n"), "not folded" },
	{ TYPE_ICS, EVENT("DESCRIPTION:" TEN TEN TEN TEN TEN TEN "\r\n 1\r\n"), "elsewhere" }, { TYPE_ICS, EVENT("RRULE:COUNT=1;FREQ=DAILY\r\n"), "none of its kind" },
	{ TYPE_ICS, EVENT("RRULE:FREQ=DAILY;FREQ=DAILY\r\n"), "none of its kind" }, { TYPE_ICS, EVENT("DURATION:PT\r\n"), "none of its kind" }, { TYPE_ICS, EVENT("DURATION:P\r\n"), "none of its kind" },
	{ TYPE_ICS, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "head" }, { TYPE_ICS, CAL, "no end" }, { TYPE_ICS, CAL "END:VEVENT\r\n", "another component" },
	{ TYPE_ICS, CAL "BEGIN:VEVENT\r\nEND:VEVENT\r\nMETHOD:X\r\nEND:VCALENDAR\r\n", "behind a component" }, { TYPE_ICS, CAL "SUMMARY:x\r\nEND:VCALENDAR\r\n", "may not stand" },
	{ TYPE_VCF, CARD("KEY:x\r\n"), "may not stand" }, { TYPE_VCF, CARD("SOUND:x\r\n"), "may not stand" }, { TYPE_VCF, CARD("AGENT:x\r\n"), "may not stand" },
	{ TYPE_VCF, CARD("URL:file:///x\r\n"), "no address" }, { TYPE_VCF, CARD("URL:mailto:a@b.jp?attach=x\r\n"), "field that may not" }, { TYPE_VCF, CARD("PHOTO;VALUE=URI:https://a/\r\n"), "unknown parameter" }, { TYPE_VCF, CARD("PHOTO;ENCODING=b;TYPE=SVG:AAAA\r\n"), "unknown type" },
	{ TYPE_VCF, CARD("PHOTO;ENCODING=b;TYPE=PNG:AAAA\r\n"), "picture" }, { TYPE_VCF, CARD("TEL;PREF=0:1\r\n"), "none of its kind" }, { TYPE_VCF, CARD("TEL;PREF=1,2:1\r\n"), "more than one" },
	{ TYPE_VCF, CARD("TEL:tel:a b\r\n"), "none of its kind" }, { TYPE_VCF, "BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n", "head" },
	{ TYPE_VCF, "BEGIN:VEVENT\r\nVERSION:3.0\r\nEND:VCARD\r\n", "head" }, { TYPE_ICS, "BEGIN:VCARD\r\nVERSION:2.0\r\nPRODID:-//a//b\r\nEND:VCALENDAR\r\n", "head" },
	{ TYPE_VCF, "BEGIN:VCARD\r\nVERSION:4.0\r\nPHOTO;ENCODING=b;TYPE=PNG:AAAA\r\nEND:VCARD\r\n", "unknown parameter" }, { TYPE_VCF, "BEGIN:VCARD\r\nVERSION:2.1\r\nEND:VCARD\r\n", "head" },
	{ TYPE_VCF, CARD("FN:a"), "no end" }, { TYPE_VCF, CARD("BDAY:x\r\n"), "none of its kind" }, { TYPE_VCF, CARD("GEO:1\r\n"), "none of its kind" },
};

/* A picture of our own in a card, folded as it must be. */
static void
test_picture(void **state)
{
	static const struct { const char *version, *value, *why; } rows[] = {
		{ "3.0", "PHOTO;ENCODING=b;TYPE=PNG:" PIXEL, NULL }, { "4.0", "PHOTO:data:image/png;base64," PIXEL, NULL },
		{ "3.0", "PHOTO:data:image/png;base64," PIXEL, "unknown parameter" }, { "4.0", "PHOTO;ENCODING=b;TYPE=PNG:" PIXEL, "unknown parameter" },
		{ "3.0", "PHOTO;ENCODING=b;TYPE=GIF:" PIXEL, "picture" },
	};
	size_t k;

	(void)state;
	for (k = 0; k < sizeof rows / sizeof *rows; k++) {
		own_buf struct buf b = { 0 };
		const char *value = rows[k].value;
		size_t i, n = strlen(value), width = 75;

		buf_printf(&b, "BEGIN:VCARD\r\nVERSION:%s\r\n", rows[k].version);
		for (i = 0; i < n; i += width, width = 74) {
			buf_str(&b, i == 0 ? "" : "\r\n ");
			buf_put(&b, value + i, n - i < width ? n - i : width);
		}
		buf_str(&b, "\r\nEND:VCARD\r\n");
		if (rows[k].why == NULL)
			must_pass(TYPE_VCF, buf_bytes(&b), value);
		else
			must_fail(TYPE_VCF, buf_bytes(&b), value, rows[k].why);
	}
}

static void
test_good(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof calendars / sizeof *calendars; i++)
		must_pass(TYPE_ICS, view_str(calendars[i]), calendars[i]);
	for (i = 0; i < sizeof cards / sizeof *cards; i++)
		must_pass(TYPE_VCF, view_str(cards[i]), cards[i]);
	must_be_whole(TYPE_ICS, view_str(calendars[6]));
	must_be_whole(TYPE_VCF, view_str(cards[3]));
}

static void
test_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must_fail(bad[i].type, view_str(bad[i].text), bad[i].text, bad[i].why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_bad), cmocka_unit_test(test_picture) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
