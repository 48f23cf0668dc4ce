"""Days in order, codes that are known, ages that fit: what a row says against what it says elsewhere."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts.checks.found import Found, Level
from doudi.facts.declare import Table
from doudi.facts.rows import is_refund


def days(found: Found, table: Table) -> None:
    """Treatment ends after it begins and is settled after it has begun."""
    begun, ended, settled = (found.data[name] for name in ("begndate", "enddate", "setl_time"))
    day = settled.cast(pa.date32(), safe=False)
    told = ("开始日期 ", begun, "，结束日期 ", ended, "，结算日期 ", day)
    found.add("ends-before-it-begins", "error", pc.less(ended, begun), *told)
    found.add("settled-before-it-begins", "error", pc.less(day, begun), *told)
    early = pc.and_(pc.less(day, ended), pc.greater_equal(day, begun))
    found.add("settled-before-it-ends", "notice", early, *told)


def codes(found: Found, table: Table) -> None:
    """Values outside a code list: refused if the list is complete, else worth a look."""
    for column in table:
        if column.codes is None or not column.codes.values or not found.has(column.name):
            continue
        values = found.data[column.name]
        unknown = pc.and_(
            pc.is_valid(values), pc.invert(pc.is_in(values, value_set=pa.array(column.codes.values)))
        )
        level: Level = "error" if column.codes.complete else "notice"
        found.add(
            f"unknown-{column.name}", level, unknown, f"{column.zh}（{column.name}）", values, " 不在代码表内"
        )


def ages(found: Found, table: Table) -> None:
    """The recorded age against birth and first day, in completed years; known to be wrong in some feeds."""
    born, on = found.data["brdy"], found.data["begndate"]
    found.add("begins-before-birth", "error", pc.less(on, born), "开始日期 ", on, " 早于出生日期")
    if found.lacks("age-fits-birth", "age", "brdy", "begndate"):
        return
    had_birthday = pc.greater_equal(_in_year(on), _in_year(born))
    years = pc.subtract(pc.subtract(pc.year(on), pc.year(born)), pc.if_else(had_birthday, 0, 1))
    recorded = pc.floor(found.data["age"]).cast(pa.int64())
    wrong = pc.not_equal(recorded, years)
    found.add("age-fits-birth", "notice", wrong, "年龄记为 ", recorded, "，按出生日期和开始日期为 ", years)


def signs(found: Found, table: Table) -> None:
    """Sums below nought on a row that is no refund, above nought on one that is."""
    refund = pa.array(is_refund(found.data, table))
    for column in table.money:
        if column.signed or not found.has(column.inside):
            continue
        values = found.data[column.inside]
        below = pc.and_(pc.less(values, 0), pc.invert(refund))
        found.add("negative-without-refund", "error", below, f"{column.zh}为负，但不是退费行", amount=values)
    whole = found.data["medfee_sumamt_fen"]
    positive = pc.and_(pc.greater(whole, 0), refund)
    found.add("refund-not-negative", "error", positive, "退费行的医疗费总额为正", amount=whole)


def _in_year(day: pa.ChunkedArray) -> pa.ChunkedArray:
    """Month and day as one number that rises through the year."""
    return pc.add(pc.multiply(pc.month(day), 100), pc.day(day))
