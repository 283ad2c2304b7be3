/* Standard strings and StandardEncoding (Adobe Technical Note 5176, Appendices A and B). */
#include "sanitize/font/cff_font.h"

static const char *const strings[CFF_STANDARD_STRINGS] = {
#define CFF_STRING(s) s,
#include "sanitize/font/cff_strings.def"
#undef CFF_STRING
};

/* Codes from…to have SIDs from `sid` on. */
static const struct {
	uint8_t from, to, sid;
} encoding[] = {
	{ 32, 126, 1 }, { 161, 175, 96 }, { 177, 180, 111 }, { 182, 189, 115 }, { 191, 191, 123 },
	{ 193, 200, 124 }, { 202, 203, 132 }, { 205, 208, 134 }, { 225, 225, 138 },
	{ 227, 227, 139 }, { 232, 235, 140 }, { 241, 241, 144 }, { 245, 245, 145 },
	{ 248, 251, 146 },
};

uint16_t
cff_standard_sid(struct view name)
{
	/* A linear search over 390 names, most of which differ in their first byte. */
	for (uint16_t i = 1; i < CFF_STANDARD_STRINGS; i++)
		if (name.n > 0 && (uint8_t)strings[i][0] == name.p[0] && view_is(name, strings[i]))
			return i;
	return 0;
}

struct view
cff_standard_string(uint16_t sid)
{
	return view_str(strings[sid]);
}

uint16_t
cff_standard_encoding(uint8_t code)
{
	for (size_t i = 0; i < sizeof encoding / sizeof encoding[0]; i++)
		if (code >= encoding[i].from && code <= encoding[i].to)
			return (uint16_t)(encoding[i].sid + (code - encoding[i].from));
	return 0;
}
