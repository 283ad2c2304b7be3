#!/usr/bin/python3
"""make.py DIR - writes the attack files by name into DIR, and DIR/manifest.jsonl.

See README.md.  Nothing here is taken from a real attack: the payloads are a marker word.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import archives  # noqa: E402
import case  # noqa: E402
import pdf_actions  # noqa: E402
import pdf_content  # noqa: E402
import pictures  # noqa: E402
import texts  # noqa: E402


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n")[0])
    for module in (pdf_actions, pdf_content, archives, pictures, texts):
        module.make()
    os.makedirs(sys.argv[1], exist_ok=True)
    with open(os.path.join(sys.argv[1], "manifest.jsonl"), "w") as manifest:
        for name in sorted(case.cases):
            data, row = case.cases[name]
            with open(os.path.join(sys.argv[1], name), "wb") as f:
                f.write(data)
            manifest.write(json.dumps(row) + "\n")
    print("%d files" % len(case.cases))


if __name__ == "__main__":
    main()
