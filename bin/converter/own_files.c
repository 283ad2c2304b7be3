#include "own_files.h"

#include <stddef.h>

#define SETTING(path, name, value)                                                             \
	"<item oor:path=\"/org.openoffice." path "\"><prop oor:name=\"" name                   \
	"\" oor:op=\"fuse\"><value>" value "</value></prop></item>\n"

/* Macros, links and everything that asks somebody: off. */
static const char settings[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\""
	" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\""
	" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
	SETTING("Office.Common/Security/Scripting", "MacroSecurityLevel", "3")
	SETTING("Office.Common/Security/Scripting", "DisableMacrosExecution", "true")
	SETTING("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true")
	SETTING("Office.Writer/Content/Update", "Link", "0")
	SETTING("Office.Calc/Content/Update", "Link", "2")
	SETTING("Office.Common/Misc", "FirstRun", "false")
	SETTING("Office.Common/Misc", "UseOpenCL", "false")
	SETTING("Office.Common/Misc", "CrashReport", "false")
	SETTING("Office.Common/History", "PickListSize", "0")
	SETTING("Office.Recovery/RecoveryInfo", "Enabled", "false")
	SETTING("Office.Recovery/AutoSave", "Enabled", "false")
	SETTING("Setup/Office", "ooSetupInstCompleted", "true")
	"</oor:items>\n";

/*
 * A workbook that is shown has an input line, and Debian's -nogui packages
 * leave out the files that describe it: these do, as plainly as can be.
 */
static const char input_line[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<interface><requires lib=\"gtk+\" version=\"3.20\"/>\n"
	"<object class=\"GtkBox\" id=\"InputBar\"><child><object class=\"GtkBox\" id=\"background\"><child>"
	"<object class=\"GtkScrolledWindow\" id=\"scrolledwindow\"><child><object class=\"GtkViewport\"><child>"
	"<object class=\"GtkDrawingArea\" id=\"sc_input_window\"/></child></object></child></object></child>"
	"</object></child><child><object class=\"GtkButton\" id=\"up\"/></child>"
	"<child><object class=\"GtkButton\" id=\"down\"/></child></object></interface>\n";
static const char place_box[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<interface><requires lib=\"gtk+\" version=\"3.20\"/>\n"
	"<object class=\"GtkBox\" id=\"PosBox\"><child><object class=\"GtkComboBoxText\" id=\"pos_window\">"
	"<property name=\"has_entry\">True</property><child internal-child=\"entry\"><object class=\"GtkEntry\"/>"
	"</child></object></child></object></interface>\n";

static const char letter[] = "{\\rtf1\\ansi\\ansicpg932 {\\fonttbl{\\f0 Noto Sans CJK JP;}}\\f0 \\u38306?\\u25152? Sekisho\\par}";

#define FLAT(kind, body)                                                                       \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                           \
	"<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""      \
	" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\""                       \
	" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""                        \
	" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""                          \
	" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\""                 \
	" office:version=\"1.2\" office:mimetype=\"application/vnd.oasis.opendocument." kind "\">" \
	"<office:body><office:" kind ">" body "</office:" kind "></office:body></office:document>\n"
#define WORDS "<text:p>\xe9\x96\xa2\xe6\x89\x80 Sekisho</text:p>"

static const char table[] =
	FLAT("spreadsheet", "<table:table table:name=\"1\"><table:table-row><table:table-cell office:value-type=\"string\">"
	     WORDS "</table:table-cell><table:table-cell table:formula=\"of:=1+1\" office:value-type=\"float\""
	     " office:value=\"2\"/></table:table-row></table:table>");
static const char slide[] =
	FLAT("presentation", "<draw:page draw:name=\"1\"><draw:frame svg:x=\"1cm\" svg:y=\"1cm\" svg:width=\"9cm\""
	     " svg:height=\"2cm\"><draw:text-box>" WORDS "</draw:text-box></draw:frame></draw:page>");

/* A disc, as a metafile (MS-WMF) in a frame. */
static const char drawing[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
	" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\""
	" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\""
	" office:version=\"1.2\" office:mimetype=\"application/vnd.oasis.opendocument.graphics\"><office:styles></office:styles>"
	"<office:body><office:drawing><draw:page><draw:frame svg:width=\"9mm\" svg:height=\"9mm\"><draw:image><office:binary-data>"
	"183GmgAAAAAAAOgD6AP0AQAAAADlVgEACQAAAzgAAAAIAAgAAAAAAAUAAAALAgAAAAAFAAAADALoA+gDBAAAAAMBCAAHAAAA/AIA"
	"AAAAyAAAAAQAAAAtAQAACAAAAPoCBQAAAAAAAAAAAAQAAAAtAQEABwAAABgEhAOEA2QAZAADAAAAAAA="
	"</office:binary-data></draw:image></draw:frame></draw:page></office:drawing></office:body></office:document>\n";

#define SCALC_UI "/usr/lib/libreoffice/share/config/soffice.cfg/modules/scalc/ui/"

const struct own_file own_files[] = {
	{ "/profile/user/registrymodifications.xcu", settings },
	{ SCALC_UI "inputbar.ui", input_line },
	{ SCALC_UI "posbox.ui", place_box },
	{ "/tmp/warm.rtf", letter },
	{ "/tmp/warm.fods", table },
	{ "/tmp/warm.fodp", slide },
	{ "/tmp/warm.fodg", drawing },
	{ NULL, NULL },
};

const struct warm_up warm_ups[] = {
	{ "/tmp/warm.rtf", "/tmp/warm.doc", "doc" },
	{ "/tmp/warm.doc", "/tmp/warm.docx", "docx" },
	{ "/tmp/warm.docx", "/tmp/warm-1.pdf", "pdf" },
	{ "/tmp/warm.fods", "/tmp/warm.xls", "xls" },
	{ "/tmp/warm.xls", "/tmp/warm.xlsx", "xlsx" },
	{ "/tmp/warm.fodp", "/tmp/warm.ppt", "ppt" },
	{ "/tmp/warm.ppt", "/tmp/warm.pptx", "pptx" },
	{ "/tmp/warm.fodg", "/tmp/warm.png", "png" },
	{ NULL, NULL, NULL },
};
