"""Kinds from folders: the shipped ones and a county's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.common.errors import DoudiError, Faults, InputFault
from doudi.policy.ledgers.load import check_alone, kind_named, kinds
from doudi.policy.library import check
from doudi.policy.text import read_document
from tests.policy.ledgers.declared import COMMON, KIND, changed, kind_of
from tests.policy.ledgers.test_build import EXTENSION


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A folder of policies with one kind."""
    folder = tmp_path / "policies"
    (folder / "settlement").mkdir(parents=True)
    (folder / "ledgers").mkdir()
    (folder / "ledgers" / "common.yaml").write_text(COMMON, encoding="utf-8")
    (folder / "ledgers" / "a-loans.yaml").write_text(KIND, encoding="utf-8")
    return folder


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county's own folder, empty."""
    folder = tmp_path / "ledgers.d"
    folder.mkdir()
    return folder


def test_kinds_are_read_with_the_columns_they_share(policies: Path) -> None:
    assert kinds(policies) == {"loans": kind_of()}


def test_a_county_adds_a_kind_and_to_a_kind_in_its_own_folder(policies: Path, county: Path) -> None:
    own = changed("zh: 小额信贷", "zh: 互助资金", changed("name: loans", "name: mutual_aid"))
    (county / "mutual.yaml").write_text(own, encoding="utf-8")
    (county / "loans.yaml").write_text(EXTENSION, encoding="utf-8")
    found = kinds(policies, county, county / "not-there")
    assert list(found) == ["loans", "mutual_aid"]
    assert found["loans"].sender == "县金融办"
    assert found["mutual_aid"].sender == "县农业农村局"


def test_a_county_may_share_columns_of_its_own(policies: Path, county: Path) -> None:
    text = COMMON.replace("psn_name, zh: 姓名", "borrower, zh: 借款人").replace("[人员姓名]", "[借款人姓名]")
    (county / "common.yaml").write_text(text, encoding="utf-8")
    own = changed("{common: psn_name}", "{common: borrower}", changed("name: loans", "name: others"))
    (county / "others.yaml").write_text(own, encoding="utf-8")
    assert kinds(policies, county)["others"]["borrower"].zh == "借款人"


def test_the_faults_of_all_files_are_told_at_once(policies: Path, county: Path) -> None:
    (county / "b.yaml").write_text(changed("since: lent_on", "since: lent"), encoding="utf-8")
    (county / "c.yaml").write_text("a: [1", encoding="utf-8")
    with pytest.raises(Faults) as caught:
        kinds(policies, county)
    assert ["b.yaml" in str(fault) for fault in caught.value.faults] == [True, False]
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("name", ["dibao", "低保对象", "低保"])
def test_a_kind_is_meant_by_its_name_its_title_or_a_part_of_it(name: str) -> None:
    assert kind_named(name, kinds()).name == "dibao"


def test_a_name_that_means_none_or_several_lists_what_there_is() -> None:
    known = kinds()
    with pytest.raises(InputFault, match="没有“dibo”这类台账") as none:
        kind_named("dibo", known)
    assert "dibao" in (none.value.do or "")
    with pytest.raises(InputFault, match="“人口”可指 2 类台账") as several:
        kind_named("人口", known)
    assert "residents（常住人口）" in (several.value.allowed or "")
    with pytest.raises(InputFault):
        kind_named("", known)


def test_a_file_is_checked_by_itself(tmp_path: Path, policies: Path, county: Path) -> None:
    assert check(policies / "ledgers" / "common.yaml") == ()
    assert check(policies / "ledgers" / "a-loans.yaml") == ()
    slip = county / "loans.yaml"
    slip.write_text(
        KIND.replace("common: grade", "common: memo").replace("since: lent_on", "since: lent"),
        encoding="utf-8",
    )
    assert ["lent" in str(fault) for fault in check(slip)][-1]
    slip.write_text(EXTENSION, encoding="utf-8")
    assert "没有可以补充的“loans”" in str(check(slip)[0])
    twice = county / "dibao.yaml"
    twice.write_text(
        changed("name: loans", "name: dibao").replace(
            "{common: grade}", "{name: grade, zh: 等级, en: grade, values: [一级]}"
        ),
        encoding="utf-8",
    )
    assert "已有名为 dibao 的台账" in str(check(twice)[0])


def test_a_file_of_another_kind_is_refused(county: Path) -> None:
    path = county / "x.yaml"
    path.write_text("doudi: settlement/1\n", encoding="utf-8")
    with pytest.raises(DoudiError, match="这是结算政策，这里要的是台账类别"):
        check_alone(read_document(path))
