"""Which rows of a simple sheet are records, in the plainest Python: for the test that compares."""

from __future__ import annotations

from collections.abc import Sequence


def sort_rows(lines: Sequence[Sequence[object]]) -> tuple[list[int], list[int], dict[int, str]]:
    """Accepted rows, refused rows, rows left out by name; the first line is the header. Columns: number in the list,
    name, identity number, sum."""
    accepted: list[int] = []
    refused: list[int] = []
    left = {1: "表头"}
    for row, (serial, name, number, _) in enumerate(lines[1:], 2):
        cells = [cell for cell in lines[row - 1] if cell is not None]
        if not cells:
            left[row] = "空行"
        elif list(lines[row - 1]) == list(lines[0]):
            left[row] = "重复表头"
        elif number:
            accepted.append(row)
        elif isinstance(name, str) and name.replace(" ", "") == "合计":
            left[row] = "合计"
        elif isinstance(serial, str):
            left[row] = "说明"
        elif cells == [serial]:
            left[row] = "空行"
        else:
            refused.append(row)
    return accepted, refused, left
