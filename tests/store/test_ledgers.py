"""Views of the register in the store: found again, the same bytes, nothing that names anybody, never half of one."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doudi.common.errors import StoreFault
from doudi.store.ledgers import KEPT, LedgerStore, View

VIEW = View("token", dt.date(2026, 6, 30), 2026)
ROWS = pa.table(
    {
        "entry_id": pa.array([3, 1, 2], pa.int64()),
        "person_id": pa.array([7, None, 9], pa.int64()),
        "category": ["低保", "特困", None],
        "pay_amt_fen": pa.array([1, 2, None], pa.int64()),
    }
)
TAGS = pa.table(
    {"entry_id": [2, 1, 2, 2], "tag": ["乙", "甲", "甲", "丙"], "level": [None, "一", None, "二"]}
)


def tables() -> Iterator[tuple[str, pa.Table]]:
    yield "special_groups", ROWS
    yield "tags", TAGS


def never() -> Iterator[tuple[str, pa.Table]]:
    pytest.fail("an unchanged register was read again")
    yield


def bytes_of(home: Path) -> dict[str, bytes]:
    root = home / "store" / "ledgers"
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }


def test_a_view_is_kept_and_found_again_without_reading_the_register(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path)
    assert store.find(VIEW) is None
    kept = store.keep(VIEW, tables)
    assert kept.rows == {"special_groups": 3, "tags": 4}
    assert store.keep(VIEW, never) == kept == store.find(VIEW)
    assert kept.table("special_groups")["entry_id"].to_pylist() == [1, 2, 3]
    assert pq.read_table(kept.paths["tags"])["tag"].to_pylist() == ["甲", "丙", "乙", "甲"]


def test_a_changed_register_another_day_and_another_year_are_other_views(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path)
    others = [
        View("other", VIEW.as_of, VIEW.year),
        View(VIEW.token, dt.date(2026, 6, 29), VIEW.year),
        View(VIEW.token, VIEW.as_of),
    ]
    ids = {store.keep(view, tables).id for view in (VIEW, *others)}
    assert len({view.name for view in (VIEW, *others)}) == 4
    assert len(ids) == 1  # what they hold is the same


def test_rows_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    turned = [
        ("tags", TAGS.take([3, 0, 2, 1])),
        ("special_groups", pa.concat_tables([ROWS.slice(2), ROWS.slice(0, 2)])),
    ]
    LedgerStore(tmp_path / "a").keep(VIEW, tables)
    LedgerStore(tmp_path / "b").keep(VIEW, lambda: turned)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


@pytest.mark.parametrize("column", ["certno", "psn_name", "guardian_name"])
def test_a_column_that_names_somebody_is_refused_and_nothing_is_kept(tmp_path: Path, column: str) -> None:
    store = LedgerStore(tmp_path)
    named = [("tags", TAGS), ("deaths", pa.table({"entry_id": [1], column: ["样某"]}))]
    with pytest.raises(StoreFault, match=column) as fault:
        store.keep(VIEW, lambda: named, identifying={"guardian_name"})
    assert "样某" not in str(fault.value)
    assert store.find(VIEW) is None
    assert bytes_of(tmp_path).keys() == {"lock"}


def test_damage_is_told(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path)
    kept = store.keep(VIEW, tables)
    store.verify(VIEW)
    path = kept.paths["tags"]
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreFault, match="不符"):
        store.verify(VIEW)
    path.write_bytes(content[:-1])
    with pytest.raises(StoreFault, match="不完整"):
        store.find(VIEW)
    (kept.folder / "manifest.json").write_text(json.dumps({"id": "1"}))
    with pytest.raises(StoreFault, match="清单"):
        store.find(VIEW)
    with pytest.raises(StoreFault, match="没有"):
        store.verify(View("never", VIEW.as_of))


def test_old_views_give_way(tmp_path: Path) -> None:
    store = LedgerStore(tmp_path)
    views = [View(str(n), VIEW.as_of) for n in range(KEPT + 2)]
    for n, view in enumerate(views):
        kept = store.keep(view, tables)
        os.utime(kept.folder, (n, n))
    assert [store.find(view) is not None for view in views] == [False, False] + [True] * KEPT


def test_tables_without_rows_or_keys_are_kept_as_they_are(tmp_path: Path) -> None:
    given = {
        "deaths": ROWS.slice(0, 0),
        "divisions": pa.table({"code": ["2", "1"]}),
        "other": pa.table({"x": [2, 1]}),
    }
    kept = LedgerStore(tmp_path).keep(VIEW, given.items)
    assert kept.table("deaths").num_rows == 0
    assert kept.table("divisions")["code"].to_pylist() == ["1", "2"]
    assert kept.table("other")["x"].to_pylist() == [2, 1]


KILLED = """
import os, sys
from pathlib import Path
from tests.store.test_ledgers import VIEW, tables
from doudi.store.ledgers import LedgerStore
def slow():
    for name, table in tables():
        yield name, table
        if name == sys.argv[2]:
            print("there", flush=True)
            sys.stdin.read()
LedgerStore(Path(sys.argv[1])).keep(VIEW, slow)
"""


@pytest.mark.parametrize("after", ["special_groups", "tags"])
def test_a_killed_writer_leaves_nothing_that_counts(tmp_path: Path, after: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path), after], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    store = LedgerStore(tmp_path)
    assert store.find(VIEW) is None
    kept = store.keep(VIEW, tables)
    assert kept.rows == {"special_groups": 3, "tags": 4}
    assert bytes_of(tmp_path).keys() == {
        "lock",
        *(f"{VIEW.name}/{n}" for n in ("manifest.json", "special_groups.parquet", "tags.parquet")),
    }


def test_two_at_once_make_one(tmp_path: Path) -> None:
    program = KILLED.replace("sys.stdin.read()", "pass")
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), "tags"], stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [child.wait() for child in children] == [0, 0, 0]
    LedgerStore(tmp_path).verify(VIEW)
