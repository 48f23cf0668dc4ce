#!/usr/bin/env bash
# Compile the locks: every package that an environment takes, with version and hashes.
#
# A lock names no registry and no path, so that a county's own mirror serves as well as the public one;
# the hashes say that the mirror handed over the same files. Compiled with the oldest Python that Doudi
# supports, so that what only that Python needs is in the lock.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/python.sh

tools=.venv-locks
environment_of_its_own "$tools" locks/tools.txt

# The header names this command instead of the one below: that one may hold what belongs to one machine.
export CUSTOM_COMPILE_COMMAND='make locks'

compile() { # compile LOCK ARGUMENT…
    local lock=$1
    shift
    echo "locks/$lock.txt"
    # Without the machine's own configuration file: extra places to look would change which files are
    # hashed. A mirror can still be named for this one command in PIP_INDEX_URL; the lock will not name it.
    env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
        "$tools/bin/pip-compile" --quiet --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
        --resolver=backtracking "${newer[@]}" --output-file "locks/$lock.txt" "$@"
}

# `make locks UPGRADE=1` takes newer releases; without it only what pyproject.toml changed moves.
newer=()
if [ -n "${UPGRADE:-}" ]; then newer=(--upgrade); fi

# base carries the build tools too: the checkout is installed without a second, unhashed download.
compile base --build-deps-for=editable --build-deps-for=wheel pyproject.toml
compile test --extra=test --constraint=locks/base.txt --build-deps-for=editable --build-deps-for=wheel pyproject.toml
compile spark --extra=spark --constraint=locks/base.txt pyproject.toml
compile bench --extra=bench --constraint=locks/base.txt pyproject.toml
compile bench-openfisca locks/bench-openfisca.in
compile bench-zen locks/bench-zen.in
compile tools locks/tools.in
