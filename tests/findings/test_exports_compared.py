"""Two national exports side by side: what came, what left, what changed, and the likely reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import InputFault
from doudi.findings import exports_compared
from doudi.findings.exports_compared import (
    Compared,
    Export,
    compare_exports,
    compare_files,
    exports_of,
    masked,
)
from doudi.findings.exports_reasons import HOUSEHOLDS, MEMBERS, REASONS
from doudi.ledgers.importers.grid import Workbook
from doudi.ledgers.reading.result import ROW, FileReading, Mapped, SheetReading
from doudi.policy.ledgers.load import kinds

D = dt.date
MARCH, JUNE = D(2026, 3, 31), D(2026, 6, 30)
KINDS = kinds(None)
PERSON = {"hh_no": "h1", "town": "样东镇", "village": "样东1村", "relation": "之子", "brdy": D(1990, 1, 1)}


def export(
    kind: str, rows: Sequence[Mapping[str, Any]], day: dt.date, columns: set[str] | None = None
) -> Export:
    """An export with the columns that its rows name, as it was read."""
    declared = KINDS[kind]
    named = columns or {name for row in rows for name in row}
    arrays = {ROW: pa.array(range(3, len(rows) + 3), pa.int32())}
    for column in declared:
        values = [row.get(column.name) for row in rows]
        arrays[column.column.inside] = pa.array(values, column.column.arrow)
    return Export(declared, pa.table(arrays), tuple("表1" for _ in rows), frozenset(named), "导出", day)


def members(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Compared:
    named = {name for row in (*before, *after) for name in row}
    return compare_exports(export(MEMBERS, before, MARCH, named), export(MEMBERS, after, JUNE, named))


def households(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Compared:
    named = {name for row in (*before, *after) for name in row}
    return compare_exports(export(HOUSEHOLDS, before, MARCH, named), export(HOUSEHOLDS, after, JUNE, named))


def one(**values: Any) -> dict[str, Any]:
    return {"member_no": "1"} | PERSON | values


def reasons(compared: Compared) -> list[tuple[str, str, str]]:
    return [(change.what, change.column, change.reason) for change in compared.changes]


def test_the_same_export_twice_has_no_change() -> None:
    rows = [one(), one(member_no="2", tel="")]
    found = members(rows, [row | {"tel": None} for row in rows])
    assert found.changes == ()
    assert (found.before, found.after, found.matched, found.same) == (2, 2, 2, 2)


@pytest.mark.parametrize(
    ("column", "was", "becomes", "reason"),
    [
        ("risk_cleared", "0", "1", "risk_cleared"),
        ("risk_cleared", "1", "0", "risk_again"),
        ("monitor_type", None, "边缘易致贫户", "monitored"),
        ("monitor_type", "边缘易致贫户", None, "unmonitored"),
        ("monitor_type", "边缘易致贫户", "突发严重困难户", "kind"),
        ("school", "九年级", "普通高中一年级", "school"),
        ("school", "九年级", None, "left_school"),
        ("school", None, "小学", "enrolled"),
        ("labour", "普通劳动力", "无劳动力", "updated"),
        ("health", "健康", "长期慢性病", "illness"),
        ("health", "健康", "残疾", "disabled"),
        ("health", "患有大病", "健康", "recovered"),
        ("work_months", 3, 6, "months"),
        ("work_months", 9, 1, "work"),
        ("work_firm", "甲厂", "乙厂", "work"),
        ("tel", "13800000000", "13900000000", "phone"),
        ("certno", None, "990101199001010014", "number_entered"),
        ("psn_name", "样某一", "样某二", "name_mended"),
        ("psn_name", "样某一", "样", "name_changed"),
        ("gend", "1", "2", "mended"),
        ("relation", "之子", "户主", "head_changed"),
        ("relation", "之子", "之女婿", "relation_mended"),
        ("hh_no", "h1", "h2", "household_changed"),
        ("on_dibao", "0", "1", "dibao_on"),
        ("on_dibao", "1", "0", "dibao_off"),
        ("res_insured", "0", "1", "insured"),
        ("res_insured", "1", "0", "uninsured"),
        ("medical_aid", "0", "1", "aid"),
        ("safe_water", "0", "1", "mended_house"),
        ("unsafe_house", "1", "0", "mended_house"),
        ("unsafe_house", "0", "1", "house"),
        ("dis_level", None, "二级", "certificate"),
        ("net_income_pc", 100_00, 200_00, "income"),
        ("industry", None, "第一产业", "work"),
        ("mandarin", None, "1", "entered"),
        ("mandarin", "1", None, "emptied"),
        ("mandarin", "1", "0", "updated"),
    ],
)
def test_a_field_changes_for_a_reason(column: str, was: Any, becomes: Any, reason: str) -> None:
    found = members([one(**{column: was})], [one(**{column: becomes})])
    assert reasons(found) == [("changed", column, reason)]


def test_crossing_sixty_explains_another_ability_to_work() -> None:
    born = D(1966, 5, 1)
    found = members([one(labour="普通劳动力", brdy=born)], [one(labour="弱劳动力或半劳动力", brdy=born)])
    assert reasons(found) == [("changed", "labour", "age")]


def test_illness_explains_another_ability_to_work() -> None:
    found = members([one(labour="普通劳动力", health="健康")], [one(labour="丧失劳动力", health="患有大病")])
    assert sorted(reasons(found)) == [("changed", "health", "illness"), ("changed", "labour", "health")]


def test_another_head_is_one_thing_and_a_corrected_number_another() -> None:
    before = one(head_name="样甲", head_certno="990101196001010014")
    assert {
        r
        for _, _, r in reasons(
            members([before], [before | {"head_name": "样乙", "head_certno": "990101196501010017"}])
        )
    } == {"head_changed"}
    assert {
        r for _, _, r in reasons(members([before], [before | {"head_certno": "990101196001010022"}]))
    } == {"number_mended"}


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"brdy": D(2026, 5, 1)}, "birth"),
        ({"brdy": MARCH}, "moved_in"),
        ({"brdy": D(1995, 1, 1), "relation": "之儿媳"}, "marriage_in"),
        ({"brdy": None, "relation": "之儿媳"}, "moved_in"),
        ({"hh_no": "new"}, "household_came"),
    ],
)
def test_who_came_came_for_a_reason(person: dict[str, Any], reason: str) -> None:
    found = members([one()], [one(), one(member_no="2", **person)])
    assert reasons(found) == [("came", "", reason)]
    assert (found.changes[0].row_before, found.changes[0].row_after, found.changes[0].key) == (None, 4, "2")


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"brdy": D(1940, 1, 1)}, "death"),
        ({"brdy": D(2000, 1, 1), "relation": "之女"}, "marriage_out"),
        ({"brdy": D(1990, 1, 1)}, "moved_out"),
        ({"hh_no": "gone"}, "household_left"),
    ],
)
def test_who_left_left_for_a_reason(person: dict[str, Any], reason: str) -> None:
    found = members([one(), one(member_no="2", **person)], [one()])
    assert reasons(found) == [("left", "", reason)]
    assert (found.changes[0].sheet_before, found.changes[0].row_before, found.changes[0].row_after) == (
        "表1",
        4,
        None,
    )


def test_households_come_and_go() -> None:
    home = {"hh_no": "h1", "town": "样东镇"}
    new = {"hh_no": "h2", "risk_found": D(2026, 5, 1)}
    late = {"hh_no": "h3", "risk_found": D(2025, 5, 1)}
    found = households([home, {"hh_no": "h9"}], [home, new, late])
    assert reasons(found) == [("left", "", "gone"), ("came", "", "found"), ("came", "", "entered")]


def test_costs_and_people_explain_a_households_income() -> None:
    home = {
        "hh_no": "h1",
        "own_medical": 0,
        "reference_income": 100_00,
        "net_income": 100_00,
        "net_income_pc": 50_00,
        "hh_size": 2,
    }
    ill = home | {"own_medical": 10_00, "reference_income": 90_00}
    assert {r for _, _, r in reasons(households([home], [ill]))} == {"medical"}
    more = home | {"hh_size": 4, "net_income_pc": 25_00}
    assert {r for _, _, r in reasons(households([home], [more]))} == {"people"}
    cleared = home | {"risk_cleared": "1", "risk_cleared_on": D(2026, 5, 1), "clear_mode": "帮扶消除"}
    assert {r for _, _, r in reasons(households([home | {"risk_cleared": "0"}], [cleared]))} == {
        "risk_cleared"
    }
    sums = next(c for c in households([home], [ill]).changes if c.column == "own_medical")
    assert (sums.before, sums.after) == ("0.00", "10.00")


def test_work_is_counted_anew_with_a_new_year() -> None:
    rows = [one(work_months=9)], [one(work_months=1)]
    named = {"member_no", "work_months", *PERSON}
    found = compare_exports(
        export(MEMBERS, rows[0], D(2025, 12, 31), named), export(MEMBERS, rows[1], JUNE, named)
    )
    assert reasons(found) == [("changed", "work_months", "new_year")]


def test_a_person_under_another_number_is_found_by_identity() -> None:
    number = "990101199001010014"
    found = members([one(certno=number)], [one(member_no="77", certno=number)])
    assert reasons(found) == [("changed", "member_no", "renumbered")]
    assert found.by_identity == 1


def test_one_identity_number_twice_matches_nobody_and_is_told_as_renumbered() -> None:
    number = "990101199001010014"
    found = members(
        [one(certno=number)], [one(member_no="7", certno=number), one(member_no="8", certno=number)]
    )
    assert [r for _, _, r in reasons(found)] == ["renumbered"] * 3


def test_numbers_that_stand_twice_are_counted_and_left_out() -> None:
    found = members([one(), one()], [one()])
    assert (found.repeated, found.matched, reasons(found)) == ((2, 0), 0, [("came", "", "moved_in")])


def test_a_place_everybody_of_which_is_elsewhere_was_renamed() -> None:
    before = [one(member_no=str(n), village="旧村") for n in range(3)]
    after = [row | {"village": "新村"} for row in before]
    assert {r for _, _, r in reasons(members(before, after))} == {"renamed_place"}
    after[0]["village"] = "旧村"
    assert {r for _, _, r in reasons(members(before, after))} == {"moved"}


def test_names_used_for_each_other_are_one_place() -> None:
    before = [
        one(member_no="1", village="旧村"),
        one(member_no="2", village="新村"),
        one(member_no="3", village="旧村"),
    ]
    after = [
        one(member_no="1", village="新村"),
        one(member_no="2", village="旧村"),
        one(member_no="3", village="旧村"),
    ]
    assert {r for _, _, r in reasons(members(before, after))} == {"renamed_place"}


class Register:
    """A register of divisions that knows one rename."""

    def resolve(self, names: pa.Array, *, as_of: dt.date) -> pa.Array:
        assert as_of == JUNE
        codes = {"旧村": "990101001001", "新村": "990101001001", "别村": "990101001002"}
        return pa.array([codes.get(name) for name in names.to_pylist()], pa.string())


@pytest.mark.parametrize(
    ("village", "reason"), [("新村", "renamed_place"), ("别村", "moved"), ("无名村", "moved")]
)
def test_the_register_of_divisions_knows_a_rename_of_one_row(village: str, reason: str) -> None:
    rows = [one(village="旧村")], [one(village=village)]
    found = compare_exports(export(MEMBERS, rows[0], MARCH), export(MEMBERS, rows[1], JUNE), Register())  # type: ignore[arg-type]
    assert reasons(found) == [("changed", "village", reason)]


def test_a_column_of_one_export_only_is_named_and_not_compared() -> None:
    found = compare_exports(
        export(MEMBERS, [one()], MARCH), export(MEMBERS, [one(edu="小学", seq="1")], JUNE)
    )
    assert (found.changes, found.not_compared) == ((), ("文化程度",))


def test_what_identifies_somebody_is_masked() -> None:
    found = members([one(tel="13812345678", edu="小学")], [one(tel="13912345678", edu="初中")])
    shown = {c.column: (c.before, c.after) for c in (masked(c, KINDS[MEMBERS]) for c in found.changes)}
    assert shown == {"tel": ("138****5678", "139****5678"), "edu": ("小学", "初中")}
    came = members([], [one(tel="13812345678")]).changes[0]
    assert masked(came, KINDS[MEMBERS]) == came


def test_counts_by_reason_and_by_place() -> None:
    found = members([one(edu="小学"), one(member_no="2")], [one(edu="初中")])
    assert found.counts() == {("changed", "updated"): 1, ("left", "moved_out"): 1}
    assert exports_compared.by_place([found]) == {
        ("样东镇样东1村", "moved_out"): 1,
        ("样东镇样东1村", "updated"): 1,
    }


def test_no_line_of_the_table_is_dead() -> None:
    lines = [(r.kind, r.what, r.columns, r.code) for r in REASONS]
    assert len({(line, i) for i, line in enumerate(lines)}) == len(lines)
    for reason in REASONS:
        wild = [name for name in reason.columns if name.endswith("*")]
        for name in wild:
            assert any(c.name.startswith(name[:-1]) for kind in (MEMBERS, HOUSEHOLDS) for c in KINDS[kind]), (
                name
            )
        for name in set(reason.columns) - set(wild):
            assert any(
                name in KINDS[kind].by_name for kind in (MEMBERS, HOUSEHOLDS)
            ) or name in exports_compared.UNSAID | {"acct_name"}, name


# --- files -------------------------------------------------------------------------------------------------------


def reading(*exports: Export) -> FileReading:
    sheets = tuple(
        SheetReading(
            name=f"表{n}",
            kind=one.kind,
            header_rows=(1,),
            mapping=tuple(
                Mapped(i, name, name, "exact") for i, name in enumerate(sorted(one.columns), start=1)
            ),
            unit="",
            table=one.table,
            refused=(),
            left_out=(),
            problems=(),
            rows_in=one.table.num_rows,
        )
        for n, one in enumerate(exports, start=1)
    )
    return FileReading(Workbook("导出.xlsx", "0" * 64, "xlsx", ()), sheets)


def test_all_sheets_of_a_kind_are_one_export() -> None:
    rows = [one(member_no="1")], [one(member_no="2")]
    found = exports_of(reading(*(export(MEMBERS, r, JUNE) for r in rows)), JUNE)
    assert found.keys() == {MEMBERS}
    assert found[MEMBERS].sheets == ("表1", "表2")


def test_every_kind_that_both_files_hold_is_compared() -> None:
    both = [export(MEMBERS, [one()], JUNE), export(HOUSEHOLDS, [{"hh_no": "h1"}], JUNE)]
    found = compare_files(reading(*both), reading(*both), first=MARCH, last=JUNE)
    assert [(c.kind, c.matched, c.changes) for c in found] == [(MEMBERS, 1, ()), (HOUSEHOLDS, 1, ())]


def test_files_that_cannot_be_compared_are_refused() -> None:
    member, household = export(MEMBERS, [one()], JUNE), export(HOUSEHOLDS, [{"hh_no": "h1"}], JUNE)
    with pytest.raises(InputFault, match="不是监测系统的导出"):
        exports_of(reading(), JUNE)
    with pytest.raises(InputFault, match="同一种"):
        compare_files(reading(member), reading(household), first=MARCH, last=JUNE)
    with pytest.raises(InputFault, match="早于"):
        compare_files(reading(member), reading(member), first=JUNE, last=JUNE)


# --- at random ---------------------------------------------------------------------------------------------------

_numbers = st.sampled_from(["1", "2", "3", "4", None])
_ids = st.sampled_from(["990101199001010014", "990101199001010022", None, None])
_rows = st.lists(
    st.fixed_dictionaries(
        {"member_no": _numbers, "certno": _ids, "hh_no": st.sampled_from(["h1", "h2", None]), "edu": st.sampled_from(["小学", "初中", None, ""]), "brdy": st.sampled_from([D(1940, 1, 1), D(2026, 5, 1), None]), "village": st.sampled_from(["甲村", "乙村"])}
    ),
    max_size=6,
)  # fmt: skip


@given(before=_rows, after=_rows)
def test_every_row_is_matched_came_left_or_repeated(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    found = members([PERSON | row for row in before], [PERSON | row for row in after])
    came = sum(c.what == "came" for c in found.changes)
    left = sum(c.what == "left" for c in found.changes)
    assert len(before) == found.matched + left + found.repeated[0]
    assert len(after) == found.matched + came + found.repeated[1]
    assert found.same == found.matched - len({c.row_after for c in found.changes if c.what == "changed"})
    back = members([PERSON | row for row in after], [PERSON | row for row in before])
    told = {
        (c.key, c.column, c.before, c.after)
        for c in found.changes
        if c.what == "changed" and c.column != "member_no"
    }
    turned = {
        (c.key, c.column, c.after, c.before)
        for c in back.changes
        if c.what == "changed" and c.column != "member_no"
    }
    if found.by_identity == 0:
        assert told == turned
