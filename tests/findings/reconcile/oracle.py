"""The reconciliation again, slowly: rows as dictionaries, the document's tables as plain `if`s.

Written from `docs/reconciliation.md` alone. It must share nothing with `doudi.findings.reconcile` but the names in the
results and the values of `Rules`, which is what a policy says and no rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from doudi.findings.reconcile.rules import Rules

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

COVERED = {
    "insured_paid",
    "employee",
    "elsewhere_student",
    "elsewhere_worker",
    "elsewhere_army",
    "elsewhere_prison",
}


def reconcile(tables: Tables, rules: Rules, as_of: dt.date) -> list[dict[str, Any]]:
    """One dictionary per person, by number."""
    year = rules.coverage_year
    day = max(min(as_of, dt.date(year, 12, 31)), dt.date(year, 1, 1))
    people = [p for p in tables.get("persons", []) if p.get("merged_into") is None]
    return [_Person(p, tables, rules, day).told() for p in sorted(people, key=lambda p: p["person_id"])]


class _Person:
    def __init__(self, person: Row, tables: Tables, rules: Rules, day: dt.date) -> None:
        self.me, self.rules, self.day = person, rules, day
        self.year, self.new_year = rules.coverage_year, dt.date(rules.coverage_year, 1, 1)
        self.tables = tables
        mine = {
            name: [r for r in rows if r.get("person_id") == person["person_id"]]
            for name, rows in tables.items()
        }

        def rows(name: str) -> list[Row]:
            return mine.get(name, [])

        def in_year(name: str, *, or_none: bool) -> list[Row]:
            return [
                r
                for r in rows(name)
                if r.get("insu_year") == self.year or (or_none and r.get("insu_year") is None)
            ]

        self.population = rows("population")
        self.residents = rows("residents")
        self.listed = in_year("resident_insurance", or_none=True)
        self.registered = [r for r in self.listed if self._runs(r)]
        self.employed = [r for r in rows("employee_insurance") if self._runs(r)]
        self.payments = in_year("premium_payments", or_none=False)
        self.subsidies = in_year("enrolment_subsidies", or_none=False)
        self.told_rows = in_year("uninsured", or_none=True)
        self.moves = [
            r for r in rows("memberships") if r.get("household_id") is None and r.get("why") == "move"
        ]
        self.deaths = [r for r in rows("deaths") if r.get("death_date") is None or r["death_date"] <= day]
        self.own_tags = rows("tags") + rows("tags_before")
        self.held = self._held(rows)

    # --- section 2 -------------------------------------------------------------------------------------------

    def _runs(self, r: Row) -> bool:
        began = r.get("psn_insu_date") is None or r["psn_insu_date"] <= self.day
        paused = r.get("paus_insu_date") is not None and r["paus_insu_date"] <= self.day
        return r.get("psn_insu_stas") in (None, "", "正常参保") and began and not paused

    @staticmethod
    def _spans(r: Row, day: dt.date) -> bool:
        return (r.get("valid_from") is None or r["valid_from"] <= day) and (
            r.get("valid_to") is None or r["valid_to"] > day
        )

    def _held(self, rows: Any) -> list[tuple[str, Row]]:
        """Categories that the person has a row for, whatever its dates."""
        found = [
            (r.get("category"), r) for name in ("special_groups", "special_groups_before") for r in rows(name)
        ]
        household = self.me.get("household_id")
        for name in ("tags", "tags_before"):
            for r in self.tables.get(name, []):
                of_mine = r.get("person_id") == self.me["person_id"]
                of_ours = (
                    r.get("person_id") is None
                    and household is not None
                    and r.get("household_id") == household
                )
                if of_mine or of_ours:
                    found.append((r.get("tag"), r))
                    if r.get("tag") == "残疾" and str(r.get("level") or "").endswith(("一级", "二级")):
                        found.append(("重度残疾", r))
        return [(c, r) for c, r in found if c is not None]

    def _standing(self, r: Row) -> str:
        if r.get("hsreg_stas") not in (None, "", "正常"):
            return str(r["hsreg_stas"])
        if r.get("cancel_date") is not None and r["cancel_date"] <= self.day:
            known = {"死亡": "死亡注销", "迁出": "迁出", "参军": "参军注销", "出国": "出国注销"}
            return known.get(r.get("cancel_why") or "", "其他注销")
        return "standing"

    def _of_population(self, *states: str) -> list[Row]:
        return [r for r in self.population if self._standing(r) in states]

    def _lives_here(self, r: Row) -> bool:
        where = r.get("whereabouts") or ""
        return where == "在家" or (where == "" and (r.get("resident_type") or "") != "户籍外出")

    def _told(self, *reasons: str) -> list[Row]:
        return [r for r in self.told_rows if (r.get("reason") or "") in reasons]

    def _seen(self, where: str) -> list[Row]:
        return [r for r in self.residents if r.get("whereabouts") == where]

    def _tagged(self, tag: str) -> list[Row]:
        return [r for r in self.own_tags if r.get("tag") == tag and self._spans(r, self.day)]

    # --- section 3 -------------------------------------------------------------------------------------------

    def told(self) -> dict[str, Any]:
        self.paid = sum(r.get("pay_amt_fen") or 0 for r in self.payments)
        self.subsidised = sum(r.get("subsidy_amt_fen") or 0 for r in self.subsidies)
        self.subsidised_rows = [
            (c, r)
            for c, r in self.held
            if c in self.rules.subsidies and (self._spans(r, self.day) or self._spans(r, self.new_year))
        ]
        self.in_full = any(self.rules.subsidies[c].full for c, _ in self.subsidised_rows)
        self.on_record = [*self.deaths, *self._of_population("死亡注销")]
        self.state, behind = self._state()
        flags = self._flags()
        groups = {c for c, r in self.held if c in self.rules.groups and self._spans(r, self.day)}
        schemes = (["310"] if self.employed else []) + (["390"] if self.registered else [])
        return {
            "person_id": self.me["person_id"],
            "state": self.state,
            "flags": sorted(flags),
            "in_hukou": bool(self._of_population("standing")),
            "in_residence": any(self._lives_here(r) for r in self.residents),
            "groups": sorted(groups),
            "schemes": schemes,
            "paid_fen": self.paid,
            "subsidised_fen": self.subsidised,
            "due_fen": self._due(),
            "told": min((r.get("reason") or "" for r in self.told_rows), default=None),
            "place": self._place(),
            "evidence": _entries(behind),
            "behind_flags": {name: _entries(rows) for name, rows in flags.items()},
        }

    def _state(self) -> tuple[str, list[Row]]:
        if self.on_record:
            return "dead", self.on_record
        if self.employed:
            return "employee", self.employed
        if self.registered and self._settled():
            subsidies = self.subsidies if self.paid <= 0 else []
            return "insured_paid", [*self.registered, *self.payments, *subsidies]
        if rows := [*self._told("死亡"), *self._seen("死亡")]:
            return "dead", rows
        moved = [*self._of_population("迁出"), *self._told("迁出"), *self._seen("迁出"), *self.moves]
        if moved and not any(self._lives_here(r) for r in self.residents):
            return "moved_out", moved
        if rows := [*self._tagged("现役军人"), *self._told("参军"), *self._of_population("参军注销")]:
            return "elsewhere_army", rows
        if rows := [*self._tagged("服刑"), *self._told("服刑")]:
            return "elsewhere_prison", rows
        if rows := [*self._tagged("境外"), *self._told("境外"), *self._of_population("出国注销")]:
            return "elsewhere_abroad", rows
        if rows := [*self._tagged("外地学生"), *self._told("外地就学")]:
            return "elsewhere_student", rows
        if rows := [*self._told("外地参保", "参加职工医保"), *self._told_working_with_place()]:
            return "elsewhere_worker", rows
        if self._newborn():
            return "newborn_grace", [*self.population, *self._residents_rows(), *self._told("新生儿")]
        if self.registered:
            return "registered_unpaid", [*self.registered, *self.payments, *self.subsidies]
        if rows := [*self._told("空挂户"), *self._seen("空挂户"), *self._tagged("空挂户")]:
            return "untraceable", rows
        if rows := self._told("拒绝参保"):
            return "refused", rows
        return "unknown", [*self.population, *self._residents_rows(), *self.told_rows]

    def _residents_rows(self) -> list[Row]:
        return list(self.residents)

    def _told_working_with_place(self) -> list[Row]:
        return [r for r in self._told("外地务工") if r.get("elsewhere_place") or r.get("elsewhere_scheme")]

    def _newborn(self) -> bool:
        born = self.me.get("born")
        return born is not None and 0 <= (self.day - born).days <= self.rules.newborn_days

    def _settled(self) -> bool:
        if self.paid > 0 or any(r.get("clct_flag") == "已缴费" for r in self.registered):
            return True
        premium = self.rules.premium_fen
        return self.subsidised > 0 and (self.in_full or (premium is not None and self.subsidised >= premium))

    # --- section 4 -------------------------------------------------------------------------------------------

    def _due(self) -> int | None:
        rules = [self.rules.subsidies[c] for c, _ in self.subsidised_rows]
        if self.in_full:
            return self.rules.premium_fen
        if not rules or any(rule.amount_fen is None for rule in rules):
            return None
        return max(rule.amount_fen for rule in rules if rule.amount_fen is not None)

    def _flags(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        insured = [*self.registered, *self.employed]
        died = min((r["death_date"] for r in self.deaths if r.get("death_date") is not None), default=None)
        early = died is not None and died < self.new_year
        premium = self.rules.premium_fen
        above = [r for r in self.payments if (r.get("pay_amt_fen") or 0) > 0]
        below = [r for r in self.payments if (r.get("pay_amt_fen") or 0) < 0]
        given = [r for r in self.subsidies if (r.get("subsidy_amt_fen") or 0) > 0]
        back = [r for r in self.subsidies if (r.get("subsidy_amt_fen") or 0) < 0]
        due = self._due()
        if self.registered and self.employed:
            found["double_scheme"] = insured
        if len({r["insu_admdvs"] for r in self.registered if r.get("insu_admdvs")}) >= 2:
            found["double_resident"] = self.registered
        if len({r["emp_name"] for r in self.employed if r.get("emp_name")}) >= 2:
            found["double_employee"] = self.employed
        if self.on_record and insured:
            found["dead_insured"] = [*self.on_record, *insured]
        if died is not None and any(r.get("pay_date") is not None and r["pay_date"] > died for r in above):
            found["dead_paid"] = [*self.payments, *self.deaths]
        expected = self.state == "employee" and len(self._told("参加职工医保")) == len(self.told_rows)
        if self.told_rows and self.state in ("employee", "insured_paid") and not expected:
            found["told_otherwise"] = self.told_rows
        group_rows = [r for c, r in self.held if c in self.rules.groups and self._spans(r, self.day)]
        if group_rows and self.state not in COVERED | {"dead", "moved_out"}:
            found["special_uncovered"] = group_rows
        if self.paid > 0 and not self.registered and not self.on_record:
            found["paid_unregistered"] = self.payments
        if len(above) - len(below) >= 2:
            found["paid_twice"] = self.payments
        short = premium is not None and self.paid + self.subsidised < premium
        if self.registered and self.paid > 0 and not self.in_full and short:
            found["short_paid"] = [*self.payments, *self.subsidies]
        booked = any(r.get("clct_flag") == "已缴费" for r in self.registered)
        if self.registered and booked and self.paid <= 0 and self.subsidised <= 0:
            found["unproven_payment"] = [*self.registered, *self.payments, *self.subsidies]
        unbooked = any(r.get("clct_flag") == "未缴费" for r in self.registered)
        if self.registered and self.paid > 0 and unbooked and not booked:
            found["unbooked_payment"] = [*self.registered, *self.payments]
        if self.rules.subsidies:
            entitled = bool(self.registered and self.subsidised_rows and not early)
            if entitled and not given and due != 0:
                found["subsidy_unpaid"] = [r for _, r in self.subsidised_rows]
            if given and (not self.subsidised_rows or not self.listed or early):
                found["subsidy_unentitled"] = self.subsidies
        wrong = due is not None and any(r["subsidy_amt_fen"] != due for r in given)
        if wrong and "subsidy_unentitled" not in found:
            found["subsidy_amount"] = self.subsidies
        if len(given) - len(back) >= 2:
            found["subsidy_twice"] = self.subsidies
        return found

    def _place(self) -> str | None:
        for rows in (self.population, self.residents, self.listed):
            codes = [r["division"] for r in rows if r.get("division") is not None]
            if codes:
                return min(codes)
        return self.me.get("division")


def _entries(rows: Sequence[Row]) -> list[int]:
    return sorted({r["entry_id"] for r in rows if r.get("entry_id") is not None})
