"""How a layer's deductible came about: the amount, the number of the admission, its floor, a transfer, the year's ceiling.

Each step is reckoned by the loop's own function with the later steps taken out, and the last must be the loop's number.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from doudi.common.errors import EngineFault
from doudi.engine import trace_words as say
from doudi.engine.settle import layout as c
from doudi.engine.settle.kernel import standard_deductible
from doudi.engine.trace_model import Deducted, Step
from doudi.engine.trace_state import Chain, Ledger
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

    def reckon(**without: int) -> int:
        """The standard with fields of the rule changed."""
        rules = ledger.tables.rules[int(ledger.detail[i, k, c.D_RULE])][None].copy()
        for name, value in without.items():
            rules[0, getattr(c, name)] = value
        return int(
            standard_deductible(
                rules, 0, ledger.tables, parts, int(ledger.claims.days[i]), int(ledger.claims.age[i]), number
            )
        )

    full = reckon(SEQ_N=0, DED_UNIT=1, DED_FLOOR=0)
    if rule[c.DED_SHARE] >= 0:
        steps = [say.step("share", full, "按费用比例计", "a share of the bill")]
    else:
        steps = [say.step("amount", full, "起付标准", "standard")]
    if rule[c.SEQ_N]:
        steps.append(say.step("sequence", reckon(DED_UNIT=1, DED_FLOOR=0), *_nth(ledger, rule, number)))
    if (now := reckon(DED_FLOOR=0)) != steps[-1].amount:
        steps.append(say.step("round", now, "取整", "rounded"))
    if (now := reckon()) != steps[-1].amount:
        steps.append(
            say.step(
                "floor",
                now,
                f"不低于 {say.yuan(int(rule[c.DED_FLOOR]))}",
                f"not below {say.yuan(int(rule[c.DED_FLOOR]))}",
            )
        )
    if continues:
        steps.append(say.step(continues, max(now - pool.chain.taken, 0), *_goes_on(continues, pool.chain)))
        now = steps[-1].amount
    room = max(int(rule[c.DED_CEILING]) - pool.deductible, 0)
    if room < now:
        ceiling, used = say.yuan(int(rule[c.DED_CEILING])), say.yuan(pool.deductible)
        steps.append(
            say.step(
                "year_ceiling",
                room,
                f"全年合计至多 {ceiling}，已承担 {used}",
                f"at most {ceiling} in the year, {used} borne",
            )
        )
    return steps


def _nth(ledger: Ledger, rule: Any, number: int) -> tuple[str, str]:
    fixed, value = (
        int(v)
        for v in ledger.tables.sequences[int(rule[c.SEQ_OFF]) + min(max(number, 1), int(rule[c.SEQ_N])) - 1]
    )
    if fixed:
        return (
            f"年内第 {number} 次住院，承担 {say.yuan(value)}",
            f"admission {number} of the year bears {say.yuan(value)}",
        )
    return (
        f"年内第 {number} 次住院，承担 {percent(value)}",
        f"admission {number} of the year bears {percent(value)}",
    )


def _goes_on(continues: str, chain: Chain) -> tuple[str, str]:
    borne = say.yuan(chain.taken)
    if continues == "transfer":
        return f"转院只补差额，前已承担 {borne}", f"a transfer bears the difference; {borne} borne before"
    if continues == "interim":
        return f"同一次住院，前已承担 {borne}", f"the same stay; {borne} borne before"
    return f"本次结算的另一层已承担 {borne}", f"{borne} borne by another layer of this claim"
