"""What commands need to work on the register: the database opened, the keys, the kinds, who is asking."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from doudi.commands import settings
from doudi.common.errors import InputFault

if TYPE_CHECKING:
    from doudi.access.api import Gate, KeyRing
    from doudi.policy.ledgers.kind import LedgerKind

SETTINGS_MODULE = "doudi.config.settings"


@dataclass(frozen=True)
class Desk:
    """A clerk at work: where, when, who. The database is open once a desk is."""

    home: Path
    now: dt.datetime
    today: dt.date
    clerk: str

    @cached_property
    def kinds(self) -> Mapping[str, LedgerKind]:
        """Every kind of ledger, the county's own among them."""
        return ledger_kinds()

    @cached_property
    def ring(self) -> KeyRing:
        """The keys that seal personal data."""
        from doudi.access.api import claim, open_keys

        ring = open_keys(settings.keys(), settings.cipher())
        claim(ring)
        return ring

    @cached_property
    def gate(self) -> Gate:
        """What whoever asks may see, by role and place."""
        from doudi.access.api import EVERYWHERE, Gate, Viewer, places

        viewer = Viewer(self.clerk, settings.role(), (settings.place() or EVERYWHERE,))
        return Gate(viewer, places(self.now).on(self.today))

    def must_see_rows(self) -> None:
        """Refuse a role that sees no records at all: the three administrators, and whoever only reads figures."""
        powers = self.gate.viewer.powers
        if not powers.rows:
            raise InputFault(f"{powers.zh}不能经办台账", "DOUDI_ROLE", do="请有权限的经办人操作")


def ledger_kinds() -> Mapping[str, LedgerKind]:
    """Every kind of ledger, without opening a register."""
    from doudi.policy.ledgers.load import kinds

    return kinds(settings.policies(), settings.county_kinds())


def sit_down() -> Desk:
    """Open the register and say who is at it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    from doudi.access.register import open_register

    home = settings.home()
    open_register(home, settings.database())
    return Desk(home, settings.now(), settings.today(), settings.clerk())
