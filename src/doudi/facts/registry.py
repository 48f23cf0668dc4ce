"""All fact tables by name, in the order a reader meets them."""

from collections.abc import Mapping
from types import MappingProxyType

from doudi.common.errors import InputFault
from doudi.facts import (
    diagnoses,
    fee_lines,
    identities,
    institutions,
    insurance,
    persons,
    prior,
    setldetail,
    settlements,
    visits,
)
from doudi.facts.declare import Table

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        module.TABLE.name: module.TABLE
        for module in (
            *(persons, identities, insurance, institutions),
            *(visits, diagnoses, settlements, fee_lines, setldetail, prior),
        )
    }
)


def table_named(name: str) -> Table:
    """A table by its own or its national name; an unknown one is the caller's slip and says what there is."""
    for table in TABLES.values():
        if name.lower() in (table.name, table.national):
            return table
    raise InputFault(
        f"没有名为“{name}”的表",
        allowed="、".join(f"{table.name}（{table.zh} {table.national}）" for table in TABLES.values()),
        do="改用其中一个名称",
    )
