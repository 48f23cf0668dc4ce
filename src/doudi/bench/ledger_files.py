"""The jobs behind the lines for files: a workbook read beside its reader alone, and handed back beside openpyxl.

The file is made once from a seed; nobody in it exists.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import xlsxwriter
from python_calamine import load_workbook

from doudi.facts.declare import Column
from doudi.ledgers.importers import read_workbook
from doudi.ledgers.reading.result import ROW, CellProblem, FileReading, LeftOut, SheetReading
from doudi.ledgers.returning import return_workbook
from doudi.policy.ledgers.kind import LedgerColumn, LedgerKind

SEED = 990101
COLUMNS = 15
_KIND = LedgerKind(
    "bench", "台账", "ledger", "", "person", "list", ("psn_name",), (LedgerColumn(Column("psn_name", "text", "姓名", "name")),)
)  # fmt: skip


def make(rows: int, folder: str) -> dict[str, Any]:
    """One ledger as xlsx and as a CSV in GB18030: a title, a header, and rows of names, numbers, days and words."""
    draw = random.Random(SEED)
    xlsx, csv = Path(folder) / f"ledger{rows}.xlsx", Path(folder) / f"ledger{rows}.csv"
    with xlsxwriter.Workbook(xlsx) as book, csv.open("w", encoding="gb18030") as text:
        sheet, day = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, COLUMNS - 1, "样例县参保台账")
        sheet.write_row(1, 0, [f"列{i}" for i in range(COLUMNS)])
        text.write("样例县参保台账\n" + ",".join(f"列{i}" for i in range(COLUMNS)) + "\n")
        for at in range(2, rows + 2):
            number = f"990101{draw.randrange(10**11, 10**12)}"
            words = [draw.choice(("男", "女", "是", "否", "东村", "西村", "第三组")) for _ in range(8)]
            figures = [44_000 + draw.randrange(2_000), draw.randrange(10_000) / 100, draw.randrange(100), 380]
            cells = [number, f"样{draw.randrange(9_999)}", *words, f"1{draw.randrange(10**10)}"]
            sheet.write_row(at, 0, cells)
            sheet.write_number(at, len(cells), figures[0], day)
            sheet.write_row(at, len(cells) + 1, figures[1:])
            text.write(",".join(map(str, [*cells, *figures])) + "\n")
    return {"seconds": 0.0, "xlsx": str(xlsx), "csv": str(csv)}


def read(file: str) -> dict[str, Any]:
    """A file read into a grid."""
    start = time.perf_counter()
    grid = read_workbook(file).sheets[0]
    return {"seconds": time.perf_counter() - start, "rows": grid.rows}


def calamine_alone(file: str) -> dict[str, Any]:
    """What the reader underneath takes for the same cells, unchecked and as lists."""
    start = time.perf_counter()
    book = load_workbook(file)
    rows = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    return {"seconds": time.perf_counter() - start, "rows": rows}


def returned(file: str, out: str) -> dict[str, Any]:
    """The workbook handed back with a wrong cell in every hundredth row."""
    reading = _reading(file)
    start = time.perf_counter()
    return_workbook(Path(file), reading, Path(out))
    return {"seconds": time.perf_counter() - start, "problems": len(reading.sheets[0].problems)}


def by_openpyxl(file: str, out: str) -> dict[str, Any]:
    """The same workbook opened and saved by openpyxl, with nothing written into it."""
    start = time.perf_counter()
    openpyxl.load_workbook(file).save(out)
    return {"seconds": time.perf_counter() - start}


def _reading(file: str) -> FileReading:
    workbook = read_workbook(file)
    grid = workbook.sheets[0]
    problems = tuple(
        CellProblem(grid.name, row, 1 + row % COLUMNS, "列", "", "id_check", "校验位不对", "核对原件")
        for row in range(3, grid.rows + 1, 100)
    )
    table = pa.table({ROW: pa.array(range(3, grid.rows + 1), pa.int32())})
    left = (LeftOut(1, "标题"), LeftOut(2, "表头"))
    sheet = SheetReading(grid.name, _KIND, (2,), (), "", table, (), left, problems, grid.rows)
    return FileReading(workbook, (sheet,))
