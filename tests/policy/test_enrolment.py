"""Premiums, subsidies, special groups and targets: dated, with their documents, a place's own before the nation's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from doudi.common.errors import DoudiError, PolicyFault
from doudi.policy.enrolment import Enrolment, EnrolmentFile, enrolment, read_enrolment
from doudi.policy.faults import each
from doudi.policy.library import check
from doudi.policy.text import parse_document

NATION = """\
doudi: enrolment/1
place: 国家
zh: 筹资
source: {document: 通知, number: 试发〔2024〕1号, issuer: 某部, confirmed: false}
premiums:
  - {coverage_year: 2025, own: 400, fiscal: 670, notice: "2024"}
  - {coverage_year: 2026, own: null}
subsidies:
  - {category: 特困, from: 2022, full: true}
  - {category: 低保, from: 2022, amount: null}
groups: [{from: 2022-01-01, groups: [特困, 低保]}]
targets:
  - {name: participation, zh: 参保率, share: 98%, words: 未写明, from: 2023-01-01}
  - {name: special_groups, zh: 特殊人群参保率, of: special, share: 100%, denominator: whole, words: 困难群众, from: 2023-01-01}
newborn_days: [{from: 2021-01-01, value: 90}]
collection_month: [{from: 2021-01-01, value: 9}]
"""
PLACE = """\
doudi: enrolment/1
place: 试县
zh: 试县资助
source: {document: 试县通知, confirmed: true}
premiums: [{coverage_year: 2025, own: 390, confirmed: true}]
subsidies: [{category: 低保, from: 2025, to: 2025, amount: 320.5}]
groups: [{from: 2024-01-01, to: 2024-12-31, groups: [特困]}]
targets: [{name: participation, zh: 参保率, share: 98.5%, words: 户籍人口, from: 2025-01-01}]
newborn_days: [{from: 2025-01-01, value: 180}]
"""
DAY = dt.date(2026, 6, 30)


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A folder of policies with a nation and a place."""
    (tmp_path / "settlement").mkdir()
    for name, text in (("nation", NATION), ("shi", PLACE)):
        (tmp_path / "parameters" / name).mkdir(parents=True)
        (tmp_path / "parameters" / name / "enrolment.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def rules(policies: Path) -> Enrolment:
    """The place's rules, by its folder."""
    return enrolment(policies, "shi")


def changed(old: str, new: str) -> str:
    """The nation's file with one place changed."""
    assert NATION.count(old) == 1, old
    return NATION.replace(old, new)


def told(text: str) -> list[str]:
    """What is said of a file, with the line."""
    with pytest.raises(DoudiError) as caught:
        read_enrolment(parse_document(text, Path("enrolment.yaml")))
    return [f"{(fault.where or '').split(' ', 1)[1]} {fault.what}" for fault in each(caught.value)]


def test_a_place_is_meant_by_its_name_or_its_folder(policies: Path) -> None:
    assert enrolment(policies, "试县") == enrolment(policies, "shi")
    with pytest.raises(PolicyFault, match="没有“试县镇”的参保政策") as caught:
        enrolment(policies, "试县镇")
    assert caught.value.do == "是否想写 试县"


def test_a_premium_hangs_on_the_coverage_year_not_on_the_notice(policies: Path) -> None:
    nation = enrolment(policies, "国家")
    found = nation.premium(2025)
    assert found is not None
    assert (found.own_fen, found.fiscal_fen) == (40_000, 67_000)
    assert found.source.cite() == "某部《通知》（试发〔2024〕1号）"
    assert nation.premium_fen(2024) is None
    assert nation.premium(2024) is None


def test_what_is_not_known_stays_empty(rules: Enrolment) -> None:
    assert rules.premium(2026) is not None
    assert rules.premium_fen(2026) is None


def test_a_place_s_own_goes_before_the_nation_s(rules: Enrolment) -> None:
    assert rules.premium_fen(2025) == 39_000
    assert rules.newborn_days(DAY) is not None
    assert getattr(rules.newborn_days(DAY), "number", 0) == 180
    assert getattr(rules.newborn_days(dt.date(2024, 12, 31)), "number", 0) == 90
    assert getattr(rules.collection_month(DAY), "number", 0) == 9
    assert getattr(rules.collection_month(DAY), "confirmed", None) is False
    assert rules.collection_month(dt.date(2020, 12, 31)) is None


def test_subsidies_are_the_place_s_of_the_year_and_the_nation_s_of_the_rest(rules: Enrolment) -> None:
    assert rules.categories(2025) == ("低保", "特困")
    dibao, tekun = rules.subsidy("低保", 2025), rules.subsidy("特困", 2025)
    assert dibao is not None
    assert (dibao.full, dibao.amount_fen, dibao.confirmed, dibao.document) == (
        False,
        32_050,
        True,
        "《试县通知》",
    )
    assert tekun is not None
    assert (tekun.full, tekun.amount_fen, tekun.confirmed) == (True, None, False)
    later = rules.subsidy("低保", 2026)
    assert later is not None
    assert later.amount_fen is None
    assert rules.subsidy("孤儿", 2026) is None
    assert rules.categories(2021) == ()


def test_groups_and_targets_are_those_of_the_day(rules: Enrolment) -> None:
    assert rules.groups(dt.date(2024, 12, 31)) == ("特困",)
    assert rules.groups(dt.date(2025, 1, 1)) == ("特困", "低保")
    assert rules.groups(dt.date(2021, 12, 31)) == ()
    participation, special = rules.targets(DAY)
    assert (participation.share, participation.group, participation.words) == (9850, "", "户籍人口")
    assert (participation.confirmed, participation.document) == (True, "《试县通知》")
    assert (special.share, special.group, special.denominator) == (10_000, "special", "whole")
    assert [target.share for target in rules.targets(dt.date(2024, 12, 31))] == [9800, 10_000]


def test_what_follows_upon_what_ended_is_no_overlap() -> None:
    later = "groups: [{from: 2022-01-01, to: 2024-12-31, groups: [特困]}, {from: 2025-01-01, groups: [低保]}]"
    text = changed("groups: [{from: 2022-01-01, groups: [特困, 低保]}]", later)
    file = read_enrolment(parse_document(text, Path("enrolment.yaml")))
    rules = Enrolment("国家", (file,))
    assert rules.groups(dt.date(2024, 12, 31)) == ("特困",)
    assert rules.groups(dt.date(2025, 1, 1)) == ("低保",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("coverage_year: 2026", "coverage_year: 2025", "第 7 行 premiums.第2项.coverage_year：参保年度 2025 写了两次"),
        ("coverage_year: 2026", "coverage_year: 26", "第 7 行 premiums.第2项.coverage_year：“26”不是参保年度"),
        ("own: 400", "own: 四百", "第 6 行 premiums.第1项.own："),
        ("full: true", "full: true, amount: 400", "第 9 行 subsidies.第1项：full 与 amount 不能同时写"),
        ("{category: 低保, from: 2022", "{category: 特困, from: 2024", "第 10 行 subsidies.第2项：“特困”的资助年度重叠"),
        ("{category: 低保, from: 2022", "{category: 低保, from: 2022, to: 2021", "第 10 行 subsidies.第2项.to：to 早于 from"),
        ("name: special_groups", "name: participation", "第 14 行 targets.第2项：有效期重叠"),
        ("share: 98%", "share: 98.123%", "第 13 行 targets.第1项.share：比例 98.123% 的小数位过多"),
        ("share: 98%", "share: 198%", "第 13 行 targets.第1项.share：比例 198% 超出范围"),
        ("value: 9}]", "value: 13}]", "第 16 行 collection_month.第1项.value：“13”不是月份"),
        ("value: 90}]", "value: 90}, {from: 2022-01-01, value: 60}]", "第 15 行 newborn_days.第2项：有效期重叠"),
        ("groups: [特困, 低保]", "groups: []", "第 11 行 groups.第1项.groups：项数太少"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line(old: str, new: str, said: str) -> None:
    found = told(changed(old, new))
    assert len(found) == 1
    assert found[0].startswith(said)


def test_the_faults_of_all_places_are_told_at_once(policies: Path) -> None:
    for name in ("nation", "shi"):
        path = policies / "parameters" / name / "enrolment.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("zh: ", "zhh: ", 1), encoding="utf-8")
    with pytest.raises(DoudiError) as caught:
        enrolment(policies, "shi")
    assert len(each(caught.value)) == 4


@pytest.mark.parametrize("place", ["国家", "示例县"])
def test_the_shipped_rules_confirm_nothing_and_guess_no_sum_for_2026(place: str) -> None:
    rules = enrolment(None, place)
    assert rules.premium_fen(2026) is None
    assert rules.premium_fen(2025) == 40_000
    assert [subsidy.amount_fen for subsidy in rules.subsidies(2026).values()].count(None) == len(
        rules.categories(2026)
    )
    assert not any(subsidy.confirmed or not subsidy.document for subsidy in rules.subsidies(2026).values())
    assert {target.name: target.share for target in rules.targets(DAY)} == {
        "participation": 9800,
        "special_groups": 10_000,
    }
    assert {"特困", "低保", "脱贫不稳定户"} <= set(rules.groups(DAY))


@pytest.mark.parametrize("place", ["nation", "shili"])
def test_a_shipped_file_is_right_by_itself(place: str) -> None:
    folder = Path(__file__).parents[2] / "policies" / "parameters"
    assert check(folder / place / "enrolment.yaml") == ()


def test_the_manual_s_example_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy-language.md").read_text(encoding="utf-8")
    example = page.split("## 9. Enrolment")[1].split("```")[1]
    file = read_enrolment(parse_document(example, Path("enrolment.yaml")))
    assert Enrolment("试县", (file,)).premium_fen(2025) == 40_000
    assert [
        f"`{key}`" in page
        for key in EnrolmentFile.model_fields
        if key not in ("doudi", "place", "zh", "source")
    ] == [True] * 6
