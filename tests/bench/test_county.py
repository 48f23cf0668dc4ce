"""The made county is what it says: seeded, exact, of the published mix, and fit to be settled."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from doudi.bench.county import AREA, REFUNDS, County, make

ROWS = 20_000


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return make(ROWS, tmp_path_factory.mktemp("county"))


def ask(question: str, county: County) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        for name in ("claims", "persons"):
            connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{getattr(county, name)}')")
        return connection.execute(question).fetchall()


def one(question: str, county: County) -> object:
    return ask(question, county)[0][0]


def test_it_has_exactly_the_rows_asked_for(county: County) -> None:
    assert one("SELECT count(*) FROM claims", county) == ROWS
    assert one("SELECT count(DISTINCT setl_id) FROM claims", county) == ROWS


def test_a_seed_gives_the_same_bytes_again(county: County, tmp_path: Path) -> None:
    again, other = make(ROWS, tmp_path), make(ROWS, tmp_path, seed=2)
    assert again.claims.read_bytes() == county.claims.read_bytes()
    assert again.persons.read_bytes() == county.persons.read_bytes()
    assert other.claims.read_bytes() != county.claims.read_bytes()


def test_what_was_made_before_is_taken(county: County) -> None:
    before = county.claims.stat().st_mtime_ns
    assert make(ROWS, county.claims.parent.parent) == county
    assert county.claims.stat().st_mtime_ns == before


def test_every_bill_is_the_sum_of_its_parts(county: County) -> None:
    parts = "fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_amt"
    assert one(f"SELECT count(*) FROM claims WHERE medfee_sumamt != {parts}", county) == 0


def test_refunds_negate_a_settlement_of_the_same_person_in_every_sum(county: County) -> None:
    share = one("SELECT count(*) FROM claims WHERE init_setl_id IS NOT NULL", county)
    assert share == int(ROWS * REFUNDS)
    matching = one(
        """SELECT count(*) FROM claims r JOIN claims o ON r.init_setl_id = o.setl_id AND r.psn_no = o.psn_no
           WHERE r.medfee_sumamt = -o.medfee_sumamt AND r.inscp_amt = -o.inscp_amt AND r.setl_time > o.setl_time""",
        county,
    )
    assert matching == share


def test_the_mix_is_the_published_one(county: County) -> None:
    shares = dict(ask("SELECT med_type, count(*) / sum(count(*)) OVER () FROM claims GROUP BY 1", county))
    assert 0.45 < shares["41"] < 0.49
    assert 0.04 < shares["14"] < 0.06
    stays = "med_type IN ('21', '23', '24', '9925', '51')"
    money = one(f"SELECT sum(medfee_sumamt) FILTER ({stays}) / sum(medfee_sumamt) FROM claims", county)
    assert 0.58 < float(str(money)) < 0.68
    assert 0.53 < float(str(one("SELECT avg(CAST(out_flag AS INT)) FROM claims", county))) < 0.56


def test_its_people_cannot_exist(county: County) -> None:
    assert one(f"SELECT bool_and(starts_with(psn_no, '{AREA}')) FROM persons", county) is True
    assert one("SELECT count(*) FROM claims WHERE psn_no NOT IN (SELECT psn_no FROM persons)", county) == 0


def test_rows_stand_in_the_order_of_settlement(county: County) -> None:
    later = "SELECT count(*) FROM (SELECT setl_time < lag(setl_time) OVER (ORDER BY file_row_number) AS back FROM read_parquet('{}', file_row_number = true)) WHERE back"
    assert one(later.format(county.claims), county) == 0


def test_stays_only_leaves_out_everything_else(tmp_path: Path) -> None:
    stays = make(2_000, tmp_path, stays_only=True)
    assert one("SELECT bool_and(med_type IN ('21', '23', '24', '9925')) FROM claims", stays) is True
