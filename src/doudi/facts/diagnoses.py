"""Diagnoses: one row per diagnosis of an encounter (interface 5202 and its table).

This module must not know what a diagnosis entitles to.
"""

from doudi.facts.declare import Table, code, count, ident, moment, text

TABLE = Table(
    name="diagnoses",
    zh="诊断",
    en="diagnoses",
    national="diag_d",
    grain="one row per diagnosis of an encounter",
    keys=("diag_info_id",),
    order=("mdtrt_id", "diag_srt_no", "diag_info_id"),
    columns=(
        ident("diag_info_id", "诊断信息ID", "diagnosis id", required=True),
        ident("mdtrt_id", "就诊ID", "encounter id", required=True),
        ident("psn_no", "人员编号", "person number", sensitivity="personal"),
        code("inout_diag_type", "出入院诊断类别", "at admission or discharge"),
        code("diag_type", "诊断类别", "kind of diagnosis", "diag_type"),
        code("maindiag_flag", "主诊断标志", "main diagnosis", "yn01"),
        count("diag_srt_no", "诊断排序号", "order"),
        ident("diag_code", "诊断代码", "ICD-10, insurance edition", required=True, sensitivity="personal"),
        text("diag_name", "诊断名称", "name of the diagnosis", sensitivity="personal"),
        text("adm_cond", "入院病情", "condition at admission", sensitivity="personal"),
        text("diag_dept", "诊断科室", "department"),
        ident("dise_dor_no", "诊断医生编码", "physician"),
        text("dise_dor_name", "诊断医生姓名", "physician's name"),
        moment("diag_time", "诊断时间", "diagnosed at"),
        code("vali_flag", "有效标志", "valid", "yn01"),
    ),
)
