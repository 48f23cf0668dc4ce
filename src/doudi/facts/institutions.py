"""Institutions: designated hospitals and pharmacies with their level over time, the national `fixmedins_b`.

An institution whose level changed has several rows with different begntime. This module must not know
which level earns which ratio.
"""

from doudi.facts.declare import Table, code, ident, moment, text

TABLE = Table(
    name="institutions",
    zh="定点医药机构",
    en="institutions",
    national="fixmedins_b",
    grain="one row per designated institution and period",
    keys=("fixmedins_code", "begntime"),
    order=("fixmedins_code", "begntime"),
    columns=(
        ident("fixmedins_code", "定点医药机构编号", "institution", required=True),
        text("fixmedins_name", "定点医药机构名称", "name", aliases=("机构名称",)),
        code("fixmedins_type", "定点医疗服务机构类型", "kind", "fixmedins_type"),
        code("hosp_lv", "医院等级", "hospital level", "hosp_lv"),
        code("lmtpric_hosp_lv", "限价医院等级", "hospital level for price limits", "hosp_lv"),
        code("dedc_hosp_lv", "起付线医院等级", "hospital level for the deductible", "hosp_lv"),
        moment("begntime", "开始时间", "from"),
        moment("endtime", "结束时间", "to (included)"),
        ident("uscc", "统一社会信用代码", "unified social credit code"),
        code("fix_blng_admdvs", "定点归属医保区划", "division", "admdvs"),
        code("out_fixmedins_type", "异地医药机构类型", "kind for out-of-area patients"),
        code("fix_onln_open_flag", "定点联网开通标志", "connected"),
        code("vali_flag", "有效标志", "valid", "yn01"),
        code("poolarea_no", "统筹区编号", "pooling area", "admdvs"),
    ),
)
