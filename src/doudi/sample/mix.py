"""The two presets: how many people, how often they fall ill, where they go and what that costs.

These are all the numbers that may be tuned. None of them is about a layer of protection: what a layer pays
follows from the policy alone. Frequencies are per hundred person-years, shares per thousand.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from doudi.sample.draws import Curve

AGES = Curve(
    (0, 0), (600, 2190), (2000, 6570), (3300, 10950), (5200, 17155), (7300, 21900), (9000, 26645),
    (9700, 29930), (9990, 34310), (10_000, 36135),
)  # fmt: skip
"""Age in days of a county's people on the day it stands at."""

AGES_POOR = Curve(
    (0, 900), (1000, 5475), (2200, 12775), (4000, 18250), (6000, 22995), (8200, 27010), (9600, 30295),
    (9990, 33580), (10_000, 35040),
)  # fmt: skip
"""The registered poor are older: 1,104 of the development zone's 2,478 were sixty or more."""


@dataclass(frozen=True)
class Mix:
    """One preset. See each field; money is a percentage of the shapes in `bills`."""

    zh: str
    people: int
    earliest: dt.date
    """The first day that the policy settles."""
    first: dt.date
    last: dt.date
    """The day it stands at; nothing is later."""
    policy: str
    ages: Curve
    poor: bool
    employees: int
    """Of a thousand people of working age."""
    mistakes: int
    """Persons, in a thousand, in whose recorded payments a mistake is planted; more where the rarer ones are possible."""

    # How often.
    pharmacy: int
    outpatient: int
    drugs: int
    emergency: int
    births: int
    stays: int
    chronic_people: int
    """Of a thousand who are not children."""
    chronic_visits: int
    severe_people: int
    """Of ten thousand who are not children: dialysis, tumours and the like."""
    severe_visits: int
    severe_stays: int

    # Where.
    away: int
    """People who live outside the area."""
    outside_visits: int
    """Visits and purchases of the others that are outside."""
    outside_stays: int
    levels: tuple[int, int, int, int]
    """Stays inside the area by level: township, first, second, third."""
    primary: int
    """Outpatient visits inside the area that are at a township hospital or a clinic."""

    # How much.
    stay_cost: tuple[int, int, int, int, int]
    """By level, the last outside the area."""
    severe_stay_cost: int
    """Of the severely ill, on top."""
    visit_cost: int
    chronic_cost: int
    severe_cost: int
    own_share: int
    """What is outside the catalogue."""
    prepay_share: int
    """What is paid first by the person (class B and dear consumables)."""


COUNTY = Mix(
    zh="示例县",
    people=20_000,
    earliest=dt.date(2024, 1, 1),
    first=dt.date(2025, 1, 1),
    last=dt.date(2026, 6, 30),
    policy="shili/resident",
    ages=AGES,
    poor=False,
    employees=220,
    mistakes=20,
    pharmacy=158,
    outpatient=108,
    drugs=9,
    emergency=8,
    births=2,
    stays=17,
    chronic_people=65,
    chronic_visits=285,
    severe_people=30,
    severe_visits=1800,
    severe_stays=150,
    away=420,
    outside_visits=270,
    outside_stays=220,
    levels=(30, 12, 40, 18),
    primary=620,
    stay_cost=(95, 95, 95, 95, 95),
    severe_stay_cost=160,
    visit_cost=100,
    chronic_cost=100,
    severe_cost=100,
    own_share=100,
    prepay_share=100,
)
"""The sample county. Shares after two published extracts: one province (5.24 % refunds) and one county in two years
(419,378 settlements: stays 5.3 % and 63 % of the money, pharmacies 47 %, 54.6 % outside the area)."""

DEVELOPMENT_ZONE = Mix(
    zh="开发区建档立卡贫困人口（校准）",
    people=2_478,
    earliest=dt.date(2016, 1, 1),
    first=dt.date(2016, 1, 1),
    last=dt.date(2020, 12, 31),
    policy="shili/rural-poor-2018",
    ages=AGES_POOR,
    poor=True,
    employees=0,
    mistakes=0,
    pharmacy=60,
    outpatient=119,
    drugs=0,
    emergency=4,
    births=0,
    stays=29,
    chronic_people=264,
    chronic_visits=368,
    severe_people=402,
    severe_visits=1_870,
    severe_stays=756,
    away=30,
    outside_visits=30,
    outside_stays=302,
    levels=(243, 107, 187, 463),
    primary=800,
    stay_cost=(29, 26, 22, 36, 36),
    severe_stay_cost=360,
    visit_cost=60,
    chronic_cost=51,
    severe_cost=68,
    own_share=225,
    prepay_share=200,
)
"""2,478 registered poor people, 2016-2020, tuned so that what the policy pays comes near the sums that an article of
February 2021 prints."""

PRESETS = {"county": COUNTY, "development-zone": DEVELOPMENT_ZONE}
