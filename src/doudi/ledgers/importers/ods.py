"""OpenDocument sheets: repeats and merged ranges looked through, then calamine reads the cells."""

from __future__ import annotations

import re

from doudi.ledgers.importers.calamine import damaged, read_sheets
from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.package import Package, password
from doudi.ledgers.importers.sheets import Corners, Errors
from doudi.ledgers.importers.xlsx import check_reach, links, macros, refuse_xml
from doudi.ledgers.importers.xml_cells import Doctype, Encoded, declares

_TOKEN = re.compile(
    rb"<(/?)(?:\w+:)?(table|table-row|table-cell|covered-table-cell)((?:\s[^<>]*)?)(/?)>"
    rb"|<(?:\w+:)?style\s[^<>]*?style:name=\"([^\"]*)\"[^<>]*style:family=\"table\""
)
_NUMBER = re.compile(rb"(columns-repeated|rows-repeated|columns-spanned|rows-spanned)\s*=\s*[\"']\s*([0-9]+)")
_LINKED = re.compile(rb"<(?:\w+:)?(?:table-source|dde-source|cell-range-source|dde-link)\b")
_NAME = re.compile(rb"table:name=(?:\"([^\"]*)\"|'([^']*)')")
_STYLE = re.compile(
    rb"<style:style\s[^<>]*style:name=\"([^\"]*)\"[^<>]*>(?:(?!</style:style>).)*?table:display=\"false\"",
    re.S,
)
_USES = re.compile(rb"table:style-name=\"([^\"]*)\"")
_CONTENT = "content.xml"


def read_ods(package: Package, limits: Limits) -> tuple[Grid, ...]:
    """The sheets of an OpenDocument workbook."""
    name = package.name
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise password(name)
    if package.has("basic/", "scripts/"):
        raise macros(name)
    if _CONTENT not in package.parts:
        raise damaged(name)
    for part in package.parts:
        if part.lower().endswith((".xml", ".rdf")) and part != _CONTENT:
            _declared(package.read(part), name)
    content = b"".join(package.chunks(_CONTENT))
    _declared(content, name)
    if _LINKED.search(content):
        raise links(name)
    walk = _Walk(content, name, limits)
    return read_sheets(package.data, name, limits, walk.errors, walk.merged, walk.hidden)


def _declared(data: bytes, name: str) -> None:
    try:
        declares(data)
    except (Doctype, Encoded) as why:
        refuse_xml(name, why)


class _Walk:
    """Where every cell comes to stand once its repeats are written out."""

    def __init__(self, content: bytes, name: str, limits: Limits) -> None:
        self.errors: dict[str, Errors] = {}
        self.merged: dict[str, list[Corners]] = {}
        hidden_styles = set(_STYLE.findall(content)) if b'table:display="false"' in content else set()
        hidden = set()
        sheet, row, column, repeat, depth = "", 0, 0, 1, 0
        width = text = 0
        filled = False
        for closing, tag, attributes, empty, _ in _TOKEN.findall(content):
            if tag == b"table":
                depth += -1 if closing else 0 if empty else 1
                if not closing and depth == 1:
                    said = _NAME.search(attributes)
                    sheet = _unescaped(said[1] or said[2]) if said else ""
                    row = width = text = 0
                    self.merged.setdefault(sheet, [])
                    uses = _USES.search(attributes)
                    if uses and uses[1] in hidden_styles:
                        hidden.add(sheet)
            elif tag == b"table-row":
                if closing or empty:
                    row += repeat if closing else _numbers(attributes).get(b"rows-repeated", 1)
                    if closing and filled:
                        text += repeat
                        check_reach(name, _CONTENT, row, width, limits)
                else:
                    repeat, column, filled = _numbers(attributes).get(b"rows-repeated", 1), 0, False
            elif tag and not closing:
                said_numbers = _numbers(attributes)
                if b"value-type" in attributes:
                    filled = True
                    width = max(width, column + said_numbers.get(b"columns-repeated", 1))
                    if b'calcext:value-type="error"' in attributes:
                        self.errors.setdefault(sheet, {})[(row, column)] = "#N/A"
                across, down = said_numbers.get(b"columns-spanned", 1), said_numbers.get(b"rows-spanned", 1)
                if across > 1 or down > 1:
                    self.merged.setdefault(sheet, []).append(
                        ((row, column), (row + down - 1, column + across - 1))
                    )
                column += said_numbers.get(b"columns-repeated", 1)
        self.hidden = frozenset(hidden)


def _numbers(attributes: bytes) -> dict[bytes, int]:
    if b"repeated" not in attributes and b"spanned" not in attributes:
        return {}
    return {key: min(int(value), 1 << 40) for key, value in _NUMBER.findall(attributes)}


def _unescaped(raw: bytes) -> str:
    from html import unescape

    return unescape(raw.decode("utf-8", "replace"))
