#include "inspect/address.h"

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
	return true;
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
	return kept(in, e) && sound(v, "\"<>\\^`{|}", e);
}

bool
inspect_address(struct inspection *in, struct view v, struct err *e)
{
	return kept(in, e) && inspect_address_sound(v, e);
}
