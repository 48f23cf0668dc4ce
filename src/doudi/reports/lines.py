"""Text as lines with a figure each: plain for a pipe, coloured for a terminal, the same words in both.

A Chinese character takes two columns; figures stand under one another. Must not know what the lines say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.text import Text

Style = Literal["title", "head", "line", "quiet", "warn", "total"]
STYLES: dict[str, str] = {
    "title": "bold",
    "head": "bold cyan",
    "line": "",
    "quiet": "dim",
    "warn": "yellow",
    "total": "bold green",
}
WIDTH = 46
MONEY = 16


@dataclass(frozen=True)
class Line:
    """One line: words, perhaps a sum (yuan text), perhaps a remark; `depth` indents."""

    text: str = ""
    money: str | None = None
    remark: str = ""
    style: Style = "line"
    depth: int = 0


def plain(lines: Sequence[Line]) -> str:
    """The lines as text."""
    return "\n".join(_one(line).rstrip() for line in lines) + "\n"


def coloured(lines: Sequence[Line]) -> Text:
    """The lines for a terminal."""
    out = Text()
    for line in lines:
        words = _one(line, "" if line.text or line.money else None).rstrip()
        out.append(words, STYLES[line.style])
        if line.remark and (line.text or line.money):
            out.append(
                (" " * 2 if words else "") + line.remark,
                STYLES["quiet"] if line.style != "warn" else STYLES["warn"],
            )
        out.append("\n")
    return out


def grouped(yuan: str) -> str:
    """A sum with its thousands marked."""
    sign, digits = ("-", yuan[1:]) if yuan.startswith("-") else ("", yuan)
    whole, _, rest = digits.partition(".")
    return f"{sign}{int(whole):,}.{rest}"


def _one(line: Line, remark: str | None = None) -> str:
    remark = line.remark if remark is None else remark
    head = "  " * line.depth + (line.text or (remark if line.money is None else ""))
    if line.money is not None:
        gap = WIDTH - cell_len(head)
        figure = grouped(line.money).rjust(MONEY)
        # Words that run over push the figure to the next line's column, so that figures still stand in one.
        head = f"{head}{' ' * gap}{figure}" if gap > 0 else f"{head}\n{' ' * WIDTH}{figure}"
    return f"{head}  {remark}" if remark and (line.text or line.money is not None) else head
