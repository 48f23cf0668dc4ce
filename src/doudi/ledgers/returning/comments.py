"""The comments of a sheet: a note at each bad cell, beside those its people wrote. Two parts: texts, and their boxes."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from doudi.ledgers.returning.parts import MAIN as _MAIN
from doudi.ledgers.returning.parts import parsed, serialized
from doudi.ledgers.returning.sheet_xml import column_letters

MOST = 3_000
"""A sheet with more comments opens slowly; the fill and the two columns are there for every cell all the same."""
AUTHOR = "兜底"
Note = tuple[int, int, str]
"""Row and column, from one, and what is said."""

_EMPTY = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'
_EMPTY_BOXES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)


def texts(existing: bytes, notes: Iterable[Note]) -> bytes:
    """The texts of the comments, the existing ones first; a cell that has one keeps it, ours goes below."""
    root = parsed(existing or _EMPTY.encode())
    authors, listed = root.find(f"{{{_MAIN}}}authors"), root.find(f"{{{_MAIN}}}commentList")
    if authors is None or listed is None:
        return existing
    etree.SubElement(authors, f"{{{_MAIN}}}author").text = AUTHOR
    number, there = str(len(authors) - 1), {one.get("ref"): one for one in listed}
    for row, column, said in notes:
        place = f"{column_letters(column)}{row}"
        if (comment := there.get(place)) is not None:
            text = comment.find(f"{{{_MAIN}}}text")
        else:
            comment = etree.SubElement(listed, f"{{{_MAIN}}}comment", ref=place, authorId=number)
            text = etree.SubElement(comment, f"{{{_MAIN}}}text")
        if text is not None:
            run = etree.SubElement(etree.SubElement(text, f"{{{_MAIN}}}r"), f"{{{_MAIN}}}t")
            run.text = f"{AUTHOR}：{said}"
    return serialized(root)


def boxes(existing: bytes, notes: Iterable[Note]) -> bytes:
    """The boxes of the comments, after what the drawing holds already."""
    drawing = existing.decode("utf-8", "replace") if existing else _EMPTY_BOXES
    end = drawing.rfind("</xml>")
    if end < 0:
        return existing
    made = "".join(_box(i, row - 1, column - 1) for i, (row, column, _) in enumerate(notes))
    shape = (
        '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" id="_x0000_t9202" coordsize="21600,21600" '
        'o:spt="202" xmlns:o="urn:schemas-microsoft-com:office:office" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    )
    return (drawing[:end] + shape + made + drawing[end:]).encode()


def _box(number: int, row: int, column: int) -> str:
    return (
        f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{900_000 + number}" type="#_x0000_t9202" '
        f'style="position:absolute;width:160pt;height:70pt;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        f'<v:fill color2="#ffffe1"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{column + 1}, 15, {row}, 2, {column + 4}, 15, {row + 4}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
