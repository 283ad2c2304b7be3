/*
 * One page that uses one thing: colours, shadings, patterns, states, fonts, layers and
 * intents in sound and in hostile shapes, through the whole of a rebuild, twice.
 */
#include <stdio.h>

#include "sanitize/codec/icc_sample.h"
#include "sanitize/pdf/test_document.h"

enum { SOUND_ICC = 1, SOUND_CFF };	/* in the place of `data` */

/* Object 5 and on; data NULL: no stream. */
struct object {
	const char *dict, *data;
	int made;
};

struct row {
	const char *name, *catalog, *resources, *content;
	struct object objects[8];
	const char *says[8], *not[6];
	enum finding_code code;		/* FINDING_COUNT: none */
};

#define NONE FINDING_COUNT
#define FUNCTION "<</FunctionType 2/Domain[0 1]/C0[0 0 0]/C1[1 .5 0]/N 1>>"

static const struct row spaces[] = {
	{ "device spaces, bare and in arrays", "", "/ColorSpace<</A[/DeviceRGB]/B/DeviceGray/C[/CalRGB]/D[/DeviceCMYK/X]>>",
	  "/A cs 1 0 0 sc /B cs 0 sc /C cs 1 1 1 sc /D cs 0 0 0 1 sc", { { 0 } },
	  { "/A/DeviceRGB", "/B/DeviceGray", "/C/DeviceRGB", "/D/DeviceCMYK" }, { "/X" }, NONE },
	{ "calibrated", "",
	  "/ColorSpace<</A[/CalRGB<</WhitePoint[.95 1 1.08]/Gamma[2 2 2]/Matrix[1 0 0 0 1 0 0 0 1]/JS(x)>>]"
	  "/B[/CalGray<</WhitePoint[.95 1 1.08]/Gamma(no)>>]/C[/Lab<</WhitePoint[.95 1 1.08]/Range[-99 99 -99 99]>>]"
	  "/D[/Lab 7]>>",
	  "/A cs /B cs /C cs /D cs 0 0 9 9 re f", { { 0 } },
	  { "[/CalRGB<</Gamma[2 2 2]/Matrix[1 0 0 0 1 0 0 0 1]/WhitePoint[0.95 1 1.08]>>]",
	    "[/CalGray<</WhitePoint[0.95 1 1.08]>>]", "/Range[-99 99 -99 99]" }, { "/JS", "(no)", "/D cs" }, NONE },
	{ "a sound profile loses its private tag", "", "/ColorSpace<</A[/ICCBased 5 0 R]/B[/ICCBased 5 0 R]>>",
	  "/A cs 1 0 0 sc /B cs 0 0 9 9 re f", { { "/N 3/Alternate/DeviceCMYK/Metadata 1 0 R", NULL, SOUND_ICC } },
	  { "/ICCBased", "/N 3" }, { "MZ private", "/Alternate", "/Metadata", "evil" }, NONE },
	{ "profiles that are none", "",
	  "/ColorSpace<</A[/ICCBased 5 0 R]/B[/ICCBased 6 0 R]/C[/ICCBased 7 0 R]/D[/ICCBased 8 0 R]/E[/ICCBased 1 0 R]>>",
	  "/A cs /B cs /C cs /D cs /E cs 0 0 9 9 re f",
	  { { "/N 3", "no profile", 0 }, { "/N 3/Alternate[/CalRGB<</WhitePoint[1 1 1]>>]", "no profile", 0 },
	    { "/N 2", "no profile", 0 }, { "/N 4", NULL, SOUND_ICC } },
	  { "/A/DeviceRGB", "[/CalRGB<</WhitePoint[1 1 1]>>]", "/D/DeviceCMYK" }, { "/ICCBased", "/C cs", "/E cs", "no profile" },
	  FINDING_PDF_ICC_REPLACED },
	{ "indexed", "",
	  "/ColorSpace<</A[/Indexed/DeviceRGB 1(abcdefgh)]/B[/I/RGB 2<616263>]/C[/Indexed[/CalGray<</WhitePoint[1 1 1]>>]999 5 0 R]>>",
	  "/A cs /B cs /C cs 0 0 9 9 re f", { { "", "table of a stream", 0 } },
	  { "/A[/Indexed/DeviceRGB 1(abcdef)]", "/B[/Indexed/DeviceRGB 2<616263000000000000>]", "/C[/Indexed[/CalGray<</WhitePoint[1 1 1]>>]255 " },
	  { "gh)" }, NONE },
	{ "indexed that are none", "",
	  "/ColorSpace<</A[/Indexed/DeviceRGB -1(abc)]/B[/Indexed/Pattern 1(abc)]/C[/Indexed 5 0 R 1(abc)]/D[/Indexed/DeviceRGB 1 7]"
	  "/E[/Indexed[/Indexed/DeviceRGB 0(abc)]0(a)]/F[/Indexed/DeviceRGB]>>",
	  "/A cs /B cs /C cs /D cs /E cs /F cs 0 0 9 9 re f", { { "[/Indexed 5 0 R 1(abc)]", NULL, 0 } },
	  { "0 0 9 9 re" }, { "/Indexed", " cs" }, NONE },
	{ "inks", "",
	  "/ColorSpace<</A[/Separation/Gold/DeviceRGB 5 0 R]/B[/DeviceN[/Cyan/None]/DeviceRGB 6 0 R<</Subtype/NChannel/X(y)>>]>>",
	  "/A cs .5 sc /B cs 1 0 sc", { { FUNCTION, NULL, 0 }, { "/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]", "{pop dup dup}", 0 } },
	  { "[/Separation/Gold/DeviceRGB ", "[/DeviceN[/Cyan/None]/DeviceRGB ", "{pop dup dup}" }, { "NChannel", "(y)" }, NONE },
	{ "inks by samples and by pieces", "",
	  "/ColorSpace<</A[/Separation/Gold/DeviceGray 5 0 R]/B[/Separation/Gold/DeviceGray 6 0 R]/C[/Separation/Gold/DeviceGray 7 0 R]"
	  "/D[/Separation/Gold/DeviceGray 8 0 R]/E[/Separation/Gold/DeviceGray 9 0 R]>>",
	  "/A cs .5 sc /B cs .5 sc /C cs .5 sc /D cs .5 sc /E cs .5 sc",
	  { { "/FunctionType 0/Domain[0 1]/Range[0 1]/Size[2]/BitsPerSample 8/Decode[0 1]/Order 1", "abXY", 0 },
	    { "<</FunctionType 3/Domain[0 1]/Functions[7 0 R 7 0 R]/Bounds[.5]/Encode[0 1 0 1]>>", NULL, 0 },
	    { "<</FunctionType 2/Domain[0 1]/N 1>>", NULL, 0 },
	    { "/FunctionType 0/Domain[0 1]/Size[2]/BitsPerSample 8", "no range", 0 },
	    { "/FunctionType 0/Domain[0 1]/Range[0 1]/Size[2]/BitsPerSample 7", "no depth", 0 } },
	  { "/A[/Separation/Gold/DeviceGray ", "stream\nab\nendstream", "/Bounds[0.5]", "/B[/Separation", "/C[/Separation" },
	  { "abX", "/D[", "/E[", "no range", "no depth" }, NONE },
	{ "inks without what they need", "",
	  "/ColorSpace<</A[/Separation/Gold/DeviceRGB 99 0 R]/B[/Separation(Gold)/DeviceRGB 5 0 R]/C[/DeviceN[]/DeviceRGB 5 0 R]"
	  "/D[/DeviceN[/X 7]/DeviceRGB 5 0 R]/E[/Separation/Gold/Nowhere 5 0 R]/F[/Separation/Gold/DeviceRGB 6 0 R]/G[/Separation/Gold]>>",
	  "/A cs /B cs /C cs /D cs /E cs /F cs /G cs 0 0 9 9 re f",
	  { { FUNCTION, NULL, 0 }, { "/FunctionType 4/Domain[0 1]/Range[0 1 0 1 0 1]", "{(x) run}", 0 } },
	  { "0 0 9 9 re" }, { "Separation", "DeviceN", " cs", "(x) run" }, NONE },
	{ "a space by another's name, and by its own", "", "/ColorSpace<</A/B/B[/DeviceGray]/C/C/D 5 0 R/E(x)>>",
	  "/A cs /C cs /D cs /E cs 0 0 9 9 re f", { { "[5 0 R]", NULL, 0 } }, { "0 0 9 9 re" }, { "ColorSpace", " cs" }, NONE },
};

static const struct row shadings[] = {
	{ "by function, along a line, between circles", "",
	  "/Shading<</A<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]/Matrix[1 0 0 1 0 0]/Function 6 0 R>>"
	  "/B<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 1 1]/Domain[0 1]/Extend[true false]/Function 5 0 R/BBox[0 0 9 9]"
	  "/Background[1 1 1]/AntiAlias true/X(y)>>"
	  "/C<</ShadingType 3/ColorSpace/DeviceRGB/Coords[0 0 1 1 1 2]/Extend[true 1]/Function[7 0 R 7 0 R 7 0 R]>>>>",
	  "/A sh /B sh /C sh",
	  { { FUNCTION, NULL, 0 }, { "/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]", "{dup}", 0 },
	    { "<</FunctionType 2/Domain[0 1]/N 2>>", NULL, 0 } },
	  { "/ShadingType 1", "/Matrix[1 0 0 1 0 0]", "/Extend[true false]", "/AntiAlias true", "/Background[1 1 1]",
	    "/Coords[0 0 1 1 1 2]" }, { "(y)", "/Extend[true 1" }, NONE },
	{ "meshes: whole vertices alone", "", "/Shading<</A 5 0 R/B 6 0 R/C 7 0 R/D 8 0 R>>", "/A sh /B sh /C sh /D sh",
	  { { "/ShadingType 4/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 8/Decode[0 1 0 1 0 1]",
	      "aaaabbbbccccd", 0 },
	    { "/ShadingType 5/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/VerticesPerRow 2/Decode[0 1 0 1 0 1]",
	      "eeefffggghhhii", 0 },
	    { "/ShadingType 6/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 2/Decode[0 1 0 1 0 1]",
	      "kkkkk", 0 },
	    { "/ShadingType 7/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 2/Decode[0 1 0 1 0 1]",
	      "lllll", 0 } },
	  { "aaaabbbbcccc\n", "eeefffggghhh\n", "kkkkk", "lllll" }, { "ccccd", "hhhi" }, NONE },
	{ "shadings that are none", "",
	  "/Shading<</A<</ShadingType 9/ColorSpace/DeviceRGB>>/B<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 1]/Function 5 0 R>>"
	  "/C<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 1 1]>>/D<</ShadingType 2/Coords[0 0 1 1]/Function 5 0 R>>"
	  "/E<</ShadingType 4/ColorSpace/DeviceRGB>>/F 6 0 R/G 7 0 R/H<</ShadingType 3/Coords[0 0(a)1 1 1]/Function 5 0 R>>"
	  "/I 8 0 R/J 9 0 R>>",
	  "/A sh /B sh /C sh /D sh /E sh /F sh /G sh /H sh /I sh /J sh 0 0 9 9 re f",
	  { { FUNCTION, NULL, 0 },
	    { "/ShadingType 4/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/Decode[0 1 0 1 0 1]", "noflag", 0 },
	    { "/ShadingType 5/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/VerticesPerRow 2/Decode[0 1 0 1 0 1]",
	      "", 0 },
	    { "/ShadingType 4/ColorSpace/DeviceRGB/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 8/Decode[0 1 0 1 0 1]", "short", 0 },
	    { "/ShadingType 4/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 3/Decode[0 1 0 1 0 1]", "three", 0 } },
	  { "0 0 9 9 re" }, { "Shading", " sh", "noflag", "short", "three" }, NONE },
};

static const struct row patterns[] = {
	{ "tiles", "", "/Pattern<</A 5 0 R/B 6 0 R>>/ColorSpace<</P[/Pattern/DeviceRGB]/Q[/Pattern 99 0 R]/R[/Pattern 0]>>",
	  "/Pattern cs /A scn /P cs 1 0 0 /B scn /Q cs /R cs 0 0 9 9 re f",
	  { { "/PatternType 1/PaintType 1/TilingType 9/BBox[0 0 1 1]/XStep 1/YStep 1/Matrix[1 0 0 1 0 0]/Resources<</X<<>>>>",
	      "0 0 1 1 re f", 0 },
	    { "/PatternType 1/PaintType 2/TilingType 2/BBox[0 0 1 1]/XStep 1/YStep 1/AA<</O 1>>", "0 0 1 1 re f evil", 0 } },
	  { "/TilingType 1", "/PaintType 2", "[/Pattern/DeviceRGB]", "/Matrix[1 0 0 1 0 0]" }, { "/AA", "evil", "/Q cs", "/R cs" }, NONE },
	{ "a shading with a state", "", "/Pattern<</A 5 0 R>>", "/Pattern cs /A scn 0 0 9 9 re f",
	  { { "<</PatternType 2/Matrix[1 0 0 1 0 0]/Shading<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 1 1]/Function 6 0 R>>"
	      "/ExtGState<</ca .5/HT/Default>>>>", NULL, 0 }, { FUNCTION, NULL, 0 } },
	  { "/PatternType 2", "/ca 0.5", "/ShadingType 2" }, { "/HT" }, NONE },
	{ "patterns that are none, and one inside itself", "", "/Pattern<</A 5 0 R/B 6 0 R/C<</PatternType 1>>/D 7 0 R/E 8 0 R>>",
	  "/Pattern cs /A scn /B scn /C scn /D scn /E scn 0 0 9 9 re f",
	  { { "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1", "first f", 0 }, { "<</PatternType 7>>", NULL, 0 },
	    { "<</PatternType 2/Shading<</ShadingType 2>>>>", NULL, 0 },
	    { "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1/YStep 1/Resources<</Pattern<</E 8 0 R>>>>",
	      "/Pattern cs /E scn 0 0 1 1 re f", 0 } },
	  { "/E scn" }, { "/A scn", "/B scn", "/C scn", "/D scn", "first" }, NONE },
};

static const struct row states[] = {
	{ "every key that stays, and those of one device", "",
	  "/ExtGState<</A<</LW 2/LC 1/LJ 2/ML 5/RI/Perceptual/OP true/op false/OPM 1/FL 1/SM .1/SA true/CA .5/ca .5/AIS false/TK true"
	  "/D[[1 2]0]/BM[/Nothing/Multiply/Screen]/HT/Default/BG 5 0 R/UCR 5 0 R/X(y)>>"
	  "/B<</LC 7/RI/Mine/D[[1(a)]0]/BM/Mine/LW(x)/OP 1>>/C<</D[[1]]/D2[]>>>>",
	  "/A gs /B gs /C gs", { { FUNCTION, NULL, 0 } },
	  { "/AIS false/BM/Multiply/CA 0.5/D[[1 2]0]/FL 1/LC 1/LJ 2/LW 2/ML 5/OP true/OPM 1/RI/Perceptual/SA true/SM 0.1/TK true"
	    "/Type/ExtGState/ca 0.5/op false", "/B<</Type/ExtGState>>", "/C<</Type/ExtGState>>" },
	  { "/HT", "/BG", "/UCR", "(y)", "Mine", "/D2" }, NONE },
	{ "transfer functions", "",
	  "/ExtGState<</A<</TR/Identity>>/B<</TR 5 0 R/TR2/Default>>/C<</TR[5 0 R 5 0 R 5 0 R/Identity]>>/D<</TR[5 0 R]>>"
	  "/E<</TR[5 0 R 5 0 R 99 0 R 5 0 R]>>>>",
	  "/A gs /B gs /C gs /D gs /E gs", { { "<</FunctionType 2/Domain[0 1]/N 1>>", NULL, 0 } },
	  { "/A<</TR/Identity/Type/ExtGState>>", "/B<</TR/Identity/Type/ExtGState>>", " 0 R/Identity]/Type", "/D<</Type/ExtGState>>",
	    "/E<</Type/ExtGState>>" }, { "/TR2" }, NONE },
	{ "a font and masks", "",
	  "/ExtGState<</A<</Font[5 0 R 9]/SMask/None>>/B<</SMask<</S/Luminosity/G 6 0 R/BC[0]/TR/Identity/X 1>>>>"
	  "/C<</SMask<</S/Alpha/G 99 0 R>>/Font[99 0 R 1]>>/D<</SMask<</S/Other/G 6 0 R>>/Font[5 0 R(a)]>>>>",
	  "/A gs /B gs /C gs /D gs",
	  { { "<</Subtype/Type1/BaseFont/Helvetica>>", NULL, 0 },
	    { "/Subtype/Form/BBox[0 0 9 9]/Group<</S/Transparency/CS/DeviceGray>>", "0 0 9 9 re f", 0 } },
	  { "/SMask/None", "/BC[0]", "/S/Luminosity/TR/Identity/Type/Mask", "/C<</Type/ExtGState>>", "/D<</Type/ExtGState>>" },
	  { "/X 1", "/S/Alpha", "/S/Other" }, NONE },
};

#define TEXT "BT /A 9 Tf (a) Tj /B 9 Tf (b) Tj /C 9 Tf (c) Tj ET"

static const struct row fonts[] = {
	{ "encodings and widths as they come", "",
	  "/Font<</A 5 0 R/B 6 0 R/C 7 0 R>>", TEXT,
	  { { "<</Subtype/Type1/BaseFont/A/FirstChar 1/LastChar 3/Widths[1 2.5(x)]/Encoding<</BaseEncoding/WinAnsiEncoding"
	      "/Differences[/first 65/A/B 254/y/z/w(x)70/f]/X 1>>>>", NULL, 0 },
	    { "<</Subtype/MMType1/Encoding/MacRomanEncoding/FontDescriptor<</FontName/Described/Flags 4/FontBBox[0 0 1 1]"
	      "/FontStretch/Wide/FontStretch/Condensed/Style<</Panose<000102030405060708090A0B>>>/XFA 1>>>>", NULL, 0 },
	    { "<</Subtype/Unheard/Encoding/Mine/FirstChar 999/Widths 7/BaseFont(x)>>", NULL, 0 } },
	  { "/BaseEncoding/WinAnsiEncoding/Differences[0/first 65/A/B 254/y/z 70/f]/Type/Encoding", "/Widths[1 2.5 0]", "/BaseFont/Described",
	    "/FontStretch/Condensed", "/Style<</Panose<000102030405060708090A0B>>>", "/Encoding/MacRomanEncoding",
	    "/BaseFont/Unnamed/Subtype/Type1" }, { "/w", "/XFA", "Mine", "999", "Unheard" }, NONE },
	{ "font programs", "", "/Font<</A 5 0 R/B 6 0 R/C 7 0 R>>", TEXT,
	  { { "<</Subtype/Type1/BaseFont/A/FontDescriptor<</FontName/A/FontFile3 8 0 R>>>>", NULL, 0 },
	    { "<</BaseFont/B/FontDescriptor<</FontName/B/FontFile2 9 0 R>>>>", NULL, 0 },
	    { "<</Subtype/Type1/BaseFont/C/FontDescriptor<</FontName/C/FontFile 10 0 R/FontFile3 8 0 R>>>>", NULL, 0 },
	    { "/Subtype/Type1C/Metadata 1 0 R", NULL, SOUND_CFF }, { "/Length1 5", "worms", 0 }, { "/Length1 5", "worms", 0 } },
	  { "/FontFile3", "/Subtype/Type1C", "/Subtype/TrueType" }, { "worms", "/Metadata", "/FontFile2", "/FontFile " },
	  FINDING_PDF_FONT_UNREADABLE },
	{ "composite", "", "/Font<</A 5 0 R/B 6 0 R/C 5 0 R>>", TEXT,
	  { { "<</Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[7 0 R]>>", NULL, 0 },
	    { "<</Subtype/Type0/BaseFont/B/Encoding/90ms-RKSJ-V/DescendantFonts 8 0 R>>", NULL, 0 },
	    { "<</Subtype/CIDFontType2/BaseFont/A/CIDToGIDMap 9 0 R/DW 900/DW2[880 -1000]/W[1[500 600.5(x)]7 9 250 70000[1]]"
	      "/W2[1[-1 2 3 4]5 6 -1000 500 880 7]/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 6/X 1>>"
	      "/FontDescriptor<</FontName/A/Lang/ja/CIDSet 1 0 R>>>>", NULL, 0 },
	    { "<</Subtype/CIDFontType0/CIDToGIDMap/Identity/W[1]/CIDSystemInfo 7>>", NULL, 0 }, { "", "\1\2\3", 0 } },
	  { "/W[1[500 600.5 0]7 9 250]", "/W2[1[-1 2 3]5 6 -1000 500 880]", "/DW2[880 -1000]",
	    "<</Ordering(Japan1)/Registry(Adobe)/Supplement 6>>", "/CIDToGIDMap/Identity", "(Identity)/Registry(Adobe)/Supplement 0",
	    "/Encoding/90ms-RKSJ-V" }, { "70000", "CIDSet", "\1\2\3", "/W[]" }, NONE },
	{ "composite fonts that are none", "", "/Font<</A 5 0 R/B 6 0 R/C 7 0 R>>", TEXT,
	  { { "<</Subtype/Type0/BaseFont/A/Encoding/Mine/DescendantFonts[8 0 R]>>", NULL, 0 },
	    { "<</Subtype/Type0/BaseFont/B/Encoding/Identity-H/DescendantFonts[5 0 R]>>", NULL, 0 },
	    { "<</Subtype/Type0/BaseFont/C/Encoding/Identity-H/DescendantFonts[]>>", NULL, 0 },
	    { "<</Subtype/CIDFontType2/BaseFont/A>>", NULL, 0 } },
	  { "BT" }, { "Type0", "CIDFont", "Mine" }, NONE },
	{ "glyphs as content", "", "/Font<</A 5 0 R/B 6 0 R/C 7 0 R>>", TEXT,
	  { { "<</Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 97/LastChar 97/Widths[9]"
	      "/Encoding<</Differences[97/b/a]>>/CharProcs<</b 8 0 R/a 9 0 R/c 7/d 5 0 R>>/Resources<</Font<</A 5 0 R>>>>>>", NULL, 0 },
	    { "<</Subtype/Type3/CharProcs 7>>", NULL, 0 }, { "<</Subtype/Type3/CharProcs<<>>>>", NULL, 0 },
	    { "", "9 0 0 0 9 9 d1 0 0 9 9 re f", 0 }, { "", "9 0 d0 BT /A 1 Tf (x) Tj ET", 0 } },
	  { "/FontMatrix[0.1 0 0 0.1 0 0]", "/CharProcs<</a ", "9 0 0 0 9 9 d1", "/CharProcs<<>>", "/FontMatrix[0.001 0 0 0.001 0 0]" },
	  { "/c ", "/d " }, NONE },
};

#define IMAGE(w, h, bpc, space) "/Subtype/Image/Width " #w "/Height " #h "/BitsPerComponent " #bpc "/ColorSpace" space
#define FAX "/Filter[/ASCIIHexDecode/CCITTFaxDecode]/DecodeParms[null<</K -1/Columns 8/Rows 1/BlackIs1 "
/* A page of 8 by 1, and one white row on it, coded by MMR (ITU-T T.88 7.4.6, 7.4.8). */
#define JBIG2_PAGE "0000000030000100000013000000080000000100000000000000000000 00"
#define JBIG2_ROW "0000000126000100000016000000080000000100000000000000000001 80080080>"

static const struct row images[] = {
	{ "masks of each kind", "", "/XObject<</A 5 0 R/B 7 0 R/C 9 0 R/D 10 0 R>>", "/A Do /B Do /C Do /D Do",
	  { { IMAGE(2, 1, 8, "/DeviceGray") "/SMask 6 0 R/Mask 8 0 R/Alternates[<</Image 5 0 R>>]/OPI<<>>/Metadata 1 0 R", "ab", 0 },
	    { IMAGE(1, 1, 8, "/DeviceGray") "/Matte[1]/Decode[1 0]/SMask 5 0 R", "m", 0 },
	    { IMAGE(2, 1, 8, "/DeviceGray") "/Mask 8 0 R", "cd", 0 },
	    { "/Subtype/Image/Width 8/Height 1/ImageMask true/ColorSpace/DeviceRGB/SMask 6 0 R", "n", 0 },
	    { IMAGE(1, 1, 8, "/DeviceRGB") "/Mask[1 2 3 4 5 6]/Interpolate true/Intent/Perceptual/Intent2/X", "efg", 0 },
	    { IMAGE(1, 1, 8, "/DeviceRGB") "/Mask[1 2]/Decode[0 1]/Interpolate 1/Intent/Mine", "hij", 0 } },
	  { "/SMask ", "/Matte[1]", "/Decode[1 0]", "/Mask ", "/ImageMask true", "/Mask[1 2 3 4 5 6]", "/Intent/Perceptual/Interpolate true" },
	  { "/Alternates", "/OPI", "/Metadata", "/Mask[1 2]", "/Mine", "Intent2" }, FINDING_PDF_ALTERNATES },
	{ "masks that are none", "", "/XObject<</A 5 0 R/B 6 0 R/C 8 0 R>>", "/A Do /B Do /C Do",
	  { { IMAGE(2, 1, 8, "/DeviceGray") "/SMask 7 0 R/Mask 7 0 R", "ab", 0 },
	    { IMAGE(2, 1, 8, "/DeviceGray") "/SMask 1 0 R/Mask/Name", "cd", 0 }, { IMAGE(1, 1, 8, "/DeviceRGB"), "rgb", 0 },
	    { IMAGE(1, 1, 8, "/DeviceGray") "/SMask 8 0 R", "s", 0 } },
	  { "stream\nab\n", "stream\ncd\n", "stream\ns\n" }, { "/Mask", "rgb" }, FINDING_PDF_IMAGE_UNREADABLE },
	{ "a /Mask that is a grey picture is a soft mask", "", "/XObject<</A 5 0 R/B 7 0 R>>", "/A Do /B Do",
	  { { IMAGE(2, 1, 8, "/DeviceGray") "/Mask 6 0 R", "ab", 0 }, { IMAGE(2, 1, 8, "/DeviceGray") "/Decode[1 0]", "cd", 0 },
	    { IMAGE(2, 1, 8, "/DeviceGray") "/Mask 8 0 R", "ef", 0 }, { IMAGE(2, 1, 8, "/DeviceRGB"), "rgbrgb", 0 } },
	  { "/SMask ", "/Decode[1 0]" }, { "/Mask", "rgb" }, FINDING_PDF_IMAGE_UNREADABLE },
	{ "one bit a sample: coded anew", "", "/XObject<</A 5 0 R/B 6 0 R/C 7 0 R/D 8 0 R/E 10 0 R>>", "/A Do /B Do /C Do /D Do /E Do",
	  { { IMAGE(8, 1, 1, "/DeviceGray") FAX "true>>]", "80080080>", 0 }, { IMAGE(8, 1, 1, "/DeviceGray") FAX "false>>]", "80080080>", 0 },
	    { "/Subtype/Image/Width 8/Height 1/ImageMask true" FAX "false>>]", "80080080>", 0 },
	    { IMAGE(8, 1, 1, "/DeviceGray") "/Filter[/ASCIIHexDecode/JBIG2Decode]/DecodeParms[null<</JBIG2Globals 9 0 R>>]", JBIG2_ROW, 0 },
	    { "/Filter/ASCIIHexDecode", JBIG2_PAGE ">", 0 },
	    { IMAGE(8, 1, 1, "/DeviceGray") "/Filter[/ASCIIHexDecode/JBIG2Decode]", JBIG2_ROW, 0 } },
	  { "/BlackIs1 true/Columns 8/K -1/Rows 1", "<</Columns 8/K -1/Rows 1>>", "/CCITTFaxDecode", "/D Do" },
	  { "JBIG2", "ASCIIHex", "/E Do" }, FINDING_PDF_IMAGE_UNREADABLE },
	{ "damaged data", "", "/XObject<</A 5 0 R/B 6 0 R/C 7 0 R>>", "/A Do /B Do /C Do 0 0 1 1 re f",
	  { { IMAGE(8, 1, 1, "/DeviceGray") "/Filter/JBIG2Decode", "none", 0 }, { IMAGE(8, 1, 8, "/DeviceGray") "/Filter/DCTDecode", "none", 0 },
	    { IMAGE(8, 1, 8, "/DeviceGray") "/Filter/JPXDecode", "none", 0 } },
	  { "0 0 1 1 re" }, { "none", " Do", "/Filter/JBIG2", "DCTDecode", "JPX" }, FINDING_PDF_IMAGE_UNREADABLE },
};

static const struct row documents[] = {
	{ "intents", "/OutputIntents[<</S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(x)/DestOutputProfile 5 0 R/X(y)>>"
	  "<</S/GTS_PDFX/DestOutputProfile 5 0 R>><</S/Mine/OutputConditionIdentifier(evil)>>7<</S/ISO_PDFE1/DestOutputProfile 6 0 R>>]",
	  "", "", { { "/N 3", NULL, SOUND_ICC }, { "/N 3", "no profile", 0 } },
	  { "/OutputIntents[<<", "/S/GTS_PDFA1", "(sRGB)", "/S/GTS_PDFX", "/S/ISO_PDFE1" }, { "evil", "(y)", "MZ private", "no profile" }, NONE },
	{ "intents that are none", "/OutputIntents[<</S/Mine>>5 0 R]", "", "", { { "7", NULL, 0 } }, { "/Catalog" }, { "OutputIntents" }, NONE },
	{ "layers", "/OCProperties<</OCGs[5 0 R 6 0 R 7 0 R 1 0 R]/D<</Order[(Label)5 0 R[6 0 R[]]]/OFF[6 0 R]/ON[5 0 R]/AS[<</Event/View>>]"
	  "/RBGroups[[5 0 R 6 0 R]]/Locked[5 0 R]/BaseState/ON>>/Configs[<</OFF[5 0 R]>>]>>",
	  "/Properties<</M 7 0 R/N 5 0 R/O 6 0 R>>",
	  "/OC/M BDC 0 0 1 1 re f EMC /OC/N BDC 0 0 2 2 re f EMC /OC/O BDC 0 0 3 3 re f EMC",
	  { { "<</Type/OCG/Name(Front)/Intent/View/Usage<</Print<</PrintState/OFF>>>>>>", NULL, 0 },
	    { "<</Type/OCG/Name(Back)>>", NULL, 0 },
	    { "<</Type/OCMD/OCGs[5 0 R 6 0 R]/P/AnyOn/VE[/Or 5 0 R[/Not 6 0 R][/Mine 5 0 R][/And]]>>", NULL, 0 } },
	  { "/Name(Front)", "/OFF[", "/VE[/Or ", "[/Not ", "(Label)" }, { "/AS", "/Usage", "Mine", "/Configs" }, FINDING_PDF_HIDDEN_LAYER },
	{ "all layers hidden, one membership without groups", "/OCProperties<</OCGs[5 0 R]/D<</BaseState/OFF/Order[[]]>>>>",
	  "/Properties<</M 6 0 R/N 7 0 R>>", "/OC/M BDC 0 0 1 1 re f EMC /OC/N BDC 0 0 2 2 re f EMC",
	  { { "<</Type/OCG/Name(Only)>>", NULL, 0 }, { "<</Type/OCMD/OCGs 5 0 R/VE 7>>", NULL, 0 }, { "<</Type/OCMD/VE[/Not]>>", NULL, 0 } },
	  { "/BaseState/OFF", "/OCGs " }, { "/VE" }, FINDING_PDF_HIDDEN_LAYER },
};

/* A CFF font of two empty glyphs. */
static const char cff[] = "\1\0\4\1" "\0\1\1\1\2A" "\0\1\1\1\x0c\x1c\0\x1e\x11\x1c\0\2\x1c\0\x26\x12" "\0\0" "\0\0"
	"\0\2\1\1\2\3\x0e\x0e" "\x8b\x14";

static void
put_object(struct buf *b, size_t *at, size_t *n, const struct object *o)
{
	own_buf struct buf data = { 0 };

	at[++*n] = b->n;
	if (o->made == SOUND_ICC)
		icc_sample(&data);
	else if (o->made == SOUND_CFF)
		(void)buf_put(&data, cff, sizeof cff - 1);
	else if (o->data != NULL)
		(void)buf_str(&data, o->data);
	else {
		(void)buf_printf(b, "%zu 0 obj\n%s\nendobj\n", *n, o->dict);
		return;
	}
	(void)buf_printf(b, "%zu 0 obj\n<<%s/Length %zu>>\nstream\n", *n, o->dict, data.n);
	(void)buf_view(b, buf_bytes(&data));
	(void)buf_str(b, "\nendstream\nendobj\n");
}

static void
put_document(struct buf *b, const struct row *r)
{
	size_t at[16], n = 0, i, start;
	char text[2000];

	(void)buf_str(b, "%PDF-1.7\n");
	(void)snprintf(text, sizeof text, "<</Type/Catalog/Pages 2 0 R%s>>", r->catalog);
	put_object(b, at, &n, &(struct object){ text, NULL, 0 });
	put_object(b, at, &n, &(struct object){ "<</Type/Pages/Kids[3 0 R]/Count 1>>", NULL, 0 });
	(void)snprintf(text, sizeof text, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<%s>>>>", r->resources);
	put_object(b, at, &n, &(struct object){ text, NULL, 0 });
	put_object(b, at, &n, &(struct object){ "", r->content, 0 });
	for (i = 0; i < sizeof r->objects / sizeof *r->objects && r->objects[i].dict != NULL; i++)
		put_object(b, at, &n, &r->objects[i]);
	start = b->n;
	(void)buf_printf(b, "xref\n0 %zu\n0000000000 65535 f \n", n + 1);
	for (i = 1; i <= n; i++)
		(void)buf_printf(b, "%010zu 00000 n \n", at[i]);
	(void)buf_printf(b, "trailer\n<</Size %zu/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", n + 1, start);
}

static void
try_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];
		own_buf struct buf in = { 0 }, out = { 0 };
		struct findings f = { 0 };

		put_document(&in, r);
		rebuild_pdf("rebuild", buf_bytes(&in), &out, &f);
		for (size_t k = 0; k < sizeof r->says / sizeof *r->says && r->says[k] != NULL; k++)
			if (!says(&out, r->says[k]))
				fail_msg("%s: does not say %s\n%.*s", r->name, r->says[k], (int)out.n, (const char *)out.p);
		for (size_t k = 0; k < sizeof r->not / sizeof *r->not && r->not[k] != NULL; k++)
			if (says(&out, r->not[k]))
				fail_msg("%s: says %s\n%.*s", r->name, r->not[k], (int)out.n, (const char *)out.p);
		if (r->code != NONE && found(&f, r->code) == 0)
			fail_msg("%s: %s is not reported", r->name, finding_name(r->code));
		findings_release(&f);
	}
}

#define TRY(rows)                                                              \
	static void test_##rows(void **state)                                  \
	{                                                                      \
		(void)state;                                                   \
		try_rows(rows, sizeof rows / sizeof *rows);                    \
	}
TRY(spaces)
TRY(shadings)
TRY(patterns)
TRY(states)
TRY(fonts)
TRY(images)
TRY(documents)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spaces), cmocka_unit_test(test_shadings), cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_states), cmocka_unit_test(test_fonts), cmocka_unit_test(test_images), cmocka_unit_test(test_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
