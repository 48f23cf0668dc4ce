"""Ratios, bands, caps, bases and rounding: published examples and rule families, each with its arithmetic."""

from __future__ import annotations

import datetime as dt

import pytest

from doudi.engine.settle.person import Enrolment, Person
from tests.engine.settle.example import claim, each, pack, run, tagged, yuan, yuans


def banded(bands: str, deductible: int, rest: str = "", more: str = "") -> str:
    return f"""
order: [cii]
layers:
  cii:
    zh: 大病保险
    fund: hifmi_pay
    per: year
    base: [inscp]
    deductible: {{per: year, amount: d}}
    bands: b
{rest}
parameters:
  d: {{unit: yuan, value: {deductible}}}
  b: {{unit: bands, value: {bands}}}
{more}
"""


HUBEI = banded("[{to: 30000, ratio: 60%}, {to: 100000, ratio: 65%}, {ratio: 75%}]", 12_000)


def test_hubei_2024_bands_with_absolute_edges():
    # 18,000 × 60 % + 70,000 × 65 % + 50,000 × 75 % = 10,800 + 45,500 + 37,500 = 93,800
    (one,) = run(pack(HUBEI), claim(inscp=150_000))
    assert [one.steps[f"cii.{step}"] for step in ("band1", "band2", "band3", "paid")] == yuans(
        10800, 45500, 37500, 93800
    )
    assert one.steps["cii.counted"] == yuan(138_000)


def test_bands_run_through_the_year_bill_by_bill():
    # 20,000, then 80,000, then 50,000 pay together what 150,000 at once pays
    bills = [claim(i, f"2024-0{i}-01", inscp=x) for i, x in ((1, 20_000), (2, 80_000), (3, 50_000))]
    # 8,000 × 60 % = 4,800; 10,000 × 60 % + 70,000 × 65 % = 51,500; 50,000 × 75 % = 37,500
    assert each(run(pack(HUBEI), *bills), "cii.paid") == yuans(4800, 51500, 37500)


def test_changsha_bands_measured_above_the_deductible():
    # (30,000 − 20,000) × 50 % = 5,000; with absolute edges the whole would lie in the band of 50 % too, so
    # a second bill of 40,000 shows it: 10,000…50,000 above = 20,000 × 50 % + 20,000 × 60 % = 22,000
    bands = "[{to: 30000, ratio: 50%}, {to: 80000, ratio: 60%}, {to: 150000, ratio: 70%}, {ratio: 80%}]"
    policy = pack(banded(bands, 20_000, "    measured: above_deductible"))
    bills = [claim(1, inscp=30_000), claim(2, inscp=40_000)]
    assert each(run(policy, *bills), "cii.paid") == yuans(5000, 22000)


def test_nothing_is_paid_after_a_last_band_that_ends():
    policy = pack(banded("[{to: 30000, ratio: 60%}]", 10_000))
    (one,) = run(policy, claim(inscp=50_000))
    assert one.steps["cii.paid"] == yuan(12_000)
    assert one.steps["cii.copay"] == yuan(28_000)  # 8,000 in the band, 20,000 beyond it


@pytest.mark.parametrize(("measured", "paid"), [("absolute", 8500), ("above_deductible", 8200)])
def test_bands_of_a_single_bill(measured, paid):
    # 15,000 in scope, deductible 1,000, then 50 % to 10,000 and 80 % above.
    # absolute: 1,000…10,000 at 50 % + 10,000…15,000 at 80 % = 4,500 + 4,000
    # above: 10,000 × 50 % + 4,000 × 80 % = 5,000 + 3,200
    policy = pack(f"""
order: [aid]
layers:
  aid:
    zh: 单次救助
    fund: maf_pay
    base: [inscp]
    deductible: {{per: bill, amount: d}}
    bands: b
    measured: {measured}
parameters:
  d: {{unit: yuan, value: 1000}}
  b: {{unit: bands, value: [{{to: 10000, ratio: 50%}}, {{ratio: 80%}}]}}
""")
    bills = [claim(1, inscp=15_000), claim(2, inscp=15_000)]  # each bill by itself
    assert each(run(policy, *bills), "aid.paid") == yuans(paid, paid)


def test_yubei_2023_basic_then_aid_then_tilted_aid():
    policy = pack("""
order: [basic, aid, tilt]
layers:
  basic: {zh: 基本, fund: hifp_pay, base: [inscp], deductible: {per: admission, amount: d}, ratio: b}
  aid: {zh: 救助, fund: maf_pay, base: [inscp_left], ratio: b}
  tilt: {zh: 倾斜救助, fund: othfund_pay, base: [inscp_left], deductible: {per: bill, amount: t}, ratio: q}
parameters:
  d: {unit: yuan, value: 300}
  t: {unit: yuan, value: 3000}
  b: {unit: ratio, value: 70%}
  q: {unit: ratio, value: 60%}
""")
    (one,) = run(policy, claim(total=52_000, inscp=50_000))
    # (50,000 − 300) × 70 % = 34,790; 15,210 × 70 % = 10,647; (4,563 − 3,000) × 60 % = 937.80
    assert dict(one.paid) == {"basic": yuan(34790), "aid": yuan(10647), "tilt": yuan("937.8")}
    assert one.steps["total_paid"] == yuan("46374.8")
    assert one.steps["inscp_left"] == yuan("3625.2")
    assert one.psn_pay_fen == yuan("5625.2")
    assert (one.steps["hifp_pay"], one.steps["maf_pay"], one.steps["hifmi_pay"]) == (3479000, 1064700, 0)


@pytest.mark.parametrize(
    ("base", "counted", "cii"),
    [
        # Guangzhou 2022: copay 29,790 + deductible 500 = 30,290; (30,290 − 18,000) × 60 % = 7,374
        ("[copay.basic, deductible.basic]", 30290, 7374),
        # without the basic deductible: 29,790 − 18,000 = 11,790 × 60 %
        ("[copay.basic]", 29790, 7074),
        # with the category-B prepay: 30,390 − 18,000 = 12,390 × 60 %
        ("[copay.basic, deductible.basic, prepay]", 30390, 7434),
        ("[inscp, -paid.basic, -deductible.basic]", 29790, 7074),
        ("[total, -base.basic]", 200, 0),
        ("[own, -total]", 0, 0),  # a sum below 0 counts as 0
    ],
)
def test_a_base_includes_what_the_policy_says(base, counted, cii):
    policy = pack(f"""
order: [basic, cii]
layers:
  basic: {{zh: 基本, fund: hifp_pay, base: [inscp], deductible: {{per: admission, amount: d}}, ratio: b}}
  cii: {{zh: 大病, fund: hifmi_pay, per: year, base: {base}, deductible: {{per: year, amount: t}}, ratio: q}}
parameters:
  d: {{unit: yuan, value: 500}}
  t: {{unit: yuan, value: 18000}}
  b: {{unit: ratio, value: 70%}}
  q: {{unit: ratio, value: 60%}}
""")
    (one,) = run(policy, claim(total=100_000, own=100, prepay=100, inscp=99_800))
    assert one.steps["basic.paid"] == yuan(69510)
    assert (one.steps["cii.base"], one.steps["cii.paid"]) == (yuan(counted), yuan(cii))


def test_zhenjiang_cost_above_the_outpatient_limit_flows_into_cii():
    # outpatient: 20,000 − 800 = 19,200, of which 10,000 count: 6,000; 9,200 over. CII base 800 + 4,000 + 9,200 = 14,000;
    # (14,000 − 6,000) × 60 % = 4,800
    policy = pack("""
order: [clinic, cii]
layers:
  clinic:
    zh: 门诊
    fund: hifp_pay
    base: [inscp]
    deductible: {per: bill, amount: d}
    ratio: r
    caps: [{limit: c, on: cost}]
  cii: {zh: 大病, fund: hifmi_pay, per: year, base: [deductible.clinic, copay.clinic, over.clinic],
        deductible: {per: year, amount: t}, bands: b}
parameters:
  d: {unit: yuan, value: 800}
  t: {unit: yuan, value: 6000}
  c: {unit: yuan, value: 10000}
  r: {unit: ratio, value: 60%}
  b: {unit: bands, value: [{to: 60000, ratio: 60%}, {ratio: 70%}]}
""")
    (one,) = run(policy, claim(inscp=20_000))
    assert [one.steps[s] for s in ("clinic.paid", "clinic.over", "cii.base", "cii.paid")] == yuans(
        6000, 9200, 14000, 4800
    )


CAPPED = """
order: [basic]
layers:
  basic:
    zh: 基本
    fund: hifp_pay
    base: [inscp]
    deductible: {per: bill, amount: d}
    ratio: r
    caps: [%s]
parameters:
  d: {unit: yuan, value: 100}
  r: {unit: ratio, value: 50%%}
  c: {unit: yuan, value: 1000}
  less: {unit: yuan, value: 300}
"""


@pytest.mark.parametrize(
    ("caps", "paid", "over"),
    [
        # three bills of 1,500: 700 each before caps
        ("{limit: c}", (700, 300, 0), (0, 400, 700)),
        ("{limit: less, per: bill}", (300, 300, 300), (400, 400, 400)),
        ("{limit: less, per: day}", (600, 600, 600), (100, 100, 100)),  # two nights
        ("{limit: c}, {limit: less, per: day}", (600, 400, 0), (100, 300, 700)),
        # of cost above the deductible 1,000 count in the year: 500, then nothing
        ("{limit: c, on: cost}", (500, 0, 0), (400, 1400, 1400)),
        # of the base itself 1,000 count: (1,000 − 100) × 50 %, then the base is 0 and the deductible too
        ("{limit: c, on: cost, measured: absolute}", (450, 0, 0), (500, 1500, 1500)),
        ("{limit: c, on: cost, per: bill}", (500, 500, 500), (400, 400, 400)),
        ("{limit: less, on: cost, per: day, measured: absolute}", (250, 250, 250), (900, 900, 900)),
        ("{limit: c, on: cost}, {limit: less}", (300, 0, 0), (600, 1400, 1400)),
    ],
)
def test_caps_on_payment_or_on_cost_by_year_bill_or_day(caps, paid, over):
    bills = [claim(i, f"2024-0{i}-01", f"2024-0{i}-03", inscp=1500) for i in (1, 2, 3)]
    settled = run(pack(CAPPED % caps), *bills)
    assert each(settled, "basic.paid") == yuans(*paid)
    assert each(settled, "basic.over") == yuans(*over)
    for one in settled:
        parts = sum(one.steps[f"basic.{s}"] for s in ("deductible", "paid", "copay", "over"))
        assert parts == one.steps["basic.base"]


def test_the_room_of_the_smallest_payment_cap_is_shown():
    bills = [claim(i, f"2024-0{i}-01", inscp=1500) for i in (1, 2)]
    settled = run(pack(CAPPED % "{limit: c}, {limit: less, per: bill}"), *bills)
    assert each(settled, "basic.cap_room") == yuans(300, 300)
    assert each(settled, "basic.cap_left") == yuans(0, 0)
    assert "basic.cap_room" not in run(pack(CAPPED % "{limit: c, on: cost}"), *bills)[0].steps


def test_caps_of_one_pool_share_the_year_between_layers():
    # inpatient and chronic together 1,000: 600, then 400 of 600
    policy = pack("""
dimensions: {care: {classes: [{code: chronic, when: {med_type: ["14"]}}, {code: inpatient}]}}
order: [inpatient, chronic]
layers:
  inpatient: {zh: 住院, fund: hifp_pay, when: {care: [inpatient]}, base: [inscp], ratio: r, caps: [{limit: c, pool: fund}]}
  chronic: {zh: 慢病, fund: hifp_pay, when: {care: [chronic]}, base: [inscp], ratio: r, caps: [{limit: c, pool: fund}]}
parameters: {r: {unit: ratio, value: 60%}, c: {unit: yuan, value: 1000}}
""")
    settled = run(policy, claim(1, inscp=1000), claim(2, "2024-05-01", inscp=1000, med_type="14"))
    assert [dict(one.paid) for one in settled] == [{"inpatient": 60_000}, {"chronic": 40_000}]
    prior = {(2024, "fund", "used"): yuan(900)}
    assert dict(run(policy, claim(inscp=1000), prior=prior)[0].paid) == {"inpatient": 10_000}


def test_a_cap_of_none_limits_nothing_but_is_used():
    # poor in March: 800 without a cap; ordinary from April: 1,000 − 800 are left
    policy = pack("""
dimensions: {category: {classes: [{code: poor, when: {psn_idet_type: [低保对象]}}, {code: ordinary}]}}
order: [cii]
layers: {cii: {zh: 大病, fund: hifmi_pay, base: [inscp], ratio: r, caps: [{limit: c}]}}
parameters: {r: {unit: ratio, value: 80%}, c: {unit: yuan, by: [category], table: {poor: none, ordinary: 1000}}}
""")
    person = tagged(低保对象=("2024-03-01", "2024-03-31"))
    poor, ordinary = run(policy, *(claim(i, f"2024-0{i}-01", inscp=1000) for i in (3, 4)), person=person)
    assert (poor.paid["cii"], ordinary.paid["cii"]) == (yuan(800), yuan(200))
    assert "cii.cap_room" not in poor.steps
    assert ordinary.steps["cii.cap_room"] == yuan(200)


def test_chengdu_ratio_by_age_and_the_yearly_cap():
    # 75 % + 0.2 % × 45 = 84 %; (60,000 − 404.20) × 84 % = 50,060.472, cut to 46,336
    policy = pack("""
order: [basic]
layers:
  basic: {zh: 基本, fund: hifp_pay, base: [inscp], deductible: {per: bill, amount: d}, ratio: r, caps: [{limit: c}]}
parameters:
  d: {unit: yuan, value: 404.2}
  c: {unit: yuan, value: 46336}
  r: {unit: ratio, value: {base: 75%, per_year_of_age: 0.2%, at_most: 90%}}
""")
    (one,) = run(policy, claim(inscp=60_000), person=tagged(born="1979-03-01"))
    assert (one.steps["basic.gross"], one.steps["basic.paid"]) == (yuan("50060.47"), yuan(46336))
    assert one.steps["basic.over"] == yuan("3724.47")
    (one,) = run(policy, claim(inscp="10404.20"), person=tagged(born="1979-03-02"))  # 44 the day before
    assert one.steps["basic.paid"] == yuan(8380)
    (one,) = run(policy, claim(inscp="10404.20"), person=tagged(born="1900-01-01"))  # at most 90 %
    assert one.steps["basic.paid"] == yuan(9000)


@pytest.mark.parametrize(
    ("first", "paid"),
    [
        ("2020-03-02", 10_000),  # three full years on 2024-03-01: no rise
        ("2020-03-01", 10_000),  # four: not beyond four
        ("2019-03-01", 11_000),  # five
        ("2017-03-01", 12_000),  # seven would be 3,000, at most 20 % of 10,000
    ],
)
def test_a_cap_rises_with_years_of_unbroken_enrolment(first, paid):
    policy = pack("""
order: [cii]
layers:
  cii: {zh: 大病, fund: hifmi_pay, base: [inscp], ratio: r,
        caps: [{limit: c, raise: {per_year: y, after_years: n, at_most: m}}]}
parameters:
  c: {unit: yuan, value: 10000}
  y: {unit: yuan, value: 1000}
  n: {unit: count, value: 4}
  m: {unit: ratio, value: 20%}
  r: {unit: ratio, value: 100%}
""")
    person = Person(enrolments=(Enrolment(dt.date.fromisoformat(first)),))
    assert each(run(policy, claim(inscp=50_000), person=person), "cii.paid") == yuans(paid)


@pytest.mark.parametrize(
    ("rule", "paid"),
    [
        # 3 × 0.01 at 50 %: 0.005 each
        ("{mode: half_up}", (1, 1, 1)),
        ("{mode: half_even}", (0, 0, 0)),
        ("{mode: down}", (0, 0, 0)),
        ("{mode: up}", (1, 1, 1)),
        # of the total: R(0.005) = 0.01, R(0.01) − 0.01 = 0, R(0.015) − 0.01 = 0.01
        ("{mode: half_up, of: total}", (1, 0, 1)),
        ("{mode: half_even, of: total}", (0, 1, 1)),  # R(0.5) 0, R(1) 1, R(1.5) 2 fen
        ("{mode: down, of: total}", (0, 1, 0)),
        ("{to: jiao, mode: up}", (1, 1, 1)),  # 0.10, but never more than what is counted
    ],
)
def test_a_difference_or_the_total_is_rounded(rule, paid):
    policy = pack(f"""
order: [cii]
layers: {{cii: {{zh: 大病, fund: hifmi_pay, per: year, base: [inscp], ratio: r, round: {rule}}}}}
parameters: {{r: {{unit: ratio, value: 50%}}}}
""")
    assert each(run(policy, *(claim(i, inscp="0.01") for i in (1, 2, 3))), "cii.paid") == list(paid)


CHANGING = """
dimensions: {category: {classes: [{code: poor, when: {psn_idet_type: [低保对象]}}, {code: ordinary}]}}
order: [aid]
layers: {aid: {zh: 救助, fund: maf_pay, per: year, base: [inscp], ratio: r%s}}
parameters: {r: {unit: ratio, by: [category], table: {poor: 70%%, ordinary: 50%%}}}
"""


@pytest.mark.parametrize(
    ("rule", "paid"),
    [
        ("", (500, 70, 0)),  # from here on 70 %
        (", on_change: catch_up", (500, 270, 0)),  # 1,100 × 70 % − 500
    ],
)
def test_a_person_who_becomes_poor_is_paid_again_only_if_the_policy_says_so(rule, paid):
    person = tagged(低保对象=("2024-03-15", "2024-12-31"))
    bills = [
        claim(1, "2024-03-14", inscp=1000),
        claim(2, "2024-03-15", inscp=100, total=1000),
        claim(3, "2024-04-01"),
    ]
    assert each(run(pack(CHANGING % rule), *bills, person=person), "aid.paid") == yuans(*paid)


def test_catch_up_never_takes_back():
    person = tagged(低保对象=("2024-01-01", "2024-03-14"))
    bills = [claim(1, "2024-03-14", inscp=1000), claim(2, "2024-03-15", inscp=100)]
    # 1,100 × 50 % = 550 is less than the 700 already paid
    assert each(run(pack(CHANGING % ", on_change: catch_up"), *bills, person=person), "aid.paid") == yuans(
        700, 0
    )


def test_catch_up_is_limited_by_what_is_left_of_the_bill():
    person = tagged(低保对象=("2024-03-15", "2024-12-31"))
    bills = [claim(1, "2024-03-14", inscp=10_000), claim(2, "2024-03-15", inscp=100)]
    settled = run(pack(CHANGING % ", on_change: catch_up"), *bills, person=person)
    assert each(settled, "aid.gross") == yuans(5000, 2070)
    assert each(settled, "aid.paid") == yuans(5000, 100)
    assert each(settled, "aid.over") == yuans(0, 1970)


def test_yishui_hospital_reduction_after_recorded_basic_and_aid():
    # (1,786.95 − 1,313.04 − 292.54) × 10 % = 18.137; (181.37 − 18.14) × 95 % = 155.0685; 8.16 left
    policy = pack("""
order: [basic, aid, hospital, commercial]
layers:
  basic: {zh: 基本, kind: recorded, fund: hifp_pay, recorded: hifp_pay}
  aid: {zh: 救助, kind: recorded, fund: maf_pay, recorded: cost.aid, base: [left]}
  hospital: {zh: 医院减免, fund: ownpay_hosp_part, base: [left], ratio: h}
  commercial: {zh: 商业补充, fund: othfund_pay, base: [left], ratio: c}
parameters: {h: {unit: ratio, value: 10%}, c: {unit: ratio, value: 95%}}
""")
    (one,) = run(policy, claim(inscp="1786.95", hifp_pay="1313.04", cost_aid="292.54"))
    assert list(one.paid.values()) == yuans("1313.04", "292.54", "18.14", "155.07")
    assert one.psn_pay_fen == yuan("8.16")
    assert one.steps["ownpay_hosp_part"] == yuan("18.14")
    assert one.steps["fund_pay_sumamt"] == yuan("1760.65")  # without the hospital's part
    assert one.steps["total_paid"] == yuan("1778.79")
    assert one.steps["basic.copay"] == yuan("473.91")


def test_a_recorded_payment_is_cut_to_what_is_left():
    policy = pack("order: [b]\nlayers: {b: {zh: 基本, kind: recorded, fund: hifp_pay, recorded: hifp_pay}}\n")
    (one,) = run(policy, claim(inscp=100, hifp_pay=150))
    assert (one.steps["b.gross"], one.steps["b.paid"], one.steps["b.copay"], one.steps["b.over"]) == (
        15000,
        10000,
        0,
        0,
    )


GUARANTEE = """
order: [basic, floor]
layers:
  basic: {zh: 基本, kind: recorded, fund: hifp_pay, recorded: hifp_pay}
  floor: {zh: 兜底, kind: guarantee, fund: othfund_pay, base: [left], of: [total], at_most: q, %s}
parameters: {q: {unit: ratio, value: 10%%}, c: {unit: yuan, value: 200}}
"""


def test_daxin_the_person_bears_at_most_a_tenth():
    # 5,348.64 × 10 % = 534.864 → 534.86; to the jiao 534.90
    (one,) = run(pack(GUARANTEE % "per: bill"), claim(inscp="5348.64", hifp_pay=3000))
    assert one.psn_pay_fen == yuan("534.86")
    assert (one.steps["floor.copay"], one.steps["floor.paid"]) == (yuan("534.86"), yuan("1813.78"))
    (one,) = run(pack(GUARANTEE % "round: {to: jiao}"), claim(inscp="5348.64", hifp_pay=3000))
    assert one.psn_pay_fen == yuan("534.9")
    (one,) = run(pack(GUARANTEE % "per: bill"), claim(inscp=1000, hifp_pay=950))  # bears 50 already
    assert (one.paid["floor"], one.psn_pay_fen) == (0, 5000)


def test_a_guarantee_over_the_year():
    # 1: bears 20 of 1,000, may bear 100. 2: left 300 + 20 so far, may bear 10 % of 2,000 = 200: 120 is paid.
    # 3: (320 − 120) + 50 = 250, may bear 250: nothing
    bills = [
        claim(i, f"2024-0{i}-01", inscp=x, hifp_pay=h)
        for i, x, h in ((1, 1000, 980), (2, 1000, 700), (3, 500, 450))
    ]
    assert each(run(pack(GUARANTEE % "per: year"), *bills), "floor.paid") == yuans(0, 120, 0)


def test_a_guarantee_is_capped_too():
    (one,) = run(pack(GUARANTEE % "caps: [{limit: c}]"), claim(inscp=1000, hifp_pay=500))
    # may bear 100 of the 500 left: 400, cut to 200
    assert [one.paid["floor"], one.steps["floor.over"], one.steps["floor.copay"]] == yuans(200, 200, 100)
    assert one.psn_pay_fen == yuan(300)
