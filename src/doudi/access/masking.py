"""What is shown of a value that identifies somebody, unless its opening was recorded.

Enough to recognise it beside a paper one, too little to find it. Knows no register. A value of an unexpected shape
is hidden whole: half of a damaged number may be the half that matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pyarrow as pa

from doudi.policy.ledgers.kind import Role

HIDDEN = "***"
_TOWNSHIPS = ("街道", "镇", "乡", "苏木")
_COUNTIES = ("县", "区", "旗", "市")


def mask_id(number: str) -> str:
    """990101********1234: the division and the last four; of a certificate as much."""
    number = number.strip()
    if not 15 <= len(number) <= 22 or not number.isalnum():
        return _stars(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_name(name: str) -> str:
    """样**: the first character; how many follow is not told beyond two."""
    name = name.strip()
    return name[:1] + "*" * min(len(name) - 1, 2) if len(name) > 1 else _stars(name)


def mask_phone(number: str) -> str:
    """138****1234 for a mobile number, the last two digits of any other."""
    number = number.strip()
    if len(number) == 11 and number.isdigit():
        return number[:3] + "****" + number[-4:]
    return "*" * (len(number) - 2) + number[-2:] if len(number) >= 7 else _stars(number)


def mask_account(number: str) -> str:
    """************1234: the last four."""
    number = number.strip()
    return "*" * (len(number) - 4) + number[-4:] if len(number) >= 8 else _stars(number)


def mask_address(address: str) -> str:
    """样例县样东镇***: down to the township; where none is named, to the county."""
    address = address.strip()
    for endings in (_TOWNSHIPS, _COUNTIES):
        ends = [at + len(ending) for ending in endings if (at := address.find(ending, 1)) > 0]
        if ends:
            return address[: min(ends)] + HIDDEN
    return HIDDEN if address else ""


def mask_other(value: str) -> str:
    """Nothing at all of what has no usual short form."""
    return HIDDEN if value.strip() else ""


MASKS: Mapping[Role, Callable[[str], str]] = MappingProxyType(
    {
        "idcard": mask_id,
        "name": mask_name,
        "phone": mask_phone,
        "account": mask_account,
        "address": mask_address,
    }
)
"""How each role of an identifying column is shown; any other role is hidden whole."""


def mask(role: Role, value: str) -> str:
    """One value of an identifying column."""
    return MASKS.get(role, mask_other)(value)


def mask_column(role: Role, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A whole identifying column; null stays null."""
    masked = MASKS.get(role, mask_other)
    return pa.array([None if value is None else masked(value) for value in values.to_pylist()], pa.string())


def _stars(value: str) -> str:
    return "*" * len(value) if len(value) < len(HIDDEN) else HIDDEN
