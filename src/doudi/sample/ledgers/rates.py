"""How often each kind of damage is planted, and why so often: the one place.

No count of such faults in real ledgers was found published; the rates are our estimate from what clerks describe, and
`damage=2` doubles every one of them. A sender's care stretches them: an export of a system holds almost none, a list
typed in a village holds more than a department's.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000
MOST = 300_000
"""However often rates are doubled, no damage befalls more cells in a million."""


@dataclass(frozen=True)
class Damage:
    """One kind of damage. `code`: what a reader must say of the cell (empty: it must be read without a word).

    `also`: what may be said besides, or instead, without being wrong. `ppm`: cells (rows, for damage to a row) in a
    million of a department's list. `steady`: the sender's care does not matter.
    """

    name: str
    zh: str
    code: str
    ppm: int
    why: str
    also: tuple[str, ...] = ()
    steady: bool = False


CARE = {"system": 3, "register": 25, "department": 100, "village": 150}
"""Percent of the rates, by how a list came about."""

_TYPED = "手工录入"
_EXCEL = "表格软件把18位数字当作数值"

DAMAGES = (
    # Of identity: a row has one of these at most.
    Damage("id_rounded", "身份证号末三位变为000（数值）", "id_lost", 4_000, _EXCEL),
    Damage("id_scientific", "身份证号变为科学计数文本", "id_lost", 1_500, f"{_EXCEL}，另存后成文本"),
    Damage("id_15", "15位旧号", "id_15", 800, "沿用旧台账"),
    Damage("id_check", "身份证号错一位", "id_check", 2_500, _TYPED),
    Damage("id_short", "身份证号少一位", "id_length", 700, _TYPED),
    Damage("id_chars", "身份证号含汉字", "id_chars", 300, _TYPED),
    Damage("id_birth", "身份证号出生日期不成日期", "id_birth", 500, _TYPED, ("id_check",)),
    Damage("id_missing", "没有身份证号", "missing", 6_000, "村里未收齐", ("",)),
    Damage("id_certificate", "身份证栏填残疾人证号", "id_certificate", 1_000, "对象持残疾人证"),
    Damage("id_certificate_said", "证件类型为残疾人证，号码即残疾人证号", "", 0, "监测系统的惯例", ("id_certificate",)),
    Damage("id_swapped", "与家人身份证号互换", "id_born", 400, "按户录入时错行", ("id_sex",)),
    Damage("id_swapped_unseen", "与家人身份证号互换（本表看不出）", "", 400, "按户录入时错行", ("id_sex", "id_born")),
    Damage("sex_contradicts", "性别与身份证号不符", "id_sex", 600, "下拉选错"),
    Damage("birth_contradicts", "出生日期与身份证号不符", "id_born", 1_200, "农历生日、错位"),
    # Of names.
    Damage("name_space", "姓名中间有空格", "", 5_000, "两字姓名对齐三字"),
    Damage("name_sound", "姓名音同字不同", "", 1_500, "听音录入"),
    Damage("name_shape", "姓名形近字", "", 1_000, "认字录入"),
    Damage("name_bad", "姓名不成姓名", "name_bad", 200, _TYPED, ("text_damaged",)),
    # Of dates, money, codes.
    Damage("date_dots", "日期写作2023.1.9", "", 20_000, "各人写法"),
    Damage("date_cn", "日期写作2023年1月9日", "", 8_000, "各人写法"),
    Damage("date_compact", "日期写作20230109", "", 5_000, "各人写法"),
    Damage("date_serial", "日期变为序列号", "", 10_000, "单元格格式改为常规"),
    Damage("date_damaged", "日期不成日期", "date_bad", 1_500, _TYPED),
    Damage("date_out", "日期在将来很远", "date_out", 300, _TYPED, ("date_bad",)),
    Damage("money_separators", "金额带千分位", "", 10_000, "从凭证复制"),
    Damage("money_wide", "金额为全角数字", "", 1_000, "中文输入法"),
    Damage("money_bad", "金额不成数字", "money_bad", 800, _TYPED, ("number_bad",)),
    Damage("number_bad", "数量不成数字", "number_bad", 600, _TYPED, ("money_bad",)),
    Damage("code_unknown", "取值不在允许之列", "code_unknown", 1_000, _TYPED),
    Damage("yesno_bad", "是否栏填其他", "yesno_bad", 600, _TYPED, ("code_unknown",)),
    Damage("phone_bad", "电话位数不对", "phone_bad", 3_000, _TYPED),
    Damage("village_old", "沿用村庄旧名", "", 300_000, "更名后两年内仍用旧名（只在更名的村）", steady=True),
    Damage("village_unknown", "村名无此村", "division_unknown", 400, _TYPED),
    Damage("error_cell", "公式错误值", "error_cell", 300, "引用的表不在了"),
    Damage("text_damaged", "文字乱码", "text_damaged", 400, "编码转换"),
    # Of rows.
    Damage("duplicate_row", "整行重复", "duplicate_row", 1_200, "合并各村表格时粘贴两次"),
    Damage("duplicate_key", "同一人两行不一致", "duplicate_key", 500, "改正后未删旧行"),
)  # fmt: skip
BY_NAME = {one.name: place for place, one in enumerate(DAMAGES, 1)}
IDENTITY = tuple(
    one.name for one in DAMAGES[:14] if one.name not in ("id_swapped_unseen", "id_certificate_said")
)


def rate(name: str, care: str, times: int) -> int:
    """Cells in a million that a kind of damage befalls."""
    one = DAMAGES[BY_NAME[name] - 1]
    return min(one.ppm * times * (100 if one.steady else CARE[care]) // 100, MOST)


def declared(times: int) -> list[dict[str, object]]:
    """All rates as they were used, ready to be printed."""
    return [
        {"damage": one.name, "zh": one.zh, "code": one.code, "why": one.why}
        | {f"ppm_{care}": rate(one.name, care, times) for care in CARE}
        for one in DAMAGES
    ]


def table() -> list[str]:
    """The rates as lines of a Markdown table: what the manual prints."""
    head = ["| damage | code | " + " | ".join(CARE) + " | why |", "|---|---|" + "---:|" * len(CARE) + "---|"]
    return head + [
        f"| {one.name} {one.zh} | {one.code or '–'} | "
        + " | ".join(f"{rate(one.name, care, 1):,}" for care in CARE)
        + f" | {one.why} |"
        for one in DAMAGES
    ]
