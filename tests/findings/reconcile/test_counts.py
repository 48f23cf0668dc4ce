"""Rates with their denominators, counts by village, lists of persons."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from doudi.findings.reconcile import FLAGS, STATES, Rate, Rules, Target, by_place, listed, rates
from doudi.findings.reconcile.places import place_table
from doudi.findings.reconcile.run import PEOPLE

TARGETS = (Target("参保率", False, 9_800), Target("特殊人群参保率", True, 10_000))


def people(*rows: dict[str, Any]) -> pa.Table:
    whole = {"flags": [], "groups": [], "schemes": [], "evidence": [], "in_hukou": True, "in_residence": True}
    filled = [{"person_id": n, "state": "unknown"} | whole | row for n, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in PEOPLE.names} for row in filled], schema=PEOPLE
    )


def rate(table: pa.Table, base: str, denominator: str) -> tuple[int, int]:
    found = next(r for r in rates(table, Rules(2026)) if (r.base, r.denominator) == (base, denominator))
    return found.insured, found.of


def test_everybody_once_in_each_state() -> None:
    table = people(*({"state": name, "groups": ["低保"]} for name in STATES))
    assert rate(table, "hukou", "whole") == (4, 12)
    assert rate(table, "hukou", "due") == (4, 9)
    assert rate(table, "residents", "due") == (4, 9)
    assert rate(table, "special", "whole") == (6, 12)


def test_the_two_bases_count_different_people() -> None:
    table = people(
        {"state": "insured_paid", "in_residence": False},
        {"state": "unknown", "in_hukou": False},
        {"state": "insured_paid", "in_hukou": False, "in_residence": False, "groups": ["低保"]},
    )
    assert rate(table, "hukou", "due") == (1, 1)
    assert rate(table, "residents", "due") == (0, 1)
    assert rate(table, "special", "whole") == (0, 0)


@pytest.mark.parametrize(
    ("insured", "of", "share", "met"),
    [(98, 100, 9_800, True), (97_999, 100_000, 9_799, False), (0, 0, None, None), (1, 1, 10_000, True)],
)
def test_a_share_is_cut_off_never_rounded_up(
    insured: int, of: int, share: int | None, met: bool | None
) -> None:
    one = Rate("hukou", "due", of, insured, TARGETS[0])
    assert (one.share, one.met) == (share, met)


def test_a_target_is_held_against_the_denominator_it_names() -> None:
    table = people({"state": "insured_paid", "groups": ["低保"]})
    named = {
        (r.base, r.denominator): r.target and r.target.name
        for r in rates(table, Rules(2026, targets=TARGETS))
    }
    assert named == {
        ("hukou", "whole"): None,
        ("hukou", "due"): "参保率",
        ("residents", "whole"): None,
        ("residents", "due"): "参保率",
        ("special", "whole"): "特殊人群参保率",
    }


def test_a_rate_says_in_words_what_it_counts() -> None:
    zh, en = Rate("residents", "due", 1, 1).words
    assert "常住人口" in zh
    assert "现役军人" in zh
    assert "residents" in en


def test_counts_by_village_add_up() -> None:
    rows = [
        {"state": "unknown", "village": "v1", "township": "t1", "flags": ["paid_twice", "short_paid"]},
        {"state": "unknown", "village": "v1", "township": "t1", "flags": ["paid_twice"]},
        {"state": "dead", "village": "v2", "township": "t1"},
        {"state": "refused", "village": None, "township": "t1"},
        {"state": "refused"},
    ]
    told = by_place(people(*rows)).to_pylist()
    assert [(r["township"], r["village"], r["people"]) for r in told] == [
        ("t1", "v1", 2), ("t1", "v2", 1), ("t1", None, 1), (None, None, 1),
    ]  # fmt: skip
    assert (told[0]["unknown"], told[0]["paid_twice"], told[0]["short_paid"], told[1]["dead"]) == (2, 2, 1, 1)
    assert sum(r[name] for r in told for name in STATES) == len(rows)
    assert set(FLAGS) <= set(told[0])
    assert [r["hukou_due"] for r in told] == [2, 0, 1, 1]


def test_nobody_gives_no_places() -> None:
    assert by_place(PEOPLE.empty_table()).num_rows == 0


def test_a_list_is_of_one_state_or_flag_and_place_in_order() -> None:
    table = people(
        {"village": "v2", "township": "t1", "flags": ["paid_twice"]},
        {"village": "v1", "township": "t1", "flags": ["paid_twice"]},
        {"village": "v1", "township": "t2", "state": "dead"},
    )
    assert listed(table, flag="paid_twice")["person_id"].to_pylist() == [2, 1]
    assert listed(table, state="unknown", village="v2")["person_id"].to_pylist() == [1]
    assert listed(table, township="t2")["person_id"].to_pylist() == [3]
    assert listed(table)["person_id"].to_pylist() == [2, 1, 3]


def test_a_place_is_walked_up_to_its_village_and_township() -> None:
    rows = [
        ("c", "county", None),
        ("t", "township", "c"),
        ("v", "village", "t"),
        ("n", "natural_village", "v"),
    ]
    rows += [("a", "natural_village", "b"), ("b", "natural_village", "a")]  # a register that leads in a ring
    columns = [list(column) for column in zip(*rows, strict=True)]
    at = {
        r["code"]: (r["village"], r["township"])
        for r in place_table(pa.table(columns, ["code", "level", "parent"])).to_pylist()
    }
    assert at == {
        "c": (None, None),
        "t": (None, "t"),
        "v": ("v", "t"),
        "n": ("v", "t"),
        "a": (None, None),
        "b": (None, None),
    }
