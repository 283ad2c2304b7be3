#include "answer.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <time.h>

#include "core/own.h"
#include "pages.h"

const struct answer_field answer_fields[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
	  "base-uri 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=()" },
	{ "Cache-Control", "no-store" },
	{ "Accept-Ranges", "none" },
	/* One request on a connection: the door reads its head, and only the first. */
	{ "Connection", "close" },
	{ NULL, NULL },
};

/* RFC 9110 5.6.7, in English whatever the locale. */
static void
put_date(struct buf *b)
{
	static const char day[] = "SunMonTueWedThuFriSat", month[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = time(NULL);
	struct tm t;

	if (gmtime_r(&now, &t) != NULL)
		buf_printf(b, "Date: %.3s, %02d %.3s %d %02d:%02d:%02d GMT\r\n", day + t.tm_wday * 3, t.tm_mday,
			   month + t.tm_mon * 3, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

void
answer_away(struct buf *b, const struct admission *a, const struct head *h, uint16_t port)
{
	own_buf struct buf page = { 0 };
	const struct answer_field *f;

	if (!a->home)
		page_error(&page, a->what, admit_lang(h));
	buf_printf(b, "HTTP/1.1 %u %s\r\n", a->status, MHD_get_reason_phrase_for(a->status));
	put_date(b);
	for (f = answer_fields; f->name != NULL; f++)
		buf_printf(b, "%s: %s\r\n", f->name, f->value);
	if (a->home)
		buf_printf(b, "Location: http://localhost:%u/\r\n", port);
	if (a->allow != NULL)
		buf_printf(b, "Allow: %s\r\n", a->allow);
	if (a->status == 503)
		buf_str(b, "Retry-After: 30\r\n");
	buf_printf(b, "Content-Type: text/html; charset=utf-8\r\nVary: Accept-Language, Cookie\r\nContent-Length: %zu\r\n\r\n", page.n);
	if (h->method.p == NULL || !view_is(h->method, "HEAD"))
		buf_view(b, buf_bytes(&page));
}
