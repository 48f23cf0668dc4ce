"""Every shipped kind: what it must say of itself, and that the headers departments are known to write find their columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from doudi.common.codes import code_lists
from doudi.policy.folder import root
from doudi.policy.ledgers.headers import header_key
from doudi.policy.ledgers.kind import LedgerKind
from doudi.policy.ledgers.load import COMMON, kinds
from doudi.policy.library import check

FOLDER = root() / "ledgers"
KINDS = kinds()
#: The tags that other parts ask for by name.
TAGS = {
    "低保", "特困", "低保边缘", "孤儿", "事实无人抚养儿童", "脱贫人口", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户", "重度残疾",
    "优抚", "残疾", "现役军人", "服刑", "外地学生", "境外", "务工外出",
}  # fmt: skip
#: The 47 columns of the national member export of about 2021, in its order.
MEMBER_EXPORT = [
    "省",
    "市",
    "县",
    "乡",
    "村",
    "户编号",
    "人口编号",
    "姓名",
    "性别",
    "出生日期",
    "证件类型",
    "证件号码",
    "民族",
    "户联系电话",
    "成员联系电话",
    "年度",
    "与户主关系",
    "文化程度",
    "在校生状况",
    "劳动技能",
    "务工时间（月）",
    "健康状况",
    "政治面貌",
    "务工企业名称",
    "是否享受低保",
    "职工养老",
    "大病保险",
    "居民医保",
    "居民养老",
    "失学或辍学原因",
    "是否会讲普通话",
    "商业补充医疗",
    "是否国外务工",
    "产业分类",
    "大病医疗救助",
    "其他健康扶贫",
    "公益性岗位类型",
    "公益性岗位(月数)",
    "就业渠道",
    "残疾类别",
    "务工所在地",
    "户主姓名",
    "户主证件号码",
    "职工医保",
    "是否特困供养",
    "残疾证办证年度",
    "识别标准",
]
LATER = [
    "自然村",
    "人数",
    "致贫原因1",
    "危房户",
    "是否解决安全饮用水",
    "人均纯收入",
    "首次识别时间",
    "人员识别时间",
    "户类型",
    "监测对象类型",
    "风险是否消除",
    "风险识别时间",
    "风险消除时间",
]
#: Columns FI to FU of the export of 2023: the state after the risk was cleared.
AFTER_CLEARING = [
    f"风险消除后{what}"
    for what in [
        "是否义务教育阶段适龄儿童少年失学辍学",
        "是否住房损毁",
        "是否有家庭成员未参加城乡居民（职工）基本医疗保险",
        "是否饮水设施损毁",
        "工资性收入",
        "财产性收入",
        "转移性收入",
        "生产经营性收入",
        "生产经营性支出",
        "家庭纯收入",
        "家庭人均纯收入",
        "理赔收入",
        "合规自付支出",
    ]
]
KNOWN = {
    "national_members": [*LATER, "风险是否已消除", "风险是否已消除0", "义务教育阶段未上学原因", "享受低保政策情况", "享受特困供养政策情况", "就业渠道（易地搬迁后扶使用）"],
    "national_households": [
        *("所属村", "户编号", "年份", "户主姓名", "户主证件号码", "户类型", "监测对象类型", "人口数", "自然村", "风险是否已消除0"),
        *("识别监测时间", "消除监测时间", "风险消除后家庭纯收入", "合规自付支出", "理赔收入", "整户无劳动能力兜底保障户", "风险5", "致贫/返贫风险1"),
        *AFTER_CLEARING,
    ],
    "population": ["公民身份号码", "户号", "与户主关系", "出生日期", "户籍地址", "民族", "曾用名", "何时迁来本址"],
    "residents": ["户主姓名", "家庭住址", "现居住地址", "人员去向", "手机号码", "村民小组"],
    "resident_insurance": ["参保年度", "个人参保日期", "人员参保状态", "险种类型", "是否缴费", "psn_insu_date", "人员身份类别"],
    "employee_insurance": ["单位名称", "参保状态", "缴费基数", "缴费年月", "人员类别"],
    "premium_payments": ["缴费人姓名", "纳税人识别号", "征收品目", "费款所属期", "实缴金额", "入库日期", "电子税票号码"],
    "uninsured": ["未参保原因", "家庭住址", "联系方式", "是否签字"],
    "special_groups": ["人员类别", "认定时间", "是否参保", "资助标准"],
    "enrolment_subsidies": ["资助金额", "个人缴费金额", "参保年度", "救助对象类别"],
    "dibao": ["户主姓名", "家庭住址", "享受低保人数", "保障金额（元）", "开始享受时间", "低保证号", "致困原因", "开户银行", "银行账号"],
    "destitute": ["供养方式", "照料护理等级", "月供养金", "开始享受时间"],
    "disability": ["残疾类别", "残疾等级", "残疾人证号", "发证日期", "有效期至", "监护人姓名"],
    "deaths": ["死者姓名", "死亡时间", "根本死因", "火化日期", "户口注销日期"],
    "pupils": ["学生姓名", "就读学校", "学籍号", "年级", "班级", "是否寄宿", "监护人", "资助金额"],
    "houses": ["户主姓名", "鉴定等级", "鉴定时间", "房屋结构", "建筑面积（㎡）", "改造方式", "补助资金（万元）"],
    "water_points": ["供水工程名称", "水源类型", "覆盖村", "受益人口（人）", "管护人"],
    "water_tests": ["采样地点", "采样日期", "检测指标", "检测结果", "单项判定"],
    "employment": ["务工地点", "务工单位", "务工开始时间", "月工资", "交通补贴", "就业服务需求"],
    "welfare_posts": ["岗位名称", "上岗时间", "离岗时间", "月补贴", "用工单位", "资金来源"],
    "chronic_approvals": ["慢性病病种", "病种编码", "待遇开始日期", "认定医院", "审批结果"],
    "mental_disorders": ["疾病诊断", "危险性评估等级", "服药情况", "监护人姓名", "管理机构"],
    "doctor_contracts": ["签约医生", "签约日期", "签约机构", "服务包", "是否履约", "重点人群"],
    "doctor_visits": ["随访日期", "随访方式", "收缩压", "空腹血糖", "下次随访日期"],
    "income_items": ["户编号", "收入项目", "收入类别", "金额", "情况说明"],
    "household_income": ["户主姓名", "务工收入", "低保金", "养老金", "赡养费", "种植支出", "家庭人均纯收入", "合规自付支出"],
    "vehicles": ["车牌号", "号牌号码", "车主身份证号", "品牌型号", "初次登记日期"],
    "businesses": ["统一社会信用代码", "企业名称", "法定代表人", "注册资本（万元）", "成立日期", "登记状态"],
    "real_estate": ["不动产权证号", "坐落", "建筑面积", "权利人", "登记时间"],
    "payroll": ["单位名称", "人员身份", "应发工资", "实发工资", "参加工作时间"],
    "divisions": ["行政区划代码", "区划名称", "上级区划代码", "原名称", "生效日期"],
}  # fmt: skip


@pytest.fixture(params=sorted(KINDS), name="kind")
def _kind(request: pytest.FixtureRequest) -> LedgerKind:
    return KINDS[request.param]


def test_every_kind_that_the_register_needs_is_shipped() -> None:
    assert set(KNOWN) == set(KINDS)
    assert {f"{name}.yaml" for name in KINDS} | {COMMON} == {path.name for path in FOLDER.glob("*")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_is_right_by_itself(path: Path) -> None:
    assert check(path) == ()


def test_a_file_is_named_for_its_kind(kind: LedgerKind) -> None:
    assert (FOLDER / f"{kind.name}.yaml").is_file()


def test_a_kind_is_a_fact_table_without_what_names_a_person(kind: LedgerKind) -> None:
    kept = kind.table.schema(keep_identifying=False).names
    assert kept
    for column in kind:
        if column.role in ("idcard", "name", "phone", "account", "address"):
            assert column.column.inside not in kept


def test_a_kind_says_where_its_layout_is_from_and_confirms_no_more_than_a_standard(kind: LedgerKind) -> None:
    assert kind.origins
    for origin in kind.origins:
        assert not origin.confirmed or origin.number.startswith("GB ")


def test_columns_of_one_name_hold_the_same_in_every_kind(kind: LedgerKind) -> None:
    for column in kind:
        for other in KINDS.values():
            if column.name in other.by_name:
                assert column.column.arrow == other[column.name].column.arrow, (column.name, other.name)


def test_sums_and_counts_have_bounds(kind: LedgerKind) -> None:
    for column in kind:
        if column.column.kind in ("money", "count", "number"):
            assert column.least is not None, column.name
            assert column.most is not None, column.name
            assert column.column.signed == (column.least < 0), column.name


def test_a_value_is_spelled_without_blanks_or_commas(kind: LedgerKind) -> None:
    for column in kind:
        for word in (*column.values, *column.spellings):
            assert word == word.strip(), (column.name, word)
            assert not {",", "，"} & set(word), (column.name, word)


def test_no_two_kinds_have_one_title() -> None:
    assert len({kind.zh for kind in KINDS.values()}) == len(KINDS)


def test_the_tags_that_others_ask_for_are_given() -> None:
    given: set[str] = set()
    for kind in KINDS.values():
        for rule in kind.tags:
            given |= {rule.tag} if rule.tag else set(kind[rule.by].values)
    assert given >= TAGS


def test_only_the_registers_of_everybody_add_people_and_the_police_alone_households() -> None:
    everybody = {
        "population",
        "residents",
        "resident_insurance",
        "employee_insurance",
        "uninsured",
        "special_groups",
    }
    makes = {name for name, kind in KINDS.items() if kind.makes_persons}
    assert "population" in makes
    assert makes <= everybody
    assert [name for name, kind in KINDS.items() if kind.makes_households] == ["population"]


def test_a_national_list_that_a_column_names_exists(kind: LedgerKind) -> None:
    assert all(column.column.codes.name in code_lists() for column in kind if column.column.codes)


def headers(kind: LedgerKind) -> Mapping[str, str]:
    """Every header of a kind as it is compared, and its column."""
    return {header_key(text): column.name for column in kind for text in column.texts}


def test_the_national_member_export_maps_column_by_column() -> None:
    known = headers(KINDS["national_members"])
    assert len(MEMBER_EXPORT) == 47
    found = [known[header_key(header)] for header in MEMBER_EXPORT]
    assert len(set(found)) == 47


@pytest.mark.parametrize(
    ("name", "header"), [(name, header) for name, all_ in KNOWN.items() for header in all_]
)
def test_a_department_s_usual_header_is_known(name: str, header: str) -> None:
    assert header_key(header) in headers(KINDS[name])


def test_headers_that_drifted_between_years_mean_one_column() -> None:
    known = headers(KINDS["national_members"])
    for drifted in ("风险是否消除", "风险是否已消除", "风险是否已消除0"):
        assert known[header_key(drifted)] == "risk_cleared"
    assert known[header_key("义务教育阶段未上学原因")] == known[header_key("失学或辍学原因")]


def test_the_values_of_the_national_export_are_all_there() -> None:
    members = KINDS["national_members"]
    assert len(members["relation"].values) == 28
    assert len(members["school"].values) == 25
    assert members["labour"].values == (
        "普通劳动力",
        "技能劳动力",
        "弱劳动力或半劳动力",
        "丧失劳动力",
        "无劳动力",
    )
    assert members["labour"].spellings["无劳动能力"] == "无劳动力"
    assert members["health"].role == "many"
    assert KINDS["national_households"]["risk1"].values == KINDS["national_households"]["risk5"].values
