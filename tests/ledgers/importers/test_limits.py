"""The page that tells senders the limits tells those that hold."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from doudi.ledgers.importers import LIMITS

PAGE = Path(__file__).parents[3] / "docs" / "ledger-files.md"


def test_the_page_tells_the_limits_that_hold() -> None:
    told = re.findall(r"^\| `(\w+)`.*\| ([\d,]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: int(value.replace(",", "")) for name, value in told} == asdict(LIMITS)
