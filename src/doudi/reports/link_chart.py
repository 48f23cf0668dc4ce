"""Why two records are taken for one person: each comparison's weight as a step from nothing to the sum.

A weight of +1 makes it twice as likely that they are one person, of -1 half as likely. Holds no name and no number: only
what was compared and how alike it is. Must not know how a weight came about.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from doudi.findings.link import Reason
from doudi.reports import charts


def weight_text(weight: int) -> str:
    """Hundredths of a bit as a signed figure: +7.73."""
    sign = "-" if weight < 0 else "+"
    return f"{sign}{abs(weight) // 100}.{abs(weight) % 100:02d}"


def weights_chart(reasons: Sequence[Reason], width: int = charts.WIDE) -> Any:
    """The steps as a chart for `charts.svg`; the last bar is the sum."""
    counted = [reason for reason in reasons if reason.weight]
    ends = list(accumulate(reason.weight for reason in counted))
    rows = [
        charts.Bar(
            f"{reason.comparison}：{reason.level}", weight_text(reason.weight), end - reason.weight, end
        )
        for reason, end in zip(counted, ends, strict=True)
    ]
    total = ends[-1] if ends else 0
    rows.append(charts.Bar("合计 Sum", weight_text(total), 0, total))
    told = "；".join(f"{row.name} {row.figure}" for row in rows)
    return charts.waterfall(rows, f"两条记录是否同一人的各项分数：{told}", width)
