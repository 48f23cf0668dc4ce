"""The reasons for which a recorded payment may differ from policy: stable codes, and what each means to people."""

from __future__ import annotations

from doudi.policy import wording
from doudi.policy.pack import Pack

REASONS: dict[str, tuple[str, str]] = {
    "prepay_not_taken": ("先行自付没有扣除", "the prepay was not taken"),
    "deductible_not_taken": ("起付线没有扣除", "the deductible was not taken"),
    "deductible_twice": ("起付线重复扣除", "the deductible was taken twice"),
    "admission_number": ("按另一住院次数扣起付线", "the deductible of another admission was taken"),
    "year_ceiling_ignored": ("起付线全年封顶没有执行", "the year's ceiling on deductibles was ignored"),
    "category_not_applied": ("人员待遇身份没有享受", "the person's category was not applied"),
    "category_wrong": ("按另一人员身份结算", "settled as another category of person"),
    "level_wrong": ("按另一医院等级结算", "settled as another level of hospital"),
    "place_wrong": ("按另一就医地结算", "settled as another place of treatment"),
    "class_wrong": ("按另一类别结算", "settled as another class"),
    "rate_of_another_date": ("按另一时期的标准结算", "settled at the rates of another date"),
    "ratio_other": ("支付比例与政策不同", "paid at another ratio"),
    "cap_ignored": ("超过封顶线支付", "the cap on payment was ignored"),
    "cost_cap_ignored": ("超过费用限额计入", "the cap on cost was ignored"),
    "waiting_ignored": ("待遇等待期内支付", "paid within the waiting period"),
    "layer_not_paid": ("应付的一层没有支付", "a layer that was due was not paid"),
    "not_due": ("支付了不应支付的一层", "a layer that was not due was paid"),
    "rounding": ("尾差", "rounding"),
    "record_unbalanced": ("记录的各项支付之和不等于总费用", "the record does not add up to the bill"),
    "refund_of_a_difference": ("冲正的原结算不一致", "the refund of a settlement that differs"),
    "refund_not_negative": ("冲正不是原结算的相反数", "the refund is not the negative of its settlement"),
    "follows_earlier_difference": (
        "仅因同一人此前的结算不一致",
        "only follows an earlier difference of the person",
    ),
    "unknown": ("原因待查", "not found"),
}


def page() -> str:
    """The text of docs/reference/reasons.md."""
    rows = [f"| `{code}` | {zh} | {en} |" for code, (zh, en) in REASONS.items()]
    return "\n".join([_HEAD, *rows, ""])


_HEAD = """<!-- Made by scripts/reference_pages.py from doudi.findings.reasons; do not edit. -->
# Why a recorded payment differs

`doudi settle --against recorded` settles every differing claim again in each of these ways, and names the way that gives
what was recorded. The first step that differs stands in `first_step`: `prepay`, `LAYER.applies`, `.base`, `.deductible`,
`.cost_cap`, `.ratio`, `.cap` or `.paid` (not told further), a fund column where no layer is due, `record` where the record
does not add up, `refund` on a refund, `state` where only the year's sums differ. `evidence` says as what the claim was settled, whether that
explains every column (`whole`) or the first alone (`first_step`), and which other ways would explain it as well (`also`).
A claim without recorded payments is counted apart.

| `reason` | 中文 | English |
|---|---|---|"""


def class_reason(pack: Pack, dimension: str, place: int) -> str:
    """The reason that being in another class (by its place) is, told by the columns the dimension looks at."""
    classes = pack.file.dimensions[dimension].classes
    columns = {
        column for one in classes for condition in (one.when, one.unless) for column in condition or ()
    }
    if "psn_idet_type" in columns:
        one = classes[place]
        return "category_wrong" if one.when or one.unless else "category_not_applied"
    if "hosp_lv" in columns:
        return "level_wrong"
    return "place_wrong" if columns & {"out_flag", "rloc_type"} else "class_wrong"


def as_class(pack: Pack, dimension: str, place: int) -> tuple[str, str]:
    """The class (by its place) that a claim was settled as: its code, and its name in Chinese."""
    code = pack.file.dimensions[dimension].classes[place].code
    return code, f"{wording.dimension_name(pack, dimension)}：{wording.class_name(pack, dimension, code)}"
