"""The parts that hold a package together: content types, relations, the list of sheets. Small, so read as XML."""

from __future__ import annotations

import posixpath

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


class NotEditable(Exception):  # noqa: N818 -- no fault: such a workbook comes back as a new one
    """A workbook is readable, but not so made that it could be edited in place."""


def parsed(xml: bytes) -> etree._Element:
    """A part as elements: nothing outside is fetched, no entity is put in."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotEditable from None


def serialized(root: etree._Element) -> bytes:
    """Elements as a part."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


class Relations:
    """A part's relations."""

    def __init__(self, part: str, xml: bytes) -> None:
        folder, name = posixpath.split(part)
        self.part = posixpath.join(folder, "_rels", f"{name}.rels")
        self.folder = folder
        self.root = (
            parsed(xml) if xml else etree.Element(f"{{{_PACKAGE}}}Relationships", nsmap={None: _PACKAGE})
        )

    @staticmethod
    def place(part: str) -> str:
        """Where a part's relations are kept."""
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def target(self, key: str) -> str:
        """The part a relation leads to; empty where it leads nowhere."""
        for one in self.root:
            if one.get("Id") == key:
                return self._part(one)
        return ""

    def of_kind(self, kind: str) -> str:
        """The part of the first relation of a kind."""
        for one in self.root:
            if (one.get("Type") or "").endswith(f"/{kind}") and one.get("TargetMode") != "External":
                return self._part(one)
        return ""

    def add(self, kind: str, part: str) -> str:
        """A new relation to a part; gives its key."""
        taken = {one.get("Id") for one in self.root}
        key = next(name for i in range(1, len(taken) + 2) if (name := f"rIdDoudi{i}") not in taken)
        one = etree.SubElement(self.root, f"{{{_PACKAGE}}}Relationship")
        one.set("Id", key)
        one.set("Type", f"{OFFICE}/{kind}")
        one.set("Target", f"/{part}")
        return key

    def xml(self) -> bytes:
        """The part as it is written."""
        return serialized(self.root)

    def _part(self, one: etree._Element) -> str:
        target = one.get("Target") or ""
        return (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(self.folder, target))
        )


class ContentTypes:
    """What each part is."""

    def __init__(self, xml: bytes) -> None:
        self.root = parsed(xml)

    def extension(self, extension: str, kind: str) -> None:
        """Say what files with an ending are."""
        if not any(one.get("Extension", "").lower() == extension for one in self.root):
            self._first("Default", Extension=extension, ContentType=kind)

    def part(self, part: str, kind: str) -> None:
        """Say what one part is."""
        if not any(one.get("PartName", "").lower() == f"/{part}".lower() for one in self.root):
            one = etree.SubElement(self.root, f"{{{_TYPES}}}Override")
            one.set("PartName", f"/{part}")
            one.set("ContentType", kind)

    def _first(self, name: str, **said: str) -> None:
        one = etree.Element(f"{{{_TYPES}}}{name}")
        for key, value in said.items():
            one.set(key, value)
        self.root.insert(0, one)

    def xml(self) -> bytes:
        """The part as it is written."""
        return serialized(self.root)


class Book:
    """`xl/workbook.xml`: the sheets in order."""

    def __init__(self, xml: bytes) -> None:
        self.root = parsed(xml)
        sheets = next((one for one in self.root.iter(f"{{{etree.QName(self.root).namespace}}}sheets")), None)
        if sheets is None or etree.QName(self.root).namespace != MAIN:
            raise NotEditable
        self.sheets = sheets

    def relations(self) -> dict[str, str]:
        """Each sheet's relation, by name."""
        return {one.get("name", ""): self._key(one) for one in self.sheets if isinstance(one.tag, str)}

    def add(self, name: str, key: str) -> None:
        """A sheet at the end."""
        numbers = [int(one.get("sheetId", "0") or 0) for one in self.sheets if isinstance(one.tag, str)]
        made = etree.SubElement(self.sheets, etree.QName(etree.QName(self.root).namespace, "sheet"))
        made.set("name", name)
        made.set("sheetId", str(max(numbers, default=0) + 1))
        made.set(f"{{{OFFICE}}}id", key)

    @staticmethod
    def _key(sheet: etree._Element) -> str:
        return next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")

    def xml(self) -> bytes:
        """The part as it is written."""
        return serialized(self.root)
