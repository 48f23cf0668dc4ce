"""What `doudi ledger link` does and tells: links made, the queue, the reasons for one pair, a person's word on it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doudi.commands import settings
from doudi.commands.register import Desk
from doudi.commands.screen import put_json, put_table
from doudi.common.errors import InputFault
from doudi.common.money import yuan_text

if TYPE_CHECKING:
    import pyarrow as pa

    from doudi.findings.link import Links

_PAIRED = ("found", "queue", "newcomers", "among")
"""What linkage tells by entry."""
VERDICTS = {"same": "同一人", "different": "不是同一人", "queued": "待人认定"}


def find(desk: Desk, day: dt.date) -> Links:
    """Run linkage on the register."""
    from doudi.findings.link_register import links_on_register

    return links_on_register(
        desk.kinds, ring=desk.ring, policies=settings.policies(), as_of=day, known_at=desk.now
    )


def record(desk: Desk, found: Links) -> int:
    """Record what is new of it."""
    from doudi.findings.link_register import record_found

    return record_found(found, desk.kinds, by=desk.clerk, known_at=desk.now)


def seen(desk: Desk, found: Links) -> Links:
    """Of what linkage found, what whoever asks may see: the pairs whose record lies within their places."""
    if desk.sees_all:
        return found
    mine = _seen_entries(desk, *(getattr(found, name)["entry_id"] for name in _PAIRED))
    return replace(
        found,
        **{name: getattr(found, name).filter(mine(getattr(found, name)["entry_id"])) for name in _PAIRED},
    )


def told(desk: Desk, found: Links, recorded: int) -> dict[str, Any]:
    """For machines: `a` is an entry, `b` a person of the register (or, below nought, a newcomer); where each is from.

    The verdicts on record are among the pairs, whether this run found them or an earlier one.
    """
    from doudi.ledgers.api import entry_sources, links

    rows = found.found.to_pylist()
    now = {(row["entry_id"], row["person_id"]) for row in rows}
    rows += [row for row in links(desk.now).to_pylist() if (row["entry_id"], row["person_id"]) not in now]
    rows.sort(key=lambda row: (row["entry_id"], row["person_id"]))
    sources = entry_sources({row["entry_id"] for row in rows})
    if not desk.sees_all:
        places = {entry: source.division for entry, source in sources.items()}
        rows = [row for row in rows if desk.gate.may_see(places.get(row["entry_id"]))]
    return {
        "records": found.records,
        "queued": found.queued,
        "recorded": recorded,
        "pairs": [
            {"a": row["entry_id"], "b": row["person_id"], "weight": row["weight"], "verdict": row["verdict"],
             "how": row["how"], "record": sources[row["entry_id"]].to_dict() if row["entry_id"] in sources else None}
            for row in rows
        ],
        "queue": [
            {"a": row["entry_id"], "b": row["person_id"], "weight": row["weight"], "stake": yuan_text(row["stake_fen"])}
            for row in found.queue.to_pylist()
        ],
        "among": [
            {"a": row["entry_id"], "b": row["person_id"], "weight": row["weight"], "verdict": row["verdict"]}
            for row in found.among.to_pylist()
        ],
    }  # fmt: skip


def put(found: Links, recorded: int, queue: int) -> None:
    """How many, and the head of the queue."""
    from collections import Counter

    from doudi.ledgers.api import entry_sources

    counts = Counter(found.found["verdict"].to_pylist())
    rows = [(VERDICTS[verdict], f"{counts[verdict]:,}") for verdict in VERDICTS]
    put_table(("结论", "条数"), rows, f"看过 {found.records:,} 条记载")
    print(
        f"新记下 {recorded:,} 条；待人认定 {found.queued:,} 条记载；登记库以外的人 {found.newcomers.num_rows:,} 条记载"
    )
    shown = found.queue.slice(0, queue).to_pylist()
    if shown:
        sources = entry_sources({row["entry_id"] for row in shown})
        lines = [
            (str(row["entry_id"]), str(row["person_id"]), yuan_text(row["stake_fen"]), _bits(row["weight"]),
             str(sources.get(row["entry_id"], "")))
            for row in shown
        ]  # fmt: skip
        put_table(("记载", "可能是", "涉及金额", "权重", "来源"), lines, "待人认定（金额大的在前）")
        print("看理由：--explain 记载编号；认定：--decide 记载=人员，或 --decide 记载!人员")


def explain(found: Links, entry: int, chart: Path | None, as_json: bool) -> None:
    """Why an entry is taken, or not, for each of the people it may be about."""
    pairs = [row for row in found.found.to_pylist() if row["entry_id"] == entry]
    if not pairs:
        raise InputFault(f"记载 {entry} 没有需要认定的", do="编号见 doudi ledger link 列出的名单")
    reasons = [(row, found.explain(entry, row["person_id"])) for row in pairs]
    if chart:
        from doudi.facts.edges import replaced
        from doudi.reports.charts import svg_file
        from doudi.reports.link_chart import weights_chart

        with replaced(chart) as beside:
            beside.write_text(svg_file(weights_chart(reasons[0][1])), encoding="utf-8")
    if as_json:
        return put_json(
            {
                "entry": entry,
                "pairs": [{**row, "reasons": [vars(one) for one in told_]} for row, told_ in reasons],
            }
        )
    for row, told_ in reasons:
        lines = [(one.comparison, one.level, _bits(one.weight)) for one in told_]
        title = (
            f"记载 {entry} 与人员 {row['person_id']}：{VERDICTS[row['verdict']]}，权重 {_bits(row['weight'])}"
        )
        put_table(("比较", "相似程度", "权重（比特）"), lines, title)
        if not lines:
            print(f"{title}（按规则 {row['how']}，没有逐项权重）")
    if chart:
        print(f"已画成图 {chart}")


def decide(desk: Desk, said: str) -> None:
    """A person's word on a pair."""
    import pyarrow as pa

    from doudi.findings.link_register import BY_HAND
    from doudi.ledgers import api

    match = re.fullmatch(r"\s*(\d+)\s*([=!])\s*(\d+)\s*", said)
    if match is None:
        raise InputFault(
            f"“{said}”写法不对", "--decide", "记载=人员 或 记载!人员，如 --decide 1203=57", "改正后重试"
        )
    entry, person = int(match[1]), int(match[3])
    desk.must_see_entry(entry, "--decide")
    desk.place_of("person_id", person)
    verdict = "same" if match[2] == "=" else "different"
    row = {"entry_id": entry, "person_id": person, "verdict": verdict, "weight": 0, "how": BY_HAND}
    (number,) = api.record_links(
        pa.Table.from_pylist([row]), kinds=desk.kinds, by=desk.clerk, known_at=desk.now
    )
    print(
        f"已记下（编号 {number}）：记载 {entry} {'是' if verdict == 'same' else '不是'}人员 {person}；可用 --undo {number} 撤回"
    )


def take_back(desk: Desk, number: int) -> None:
    """Take a link back; it stays on record."""
    from doudi.ledgers import api

    if not desk.sees_all:
        newest = {row["link_id"]: row["entry_id"] for row in api.links(desk.now).to_pylist()}
        desk.must_see_entry(newest.get(number, 0), "--undo")
    api.undo_link(number, by=desk.clerk, known_at=desk.now)
    print(f"认定 {number} 已撤回，原记录保留")


def _seen_entries(desk: Desk, *columns: pa.ChunkedArray) -> Callable[[pa.ChunkedArray], pa.ChunkedArray]:
    """Tells of entries which of them whoever asks may see; `columns` holds all that will be asked about."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from doudi.ledgers.api import entry_sources

    sources = entry_sources({entry for column in columns for entry in column.to_pylist()})
    mine = [entry for entry, source in sources.items() if desk.gate.may_see(source.division)]
    allowed = pa.array(mine, pa.int64())
    return lambda entries: pc.is_in(entries, allowed)


def _bits(weight: int) -> str:
    """Hundredths of a bit as bits."""
    sign = "-" if weight < 0 else ""
    return f"{sign}{abs(weight) // 100}.{abs(weight) % 100:02d}"
