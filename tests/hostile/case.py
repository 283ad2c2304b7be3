"""The register of attack files: each module adds its own."""

CLEAN, DISARMED, REFUSED = "clean", "disarmed", "refused"
OUTPUT = (CLEAN, DISARMED)
ANY = (CLEAN, DISARMED, REFUSED)

# What every payload carries; it must be in no output, in no spelling.
PAYLOAD = "SEKISHOPAYLOAD"

# Mails that a click begins with a file of the reader's, or with fields of the sender's choice.
MAILS = {"attach": "mailto:a@b.example?subject=x&attach=/etc/%s" % PAYLOAD, "fields": "mailto:a@b.example?subject=x%%0D%%0ABcc:%s@c.example" % PAYLOAD,
         "host": "https://a.example\\@%s.example/" % PAYLOAD}

cases = {}


def add(file, kind, attacks, data, must=(PAYLOAD,), expect=(DISARMED,), keeps=(), says=()):
    """`must`: byte strings (str: latin-1) that may not occur in the output, "/Name" as a PDF name.
    `keeps`: text that an output must hold; `says`: codes of findings that the report must have."""
    if file in cases:
        raise ValueError("twice: " + file)
    must = [m if isinstance(m, str) else m.decode("latin-1") for m in must]
    cases[file] = (data, {"file": file, "kind": kind, "attacks": attacks, "must": must,
                          "expect": [expect] if isinstance(expect, str) else list(expect),
                          "keeps": list(keeps), "says": [says] if isinstance(says, str) else list(says)})
