# Everything here builds its own virtual environment from the lock: Python 3.11 with pip, make and
# a C compiler are all a machine needs. npm is asked for GraphiQL where it exists, and only there.
SHELL := /bin/sh
VENV ?= .venv
HOME_DIR ?= $(or $(DURE_HOME),./dure-home)
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := $(VENV)/bin
BENCH_VENV ?= .cache/bench-venv
GRAPHIQL := api/http/graphiql
STATIC := api/http/static/graphiql
# One retry and a minute: a machine without a network should not wait for long.
NPM_FLAGS := --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000 --loglevel=error

.DEFAULT_GOAL := help
.PHONY: help venv run test bench faults simulate fuzz assets lint lock

help: ## say what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

venv: $(VENV)/.ready ## make .venv from the lock, with the `dure` command in it

# The demo's three witnesses run beside it, at the ports that its policy names, and end with it.
run: venv ## serve a demo network and its witnesses, made on the first run
	@test -e $(HOME_DIR) || $(BIN)/dure demo --home $(HOME_DIR)
	@pids=; trap 'kill $$pids 2>/dev/null || true' EXIT; trap 'exit 0' INT TERM; port=8101; \
	  for witness in $(HOME_DIR)/witnesses/*/; do \
	    test -d "$$witness" || continue; \
	    $(BIN)/dure audit witness --home "$$witness" --port $$port >"$$witness/witness.log" 2>&1 & \
	    pids="$$pids $$!"; port=$$((port + 1)); \
	  done; \
	  $(BIN)/dure serve --home $(HOME_DIR)

test: venv ## run the whole suite; ARGS="..." goes to pytest
	$(BIN)/python -m pytest $(ARGS)

bench: venv $(BENCH_VENV)/.ready ## measure speed beside other writers; ARGS="--help" says more
	DURE_BENCH_PYTHON=$(BENCH_VENV)/bin/python $(BIN)/python -m tests.benchmarks $(ARGS)

faults: venv ## run the fault tests at full length and print what was broken
	DURE_FAULTS=full $(BIN)/python -m tests.faults $(ARGS)

simulate: venv ## simulate commands, faults and restarts against the model for ten minutes
	$(BIN)/python -m tests.simulation --minutes 10 $(ARGS)

fuzz: .cache/fuzz-venv/.ready ## fuzz the parsers of log and bank files with atheris; SECONDS=300
	.cache/fuzz-venv/bin/python -m tests.fuzz -max_total_time=$(or $(SECONDS),300) -max_len=8192 $(ARGS)

lint: venv ## formatting, lint, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

assets: $(STATIC)/graphiql.min.js ## fetch GraphiQL by its lock file (needs npm)

lock: venv ## lock requirements anew (needs uv)
	uv pip compile pyproject.toml -q --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate -o requirements.lock
	uv pip compile pyproject.toml -q --universal --python-version 3.11 --extra dev -c requirements.lock \
	  --upgrade --generate-hashes --no-header --no-annotate -o requirements-dev.lock
	uv pip compile --group bench -q --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate -o requirements-bench.lock

# The packages, once for each lock. Debian's Python may lack ensurepip; the system's pip serves then.
$(VENV)/.locked: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dure needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV)
	@echo "Installing the locked packages into $(VENV) ..."
	@$(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install -q \
	  --require-hashes -r requirements-dev.lock
	@touch $@

# A fuzzer with a compiled engine: asked for by `make fuzz` alone, so it is in no lock.
.cache/fuzz-venv/.ready: requirements.lock
	@rm -rf .cache/fuzz-venv
	@$(PYTHON) -m venv .cache/fuzz-venv
	@.cache/fuzz-venv/bin/python -m pip --disable-pip-version-check install -q atheris cryptography schwifty
	@touch $@

# The project itself, in place, compiled so that its first start is as quick as any other; then GraphiQL, whose absence breaks nothing.
$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@$(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install -q \
	  --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q api audit domain settlement
	@if command -v npm >/dev/null 2>&1; then \
	    echo "Fetching GraphiQL ..."; $(MAKE) assets >/dev/null 2>&1 || \
	    echo "GraphiQL could not be fetched; /graphql will show a plain page. Try again with: make assets"; \
	  else echo "npm is not here; /graphql will show a plain page instead of GraphiQL."; fi
	@touch $@

# Other people's libraries to measure beside, apart from ours: what they need burdens nobody else.
$(BENCH_VENV)/.ready: requirements-bench.lock
	@rm -rf $(BENCH_VENV)
	@$(PYTHON) -m venv $(BENCH_VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(BENCH_VENV)
	@echo "Installing the libraries to measure beside into $(BENCH_VENV) ..."
	@$(PYTHON) -m pip --disable-pip-version-check --python $(BENCH_VENV)/bin/python install -q \
	  --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

# Built beside and moved in one step: a broken download leaves nothing that looks whole.
$(STATIC)/graphiql.min.js: $(GRAPHIQL)/package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "make assets needs npm"; exit 1; }
	@set -e; work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	  cp $(GRAPHIQL)/package.json $(GRAPHIQL)/package-lock.json "$$work"; \
	  (cd "$$work" && npm ci $(NPM_FLAGS)); \
	  mkdir "$$work/out"; cd "$$work/node_modules"; \
	  cp graphiql/graphiql.min.js graphiql/graphiql.min.css react/umd/react.production.min.js \
	    react-dom/umd/react-dom.production.min.js "$$work/out"; \
	  for name in graphiql react react-dom; do cp $$name/LICENSE "$$work/out/LICENSE.$$name"; done; \
	  cd "$(CURDIR)"; rm -rf $(STATIC); mkdir -p $(dir $(STATIC)); cp -r "$$work/out" $(STATIC); \
	  touch $@
