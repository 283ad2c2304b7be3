# make run    install what is missing, build, open the sanitiser on http://localhost:8080
# make check  install what is missing, build, run every test
# See CONTRIBUTING.md for the smaller targets.
PYTHON = /usr/bin/python3
PORT = 8080

.PHONY: all build deps run check bench coverage fuzz clean

all: build

deps:
	@sh tools/deps.sh

build: deps
	@test -f build/build.ninja || meson setup build --buildtype=debugoptimized
	@ninja -C build

run: build
	@sh tools/run.sh $(PORT)

check: deps
	@$(PYTHON) tools/check.py

bench: build
	@meson test -C build --benchmark --verbose

coverage: deps
	@sh tools/coverage.sh

# Each fuzzer for SECONDS; findings stay in build-fuzz/out.
SECONDS = 600
fuzz: deps
	@$(PYTHON) tools/check.py --only fuzz --seconds $(SECONDS)

clean:
	rm -rf build build-* out
