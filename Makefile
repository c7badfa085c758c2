# Pitboss: `make help` says what there is. MARKET picks the market.
MARKET ?= mt
STATE  := $(or $(PITBOSS_SANDBOX_DIR),.sandbox)
BIN    := $(STATE)/bin
# These targets touch the sandbox and nothing else, whatever PITBOSS_ENGINE says.
PITBOSS := PITBOSS_ENGINE=$(abspath $(STATE))/engine.json $(BIN)/pitboss
# Without what only a debugger reads, a cold build costs a sixth less. The sandbox builds
# with the same flags (sandbox/internal/toolchain), or everything would be compiled twice.
export GOFLAGS := -buildvcs=false -gcflags=all=-dwarf=false

.DEFAULT_GOAL := help
.PHONY: help up down preview status drill test e2e lint bench pitboss sandbox

help: ## say what every target does
	@awk -F':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

pitboss: # the command line
	@mkdir -p $(BIN)
	@go build -o $(BIN)/pitboss ./cmd/pitboss

sandbox: # the offline cloud's command
	@mkdir -p $(BIN)
	@go build -C sandbox -o $(abspath $(BIN))/sandbox .

up: ## bring MARKET (mt) up in the offline sandbox; the first time builds its tools, some 25 minutes
	@$(MAKE) --no-print-directory -j2 pitboss sandbox
	@$(BIN)/sandbox up
	@$(PITBOSS) up $(MARKET)

down: pitboss sandbox ## destroy every market in the sandbox, stop it, and leave nothing but the cache of tools
	@$(BIN)/sandbox down --destroy-with $(BIN)/pitboss

preview: pitboss ## show what `make up` would change for MARKET
	@$(PITBOSS) preview $(MARKET) || [ $$? -eq 5 ]

status: pitboss ## show stacks, clusters and nodes by pool
	@$(PITBOSS) status

drill: pitboss sandbox ## rehearse MARKET's recovery in the sandbox that is up: switchover, failback, a lost region, its return
	@go run ./tests/rehearsal -market $(MARKET)

test: ## run the unit tests of the program, the command line and the sandbox
	go test ./...
	go test -C sandbox ./...

e2e: ## run the real thing from an empty sandbox to an empty sandbox, and what needs its tools
	go test -tags e2e -count=1 -timeout 75m -v ./tests/e2e
	go test ./drill/model -run Crash -count=1 -timeout 20m -args -each 1 -second 151
	go test -C sandbox -tags integration -count=1 -timeout 30m ./...
	go test -C sandbox/tools/kubernetes -vet=off -count=1 ./...
	go test -C sandbox/tools/pulumi -vet=off -count=1 ./state

lint: ## vet, formatting and the house rules
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt -w on these'; exit 1; }
	go vet -tags e2e ./...
	go vet -C sandbox -tags integration ./...
	go test ./tests/... -run 'TestHouse|TestLaw'

bench: ## measure the project's figures and print them with their limits; COLD=1 also from empty caches
	go run ./tests/bench $(if $(COLD),-cold)
