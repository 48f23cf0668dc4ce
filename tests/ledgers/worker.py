"""A clerk in a process of its own: takes files in and undoes one, step by step, and goes on where it was stopped."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from doudi.access.keys import open_keys
from doudi.access.register import open_register


def steps(home: Path, people: int, salt: str = "") -> list[Callable[[], object]]:
    """What the clerk does: rehearse, take in a register of people, a list on top, a changed list, undo that one."""
    from doudi.ledgers import api
    from tests.ledgers.cast import DIBAO, NOW, POPULATION, TODAY, number, reading, sheet

    ring = open_keys(home / "keys.json")
    villagers = [
        {"certno": number(at), "psn_name": "样某", "hh_no": f"{salt}H{at // 3}", "admdvs": "990101001001"}
        for at in range(people)
    ]
    first = [
        {"certno": number(at), "psn_name": "样某", "admdvs": "990101001001", "amt": 1}
        for at in range(0, people, 2)
    ]
    second = [row | {"amt": 2} for row in first[::2]]

    def take(
        kind: object, rows: list[dict[str, object]], minute: int, *, complete: bool = False
    ) -> Callable[[], object]:
        told, content = reading(sheet(kind, rows), salt=f"{salt}{minute}")
        return lambda: api.commit(
            told, ring=ring, home=home, original=content, by="甲", known_at=NOW + timedelta(minutes=minute),
            as_of=TODAY, complete=complete,
        )  # fmt: skip

    def rehearse() -> object:
        return api.rehearse(
            reading(sheet(DIBAO, second), salt=salt)[0], ring=ring, as_of=TODAY, complete=True
        )

    def undo() -> object:
        (latest,) = [one for one in api.imports() if one.complete and not one.undone_at][-1:] or [None]
        return latest and api.undo(latest.id, by="乙", known_at=NOW + timedelta(minutes=9))

    return [
        take(POPULATION, villagers, 1), take(DIBAO, first, 2), rehearse, take(DIBAO, second, 3, complete=True), undo,
    ]  # fmt: skip


def main(people: int, salt: str, until: int) -> None:
    """Say ready, wait for a word, do the steps, say after each that it is done."""
    home = Path(os.environ["DOUDI_HOME"])
    open_register(home, os.environ.get("DOUDI_DATABASE"))
    todo = steps(home, people, salt)[:until]
    print("ready", flush=True)
    sys.stdin.readline()
    for step in todo:
        told = step()
        already = [one.already for one in told] if isinstance(told, tuple) else []
        print(f"done {already}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
