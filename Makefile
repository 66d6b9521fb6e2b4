# Everything a developer runs. `make demo` and `make test` need nothing but Debian, Swift 6.3 and git.

SWIFT ?= swift
LIBRARIES = libyaml-dev pkg-config
# What some tests start; without one of them they skip with a word.
TOOLS = btrfs-progs e2fsprogs openssh-client python3 python3-venv strace tinyproxy xfsprogs
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# One static binary, a quarter smaller than by default: code for size (where speed counts, the benchmarks say whether it is enough),
# a section for each C function so that unused ones go, no symbols for others, packed relocations (glibc 2.36, Debian 12).
export RELEASE_FLAGS = -c release -Xswiftc -static-stdlib -Xswiftc -Osize -Xcc -ffunction-sections -Xcc -fdata-sections \
    -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --version-script=$(CURDIR)/packaging/exports.map

.PHONY: help libyaml deps build test crash-test powercut-test interop units demo bench bench-listing sweep-shortening lint format docs check release completions man deb clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

libyaml: ## installs Debian's libyaml if it is missing
	@if ! command -v pkg-config >/dev/null || ! pkg-config --exists yaml-0.1; then \
	    $(SUDO) apt-get update -q && $(SUDO) apt-get install -yq --no-install-recommends $(LIBRARIES); fi

deps: libyaml ## installs that, and Debian's tools that tests use
	@missing=$$(for name in $(TOOLS); do dpkg -s $$name >/dev/null 2>&1 || echo $$name; done); \
	if [ -n "$$missing" ]; then \
	    $(SUDO) apt-get update -q && $(SUDO) apt-get install -yq --no-install-recommends $$missing \
	    || echo "not installed, their tests will skip:" $$missing; fi

build: libyaml ## debug build
	$(SWIFT) build

demo: libyaml ## both servers, 25 analyses, the whole way, in one process
	$(SWIFT) build --product spoolctl
	@"$$($(SWIFT) build --show-bin-path)/spoolctl" demo

# Tests share one process. More threads, so that one that waits for a disk does not make the others wait; few at a time, so that
# what a test waits for is not behind a hundred others. Suites that start programs run by themselves, so that these have the cores.
RUN_TESTS = NIO_SINGLETON_BLOCKING_POOL_THREAD_COUNT=16 $(SWIFT) test --skip-build --experimental-maximum-parallelization-width 3
STARTING = EndToEndTests|CommandTests|KillTests|RaceTests|KernelTests|EntryWriterTests|TarTests|SignatureTests|ReceiptTests|ExportTests|FormatTests

test: deps ## the whole test suite
	$(SWIFT) build --build-tests
	$(RUN_TESTS) --skip '$(STARTING)'
	$(RUN_TESTS) --filter '$(STARTING)'

lint: ## format check
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## formats in place
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

docs: libyaml ## documentation comments, checked and rendered into .build/docs
	scripts/docs.sh

check: lint test docs ## what must be green before a commit

interop: deps ## the vendors' own clients from PyPI against the mocks; Prometheus' parser
	scripts/interop.sh

crash-test: deps ## killed before every system call, and random walks with power cuts
	scripts/crash.sh sweep

powercut-test: deps ## the plug pulled on ext4, XFS and btrfs (root; else it says why not)
	scripts/crash.sh powercut

units: ## the systemd units in packaging/, checked by systemd
	scripts/units.sh

bench: libyaml ## speed and memory, beside others, in one run
	scripts/bench_bundles.sh
	scripts/bench.sh

bench-listing: release ## the first poll of an account with 100,000 analyses
	scripts/bench_listing.sh

sweep-shortening: libyaml ## 5,000 random reports under random limits; make test does a few
	SPOOL_SHORTENING_REPORTS=5000 $(SWIFT) test --filter ShorteningPropertyTests

release: libyaml ## .build/spoolctl: one static, stripped binary
	$(SWIFT) build $(RELEASE_FLAGS) --product spoolctl
	@install -m 755 "$$($(SWIFT) build $(RELEASE_FLAGS) --show-bin-path)/spoolctl" .build/spoolctl
	@strip .build/spoolctl && ls -l .build/spoolctl

completions: build ## .build/completions, for bash, zsh and fish
	scripts/package.sh completions "$$($(SWIFT) build --show-bin-path)/spoolctl" .build/completions

man: build ## .build/spoolctl.1
	scripts/package.sh man "$$($(SWIFT) build --show-bin-path)/spoolctl" .build/spoolctl.1

deb: release ## .build/spoolctl.deb: binary, units, completions, manual
	scripts/package.sh deb .build/spoolctl .build/spoolctl.deb

clean: ## removes what was built
	rm -rf .build
