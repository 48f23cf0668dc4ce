"""What one file makes of a kind, and what is said of a file that makes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.common.errors import DoudiError
from doudi.policy.ledgers.build import common_columns
from doudi.policy.ledgers.kind import Header, TagRule
from doudi.policy.text import parse_document
from tests.policy.ledgers.declared import COMMON, KIND, changed, kind_of, told

EXTENSION = """\
doudi: ledger/1
name: loans
extends: true
sender: 县金融办
tags: [{tag: 逾期, when: {overdue: ["1"]}}]
columns:
  - {name: amount, headers: [借款额]}
  - {common: certno, headers: [户主证件]}
  - {name: grade, values: [三级], spellings: {"3": 三级}}
  - {name: bank, zh: 贷款银行, en: bank, headers: [经办行]}
"""


def test_a_kind_has_its_columns_in_order_with_types_that_follow_from_their_roles() -> None:
    kind = kind_of()
    assert [(column.name, column.column.kind) for column in kind] == [
        ("psn_name", "text"),
        ("certno", "id"),
        ("grade", "code"),
        ("amount", "money"),
        ("lent_on", "date"),
        ("due_on", "date"),
        ("overdue", "code"),
        ("rate", "number"),
    ]
    assert kind.key == ("certno", "lent_on")
    assert kind.table.schema(keep_identifying=False).names == [
        "grade",
        "amount_fen",
        "lent_on",
        "due_on",
        "overdue",
        "rate",
    ]
    assert kind.tags == (TagRule("有贷款", "", {"grade": ("一级",)}, "grade"),)


def test_what_names_a_person_is_sealed_and_what_is_said_of_one_is_personal() -> None:
    kind = kind_of()
    assert [kind[name].sensitivity for name in ("psn_name", "certno", "amount", "due_on")] == [
        "identifying",
        "identifying",
        "personal",
        "open",
    ]
    assert (
        kind_of(changed("en: sum lent,", "en: sum lent, sensitivity: open,"))["amount"].sensitivity == "open"
    )
    place = kind_of(changed("subject: person", "subject: thing"))
    assert place["amount"].sensitivity == "open"
    assert place["certno"].sensitivity == "identifying"


def test_a_shared_column_brings_its_headers_and_takes_more() -> None:
    assert kind_of()["certno"].texts == ("certno", "身份证号", "证件号码", "借款人身份证号")
    renamed = kind_of(changed("{common: certno,", "{common: certno, zh: 借款人证件, required: true,"))[
        "certno"
    ]
    assert (renamed.zh, renamed.required, renamed.role) == ("借款人证件", True, "idcard")


def test_a_header_may_say_its_years_and_its_sender() -> None:
    assert kind_of()["amount"].headers == (Header("金额"), Header("放款金额", 2021, 2025, "某银行"))


def test_bounds_of_money_are_fen() -> None:
    kind = kind_of(changed('least: "0"', 'least: "-12.50", signed: true'))
    assert (kind["amount"].least, kind["amount"].most) == (-1250, 5_000_000)
    assert (kind["rate"].least, kind["rate"].most) == (None, 24)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("key: [certno, lent_on]", "key: [certno, lendt_on]", 7, "没有列“lendt_on”"),
        ("since: lent_on", "since: amount", 8, "列“amount”不是日期"),
        ("until: due_on", "until: dew_on", 9, "没有列“dew_on”"),
        ("level: grade, ", "level: grade+grad, ", 12, "没有列“grad”"),
        ("when: {grade: [一级]}", "when: {grade: [四级]}", 12, "没有取值“四级”"),
        ("tag: 有贷款", "by: grade, tag: 有贷款", 12, "tag 和 by"),
        ("subject: person", "subject: village", 6, "“village”不在允许的取值内"),
        ("retention_years: 5", "retention_years: 500", 10, "保存年限超出范围"),
        ("{common: grade}", "{common: grades}", 17, "没有公用列“grades”"),
        ("{common: grade}", "{common: grade, name: other}", 17, "要么写 name，要么写 common"),
        ("name: due_on", "name: lent_on", 20, "列“lent_on”写了两次"),
        ("name: rate", "name: rate_fen", 22, "列名不以 _fen 结尾"),
        (", scale: 4", "", 22, "小数位 scale"),
        ("en: lent on, type: date", "en: lent on", 8, "列“lent_on”不是日期"),
        ("zh: 到期日期, en: due on,", "zh: 到期日期,", 20, "缺少中英文名称"),
        ("role: month", "role: month, type: text", 20, "role: month 的列不能是 text"),
        ('most: "50000"', 'most: "-1"', 18, "least 大于 most"),
        ('most: "50000"', 'most: "五万"', 18, "五万"),
        ('{逾期: "1"}', "{逾期: 是}", 21, "指向的“是”不在取值内"),
        ("headers: [金额,", "headers: [身份证号,", 18, "表头“身份证号”同时指“身份证号”（certno）和“贷款金额”（amount）"),
        ("headers: [金额,", "headers: [ 身 份证号（必填）,", 18, "同时指"),
        ("headers: [金额,", "headers: [certno,", 18, "表头“certno”同时指"),
        ("first: 2021, last: 2025", "first: 2025, last: 2021", 18, "first 晚于 last"),
        ("first: 2021", "first: 21", 18, "“21”不是年份"),
        ("en: overdue,", "en: overdue, codes: nothing,", 21, "没有代码表“nothing”"),
        ("en: sum lent,", "en: sum lent, unti: 元,", 18, "不认识的键"),
        ("type: money", "type: money, values: [多, 少]", 18, "有取值的列不能是 money"),
        ("role: yesno", "role: many", 21, "role: many 的列要写 values"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    faults = told(changed(old, new))
    assert len(faults) == 1
    assert said in faults[0].what
    assert (faults[0].where or "").endswith(f"第 {line} 行")


def test_all_slips_are_told_at_once() -> None:
    text = changed("since: lent_on", "since: lent", changed("key: [certno, lent_on]", "key: [cert]"))
    assert [fault.what for fault in told(text)] == ["key：没有列“cert”", "since：没有列“lent”"]


@pytest.mark.parametrize("key", ["zh", "en", "sender", "subject", "key", "note", "origins"])
def test_a_kind_must_say_what_it_is(key: str) -> None:
    lines = [line for line in KIND.splitlines() if not line.startswith(f"{key}:")]
    assert f"缺少“{key}”" in told("\n".join(lines))[0].what


def test_a_row_must_be_able_to_say_whom_it_is_about() -> None:
    text = changed("  - {common: psn_name}\n", "", changed("key: [certno, lent_on]", "key: [lent_on]"))
    text = changed("  - {common: certno, headers: [借款人身份证号]}\n", "", text)
    assert "没有一列能说明这一行是谁" in told(text)[0].what
    assert not kind_of(changed("subject: person", "subject: thing", text)).makes_persons


def test_only_rows_with_a_number_add_people_or_households() -> None:
    text = changed(
        "  - {common: certno, headers: [借款人身份证号]}\n",
        "",
        changed("key: [certno, lent_on]", "key: [lent_on]"),
    )
    assert "不能新增人员" in told(changed("note:", "makes_persons: true\nnote:", text))[0].what
    assert "不能新增家庭" in told(changed("note:", "makes_households: true\nnote:"))[0].what


def test_a_spelling_is_not_a_value_of_its_own() -> None:
    assert "“二级”本身就是一个取值" in told(common=COMMON.replace('{"1": 一级}', "{二级: 一级}"))[0].what


@pytest.mark.parametrize(
    "line",
    [
        "  - {name: certno, zh: 身份证, en: twice, role: idcard}\n",
        "  - {common: certno}\n",
        "  - {name: other, zh: 别的}\n",
    ],
)
def test_shared_columns_have_names_of_their_own(line: str) -> None:
    with pytest.raises(DoudiError, match="公用列要有 name、zh、en"):
        common_columns(parse_document(COMMON + line, Path("common.yaml")))


def test_a_county_adds_headers_values_columns_and_tags_to_a_kind() -> None:
    kind = kind_of(EXTENSION, {"loans": kind_of()})
    assert (kind.zh, kind.sender, kind.key) == ("小额信贷", "县金融办", ("certno", "lent_on"))
    assert "借款额" in kind["amount"].texts
    assert "户主证件" in kind["certno"].texts
    assert kind["grade"].values == ("一级", "二级", "三级")
    assert kind["grade"].spellings == {"1": "一级", "3": "三级"}
    assert kind["bank"].texts == ("bank", "贷款银行", "经办行")
    assert [tag.tag for tag in kind.tags] == ["有贷款", "逾期"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: loans", "name: loan", "没有可以补充的“loan”"),
        ("sender: 县金融办", "key: [certno]", "补充台账时不能改写 key"),
        ("headers: [借款额]", "headers: [借款额], most: '1'", "补充已有的列时不能改写 most"),
        ("headers: [借款额]", "values: [多]", "列“amount”没有取值表"),
        ("headers: [借款额]", "headers: [贷款银行]", "同时指"),
        ('{"3": 三级}', '{"3": 四级}', "指向的“四级”不在取值内"),
    ],
)
def test_what_a_county_may_not_change_is_told(old: str, new: str, said: str) -> None:
    assert said in told(changed(old, new, EXTENSION), {"loans": kind_of()})[0].what


def test_a_name_is_given_once() -> None:
    assert "已有名为 loans 的台账（小额信贷）" in told(KIND, {"loans": kind_of()})[0].what
