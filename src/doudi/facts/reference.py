"""The reference page of the fact tables, written from their declarations.

`docs/reference/facts.md` is this text; a test fails when the page is not current. This module must not
write files.
"""

from __future__ import annotations

from doudi.common.codes import CodeList
from doudi.facts.declare import Column, Table
from doudi.facts.registry import TABLES

KINDS = {
    "money": "sum, yuan",
    "date": "date",
    "time": "date and time",
    "code": "code",
    "id": "identifier",
    "text": "text",
    "count": "whole number",
}
"""What a column holds, in the words of a reference page; a `number` says its decimals besides."""

_HEAD = """\
# Fact tables

Generated from `src/doudi/facts/`; to renew it run `doudi claims reference > docs/reference/facts.md`.

One declaration per table feeds the loader, the checks, the blank templates (`doudi claims template`), the sample data and
this page. A file may carry the national platform's names, those of the interface specification, or the Chinese
headers, column by column; two spellings of one column in one file are an error. Columns that are not listed are left
out with a notice. Inside Doudi a sum is int64 fen in `<name>_fen`; at every edge the national name stands alone and
means yuan: two decimals in CSV, decimal(16,2) in Parquet.

**Required** columns may be neither missing nor empty. **Kept out** columns are read but never stored, since they name a
person. Names and meanings come from public copies of the platform's tables and of the interface specification for
designated institutions (定点医药机构接口规范), not from the standard itself; what is inferred is marked *unsure*.

| table | | national | one row |
|---|---|---|---|
"""
_CODES = """\
## Code lists

A complete list refuses any other value; the others take it and say so once per file. The local dictionary
(`NAT_DATA_DIC_A`) goes before them.
"""


def page() -> str:
    """The whole page, as Markdown."""
    parts = [_HEAD + "\n".join(_overview(table) for table in TABLES.values()) + "\n"]
    parts += [_table(table) for table in TABLES.values()]
    lists = {c.codes.name: c.codes for table in TABLES.values() for c in table if c.codes and c.codes.values}
    parts.append(_CODES + "\n" + "\n\n".join(_codes(lists[name]) for name in sorted(lists)) + "\n")
    return "\n".join(parts)


def _overview(table: Table) -> str:
    return f"| [`{table.name}`](#{table.name}) | {table.zh} | {_code(table.national)} | {table.grain} |"


def _table(table: Table) -> str:
    keys = "、".join(f"`{key}`" for key in table.keys) or "the whole row"
    lines = [
        f"## {table.name}",
        "",
        f"{table.zh} · {table.en}. {table.grain[0].upper()}{table.grain[1:]}. Key: {keys}.",
    ]
    if table.refund:
        marks = [m for m in (table.refund.original, table.refund.flag, table.refund.sign) if m]
        lines.append(
            f"Sums may be negative only on a row that takes another back ({', '.join(map(_code, marks))})."
        )
    if table.open_prefix:
        lines.append(f"Any column `{table.open_prefix}<name>` is taken as a sum: a named part of the bill.")
    lines += [line for line in (table.note and f"{table.note[0].upper()}{table.note[1:]}.",) if line]
    lines += ["", "| column | other names | 中文 | meaning | holds | |", "|---|---|---|---|---|---|"]
    lines += [_column(column) for column in table]
    for identity in table.identities:
        parts = " + ".join(map(_code, identity.parts))
        certain = "" if identity.certain else " (expected; a notice)"
        note = f"; {identity.note}" if identity.note else ""
        lines += ["", f"- **{identity.name}**{certain}: `{identity.total}` = {parts}{note}"]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    holds = f"number, {column.scale} decimals" if column.kind == "number" else KINDS[column.kind]
    if column.codes:
        holds += (
            f" [{column.codes.name}](#{column.codes.name})"
            if column.codes.values
            else f" {column.codes.name}"
        )
    marks = [
        *(["**required**"] if column.required else []),
        *(["kept out"] if column.sensitivity == "identifying" else []),
        *(["may be negative"] if column.signed else []),
        *(["*unsure*"] if column.unsure else []),
        *([column.note] if column.note else []),
    ]
    others = ", ".join([*map(_code, column.interface), *column.aliases])
    return f"| `{column.name}` | {others} | {column.zh} | {column.en} | {holds} | {'; '.join(marks)} |"


def _codes(codes: CodeList) -> str:
    state = "complete" if codes.complete else "not complete"
    note = f"; {codes.note}" if codes.note else ""
    values = " · ".join(f"`{value}` {name}".strip() for value, name in codes.values.items())
    return f"### {codes.name}\n\n{codes.zh} · {codes.en} ({state}{note}): {values}"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""
