"""One small county's ledgers for all tests here, at the declared rates and at double them."""

from __future__ import annotations

import pytest

from doudi.sample.ledgers.make import Made, make
from doudi.sample.order import Order

PEOPLE = 5_000


@pytest.fixture(scope="session")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The ledgers at the declared rates."""
    return make(Order(people=PEOPLE, seed=5), tmp_path_factory.mktemp("ledgers") / "once")


@pytest.fixture(scope="session")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same county's at double the rates."""
    return make(Order(people=PEOPLE, seed=5), tmp_path_factory.mktemp("ledgers") / "twice", damage=2)
