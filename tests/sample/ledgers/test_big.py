"""The plain files of a large county hold the same rows as the workbooks do, and a header that is understood."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from doudi.ledgers.importers import read_workbook
from doudi.ledgers.reading import read_file
from doudi.policy.ledgers.load import kinds
from doudi.sample.ledgers.big import make_big
from doudi.sample.order import Order


def test_every_plain_file_is_read_as_its_kind_with_all_its_rows(tmp_path: Path) -> None:
    files = make_big(Order(people=1_500), tmp_path / "big")
    declared = kinds()
    assert {"population", "residents", "resident_insurance", "uninsured", "special_groups"} <= set(files)
    for name, path in files.items():
        rows = pq.read_table(tmp_path / "big" / "truth" / f"rows_{name}.parquet")
        (sheet,) = read_file(read_workbook(path), declared, as_of=date(2026, 6, 30)).sheets
        assert sheet.kind is not None
        assert sheet.kind.name == ("premium_payments" if name == "budget_payments" else name)
        assert sheet.accepted + len(sheet.refused) == rows.num_rows
        amounts = sheet.table["pay_amt_fen"].drop_null().to_pylist() if "payments" in name else [40_000]
        assert {abs(one) for one in amounts} <= {20_000, 28_000, 40_000}
