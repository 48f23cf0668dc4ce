"""Which rows contradict rows of other ledgers, by the names of the rules in `policies/checks/contradictions.yaml`.

Found from what the generator wrote and what of it can be read, row by row and without the code that runs the rules. A
row counts while it is in force on the day the county stands at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from doudi.sample.ledgers.pages import Book, Laid
from doudi.sample.ledgers.rates import BY_NAME

KEPT: Mapping[str, tuple[str, ...]] = {
    "deaths": ("death_date",),
    "dibao": ("begndate", "enddate"),
    "destitute": ("begndate", "enddate"),
    "resident_insurance": ("psn_insu_stas", "psn_insu_date", "paus_insu_date", "insu_year"),
    "employee_insurance": ("psn_insu_stas", "psn_insu_date", "paus_insu_date"),
    "residents": ("whereabouts",),
    "population": ("hsreg_stas",),
    "special_groups": ("category", "begndate", "enddate"),
    "businesses": ("firm_stas", "firm_kind", "post"),
    "vehicles": ("use_kind",),
    "payroll": ("post_kind",),
    "real_estate": ("use_kind", "title_no"),
    "pupils": ("stu_stas", "aided", "aid_kind", "stage"),
    "houses": ("house_grade", "repair_way", "accepted_on", "live_stas"),
    "welfare_posts": ("post_stas", "begndate", "brdy"),
    "employment": ("work_stas", "work_area", "begndate"),
    "doctor_visits": ("visited_on",),
    "disability": ("dis_level", "care_aid"),
    "water_tests": ("passed", "mended"),
}
"""What is looked at, by kind."""
AIDED = (
    "特困",
    "低保",
    "孤儿",
    "事实无人抚养儿童",
    "返贫致贫人口",
    "脱贫不稳定户",
    "边缘易致贫户",
    "突发严重困难户",
    "脱贫人口",
)
SPANS = {
    "dibao": ("begndate", "enddate"), "destitute": ("begndate", "enddate"), "special_groups": ("begndate", "enddate"),
    "resident_insurance": ("psn_insu_date", "paus_insu_date"), "employee_insurance": ("psn_insu_date", "paus_insu_date"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row: where it stands, whom it is about, what can be read of it."""

    file: str
    sheet: str
    row: int
    person: int
    read: Mapping[str, str | None]

    def __getitem__(self, name: str) -> str:
        return self.read.get(name) or ""


Found = dict[str, list[tuple[str, str, str, int]]]


class Contradictions:
    """Collects the rows of the ledgers that rules look at, then tells what contradicts what."""

    def __init__(self, on: str) -> None:
        self.on = on
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def add(self, book: Book, laid: list[Laid]) -> None:
        """The rows of a file."""
        for page, out in zip(book.pages, laid, strict=True):
            sheet = page.sheet
            names = [name for name in KEPT.get(book.kind, ()) if name in sheet.fields]
            columns = [sheet.fields[name].read.to_pylist() for name in names]
            if book.kind not in KEPT:
                continue
            twice = sheet.damage == BY_NAME["duplicate_row"]
            for k in np.flatnonzero(~twice).tolist():
                read = {name: column[k] for name, column in zip(names, columns, strict=True)}
                row = Row(book.file, page.name, int(out.rows[k]), int(sheet.person[k]), read)
                if self._stands(book.kind, row):
                    self.rows[book.kind].append(row)

    def _stands(self, kind: str, row: Row) -> bool:
        since, until = SPANS.get(kind, ("", ""))
        return not (since and row[since] > self.on) and not (until and "" < row[until] <= self.on)

    def by_person(self, kind: str, keep: Callable[[Row], bool] = lambda row: True) -> dict[int, list[Row]]:
        """Rows of a kind by person."""
        out: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows[kind]:
            if row.person >= 0 and keep(row):
                out[row.person].append(row)
        return out

    def found(self) -> Found:
        """Rule → rows that fail it: kind, file, sheet, row."""
        out: Found = {}
        for name, kind, rows in self._rules():
            out[name] = [(kind, row.file, row.sheet, row.row) for row in rows]
        return out

    def _rules(self) -> Iterator[tuple[str, str, list[Row]]]:
        yield from self._dead()
        yield from self._insured()
        yield from self._on_dibao()
        yield from self._others()

    def _dead(self) -> Iterator[tuple[str, str, list[Row]]]:
        died = {
            person: min(row["death_date"] for row in rows)
            for person, rows in self.by_person("deaths").items()
        }
        gone = {person for person, day in died.items() if day and day < self.on}
        for name, kind in (
            ("dead-on-dibao", "dibao"),
            ("dead-destitute", "destitute"),
            ("dead-on-post", "welfare_posts"),
        ):
            yield name, kind, [row for row in self.rows[kind] if row.person in gone]
        yield "dead-insured", "resident_insurance", [
            row for row in self.rows["resident_insurance"]
            if row["psn_insu_stas"] == "正常参保" and row.person in died
            and (row["psn_insu_date"] > died[row.person] or row["insu_year"] > died[row.person][:4])
        ]  # fmt: skip
        yield (
            "dead-visited",
            "doctor_visits",
            [
                row
                for row in self.rows["doctor_visits"]
                if row.person in died and row["visited_on"] > died[row.person]
            ],
        )
        yield (
            "dead-at-home",
            "residents",
            [
                row
                for row in self.rows["residents"]
                if row.person in gone and row["whereabouts"] not in ("死亡", "迁出")
            ],
        )
        yield (
            "registered-dead-living",
            "population",
            [
                row
                for row in self.rows["population"]
                if row["hsreg_stas"] == "死亡注销" and row.person not in died
            ],
        )

    def _insured(self) -> Iterator[tuple[str, str, list[Row]]]:
        residents = self.by_person("resident_insurance", lambda row: row["psn_insu_stas"] == "正常参保")
        employees = self.by_person("employee_insurance", lambda row: row["psn_insu_stas"] == "正常参保")
        dead = self.by_person("deaths")
        yield (
            "two-schemes",
            "resident_insurance",
            [row for person, rows in residents.items() if person in employees for row in rows],
        )
        yield "special-not-insured", "special_groups", [
            row for row in self.rows["special_groups"]
            if row.person not in residents and row.person not in employees and row.person not in dead
        ]  # fmt: skip

    def _on_dibao(self) -> Iterator[tuple[str, str, list[Row]]]:
        runs = self.by_person(
            "businesses",
            lambda row: row["firm_stas"] == "存续" and row["firm_kind"] == "企业" and row["post"] != "",
        )
        others = (
            ("dibao-and-destitute", self.by_person("destitute")), ("dibao-with-company", runs),
            ("dibao-with-car", self.by_person("vehicles", lambda row: row["use_kind"] == "非营运")),
            ("dibao-on-payroll", self.by_person("payroll")),
        )  # fmt: skip
        for name, other in others:
            yield name, "dibao", [row for row in self.rows["dibao"] if row.person in other]
        listed = self.by_person("dibao")
        homes = self.by_person("real_estate", lambda row: row["use_kind"] == "住宅")
        yield (
            "dibao-with-two-homes",
            "real_estate",
            [
                rows[0]
                for person, rows in homes.items()
                if person in listed and len({row["title_no"] for row in rows}) > 1
            ],
        )
        yield "severe-disability-without-aid", "disability", [
            row for row in self.rows["disability"]
            if row["dis_level"] == "一级" and row["care_aid"] in ("", "0") and row.person in listed
        ]  # fmt: skip

    def _others(self) -> Iterator[tuple[str, str, list[Row]]]:
        poor = self.by_person("special_groups", lambda row: row["category"] in AIDED)
        yield "poor-pupil-without-aid", "pupils", [
            row for row in self.rows["pupils"]
            if row["stu_stas"] == "在读" and (row["aided"] == "0" or not (row["aided"] or row["aid_kind"]))
            and row["stage"] not in ("学前教育", "研究生") and row.person in poor
        ]  # fmt: skip
        yield "rain-and-dew-elsewhere", "pupils", [
            row for row in self.rows["pupils"]
            if row["aid_kind"] == "雨露计划" and row["stage"] not in ("中职", "技师学院", "高职高专")
        ]  # fmt: skip
        yield (
            "dropout-of-school-age",
            "pupils",
            [
                row
                for row in self.rows["pupils"]
                if row["stage"] in ("小学", "初中") and row["stu_stas"] in ("辍学", "退学")
            ],
        )
        yield "unsafe-house-without-measure", "houses", [
            row for row in self.rows["houses"]
            if row["live_stas"] != "闲置" and row["house_grade"] in ("C", "D") and row["repair_way"] in ("", "未改造")
            and not row["accepted_on"]
        ]  # fmt: skip
        unsafe = self.by_person(
            "houses",
            lambda row: (
                row["house_grade"] in ("C", "D")
                and not row["accepted_on"]
                and row["live_stas"] in ("", "自住")
            ),
        )
        yield (
            "monitored-house-unsafe",
            "special_groups",
            [row for row in self.rows["special_groups"] if row.person in unsafe],
        )
        posts = self.by_person("welfare_posts")
        yield "two-posts", "welfare_posts", [row for rows in posts.values() if len(rows) > 1 for row in rows]
        away = self.by_person("employment", lambda row: row["work_area"] in ("县外省内", "省外", "境外"))
        yield (
            "post-and-away",
            "welfare_posts",
            [row for row in self.rows["welfare_posts"] if row.person in away],
        )
        seventy = f"{int(self.on[:4]) - 70}{self.on[4:]}"
        yield (
            "post-over-age",
            "welfare_posts",
            [row for row in self.rows["welfare_posts"] if "" < row["brdy"] <= seventy],
        )
        yield (
            "water-failed-not-mended",
            "water_tests",
            [row for row in self.rows["water_tests"] if row["passed"] == "0" and row["mended"] in ("", "0")],
        )


def of_claims(
    setl: list[str], person: list[int], begin: list[str], days: list[int], refund: list[bool],
    died: Mapping[int, str], posts: Mapping[int, list[Row]],
) -> Found:  # fmt: skip
    """The rules whose rows are settlements; a row is named by its setl_id in place of a sheet."""
    out: Found = {"dead-reimbursed": [], "in-hospital-and-at-work": []}
    for key, who, day, stay, back in zip(setl, person, begin, days, refund, strict=True):
        if back:
            continue
        if who in died and day > died[who]:
            out["dead-reimbursed"].append(("settlements", "", key, 0))
        if stay > 15 and any(day > row["begndate"] for row in posts.get(who, ())):
            out["in-hospital-and-at-work"].append(("settlements", "", key, 0))
    return out
