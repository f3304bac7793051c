# parallax: `make demo` and `make test` work on a bare machine with a Swift 6 toolchain, make and apt.
PACKAGES := libtorch-dev libopenblas-dev libdnnl-dev libopencv-dev libpcl-dev libeigen3-dev libceres-dev libyaml-dev \
            libzstd-dev liblz4-dev libbz2-dev libsqlite3-dev zlib1g-dev
PARALLAX := .build/release/parallax
CHECKED  := -Xswiftc -warnings-as-errors
SOURCES  := Sources Tests Package.swift

.PHONY: help demo test test-all build debug packages toolchain lint format docs bench clean

help:
	@echo "make demo      install packages, build, simulate a short log, run the main job, show the report"
	@echo "make test      install packages, build, lint and test"
	@echo "make test-all  also the slow suites (kill and resume, throughput, damaged inputs)"
	@echo "make build     release build of the tool: $(PARALLAX)"
	@echo "make bench     measure the release build"
	@echo "make format    format all sources"

toolchain:
	@command -v swift >/dev/null || { echo "parallax needs a Swift 6 toolchain: https://www.swift.org/install/linux"; exit 1; }
	@swift --version 2>&1 | grep -qE 'Swift version ([6-9]|[1-9][0-9])' || { echo "parallax needs Swift 6 or newer; found:"; swift --version; exit 1; }

packages: toolchain
	@missing=""; for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "please install the equivalents of:$$missing"; exit 1; }; \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  [ -z "$$sudo" ] || command -v sudo >/dev/null || { echo "not root and no sudo; ask an administrator for:$$missing"; exit 1; }; \
	  echo "installing$$missing"; \
	  $$sudo apt-get update -q && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; \
	fi

build: packages
	swift build -c release

debug: packages
	swift build --build-tests $(CHECKED)

demo: build
	@scripts/demo.sh $(PARALLAX)

lint:
	swift format lint --strict --recursive $(SOURCES)

format:
	swift format --in-place --recursive $(SOURCES)

test: debug lint
	swift test $(CHECKED)

test-all: test build
	PARALLAX_SLOW_TESTS=1 swift test $(CHECKED) --filter CommandLineTests

docs:
	@echo "docs/conventions.md, docs/architecture.md; every stage: $(PARALLAX) stages NAME"

bench: build
	$(PARALLAX) bench

clean:
	rm -rf .build demo
