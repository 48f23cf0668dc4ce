"""Citizen identity numbers (GB 11643): checking them, and making ones that belong to nobody.

Sample people live in area 990101, which no division of GB/T 2260 uses. This module must not know where
numbers are kept; it never logs or shows one.
"""

from __future__ import annotations

import re
from datetime import date

SAMPLE_AREA = "990101"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)


def check_digit(first17: str) -> str:
    """The eighteenth character for the first seventeen digits."""
    if not re.fullmatch(r"\d{17}", first17, re.ASCII):
        raise ValueError("check_digit needs 17 digits")
    return _CHECK[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def why_not_id_number(text: str, *, on: date | None = None) -> str | None:
    """What is wrong with an identity number, in Chinese without repeating it; None if nothing is.

    With `on`, a birth after that day is wrong too.
    """
    number = text.strip().upper()
    if re.fullmatch(r"\d{15}", number, re.ASCII):
        return "是15位旧号，应换成18位"
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", number, re.ASCII):
        return "被表格软件改成了科学计数，末几位已丢失，应从来源重新导出为文本"
    if len(number) != 18:
        return f"应为18位，现为{len(number)}位"
    if not _SHAPE.fullmatch(number):
        return "只能由17位数字和末位的数字或X组成"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "第7至14位不是日期"
    if born.year < 1850 or (on is not None and born > on):
        return "第7至14位的出生日期不可能"
    if number[17] != check_digit(number[:17]):
        return "末位校验码不符"
    return None


def birth_and_sex(number: str) -> tuple[date, str]:
    """Date of birth and national sex code (1 male, 2 female) that a right number carries."""
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return born, "1" if int(number[16]) % 2 else "2"


def sample_id_number(born: date, serial: int) -> str:
    """A number for a made-up person; an odd `serial` (0-999) is male. It exists only in area 990101."""
    if not 0 <= serial <= 999:
        raise ValueError("serial is 0-999")
    first17 = f"{SAMPLE_AREA}{born:%Y%m%d}{serial:03d}"
    return first17 + check_digit(first17)


def is_sample_id_number(number: str) -> bool:
    """Whether a number is of the made-up area."""
    return number.startswith(SAMPLE_AREA)
