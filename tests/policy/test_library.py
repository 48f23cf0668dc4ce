"""The policies at hand: found by place, folder, id or file; counted; checked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from doudi.common.errors import InputFault, PolicyFault
from doudi.policy.library import Counts, check, count, find_policy, is_file, locate, packs, root
from tests.policy.test_cases import CASE
from tests.policy.writing import PACK, changed, pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three policies: two of one place, one of another, and one that is no YAML."""
    settlement = tmp_path / "settlement"
    for name, old, new in (
        ("shili/resident", "id: shi\n", "id: shi-resident\n"),
        ("shili/older", "id: shi\nzh: 试行政策\nplace: 示例县\nfrom: 2024-01-01\nto: 2026-12-31", "id: shi-older\nzh: 旧政策\nplace: 示例县\nfrom: 2020-01-01\nto: 2023-12-31"),
        ("bieshi/resident", "id: shi\nzh: 试行政策\nplace: 示例县", "id: bie-resident\nzh: 别市居民\nplace: 别市"),
    ):  # fmt: skip
        path = settlement / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed(old, new), encoding="utf-8")
    (settlement / "bieshi" / "broken.yaml").write_text("a: [1", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("shi-resident", "shi-resident"),
        ("shili/resident", "shi-resident"),
        ("bie-resident", "bie-resident"),
        ("bieshi/resident", "bie-resident"),
        ("别市", "bie-resident"),
        ("别", "bie-resident"),
        ("居民", "bie-resident"),
        ("旧政策", "shi-older"),
    ],
)
def test_a_policy_is_found_by_id_folder_place_or_title(folder: Path, name: str, found: str) -> None:
    assert locate(name, folder).said("id") == found


def test_an_id_goes_before_a_place_and_a_place_before_a_part_of_one(folder: Path) -> None:
    path = folder / "settlement" / "x.yaml"
    path.write_text(
        changed("id: shi\nzh: 试行政策\nplace: 示例县", "id: other\nzh: 别市\nplace: 大别市"),
        encoding="utf-8",
    )
    assert locate("别市", folder).said("id") == "bie-resident"
    path.write_text(changed("place: 示例县", "place: shi-older"), encoding="utf-8")
    assert locate("shi-older", folder).said("zh") == "旧政策"


def test_a_place_with_several_policies_lists_them(folder: Path) -> None:
    for name in ("示例县", "shili", "示例"):
        with pytest.raises(PolicyFault, match="有 2 套政策") as caught:
            locate(name, folder)
        assert "shi-resident" in (caught.value.allowed or "")
        assert "shi-older" in (caught.value.allowed or "")
        assert "bie" not in (caught.value.allowed or "")


def test_of_several_the_one_in_force_on_the_day_is_taken(folder: Path) -> None:
    assert locate("示例县", folder, dt.date(2023, 12, 31)).said("id") == "shi-older"
    assert locate("示例县", folder, dt.date(2024, 1, 1)).said("id") == "shi-resident"
    with pytest.raises(PolicyFault, match="有 2 套政策"):
        locate("示例县", folder, dt.date(2030, 1, 1))


def test_a_policy_whose_days_cannot_be_read_covers_none(folder: Path) -> None:
    path = folder / "settlement" / "shili" / "resident.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("from: 2024-01-01\nto", "from: soon\nto"), encoding="utf-8"
    )
    assert locate("示例县", folder, dt.date(2023, 1, 1)).said("id") == "shi-older"


def test_a_policy_without_a_last_day_covers_any_later_one(folder: Path) -> None:
    path = folder / "settlement" / "shili" / "resident.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("to: 2026-12-31\n", ""), encoding="utf-8")
    assert locate("示例县", folder, dt.date(2030, 1, 1)).said("id") == "shi-resident"


def test_a_name_that_is_none_of_them_lists_all_and_guesses(folder: Path) -> None:
    with pytest.raises(PolicyFault, match="没有“shi-residnt”的政策") as caught:
        locate("shi-residnt", folder)
    assert caught.value.do == "是否想写 shi-resident"
    assert "bie-resident（别市 别市居民，2024-01-01 至 2026-12-31）" in (caught.value.allowed or "")
    for name in ("", "nowhere-at-all"):
        with pytest.raises(PolicyFault, match="没有"):
            locate(name, folder)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "settlement").mkdir()
    with pytest.raises(PolicyFault) as caught:
        locate("示例县", tmp_path)
    assert "目录中没有政策" in (caught.value.allowed or "")


def test_a_policy_with_faults_tells_them_when_it_is_asked_for(folder: Path) -> None:
    with pytest.raises(PolicyFault, match="没有成对"):
        _ = locate("bieshi/broken", folder).pack
    path = folder / "settlement" / "bieshi" / "resident.yaml"
    path.write_text("id: [x]\nplace: 别市", encoding="utf-8")
    with pytest.raises(PolicyFault, match="第一行应当是"):
        find_policy("别市", folder)


def test_a_file_is_taken_whatever_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(PACK, encoding="utf-8")
    assert find_policy(str(path), tmp_path / "none").id == "shi"
    bare = tmp_path / "pack"
    bare.write_text(PACK, encoding="utf-8")
    assert find_policy(str(bare)).id == "shi"
    with pytest.raises(PolicyFault, match="找不到政策文件"):
        find_policy(str(tmp_path / "gone.yaml"))
    assert is_file("gone.yml")
    assert not is_file("淄博")


def test_the_folder_is_the_one_chosen_or_the_checkouts(tmp_path: Path, folder: Path) -> None:
    assert root(folder) == folder
    assert root().name == "policies"
    assert find_policy("zibo-resident").file.place == "淄博市"
    with pytest.raises(InputFault, match="找不到政策目录") as caught:
        root(tmp_path / "none")
    assert str(tmp_path / "none") in (caught.value.where or "")


def test_an_installed_package_brings_its_policies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    package = tmp_path / "site" / "doudi"
    (package / "policies").parent.mkdir(parents=True)
    (package / "policies").symlink_to(folder)
    monkeypatch.setattr("doudi.policy.folder.files", lambda _: package)
    assert root() == package / "policies"


def test_every_pack_is_listed_in_order_of_path(folder: Path) -> None:
    listed = list(packs(folder))
    assert [one.folder for one in listed] == [
        "bieshi/broken",
        "bieshi/resident",
        "shili/older",
        "shili/resident",
    ]
    assert listed[0].fault is not None
    assert listed[0].said("id") == ""
    assert str(listed[0]).startswith("bieshi/broken")


def test_figures_and_layers_are_counted() -> None:
    assert count(pack()) == Counts(confirmed=1, unconfirmed=7, unknown=0, layers_on=2, layers_off=0)
    text = changed("order: [basic, cii]", "order: [basic]")
    text = changed("{unit: yuan, value: 14000}", "{unit: yuan, value: null}", text)
    assert count(pack(text)) == Counts(confirmed=1, unconfirmed=6, unknown=1, layers_on=1, layers_off=1)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (PACK, 0),
        (CASE, 0),
        ("doudi: parameters/1\nparameters:\n  a: {unit: yuan, value: 1}\n", 0),
        ("doudi: parameters/1\nparameters:\n  a: {unit: yuan, value: x}\n  b: {unit: x}\n", 1),
        ("doudi: parameters/1\nparameters:\n  a: {unit: yuan, value: x}\n  b: {unit: yuan, value: y}\n", 2),
        (changed("is: 34790", "is: x", CASE), 1),
        (changed("fund: hifp_pay", "fund: x"), 1),
        ("a: [1", 1),
        ("a: 1", 1),
        ("", 1),
    ],
)
def test_a_file_of_any_kind_is_checked(tmp_path: Path, text: str, number: int) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(text, encoding="utf-8")
    assert len(check(path)) == number


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert len(check(tmp_path / "none.yaml")) == 1


SHIPPED = sorted(root().rglob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(root())))
def test_every_shipped_file_is_without_faults(path: Path) -> None:
    if path.relative_to(root()).parts[0] in ("settlement", "parameters", "cases"):
        assert [str(fault) for fault in check(path)] == []
