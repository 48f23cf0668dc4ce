"""The locks hold what pyproject.toml asks for, each file with its hash, and say nothing of where they came from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.consistency.project import ROOT

LOCKS = sorted((ROOT / "locks").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OUR_OWN = ["base", "test", "spark", "bench"]


def pins(name: str) -> dict[str, str]:
    """Read the packages of a lock with their versions."""
    text = (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    return {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def unhashed(text: str) -> list[str]:
    """Name what a lock would install without looking at its hash, and any line that is not a pin."""
    logical = re.sub(r"\\\n\s*", "", text).splitlines()
    entries = [line for line in logical if line.strip() and not line.lstrip().startswith("#")]
    return [
        line.split(" ")[0]
        for line in entries
        if not re.fullmatch(r"[\w.-]+==\S+(\s*;[^#]*?)?(\s*--hash=sha256:[0-9a-f]{64})+", line)
    ]


def origins(text: str) -> list[str]:
    """Find a host or an absolute path in a lock."""
    return re.findall(r"\w+://\S+|(?<![\w.])/\w+/\S*|[A-Z]:\\\\\S+", text)


@pytest.mark.parametrize("line", ["numpy>=2", "numpy==2.4.6", "numpy @ git+x", "--pre"])
def test_a_line_without_a_hash_is_seen(line: str) -> None:
    assert unhashed(line)


@pytest.mark.parametrize("line", ["# from https://a.example/simple", "#   via -r /srv/a/locks/x.in"])
def test_an_origin_is_seen(line: str) -> None:
    assert origins(line)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_pins_and_hashes_everything_and_names_no_origin(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert pins(path.stem)
    assert unhashed(text) == []
    assert origins(text) == []
    assert "#    make locks" in text


def test_there_is_a_lock_for_each_environment() -> None:
    assert {path.stem for path in LOCKS} == {*OUR_OWN, "bench-openfisca", "bench-zen", "tools"}


@pytest.mark.parametrize("name", OUR_OWN)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"].get(name, [])]
    locked = pins(name)
    for requirement in map(Requirement, asked):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"locks/{name}.txt lacks {requirement.name}: make locks"
        assert requirement.specifier.contains(version), (
            f"locks/{name}.txt has {requirement.name} {version}: make locks"
        )


@pytest.mark.parametrize("name", OUR_OWN)
def test_what_goes_into_one_environment_agrees(name: str) -> None:
    base, other = pins("base"), pins(name)
    assert {n: (base[n], other[n]) for n in base.keys() & other.keys() if base[n] != other[n]} == {}
