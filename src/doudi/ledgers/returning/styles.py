"""The styles of a workbook with a few added: each bad cell keeps its own, with a fill. Knows no sheets."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from doudi.ledgers.returning.parts import MAIN, parsed, serialized

_FILL = "FFFFC7CE"
_NOTE = "FFFFF2CC"
_MOST = 64_000


class Styles:
    """`xl/styles.xml`, growing as cells ask for their marked style."""

    def __init__(self, xml: bytes) -> None:
        self.root = parsed(xml) if xml else etree.Element(f"{{{MAIN}}}styleSheet")
        self.formats = self._list("cellXfs", "xf")
        self.fills = self._list("fills", "fill")
        self._of: dict[int, int] = {}
        self._bad_fill, note_fill = self._fill(_FILL), self._fill(_NOTE)
        self._plain_bad = self._format(None, self._bad_fill)
        self.heading = self._format(None, note_fill)
        self.note = self._format(None, None, wrapped=True)

    def bad(self, style: int) -> int:
        """The style of a cell with the fill of a bad one."""
        if style not in self._of:
            known = 0 <= style < len(self.formats) - 3 - len(self._of)
            if not known or len(self.formats) >= _MOST:
                return self._plain_bad
            self._of[style] = self._format(self.formats[style], self._bad_fill)
        return self._of[style]

    def xml(self) -> bytes:
        """The part as it is written."""
        for one in (self.formats, self.fills):
            one.set("count", str(len(one)))
        return serialized(self.root)

    def _list(self, name: str, item: str) -> etree._Element:
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is None:
            found = etree.SubElement(self.root, f"{{{MAIN}}}{name}")
        if not len(found):
            etree.SubElement(found, f"{{{MAIN}}}{item}")
        return found

    def _fill(self, colour: str) -> int:
        fill = etree.SubElement(etree.SubElement(self.fills, f"{{{MAIN}}}fill"), f"{{{MAIN}}}patternFill")
        fill.set("patternType", "solid")
        etree.SubElement(fill, f"{{{MAIN}}}fgColor").set("rgb", colour)
        etree.SubElement(fill, f"{{{MAIN}}}bgColor").set("indexed", "64")
        return len(self.fills) - 1

    def _format(self, like: etree._Element | None, fill: int | None, *, wrapped: bool = False) -> int:
        made = (
            deepcopy(like) if like is not None else etree.Element(f"{{{MAIN}}}xf", numFmtId="0", fontId="0")
        )
        if like is None:
            made.set("borderId", "0")
            made.set("fillId", "0")
        if fill is not None:
            made.set("fillId", str(fill))
            made.set("applyFill", "1")
        if wrapped:
            made.set("applyAlignment", "1")
            made.set("quotePrefix", "1")
            etree.SubElement(made, f"{{{MAIN}}}alignment", wrapText="1", vertical="top")
        self.formats.append(made)
        return len(self.formats) - 1
