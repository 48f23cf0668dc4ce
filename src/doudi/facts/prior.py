"""Sums that a person's year starts from, when a run begins part-way through it.

One row is one sum of one accumulator of a policy. This module must not know what the accumulators mean.
"""

from doudi.facts.declare import Table, code, count, ident, money

TABLE = Table(
    name="prior",
    zh="期初累计",
    en="sums at the start",
    national="",
    grain="one row per person, year and accumulator",
    keys=("psn_no", "year", "pool", "item"),
    order=("psn_no", "year", "pool", "item"),
    columns=(
        ident("psn_no", "人员编号", "person number", required=True, sensitivity="personal"),
        count("year", "年度", "year of the accumulator", required=True),
        code("pool", "累计池", "accumulator: a layer's pool or a cap's", required=True),
        code("item", "项目", "which sum of it (manual of the policy language, §8)", required=True),
        money("amount", "数额", "yuan; for admissions their number", required=True),
    ),
    note="Doudi's own; the national platform keeps these sums inside",
)
