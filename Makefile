# Everything a developer runs. `make demo` and `make test` need nothing but Debian, Swift 6.3 and git.

SWIFT ?= swift
PACKAGES = libyaml-dev pkg-config
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RELEASE_FLAGS = -c release -Xswiftc -static-stdlib

.PHONY: help deps build test interop demo bench lint format docs check release clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

deps: ## installs Debian's packages that are missing
	@if ! command -v pkg-config >/dev/null || ! pkg-config --exists yaml-0.1; then \
	    $(SUDO) apt-get update -q && $(SUDO) apt-get install -yq --no-install-recommends $(PACKAGES); fi

build: deps ## debug build
	$(SWIFT) build

demo: deps ## both servers, 25 analyses, the whole way, in one process
	$(SWIFT) build --product spoolctl
	@"$$($(SWIFT) build --show-bin-path)/spoolctl" demo

test: deps ## the whole test suite
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

lint: ## format check
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## formats in place
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

docs: deps ## documentation comments, checked and rendered into .build/docs
	scripts/docs.sh

check: lint test docs ## what must be green before a commit

interop: deps ## the vendors' own clients from PyPI against the mocks
	scripts/interop.sh

bench: deps ## speed and memory, beside others, in one run
	scripts/bench.sh

release: deps ## .build/spoolctl: one static, stripped binary
	$(SWIFT) build $(RELEASE_FLAGS) --product spoolctl
	@install -m 755 "$$($(SWIFT) build $(RELEASE_FLAGS) --show-bin-path)/spoolctl" .build/spoolctl
	@strip .build/spoolctl && ls -l .build/spoolctl

clean: ## removes what was built
	rm -rf .build
