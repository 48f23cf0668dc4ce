"""How a layer's deductible came about: the amount, the number of the admission, its floor, a transfer, the year's ceiling.

Reckoned apart from the loop, whose number the last step must be.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from doudi.common.errors import EngineFault
from doudi.engine import trace_words as say
from doudi.engine.settle import layout as c
from doudi.engine.trace_model import Deducted, Step
from doudi.engine.trace_state import Chain, Ledger
from doudi.engine.trace_sums import band_ratio, rounded, sum_terms
from doudi.engine.trace_values import percent

Continues = Literal["interim", "transfer", "same_claim"]


def deducted(ledger: Ledger, i: int, k: int, parts: Any) -> Deducted | None:
    """The deductible of layer number `k` for claim `i`; None where the rule has none."""
    rule, row = ledger.rule(i, k), ledger.detail[i, k]
    if rule[c.DED_PER] == c.NO_DEDUCTIBLE:
        return None
    standard, before, now, left = (
        int(row[f]) for f in (c.D_STANDARD, c.D_BEFORE, c.D_DEDUCTIBLE, c.D_DED_LEFT)
    )
    if rule[c.DED_PER] == c.BY_YEAR:
        steps = [say.step("amount", standard, "年度起付标准", "standard of the year")]
        if before:
            steps.append(
                say.step(
                    "used",
                    standard - before,
                    f"年内已用 {say.yuan(before)}",
                    f"{say.yuan(before)} used earlier in the year",
                )
            )
        continues, number = None, None
    else:
        continues = cast(Continues | None, ledger.continues(i, k))
        number = int(row[c.D_ADMISSION])
        steps = _steps(ledger, i, k, parts, number, continues)
        if steps[-1].amount != standard:
            raise EngineFault(
                "结算说明与结算结果不符", where=ledger.compiled.layers[k], do="请保留输入并报告"
            )
    if now != steps[-1].amount:
        steps.append(say.step("base", now, "不超过可计算的费用", "not above what is counted"))
    per: Literal["admission", "bill", "year"] = {c.BY_YEAR: "year", c.BY_ADMISSION: "admission"}.get(
        int(rule[c.DED_PER]), "bill"
    )  # type: ignore[assignment]
    return Deducted(
        per=per, admission=number if per == "admission" else None, continues=continues, steps=tuple(steps), standard=standard,
        before=before, now=now, left=left,
    )  # fmt: skip


def _steps(ledger: Ledger, i: int, k: int, parts: Any, number: int, continues: str | None) -> list[Step]:
    rule, pool = ledger.rule(i, k), ledger.pool(i, k)
    unit, mode = int(rule[c.DED_UNIT]), int(rule[c.DED_MODE])
    full = now = _full(ledger, i, k, parts)
    if rule[c.DED_SHARE] >= 0:
        steps = [say.step("share", full, "按费用比例计", "a share of the bill")]
    else:
        steps = [say.step("amount", full, "起付标准", "standard")]

    def then(code: str, amount: int, zh: str, en: str, always: bool = False) -> int:
        """Add a step if it changes anything."""
        if always or amount != steps[-1].amount:
            steps.append(say.step(code, amount, zh, en))
        return amount

    if rule[c.SEQ_N]:
        fixed, part = (
            int(v)
            for v in ledger.tables.sequences[
                int(rule[c.SEQ_OFF]) + min(max(number, 1), int(rule[c.SEQ_N])) - 1
            ]
        )
        exact = part * c.PPM if fixed else full * part
        bears = say.yuan(part) if fixed else percent(part)
        then(
            "sequence",
            min(rounded(exact, 1, mode), full),
            f"年内第 {number} 次住院，承担 {bears}",
            f"admission {number} of the year bears {bears}",
            True,
        )
        now = rounded(exact, unit, mode)
    elif unit > 1:
        now = rounded(full * c.PPM, unit, mode)
    then("round", min(now, full), "取整", "rounded")
    floor = int(rule[c.DED_FLOOR])
    now = then(
        "floor", min(max(now, floor), full), f"不低于 {say.yuan(floor)}", f"not below {say.yuan(floor)}"
    )
    if continues:
        now = then(continues, max(now - pool.chain.taken, 0), *_goes_on(continues, pool.chain), True)
    ceiling, borne = int(rule[c.DED_CEILING]), pool.deductible
    zh, en = (
        f"全年合计至多 {say.yuan(ceiling)}，已承担 {say.yuan(borne)}",
        f"at most {say.yuan(ceiling)} in the year, {say.yuan(borne)} borne",
    )
    then("year_ceiling", min(now, max(ceiling - borne, 0)), zh, en)
    return steps


def _full(ledger: Ledger, i: int, k: int, parts: Any) -> int:
    """The deductible before the number of the admission, its rounding and its floor."""
    rule = ledger.rule(i, k)
    if rule[c.DED_SHARE] < 0:
        return int(rule[c.DED_AMOUNT])
    of = sum_terms(
        ledger.tables.terms,
        int(rule[c.DED_TERM_OFF]),
        int(rule[c.DED_TERM_N]),
        parts,
        int(ledger.claims.days[i]),
    )
    share = rounded(
        of * band_ratio(ledger.tables.bands, int(rule[c.DED_SHARE]), int(ledger.claims.age[i])), 1, c.HALF_UP
    )
    return min(max(share, int(rule[c.DED_MIN])), int(rule[c.DED_MAX]))


def _goes_on(continues: str, chain: Chain) -> tuple[str, str]:
    borne = say.yuan(chain.taken)
    if continues == "transfer":
        return f"转院只补差额，前已承担 {borne}", f"a transfer bears the difference; {borne} borne before"
    if continues == "interim":
        return f"同一次住院，前已承担 {borne}", f"the same stay; {borne} borne before"
    return f"本次结算的另一层已承担 {borne}", f"{borne} borne by another layer of this claim"
