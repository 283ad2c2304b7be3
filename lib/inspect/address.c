#include "inspect/address.h"

/* Two digits behind a '%'; -1 where there are none. */
static int
escaped(struct view v, size_t at)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int c = 0;
	size_t i;

	if (v.n - at < 3 || v.p[at] != '%')
		return -1;
	for (i = 1; i < 3; i++) {
		const char *d = v.p[at + i] == 0 ? NULL : strchr(digits, v.p[at + i]);

		if (d == NULL)
			return -1;
		c = c * 16 + (int)(d - digits) % 16;
	}
	return c;
}

/* The names of RFC 6068 and the registry that only fill in a mail; none may bring a file. */
static bool
header_name(const uint8_t *p, size_t n, bool *ret_words)
{
	static const char *const known[] = { "bcc", "body", "cc", "importance", "in-reply-to", "keywords", "priority", "references",
					     "reply-to", "subject", "to" };
	size_t i, k;

	for (i = 0; i < sizeof known / sizeof *known; i++) {
		for (k = 0; k < n && known[i][k] != 0 && (p[k] | (p[k] >= 'A' && p[k] <= 'Z' ? 32 : 0)) == known[i][k]; k++)
			;
		if (k == n && known[i][k] == 0) {
			*ret_words = i == 1;
			return true;
		}
	}
	return false;
}

/* Addresses, then behind '?' header fields with '&' between; a control may be escaped in the words alone, and be a line's end or a TAB. */
static bool
mail(struct view v, struct err *e)
{
	bool words = false, headers = false;
	size_t i, k;

	for (i = 7; i < v.n; i++) {
		int c = escaped(v, i);

		if (c >= 0 && (c < 32 || c == 127) && !(words && (c == 9 || c == 10 || c == 13)))
			return residue(e, "mail with an escaped control");
		if (!(v.p[i] == '?' && !headers) && !(v.p[i] == '&' && headers))
			continue;
		headers = true;
		words = false;
		for (k = i + 1; k < v.n && v.p[k] != '=' && v.p[k] != '&'; k++)
			;
		if (k == i + 1 && (k == v.n || v.p[k] == '&'))
			continue;
		if (k == v.n || v.p[k] != '=' || !header_name(v.p + i + 1, k - i - 1, &words))
			return residue(e, "mail with a field that may not be");
	}
	return true;
}

static bool
sound(struct view v, const char *never, struct err *e)
{
	static const struct view schemes[] = { { (const uint8_t *)"http://", 7 }, { (const uint8_t *)"https://", 8 }, { (const uint8_t *)"mailto:", 7 } };
	size_t i, scheme;

	for (scheme = 0; scheme < 3 && !view_starts(v, schemes[scheme]); scheme++)
		;
	if (scheme == 3 || v.n == schemes[scheme].n || v.n > ADDRESS_MAX)
		return residue(e, "no address of http, https or mailto");
	for (i = 0; i < v.n; i++)
		if (v.p[i] <= 0x20 || v.p[i] >= 0x7f || strchr(never, v.p[i]) != NULL)
			return residue(e, "address with byte %02x", v.p[i]);
	return scheme != 2 || mail(v, e);
}

bool
inspect_address_written(struct view v, struct err *e)
{
	return sound(v, "\"<>\\^`{|}", e);
}

bool
inspect_address_sound(struct view v, struct err *e)
{
	return sound(v, "\"<>\\^`{|}'", e);
}

static bool
kept(const struct inspection *in, struct err *e)
{
	return in->profile->links || residue(e, "a link, which the profile does not keep");
}

bool
inspect_address_office(struct inspection *in, struct view v, struct err *e)
{
	return kept(in, e) && inspect_address_written(v, e);
}

bool
inspect_address(struct inspection *in, struct view v, struct err *e)
{
	return kept(in, e) && inspect_address_sound(v, e);
}
