"""What is looked up for a claim: days, classes, tags, dated tables, shares of an index, prepay, enrolment."""

from __future__ import annotations

import datetime as dt

import pytest

from doudi.common.errors import InputFault, PolicyFault
from doudi.engine.settle.person import Enrolment, Institution, Person, Tag
from tests.engine.settle.example import NOBODY, claim, each, pack, run, tagged, yuan, yuans


def by_class(dimension: str, head: str = "", name: str = "x") -> str:
    """A policy that pays 1 % in class a, 2 % in class b, 3 % in no class: the payment of 100 yuan names the class."""
    return f"""{head}
dimensions:
  {name}:
    {dimension}
order: [basic]
layers: {{basic: {{zh: 基本, fund: hifp_pay, base: [inscp], ratio: r}}}}
parameters: {{r: {{unit: ratio, by: [{name}], table: {{a: 1%, b: 2%, otherwise: 3%}}}}}}
"""


def the_class(text: str, person: Person = NOBODY, institutions=(), **columns) -> str:
    (one,) = run(pack(text), claim(inscp=100, **columns), person=person, institutions=institutions)
    return {100: "a", 200: "b", 300: "none"}[one.paid["basic"]]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"out_flag": "1", "med_type": "23"}, "a"),
        ({"out_flag": "1", "med_type": "21"}, "b"),
        ({"out_flag": "1"}, "b"),
        ({"out_flag": "0", "med_type": "23"}, "none"),
    ],
)
def test_the_first_class_whose_columns_all_match_wins(columns, found):
    dimension = 'classes: [{code: a, when: {out_flag: ["1"], med_type: ["22", "23"]}}, {code: b, when: {out_flag: ["1"]}}]'
    assert the_class(by_class(dimension), **columns) == found


def test_a_class_may_have_several_ways_in():
    dimension = (
        'classes: [{code: a, when: {out_flag: ["1"]}}, {code: b, when: {med_type: ["21"]}}, {code: a}]'
    )
    assert the_class(by_class(dimension), out_flag="1", med_type="21") == "a"
    assert the_class(by_class(dimension), med_type="21") == "b"
    assert the_class(by_class(dimension)) == "a"


@pytest.mark.parametrize(("value", "found"), [("", "a"), (None, "a"), ("1", "b")])
def test_an_empty_column_matches_the_empty_text(value, found):
    assert (
        the_class(by_class('classes: [{code: a, when: {dise_no: [""]}}, {code: b}]'), dise_no=value) == found
    )


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"out_flag": "1", "med_type": "23"}, "b"),  # all of unless matches
        ({"out_flag": "1", "med_type": "21"}, "a"),  # half of it does not bar
        ({"out_flag": "0", "med_type": "23"}, "b"),
    ],
)
def test_unless_keeps_a_claim_out_of_a_class(columns, found):
    dimension = 'classes: [{code: a, when: {out_flag: ["1"]}, unless: {out_flag: ["1"], med_type: ["23"]}}, {code: b}]'
    assert the_class(by_class(dimension), **columns) == found


def test_a_person_may_hold_several_tags():
    dimension = (
        'classes: [{code: a, when: {psn_idet_type: [低保对象]}}, {code: b, when: {psn_idet_type: [""]}}]'
    )
    assert the_class(by_class(dimension), tagged("残疾人", "低保对象")) == "a"
    assert the_class(by_class(dimension), tagged("残疾人")) == "none"
    assert the_class(by_class(dimension), tagged()) == "b"


@pytest.mark.parametrize(
    ("head", "name", "extra", "found"),
    [
        ("", "category", "", "b"),  # tags by the day of admission, 02-28
        ("dates: {category: discharge}", "category", "", "a"),
        ("dates: {category: discharge}", "x", "", "a"),  # any other dimension follows category
        ("dates: {category: discharge}", "place", "", "b"),  # a dimension named as a look-up follows that
        ("", "x", "date: discharge", "a"),
        ("", "x", "date: settlement", "b"),
    ],
)
def test_the_policy_says_on_which_day_a_tag_counts(head, name, extra, found):
    dimension = f"{extra}\n    classes: [{{code: a, when: {{psn_idet_type: [低保对象]}}}}, {{code: b}}]"
    person = tagged(低保对象=("2024-03-01", "2024-03-05"))
    stay = {"begin": "2024-02-28", "end": "2024-03-05", "setl_time": dt.datetime(2024, 3, 6)}  # noqa: DTZ001
    assert the_class(by_class(dimension, head, name), person, **stay) == found


def test_a_filing_on_the_claim_goes_before_the_persons():
    dimension = "classes: [{code: a, when: {rloc_type: [备案]}}, {code: b}]"
    filed = Person(tags=(Tag("rloc_type", "备案"),))
    assert the_class(by_class(dimension), filed) == "a"
    assert the_class(by_class(dimension), filed, rloc_type="") == "a"
    assert the_class(by_class(dimension), filed, rloc_type="无") == "b"
    assert the_class(by_class(dimension), rloc_type="备案") == "a"


@pytest.mark.parametrize(
    ("born", "found"), [("2006-03-02", "a"), ("2006-03-01", "b"), (None, "b"), ("2024-03-02", "a")]
)
def test_age_is_in_completed_years_and_unknown_age_is_in_no_range(born, found):
    dimension = "classes: [{code: a, when: {age: {from: 0, to: 17}}}, {code: b}]"
    assert the_class(by_class(dimension), tagged(born=born)) == found


def test_who_was_born_on_29_february_gets_older_on_1_march():
    dimension = "classes: [{code: a, when: {age: {to: 17}}}, {code: b}]"
    policy = by_class(dimension)
    person = tagged(born="2004-02-29")
    assert the_class(policy, person, begin="2022-02-28") == "a"
    assert the_class(policy, person, begin="2022-03-01") == "b"


def test_a_dated_list_of_institutions_goes_before_the_level_on_the_claim():
    text = by_class('classes: [{code: a, when: {hosp_lv: ["10"]}}, {code: b, when: {hosp_lv: ["06"]}}]')
    listed = [
        Institution("h1", "10", dt.date(2020, 1, 1), dt.date(2024, 3, 2)),
        Institution("h1", "06", dt.date(2024, 3, 3)),
    ]
    stay = {"begin": "2024-03-01", "end": "2024-03-03", "hosp_lv": "03"}
    assert the_class(text, institutions=listed, fixmedins_code="h1", **stay) == "b"
    assert (
        the_class("dates: {level: admission}" + text, institutions=listed, fixmedins_code="h1", **stay) == "a"
    )
    assert the_class(text, institutions=listed, fixmedins_code="h2", **stay) == "none"
    assert the_class(text, institutions=listed, fixmedins_code="h2", **stay | {"hosp_lv": "10"}) == "a"


REFERRED = """
dimensions:
  place: {classes: [{code: out, when: {out_flag: ["1"]}}, {code: local, when: {out_flag: ["0"]}}]}
  care: {classes: [{code: day, when: {med_type: ["21"]}}, {code: rest}]}
order: [basic]
layers: {basic: {zh: 基本, fund: hifp_pay, %s, base: [inscp], ratio: r}}
parameters: {r: {unit: ratio, value: 50%%}}
"""


@pytest.mark.parametrize(
    ("condition", "pays"),
    [
        # claims: out·21, out·11, local·21, nowhere·21
        ("when: {place: [out]}", (1, 1, 0, 0)),
        ("when: {place: [out, local], care: [day]}", (1, 0, 1, 0)),
        ("unless: {place: [out]}", (0, 0, 1, 1)),
        ("unless: {place: [out], care: [day]}", (0, 1, 1, 1)),
        ("when: {care: [day]}, unless: {place: [local]}", (1, 0, 0, 1)),
    ],
)
def test_a_layer_applies_to_classes(condition, pays):
    bills = [
        claim(i, inscp=100, out_flag=out, med_type=med)
        for i, (out, med) in enumerate([("1", "21"), ("1", "11"), ("0", "21"), ("", "21")], 1)
    ]
    assert [len(one.paid) for one in run(pack(REFERRED % condition), *bills)] == list(pays)


def test_a_parameter_changes_on_its_day_and_the_rate_day_is_the_policys():
    text = """
dates: {rate: %s}
order: [basic]
layers: {basic: {zh: 基本, fund: hifp_pay, base: [inscp], ratio: r}}
parameters:
  r: {unit: ratio, values: [{from: 2020-01-01, value: 50%%}, {from: 2024-03-03, to: 2024-03-03, value: 60%%}, {from: 2024-03-04, value: 70%%}]}
"""
    stay = claim(1, "2024-03-02", "2024-03-03", inscp=100, setl_time=dt.datetime(2024, 3, 4))  # noqa: DTZ001
    paid = [run(pack(text % day), stay)[0].paid["basic"] for day in ("admission", "discharge", "settlement")]
    assert paid == yuans(50, 60, 70)


def test_a_table_of_four_dimensions_falls_back_on_otherwise_at_each_step():
    columns = ("out_flag", "med_type", "dise_no", "insutype")
    classes = '{classes: [{code: y, when: {%s: ["1"]}}, {code: n}]}'
    dims = "\n".join(f"  d{i}: {classes % column}" for i, column in enumerate(columns))
    policy = pack(f"""
dimensions:
{dims}
order: [basic]
layers: {{basic: {{zh: 基本, fund: hifp_pay, base: [inscp], ratio: r}}}}
parameters:
  r:
    unit: ratio
    by: [d0, d1, d2, d3]
    table:
      y: {{y: {{y: {{y: 1%, otherwise: 2%}}, otherwise: {{n: 3%, otherwise: 4%}}}}, otherwise: {{otherwise: {{otherwise: 5%}}}}}}
      otherwise: {{otherwise: {{otherwise: {{otherwise: 6%}}}}}}
""")
    said = ["1111", "1110", "1100", "1101", "1010", "0111"]
    bills = [claim(i, inscp=100, **dict(zip(columns, s, strict=True))) for i, s in enumerate(said, 1)]
    assert each(run(policy, *bills), "basic.paid") == [100, 200, 300, 400, 500, 600]


INCOME = """
order: [cii]
layers: {cii: {zh: 大病, fund: hifmi_pay, per: year, base: [inscp], deductible: {per: year, amount: d}, ratio: r}}
parameters:
  income: {unit: yuan, values: [{from: 2022-01-01, value: 28753.01}, {from: 2023-01-01, value: 30000}, {from: 2024-01-01, value: 40000}]}
  d: {unit: yuan, value: {share: 50%%, of: income, years_back: %s}}
  r: {unit: ratio, value: 60%%}
"""


@pytest.mark.parametrize(
    ("back", "begin", "limit"),
    [
        ("0", "2024-02-29", 20000),
        ("1", "2024-02-29", 15000),  # 28 February 2023
        ("1", "2024-01-01", 15000),
        ("2, round: {to: yuan}", "2024-02-29", 14377),  # 14,376.505
        ("2", "2024-12-31", "14376.51"),
        ("1", "2023-12-31", "14376.51"),
    ],
)
def test_a_deductible_is_a_share_of_last_years_income(back, begin, limit):
    (one,) = run(pack(INCOME % back), claim(1, begin, inscp=100_000))
    assert one.steps["cii.deductible"] == yuan(limit)


def test_a_share_of_a_sum_that_is_not_known_is_refused():
    policy = pack("""
order: [a]
layers: {a: {zh: 甲, fund: maf_pay, base: [inscp], deductible: {per: bill, amount: d}, ratio: r}}
parameters:
  income: {unit: yuan, value: null}
  d: {unit: yuan, value: {share: 10%, of: income}}
  r: {unit: ratio, value: 60%}
""")
    with pytest.raises(PolicyFault, match="income"):
        run(policy, claim(inscp=100))


def test_a_share_of_a_share_looks_back_from_where_it_looked():
    policy = pack("""
order: [a]
layers: {a: {zh: 甲, fund: maf_pay, base: [inscp], deductible: {per: bill, amount: d}, ratio: r}}
parameters:
  income: {unit: yuan, values: [{from: 2022-01-01, value: 100}, {from: 2023-01-01, value: 200}, {from: 2024-01-01, value: 400}]}
  half: {unit: yuan, value: {share: 50%, of: income, years_back: 1}}
  d: {unit: yuan, value: {share: 10%, of: half, years_back: 1}}
  r: {unit: ratio, value: 60%}
""")
    assert each(run(policy, claim(inscp=100)), "a.deductible") == yuans(5)  # 100 × 50 % × 10 %


PREPAY = """
dimensions: {place: {classes: [{code: out, when: {out_flag: ["1"]}}, {code: local}]}}
prepay:
  - {zh: 乙类先行自付, of: [cost.class_b], ratio: b}
  - {zh: 未转诊, when: {place: [out]}, of: [inscp], ratio: o}
order: [basic]
layers: {basic: {zh: 基本, fund: hifp_pay, base: [inscp], ratio: r}}
parameters: {b: {unit: ratio, value: 10%}, o: {unit: ratio, value: 40%}, r: {unit: ratio, value: 50%}}
"""


def test_prepay_comes_before_every_layer_in_order():
    # 1,000 − 10 % × 300 = 970; out of area − 40 % × 970 = 388 → 582
    bills = [
        claim(i, inscp=1000, prepay=7, total=1007, cost_class_b=300, out_flag=o)
        for i, o in ((1, "0"), (2, "1"))
    ]
    settled = run(pack(PREPAY), *bills)
    assert each(settled, "inscp") == yuans(970, 582)
    assert each(settled, "prepay") == yuans(37, 425)
    assert each(settled, "basic.paid") == yuans(485, 291)
    (one,) = run(pack(PREPAY), claim(inscp=10, cost_class_b=300))  # never more than is in scope
    assert (one.steps["inscp"], one.steps["prepay"]) == (0, 1000)


def test_wuhan_2012_prepay_by_class_of_item():
    # 14,900 A + 2,000 B × 90 % + 600 × 70 % = 17,120; (17,120 − 800) × 86 % = 14,035.20
    policy = pack("""
prepay:
  - {zh: 乙类, of: [cost.class_b], ratio: b}
  - {zh: 放宽, of: [cost.relaxed], ratio: o}
order: [basic]
layers: {basic: {zh: 基本, fund: hifp_pay, base: [inscp], deductible: {per: admission, amount: d}, ratio: r}}
parameters: {b: {unit: ratio, value: 10%}, o: {unit: ratio, value: 30%}, r: {unit: ratio, value: 86%}, d: {unit: yuan, value: 800}}
""")
    (one,) = run(policy, claim(total=20_000, own=2500, inscp=17_500, cost_class_b=2000, cost_relaxed=600))
    assert (one.steps["inscp"], one.paid["basic"]) == (yuan(17120), yuan("14035.2"))


def test_guangzhou_nursing_care_is_limited_per_day():
    # 30 days: nursing 2,400 of at most 80 a day, bed 1,200 of at most 35 a day: (2,400 + 1,050) × 75 % = 2,587.50
    policy = pack("""
order: [care]
layers:
  care:
    zh: 长护险
    fund: othfund_pay
    base: [{take: cost.nursing, at_most_per_day: n}, {take: cost.bed, at_most_per_day: b}]
    ratio: r
parameters: {n: {unit: yuan, value: 80}, b: {unit: yuan, value: 35}, r: {unit: ratio, value: 75%}}
""")
    month = {"total": 4400, "cost_nursing": 2400, "cost_bed": 1200}
    (one,) = run(policy, claim(1, "2024-03-01", "2024-03-31", **month))
    assert (one.paid["care"], one.psn_pay_fen) == (yuan("2587.5"), yuan("1812.5"))


@pytest.mark.parametrize(
    ("head", "stay", "paid"),
    [
        ("", {"begin": "2024-03-01"}, 10),  # one day at least
        ("", {"begin": "2024-03-01", "end": "2024-03-03"}, 20),
        ("stays: {days: inclusive}", {"begin": "2024-03-01", "end": "2024-03-03"}, 30),
        ("stays: {days: inclusive}", {"begin": "2024-03-01", "end": "2024-03-03", "ipt_days": 5}, 50),
        ("", {"begin": "2024-03-01", "end": "2024-03-03", "ipt_days": 0}, 20),
    ],
)
def test_days_are_nights_or_both_ends_unless_recorded(head, stay, paid):
    policy = pack(
        head
        + """
order: [care]
layers: {care: {zh: 护理, fund: othfund_pay, base: [inscp], ratio: r, caps: [{limit: c, per: day}]}}
parameters: {r: {unit: ratio, value: 100%}, c: {unit: yuan, value: 10}}
"""
    )
    assert each(run(policy, claim(inscp=1000, **stay)), "care.paid") == yuans(paid)


def test_terms_are_limited_added_and_subtracted():
    policy = pack("""
order: [a]
layers: {a: {zh: 甲, fund: maf_pay, base: [{take: cost.visit, at_most: m}, own, {take: overlimit, minus: true}], ratio: r}}
parameters: {m: {unit: yuan, value: 50}, r: {unit: ratio, value: 100%}}
""")
    (one,) = run(policy, claim(total=1000, own=30, overlimit=20, cost_visit=80))
    assert one.steps["a.base"] == yuan(60)


def test_none_sets_no_limit():
    policy = pack("""
dimensions: {x: {classes: [{code: a, when: {out_flag: ["1"]}}, {code: b}]}}
order: [a]
layers:
  a:
    zh: 甲
    fund: maf_pay
    base: [{take: cost.y, at_most: n}, {take: cost.z, at_most_per_day: n}]
    deductible: {per: bill, share: {ratio: r, of: [total], at_most: n}, year_ceiling: n}
    ratio: r
parameters: {n: {unit: yuan, by: [x], table: {a: 100, b: none}}, r: {unit: ratio, value: 50%}}
""")
    limited, free = run(
        policy, *(claim(i, out_flag=o, total=800, cost_y=500, cost_z=300) for i, o in ((1, "1"), (2, "")))
    )
    assert (limited.steps["a.base"], limited.steps["a.deductible"]) == (yuan(200), yuan(100))
    assert (free.steps["a.base"], free.steps["a.deductible"]) == (yuan(800), yuan(400))


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("base: [own]", 1000),  # out of scope: in-scope cost is untouched
        ("base: [own, prepay, overlimit, cost.x]", 1000),
        ("base: [own, inscp]", 0),
        ("base: [own], counts_against: in_scope", 950),
        ("base: [inscp], counts_against: out_of_scope", 1000),
    ],
)
def test_a_payment_lowers_what_is_left_in_scope_or_not(rule, left):
    policy = pack(f"""
order: [a]
layers: {{a: {{zh: 甲, fund: othfund_pay, {rule}, ratio: r}}}}
parameters: {{r: {{unit: ratio, value: 100%}}}}
""")
    (one,) = run(policy, claim(total=2000, own=50, inscp=1000))
    assert one.steps["inscp_left"] == max(yuan(left), 0)


WAITING = pack("""
order: [cii]
layers: {cii: {zh: 大病, fund: hifmi_pay, base: [inscp], ratio: r, waiting: w}}
parameters: {r: {unit: ratio, value: 100%}, w: {unit: count, value: 90}}
""")


def periods(*spans: tuple[str, str]) -> Person:
    day = dt.date.fromisoformat
    return Person(enrolments=tuple(Enrolment(day(a), day(b)) for a, b in spans))


@pytest.mark.parametrize(
    ("person", "applies"),
    [
        (Person(), True),  # nothing known: passed
        (periods(("2023-12-02", "2025-01-01")), True),  # 90 days before 2024-03-01
        (periods(("2023-12-03", "2025-01-01")), False),  # 89
        (periods(("2023-01-01", "2024-02-01")), False),  # not enrolled on the day
        (periods(("2023-01-01", "2023-12-31"), ("2024-01-01", "2025-01-01")), True),  # touching
        (periods(("2024-01-01", "2025-01-01"), ("2023-01-01", "2024-01-15")), True),  # overlapping, unsorted
        (periods(("2023-01-01", "2023-12-30"), ("2024-01-01", "2025-01-01")), False),  # a day's gap
        (periods(("2024-01-01", "2025-01-01"), ("2023-01-01", "2022-12-31")), False),  # an empty period
        (periods(("2023-01-01", "2024-03-01")), True),  # to the day itself
        (periods(("2023-01-01", "9999-12-31"), ("2023-06-01", "2023-07-01")), True),
    ],
)
def test_waiting_runs_from_the_first_day_of_the_unbroken_enrolment(person, applies):
    assert bool(run(WAITING, claim(inscp=100), person=person)[0].paid) is applies


@pytest.mark.parametrize(
    ("text", "columns", "says", "kind"),
    [
        ("", {"begin": "2031-01-01"}, "2031-01-01", InputFault),
        ("", {"begin": "2019-12-31"}, "2020-01-01 至 2030-12-31", InputFault),
        ("", {"begin": "2024-03-02", "end": "2024-03-01"}, "enddate", InputFault),
        ("", {"total": -1}, "medfee_sumamt", InputFault),
        ("", {"enddate": None}, "enddate", InputFault),
        ("", {"setl_id": ""}, "setl_id", InputFault),
        ("r: {unit: ratio, value: {base: 50%, per_year_of_age: 1%}}", {}, "r 按年龄", InputFault),
        ("r: {unit: ratio, by: [x], table: {a: 50%}}", {}, "r 在 2024-03-01 没有 x 类别 b", PolicyFault),
        (
            "r: {unit: ratio, values: [{from: 2025-01-01, value: 50%}]}",
            {},
            "r 在 2024-03-01 没有值",
            PolicyFault,
        ),
    ],
)
def test_it_refuses_a_claim_that_the_policy_cannot_settle(text, columns, says, kind):
    policy = pack(f"""
dimensions: {{x: {{classes: [{{code: a, when: {{out_flag: ["1"]}}}}, {{code: b}}]}}}}
order: [basic]
layers: {{basic: {{zh: 基本, fund: hifp_pay, base: [inscp], ratio: r}}}}
parameters:
  {text or "r: {unit: ratio, value: 50%}"}
""")
    with pytest.raises(kind) as refused:
        run(policy, claim(**{"inscp": 100, **columns}))
    assert says in str(refused.value)
    assert "s01" in str(refused.value) or says == "setl_id"
    if kind is PolicyFault:
        assert "basic" in str(refused.value)


def test_a_ratio_by_age_without_a_birth_date_is_refused_wherever_it_stands_in_the_bands():
    policy = pack("""
order: [a]
layers: {a: {zh: 甲, fund: maf_pay, base: [inscp], bands: b}}
parameters: {b: {unit: bands, value: [{to: 1000, ratio: 50%}, {ratio: {base: 50%, per_year_of_age: 1%}}]}}
""")
    with pytest.raises(InputFault, match="brdy"):
        run(policy, claim(inscp=1))
    assert run(policy, claim(inscp=1100), person=tagged(born="1974-03-01"))[0].paid["a"] == yuan(600)
    assert run(policy, claim(inscp=1100), person=tagged(born="2024-03-02"))[0].paid["a"] == yuan(550)
