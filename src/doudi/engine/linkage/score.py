"""The pairs worth looking at and what they weigh, on DuckDB in memory.

The model is one of Splink's (`by_splink` makes it), and the weights are Splink's to the hundredth of a bit. They are
computed here because Splink 5 asks for every level of a comparison anew in each clause that names it: on the same pairs
this takes a fraction of its time (`doudi bench`). Must not decide anything.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from doudi.engine.linkage.levels import BLOCKS, BY_FREQUENCY, ELSE, LEVELS
from doudi.engine.linkage.records import Encoded
from doudi.engine.linkage.weights import Weights, name_weights

#: Columns that a level may name; `id` and the weight of the name come along.
_BESIDES = ("id", "name_weight")


def score(
    connection: duckdb.DuckDBPyConnection,
    records: Encoded,
    weights: Weights,
    *,
    least: int,
    among: bool = False,
) -> str:
    """Weigh records against people (`among`: against one another), into a table whose name is returned.

    Its columns: `a` and `b` (rows), the sum `weight`, `w_<comparison>` its parts in hundredths of a bit, and
    `at_<comparison>` the place of the level among those declared (null: nothing to compare). Pairs below `least` are
    left out.
    """
    table = records.table.append_column("name_weight", pa.array(name_weights(weights, records)))
    connection.register("all_left", table.slice(0, records.loose))
    connection.register("all_right", table.slice(0, records.loose) if among else table.slice(records.loose))
    for side in ("left", "right"):  # the names of tables and columns are ours
        connection.execute(f"create or replace table {side}_side as from all_{side}")
    pairs = "select l.id as a, r.id as b from left_side l join right_side r on "
    blocks = " union all ".join(pairs + on for on in blocking(among=among))
    connection.execute(f"create or replace table blocked as select a, b from ({blocks}) group by a, b")  # noqa: S608
    columns = [name for name in table.column_names if name not in _BESIDES]
    both = ", ".join(f'l."{name}" as {name}_l, r."{name}" as {name}_r' for name in columns)
    levels = ", ".join(f"{_level_of(key)} as at_{key}" for key in weights.levels)
    connection.execute(
        f"create or replace table compared as select a, b, {levels}, exactly from (select a, b, {both}, r.name_weight as exactly "  # noqa: S608
        "from blocked join left_side l on l.id = a join right_side r on r.id = b)"
    )
    parts = ", ".join(f"{_weight_of(key, each)} as w_{key}" for key, each in weights.levels.items())
    total = " + ".join([str(weights.prior), *(f"w_{key}" for key in weights.levels)])
    name = "pairs_among" if among else "pairs"
    connection.execute(
        f"create or replace table {name} as select *, {total} as weight from "  # noqa: S608
        f"(select * exclude (exactly), {parts} from compared) where {total} >= {least}"
    )
    return name


def blocking(*, among: bool = False) -> list[str]:
    """What a pair must agree in to be looked at, as SQL."""
    return [
        " and ".join(
            [
                *(f"l.{column} = r.{column}" for column in columns),
                *([also] if also else []),
                *(["l.id < r.id"] if among else []),
            ]
        )
        for columns, also in BLOCKS
    ]


def _level_of(key: str) -> str:
    missing, levels = LEVELS[key]
    whens = " ".join(f"when {sql} then {k}" for k, sql in enumerate(levels.values()) if sql != ELSE)
    return f"(case when {missing} then null {whens} else {len(levels) - 1} end)::tinyint"


def _weight_of(key: str, levels: tuple[int, ...]) -> str:
    by_frequency = list(LEVELS[key][1]).index(BY_FREQUENCY[1]) if key == BY_FREQUENCY[0] else None
    whens = " ".join(
        f"when {k} then {'exactly' if k == by_frequency else weight}" for k, weight in enumerate(levels)
    )
    return f"coalesce(case at_{key} {whens} end, 0)::int"
