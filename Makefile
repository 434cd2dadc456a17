# The front door.  Each target installs what it lacks (tools/setup says what),
# then works.  Everything below is meson and ninja; nothing is hidden here.
#
#   make            build a release in build/
#   make demo       the main job on real input: this very repository
#   make check      all tests and checkers; ends with "N passed, N failed"
#   make campaign   the long runs, seeded and resumable (SECONDS=, SEED=)
#   make bench REPO=path   side by side with git, in one run
#   make fuzz SECONDS=60   every fuzzer for so many seconds
#   make install PREFIX=/usr/local
#   make clean

PREFIX ?= /usr/local
SECONDS ?= 600
SEED ?= 1
REPO ?= .

.PHONY: all build demo check campaign bench fuzz install clean

all: build

build:
	@tools/setup build
	@tools/build release

demo: build
	@tools/demo

check:
	@tools/setup check
	@tools/check

campaign: build
	@tools/setup campaign
	@tools/campaign $(SECONDS) $(SEED)

bench: build
	@tools/setup bench
	@bench/run $(REPO)

fuzz:
	@tools/setup fuzz
	@tools/fuzz $(SECONDS)

install: build
	@meson configure build --prefix=$(PREFIX) >/dev/null
	@meson install -C build --quiet
	@echo "installed below $(DESTDIR)$(PREFIX)"

clean:
	rm -rf build build-*
