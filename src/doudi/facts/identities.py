"""Identities: which category a person held from when to when (interface 1101, `idetinfo`).

For counties that keep identities apart from the persons file. This module must not know what a category
earns.
"""

from dataclasses import replace

from doudi.facts.declare import Table, text
from doudi.facts.persons import IDENTITY, PERSON

TABLE = Table(
    name="identities",
    zh="人员身份",
    en="identity categories",
    national="if_1101 idetinfo",
    grain="one row per person and identity period",
    keys=("psn_no", "psn_idet_type", "begntime"),
    order=("psn_no", "begntime", "psn_idet_type"),
    columns=(
        PERSON[0],
        *(replace(column, required=column.name in {"psn_idet_type", "begntime"}) for column in IDENTITY),
        text("memo", "备注", "remark"),
    ),
)
