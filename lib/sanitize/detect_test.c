#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/testing.h"
#include "sanitize/text/charset.h"

static const struct {
	const char *name;
	struct view bytes;
	enum type type;
} cases[] = {
#define CASE(name, bytes, type) { name, { (const uint8_t *)(bytes), sizeof(bytes) - 1 }, TYPE_##type }
	CASE("a", "", EMPTY),
	CASE("a.pdf", "%PDF-1.7\n", PDF),
	CASE("a.pdf", "junk\n%PDF-1.4\n1 0 obj\nstartxref", PDF),
	CASE("a.txt", "The header %PDF- begins a PDF.\n", TEXT),
	CASE("a.png", "\x89PNG\r\n\x1a\n", PNG),
	CASE("a.gif", "GIF89a<script>", GIF),
	CASE("a.jpg", "\xff\xd8\xff\xe0", JPEG),
	CASE("a.webp", "RIFF\x10\0\0\0WEBPVP8L", WEBP),
	CASE("a.wav", "RIFF\x10\0\0\0WAVEfmt ", AUDIO),
	CASE("a.heic", "\0\0\0\x18" "ftypheic", HEIF),
	CASE("a.mp4", "\0\0\0\x18" "ftypisom", VIDEO),
	CASE("a.class", "\xca\xfe\xba\xbe\0\0\0\x34", JAVA_CLASS),
	CASE("a", "\xca\xfe\xba\xbe\0\0\0\x02", MACHO),
	CASE("a.exe", "MZ\x90\0\x03\0\0\0\x04\0", PE),
	CASE("a.txt", "MZ is how a DOS program begins.\n", TEXT),
	CASE("a.txt", "BMW is a car\n", TEXT),
	CASE("a.lnk", "L\0\0\0\x01\x14\x02\0\0\0\0\0", LNK),
	CASE("a.rtf", "{\\rtf1 x}", RTF),
	CASE("a.lzh", "\x20\0-lh5-\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", LZH),
	CASE("a.7z", "7z\xbc\xaf\x27\x1c\0\x04", SEVENZIP),
	CASE("a.rar", "Rar!\x1a\x07\x01\0", RAR),
	CASE("a.zip", "PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", ZIP),
	CASE("a.ps", "%!PS-Adobe-3.0", POSTSCRIPT),
	CASE("a.txt", "\xe3\x81\x82\n", TEXT),
	CASE("a.txt", "\x82\xa0\x82\xa2\n", TEXT),
	CASE("a.md", "# t\n", TEXT),
	CASE("a.bin", "\0\x01\x02\x03\x04\x05\x06\x07\x0e\x0f", UNKNOWN),
	CASE("a.csv", "a\n", CSV),
	CASE("a.TSV", "a\n", CSV),
	CASE("a", "a,b\n1,2\n3,4\n", CSV),
	CASE("a.txt", "a,b\n1,2\n3,4\n", TEXT),
	CASE("a", "Dear all,\nthis is text\n", TEXT),
	CASE("a.json", "{\"a\":[1]}", JSON),
	CASE("a", "[\"\x93\xfa\x96\x7b\"]", JSON),				/* 日本 in CP932 */
	CASE("a", "[\x93\xfa\x96\x7b] \"\x8f\x88\x97\x9d\" OK\n", TEXT),		/* a log */
	CASE("a", "\xef\xbb\xbf[\"\"]", JSON),
	CASE("a", "\xff\xfe[\0\"\0\"\0]\0", JSON),
	CASE("a", "\xff\xfe[\0\"\0\"\0]\0]\0", TEXT),
	CASE("a", " [1,2]\n", JSON),
	CASE("a", "{\"a\":}", TEXT),
	CASE("a.txt", "[1]", TEXT),
	CASE("a.xml", "<?xml version=\"1.0\"?><a/>", XML),
	CASE("a.xml", "<p>x</p>", XML),
	CASE("a.xml", "<?xml version=\"1.0\"?><!-- x --><!DOCTYPE a [<!ELEMENT a ANY>]><a/>", XML),
	CASE("a", "<job><name>x</name></job>", XML),
	CASE("a.xml", "<s:transform xmlns:s=\"http://www.w3.org/1999/XSL/Transform\"/>", SCRIPT),
	CASE("a.xml", "<?xml version=\"1.0\"?><svg:svg/>", SVG),
	CASE("a.svg", "\xef\xbb\xbf<!-- x --><svg xmlns=\"http://www.w3.org/2000/svg\"/>", SVG),
	CASE("a.xml", "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument/>", DOC),
	CASE("a.fods", "<?xml version=\"1.0\"?><office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\"/>", ODS),
	CASE("a.fods", "<office:document office:mimetype = 'application/vnd.oasis.opendocument.spreadsheet-template'>", ODS),
	CASE("a.fodt", "<office:document office:mimetype=\"application/vnd.oasis.opendocument.text\" a=\"application/vnd.oasis.opendocument.graphics\">", ODT),
	CASE("a.fodt", "<office:document office:mimetype=\"application/vnd.oasis.opendocument.graphics", ODT),
	CASE("a.fodt", "<office:document office:mimetype>='application/vnd.oasis.opendocument.graphics'", ODT),
	CASE("a.fodt", "<office:document office:mimetype=''/>", ODT),
	/* What the XML writer made of a root that it found behind a megabyte of comment: XML, again. */
	CASE("a.xml", "<?xml version=\"1.0\"?>\n<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0#inert\"/>", XML),
	CASE("a.xml", "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg#inert\"/>", XML),
	CASE("a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:a=\"#inert\"/>", SVG),
	CASE("a.fodt", "<office:document office:mimetype=\"application/vnd.oasis.opendocument.text\">\"x", ODT),
	CASE("a.fodt", "<office:document office:mimetype=\"application/vnd.oasis.opendocument.text\">\"application/vnd.oasis.opendocument.graphics\"", ODT),
	CASE("a", "<!doctype html><p>", HTML),
	CASE("a", "<HTML><body>", HTML),
	CASE("a.htm", "plain", HTML),
	CASE("a", "<script>x</script>", SCRIPT),
	CASE("a.txt", "#!/bin/sh\n", SCRIPT),
	CASE("a.bat", "dir\r\n", SCRIPT),
	CASE("a.bat. ", "dir\r\n", SCRIPT),
	CASE("a.hta", "<html>", SCRIPT),
	CASE("a.ps1", "Get-Item x\n", SCRIPT),
	CASE("a.txt", "REGEDIT4\n", SCRIPT),
	CASE("a.slk", "ID;PWXL\n", SCRIPT),
	CASE("a.url", "[InternetShortcut]\r\nURL=file://x\r\n", URL),
	CASE("a.txt", "[InternetShortcut]\r\nURL=file://x\r\n", URL),
	CASE("a.ics", "BEGIN:VCALENDAR\r\n", ICS),
	CASE("a.vcf", "begin:vcard\r\n", VCF),
	CASE("a", "Received: from x\r\nFrom: a@b\r\nSubject: s\r\n\r\nhi", EML),
	CASE("memo.txt", "To: all\nFrom: me\nSubject: lunch\n\nhi\n", TEXT),
	CASE("a", "From a@b Mon Jan  1 00:00:00 2024\nSubject: s\n\nhi", MBOX),
	CASE("a.xml", "<\0a\0/\0>\0", XML),
#undef CASE
};

/* What stands before the root element may be longer than the head that is read otherwise. */
static void
long_prolog(void **state)
{
	static const struct {
		const char *root;
		enum type type;
	} rows[] = {
		{ "<html xmlns='http://www.w3.org/1999/xhtml'/>", TYPE_HTML }, { "<s:svg/>", TYPE_SVG },
		{ "<w:wordDocument/>", TYPE_DOC }, { "<job/>", TYPE_XML },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (k = 0; k < 2; k++) {
			own_buf struct buf b = { 0 }, wide = { 0 };
			uint64_t lost;
			struct err e;

			assert_true(buf_printf(&b, "<?xml version='1.0'?><!--%9000s-->%s", "", rows[i].root));
			assert_true(charset_encode(CHARSET_UTF16LE, buf_bytes(&b), &wide, &lost, &e));
			assert_int_equal(detect(k == 0 ? buf_bytes(&b) : buf_bytes(&wide), "a.xml"), rows[i].type);
		}
}

static void
kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum type t = detect(cases[i].bytes, cases[i].name);

		if (t != cases[i].type)
			fail_msg("case %zu (%s): %s, not %s", i, cases[i].name, type_name(t),
				 type_name(cases[i].type));
	}
}

/* Pixels may spell "ustar" where a tar has it: a tar's checksum holds, or nothing else fits. */
static void
tar_or_pixels(void **state)
{
	static const struct {
		const char *head, *sum;
		size_t n;
		enum type type;
	} rows[] = {
		{ "\0\0\1\0\1\0\1\1\0\0\1\0\40\0\60\0\0\0\26\0\0\0", "", 22, TYPE_ICO },
		{ "BM\0\0\0\0\0\0\0\0\66\0\0\0\50\0\0\0", "", 18, TYPE_BMP },
		{ "BM\0\0\0\0\0\0\0\0\66\0\0\0\50\0\0\0", "0002034", 18, TYPE_TAR },
		{ "name", "", 4, TYPE_TAR },
	};
	uint8_t in[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		memset(in, 0, sizeof in);
		memcpy(in, rows[i].head, rows[i].n);
		memcpy(in + 148, rows[i].sum, strlen(rows[i].sum));
		memcpy(in + 257, "ustar", 5);
		assert_int_equal(detect(view_of(in, sizeof in), "a"), rows[i].type);
	}
}

/* Every row of magic.def must be reachable: no row before it may hide it. */
static void
magics_reachable(void **state)
{
	static const struct {
		enum type type;
		uint32_t at;
		struct view bytes;
	} rows[] = {
#define MAGIC(id, at, bytes) { TYPE_##id, at, { (const uint8_t *)(bytes), sizeof(bytes) - 1 } },
#include "sanitize/magic.def"
#undef MAGIC
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf b = { 0 };

		assert_true(buf_fill(&b, 0xee, rows[i].at) && buf_view(&b, rows[i].bytes) &&
			    buf_fill(&b, 0xee, 64));
		assert_int_equal(detect(buf_bytes(&b), ""), rows[i].type);
	}
}

static void
renames(void **state)
{
	static const struct {
		enum type type;
		const char *from, *to;
	} rows[] = {
		{ TYPE_PNG, "photo.jpg", "photo.png" },	  { TYPE_PNG, "photo.PNG", "photo.PNG" },
		{ TYPE_TEXT, "notes.2024", "notes.2024.txt" }, { TYPE_TEXT, "README", "README" },
		{ TYPE_JPEG, "photo", "photo.jpg" },	  { TYPE_TEXT, "a.exe", "a.txt" },
		{ TYPE_PDF, "a.pdf.exe", "a.pdf.pdf" },	  { TYPE_JPEG, "d/x.y/p", "d/x.y/p.jpg" },
		{ TYPE_JPEG, "a.JPEG", "a.JPEG" },	  { TYPE_TEXT, "a.sh. ", "a.txt" },
		{ TYPE_ZIP, "会議.tar.gz", "会議.zip" }, { TYPE_ZIP, "d/.tar.gz", "d/.tar.zip" },
		{ TYPE_ZIP, "a.TGZ", "a.zip" },		  { TYPE_TEXT, "a.tar.gz", "a.tar.txt" },
		{ TYPE_PDF, "第1回.２", "第1回.２.pdf" },  { TYPE_PDF, "", ".pdf" },
		{ TYPE_DOCX, "a.docm", "a.docx" },	  { TYPE_XLSX, "a.XLSX", "a.XLSX" },
		{ TYPE_TEXT, "desktop.ini", "desktop.ini.txt" }, { TYPE_TEXT, "d/Desktop.INI. ", "d/Desktop.INI.txt" },
		{ TYPE_TEXT, "d\\desktop.ini", "d\\desktop.ini.txt" }, { TYPE_TEXT, "autorun", "autorun.txt" },
		{ TYPE_TEXT, "my desktop.ini", "my desktop.ini" }, { TYPE_TEXT, "desktop.ini/a.ini", "desktop.ini/a.ini" },
		{ TYPE_TEXT, "Thumbs.db", "Thumbs.db.txt" }, { TYPE_TEXT, ".htaccess", ".htaccess.txt" }, { TYPE_XML, "web.config", "web.config.xml" },
		{ TYPE_TEXT, ".user.ini", ".user.ini.txt" }, { TYPE_TEXT, "autorunner", "autorunner" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf b = { 0 };

		assert_true(detect_rename(rows[i].type, rows[i].from, &b) && buf_byte(&b, 0));
		assert_string_equal((const char *)b.p, rows[i].to);
	}
}

/* Whatever text is called so is refused: the ending makes a program of it, or a link that opens unasked. */
static void
obeyed_endings(void **state)
{
	static const char *const scripts[] = {
		"inf", "scf", "reg", "rdp", "iqy", "slk", "theme", "library-ms", "search-ms", "searchconnector-ms", "settingcontent-ms",
		"lnk", "desktop", "hta", "bat", "terminal", "mobileconfig", "osdx", "contact", "prf", "ins", "isp", "xbap", "vsto", "wcx", "tool", "wflow",
	};
	static const char *const links[] = { "url", "website", "webloc", "inetloc", "fileloc", "mailloc", "ftploc", "afploc" };
	static const char *const bodies[] = { "[x]\r\ny=z\r\n", "<?xml version=\"1.0\"?>\n<a>b</a>\n", "{\"a\": 1}\n", "<b>x</b>\n", "a,b\n1,2\n3,4\n" };
	char name[64];
	size_t i, k;

	(void)state;
	for (k = 0; k < sizeof bodies / sizeof *bodies; k++) {
		for (i = 0; i < sizeof scripts / sizeof *scripts; i++) {
			(void)snprintf(name, sizeof name, "a.%s", scripts[i]);
			if (detect(view_str(bodies[k]), name) != TYPE_SCRIPT)
				fail_msg("%s: %s", name, type_name(detect(view_str(bodies[k]), name)));
		}
		for (i = 0; i < sizeof links / sizeof *links; i++) {
			(void)snprintf(name, sizeof name, "a.%s", links[i]);
			if (detect(view_str(bodies[k]), name) != TYPE_URL)
				fail_msg("%s: %s", name, type_name(detect(view_str(bodies[k]), name)));
		}
	}
}

static void
obeyed_folders(void **state)
{
	(void)state;
	assert_true(type_obeyed_folder(VIEW(".git")) && type_obeyed_folder(VIEW(".GIT")) && type_obeyed_folder(VIEW(".vscode")));
	assert_true(type_obeyed_folder(VIEW("a.{ED7BA470-8E54-465E-825C-99712043E01C}")));
	assert_true(type_obeyed_folder(VIEW(".{ed7ba470-8e54-465e-825c-99712043e01c}")));
	assert_false(type_obeyed_folder(VIEW("a{ED7BA470-8E54-465E-825C-99712043E01C}")));
	assert_false(type_obeyed_folder(VIEW("a.{ED7BA470-8E54-465E-825C-99712043E01C}b")));
	assert_false(type_obeyed_folder(VIEW("a.{ED7BA470-8E54-465E-825C-99712043E01}")));
	assert_false(type_obeyed_folder(VIEW("git")) || type_obeyed_folder(VIEW(".gitignore")) || type_obeyed_folder(VIEW("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_prolog), cmocka_unit_test(kinds), cmocka_unit_test(magics_reachable), cmocka_unit_test(tar_or_pixels), cmocka_unit_test(renames), cmocka_unit_test(obeyed_endings), cmocka_unit_test(obeyed_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
