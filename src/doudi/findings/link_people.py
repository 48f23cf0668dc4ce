"""What the records say of each person, in one row; and which records nobody is known for yet.

Rows with a right number of somebody the register does not have are put together by that number: a person like the
others, but a newcomer. Everything stays in memory. Must not decide who is who.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from doudi.engine.linkage.names import tidy_name
from doudi.engine.linkage.records import PEOPLE

#: The kinds whose word on a person's village, household and phone counts before that of others, in this order.
FIRST_KINDS: Final = (
    "population",
    "residents",
    "resident_insurance",
    "employee_insurance",
    "national_members",
)


@dataclass(frozen=True)
class Known:
    """`people`: one row each (`engine.linkage.records.PEOPLE`), newcomers with a negative id. `attached`: `rec_id` and
    whose it is (`who`). `loose`: records of nobody known yet, in the form of `PEOPLE`."""

    people: pa.Table
    attached: pa.Table
    loose: pa.Table


def known(connection: duckdb.DuckDBPyConnection, records: pa.Table, persons: pa.Table) -> Known:
    """Put records together by person. `persons`: `person_id`, `household_id`, `division` as the register has them."""
    connection.register("handed_records", _tidied(records))
    connection.register("handed_persons", persons.select(["person_id", "household_id", "division"]))
    connection.execute("create or replace table recs as " + _RECORDS)
    connection.execute("create or replace table homes as " + _HOMES)
    people = connection.sql(_PEOPLE).to_arrow_table().cast(PEOPLE)
    attached = connection.sql(
        "select rec_id, who from recs where who is not null order by rec_id"
    ).to_arrow_table()
    loose = connection.sql(
        _loose("recs.who is null", "coalesce(recs.certno, recs.certno_written)")
    ).to_arrow_table()
    return Known(people, attached, loose.cast(PEOPLE))


def hidden(connection: duckdb.DuckDBPyConnection, rec_ids: Sequence[int] | pa.Array) -> pa.Table:
    """Attached records as if they had no number: whom would they be taken for by everything else they say?"""
    connection.register("asked", pa.table({"rec_id": pa.array(rec_ids, pa.int64())}))
    sql = _loose("recs.rec_id in (select rec_id from asked)", "null::varchar")
    return connection.sql(sql).to_arrow_table().cast(PEOPLE)


def _tidied(records: pa.Table) -> pa.Table:
    """Names as they are compared; a person's name is the one that most of the records agree on."""
    names = records["psn_name"].combine_chunks().cast(pa.string()).dictionary_encode()
    plain = pa.array([tidy_name(text or "") or None for text in names.dictionary.to_pylist()], pa.string())
    place = records.column_names.index("psn_name")
    return records.set_column(place, "psn_name", plain.take(names.indices))


_RANK = " ".join(f"when '{kind}' then {k}" for k, kind in enumerate(FIRST_KINDS))
_RECORDS = f"""
    select rec_id, kind, psn_name, gend, brdy, certno, certno_written, tel, household_id,
        coalesce(division, case when village is not null then coalesce(town, '') || '/' || village else town end) as place,
        case kind {_RANK} else {len(FIRST_KINDS)} end as rank,
        coalesce(person_id, case when certno is not null then -min(rec_id) over (partition by person_id, certno) end) as who
    from handed_records
"""  # noqa: S608
# The household a ledger has its rows in is, in the register's own terms, the one that most of those rows' people are of.
_HOMES = """
    with told as (
        select recs.kind, recs.household_id as listed, persons.household_id as home, count(distinct recs.who) as people
        from recs join handed_persons persons on persons.person_id = recs.who
        where recs.household_id is not null and persons.household_id is not null group by all
    )
    select kind, listed, arg_min(home, (-people, home)) as home from told group by kind, listed
"""
# A row whose birth is that of its number says the name with more weight: rows exchanged with a housemate's do not agree.
_AGREES = "brdy is not null and certno is not null and strftime(brdy, '%Y%m%d') = substr(certno, 7, 8)"
_PEOPLE = """
    with names as (
        select who, psn_name, count(*) + count(*) filter (where _AGREES_) as times, min(rank) as first from recs
        where who is not null and psn_name is not null group by who, psn_name
    ), named as (select who, arg_min(psn_name, (-times, first, psn_name)) as psn_name from names group by who),
    numbers as (
        select who, certno, count(*) as times, min(rank) as first from recs
        where who is not null and certno is not null group by who, certno
    ), numbered as (select who, arg_min(certno, (-times, first, certno)) as certno from numbers group by who),
    told as (
        select who,
            arg_min(gend, (rank, rec_id)) filter (where gend is not null) as gend,
            arg_min(brdy, (rank, rec_id)) filter (where brdy is not null) as brdy,
            arg_min(tel, (rank, rec_id)) filter (where tel is not null) as tel,
            arg_min(place, (rank, rec_id)) filter (where place is not null) as place,
            arg_min(coalesce(homes.home, -recs.household_id), (rank, rec_id)) filter (where recs.household_id is not null) as home
        from recs left join homes on homes.kind = recs.kind and homes.listed = recs.household_id
        where who is not null group by who
    )
    select told.who as id, named.psn_name,
        case when certno is null then gend when substr(certno, 17, 1)::int % 2 = 1 then '1' else '2' end as gend,
        coalesce(try_strptime(substr(certno, 7, 8), '%Y%m%d')::date, brdy) as brdy, certno, tel,
        coalesce(persons.division, told.place) as division, coalesce(persons.household_id, told.home) as household
    from told left join named on named.who = told.who left join numbered on numbered.who = told.who
    left join handed_persons persons on persons.person_id = told.who
    order by told.who
""".replace("_AGREES_", _AGREES)


def _loose(which: str, number: str) -> str:
    """Records in the form of people; a household that nobody known is of keeps its own number, made negative."""
    return f"""
        select rec_id as id, psn_name, gend, brdy, {number} as certno, tel, place as division,
            coalesce(homes.home, -recs.household_id) as household
        from recs left join homes on homes.kind = recs.kind and homes.listed = recs.household_id
        where {which} order by rec_id
    """  # noqa: S608
