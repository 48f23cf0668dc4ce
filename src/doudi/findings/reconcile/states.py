"""The words of `docs/reconciliation.md`: what a row can prove, the states in order, the flags, what stands behind each.

Data, no running: the Ibis expressions and the reference page read these tables. What a state is called elsewhere
(a command, a page) comes from here too.
"""

from __future__ import annotations

from dataclasses import dataclass

# What a ledger row says of a person, once read. The numbers are internal and in no file.
(
    HUKOU, HUKOU_DEAD, HUKOU_MOVED, HUKOU_ARMY, HUKOU_ABROAD, HUKOU_GONE, LIVES, AWAY, EMPTY_HOUSE, SEEN_DEAD,
    SEEN_MOVED, REGISTERED, REGISTERED_ONCE, EMPLOYED, PAYMENT, SUBSIDY, DEATH, MOVE, HELD, GROUP, TOLD_DEAD,
    TOLD_MOVED, TOLD_ARMY, TOLD_PRISON, TOLD_ABROAD, TOLD_STUDENT, TOLD_WORKER, TOLD_EMPLOYEE, TOLD_NEWBORN,
    TOLD_EMPTY, TOLD_REFUSED, TOLD_OTHER, TAG_ARMY, TAG_PRISON, TAG_ABROAD, TAG_STUDENT, TAG_EMPTY,
) = range(37)  # fmt: skip

POPULATION = tuple(range(HUKOU, HUKOU_GONE + 1))
RESIDENTS = tuple(range(LIVES, SEEN_MOVED + 1))
TOLD = tuple(range(TOLD_DEAD, TOLD_OTHER + 1))

STANDING = {
    "死亡注销": HUKOU_DEAD,
    "迁出": HUKOU_MOVED,
    "参军注销": HUKOU_ARMY,
    "出国注销": HUKOU_ABROAD,
}
"""What a population row may say of its registration; any other end of it is `HUKOU_GONE`."""

CANCELLED = {"死亡": "死亡注销", "迁出": "迁出", "参军": "参军注销", "出国": "出国注销"}
"""The same where only the reason of the cancellation is given."""

WHEREABOUTS = {"空挂户": EMPTY_HOUSE, "死亡": SEEN_DEAD, "迁出": SEEN_MOVED}
"""What the residents ledger may say of where somebody is, besides living here and being away."""

REASONS = {
    "死亡": TOLD_DEAD,
    "迁出": TOLD_MOVED,
    "参军": TOLD_ARMY,
    "服刑": TOLD_PRISON,
    "境外": TOLD_ABROAD,
    "外地就学": TOLD_STUDENT,
    "外地参保": TOLD_WORKER,
    "参加职工医保": TOLD_EMPLOYEE,
    "新生儿": TOLD_NEWBORN,
    "空挂户": TOLD_EMPTY,
    "拒绝参保": TOLD_REFUSED,
}
"""What the ledger of the uninsured may give as a reason; any other is `TOLD_OTHER`."""

WORKING_AWAY = "外地务工"
"""A reason that proves insurance elsewhere only where the row says in which place or scheme."""

TAGS = {
    "现役军人": TAG_ARMY,
    "服刑": TAG_PRISON,
    "境外": TAG_ABROAD,
    "外地学生": TAG_STUDENT,
    "空挂户": TAG_EMPTY,
}
"""Tags that prove a state by themselves. 务工外出 is not among them: working away is not being insured there."""


@dataclass(frozen=True)
class State:
    """One state. `covered`: somebody pays when this person falls ill. `insured`: counts in a rate's numerator.

    `counted`: is in the denominator `whole`; `due`: in the denominator `due`.
    """

    name: str
    zh: str
    en: str
    covered: bool = False
    insured: bool = False
    counted: bool = True
    due: bool = True


STATES = {
    state.name: state
    for state in (
        State("insured_paid", "已参保缴费", "insured and paid", covered=True, insured=True),
        State("registered_unpaid", "已登记未缴费", "registered, not paid"),
        State("employee", "职工参保", "employee scheme", covered=True, insured=True),
        State("elsewhere_student", "外地就学参保", "student, insured elsewhere", covered=True, insured=True),
        State("elsewhere_worker", "外地就业参保", "worker, insured elsewhere", covered=True, insured=True),
        State("elsewhere_army", "现役军人", "serving in the army", covered=True, due=False),
        State("elsewhere_prison", "服刑人员", "in prison", covered=True, due=False),
        State("elsewhere_abroad", "境外人员", "abroad", due=False),
        State("newborn_grace", "新生儿参保期内", "newborn, still within the time to register"),
        State("dead", "死亡", "dead", counted=False, due=False),
        State("moved_out", "户口迁出", "moved out", counted=False, due=False),
        State("untraceable", "空挂户", "untraceable: on the register only"),
        State("refused", "拒绝参保", "refused"),
        State("unknown", "未参保原因不明", "not insured, why unknown"),
    )
}
"""Every state by name."""


@dataclass(frozen=True)
class Proof:
    """One line of the table of proofs: the state it gives and the rows behind it.

    `unless_paid`: rows that stand behind it only where the person's own payments come to nothing.
    """

    state: str
    behind: tuple[int, ...]
    unless_paid: tuple[int, ...] = ()


PROOFS = (
    Proof("dead", (DEATH, HUKOU_DEAD)),
    Proof("employee", (EMPLOYED,)),
    Proof("insured_paid", (REGISTERED, PAYMENT), unless_paid=(SUBSIDY,)),
    Proof("dead", (TOLD_DEAD, SEEN_DEAD)),
    Proof("moved_out", (HUKOU_MOVED, TOLD_MOVED, SEEN_MOVED, MOVE)),
    Proof("elsewhere_army", (TAG_ARMY, TOLD_ARMY, HUKOU_ARMY)),
    Proof("elsewhere_prison", (TAG_PRISON, TOLD_PRISON)),
    Proof("elsewhere_abroad", (TAG_ABROAD, TOLD_ABROAD, HUKOU_ABROAD)),
    Proof("elsewhere_student", (TAG_STUDENT, TOLD_STUDENT)),
    Proof("elsewhere_worker", (TOLD_WORKER, TOLD_EMPLOYEE)),
    Proof("newborn_grace", (*POPULATION, *RESIDENTS, TOLD_NEWBORN)),
    Proof("registered_unpaid", (REGISTERED, PAYMENT, SUBSIDY)),
    Proof("untraceable", (EMPTY_HOUSE, TAG_EMPTY, TOLD_EMPTY)),
    Proof("refused", (TOLD_REFUSED,)),
    Proof("unknown", (*POPULATION, *RESIDENTS, *TOLD)),
)
"""The proofs, strongest first; their place in this tuple plus one is their number in the document."""
INSURED_BY_REGISTRATION = 3
MOVED = 5
NEWBORN = 11
UNPAID = 12
UNKNOWN = len(PROOFS)


@dataclass(frozen=True)
class Flag:
    """What stands beside a state, and the rows behind it."""

    name: str
    zh: str
    en: str
    behind: tuple[int, ...]


FLAGS = {
    flag.name: flag
    for flag in (
        Flag("double_scheme", "同时参加职工和居民医保", "in two schemes at once", (REGISTERED, EMPLOYED)),
        Flag("double_resident", "居民医保重复登记", "registered twice as a resident", (REGISTERED,)),
        Flag("double_employee", "职工医保重复参保", "employed twice in the scheme", (EMPLOYED,)),
        Flag(
            "dead_insured", "死亡未停保", "dead but still insured", (DEATH, HUKOU_DEAD, REGISTERED, EMPLOYED)
        ),
        Flag("dead_paid", "死亡后缴费", "paid for after death", (DEATH, PAYMENT)),
        Flag("told_otherwise", "登记为未参保而实已参保", "listed as uninsured, is insured", TOLD),
        Flag("special_uncovered", "特殊人群未参保", "special group not covered", (GROUP,)),
        Flag("paid_unregistered", "已缴费未登记", "paid, not registered", (PAYMENT,)),
        Flag("paid_twice", "重复缴费", "paid twice", (PAYMENT,)),
        Flag("short_paid", "缴费不足", "paid less than the premium", (PAYMENT, SUBSIDY)),
        Flag(
            "unproven_payment",
            "标为已缴而无缴费记录",
            "marked as paid, no money behind it",
            (REGISTERED, PAYMENT, SUBSIDY),
        ),
        Flag("unbooked_payment", "已缴费而标为未缴", "paid, marked as unpaid", (REGISTERED, PAYMENT)),
        Flag("subsidy_unpaid", "应资助未资助", "entitled to a subsidy, not paid", (HELD,)),
        Flag("subsidy_unentitled", "不应资助而资助", "subsidy paid without entitlement", (SUBSIDY,)),
        Flag("subsidy_amount", "资助金额不符", "subsidy of the wrong amount", (SUBSIDY,)),
        Flag("subsidy_twice", "重复资助", "subsidy paid twice", (SUBSIDY,)),
    )
}
"""Every flag by name."""
