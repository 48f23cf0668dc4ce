"""Bytes of a text file brought to UTF-8: byte order mark, UTF-8, UTF-16, GB18030 or Big5, by what the bytes say.

A text that is damaged is still read, with U+FFFD where it is, and said to be so. Knows no fields.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from doudi.common.errors import InputFault

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 1 << 20
_PIECE = 1 << 22
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "utf-32-le": "UTF-32LE",
    "utf-32-be": "UTF-32BE",
    "gb18030": "GB18030",
    "big5": "Big5",
}


@dataclass(frozen=True)
class Text:
    """A text in UTF-8 without a mark, what it was written in, and how many characters could not be read."""

    data: bytes
    encoding: str
    damaged: int = 0


def to_utf8(data: bytes, name: str, said: str = "") -> Text:
    """The text of a file. `said`: the encoding it gives itself (an HTML page), believed where it fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if guess := _wide(data):
        return _decoded(data, guess)
    if b"\0" in data or len(_CONTROLS.findall(data, 0, 1 << 16)) > 8:
        raise InputFault(
            "不是表格文件",
            name,
            "xlsx、xls、et、ods、csv、tsv 或网页表格",
            "核对附件，用 Excel 或 WPS 另存为 .xlsx",
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found = _chinese(data, said)
        return _decoded(data, found) if found else _counted(data.decode("utf-8", "replace"), "utf-8")
    return Text(data, "UTF-8")


def _decoded(data: bytes, encoding: str) -> Text:
    if encoding == "utf-8":
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return _counted(data.decode("utf-8", "replace"), encoding)
        return Text(data, "UTF-8")
    try:
        return Text(_by_pieces(data, encoding), NAMES[encoding])
    except (UnicodeDecodeError, UnicodeEncodeError):
        return _counted(data.decode(encoding, "replace"), encoding)


def _by_pieces(data: bytes, encoding: str) -> bytes:
    """The same text in UTF-8; piece by piece, for as characters it would take several times the room."""
    decoder = codecs.getincrementaldecoder(encoding)()
    pieces = [
        decoder.decode(data[start : start + _PIECE], start + _PIECE >= len(data)).encode("utf-8")
        for start in range(0, len(data), _PIECE)
    ]
    return b"".join(pieces)


def _counted(text: str, encoding: str) -> Text:
    return Text(text.encode("utf-8", "replace"), NAMES[encoding], text.count("\ufffd"))


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of the separators and digits is nought."""
    head = data[: 1 << 12]
    if len(head) < 4 or b"\0" not in head:
        return None
    counts = {
        "utf-16-le": sum(head.count(sign) for sign in (b",\0", b"\t\0", b"\n\0", b";\0")),
        "utf-16-be": sum(head.count(sign) for sign in (b"\0,", b"\0\t", b"\0\n", b"\0;")),
    }
    likely = sorted(counts, key=lambda encoding: -counts[encoding])
    return next((one for one in likely if counts[one] and not _broken(data, one)), None)


def _broken(data: bytes, encoding: str) -> bool:
    text = data[: _LOOKED_AT & ~1].decode(encoding, "replace")
    return text.count("\ufffd") + text.count("\0") > 2 + len(text) // 100


def _chinese(data: bytes, said: str) -> str | None:
    """GB18030 or Big5, whichever the pairs of bytes are common characters of; None where neither fits.

    Nearly all of what is written lies in the first level of GB 2312 or of Big5; a text of one, read as the other,
    scatters over characters that nobody uses.
    """
    head = data[:_LOOKED_AT]
    pairs = _PAIR.findall(head)
    high = sum(byte >= 0x80 for byte in head[: 1 << 16])
    if not pairs or not high:
        return None
    gb = sum(0xA1 <= one[0] <= 0xF7 and one[1] >= 0xA1 for one in pairs) / len(pairs)
    big5 = sum(0xA1 <= one[0] <= 0xC6 and (one[1] <= 0x7E or one[1] >= 0xA1) for one in pairs) / len(pairs)
    order = ["gb18030", "big5"] if gb >= big5 or gb >= 0.9 else ["big5", "gb18030"]
    if said in ("big5", "gb18030"):
        order = [said, *(one for one in order if one != said)]
    for encoding in order:
        wrong = head.decode(encoding, "replace").count("\ufffd")
        if wrong * 50 <= len(pairs):
            return encoding
    return None
