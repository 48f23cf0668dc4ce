"""Every ledger row that can prove something, read once: person, what it says, entry, sum, date, place.

`docs/reconciliation.md` section 2, as Ibis expressions. Which columns of which kind are read is declared in `NEEDED`,
here and nowhere else. This module must not know what follows from a row.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from doudi.findings.reconcile import states as s
from doudi.findings.reconcile.rules import Rules

Tables = Mapping[str, ir.Table]
_ROW = {"entry_id": "int64", "person_id": "int64"}
_SPAN = {"valid_from": "date", "valid_to": "date"}
_INSURED = {"psn_insu_stas": "string", "psn_insu_date": "date", "paus_insu_date": "date"}
NEEDED: Mapping[str, Mapping[str, str]] = {
    "persons": {"person_id": "int64", "born": "date", "household_id": "int64", "division": "string", "merged_into": "int64"},
    "memberships": _ROW | {"household_id": "int64", "why": "string"},
    "tags": _ROW | {"household_id": "int64", "tag": "string", "level": "string"} | _SPAN,
    "tags_before": _ROW | {"household_id": "int64", "tag": "string", "level": "string"} | _SPAN,
    "population": _ROW | {"division": "string", "hsreg_stas": "string", "cancel_date": "date", "cancel_why": "string"},
    "residents": _ROW | {"division": "string", "whereabouts": "string", "resident_type": "string"},
    "resident_insurance": _ROW | {"division": "string", "insu_year": "int64", "insu_admdvs": "string", "clct_flag": "string"} | _INSURED,
    "employee_insurance": _ROW | {"emp_name": "string"} | _INSURED,
    "premium_payments": _ROW | {"insu_year": "int64", "pay_amt_fen": "int64", "pay_date": "date"},
    "uninsured": _ROW | {"insu_year": "int64", "reason": "string", "elsewhere_place": "string", "elsewhere_scheme": "string"},
    "special_groups": _ROW | {"category": "string"} | _SPAN,
    "special_groups_before": _ROW | {"category": "string"} | _SPAN,
    "enrolment_subsidies": _ROW | {"insu_year": "int64", "subsidy_amt_fen": "int64"},
    "deaths": _ROW | {"death_date": "date"},
}  # fmt: skip
"""The tables read and their columns. `…_before`: the view on the first day of the coverage year."""

KINDS = tuple(
    name for name in NEEDED if name not in {"persons", "memberships", "tags"} and not name.endswith("_before")
)
"""The ledger kinds among them."""

_SEVERE = ("一级", "二级")
NORMAL = "正常参保"


def typed(table: ir.Table | None, name: str) -> ir.Table:
    """A table with the needed columns, in their types; one that is not there is empty, so is a whole table."""
    needed = NEEDED[name]
    if table is None:
        return ibis.memtable(ibis.schema(needed).to_pyarrow().empty_table())
    return table.select(
        **{
            column: table[column].cast(kind) if column in table.columns else ibis.null(kind)
            for column, kind in needed.items()
        }
    )


def facts(tables: Tables, rules: Rules, day: ir.DateScalar) -> ir.Table:
    """All rows that say something about somebody for the coverage year, in one long table."""
    found = [
        *_of_registers(tables, day),
        *_of_schemes(tables, rules, day),
        *_of_money(tables, rules),
        *_of_words(tables, rules, day),
        *_of_categories(tables, rules),
    ]
    return ibis.union(*found)


def _says(table: ir.Table, what: int | ir.Value, **more: ir.Value) -> ir.Table:
    """Rows as facts: what is not given is empty."""
    return table.filter(table.person_id.notnull()).select(
        person_id=table.person_id,
        what=(ibis.literal(what) if isinstance(what, int) else what).cast("int16"),
        entry_id=table.entry_id,
        amount_fen=more.get("amount_fen", ibis.null("int64")),
        dated=more.get("dated", ibis.null("date")),
        word=more.get("word", ibis.null("string")),
        mark=more.get("mark", ibis.null("boolean")),
        which=more.get("which", ibis.null("string")),
    )


def _of_registers(tables: Tables, day: ir.DateScalar) -> list[ir.Table]:
    people, living, deaths = tables["population"], tables["residents"], tables["deaths"]
    state = people.hsreg_stas.fill_null("")
    why = people.cancel_why.fill_null("").cases(*s.CANCELLED.items(), else_="其他注销")
    over = (people.cancel_date <= day).fill_null(False)
    state = ibis.cases((~state.isin(["", "正常"]), state), (over, why), else_="")
    standing = state.cases(("", s.HUKOU), *s.STANDING.items(), else_=s.HUKOU_GONE)
    where = living.whereabouts.fill_null("")
    here = (where == "在家") | ((where == "") & (living.resident_type.fill_null("") != "户籍外出"))
    staying = ibis.cases(
        (here, s.LIVES), *((where == text, what) for text, what in s.WHEREABOUTS.items()), else_=s.AWAY
    )
    moved = tables["memberships"].filter(lambda m: m.household_id.isnull() & (m.why == "move"))
    on_record = deaths.filter(deaths.death_date.isnull() | (deaths.death_date <= day))
    return [
        _says(people, standing, word=people.division),
        _says(living, staying, word=living.division),
        _says(on_record, s.DEATH, dated=on_record.death_date),
        _says(moved, s.MOVE),
    ]


def _of_schemes(tables: Tables, rules: Rules, day: ir.DateScalar) -> list[ir.Table]:
    residents = tables["resident_insurance"]
    residents = residents.filter(_for_year(residents, rules))
    employed = tables["employee_insurance"]
    employed = employed.filter(_runs(employed, day))
    flag = residents.clct_flag.fill_null("")
    return [
        _says(
            residents,
            ibis.ifelse(_runs(residents, day), s.REGISTERED, s.REGISTERED_ONCE),
            word=residents.division,
            which=residents.insu_admdvs.nullif(""),
            mark=ibis.cases((flag == "已缴费", True), (flag == "未缴费", False), else_=ibis.null("boolean")),
        ),
        _says(employed, s.EMPLOYED, which=employed.emp_name.nullif("")),
    ]


def _of_money(tables: Tables, rules: Rules) -> list[ir.Table]:
    paid, given = tables["premium_payments"], tables["enrolment_subsidies"]
    paid = paid.filter(paid.insu_year == rules.coverage_year)
    given = given.filter(given.insu_year == rules.coverage_year)
    return [
        _says(paid, s.PAYMENT, amount_fen=paid.pay_amt_fen, dated=paid.pay_date),
        _says(given, s.SUBSIDY, amount_fen=given.subsidy_amt_fen),
    ]


def _of_words(tables: Tables, rules: Rules, day: ir.DateScalar) -> list[ir.Table]:
    listed = tables["uninsured"]
    listed = listed.filter(_for_year(listed, rules))
    reason = listed.reason.fill_null("")
    named = (listed.elsewhere_place.fill_null("") != "") | (listed.elsewhere_scheme.fill_null("") != "")
    why = ibis.cases(
        *((reason == text, what) for text, what in s.REASONS.items()),
        ((reason == s.WORKING_AWAY) & named, s.TOLD_WORKER),
        else_=s.TOLD_OTHER,
    )
    tags = _both(tables, "tags")
    tags = tags.filter(_holds(tags, day) & tags.tag.isin(list(s.TAGS)))
    return [
        _says(listed, why, word=reason),
        _says(tags, tags.tag.cases(*s.TAGS.items(), else_=s.TAG_EMPTY)),
    ]


def categories(tables: Tables, rules: Rules, day: ir.DateScalar) -> ir.Table:
    """Who holds which category by which entry, on the first day of the coverage year or on the day."""
    listed = _both(tables, "special_groups")
    tags = _both(tables, "tags")
    level = tags.level.fill_null("")
    graded = level.endswith(_SEVERE[0]) | level.endswith(_SEVERE[1])
    severe = tags.filter((tags.tag == "残疾") & graded).mutate(tag=ibis.literal("重度残疾"))
    tags = tags.union(severe)
    wanted = sorted({*rules.groups, *rules.subsidies})
    tags = tags.filter(tags.tag.isin(wanted)) if wanted else tags.filter(ibis.literal(False))
    people = tables["persons"].select(member="person_id", home="household_id")
    theirs = tags.filter(tags.person_id.isnull())
    theirs = theirs.join(people, theirs.household_id == people.home).select(
        person_id="member", entry_id="entry_id", category="tag", valid_from="valid_from", valid_to="valid_to"
    )
    own = tags.filter(tags.person_id.notnull()).select(
        person_id="person_id",
        entry_id="entry_id",
        category="tag",
        valid_from="valid_from",
        valid_to="valid_to",
    )
    every = ibis.union(listed.select(own.columns).filter(listed.person_id.notnull()), own, theirs)
    first = ibis.date(rules.first.isoformat())
    return (
        every.select(
            "person_id",
            "entry_id",
            "category",
            before=_holds(every, first),
            now=_holds(every, day),
        )
        .filter(lambda row: row.before | row.now)
        .filter(lambda row: row.category.isin(wanted) if wanted else ibis.literal(False))
    )


def _of_categories(tables: Tables, rules: Rules) -> list[ir.Table]:
    held = tables["categories"]
    found = []
    if rules.groups:
        group = held.filter(held.now & held.category.isin(list(rules.groups)))
        found.append(_says(group, s.GROUP, word=group.category))
    if rules.subsidies:
        paid_for = held.filter(held.category.isin(list(rules.subsidies)))
        full = paid_for.category.isin([name for name, one in rules.subsidies.items() if one.full] or [""])
        sums = [
            (name, one.amount_fen)
            for name, one in rules.subsidies.items()
            if one.amount_fen is not None and not one.full
        ]
        amount = paid_for.category.cases(*sums, else_=ibis.null("int64")) if sums else ibis.null("int64")
        found.append(
            _says(paid_for, s.HELD, word=paid_for.category, mark=full, amount_fen=amount.cast("int64"))
        )
    return found


def _both(tables: Tables, name: str) -> ir.Table:
    """Both views of a ledger; a row seen twice is counted where it is used."""
    return tables[name].union(tables[f"{name}_before"], distinct=True)


def _for_year(table: ir.Table, rules: Rules) -> ir.BooleanValue:
    return table.insu_year.isnull() | (table.insu_year == rules.coverage_year)


def _runs(table: ir.Table, day: ir.DateScalar) -> ir.BooleanValue:
    return (
        (table.psn_insu_stas.fill_null("").isin(["", NORMAL]))
        & (table.psn_insu_date.isnull() | (table.psn_insu_date <= day))
        & (table.paus_insu_date.isnull() | (table.paus_insu_date > day))
    )


def _holds(table: ir.Table, day: ir.DateScalar) -> ir.BooleanValue:
    since = table.valid_from.isnull() | (table.valid_from <= day)
    return since & (table.valid_to.isnull() | (table.valid_to > day))
