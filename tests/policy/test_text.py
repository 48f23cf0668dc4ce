"""YAML: every value keeps its line and its spelling; what a reader would misread is a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.common.errors import Faults, PolicyFault
from doudi.policy import text
from doudi.policy.text import parse_document, read_document
from doudi.policy.yaml_text import dump, flow

FILE = Path("f.yaml")

LEAVES = (
    st.none()
    | st.text(max_size=30)
    | st.sampled_from(["08", "0.10", "null", "~", "yes", "- a", "#", "a: b", "=1"])
)
KEYS = st.text(min_size=1, max_size=12).filter(lambda key: key not in ("null", "~"))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def told(written: str) -> str:
    with pytest.raises(PolicyFault) as caught:
        parse_document(written, FILE)
    return str(caught.value)


def test_numbers_dates_and_yes_stay_as_they_are_spelt() -> None:
    data = parse_document("{a: 0.10, b: 08, c: 2024-01-01, d: yes, e: 1_000, f: 0x1F, g: 1e3}", FILE).data
    assert data == {
        "a": "0.10",
        "b": "08",
        "c": "2024-01-01",
        "d": "yes",
        "e": "1_000",
        "f": "0x1F",
        "g": "1e3",
    }


def test_nothing_is_none_and_quoted_nothing_is_text() -> None:
    data = parse_document("a:\nb: null\nc: ~\nd: ''\ne: 'null'\nf: \"~\"", FILE).data
    assert data == {"a": None, "b": None, "c": None, "d": "", "e": "null", "f": "~"}


def test_every_place_has_its_line_and_the_nearest_holder_stands_in() -> None:
    document = parse_document("a: 1\nb:\n  - x\n  - c: 2\n    d:\n      3\n", FILE)
    assert document.where(("a",)) == "f.yaml 第 1 行"
    assert document.where(("b",)) == "f.yaml 第 2 行"
    assert document.where(("b", 0)) == "f.yaml 第 3 行"
    assert document.where(("b", 1, "d")) == "f.yaml 第 5 行"
    assert document.where(("b", 1, "zz", 7)) == "f.yaml 第 4 行"
    assert document.where(("nowhere",)) == "f.yaml 第 1 行"


def test_an_empty_file_is_nothing() -> None:
    assert parse_document("", FILE).data is None
    assert parse_document("# only a remark\n", FILE).data is None


@pytest.mark.parametrize(
    ("written", "line", "what"),
    [
        ("a: [1\nb: 2", 2, "方括号或花括号没有成对"),
        ("b: 1\na: 'x", 2, "引号没有成对"),
        ("a: b: c", 1, "一行里有两个冒号"),
        ("a: 1\n b: 2", 2, "一行里有两个冒号，或缩进"),
        ("\tx: 1", 1, "缩进用了制表符"),
        ("x: 1\na: @x", 2, "要加引号"),
        ("a: `b`", 1, "要加引号"),
        ("- a\nb: 1", 2, "缩进与上文不一致"),
        ("a: 1\na", 2, "键后缺冒号"),
        ("--- 1\n--- 2", 2, "写了两份"),
        ('a: "\\q"', 1, "反斜杠"),
        ("a: *q", 1, "以 * 开头"),
        ("a: ,", 1, "缺少内容"),
        ("%YAML x\n---\na: 1", 1, "不合 YAML 写法"),
        ("a: 1\nb: \x07", 2, "不可见的控制字符"),
        ("? [a]: 1", 1, "键必须是一个词"),
        ("a: 1\nb: 2\na: 3", 3, "“a”重复出现"),
        ("x: 1\na: !secret 5", 2, "不用标签（!secret）"),
        ("a: &x 1\nb: *x", 1, "不用锚点"),
    ],
)
def test_what_is_not_plain_is_told_with_its_line(written: str, line: int, what: str) -> None:
    said = told(written)
    assert said.startswith(f"f.yaml 第 {line} 行：")
    assert what in said


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(Faults) as caught:
        parse_document("a: 1\na: 2\nb: !x 3\nc: {d: 1, d: 2}", FILE)
    assert [fault.where for fault in caught.value.faults] == [
        "f.yaml 第 2 行",
        "f.yaml 第 3 行",
        "f.yaml 第 4 行",
    ]


def test_aliases_that_would_unfold_to_gigabytes_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    with pytest.raises(Faults):
        parse_document("\n".join(lines), FILE)


@pytest.mark.parametrize("depth", [41, 900, 200_000])
def test_deep_nesting_is_refused_and_does_not_crash(depth: int) -> None:
    assert "层级过深" in told("[" * depth + "]" * depth)


def test_forty_levels_are_taken() -> None:
    parse_document("[" * 40 + "x" + "]" * 40, FILE)


def test_a_missing_file_a_folder_and_a_path_through_a_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a: 1")
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "file" / "x.yaml"):
        with pytest.raises(PolicyFault, match="找不到政策文件") as caught:
            read_document(path)
        assert str(path) in str(caught.value)


def test_a_file_nobody_may_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")

    def refuse(*_: Any, **__: Any) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(PolicyFault, match="没有权限"):
        read_document(path)


def test_a_file_that_is_not_utf8_or_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("中文: 1".encode("gb18030"))
    with pytest.raises(PolicyFault, match="UTF-8"):
        read_document(path)
    path.write_bytes(b"a: 12")
    monkeypatch.setattr(text, "LARGEST_BYTES", 5)
    assert read_document(path).data == {"a": "12"}
    monkeypatch.setattr(text, "LARGEST_BYTES", 4)
    with pytest.raises(PolicyFault, match="文件过大"):
        read_document(path)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: 1".encode())
    assert read_document(path).data == {"a": "1"}


@given(TREES)
def test_what_is_written_on_one_line_is_read_back(tree: Any) -> None:
    assert parse_document(f"x: {flow(tree)}", FILE).data == {"x": tree}


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
def test_what_is_written_as_a_file_is_read_back(tree: dict[str, Any]) -> None:
    assert parse_document(dump(tree), FILE).data == tree


def test_a_written_file_is_as_a_person_would_write_it() -> None:
    long = [
        {"to": "100000", "ratio": "60%", "note": "自二〇二四年一月一日起执行的分段标准之一，见第三条"}
        for _ in "ab"
    ]
    codes = [f"code_{i}" for i in range(20)]
    data = {"doudi": "settlement/1", "zh": "试行（一）", "codes": ["08", "21"], "url": "a: b", "bands": long}
    data |= {"order": codes, "empty": {}, "none": [], "nothing": None}
    assert dump(data) == (
        "doudi: settlement/1\n"
        "zh: 试行（一）\n"
        'codes: ["08", 21]\n'
        'url: "a: b"\n'
        "bands:\n"
        "  - {to: 100000, ratio: 60%, note: 自二〇二四年一月一日起执行的分段标准之一，见第三条}\n"
        "  - {to: 100000, ratio: 60%, note: 自二〇二四年一月一日起执行的分段标准之一，见第三条}\n"
        f"order: [{', '.join(codes)}]\n"
        "empty: {}\n"
        "none: []\n"
        "nothing: null\n"
    )
