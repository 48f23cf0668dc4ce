"""What lies in the repository, and what the pages for newcomers promise."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.consistency.project import ROOT, files, files_ending, machine_traces, text_files

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
PAGES = files_ending(".md")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{place}" for path, text in text_files() for place in machine_traces(text)
    ]
    assert found == []


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert [path.name for path in files() if path.stat().st_size > 1_000_000] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_the_page_names_the_two_commands(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text


def test_every_make_command_in_a_page_is_in_the_makefile() -> None:
    named = {
        (path.name, target)
        for path in PAGES
        for target in re.findall(r"(?:^|`)make ([a-z]+)\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert {pair for pair in named if pair[1] not in TARGETS} == set()


def test_every_script_the_makefile_starts_is_there_and_may_be_run() -> None:
    scripts = set(re.findall(r"(?<=@)scripts/\w+\.sh", MAKEFILE)) | {".ci/run"}
    assert {name for name in scripts if not (ROOT / name).stat().st_mode & 0o100} == set()
    for name in sorted(scripts):
        assert subprocess.run(["bash", "-n", ROOT / name], check=False).returncode == 0, name


def test_every_link_between_pages_leads_somewhere() -> None:
    lost = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in link and not (path.parent / link).exists()
    ]
    assert lost == []


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_gives_context_decision_and_what_was_refused(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(path.name[:4])}. ")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Refused"]
    assert f"]({path.name})" in (path.parent / "README.md").read_text(encoding="utf-8")


def test_every_decision_that_is_referred_to_exists() -> None:
    numbers = {int(path.name[:4]) for path in DECISIONS}
    referred = {
        (path.relative_to(ROOT).as_posix(), int(number))
        for path, text in text_files()
        for number in re.findall(r"\bdecision (\d+)\b", text)
    }
    assert referred
    assert {pair for pair in referred if pair[1] not in numbers} == set()
