"""A chunk's visits and diagnoses as rows of their files, inside form.

As in real extracts most pharmacies and clinics record no diagnosis, age and days are empty, and no third party ever pays.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from doudi.sample import claims as grown
from doudi.sample.calendar import year_of
from doudi.sample.claim_rows import ClaimRows
from doudi.sample.draws import Draws, Ints, Mask
from doudi.sample.kinds import AREA, DIAGNOSES, DISEASES, MED_TYPES, Kind
from doudi.sample.person_rows import DAY
from doudi.sample.places import PHARMACY_LV
from doudi.sample.text import digits, glued, named, times

DIAGNOSED = (40_000, 150_000, 650_000)
"""Visits in a million that carry a diagnosis: at pharmacies, clinics, hospitals. Stays always do."""
NOTHING = len(DIAGNOSES)
BIRTH = NOTHING - 1


class VisitRows:
    """The visits behind some claims: each begins with its first settlement."""

    def __init__(self, rows: ClaimRows, draws: Draws) -> None:
        self.rows, self.draws = rows, draws
        self.first = np.flatnonzero((rows.claims.key == rows.claims.visit) & ~rows.claims.refund)
        self.claims = rows.claims.take(self.first)
        self.stay = rows.stay[self.first]
        self.number = rows.visit_numbers.take(pa.array(self.first))
        others = draws.below("diagnosis", self.claims.visit, BIRTH)
        self.main = np.where(self.claims.kind == Kind.BIRTH, BIRTH, others)
        self.diagnosed = self.stay | draws.chance("diagnosed", self.claims.visit, self._chance())

    def _chance(self) -> Ints:
        listed, at = self.rows.places.institutions, self.claims.institution
        pharmacy = np.array([one.pharmacy for one in listed])[at]
        clinic = np.array([one.hosp_lv == PHARMACY_LV for one in listed])[at]
        return np.array(DIAGNOSED)[np.where(pharmacy, 0, np.where(clinic, 1, 2))]

    def visits(self) -> pa.Table:
        """One row a visit."""
        rows, claims, none = self.rows, self.claims, 0 * self.first
        last = rows.claims.end.copy()
        np.maximum.at(last, rows.row_of(rows.claims.visit), rows.claims.end)
        end = last[self.first]
        onward = claims.kind == Kind.TRANSFER
        place = {name: column.take(pa.array(self.first)) for name, column in rows.place.items()}
        return pa.table(
            {"mdtrt_id": self.number}
            | {name: column.take(pa.array(claims.person)) for name, column in rows.person.items()}
            | {"insu_admdvs": named(none, [AREA])}
            | place
            | {
                "begntime": times(claims.begin * DAY + 28_800),
                "endtime": times(end * DAY + 32_400),
                "mdtrt_cert_type": named(none, ["02"]),
                "med_type": named(claims.med, MED_TYPES),
                "ars_year_ipt_flag": _flag(year_of(end) != year_of(claims.begin)),
                "refl_old_mdtrt_id": rows.number("1", onward * (claims.visit - grown.TRANSFER)),
                "dscg_maindiag_code": _word(np.where(self.stay, self.main, NOTHING), 0),
                "dscg_way": named(self.stay.astype(np.int64), [None, "1"]),
                "dise_no": named(claims.disease, [code for code, _ in DISEASES]),
                "otp_diag_info": _word(np.where(self.diagnosed & ~self.stay, self.main, NOTHING), 1),
                "inhosp_stas": named(self.stay.astype(np.int64), [None, "0"]),
                "ttp_pay_flag": named(none, ["0"]),
                "vali_flag": named(none, ["1"]),
                "poolarea_no": named(none, [AREA]),
            }
        )

    def diagnoses(self) -> pa.Table:
        """One row a diagnosis: one to three of a stay, at most one of a visit."""
        rows, claims = self.rows, self.claims
        count = self.diagnosed * (1 + self.stay * self.draws.below("diagnoses", claims.visit, 3))
        visit = np.repeat(np.arange(len(count)), count)
        turn = np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)
        what = np.where(turn == 0, self.main[visit], (self.main[visit] + turn * 4) % BIRTH)
        owner = digits(rows.people.number[claims.person[visit]] + 1, 8)
        serial = digits(rows.turn[self.first[visit]], 5)
        return pa.table(
            {
                "diag_info_id": glued(f"{AREA}5", owner, serial, digits(turn + 1, 1)),
                "mdtrt_id": self.number.take(pa.array(visit)),
                "psn_no": rows.person["psn_no"].take(pa.array(claims.person[visit])),
                "diag_type": named(0 * visit, ["1"]),
                "maindiag_flag": _flag(turn == 0),
                "diag_srt_no": pa.array(turn + 1),
                "diag_code": _word(what, 0),
                "diag_name": _word(what, 1),
                "diag_time": times(claims.begin[visit] * DAY + 30_000),
                "vali_flag": named(0 * visit, ["1"]),
            }
        )


def _flag(what: Mask) -> pa.Array:
    return named(what.astype(np.int64), ["0", "1"])


def _word(place: Ints, part: int) -> pa.Array:
    """The code (0) or name (1) of diagnoses; none is null."""
    return named(place, [*(one[part] for one in DIAGNOSES), None])
