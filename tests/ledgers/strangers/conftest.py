"""The shipped kinds, once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from doudi.policy.ledgers.kind import LedgerKind
from doudi.policy.ledgers.load import kinds as shipped


@pytest.fixture(scope="package")
def kinds() -> Mapping[str, LedgerKind]:
    return shipped()
