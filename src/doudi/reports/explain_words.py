"""Words that both explanations of a bill share: the language chosen, what kind of row it is, what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from doudi.reports.lines import Line

Language = Literal["zh", "en"]


class Words:
    """One language: `w(zh, en)` picks."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, zh: str, en: str) -> str:
        """The wording in this language."""
        return zh if self.lang == "zh" else en

    def of(self, data: Mapping[str, Any], prefix: str = "") -> str:
        """A thing's name or sentence in this language; the Chinese one where it has no other."""
        return str(data.get(f"{prefix}{self.lang}") or data[f"{prefix}zh"])

    def what_kind(self, claim: Mapping[str, Any]) -> Iterator[Line]:
        """Whether the row is a refund, or was cancelled by one."""
        if other := claim["refund_of"]:
            yield Line(
                self(
                    f"退费：冲销结算 {other}，各数为其相反数", f"Refund of {other}: every sum is its negative"
                ),
                style="warn",
            )
        if other := claim["cancelled_by"]:
            yield Line(
                self(
                    f"已被 {other} 冲销，不计入年度累计",
                    f"Cancelled by {other}; it does not count for the year",
                ),
                style="warn",
            )

    def differs(self, trace: Mapping[str, Any]) -> Iterator[Line]:
        """Recorded payments beside computed ones, where the claim carries any."""
        if not trace["recorded"]:
            return
        yield Line()
        wrong = [one for one in trace["recorded"] if one["difference"].strip("-0.")]
        if not wrong:
            yield Line(self("与结算系统记录的支付一致", "Agrees with the recorded payments"), style="total")
            return
        yield Line(
            self(
                "与结算系统记录的支付不一致（记录 → 按政策）",
                "Differs from the recorded payments (recorded → by policy)",
            ),
            style="warn",
        )
        for one in wrong:
            beside = f"{one['recorded']} → {one['computed']}"
            yield Line(f"{self.of(one)} {one['column']}", one["difference"], beside, style="warn", depth=1)
