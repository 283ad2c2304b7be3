"""The portal from outside, as an attacker meets it: raw sockets on loopback against the real programs."""
import concurrent.futures
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import tempfile
import time
import unittest

SEKISHOD = os.path.abspath(os.environ.get("SEKISHOD", "build/bin/sekishod"))
GUESTS, SHARE = 128, 84	# door.h, door.c


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Answer:
    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if raw.startswith(b"HTTP/1.1 ") else None
        self.fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.page = self.body.decode("utf-8", "replace")


class Portal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.daemon = subprocess.Popen([SEKISHOD, "--port", str(cls.port)], stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", cls.port)).close()
                break
            except OSError:
                time.sleep(0.1)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.send_signal(signal.SIGTERM)
        cls.daemon.wait(timeout=20)

    def connect(self, address=None):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=60, source_address=(address, 0) if address else None)
        self.addCleanup(s.close)
        return s

    def read(self, s):
        out = b""
        try:
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                out += piece
        except ConnectionResetError:
            pass
        return Answer(out)

    def send(self, data, address=None):
        s = self.connect(address)
        s.sendall(data)
        return self.read(s)

    def get(self, target, *fields, method="GET", address=None):
        return self.send("\r\n".join([f"{method} {target} HTTP/1.1", f"Host: localhost:{self.port}", *fields, "", ""]).encode(), address)

    def head(self, *fields, target="/", boundary="x"):
        return "\r\n".join([f"POST {target} HTTP/1.1", f"Host: localhost:{self.port}",
                            f"Content-Type: multipart/form-data; boundary={boundary}", *fields, "", ""]).encode()

    def post(self, body, *fields, boundary="x", address=None):
        return self.send(self.head(f"Content-Length: {len(body)}", *fields, boundary=boundary) + body, address)

    def hand_in(self, *files, boundary="x", address=None):
        """The page of the result of files given as (disposition of the name, bytes)."""
        a = self.post(form(*files, boundary=boundary), boundary=boundary, address=address)
        self.assertEqual(a.status, 303, a.page)
        return a.fields["location"], self.get(a.fields["location"], address=address).page

    def alive(self, address=None):
        self.assertEqual(self.get("/", address=address).status, 200)


def part(disposition, data, boundary="x"):
    return b"--%s\r\nContent-Disposition: form-data; name=\"file\"; %s\r\n\r\n%s\r\n" % (boundary.encode(), disposition.encode(), data)


def form(*files, boundary="x"):
    return b"".join(part(d, data, boundary) for d, data in files) + b"--%s--\r\n" % boundary.encode()


class Requests(Portal):
    def test_a_port_is_a_number_and_nothing_else(self):
        for port in ("80x", "", "-1", "+8080", "0", "65536", "99999999999999999999"):
            done = subprocess.run([SEKISHOD, "--port", port], capture_output=True, timeout=10, check=False)
            self.assertEqual((done.returncode, done.stdout), (2, b""), port)

    def test_what_is_not_http_is_refused(self):
        host = b"Host: localhost:%d\r\n" % self.port
        for request in (b"GET / HTTP/1.1\r\n" + host * 2 + b"\r\n", b"GET / HTTP/1.1\r\n" + host + b"Host: evil.example\r\n\r\n",
                        b"GET / HTTP/1.1\r\n" + host + b"X : y\r\n\r\n", b"GET / HTTP/1.1\n" + host[:-2] + b"\n\n",
                        b"GET / HTTP/1.1\r\n" + host[:-2] + b"\n\r\n", b"GET / HTTP/1.1\r\n" + host + b" folded\r\n\r\n",
                        b"GET / HTTP/1.1\r\n\r\n", b"GET http://localhost:%d/ HTTP/1.1\r\n" % self.port + host + b"\r\n",
                        b"GET /\0 HTTP/1.1\r\n" + host + b"\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
                        b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                        b"POST / HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
            with self.subTest(request):
                a = self.send(request)
                self.assertEqual(a.status, 400)
                self.assertIn("受け付けません", a.page)
        a = self.send(b"GET / HTTP/1.1\r\n" + host + b"Accept-Language: en\r\nX: " + b"a" * 20000 + b"\r\n\r\n")
        self.assertEqual(a.status, 431)
        self.assertEqual(self.get("/" + "a" * 3000).status, 414)
        self.assertEqual(self.send(self.head("Transfer-Encoding: chunked") + b"0\r\n\r\n").status, 411)

    def test_each_refusal_is_a_whole_page(self):
        body = b"a" * 100000
        length = f"Content-Length: {len(body)}"
        for method, target, status, allow in (("POST", "/nothing", 404, None), ("PUT", "/", 405, "GET, HEAD, POST"),
                                              ("BREW", "/static/style.css", 405, "GET, HEAD"), ("DELETE", "/r/a", 405, "GET, HEAD"),
                                              ("POST", "/r/a", 405, "GET, HEAD"), ("GET", "/", 400, None), ("GET", "/nothing", 404, None)):
            with self.subTest(f"{method} {target}"):
                s = self.connect()
                s.sendall(f"{method} {target} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{length}\r\n\r\n".encode())
                time.sleep(0.05)
                try:
                    s.sendall(body)
                except OSError:
                    pass
                a = self.read(s)
                self.assertEqual(a.status, status)
                self.assertEqual(a.fields.get("allow"), allow)
                self.assertEqual(int(a.fields["content-length"]), len(a.body))
                self.assertIn("処理できません", a.page)
                self.assertIn("default-src 'none'", a.fields["content-security-policy"])
                self.assertEqual(a.fields["connection"], "close")

    def test_a_length_beyond_all_is_refused_at_once(self):
        for length in (1 << 31, 99999999999999, 1 << 64, 10 ** 40):
            t = time.monotonic()
            s = self.connect()
            s.sendall(self.head(f"Content-Length: {length}"))
            self.assertEqual(Answer(s.recv(65536)).status, 413)
            self.assertLess(time.monotonic() - t, 2)

    def test_a_refused_upload_reads_why(self):
        s = self.connect()
        s.sendall(self.head(f"Content-Length: {1 << 31}"))
        try:
            for _ in range(200):
                s.sendall(bytes(65536))
        except OSError:
            self.fail("reset while sending: a browser would show no page")
        s.shutdown(socket.SHUT_WR)
        self.assertEqual(self.read(s).status, 413)

    def test_other_sites_get_nothing(self):
        body = form(("filename=a.txt", b"hello\n"))
        for field in ("Origin: http://evil.example", "Origin: null", "Origin: https://localhost:%d" % self.port,
                      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"):
            self.assertEqual(self.post(body, field).status, 403, field)
        self.assertEqual(self.post(body, f"Origin: http://localhost:{self.port}", "Sec-Fetch-Site: same-origin").status, 303)
        a = self.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % self.port)
        self.assertEqual((a.status, a.fields["location"]), (307, f"http://localhost:{self.port}/"))
        self.assertEqual(self.send(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 421)

    def test_paths_lead_nowhere_else(self):
        for target in ("/static/../main.c", "/static/%2e%2e/main.c", "/static//style.css", "/static/style.css%00", "/static/", "//", "/r/",
                       "/r/" + "0" * 32, "/r/" + "%30" * 32, "/r/../static/style.css", "/.", "/index.html", "/static/..%5cmain.c"):
            self.assertEqual(self.get(target).status, 404, target)

    def test_one_request_on_a_connection(self):
        one = f"GET / HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode()
        a = self.send(one + b"GET /static/style.css HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        self.assertEqual(a.raw.count(b"HTTP/1.1 "), 1)

    def test_head_and_ranges(self):
        where, _ = self.hand_in(("filename=a.txt", b"hello\n"))
        for target in ("/", where, where + "/0", "/static/style.css", "/nothing"):
            whole, head = self.get(target), self.get(target, method="HEAD")
            self.assertEqual(head.body, b"", target)
            self.assertEqual((head.status, head.fields["content-length"]), (whole.status, whole.fields["content-length"]))
        a = self.get(where + "/0", "Range: bytes=0-1,1-2,2-3", "If-Range: x")
        self.assertEqual((a.status, a.body, a.fields["accept-ranges"]), (200, b"hello\n", "none"))

    def test_a_head_in_pieces(self):
        s = self.connect()
        for byte in f"GET / HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode():
            s.sendall(bytes([byte]))
            time.sleep(0.002)
        self.assertEqual(self.read(s).status, 200)

    def test_expect_is_answered(self):
        body = form(("filename=a.txt", b"hello\n"))
        s = self.connect()
        s.sendall(self.head(f"Content-Length: {len(body)}", "Expect: 100-continue"))
        self.assertTrue(s.recv(100).startswith(b"HTTP/1.1 100 "))
        s.sendall(body)
        self.assertEqual(self.read(s).status, 303)


class Forms(Portal):
    def test_a_form_that_was_cut_delivers_nothing(self):
        whole = form(("filename=a.txt", b"hello\n"), ("filename=b.txt", b"world\n"))
        for cut in (0, 2, 5, 60, len(whole) // 2, len(whole) - 6, len(whole) - 3):
            a = self.post(whole[:cut])
            self.assertEqual(a.status, 400, cut)
            self.assertIn("途中で切れている", a.page)
        self.assertEqual(self.post(whole[:-2]).status, 303)
        self.assertEqual(self.post(whole + b"more").status, 400)
        self.assertEqual(self.post(whole, boundary="y").status, 400)
        self.assertEqual(self.post(b"--x--\r\n").status, 400)

    def test_names_stay_what_they_are(self):
        for written, shown in (('filename="a\\"b.txt"', "a&quot;b.txt"), ('filename=".txt"', ".txt"), ('filename="請求書 第１号.txt"', "請求書 第１号.txt"),
                               ("filename=\"a.txt\"; filename*=UTF-8''%E8%AB%8B%E6%B1%82.txt", "請求.txt"), ('filename="C:\\temp\\a.txt"', "a.txt"),
                               ('filename="<b>.txt"', "&lt;b&gt;.txt")):
            where, page = self.hand_in((written, b"hello\n"))
            self.assertIn(f"<h2>{shown}</h2>", page)
            self.assertIn(f"{shown} を受け取る", page)
            self.assertEqual(self.get(where + "/0").body, b"hello\n")
        self.assertIn("filename*=UTF-8''%3Cb%3E.txt", self.get(where + "/0").fields["content-disposition"])

    def test_a_boundary_may_be_one_letter_or_seventy(self):
        for boundary in ("x", "a" * 70):
            self.assertIn("a.txt", self.hand_in(("filename=a.txt", b"hello\n"), boundary=boundary)[1])
        self.assertEqual(self.post(form(("filename=a.txt", b"hello\n"), boundary="a" * 71), boundary="a" * 71).status, 415)

    def test_fifty_files_and_no_more(self):
        files = [("filename=%d.txt" % i, b"hello %d\n" % i) for i in range(50)]
        where, page = self.hand_in(*files)
        self.assertIn("50 個のうち 50 個", page)
        self.assertEqual(self.get(where + "/49").body, b"hello 49\n")
        for target in ("/50", "/-1", "/0x1", "/00000000000000000000001", "/18446744073709551616", "/0/", "/0.jsonx", "/ 0"):
            self.assertIn(self.get(where + target).status, (400, 404), target)
        a = self.post(form(*files, ("filename=more.txt", b"more\n")))
        self.assertEqual(a.status, 413)
        self.assertIn("50 個", a.page)

    def test_what_is_refused_is_said_first_and_not_delivered(self):
        where, page = self.hand_in(("filename=a.txt", b"hello\n"), ("filename=b.txt", b"MZ\x90\0no program\1\2"))
        self.assertIn("2 個のうち 1 個", page)
        self.assertLess(page.index("<h2>b.txt</h2>"), page.index("<h2>a.txt</h2>"))
        refused = page[page.index("<h2>b.txt</h2>"):page.index("<h2>a.txt</h2>")]
        self.assertNotIn("を受け取る", refused)
        self.assertEqual(len(re.findall("[0-9a-f]{64}", refused)), 1)	# of what came in alone
        self.assertEqual(self.get(where + "/0").body, b"hello\n")
        self.assertEqual(self.get(where + "/1").status, 404)
        self.assertEqual(self.get(where + "/1.json").status, 200)

    def test_a_password_opens_what_it_is_for(self):
        def password(word):
            return b"--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%s\r\n" % word

        with tempfile.TemporaryDirectory() as d:
            pathlib.Path(d, "a.txt").write_text("hello\n")
            subprocess.run(["7z", "a", "-bso0", "-mhe=on", "-p関所 ７", "a.7z", "a.txt"], cwd=d, check=True)
            data = pathlib.Path(d, "a.7z").read_bytes()
        rest = form(("filename=a.7z", data))
        for word, opens in (("関所 ７".encode(), True), ("関所 7".encode(), False), (b"", False)):
            for body in (password(word) + rest, part("filename=b.txt", b"hello\n") + password(word) + rest):
                a = self.post(body)
                self.assertEqual(a.status, 303, a.page)
                page = self.get(a.fields["location"]).page
                self.assertEqual("a.zip を受け取る" in page, opens, word)
                self.assertEqual("パスワード" in page, not opens, word)
                self.assertNotIn("関所 ７", page)
        for word, status in ((b"x" * 256, 303), (b"x" * 257, 400), (b"a\0b", 400)):
            self.assertEqual(self.post(password(word) + rest).status, status)
        self.assertIn("パスワードが長すぎる", self.post(password(b"x" * 257) + rest).page)
        self.assertEqual(self.post(password(b"a") + password(b"b") + rest).status, 400)


class Crowds(Portal):
    def test_who_says_nothing_keeps_nobody_out(self):
        crowd = [self.connect() for _ in range(400)]
        for s in crowd[:200]:
            try:
                s.sendall(b"GET / HTTP/1.1\r\nHost: lo")
            except OSError:
                pass	# it had to give way
        t = time.monotonic()
        for _ in range(20):
            self.alive()
        self.assertLess(time.monotonic() - t, 5)

    def test_who_promises_a_body_takes_no_place_from_others(self):
        """One address holds its share of connections; another is served, and may hand in."""
        crowd = [self.connect("127.0.0.2") for _ in range(2 * SHARE)]
        for s in crowd:
            try:
                s.sendall(self.head("Content-Length: 1000000000") + part("filename=a", b"")[:-2])
            except OSError:
                pass
        time.sleep(0.5)
        t = time.monotonic()
        self.alive("127.0.0.3")
        self.assertIn("a.txt", self.hand_in(("filename=a.txt", b"hello\n"), address="127.0.0.3")[1])
        self.assertLess(time.monotonic() - t, 10)
        a = self.get("/", address="127.0.0.2")
        self.assertEqual(a.status, 503)
        self.assertIn("混み合って", a.page)
        self.assertEqual(a.fields["retry-after"], "30")

    def test_there_is_always_a_place_for_the_next(self):
        """More results than an address may have descriptors for: none is refused, the oldest give way."""
        body = form(*(("filename=%d.txt" % i, b"hello\n") for i in range(50)))
        answers = []
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: self.post(body), range(12)))
        self.assertEqual([a.status for a in answers], [303] * len(answers))
        last = self.get(answers[-1].fields["location"])
        self.assertIn("50 個のうち 50 個", last.page)
        self.assertEqual(self.get(answers[0].fields["location"]).status, 404)
        self.alive()

    def test_many_at_once(self):
        def one(i):
            where, _ = self.hand_in((f"filename={i}.txt", b"words %d\n" % i))
            return self.get(where + "/0").body
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            self.assertEqual(list(pool.map(one, range(48))), [b"words %d\n" % i for i in range(48)])

    def test_who_leaves_is_not_waited_for(self):
        body = form(*(("filename=%d.txt" % i, os.urandom(1000).hex().encode() * 500) for i in range(50)))
        for _ in range(12):
            s = self.connect()
            s.sendall(self.head(f"Content-Length: {len(body)}") + body)
            s.close()
        t = time.monotonic()
        self.hand_in(("filename=a.txt", b"hello\n"))
        self.assertLess(time.monotonic() - t, 30)

    def test_the_descriptors_are_given_back(self):
        for _ in range(3):
            self.hand_in(("filename=a.txt", b"hello\n"))
        before = self.descriptors()
        for _ in range(20):
            s = self.connect()
            s.sendall(self.head("Content-Length: 1000") + b"--x\r\n")
            s.close()
            s = self.connect()
            s.sendall(b"GET / HTTP/1.1\r\n")
            s.close()
            self.post(b"--x--")
        time.sleep(2)
        self.alive()
        self.assertLessEqual(self.descriptors(), before + 2)

    def descriptors(self):
        for pid in children(self.daemon.pid):
            try:
                if os.readlink(f"/proc/{pid}/exe").endswith("/portal"):
                    return len(os.listdir(f"/proc/{pid}/fd"))
            except FileNotFoundError:
                pass	# a document's process that has just ended
        return self.fail("no portal")


class Slow(Portal):
    """Each waits for a deadline of pace.def: side by side."""

    def head_alone(self):
        s = self.connect("127.0.0.4")
        s.sendall(b"GET / HTTP/1.1\r\nHost: ")
        return "head", self.read(s)

    def body_dribbles(self):
        s = self.connect("127.0.0.4")
        s.sendall(self.head("Content-Length: 1000000") + part("filename=a.txt", b"")[:-2])
        for _ in range(300):
            try:
                s.sendall(b"a" * 100)
            except OSError:
                break
            if select.select([s], [], [], 0)[0]:
                break
            time.sleep(0.1)
        return "body", self.read(s)

    def fetch_stalls(self):
        data = os.urandom(4_000_000).hex().encode()
        lines = b"\n".join(data[i:i + 100] for i in range(0, len(data), 100))
        where, _ = self.hand_in(("filename=a.txt", lines), address="127.0.0.4")
        s = socket.socket()
        self.addCleanup(s.close)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.bind(("127.0.0.4", 0))
        s.settimeout(60)
        s.connect(("127.0.0.1", self.port))
        s.sendall(f"GET {where}/0 HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode())
        for _ in range(50):
            time.sleep(0.5)
            try:
                s.recv(100)
            except ConnectionResetError:
                break
        got = self.read(s)
        self.assertLess(len(got.raw), len(lines) // 2)
        # Whoever reads is given all of it.
        self.assertEqual(self.get(where + "/0", address="127.0.0.4").body, lines)
        return "fetch", got

    def body_is_slow_but_keeps_pace(self):
        body = form(("filename=a.txt", b"words of a slow client\n" * 150_000))
        s = self.connect("127.0.0.4")
        s.sendall(self.head(f"Content-Length: {len(body)}"))
        for i in range(0, len(body), 120_000):
            s.sendall(body[i:i + 120_000])
            time.sleep(1)
        return "paced", self.read(s)

    def test_the_slow_are_given_up_and_told_why(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            done = [pool.submit(f) for f in (self.head_alone, self.body_dribbles, self.fetch_stalls, self.body_is_slow_but_keeps_pace)]
            got = dict(f.result() for f in done)
        self.assertEqual(got["head"].status, 408)
        self.assertEqual(got["body"].status, 408)
        self.assertIn("遅すぎる", got["body"].page)
        self.assertEqual(got["paced"].status, 303)
        self.alive()


def children(pid):
    """Of a process, and of its children."""
    out = []
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            for child in f.read().split():
                out += [int(child)] + children(int(child))
    except FileNotFoundError:
        pass
    return out


if __name__ == "__main__":
    unittest.main(verbosity=2)
