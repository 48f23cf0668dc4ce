"""What a test may need from the machine, and how to see whether it is there.

Standard library only: `scripts/test.sh` and `.ci/run` ask here too, before anything is installed, so
that one place knows what "Java is there" means.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_JAVA = 17
NEWEST_JAVA = 23  # from 24 on Java has no security manager; Spark 4.0 asks for one and stops
OLDEST_POSTGRES = 15  # CREATE DATABASE … STRATEGY; Django itself takes 14
POSTGRES_PLACES = Path("/usr/lib/postgresql")  # where Debian keeps each version in a folder of its own


def why_no_java() -> str | None:
    """Say why Spark could not start on this machine's Java; None where it can."""
    java = shutil.which("java")
    if java is None:
        return "no java on the PATH (apt-get install openjdk-17-jre-headless)"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if found is None:
        return f"{java} does not tell its version"
    if not OLDEST_JAVA <= int(found[1]) <= NEWEST_JAVA:
        return f"Java {found[1]} is there; Spark needs {OLDEST_JAVA} to {NEWEST_JAVA}"
    return None


def postgres_programs() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest where there are several."""
    found = shutil.which("initdb")
    places = sorted(POSTGRES_PLACES.glob("*/bin"), key=lambda place: _number(place.parent.name))
    places += [Path(found).resolve().parent] if found else []
    usable = [place for place in places if (place / "initdb").exists() and (place / "postgres").exists()]
    return usable[-1] if usable else None


def why_no_postgres() -> str | None:
    """Say why no PostgreSQL server could be started for the tests; None where one can."""
    programs = postgres_programs()
    if programs is None:
        return "no initdb and postgres found (apt-get install postgresql)"
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)", said.stdout)
    if found is None:
        return f"{programs / 'postgres'} does not tell its version"
    if int(found[1]) < OLDEST_POSTGRES:
        return f"PostgreSQL {found[1]} is there; the tests need {OLDEST_POSTGRES} or newer"
    return None


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0


REQUIREMENTS = {"java": why_no_java, "postgres": why_no_postgres}
"""Each requirement a test may name, and the probe that returns the reason why it is missing."""


def main(names: list[str]) -> int:
    """Exit 0 where everything named is there; otherwise say on stderr what is not."""
    reasons = [reason for name in names if (reason := REQUIREMENTS[name]()) is not None]
    for reason in reasons:
        print(reason, file=sys.stderr)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
