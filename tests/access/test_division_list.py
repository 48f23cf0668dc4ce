"""A list of divisions taken into the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from doudi.access import api
from doudi.access.api import Said
from doudi.common.errors import DoudiError
from tests.access import county as c
from tests.registers import Register

SAID = Said(c.KNOWN, "clerk")
DATES = ("begndate", "enddate")
COLUMNS = (
    *("admdvs", "div_name", "div_level", "parent_admdvs", "parent_name", "former_name", "change"),
    *("successor_admdvs", "successor_name", *DATES),
)
SCHEMA = pa.schema([(name, pa.date32() if name in DATES else pa.string()) for name in COLUMNS])


def listed(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([dict.fromkeys(COLUMNS) | row for row in rows], SCHEMA)


def row(code: str, name: str, level: str, **more: Any) -> dict[str, Any]:
    return {"admdvs": code, "div_name": name, "div_level": level, **more}


BASE = (
    row(c.COUNTY + "000000", "样例县", "县"),
    row(c.EAST + "000", "样东镇", "乡镇", parent_name="样例县"),
    row(c.WEST, "样西镇", "乡镇", parent_admdvs="990101000000"),
    row(c.ONE, "东风村", "村", parent_name="样东"),
    row(c.GROUP, "3组", "自然村"),
)


def names(on: date = c.NOW) -> dict[str, str]:
    return {one["code"]: one["name"] for one in api.divisions(on, c.KNOWN).to_pylist()}


def take(*rows: dict[str, Any], as_of: date = c.NOW) -> int:
    new = api.load_divisions(listed(*rows), as_of=as_of, said=SAID)
    return len(new.named) + len(new.succeeded)


def test_a_list_is_taken_with_parents_by_code_by_name_or_by_the_codes_front(register: Register) -> None:
    assert take(*BASE) == 5
    parents = {one["code"]: one["parent"] for one in api.divisions(c.NOW, c.KNOWN).to_pylist()}
    assert parents == {
        c.COUNTY: None,
        c.EAST: c.COUNTY,
        c.WEST: c.COUNTY,
        c.ONE: c.EAST,
        c.GROUP: c.ONE,
    }


def test_the_same_list_again_adds_nothing(register: Register) -> None:
    take(*BASE)
    assert take(*BASE) == 0


def test_another_name_in_a_later_list_is_a_rename_from_its_day(register: Register) -> None:
    take(*BASE)
    assert take(row(c.ONE, "新风村", "村"), as_of=date(2026, 3, 1)) == 1
    assert names(date(2026, 2, 28))[c.ONE] == "东风村"
    assert names()[c.ONE] == "新风村"


def test_a_former_name_leads_to_the_division(register: Register) -> None:
    take(*BASE, row(c.THREE, "前进社区", "村", former_name="李家湾村", begndate=date(2020, 7, 1)))
    assert names(date(2020, 6, 30))[c.THREE] == "李家湾村"
    found = api.resolve(pa.array(["李家湾"]), as_of=c.NOW, known_at=c.KNOWN)
    assert found.to_pylist() == [c.THREE]


@pytest.mark.parametrize(
    "told",
    [
        {"successor_admdvs": c.ONE, "enddate": date(2021, 3, 1)},
        {"successor_name": "东风村", "enddate": date(2021, 3, 1), "change": "合并"},
        {"successor_name": "样东镇东风村", "begndate": date(2021, 3, 1), "change": "合并"},  # 变更日期
    ],
)
def test_a_merged_village_leads_to_its_successor(register: Register, told: dict[str, Any]) -> None:
    rows = (*BASE, row(c.TWO, "红星村", "村", parent_name="样东镇", **told))
    take(*rows)
    assert c.TWO in names(date(2021, 2, 28))
    assert c.TWO not in names(date(2021, 3, 1))
    found = api.resolve(pa.array(["红星村"]), as_of=c.NOW, known_at=c.KNOWN)
    assert found.to_pylist() == [c.ONE]
    assert take(*rows) == 0


def test_a_divided_village_has_a_row_for_each_part(register: Register) -> None:
    day = date(2023, 1, 1)
    parts = [
        row(c.WHOLE, "河口村", "村", change="拆分", successor_admdvs=code, enddate=day)
        for code in (c.SOUTH_SIDE, c.NORTH_SIDE)
    ]
    new = [
        row(c.SOUTH_SIDE, "河南村", "村", begndate=day),
        row(c.NORTH_SIDE, "河北村", "村", begndate=day),
    ]
    take(*BASE, *parts, *new)
    now = api.places(c.KNOWN).on(c.NOW)
    assert now.leaves(c.WHOLE) == {c.SOUTH_SIDE, c.NORTH_SIDE}
    assert take(*BASE, *parts, *new) == 0


def test_an_ended_village_without_a_successor_is_abolished(register: Register) -> None:
    take(*BASE, row(c.TWO, "红星村", "村", enddate=date(2021, 3, 1)))
    assert c.TWO in names(date(2021, 2, 28))
    assert c.TWO not in names()


def test_all_faults_of_a_list_are_told_and_nothing_is_taken(register: Register) -> None:
    with pytest.raises(DoudiError) as raised:
        take(
            *BASE,
            row("880101001", "外镇", "乡镇"),
            row(c.THREE, "前进社区", "村", parent_admdvs=c.ONE),
            row(c.TWO, "红星村", "村", successor_name="无此村"),
        )
    assert "共 3 处" in raised.value.what
    assert names() == {}


def test_a_row_without_a_level_is_told(register: Register) -> None:
    with pytest.raises(DoudiError, match="缺少代码、名称或级别"):
        take(row(c.COUNTY, "样例县", ""))


def test_an_import_undone_takes_its_list_along(register: Register) -> None:
    api.load_divisions(listed(*BASE), as_of=c.NOW, said=Said(c.KNOWN, "clerk", source=3))
    assert api.withdraw_divisions(3, c.KNOWN + timedelta(hours=1)) == 5
    assert api.divisions(c.NOW, c.KNOWN + timedelta(hours=1)).num_rows == 0
