# The front door. Every target sets up what it needs; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.13
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AZ_VENV := .az-venv
AZ_READY := $(AZ_VENV)/.ready
PACKAGE_VENV := .package-venv
PACKAGE_READY := $(PACKAGE_VENV)/.ready
BROWSER := .browser
BROWSER_READY := $(BROWSER)/.ready
AZURITE := .azurite
AZURITE_READY := $(AZURITE)/.ready

# Tests and demo start Python hundreds of times: where it may not keep what it compiled, that is half of their work.
unexport PYTHONDONTWRITEBYTECODE

# Most tests wait for a server, so there are more processes than cores. A file stays in one of them, for it shares its
# servers; files are taken in their order, for the slow folders come first.
SIDE_BY_SIDE := -n 7 --dist loadfile --no-loadscope-reorder
QUICK := tests/unit tests/fuzz tests/planning tests/workflows tests/replay tests/contract $(addprefix tests/host/test_, $(addsuffix .py, engine ncrontab routes stage))

.PHONY: help setup dev demo fleet-demo test quick bench scale chaos crash mutants check package picture screenshot smoke format lock clean chromium

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(READY) ## Create .venv with the pinned packages (implied by every target)

$(READY): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.13 is needed (found no '$(PYTHON)'; set PYTHON=...)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# The real Azure CLI, for the tests that drive it against the emulated Azure.
$(AZ_READY): requirements-az.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.13 is needed (found no '$(PYTHON)'; set PYTHON=...)"; exit 1; }
	$(PYTHON) -m venv $(AZ_VENV)
	$(AZ_VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-az.txt
	@touch $@

# What Azure installs and nothing else: proof that the package needs no more.
$(PACKAGE_READY): requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.13 is needed (found no '$(PYTHON)'; set PYTHON=...)"; exit 1; }
	$(PYTHON) -m venv --clear $(PACKAGE_VENV)
	$(PACKAGE_VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# The accessibility rules, and the browser, for the tests of the pages.
$(BROWSER_READY): tests/browser/package.json tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed for the browser tests (Debian: apt-get install npm)"; exit 1; }
	mkdir -p $(BROWSER)
	cp $^ $(BROWSER)
	npm ci --prefix $(BROWSER) --no-audit --no-fund --silent
	@touch $@

# Microsoft's own emulator of table storage: what ours is compared with.
$(AZURITE_READY): tests/emulator/storage/package.json tests/emulator/storage/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed for the storage tests (Debian: apt-get install npm)"; exit 1; }
	mkdir -p $(AZURITE)
	cp $^ $(AZURITE)
	npm ci --prefix $(AZURITE) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

chromium:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update --quiet --quiet; apt-get install --quiet --quiet --yes chromium && exit 0; \
	fi; \
	echo "A browser is needed for the tests of the pages: install chromium (Debian: apt-get install chromium) or Chrome"; exit 1

dev: $(READY) ## Run emulated Azure and the app until Ctrl-C; writes .dev/env for az, curl and SDKs
	$(BIN)/python -m dev

demo: $(READY) $(if $(filter func,$(HOST)),$(AZURITE_READY)) ## Tag an image, watch it migrate, approve, see it gone (HOST=func: in Core Tools)
	$(BIN)/python -m dev.demo $(if $(HOST),--host $(HOST))

fleet-demo: $(READY) ## Migrate a thousand images as a fleet, in waves (IMAGES=100: so many; KILLS=20: with dying workers)
	$(BIN)/python -m dev.fleet_demo $(IMAGES) $(if $(KILLS),--kills $(KILLS))

test: $(READY) $(AZ_READY) $(PACKAGE_READY) $(BROWSER_READY) $(AZURITE_READY) chromium ## Run every test
	$(BIN)/pytest $(SIDE_BY_SIDE)

quick: $(READY) ## Run what needs no server and no browser: under a minute, for while you work
	$(BIN)/pytest -n 2 --dist worksteal $(QUICK)

bench: $(READY) ## Measure what the app costs, beside itself and others, and write docs/performance.md (ONLY=lists: a section)
	$(BIN)/python -m tests.bench $(ONLY)

scale: $(READY) ## Let 10,000 images run in virtual time under Azure's limits, and write docs/scale.md
	$(BIN)/python -m dev.scale

mutants: $(READY) ## Count the small mistakes that no fast test notices (SAMPLE=100, ONLY=migration/record)
	SAMPLE=$(SAMPLE) ONLY=$(ONLY) nice -n 10 $(BIN)/python -m tests.mutants

crash: $(READY) ## Kill worker, host, task hub and records at every step of a migration, and compare how it ends
	$(BIN)/python -m tests.crash $(STARTS)

chaos: $(READY) ## Play schedules of trouble that nobody has seen (SEED=n: that one again; RUNS=n: so many; PLANTED=1)
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(RUNS),--runs $(RUNS)) \
		$(if $(PLANTED),--planted)

check: $(READY) ## Lint, format check, floors and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/mypy

package: $(READY) $(PACKAGE_READY) ## Build dist/*.zip, load it with only its requirements, show sizes
	$(BIN)/python -m dev.package

picture: $(READY) ## Make pictures and tables in docs/ anew from the code
	$(BIN)/python -m dev.picture

screenshot: $(READY) chromium ## Take the picture of the approval page in README.md, as the page is now
	$(BIN)/python -m tests.browser.screenshot

smoke: $(READY) ## Ask a deployed app whether it is well: URL=https://..., key in FUNCTIONS_KEY
	$(BIN)/python -m infra.smoke $(URL)

format: $(READY) ## Fix what the linter and the formatter can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## Resolve requirements*.in into the exact pins of requirements*.txt
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --output-file requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --output-file requirements-dev.txt requirements-dev.in
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --output-file requirements-az.txt requirements-az.in

clean: ## Remove everything that was made
	rm -rf $(VENV) $(AZ_VENV) $(PACKAGE_VENV) $(BROWSER) $(AZURITE) .dev dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .mutants
