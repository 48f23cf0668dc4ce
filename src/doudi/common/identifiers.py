"""Citizen identity numbers (GB 11643): what a cell that should hold one holds, and numbers that belong to nobody.

`read_id` is the one place that says what an identity cell is; `doudi.facts.id_numbers` says the same of whole columns.
Sample people live in area 990101, which no division of GB/T 2260 uses. This module must not know where numbers are
kept; it never logs or shows one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

SAMPLE_AREA = "990101"

IdState = Literal[
    "whole",  # 18 characters, and right
    "old",  # 15 digits, right as far as that can be told: `number` is its 18
    "certificate",  # a disability certificate of 20 or 22 characters: `number` is its first 18
    "lost",  # a spreadsheet has taken digits away: `known` are those that are left
    "check",  # 18 characters whose last one does not follow from the rest
    "birth",  # the digits of the birth are no day, or one on which nobody alive was born
    "length",  # digits, but too few or too many
    "chars",  # not a number at all
    "placeholder",  # 999999…, or one digit again and again
    "missing",  # nothing, or a word for nothing
]

#: How the report to the sender calls each state (`CellProblem.code`); a whole number is no problem.
PROBLEM_CODES: Final[dict[IdState, str]] = {
    "old": "id_15",
    "certificate": "id_certificate",
    "lost": "id_lost",
    "check": "id_check",
    "birth": "id_birth",
    "length": "id_length",
    "chars": "id_chars",
    "placeholder": "id_placeholder",
    "missing": "missing",
}

EARLIEST_YEAR: Final = 1850
#: So many digits of a number outlive a spreadsheet, which counts with floating point.
KEPT_DIGITS: Final = 15

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)
_CERTIFICATE = re.compile(r"(\d{17}[\dX])[1-7][1-4](?:[A-Z\d]\d)?", re.ASCII)
_SPOILT = re.compile(r"(\d)(?:\.(\d*))?E\+?(\d{2,3})", re.ASCII)
_LONGEST = 64
_UNSEEN = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060\ufeff'’‘`]+")
_FORMULA = re.compile(r'="?([^"]*)"?')
_DRESSED = re.compile(
    r"(?:(?:公民|居民)?身份(?:证|号码)?(?:号码?)?:?)?"
    r"(\d{6}[-.]?(?:\d{8}[-.]?\d{3}[\dX]|\d{6}[-.]?\d{3})(?:[1-7][1-4](?:[A-Z\d]\d)?)?)"
    r"(?:\(本人\)|[,.;:、。])*",
    re.ASCII,
)
_NOTHING = frozenset(
    {
        "",
        "无",
        "暂无",
        "没有",
        "未知",
        "不详",
        "空",
        "NULL",
        "NONE",
        "NAN",
        "N/A",
        "-",
        "--",
        "—",
        "——",
        "/",
        ".",
    }
)
_TYPED_LETTERS = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True)
class IdCell:
    """What a cell that should hold an identity number holds.

    `number`: the 18 characters, where there is no doubt about them (whole, old or certificate). `known`: the leading digits
    that are certain, of a spoilt number or one that words break off. `fix`: the only number that the cell can have meant, to be confirmed.
    """

    state: IdState
    number: str = ""
    known: str = ""
    fix: str = ""


def check_digit(first17: str) -> str:
    """The eighteenth character for the first seventeen digits."""
    if not re.fullmatch(r"\d{17}", first17, re.ASCII):
        raise ValueError("check_digit needs 17 digits")
    return _CHECK[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def tidy_id(text: str) -> str:
    """The cell without what is not seen: space, marks of direction, apostrophes, full-width forms, `="…"`, `.0`; and
    without a comma behind it, hyphens between its parts, or the word for what it is before it."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:_LONGEST])).upper()
    if formula := _FORMULA.fullmatch(plain):
        plain = formula[1]
    if dressed := _DRESSED.fullmatch(plain):
        plain = re.sub("[-.]", "", dressed[1])
    whole, dot, rest = plain.partition(".")
    if dot and whole.isdigit() and len(whole) >= KEPT_DIGITS and not rest.strip("0"):
        plain = whole
    return plain[:17] + "X" if len(plain) == 18 and plain[17] in "×*Х" else plain


def read_id(text: str | None, *, on: date | None = None, was_number: bool = False) -> IdCell:
    """Say what a cell is that should hold an identity number.

    With `on`, nobody is born after that day. `was_number`: the cell held a floating-point number, so that more than
    fifteen digits cannot be right even where they look it.
    """
    plain = tidy_id(text or "")
    if plain in _NOTHING:
        return IdCell("missing")
    if spoilt := _SPOILT.fullmatch(plain):
        return _spoilt(spoilt[1] + (spoilt[2] or ""), int(spoilt[3]))
    if certificate := _CERTIFICATE.fullmatch(plain):
        inner = read_id(certificate[1], on=on)
        return IdCell("certificate", inner.number) if inner.state == "whole" else inner
    if not re.fullmatch(r"\d+X?", plain, re.ASCII):
        return _not_a_number(plain, on)
    if plain.startswith("999999") or (len(plain) > 5 and len(set(plain)) == 1):
        return IdCell("placeholder")
    if len(plain) == 15 and plain.isdigit():
        return _old(plain, on)
    if len(plain) in (20, 22) and plain.endswith("00000"):
        return IdCell("lost", known=plain[:KEPT_DIGITS])
    if not _SHAPE.fullmatch(plain):
        return IdCell("length")
    if was_number:
        return IdCell("lost", known=plain[:KEPT_DIGITS])
    right = plain[17] == check_digit(plain[:17])
    if not right and plain.endswith("000"):
        return IdCell("lost", known=plain[:KEPT_DIGITS])
    if not birth_is_possible(plain[6:14], on):
        return IdCell("birth")
    return IdCell("whole", plain) if right else IdCell("check")


def birth_is_possible(digits: str, on: date | None = None) -> bool:
    """Whether YYYYMMDD is a day on which somebody alive may have been born."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return born.year >= EARLIEST_YEAR and (on is None or born <= on)


def eighteen(fifteen: str) -> str:
    """The 18 characters of a number of 15 digits: its century and its check digit put in.

    Numbers of 15 digits ended in 1999. Those of people who were a hundred then (serial 996 to 999) are not told apart:
    none of them is alive.
    """
    first17 = f"{fifteen[:6]}19{fifteen[6:]}"
    return first17 + check_digit(first17)


def why_not_id_number(text: str, *, on: date | None = None) -> str | None:
    """What is wrong with an identity number, in Chinese without repeating it; None if nothing is.

    With `on`, a birth after that day is wrong too.
    """
    cell = read_id(text, on=on)
    if cell.state == "length":
        return f"应为18位，现为{len(tidy_id(text))}位"
    return ID_WORDS.get(cell.state)


ID_WORDS: Final[dict[IdState, str]] = {
    "old": "是15位旧号，应换成18位",
    "certificate": "是残疾人证号，其前18位才是身份证号",
    "lost": "被表格软件改成了科学计数或末几位变成了0，末几位已丢失，应从来源重新导出为文本",
    "check": "末位校验码不符",
    "birth": "第7至14位不是日期，或这样的出生日期不可能",
    "length": "位数不对，应为18位",
    "chars": "只能由17位数字和末位的数字或X组成",
    "placeholder": "是占位的号码，不是真实的身份证号",
    "missing": "没有填写",
}


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


def _spoilt(digits: str, power: int) -> IdCell:
    """3.7E+17: eighteen digits once (a certificate: 20 or 22). What a shorter form shows last may be rounded up."""
    if power == 14:  # an old number of 15 digits: its digits stand elsewhere in one of 18
        return IdCell("lost")
    if power not in (17, 19, 21):
        return IdCell("length")
    return IdCell("lost", known=digits[:KEPT_DIGITS] if len(digits) >= KEPT_DIGITS else digits[:-1])


def _old(plain: str, on: date | None) -> IdCell:
    number = eighteen(plain)
    return IdCell("old", number, fix=number) if birth_is_possible(number[6:14], on) else IdCell("birth")


def _not_a_number(plain: str, on: date | None) -> IdCell:
    """Letters where digits should be; O for 0 and I for 1 leave one possible number, if that is right."""
    digits = plain.translate(_TYPED_LETTERS)
    if digits != plain and _SHAPE.fullmatch(digits):
        meant = read_id(digits, on=on)
        return IdCell("chars", fix=meant.number if meant.state == "whole" else "")
    begun = re.match(r"\d{14,15}", plain, re.ASCII)
    return IdCell("chars", known=begun[0] if begun and birth_is_possible(plain[6:14], on) else "")
