#!/usr/bin/env bash
# Run pytest with everything that this machine can carry. Arguments go to pytest, PYTEST_ARGS after them.
set -euo pipefail
cd "$(dirname "$0")/.."

# Spark is the one part that is large and needs something from outside Python. Its lock is compiled against
# the base lock, so it fits into the same environment (docs/decisions/0017-locks.md).
if .venv/bin/python tests/requirements.py java; then
    make --no-print-directory .venv/.has-spark
fi
# shellcheck disable=SC2086  # PYTEST_ARGS is a list of words
exec .venv/bin/python -m pytest "$@" ${PYTEST_ARGS:-}
