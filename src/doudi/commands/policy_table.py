"""A policy table on the screen: panels on a terminal, indented lines in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from doudi.commands.screen import on_terminal
from doudi.policy.figures import Line
from doudi.policy.show import OFF, Section, Sheet

_DIGITS = "〇一二三四五六七八九"
PROMISE = "〔待核实〕：数值尚未经主管部门核实；〔停用〕：保留在文件中、不参与结算。"


def put_sheet(sheet: Sheet) -> None:
    """Show a whole table."""
    if on_terminal():
        _panels(sheet)
    else:
        print("\n".join(_lines(sheet)))


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def _head(sheet: Sheet) -> list[str]:
    file = sheet.pack.file
    until = f"至 {file.to}" if file.to else "起"
    seen = f"　查阅日 {sheet.on}" if sheet.on else ""
    return [f"{file.zh}　{file.id}", f"{file.place}　有效期 {file.from_} {until}{seen}"]


def _titles(sheet: Sheet) -> Iterator[tuple[str, Section]]:
    number = 0
    for section in sheet.sections:
        layer = section.code in sheet.pack.file.layers
        number += layer
        lead = f"{chinese(number)}、" if layer else ""
        code = f"　{section.code}" if layer else ""
        yield f"{lead}{section.title}{code}{'' if section.on else OFF}", section


def _lines(sheet: Sheet) -> Iterator[str]:
    yield from _head(sheet)
    for title, section in _titles(sheet):
        yield ""
        yield title
        for fact in section.facts:
            first, *more = [f"{line.text}{line.marks}".strip() for line in fact.lines]
            if more:
                yield f"  {fact.label}："
                yield from (f"    {text}" for text in (first, *more))
            else:
                yield f"  {fact.label}：{first}"
    yield ""
    yield from (f"〔{number}〕{text}" for number, text in enumerate(sheet.documents, 1))
    yield PROMISE


def _panels(sheet: Sheet) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    console = Console()
    title, rest = _head(sheet)
    console.print(Text(title, "bold"), Text(rest), sep="\n")
    for heading, section in _titles(sheet):
        style = "" if section.on else "dim"
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="cyan", no_wrap=True)
        grid.add_column(ratio=1)
        for fact in section.facts:
            text = Text("\n").join(_text(line) for line in fact.lines)
            grid.add_row(fact.label, text)
        console.print(Panel(grid, title=Text(heading, "bold"), title_align="left", style=style))
    for number, document in enumerate(sheet.documents, 1):
        console.print(Text(f"〔{number}〕{document}", "dim"))
    console.print(Text(PROMISE, "dim"))


def _text(line: Line) -> Any:
    from rich.text import Text

    return Text.assemble(line.text, (line.marks, "yellow"))
