"""What each declared level means in a table: SQL over the columns of `records`, with `_l` and `_r` for the two sides.

Only numbers are compared, but for the digits of a wrong number. A level that a model declares and nobody means here, or
the other way round, is a fault of ours and is told when the model is made ready. Must not know any weight.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from doudi.engine.linkage.names import CONFUSED_BITS, FINAL_BITS, INITIAL_BITS, PART_BITS, PARTS, PLACES

ELSE: Final = "ELSE"
_MASK: Final = (1 << PART_BITS) - 1
#: A lunar birthday lies fifteen to fifty days before the solar one; a leap month adds to it. Months count 31 days here.
_LUNAR_DAYS, _YEAR_DAYS, _MONTH_DAYS = 62, 372, 31


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _heard(left: str, right: str) -> str:
    shared = f"({left} & {right})"
    return f"({shared} & {INITIAL_BITS} <> 0 and {shared} & {FINAL_BITS} <> 0)"


def _levelled(column: str) -> str:
    return f"(({column} & {~CONFUSED_BITS}) | (({column} & {CONFUSED_BITS}) >> 1))"


def _part(side: str, k: int, place: int) -> str:
    return f"(g{k}_{side} >> {PART_BITS * place}) & {_MASK}"


def _seen(k: int) -> str:
    """Both characters have a part in common; asked of the one place in which two names differ."""
    pairs = [f"({_part('l', k, i)}) = ({_part('r', k, j)})" for i in range(PARTS) for j in range(PARTS)]
    told = [
        f"({_part('l', k, i)}) <> 0 and ({' or '.join(pairs[i * PARTS : (i + 1) * PARTS])})"
        for i in range(PARTS)
    ]
    return f"(c{k}_l <> c{k}_r and ({' or '.join(told)}))"


def _every_place(ways: Iterable[str]) -> str:
    return "length_l = length_r and " + " and ".join(
        f"({_same(f'c{k}')} or {way})" for k, way in enumerate(ways)
    )


_SOUND = [_heard(f"s{k}_l", f"s{k}_r") for k in range(PLACES)]
_NEAR = [_heard(_levelled(f"s{k}_l"), _levelled(f"s{k}_r")) for k in range(PLACES)]
_OTHER_PLACES = " + ".join(f"(c{k}_l <> c{k}_r)::int" for k in range(PLACES))
_ONE_OTHER = f"length_l = length_r and ({_OTHER_PLACES}) = 1"

_YEAR = "born_l // 10000 = born_r // 10000"
_MONTH = "born_l // 100 % 100 = born_r // 100 % 100"
_DAY = "born_l % 100 = born_r % 100"
_TURNED = "born_l // 100 % 100 = born_r % 100 and born_l % 100 = born_r // 100 % 100"


def _days(side: str) -> str:
    """Days by a calendar of twelve months of 31."""
    return f"(born_{side} // 10000 * {_YEAR_DAYS} + born_{side} // 100 % 100 * {_MONTH_DAYS} + born_{side} % 100)"


_APART = f"abs({_days('l')} - {_days('r')})"
_WRONG = "(wrong_l or wrong_r)"
_SPOILT = "(digits_l is null or digits_r is null)"
_MISSED = "mismatches(digits_l, digits_r)"
_ENDS = "right(rtrim(digits_l, '_'), 4) = right(rtrim(digits_r, '_'), 4)"
_OMITTED = f"left(digits_l, 14) = left(digits_r, 14) or {_ENDS}"


def _one_edit(first: str, second: str) -> str:
    """One digit wrong, two neighbours turned round, one left out or put in.

    Counting edits is dear, so it is asked of few pairs; and DuckDB computes an expression that occurs twice for every
    row, guarded or not, so that the two places that ask write it differently.
    """
    edits = f"damerau_levenshtein(rtrim(digits_{first}, '_'), rtrim(digits_{second}, '_'))"
    return f"({_MISSED} <= 1 or (({_MISSED} = 2 or ({_OMITTED})) and {edits} <= 1))"


_ALONE = "(born_l is null or born_r is null)"

#: The column that a comparison leaves out of account where it is missing, and the SQL of each level but the last.
LEVELS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "name": (
        "name_l is null or name_r is null",
        {
            "exact": _same("name"),
            "sound": _every_place(_SOUND),
            "shape": f"{_ONE_OTHER} and ({' or '.join(_seen(k) for k in range(PLACES))})",
            "near_sound": _every_place(_NEAR),
            "shorter": "abs(length_l - length_r) = 1 and c0_l = c0_r and (c1_l = c1_r or last_l = last_r)",
            "one_other": _ONE_OTHER,
            "other": ELSE,
        },
    ),
    "born": (
        "born_l is null or born_r is null",
        {
            "exact": _same("born"),
            "two_parts": f"({_YEAR} and ({_MONTH} or {_DAY} or ({_TURNED}))) or ({_MONTH} and {_DAY})",
            "near": f"{_APART} <= {_LUNAR_DAYS}",
            "same_year": f"{_APART} <= {_YEAR_DAYS}",
            "other": ELSE,
        },
    ),
    "number": (
        "first15_l is null or first15_r is null",
        {
            "whole": f"{_same('digits')} and not {_WRONG}",
            "known": f"{_SPOILT} and first15_l = first15_r",
            "known_other": _SPOILT,
            "one_digit_alone": f"{_WRONG} and {_ALONE} and {_one_edit('l', 'r')}",
            "one_digit": f"{_WRONG} and {_one_edit('r', 'l')}",
            "few_digits": f"{_WRONG} and ({_MISSED} <= 3 or {_ENDS})",
            "other": ELSE,
        },
    ),
    "sex": ("sex_l is null or sex_r is null", {"same": _same("sex"), "other": ELSE}),
    "village": (
        "(village_l is null or village_r is null) and (town_l is null or town_r is null or town_l = town_r)",
        {"same": _same("village"), "town": _same("town"), "other": ELSE},
    ),
    "household": ("household_l is null or household_r is null", {"same": _same("household"), "other": ELSE}),
    "phone": ("phone_l is null or phone_r is null", {"same": _same("phone"), "other": ELSE}),
}
#: The level whose chance share is the frequency of the very name.
BY_FREQUENCY: Final = ("name", "exact")
#: Where the chance share of a level is counted in the register: in this column.
COUNTED_IN: Final = {("name", "exact"): "name", ("born", "exact"): "born", ("village", "same"): "village"}

#: A pair is looked at if one of these holds: what agrees (`l`, `r` stand for the sides), and what is asked besides.
BLOCKS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("born", "c0"), ""),
    (("born", "last"), ""),
    (("born", "village"), ""),
    (("name", "village"), ""),
    (("name", "born // 10000"), ""),
    (("name", "born % 10000"), ""),
    (("household",), ""),
    (("phone",), ""),
    (("first15",), ""),
    (("name",), "l.born is null and (l.wrong or l.village is null)"),
    (("village", "c0", "c1"), "l.born is null"),
    (("village", "c0", "last"), "l.born is null"),
    (("village", "last", "c1"), "l.born is null"),
)
