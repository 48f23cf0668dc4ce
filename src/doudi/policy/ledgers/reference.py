"""The reference page of the ledger kinds, written from their declarations.

`docs/reference/ledgers.md` is this text; a test fails when the page is not current. This module must not write files.
"""

from __future__ import annotations

from collections.abc import Mapping

from doudi.common.money import yuan_text
from doudi.facts.reference import KINDS
from doudi.policy.ledgers.kind import Header, LedgerColumn, LedgerKind, Origin, TagRule

_ROLES = {
    "idcard": "identity number",
    "name": "name of a person",
    "phone": "telephone",
    "account": "account",
    "address": "address",
    "division": "division",
    "household": "household number",
    "yesno": "是 / 否",
    "year": "year",
    "month": "month, as its first day",
}
_HEAD = """\
# Ledger kinds

Generated from `policies/ledgers/`; to renew it run `doudi ledger reference > docs/reference/ledgers.md`. How a kind is
declared: [the manual](../ledgers.md).

A row's **key** names it among the rows of its kind. **Sealed** columns are encrypted in the register and never reach the
store; *personal* ones are masked for those who may not see the person. A **required** column refuses a row that lacks it; any
other cell that cannot be read is left empty and told. Headers are compared without spaces, marks, letter width and a measure
in brackets, so 保障金额（元） is 保障金额. A header with years was seen in those years. A list of values that is *open* takes
another value with a notice. *Unsure* names and layouts that nobody has confirmed are marked so: the department's own file
goes before this page.

| kind | | sender | one row | columns |
|---|---|---|---|---|
"""


def page(kinds: Mapping[str, LedgerKind]) -> str:
    """The whole page, as Markdown."""
    overview = "\n".join(_overview(kind) for kind in kinds.values())
    return "\n".join([f"{_HEAD}{overview}\n", *(_kind(kind) for kind in kinds.values())])


def _overview(kind: LedgerKind) -> str:
    cells = (f"[`{kind.name}`](#{kind.name})", kind.zh, kind.sender, kind.note, str(len(kind.columns)))
    return f"| {' | '.join(map(_cell, cells))} |"


def _kind(kind: LedgerKind) -> str:
    about = [
        f"{kind.zh} · {kind.en}. {kind.note[0].upper()}{kind.note[1:]}.",
        "",
        f"- Sender: {kind.sender}. About a {kind.subject}; {_nature(kind)}.",
        f"- Key: {_names(kind.key)}. {_dates(kind)}",
        f"- Kept {kind.retention_years} years after it ends.{_makes(kind)}",
        *([f"- Tags: {'; '.join(map(_tag, kind.tags))}."] if kind.tags else []),
        *(f"- Origin: {_origin(origin)}" for origin in kind.origins),
    ]
    table = ["", "| column | 中文 | meaning | headers taken | holds | |", "|---|---|---|---|---|---|"]
    return "\n".join([f"## {kind.name}", "", *about, *table, *map(_column, kind)]) + "\n"


def _nature(kind: LedgerKind) -> str:
    if kind.nature == "event":
        return "an event, which happened once"
    return "a list: a row holds until a later list says otherwise"


def _dates(kind: LedgerKind) -> str:
    if not kind.since:
        return "Dated by the day of the list."
    until = f" to `{kind.until}`" if kind.until else ""
    return f"Dated from `{kind.since}`{until}; where that is empty, from the day of the list."


def _makes(kind: LedgerKind) -> str:
    made = [
        word for word, yes in (("people", kind.makes_persons), ("households", kind.makes_households)) if yes
    ]
    return f" Its rows add {' and '.join(made)} to the register." if made else ""


def _tag(rule: TagRule) -> str:
    text = rule.tag or f"the value of `{rule.by}`"
    if rule.level:
        text += f", graded by {' and '.join(f'`{name}`' for name in rule.levels)}"
    if rule.when:
        text += " where " + " and ".join(
            f"`{name}` is {' or '.join(value or 'empty' for value in values)}"
            for name, values in rule.when.items()
        )
    return f"{text} (of the household)" if rule.to == "household" else text


def _origin(origin: Origin) -> str:
    parts = [f"{origin.issuer}《{origin.title}》", origin.number, origin.date, origin.note]
    state = "confirmed" if origin.confirmed else "*not confirmed*"
    return f"{'，'.join(filter(None, parts))} ({state})"


def _column(column: LedgerColumn) -> str:
    heads = "、".join(map(_header, column.headers))
    cells = (f"`{column.name}`", column.zh, column.column.en, heads, _holds(column), _marks(column))
    return f"| {' | '.join(map(_cell, cells))} |"


def _header(header: Header) -> str:
    first, last = header.first or "", header.last or ""
    years = f"（{first}–{last}）" if first or last else ""
    return f"{header.text}{years}" + (f"（{header.sender}）" if header.sender else "")


def _holds(column: LedgerColumn) -> str:
    kind = column.column.kind
    text = f"number, {column.column.scale} decimals" if kind == "number" else KINDS[kind]
    text = _ROLES.get(column.role, text)
    if column.values:
        many = "several of " if column.role == "many" else ""
        text = f"{many}{'、'.join(column.values)}{'' if column.complete else ' (open)'}"
    elif column.column.codes:
        text = f"code list `{column.column.codes.name}`"
    if column.column.unit and kind != "money":
        text += f", {column.column.unit}"
    return text + _bounds(column)


def _bounds(column: LedgerColumn) -> str:
    if column.least is None and column.most is None:
        return ""
    shown = yuan_text if column.column.kind == "money" else str
    least = "" if column.least is None else shown(column.least).removesuffix(".00")
    most = "" if column.most is None else shown(column.most).removesuffix(".00")
    return f", {least} to {most}" if least and most else f", {'from ' + least if least else 'to ' + most}"


def _marks(column: LedgerColumn) -> str:
    marks = [
        *(["**required**"] if column.required else []),
        *(["sealed"] if column.sensitivity == "identifying" else []),
        *(["personal"] if column.sensitivity == "personal" else []),
        *(["may be negative"] if column.column.signed else []),
        *(["*unsure*"] if column.column.unsure else []),
        *([column.column.note] if column.column.note else []),
    ]
    return "; ".join(marks)


def _names(names: tuple[str, ...]) -> str:
    return "、".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
