"""The one gate: every role against every place."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa
import pytest

from doudi.access.viewers import EVERYWHERE, ROLES, Gate, RoleName, Viewer
from doudi.common.errors import InputFault
from tests.access import county as c

STANDING = c.county().on(c.NOW)
ROWS = pa.table(
    {"n": [1, 2, 3, 4, 5, 6], "division": [c.ONE, c.TWO, c.GROUP, c.SOUTH_SIDE, None, "850000001"]}
)
IN_ONE, IN_WEST, NOWHERE = [1, 2, 3], [4], [5, 6]
WORKS: tuple[RoleName, ...] = ("village", "township", "bureau", "auditor")
ADMINISTRATORS: tuple[RoleName, ...] = ("system", "security", "audit")


def gate(role: RoleName, *divisions: str) -> Gate:
    return Gate(Viewer("v", role, divisions), STANDING)


def seen(one: Gate) -> list[int]:
    return one.rows(ROWS)["n"].to_pylist()  # type: ignore[no-any-return]


def counted(one: Gate) -> list[int]:
    return one.countable(ROWS)["n"].to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("role", WORKS)
def test_a_clerk_sees_what_lies_within_their_places_under_old_codes_too(role: RoleName) -> None:
    assert seen(gate(role, c.ONE)) == IN_ONE
    assert seen(gate(role, c.EAST)) == IN_ONE
    assert seen(gate(role, c.WEST)) == IN_WEST
    assert seen(gate(role, c.ONE, c.WEST)) == [*IN_ONE, *IN_WEST]
    assert seen(gate(role, c.COUNTY)) == seen(gate(role, EVERYWHERE)) == [*IN_ONE, *IN_WEST]
    assert seen(gate(role)) == []


def test_a_place_given_by_its_old_code_is_what_stands_there_now() -> None:
    assert seen(gate("village", c.TWO)) == IN_ONE


def test_what_has_no_place_is_the_stewards_alone() -> None:
    assert seen(gate("steward", c.WEST)) == [*IN_WEST, *NOWHERE]
    assert [role for role in ROLES if gate(role, EVERYWHERE).may_see(None)] == ["steward"]
    assert [role for role in ROLES if gate(role, EVERYWHERE).may_open("")] == ["steward"]
    assert [role for role in ROLES if gate(role, EVERYWHERE).may_count("850000001")] == ["steward"]


def test_a_leader_is_told_numbers_and_sees_no_row() -> None:
    leader = gate("leader", c.COUNTY)
    assert counted(leader) == [*IN_ONE, *IN_WEST]
    assert seen(leader) == []
    assert not leader.may_open(c.ONE)


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_sees_nobody(role: RoleName) -> None:
    for divisions in ((), (c.COUNTY,), (EVERYWHERE,)):
        one = gate(role, *divisions)
        assert seen(one) == counted(one) == []
        assert not any(check(c.ONE) or check(None) for check in (one.may_see, one.may_open, one.may_count))


def test_every_role_has_its_powers() -> None:
    assert set(ROLES) == set(get_args(RoleName))
    assert {role for role, powers in ROLES.items() if powers.record} == {"audit"}


@pytest.mark.parametrize("role", get_args(RoleName))
@pytest.mark.parametrize("place", [c.ONE, c.EAST, c.COUNTY, EVERYWHERE])
def test_row_by_row_and_in_bulk_agree(role: RoleName, place: str) -> None:
    one = gate(role, place)
    for number, division in zip(ROWS["n"].to_pylist(), ROWS["division"].to_pylist(), strict=True):
        assert one.may_see(division) == (number in seen(one))
        assert one.may_count(division) == (number in counted(one))


def test_lists_of_divisions_pass_it_too() -> None:
    one = gate("township", c.EAST)
    assert [code for code in (c.WEST, c.ONE, c.EAST) if one.may_count(code)] == [c.ONE, c.EAST]


def test_before_divisions_are_loaded_a_viewers_own_code_still_holds() -> None:
    from doudi.access.places import Places

    one = Gate(Viewer("v", "bureau", ("990101",)), Places([]).on(c.NOW))
    assert one.may_see("990101")
    assert not one.may_see("990102")


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputFault, match="没有这个角色"):
        Viewer("v", "mayor")  # type: ignore[arg-type]
