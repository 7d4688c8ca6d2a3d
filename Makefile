# Everything sets itself up: a fresh machine needs Python >= 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := contracts services/chassis services/campaigns services/scheduler services/originator services/agi
ROOTS := evendial_contracts evendial_chassis evendial_campaigns evendial_scheduler evendial_originator evendial_agi
WORKERS ?= 3
# Hundreds of processes start in the tests: each would compile all of our code anew, and crowd out those that keep time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix unit integration e2e console screenshots sim oracle faults bench schemas lock wheels clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## .venv with pinned, hash-checked packages (the other targets do it themselves)

.venv/ready: requirements.lock pyproject.toml $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Evendial needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { echo "Python cannot make a virtual environment: on Debian and Ubuntu, install python3-venv."; exit 1; }
	@echo "setting up .venv ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation $(PACKAGES:%=-e ./%)
	@touch $@

run: setup ## everything up, a sample campaign dialled with live progress, then served until Ctrl-C (ONCE=1: ends; PBX=simulated: no telephony)
	@ONCE=$(ONCE) PBX=$(PBX) exec $(BIN)/python -m deploy.local run

test: setup ## all tests, on real servers (WORKERS=3)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not e2e and not console"
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "e2e or console"

check: setup ## format, lint, types, import rules, unit and contract tests: under a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(ROOTS:%=-p %) -p deploy -p bench -p tests
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q -m unit -n $(WORKERS)

fix: setup ## format and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: setup ## unit and contract tests alone
	$(BIN)/python -m pytest -q -m unit

integration: setup ## each room against its real servers
	$(BIN)/python -m pytest -n $(WORKERS) -m integration

e2e: setup ## all services on a real Asterisk
	$(BIN)/python -m pytest -m e2e

console: setup ## the console in a headless Chromium, on a real Asterisk
	$(BIN)/python -m pytest -m console

screenshots: setup ## every page of the console (light, dark, phone) into docs/images/console
	$(BIN)/python -m tests.console.screenshots $(ONLY)

sim: setup ## the real services under virtual time, with seeded faults (SEEDS=1000, or one: SEED=123)
	SEED=$(SEED) SEEDS=$(or $(SEEDS),1000) FROM=$(or $(FROM),0) WORKERS=$(WORKERS) $(BIN)/python -m tests.sim

oracle: setup ## the real scheduler for HOURS=1000 simulated hours of 50 campaigns, judged rule by rule (or one run: SEED=12)
	SEED=$(SEED) HOURS=$(or $(HOURS),1000) FROM=$(or $(FROM),0) WORKERS=$(WORKERS) $(BIN)/python -m tests.oracle

faults: setup ## every fault on every part and wire, judged by the carrier (MINUTES=30, 0: a night; ONLY=kill, SEED=x)
	$(BIN)/python -m tests.faults --minutes $(or $(MINUTES),30) $(if $(ONLY),--only '$(ONLY)') $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(WRITE),--write $(WRITE))

bench: setup ## P1 to P12 beside their baselines, into docs/benchmarks.md (ONLY=P6: one alone; LONG=1: more, for longer)
	EVENDIAL_BENCH_LONG=$(LONG) $(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

schemas: setup ## JSON Schemas of the messages, generated from the structs
	$(BIN)/python -m evendial_contracts.schemas contracts/schemas

wheels: setup ## one wheel a package, into dist/
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist $(PACKAGES:%=./%)
	@ls dist

lock: setup ## requirements.lock anew: hashes, no addresses
	$(BIN)/uv lock --quiet
	$(BIN)/uv export --quiet --frozen --no-header --no-annotate --all-packages --no-emit-workspace --group dev -o requirements.lock
	rm uv.lock

clean: ## removes what was made in this folder
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
