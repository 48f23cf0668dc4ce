"""The population register of a year before, from which brides, sons, movers and the dead have gone since.

Handed in before the present one, it gives households a past; after it, rehearsing shows who would be in two households.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from doudi.sample import homes
from doudi.sample.ledgers.county import County
from doudi.sample.ledgers.damage import Plan
from doudi.sample.ledgers.pages import Book, Page
from doudi.sample.ledgers.rows import Rows
from doudi.sample.order import day_number
from doudi.sample.text import digits, glued, named

DAY = dt.date(2025, 6, 30)
FILE = "户籍人口_2025年6月.csv"


def population_before(county: County, times: int) -> Book:
    """Everybody registered on `DAY`, where and with whom they were then."""
    day, past = day_number(DAY), county.homes
    there = (county.people.born <= day) & (county.died > day)
    home, at = past.before, county.at.copy()
    moved = past.why == homes.MOVE
    at[moved] = county.draws.below("came from", county.people.home[moved], len(county.village_names))
    bride = past.why == homes.MARRIAGE
    at[bride] = county.at[home[bride]]
    relation = _relation(county)
    order = np.lexsort((county.number, relation, home, at))
    who = order[there[order]]
    rows = Rows(county, "population", who)
    towns, villages = county.places.towns, county.places.villages
    rows.add("town", "乡镇（街道）", named(at[who] // villages, towns))
    rows.add("village", "村（居）委会", named(at[who], county.village_names))
    rows.add("hh_no", "户号", glued("9901", digits(home[who] + 1, 8)))
    rows.add("head_name", "户主姓名", county.name.take(pa.array(home[who])))
    rows.add("relation", "与户主关系", named(relation[who], homes.RELATIONS))
    rows.named("姓名")
    rows.identity("公民身份号码")
    rows.sex()
    rows.born("出生日期")
    rows.same("hsreg_stas", "户籍状态", "正常")
    plan = Plan("register", times, False, dates=("brdy",), village="")
    sheet = rows.damaged(plan, "population before", times)
    return Book(
        FILE, "population", "csv", "县公安局", (Page("", sheet),), encoding="gb18030", as_of=str(DAY), care="register"
    )  # fmt: skip


def _relation(county: County) -> np.ndarray:
    """Relation to the head of the household a year before."""
    past, now = county.homes, county.people.relation
    out, male = now.copy(), county.people.male
    out[past.why == homes.MARRIAGE] = homes.DAUGHTER
    split = past.why == homes.SPLIT
    child = split & np.isin(now, (homes.SON, homes.DAUGHTER))
    out[split] = np.where(male, homes.SON, homes.SONS_WIFE)[split]
    out[child] = np.where(male, homes.GRANDSON, homes.GRANDDAUGHTER)[child]
    # Where the bride leads the household now, her husband led it alone.
    widowed = (past.why[county.people.home] == homes.MARRIAGE) & (now == homes.SPOUSE)
    out[widowed] = homes.HEAD
    return out
