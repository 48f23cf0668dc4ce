#!/usr/bin/env bash
# Put one lock into .venv: environment.sh base|test|spark|bench. Safe to run again after an interruption.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/python.sh

lock=$1
underway=.venv/.installing

# A killed pip can leave a package that looks installed and is not. Nothing in a half-made environment is
# worth keeping: the downloads are in pip's cache.
if [ -e "$underway" ]; then
    echo "The last installation was interrupted; building .venv anew."
    rm -rf .venv
fi
# A checkout that was moved or whose Python was removed.
if [ -d .venv ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo ".venv does not run any more; building it anew."
    rm -rf .venv
fi
# Every lock stands on base; an environment that was built anew has lost it.
if [ "$lock" != base ] && [ ! -e .venv/.has-base ]; then
    "$0" base
fi
if [ ! -d .venv ]; then
    python=$(find_python)
    require_venv "$python"
    mkdir .venv
    touch "$underway"
    "$python" -m venv .venv
fi

touch "$underway"
echo "Installing locks/$lock.txt into .venv (the first time takes some minutes) …"
install_locked .venv "locks/$lock.txt"
if [ "$lock" = base ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --no-deps --no-build-isolation --no-index --editable .
fi
rm "$underway"
touch ".venv/.has-$lock"
