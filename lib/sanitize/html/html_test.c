#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sanitize/html/html.h"
#include "sanitize/testing.h"

static void
reads_as_text(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "<title>件名</title><p>本文\n続き</p><p>次</p>", "件名\n\n本文続き\n\n次\n" },
		{ "<h1>一</h1>a<h2>二</h2>b<h3>三</h3>c<h5>五</h5>", "■ 一\n\na\n\n□ 二\n\nb\n\n● 三\n\nc\n\n○ 五\n" },
		{ "<p>a  b\n c&nbsp;&nbsp;d<br>e", "a b c  d\ne\n" },
		{ "<ul><li>あ<li>い<ol start=9><li>x<li>y</ol></ul>", "・あ\n・い\n  9. x\n  10. y\n" },
		{ "<ol type=i><li>a<li value=4>b</ol><ol type=A><li>c</ol>", "i. a\niv. b\n\nA. c\n" },
		{ "<p>a<blockquote>b<p>c<blockquote>d</blockquote></blockquote>e", "a\n\n> b\n>\n> c\n>\n> > d\n\ne\n" },
		{ "<p>a<pre>x  y\n  z</pre>b", "a\n\nx  y\n  z\n\nb\n" },
		{ "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です", "漢字(かんじ)です\n" },
		{ "<p>見る <a href='https://x.jp/'>ここ</a>。", "見る ここ <https://x.jp/>。\n" },
		{ "<p><a href='https://x.jp/'>https://x.jp</a> <a href='#a'>下</a>", "https://x.jp 下\n" },
		{ "<a href='https://x.jp/'><img alt=''></a>", "<https://x.jp/>\n" },
		{ "<table><tr><th>名<th>数<tr><td>りんご<td>1<tr><td>a<td>22</table>", "名      数\nりんご  1\na       22\n" },
		{ "<table><caption>表</caption><tr><td rowspan=2>a<td>b<tr><td>c<tr><td colspan=2>d</table>",
		  "表\na  b\n   c\nd\n" },
		{ "<table><tr><td><p>a<ul><li>b</ul><td>c</table>", "a\n\n・b\n\nc\n" },
		{ "<dl><dt>語<dd>意味</dl>", "語\n    意味\n" },
		{ "<p>a<hr>b", "a\n\n----------------------------------------\n\nb\n" },
		{ "<img src=http://x/a.png alt='図 1'><img src=b width=1 height=1>", "［画像: 図 1］\n" },
		{ "<p>a<s></s>b", "ab\n" },
		{ "<p>価格<s>100</s>90<q>引用</q>", "価格［取り消し: 100］90「引用」\n" },
		{ "<input value=a><input type=checkbox checked><input type=radio><input type=password value=p>"
		  "<select><option>a<option selected>b</select><textarea>t</textarea><button>送信</button>",
		  "［a］☑○［b］［t］［送信］\n" },
		{ "<p><script>a</script></p>", "（表示される文字はありません）\n" },
		{ "<p>BEGIN:VCALENDAR", "（本文）\nBEGIN:VCALENDAR\n" },
		{ "<p>&lt;html&gt;", "（本文）\n<html>\n" },
		{ "<p>a<svg><text>drawn</text></svg>b<noscript>n</noscript>", "ab\n\nn\n" },
		{ "<ul><p>x</ul>", "  x\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_tried struct tried t = try_it("a.html", view_str(rows[i].in));

		if (!tried_passed(&t))
			fail_msg("%s: %s", rows[i].in, t.findings.row[t.findings.n - 1].detail);
		assert_int_equal(t.type, TYPE_TEXT);
		(void)buf_byte(&t.out, '\0');
		assert_string_equal((const char *)t.out.p, rows[i].want);
		t.out.n--;
		assert_true(tried_settled(&t, "a.html"));
	}
}

static void
a_wide_table_is_cut_by_tabs(void **state)
{
	own_buf struct buf in = { 0 };
	own_tried struct tried t = { 0 };
	int i;

	(void)state;
	(void)buf_str(&in, "<table><tr><td>");
	for (i = 0; i < 50; i++)
		(void)buf_str(&in, "長い");
	(void)buf_str(&in, "<td>b</table>");
	t = try_it("a.html", buf_bytes(&in));
	assert_true(view_find(buf_bytes(&t.out), 0, VIEW("長い\tb\n")) != VIEW_NOT_FOUND);
}

static void
what_is_active_is_reported(void **state)
{
	static const struct {
		const char *in;
		enum finding_code code;
	} rows[] = {
		{ "<p onclick=x>a", FINDING_HTML_HANDLER },
		{ "a<script>x</script>", FINDING_HTML_SCRIPT },
		{ "a<style>x</style>", FINDING_HTML_STYLE },
		{ "<form>a</form>", FINDING_HTML_FORM },
		{ "a<iframe src=x>", FINDING_HTML_FRAME },
		{ "a<object data=x>b</object>", FINDING_HTML_ACTIVE },
		{ "a<video src=x>", FINDING_HTML_MEDIA },
		{ "a<meta http-equiv=Refresh content='0;url=http://x/'>", FINDING_HTML_REFRESH },
		{ "a<base href=http://x/>", FINDING_HTML_BASE },
		{ "a<img src=//x/y>", FINDING_HTML_REMOTE },
		{ "a<link rel=stylesheet href=http://x>", FINDING_HTML_REMOTE },
		{ "a<!-- x -->", FINDING_HTML_COMMENT },
		{ "<bdo dir=rtl>a</bdo>", FINDING_HTML_BDO },
		{ "<a href=javascript:x>a</a>", FINDING_HTML_LINK },
		{ "<a href=https://b.example.jp/>www.a.example.jp</a>", FINDING_HTML_LINK_LIES },
		{ "<a href=https://a@b.jp/>a</a>", FINDING_HTML_LINK_ODD },
		{ "<div>a<svg/>", FINDING_HTML_DRAWING },
		{ "<button formaction=http://x/>a</button>", FINDING_HTML_FORM },
		{ "<a href=https://a.jp/ ping=http://x/>a</a>", FINDING_HTML_FORM },
		{ "a<iframe srcdoc=x>", FINDING_HTML_FRAME },
		{ "<p>a", FINDING_HTML_TEXT },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_tried struct tried t = try_it("a.html", view_str(rows[i].in));

		if (t.verdict != VERDICT_DISARMED)
			fail_msg("%s: %s", rows[i].in, t.findings.row[0].detail);
		if (tried_count(&t, rows[i].code) == 0)
			fail_msg("%s: %s", rows[i].in, finding_name(rows[i].code));
	}
	{
		own_tried struct tried t = try_it("a.html", VIEW("<meta http-equiv=Content-Type content='text/html'><p on=x>a"));

		assert_int_equal(tried_count(&t, FINDING_HTML_REFRESH), 0);
		assert_int_equal(tried_count(&t, FINDING_HTML_HANDLER), 0);
	}
}

static void
a_strict_profile_shows_no_address(void **state)
{
	own_tried struct tried t = try_with("strict", NULL, "a.html", VIEW("<a href=https://x.jp/>a</a>"));

	(void)state;
	assert_true(view_is(buf_bytes(&t.out), "a\n"));
	assert_int_equal(tried_count(&t, FINDING_HTML_LINK), 1);
}

static void
charsets_are_told(void **state)
{
	static const struct {
		const char *in;
	} rows[] = {
		{ "<meta charset=Shift_JIS><p>\x93\xfa\x96\x7b\x8c\xea" },
		{ "<meta http-equiv=Content-Type content='text/html; charset=EUC-JP'><p>\xc6\xfc\xcb\xdc\xb8\xec" },
		{ "<p>\x1b$BF|K\\8l\x1b(B" },
		{ "\xef\xbb\xbf<p>\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
		/* What is said is wrong: the bytes count. */
		{ "<meta charset=Shift_JIS><p>\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_tried struct tried t = try_it("a.html", view_str(rows[i].in));

		assert_true(view_is(buf_bytes(&t.out), "日本語\n"));
	}
}

/* -- HTML that stays HTML ------------------------------------------------ */

static void
as_html(const char *in, const struct profile *p, struct buf *ret)
{
	static const struct html_how how = { 0 };
	struct findings f = { 0 };
	struct job j = { .profile = p, .findings = &f, .name = "" };
	struct err e = { 0 };

	if (!html_to_html(&j, view_str(in), &how, ret, &e))
		fail_msg("%s: %s", in, e.text);
	findings_release(&f);
}

#define HEAD "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title></title></head>\n<body>"
#define TAIL "</body></html>\n"

static void
has_one_form(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "<p class=x onclick=y>a &amp; <b style=x>b</b>", "<p>a &amp; <b>b</b></p>" },
		{ "<a href='https://x.jp/?a&b' target=_blank>x</a><a href=javascript:y>z</a>",
		  "<a href=\"https://x.jp/?a&amp;b\">x</a>z" },
		{ "<table><tr><td colspan=2 width=3>a</table>",
		  "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>" },
		{ "<ul>x<li>a</ul><ol start=3 type=a><li value=-4>b</ol>",
		  "<ul><li>x</li><li>a</li></ul><ol start=\"3\" type=\"a\"><li value=\"-4\">b</li></ol>" },
		{ "<font color=red>a</font><strike>b</strike>", "a<s>b</s>" },
		{ "<b>a<div>b</div></b>", "a<div>b</div>" },
		{ "<a href=https://x.jp/>a<div>b</div></a>", "<a href=\"https://x.jp/\">ab<br></a>" },
		{ "<pre>\n\n a</pre>", "<pre>\n\n a</pre>" },
		{ "<script>x</script><img src=http://x alt='絵'><img src=data:text/html,x>", "［画像: 絵］" },
		{ "<dl>x<dt>a<dd>b</dl><center>c</center>", "<dl><dd>x</dd><dt>a</dt><dd>b</dd></dl><center>c</center>" },
		{ "<ruby>a<rt>b</ruby><rt>c", "<ruby>a<rt>b</rt></ruby>c" },
		{ "<form><input value='<b>'>", "<div>［&lt;b&gt;］</div>" },
		{ "<p hidden>x</p><p>y<span style=display:none>z</span>", "<p></p><p>y</p>" },
		{ "<svg></svg> a <template>gone at the end</template> ", "a" },
		{ "<ul><a href='https://x.jp/'><b>a</b></a></ul><dl><a href='https://x.jp/'><b>a</b></a></dl><li><i>b</i>",
		  "<ul><li><a href=\"https://x.jp/\"><b>a</b></a></li></ul><dl><dd><a href=\"https://x.jp/\"><b>a</b></a></dd></dl>"
		  "<ul><li><i>b</i></li></ul>" },
		{ "<select><option><b>a</b></select>", "［a］" },
		{ "<svg><script>x</script></svg><math><mi>x</mi></math>", "x" },
	};
	struct profile keep = *profile_find(VIEW("keep"));
	size_t i;

	(void)state;
	keep.html = true;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf got = { 0 }, again = { 0 }, want = { 0 };

		(void)buf_printf(&want, HEAD "%s" TAIL, rows[i].want);
		as_html(rows[i].in, &keep, &got);
		(void)buf_byte(&got, '\0');
		(void)buf_byte(&want, '\0');
		assert_string_equal((const char *)got.p, (const char *)want.p);
		as_html((const char *)got.p, &keep, &again);
		got.n--;
		assert_true(view_eq(buf_bytes(&got), buf_bytes(&again)));
	}
}

static void
what_a_picture_cannot_be_is_reported(void **state)
{
	static const struct {
		const char *in;
		uint32_t images;
	} rows[] = {
		{ "<img src=data:text/html,x>", 1 }, { "<img src='data:image/png;base64,AAAA'>", 1 },
		{ "<img src=http://x/>", 0 }, { "<img>", 0 },
	};
	static const struct html_how how = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf out = { 0 };
		own_tried struct tried t = { 0 };
		struct job j = { .profile = profile_at(0), .findings = &t.findings, .name = "" };
		struct err e = { 0 };

		assert_true(html_to_html(&j, view_str(rows[i].in), &how, &out, &e));
		assert_int_equal(tried_count(&t, FINDING_HTML_IMAGE), rows[i].images);
		assert_int_equal(view_find(buf_bytes(&out), 0, VIEW("<img")), VIEW_NOT_FOUND);
	}
}

/* Of two that are told the outer. */
static void
the_language_stays(void **state)
{
	own_buf struct buf got = { 0 };

	(void)state;
	as_html("<html lang=ja><body lang=en><p>a", profile_at(0), &got);
	assert_true(view_find(buf_bytes(&got), 0, VIEW("<html lang=\"ja\">")) != VIEW_NOT_FOUND);
}

/* Readers of PDF look for its head in the first kilobyte. */
static void
is_no_pdf_too(void **state)
{
	own_tried struct tried t = try_it("a.html", VIEW("<p>&#37;PDF-1.4<p>%PD<b>F-</b> 1 0 obj"));

	(void)state;
	assert_int_equal(t.verdict, VERDICT_DISARMED);
	assert_true(view_find(buf_bytes(&t.out), 0, VIEW("% PDF-1.4")) != VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&t.out), 0, VIEW("%PDF-")) == VIEW_NOT_FOUND);
	assert_true(tried_settled(&t, "a.txt"));
}

static void
depth_and_size_do_not_hurt(void **state)
{
	own_buf struct buf in = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 200000; i++)
		(void)buf_str(&in, i % 3 == 0 ? "<table><tr><td>" : i % 3 == 1 ? "<b>" : "<s><a href=https://x.jp/>");
	(void)buf_str(&in, "x");
	{
		own_tried struct tried t = try_it("a.html", buf_bytes(&in));

		assert_true(tried_passed(&t) || t.verdict == VERDICT_REFUSED);
	}
}

/* Deeper than is read: the words stay, and the form that comes of it is the last. */
static void
what_is_deep_has_one_form_too(void **state)
{
	static const struct profile *keep;
	own_buf struct buf in = { 0 }, got = { 0 }, again = { 0 };
	int i;

	(void)state;
	keep = profile_find(VIEW("keep"));
	for (i = 0; i < 1000; i++)
		(void)buf_str(&in, i % 2 == 0 ? "<div>" : "<x>");
	(void)buf_str(&in, "x<p>y</p></div></div>z<div hidden>h</div>");
	(void)buf_byte(&in, '\0');
	as_html((const char *)in.p, keep, &got);
	assert_true(view_find(buf_bytes(&got), 0, VIEW("xyz")) != VIEW_NOT_FOUND);
	(void)buf_byte(&got, '\0');
	as_html((const char *)got.p, keep, &again);
	got.n--;
	assert_true(view_eq(buf_bytes(&got), buf_bytes(&again)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_as_text),
		cmocka_unit_test(a_wide_table_is_cut_by_tabs),
		cmocka_unit_test(what_is_active_is_reported),
		cmocka_unit_test(a_strict_profile_shows_no_address),
		cmocka_unit_test(charsets_are_told),
		cmocka_unit_test(has_one_form),
		cmocka_unit_test(what_a_picture_cannot_be_is_reported),
		cmocka_unit_test(the_language_stays),
		cmocka_unit_test(is_no_pdf_too),
		cmocka_unit_test(depth_and_size_do_not_hurt),
		cmocka_unit_test(what_is_deep_has_one_form_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
