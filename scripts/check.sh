#!/usr/bin/env bash
# What a machine can say about the source without running it. All of it runs, whatever fails first.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=()

run() { # run NAME COMMAND…
    local name=$1
    shift
    echo "── $name"
    "$@" || failed+=("$name")
}

run 'format (make fix mends it)' .venv/bin/ruff format --check --quiet .
run 'lint' .venv/bin/ruff check --quiet .
run 'types' .venv/bin/mypy --no-error-summary
run 'import contracts' .venv/bin/lint-imports --no-cache
run 'generated pages (make docs writes them)' .venv/bin/python scripts/reference_pages.py --check

if [ ${#failed[@]} -gt 0 ]; then
    printf 'check failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
echo 'check: all hold'
