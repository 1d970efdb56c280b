# `make` lists the commands. Nothing is needed beforehand but Python 3.11+, make and the package registries.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
export PORT

# The newest Python among the usual names, unless PYTHON says which.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
python := .venv/bin/python
packages := .venv/installed
yardstick := .venv/bench/installed
modules := node_modules/installed
front_end := static/build/hub.css

# Settings for tools that read hub.settings and never connect.
unconnected := DEBUG=1 DATABASE_URL=postgres://unused REDIS_URL=redis://unused SECRET_KEY=unused

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

.PHONY: demo
demo: setup ## a region to look at, on http://localhost:8000 (PORT=… for another port); Ctrl-C stops it
	@$(python) -m hub.local.libraries pdf || echo "The demo goes on without PDFs."
	@exec $(python) -m hub.local.demo

.PHONY: test
test: setup ## every test, browser journeys included (ARGS=… for pytest)
	@$(python) -m hub.local.libraries pdf browser
	@exec $(python) -m pytest -n auto --maxprocesses 4 $(ARGS)

.PHONY: check
check: setup ## lint, format, types, migrations, templates, generated diagram, API schema
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(unconnected) $(python) -m mypy
	$(python) manage.py makemigrations --check --dry-run
	$(python) -m djlint --lint templates
	$(python) manage.py journey_diagram --check
	$(unconnected) $(python) manage.py spectacular --validate --fail-on-warn | diff docs/openapi.yaml - || { \
		echo "docs/openapi.yaml is not what the code says: manage.py spectacular --file docs/openapi.yaml" >&2; exit 1; }

.PHONY: bench
bench: setup $(yardstick) ## the benchmarks: a table, and JSON under var/bench/
	@exec $(python) -m tests.bench

.PHONY: format
format: setup ## lay out the code, and mend what can be mended by rule
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

.PHONY: setup
setup: $(packages) $(front_end) ## packages and front end; each step only where its inputs changed

.PHONY: lock
lock: $(packages) ## choose package versions anew (pyproject.toml to requirements/, package.json to its lock)
	$(resolve) --upgrade pyproject.toml --output-file requirements/production.lock
	$(resolve) --upgrade pyproject.toml --group dev --constraints requirements/production.lock --output-file requirements/development.lock
	$(resolve) --upgrade --group redis --no-deps --output-file requirements/redis.lock
	$(resolve) --upgrade --group bench --output-file requirements/bench.lock
	echo uv | $(resolve) --upgrade - --no-annotate --output-file requirements/uv.lock
	$(python) -m hub.local.node npm update --ignore-scripts --omit-lockfile-registry-resolved

# Hashes and no registry's address: whoever installs chooses the registry.
resolve = .venv/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --annotation-style line

.PHONY: clean
clean: ## remove what set-up made; the demo's data under var/ stay
	rm -rf .venv node_modules static/build static/build.unfinished staticfiles .mypy_cache .pytest_cache .ruff_cache

$(packages): requirements/development.lock requirements/redis.lock requirements/uv.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=…." >&2; exit 1; }
	@echo "Installing the Python packages."
	@test -x .venv/bin/pip && $(python) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv >/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian: python3-venv)." >&2; exit 1; }
	@$(python) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@.venv/bin/uv pip sync --quiet --python $(python) --require-hashes requirements/development.lock
	@.venv/bin/uv pip install --quiet --require-hashes --no-deps --target .venv/redis \
		--python-version 3.12 -r requirements/redis.lock
	@touch $@

# Beside the environment, for the benchmark of duplicates alone.
$(yardstick): requirements/bench.lock | $(packages)
	@echo "Installing what duplicates are held against."
	@.venv/bin/uv pip install --quiet --require-hashes --no-deps --python $(python) --target .venv/bench \
		-r requirements/bench.lock
	@touch $@

$(modules): package-lock.json | $(packages)
	@echo "Installing the front-end packages."
	@$(python) -m hub.local.node npm ci --silent --ignore-scripts --omit=optional --no-audit --no-fund
	@touch $@

$(front_end): $(modules) static/build.mjs $(shell find static/src -type f)
	@echo "Building styles and scripts."
	@$(python) -m hub.local.node node static/build.mjs
