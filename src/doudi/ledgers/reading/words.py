"""The words by which a row that is no record is told: totals, notes, signatures, units, page marks.

Patterns are matched against cells folded to half width without space. Nothing here looks at a whole sheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

HEADER, TITLE, UNIT, TOTAL, SUBTOTAL = "表头", "标题", "单位", "合计", "小计"
NOTE, BLANK, REPEATED, SIGNATURE = "说明", "空行", "重复表头", "签章"
OTHER_TABLE, EXAMPLE, HIDDEN = "另一张表", "示例", "隐藏工作表"

_SUM = "总人数|总户数|总金额|合计人数|合计户数|合计金额|合计|总计|共计|小计|累计|总合计|合计数|总数|总和|汇总|本页计|本页合计|本页小计"
_TOTAL = re.compile(
    rf"(?:[^:：,，。;；()]{{0,14}}?)(?:{_SUM})(?:[(][^()]{{0,10}}[)])?"
    r"(?:[:：]?[\d,.]*(?:人|户|元|万元|条|个|名|人次|亩|口)?[,，、;；]?)*[:：]?"
)
_COUNTED = re.compile(
    r"(?:总计|合计|共计|共|计)[:：]?[\d,.]+(?:人|户|条|名|人次|口)(?:[,，、;；]?[\d,.]*(?:人|户|元|口|名)?)*"
)
_NOTE = re.compile(
    r"(?:备?注|说明|附注|填表说明|填报说明|填写说明|填报要求|填写要求|注意事项|要求|提示|温馨提示|数据来源|口径|指标解释)(?:\d|[一二三四五六七八九十])?[:：.、].*"
    r"|[※★*▲●◆].+|(?:填表|填报|填写|指标|编制)说明.*|(?:人民币)?(?:金额)?[(]?大写[)]?[:：].*|续表.*|\(?接上页\)?|\(?转下页\)?|以下空白.*|以下无正文.*"
    r"|第?\d+页?[,，/]?共?\d*页|第\d+页.*|(?:本表|此表|本台账).{2,}|\d+[.、].{12,}|[(]\d+[)].{12,}|[一二三四五六七八九十][、.].{12,}"
)
_SIGNED = re.compile(
    r"(?:单位|部门|分管|主管|村|乡镇|主要|科室|县|站|所)*(?:填表人?|制表人?|填报人|填写人|审核人?|复核人?|审批人?|负责人|经办人|领导|签字人?|签名|核对人|统计人|"
    r"采集人|录入人|调查人|被调查人|户主|申请人|当事人|家长|村民代表|包户干部|帮扶干部|帮扶责任人|第一书记|包村干部|村支部书记|村主任|校长|站长|所长|局长|主任|会计|出纳|经手人|领款人|联系人|联系电话|填表时间|填表日期|制表时间|制表日期|"
    r"填报时间|填报日期|上报时间|上报日期|打印时间|打印日期|导出时间|审核日期|审核意见|审批意见)"
    r"(?:[(]?(?:签字|签章|签名|盖章|公章|手印)+[)]?)?[:：].*"
    r"|[^:：]{0,10}(?:签字|签名|盖章|签章)[:：].*"
    r"|.{0,20}[(](?:盖章|公章|签章|签字)[)].{0,30}|.{0,12}(?:盖章|公章)[:：]?|\d{0,4}年\d{0,2}月\d{0,2}日"
)
_UNIT_LINE = re.compile(r".*(?:单位)[:：].*")
_REPORTER = re.compile(
    r"(?:填报|填表|编制|报送|上报|制表|报表|主管)?(?:单位|部门|乡镇|机构|地区|区划|区域)(?:名称)?(?:[(].{0,6}[)])?[:：].*"
)
_EXAMPLE = re.compile(r"[(（]?(?:示?例|范例|样例|举例|填写示例|示例行?)[)）]?[:：]?\d?")
_INSTRUCTION = re.compile(r"(?:填写|填表|填报|填列|录入)(?:说明|要求|提示|格式|规则|示范)?(?:行)?[:：]?")
_ASKED = re.compile(
    r"[(]?(?:必填|选填|非必填|必录|可不填|不填|系统自动|自动生成|自动计算|下拉|格式[:：]|从下拉|只填|请填|请选择|按.{1,8}填).{0,40}"
)
_PAIR = re.compile(r"[^:：]{1,14}[:：].*")
_ORDER = re.compile(r"[(]?(?:[甲乙丙丁戊己庚辛壬癸子丑寅卯]|\d{1,3}|[A-Z]{1,2}|栏次|列次)[)]?(?:=.*)?")
_LIKE_HEADER = re.compile(
    "(?:数|额|率|比|名称|类别|类型|日期|时间|号|情况|项目|单位|备注|金|标准|程度|状况|方式|原因|面积|价|量|姓名|合计|小计)$"
)
_HEADING = re.compile(
    "人员|名单|[村镇乡组区街队户类]$|社区|小学|中学|[一二三四五六七八九十][、.]|[:：()（）、，。;；]|合计|小计"
)
SERIAL: Final = frozenset(
    {
        "序号",
        "编号",
        "序",
        "号",
        "no",
        "no.",
        "№",
        "行号",
        "行次",
        "序列",
        "序列号",
        "顺序号",
        "流水号",
        "id",
        "xh",
        "项次",
        "序次",
    }
)


def is_total(text: str) -> str | None:
    """`合计` or `小计` where a cell opens a row of sums, else None."""
    if len(text) > 40 or not (_TOTAL.fullmatch(text) or _COUNTED.fullmatch(text)):
        return None
    return SUBTOTAL if "小计" in text or "本页" in text else TOTAL


def is_note(text: str) -> bool:
    """Whether a cell opens a note below or above a table."""
    return bool(_NOTE.fullmatch(text))


def is_signature(text: str) -> bool:
    """Whether a cell is for who filled in, checked or sealed a table, or when."""
    return bool(_SIGNED.fullmatch(text))


def is_unit_line(text: str) -> bool:
    """Whether a cell names a measure or the reporting office: 单位：万元."""
    return bool(_UNIT_LINE.fullmatch(text) or _REPORTER.fullmatch(text))


def is_example(text: str) -> bool:
    """Whether a cell marks a filled-in example row."""
    return bool(_EXAMPLE.fullmatch(text))


def is_instruction(row: Sequence[str]) -> bool:
    """Whether the cells of a row say how its columns are to be filled in: 必填, 下拉选择, 格式：2023-01-01."""
    asked = sum(bool(_ASKED.fullmatch(text)) for text in row)
    return bool(row) and (
        (len(row) > 1 and bool(_INSTRUCTION.fullmatch(row[0]))) or (asked >= 2 and 2 * asked >= len(row))
    )


def is_pair(text: str) -> bool:
    """Whether a cell holds a label and its value, as lines above a table do: 填报单位：…"""
    return bool(_PAIR.fullmatch(text)) and not text.endswith((":", "："))


def may_be_person(text: str) -> bool:
    """Whether a text alone in its row may be a person's name and not the heading of a group."""
    return 2 <= len(text) <= 5 and not _HEADING.search(text) and not any(map(str.isdigit, text))


def like_header(text: str) -> bool:
    """Whether a cell ends as headers do: 户数, 占比, 项目."""
    return len(text) <= 12 and bool(_LIKE_HEADER.search(text))


def is_order(text: str) -> bool:
    """Whether a cell numbers a column, as the line 甲 乙 1 2 3 below a header does."""
    return bool(_ORDER.fullmatch(text))


#: RE2, over raw cells: whatever may make a row something else than a record. Wide on purpose; the words above decide.
SUSPECT: Final = (
    r"[合总共小累汇]\s*[计和数总]|总\s*[人户金]|大\s*写|页\s*计|^\s*共\s*\d|^\s*计[:：\d]|[注明求示项源径释表人核责办字章期间话签名][:：]|填\s*[表报写]|制\s*表|审\s*[核批]|复\s*核|盖\s*章|公\s*章|签\s*[字章名]"
    r"|单\s*位|必[填录]|选填|不填|下拉|^格式|自动|请选择|^[※★*▲●◆]|续\s*表|接上页|转下页|以下|第\s*\d+\s*页|本表|此表|本台账|^\s*[（(]?\s*(示\s*)?例|范例|样例|举例|示例|^\d+[.、]\D|^[一二三四五六七八九十]+[、.]|^[（(]\d+[)）]|年\s*月\s*日|^[备附]?注"
)
