"""Claims and persons of a made-up county, as many as asked for: what the timers are fed.

Made column by column, so that ten million rows take a minute; seeded, so that two runs see the same rows. The mix follows
two published extracts (one province, 7.0 million settlements; one county, 419,378 settlements in two years): refunds 5.24 %,
pharmacies 47 %, stays 5 % of the rows and 63 % of the money, 54.6 % outside the area, 6.2 settlements a person. The
rows stand in the order of `setl_time`, as a platform hands them over. The sample county (`doudi.sample`) is made of
messy files and is checked in detail; this one is made to be large. Neither knows how a bill is settled.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from doudi.bench.quiet import quiet

AREA = "990101"
CHUNK = 250_000
PER_PERSON = 6.2
REFUNDS = 0.0524
OUTSIDE = 0.546
YEAR = dt.date(2025, 1, 1)
YEAR_END = dt.date(2025, 12, 31)
DAYS = 365

#: med_type, share of rows, median of the bill in yuan, sigma of its logarithm, longest stay in nights.
KINDS = (
    ("41", 0.471, 120, 0.8, 0),
    ("11", 0.353, 140, 0.9, 0),
    ("12", 0.060, 150, 0.9, 0),
    ("13", 0.012, 320, 0.9, 0),
    ("14", 0.049, 700, 0.9, 0),
    ("21", 0.044, 3300, 1.0, 30),
    ("23", 0.006, 11000, 1.0, 45),
    ("24", 0.002, 5500, 1.0, 30),
    ("9925", 0.001, 7000, 1.0, 30),
    ("51", 0.002, 3600, 0.4, 6),
)
LEVELS = (("11", 0.34), ("09", 0.26), ("06", 0.22), ("05", 0.08), ("03", 0.06), ("02", 0.04))
CATEGORIES = (
    ("低保对象", 0.040), ("特困人员", 0.008), ("返贫致贫人口", 0.003), ("低保边缘家庭成员", 0.010), ("防止返贫监测对象", 0.012),
)  # fmt: skip
TOWNSHIPS = 16


@dataclass(frozen=True)
class County:
    """Where the made files lie."""

    claims: Path
    persons: Path
    rows: int


def make(rows: int, folder: Path, *, seed: int = 990101, stays_only: bool = False) -> County:
    """Make `rows` claims and the persons who have them, as Parquet with national names and yuan; made before is taken as it is.

    `stays_only` leaves out everything but stays: the dearest mix for the loop, in which most layers have work.
    """
    home = folder / f"county-{rows}-{seed}{'-stays' if stays_only else ''}"
    county = County(home / "claims.parquet", home / "persons.parquet", rows)
    if county.persons.exists() and county.claims.exists():
        return county
    building = home.with_name(home.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    parts = max(1, -(-rows // CHUNK))
    first_person = first_claim = 0
    for part in range(parts):
        size = rows * (part + 1) // parts - rows * part // parts
        rng = np.random.default_rng([seed, part])
        people = max(1, int(size / PER_PERSON))
        pq.write_table(_persons(rng, first_person, people), building / f"persons-{part:05}.parquet")
        pq.write_table(
            _claims(rng, first_person, people, first_claim, size, stays_only),
            building / f"claims-{part:05}.parquet",
        )
        first_person += people
        first_claim += size
    _in_order(building, "claims", "setl_time, setl_id")
    _in_order(building, "persons", "psn_no, psn_idet_type")
    shutil.rmtree(home, ignore_errors=True)
    building.rename(home)
    return county


def _in_order(folder: Path, name: str, order: str) -> None:
    """Put the parts together, sorted, into one file, and remove them."""
    target = folder / f"{name}.parquet"
    with quiet(spill=folder / "spill") as session:
        session.execute(
            f"COPY (SELECT * FROM read_parquet('{folder}/{name}-*.parquet') ORDER BY {order}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )
    for part in folder.glob(f"{name}-*.parquet"):
        part.unlink()
    shutil.rmtree(folder / "spill", ignore_errors=True)


def _number(values: Any, width: int, head: str) -> pa.Array:
    """Numbers as identifiers of one width."""
    digits = pc.utf8_lpad(pa.array(values, pa.int64()).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(head), digits, "")


def _pick(rng: Any, size: int, choices: Any) -> Any:
    """Places in `choices` drawn by their shares (second entry)."""
    edges = np.cumsum([one[1] for one in choices])
    return np.searchsorted(edges, rng.random(size) * edges[-1], side="right").clip(0, len(choices) - 1)


def _words(places: Any, words: Any) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(words, pa.string())).cast(
        pa.string()
    )


def _yuan(fen: Any) -> pa.Array:
    """Fen as decimal(16,2): the same digits, so the integers are written into the decimal's 128 bits as they are."""
    wide = np.empty((len(fen), 2), np.int64)
    wide[:, 0] = fen
    wide[:, 1] = fen >> 63
    return pa.Array.from_buffers(pa.decimal128(16, 2), len(fen), [None, pa.py_buffer(wide)])


def _persons(rng: Any, first: int, count: int) -> pa.Table:
    born = np.datetime64("1934-01-01") + rng.integers(0, 365 * 90, count)
    kind = np.searchsorted(np.cumsum([share for _, share in CATEGORIES]), rng.random(count), side="right")
    held = kind < len(CATEGORIES)
    none = np.full(count, None, object)
    # One in ten of those with a category got it during the year.
    late = rng.random(count) < 0.1
    start = np.where(late, np.datetime64(YEAR) + rng.integers(0, DAYS, count), np.datetime64("2021-07-01"))
    insured = np.datetime64("2024-01-01") - 365 * rng.integers(0, 8, count)
    return pa.table({
        "psn_no": _number(np.arange(first, first + count), 14, AREA),
        "gend": _words(rng.integers(0, 2, count), ["1", "2"]),
        "brdy": pa.array(born, pa.date32()),
        "insutype": _words(np.zeros(count, np.int32), ["390"]),
        "psn_insu_date": pa.array(insured, pa.date32()),
        "psn_idet_type": pc.if_else(pa.array(held), _words(np.minimum(kind, len(CATEGORIES) - 1), [name for name, _ in CATEGORIES]), pa.scalar(None, pa.string())),
        "begntime": pa.array(np.where(held, start.astype("datetime64[s]"), none), pa.timestamp("s")),
        "admdvs": _number(rng.integers(1, TOWNSHIPS + 1, count), 3, AREA),
    })  # fmt: skip


def _claims(
    rng: Any, first_person: int, people: int, first_claim: int, size: int, stays_only: bool
) -> pa.Table:
    kinds = [one for one in KINDS if not stays_only or one[4] > 6]
    refunds = int(size * REFUNDS)
    n = size - refunds
    kind = _pick(rng, n, kinds)
    longest = np.array([one[4] for one in kinds])[kind]
    nights = np.where(longest > 0, 1 + (rng.random(n) ** 2 * longest).astype(np.int64), 0)
    end = np.datetime64(YEAR) + rng.integers(0, DAYS, n)
    total = np.exp(
        np.log(np.array([one[2] for one in kinds])[kind] * 100)
        + np.array([one[3] for one in kinds])[kind] * rng.standard_normal(n)
    )
    total = np.clip(total, 500, 200_000_000).astype(np.int64)
    own = (total * rng.beta(1.2, 9, n)).astype(np.int64)
    over = np.where(rng.random(n) < 0.1, (total * 0.02 * rng.random(n)).astype(np.int64), 0)
    prepay = (total * 0.12 * rng.random(n)).astype(np.int64)
    chronic = np.array([one[0] == "14" for one in kinds])[kind]
    clinic = np.array([one[0] == "11" for one in kinds])[kind]
    disease = np.where(
        chronic,
        1 + _pick(rng, n, (("", 0.9), ("", 0.06), ("", 0.04))),
        np.where(clinic & (rng.random(n) < 0.1), 4 + (rng.random(n) < 0.4), 0),
    )
    columns = {
        "psn": (people * rng.random(n) ** 1.5).astype(np.int64),
        "kind": kind, "level": _pick(rng, n, LEVELS), "outside": rng.random(n) < OUTSIDE, "filed": rng.random(n) < 0.5,
        "scheme": rng.random(n) < 0.92, "disease": disease, "place": rng.integers(0, 180, n),
        "begin": end - nights, "end": end, "time": end.astype("datetime64[s]") + rng.integers(8 * 3600, 18 * 3600, n), "nights": nights,
        "total": total, "own": own, "over": over, "prepay": prepay, "inscp": total - own - over - prepay,
        "id": first_claim + np.arange(n), "of": np.full(n, -1),
    }  # fmt: skip
    columns = _with_refunds(rng, columns, n, refunds, first_claim)
    return _edge(columns, [one[0] for one in kinds], first_person)


def _with_refunds(
    rng: Any, columns: dict[str, Any], n: int, refunds: int, first_claim: int
) -> dict[str, Any]:
    """Each refund repeats its settlement with every sum negated, some days later."""
    taken = rng.permutation(n)[:refunds]
    out = {name: np.concatenate([values, values[taken]]) for name, values in columns.items()}
    out["of"][n:] = columns["id"][taken]
    out["id"][n:] = first_claim + n + np.arange(refunds)
    out["time"][n:] = columns["time"][taken] + rng.integers(600, 20 * 86400, refunds)
    for name in ("total", "own", "over", "prepay", "inscp"):
        out[name][n:] *= -1
    return out


def _edge(c: dict[str, Any], kinds: list[str], first_person: int) -> pa.Table:
    """The columns as the platform hands them out: national names, yuan."""
    of = c["of"]
    ids = _number(c["id"], 12, "9901")
    stays = c["nights"] > 0
    return pa.table({
        "setl_id": ids,
        "mdtrt_id": _number(np.where(of >= 0, of, c["id"]), 12, "M9901"),
        "init_setl_id": pc.if_else(pa.array(of >= 0), _number(np.maximum(of, 0), 12, "9901"), pa.scalar(None, pa.string())),
        "psn_no": _number(first_person + c["psn"], 14, AREA),
        "insutype": _words(c["scheme"].astype(np.int32), ["310", "390"]),
        "fixmedins_code": _number(c["place"], 5, f"H{AREA}"),
        "hosp_lv": _words(c["level"], [level for level, _ in LEVELS]),
        "begndate": pa.array(c["begin"], pa.date32()),
        "enddate": pa.array(c["end"], pa.date32()),
        "setl_time": pa.array(c["time"], pa.timestamp("s")),
        "med_type": _words(c["kind"], kinds),
        "out_flag": _words(c["outside"].astype(np.int32), ["0", "1"]),
        "rloc_type": pc.if_else(pa.array(c["outside"] & c["filed"]), pa.scalar("备案"), pa.scalar(None, pa.string())),
        "ipt_days": pa.array(c["nights"], pa.int64(), mask=~stays | (c["id"] % 20 != 0)),  # 95 % empty in real extracts
        "dise_no": _words(c["disease"], ["", "M01602", "M07803", "M01200", "M03900", "M01600"]),
        "refd_setl_flag": _words((of >= 0).astype(np.int32), ["0", "1"]),
        "medfee_sumamt": _yuan(c["total"]),
        "fulamt_ownpay_amt": _yuan(c["own"]),
        "overlmt_selfpay": _yuan(c["over"]),
        "preselfpay_amt": _yuan(c["prepay"]),
        "inscp_amt": _yuan(c["inscp"]),
    })  # fmt: skip
