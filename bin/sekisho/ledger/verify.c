/*
 * ledger verify - is a ledger, or an export of one, what its checkpoint and those kept elsewhere say?
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "core/json.h"
#include "core/own.h"
#include "ledger/base64.h"
#include "ledger/verify.h"
#include "place.h"

enum { OPT_DATA, OPT_KEY, OPT_JSON };

const struct opt opts_ledger_verify[] = {
	[OPT_DATA] = { "--data", "DIR", { "データのフォルダー（既定 " LEDGER_DATA "）", "data folder (default: " LEDGER_DATA ")" } },
	[OPT_KEY] = { "--key", "KEY", { "検証鍵（そのもの、またはファイル）。台帳と別に保管したもの", "verifier key or a file with it, kept apart from the ledger" } },
	[OPT_JSON] = { "--json", NULL, { "JSON で表示する", "print JSON" } },
	{ 0 },
};

static void
show_fault(const struct fault *f, enum lang l)
{
	printf("  %s: %s", f->path[0] != '\0' ? f->path : text(TEXT_LEDGER_EXPORT, l), fault_text(f->kind, l));
	if (f->leaf != FAULT_NO_LEAF)
		printf(text(TEXT_LEDGER_AT_LEAF, l), f->leaf);
	if (f->n > 0)
		printf(text(TEXT_LEDGER_AT_BYTE, l), f->at, f->at + f->n - 1);
	if (f->detail[0] != '\0')
		printf(" [%s]", f->detail);
	putchar('\n');
}

static void
show(const struct verified *v, const struct args *a, size_t anchors)
{
	own_buf struct buf b = { 0 };
	size_t i;

	(void)(base64_put(&b, view_of(v->root.b, sizeof v->root.b)) && buf_byte(&b, 0));
	if (v->faults == 0) {
		printf("%s\n", text(TEXT_LEDGER_HOLDS, a->lang));
		printf(text(TEXT_LEDGER_STATE, a->lang), v->size, b.full ? "" : (const char *)b.p, anchors);
	} else {
		printf(text(TEXT_LEDGER_FAULTS, a->lang), v->faults);
		for (i = 0; i < v->faults && i < VERIFY_FAULTS; i++)
			show_fault(&v->fault[i], a->lang);
	}
	if (v->key.name[0] != '\0')
		printf("%s: %s+%08x\n", text(TEXT_LEDGER_KEY, a->lang), v->key.name, v->key.id);
	if (a->value[OPT_KEY] == NULL)
		printf("%s\n", text(TEXT_LEDGER_KEY_INSIDE, a->lang));
}

static void
put_fault(struct json *j, const struct fault *f)
{
	json_open(j, '{');
	json_key(j, "fault");
	json_str(j, fault_name(f->kind));
	json_key(j, "path");
	json_str(j, f->path);
	json_key(j, "at");
	json_uint(j, f->at);
	json_key(j, "bytes");
	json_uint(j, f->n);
	json_key(j, "leaf");
	if (f->leaf == FAULT_NO_LEAF)
		json_null(j);
	else
		json_uint(j, f->leaf);
	json_key(j, "detail");
	json_str(j, f->detail);
	json_close(j, '}');
}

static bool
show_json(const struct verified *v, size_t anchors)
{
	own_buf struct buf b = { 0 };
	own_buf struct buf root = { 0 };
	struct json j = { .out = &b };
	size_t i;

	base64_put(&root, view_of(v->root.b, sizeof v->root.b));
	json_open(&j, '{');
	json_key(&j, "holds");
	json_bool(&j, v->faults == 0);
	json_key(&j, "size");
	json_uint(&j, v->size);
	json_key(&j, "root");
	json_string(&j, buf_bytes(&root));
	json_key(&j, "origin");
	json_str(&j, v->key.name);
	json_key(&j, "anchors");
	json_uint(&j, anchors);
	json_key(&j, "faults");
	json_uint(&j, v->faults);
	json_key(&j, "first");
	json_open(&j, '[');
	for (i = 0; i < v->faults && i < VERIFY_FAULTS; i++)
		put_fault(&j, &v->fault[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_byte(&b, '\n');
	return !b.full && fwrite(b.p, 1, b.n, stdout) == b.n && fflush(stdout) == 0;
}

/* Every operand but the first is an anchored checkpoint. */
struct anchors {
	struct buf *bytes;
	struct view *view;
	size_t n;
};

static bool
read_anchors(const struct args *a, struct anchors *ret)
{
	size_t i;

	ret->n = a->operands > 1 ? a->operands - 1 : 0;
	ret->bytes = calloc(ret->n + 1, sizeof *ret->bytes);
	ret->view = calloc(ret->n + 1, sizeof *ret->view);
	if (ret->bytes == NULL || ret->view == NULL) {
		complain(a->lang, TEXT_CLI_MEMORY, "");
		return false;
	}
	for (i = 0; i < ret->n; i++) {
		if (!ledger_read(a, a->operand[i + 1], &ret->bytes[i]))
			return false;
		ret->view[i] = buf_bytes(&ret->bytes[i]);
	}
	return true;
}

static void
release_anchors(struct anchors *r)
{
	size_t i;

	for (i = 0; r->bytes != NULL && i < r->n; i++)
		buf_release(&r->bytes[i]);
	free(r->bytes);
	free(r->view);
}

static int
verify(const struct args *a, const struct anchors *anchors)
{
	struct verify_opts o = { .anchor = anchors->view, .anchors = anchors->n };
	static struct verified v;
	struct note_key key;
	struct err e = { 0 };
	char path[PATH_MAX];

	if (!ledger_place(a, 0, a->value[OPT_DATA], path))
		return EXIT_USAGE;
	if (a->value[OPT_KEY] != NULL && !ledger_key(a, a->value[OPT_KEY], NULL, &key))
		return EXIT_USAGE;
	o.key = a->value[OPT_KEY] != NULL ? &key : NULL;
	if (!verify_path(path, &o, &v, &e)) {
		complain(a->lang, TEXT_LEDGER_NO_LOG, e.text);
		return EXIT_FAILED;
	}
	if (a->value[OPT_JSON] == NULL)
		show(&v, a, anchors->n);
	else if (!show_json(&v, anchors->n))
		return EXIT_FAILED;
	return v.faults == 0 ? EXIT_DONE : EXIT_REFUSED;
}

int
cmd_ledger_verify(const struct args *a)
{
	struct anchors anchors = { 0 };
	int status = read_anchors(a, &anchors) ? verify(a, &anchors) : EXIT_USAGE;

	release_anchors(&anchors);
	return status;
}
