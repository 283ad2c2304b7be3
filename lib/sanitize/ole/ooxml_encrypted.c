/* An OOXML package under a password: opened, then it goes on as what is inside. */
#include "core/own.h"
#include "sanitize/format.h"
#include "sanitize/ole/office_crypt.h"
#include "sanitize/ole/ole.h"

static bool
streams(struct job *j, struct view in, struct buf *info, struct buf *package, struct err *e)
{
	own_arena struct arena *a = arena_new(0);
	struct ole *o;

	if (a == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	o = ole_open(j, a, in, e);
	/* Rights management keeps its licence elsewhere ([MS-OFFCRYPTO] 2.2): no password opens that. */
	if (o != NULL && !ole_has(o, "EncryptionInfo"))
		return err_set(e, ERR_DENIED, "protected by something else than a password");
	return o != NULL && ole_read(o, "EncryptionInfo", info, e) && ole_read(o, "EncryptedPackage", package, e);
}

static bool
ooxml_open(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf info = BUF_MAX((size_t)2 << 20), package = BUF_MAX(in.n);
	bool unknown;

	if (!streams(j, in, &info, &package, e))
		return false;
	if (office_decrypt(j, buf_bytes(&info), buf_bytes(&package), out, &unknown, e)) {
		job_find(j, FINDING_DECRYPTED, "", NULL);
		return true;
	}
	if (e->code == ERR_DENIED && !unknown)
		job_find(j, FINDING_PASSWORD_NEEDED, "", "%s", e->text);
	return false;
}

static const enum type inside[] = { TYPE_DOCX, TYPE_XLSX, TYPE_PPTX, TYPE_XLSB, TYPE_UNKNOWN };

extern const struct format format_ooxml_encrypted;
const struct format format_ooxml_encrypted = { .type = TYPE_OOXML_ENCRYPTED, .inside = inside, .open = ooxml_open };
