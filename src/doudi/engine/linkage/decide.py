"""From weighted pairs to verdicts: the nearest person, if near enough and no other is as near; else a question or nothing.

Twins and namesakes are why the second nearest counts: a record is linked only if the nearest person outweighs every
other by a margin. Must not know how a weight came about.
"""

from __future__ import annotations

from typing import Final

import duckdb
import pyarrow as pa

from doudi.engine.linkage.levels import LEVELS
from doudi.policy.linkage import LinkageModel

#: Names so far apart that nothing but a number can carry a link: a person looks at it.
WEAK_NAMES: Final = ("one_other", "other")
CARRYING_NUMBERS: Final = ("whole", "one_digit_alone", "one_digit")
SAME, QUEUED, DIFFERENT = "same", "queued", "different"


def verdicts(connection: duckdb.DuckDBPyConnection, pairs: str, model: LinkageModel) -> pa.Table:
    """Each record's nearest person: `a`, `b`, `weight`, `verdict`, the weights and levels, `second` (weight of the next).

    Ordered by record. A queued record has a row for every person that comes within the margin of the nearest.
    """
    weak = f"coalesce(at_name, -1) in ({_levels('name', WEAK_NAMES)})"
    carried = f"coalesce(at_number, -1) in ({_levels('number', CARRYING_NUMBERS)})"
    # The names of tables and columns are ours; thresholds are whole numbers.
    sql = f"""
        with placed as (
            select *, row_number() over nearest as place, max(weight) over (partition by a) as most,
                lead(weight) over nearest as second
            from {pairs} window nearest as (partition by a order by weight desc, b)
        ), first as (
            select a, b, weight, second, (weight >= {model.same} and coalesce(weight - second >= {model.margin}, true)
                and (not ({weak}) or {carried})) as sure
            from placed where place = 1
        )
        select placed.a, placed.b, placed.weight, case when first.sure then '{SAME}' else '{QUEUED}' end as verdict,
            first.second, placed.* exclude (a, b, weight, second, place, most)
        from placed join first on placed.a = first.a
        where (first.sure and place = 1) or (not first.sure and placed.weight >= {model.queued}
            and most - placed.weight < {model.margin})
        order by placed.a, place
    """  # noqa: S608
    return connection.sql(sql).to_arrow_table()


def _levels(comparison: str, keys: tuple[str, ...]) -> str:
    names = list(LEVELS[comparison][1])
    return ", ".join(str(names.index(key)) for key in keys)
