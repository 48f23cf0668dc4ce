"""How a header is compared: two texts with the same key are one header, in a file and in a declaration alike."""

from __future__ import annotations

import re
import unicodedata

from doudi.policy.ledgers.traditional import simplified

#: Measures that senders put in brackets behind a header; they are no part of its meaning.
UNITS = (
    "万元", "千元", "百元", "元", "万", "元/月", "元/年", "元/人", "元/人·月", "元/人·年", "元/月·人", "元/立方米", "元/吨", "元/平方米",
    "亩", "公顷", "平方米", "平方", "㎡", "m2", "立方米", "立方米/日", "m³", "m³/d", "吨/日", "方/日", "米", "公里", "km", "厘米", "cm",
    "人", "户", "人/户", "户/人", "人次", "次", "岁", "周岁", "年", "月", "天", "日", "个月", "小时", "分钟", "时", "分",
    "台", "辆", "处", "眼", "斤", "公斤", "kg", "吨", "升", "升/人·日", "l/人·d", "mg/l", "mmol/l", "mmhg", "ntu", "cfu/ml", "mpn/100ml",
    "%", "‰", "是/否", "有/无", "必填", "选填", "必填项", "下拉选择",
)  # fmt: skip
_UNIT = "|".join(re.escape("".join(unicodedata.normalize("NFKC", unit).lower().split())) for unit in UNITS)
_BRACKET = re.compile(rf"[(\[](?:单位[:：]?)?(?:{_UNIT})[)\]]$")
_MARKS = re.compile(r"[\s*、,，.。:：;；·•_\-—/\\'\"“”‘’\ufeff\u200b\u200c\u200d\u2060]+")


def header_key(text: str) -> str:
    """A header without spaces, marks, letter width and case, in simplified characters, and without a measure in
    brackets at its end."""
    folded = simplified(
        "".join(unicodedata.normalize("NFKC", text).split()).lower().replace("【", "[").replace("】", "]")
    )
    return _MARKS.sub("", _BRACKET.sub("", folded)) or folded
