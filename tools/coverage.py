#!/usr/bin/python3
"""coverage.py ROW EXPORT - llvm-cov's summary as lines: the whole of each room, and its files under 90 %."""
import collections
import json
import sys

ROOMS = ("sanitize", "jail", "nursery")
ENOUGH = 90


def percent(covered, count):
    return 100 * covered / count if count else 100


def main():
    row, lines, worst = sys.argv[1], collections.defaultdict(lambda: [0, 0]), []
    with open(sys.argv[2]) as f:
        files = json.load(f)["data"][0]["files"]
    for file in files:
        name = file["filename"]
        room = name[name.rindex("lib/"):].split("/")[1] if "lib/" in name else None
        if room not in ROOMS:
            continue
        n = file["summary"]["lines"]
        lines[room][0] += n["covered"]
        lines[room][1] += n["count"]
        if percent(n["covered"], n["count"]) < ENOUGH:
            worst.append((n["count"] - n["covered"], percent(n["covered"], n["count"]), name[name.rindex("lib/"):]))
    for room in ROOMS:
        covered, count = lines[room]
        print("%-4s lib/%-8s %5.1f %% of %d lines" % (row, room, percent(covered, count), count))
    for missing, part, name in sorted(worst, reverse=True):
        print("     %4d lines missing, %5.1f %%  %s" % (missing, part, name))


if __name__ == "__main__":
    main()
