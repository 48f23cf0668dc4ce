"""Persons: who they are and, dated, what they count as, in the one file that a settlement run is handed.

The national platform keeps this in three places (`psn_info_b`, and the insurance and identity answers of
interface 1101). Here one row is one person with at most one identity period and one insurance period;
several rows per person are usual. This module must not know which identities earn which benefit.
"""

from doudi.facts.declare import Table, code, day, ident, moment, text

PERSON = (
    ident("psn_no", "人员编号", "person number", required=True, sensitivity="personal"),
    text("psn_name", "人员姓名", "name", aliases=("姓名",), sensitivity="identifying"),
    code("psn_cert_type", "人员证件类型", "kind of identity document", "psn_cert_type"),
    ident(
        "certno",
        "证件号码",
        "number of the identity document",
        aliases=("身份证号", "身份证号码"),
        sensitivity="identifying",
    ),
    code("gend", "性别", "sex", "gend", sensitivity="personal"),
    day("brdy", "出生日期", "date of birth", sensitivity="personal"),
    day("surv_stas_ocur_date", "生存状态发生日期", "day of death", sensitivity="personal", unsure=True),
)
"""The columns of the person as such, shared by the tables that carry them."""

IDENTITY = (
    code(
        "psn_idet_type",
        "人员身份类别",
        "identity category",
        "psn_idet_type",
        sensitivity="personal",
        note="the values live in the local dictionary; Chinese names are taken too",
    ),
    code("psn_type_lv", "人员类别等级", "grade of the category", sensitivity="personal"),
    moment("begntime", "开始时间", "category held from", aliases=("身份开始时间",)),
    moment("endtime", "结束时间", "category held to (included)", aliases=("身份结束时间",)),
)
"""One identity and its period."""

INSURANCE = (
    code("insutype", "险种类型", "insurance scheme", "insutype"),
    code("psn_type", "人员类别", "kind of insured person", "psn_type"),
    code("psn_insu_stas", "人员参保状态", "insurance state"),
    day("psn_insu_date", "个人参保日期", "insured from", aliases=("参保日期",)),
    day("paus_insu_date", "暂停参保日期", "insurance paused from"),
)
"""One insurance relation and its period."""

TABLE = Table(
    name="persons",
    zh="人员",
    en="persons",
    national="psn_info_b",
    grain="one row per person, identity period and insurance period; several rows per person are usual",
    keys=(),
    order=("psn_no", "begntime", "psn_insu_date", "psn_idet_type", "rloc_type"),
    columns=(
        *PERSON,
        *INSURANCE,
        *IDENTITY,
        code(
            "rloc_type", "异地安置类别", "out-of-area filing", note="dated by the same begntime and endtime"
        ),
        code(
            "admdvs",
            "所在区划",
            "division of residence",
            note="a township or village may have 9 or 12 digits",
        ),
        text("town", "乡镇", "township", aliases=("乡镇街道", "乡镇（街道）")),
        text("village", "村", "village", aliases=("村居", "村（居）", "行政村")),
    ),
    note="what psn_info_b holds, with the identity and insurance answers of interface 1101",
)
