"""A small county whose divisions changed: a rename, a merge, a split, a village moved between townships."""

from __future__ import annotations

from datetime import UTC, date, datetime

from doudi.access.places import Named, Places, Succeeded

ALWAYS = date(1900, 1, 1)
NOW = date(2026, 6, 30)
KNOWN = datetime(2026, 6, 30, 8, tzinfo=UTC)

COUNTY, EAST, WEST, NORTH = "990101", "990101001", "990101002", "990101003"
ONE, TWO, THREE, FAR, NEW = (f"{EAST}{n:03}" for n in (1, 2, 3, 4, 5))
SOUTH_SIDE, NORTH_SIDE = f"{WEST}011", f"{WEST}012"
WHOLE = f"{WEST}001"
GROUP = f"{ONE}01"

NAMED = (
    Named(COUNTY, "样例县", "county", None, ALWAYS),
    Named(EAST, "样东乡", "township", COUNTY, ALWAYS),
    Named(EAST, "样东镇", "township", COUNTY, date(2015, 1, 1)),
    Named(WEST, "样西镇", "township", COUNTY, ALWAYS),
    Named(NORTH, "样北镇", "township", COUNTY, ALWAYS),
    Named(ONE, "东风村", "village", EAST, ALWAYS),
    Named(TWO, "红星村", "village", EAST, ALWAYS),
    Named(THREE, "李家湾村", "village", EAST, ALWAYS),
    Named(THREE, "前进社区", "village", EAST, date(2020, 7, 1)),
    Named(FAR, "远山村", "village", WEST, ALWAYS),
    Named(FAR, "远山村", "village", EAST, date(2022, 1, 1)),
    Named(WHOLE, "河口村", "village", WEST, ALWAYS),
    Named(SOUTH_SIDE, "河南村", "village", WEST, date(2023, 1, 1)),
    Named(NORTH_SIDE, "河北村", "village", WEST, date(2023, 1, 1)),
    Named(f"{NORTH}001", "东风村", "village", NORTH, ALWAYS),
    Named(GROUP, "三组", "natural_village", ONE, ALWAYS),
)
SUCCEEDED = (
    Succeeded(TWO, ONE, date(2021, 3, 1), "merge"),
    Succeeded(WHOLE, SOUTH_SIDE, date(2023, 1, 1), "split"),
    Succeeded(WHOLE, NORTH_SIDE, date(2023, 1, 1), "split"),
)


def county() -> Places:
    """The county as plain values."""
    return Places(NAMED, SUCCEEDED)
