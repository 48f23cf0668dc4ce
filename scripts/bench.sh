#!/usr/bin/env bash
# Measure Doudi and its peers in one run. BENCH_ARGS go to `doudi bench`.
#
# The peers run out of process, each with the interpreter of its own environment:
# .venv-bench-openfisca/bin/python and .venv-bench-zen/bin/python.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/python.sh

environment_of_its_own .venv-bench-openfisca locks/bench-openfisca.txt
environment_of_its_own .venv-bench-zen locks/bench-zen.txt
if .venv/bin/python tests/requirements.py java; then # else the Spark line says why it is empty
    make --no-print-directory .venv/.has-spark
fi
# shellcheck disable=SC2086  # BENCH_ARGS is a list of words
exec .venv/bin/doudi bench all ${BENCH_ARGS:-}
