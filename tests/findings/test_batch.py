"""A run as a person asks for it: claims from a file or the store, up to a day, people from where they are."""

from __future__ import annotations

import datetime as dt
import json

import pyarrow.parquet as pq
import pytest

from doudi.common.errors import InputFault
from doudi.findings.batch import Request, last_policy, open_request, settle_batch
from doudi.store import Source, open_store
from tests.findings.small import POLICY, bill, bills, refund_of, request, table_of, write_claims
from tests.store.test_store import bytes_of

BY_TAG = POLICY.replace(
    "order:", "  who: {classes: [{code: poor, when: {psn_idet_type: [低保对象]}}, {code: other}]}\norder:"
)
BY_TAG = BY_TAG.replace("{zh: 医疗救助,", "{zh: 医疗救助, when: {who: [poor]},")


def from_store(folder, **more) -> Request:
    """A run over the store under a folder."""
    (folder / "small.yaml").write_text(BY_TAG, encoding="utf-8")
    given = {"policies": None, "home": folder / "home", "out": folder / "out.parquet"}
    return Request(policy=str(folder / "small.yaml"), **(given | more))


def stored(folder) -> None:
    """A store of claims and one tagged person."""
    store = open_store(folder / "home")
    table = table_of(bills())
    store.commit("settlements", table, [Source("c.csv", "0" * 64, rows=len(table))])
    (folder / "p.csv").write_text(f"psn_no,psn_idet_type\n{bill(1)['psn_no']},低保对象\n", encoding="utf-8")
    from doudi.findings.sources import persons_from_file

    store.commit("persons", persons_from_file(folder / "p.csv"), [Source("p.csv", "1" * 64, rows=1)])


def test_the_store_is_settled_with_the_persons_it_holds_and_leaves_word_of_the_policy(tmp_path):
    stored(tmp_path)
    assert last_policy(tmp_path / "home") is None
    summary = settle_batch(from_store(tmp_path)).summary
    assert summary.source.startswith("snapshot:")
    assert last_policy(tmp_path / "home") == str(tmp_path / "small.yaml")
    paid = {row["setl_id"]: row["othfund_pay"] for row in pq.read_table(tmp_path / "out.parquet").to_pylist()}
    assert {setl_id for setl_id, fen in paid.items() if abs(fen) > 10} == {
        one["setl_id"] for one in bills() if one["psn_no"] == bill(1)["psn_no"]
    }


def test_the_store_and_its_claims_as_a_file_give_the_same_rows(tmp_path):
    stored(tmp_path)
    settle_batch(from_store(tmp_path))
    by_file = from_store(
        tmp_path,
        claims=write_claims(bills(), tmp_path / "c.csv"),
        persons=tmp_path / "p.csv",
        out=tmp_path / "b.parquet",
    )
    settle_batch(by_file)
    assert (tmp_path / "b.parquet").read_bytes() == (tmp_path / "out.parquet").read_bytes()


def test_a_file_is_settled_without_the_stores_persons(tmp_path):
    stored(tmp_path)
    settle_batch(from_store(tmp_path, claims=write_claims(bills(), tmp_path / "c.csv")))
    assert last_policy(tmp_path / "home") is None
    assert max(row["othfund_pay"] for row in pq.read_table(tmp_path / "out.parquet").to_pylist()) <= 10


def test_settling_reads_the_store_and_changes_nothing_of_it(tmp_path):
    stored(tmp_path)
    before = bytes_of(tmp_path / "home")
    settle_batch(from_store(tmp_path))
    (tmp_path / "home" / "last-settled.json").unlink()
    assert bytes_of(tmp_path / "home") == before


def test_as_of_a_day_later_claims_are_not_there_yet(tmp_path):
    first = bill(1)
    claims = [first, bill(40), refund_of(first, 2, setl_time=bill(90)["setl_time"])]
    wanted = request(tmp_path, claims, as_of=dt.date(2024, 2, 13))
    assert settle_batch(wanted).summary.claims == 2  # the refund had not come
    with pytest.raises(InputFault, match="没有要结算的记录"):
        settle_batch(request(tmp_path, claims, as_of=dt.date(2024, 1, 1)))


@pytest.mark.parametrize("threads", [1, 2, None])
def test_the_bytes_do_not_depend_on_the_threads(tmp_path, threads):
    settle_batch(request(tmp_path, bills(), threads=threads))
    manifest = json.loads((tmp_path / "out.parquet.manifest.json").read_text(encoding="utf-8"))
    first = tmp_path.parent / "sha256.txt"
    seen = first.read_text(encoding="utf-8") if first.exists() else manifest["files"]["out"]["sha256"]
    first.write_text(seen, encoding="utf-8")
    assert manifest["files"]["out"]["sha256"] == seen


def test_what_is_counted_beforehand_is_what_is_settled(tmp_path):
    opened = open_request(request(tmp_path, bills()))
    assert opened.rows == 62
    assert opened.total_fen == sum(one["medfee_sumamt_fen"] for one in bills())
    assert opened.ids_met_twice() == []
    again = [*bills(), bill(3, 5), bill(1, 6), bill(1, 7)]
    assert open_request(request(tmp_path, again)).ids_met_twice() == ["S00001", "S00003"]
    assert open_request(request(tmp_path, again)).ids_met_twice(1) == ["S00001"]
    columns = {name for batch in opened.batches(("out_flag", "nothing")) for name in batch.schema.names}
    assert "out_flag" in columns
    assert not {"nothing", "psn_name"} & columns


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json"])
def test_a_spoilt_word_of_the_last_policy_is_none(tmp_path, text):
    (tmp_path / "last-settled.json").write_text(text, encoding="utf-8")
    assert last_policy(tmp_path) is None
