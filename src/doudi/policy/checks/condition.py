"""Conditions that a rule puts on rows: written like `age < 16 and labour != '无劳动力'`, read into a small tree.

The words are Python's for and, or, not, in, comparison and sums; anything else is refused. Missing values make
a comparison neither true nor false, and a rule holds only where its condition is true. The tree is walked by
`doudi.findings.checks.terms` and, in the tests, by the plainest Python.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from doudi.policy.values import BadValue

LONGEST = 2_000
DEEPEST = 30

Scalar = str | int | dt.date


@dataclass(frozen=True)
class Field:
    """A column of the rule's own rows, or of a joined ledger (`ledger` is its name in the rule)."""

    name: str
    ledger: str = ""


@dataclass(frozen=True)
class Literal:
    """A word, a whole number, or a day."""

    value: Scalar


@dataclass(frozen=True)
class Among:
    """Whether a value is one of several."""

    left: Term
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Compare:
    """Two values compared; `sign` is one of == != < <= > >=."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True)
class Both:
    """`and` where `all` is set, else `or`."""

    all: bool
    parts: tuple[Term, ...]


@dataclass(frozen=True)
class Not:
    """The opposite; of what is neither true nor false, neither."""

    part: Term


@dataclass(frozen=True)
class Sum:
    """Left plus right, or minus where `sign` is -1."""

    sign: int
    left: Term
    right: Term


@dataclass(frozen=True)
class Call:
    """One of `FUNCTIONS` with its arguments."""

    name: str
    args: tuple[Term, ...]


Term = Field | Literal | Among | Compare | Both | Not | Sum | Call

#: Name → fewest and most arguments, and what it says, for messages and the manual.
FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "age": (0, 1, "核对当日的周岁；不写参数时用 brdy · age in completed years on the day of the check"),
    "days_since": (1, 1, "从某日到核对当日的天数 · days from a day to the day of the check"),
    "months_since": (1, 1, "从某日到核对当日的整月数 · completed months"),
    "empty": (1, 20, "这些列全部为空 · all of these are empty"),
    "filled": (1, 20, "这些列全部有值 · all of these are filled"),
    "has": (2, 20, "多选列含有其中任一值 · a column of several values holds one of these"),
    "length": (1, 1, "字数 · number of characters"),
    "starts": (2, 2, "以某些字开头 · begins with"),
    "year": (1, 1, "年份 · year of a day"),
    "date": (1, 1, "日期，如 date('2026-01-01') · a day"),
}

_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
ALLOWED = "列名、ledger.列名、数、'文字'、and or not、== != < <= > >=、in (…)、+ −，以及 " + "、".join(
    f"{name}()" for name in FUNCTIONS
)


def read_condition(raw: object) -> Term:
    """A condition's tree. Raises `BadValue`."""
    if not isinstance(raw, str) or not raw.strip():
        raise BadValue("这里要写一个条件", ALLOWED)
    if len(raw) > LONGEST:
        raise BadValue("条件过长", f"至多 {LONGEST} 字")
    try:
        tree = ast.parse(" ".join(raw.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadValue("条件写得不完整", ALLOWED) from None
    term = _term(tree, 0)
    if not any(fields(term)):
        raise BadValue("条件没有说到任何一列", ALLOWED)
    return term


def fields(term: Term) -> Iterator[Field]:
    """Every column that a condition names."""
    match term:
        case Field():
            yield term
        case Literal():
            pass
        case Among(left=left) | Not(part=left):
            yield from fields(left)
        case Compare(left=left, right=right) | Sum(left=left, right=right):
            yield from fields(left)
            yield from fields(right)
        case Both(parts=parts) | Call(args=parts):
            if isinstance(term, Call) and term.name == "age" and not parts:
                yield Field("brdy")
            for part in parts:
                yield from fields(part)


def _term(node: ast.AST, depth: int) -> Term:
    if depth > DEEPEST:
        raise BadValue("条件的括号层数过多", f"至多 {DEEPEST} 层")
    below = depth + 1
    match node:
        case ast.BoolOp(op=op, values=values):
            return Both(isinstance(op, ast.And), tuple(_term(one, below) for one in values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_term(operand, below))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return Literal(-number)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            sign = 1 if isinstance(op, ast.Add) else -1
            return Sum(sign, _term(left, below), _term(right, below))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right, below)
        case ast.Compare():
            raise BadValue("一次只能比较两个值", "用 and 连接，如 6 <= age() and age() <= 14")
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _call(name, args, below)
        case ast.Name(id=name):
            return Field(name)
        case ast.Attribute(value=ast.Name(id=ledger), attr=name):
            return Field(name, ledger)
        case ast.Constant(value=bool()):
            raise BadValue("是否一类的列用 1 和 0", "如 at_school == '1'")
        case ast.Constant(value=str() | int() as value):
            return Literal(value)
    raise BadValue(f"条件里不能写“{ast.unparse(node)[:40]}”", ALLOWED)


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, depth: int) -> Term:
    if isinstance(op, ast.In | ast.NotIn):
        if not isinstance(right, ast.Tuple | ast.List) or not right.elts:
            raise BadValue("in 之后要写一组值", "如 labour in ('普通劳动力', '技能劳动力')")
        values = []
        for one in right.elts:
            literal = _term(one, depth)
            if not isinstance(literal, Literal):
                raise BadValue("in 之后只能写值", "如 grade in ('C', 'D')")
            values.append(literal.value)
        among = Among(_term(left, depth), tuple(values))
        return Not(among) if isinstance(op, ast.NotIn) else among
    if type(op) not in _SIGNS:
        raise BadValue("不能这样比较", ALLOWED)
    return Compare(_SIGNS[type(op)], _term(left, depth), _term(right, depth))


def _call(name: str, args: list[ast.expr], depth: int) -> Term:
    if name not in FUNCTIONS:
        raise BadValue(f"没有函数 {name}()", "、".join(f"{one}()" for one in FUNCTIONS))
    fewest, most, _ = FUNCTIONS[name]
    if not fewest <= len(args) <= most:
        raise BadValue(f"{name}() 的参数个数不对", f"{fewest} 至 {most} 个")
    terms = tuple(_term(one, depth) for one in args)
    if name == "date":
        return _day(terms[0])
    if name in ("has", "starts") and not all(isinstance(one, Literal) for one in terms[1:]):
        raise BadValue(f"{name}() 从第二个参数起只能写值", "如 has(health, '残疾')")
    return Call(name, terms)


def _day(term: Term) -> Literal:
    try:
        return Literal(dt.date.fromisoformat(str(term.value if isinstance(term, Literal) else "")))
    except ValueError:
        raise BadValue("date() 要写一天", "如 date('2026-01-01')") from None
