"""Ledgers written by hand and drawn at random, as rows and as the tables that the register's views hand over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from doudi.findings.reconcile import Rules, Subsidy

Rows = dict[str, list[dict[str, Any]]]
AS_OF = dt.date(2026, 6, 30)
D = dt.date
PREMIUM = 40_000
RULES = Rules(
    2026,
    PREMIUM,
    {
        "特困": Subsidy(full=True),
        "低保": Subsidy(amount_fen=20_000),
        "低保边缘": Subsidy(amount_fen=10_000),
        "脱贫人口": Subsidy(amount_fen=None),
        "重度残疾": Subsidy(amount_fen=0),
    },
    ("特困", "低保", "低保边缘", "脱贫人口", "重度残疾", "边缘易致贫户"),
)
"""Figures made up for tests: one category of each kind that a county may decide on."""

_TEXT, _INT, _DATE = pa.string(), pa.int64(), pa.date32()
_ROW = {"entry_id": _INT, "person_id": _INT}
_SPAN = {"valid_from": _DATE, "valid_to": _DATE}
_INSURED = {"psn_insu_stas": _TEXT, "psn_insu_date": _DATE, "paus_insu_date": _DATE}
_TAG = _ROW | {"household_id": _INT, "tag": _TEXT, "level": _TEXT} | _SPAN
COLUMNS: Mapping[str, Mapping[str, pa.DataType]] = {
    "persons": {"person_id": _INT, "born": _DATE, "household_id": _INT, "division": _TEXT, "merged_into": _INT},
    "memberships": _ROW | {"household_id": _INT, "why": _TEXT},
    "tags": _TAG,
    "tags_before": _TAG,
    "population": _ROW | {"division": _TEXT, "hsreg_stas": _TEXT, "cancel_date": _DATE, "cancel_why": _TEXT},
    "residents": _ROW | {"division": _TEXT, "whereabouts": _TEXT, "resident_type": _TEXT},
    "resident_insurance": _ROW | {"division": _TEXT, "insu_year": _INT, "insu_admdvs": _TEXT, "clct_flag": _TEXT} | _INSURED,
    "employee_insurance": _ROW | {"emp_name": _TEXT} | _INSURED,
    "premium_payments": _ROW | {"insu_year": _INT, "pay_amt_fen": _INT, "pay_date": _DATE},
    "uninsured": _ROW | {"insu_year": _INT, "reason": _TEXT, "elsewhere_place": _TEXT, "elsewhere_scheme": _TEXT},
    "special_groups": _ROW | {"category": _TEXT} | _SPAN,
    "special_groups_before": _ROW | {"category": _TEXT} | _SPAN,
    "enrolment_subsidies": _ROW | {"insu_year": _INT, "subsidy_amt_fen": _INT},
    "deaths": _ROW | {"death_date": _DATE},
}  # fmt: skip


def arrow(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pa.Table]:
    """Tables as the views hand them over; a column that a row does not give is empty."""
    return {
        name: pa.table(
            {
                column: pa.array([row.get(column) for row in listed], kind)
                for column, kind in COLUMNS[name].items()
            }
        )
        for name, listed in rows.items()
    }


# --- at random --------------------------------------------------------------------------------------------------

_days = st.sampled_from(
    [
        None,
        D(2024, 12, 31),
        D(2025, 12, 31),
        D(2026, 1, 1),
        D(2026, 3, 5),
        D(2026, 6, 29),
        D(2026, 6, 30),
        D(2026, 7, 1),
    ]
)
_years = st.sampled_from([2026, 2026, 2026, 2025, None])
_places = st.sampled_from([None, "990101001001", "990101001002", "990101002001", "990101003"])
_sums = st.sampled_from([PREMIUM, PREMIUM, 20_000, 10_000, 0, -PREMIUM, None])
_insured = {
    "psn_insu_stas": st.sampled_from([None, "", "正常参保", "正常参保", "暂停参保", "终止参保"]),
    "psn_insu_date": _days,
    "paus_insu_date": st.one_of(st.none(), _days),
}
_span = {"valid_from": _days, "valid_to": st.one_of(st.none(), _days)}
_tags = st.sampled_from(
    [
        "现役军人",
        "服刑",
        "境外",
        "外地学生",
        "空挂户",
        "务工外出",
        "特困",
        "低保",
        "低保边缘",
        "脱贫人口",
        "残疾",
        "重度残疾",
        "边缘易致贫户",
    ]
)
_levels = st.sampled_from([None, "", "肢体一级", "精神二级", "视力三级", "一级残疾"])
_of_a_person = {
    "memberships": {
        "household_id": st.sampled_from([None, 1]),
        "why": st.sampled_from(["move", "birth", None]),
    },
    "tags": {"household_id": st.none(), "tag": _tags, "level": _levels} | _span,
    "tags_before": {"household_id": st.none(), "tag": _tags, "level": _levels} | _span,
    "population": {
        "division": _places,
        "hsreg_stas": st.sampled_from(
            [None, "", "正常", "正常", "迁出", "死亡注销", "参军注销", "出国注销", "其他注销"]
        ),
        "cancel_date": st.one_of(st.none(), st.none(), _days),
        "cancel_why": st.sampled_from([None, "死亡", "迁出", "参军", "出国", "重户"]),
    },
    "residents": {
        "division": _places,
        "whereabouts": st.sampled_from([None, "", "在家", "外出务工", "空挂户", "死亡", "迁出", "其他"]),
        "resident_type": st.sampled_from([None, "户籍常住", "户籍外出"]),
    },
    "resident_insurance": {
        "division": _places,
        "insu_year": _years,
        "insu_admdvs": st.sampled_from([None, "", "990101", "990201"]),
        "clct_flag": st.sampled_from([None, "", "已缴费", "未缴费"]),
    }
    | _insured,
    "employee_insurance": {"emp_name": st.sampled_from([None, "", "甲厂", "乙厂"])} | _insured,
    "premium_payments": {"insu_year": _years, "pay_amt_fen": _sums, "pay_date": _days},
    "uninsured": {
        "insu_year": _years,
        "reason": st.sampled_from(
            [
                None,
                "死亡",
                "迁出",
                "参军",
                "服刑",
                "境外",
                "外地就学",
                "外地务工",
                "外地参保",
                "参加职工医保",
                "新生儿",
                "空挂户",
                "拒绝参保",
                "经济困难",
                "其他",
            ]
        ),
        "elsewhere_place": st.sampled_from([None, "", "外地某市"]),
        "elsewhere_scheme": st.sampled_from([None, "职工"]),
    },
    "special_groups": {"category": st.sampled_from(["特困", "低保", "脱贫人口", "其他", None])} | _span,
    "special_groups_before": {"category": st.sampled_from(["特困", "低保", "重度残疾"])} | _span,
    "enrolment_subsidies": {"insu_year": _years, "subsidy_amt_fen": _sums},
    "deaths": {"death_date": _days},
}
_born = st.sampled_from(
    [None, D(1950, 2, 3), D(2026, 4, 1), D(2026, 4, 2), D(2026, 3, 31), D(2026, 6, 30), D(2026, 7, 1)]
)


@st.composite
def ledgers(draw: st.DrawFn, people: int = 6, least: int = 1) -> Rows:
    """Ledgers of a few people in which everything may contradict everything."""
    rows: Rows = {name: [] for name in COLUMNS}
    entry = 0
    for person in range(1, draw(st.integers(least, people)) + 1):
        rows["persons"].append(
            {
                "person_id": person,
                "born": draw(_born),
                "household_id": draw(st.sampled_from([None, 1, 2])),
                "division": draw(_places),
                "merged_into": draw(st.sampled_from([None, None, None, 1])) if person > 1 else None,
            }
        )
        for name in draw(st.lists(st.sampled_from(sorted(_of_a_person)), max_size=6)):
            entry += 1
            one = {column: draw(values) for column, values in _of_a_person[name].items()}
            # The same row seen on two days is one entry; a tag noted by hand has none; some rows are nobody's.
            number = draw(st.sampled_from([entry, entry, entry, entry, max(entry - 1, 1), None]))
            owner = draw(st.sampled_from([person, person, person, person, person, None]))
            rows[name].append({"entry_id": number, "person_id": owner} | one)
    for household in draw(st.lists(st.sampled_from([1, 2]), max_size=2)):
        entry += 1
        one = {column: draw(values) for column, values in _of_a_person["tags"].items()}
        rows[draw(st.sampled_from(["tags", "tags_before"]))].append(
            one | {"entry_id": entry, "person_id": None, "household_id": household}
        )
    return rows


rules = st.builds(
    Rules,
    coverage_year=st.sampled_from([2026, 2026, 2025]),
    premium_fen=st.sampled_from([PREMIUM, None]),
    subsidies=st.sampled_from([RULES.subsidies, {}, {"低保": Subsidy(amount_fen=20_000)}]),
    groups=st.sampled_from([RULES.groups, ()]),
    newborn_days=st.sampled_from([90, 0, 28]),
)
