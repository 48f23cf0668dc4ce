"""What is wrong with a cell, said to its sender: one sentence and one suggestion for each code.

The sentences name no value: that stands beside them in the report. This module must not know how a fault is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from doudi.common.identifiers import ID_WORDS
from doudi.ledgers.reading.cells.column import Wrong


@dataclass(frozen=True)
class Told:
    """A sentence and a suggestion; `{detail}` and `{zh}` are filled in."""

    problem: str
    suggestion: str


PROBLEMS: Final[dict[str, Told]] = {
    "id_lost": Told(ID_WORDS["lost"], "从来源系统按文本格式重新导出，或对照证件补全18位"),
    "id_check": Told(ID_WORDS["check"], "对照证件核对18位号码"),
    "id_length": Told(ID_WORDS["length"], "对照证件补全或删去多余的位数"),
    "id_chars": Told(ID_WORDS["chars"], "对照证件核对号码"),
    "id_birth": Told(ID_WORDS["birth"], "对照证件核对第7至14位"),
    "id_15": Told(ID_WORDS["old"], "已按18位读入，请确认"),
    "id_certificate": Told(ID_WORDS["certificate"], "已取前18位读入；身份证号一栏请填身份证号"),
    "id_placeholder": Told(ID_WORDS["placeholder"], "填写真实的身份证号；没有的请留空"),
    "id_sex": Told("与身份证号第17位所示的性别不符", "核对性别与身份证号，改正错的一个"),
    "id_born": Told("与身份证号第7至14位所示的出生日期不符", "核对出生日期与身份证号，改正错的一个"),
    "missing": Told("“{zh}”没有填写", "补填“{zh}”"),
    "date_bad": Told("不能读作日期", "改为2023-01-09这样的写法"),
    "date_out": Told("日期不可能：过早或过晚", "核对年份"),
    "money_bad": Told("不能读作金额", "只填数字，按元最多两位小数；说明文字写入备注"),
    "number_bad": Told("不能读作“{zh}”的数", "只填数字；说明文字写入备注"),
    "number_out": Told("超出“{zh}”可能的范围", "核对数值、正负号和单位"),
    "code_unknown": Told("不在“{zh}”可填的值之内", "改为：{detail}"),
    "yesno_bad": Told("看不出是“是”还是“否”", "填“是”或“否”"),
    "phone_bad": Told("不是电话号码", "填11位手机号，或带区号的固定电话"),
    "name_bad": Told("不是一个人的姓名", "只填姓名；说明文字写入备注"),
    "division_unknown": Told("查不到这个地名", "用现行的乡镇、村名称，或填区划代码"),
    "error_cell": Told("单元格是公式错误", "改正公式，或粘贴为数值"),
    "text_damaged": Told("文字已损坏（乱码）", "从来源系统重新导出，或重新填写"),
    "duplicate_row": Told("与{detail}完全相同", "删去重复的一行"),
    "duplicate_key": Told("与{detail}是同一对象，内容不同", "核对后只留一行，或更正“{zh}”"),
}  # fmt: skip

_MORE: Final[dict[tuple[str, str], str]] = {
    ("date_bad", "two_digits"): "年份只有两位，看不出世纪",
    ("date_bad", "order"): "年在最后，看不出月与日的先后",
    ("date_bad", "year_only"): "只有年份，没有月日",
    ("date_bad", "no_day"): "没有这一天",
    ("date_bad", "month_or_tenth"): "是数字而不是日期，分不清1月还是10月",
    ("money_bad", "range"): "是一个范围，不是一个金额",
    ("money_bad", "about"): "是约数，不是确数",
    ("money_bad", "letters"): "金额里有字母",
    ("money_bad", "places"): "小数位数过多，折不成整分",
    ("money_bad", "unit"): "单位与本列不符",
    ("number_bad", "range"): "是一个范围，不是一个数",
    ("number_bad", "about"): "是约数，不是确数",
    ("number_bad", "unit"): "单位与“{zh}”不符",
    ("number_bad", "lost"): "被表格软件改成了数字，15位以后已丢失",
    ("phone_bad", "lost"): "被表格软件改成了科学计数，末几位已丢失",
    ("phone_bad", "length"): "位数不对",
    ("phone_bad", "prefix"): "没有这样开头的手机号",
    ("name_bad", "digits"): "姓名里有数字",
    ("name_bad", "masked"): "姓名被遮盖，不完整",
    ("name_bad", "remark"): "姓名后带有说明，已只取姓名",
    ("name_bad", "several"): "像是不止一个人",
    ("name_bad", "short"): "只有一个字",
}


def told(code: str, zh: str, wrong: Wrong | None = None) -> Told:
    """The sentence and the suggestion for a fault in the column called `zh`."""
    detail = wrong.detail if wrong else ""
    plain = PROBLEMS[code]
    problem = _MORE.get((code, detail), plain.problem)
    suggestion = plain.suggestion
    if code == "code_unknown" and wrong and wrong.fix:
        suggestion = f"是不是“{wrong.fix}”？可填：{{detail}}"
    elif wrong and wrong.fix and wrong.taken is None and code not in ("id_sex", "id_born"):
        suggestion = f"是不是“{wrong.fix}”？请核对后改正"
    elif wrong and wrong.fix and code in ("id_sex", "id_born"):
        suggestion = f"按身份证号应为“{wrong.fix}”，请核对后改正错的一个"
    return Told(_filled(problem, zh, detail), _filled(suggestion, zh, detail))


def _filled(text: str, zh: str, detail: str) -> str:
    return text.replace("{zh}", zh).replace("{detail}", detail)
