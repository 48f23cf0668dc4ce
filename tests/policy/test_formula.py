"""Formulas of published sources: worked out exactly, and nothing but arithmetic."""

from __future__ import annotations

import ast
import operator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.policy.formula import DEEPEST, LONGEST, printed, read_exact, show_exact, work_out
from doudi.policy.values import BadValue


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("(8000-650-700)*0.65", "4322.5"),
        ("1/3*3", "1"),
        ("2+3*4", "14"),
        ("2*3+4", "10"),
        ("10-4-3", "3"),
        ("12/4/3", "1"),
        ("-2*-3", "6"),
        ("--3", "3"),
        ("+5-+2", "3"),
        ("-(2+3)", "-5"),
        ("min(1200, 2300-600-600)", "1100"),
        ("max(0,2300-600-600-1100)", "0"),
        ("max(1, min(5, 3), 2)", "3"),
        ("min(4)", "4"),
        ("（8000－650）×0.5÷2", "1837.5"),
        ("8000 − 650", "7350"),
        ("max（1，2）", "2"),
        (" 7 ", "7"),
    ],
)
def test_a_formula_is_worked_out_exactly(formula: str, value: str) -> None:
    assert work_out(formula) == Fraction(value)


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        ("", "“末尾”处缺一个数"),
        ("1+", "“末尾”处缺一个数"),
        ("*2", "“\\*”处缺一个数"),
        ("(1", "“末尾”处缺“\\)”"),
        ("1)", "在“\\)”前已经完整"),
        ("1 2", "在“2”前已经完整"),
        ("min()", "处缺一个数"),
        ("min 1", "在“1”处缺“\\(”"),
        ("max(1,)", "处缺一个数"),
        ("1/0", "除以零"),
        ("1/(2-2)", "除以零"),
        ("2**9", "处缺一个数"),
        ("1e9", "不认识“e9”"),
        ("x", "不认识“x”"),
        ("minimum(1)", "不认识"),
        ("__import__('os').system('id')", "不认识"),
        ("1;2", "不认识"),
        ("1.5.2", "不认识"),
        ("1,786.95", "前已经完整"),
        ("9" * 19, "已经完整"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), "括号过深"),
        ("1+" * LONGEST + "1", "算式过长"),
    ],
)
def test_what_is_no_arithmetic_is_refused(formula: str, what: str) -> None:
    with pytest.raises(BadValue, match=what):
        work_out(formula)


def test_brackets_may_be_as_deep_as_is_said() -> None:
    assert work_out("(" * DEEPEST + "1" + ")" * DEEPEST) == 1
    assert work_out("+".join(["(1)"] * 100)) == 100
    assert work_out("1" + "+1" * (LONGEST // 2 - 1) + " ") == LONGEST // 2


SUMS = st.recursive(
    st.decimals(0, 10**6, places=2).map(str),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})")
        | st.tuples(inner, st.sampled_from("+-*"), inner).map("".join)
        | inner.map(lambda one: f"-{one}")
    ),
    max_leaves=8,
)
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def by_python(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.UnaryOp):
        return -by_python(node.operand, text)
    if isinstance(node, ast.BinOp):
        done = _OPERATORS[type(node.op)](by_python(node.left, text), by_python(node.right, text))
        assert isinstance(done, Fraction)
        return done
    return Fraction(ast.get_source_segment(text, node) or "")


@given(SUMS)
def test_it_binds_as_everybody_does(formula: str) -> None:
    try:
        expected = by_python(ast.parse(formula, mode="eval").body, formula)
    except ZeroDivisionError:
        with pytest.raises(BadValue, match="除以零"):
            work_out(formula)
    else:
        assert work_out(formula) == expected


@pytest.mark.parametrize(
    ("value", "to", "how", "as_printed"),
    [
        ("34790", None, "rounded", "34790"),
        ("7374", "10", "rounded", "7370"),
        ("7375", "10", "rounded", "7380"),
        ("-7375", "10", "rounded", "-7380"),
        ("0.4566", "0.01", "rounded", "0.46"),
        ("0.4566", "0.01", "truncated", "0.45"),
        ("-0.4566", "0.01", "truncated", "-0.45"),
        ("534.86", "0.1", "rounded", "534.9"),
        ("12", "5", "rounded", "10"),
        ("12.5", "5", "rounded", "15"),
    ],
)
def test_a_value_is_printed_rounded_or_cut_off(value: str, to: str | None, how: str, as_printed: str) -> None:
    unit = Fraction(to) if to else None
    assert printed(Fraction(value), unit, how) == Fraction(as_printed)  # type: ignore[arg-type]


@given(st.fractions(max_denominator=10**6), st.sampled_from(["0.01", "1", "10", "0.3"]))
def test_printing_moves_a_value_by_half_a_unit_at_most_and_twice_changes_nothing(
    value: Fraction, to: str
) -> None:
    unit = Fraction(to)
    rounded, cut = printed(value, unit, "rounded"), printed(value, unit, "truncated")
    assert abs(rounded - value) * 2 <= unit
    assert abs(cut) <= abs(value) < abs(cut) + unit
    assert printed(rounded, unit, "rounded") == rounded


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("34790", "34790"),
        ("-12.50", "-12.5"),
        ("1,786.95", "1786.95"),
        (" 5 ", "5"),
        ("−5", "-5"),
        ("0.457", "0.457"),
    ],
)
def test_a_printed_number_is_read_exactly(raw: str, value: str) -> None:
    assert read_exact(raw) == Fraction(value)


@pytest.mark.parametrize("raw", ["", "x", "1e5", "1/3", "12,34", ".5", "5.", "+5", None, 5, "9" * 40])
def test_what_is_no_printed_number_is_refused(raw: object) -> None:
    with pytest.raises(BadValue, match="不是数"):
        read_exact(raw)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_a_number_shown_to_six_places_is_read_back(value: Decimal) -> None:
    assert read_exact(show_exact(Fraction(value))) == Fraction(value)


@pytest.mark.parametrize(
    ("value", "shown"), [("5", "5.00"), ("1/3", "0.333333"), ("-0.125", "-0.125"), ("0", "0.00")]
)
def test_numbers_are_shown_with_two_decimals_or_as_many_as_they_need(value: str, shown: str) -> None:
    assert show_exact(Fraction(value)) == shown
