"""The sheet of what was found: first the count of every sheet, then each problem with its place. Rows of plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from doudi.ledgers.reading.result import FileReading

MOST = 100_000
"""A longer list nobody reads; the rows themselves carry their reasons."""
Line = tuple[str | int, ...]


def lines(reading: FileReading) -> Iterator[Line]:
    """The lines of the sheet, the first of each part its heading."""
    yield "表", "台账", "总行数", "采用", "不采用", "非数据行", "问题数"
    for sheet in reading.sheets:
        kind = sheet.kind.zh if sheet.kind else "未识别"
        left = sum(sheet.left_out_by_name.values())
        yield sheet.name, kind, sheet.rows_in, sheet.accepted, len(sheet.refused), left, len(sheet.problems)
    yield ()
    yield "问题种类", "个数"
    counts = Counter(one.problem for sheet in reading.sheets for one in sheet.problems)
    yield from counts.most_common(200)
    yield ()
    yield "表", "行", "列", "单元格内容", "问题", "建议", "改为"
    told = 0
    for sheet in reading.sheets:
        for one in sheet.problems:
            told += 1
            if told > MOST:
                yield (f"其余不再列出，见各表右侧“问题”“建议”两列；此处至多列 {MOST:,} 条",)
                return
            yield one.sheet, one.row or "整列", one.header, one.value, one.problem, one.suggestion, one.fix
