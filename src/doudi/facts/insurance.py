"""Insurance status: who was insured in which scheme from when to when (interface 1101, `insuinfo`).

This module must not know who ought to be insured.
"""

from dataclasses import replace

from doudi.facts.declare import Table, code, money, text
from doudi.facts.persons import INSURANCE, PERSON

TABLE = Table(
    name="insurance",
    zh="参保",
    en="insurance status",
    national="if_1101 insuinfo",
    grain="one row per person, scheme and insurance period",
    keys=("psn_no", "insutype", "psn_insu_date"),
    order=("psn_no", "psn_insu_date", "insutype"),
    columns=(
        PERSON[0],
        *(replace(column, required=column.name in {"insutype", "psn_insu_date"}) for column in INSURANCE),
        code("cvlserv_flag", "公务员标志", "civil servant", "yn01"),
        code(
            "insu_admdvs",
            "参保所属医保区划",
            "division insured in",
            "admdvs",
            interface=("insuplc_admdvs",),
            aliases=("参保地医保区划",),
        ),
        text("emp_name", "单位名称", "employer"),
        money("balc", "余额", "balance of the personal account", signed=True),
    ),
)
