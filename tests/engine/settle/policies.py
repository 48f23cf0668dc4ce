"""Random policies: whatever the policy language can say, said often enough to matter.

Makes the plain data of a policy file (as YAML would be read) and loads it. Must not know how anything is settled.
`tests/engine/settle/features.py` names what a policy uses; `claims.py` makes the people and their bills.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doudi.policy.pack import Pack, from_document
from doudi.policy.schema import FUNDS, LOOKUPS
from doudi.policy.text import Document
from tests.engine.settle.chooser import Chooser

Data = dict[str, Any]
FIRST, LAST = dt.date(2023, 1, 1), dt.date(2026, 12, 31)
COSTS = ("class_b", "drugs", "nursing")
DAYS = ("admission", "discharge", "settlement")

#: Dimensions to choose from: classes, and whether the last takes every claim that is left.
DIMENSIONS: dict[str, list[Data]] = {
    "level": [
        {"code": "l1", "when": {"hosp_lv": ["08", "09", "10"]}},
        {"code": "l2", "when": {"hosp_lv": ["05", "06", "07"]}},
        {"code": "l3", "when": {"hosp_lv": ["01", "02", "03", "04"]}},
    ],
    "category": [
        {"code": "poor", "when": {"psn_idet_type": ["低保对象", "特困人员"]}},
        {"code": "edge", "when": {"psn_idet_type": ["低保边缘家庭成员"]}, "unless": {"insutype": ["310"]}},
        {"code": "ordinary"},
    ],
    "place": [
        {"code": "referred", "when": {"out_flag": ["1"], "med_type": ["23"]}},
        {"code": "filed", "when": {"rloc_type": ["备案"]}},
        {"code": "unreferred", "when": {"out_flag": ["1"]}, "unless": {"dise_no": ["M07803"]}},
        {"code": "local"},
    ],
    "care": [
        {"code": "inpatient", "when": {"med_type": ["21", "23", "9925"]}},
        {"code": "clinic", "when": {"med_type": ["11", "14"]}},
    ],
    "age": [
        {"code": "child", "when": {"age": {"to": "17"}}},
        {"code": "old", "when": {"age": {"from": "60"}}},
        {"code": "adult"},
    ],
    "sick": [{"code": "none", "when": {"dise_no": [""]}}, {"code": "chronic"}],
    "filed": [
        {"code": "filed", "when": {"rloc_type": ["备案"]}},
        {"code": "unfiled", "when": {"rloc_type": [""]}},
    ],
    "tagged": [
        {"code": "poor", "when": {"psn_idet_type": ["低保对象"]}},
        {"code": "plain", "when": {"psn_idet_type": [""]}},
        {"code": "poor", "when": {"age": {"from": "18", "to": "59"}, "insutype": ["390"]}},
        {"code": "rest", "unless": {"psn_idet_type": ["残疾人"]}},
    ],
}
MOVE: list[Data] = [{"code": "transfer", "when": {"med_type": ["9925"]}}, {"code": "other"}]


def make_policy(chooser: Chooser) -> Pack:
    """A random policy, loaded."""
    return load(policy_data(chooser))


def load(data: Data) -> Pack:
    """A policy from its plain data."""
    return from_document(Document(Path("random.yaml"), data, {}))


def policy_data(chooser: Chooser) -> Data:
    """The plain data of a random policy; every leaf is text, as in a file."""
    return _Making(chooser).pack()


def _percent(millionths: int) -> str:
    return f"{millionths // 10_000}.{millionths % 10_000:04}%"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


@dataclass
class _Making:
    """One policy being made."""

    chooser: Chooser
    dimensions: Data = field(default_factory=dict)
    parameters: Data = field(default_factory=dict)
    earlier: list[str] = field(default_factory=list)
    by_age: bool = False  # whether ratios may go by age: then nobody's birth date may be unknown

    def pack(self) -> Data:
        choose = self.chooser
        self.by_age = choose.chance(40)
        dates = {name: choose.pick(DAYS) for name in LOOKUPS if choose.chance(35)}
        dated = [name for name in dates if name in DIMENSIONS]
        for name in dict.fromkeys([*dated, *choose.some(list(DIMENSIONS), 1, 3)]):
            self._dimension(name, DIMENSIONS[name])
        codes = [f"layer{i}" for i in range(1, choose.pick([2, 3, 1, 4, 5, 6]) + 1)]
        orders = self._orders(codes)
        layers = {code: self._layer(code, orders) for code in codes}
        self.earlier = []
        data: Data = {
            "doudi": "settlement/1",
            "id": "random",
            "zh": "随机政策",
            "place": "示例县",
            "from": FIRST.isoformat(),
            "order": orders[0][1] if len(orders) == 1 else [{"from": f, "layers": o} for f, o in orders],
            "layers": layers,
        }
        if choose.chance(50):
            data["to"] = LAST.isoformat()
        if choose.chance(40):
            data["prepay"] = [self._prepay() for _ in range(choose.number(1, 2))]
        if dates:
            data["dates"] = dates
        if choose.chance(25):
            data["year_starts"] = choose.pick(["07-01", "04-01", "12-31", "01-02"])
        stays = {
            key: choose.pick(words)
            for key, words in (
                ("days", ["inclusive", "nights"]),
                ("interim", ["each", "one_deductible"]),
                ("new_year", ["continue", "continue", "again"]),
            )
            if choose.chance(50)
        }
        if stays:
            data["stays"] = stays
        return data | {"dimensions": self.dimensions, "parameters": self.parameters}

    def _orders(self, codes: list[str]) -> list[tuple[str, list[str]]]:
        """One order, or two of which the later may shuffle layers and leave some out."""
        choose = self.chooser
        first = codes if len(codes) < 3 or not choose.chance(5) else codes[:-1]
        if not choose.chance(25):
            return [(FIRST.isoformat(), first)]
        change = choose.day(dt.date(2024, 1, 1), dt.date(2025, 12, 31)).isoformat()
        return [("2020-01-01", first), (change, choose.some(codes, 1, len(codes)))]

    def _dimension(self, name: str, classes: list[Data]) -> None:
        made: Data = {"classes": classes}
        if self.chooser.chance(30):
            made["date"] = self.chooser.pick(DAYS)
        self.dimensions[name] = made

    # ── Parameters ───────────────────────────────────────────────────────────────────────────────────

    def _parameter(self, unit: str, value: Callable[[], Any]) -> str:
        """A new parameter of a unit: one value, dated values, a table, or dated tables."""
        choose = self.chooser
        name = f"{unit}.p{len(self.parameters)}"
        self.parameters[name] = parameter = {"unit": unit}  # its place is taken before shares add others
        dims = choose.pick([0, 0, 1, 1, 1, 2] if choose.chance(93) else [3, 4])
        by = choose.some(list(self.dimensions), min(dims, len(self.dimensions)), dims) if dims else []
        key = "table" if by else "value"
        if by:
            parameter["by"] = by

        def entry() -> Any:
            return self._table(by, value, len(by)) if by else value()

        if not choose.chance(30):
            parameter[key] = entry()
            return name
        changes = sorted(
            {choose.day(dt.date(2023, 6, 1), dt.date(2026, 3, 1)) for _ in range(choose.number(1, 2))}
        )
        values = [{"from": day.isoformat(), key: entry()} for day in [dt.date(2000, 1, 1), *changes]]
        if choose.chance(30):
            values[0]["to"] = (changes[0] - dt.timedelta(days=1)).isoformat()
        parameter["values"] = values
        return name

    def _table(self, by: list[str], value: Callable[[], Any], dims: int) -> Any:
        if not by:
            return value()
        choose = self.chooser
        classes = self.dimensions[by[0]]["classes"]
        codes = list(dict.fromkeys(one["code"] for one in classes))
        takes_all = not ({"when", "unless"} & classes[-1].keys())
        keys = codes if dims < 3 else [choose.pick(codes)]
        if not takes_all or len(keys) < len(codes) or choose.chance(30):
            keys = [*keys[choose.number(0, len(keys) - 1) :], "otherwise"]
        return {key: self._table(by[1:], value, dims) for key in keys}

    def _sum(self, most: int, share: int = 15) -> Callable[[], Any]:
        """Makes sums up to so many yuan, some of them shares of an index."""
        choose = self.chooser

        def value() -> Any:
            if choose.chance(share):
                return self._share_of(most)
            fen = 100 * choose.pick([most // 10, most, choose.number(0, most)])
            return _yuan(fen + (choose.number(1, 99) if choose.chance(25) else 0))

        return value

    def _share_of(self, most: int) -> Data:
        choose = self.chooser
        if "index.income" not in self.parameters:
            years = [
                {"from": f"{year}-01-01", "value": _yuan(choose.number(1_000_000, 4_000_000))}
                for year in range(2016, 2027)
            ]
            self.parameters["index.income"] = {"unit": "yuan", "values": years}
            by = choose.pick(list(self.dimensions))
            table = self._table([by], lambda: _yuan(choose.number(1_000_000, 4_000_000)), 1)
            always = {"from": "2010-01-01"}
            self.parameters["index.wage"] = {
                "unit": "yuan",
                "by": [by],
                "values": [always | {"table": table}],
            }
            half = {"share": "50%", "of": "index.income", "years_back": "2", "round": {"to": "yuan"}}
            self.parameters["index.half"] = {"unit": "yuan", "values": [always | {"value": half}]}
        made: Data = {
            "share": _percent(max(most * 20, 1) if choose.chance(50) else choose.number(1, 900_000)),
            "of": choose.pick(["index.income", "index.wage", "index.half"]),
        }
        if choose.chance(70):
            made["years_back"] = str(choose.number(0, 3))
        if choose.chance(30):
            made["round"] = self._rounding()
        return made

    def _rounding(self) -> Data:
        choose = self.chooser
        made = {
            "to": choose.pick(["yuan", "jiao", "fen"]),
            "mode": choose.pick(["half_up", "half_even", "down", "up"]),
        }
        return {key: made[key] for key in made if choose.chance(75)} or made

    def yuan(self, most: int) -> str:
        """A parameter of money."""
        return self._parameter("yuan", self._sum(most))

    def limit(self, most: int) -> str:
        """A parameter of money that may be `none` here or there."""
        value = self._sum(most, share=5)
        return self._parameter("yuan", lambda: "none" if self.chooser.chance(8) else value())

    def _one_ratio(self) -> Any:
        choose = self.chooser
        if self.by_age and choose.chance(35):
            made = {
                "base": _percent(choose.number(200_000, 900_000)),
                "per_year_of_age": choose.pick(["0.2%", "0.35%", "-0.25%", "1.0001%"]),
            }
            return made | (
                {"at_most": _percent(choose.number(600_000, 1_000_000))} if choose.chance(50) else {}
            )
        return self._fixed_ratio()

    def _fixed_ratio(self) -> Any:
        choose = self.chooser
        usual = ["60%", "83.5%", "50%", "0.333333", _percent(choose.number(0, 1_000_000))]
        return choose.pick(["100%", "0%"] if choose.chance(10) else usual)

    def fixed_ratio(self) -> str:
        """A parameter of a ratio that is the same at every age."""
        return self._parameter("ratio", self._fixed_ratio)

    def ratio(self) -> str:
        """A parameter of a ratio."""
        return self._parameter("ratio", self._one_ratio)

    def bands(self) -> str:
        """A parameter of bands."""

        def value() -> list[Data]:
            choose = self.chooser
            made, edge = [], 0
            for _ in range(choose.number(1, 4)):
                edge += choose.pick([500_00, 3_000_00, 20_000_00, choose.number(1, 1_000_000)])
                made.append({"to": _yuan(edge), "ratio": self._one_ratio()})
            return made if choose.chance(20) else [*made, {"ratio": self._one_ratio()}]

        return self._parameter("bands", value)

    def sequence(self) -> str:
        """A parameter of a sequence."""

        def value() -> Any:
            choose = self.chooser
            listed: list[Any] = [
                ["100%", "50%", "0%"],
                ["100%", "50%", {"yuan": "100"}],
                ["100%", "75.5%", "33.3333%"],
            ]
            listed += [
                {"start": "100%", "step": "-10%"},
                {"start": "90%", "step": "-37%"},
                [{"yuan": "350.55"}, "60%"],
            ]
            return choose.pick(listed)

        return self._parameter("sequence", value)

    def count(self, *numbers: int) -> str:
        """A parameter of a whole number."""
        return self._parameter("count", lambda: str(self.chooser.pick(numbers)))

    # ── Layers ───────────────────────────────────────────────────────────────────────────────────────

    def _conditions(self, percent: int) -> Data:
        made: Data = {}
        for key in ("when", "unless"):
            if self.chooser.chance(percent if key == "when" else percent // 3):
                made[key] = {
                    name: self._codes(name) for name in self.chooser.some(list(self.dimensions), 1, 2)
                }
        return made

    def _codes(self, dimension: str) -> list[str]:
        codes = list(dict.fromkeys(one["code"] for one in self.dimensions[dimension]["classes"]))
        return self.chooser.some(codes, 1, max(len(codes) - 1, 1))

    def _terms(self) -> list[Any]:
        """A sum of amounts, usually one of the kinds seen in policies, sometimes any."""
        choose = self.chooser
        usual: list[list[Any]] = [
            ["inscp_left"],
            ["inscp"],
            ["inscp_left"],
            ["left"],
            ["total"],
            [f"cost.{choose.pick(COSTS)}"],
        ]
        usual += [["own"], ["own", "overlimit", "prepay"]]
        if self.earlier:
            one = choose.pick(self.earlier)
            usual += [
                ["inscp", f"-paid.{one}", f"-deductible.{one}"],
                [f"copay.{one}", f"over.{one}", f"deductible.{one}"],
                [f"copay.{one}", "prepay"],
                ["total", f"-base.{one}"],
            ]
        if not choose.chance(30):
            return choose.pick(usual)
        return [self._term() for _ in range(choose.number(1, 3))]

    def _term(self) -> Any:
        choose = self.chooser
        names = [
            "inscp",
            "total",
            "own",
            "overlimit",
            "prepay",
            "left",
            "inscp_left",
            *(f"cost.{c}" for c in COSTS),
        ]
        names += [
            f"{of}.{one}" for one in self.earlier for of in ("paid", "deductible", "copay", "over", "base")
        ]
        term: Data = {"take": choose.pick(names)}
        if choose.chance(50):
            term["at_most_per_day"] = self.limit(200)
        if choose.chance(40):
            term["at_most"] = self.limit(3000)
        if choose.chance(20):
            term["minus"] = "true"
        return term if len(term) > 1 else term["take"]

    def _prepay(self) -> Data:
        of = self.chooser.pick([["cost.class_b"], ["inscp"], ["cost.drugs", "own"], ["inscp_left"]])
        return {"zh": "先行自付", "of": of, "ratio": self.ratio(), **self._conditions(50)}

    def _layer(self, code: str, orders: list[tuple[str, list[str]]]) -> Data:
        choose = self.chooser
        before = [set(order[: order.index(code)]) for _, order in orders if code in order]
        self.earlier = sorted(set.intersection(*before)) if before else []
        made: Data = {"zh": code, "fund": choose.pick(FUNDS), **self._conditions(40)}
        if choose.chance(20):
            made["pool"] = choose.pick(["shared", "layer1"])
        kind = choose.pick(["share"] * 7 + ["guarantee", "recorded"])
        if kind != "recorded":
            made["base"] = self._terms()
            if choose.chance(15):
                made["waiting"] = self.count(30, 90, 180, 0)
        elif choose.chance(50):
            made["base"] = self._terms()
        if kind == "share":
            self._share(made)
        elif kind == "guarantee":
            made |= {"kind": kind, "per": choose.pick(["bill", "year"]), "at_most": self.ratio()}
            made["of"] = choose.pick([["total"], ["inscp"], ["inscp", "own"]])
            if choose.chance(30):
                made["caps"] = [self._cap("payment")]
            if choose.chance(40):
                made["round"] = self._rounding()
        else:
            made |= {"kind": kind, "recorded": choose.pick([*FUNDS, "cost.drugs", "cost.class_b"])}
        if choose.chance(20):  # usually not what its base would say
            takes = [term["take"] if isinstance(term, dict) else term for term in made.get("base", ["inscp"])]
            outside = all(
                take in ("own", "overlimit", "prepay") or take.startswith("cost.") for take in takes
            )
            made["counts_against"] = "in_scope" if outside == choose.chance(80) else "out_of_scope"
        if choose.chance(7):
            made["on"] = "false"
            if "ratio" in made and choose.chance(50):
                made["ratio"] = self._parameter("ratio", lambda: None)
        return made

    def _share(self, made: Data) -> None:
        choose = self.chooser
        made["per"] = choose.pick(["bill", "year"])
        form = choose.pick(["none", "admission", "admission", "admission", "bill", "year", "year", "year"])
        if form == "year":
            made["per"] = "year"
            made["deductible"] = {"per": "year", "amount": self.yuan(5000)}
        elif form != "none":
            made["deductible"] = self._deductible(form)
        if choose.chance(50):
            made["bands"] = self.bands()
        else:
            made["ratio"] = self.ratio()
        if choose.chance(40):
            made["measured"] = choose.pick(["above_deductible", "absolute"])
        on = choose.some(["payment", "above_deductible", "absolute"], 0, 2)
        if on:
            made["caps"] = [self._cap(one) for one in on]
            if choose.chance(20):
                made["caps"].append(self._cap(on[0], pool=False))
        whole = made["per"] == "year" and form in ("year", "none") and on in ([], ["payment"])
        if choose.chance(40):
            made["round"] = self._rounding()
            if whole and choose.chance(60):
                made["round"]["of"] = "total"
        if whole and choose.chance(35):
            made["on_change"] = "catch_up"

    def _deductible(self, per: str) -> Data:
        choose = self.chooser
        made: Data = {"per": per}
        if choose.chance(25):
            share: Data = {"ratio": self.ratio(), "of": choose.pick([["total"], ["inscp"], ["own", "inscp"]])}
            if choose.chance(60):
                share["at_least"] = self.yuan(300)
            if choose.chance(60):
                share["at_most"] = self.limit(3000)
            made["share"] = share
        else:
            made["amount"] = self.yuan(1500)
        if choose.chance(40):
            made["round"] = self._rounding()
        if choose.chance(35):
            made["floor"] = self.yuan(400)
        if choose.chance(30):
            made["year_ceiling"] = self.limit(2500)
        if per == "admission":
            if choose.chance(70):
                made["sequence"] = self.sequence()
            if choose.chance(40):
                if "move" not in self.dimensions:
                    self._dimension("move", MOVE)
                made["transfer"] = {"when": {"move": ["transfer"]}}
                if choose.chance(70):
                    made["transfer"]["within_days"] = self.count(0, 1, 3)
        return made

    def _cap(self, on: str, pool: bool = True) -> Data:
        choose = self.chooser
        per = choose.pick(["year", "year", "year", "bill", "day"])
        made: Data = {"limit": self.limit({"year": 20_000, "bill": 5_000, "day": 300}[per])}
        if per != "year" or choose.chance(30):
            made["per"] = per
        if on == "payment":
            if choose.chance(10):
                made["measured"] = "absolute"  # says nothing of a cap on payment
        else:
            made |= {"on": "cost", "measured": on}
        if pool and per == "year" and choose.chance(40):
            made["pool"] = on
        if choose.chance(20):
            made["raise"] = {
                "per_year": self.yuan(1000),
                "after_years": self.count(0, 2, 4),
                "at_most": self.fixed_ratio(),
            }
        return made
