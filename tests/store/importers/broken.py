"""Files that cannot or must not be taken in, as counties really send them, each with words its message must say."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl

from doudi.facts.edges import write_parquet
from tests.facts.cast import made_settlements

HEADER = (
    "setl_id,psn_no,med_type,begndate,enddate,setl_time,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,"
    "preselfpay_amt,inscp_amt,gend,ipt_days,init_setl_id"
)
ROW = "S1,990101000000001,21,2024-01-09,2024-01-12,2024-01-12 10:11:12,1786.95,86.95,0.00,100.00,1600.00,1,3,"


def with_cell(header: str, value: str, setl_id: str = "S2") -> str:
    """A second row whose one cell is changed."""
    cells = ROW.split(",")
    cells[0] = setl_id
    cells[HEADER.split(",").index(header)] = value
    return ",".join(cells)


def text(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> Callable[[Path], None]:
    """A CSV of these rows."""
    return lambda path: path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)  # type: ignore[return-value]


def raw(content: bytes) -> Callable[[Path], None]:
    """A file of these bytes."""
    return lambda path: path.write_bytes(content)  # type: ignore[return-value]


def workbook(path: Path) -> None:
    """An Excel workbook under a false name."""
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(ROW.split(","))
    book.save(path.with_suffix(".xlsx"))
    path.with_suffix(".xlsx").rename(path)


def cut_parquet(path: Path) -> None:
    """A Parquet file whose end did not arrive."""
    write_parquet(made_settlements(100), path)
    path.write_bytes(path.read_bytes()[:-100])


def damaged_parquet(path: Path) -> None:
    """A Parquet file with its end but with a hole in its data."""
    write_parquet(made_settlements(100), path)
    body = bytearray(path.read_bytes())
    body[40:400] = b"\xff" * 360
    path.write_bytes(body)


def folder(path: Path) -> None:
    """A folder."""
    path.mkdir()


def parquet_of_lists(path: Path) -> None:
    """A Parquet file with a column of a type that cannot be money."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True))
    columns = {name: pa.array([value]) for name, value in cells.items()}
    pq.write_table(pa.table({**columns, "medfee_sumamt": pa.array([[1.0]])}), path)


WITHOUT_SUM = HEADER.replace("medfee_sumamt,", "")

BROKEN: dict[str, tuple[str, Callable[[Path], None], tuple[str, ...]]] = {
    "missing columns": (
        "a.csv",
        text(header=WITHOUT_SUM),
        ("medfee_sumamt（医疗费总额）", "template settlements"),
    ),
    "wrong type in a sum": (
        "a.csv",
        text(ROW, with_cell("inscp_amt", "12元")),
        ("第 3 行 inscp_amt", "“12元”"),
    ),
    "wrong type in a day": (
        "a.csv",
        text(with_cell("enddate", "2024-02-30")),
        ("第 2 行 enddate", "2024-02-30"),
    ),
    "wrong type in a count": (
        "a.csv",
        text(with_cell("ipt_days", "三")),
        ("第 2 行 ipt_days", "“三”", "整数"),
    ),
    "a required cell empty": ("a.csv", text(with_cell("psn_no", "")), ("第 2 行 psn_no", "为空")),
    "a negative sum": (
        "a.csv",
        text(with_cell("inscp_amt", "-1")),
        ("第 2 行 inscp_amt", "为负", "init_setl_id"),
    ),
    "an absurd sum": ("a.csv", text(with_cell("inscp_amt", "99999999999")), ("大得不合理", "单位")),
    "a sum beyond all columns": ("a.csv", text(with_cell("inscp_amt", "9" * 30)), ("大得不合理",)),
    "more than two decimals": ("a.csv", text(with_cell("inscp_amt", "1.005")), ("1.005", "小数位数过多")),
    "an exponent": ("a.csv", text(with_cell("inscp_amt", "1E3")), ("1E3", "不是数字")),
    "an unknown code": ("a.csv", text(with_cell("gend", "7")), ("第 2 行 gend", "“7”", "1 男性")),
    "an identifier spoilt by a spreadsheet": (
        "a.csv",
        text(with_cell("psn_no", "9.90E+14")),
        ("9.90E+14", "重新导出"),
    ),
    "one setl_id twice": (
        "a.csv",
        text(ROW, with_cell("inscp_amt", "1", "S1")),
        ("S1", "第 2、3 行", "内容不同"),
    ),
    "too many cells": ("a.csv", text(ROW + ",9,9"), ("第 2 行", "格数与表头不符", "14")),
    "too few cells": ("a.csv", text("S1,99"), ("第 2 行", "格数与表头不符")),
    "an open quote": ("a.csv", text(ROW, '"S2' + ROW[2:], ROW), ("引号",)),
    "both spellings of one column": (
        "a.csv",
        text(ROW + ",0", header=HEADER + ",inscp_scp_amt"),
        ("“inscp_amt”和“inscp_scp_amt”是同一列",),
    ),
    "unknown headers": ("a.csv", text("1,2", header="甲,乙"), ("表头都不认识", "--as")),
    "one long line": ("a.csv", raw(HEADER.encode() + b"\n" + b"1" * (3 << 20)), ("超过 1048576 字节",)),
    "a workbook named .csv": ("a.csv", workbook, ("Excel", "CSV UTF-8")),
    "an old workbook named .csv": ("a.csv", raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), ("xls",)),
    "a web page named .csv": ("a.csv", raw(b"\xef\xbb\xbf\n <HTML><table>"), ("网页",)),
    "an empty file": ("a.csv", raw(b""), ("空文件",)),
    "nothing but space": ("a.csv", raw(b"\xef\xbb\xbf\r\n\r\n"), ("空文件",)),
    "a folder": ("a.csv", folder, ("文件夹",)),
    "no file": ("a.csv", lambda path: None, ("文件不存在",)),
    "a zero byte": ("a.csv", raw(HEADER.encode() + b"\nS1,\0"), ("空字节", str(len(HEADER) + 5))),
    "UTF-16": ("a.csv", text(ROW, encoding="utf-16"), ("UTF-16", "UTF-8")),
    "no known encoding": ("a.csv", raw(HEADER.encode() + b"\n" + b"\xff\xfe\xfd,"), ("UTF-8", "GBK")),
    "cut-off Parquet": ("a.parquet", cut_parquet, ("Parquet", "截断")),
    "damaged Parquet": ("a.parquet", damaged_parquet, ("Parquet", "损坏")),
    "CSV named .parquet": ("a.parquet", text(ROW), ("不是 Parquet",)),
    "Parquet with a foreign type": ("a.parquet", parquet_of_lists, ("medfee_sumamt", "list")),
    "a character cut in two at the end": (
        "a.csv",
        raw((HEADER + "\n中").encode("gb18030")[:-1]),
        ("UTF-8", "GBK"),
    ),
    "wide space alone": ("a.csv", raw("　".encode() * 3), ("没有表头",)),
    "a pipe": ("a.csv", lambda path: os.mkfifo(path), ("不是普通文件",)),
    "gzip": ("a.csv", raw(b"\x1f\x8b\x08\0abc"), ("gzip", "解开")),
}
"""By name: the file's name, how to make it, and what the message must say."""
