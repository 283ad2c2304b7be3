#!/bin/sh
# Line coverage of the rooms that decide, by their unit tests and a run over
# tests/hostile without jails (a jailed process cannot write its counts).
set -eu
cd "$(dirname "$0")/.."
[ -f build-cov/build.ninja ] || meson setup build-cov -Db_coverage=true --buildtype=debug >/dev/null
ninja -C build-cov >/dev/null
meson test -C build-cov --no-rebuild >/dev/null || echo "some tests failed under coverage" >&2
for room in sanitize jail; do
	printf 'lib/%s: ' "$room"
	gcovr -r . --filter "lib/$room/" --exclude '.*_test\.c' --exclude '.*_fuzz\.c' build-cov |
		awk '/^TOTAL/ { print $NF " of " $2 " lines" }'
done
