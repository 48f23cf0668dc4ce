"""Whether cases come out as their sources say: each is settled by the loop and by the oracle, and compared.

A case also fails when the two disagree, and names the first step at which they do: a published example is
the one place where they are held against something neither of them computed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from doudi.common.errors import DoudiError, InputFault
from doudi.engine.settle import oracle
from doudi.engine.settle.person import Claim, Enrolment, Person, Prior, Settled, Tag
from doudi.policy.cases import Case, CasePerson, Check, Expect, read_case
from doudi.policy.formula import show_exact, work_out
from doudi.policy.pack import Pack
from doudi.policy.text import Document, read_document

Settle = Callable[[Pack, Person, Sequence[Claim], Prior], list[Settled]]
#: Steps that Doudi calls by their national column.
_ALIASES = {"total": "medfee_sumamt"}


@dataclass(frozen=True)
class Outcome:
    """What became of one case: the step that decided, what was expected of it and what came out.

    Of a case that holds, the step is its first. `why` says in words what is wrong; empty if nothing is.
    """

    id: str
    path: Path
    ok: bool
    step: str | None = None
    expected: str | None = None
    got: str | None = None
    title: str = ""
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {
            "id": self.id,
            "ok": self.ok,
            "step": self.step,
            "expected": self.expected,
            "got": self.got,
            "title": self.title,
            "file": str(self.path),
            "why": self.why,
        }


def find_cases(places: Iterable[Path]) -> list[Document | Outcome]:
    """The case files among files and folders, in order of path; what cannot be read is an outcome already.

    A folder's policies and parameters are passed over. Raises `InputFault` for a place without any case.
    """
    found: list[Document | Outcome] = []
    for place in places:
        paths = sorted(place.rglob("*.yaml")) if place.is_dir() else [place]
        here = [read for path in paths if (read := _read(path, place.is_dir())) is not None]
        if not here:
            do = "核对目录；算例是第一行为 doudi: case/1 的 YAML 文件"
            raise InputFault("没有算例", str(place), "至少一个算例文件", do)
        found += here
    return found


def _read(path: Path, among_others: bool) -> Document | Outcome | None:
    try:
        document = read_document(path)
    except DoudiError as error:
        return Outcome(path.stem, path, False, why=str(error))
    kind = document.data.get("doudi") if isinstance(document.data, dict) else None
    return None if among_others and kind in ("settlement/1", "parameters/1") else document


def run_all(found: Iterable[Document | Outcome]) -> list[Outcome]:
    """Run every case found; an id that is used twice is a failure of the second."""
    seen: dict[str, Path] = {}
    out = []
    for one in found:
        outcome = one if isinstance(one, Outcome) else run_document(one)
        if (first := seen.setdefault(outcome.id, outcome.path)) != outcome.path:
            why = f"编号 {outcome.id} 已用于 {first}"
            outcome = Outcome(outcome.id, outcome.path, False, title=outcome.title, why=why)
        out.append(outcome)
    return out


def run_document(document: Document) -> Outcome:
    """Run the case in a file; a file with faults is a case that fails."""
    try:
        return run_case(read_case(document))
    except DoudiError as error:
        data = document.data if isinstance(document.data, dict) else {}
        name, title = str(data.get("id") or document.path.stem), str(data.get("title") or "")
        return Outcome(name, document.path, False, title=title, why=str(error))


def run_case(case: Case, loop: Settle | None = None) -> Outcome:
    """Run one case: its sums, then its settlement by loop and oracle, up to the first thing that is wrong.

    `loop` stands in for the compiled settlement. Raises what the settlement refuses.
    """
    told = [_check(check) for check in case.file.checks]
    if case.pack is not None:
        person, claims = person_of(case.file.person), case.claims
        ours = (loop or _loop())(case.pack, person, claims, case.prior)
        plain = oracle.settle(case.pack, person, claims, case.prior)
        numbers = [str(claim["setl_id"]) for claim in claims]
        told = [
            *first_difference(ours, plain, numbers),
            *(_expected(expect, ours, numbers) for expect in case.file.expect),
            *told,
        ]
    wrong = next((one for one in told if one.why), told[0])
    return Outcome(
        case.file.id,
        case.path,
        not wrong.why,
        wrong.step,
        wrong.expected,
        wrong.got,
        case.file.title,
        wrong.why,
    )


def _loop() -> Settle:
    from doudi.engine.settle.window import settle_person  # compiling takes a while: only when a case needs it

    return settle_person


@dataclass(frozen=True)
class _Told:
    """One comparison; `why` is empty if it holds."""

    step: str
    expected: str
    got: str
    why: str = ""


def _check(check: Check) -> _Told:
    value = work_out(check.formula)
    same = check.same(value, check.published)
    expected = ("" if check.agrees else "≠ ") + show_exact(check.published)
    why = (
        ""
        if same == check.agrees
        else f"{check.formula} 的得数{'与来源不符' if check.agrees else '竟与来源相符'}"
    )
    return _Told(check.what, expected, show_exact(value), why)


def _expected(expect: Expect, settled: Sequence[Settled], numbers: Sequence[str]) -> _Told:
    value = _value(expect, settled, numbers)
    shown = show_exact(expect.is_)
    if value is None:
        return _Told(expect.name, shown, "—", "除数为零，没有比例")
    why = ""
    if not expect.same(value, expect.is_):
        why = "与来源不符"
    elif expect.published is not None and expect.same(value, expect.published):
        why = f"竟与来源的错数 {show_exact(expect.published)} 相符"
    return _Told(expect.name, shown, show_exact(value), why)


def _value(expect: Expect, settled: Sequence[Settled], numbers: Sequence[str]) -> Fraction | None:
    """What an expectation speaks of, in yuan or in per cent; None for a share of nothing."""
    wanted = set(numbers) if expect.claim == 0 else {numbers[expect.claim - 1]}
    mine = [one for one in settled if one.setl_id in wanted]

    def total(step: str) -> Fraction:
        name = _ALIASES.get(step, step)
        # A layer that did not apply has no steps: it counted and paid nothing.
        return Fraction(sum(one.steps.get(name, 0) for one in mine), 100)

    if expect.ratio is None:
        return total(expect.step or "")
    below = total(expect.ratio.of)
    return total(expect.ratio.step) / below * 100 if below else None


def first_difference(
    ours: Sequence[Settled], plain: Sequence[Settled], numbers: Sequence[str]
) -> list[_Told]:
    """The first step, in the oracle's order, at which loop and oracle differ; empty if they agree."""
    mine = {one.setl_id: one.steps for one in ours}
    for one in plain:
        steps: Mapping[str, int] = mine.get(one.setl_id, {})
        for name in dict.fromkeys((*one.steps, *steps)):
            # Side steps of a layer that has none may be left out by one of the two; money may not.
            money = "." not in name or name.endswith(".paid")
            if not money and not (name in one.steps and name in steps):
                continue
            theirs, own = one.steps.get(name, 0), steps.get(name, 0)
            if theirs != own:
                place = f"{numbers.index(one.setl_id) + 1}:{name}"
                return [_Told(place, _yuan(theirs), _yuan(own), "逐笔结算与对照实现不一致，请报告")]
    if len(ours) != len(plain):
        return [_Told("claims", str(len(plain)), str(len(ours)), "逐笔结算与对照实现笔数不一致，请报告")]
    return []


def _yuan(fen: int) -> str:
    return show_exact(Fraction(fen, 100))


def person_of(person: CasePerson) -> Person:
    """The person of a case as the engine takes one."""
    tags = [
        Tag(column, tag.is_, *_span(tag.from_, tag.to))
        for column, held in (("psn_idet_type", person.psn_idet_type), ("rloc_type", person.rloc_type))
        for tag in held
    ]
    enrolments: tuple[Enrolment, ...] = ()
    if person.psn_insu_date is not None:
        paused = person.paus_insu_date
        last = paused - dt.timedelta(days=1) if paused else Enrolment(person.psn_insu_date).to
        enrolments = (Enrolment(person.psn_insu_date, last),)
    return Person(person.psn_no or "case", person.brdy, tuple(tags), enrolments)


def _span(start: dt.date | None, end: dt.date | None) -> tuple[dt.date, dt.date]:
    whole = Tag("", "")
    return start or whole.from_, end or whole.to
