#!/usr/bin/python3
"""embed.py OUT FILE...: the files as a C table for static.h."""
import pathlib
import sys

TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}


def main(out, files):
    rows, blobs = [], []
    for i, name in enumerate(files):
        path = pathlib.Path(name)
        data = path.read_bytes()
        blobs.append(f"static const unsigned char file{i}[] = {{ {', '.join(map(str, data))} }};\n")
        rows.append(f'\t{{ "{path.name}", "{TYPES[path.suffix]}", file{i}, sizeof file{i} }},\n')
    pathlib.Path(out).write_text(
        '#include "static.h"\n\n#include <string.h>\n\n' + "".join(blobs) +
        "\nstatic const struct static_file files[] = {\n" + "".join(rows) + "};\n\n"
        "const struct static_file *\nstatic_find(const char *name)\n{\n\tsize_t i;\n\n"
        "\tfor (i = 0; i < sizeof files / sizeof *files; i++)\n"
        "\t\tif (strcmp(files[i].name, name) == 0)\n\t\t\treturn &files[i];\n\treturn NULL;\n}\n")


main(sys.argv[1], sys.argv[2:])
