"""Settlements: one row per settlement of a bill, the national `setl_d`.

A refund is a row of its own that names the settlement it takes back and negates every sum of it. Further
columns `cost_<name>` (yuan) carry named parts of the bill that a policy may count. This module must not
know how a bill is settled.
"""

from doudi.facts.declare import Identity, Refund, Table, code, count, day, ident, moment, money, number, text

FUNDS = (
    *(
        "hifp_pay",
        "cvlserv_pay",
        "hifes_pay",
        "hifmi_pay",
        "hifob_pay",
        "hifdm_pay",
        "maf_pay",
        "othfund_pay",
    ),
)
"""The fund columns that add up to fund_pay_sumamt."""

TABLE = Table(
    name="settlements",
    zh="结算",
    en="settlements",
    national="setl_d",
    grain="one row per settlement; a refund is a further row that points back by init_setl_id",
    keys=("setl_id",),
    order=("psn_no", "setl_time", "setl_id"),
    refund=Refund(original="init_setl_id", flag="refd_setl_flag"),
    open_prefix="cost_",
    columns=(
        ident("setl_id", "结算ID", "settlement id", required=True),
        ident("mdtrt_id", "就诊ID", "encounter id"),
        ident("init_setl_id", "原结算ID", "settlement taken back", note="set on a refund row only"),
        ident("psn_no", "人员编号", "person number", required=True, sensitivity="personal"),
        text("psn_name", "人员姓名", "name", aliases=("姓名",), sensitivity="identifying"),
        code("psn_cert_type", "人员证件类型", "kind of identity document", "psn_cert_type"),
        ident("certno", "证件号码", "number of the identity document", sensitivity="identifying"),
        ident("mdtrt_cert_no", "就诊凭证编号", "number of the credential shown", sensitivity="identifying"),
        code("gend", "性别", "sex", "gend", sensitivity="personal"),
        day("brdy", "出生日期", "date of birth", sensitivity="personal"),
        number(
            "age", "年龄", "age", 1, note="not to be trusted: one Shandong feed writes it a year too high"
        ),
        code("insutype", "险种类型", "insurance scheme", "insutype"),
        code("psn_type", "人员类别", "kind of insured person", "psn_type"),
        code("cvlserv_flag", "公务员标志", "civil servant", "yn01"),
        code("sp_psn_type", "特殊人员类型", "special kind of person", sensitivity="personal"),
        code("clct_grde", "缴费档次", "contribution grade"),
        code(
            "insu_admdvs", "参保所属医保区划", "division insured in", "admdvs", interface=("insuplc_admdvs",)
        ),
        code("pay_loc", "支付地点类别", "where paid", "pay_loc"),
        ident("fixmedins_code", "定点医药机构编号", "institution"),
        text("fixmedins_name", "定点医药机构名称", "institution's name"),
        code("hosp_lv", "医院等级", "hospital level", "hosp_lv"),
        code("fix_blng_admdvs", "定点归属医保区划", "division of the institution", "admdvs"),
        code("dedc_hosp_lv", "起付线医院等级", "hospital level for the deductible", "hosp_lv"),
        code("lmtpric_hosp_lv", "限价医院等级", "hospital level for price limits", "hosp_lv"),
        day("begndate", "开始日期", "first day of treatment", required=True, aliases=("入院日期",)),
        day("enddate", "结束日期", "last day of treatment", required=True, aliases=("出院日期",)),
        moment("setl_time", "结算时间", "time of settlement", required=True),
        code("mdtrt_cert_type", "就诊凭证类型", "credential shown", "mdtrt_cert_type"),
        code("med_type", "医疗类别", "kind of treatment", "med_type", required=True),
        code("setl_type", "结算类别", "how settled", "setl_type"),
        code("clr_type", "清算类别", "clearing kind", "clr_type"),
        code("clr_way", "清算方式", "clearing method", "clr_way"),
        code("psn_setlway", "个人结算方式", "personal settlement method", "psn_setlway"),
        code(
            "out_flag", "异地标志", "out-of-area flag", "out_flag", note="seen in one copy of the table only"
        ),
        code("rloc_type", "异地安置类别", "kind of out-of-area filing", note="from the encounter"),
        count("ipt_days", "住院天数", "days in hospital", note="mostly empty in the extracts seen"),
        ident("dise_no", "病种编号", "disease", interface=("dise_codg",), sensitivity="personal"),
        text("dise_name", "病种名称", "disease name", sensitivity="personal"),
        money("medfee_sumamt", "医疗费总额", "whole bill", required=True),
        money("fulamt_ownpay_amt", "全自费金额", "outside the catalogue", required=True),
        money(
            "overlmt_selfpay",
            "超限价自费费用",
            "above the price limit",
            required=True,
            interface=("overlmt_amt",),
            aliases=("超限价金额",),
        ),
        money("preselfpay_amt", "先行自付金额", "paid first by the person", required=True),
        money(
            "inscp_amt",
            "符合范围金额",
            "in scope",
            required=True,
            interface=("inscp_scp_amt",),
            aliases=("符合政策范围金额",),
        ),
        money("dedc_std", "起付标准", "deductible standard"),
        money("crt_dedc", "本次起付线", "deductible of this settlement"),
        money("act_pay_dedc", "实际支付起付线", "deductible borne"),
        money("hifp_pay", "统筹基金支出", "basic pooled fund", aliases=("基本医疗保险统筹基金支出",)),
        number("pool_prop_selfpay", "基本医疗统筹支付比例", "ratio of the pooled fund", 4),
        money("cvlserv_pay", "公务员医疗补助基金支出", "civil servants' supplement"),
        money(
            "hifes_pay",
            "补充医疗保险基金支出",
            "supplementary insurance",
            aliases=("企业补充医疗保险基金支出",),
        ),
        money("hifmi_pay", "大病补充医疗保险基金支出", "critical illness", aliases=("居民大病保险资金支出",)),
        money("hifob_pay", "大额医疗补助基金支出", "large-sum supplement"),
        money("hifdm_pay", "伤残人员医疗保障基金支出", "disabled persons' fund"),
        money("maf_pay", "医疗救助基金支出", "medical aid"),
        money("othfund_pay", "其它基金支付", "other funds", interface=("oth_pay",), aliases=("其他支出",)),
        money("fund_pay_sumamt", "基金支付总额", "all funds"),
        money("psn_pay", "个人支付金额", "borne by the person", interface=("psn_part_amt",)),
        money("acct_pay", "个人账户支出", "from the personal account"),
        money("cash_payamt", "现金支付金额", "in cash", interface=("psn_cash_pay",)),
        money(
            "ownpay_hosp_part", "自费中医院负担部分", "borne by the hospital", interface=("hosp_part_amt",)
        ),
        money("balc", "余额", "balance of the personal account", signed=True),
        money("acct_mulaid_pay", "账户共济支付金额", "from a relative's account"),
        code("refd_setl_flag", "退费结算标志", "refund", "refd_setl_flag"),
        code("mid_setl_flag", "中途结算标志", "interim settlement", "yn01"),
        code("vali_flag", "有效标志", "valid", "yn01"),
        code("year", "年度", "year"),
        ident("medins_setl_id", "医药机构结算ID", "the institution's settlement id"),
        code("clr_optins", "清算经办机构", "clearing office"),
        code("poolarea_no", "统筹区编号", "pooling area", "admdvs"),
    ),
    identities=(
        Identity(
            "bill-by-payer",
            "medfee_sumamt",
            ("fund_pay_sumamt", "psn_pay", "ownpay_hosp_part"),
            "医疗费总额 = 基金支付总额 + 个人支付金额 + 医院负担",
            may_lack=("ownpay_hosp_part",),
        ),
        Identity(
            "person-by-purse",
            "psn_pay",
            ("acct_pay", "cash_payamt"),
            "个人支付金额 = 个人账户支出 + 现金",
            note="whether acct_mulaid_pay is inside acct_pay is unsure; it is taken to be",
        ),
        Identity("funds", "fund_pay_sumamt", FUNDS, "基金支付总额 = 各项基金支出之和", may_lack=FUNDS[1:]),
        Identity(
            "bill-by-scope",
            "medfee_sumamt",
            ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt"),
            "医疗费总额 = 全自费 + 超限价 + 先行自付 + 符合范围",
        ),
    ),
)
