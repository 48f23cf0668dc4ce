"""The same model given to Splink: the reference that our weights are held against, and the peer they are measured beside.

A county that wants to estimate its own shares m trains on these settings. Must not be needed to link.
"""

from __future__ import annotations

import logging
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, SettingsCreator

from doudi.engine.linkage.levels import BLOCKS, BY_FREQUENCY, LEVELS
from doudi.engine.linkage.records import Encoded
from doudi.engine.linkage.weights import Weights


def settings(weights: Weights, records: Encoded) -> dict[str, Any]:
    """The model as Splink takes it: levels with their shares, blocks, and the chance of a random pair.

    Splink is handed one table and puts the row with the lower number on the left: records come before people.
    """
    sides = f"l.id < {records.loose} and r.id >= {records.loose}"
    rules = [
        " and ".join([*(f"l.{column} = r.{column}" for column in columns), *([also] if also else []), sides])
        for columns, also in BLOCKS
    ]
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "probability_two_random_records_match": weights.chance,
        "comparisons": [_comparison(key, shares) for key, shares in weights.shares.items()],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule, "sql_dialect": "duckdb"} for rule in rules
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


def predict(connection: duckdb.DuckDBPyConnection, records: Encoded, weights: Weights) -> pa.Table:
    """What Splink finds: rows `a` and `b` and their weight in bits."""
    connection.register("splink_records", records.table)
    connection.register("splink_names", _frequencies(records.people["name"]))
    api = DuckDBAPI(connection=connection)
    made = SettingsCreator(**settings(weights, records))
    linker = Linker(
        api.register("splink_records", dataset_display_name="all_records"),
        made,
        log_level=logging.ERROR,
        validate_settings=False,
    )
    linker.table_management.register_term_frequency_lookup(api.register("splink_names"), "name")
    found = linker.inference.predict()
    sql = f"select id_l as a, id_r as b, match_weight as weight from {found.physical_name} order by a, b"  # noqa: S608
    return connection.sql(sql).to_arrow_table()


def _comparison(key: str, shares: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    missing, meant = LEVELS[key]
    levels: list[dict[str, Any]] = [
        {"sql_condition": missing, "label_for_charts": "missing", "is_null_level": True}
    ]
    for (name, sql), (m, u) in zip(meant.items(), shares, strict=True):
        level: dict[str, Any] = {
            "sql_condition": sql,
            "label_for_charts": name,
            "m_probability": m,
            "u_probability": u,
        }
        if (key, name) == BY_FREQUENCY:
            level |= {"tf_adjustment_column": "name", "tf_adjustment_weight": 1.0}
        levels.append(level)
    return {"output_column_name": key, "comparison_levels": levels}


def _frequencies(names: pa.ChunkedArray) -> pa.Table:
    counts = pc.value_counts(names.drop_null().combine_chunks())
    share = pc.divide(counts.field("counts").cast(pa.float64()), float(max(len(names), 1)))
    return pa.table({"name": counts.field("values"), "tf_name": share})
