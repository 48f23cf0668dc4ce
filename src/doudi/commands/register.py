"""What commands need to work on the register: the database opened, the keys, the kinds, who is asking."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from doudi.commands import settings
from doudi.common.dates import parse_date
from doudi.common.errors import InputFault, StoreFault

if TYPE_CHECKING:
    from doudi.access.api import Gate, KeyRing
    from doudi.policy.ledgers.kind import LedgerKind

SETTINGS_MODULE = "doudi.config.settings"
AHEAD = 366
"""Days: a list may speak of the coverage year to come, and of nothing later."""
_NUMBERS = 1 << 63
"""Our numbers are below; a longer one is a slip, and nobody's."""


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
        from doudi.access.api import claim, claimed, open_keys

        path = settings.keys()
        if not path.exists() and claimed():  # a new file would open nothing
            raise StoreFault(
                "登记库的密钥文件不见了", str(path), do="从备份放回原来的密钥文件，或改正 DOUDI_KEYS"
            )
        ring = open_keys(path, settings.cipher())
        claim(ring)
        return ring

    @cached_property
    def gate(self) -> Gate:
        """What whoever asks may see, by role and place."""
        from doudi.access.api import EVERYWHERE, Gate, Viewer, places

        place = settings.place() or EVERYWHERE
        standing = places(self.now).on(self.today)
        if place != EVERYWHERE and standing.known and place not in standing.known:
            raise InputFault(f"没有代码为 {place} 的区划", "DOUDI_PLACE", "登记库中的区划代码", "核对代码")
        return Gate(Viewer(self.clerk, settings.role(), (place,)), standing)

    def day(self, as_of: str | None) -> dt.date:
        """The day that was asked for, else today; refused where it is too far ahead for a ledger to speak of."""
        day = parse_date(as_of, "--as-of") if as_of else self.today
        latest = self.today + dt.timedelta(days=AHEAD)
        if day > latest:
            raise InputFault(f"{day} 还早，台账不能反映那时的情况", "--as-of", f"至 {latest}", "核对日期")
        return day

    def must_see_rows(self) -> None:
        """Refuse a role that sees no records at all: the three administrators, and whoever only reads figures."""
        powers = self.gate.viewer.powers
        if not powers.rows:
            raise InputFault(f"{powers.zh}不能经办台账", "DOUDI_ROLE", do="请有权限的经办人操作")

    def must_see_figures(self) -> None:
        """Refuse a role that may not even count people: the three administrators."""
        powers = self.gate.viewer.powers
        if not powers.counts:
            raise InputFault(f"{powers.zh}不能查看台账的数字和名单", "DOUDI_ROLE", do="请有权限的人员查看")

    @property
    def sees_all(self) -> bool:
        """Whether whoever asks sees every record, those without a place too."""
        from doudi.access.api import EVERYWHERE

        viewer = self.gate.viewer
        return viewer.powers.unplaced and EVERYWHERE in viewer.divisions

    def place_of(self, column: Literal["person_id", "household_id"], number: int) -> str | None:
        """Where a person or household is. Raises where there is nobody, or nobody whoever asks may see."""
        import pyarrow.compute as pc

        from doudi.ledgers import api

        if 0 < number < _NUMBERS:
            people = api.persons(self.kinds, as_of=self.today, known_at=self.now)
            seen = self.gate.rows(people.filter(pc.equal(people[column], number)))
            if seen.num_rows:
                division: str | None = seen["division"][0].as_py()
                return division
        what = "人员" if column == "person_id" else "户"
        raise InputFault(f"没有编号为 {number} 的{what}，或不在您的范围内", do="核对编号")

    def must_see_entry(self, number: int, where: str) -> None:
        """Refuse an entry that is not there, or that whoever asks may not see."""
        from doudi.ledgers.api import entry_sources

        source = entry_sources([number]).get(number) if number < _NUMBERS else None
        if source is None or not self.gate.may_see(source.division):
            do = "编号见 doudi ledger link 列出的名单"
            raise InputFault(f"没有编号为 {number} 的记载，或不在您的范围内", where, do=do)


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
