#!/bin/sh
# Line coverage of the rooms that decide, in two rows:
#   unit  the tests beside the code
#   all   and the programs themselves over the attack files and the command line's tests
# A jailed process may open no file.  Its counters therefore live in a file
# that is mapped before the jail closes (clang's continuous mode): what runs
# behind Landlock and seccomp is counted, and so is who is killed there.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build-cov
raw=$out/raw
counted="-fprofile-instr-generate=$raw/%c%m.profraw -fcoverage-mapping"
[ -f build-cov/build.ninja ] || CC=clang meson setup build-cov --buildtype=debug -Db_lundef=false \
	"-Dc_args=$counted -mllvm -runtime-counter-relocation" "-Dc_link_args=$counted" >/dev/null
ninja -C build-cov >"$out/build.log" || { tail -40 "$out/build.log"; exit 1; }

# Zygotes run as nobody.
rm -rf "$raw"
mkdir -p "$raw"
chmod 1777 "$raw"

programs=$(find build-cov -type f -perm -u+x ! -name '*.so' ! -path '*/meson-private/*' -printf '-object %p ')
row() {
	llvm-profdata merge -sparse -o "$out/$1.profdata" "$raw"/*.profraw
	# shellcheck disable=SC2086
	llvm-cov export -summary-only -instr-profile="$out/$1.profdata" $programs \
		-ignore-filename-regex='_(test|fuzz|sample|encode)\.[ch]$|/test_[^/]*$|/testing\.h$|/rogue/' \
		>"$out/$1.json" 2>"$out/llvm-cov.log" || tail -3 "$out/llvm-cov.log"
	python3 tools/coverage.py "$1" "$out/$1.json"
}

SEKISHO_TEST_DOCUMENTS=300 meson test -C build-cov --no-rebuild --no-suite cli >"$out/test.log" ||
	echo "some tests failed under coverage: build-cov/test.log" >&2
row unit
meson test -C build-cov --no-rebuild --suite cli >"$out/cli.log" || echo "some tests failed under coverage: build-cov/cli.log" >&2
rm -rf "$out/hostile"
mkdir "$out/hostile"
python3 tests/hostile/make.py "$out/hostile/in" >/dev/null
python3 tests/hostile/check.py build-cov/bin/sekisho "$out/hostile/in" "$out/hostile/out" >"$out/hostile.log" ||
	echo "attack files failed under coverage: build-cov/hostile.log" >&2
row all
