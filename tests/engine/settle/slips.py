"""Planted errors: for each family of the policy language, a slip as a programmer might make it."""

from __future__ import annotations

import numpy as np

from doudi.engine.settle import layout as c
from doudi.policy.schema import FUNDS
from tests.engine.settle import slips_in_policies as p
from tests.engine.settle import slips_in_tables as t
from tests.engine.settle.planting import Slip

SLIPS: tuple[Slip, ...] = (
    # Amounts.
    *(
        Slip(f"amount.{name}", "an earlier layer's sum is not handed on", t.put(column, -1))
        for name, column in (
            ("base", c.OUT_BASE),
            ("copay", c.OUT_COPAY),
            ("deductible", c.OUT_DEDUCTIBLE),
            ("over", c.OUT_OVER),
            ("paid", c.OUT_PAID),
        )
    ),
    Slip("amount.cost", "named costs are not read", claims=lambda all_: all_._replace(costs=t.kept(all_.costs * 0))),
    *(
        Slip(f"amount.{name}", f"another amount is taken for {name}", t.takes(old, new))
        for name, old, new in (
            ("inscp", c.INSCP, c.TOTAL),
            ("inscp_left", c.INSCP_LEFT, c.INSCP),
            ("left", c.LEFT, c.TOTAL),
            ("overlimit", c.OVERLIMIT, c.OWN),
            ("own", c.OWN, c.OVERLIMIT),
            ("prepay", c.PREPAY, c.OWN),
            ("total", c.TOTAL, c.INSCP),
        )
    ),
    # Bands and ratios.
    Slip("bands.by_age", "age does not count", t.table("bands", c.BAND_SLOPE, lambda slope: slope * 0)),
    Slip("bands.closed", "the last band has no end", t.bands(t.never_closed)),
    Slip("bands.one", "a lone band is ten millionths off", t.bands(t.one_band_a_little_off)),
    Slip("bands.open", "the last band ends", t.bands(t.last_closed)),
    Slip("bands.several", "edges stand a fen too high", t.bands(t.edges_a_fen_off)),
    Slip("ratio", "every ratio is a millionth off", t.ratios(lambda ppm: ppm - np.minimum(ppm, 1))),
    Slip("ratio.by_age", "everybody is a year older", claims=lambda all_: all_._replace(age=t.kept(all_.age + (all_.age >= 0)))),
    Slip("ratio.by_age.at_most", "the limit of a ratio by age is not kept", t.table("bands", c.BAND_MOST, lambda most: most * 0 + c.PPM)),
    Slip("ratio.by_age.falling", "a ratio that falls with age rises", t.table("bands", c.BAND_SLOPE, np.abs)),
    Slip("ratio.nothing", "0 % is a millionth", t.ratios(lambda ppm: np.where(ppm == 0, 1, ppm), t.steady)),
    Slip("ratio.whole", "100 % is a millionth short", t.ratios(lambda ppm: np.where(ppm == c.PPM, c.PPM - 1, ppm), t.steady)),
    # Caps.
    *(
        slip
        for of, on, measured in (
            ("payment", c.ON_PAYMENT, c.ABOVE),
            ("above_deductible", c.ON_COST, c.ABOVE),
            ("absolute", c.ON_COST, c.ABSOLUTE),
        )
        for per, now, other in (
            ("year", c.PER_YEAR, c.PER_BILL),
            ("bill", c.PER_BILL, c.PER_DAY),
            ("day", c.PER_DAY, c.PER_BILL),
        )
        for slip in (
            Slip(f"cap.{of}.{per}", "the limit holds for something else", t.caps(on, measured, now, other)),
            Slip(f"cap.{of}.{per}", "the limit is a fen too low", t.cap_a_fen_off(on, measured, now)),
        )
    ),
    Slip("cap.none", "no limit is read as nothing", t.table("caps", c.CAP_LIMIT, lambda limit: np.where(limit == c.NEVER, 0, limit))),
    Slip("cap.pool.own", "caps of one pool are counted apart", t.caps_apart),
    Slip("cap.pool.between_layers", "caps of one pool are counted apart", t.caps_apart),
    Slip("cap.raise", "years enrolled do not count", t.table("caps", c.RAISE_PER_YEAR, lambda fen: fen * 0)),
    Slip("cap.raise", "years enrolled count from the first", t.table("caps", c.RAISE_AFTER, lambda years: years * 0)),
    Slip("cap.several", "the first cap is the only one", t.cap_per_rule_first_only),
    # Classes.
    Slip("class.age", "ages of classes are a year off", data=p.a_year_late),
    Slip("class.empty", "an empty column fits no class", data=p.empty_never_fits),
    Slip("class.level", "the hospital's level is not read", block=t.no_level),
    Slip("class.no_last", "the last class takes the rest", data=p.last_takes_the_rest),
    Slip("class.rloc_type", "the claim's own filing is not read", block=t.no_filing),
    Slip("class.several_ways", "the first way into a class is the only one", data=p.first_way_only),
    Slip("class.tag", "a tag's last day does not count", people=t.last_day_lost),
    Slip("class.tag", "the last class that fits wins", data=p.precedence_reversed),
    Slip("class.unless", "exceptions of classes are not kept", data=p.drop(p.classes, "unless")),
    Slip("count.zero", "no days at all is one day", t.zeros_to_one),
    # Deductibles.
    Slip("deductible.admission", "every bill is an admission of its own", t.turn(c.DED_PER, c.BY_ADMISSION, c.BY_BILL)),
    Slip("deductible.bill", "a bill is an admission", t.turn(c.DED_PER, c.BY_BILL, c.BY_ADMISSION)),
    Slip("deductible.ceiling.none", "no ceiling is read as nothing", t.ceiling_of_nothing),
    Slip("deductible.floor", "the floor is dropped", t.put(c.DED_FLOOR, 0)),
    Slip("deductible.none", "a fen is taken where no deductible is", t.deductible_from_nowhere),
    Slip("deductible.round", "a reduced deductible is not rounded", t.put(c.DED_UNIT, 1)),
    Slip("deductible.sequence", "the sequence is read one entry on", t.off_by_one),
    Slip("deductible.sequence", "the reduction is not made", t.put(c.SEQ_N, 0)),
    Slip("deductible.sequence.fixed_sum", "a fixed sum is read as a share", t.entries(t.read_as_share)),
    Slip("deductible.sequence.rising", "a sequence only falls", t.entries(t.never_rising)),
    Slip("deductible.share", "what the share is of is not counted", t.put(c.DED_TERM_N, 0)),
    Slip("deductible.share.at_least", "the least is dropped", t.put(c.DED_MIN, 0)),
    Slip("deductible.share.at_most", "the most is dropped", t.put(c.DED_MAX, c.NEVER)),
    Slip("deductible.share.at_most", "least and most are swapped", t.least_and_most_swapped),
    Slip("deductible.transfer", "a transfer takes a deductible anew", t.put(c.TRANSFER_DAYS, -1)),
    Slip("deductible.transfer.within_days", "only a transfer on the same day counts", lambda loop: loop.set(c.TRANSFER_DAYS, 0, loop.rules[:, c.TRANSFER_DAYS] > 0)),
    Slip("deductible.year", "a yearly deductible is taken from every bill", t.turn(c.DED_PER, c.BY_YEAR, c.BY_BILL)),
    Slip("deductible.year_ceiling", "the yearly ceiling is dropped", t.put(c.DED_CEILING, c.NEVER)),
    # Look-ups by day.
    Slip("dimension.date", "another day counts for a dimension", data=p.dimension_days),
    *(
        Slip(f"dates.{name}", f"another day counts for {name}", data=p.dated(name))
        for name in ("category", "level", "place", "rate", "age", "enrolment", "year", "order")
    ),
    Slip("parameter.dated", "a new value counts a day late", epochs=t.a_day_late),
    Slip("parameter.dated_table", "a new value counts a day late", epochs=t.a_day_late),
    Slip("year_starts", "every year starts on 1 January", data=lambda data: data.pop("year_starts")),
    # Funds.
    Slip("fund.shared", "layers of one fund are not added up", funds=t.last_wins),
    *(Slip(f"fund.{fund}", "the payment stands in another column", funds=t.into_another(fund)) for fund in FUNDS),
    # Kinds of layer.
    Slip("guarantee.bill", "the year is guaranteed instead of the bill", t.guarantee(c.YEARLY, 1)),
    Slip("guarantee.caps", "a guarantee has no cap", t.guarantee(c.CAP_N, 0)),
    Slip("guarantee.round", "a guarantee is rounded to the fen", t.guarantee_to_the_fen),
    Slip("guarantee.year", "the bill is guaranteed instead of the year", t.guarantee(c.YEARLY, 0)),
    Slip("recorded.base", "what a recorded layer counts is always the scope", data=p.drop(p.recorded, "base")),
    Slip("recorded.cost", "another amount is taken for the named cost", lambda loop: loop.set(c.RECORDED, -2 - c.OWN, loop.rules[:, c.RECORDED] <= -2)),
    Slip("recorded.fund", "recorded payments are not read", claims=lambda all_: all_._replace(recorded=t.kept(all_.recorded * 0))),
    # Layers.
    Slip("layer.catch_up", "nothing is caught up", t.put(c.CATCH_UP, 0)),
    Slip("layer.counts_in_scope", "the payment does not lower what is in scope", t.put(c.IN_SCOPE, 0, t.counts("in_scope"))),
    Slip("layer.counts_out_of_scope", "the payment lowers what is in scope", t.put(c.IN_SCOPE, 1, t.counts("out_of_scope"))),
    Slip("layer.out_of_scope_by_base", "the payment lowers what is in scope", t.put(c.IN_SCOPE, 1, t.by_its_base)),
    Slip("layer.off", "a layer that is off pays", data=p.all_on),
    Slip("layer.pool", "all layers share one pool", t.put(c.POOL, 0)),
    Slip("layer.pool.shared", "layers of one pool count apart", t.pools_apart),
    Slip("layer.unless", "exceptions of layers are not kept", data=p.drop(p.layers, "unless")),
    Slip("layer.unused", "a layer outside the order pays", data=p.all_in_order),
    Slip("layer.waiting", "nobody waits", t.put(c.WAITING, -1)),
    Slip("layer.waiting", "people wait a day longer", t.table("rules", c.WAITING, lambda days: days + (days >= 0))),
    Slip("layer.when", "conditions of layers are not kept", data=p.drop(p.layers, "when")),
    *(
        Slip(f"measured.{name}.{per}", "bands are laid from elsewhere", t.flip(old, yearly))
        for name, old in (("absolute", c.ABSOLUTE), ("above_deductible", c.ABOVE))
        for per, yearly in (("bill", 0), ("year", 1))
    ),
    Slip("order.dated", "the first order holds for ever", data=p.first_order),
    Slip("order.dated", "the order is turned round", data=p.order_swapped),
    Slip("pack.open_end", "a policy without an end ends", data=p.ends, refuses=True),
    # Prepay.
    Slip("prepay", "nothing is taken first", t.prepay(lambda rows: rows * 0 - 1)),
    Slip("prepay.conditional", "it is taken from everybody", t.prepay(t.unconditional)),
    Slip("prepay.several", "the first step is the only one", t.prepay(t.first_step_only)),
    # Rounding.
    Slip("round.difference", "the total is rounded", lambda loop: loop.set(c.OF_TOTAL, 1, (loop.rules[:, c.YEARLY] == 1) & (loop.rules[:, c.DED_PER] % 3 == 0))),
    Slip("round.total", "the difference is rounded", t.put(c.OF_TOTAL, 0)),
    Slip("round.down", "rounded up", t.rounds(c.DOWN, c.UP)),
    Slip("round.up", "rounded down", t.rounds(c.UP, c.DOWN)),
    Slip("round.half_even", "a half always up", t.rounds(c.HALF_EVEN, c.HALF_UP)),
    Slip("round.half_up", "a half to the even", t.rounds(c.HALF_UP, c.HALF_EVEN)),
    Slip("round.jiao", "to the fen", t.turn(c.UNIT, 10, 1)),
    Slip("round.yuan", "to the jiao", t.turn(c.UNIT, 100, 10)),
    # Shares of an index.
    Slip("share_of", "another share", data=p.shares("share", p.less)),
    Slip("share_of.nested", "the share of a share is of this year", data=p.shares("years_back", lambda part: part.update(years_back="0"), lambda name: name == "index.half")),
    Slip("share_of.round", "not rounded", data=p.shares("round", lambda part: part.pop("round"))),
    Slip("share_of.table", "the index of the first class is everybody's", data=p.first_class_for_all),
    Slip("share_of.years_back", "of this year", data=p.shares("years_back", lambda part: part.pop("years_back"))),
    # Stays.
    Slip("stays.continue", "a chain of stays is forgotten at New Year", lambda loop: loop.sizes.__setitem__(5, 0)),
    Slip("stays.each", "parts of a stay are joined", data=lambda data: data["stays"].pop("interim")),
    Slip("stays.inclusive", "nights are counted", data=lambda data: data["stays"].pop("days")),
    # Tables and terms.
    *(Slip(f"table.{depth}", "the neighbour's value", data=p.tables(depth)) for depth in (1, 2, 3, 4)),
    Slip("table.otherwise", "who is not named has the first class's value", data=p.otherwise_is_the_first),
    Slip("term.at_most", "the limit is dropped", t.table("terms", c.TERM_LIMIT, lambda limit: limit * 0 + c.NEVER)),
    Slip("term.at_most_per_day", "the daily limit is dropped", t.table("terms", c.TERM_PER_DAY, lambda limit: limit * 0 - 1)),
    Slip("term.at_most_per_day", "a day more is counted", claims=t.day_more),
    Slip("term.minus", "added instead of taken off", t.table("terms", c.TERM_SIGN, np.abs)),
    Slip("term.none", "no limit is read as nothing", data=p.terms_limited),
)  # fmt: skip
