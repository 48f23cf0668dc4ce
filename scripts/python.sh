# Sourced by the other scripts: find a Python that will do, install a lock with it.
# A machine that cannot gets one line that says what to install.

find_python() { # prints the first Python that is new enough; PYTHON=… names the only one to try
    local candidate found
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    found=$("${PYTHON:-python3}" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo none)
    echo "Doudi needs Python 3.11 or newer (found: $found): apt-get install python3 python3-venv on Debian 12 or newer, or make PYTHON=/path/to/python3.11 …" >&2
    return 1
}

require_venv() { # require_venv PYTHON: Debian's python3 comes without what venv needs
    if ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$1 cannot make environments (no ensurepip). Install its package and run make again: apt-get install $("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2
        return 1
    fi
}

install_locked() { # install_locked FOLDER LOCK: exactly the lock's packages, each checked against its hash
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$2"
}

environment_of_its_own() { # environment_of_its_own FOLDER LOCK: apart from .venv, made again when the lock changed
    if [ -e "$1/.complete" ] && [ "$1/.complete" -nt "$2" ]; then
        return 0
    fi
    local python
    python=$(find_python)
    require_venv "$python"
    rm -rf "$1"
    echo "Installing $2 into $1 …"
    "$python" -m venv "$1"
    install_locked "$1" "$2"
    touch "$1/.complete"
}
