# The front door. `make demo` and `make test` do all their set-up on a machine that has Python 3.11 (or
# newer), make and a package registry. Everything stays in this folder: .venv*, and data (DOUDI_HOME).
#
#   PYTHON=/path/to/python3.12   which interpreter makes the environments (the first time)
#   PYTEST_ARGS='-n 2 -k text'   added to pytest
#   BENCH_ARGS='--claims 1000000'  added to the benchmarks
#   UPGRADE=1                    with `make locks`: newer releases of everything

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test soak bench check fix docs locks clean
export PYTHON PYTEST_ARGS BENCH_ARGS UPGRADE

help: ## what can be made here
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

demo: .venv/.has-base ## the sample county, settled; says what to open next
	@.venv/bin/doudi demo

test: .venv/.has-test ## every test this machine can run; the last lines name what it could not
	@scripts/test.sh

soak: .venv/.has-test ## the long random and crash runs
	@scripts/test.sh --soak -m soak

bench: .venv/.has-bench ## the figures, each beside what it is measured against
	@scripts/bench.sh

check: .venv/.has-test ## format, lint, types, import contracts, generated pages
	@scripts/check.sh

fix: .venv/.has-test ## what check can mend by itself
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

docs: .venv/.has-base ## write the generated pages again
	@.venv/bin/python scripts/reference_pages.py

locks: ## compile locks/*.txt from pyproject.toml
	@scripts/locks.sh

clean: ## remove environments and caches; data stays
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp for each lock that .venv holds. The stamp is the last thing written, so that an install that
# was interrupted is done again.
.venv/.has-base: locks/base.txt pyproject.toml
	@scripts/environment.sh base

.venv/.has-%: locks/%.txt .venv/.has-base
	@scripts/environment.sh $*

.PRECIOUS: .venv/.has-%
