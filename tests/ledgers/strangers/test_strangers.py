"""Workbooks of other shapes than the product's own: read after at most a confirmed column, kind or letter.

Each shape's truth is written beside it. Rows must add up and each must go where its truth says; every bad cell must be
told and no other; every value put down must be read so.
"""

from __future__ import annotations

import pytest

from tests.ledgers.strangers import (
    shapes_cells,
    shapes_files,
    shapes_headers,
    shapes_last,
    shapes_layouts,
    shapes_more,
    shapes_odd,
)
from tests.ledgers.strangers.judged import CASES, Case, Verdict, judge
from tests.ledgers.strangers.page import Page
from tests.ledgers.strangers.people import people
from tests.ledgers.strangers.written import xlsx

SHAPES = (shapes_cells, shapes_files, shapes_headers, shapes_layouts, shapes_more, shapes_odd, shapes_last)


@pytest.fixture(scope="module")
def verdicts(kinds) -> dict[str, Verdict]:
    return {one.name: judge(one, kinds) for one in CASES}


@pytest.mark.parametrize("name", [one.name for one in CASES])
def test_a_workbook_of_another_shape_is_read_as_it_was_meant(name: str, verdicts) -> None:
    assert verdicts[name].faults == []


def test_over_all_shapes_bad_cells_are_found_and_clean_ones_kept(verdicts) -> None:
    right, false, missed, changed = (
        sum(getattr(one, what) for one in verdicts.values())
        for what in ("right", "false", "missed", "changed")
    )
    assert len(verdicts) == len(CASES) >= 30
    assert right >= 150
    assert right >= 0.99 * (right + missed)
    assert right >= 0.99 * (right + false)
    assert changed == 0


def test_every_shape_has_people_of_the_sample_area_only(verdicts) -> None:
    everybody = {number for one in verdicts.values() for number in one.people}
    assert len(everybody) > 300
    assert all(number.startswith("990101") for number in everybody)


def test_a_reading_that_is_wrong_is_found_out(kinds) -> None:
    def make():
        page = Page("低保", "dibao")
        page.head("序号", "姓名", "身份证号", "月保障金额")
        for i, who in enumerate(people(5)):
            page.put(
                [i, who.name, who.certno, "五百左右" if i == 2 else 500],
                psn_name=who.name + "样",
                certno=who.certno,
            )
        page.leave("合计", "合计", None, None, 2500)
        page.left[7] = "小计"
        page.headers = [2]
        return xlsx(page), [page]

    verdict = judge(Case("wrong", "低保.xlsx", make), kinds)
    assert (verdict.false, verdict.missed, verdict.changed) == (1, 0, 5)
    assert any("header" in fault for fault in verdict.faults)
    assert any("not 小计" in fault for fault in verdict.faults)
