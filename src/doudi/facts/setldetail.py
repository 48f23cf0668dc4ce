"""Settlement detail by fund, the shape of interface 2304 `setldetail`, with the settlement it belongs to.

One settlement has several rows, since several layers may share one fund column. This module must not know
layers.
"""

from doudi.facts.declare import Table, code, count, ident, money, text

TABLE = Table(
    name="setldetail",
    zh="结算基金分项",
    en="settlement detail by fund",
    national="if_2304 setldetail",
    grain="one row per settlement and paying step",
    keys=("setl_id", "srt_no"),
    order=("setl_id", "srt_no"),
    columns=(
        ident("setl_id", "结算ID", "settlement id", required=True),
        count(
            "srt_no",
            "序号",
            "order of the step",
            required=True,
            note="not in the interface, which lists in order",
        ),
        code("fund_pay_type", "基金支付类型", "fund that pays", "fund_pay_type", required=True),
        text("fund_pay_type_name", "基金支付类型名称", "name of the fund"),
        money(
            "inscp_amt",
            "符合范围金额",
            "counted by this step",
            interface=("inscp_scp_amt",),
            aliases=("符合政策范围金额",),
        ),
        money("crt_payb_lmt_amt", "本次可支付限额金额", "most that this step could pay"),
        money("fund_payamt", "基金支付金额", "paid by this step", required=True, signed=True),
        text("setl_proc_info", "结算过程信息", "how it was settled"),
    ),
)
