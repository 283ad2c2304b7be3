/*
 * Formulas, fields and addresses of spreadsheets: the first byte says which
 * language.  No accepted one names what may not be called.
 */
#include <stdlib.h>
#include <string.h>

#include "core/own.h"
#include "inspect/field.h"
#include "inspect/formula.h"
#include "inspect/odf_formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const never[] = { "WEBSERVICE(", "DDE(", "CALL(", "RTD(", "REGISTER(", "EXEC(", "FILTERXML(" };
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	own_arena struct arena *arena = arena_new(0);
	struct workbook w = { .arena = arena };
	struct err e = { 0 };
	struct view v;
	bool ok;
	size_t i;

	if (size == 0 || arena == NULL)
		return 0;
	v = (struct view){ data + 1, size - 1 };
	if (!inspect_names_add(arena, &w.sheets, VIEW("S"), &e))
		abort();
	switch (data[0] % 4) {
	case 0:
		ok = inspect_formula(&in, &w, v, &e) && inspect_workbook_end(&w, &e);
		break;
	case 1:
		ok = inspect_odf_formula(&in, v, &e);
		break;
	case 2:
		ok = inspect_odf_text_formula(v, &e);
		break;
	default:
		ok = inspect_field(&in, v, &e);
		break;
	}
	if (!ok && e.code == ERR_NONE)
		abort();
	for (i = 0; ok && data[0] % 4 < 2 && i < sizeof never / sizeof *never; i++) {
		size_t at = view_find(v, 0, view_str(never[i]));

		/* In a text, a name or another word it may stand. */
		if (at != VIEW_NOT_FOUND && (at == 0 || v.p[at - 1] == '=') && memchr(v.p, '"', v.n) == NULL && memchr(v.p, '\'', v.n) == NULL && memchr(v.p, '[', v.n) == NULL)
			abort();
	}
	inspect_workbook_release(&w);
	return 0;
}
