"""What is asked for: which county, how many people, which seed, which days. Checked when it is made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from doudi.common.errors import InputFault
from doudi.sample.mix import PRESETS, Mix

Format = Literal["csv", "parquet"]
Recorded = Literal["all", "none", "auto"]

FEWEST, MOST = 1_000, 10_000_000
#: `auto` records payments for counties up to this size; the oracle settles some nine thousand claims a second.
RECORDED_UP_TO = 50_000
EPOCH = dt.date(1970, 1, 1)


def day_number(day: dt.date) -> int:
    """A date as days since 1970."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class Order:
    """One sample county. `people`, `first` and `last` are the preset's own where they are not given."""

    preset: str = "county"
    people: int = 0
    seed: int = 1
    first: dt.date | None = None
    last: dt.date | None = None
    format: Format = "csv"
    fee_lines: bool = False
    recorded: Recorded = "auto"

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise InputFault(
                f"没有名为“{self.preset}”的样例", allowed="、".join(PRESETS), do="改用 --preset 的一种"
            )
        if not FEWEST <= self.size <= MOST:
            raise InputFault(
                f"人数 {self.people} 不行", "--people", f"{FEWEST:,} 至 {MOST:,} 的整数", "改用其中一个人数"
            )
        if not 0 <= self.seed < 1 << 63:
            raise InputFault(f"种子 {self.seed} 不行", "--seed", "零或正整数", "改用其他种子")
        for value, kind, option in (
            (self.format, Format, "--format"),
            (self.recorded, Recorded, "--recorded"),
        ):
            if value not in get_args(kind):
                raise InputFault(f"“{value}”不行", option, "、".join(get_args(kind)), "改用其中一种")
        (low, high), mix = self.window, self.mix
        if low > high or low < mix.earliest or high > mix.last:
            raise InputFault(
                f"不能生成 {low} 至 {high} 的结算",
                "--from、--to 或 --year",
                f"{mix.earliest} 至 {mix.last} 之间，先起后止",
                "改正起止日期",
            )

    @property
    def mix(self) -> Mix:
        """The preset's mix of people and claims."""
        return PRESETS[self.preset]

    @property
    def size(self) -> int:
        """How many people."""
        return self.people or self.mix.people

    @property
    def window(self) -> tuple[dt.date, dt.date]:
        """First and last day of the claims."""
        return self.first or self.mix.first, self.last or self.mix.last

    @property
    def records(self) -> bool:
        """Whether recorded payments are filled in."""
        return self.recorded == "all" or (self.recorded == "auto" and self.size <= RECORDED_UP_TO)
