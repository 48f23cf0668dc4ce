"""Write the pages of docs/reference that are made from declarations, or check that they are current.

A declaration feeds loader, checks and templates; were its page written by hand, the two would drift.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PAGES = {
    "docs/reference/facts.md": "doudi.facts.reference",
    "docs/reference/reasons.md": "doudi.findings.reasons",
    "docs/reference/trace.schema.json": "doudi.engine.trace_model",
}
"""Each generated page, and the module whose `page()` returns its text."""


def main(arguments: list[str]) -> int:
    """Write every page; with `--check` write nothing and fail where one is not current."""
    checking = arguments == ["--check"]
    if arguments and not checking:
        print("usage: reference_pages.py [--check]", file=sys.stderr)
        return 2
    stale = []
    for name, module in PAGES.items():
        path = ROOT / name
        text = import_module(module).page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not checking:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name} is not current: make docs writes it" if checking else f"wrote {name}")
    return 1 if stale and checking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
