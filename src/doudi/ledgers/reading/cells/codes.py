"""Codes, yes and no, and cells with several values of a list: any spelling that is known becomes the one value.

With `values` the inside form is the label as exported; with a national list alone it is the code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import pyarrow as pa

from doudi.ledgers.reading.cells.column import Column, Wrong, by_distinct
from doudi.ledgers.reading.cells.damage import NOTHING, is_damaged, is_error, undamaged
from doudi.ledgers.reading.plain import folded
from doudi.policy.ledgers.kind import LedgerColumn
from doudi.policy.ledgers.traditional import simplified

YES = frozenset(
    [
        "是",
        "有",
        "对",
        "√",
        "✓",
        "✔",
        "☑",
        "✅",
        "1",
        "1.0",
        "y",
        "yes",
        "t",
        "true",
        "真",
        "已",
        "享受",
        "已享受",
        "参加",
        "已参加",
        "参保",
        "已参保",
        "属于",
        "是的",
        "符合",
        "√是",
    ]
)
NO = frozenset(
    [
        "否",
        "无",
        "没有",
        "没",
        "错",
        "×",
        "✗",
        "✘",
        "☒",
        "╳",
        "╳",
        "x",
        "0",
        "0.0",
        "n",
        "no",
        "f",
        "false",
        "假",
        "未",
        "未享受",
        "不享受",
        "未参加",
        "不参加",
        "未参保",
        "不属于",
        "不是",
        "非",
        "不",
        "否×",
        "没享受",
        "未有",
        "不符合",
    ]
)
_BOXED = re.compile(
    r"(?:[□☐○]|\[\])(?:是|否|有|无)|[☑✓√✔■](是|否|有|无)|(是|否|有|无)[☑✓√✔]|(?:是|否|有|无)[□☐○]"
)
_CODE_AND_LABEL = re.compile(r"([0-9A-Za-z]{1,4})[-—_.、:：|/ ]*(\D.*)")
_LABEL_AND_CODE = re.compile(r"(\D+?)[-—_.、:：|/ ]*[(\[]?([0-9]{1,4})[)\]]?")
_SPLIT = re.compile(r"[,，、;；/|+＋\n\r\t ]+|和|及|以及|并")
_LEVEL = re.compile(r"(?:级|类|型|等|户|人员|人|对象|性)$")


@dataclass(frozen=True)
class CodeTable:
    """Spelling (folded, lower case) → value. `closed`: another value is wrong, not new."""

    spelled: Mapping[str, str]
    order: tuple[str, ...]
    closed: bool
    width: int = 0

    def find(self, text: str) -> str | None:
        """The value a spelling stands for; `1-男` counts where both parts agree."""
        plain = simplified(folded(text)).lower()
        if (value := self.spelled.get(plain)) is not None:
            return value
        if (
            self.width
            and plain.isdigit()
            and (value := self.spelled.get(plain.zfill(self.width))) is not None
        ):
            return value
        if plain.endswith(".0") and (value := self.spelled.get(plain[:-2])) is not None:
            return value
        if both := _CODE_AND_LABEL.fullmatch(plain):
            code, label = self.spelled.get(both[1]), self.spelled.get(both[2].strip("()（）"))
            if label is not None and code in (None, label):
                return label
        if both := _LABEL_AND_CODE.fullmatch(plain):
            label, code = self.spelled.get(both[1]), self.spelled.get(both[2])
            if label is not None and code in (None, label):
                return label
        for other in (plain.strip("\"'“”()（）[]【】"), "之" + plain, plain.removeprefix("之")):
            if other != plain and (value := self.spelled.get(other)) is not None:
                return value
        return None

    def allowed(self) -> str:
        """The values for a message."""
        shown = self.order[:12]
        return "、".join(shown) + ("等" if len(self.order) > len(shown) else "")


@lru_cache(maxsize=1000)
def code_table(column: LedgerColumn) -> CodeTable:
    """All spellings of a column's values."""
    spelled: dict[str, str] = {}
    codes = column.column.codes
    if column.values:
        for value in column.values:
            spelled.setdefault(folded(value).lower(), value)
    elif codes:
        for code, label in codes.values.items():
            spelled.setdefault(code.lower(), code)
            for part in (label, *re.split("[/、]", label)):
                if part:
                    spelled.setdefault(folded(part).lower(), code)
        _bare(spelled, {code: folded(label).lower() for code, label in codes.values.items()})
    for text, value in column.spellings.items():
        spelled[folded(text).lower()] = value
    if column.values and codes:  # a label list with a national list behind it: the code means the label
        for code, label in codes.values.items():
            if label in column.values:
                spelled.setdefault(code.lower(), label)
    if column.values:
        _bare(spelled, {value: folded(value).lower() for value in column.values})
    order = column.values or tuple(
        f"{code} {label}".strip() for code, label in (codes.values.items() if codes else ())
    )
    closed = bool(order) and column.complete and (bool(column.values) or bool(codes and codes.complete))
    return CodeTable(spelled, order, closed, codes.width if codes and not column.values else 0)


def _bare(spelled: dict[str, str], labels: Mapping[str, str]) -> None:
    """A label without its class word (男性, A级, 孤儿人员), where that leaves only one."""
    bare = {value: _LEVEL.sub("", label) for value, label in labels.items()}
    several = Counter(bare.values())
    for value, text in bare.items():
        if text and several[text] == 1:
            spelled.setdefault(text, value)


def read_codes(array: pa.Array, column: LedgerColumn) -> Column:
    """A column of one value a cell."""
    table = code_table(column)

    def one(text: str) -> Any:
        found = table.find(text)
        if found is not None:
            return found
        plain = folded(text)
        if plain.lower() in NOTHING:
            return None
        if bad := _spoilt(text):
            return bad
        if not table.closed:
            return plain
        near = get_close_matches(plain.lower(), list(table.spelled), n=1, cutoff=0.6)
        return Wrong("code_unknown", table.allowed(), table.spelled[near[0]] if near else "")

    return by_distinct(array, one, column.column.arrow)


def read_many(array: pa.Array, column: LedgerColumn) -> Column:
    """A column of several values a cell, joined by a comma in the order of the list."""
    table = code_table(column)
    place = {value: i for i, value in enumerate(column.values)}

    def one(text: str) -> Any:
        plain = folded(text)
        if plain.lower() in NOTHING and table.find(text) is None:
            return None
        if bad := _spoilt(text):
            return bad
        whole = table.find(text)
        found: list[str] = [whole] if whole is not None else []
        for part in () if whole is not None else [one for one in _SPLIT.split(text.strip()) if one]:
            value = table.find(part)
            if value is None and table.closed:
                return Wrong("code_unknown", table.allowed())
            found.append(value if value is not None else folded(part))
        return ",".join(sorted(dict.fromkeys(found), key=lambda value: place.get(value, len(place)))) or None

    return by_distinct(array, one, column.column.arrow)


def yes_or_no(text: str) -> bool | None:
    """Yes, no, or neither."""
    plain = folded(text).lower()
    if plain in YES:
        return True
    if plain in NO:
        return False
    bare = re.sub("[(][^()]*[)]$", "", plain)
    if bare != plain and bare in YES | NO:
        return bare in YES
    if boxed := _BOXED.findall(plain):
        ticked = {a or b for a, b in boxed if a or b}
        if len(ticked) == 1:
            return ticked.pop() in ("是", "有")
    return None


def read_yesno(array: pa.Array, column: LedgerColumn) -> Column:
    """A column of yes and no, kept as 1 and 0."""
    as_text = pa.types.is_string(column.column.arrow)
    own = {folded(text).lower(): value for text, value in column.spellings.items()}

    def one(text: str) -> Any:
        plain = folded(text).lower()
        answer = yes_or_no(own.get(plain, text))
        if answer is not None:
            return ("1" if answer else "0") if as_text else int(answer)
        if plain in NOTHING:
            return None
        return _spoilt(text) or Wrong("yesno_bad")

    return by_distinct(array, one, column.column.arrow)


def _spoilt(text: str) -> Wrong | None:
    if is_error(text):
        return Wrong("error_cell")
    return Wrong("text_damaged", fix=undamaged(text)) if is_damaged(text) else None
