"""Calling `doudi` in the process of the test."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner

from doudi.commands.main import app


class Called:
    """What a call gave: exit code, what it printed, what it complained of."""

    def __init__(self, *words: str) -> None:
        result = CliRunner().invoke(app, list(words))
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr

    @property
    def json(self) -> Any:
        """What it printed, as data."""
        return json.loads(self.out)
