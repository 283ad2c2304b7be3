#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/contentline/value.h"

static void
values_are_of_their_kind(void **state)
{
	static const struct {
		enum value_kind kind;
		const char *in, *want;	/* NULL: refused */
	} rows[] = {
		{ VALUE_TEXT, "a,b;c\\nd", "a\\,b\\;c\\nd" },
		{ VALUE_TEXTS, "a,b\\,c;d", "a,b\\,c\\;d" },
		{ VALUE_STRUCTURED, "a;b,c;;d\\;e", "a;b,c;;d\\;e" },
		{ VALUE_DATE, "20260401", "20260401" },
		{ VALUE_DATE, " 20260401T090000Z", "20260401T090000Z" },
		{ VALUE_DATE, "2026-04-01", NULL },
		{ VALUE_DATE, "20260401T0900", NULL },
		{ VALUE_DATE, "20260401T090000Zx", NULL },
		{ VALUE_DATES, "20260401,20260402T000000", "20260401,20260402T000000" },
		{ VALUE_DATES, "20260401,x", NULL },
		{ VALUE_DATES, "", NULL },
		{ VALUE_PERIODS, "20260401T000000Z/PT1H,20260401T000000Z/20260402T000000Z",
		  "20260401T000000Z/PT1H,20260401T000000Z/20260402T000000Z" },
		{ VALUE_PERIODS, "20260401T000000Z", NULL },
		{ VALUE_DATES_OR_PERIODS, "20260401,20260401T000000Z/P1D", "20260401,20260401T000000Z/P1D" },
		{ VALUE_DURATION, "-PT15M", "-PT15M" },
		{ VALUE_DURATION, "P1DT2H3M4S", "P1DT2H3M4S" },
		{ VALUE_DURATION, "P2W", "P2W" },
		{ VALUE_DURATION, "P", NULL },
		{ VALUE_DURATION, "PT", NULL },
		{ VALUE_DURATION, "P1", NULL },
		{ VALUE_DURATION, "PT1S2M", NULL },
		{ VALUE_DURATION, "PTH", NULL },
		{ VALUE_DURATION, "PW", NULL },
		{ VALUE_MOMENT, "-P1D", "-P1D" },
		{ VALUE_MOMENT, "20260401T000000Z", "20260401T000000Z" },
		{ VALUE_VDATE, "--0401", "--0401" },
		{ VALUE_VDATE, "1990-01-01T00:00:00Z", "1990-01-01T00:00:00Z" },
		{ VALUE_VDATE, "today", NULL },
		{ VALUE_INT, "-5", "-5" },
		{ VALUE_INT, "5x", NULL },
		{ VALUE_FLOAT2, "35.1;-139", "35.1;-139" },
		{ VALUE_FLOAT2, "35.1", NULL },
		{ VALUE_OFFSET, "+0900", "+0900" },
		{ VALUE_OFFSET, "0900", NULL },
		{ VALUE_OFFSET, "+09000", NULL },
		{ VALUE_TOKEN, "PUBLIC", "PUBLIC" },
		{ VALUE_TOKEN, "a b", NULL },
		{ VALUE_TOKEN, "", NULL },
		{ VALUE_RULE, "FREQ=weekly;BYDAY=MO,-1TU", "FREQ=WEEKLY;BYDAY=MO,-1TU" },
		{ VALUE_RULE, "INTERVAL=2;FREQ=DAILY;COUNT=3", "FREQ=DAILY;INTERVAL=2;COUNT=3" },
		{ VALUE_RULE, "COUNT=3", NULL },
		{ VALUE_RULE, "FREQ=DAILY;X=1", NULL },
		{ VALUE_RULE, "FREQ=DAILY;FREQ=DAILY", NULL },
		{ VALUE_RULE, "FREQ=a<b", NULL },
		{ VALUE_ADDRESS, "HTTPS://x.jp/a b", "https://x.jp/a%20b" },
		{ VALUE_ADDRESS, "file:///x", NULL },
		{ VALUE_ADDRESS, "mailto:a@b.jp?attach=/etc/passwd", NULL },
		{ VALUE_MAIL, "mailto:a@b.jp?subject=a%0D%0AX:b", NULL },
		{ VALUE_MAIL, "MAILTO:a@b.jp", "mailto:a@b.jp" },
		{ VALUE_MAIL, "https://x.jp/", NULL },
		{ VALUE_TEL, "03-1234", "03-1234" },
		{ VALUE_TEL, "TEL:+81-3;ext=1", "tel:+81-3;ext=1" },
		{ VALUE_TEL, "tel:javascript:x", NULL },
		{ VALUE_TEL, "tel:", NULL },
		{ VALUE_TEL, "tel:+81\"", NULL },
		{ VALUE_PICTURE, "AAAA", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf out = { 0 };
		bool ok = value_put(rows[i].kind, view_str(rows[i].in), true, &out);

		if (ok != (rows[i].want != NULL) || (ok && !view_is(buf_bytes(&out), rows[i].want)))
			fail_msg("%s: %.*s", rows[i].in, (int)out.n, (const char *)out.p);
		if (!ok)
			assert_int_equal(out.n, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(values_are_of_their_kind) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
