"""Two small kinds, made by hand: nothing here hangs on what the shipped policies say."""

from __future__ import annotations

from doudi.facts.declare import code, count, day, ident, money, number, text
from doudi.policy.ledgers.kind import Header, LedgerColumn, LedgerKind


def _headers(*texts: str) -> tuple[Header, ...]:
    return tuple(Header(one) for one in texts)


AID = LedgerKind(
    name="aid",
    zh="救助对象",
    en="people aided",
    sender="县民政局",
    subject="person",
    nature="list",
    key=("certno",),
    columns=(
        LedgerColumn(text("seq", "序号", "number in the sheet")),
        LedgerColumn(text("town", "乡镇", "township"), "division", _headers("镇街")),
        LedgerColumn(text("village", "村", "village"), "division", _headers("行政村")),
        LedgerColumn(text("head_name", "户主姓名", "head", sensitivity="identifying"), "name"),
        LedgerColumn(
            text("psn_name", "姓名", "name", sensitivity="identifying"), "name", _headers("成员姓名")
        ),
        LedgerColumn(
            ident("certno", "身份证号", "number", sensitivity="identifying"),
            "idcard",
            _headers("证件号码", "公民身份号码"),
        ),
        LedgerColumn(code("gend", "性别", "sex", codes="gend"), spellings={"男": "1", "女": "2"}),
        LedgerColumn(day("brdy", "出生日期", "birth"), headers=_headers("出生年月")),
        LedgerColumn(ident("tel", "联系电话", "phone", sensitivity="identifying"), "phone", _headers("电话")),
        LedgerColumn(code("grade", "救助类别", "class"), values=("A类", "B类"), spellings={"甲": "A类"}),
        LedgerColumn(code("health", "健康状况", "health"), "many", values=("健康", "残疾", "长期慢性病")),
        LedgerColumn(code("away", "是否外出", "away"), "yesno"),
        LedgerColumn(count("members", "家庭人口", "members"), least=1, most=30),
        LedgerColumn(number("land", "承包地面积", "land", 2, unit="亩"), least=0, most=1000),
        LedgerColumn(money("wage", "工资性收入", "wages"), least=0),
        LedgerColumn(money("amt", "救助金额", "aid"), headers=_headers("发放金额"), most=10_000_000),
        LedgerColumn(day("begndate", "享受开始时间", "from"), headers=_headers("纳入时间")),
        LedgerColumn(count("data_year", "年度", "year"), "year"),
        LedgerColumn(day("month", "月份", "month"), "month"),
        LedgerColumn(text("memo", "备注", "remark")),
    ),
)

WATER = LedgerKind(
    name="water",
    zh="供水点",
    en="water points",
    sender="县水利局",
    subject="place",
    nature="list",
    key=("point",),
    columns=(
        LedgerColumn(text("point", "供水点名称", "point", required=True)),
        LedgerColumn(text("village", "村", "village"), "division", _headers("所在村")),
        LedgerColumn(count("people", "供水人口", "people"), least=0),
        LedgerColumn(day("built_on", "建成日期", "built")),
    ),
)

KINDS = {kind.name: kind for kind in (AID, WATER)}
