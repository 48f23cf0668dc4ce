"""Reading the workbook back: its rows become policy files again, and every fault names its cell.

The files are checked as any policy is before one of them is written, and all are written or none.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from doudi.common.errors import InputFault
from doudi.policy.faults import raise_in_order
from doudi.policy.pack import Pack, from_document, load
from doudi.policy.text import Document, Loc
from doudi.policy.values import BadValue, read_value
from doudi.policy.workbook import layout, words
from doudi.policy.workbook.cells import Book, Row
from doudi.policy.yaml_text import dump

SOURCE_KEYS = tuple(column.key for column in layout.SOURCE)
_CODE = re.compile(r"(?:.*（)?([a-z0-9_]+)）?", re.DOTALL)

Data = dict[str, Any]


@dataclass
class Celled(Document):
    """Policy data that came from cells: a place in it is a cell."""

    places: dict[Loc, str] = field(default_factory=dict)

    def where(self, loc: Loc) -> str:
        """The cell of a place, or of the nearest place that holds it."""
        while loc and loc not in self.places:
            loc = loc[:-1]
        return self.places.get(loc, str(self.path))


def import_workbook(path: Path, out: Path) -> Pack:
    """Read a workbook and write the policy files that it stands for below `out`; gives the pack back.

    `out` must not exist or be empty. Raises every fault of every cell at once, and writes nothing then.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputFault(
            "输出目录已有内容", str(out), "不存在或空的目录", "换一个目录，核对后再放到政策目录中"
        )
    reading = _Reading(Book(path))
    main, files = reading.files()
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for name, data in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_text(dump(data), encoding="utf-8")
        load(beside / main)
        beside.chmod(0o755)
        if out.exists():
            out.rmdir()
        beside.replace(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return load(out / main)


class _Reading:
    """One workbook on its way to files."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.places: dict[Loc, str] = {}
        self.codes: dict[str, dict[str, str]] = {}  # dimension → class code or name → code

    def files(self) -> tuple[str, dict[str, Data]]:
        """The main file's name, and every file's data. Raises all faults."""
        pack: Data = {"doudi": "settlement/1", **self._about()}
        pack["dimensions"] = self._dimensions()
        pack["prepay"] = [body for _, body in self._each(layout.PREPAY, lambda i, row: ("prepay", i))]
        pack["order"] = self._order()
        pack["layers"] = self._layers()
        files = self._files()
        main = next(iter(files), "")
        homes, parameters = self._parameters(main, files)
        raise_in_order(self.book.faults)
        checked = {name: _sourced(body, pack.get("source")) for name, body in parameters.items()}
        order = {place: number for number, place in enumerate(self.places)}
        from_document(Celled(self.book.path, _filled({**pack, "parameters": checked}), order, self.places))
        for name, data in files.items():
            source = pack.get("source") if name == main else data.get("source")
            data["parameters"] = {
                parameter: _sourced(body, source)
                for parameter, body in parameters.items()
                if homes[parameter] == name
            }
        start = PurePosixPath(main).parent
        uses = [PurePosixPath(os.path.relpath(name, start)).as_posix() for name in files if name != main]
        held = files[main]["parameters"]
        written = {main: _filled({**pack, "uses": uses, "parameters": held})}
        for name, data in files.items():
            if name != main:
                written[name] = {"doudi": "parameters/1", **_filled(data), "parameters": data["parameters"]}
        return main, written

    # — the sheets —

    def _about(self) -> Data:
        out: Data = {}
        for key, value, where in self.book.about():
            head, _, tail = key.partition(".")
            if value is not None:
                (out.setdefault(head, {}) if tail else out)[tail or head] = value
            self.places[(head, tail) if tail else (head,)] = where
        return out

    def _each(self, title: str, loc: Callable[[int, Row], Loc]) -> Iterator[tuple[Row, Data]]:
        """The rows of a sheet as plain data, each cell's place noted."""
        for i, row in enumerate(self.book.sheet(title).rows):
            place = loc(i, row)
            self.places.setdefault(place, row.where())
            self._note(place, row)
            yield row, {key: value for key, value in row.cells.items() if value is not None}

    def _note(self, place: Loc, row: Row) -> None:
        self.places |= {(*place, key): row.where(key) for key in row.sheet.letters}

    def _layers(self) -> Data:
        out: Data = {}
        for row, body in self._each(layout.LAYERS, lambda i, row: ("layers", str(row.get("code")))):
            code = self._needed(row, "code", body)
            if code in out:
                self.book.say(row.where("code"), f"层 {code} 出现两行", do="每层只写一行")
            if body.get("on") == "true":
                del body["on"]
            out[code] = body
        return out

    def _dimensions(self) -> Data:
        out: Data = {}
        for row in self.book.sheet(layout.CLASSES).rows:
            name = self._needed(row, "dimension", {})
            dimension = out.setdefault(name, {"classes": []})
            for key, cell in (("zh", "dimension_zh"), ("en", "dimension_en"), ("date", "date")):
                self._agree(row, cell, dimension, key, "同一维度各行")
                self.places.setdefault(("dimensions", name, key), row.where(cell))
            one = {
                key: row.get(key)
                for key in ("code", "zh", "en", "when", "unless")
                if row.get(key) is not None
            }
            place: Loc = ("dimensions", name, "classes", len(dimension["classes"]))
            self.places.setdefault(("dimensions", name), row.where("dimension"))
            self.places[place] = row.where("code")
            self._note(place, row)
            dimension["classes"].append(one)
            codes = self.codes.setdefault(name, {"其余": "otherwise", "otherwise": "otherwise"})
            codes |= {str(one.get(key)): str(one.get("code")) for key in ("zh", "code") if key in one}
        keys = ("zh", "en", "date", "classes")
        return {name: _filled({key: one.get(key) for key in keys}) for name, one in out.items()}

    def _order(self) -> list[Any]:
        out: list[Any] = []
        for row, body in self._each(layout.ORDER, lambda i, row: ("order", i)):
            out.append({"from": body.get("from"), "layers": _words(self._needed(row, "layers", body))})
        if len(out) == 1 and out[0]["from"] is None:
            where = self.places[("order", 0)]
            self.places |= {("order", i): where for i in range(len(out[0]["layers"]))}
            return list(out[0]["layers"])
        return [_filled(one) for one in out]

    def _files(self) -> dict[str, Data]:
        out: dict[str, Data] = {}
        for row in self.book.sheet(layout.FILES).rows:
            name = self._needed(row, "path", {})
            path = PurePosixPath(name)
            if (
                path.is_absolute()
                or ".." in path.parts
                or path.suffix != ".yaml"
                or "\\" in name
                or name in out
            ):
                what = f"“{name}”不能作文件位置" if name not in out else f"文件 {name} 出现两行"
                self.book.say(row.where("path"), what, "相对路径，如 parameters/zibo/aid.yaml")
            head = {key: row.get(key) for key in ("place", "zh", "en")}
            source = {key: row.get(key) for key in SOURCE_KEYS}
            out[name] = _filled({**head, "note": row.get("about"), "source": _filled(source)})
        return out

    # — parameters: a row per figure —

    def _parameters(self, main: str, files: dict[str, Data]) -> tuple[dict[str, str], dict[str, Data]]:
        homes: dict[str, str] = {}
        out: dict[str, Data] = {}
        for row in self.book.sheet(layout.PARAMETERS).rows:
            name = self._needed(row, "name", {})
            home = row.get("file") or homes.get(name, main)
            if home not in files:
                self.book.say(row.where("file"), f"“{home}”不在表“{layout.FILES}”中", "、".join(files))
            if homes.setdefault(name, home) != home:
                self.book.say(row.where("file"), f"参数 {name} 的各行写了不同的文件", homes[name])
            place: Loc = ("parameters", name)
            self.places.setdefault(place, row.where("name"))
            body = out.setdefault(name, {"values": []})
            for key, cell in (("zh", "zh"), ("en", "en"), ("note", "about"), ("unit", "unit"), ("by", "by")):
                self._agree(row, cell, body, key, "同一参数各行")
                self.places.setdefault((*place, key), row.where(cell))
            if any(row.get(key) is not None for key in ("from", "to", "value")):
                self._figure(name, body, row)
        keys = ("zh", "en", "note", "unit", "by", "values")
        for body in out.values():
            body["by"] = _words(body.get("by"))
        return homes, {
            name: {key: body[key] for key in keys if body.get(key) or key == "values"}
            for name, body in out.items()
        }

    def _figure(self, name: str, body: Data, row: Row) -> None:
        entries, began = body["values"], self._needed(row, "from", {})
        number = next((i for i, entry in enumerate(entries) if entry["from"] == began), len(entries))
        place: Loc = ("parameters", name, "values", number)
        if number == len(entries):
            entries.append({"from": began, "to": row.get("to"), **{k: row.get(k) for k in SOURCE_KEYS}})
            self.places[place] = row.where("value")
            self._note(place, row)
        entry = entries[number]
        for key in ("to", *SOURCE_KEYS):
            if entry[key] != row.get(key):
                self.book.say(row.where(key), f"参数 {name} 自 {began} 起的各行在这一列不一致", "各行相同")
        by = _words(body.get("by"))
        value = self._value(str(body.get("unit")), row)
        codes = self._classes(row, by)
        if codes is None:
            return
        table = entry if not codes else entry.setdefault("table", {})
        for code in codes[:-1]:
            table = table.setdefault(code, {})
        last = codes[-1] if codes else "value"
        if last in table:
            self.book.say(row.where("value"), f"参数 {name} 自 {began} 起，这一类别出现两行", "每个类别一行")
        table[last] = value
        self.places[(*place, "table", *codes) if codes else (*place, "value")] = row.where("value")

    def _value(self, unit: str, row: Row) -> Any:
        text = row.get("value")
        if text is None:
            self.book.say(
                row.where("value"), "缺少值", words.EXAMPLES.get(unit), f"填上；不知道就写“{words.UNKNOWN}”"
            )
            return None
        if unit not in words.EXAMPLES:
            self.book.say(row.where("unit"), f"“{unit}”不是单位", "、".join(words.EXAMPLES))
            return None
        try:
            raw = words.read(unit, text)
            if raw is not None:
                read_value(unit, raw)
        except BadValue as bad:
            self.book.say(row.where("value"), bad.what, words.EXAMPLES[unit])
            return None
        return raw

    def _classes(self, row: Row, by: list[str]) -> list[str] | None:
        """The class codes of a row, one per dimension of its parameter; None after a fault."""
        out: list[str] = []
        for i, key in enumerate(layout.CLASS_KEYS):
            said = row.get(key)
            if (said is not None) != (i < len(by)):
                what = f"缺少 {by[i]} 的类别" if said is None else "参数没有这么多分类维度"
                self.book.say(row.where(key), what, f"分类维度：{'、'.join(by) or '无'}")
                return None
            if said is not None:
                known = self.codes.get(by[i], {})
                match = _CODE.fullmatch(said)
                out.append(known.get(said) or (match[1] if match else said))
        return out

    # — small steps —

    def _needed(self, row: Row, key: str, body: Data) -> str:
        value = row.get(key)
        body.pop(key, None) if key == "code" else None
        if value is None:
            heading = next(c.zh for c in layout.SHEETS[row.sheet.title] if c.key == key)
            self.book.say(row.where(key), f"缺少“{heading}”", do="填上，或删去整行")
        return str(value or "")

    def _agree(self, row: Row, cell: str, into: Data, key: str, whose: str) -> None:
        """Take a value that every row of a group repeats; a blank agrees with anything."""
        value = row.get(cell)
        if value is not None and into.setdefault(key, value) != value:
            self.book.say(row.where(cell), f"{whose}在这一列不一致", str(into[key]))


def _words(text: str | None) -> list[str]:
    """Names in one cell, parted by arrows, commas or blanks."""
    return [word for word in re.split(r"[\s→>、,，]+", text or "") if word]


def _filled(data: Data) -> Data:
    """Without what is empty."""
    return {key: value for key, value in data.items() if value is not None and value not in ({}, [])}


def _sourced(body: Data, default: Data | None) -> Data:
    """A parameter whose values say of their source what differs from the file's; a blank is said to be blank."""
    values = []
    for entry in body["values"]:
        out = {key: value for key, value in entry.items() if key not in SOURCE_KEYS}
        for key in SOURCE_KEYS:
            mine, general = entry.get(key), (default or {}).get(key)
            if key == "confirmed":
                mine, general = mine or "false", general or "false"
            if key == "note":
                general = None  # a remark is never inherited
            if mine != general:
                out[key] = "" if mine is None else mine
        first = {key: out[key] for key in ("from", "to", "value", "table") if key in out}
        values.append({key: v for key, v in (first | out).items() if v is not None or key == "value"})
    return {**body, "values": values}
