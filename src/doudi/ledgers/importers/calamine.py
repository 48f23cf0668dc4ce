"""calamine's sheets brought to grids. It reads xlsx, xls and ods; what a file may hold was looked at before."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from itertools import islice
from typing import TypeVar

from python_calamine import (
    CalamineSheet,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from doudi.common.errors import DoudiError, InputFault
from doudi.ledgers.importers.columns import columns_of
from doudi.ledgers.importers.grid import Grid
from doudi.ledgers.importers.limits import Limits
from doudi.ledgers.importers.package import password
from doudi.ledgers.importers.sheets import Corners, Errors, grid, joined

_ROWS = 5_000
_T = TypeVar("_T")


def read_sheets(
    data: bytes,
    name: str,
    limits: Limits,
    errors: Mapping[str, Errors],
    merged: Mapping[str, list[Corners]] | None = None,
    hidden: frozenset[str] = frozenset(),
) -> tuple[Grid, ...]:
    """Every sheet of cells, hidden ones too; charts and macro sheets are left. What calamine does not tell of a
    format (error cells, merged ranges, hidden sheets) is handed in by sheet name."""
    with guarded(name, lambda: load_workbook(io.BytesIO(data))) as book:
        sheets = book.sheets_metadata
        if len(sheets) > limits.sheets:
            raise InputFault(f"有 {len(sheets):,} 张表", name, f"至多 {limits.sheets} 张", "分成几个文件")
        return tuple(
            _grid(
                guarded(name, lambda place=place: book.get_sheet_by_index(place)),  # type: ignore[misc]
                name,
                limits,
                errors.get(about.name, {}),
                (merged or {}).get(about.name),
                about.visible != SheetVisibleEnum.Visible or about.name in hidden,
            )
            for place, about in enumerate(sheets)
            if about.typ == SheetTypeEnum.WorkSheet
        )


def _grid(
    sheet: CalamineSheet,
    name: str,
    limits: Limits,
    errors: Errors,
    merged: list[Corners] | None,
    hidden: bool,
) -> Grid:
    if sheet.width > limits.columns or sheet.height * sheet.width > limits.cells:
        raise InputFault(
            f"有一张表的单元格铺开有 {sheet.height:,} 行 × {sheet.width:,} 列",
            name,
            f"至多 {limits.columns:,} 列、{limits.cells:,} 个单元格",
        )
    pieces = []
    start = sheet.start or (0, 0)
    # It begins at the sheet's first row whatever `start` says, though not at its first column.
    rows = islice(guarded(name, sheet.iter_rows), start[0], None)
    while some := list(islice(rows, _ROWS)):
        pieces.append(columns_of(some))
    return grid(
        sheet.name,
        joined(pieces),
        start=start,
        merged=merged if merged is not None else sheet.merged_cell_ranges or (),
        errors=errors,
        hidden=hidden,
    )


def guarded(name: str, read: Callable[[], _T]) -> _T:
    """Run a foreign reader; whatever it fails with is a damaged file, never a traceback.

    calamine's own slips come as `PanicException`, which is no `Exception`; those of Python itself are let through.
    """
    try:
        return read()
    except (DoudiError, MemoryError):
        raise
    except PasswordError:
        raise password(name) from None
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise damaged(name) from None  # the cause may quote the file, and so a person


def damaged(name: str) -> InputFault:
    """The message for a workbook that does not hold together."""
    return InputFault(
        "文件已损坏或不完整，表格读不出来", name, do="请发送方用 Excel 或 WPS 打开后另存为 .xlsx 重发"
    )
