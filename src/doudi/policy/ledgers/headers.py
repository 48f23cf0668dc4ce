"""How a header is compared: two texts with the same key are one header, in a file and in a declaration alike."""

from __future__ import annotations

import re
import unicodedata

#: Measures that senders put in brackets behind a header; they are no part of its meaning.
UNITS = (
    "万元", "千元", "元", "亩", "平方米", "㎡", "m2", "人", "岁", "年", "月", "天", "日", "个月", "米", "公里", "户", "元/月",
    "元/年", "人次", "次", "台", "辆", "斤", "公斤", "吨", "升", "mg/l", "小时", "分钟", "%", "是/否", "必填", "选填",
)  # fmt: skip
_UNIT = "|".join(re.escape(unicodedata.normalize("NFKC", unit).lower()) for unit in UNITS)
_BRACKET = re.compile(rf"[(\[](?:单位[:：]?)?(?:{_UNIT})[)\]]$")
_MARKS = re.compile(r"[\s*、,，.。:：;；·•_\-—/\\'\"“”‘’\ufeff\u200b\u200c\u200d\u2060]+")


def header_key(text: str) -> str:
    """A header without spaces, marks, letter width and case, and without a measure in brackets at its end."""
    folded = (
        "".join(unicodedata.normalize("NFKC", text).split()).lower().replace("【", "[").replace("】", "]")
    )
    return _MARKS.sub("", _BRACKET.sub("", folded)) or folded
