"""A command that a page or script names is a command that `doudi` has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import typer
import typer.main

from tests.consistency.project import ROOT, files_ending, text_files

NAMED = re.compile(r"(?:`|\.venv/bin/|^\s*\$ )doudi ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)
PLACES = {*files_ending(".md", ".sh"), ROOT / "Makefile"}


def named_commands(text: str) -> set[tuple[str, str]]:
    """Read the commands a text names, each with the word after it."""
    return set(NAMED.findall(text))


def commands_of(app: typer.Typer) -> Mapping[str, Any]:
    """Give the commands of an application by name."""
    commands: Mapping[str, Any] = vars(typer.main.get_command(app))["commands"]
    return commands


def unknown(commands: Mapping[str, Any], command: str, then: str) -> bool:
    """Say whether `doudi command then` cannot be called; a word after a plain command is its argument."""
    if command not in commands:
        return True
    below = getattr(commands[command], "commands", None)
    return bool(then) and below is not None and then not in below


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run `doudi settle --in x`", {("settle", "")}),
        ("`doudi policy check FILE`", {("policy", "check")}),
        ("@.venv/bin/doudi demo", {("demo", "")}),
    ],
)
def test_a_named_command_is_read(text: str, expected: set[tuple[str, str]]) -> None:
    assert named_commands(text) == expected


def test_an_unknown_command_is_seen() -> None:
    policy = typer.Typer()
    policy.command("check")(lambda: None)
    policy.command("show")(lambda: None)
    root = typer.Typer()
    root.add_typer(policy, name="policy")
    root.command("demo")(lambda: None)
    commands = commands_of(root)
    assert unknown(commands, "polcy", "check")
    assert unknown(commands, "policy", "chek")
    assert not unknown(commands, "policy", "check")
    assert not unknown(commands, "demo", "then")


def test_every_command_that_a_page_names_exists() -> None:
    from doudi.commands.main import app

    commands = commands_of(app)
    named = {
        (path.relative_to(ROOT).as_posix(), *command)
        for path, text in text_files()
        if path in PLACES
        for command in named_commands(text)
    }
    assert named
    assert sorted(place for place in named if unknown(commands, place[1], place[2])) == []
