#include "inspect/legacy.h"

#define HEAD \
	"<xml xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">" \
	"<o:shapelayout v:ext=\"edit\"><o:idmap data=\""
#define NOTE_TYPE \
	"<v:shapetype coordsize=\"21600,21600\" id=\"_x0000_t202\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>" \
	"<v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
#define NOTE_TAIL \
	"\" type=\"#_x0000_t202\"><v:fill color2=\"#ffffe1\"/><v:shadow color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>" \
	"<v:textbox style=\"mso-direction-alt:auto\"/><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>"
#define EQ(formula) "<v:f eqn=\"" formula "\"/>"
#define PICTURE_TYPE \
	"<v:shapetype coordsize=\"21600,21600\" filled=\"f\" id=\"_x0000_t75\" o:preferrelative=\"t\" o:spt=\"75\" path=\"m@4@5l@4@11@9@11@9@5xe\" stroked=\"f\">" \
	"<v:stroke joinstyle=\"miter\"/><v:formulas>" EQ("if lineDrawn pixelLineWidth 0") EQ("sum @0 1 0") EQ("sum 0 0 @1") EQ("prod @2 1 2") \
	EQ("prod @3 21600 pixelWidth") EQ("prod @3 21600 pixelHeight") EQ("sum @0 0 1") EQ("prod @6 1 2") EQ("prod @7 21600 pixelWidth") \
	EQ("sum @8 21600 0") EQ("prod @7 21600 pixelHeight") EQ("sum @10 21600 0") "</v:formulas>" \
	"<v:path gradientshapeok=\"t\" o:connecttype=\"rect\" o:extrusionok=\"f\"/></v:shapetype>"

struct legacy {
	struct view rest;
	uint64_t drawing, shape;
	bool (*relation)(void *of, struct view id, struct view types, struct err *e);
	void *of;
};

static bool
word(struct legacy *l, const char *s)
{
	return view_starts(l->rest, view_str(s)) && view_skip(&l->rest, strlen(s));
}

/* Digits without a leading zero, below max. */
static bool
number(struct legacy *l, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < l->rest.n && i < 12 && l->rest.p[i] >= '0' && l->rest.p[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(l->rest.p[i] - '0');
	if (i == 0 || (i > 1 && l->rest.p[0] == '0') || n >= max)
		return false;
	*ret = n;
	return view_skip(&l->rest, i);
}

/* 36.25pt */
static bool
points(struct legacy *l)
{
	uint64_t n;
	size_t i;

	if (!number(l, 10000000, &n) || !word(l, "."))
		return false;
	for (i = 0; i < 2; i++)
		if (l->rest.n <= i || l->rest.p[i] < '0' || l->rest.p[i] > '9')
			return false;
	return view_skip(&l->rest, 2) && word(l, "pt");
}

static bool
next_id(struct legacy *l)
{
	uint64_t n;

	return word(l, "_x0000_s") && number(l, UINT64_C(1) << 40, &n) && n == l->drawing * 1024 + ++l->shape;
}

static bool
note(struct legacy *l)
{
	uint64_t n;
	unsigned i;
	bool shown;

	if (!word(l, "<v:shape fillcolor=\"#ffffe1\" id=\"") || !next_id(l) || !word(l, "\" o:insetmode=\"auto\" style=\"position:absolute;visibility:"))
		return false;
	shown = word(l, "visible");
	if ((!shown && !word(l, "hidden")) || !word(l, NOTE_TAIL))
		return false;
	for (i = 0; i < 8; i++)
		if ((i > 0 && !word(l, ", ")) || !number(l, 10000000, &n))
			return false;
	return word(l, "</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>") && number(l, 1048576, &n) && word(l, "</x:Row><x:Column>") &&
	       number(l, 16384, &n) && word(l, "</x:Column>") && (!shown || word(l, "<x:Visible/>")) && word(l, "</x:ClientData></v:shape>");
}

static bool
picture(struct legacy *l, struct err *e)
{
	struct view id;
	size_t end;

	if (!word(l, "<v:shape id=\"") || !(word(l, "L") || word(l, "C") || word(l, "R")) || !(word(l, "H") || word(l, "F")))
		return false;
	(void)(word(l, "FIRST") || word(l, "EVEN"));
	if (!word(l, "\" o:spid=\"") || !next_id(l) || !word(l, "\" style=\"position:absolute;width:") || !points(l) || !word(l, ";height:") || !points(l) ||
	    !word(l, "\" type=\"#_x0000_t75\"><v:imagedata o:relid=\""))
		return false;
	end = view_find(l->rest, 0, VIEW("\""));
	return end != VIEW_NOT_FOUND && view_take(&l->rest, end, &id) && l->relation(l->of, id, VIEW("image"), e) && word(l, "\"/></v:shape>");
}

bool
inspect_legacy_drawing(struct view v, bool (*relation)(void *of, struct view id, struct view types, struct err *e), void *of, struct err *e)
{
	struct legacy l = { .rest = v, .relation = relation, .of = of };
	bool notes, ok = word(&l, HEAD) && number(&l, UINT64_C(1) << 20, &l.drawing) && word(&l, "\" v:ext=\"edit\"/></o:shapelayout>");

	notes = ok && word(&l, NOTE_TYPE);
	ok = ok && (notes || word(&l, PICTURE_TYPE));
	while (ok && view_starts(l.rest, VIEW("<v:shape ")))
		ok = notes ? note(&l) : picture(&l, e);
	ok = ok && l.shape > 0 && word(&l, "</xml>") && l.rest.n == 0;
	return ok || (e->code == ERR_NONE ? residue(e, "byte %zu: drawing of notes", at_of(v, l.rest)) : false);
}
