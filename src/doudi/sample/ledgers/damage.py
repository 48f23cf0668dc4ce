"""Damage done to a list: which cells, how, and what may still be read of them.

Each kind is drawn by itself and for the row's key; a cell is damaged once. Whatever a column is for is told by its name
and role here, by no declaration: the declarations are under test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Draws, Ints, Mask
from doudi.sample.ledgers import spell
from doudi.sample.ledgers.cells import ERROR, NUMBER, TEXT, Field, Sheet
from doudi.sample.ledgers.likeness import SHAPE, SOUND, mistaken
from doudi.sample.ledgers.rates import BY_NAME, IDENTITY, MILLION, rate

BAD_DATES = ("2023-13-45", "2024.2.30", "20259月", "年月日", "0000-00-00", "2o25.3.1")
BAD_MONEY = ("约三百", "待定", "12..5", "见附件", "一百多", "1O0")
BAD_NUMBERS = ("若干", "不清", "3?", "两三")
BAD_NAMES = ("12345", "????", "某某某123", "1")
DAMAGED_TEXT = ("锟斤拷锟斤拷", "锟斤拷", "烫烫烫烫")
NO_VILLAGES = ("样不知村", "样误写庄村", "样无此村")
FAR_DATES = ("2206-01-01", "2126-05-06", "2260-03-01")
ERRORS = ("#N/A", "#REF!", "#VALUE!")


@dataclass(frozen=True)
class Plan:
    """What may befall a list. Columns by what they are; `family`: places of another of the household, or -1.

    `codes`: column → a value that is not among those allowed. `sheets`: whether a cell may be a number or a date (not
    in text files). `identity`: which kinds of damage to numbers; a column of certificates has none.
    """

    care: str
    times: int
    workbook: bool
    certno: str = "certno"
    name: str = "psn_name"
    family: Ints | None = None
    dates: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ("tel",)
    free: tuple[str, ...] = ()
    yesno: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    village: str = "village"
    former: pa.Array | None = None
    identity: tuple[str, ...] = IDENTITY
    repeats: bool = True


class Damager:
    """Damage to one list."""

    def __init__(self, sheet: Sheet, plan: Plan, draws: Draws, what: str) -> None:
        self.sheet, self.plan, self.draws, self.what = sheet, plan, draws, what
        self.whole = np.ones(len(sheet), bool)
        """Rows whose identity is undamaged."""

    def chosen(self, damage: str, column: str = "") -> Mask:
        """The rows that a kind of damage befalls."""
        ppm = rate(damage, self.plan.care, self.plan.times)
        return self.draws.chance(f"{self.what}/{column}/{damage}", self.sheet.key, ppm)

    def done(self) -> Sheet:
        """The damaged list."""
        self.identity()
        self.names()
        for name in self.plan.dates:
            self.date(name)
        for name in self.plan.money:
            self.money(name)
        self.each(self.plan.counts, "number_bad", BAD_NUMBERS)
        self.each(self.plan.yesno, "yesno_bad", ("也许", "见备注"))
        for name, wrong in self.plan.codes.items():
            self.each((name,), "code_unknown", (wrong,))
        for name in self.plan.phones:
            if name in self.sheet.fields:
                self.phone(name)
        self.village()
        self.each(self.plan.free, "error_cell", ERRORS, ERROR if self.plan.workbook else TEXT)
        if not self.plan.workbook:
            self.each(self.plan.free, "text_damaged", DAMAGED_TEXT)
        return self.repeated() if self.plan.repeats else self.sheet

    def each(self, names: tuple[str, ...], damage: str, instead: tuple[str, ...], how: int = TEXT) -> None:
        """Cells of columns replaced by something of which nothing can be read."""
        for name in names:
            if name in self.sheet.fields:
                one = self.sheet.fields[name]
                rows = self.free(one, self.chosen(damage, name))
                self.replace(one, rows, damage, lambda text, turn: instead[turn % len(instead)], how)

    def free(self, one: Field, rows: Mask) -> Mask:
        """Of some cells those that hold something and are undamaged."""
        held: Mask = np.asarray(one.written.is_valid())
        clear: Mask = rows & held & (one.damage == 0)
        return clear

    def replace(
        self, one: Field, rows: Mask, damage: str, new: Callable[[str, int], str | None], how: int = TEXT,
        *, reads: bool = False,
    ) -> None:  # fmt: skip
        """Write what `new` makes of each text; whether it still reads the same."""
        if rows.any():
            old = one.written.filter(pa.array(rows)).to_pylist()
            turns = self.draws.below(f"{self.what}/{one.name}/turn", self.sheet.key[rows], 1 << 20).tolist()
            made = pa.array(
                [new(text or "", turn) for text, turn in zip(old, turns, strict=True)], pa.string()
            )
            one.put(rows, made, damage, read=reads or None, how=how)

    # ── Identity ─────────────────────────────────────────────────────────────────────────────────────

    def identity(self) -> None:
        """One damage at most to a row's number, sex and birth."""
        one = self.sheet.fields.get(self.plan.certno)
        if one is None:
            return
        rates = [rate(name, self.plan.care, self.plan.times) for name in self.plan.identity]
        picked = self.draws.pick(
            f"{self.what}/identity", self.sheet.key, [*rates, max(MILLION - sum(rates), 1)]
        )
        held = np.asarray(one.written.is_valid()) & (one.damage == 0)
        for place, name in enumerate(self.plan.identity):
            rows = (picked == place) & held
            if rows.any():
                getattr(self, f"_{name}")(one, rows)
        self.whole = np.asarray(one.written.is_valid()) & (one.damage == 0)

    def _id(self, one: Field, rows: Mask, damage: str, new: Callable[[str, int], str | None]) -> None:
        self.replace(one, rows, damage, new)

    def _id_rounded(self, one: Field, rows: Mask) -> None:
        if self.plan.workbook:
            self.replace(one, rows, "id_rounded", lambda text, turn: f"{text[:15]}000", NUMBER)
        else:
            ends = [_right(f"{text[:15]}000") for text in one.written.filter(pa.array(rows)).to_pylist()]
            rows[np.flatnonzero(rows)[np.array(ends, bool)]] = False
            self._id(one, rows, "id_rounded", lambda text, turn: f"{text[:15]}000")

    def _id_scientific(self, one: Field, rows: Mask) -> None:
        self._id(
            one, rows, "id_scientific", lambda text, turn: f"{text[0]}.{text[1:6].rstrip('0') or '0'}E+17"
        )

    def _id_15(self, one: Field, rows: Mask) -> None:
        old = np.asarray(pc.equal(pc.utf8_slice_codeunits(one.written, 6, 8), "19").fill_null(False))
        self.replace(one, rows & old, "id_15", lambda text, turn: text[:6] + text[8:17], reads=True)

    def _id_check(self, one: Field, rows: Mask) -> None:
        def wrong(text: str, turn: int) -> str:
            place = (14, 15, 15, 4)[turn % 4]
            other = str((int(text[place]) + 1 + turn // 4 % 8) % 10)
            made = text[:place] + other + text[place + 1 :]
            # Never one that Excel could have made, and never right by chance.
            return text[:15] + str((int(text[15]) + 1) % 10) + text[16:] if made.endswith("000") else made

        self._id(one, rows, "id_check", wrong)

    def _id_short(self, one: Field, rows: Mask) -> None:
        self._id(one, rows, "id_short", lambda text, turn: text[: 6 + turn % 8] + text[7 + turn % 8 :])

    def _id_chars(self, one: Field, rows: Mask) -> None:
        self._id(one, rows, "id_chars", lambda text, turn: text[:14] + ("待查", "补办中", "查无")[turn % 3])

    def _id_birth(self, one: Field, rows: Mask) -> None:
        self._id(
            one,
            rows,
            "id_birth",
            lambda text, turn: text[:10] + ("13", "00", "19")[turn % 3] + text[12:17] + "9",
        )

    def _id_missing(self, one: Field, rows: Mask) -> None:
        self._id(one, rows, "id_missing", lambda text, turn: None)

    def _id_certificate(self, one: Field, rows: Mask) -> None:
        def certificate(text: str, turn: int) -> str:
            return f"{text}{turn % 7 + 1}{turn // 7 % 4 + 1}" + ("B1" if turn % 5 == 0 else "")

        self.replace(one, rows, "id_certificate", certificate, reads=True)

    def _id_swapped(self, one: Field, rows: Mask) -> None:
        family = self.plan.family
        if family is None:
            return
        rows = rows & (family >= 0) & (one.damage == 0)
        rows[rows] &= one.damage[family[rows]] == 0
        mine = np.flatnonzero(rows)
        theirs = family[mine]
        clear = ~np.isin(theirs, mine) & (np.unique(theirs, return_index=True)[1].size == len(theirs))
        mine, theirs = mine[clear], theirs[clear]
        at, to = np.concatenate([mine, theirs]), np.concatenate([theirs, mine])
        if not len(at):
            return
        got = one.written.take(pa.array(to))
        seen = np.zeros(len(at), bool)
        for column, digits in (("brdy", slice(6, 14)), ("gend", slice(16, 17))):
            if column in self.sheet.fields:
                old = one.read.take(pa.array(at))
                cut = (
                    [(a or "")[digits] for a in old.to_pylist()],
                    [(a or "")[digits] for a in got.to_pylist()],
                )
                parity = column == "gend"
                seen |= np.array(
                    [int(a) % 2 != int(b) % 2 if parity else a != b for a, b in zip(*cut, strict=True)], bool
                )
        for some, damage in ((seen, "id_swapped"), (~seen, "id_swapped_unseen")):
            mask = np.zeros(len(self.sheet), bool)
            mask[at[some]] = True
            order = np.argsort(at[some], kind="stable")
            new = got.filter(pa.array(some)).take(pa.array(order))
            if mask.any():
                one.put(mask, new, damage, read=new)

    def _sex_contradicts(self, one: Field, rows: Mask) -> None:
        if "gend" in self.sheet.fields:
            other = {"男": "女", "女": "男", "1": "2", "2": "1"}
            sex = self.sheet.fields["gend"]
            self.replace(sex, rows, "sex_contradicts", lambda text, turn: other[text])

    def _birth_contradicts(self, one: Field, rows: Mask) -> None:
        born = self.sheet.fields.get("brdy")
        if born is not None and born.how[:1].tolist() != [NUMBER]:
            at = np.flatnonzero(rows)
            day = np.array(born.read.take(pa.array(at)).cast(pa.date32()).cast(pa.int32()), np.int64)
            shift = 11 + self.draws.below(f"{self.what}/birth", self.sheet.key[at], 40)
            new = spell.days(day - shift)
            born.put(rows, new, "birth_contradicts", read=new, how=int(born.how[at[0]]))

    # ── Names, places, telephones ────────────────────────────────────────────────────────────────────

    def names(self) -> None:
        """Names alike in sound or shape, spaced, or none."""
        one = self.sheet.fields.get(self.plan.name)
        if one is None:
            return
        for damage, table in (("name_sound", SOUND), ("name_shape", SHAPE)):
            rows = self.free(one, self.chosen(damage))
            at = np.flatnonzero(rows)
            old = one.written.take(pa.array(at)).to_pylist()
            turns = self.draws.below(f"{self.what}/{damage}", self.sheet.key[at], 8).tolist()
            new = [mistaken(name, table, turn) for name, turn in zip(old, turns, strict=True)]
            rows[at[np.array([a == b for a, b in zip(old, new, strict=True)], bool)]] = False
            made = pa.array([b for a, b in zip(old, new, strict=True) if a != b], pa.string())
            if rows.any():
                one.put(rows, made, damage, read=made)
        rows = self.free(one, self.chosen("name_space"))
        spaces = (" ", "  ", "　")
        self.replace(one, rows, "name_space", lambda text, turn: spaces[turn % 3].join(text), reads=True)
        rows = self.free(one, self.chosen("name_bad") & self.whole)
        self.replace(one, rows, "name_bad", lambda text, turn: BAD_NAMES[turn % len(BAD_NAMES)])

    def phone(self, name: str) -> None:
        """Telephones with a digit too few or too many."""
        one = self.sheet.fields[name]
        rows = self.free(one, self.chosen("phone_bad", name))
        self.replace(one, rows, "phone_bad", lambda text, turn: text[:-1] if turn % 2 else text + text[-1])

    def village(self) -> None:
        """Old names of renamed villages, and names of villages that there are not."""
        one = self.sheet.fields.get(self.plan.village)
        if one is None:
            return
        if self.plan.former is not None:
            rows = self.free(one, self.chosen("village_old") & np.asarray(self.plan.former.is_valid()))
            if rows.any():
                old = self.plan.former.filter(pa.array(rows))
                one.put(rows, old, "village_old", read=old)
        rows = self.free(one, self.chosen("village_unknown"))
        old = one.written
        self.replace(one, rows, "village_unknown", lambda text, turn: NO_VILLAGES[turn % 3])
        one.read = pc.if_else(pa.array(rows), one.written, one.read) if old is not one.written else one.read

    # ── Dates and money ──────────────────────────────────────────────────────────────────────────────

    def date(self, name: str) -> None:
        """Dates in every spelling, as serial numbers, and damaged."""
        one = self.sheet.fields.get(name)
        if one is None:
            return
        for damage, style in (
            ("date_dots", "dots"),
            ("date_cn", "cn"),
            ("date_compact", "compact"),
            ("date_serial", "serial"),
        ):
            rows = self.free(one, self.chosen(damage, name))
            if style == "serial" and not self.plan.workbook:
                continue
            if rows.any():
                day = one.read.filter(pa.array(rows)).cast(pa.date32()).cast(pa.int32())
                new = spell.days(np.array(day, np.int64), style)
                one.put(rows, new, damage, how=NUMBER if style == "serial" else TEXT)
        self.each((name,), "date_damaged", BAD_DATES)
        self.each((name,), "date_out", FAR_DATES)

    def money(self, name: str) -> None:
        """Sums with separators, in full-width figures, and damaged."""
        one = self.sheet.fields.get(name)
        if one is None:
            return
        rows = self.free(one, self.chosen("money_separators", name))
        self.replace(one, rows, "money_separators", lambda text, turn: spell.separated(text), reads=True)
        rows = self.free(one, self.chosen("money_wide", name))
        self.replace(one, rows, "money_wide", lambda text, turn: text.translate(spell.WIDE), reads=True)
        self.each((name,), "money_bad", BAD_MONEY)

    # ── Rows ─────────────────────────────────────────────────────────────────────────────────────────

    def repeated(self) -> Sheet:
        """Some rows twice: the same, or with another telephone."""
        sheet, n = self.sheet, len(self.sheet)
        if not n:
            return sheet
        same = self.chosen("duplicate_row") & self.whole
        phone = next((name for name in self.plan.phones if name in sheet.fields), None)
        other = self.chosen("duplicate_key") & self.whole & ~same
        if phone:
            other &= self.free(sheet.fields[phone], other)
        else:
            other &= False
        times = 1 + same + other
        at = np.repeat(np.arange(n), times)
        again = np.r_[False, at[1:] == at[:-1]]
        out = sheet.take(at)
        out.damage[again & same[at]] = BY_NAME["duplicate_row"]
        out.damage[other[at]] = BY_NAME["duplicate_key"]
        rows = again & other[at]
        if phone and rows.any():
            field_ = out.fields[phone]
            old = field_.written.filter(pa.array(rows)).to_pylist()
            new = pa.array([text[:-1] + str((int(text[-1]) + 3) % 10) for text in old])
            field_.written = pc.replace_with_mask(field_.written, pa.array(rows), new)
            field_.read = pc.replace_with_mask(field_.read, pa.array(rows), new)
        return out


def _right(number: str) -> bool:
    """Whether the check digit happens to be right."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[17]
