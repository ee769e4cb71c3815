# Every task of the project is a target here, and CI calls these and nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Where Go is if it was unpacked as its page says but nobody told the shell.
export PATH := $(PATH):/usr/local/go/bin

# Without git, or in a copy of the files, the version is unknown but all works.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION) -X github.com/landfall-dev/landfall/cmd/internal/cli.version=$(VERSION)
FUZZTIME ?= 20s

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z][a-z\/-]*:.*## / {printf "%-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Start a server, load the story of a commit and show its answers
	@.ci/demo

.PHONY: demo/stop
demo/stop: ## Stop the demo's server; its data stay in .demo
	@.ci/demo-server stop

.PHONY: podman
podman: setup/podman ## Start a Podman of its own with a container, to try an agent on
	@.ci/podman start

.PHONY: podman/stop
podman/stop: ## Stop that Podman and remove what it had
	@.ci/podman stop

.PHONY: build
build: web ## Build bin/landfalld (the server), bin/landfall (the CLI) and bin/landfall-agent
	go build -tags web -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o bin/ ./cmd/landfalld ./cmd/landfall ./cmd/landfall-agent

WEB_SOURCES = $(shell find web/src web/index.html web/vite.config.ts web/tsconfig.json -type f -not -name '*.test.ts*')

.PHONY: web
web: web/dist/index.html ## Build the dashboard into web/dist, if it is not current

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@.ci/node npm run --silent build

web/node_modules/.package-lock.json: web/package-lock.json
	@.ci/setup-node
	@.ci/node npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@

# Without git, the time of a release has to be said: SOURCE_DATE_EPOCH=seconds.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null)
PLATFORMS ?=
PUSH ?=

.PHONY: release
release: web ## Build a release in dist/; VERSION, PLATFORMS=linux/amd64 and PUSH=registry/name are optional
	cd release && go run . -version '$(VERSION)' -epoch '$(SOURCE_DATE_EPOCH)' -platforms '$(PLATFORMS)' -push '$(PUSH)'

.PHONY: test
test: test/go test/web test/browser ## Run every test

.PHONY: test/go
test/go: setup/postgres setup/compiler setup/node-clients ## Run the tests in Go, against a Postgres of its own
	LANDFALL_TEST_CLIENTS=1 go test -race -shuffle=on ./...

.PHONY: test/web
test/web: web/node_modules/.package-lock.json ## Run the tests of the dashboard that need no server
	@.ci/node npm test --silent

.PHONY: test/browser
test/browser: setup/postgres setup/chromium build ## Look at the dashboard in a browser, with a server that knows the story
	@CHROMIUM="$$(.ci/setup-chromium --path)" .ci/node npx playwright test

.PHONY: screenshots
screenshots: setup/postgres setup/chromium build ## Make the pictures of the dashboard that the README shows
	@CHROMIUM="$$(.ci/setup-chromium --path)" .ci/node npx playwright test --config e2e/screenshots.config.ts

.PHONY: test/release
test/release: ## Test what makes releases, on a product in small
	cd release && go vet ./... && go test -short -shuffle=on ./...

.PHONY: test/short
test/short: ## Run the tests that need no Postgres
	go test -short -shuffle=on $$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | grep -v -e db/dbtest -e db/cluster | cut -d ' ' -f 1)

.PHONY: test-kubernetes
test-kubernetes: setup/kubernetes setup/helm setup/compiler ## Test the agent of Kubernetes with a real API server; the first time it builds that, which takes twenty minutes
	LANDFALL_TEST_KUBERNETES="$$(.ci/setup-kubernetes --path)" go test -race -count=1 -v -run TestReal -timeout 20m ./agent/kubernetes

.PHONY: bench
bench: setup/postgres build ## Measure the server beside the bare SQL on the same Postgres
	go run ./bench

.PHONY: fuzz
fuzz: setup/postgres ## Run each fuzz test for FUZZTIME (20s)
	@FUZZTIME=$(FUZZTIME) .ci/fuzz

.PHONY: lint
lint: setup/lint web/node_modules/.package-lock.json ## Check style, common mistakes and the arrows between folders
	@.ci/lint run
	@lint=$$(.ci/lint --path) && cd release && "$$lint" run --config ../.golangci.yml
	@.ci/node npm run --silent check

.PHONY: lint/helm
lint/helm: setup/helm ## Check the charts, and what they render to
	@for chart in deploy/helm/*/; do for values in "$$chart"ci/*.yaml; do .ci/helm lint --strict --quiet "$$chart" --values "$$values"; done; done
	LANDFALL_TEST_HELM=1 go test ./deploy/helm

.PHONY: fmt
fmt: setup/lint web/node_modules/.package-lock.json ## Format all files
	@.ci/lint fmt
	@.ci/node npm run --silent fmt

.PHONY: generate
generate: web/node_modules/.package-lock.json ## Make generated code anew from graph/schema
	go generate ./...
	@.ci/node npm run --silent generate

.PHONY: verify
verify: web/node_modules/.package-lock.json ## Fail if generated files are stale
	@.ci/verify

.PHONY: vuln
vuln: ## Look for known vulnerabilities in what is used
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

.PHONY: clean
clean: ## Remove what was built; the demo's data stay
	rm -rf bin .cache coverage.* web/dist web/e2e/results
	go clean -testcache

.PHONY: setup/postgres
setup/postgres: ## Install the programs of Postgres if they are missing
	@.ci/setup-postgres

.PHONY: setup/compiler
setup/compiler: ## Install a C compiler if it is missing: the race detector needs it
	@.ci/setup-compiler

.PHONY: setup/node-clients
setup/node-clients: ## Install the JavaScript clients and the provider of identities that tests use
	@.ci/setup-node-clients

.PHONY: setup/podman
setup/podman: ## Install Podman if it is missing
	@.ci/setup-podman

.PHONY: setup/chromium
setup/chromium: ## Install Chromium if it is missing
	@.ci/setup-chromium

.PHONY: setup/lint
setup/lint: ## Install golangci-lint if it is missing
	@.ci/setup-lint

.PHONY: setup/helm
setup/helm: ## Install helm if it is missing
	@.ci/setup-helm

.PHONY: setup/kubernetes
setup/kubernetes: ## Build the servers of Kubernetes if they are missing
	@.ci/setup-kubernetes
