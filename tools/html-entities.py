#!/usr/bin/env python3
"""Writes lib/sanitize/html/entity.def: the named character references of HTML, in order of their names."""
import html.entities


def main():
    print("/* ENTITY(name, first code point, second or 0): made by tools/html-entities.py. */")
    for name, text in sorted(html.entities.html5.items()):
        points = [ord(c) for c in text] + [0]
        print('ENTITY("%s", 0x%x, 0x%x)' % (name, points[0], points[1]))


main()
