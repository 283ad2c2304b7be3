#include "ledger/checkpoint.h"

#include <inttypes.h>

#include "core/own.h"
#include "ledger/base64.h"

static bool
line(struct view *v, struct view *ret)
{
	size_t at = view_find(*v, 0, VIEW("\n"));

	return at != VIEW_NOT_FOUND && at > 0 && view_take(v, at, ret) && view_skip(v, 1);
}

static bool
decimal(struct view v, uint64_t *ret)
{
	uint64_t x = 0;
	size_t i;

	if (v.n == 0 || v.n > 19 || (v.p[0] == '0' && v.n > 1))
		return false;
	for (i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		x = x * 10 + (uint64_t)(v.p[i] - '0');
	}
	*ret = x;
	return x <= INT64_MAX;
}

bool
checkpoint_parse(struct view text, struct checkpoint *ret, struct err *e)
{
	struct checkpoint c = { 0 };
	struct view size, root, more;

	if (!line(&text, &c.origin) || !line(&text, &size) || !line(&text, &root) || !decimal(size, &c.size) ||
	    base64_get(root, c.root.b, sizeof c.root.b) != sizeof c.root.b)
		return err_set(e, ERR_MALFORMED, "no checkpoint (origin, size, root)");
	while (text.n > 0)
		if (!line(&text, &more))
			return err_set(e, ERR_MALFORMED, "checkpoint: an empty extension line");
	*ret = c;
	return true;
}

bool
checkpoint_open(struct view note, const struct note_key *key, struct checkpoint *ret, struct err *e)
{
	struct checkpoint c;
	struct view text;

	if (!note_open(note, key, 1, &text, e) || !checkpoint_parse(text, &c, e))
		return false;
	if (!view_is(c.origin, key->name))
		return err_set(e, ERR_DENIED, "checkpoint of another log: %.*s", (int)(c.origin.n < 100 ? c.origin.n : 100),
			       (const char *)c.origin.p);
	*ret = c;
	return true;
}

bool
checkpoint_sign(const struct note_signer *s, uint64_t size, const struct merkle_hash *root, struct buf *to,
		struct err *e)
{
	own_buf struct buf text = BUF_MAX(1024);

	(void)(buf_printf(&text, "%s\n%" PRIu64 "\n", note_signer_key(s)->name, size) &&
	       base64_put(&text, view_of(root->b, sizeof root->b)) && buf_byte(&text, '\n'));
	return buf_ok(&text, e) && note_sign(s, buf_bytes(&text), to, e);
}
