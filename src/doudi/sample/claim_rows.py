"""A chunk's claims as rows of the settlements file, inside form, and what the other files repeat of them.

Oddities of real extracts are made here: `age` a year too high, days in hospital mostly empty. This module must not know
files, nor who pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa

from doudi.facts.numbers import decimal_from_units
from doudi.sample.calendar import full_months, year_of
from doudi.sample.chunk import Chunk
from doudi.sample.draws import Draws, Ints
from doudi.sample.kinds import AREA, DISEASES, MED_TYPES, Kind, Level
from doudi.sample.order import day_number
from doudi.sample.person_rows import person_columns
from doudi.sample.places import Places
from doudi.sample.text import dates, digits, glued, named, times

FILLED_DAYS = 50_000
"""Claims in a million that say how many days they took."""
STAYS = (Kind.STAY, Kind.BIRTH, Kind.TRANSFER)


class ClaimRows:
    """The rows of one chunk's claims."""

    def __init__(self, chunk: Chunk, places: Places, stands: int, draws: Draws) -> None:
        self.people, self.claims, self.places, self.draws = chunk.people, chunk.claims, places, draws
        self.person: Mapping[str, pa.Array] = person_columns(chunk.people, stands, draws)
        claims = self.claims
        counts = np.bincount(claims.person, minlength=len(chunk.people.number))
        self.turn = np.arange(len(claims.key)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
        self._by_key = np.argsort(claims.key, kind="stable")
        self.stay = np.isin(claims.kind, STAYS)

    def row_of(self, key: Ints) -> Ints:
        """The rows that have these keys."""
        place = np.searchsorted(self.claims.key[self._by_key], key)
        rows: Ints = self._by_key[place.clip(max=len(self._by_key) - 1)]
        return rows

    def number(self, mark: str, key: Ints) -> pa.Array:
        """Identifiers of the settlements with these keys; null for key 0."""
        rows = self.row_of(key)
        owner = self.people.number[self.claims.person[rows]] + 1
        return glued(f"{AREA}{mark}", digits(owner, 8), digits(self.turn[rows], 5), empty=key == 0)

    @cached_property
    def visit_numbers(self) -> pa.Array:
        """The mdtrt_id of each settlement."""
        return self.number("1", self.claims.visit)

    @cached_property
    def place(self) -> Mapping[str, pa.Array]:
        """What a row says about its institution, at the level it had on the last day."""
        claims, listed = self.claims, self.places.institutions
        raised = np.array([day_number(one.raised) if one.raised else 1 << 30 for one in listed])
        levels = [one.hosp_lv for one in listed] + [one.raised_to for one in listed]
        level = claims.institution + len(listed) * (claims.end >= raised[claims.institution])
        return {
            "fixmedins_code": named(claims.institution, [one.code for one in listed]),
            "fixmedins_name": named(claims.institution, [one.name for one in listed]),
            "hosp_lv": named(level, levels),
            "fix_blng_admdvs": named(claims.institution, [one.division for one in listed]),
        }

    def settlements(self, recorded: Mapping[str, pa.Array]) -> pa.Table:
        """One row a settlement; `recorded` are the payments, as far as the institution's system had them."""
        claims, n = self.claims, len(self.claims.key)
        # As one Shandong feed has it: a year too high.
        age = full_months(self.people.born[claims.person], claims.end) // 12 + 1
        filled = self.draws.chance("ipt_days", claims.key, FILLED_DAYS)
        purse = np.where(self.stay, 1, np.where(claims.kind == Kind.PHARMACY, 2, 0))
        return pa.table(
            {
                "setl_id": self.number("3", claims.key),
                "mdtrt_id": self.visit_numbers,
                "init_setl_id": self.number("3", claims.original),
            }
            | {name: column.take(pa.array(claims.person)) for name, column in self.person.items()}
            | {
                "age": decimal_from_units(pa.array(age * 10), 1),
                "insu_admdvs": named(np.zeros(n, np.int64), [AREA]),
                "pay_loc": named(claims.by_hand.astype(np.int64), ["2", "1"]),
            }
            | dict(self.place)
            | {
                "begndate": dates(claims.begin),
                "enddate": dates(claims.end),
                "setl_time": times(claims.settled),
                "mdtrt_cert_type": named(np.zeros(n, np.int64), ["02"]),
                "med_type": named(claims.med, MED_TYPES),
                "setl_type": named(claims.by_hand.astype(np.int64), ["2", "1"]),
                "clr_type": named(purse, ["11", "21", "41"]),
                "out_flag": named((claims.level == Level.OUTSIDE).astype(np.int64), ["0", "1"]),
                "ipt_days": pa.array(np.where(self.stay, claims.end - claims.begin, 0), mask=~filled),
                "dise_no": named(claims.disease, [code for code, _ in DISEASES]),
                "dise_name": named(claims.disease, [name for _, name in DISEASES]),
                "medfee_sumamt_fen": pa.array(claims.total),
                "fulamt_ownpay_amt_fen": pa.array(claims.own),
                "overlmt_selfpay_fen": pa.array(claims.over),
                "preselfpay_amt_fen": pa.array(claims.prepay),
                "inscp_amt_fen": pa.array(claims.in_scope),
            }
            | dict(recorded)
            | {
                "refd_setl_flag": named(claims.refund.astype(np.int64), ["0", "1"]),
                "mid_setl_flag": named(claims.interim.astype(np.int64), ["0", "1"]),
                "vali_flag": named(np.zeros(n, np.int64), ["1"]),
                "year": glued("", digits(year_of(claims.end), 4)),
                "poolarea_no": named(np.zeros(n, np.int64), [AREA]),
            }
        )
