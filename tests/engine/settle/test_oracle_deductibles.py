"""Deductibles, one rule family of the reference after another, each with its arithmetic."""

from __future__ import annotations

import pytest

from tests.engine.settle.example import claim, each, pack, run, yuans

LEVELS = """
dimensions:
  level:
    classes:
      - {code: l1, when: {hosp_lv: ["10"]}}
      - {code: l2, when: {hosp_lv: ["06"]}}
      - {code: l3, when: {hosp_lv: ["03"]}}
"""


def basic(deductible: str, parameters: str, head: str = LEVELS) -> str:
    return f"""{head}
order: [basic]
layers:
  basic:
    zh: 基本医疗保险
    fund: hifp_pay
    base: [inscp]
    deductible: {deductible}
    ratio: basic.ratio
parameters:
  basic.ratio: {{unit: ratio, value: 60%}}
{parameters}
"""


def admissions(*levels: str, inscp: int = 10_000) -> list:
    return [claim(i, f"2024-0{i}-01", hosp_lv=lv, inscp=inscp) for i, lv in enumerate(levels, 1)]


@pytest.mark.parametrize(
    ("sequence", "borne"),
    [
        ("[100%, 50%, 0%]", (500, 250, 0, 0)),  # Liaocheng: half, then none
        ("[100%, 50%, {yuan: 100}]", (500, 250, 100, 100)),  # Qingdao: half, then 100
        ("[100%, 50%]", (500, 250, 250, 250)),  # always half
        ("{start: 100%, step: -10%}", (500, 450, 400, 350)),  # ten points less each time
        ("{start: 100%, step: -40%}", (500, 300, 100, 0)),  # never below nothing
        ("[50%, 100%]", (250, 500, 500, 500)),
        ("[100%, {yuan: 800}]", (500, 500, 500, 500)),  # never above the unreduced amount
    ],
)
def test_the_number_of_the_admission_reduces_the_deductible(sequence, borne):
    policy = pack(
        basic(
            "{per: admission, amount: basic.deductible, sequence: basic.sequence}",
            f"""
  basic.deductible: {{unit: yuan, value: 500}}
  basic.sequence: {{unit: sequence, value: {sequence}}}
""",
        )
    )
    settled = run(policy, *admissions("06", "06", "06", "06"))
    assert each(settled, "basic.deductible") == yuans(*borne)
    assert settled[0].steps["basic.paid"] == (1_000_000 - settled[0].steps["basic.deductible"]) * 6 // 10


def test_nanjing_children_75_then_50_percent_not_below_150():
    # level 2: 400 × 100 % = 400; level 3: 500 × 75 % = 375; level 1: 300 × 50 % = 150, at the floor
    policy = pack(
        basic(
            "{per: admission, amount: d, sequence: s, floor: f}",
            """
  d: {unit: yuan, by: [level], table: {l1: 300, l2: 400, l3: 500}}
  s: {unit: sequence, value: [100%, 75%, 50%]}
  f: {unit: yuan, value: 150}
""",
        )
    )
    assert each(run(policy, *admissions("06", "03", "10")), "basic.deductible") == yuans(400, 375, 150)
    # a fourth at level 1 again: 150; a floor above the amount does not raise it: 100 stays 100
    assert each(run(policy, *admissions("06", "03", "10", "10")), "basic.deductible")[3] == 15_000


def test_a_floor_never_lifts_a_deductible_above_its_unreduced_amount():
    policy = pack(
        basic(
            "{per: admission, amount: d, sequence: s, floor: f}",
            """
  d: {unit: yuan, value: 100}
  s: {unit: sequence, value: [100%, 50%]}
  f: {unit: yuan, value: 150}
""",
        )
    )
    assert each(run(policy, *admissions("06", "06")), "basic.deductible") == yuans(100, 100)


def test_yueyang_deductibles_of_a_year_together_stop_at_2300():
    # 600 + 600 + 1,200 would be 2,400: the third is cut to 2,300 − 1,200 = 1,100, the fourth to nothing
    policy = pack(
        basic(
            "{per: admission, amount: d, year_ceiling: most}",
            """
  d: {unit: yuan, by: [level], table: {l2: 600, otherwise: 1200}}
  most: {unit: yuan, value: 2300}
""",
        )
    )
    settled = run(policy, *admissions("06", "06", "03", "03"))
    assert each(settled, "basic.deductible") == yuans(600, 600, 1100, 0)
    assert each(settled, "basic.deductible_before") == yuans(0, 600, 1200, 2300)


@pytest.mark.parametrize(
    ("total", "standard"),
    [
        ("9999.99", 2000),  # 20 % = 2,000.00 (1,999.998 rounded): the floor
        (10_000, 2000),
        ("10000.10", "2000.02"),
        (50_000, 10_000),
        ("50000.10", 10_000),  # the ceiling
    ],
)
def test_anhui_a_share_of_the_bill_between_floor_and_ceiling(total, standard):
    policy = pack(
        basic(
            "{per: bill, share: {ratio: part, of: [total], at_least: least, at_most: most}}",
            """
  part: {unit: ratio, value: 20%}
  least: {unit: yuan, value: 2000}
  most: {unit: yuan, value: 10000}
""",
        )
    )
    settled = run(policy, claim(total=total, inscp=1000))
    assert each(settled, "basic.deductible_standard") == yuans(standard)
    assert each(settled, "basic.deductible") == yuans(1000)  # the base is smaller
    assert settled[0].steps["basic.deductible_left"] == yuans(standard)[0] - 100_000


def test_a_share_of_the_bill_needs_no_floor_and_no_ceiling():
    policy = pack(
        basic("{per: bill, share: {ratio: part, of: [total]}}", "  part: {unit: ratio, value: 20%}")
    )
    assert each(run(policy, claim(total=100, inscp=90)), "basic.deductible") == yuans(20)


@pytest.mark.parametrize(
    ("rule", "second"),
    [
        ("", "4225.25"),  # Chongqing keeps 8,450.50 / 2
        (", round: {to: yuan}", 4225),
        (", round: {to: yuan, mode: up}", 4226),
        (", round: {to: jiao, mode: half_even}", "4225.2"),  # 42,252.5 jiao: to the even 42,252
        (", round: {to: jiao}", "4225.3"),
    ],
)
def test_a_halved_deductible_is_rounded_as_the_policy_says(rule, second):
    policy = pack(
        basic(
            "{per: admission, amount: d, sequence: s" + rule + "}",
            """
  d: {unit: yuan, value: 8450.5}
  s: {unit: sequence, value: [100%, 50%]}
""",
        )
    )
    assert each(run(policy, *admissions("06", "06")), "basic.deductible")[1] == yuans(second)[0]


def test_per_bill_takes_the_whole_deductible_from_every_bill_of_one_stay():
    policy = pack(basic("{per: bill, amount: d}", "  d: {unit: yuan, value: 500}"))
    parts = [claim(i, f"2024-03-0{i}", inscp=1000, mdtrt_id="m1") for i in (1, 2)]
    assert each(run(policy, *parts), "basic.deductible") == yuans(500, 500)


TRANSFER = """
dimensions:
  move:
    classes: [{code: transfer, when: {med_type: ["9925"]}}, {code: none}]
  level:
    classes: [{code: l1, when: {hosp_lv: ["10"]}}, {code: l3}]
"""
TRANSFERRING = pack(
    basic(
        "{per: admission, amount: d, sequence: s, transfer: {when: {move: [transfer]}, within_days: n}}",
        """
  d: {unit: yuan, by: [level], table: {l1: 200, l3: 900}}
  s: {unit: sequence, value: [100%, 50%, 0%]}
  n: {unit: count, value: 1}
""",
        TRANSFER,
    )
)


@pytest.mark.parametrize(
    ("begin", "second"),
    [
        ("2024-03-09", 450),  # began before the first stay ended: a second admission, half of 900
        ("2024-03-10", 700),  # on the day the first ended: the difference 900 − 200
        ("2024-03-11", 700),
        ("2024-03-12", 450),  # two days later
    ],
)
def test_a_transfer_bears_only_the_difference(begin, second):
    first = claim(1, "2024-03-01", "2024-03-10", hosp_lv="10", inscp=5000)
    moved = claim(2, begin, "2024-03-20", hosp_lv="03", inscp=5000, med_type="9925")
    assert each(run(TRANSFERRING, first, moved), "basic.deductible") == yuans(200, second)


def test_a_chain_of_transfers_counts_as_one_admission():
    claims = [
        claim(1, "2024-03-01", "2024-03-10", hosp_lv="10", inscp=5000),
        claim(2, "2024-03-11", "2024-03-12", hosp_lv="03", inscp=5000, med_type="9925"),
        claim(3, "2024-03-13", "2024-03-20", hosp_lv="10", inscp=5000, med_type="9925"),  # 200 − 900: nothing
        claim(4, "2024-05-01", "2024-05-09", hosp_lv="03", inscp=5000),  # the second admission: 900 × 50 %
    ]
    assert each(run(TRANSFERRING, *claims), "basic.deductible") == yuans(200, 700, 0, 450)


def test_a_transfer_back_down_never_bears_less_than_nothing():
    first = claim(1, "2024-03-01", "2024-03-10", hosp_lv="03", inscp=5000)
    moved = claim(2, "2024-03-10", hosp_lv="10", inscp=5000, med_type="9925")
    assert each(run(TRANSFERRING, first, moved), "basic.deductible") == yuans(900, 0)


def stays(rule: str) -> str:
    return f"stays: {{{rule}}}" + basic(
        "{per: admission, amount: d, sequence: s}",
        """
  d: {unit: yuan, value: 500}
  s: {unit: sequence, value: [100%, 50%, 0%]}
""",
    )


@pytest.mark.parametrize(
    ("rule", "borne"),
    [
        # parts of 300, 400, 400 in scope: 300, then 500 − 300, then nothing; the next stay is the second
        ("interim: one_deductible", (300, 200, 0, 250)),
        # each part an admission: 500 cut to 300, 250, none, none
        ("interim: each", (300, 250, 0, 0)),
    ],
)
def test_parts_of_one_stay_share_a_deductible_or_not(rule, borne):
    parts = [claim(i, f"2024-03-0{i}", inscp=x, mdtrt_id="m1") for i, x in ((1, 300), (2, 400), (3, 400))]
    after = claim(4, "2024-04-01", inscp=5000, mdtrt_id="m2")
    assert each(run(pack(stays(rule)), *parts, after), "basic.deductible") == yuans(*borne)


def test_empty_numbers_of_visits_are_not_one_stay():
    parts = [claim(i, f"2024-03-0{i}", inscp=1000, mdtrt_id="") for i in (1, 2)]
    assert each(run(pack(stays("interim: one_deductible")), *parts), "basic.deductible") == yuans(500, 250)


@pytest.mark.parametrize(
    ("rule", "borne"),
    [
        # a new year: the second part takes 500 anew and is the year's first admission, so March's is the second
        ("new_year: again", (300, 500, 250)),
        # remembered: the part bears 500 − 300 and is not counted, so March's is the first
        ("new_year: continue", (300, 200, 500)),
    ],
)
def test_a_stay_over_new_year(rule, borne):
    claims = [
        claim(1, "2024-12-01", "2024-12-31", inscp=300, mdtrt_id="m1"),
        claim(2, "2025-01-01", "2025-01-10", inscp=2000, mdtrt_id="m1"),
        claim(3, "2025-03-01", "2025-03-10", inscp=2000, mdtrt_id="m2"),
    ]
    assert each(run(pack(stays(rule)), *claims), "basic.deductible") == yuans(*borne)


def test_a_yearly_deductible_is_used_up_bill_by_bill():
    # 11,000: 4,000 + 6,999.99 leave 0.01 for the third bill
    policy = pack("""
order: [cii]
layers:
  cii: {zh: 大病, fund: hifmi_pay, per: year, base: [inscp], deductible: {per: year, amount: d}, ratio: r}
parameters:
  d: {unit: yuan, value: 11000}
  r: {unit: ratio, value: 60%}
""")
    settled = run(
        policy,
        claim(1, "2024-01-01", inscp=4000),
        claim(2, "2024-02-01", inscp="6999.99"),
        claim(3, "2024-03-01", inscp=100),
        claim(4, "2025-01-01", inscp=100),
    )
    assert each(settled, "cii.deductible") == yuans(4000, "6999.99", "0.01", 100)
    assert each(settled, "cii.deductible_before") == yuans(0, 4000, "10999.99", 0)
    assert each(settled, "cii.deductible_left") == yuans(7000, "0.01", 0, 10900)
    assert each(settled, "cii.paid") == yuans(0, 0, "59.99", 0)  # 99.99 × 60 % = 59.994


def test_an_admission_counts_even_if_nothing_of_it_is_in_scope():
    policy = pack(stays("interim: each"))
    claims = [claim(1, "2024-01-01", inscp=0, total=100), claim(2, "2024-02-01", inscp=1000)]
    assert each(run(policy, *claims), "basic.deductible") == yuans(0, 250)


def test_prior_admissions_and_deductibles_go_on():
    policy = pack(stays("interim: each"))
    prior = {(2024, "basic", "admissions"): 1, (2024, "basic", "deductible"): 50_000}
    settled = run(policy, claim(1, inscp=1000), prior=prior)
    assert each(settled, "basic.deductible") == yuans(250)
    assert each(settled, "basic.deductible_before") == yuans(500)


def test_two_layers_of_one_pool_take_a_claim_as_one_admission():
    # the first layer bears 300 of 500, the second what is left of it; the next claim is the second admission
    policy = pack("""
order: [a, b]
layers:
  a: {zh: 甲, fund: hifp_pay, base: [cost.a], pool: p, deductible: {per: admission, amount: d, sequence: s}, ratio: r}
  b: {zh: 乙, fund: hifp_pay, base: [cost.b], pool: p, deductible: {per: admission, amount: d, sequence: s}, ratio: r}
parameters:
  d: {unit: yuan, value: 500}
  s: {unit: sequence, value: [100%, 50%, 0%]}
  r: {unit: ratio, value: 60%}
""")
    bills = [claim(i, f"2024-0{i}-01", total=1300, cost_a=300, cost_b=1000) for i in (1, 2)]
    settled = run(policy, *bills)
    assert each(settled, "a.deductible") == yuans(300, 250)
    assert each(settled, "b.deductible") == yuans(200, 0)


def test_only_layers_with_a_deductible_by_admission_count_admissions():
    # an outpatient bill in the same pool between two admissions: the second admission is still the second
    policy = pack("""
dimensions: {care: {classes: [{code: inpatient, when: {med_type: ["21"]}}, {code: clinic}]}}
order: [stay, clinic]
layers:
  stay:
    zh: 住院
    fund: hifp_pay
    when: {care: [inpatient]}
    pool: p
    base: [inscp]
    deductible: {per: admission, amount: d, sequence: s}
    ratio: r
  clinic: {zh: 门诊, fund: hifp_pay, when: {care: [clinic]}, pool: p, base: [inscp], deductible: {per: bill, amount: d}, ratio: r}
parameters:
  d: {unit: yuan, value: 500}
  s: {unit: sequence, value: [100%, 50%, 0%]}
  r: {unit: ratio, value: 60%}
""")
    bills = [claim(i, f"2024-0{i}-01", inscp=1000, med_type=m) for i, m in ((1, "21"), (2, "11"), (3, "21"))]
    settled = run(policy, *bills)
    assert each(settled[::2], "stay.deductible") == yuans(500, 250)
    assert each(settled[::2], "stay.deductible_before") == yuans(0, 1000)


def test_a_transfer_without_days_must_begin_on_the_day_the_last_stay_ended():
    policy = pack(
        basic(
            "{per: admission, amount: d, transfer: {when: {move: [transfer]}}}",
            "  d: {unit: yuan, by: [level], table: {l1: 200, l3: 900}}",
            TRANSFER,
        )
    )
    first = claim(1, "2024-03-01", "2024-03-10", hosp_lv="10", inscp=5000)
    moved = [claim(2, f"2024-03-{d}", hosp_lv="03", inscp=5000, med_type="9925") for d in (10, 11)]
    assert [each(run(policy, first, m), "basic.deductible")[1] for m in moved] == yuans(700, 900)
