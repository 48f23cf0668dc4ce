"""One settlement looked up with everything its explanation needs: all claims of its person, in the year's order."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.errors import InputFault
from doudi.engine.settle.run import Settler
from doudi.engine.trace import trace_claim
from doudi.engine.trace_model import Trace
from doudi.findings.batch import Request, open_claims, read_people
from doudi.policy import library


def trace_one(request: Request, setl_id: str) -> Trace:
    """Why a settlement of the request's claims was paid what it was paid. Raises `InputFault` with near ids if it is not there."""
    connection, source = open_claims(request)
    source.relation.create_view("claims")
    block = claims_of(connection, setl_id, source.name)
    claim = block.filter(pc.equal(block["setl_id"], setl_id)).to_pylist()[0]
    pack = library.find_policy(request.policy, request.policies, claim["enddate"])
    mine = pa.scalar(claim["psn_no"], pa.string())
    people = read_people(request)
    of_person = replace(
        people,
        persons=people.persons.filter(pc.equal(people.persons["psn_no"], mine))
        if people.persons is not None
        else None,
        prior=people.prior.filter(pc.equal(people.prior["psn_no"], mine))
        if people.prior is not None
        else None,
    )
    settler = Settler(pack, of_person.persons, of_person.prior, of_person.institutions)
    return trace_claim(settler, block, setl_id)


def claims_of(connection: duckdb.DuckDBPyConnection, setl_id: str, where: str) -> pa.Table:
    """All claims of the person to whom a settlement belongs, from the view `claims`."""
    found = connection.execute("SELECT psn_no FROM claims WHERE setl_id = ? LIMIT 1", [setl_id]).fetchall()
    if not found:
        near = connection.execute(
            "SELECT setl_id FROM claims ORDER BY jaro_winkler_similarity(setl_id, ?) DESC, setl_id LIMIT 3",
            [setl_id],
        ).fetchall()
        raise InputFault(
            f"没有结算“{setl_id}”",
            where=where,
            allowed="、".join(one for (one,) in near),
            do="核对编号；相近的编号如上",
        )
    mine = "SELECT * FROM claims WHERE psn_no = ? ORDER BY setl_time, setl_id"
    return connection.sql(mine, params=[found[0][0]]).to_arrow_table()
