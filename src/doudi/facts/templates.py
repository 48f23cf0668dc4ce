"""Blank templates of the fact tables: a header line to fill in under, in any spelling.

This module must not write files.
"""

from __future__ import annotations

from doudi.facts.declare import Table
from doudi.facts.edges import Spelling


def header_line(table: Table, spelling: Spelling = "platform", *, required_only: bool = False) -> str:
    """The first line of a CSV for this table, with its line end."""
    columns = table.required if required_only else table.columns
    names = {
        "platform": [column.name for column in columns],
        "interface": [(*column.interface, column.name)[0] for column in columns],
        "zh": [column.zh for column in columns],
    }
    return ",".join(names[spelling]) + "\r\n"
