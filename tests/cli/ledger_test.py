"""sekisho ledger from outside, and its files read by another program: this one, with hashlib and openssl."""
import base64
import hashlib
import json
import os
import shutil
import stat
import subprocess
import tarfile
import unittest

from cli import DONE, FAILED, REFUSED, USAGE, Case

NAME = "sekisho.example/ledger"


def event(i):
    return json.dumps({"object": "crossing/%d" % i, "what": "crossing.disarmed", "when": "2026-11-27T08:40:07.123Z",
                       "who": "role/worker"}, separators=(",", ":"), sort_keys=True)


def root_of(leaves):
    """RFC 6962 2.1, as it is written there."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def leaf_of(entry):
    return hashlib.sha256(b"\0" + entry).digest()


class Ledger(Case):
    def ledger(self, verb, *args, status=DONE, lang="en", **kw):
        done = self.sekisho("--lang", lang, "ledger", verb, *args, **kw)
        self.assertEqual(done.returncode, status, done.stderr.decode(errors="replace") + done.stdout.decode(errors="replace"))
        return done.stdout.decode()

    def made(self, n):
        out = self.ledger("init", NAME, "--data", ".")
        self.vkey = out.strip().splitlines()[-1]
        self.append(range(n))

    def append(self, numbers):
        lines = "".join(event(i) + "\n" for i in numbers)
        return self.ledger("append", "--data", ".", stdin=lines.encode())

    def verify(self, *args, status=DONE):
        return json.loads(self.ledger("verify", "--json", *args, status=status))

    def test_a_ledger_is_made_grows_and_holds(self):
        self.made(0)
        self.assertTrue(self.vkey.startswith(NAME + "+"))
        self.assertEqual(self.read("ledger/vkey").decode().strip(), self.vkey)
        self.assertEqual(stat.S_IMODE(os.stat(self.dir / "ledger.key").st_mode), 0o600)
        self.assertNotIn("ledger.key", self.files("ledger"))
        self.assertEqual(self.append(range(300)).split(), [str(i) for i in range(300)])
        self.assertEqual(self.append(range(300, 310)).split(), [str(i) for i in range(300, 310)])
        said = self.verify("ledger", "--key", self.vkey)
        self.assertEqual((said["holds"], said["size"], said["origin"]), (True, 310, NAME))
        self.assertIn("nothing was changed", self.ledger("verify", "--data", "."))
        self.assertIn("改ざんは見つかりませんでした", self.ledger("verify", "--data", ".", lang="ja"))
        # Nothing is made over what is there.
        self.ledger("init", NAME, "--data", ".", status=USAGE)
        self.ledger("init", "a b", "--data", "elsewhere", status=USAGE)
        self.assertTrue(self.verify("ledger")["holds"])

    def test_what_is_no_event_is_refused_and_the_rest_stays(self):
        self.made(3)
        self.ledger("append", "--data", ".", stdin=(event(3) + "\n" + '{"b":1, "a":2}\n').encode(), status=FAILED)
        self.ledger("append", "--data", ".", stdin=b"")
        self.assertEqual(self.verify("ledger")["size"], 4)

    def test_an_auditor_with_other_tools_comes_to_the_same(self):
        self.made(300)
        self.ledger("export", "-o", "export.tar", "ledger")
        with tarfile.open(self.dir / "export.tar") as t:
            files = {m.name: t.extractfile(m).read() for m in t.getmembers()}
        entries = []
        for name in ("tile/entries/000", "tile/entries/001.p/44"):
            rest = files[name]
            while rest:
                n = int.from_bytes(rest[:2], "big")
                entries.append(rest[2:2 + n])
                rest = rest[2 + n:]
        self.assertEqual([e.decode() for e in entries], [event(i) for i in range(300)])
        leaves = [leaf_of(e) for e in entries]
        self.assertEqual(files["tile/0/000"] + files["tile/0/001.p/44"], b"".join(leaves))
        self.assertEqual(files["tile/1/000.p/1"], root_of(leaves[:256]))
        text, signatures = files["checkpoint"].decode().split("\n\n")
        origin, size, root = text.split("\n")
        self.assertEqual((origin, size, base64.b64decode(root)), (NAME, "300", root_of(leaves)))
        # The signature, by openssl.
        name, keyid, key = files["vkey"].decode().strip().split("+", 2)
        key = base64.b64decode(key)
        self.assertEqual(hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex(), keyid)
        dash, signer, signature = signatures.strip().split(" ")
        signature = base64.b64decode(signature)
        self.assertEqual((dash, signer, signature[:4].hex()), ("—", NAME, keyid))
        self.write("key.der", bytes.fromhex("302a300506032b6570032100") + key[1:])
        self.write("text", text + "\n")
        self.write("signature", signature[4:])
        judged = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER", "-rawin", "-in",
                                 "text", "-sigfile", "signature"], cwd=self.dir, stdout=subprocess.PIPE, check=False)
        self.assertEqual(judged.returncode, 0, judged.stdout)

    def test_a_proof_stands_for_itself(self):
        self.made(300)
        proof = self.ledger("prove", 77, "ledger", "--entry", "entry")
        self.assertEqual(self.read("entry").decode(), event(77))
        head, note = proof.split("\n\n", 1)
        lines = head.split("\n")
        self.assertEqual(lines[:2], ["c2sp.org/tlog-proof@v1", "index 77"])
        self.assertEqual(note.encode(), self.read("ledger/checkpoint"))
        fn, sn, h = 77, 299, leaf_of(event(77).encode())
        for line in lines[2:]:
            p = base64.b64decode(line)
            if fn & 1 or fn == sn:
                h = hashlib.sha256(b"\1" + p + h).digest()
                while not fn & 1 and fn:
                    fn, sn = fn >> 1, sn >> 1
            else:
                h = hashlib.sha256(b"\1" + h + p).digest()
            fn, sn = fn >> 1, sn >> 1
        self.assertEqual(base64.b64encode(h).decode(), note.split("\n")[2])
        self.ledger("prove", 300, "ledger", status=REFUSED)
        self.ledger("prove", "x", "ledger", status=USAGE)
        self.ledger("prove", status=USAGE)

    def test_a_change_is_told_with_its_place(self):
        self.made(300)
        self.ledger("anchor", "-o", "anchor", "ledger")
        self.ledger("export", "-o", "export.tar", "ledger")
        self.assertEqual(self.verify("export.tar", "anchor")["anchors"], 1)
        data = bytearray(self.read("export.tar"))
        at = data.index(b'"crossing/123"') + 12
        data[at] ^= 1
        self.write("changed.tar", bytes(data))
        said = self.verify("changed.tar", "anchor", status=REFUSED)
        self.assertEqual((said["faults"], said["first"][0]["fault"], said["first"][0]["leaf"]), (1, "ENTRY", 123))
        self.assertIn("entry 123", self.ledger("verify", "changed.tar", status=REFUSED))
        self.write("short.tar", bytes(data[:3000]))
        self.assertEqual(self.verify("short.tar", status=REFUSED)["first"][0]["fault"], "ARCHIVE")
        self.ledger("verify", "nowhere", status=FAILED)

    def test_a_ledger_that_is_set_back_is_found_by_its_anchor(self):
        self.made(20)
        shutil.copytree(self.dir / "ledger", self.dir / "before")
        self.append(range(20, 40))
        self.ledger("anchor", "-o", "anchor", "ledger")
        self.assertTrue(self.verify("before")["holds"])
        self.assertEqual(self.verify("before", "anchor", status=REFUSED)["first"][0]["fault"], "ANCHOR_SIZE")
        # An existing file is left alone.
        self.ledger("anchor", "-o", "anchor", "ledger", status=FAILED)
        self.ledger("export", "-o", "anchor", "ledger", status=FAILED)
        self.ledger("export", "ledger", status=USAGE)

    def test_the_paper_can_be_read_again(self):
        self.made(5)
        shown = self.ledger("anchor", "ledger", "--qr", "paper.svg", "--show", "-o", "anchor")
        self.assertIn("▀", shown)
        self.assertIn(NAME + "  5", self.read("paper.svg").decode())
        if shutil.which("zbarimg") is None or shutil.which("rsvg-convert") is None:
            self.skipTest("no zbarimg or rsvg-convert")
        subprocess.run(["rsvg-convert", "-z", "8", "paper.svg", "-o", "paper.png"], cwd=self.dir, check=True)
        seen = subprocess.run(["zbarimg", "-q", "--raw", "paper.png"], cwd=self.dir, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=True)
        # zbar ends what it read with a newline of its own.
        self.assertEqual(seen.stdout, self.read("anchor") + b"\n")

    def test_two_words_are_one_verb(self):
        self.assertEqual(self.sekisho("ledger").returncode, USAGE)
        self.assertEqual(self.sekisho("ledger", "--help").returncode, DONE)
        self.assertEqual(self.sekisho("ledger", "burn").returncode, USAGE)
        self.assertIn("LEAF", self.ledger("prove", "--help"))
        self.assertEqual(self.sekisho("ledger verify").returncode, USAGE)


if __name__ == "__main__":
    unittest.main()
