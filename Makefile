# What a developer types. Every target sets up what it needs; run any of them from a fresh clone.
SHELL := /bin/bash
SWIFT_BUILD := swift build --explicit-target-dependency-import-check error
ARGS ?=
CONFIG ?= release

.PHONY: help setup build init demo test check format generate images e2e bench clean

help: ## Shows this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## Installs what is missing on this machine (scripts/setup.sh)
	@scripts/setup.sh

init: setup
	@$(MAKE) --no-print-directory -C sandbox-init

build: init ## Builds palana and its tests (debug), and what the tests run
	@scripts/setup.sh kubernetes
	$(SWIFT_BUILD) --build-tests

demo: init ## Runs the real thing end to end (ARGS=--keep leaves it up)
	$(SWIFT_BUILD) --product palana
	@Demo/demo.sh $(ARGS)

test: build ## Runs every suite (ARGS="unit integration init policy" picks)
	@scripts/test.sh $(ARGS)

check: ## Formatting, linting, policies, freshness of generated files
	@scripts/setup.sh shellcheck protobuf-compiler libprotobuf-dev python3-yaml helm
	@scripts/check.sh

format: ## Rewrites the Swift and Rego sources as make check wants them
	@scripts/format.sh

generate: ## Makes the Swift of proto/, deploy/crds and deploy/manifests anew
	@scripts/setup.sh protobuf-compiler libprotobuf-dev helm
	@scripts/generate.sh
	@scripts/manifests.sh

images: init ## Packs container images into .build/images (CONFIG=debug for the build that make build makes)
	@scripts/setup.sh
	$(SWIFT_BUILD) --configuration $(CONFIG) --product palana
	@python3 deploy/images/build.py --config $(CONFIG)

e2e: init ## Runs Palana on a cluster of one node with real pods (root; ARGS="--keep", ARGS="30-images" picks)
	@scripts/setup.sh kubernetes-node helm
	$(SWIFT_BUILD) --product palana
	@scripts/e2e.sh $(ARGS)

bench: init ## Measures a release build against bare Envoy and mitmproxy (ARGS=--quick for a short one)
	@Benchmarks/run.sh $(ARGS)

clean: ## Removes what was built here (tools in the cache stay)
	rm -rf .build
	@$(MAKE) --no-print-directory -C sandbox-init clean
