"""Visits: one row per encounter, the national `mdtrt_d`.

This module must not know what a visit cost; its settlements say that.
"""

from doudi.facts.declare import Table, code, count, day, ident, moment, number, text

TABLE = Table(
    name="visits",
    zh="就诊",
    en="visits",
    national="mdtrt_d",
    grain="one row per encounter",
    keys=("mdtrt_id",),
    order=("psn_no", "begntime", "mdtrt_id"),
    columns=(
        ident("mdtrt_id", "就诊ID", "encounter id", required=True),
        ident("psn_no", "人员编号", "person number", required=True, sensitivity="personal"),
        text("psn_name", "人员姓名", "name", aliases=("姓名",), sensitivity="identifying"),
        code("psn_cert_type", "人员证件类型", "kind of identity document", "psn_cert_type"),
        ident("certno", "证件号码", "number of the identity document", sensitivity="identifying"),
        text("tel", "联系电话", "telephone", sensitivity="identifying"),
        text("addr", "联系地址", "address", sensitivity="identifying"),
        code("gend", "性别", "sex", "gend", sensitivity="personal"),
        day("brdy", "出生日期", "date of birth", sensitivity="personal"),
        number("age", "年龄", "age", 1, note="empty in one Shandong feed: count it from brdy and begntime"),
        code("insutype", "险种类型", "insurance scheme", "insutype"),
        code("psn_type", "人员类别", "kind of insured person", "psn_type"),
        code(
            "insu_admdvs", "参保所属医保区划", "division insured in", "admdvs", interface=("insuplc_admdvs",)
        ),
        code("pay_loc", "支付地点类别", "where paid", "pay_loc"),
        ident("fixmedins_code", "定点医药机构编号", "institution"),
        text("fixmedins_name", "定点医药机构名称", "institution's name"),
        code("hosp_lv", "医院等级", "hospital level", "hosp_lv"),
        code("fix_blng_admdvs", "定点归属医保区划", "division of the institution", "admdvs"),
        code("dedc_hosp_lv", "起付线医院等级", "hospital level for the deductible", "hosp_lv"),
        moment("begntime", "开始时间", "begun", required=True, aliases=("就诊时间",)),
        moment("endtime", "结束时间", "ended"),
        code("mdtrt_cert_type", "就诊凭证类型", "credential shown", "mdtrt_cert_type"),
        code("med_type", "医疗类别", "kind of treatment", "med_type", required=True),
        code("rloc_type", "异地安置类别", "kind of out-of-area filing"),
        code("ars_year_ipt_flag", "跨年度住院标志", "stay over New Year"),
        code("pre_pay_flag", "先行支付标志", "paid in advance"),
        ident("refl_old_mdtrt_id", "转诊前就诊ID", "encounter referred from"),
        ident("ipt_otp_no", "住院/门诊号", "inpatient or outpatient number", sensitivity="personal"),
        ident("chfpdr_code", "主诊医师代码", "physician"),
        text("chfpdr_name", "主诊医师姓名", "physician's name"),
        ident("adm_dept_codg", "入院科室编码", "department of admission"),
        text("adm_dept_name", "入院科室名称", "department of admission, name"),
        ident("dscg_dept_codg", "出院科室编码", "department of discharge"),
        text("dscg_dept_name", "出院科室名称", "department of discharge, name"),
        ident("dscg_maindiag_code", "住院主诊断代码", "main diagnosis", sensitivity="personal"),
        text("dscg_maindiag_name", "住院主诊断名称", "main diagnosis, name", sensitivity="personal"),
        code("dscg_way", "离院方式", "way of discharge", "dscg_way"),
        ident("dise_no", "病种编号", "disease", interface=("dise_codg",), sensitivity="personal"),
        text("dise_name", "病种名称", "disease name", sensitivity="personal"),
        ident("oprn_oprt_code", "手术操作代码", "operation", note="empty in the extracts seen"),
        text(
            "otp_diag_info", "门诊诊断信息", "outpatient diagnosis", sensitivity="personal", note="free text"
        ),
        code("inhosp_stas", "在院状态", "inpatient state", "inhosp_stas"),
        day("die_date", "死亡日期", "day of death", sensitivity="personal"),
        count(
            "ipt_days", "住院天数", "days in hospital", note="mostly empty: count from begntime and endtime"
        ),
        code("ttp_pay_flag", "第三方赔付标志", "a third party pays", "yn01", note="always 0 in one feed"),
        code("year", "年度", "year"),
        code("vali_flag", "有效标志", "valid", "yn01"),
        code("poolarea_no", "统筹区编号", "pooling area", "admdvs"),
    ),
)
