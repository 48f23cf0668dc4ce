"""How commands show things: handsome on a terminal, plain in a pipe, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")]
"""The option of every command that can speak to a machine."""


def on_terminal() -> bool:
    """Whether a person is looking."""
    return sys.stdout.isatty()


def put_json(data: Any) -> None:
    """One JSON document; Chinese stays Chinese."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def put_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """A table on a terminal; in a pipe one line per row, its fields parted by tabs."""
    if not on_terminal():
        for row in (columns, *rows):
            print("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, box=box.SIMPLE_HEAD, header_style="bold", title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
