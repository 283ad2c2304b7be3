/*
 * Small documents, and what must come out: the parts of a document one
 * by one, in sound and in odd shapes.
 */
#include "sanitize/pdf/document.h"
#include "sanitize/pdf/test_document.h"
#include "sanitize/pdf/test_outside.h"

#define PAGE "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
#define ONE_PAGE "<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE
#define LOOKS "<</Subtype/Form/BBox[0 0 9 9]/Length 12>>\nstream\n0 0 9 9 re f\nendstream"

static const struct sample {
	const char *name, *profile;
	const char *objects[16];
	const char *says[8], *not[8];
	enum finding_code code;		/* FINDING_COUNT: none that removes */
} samples[] = {
	/* -- the page tree -- */
	{ "plain", "rebuild", { "<</Type/Catalog/Pages 2 0 R>>", ONE_PAGE },
	  { "<</Pages 2 0 R/Type/Catalog>>", "<</Count 1/Kids[3 0 R]/Type/Pages>>",
	    "<</MediaBox[0 0 9 9]/Parent 2 0 R/Resources<<>>/Type/Page>>" }, { 0 }, FINDING_COUNT },
	{ "inheritance", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>",
	    "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[9 9 0 0]/Rotate -90>>",
	    "<</Type/Pages/Kids[4 0 R 5 0 R]/CropBox[1 1 8 8]>>", "<</Type/Page>>",
	    "<</Type/Page/Rotate 540/MediaBox[0 0 5 5.5]/UserUnit 2>>" },
	  { "<</CropBox[1 1 8 8]/MediaBox[0 0 9 9]/Parent 2 0 R/Resources<<>>/Rotate 270/Type/Page>>",
	    "<</CropBox[1 1 8 8]/MediaBox[0 0 5 5.5]/Parent 2 0 R/Resources<<>>/Rotate 180/Type/Page/UserUnit 2>>" },
	  { 0 }, FINDING_COUNT },
	{ "loops, nulls, no types, wrong counts, a page twice", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Kids[null 3 0 R 2 0 R 99 0 R 4 0 R 3 0 R 7]/Count -3>>",
	    "<</MediaBox[0 0 1 1]>>", "<</Kids[2 0 R 4 0 R 5 0 R]>>", "<</MediaBox[0 0 2 2]>>" },
	  { "<</Count 3/Kids[3 0 R 4 0 R 5 0 R]/Type/Pages>>", "4 0 obj\n<</MediaBox[0 0 2 2]",
	    "5 0 obj\n<</MediaBox[0 0 1 1]" }, { 0 }, FINDING_REPAIRED },
	{ "no tree", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1>>", "<</Type/Page/MediaBox[0 0 1 1]>>" },
	  { "<</Count 1/Kids[3 0 R]", "/MediaBox[0 0 1 1]" }, { 0 }, FINDING_REPAIRED },
	{ "kids that are nothing are empty pages, as many as the root counts", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[99 0 R 3 0 R 99 0 R 4 0 R 7]/Count 3/MediaBox[0 0 7 7]>>",
	    "<</Type/Page/MediaBox[0 0 1 1]>>", "<</Type/Pages/MediaBox[0 0 2 2]/Kids[5 0 R]>>",
	    "<</Type/Pages/Kids[4 0 R]>>" },
	  { "<</Count 3/Kids[3 0 R 4 0 R 5 0 R]/Type/Pages>>", "3 0 obj\n<</MediaBox[0 0 1 1]",
	    "4 0 obj\n<</MediaBox[0 0 7 7]/Parent 2 0 R/Resources<<>>/Type/Page>>", "5 0 obj\n<</MediaBox[0 0 2 2]" }, { 0 }, FINDING_REPAIRED },
	{ "boxes that are none", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 0 9]/CropBox[1 2]/TrimBox[(a)0 0 1]/BleedBox[0 0 1 1]/Rotate 45>>" },
	  { "<</BleedBox[0 0 1 1]/MediaBox[0 0 612 792]/Parent" }, { "Crop", "Trim", "Rotate" },
	  FINDING_PDF_ENTRY },
	{ "a page's features", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Trans<</S/Fly>>/Thumb 4 0 R/PieceInfo<</X<</P(q)>>>>/B[5 0 R]"
	    "/Group<</S/Transparency/CS[/ICCBased 6 0 R]/I true/X 1>>/Metadata 4 0 R/Tabs/S>>",
	    LOOKS, "<<>>", "<</N 3/Length 0>>\nstream\n\nendstream" },
	  { "/Group<</CS/DeviceRGB/I true/S/Transparency/Type/Group>>", "/Tabs/S" },
	  { "Trans<", "Thumb", "PieceInfo", "/B[", "Metadata", "ICC" }, FINDING_PDF_FEATURE },

	{ "a page's blending space", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Group 4 0 R>>",
	    "<</S/Transparency/CS[/CalGray<</WhitePoint[1 1 1]/Gamma 2/X 1>>]/K false>>" },
	  { "/Group ", "<</CS[/CalGray<</Gamma 2/WhitePoint[1 1 1]>>]/K false/S/Transparency/Type/Group>>" },
	  { "/X" }, FINDING_PDF_ENTRY },

	/* -- the catalogue -- */
	{ "safe keys and others", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/Lang(ja-JP)/PageMode/FullScreen/PageLayout/TwoPageRight"
	    "/ViewerPreferences<</Direction/R2L/HideMenubar true/DisplayDocTitle true>>/MarkInfo<</Marked true/X 1>>"
	    "/PieceInfo<</A 1>>/Extensions<</ADBE<<>>>>/Version/2.0/Unknown(X)>>", ONE_PAGE },
	  { "/Lang(ja-JP)", "/PageLayout/TwoPageRight", "/MarkInfo<</Marked true>>",
	    "/ViewerPreferences<</Direction/R2L/DisplayDocTitle true>>" },
	  { "FullScreen", "HideMenubar", "PieceInfo", "Unknown", "Extensions" }, FINDING_PDF_PRIVATE },
	{ "open at a place", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/GoTo/D(a)>>/Dests<</a<</D[3 0 R/FitH 5]>>>>>>", ONE_PAGE },
	  { "/OpenAction[3 0 R/FitH 5]", "/Names<</Dests<</Names[(a)[3 0 R/FitH 5]]>>>>" }, { 0 }, FINDING_COUNT },
	{ "portfolio", "rebuild", { "<</Type/Catalog/Pages 2 0 R/Collection<</View/T>>>>", ONE_PAGE },
	  { 0 }, { "Collection" }, FINDING_PDF_PORTFOLIO },
	{ "information", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", ONE_PAGE, "", "", "", "", "",
	    "<</Title<FEFF65E5>/Author(a)/CreationDate(D:20260101120000+09'00')/ModDate(yesterday)/Other(X)/Trapped/True>>" },
	  { "/Info 4 0 R", "<</Author(a)/CreationDate(D:20260101120000+09'00')/Title<FEFF65E5>/Trapped/True>>" },
	  { "yesterday", "Other" }, FINDING_COUNT },
	{ "information goes by rule", "strict",
	  { "<</Type/Catalog/Pages 2 0 R>>", ONE_PAGE, "", "", "", "", "", "<</Title(secret)>>" }, { 0 },
	  { "secret", "Info" }, FINDING_PDF_METADATA },
	{ "labels", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/PageLabels<</Kids[4 0 R]>>>>", ONE_PAGE,
	    "<</Kids[4 0 R]/Nums[7<</S/D>> 0<</S/r/P(x)/St 3/Z 1>> -1<<>> 0<</S/D>>]>>" },
	  { "/PageLabels<</Nums[0<</P(x)/S/r/St 3>>]>>" }, { 0 }, FINDING_PDF_ENTRY },

	/* -- destinations and outlines -- */
	{ "names, unsorted, twice, dead", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/Names<</Dests<</Kids[4 0 R]>>>>>>", ONE_PAGE,
	    "<</Names[(b)[3 0 R/Fit](a)[3 0 R/XYZ null 1 0](b)[3 0 R/FitB](d)[99 0 R/Fit](c)5]>>" },
	  { "/Dests<</Names[(a)[3 0 R/XYZ null 1 0](b)[3 0 R/Fit]]>>" }, { 0 }, FINDING_COUNT },
	{ "outline, looped", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>", ONE_PAGE, "<</First 5 0 R/Count 99>>",
	    "<</Title(a)/Next 6 0 R/First 7 0 R/Count 3/Dest[3 0 R/Fit]/C[1 0 0]/F 2>>",
	    "<</Title 9/Next 5 0 R/Prev 9 0 R/Dest(nowhere)>>", "<</Title(c)/First 5 0 R/Next 8 0 R>>",
	    "<</Title(d)/A<</S/GoTo/D[0/FitR 1 2 3 4]>>>>" },
	  { "<</Count 4/First 5 0 R/Last 8 0 R/Type/Outlines>>",
	    "<</C[1 0 0]/Count 2/Dest[3 0 R/Fit]/F 2/First 6 0 R/Last 7 0 R/Next 8 0 R/Parent 4 0 R/Title(a)>>",
	    "<</Dest[3 0 R/FitR 1 2 3 4]/Parent 5 0 R/Prev 6 0 R/Title(d)>>",
	    "<</Parent 4 0 R/Prev 5 0 R/Title()>>" }, { "nowhere" }, FINDING_COUNT },

	/* -- annotations -- */
	{ "marks with and without a look", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R null 5 0 R 6 0 R 99 0 R<</Subtype/Link>>]>>",
	    "<</Subtype/Text/Rect[0 0 9 9]/Contents(c)/Popup 5 0 R/AP<</N 7 0 R/D 8 0 R/R 8 0 R>>/RC(x)/NM(n)>>",
	    "<</Subtype/Popup/Rect[0 0 9 9]/Parent 4 0 R/Open true>>",
	    "<</Subtype/Ink/Rect[0 0 9 9]/InkList[[1 2 3 4](x)[5 6]]/IRT 4 0 R/BS<</W 2/S/D/D[3 1]/X 1>>/Border[0 0 1[2]]"
	    "/C[]/F 4>>", LOOKS, LOOKS },
	  { "/Annots[4 0 R 5 0 R 6 0 R]/", "<</AP<</N 7 0 R>>/Contents(c)/NM(n)/P 3 0 R/Popup 5 0 R/Rect[0 0 9 9]"
	    "/Subtype/Text/Type/Annot>>", "<</Open true/P 3 0 R/Parent 4 0 R/Rect[0 0 9 9]/Subtype/Popup/Type/Annot>>",
	    "<</BS<</D[3 1]/S/D/W 2>>/Border[0 0 1[2]]/C[]/F 4/IRT 4 0 R/InkList[[1 2 3 4][5 6]]/P 3 0 R/Rect[0 0 9 9]"
	    "/Subtype/Ink/Type/Annot>>", "xref\n0 8\n" }, { "RC(" }, FINDING_PDF_ENTRY },
	{ "an empty border style sets /Border aside", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R 5 0 R]>>",
	    "<</Subtype/Square/Rect[0 0 9 9]/BS<</Type/Border>>/Border[0 0 0]>>",
	    "<</Subtype/Square/Rect[0 0 8 8]/BS<</W(1)/S/D>>/Border[0 0 0]>>" },
	  { "<</BS<</W 1>>/Border[0 0 0]/P 3 0 R/Rect[0 0 9 9]", "<</BS<</S/D/W 1>>/Border[0 0 0]/P 3 0 R/Rect[0 0 8 8]" },
	  { 0 }, FINDING_COUNT },
	{ "a film stays as its picture", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R 5 0 R]>>",
	    "<</Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<</Assets<<>>>>/AP<</N 6 0 R>>>>",
	    "<</Subtype/3D/Rect[0 0 9 9]/3DD 6 0 R>>", LOOKS },
	  { "/Annots[4 0 R]", "<</AP<</N 5 0 R>>/P 3 0 R/Rect[0 0 9 9]/Subtype/Stamp/Type/Annot>>" },
	  { "RichMedia", "3D" }, FINDING_PDF_MULTIMEDIA },
	{ "a kind that is not in the table is told", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
	    "<</Subtype/Projection/Rect[0 0 9 9]/ExData<</Type/ExData/Subtype/3DM>>>>" },
	  { 0 }, { "Projection", "ExData", "Annots" }, FINDING_PDF_FEATURE },
	{ "states", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/AS/On/AP<</N<</On 5 0 R/Off null/X(y)/A#42 5 0 R>>>>>>", LOOKS },
	  { "/AP<</N<</AB 5 0 R/On 5 0 R>>>>/AS/On" }, { "Off", "/X 5" }, FINDING_COUNT },

	/* -- forms -- */
	{ "fonts that stand beside a field alone", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/FT/Tx/T(a)/V(b)/DA(/F 9 Tf)/DR<</Font<</F 5 0 R>>>>>>",
	    "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>" },
	  { "/AcroForm<</DR<</Font<</F ", "/BaseFont/Times-Roman" }, { 0 }, FINDING_PDF_FORM_STATIC },
	{ "a kid stands among the fields, its parent does not", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/Parent 5 0 R/AS/On>>", "<</FT/Btn/Ff 49152/T(radio)/V/On>>" },
	  { "/AcroForm<</Fields[4 0 R]>>", "4 0 obj\n<</FT/Btn/Ff 49153/Kids[5 0 R]/T(radio)/V/On>>",
	    "5 0 obj\n<</AS/On/Ff 49153/P 3 0 R/Parent 4 0 R/Rect[0 0 9 9]/Subtype/Widget/Type/Annot>>" },
	  { 0 }, FINDING_PDF_FORM_STATIC },
	{ "filled in, read-only", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/NeedAppearances true/DA(0 g/F 1 Tf 0.50 0 0rg (x) Tj)/XFA[(a)(b)]/CO[5 0 R]>>>>",
	    "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/MediaBox[0 0 9 9]/Annots[5 0 R]>>",
	    "<</T(group)/FT/Tx/Kids[5 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/Parent 4 0 R/T(name)/V(\\(v\\))/Ff 2/RV(<x>)/MK<</BC[0]/I 4 0 R>>>>" },
	  { "/AcroForm<</DA(0 g /F 1 Tf 0.5 0 0 rg)/Fields[4 0 R]/NeedAppearances true>>",
	    "4 0 obj\n<</FT/Tx/Ff 1/Kids[5 0 R]/T(group)>>",
	    "<</Ff 3/MK<</BC[0]>>/P 3 0 R/Parent 4 0 R/Rect[0 0 9 9]/Subtype/Widget/T(name)/Type/Annot/V(\\(v\\))>>" },
	  { "XFA", "RV(", "/CO", "Tj" }, FINDING_PDF_FORM_STATIC },
	{ "fillable by rule", "keep",
	  { "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]>>>>",
	    "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/MediaBox[0 0 9 9]/Annots[5 0 R 4 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/FT/Ch/T(c)/Opt[(a)[(b)(B)]7]/V[(a)(b)]/I[0 1]/Ff 2097152>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/Parent 6 0 R>>", "<</FT/Btn/T(r)/Kids[5 0 R]/Parent 6 0 R/Ff 32768/V/On>>" },
	  { "/AcroForm<</Fields[4 0 R 6 0 R]>>", "4 0 obj\n<</FT/Btn/Ff 32768/Kids[5 0 R]/T(r)/V/On>>",
	    "<</FT/Ch/Ff 2097152/I[0 1]/Opt[(a)[(b)(B)]()]/P 3 0 R/Rect[0 0 9 9]/Subtype/Widget/T(c)/Type/Annot/V[(a)(b)]>>" },
	  { 0 }, FINDING_COUNT },
	{ "signed", "keep",
	  { "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>/Perms<</DocMDP 5 0 R>>>>",
	    "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/FT/Sig/T(s)/V 5 0 R/AP<</N 6 0 R>>/Lock<<>>>>",
	    "<</Type/Sig/Filter/Adobe.PPKLite/Contents<00>/ByteRange[0 1 2 3]>>", LOOKS },
	  { "<</AP<</N 5 0 R>>/FT/Btn/Ff 65537/P 3 0 R/Rect[0 0 9 9]/Subtype/Widget/T(s)/Type/Annot>>" },
	  { "Sig", "ByteRange", "Perms", "Lock" }, FINDING_PDF_SIGNATURE },

	{ "to be signed", "keep",
	  { "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
	    "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/FT/Sig/T(s)/SV<</Cert<</URL(http://a.example/)>>>>>>" },
	  { "/FT/Sig/" }, { "/SV", "example" }, FINDING_PDF_FEATURE },
	{ "a widget on no page", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>", ONE_PAGE,
	    "<</Subtype/Widget/Rect[0 0 9 9]/FT/Tx/T(s)/AA<</C<</S/JavaScript/JS(x)>>>>>>" },
	  { "/FT/Tx" }, { "/AA", "/JS" }, FINDING_PDF_JAVASCRIPT },

	{ "fields without a form", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
	    "<</Subtype/Widget/Rect[0 0 9 9]/FT/Tx/T(a)/V(kept)/DA(/F 1 Tf)>>" },
	  { "/AcroForm<</Fields[4 0 R]>>", "/V(kept)" }, { 0 }, FINDING_PDF_FORM_STATIC },

	/* -- layers -- */
	{ "hidden stays hidden", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[4 0 R 5 0 R]/Configs[<<>>]/D<</BaseState/ON/OFF[5 0 R]"
	    "/Order[(l)4 0 R[5 0 R[]]]/AS[<</Event/View/OCGs[5 0 R]/Category[/View]>>]>>>>>>", ONE_PAGE,
	    "<</Type/OCG/Name(a)/Usage<</View<</ViewState/OFF>>>>>>", "<</Type/OCG/Name(b)/Intent/Design>>" },
	  { "/OCProperties<</D<</BaseState/ON/OFF[5 0 R]/Order[(l)4 0 R[5 0 R]]>>/OCGs[4 0 R 5 0 R]>>",
	    "<</Name(a)/Type/OCG>>", "<</Intent/Design/Name(b)/Type/OCG>>" }, { "Usage", "/AS", "Configs" },
	  FINDING_PDF_FEATURE },

	{ "layers without a configuration, a group without a name", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[4 0 R]/D 99 0 R>>>>", ONE_PAGE, "<</Type/OCG>>" },
	  { "/OCProperties<</D<<>>/OCGs[4 0 R]>>", "<</Name()/Type/OCG>>" }, { 0 }, FINDING_COUNT },
	{ "layers of the configuration alone", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/OCProperties<</D<</Order[4 0 R]/OFF[4 0 R]>>>>>>", ONE_PAGE, "<</Type/OCG/Name(n)>>" },
	  { "xref\n0 4\n" }, { "OCG", "OCProperties" }, FINDING_PDF_HIDDEN_LAYER },
	{ "what nothing refers to", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/Mine 4 0 R>>", ONE_PAGE, "<</S/JavaScript/JS(X)>>" },
	  { "xref\n0 4\n" }, { "JavaScript" }, FINDING_PDF_UNUSED },
	{ "a configuration without layers", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/OCProperties<</D<</Name(x)>>>>>>", ONE_PAGE },
	  { "<</Pages 2 0 R/Type/Catalog>>" }, { 0 }, FINDING_PDF_ENTRY },

	/* -- structure -- */
	{ "tags", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 4 0 R/MarkInfo<</Marked true>>>>",
	    "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/MediaBox[0 0 9 9]/StructParents 0/Annots[8 0 R]>>",
	    "<</Type/StructTreeRoot/K 5 0 R/ParentTree 7 0 R/RoleMap<</H/H1/X 1>>/ClassMap<</c<</O/Layout/Width 2/X 1>>>>"
	    "/IDTree<<>>>>",
	    "<</S/Document/P 4 0 R/K[6 0 R 5 0 R 6 0 R 3<</Type/MCR/MCID 4/Pg 3 0 R>><</Type/OBJR/Obj 8 0 R>>"
	    "<</Type/OBJR/Obj 1 0 R>>]/Lang(ja)/A[<</O/Table/Headers[(h)]>>1<</O/Evil/Y 1>>]>>",
	    "<</S/Figure/P 5 0 R/K 0/Alt(alt)/ActualText(at)/Pg 3 0 R/AF 4 0 R>>",
	    "<</Nums[1 5 0 R 0[6 0 R null 1 0 R]]>>", "<</Subtype/Square/Rect[0 0 9 9]/StructParent 1>>" },
	  { "/StructTreeRoot 5 0 R", "<</ClassMap<</c<</O/Layout/Width 2>>>>/K[6 0 R]/ParentTree<</Nums[0 8 0 R 1 6 0 R]>>"
	    "/RoleMap<</H/H1>>/Type/StructTreeRoot>>",
	    "<</A[<</Headers[(h)]/O/Table>>1]/K[7 0 R 3<</MCID 4/Pg 3 0 R/Type/MCR>><</Obj 4 0 R/Type/OBJR>>]/Lang(ja)"
	    "/P 5 0 R/S/Document/Type/StructElem>>",
	    "<</ActualText(at)/Alt(alt)/K 0/P 6 0 R/Pg 3 0 R/S/Figure/Type/StructElem>>", "8 0 obj\n[7 0 R null null]" },
	  { "IDTree", "/AF", "Evil" }, FINDING_PDF_ENTRY },

	/* -- attachments -- */
	{ "attachments go", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R/PageMode/UseAttachments/Names<</EmbeddedFiles<</Names[(k)4 0 R]>>>>/AF[4 0 R]>>",
	    ONE_PAGE, "<</F(evil.exe)/EF<</F 5 0 R>>>>", "<</Length 5>>\nstream\nhello\nendstream" },
	  { "<</Pages 2 0 R/Type/Catalog>>" }, { "evil", "hello", "Names" }, FINDING_PDF_ATTACHMENT },
	{ "a form that stands for a page of another file", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
	    "<</Length 5>>\nstream\n/X Do\nendstream",
	    "<</Subtype/Form/BBox[0 0 9 9]/Ref<</F(evil.pdf)/Page 0>>/Length 12>>\nstream\n0 0 9 9 re f\nendstream" },
	  { "/Subtype/Form" }, { "evil", "/Ref" }, FINDING_PDF_EXTERNAL_STREAM },
	{ "files of a page", "rebuild",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/AF[4 0 R]>>", "<</F(evil.exe)/EF<</F 5 0 R>>>>",
	    "<</Length 5>>\nstream\nhello\nendstream" },
	  { 0 }, { "evil", "hello", "/AF" }, FINDING_PDF_ATTACHMENT },
	{ "files of a page, whatever the profile", "keep",
	  { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
	    "<</Type/Page/MediaBox[0 0 9 9]/AF 4 0 R>>", "<</F(evil.exe)/EF<</F 5 0 R>>>>",
	    "<</Length 5>>\nstream\nhello\nendstream" },
	  { 0 }, { "evil", "hello", "/AF" }, FINDING_PDF_ATTACHMENT },
	{ "attachments are disarmed by rule", "keep",
	  { "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(k)4 0 R(l)6 0 R]>>>>>>", ONE_PAGE,
	    "<</UF(C:\\\\dir\\\\n\xc3\xa9<.txt)/EF<</F 5 0 R>>/Desc(d)/AFRelationship/Data>>",
	    "<</Length 5/Params<</Mac<<>>>>>>\nstream\nhello\nendstream", "<</UF(a.exe)/EF<</F 7 0 R>>>>",
	    "<</Length 2>>\nstream\nMZ\nendstream" },
	  { "/Names<</EmbeddedFiles<</Names[(k)5 0 R]>>>>", "<</Length 5/Params<</Size 5>>/Type/EmbeddedFile>>\nstream\nhello",
	    "<</Desc(d)/EF<</F 4 0 R>>/F(n__.txt)/Type/Filespec/UF<FEFF006E00E9005F002E007400780074>>>" },
	  { "MZ", "a.exe", "Mac", "AFRel" }, FINDING_PDF_ATTACHMENT },
};

static void
try_sample(const struct sample *s)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	struct findings f = { 0 };
	size_t i;

	sample_pdf(&in, s->objects);
	rebuild_pdf(s->profile, buf_bytes(&in), &out, &f);
	for (i = 0; i < 8 && s->says[i] != NULL; i++)
		if (!says(&out, s->says[i]))
			fail_msg("%s: no %s in\n%.*s", s->name, s->says[i], (int)out.n, (const char *)out.p);
	for (i = 0; i < 8 && s->not[i] != NULL; i++)
		if (says(&out, s->not[i]))
			fail_msg("%s: %s is left in\n%.*s", s->name, s->not[i], (int)out.n,
				 (const char *)out.p);
	if (s->code != FINDING_COUNT ? found(&f, s->code) == 0 : findings_weigh(&f) != VERDICT_CLEAN)
		fail_msg("%s: findings: %s", s->name, f.n > 0 ? finding_name(f.row[0].code) : "none");
	outside_must_pass(buf_bytes(&out));
	findings_release(&f);
}

static void
parts_come_out_as_they_must(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof samples / sizeof *samples; i++)
		try_sample(&samples[i]);
}

static void
no_pages_is_refused(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	const char *const objects[] = { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]>>", NULL };
	struct findings f = { 0 };
	struct err e = { 0 };

	(void)state;
	sample_pdf(&in, objects);
	assert_false(run_pdf("rebuild", buf_bytes(&in), &out, &f, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	findings_release(&f);
}

/* The outside judge can say no: an output of ours with its table and its tree broken. */
static void
the_outside_judge_judges(void **state)
{
	static const struct { const char *from, *to; } damage[] = {
		{ "startxref\n", "startxref\n1" }, { "/Kids[3", "/Kids[9" }, { "/Length 1", "/Length 9" },
	};
	const char *const objects[] = {
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/MediaBox[0 0 9 9]/Contents 4 0 R>>", "<</Length 12>>\nstream\n0 0 9 9 re f\nendstream", NULL,
	};
	own_buf struct buf in = { 0 }, out = { 0 };
	struct findings f = { 0 };
	size_t i;

	(void)state;
	sample_pdf(&in, objects);
	rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
	for (i = 0; i < sizeof damage / sizeof *damage; i++) {
		own_buf struct buf broken = { 0 }, says = { 0 };
		size_t at = view_find(buf_bytes(&out), 0, view_str(damage[i].from));

		assert_true(at != VIEW_NOT_FOUND);
		(void)buf_put(&broken, out.p, at);
		(void)buf_str(&broken, damage[i].to);
		(void)buf_view(&broken, view_from(buf_bytes(&out), at + strlen(damage[i].from)));
		if (outside_check(buf_bytes(&broken), &says) == 0)
			fail_msg("qpdf finds nothing in a file with %s", damage[i].to);
	}
	findings_release(&f);
}

/* A file of `n` objects made by `body` after the first two; the time must grow with n, not with its square. */
static void
grow_pdf(struct buf *b, const char *catalog, size_t n, void (*body)(struct buf *, size_t i, size_t n))
{
	size_t i;

	(void)buf_printf(b, "%%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R%s>>\nendobj\n"
			    "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
			    "3 0 obj\n<</Type/Page/MediaBox[0 0 9 9]", catalog);
	(void)buf_str(b, "/Annots 4 0 R>>\nendobj\n4 0 obj\n[");
	for (i = 0; i < n; i++)
		(void)buf_printf(b, "%zu 0 R ", i + 5);
	(void)buf_str(b, "]\nendobj\n");
	for (i = 0; i < n; i++) {
		(void)buf_printf(b, "%zu 0 obj\n", i + 5);
		body(b, i, n);
		(void)buf_str(b, "\nendobj\n");
	}
	(void)buf_str(b, "trailer\n<</Root 1 0 R>>\n");
}

static void
deep_outline(struct buf *b, size_t i, size_t n)
{
	(void)n;
	(void)buf_printf(b, "<</Title(x)/First %zu 0 R/Next %zu 0 R>>", i + 6, i + 7);
}

static void
deep_structure(struct buf *b, size_t i, size_t n)
{
	(void)n;
	(void)buf_printf(b, "<</S/P/K[%zu 0 R %zu 0 R 1]>>", i + 6, i + 7);
}

static void
deep_fields(struct buf *b, size_t i, size_t n)
{
	(void)buf_printf(b, "<</Subtype/Widget/Rect[0 0 1 1]/FT/Tx/T(t)/Parent %zu 0 R/Kids[%zu 0 R]>>",
			 (i * 7919) % n + 5, i + 6);
}

static void
wide_actions(struct buf *b, size_t i, size_t n)
{
	(void)n;
	(void)buf_printf(b, "<</Subtype/Link/Rect[0 0 1 1]/A<</S/GoTo/D(x)/Next 5 0 R>>/S/JavaScript/JS(x)/Next[5 0 R %zu 0 R]>>",
			 i + 6);
}

static void
big_documents_take_linear_time(void **state)
{
	static const struct {
		const char *catalog;
		void (*body)(struct buf *, size_t, size_t);
	} big[] = {
		{ "/Outlines 5 0 R", deep_outline },
		{ "/StructTreeRoot<</K 5 0 R>>", deep_structure },
		{ "/AcroForm<</Fields[5 0 R]>>", deep_fields },
		{ "/OpenAction 5 0 R", wide_actions },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof big / sizeof *big; i++) {
		own_buf struct buf in = { 0 }, out = { 0 };
		struct findings f = { 0 };

		grow_pdf(&in, big[i].catalog, 20000, big[i].body);
		rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
		outside_must_pass(buf_bytes(&out));
		findings_release(&f);
	}
}

static void
tables_are_sound(void **state)
{
	int kind;

	(void)state;
	for (kind = 0; kind < PDF_DICT_COUNT; kind++) {
		size_t n, i, j;
		const struct pdf_rule *r = pdf_rules((enum pdf_dict_kind)kind, &n);

		assert_true(n > 0);
		for (i = 0; i < n; i++) {
			assert_true(r[i].how < PDF_HOW_COUNT);
			for (j = 0; j < i; j++)
				assert_string_not_equal(r[i].key, r[j].key);
		}
	}
	assert_true(pdf_name_in("a bc d", VIEW("bc")));
	assert_false(pdf_name_in("a bc d", VIEW("b")));
	assert_false(pdf_name_in("a bc d", VIEW("")));
	assert_false(pdf_name_in("a bc d", VIEW("a bc")));
	assert_non_null(pdf_annot_kind(VIEW("Link")));
	assert_null(pdf_annot_kind(VIEW("RichMedia")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_come_out_as_they_must),
		cmocka_unit_test(no_pages_is_refused),
		cmocka_unit_test(the_outside_judge_judges),
		cmocka_unit_test(big_documents_take_linear_time),
		cmocka_unit_test(tables_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
