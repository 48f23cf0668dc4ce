"""A year under two policies: the sums are those of two settlements, the groups add up, and few people are not told."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pytest

from doudi.common.errors import DoudiError, InputFault
from doudi.common.money import fen_from_text
from doudi.engine.settle.person import Person, Tag
from doudi.engine.settle.run import Settler
from doudi.engine.settle.window import claims_table, persons_table, settle_person
from doudi.findings.ahead import ahead
from doudi.findings.alike import compile_alike, encodes_alike
from doudi.findings.overrides import overridden, read_override
from doudi.findings.sums import add_by, people_by
from doudi.findings.whatif import Simulation, WhatIf
from doudi.findings.whatif_told import told
from doudi.policy.pack import Pack
from tests.engine.settle.claims import seeded
from tests.engine.settle.example import claim, pack, refund, yuan

TEXT = """
    dimensions:
      category: {zh: 人员类别, classes: [{code: poor, zh: 低保, when: {psn_idet_type: [低保对象]}}, {code: rest, zh: 其余}]}
      level: {zh: 等级, classes: [{code: l2, zh: 二级, when: {hosp_lv: ["05"]}}, {code: l3, zh: 三级, when: {hosp_lv: ["03"]}}]}
    order: [basic, aid]
    layers:
      basic: {zh: 基本, fund: hifp_pay, base: [inscp], ratio: r, deductible: {per: bill, amount: d}}
      aid: {zh: 救助, fund: maf_pay, when: {category: [poor]}, base: [inscp_left], ratio: a}
    parameters:
      r: {unit: ratio, by: [level], table: {l2: 60%, l3: 50%}}
      d: {unit: yuan, value: 500}
      a: {unit: ratio, value: 50%}
"""
TOWNS = ["东镇", "西镇"]


def policy() -> Pack:
    return pack(TEXT)


def changed(*texts: str) -> Pack:
    return overridden(policy(), [read_override(text) for text in texts])


def county(people: int = 40, bills: int = 3) -> tuple[pa.Table, pa.Table]:
    """People who take turns in being poor and in living in one of two townships, with their bills."""
    persons, claims = [], []
    for n in range(people):
        number = f"p{n:03}"
        tags = (Tag("psn_idet_type", "低保对象"),) if n % 4 == 0 else ()
        persons.append(Person(number, dt.date(1970, 1, 1), tags))
        made = [
            {
                **claim(k, f"2024-{k:02}-05", inscp=1000 * k + 10 * n),
                "setl_id": f"{number}-{k}",
                "hosp_lv": "05" if k % 2 else "03",
            }
            for k in range(1, bills + 1)
        ]
        claims.append(claims_table(made, number))
    rows = persons_table(persons)
    where = pa.array([TOWNS[int(name[1:]) % 2] for name in rows["psn_no"].to_pylist()])
    return pa.concat_tables(claims), rows.append_column("town", where)


def simulated(
    after: Pack, claims: pa.Table | None = None, persons: pa.Table | None = None, rows: int = 50
) -> WhatIf:
    mine = county()
    claims, persons = claims if claims is not None else mine[0], persons if persons is not None else mine[1]
    return Simulation(policy(), after, persons).run([claims], "test", rows)


def test_the_sums_are_those_of_two_settlements():
    claims, persons = county()
    after = changed("r[l3]=55%", "d=300")
    found = simulated(after)
    for side, by in enumerate((policy(), after)):
        settler = Settler(by, persons)
        outcome = settler.settle(claims)
        assert found.whole.paid[side][0].tolist() == outcome.paid.sum(axis=0).tolist()
        assert int(found.whole.left[0, side]) == int(outcome.left.sum())
    assert int(found.whole.claims[0]) == len(claims)


def test_every_group_adds_up_to_the_whole():
    found = simulated(changed("d=0"))
    assert [group.name for group, _ in found.groups] == ["category", "level", "township"]
    for _, sums in found.groups:
        for k in range(2):
            assert sums.paid[k].sum(axis=0).tolist() == found.whole.paid[k][0].tolist()
        assert sums.left.sum(axis=0).tolist() == found.whole.left[0].tolist()
        assert sums.total.sum() == found.whole.total[0]
        assert sums.claims.sum() == found.whole.claims[0]
    assert found.change.sum() == found.whole.left[0, 1] - found.whole.left[0, 0]


def test_the_size_of_blocks_changes_nothing():
    one, many = (told(simulated(changed("r[l3]=55%"), rows=rows)) for rows in (10_000, 7))
    assert one == many


def test_people_are_counted_once_and_by_what_their_year_comes_to():
    # Each person has two second-level bills and one third-level bill; only the latter changes.
    found = simulated(changed("r[l3]=55%"))
    category, level, town = (sums for _, sums in found.groups)
    assert found.whole.people.tolist() == [[40, 40, 0]]
    assert category.people.tolist() == [[10, 10, 0], [30, 30, 0], [0, 0, 0]]
    assert level.people.tolist() == [[40, 0, 0], [40, 40, 0], [0, 0, 0]]
    assert town.people[:, 0].tolist() == [20, 20, 0]


def test_a_cancelled_bill_and_its_refund_come_to_nothing():
    bills, _ = county(1, 1)
    first = {**claim(1, "2024-01-05", inscp=1010), "setl_id": "p000-1", "hosp_lv": "05"}
    back = {**refund(2, first), "setl_id": "p000-2"}
    both = claims_table([first, back], "p000")
    found = simulated(changed("d=0"), both, county(1, 1)[1])
    assert found.whole.claims.tolist() == [0]
    assert found.whole.paid[1].sum() == 0
    assert len(bills) == 1


def test_policies_that_differ_in_numbers_share_one_encoding():
    assert Simulation(policy(), changed("d=0")).alike
    dated = Simulation(policy(), changed("d@2024-03-01=0"))
    assert (dated.alike, len(dated.encoders)) == (True, 1)


def test_policies_that_class_otherwise_are_encoded_apart_and_compared_all_the_same():
    other = pack(TEXT.replace('["03"]', '["03", "01"]'))
    simulation = Simulation(policy(), other)
    assert not simulation.alike
    claims, persons = county()
    assert told(Simulation(policy(), other, persons).run([claims])) == told(simulated(other)) | {"source": ""}
    assert not encodes_alike(simulation.old, simulation.new)


def test_days_on_which_nothing_changes_leave_a_policy_as_it_was():
    before, after, alike = compile_alike(policy(), changed("d@2024-03-01..2024-04-30=0"))
    assert alike
    assert before.epochs == after.epochs
    bills = [claim(1, day, inscp=2000, hosp_lv="05") for day in ("2024-02-05",)]
    assert (
        settle_person(before.pack, Person("p"), bills)[0].paid
        == settle_person(policy(), Person("p"), bills)[0].paid
    )


@pytest.mark.parametrize("seed", range(10))
def test_random_policies_held_against_one_another_give_what_each_gives(seed: int):
    case = seeded(seed, people=4, claims=6)
    other = seeded(seed + 500).pack
    people = [one for one in case.people if one.claims and not one.prior]
    persons = persons_table([one.person for one in people])
    blocks = [claims_table(one.claims, one.person.psn_no) for one in people]
    block = pa.concat_tables(blocks, promote_options="default").combine_chunks()
    try:
        right = [Settler(by, persons, None, case.institutions).settle(block) for by in (case.pack, other)]
    except DoudiError:
        return  # a policy need not be able to settle what was made for another
    found = Simulation(case.pack, other, persons, None, case.institutions).run([block], rows=5)
    for side, outcome in enumerate(right):
        assert found.whole.paid[side][0].tolist() == outcome.paid.sum(axis=0).tolist()
    assert found.change.sum() == right[1].left.sum() - right[0].left.sum()
    json.dumps(told(found))


def test_policies_without_any_number_are_compared_too():
    text = """
        order: {}
        layers: {{one: {{zh: 一, kind: recorded, recorded: hifp_pay, fund: hifp_pay}}, two: {{zh: 二, kind: recorded, recorded: maf_pay, fund: maf_pay}}}}
    """
    before = pack(text.format("[one, two]"))
    after = pack(
        text.format("[{from: 2020-01-01, layers: [one, two]}, {from: 2024-02-01, layers: [two, one]}]")
    )
    assert not Simulation(before, after).alike
    assert Simulation(before, before).run([county()[0]]).change.sum() == 0


def test_no_claims_are_said_so():
    with pytest.raises(InputFault, match="没有要试算的记录"):
        simulated(changed("d=0"), county()[0].slice(0, 0))


# — what is told —


def test_what_is_told_is_plain_data_with_yuan_as_text():
    told_ = told(simulated(changed("d=300")))
    assert json.loads(json.dumps(told_)) == told_
    assert told_["schema"] == "doudi/whatif@1"
    # Forty people, three bills each, 200 less of deductible: 60 % of two and 50 % of one; half of that goes back from aid for ten.
    whole = yuan(200 * (2 * 0.6 + 0.5)) * 40
    assert told_["totals"]["psn_pay"]["change"] == f"-{(whole - yuan(200 * 1.7) * 10 // 2) / 100:.2f}"
    layers = {one["code"]: fen_from_text(one["change"]) for one in told_["layers"]}
    assert layers["basic"] == whole
    assert sum(layers.values()) == -fen_from_text(told_["totals"]["psn_pay"]["change"])


def test_few_people_are_not_told():
    claims, persons = county(12)
    told_ = told(simulated(changed("a=60%"), claims, persons))
    # Three poor people gain; everybody else bears the same.
    assert told_["people"] == {"with_claims": 12, "less": {"people": None, "amount": told_["people"]["less"]["amount"]}, "more": {"people": 0, "amount": "0.00"}, "same": {"people": None}}  # fmt: skip
    category = next(group for group in told_["groups"] if group["name"] == "category")
    # Three are few, and of two classes the other would tell them.
    assert [(row["zh"], row["hidden"], row["people"]) for row in category["rows"]] == [
        ("低保", True, None),
        ("其余", True, None),
    ]
    assert {
        value for row in category["rows"] for key, value in row.items() if key not in ("code", "zh", "hidden")
    } == {None}
    assert told_["top"] == {"less": [], "more": []}


def test_groups_that_gain_most_stand_first_with_what_each_gains():
    told_ = told(simulated(changed("a=60%"), *county(120)))
    (first,) = told_["top"]["less"][:1]
    assert (first["category"], first["people"]) == ("低保", 30)
    assert fen_from_text(first["mean"]) * 30 == pytest.approx(fen_from_text(first["amount"]), abs=30)


def test_sizes_count_everybody_who_gains_or_loses_once():
    told_ = told(simulated(changed("d=1000"), *county(60)))
    more = [one["more"] for one in told_["sizes"]]
    assert sum(one["people"] for one in more if one["people"] is not None) == 60
    assert sum(fen_from_text(one["amount"]) for one in more if one["amount"]) == fen_from_text(
        told_["totals"]["psn_pay"]["change"]
    )
    assert told_["sizes"][-1]["to"] is None


def test_what_changed_and_what_is_unconfirmed_are_told_with_documents():
    told_ = told(simulated(changed("d=0")))
    (change,) = told_["changes"]
    assert (change["name"], change["before"]["text"], change["after"]["text"]) == ("d", "500 元", "0 元")
    assert change["after"]["cite"] == "《试算假设》d=0"
    assert {one["name"] for one in told_["unconfirmed"]} == {"r", "d", "a"}


# — parts —


def test_sums_by_group_are_exact():
    rng = np.random.default_rng(1)
    codes, values = rng.integers(0, 5, 200), rng.integers(-(10**15), 10**15, (200, 3))
    out = np.zeros((5, 3), np.int64)
    add_by(codes, values, out)
    assert all(out[g].tolist() == values[codes == g].sum(axis=0).tolist() for g in range(5))


def test_people_are_counted_by_group_and_by_which_way_they_go():
    starts = np.array([1, 0, 0, 1, 1], np.uint8)
    out = np.zeros((2, 3), np.int64)
    people_by(starts, np.array([0, 1, 0, 0, 1]), np.array([5, -1, -5, 3, 0]), out)
    # The first person's two changes in group 0 cancel; the third changes nothing.
    assert out.tolist() == [[2, 0, 1], [2, 1, 0]]


def test_blocks_come_back_in_order_whoever_is_done_first():
    assert list(ahead(lambda n: n * n, range(50))) == [n * n for n in range(50)]
    assert list(ahead(lambda n: n, [])) == []
