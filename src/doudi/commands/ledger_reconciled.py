"""What `doudi ledger reconcile` tells: rates, states and flags by place, and people with the entries behind them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from doudi.commands import settings
from doudi.commands.lists import write_list
from doudi.commands.register import Desk
from doudi.commands.screen import put_table
from doudi.common.errors import InputFault
from doudi.common.money import yuan_text

if TYPE_CHECKING:
    import pyarrow as pa

    from doudi.findings.reconcile import Rate, Reconciled, Rules
    from doudi.ledgers.api import EntrySource


@dataclass(frozen=True)
class Shown:
    """A reconciliation as far as whoever asks may see it: `people` as rows, `counted` as numbers."""

    found: Reconciled
    rules: Rules
    people: pa.Table
    counted: pa.Table
    names: Mapping[str, str]
    unlinked: Mapping[str, int]
    """Rows by kind that nobody is known for: told whoever sees all, for they have no place."""
    titles: Mapping[str, str]

    @cached_property
    def rates(self) -> tuple[Rate, ...]:
        """The rates of those who may be counted."""
        from doudi.findings.reconcile import rates

        return rates(self.counted, self.rules)

    def listed(self, *, state: str, flag: str, township: str, village: str) -> pa.Table:
        """The people asked for."""
        from doudi.findings.reconcile import FLAGS, STATES, listed

        for value, known, option in ((state, STATES, "--state"), (flag, FLAGS, "--flag")):
            if value and value not in known:
                words = "、".join(f"{name}（{one.zh}）" for name, one in known.items())
                raise InputFault(f"没有“{value}”", option, words, "改用其中一个")
        return listed(self.people, state=state, flag=flag, township=township, village=village)

    def to_dict(self, listed: pa.Table) -> dict[str, Any]:
        """For machines: rates, counts by place, one state per person."""
        from doudi.findings.reconcile import by_place

        sources = _sources(listed)
        return {
            "year": self.found.coverage_year,
            "day": str(self.found.day),
            "snapshot": self.found.snapshot,
            "rates": [
                {"base": one.base, "denominator": one.denominator, "words": one.words[0], "words_en": one.words[1],
                 "of": one.of, "insured": one.insured, "share_bp": one.share, "met": one.met,
                 "target_bp": one.target.share if one.target else None,
                 "target": one.target.document if one.target else None}
                for one in self.rates
            ],
            "unlinked": dict(self.unlinked),
            "unconfirmed": list(self.found.unconfirmed),
            "places": by_place(self.counted).to_pylist(),
            "persons": [
                {
                    "person": row["person_id"], "state": row["state"], "flags": row["flags"],
                    "village": row["village"], "township": row["township"], "groups": row["groups"],
                    "schemes": row["schemes"], "paid": yuan_text(row["paid_fen"] or 0),
                    "subsidised": yuan_text(row["subsidised_fen"] or 0), "told": row["told"],
                    "evidence": [sources[one].to_dict() for one in row["evidence"] or () if one in sources],
                }
                for row in listed.to_pylist()
            ],
        }  # fmt: skip

    def write(self, listed: pa.Table, path: Path) -> None:
        """The people as CSV, each with the entries behind the state."""
        from doudi.findings.reconcile import FLAGS, STATES

        sources = _sources(listed)
        columns = ("人员", "乡镇", "村", "状态", "标记", "特殊人群", "本人缴费", "资助", "原因", "依据")
        rows = (
            (row["person_id"], self._named(row["township"]), self._named(row["village"]),
             STATES[row["state"]].zh, "；".join(FLAGS[one].zh for one in row["flags"]), "；".join(row["groups"]),
             yuan_text(row["paid_fen"] or 0), yuan_text(row["subsidised_fen"] or 0), row["told"] or "",
             "；".join(str(sources[one]) for one in row["evidence"] or () if one in sources))
            for row in listed.to_pylist()
        )  # fmt: skip
        write_list(path, columns, rows)

    def _named(self, code: str | None) -> str:
        return self.names.get(code or "", code or "")


def reconciled(desk: Desk, *, year: int, day: dt.date, place: str, engine: str) -> Shown:
    """Reconcile a coverage year on the register."""
    from doudi.access.api import divisions
    from doudi.findings.engines import Engine
    from doudi.findings.reconcile.register import reconcile_register, rules_for
    from doudi.policy.enrolment import enrolment

    if engine not in ("duckdb", "spark"):
        raise InputFault(f"没有“{engine}”这种引擎", "--backend", "duckdb、spark", "改用其中一种")
    if not 2000 <= year <= day.year + 1:
        raise InputFault(f"参保年度 {year} 不行", "--year", f"2000 至 {day.year + 1}", "写参保年度，如 2026")
    policy = enrolment(settings.policies(), place)
    found = reconcile_register(
        desk.home, desk.kinds, policy, year=year, as_of=day, known_at=desk.now, engine=cast("Engine", engine)
    )
    at = divisions(as_of=day, known_at=desk.now)
    names = dict(zip(at["code"].to_pylist(), at["name"].to_pylist(), strict=True))
    gate = desk.gate
    seen, counted = (passed(found.people, column="village") for passed in (gate.rows, gate.countable))
    unlinked = found.unlinked if desk.sees_all else {}
    titles = {name: kind.zh for name, kind in desk.kinds.items()}
    return Shown(found, rules_for(policy, year, day), seen, counted, names, unlinked, titles)


def _sources(listed: pa.Table) -> dict[int, EntrySource]:
    from doudi.ledgers.api import entry_sources

    return entry_sources({one for some in listed["evidence"].to_pylist() for one in some or ()})


def put_reconciled(shown: Shown, listed: pa.Table, limit: int) -> None:
    """Rates with their denominators in words, states by township, then the people asked for."""
    from doudi.findings.reconcile import FLAGS, STATES

    found = shown.found
    rows = [
        (one.words[0], f"{one.insured:,} ÷ {one.of:,}", _percent(one.share),
         f"{_percent(one.target.share)}（{one.target.document or one.target.name}）" if one.target else "",
         {True: "达到", False: "未达到", None: ""}[one.met])
        for one in shown.rates
    ]  # fmt: skip
    put_table(
        ("参保率", "人数", "比率", "目标", ""), rows, f"{found.coverage_year} 参保年度，{found.day} 的情况"
    )
    states = Counter(shown.counted["state"].to_pylist())
    flags = Counter(one for some in shown.counted["flags"].to_pylist() for one in some)
    put_table(("状态", "代码", "人数"), [(one.zh, name, f"{states[name]:,}") for name, one in STATES.items()])
    put_table(
        ("标记", "代码", "人数"),
        [(one.zh, name, f"{flags[name]:,}") for name, one in FLAGS.items() if flags[name]],
    )
    if shown.unlinked:
        told = "，".join(
            f"{shown.titles.get(kind, kind)} {many:,}" for kind, many in shown.unlinked.items() if many
        )
        print(f"还没有认到人的记载：{told or '无'}（doudi ledger link 认定后再归类）")
    if found.unconfirmed:
        print(f"所用政策中待核实的：{'；'.join(found.unconfirmed)}")
    if limit:
        sources = _sources(listed.slice(0, limit))
        lines = [
            (str(row["person_id"]), shown._named(row["village"] or row["township"]), STATES[row["state"]].zh,
             "；".join(FLAGS[one].zh for one in row["flags"]),
             "；".join(str(sources[one]) for one in row["evidence"] or () if one in sources))
            for row in listed.slice(0, limit).to_pylist()
        ]  # fmt: skip
        put_table(
            ("人员", "村", "状态", "标记", "依据"), lines, f"共 {listed.num_rows:,} 人，前 {len(lines)} 人"
        )


def _percent(share: int | None) -> str:
    return "" if share is None else f"{share // 100}.{share % 100:02d}%"
